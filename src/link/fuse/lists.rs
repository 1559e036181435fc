//! Lists: places, parties, targets, means, damage and claims of all reports, each thing once.

use super::ballot::{Ballot, Choice, Voice, compete};
use super::casualties::Fused;
use super::evidence::Proofs;
use super::rounded;
use crate::link::place::{Fit, Spot};
use crate::link::profile::{fold, told_at};
use crate::message::{
    Actor, ActorRole, Casualty, Claim, Competing, Damage, Instrument, Place, PlacePrecision,
    PlaceRole, Report, Target,
};

/// Most values of one list.
const MAX: usize = 16;
/// Most claims.
const MAX_CLAIMS: usize = 32;
/// Most casualty figures.
const MAX_FIGURES: usize = 32;

/// The fused lists.
#[derive(Debug, Default)]
pub(super) struct Lists {
    pub(super) places: Vec<Place>,
    pub(super) actors: Vec<Actor>,
    pub(super) targets: Vec<Target>,
    pub(super) instruments: Vec<Instrument>,
    pub(super) damage: Vec<Damage>,
    pub(super) claims: Vec<Claim>,
    pub(super) casualties: Vec<Casualty>,
}

impl Lists {
    pub(super) fn fuse<'a>(
        reports: &'a [Report],
        voices: &[Voice<'a>],
        figures: &[Fused<'a>],
        competing: &mut Vec<Competing>,
        proofs: &mut Proofs,
    ) -> Self {
        let mut out = Self {
            places: places(voices, competing, proofs),
            actors: actors(voices, competing, proofs),
            targets: collect(
                voices,
                "/targets",
                proofs,
                |r| &r.targets,
                target_key,
                |t| t.confidence,
            ),
            instruments: collect(
                voices,
                "/instruments",
                proofs,
                |r| &r.instruments,
                |i| i.class.clone(),
                |_| 0.5,
            ),
            damage: collect(voices, "/damage", proofs, |r| &r.damage, |d| fold(&d.name), |_| 0.5),
            claims: Vec::new(),
            casualties: Vec::new(),
        };
        let mut claims = Claims::default();
        for figure in figures.iter().take(MAX_FIGURES) {
            let mut casualty = figure.value.clone();
            let said = casualty.claim.and_then(|i| figure.from.claims.get(i).map(|c| (i, c)));
            casualty.claim = said.and_then(|(i, claim)| claims.add(figure.from, i, claim, proofs));
            casualty.confidence = rounded(casualty.confidence);
            let ours = format!("/casualties/{}", out.casualties.len());
            proofs.copy(figure.from, &format!("/casualties/{}", figure.index), &ours);
            out.casualties.push(casualty);
        }
        // Who says what comes from all reports: a denial adds to it without telling the event.
        let mut by_time: Vec<&Report> = reports.iter().collect();
        by_time.sort_by(|a, b| (told_at(a), &a.id).cmp(&(told_at(b), &b.id)));
        for report in by_time {
            for (i, claim) in report.claims.iter().enumerate() {
                claims.add(report, i, claim, proofs);
            }
        }
        out.claims = claims.kept;
        out
    }
}

/// Claims, each once, with the incident's own indices.
#[derive(Debug, Default)]
struct Claims {
    kept: Vec<Claim>,
}

impl Claims {
    fn add(&mut self, r: &Report, index: usize, claim: &Claim, p: &mut Proofs) -> Option<usize> {
        let same = |known: &Claim| {
            known.act == claim.act
                && known.medium == claim.medium
                && fold(&known.speaker) == fold(&claim.speaker)
        };
        if let Some(i) = self.kept.iter().position(same) {
            return Some(i);
        }
        if self.kept.len() >= MAX_CLAIMS {
            return None;
        }
        let i = self.kept.len();
        p.copy(r, &format!("/claims/{index}"), &format!("/claims/{i}"));
        self.kept.push(claim.clone());
        Some(i)
    }
}

/// All values of a list over the reports, each key once, best supported first.
fn collect<'a, T: Clone + 'a>(
    voices: &[Voice<'a>],
    field: &str,
    proofs: &mut Proofs,
    list: impl Fn(&'a Report) -> &'a Vec<T>,
    key: impl Fn(&T) -> String,
    confidence: impl Fn(&T) -> f64,
) -> Vec<T> {
    let mut ballot = Ballot::new();
    for voice in voices {
        for (i, value) in list(voice.report).iter().enumerate() {
            ballot.add(voice, key(value), value, i, 0, confidence(value));
        }
    }
    keep(ballot.ranked(), field, proofs)
}

fn keep<T: Clone>(choices: Vec<Choice<'_, &T>>, field: &str, proofs: &mut Proofs) -> Vec<T> {
    let mut out = Vec::new();
    for choice in choices.into_iter().take(MAX) {
        let ours = format!("{field}/{}", out.len());
        proofs.copy(choice.from, &format!("{field}/{}", choice.index), &ours);
        out.push(choice.value.clone());
    }
    out
}

fn target_key(target: &Target) -> String {
    match &target.target_type {
        Some(kind) => format!("{:?}/type/{kind}", target.kind),
        None => format!("{:?}/name/{}", target.kind, fold(&target.name)),
    }
}

/// The finest place first. A place that only holds a finer one is left out; one that is told by
/// none of the reports that tell the first competes with it.
fn places(voices: &[Voice<'_>], competing: &mut Vec<Competing>, proofs: &mut Proofs) -> Vec<Place> {
    let mut ballot = Ballot::new();
    for voice in voices {
        for (i, place) in voice.report.places.iter().enumerate() {
            let named = match place.geoname_id {
                Some(id) => id.to_string(),
                None => fold(place.name_en.as_deref().unwrap_or(&place.name)),
            };
            let rank = precision_rank(place.precision)
                + if place.role == PlaceRole::Event { 0 } else { 8 };
            let key = format!("{:?}/{named}", place.role);
            ballot.add(voice, key, place, i, rank, place.confidence);
        }
    }
    let ranked = ballot.ranked();
    let Some(first) = ranked.first().cloned() else { return Vec::new() };
    let mut rivals = vec![first.clone()];
    let mut kept: Vec<Choice<'_, &Place>> = Vec::new();
    for choice in ranked {
        if choice.value.role != PlaceRole::Event {
            kept.push(choice);
            continue;
        }
        let spot = Spot::of(choice.value);
        let is_coarser_name = kept.iter().any(|fine| {
            fine.rank < choice.rank
                && matches!(Spot::of(fine.value).fit(&spot), Fit::Degree(d) if d > 0.0)
        });
        if is_coarser_name {
            continue;
        }
        if choice.key != first.key && choice.is_apart_from(&first) {
            rivals.push(choice);
        } else {
            kept.push(choice);
        }
    }
    compete(competing, "/places/0", &rivals.iter().collect::<Vec<_>>());
    keep(kept, "/places", proofs)
}

fn precision_rank(precision: PlacePrecision) -> u8 {
    match precision {
        PlacePrecision::Exact => 0,
        PlacePrecision::Near => 1,
        PlacePrecision::Region => 2,
        PlacePrecision::Country => 3,
        PlacePrecision::Unresolved => 4,
    }
}

/// Perpetrators that no report names together compete; other parties add up.
fn actors(voices: &[Voice<'_>], competing: &mut Vec<Competing>, proofs: &mut Proofs) -> Vec<Actor> {
    let mut ballot = Ballot::new();
    for voice in voices {
        for (i, actor) in voice.report.actors.iter().enumerate() {
            let who = match (&actor.id, &actor.country) {
                (Some(id), _) => format!("id/{id}"),
                (None, Some(country)) => format!("country/{country}/{}", actor.sector),
                (None, None) => format!("name/{}", fold(&actor.name)),
            };
            // A party that can be told apart from others comes before "unknown gunmen".
            let vague = u8::from(actor.id.is_none() && actor.country.is_none());
            let rank = vague + if actor.role == ActorRole::Perpetrator { 0 } else { 2 };
            let key = format!("{:?}/{who}", actor.role);
            ballot.add(voice, key, actor, i, rank, actor.confidence);
        }
    }
    let ranked = ballot.ranked();
    let Some(first) = ranked.first().cloned() else { return Vec::new() };
    let mut rivals = vec![first.clone()];
    let mut kept = Vec::new();
    for choice in ranked {
        let rival = choice.value.role == ActorRole::Perpetrator
            && choice.key != first.key
            && choice.is_apart_from(&first);
        if rival {
            rivals.push(choice);
        } else {
            kept.push(choice);
        }
    }
    compete(competing, "/actors/0", &rivals.iter().collect::<Vec<_>>());
    keep(kept, "/actors", proofs)
}
