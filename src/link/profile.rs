//! Profile: what is compared of a report or of an incident.

use super::place::Spot;
use crate::message::{
    Actor, ActorRole, Casualty, EventTime, Incident, Instrument, Kind, Outcome, Place, PlaceRole,
    Report, Target, TargetKind, TimePrecision, Timestamp, rfc3339,
};
use std::collections::BTreeSet;

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;
/// Most places, actors and so on that are compared.
const MAX_COMPARED: usize = 16;
/// Letters from which a title word counts as rare enough to be a cue.
const RARE_LETTERS: usize = 6;

/// Days of an event, since 1970-01-01, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) first: i64,
    pub(super) last: i64,
    /// Read from the text, to the day or better.
    pub(super) exact: bool,
    /// The second, where a time of day is known.
    pub(super) moment: Option<i64>,
}

/// A party, reduced to what is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Party {
    pub(super) id: Option<String>,
    pub(super) country: Option<String>,
    pub(super) sector: String,
    pub(super) name: String,
}

/// A count, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Toll {
    pub(super) figure: u64,
    pub(super) exact: bool,
}

/// What is compared of a report or of an incident.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Profile {
    pub(super) kind: Kind,
    pub(super) group: String,
    pub(super) event_type: String,
    pub(super) span: Span,
    pub(super) spots: Vec<Spot>,
    pub(super) parties: Vec<Party>,
    pub(super) target_types: BTreeSet<String>,
    pub(super) target_names: BTreeSet<String>,
    pub(super) instruments: BTreeSet<String>,
    pub(super) killed: Option<Toll>,
    pub(super) wounded: Option<Toll>,
    pub(super) words: BTreeSet<String>,
    /// Articles it is told in.
    pub(super) articles: BTreeSet<String>,
    /// Pairs of reports that the extractor calls the same event: (from, to).
    pub(super) same_as: BTreeSet<String>,
    /// Ids of the reports.
    pub(super) reports: BTreeSet<String>,
    /// Second of the latest article.
    pub(super) at: i64,
}

/// The second of a report's article: never later than its first sight, so that a feed with a wrong
/// date cannot push the watermark into the future.
pub(super) fn told_at(report: &Report) -> Timestamp {
    report.article.time().min(report.article.seen)
}

impl Profile {
    pub(super) fn of_report(report: &Report) -> Self {
        let at = told_at(report).as_second();
        let mut profile = Self {
            kind: report.kind,
            group: report.group.clone(),
            event_type: report.event_type.clone(),
            span: span(report.time.as_ref(), at),
            spots: spots(&report.places),
            parties: parties(&report.actors),
            target_types: BTreeSet::new(),
            target_names: BTreeSet::new(),
            instruments: classes(&report.instruments),
            killed: toll(&report.casualties, Outcome::Killed),
            wounded: toll(&report.casualties, Outcome::Wounded),
            words: BTreeSet::new(),
            articles: BTreeSet::new(),
            same_as: BTreeSet::new(),
            reports: BTreeSet::new(),
            at,
        };
        profile.add_targets(&report.targets);
        profile.add_report(report);
        profile
    }

    pub(super) fn of_incident(incident: &Incident) -> Self {
        let at = incident.last_seen.as_second();
        let mut profile = Self {
            kind: incident.kind,
            group: incident.group.clone(),
            event_type: incident.event_type.clone(),
            span: span(incident.time.as_ref(), incident.first_seen.as_second()),
            spots: spots(&incident.places),
            parties: parties(&incident.actors),
            target_types: BTreeSet::new(),
            target_names: BTreeSet::new(),
            instruments: classes(&incident.instruments),
            killed: toll(&incident.casualties, Outcome::Killed),
            wounded: toll(&incident.casualties, Outcome::Wounded),
            words: BTreeSet::new(),
            articles: BTreeSet::new(),
            same_as: BTreeSet::new(),
            reports: incident.further_reports.iter().cloned().collect(),
            at,
        };
        profile.add_targets(&incident.targets);
        for report in &incident.reports {
            profile.add_report(report);
        }
        profile
    }

