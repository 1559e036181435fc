//! Profile: what is compared of a report, or of several that tell one event.
//!
//! Small, because a million of them are kept: names are hashes, sets are sorted slices. The same
//! profile comes out of a report that was restored as of one that never left memory.

use super::few::Few;
use super::marks::{Marks, Of};
use super::place::{Spot, merge_spots};
use super::taxonomy::{self, TypeId};
use crate::message::{
    Actor, ActorRole, Casualty, EventTime, Kind, LinkRelation, Outcome, Place, PlaceRole, Report,
    TargetKind, TimePrecision, Timestamp, rfc3339,
};
use std::sync::LazyLock;

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;
/// Most places, actors and so on that are compared.
const MAX_COMPARED: usize = 16;
/// Most figures of one outcome that are compared.
const MAX_TOLLS: usize = 8;
/// Letters from which a title word counts as rare enough to be a cue.
const RARE_LETTERS: usize = 6;

/// Days of an event, since 1970-01-01, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) first: i64,
    pub(super) last: i64,
    /// Read from the text, to the day or better.
    pub(super) exact: bool,
    /// First and last second, where a time of day is known.
    pub(super) hours: Option<(i64, i64)>,
}

/// A party, reduced to what is compared; 0 where nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Party {
    pub(super) id: u64,
    pub(super) name: u64,
    pub(super) sector: u64,
    pub(super) country: Country,
}

/// The two letters of a country, zeros where none is known.
pub(super) type Country = [u8; 2];

/// A count, as far as it is known, and when it was told (seconds).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Toll {
    pub(super) at: i64,
    pub(super) figure: u64,
    pub(super) exact: bool,
}

/// What is compared.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Profile {
    pub(super) kind: Kind,
    pub(super) group: u64,
    /// Types of the reports, each once.
    pub(super) types: Few<TypeId>,
    pub(super) span: Span,
    pub(super) spots: Few<Spot>,
    pub(super) parties: Few<Party>,
    pub(super) killed: Box<[Toll]>,
    pub(super) wounded: Box<[Toll]>,
    pub(super) marks: Marks,
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
        Self {
            kind: report.kind,
            group: hash(&report.group),
            types: Few::One([taxonomy::type_id(&report.event_type)]),
            span: span(report.time.as_ref(), at),
            spots: spots(&report.places),
            parties: parties(&report.actors),
            killed: tolls(&report.casualties, Outcome::Killed, at),
            wounded: tolls(&report.casualties, Outcome::Wounded, at),
            marks: marks(report),
            at,
        }
    }

    /// What two sides that tell one event say together. The order of the two does not matter.
    pub(super) fn with(&self, other: &Self) -> Self {
        Self {
            kind: self.kind,
            group: self.group.min(other.group),
            types: union(&self.types, &other.types, MAX_COMPARED),
            span: self.span.with(other.span),
            spots: merge_spots(&self.spots, &other.spots, MAX_COMPARED),
            parties: union(&self.parties, &other.parties, MAX_COMPARED),
            killed: latest(&self.killed, &other.killed),
            wounded: latest(&self.wounded, &other.wounded),
            marks: self.marks.with(&other.marks),
            at: self.at.max(other.at),
        }
    }

    /// True when no place is known but countries.
    pub(super) fn is_wide(&self) -> bool {
        !self.spots.is_empty() && self.spots.iter().all(Spot::is_wide)
    }

    /// Countries of the places, without repetition; empty where none is known.
    pub(super) fn countries(&self) -> Vec<Country> {
        let mut out: Vec<Country> = self.spots.iter().filter_map(Spot::country).collect();
        out.sort_unstable();
        out.dedup();
        out
    }
}

impl Span {
    /// The days both leave open; what is exact beats what is not.
    fn with(self, other: Self) -> Self {
        match (self.exact, other.exact) {
            (true, false) => self,
            (false, true) => other,
            _ => {
                let (first, last) = common((self.first, self.last), (other.first, other.last));
                let hours = match (self.hours, other.hours) {
                    (Some(a), Some(b)) => Some(common(a, b)),
                    (a, b) => a.or(b),
                };
                Self { first, last, exact: self.exact, hours }
            }
        }
    }
}

/// What two intervals share; all that lies between their ends where they share nothing.
fn common(a: (i64, i64), b: (i64, i64)) -> (i64, i64) {
    let shared = (a.0.max(b.0), a.1.min(b.1));
    if shared.0 <= shared.1 { shared } else { (a.0.min(b.0), a.1.max(b.1)) }
}

fn union<T: Ord + Copy>(a: &[T], b: &[T], most: usize) -> Few<T> {
    let mut out: Vec<T> = a.iter().chain(b).copied().collect();
    out.sort_unstable();
    out.dedup();
    out.truncate(most);
    out.into()
}

/// The latest figures of both, each figure once.
fn latest(a: &[Toll], b: &[Toll]) -> Box<[Toll]> {
    let mut out: Vec<Toll> = a.iter().chain(b).copied().collect();
    out.sort_unstable_by(|x, y| y.cmp(x));
    let mut seen: Vec<(u64, bool)> = Vec::new();
    out.retain(|toll| {
        let new = !seen.contains(&(toll.figure, toll.exact));
        seen.push((toll.figure, toll.exact));
        new
    });
    out.truncate(MAX_TOLLS);
    out.into()
}

