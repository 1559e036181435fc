//! Fusion: many reports to one value per field.
//!
//! Each field holds the best-supported value: independent sources first, then confidence, then
//! recency. What reports disagree on is listed under `competing`, the chosen value first.

mod ballot;
mod casualties;
mod evidence;
mod lists;
mod severity;

use crate::message::{Competing, EventTime, Incident, Report, TimePrecision};
use ballot::{Ballot, Choice, Voice, compete, voices};
use evidence::Proofs;
use lists::Lists;
use std::collections::BTreeSet;

/// Most competing values kept.
const MAX_COMPETING: usize = 48;

/// Three decimals: enough for a confidence, and the same after a trip through JSON.
fn rounded(value: f64) -> f64 {
    if value.is_finite() { (value.clamp(0.0, 1.0) * 1000.0).round() / 1000.0 } else { 0.0 }
}

/// Fills all fused fields of an incident from its reports; identity, life cycle and bookkeeping
/// fields stay as they are.
pub(super) fn fuse(incident: &mut Incident) {
    let reports = std::mem::take(&mut incident.reports);
    let voices = voices(&reports);
    let mut competing = Vec::new();
    let mut proofs = Proofs::default();

    if let Some(best) = vote_type(&voices, &mut competing) {
        incident.group.clone_from(&best.group);
        incident.event_type.clone_from(&best.event_type);
        incident.codes.clone_from(&best.codes);
        proofs.copy(best, "/type", "/type");
        proofs.copy(best, "/group", "/group");
    }
    if let Some(report) = fullest(&voices) {
        incident.title.clone_from(&report.article.title);
        proofs.copy(report, "/title", "/title");
    }
    if let Some(best) = vote(&voices, "/realis", &mut competing, &mut proofs, |r| Some(r.realis)) {
        incident.realis = best;
    }
    if let Some(best) = vote(&voices, "/status", &mut competing, &mut proofs, |r| Some(r.status)) {
        incident.status = best;
    }
    incident.time = vote_time(&voices, &mut competing, &mut proofs);
    incident.perpetrator_confidence =
        vote(&voices, "/perpetrator_confidence", &mut competing, &mut proofs, |r| {
            r.perpetrator_confidence
        });
    incident.counts = vote(&voices, "/counts", &mut competing, &mut proofs, |r| r.counts.clone());
    incident.crowd = vote(&voices, "/crowd", &mut competing, &mut proofs, |r| r.crowd);
    // A motive in the words of a text has no equal in another language: the fullest report's is
    // taken, and nothing competes.
    incident.reason = vote(&voices, "/reason", &mut Vec::new(), &mut proofs, |r| r.reason.clone());

    let figures = casualties::fuse(&voices, &mut competing);
    let lists = Lists::fuse(&reports, &voices, &figures, &mut competing, &mut proofs);
    incident.places = lists.places;
    incident.actors = lists.actors;
    incident.targets = lists.targets;
    incident.instruments = lists.instruments;
    incident.damage = lists.damage;
    incident.claims = lists.claims;
    incident.casualties = lists.casualties;

    let independent: BTreeSet<&str> = voices.iter().filter_map(|v| v.source).collect();
    let independent = u32::try_from(independent.len()).unwrap_or(u32::MAX).max(1);
    // Reports of which only the id is left still count.
    incident.independent_sources = if incident.further_reports.is_empty() {
        independent
    } else {
        independent.max(incident.independent_sources)
    };
    incident.confidence = confidence(&voices);
    incident.severity = severity::severity(
        &incident.group,
        incident.realis,
        &incident.casualties,
        incident.independent_sources,
    );
    competing.truncate(MAX_COMPETING);
    incident.competing = competing;
    incident.evidence = proofs.into_vec();
    incident.reports = reports;
}