    /// Countries of the places, without repetition; empty where none is known.
    pub(super) fn countries(&self) -> BTreeSet<&str> {
        self.spots.iter().filter_map(Spot::country).collect()
    }

    fn add_targets(&mut self, targets: &[Target]) {
        for target in targets.iter().take(MAX_COMPARED) {
            if target.kind == TargetKind::Physical {
                self.target_types.extend(target.target_type.clone());
            }
            self.target_names.insert(fold(&target.name));
        }
    }

    fn add_report(&mut self, report: &Report) {
        self.words.extend(rare_words(&report.article.title));
        self.articles.insert(report.article.id.clone());
        self.same_as.extend(
            report
                .links
                .iter()
                .filter(|link| link.relation == crate::message::LinkRelation::SameAs)
                .map(|link| link.to.clone()),
        );
        self.reports.insert(report.id.clone());
    }
}

/// Lower case, words separated by one blank.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().flat_map(char::to_lowercase));
    }
    out
}

fn rare_words(title: &str) -> impl Iterator<Item = String> + '_ {
    title
        .split(|c: char| !c.is_alphanumeric())
        .take(64)
        .filter(|word| word.chars().count() >= RARE_LETTERS)
        .map(fold)
}

fn day_of(text: &str) -> Option<(i64, Option<i64>)> {
    let second = rfc3339(text)?.as_second();
    let moment = text.contains('T').then_some(second);
    Some((second.div_euclid(DAY), moment))
}

/// The days of a time; where none is stated, the day of the article and the one before.
fn span(time: Option<&EventTime>, told_at: i64) -> Span {
    let today = told_at.div_euclid(DAY);
    let unknown = Span { first: today - 1, last: today, exact: false, moment: None };
    let Some(time) = time else { return unknown };
    let start = time.start.as_deref().and_then(day_of);
    let end = time.end.as_deref().and_then(day_of);
    let (first, last, moment) = match (start, end) {
        (Some((a, moment)), Some((b, _))) => (a.min(b), a.max(b), moment),
        // Open at the end: until the article.
        (Some((a, moment)), None) => (a, a.max(today), moment),
        (None, Some((b, moment))) => (b, b, moment),
        (None, None) => return unknown,
    };
    match time.precision {
        TimePrecision::Publication => Span { first: first - 1, last, exact: false, moment: None },
        TimePrecision::Moment => Span { first, last, exact: true, moment },
        TimePrecision::PartOfDay | TimePrecision::Day => {
            Span { first, last, exact: true, moment: None }
        }
        _ => Span { first, last, exact: false, moment: None },
    }
}

/// Places of the event; where none has that role, those it was aimed at.
fn spots(places: &[Place]) -> Vec<Spot> {
    let of_role = |role: PlaceRole| -> Vec<Spot> {
        places.iter().filter(|p| p.role == role).take(MAX_COMPARED).map(Spot::of).collect()
    };
    let event = of_role(PlaceRole::Event);
    if event.is_empty() { of_role(PlaceRole::Target) } else { event }
}

fn parties(actors: &[Actor]) -> Vec<Party> {
    actors
        .iter()
        .filter(|actor| actor.role != ActorRole::Supporter)
        .take(MAX_COMPARED)
        .map(|actor| Party {
            id: actor.id.clone(),
            country: actor.country.clone(),
            sector: actor.sector.clone(),
            name: fold(&actor.name),
        })
        .collect()
}

fn classes(instruments: &[Instrument]) -> BTreeSet<String> {
    instruments.iter().take(MAX_COMPARED).map(|i| i.class.clone()).collect()
}

/// The largest figure of an outcome that is not part of another.
fn toll(casualties: &[Casualty], outcome: Outcome) -> Option<Toll> {
    casualties
        .iter()
        .filter(|c| c.outcome == outcome && !c.part)
        .filter_map(|c| {
            let figure = c.best.or(c.min).or(c.max)?;
            Some(Toll { figure, exact: c.best.is_some() || (c.min.is_some() && c.min == c.max) })
        })
        .max_by_key(|toll| (toll.exact, toll.figure))
}
