//! Score: whether two sides tell the same event, as the sum of explained components.
//!
//! Each component lies between -1 (speaks against) and 1 (speaks for), 0 where one side is silent.
//! The weights sum to 1.19: no event needs all cues. A veto outweighs everything.

use super::place::Fit;
use super::profile::{Party, Profile, Span, Toll};
use super::taxonomy;
use crate::message::Kind;
use std::collections::BTreeSet;

/// From here on two sides are one event.
pub(super) const JOIN: f64 = 0.60;
/// From here on a report is a bridge over which two incidents may be merged.
pub(super) const STRONG: f64 = 0.72;

const TYPE: f64 = 0.10;
const PLACE: f64 = 0.40;
const TIME: f64 = 0.20;
const ACTORS: f64 = 0.10;
const TARGETS: f64 = 0.12;
const INSTRUMENT: f64 = 0.04;
const CASUALTIES: f64 = 0.15;
const WORDS: f64 = 0.08;

/// Two times of day further apart than this are two events of one day, in seconds.
const SAME_MOMENT: i64 = 3 * 3600;
/// A title with fewer rare words than this is counted as having so many.
const FEW_WORDS: usize = 4;

/// One reason for or against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Component {
    /// What was compared.
    pub name: &'static str,
    /// Share of it in the sum.
    pub weight: f64,
    /// -1 (against) to 1 (for).
    pub value: f64,
}

/// Why two sides cannot be one event, whatever else fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Veto {
    /// One is an event, the other a series.
    Kind,
    /// The types are never told of one event.
    Type,
    /// Two places too far apart.
    Place,
    /// Two different days.
    Time,
    /// One article tells both, as two events.
    Article,
}

/// How well two sides fit, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// Sum of the weighted components.
    pub total: f64,
    /// The components.
    pub components: Vec<Component>,
    /// What forbids it.
    pub veto: Option<Veto>,
    /// The article itself says that they are the same.
    pub stated: bool,
}

impl Score {
    /// True when both sides are one event.
    #[must_use]
    pub fn joins(&self) -> bool {
        self.stated || (self.veto.is_none() && self.total >= JOIN)
    }

    /// True when the fit can carry a merge.
    #[must_use]
    pub fn is_strong(&self) -> bool {
        self.veto.is_none() && self.total >= STRONG
    }
}

/// Compares two sides; symmetrical but for the casualties, which may rise with time.
pub(super) fn score(a: &Profile, b: &Profile) -> Score {
    let mut veto = None;
    let stated = !a.same_as.is_disjoint(&b.reports) || !b.same_as.is_disjoint(&a.reports);
    if a.kind != b.kind {
        veto = Some(Veto::Kind);
    } else if !stated && !a.articles.is_disjoint(&b.articles) {
        veto = Some(Veto::Article);
    }
    let type_fit = match a.kind {
        Kind::Aggregate if a.group == b.group => 1.0,
        Kind::Aggregate => 0.0,
        Kind::Incident => taxonomy::compatibility(&a.event_type, &b.event_type),
    };
    if type_fit <= 0.0 {
        veto = veto.or(Some(Veto::Type));
    }
    let place = place(a, b);
    let place = place.unwrap_or_else(|| {
        veto = veto.or(Some(Veto::Place));
        -1.0
    });
    let time = time(a.kind, a.span, b.span).unwrap_or_else(|| {
        veto = veto.or(Some(Veto::Time));
        -1.0
    });
    let (earlier, later) = if a.at <= b.at { (a, b) } else { (b, a) };
    let components = vec![
        Component { name: "type", weight: TYPE, value: type_fit },
        Component { name: "place", weight: PLACE, value: place },
        Component { name: "time", weight: TIME, value: time },
        Component { name: "actors", weight: ACTORS, value: actors(&a.parties, &b.parties) },
        Component { name: "targets", weight: TARGETS, value: targets(a, b) },
        Component {
            name: "instrument",
            weight: INSTRUMENT,
            value: overlap(&a.instruments, &b.instruments, -1.0),
        },
        Component { name: "casualties", weight: CASUALTIES, value: casualties(earlier, later) },
        Component { name: "words", weight: WORDS, value: words(&a.words, &b.words) },
    ];
    let total = components.iter().map(|c| c.weight * c.value).sum();
    Score { total, components, veto, stated: stated && a.kind == b.kind }
}