fn vote_type<'a>(voices: &[Voice<'a>], competing: &mut Vec<Competing>) -> Option<&'a Report> {
    let mut ballot = Ballot::new();
    for voice in voices {
        let r = voice.report;
        ballot.add(voice, r.event_type.clone(), r.event_type.as_str(), 0, 0, r.confidence);
    }
    let ranked = ballot.ranked();
    compete(competing, "/type", &ranked.iter().collect::<Vec<_>>());
    ranked.first().map(|choice| choice.from)
}

/// The vote on a field that holds one value.
fn vote<T: serde::Serialize + Clone>(
    voices: &[Voice<'_>],
    field: &str,
    competing: &mut Vec<Competing>,
    proofs: &mut Proofs,
    read: impl Fn(&Report) -> Option<T>,
) -> Option<T> {
    let mut ballot = Ballot::new();
    for voice in voices {
        let Some(value) = read(voice.report) else { continue };
        let Ok(key) = serde_json::to_string(&value) else { continue };
        ballot.add(voice, key, value, 0, 0, voice.report.confidence);
    }
    let ranked = ballot.ranked();
    compete(competing, field, &ranked.iter().collect::<Vec<_>>());
    let best = ranked.into_iter().next()?;
    proofs.copy(best.from, field, field);
    Some(best.value)
}

/// The finest time first: a week does not compete with a day in it.
fn vote_time(
    voices: &[Voice<'_>],
    competing: &mut Vec<Competing>,
    proofs: &mut Proofs,
) -> Option<EventTime> {
    let mut ballot = Ballot::new();
    for voice in voices {
        let Some(time) = &voice.report.time else { continue };
        let rank = match time.precision {
            TimePrecision::Moment | TimePrecision::PartOfDay | TimePrecision::Day => 0,
            TimePrecision::Days | TimePrecision::Period => 1,
            TimePrecision::Week | TimePrecision::Month | TimePrecision::Year => 2,
            TimePrecision::Publication => 3,
        };
        let key = format!("{:?}/{:?}", time.start, time.end);
        ballot.add(voice, key, time, 0, rank, voice.report.confidence);
    }
    let ranked = ballot.ranked();
    let finest: Vec<&Choice<'_, &EventTime>> =
        ranked.iter().filter(|c| Some(c.rank) == ranked.first().map(|f| f.rank)).collect();
    compete(competing, "/time", &finest);
    let best = ranked.into_iter().next()?;
    proofs.copy(best.from, "/time", "/time");
    Some(best.value.clone())
}

/// The report that tells most; the earliest among equals.
fn fullest<'a>(voices: &[Voice<'a>]) -> Option<&'a Report> {
    let told = |r: &Report| {
        [
            r.places.len(),
            r.actors.len(),
            r.targets.len(),
            r.instruments.len(),
            r.casualties.len(),
            r.claims.len(),
            usize::from(r.time.is_some()),
            usize::from(r.reason.is_some()),
        ]
        .iter()
        .map(|n| (*n).min(4))
        .sum::<usize>()
    };
    voices
        .iter()
        .max_by(|a, b| {
            told(a.report)
                .cmp(&told(b.report))
                .then_with(|| b.at.cmp(&a.at))
                .then_with(|| b.report.id.cmp(&a.report.id))
        })
        .map(|voice| voice.report)
}

/// The surest source's confidence, raised by half the confidence of each further independent one.
fn confidence(voices: &[Voice<'_>]) -> f64 {
    let mut by_source: std::collections::BTreeMap<&str, f64> = std::collections::BTreeMap::new();
    for voice in voices {
        let source = voice.source.unwrap_or_default();
        let known = by_source.entry(source).or_insert(0.0);
        *known = known.max(voice.report.confidence.clamp(0.0, 1.0));
    }
    if by_source.len() > 1 {
        by_source.remove("");
    }
    let mut each: Vec<f64> = by_source.into_values().collect();
    each.sort_by(|a, b| b.total_cmp(a));
    let mut iter = each.into_iter();
    let first = 1.0 - iter.next().unwrap_or(0.0);
    rounded((1.0 - iter.fold(first, |doubt, c| doubt * (1.0 - 0.5 * c))).min(0.99))
}