/// The profile of nothing, which fits nothing.
pub(super) fn nothing() -> &'static Profile {
    static NOTHING: LazyLock<Profile> = LazyLock::new(|| Profile {
        kind: Kind::Incident,
        group: 0,
        types: Few::default(),
        span: Span { first: 0, last: 0, exact: false, hours: None },
        spots: Few::default(),
        parties: Few::default(),
        killed: Box::default(),
        wounded: Box::default(),
        marks: Marks::default(),
        at: 0,
    });
    &NOTHING
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

/// Hash of a text; 0 for the empty one.
pub(super) fn hash(text: &str) -> u64 {
    if text.is_empty() { 0 } else { xxhash_rust::xxh3::xxh3_64(text.as_bytes()).max(1) }
}

/// Two letters of a country code; zeros where there are none.
pub(super) fn letters(code: Option<&str>) -> Country {
    code.and_then(|code| code.as_bytes().first_chunk::<2>().copied()).unwrap_or_default()
}

fn marks(report: &Report) -> Marks {
    let mut marks = Marks::builder();
    let title = report.article.title.split(|c: char| !c.is_alphanumeric()).take(64);
    for word in title.filter(|word| word.chars().count() >= RARE_LETTERS) {
        marks.add(Of::Word, &fold(word));
    }
    marks.add(Of::Article, &report.article.id);
    marks.add(Of::Report, &report.id);
    for link in report.links.iter().filter(|link| link.relation == LinkRelation::SameAs) {
        marks.add(Of::SameAs, &link.to);
    }
    for target in report.targets.iter().take(MAX_COMPARED) {
        if let (TargetKind::Physical, Some(kind)) = (target.kind, &target.target_type) {
            marks.add(Of::TargetType, kind);
        }
        marks.add(Of::TargetName, &fold(&target.name));
    }
    for instrument in report.instruments.iter().take(MAX_COMPARED) {
        marks.add(Of::Instrument, &instrument.class);
    }
    marks.build()
}

/// Day, and second where a time of day is stated.
fn day_of(text: &str) -> Option<(i64, Option<i64>)> {
    let second = rfc3339(text)?.as_second();
    let moment = text.contains('T').then_some(second);
    Some((second.div_euclid(DAY), moment))
}

/// The days of a time; where none is stated, the day of the article and the one before.
fn span(time: Option<&EventTime>, told_at: i64) -> Span {
    let today = told_at.div_euclid(DAY);
    let unknown = Span { first: today - 1, last: today, exact: false, hours: None };
    let Some(time) = time else { return unknown };
    let start = time.start.as_deref().and_then(day_of);
    let end = time.end.as_deref().and_then(day_of);
    let (first, last, hours) = match (start, end) {
        (Some((a, from)), Some((b, to))) => (a.min(b), a.max(b), from.zip(to)),
        // Open at the end: until the article.
        (Some((a, from)), None) => (a, a.max(today), from.zip(from)),
        (None, Some((b, to))) => (b, b, to.zip(to)),
        (None, None) => return unknown,
    };
    let hours = hours.map(|(from, to)| (from.min(to), from.max(to)));
    match time.precision {
        TimePrecision::Publication => Span { first: first - 1, last, exact: false, hours: None },
        TimePrecision::Moment | TimePrecision::PartOfDay => {
            Span { first, last, exact: true, hours }
        }
        TimePrecision::Day => Span { first, last, exact: true, hours: None },
        _ => Span { first, last, exact: false, hours: None },
    }
}

/// Places of the event; where none has that role, those it was aimed at.
fn spots(places: &[Place]) -> Few<Spot> {
    let of_role = |role: PlaceRole| -> Vec<Spot> {
        places.iter().filter(|p| p.role == role).take(MAX_COMPARED).map(Spot::of).collect()
    };
    let event = of_role(PlaceRole::Event);
    let found = if event.is_empty() { of_role(PlaceRole::Target) } else { event };
    merge_spots(&found, &[], MAX_COMPARED)
}

fn parties(actors: &[Actor]) -> Few<Party> {
    let of = |actor: &Actor| Party {
        id: actor.id.as_deref().map_or(0, hash),
        country: letters(actor.country.as_deref()),
        sector: hash(&actor.sector),
        name: hash(&fold(&actor.name)),
    };
    let parties: Vec<Party> = actors
        .iter()
        .filter(|actor| actor.role != ActorRole::Supporter)
        .take(MAX_COMPARED)
        .map(of)
        .collect();
    union(&parties, &[], MAX_COMPARED)
}

/// The largest figure of an outcome that is not part of another.
fn tolls(casualties: &[Casualty], outcome: Outcome, at: i64) -> Box<[Toll]> {
    casualties
        .iter()
        .filter(|c| c.outcome == outcome && !c.part)
        .filter_map(|c| {
            let figure = c.best.or(c.min).or(c.max)?;
            let exact = c.best.is_some() || (c.min.is_some() && c.min == c.max);
            Some(Toll { at, figure, exact })
        })
        .max_by_key(|toll| (toll.exact, toll.figure))
        .into_iter()
        .collect()
}