/// The best fit of any two places; none when all are in conflict.
fn place(a: &Profile, b: &Profile) -> Option<f64> {
    let mut best: Option<f64> = None;
    let mut conflict = false;
    for one in &a.spots {
        for other in &b.spots {
            match one.fit(other) {
                Fit::Degree(d) => best = Some(best.map_or(d, |known| known.max(d))),
                Fit::Conflict => conflict = true,
            }
        }
    }
    let aggregate = a.kind == Kind::Aggregate;
    match best {
        // A series is told of a country as a rule, so that the country is all there is to share.
        Some(d) if aggregate && d > 0.0 => Some(d.max(0.7)),
        Some(d) => Some(d),
        None if conflict => None,
        None => Some(0.0),
    }
}

/// None when the days are in conflict.
fn time(kind: Kind, a: Span, b: Span) -> Option<f64> {
    let gap = (a.first.max(b.first) - a.last.min(b.last)).max(0);
    if kind == Kind::Aggregate {
        return if gap == 0 { Some(1.0) } else { None };
    }
    match (a.exact && b.exact, gap) {
        (true, 0) => Some(match a.moment.zip(b.moment) {
            Some((x, y)) if (x - y).abs() > SAME_MOMENT => -0.5,
            _ => 1.0,
        }),
        (false, 0) => Some(0.6),
        (false, 1) => Some(-0.2),
        _ => None,
    }
}

fn actors(a: &[Party], b: &[Party]) -> f64 {
    let mut best: f64 = 0.0;
    let mut known = false;
    for one in a {
        for other in b {
            let fit = match (&one.id, &other.id, &one.country, &other.country) {
                (Some(x), Some(y), _, _) if x == y => 1.0,
                _ if !one.name.is_empty() && one.name == other.name => 0.9,
                (_, _, Some(x), Some(y)) if x == y => {
                    if one.sector == other.sector {
                        0.7
                    } else {
                        0.3
                    }
                }
                _ => 0.0,
            };
            best = best.max(fit);
            known |= is_known(one) && is_known(other);
        }
    }
    if best > 0.0 || !known { best } else { -0.8 }
}

fn is_known(party: &Party) -> bool {
    party.id.is_some() || party.country.is_some()
}

fn targets(a: &Profile, b: &Profile) -> f64 {
    if !a.target_names.is_disjoint(&b.target_names) {
        return 0.8;
    }
    overlap(&a.target_types, &b.target_types, -1.0)
}

/// 1 when they share a value, `conflict` when both have values and share none, 0 otherwise.
fn overlap(a: &BTreeSet<String>, b: &BTreeSet<String>, conflict: f64) -> f64 {
    match (a.is_empty() || b.is_empty(), a.is_disjoint(b)) {
        (true, _) => 0.0,
        (false, true) => conflict,
        (false, false) => 1.0,
    }
}

fn casualties(earlier: &Profile, later: &Profile) -> f64 {
    let killed = tolls(earlier.killed, later.killed);
    let wounded = tolls(earlier.wounded, later.wounded);
    match (killed, wounded) {
        (Some(k), Some(w)) => (0.7 * k + 0.5 * w).clamp(-1.0, 1.0),
        (Some(k), None) => k,
        (None, Some(w)) => 0.7 * w,
        (None, None) => 0.0,
    }
}

/// Tolls rise as rescuers work; they seldom fall by much.
fn tolls(earlier: Option<Toll>, later: Option<Toll>) -> Option<f64> {
    let (earlier, later) = (earlier?, later?);
    let (x, y) = (earlier.figure as f64, later.figure as f64);
    Some(match (earlier.exact, later.exact) {
        (true, true) if earlier.figure == later.figure => {
            if earlier.figure > 2 {
                1.0
            } else {
                0.5
            }
        }
        (true, true) if y > x => {
            if y <= 3.0 * x + 3.0 {
                0.3
            } else {
                -0.4
            }
        }
        (true, true) if y >= 0.6 * x => 0.0,
        (true, true) => -0.7,
        // A vague figure is a lower bound.
        (false, true) if y >= x => 0.2,
        (true, false) if x >= y => 0.2,
        (false, false) => 0.2,
        _ => -0.1,
    })
}

/// Share of the shorter title's rare words: weak, but the names in it are the same in many
/// languages. One shared word of a title with few is not much.
fn words(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
    let shorter = a.len().min(b.len()).max(FEW_WORDS);
    a.intersection(b).count() as f64 / shorter as f64
}
