//! Score: whether two sides tell the same event, as the sum of explained components.
//!
//! Each component lies between -1 (speaks against) and 1 (speaks for), 0 where one side is silent,
//! and weighs what `weights.toml` says for the one or the other. No event needs all cues. A veto
//! outweighs everything.

use super::marks::{Marks, Of};
use super::place::Fit;
use super::profile::{Country, Party, Profile, Toll};
use super::taxonomy;
use super::weights::{NAMES, weights};
use crate::message::Kind;

/// From here on a place is shared that is finer than a country.
const LOCATED: f64 = 0.4;
/// Below this no place is shared, or towns are merely not far from each other.
const NEIGHBOURING: f64 = 0.15;
/// A toll does not multiply in less time, in seconds.
const RISING: i64 = 1800;
/// Two times of day further apart than this are two events of one day, in seconds.
const SAME_MOMENT: i64 = 3 * 3600;
/// From here on two times of day are of two days, as one night and the next.
const OTHER_NIGHT: i64 = 12 * 3600;
/// Two kinds of target: two events, or one that hit both.
const OTHER_TARGET: f64 = -0.8;
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
        let place = self.components.iter().find(|c| c.name == "place").map_or(0.0, |c| c.value);
        self.stated || (self.veto.is_none() && is_enough(self.total, place))
    }
}

/// A score without its explanation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weighed {
    pub(super) total: f64,
    pub(super) veto: Option<Veto>,
    pub(super) stated: bool,
    values: [f64; 8],
}

impl Weighed {
    /// True when both sides are one event.
    pub(super) fn joins(&self) -> bool {
        let [_, place, ..] = self.values;
        self.stated || (self.veto.is_none() && is_enough(self.total, place))
    }

    /// True when it is near enough to one event for both sides to be grouped anew.
    pub(super) fn is_near(&self) -> bool {
        let ([_, place, ..], threshold) = (self.values, &weights().threshold);
        let neighbouring = place < NEIGHBOURING;
        let unlocated = threshold.join_unlocated - threshold.margin;
        self.stated || self.total >= if neighbouring { unlocated } else { threshold.near }
    }

    /// By so much better than another that it is the only one that is meant.
    pub(super) fn is_clear_of(&self, other: &Self) -> bool {
        self.total - other.total >= weights().threshold.margin
    }

    /// True when nothing speaks against it and a country at least is shared.
    pub(super) fn may_be_meant(&self) -> bool {
        let [_, place, time, ..] = self.values;
        self.veto.is_none()
            && self.total >= weights().threshold.join_wide
            && place > 0.0
            && time > 0.0
    }

    /// The better of two comes first.
    pub(super) fn better(&self, other: &Self) -> std::cmp::Ordering {
        other.stated.cmp(&self.stated).then_with(|| other.total.total_cmp(&self.total))
    }

    pub(super) fn explained(&self) -> Score {
        let weights = weights().of_values(&self.values).into_iter().zip(self.values);
        let components = NAMES
            .iter()
            .zip(weights)
            .map(|(name, (weight, value))| Component { name, weight, value })
            .collect();
        Score { total: self.total, components, veto: self.veto, stated: self.stated }
    }
}

/// Whether a sum is enough for one event; more is asked where no more than a country is shared.
fn is_enough(total: f64, place: f64) -> bool {
    let threshold = &weights().threshold;
    total >= if place < LOCATED { threshold.join_unlocated } else { threshold.join }
}

/// Compares two sides; the same from both.
pub(super) fn weigh(a: &Profile, b: &Profile) -> Weighed {
    let mut veto = None;
    let stated = a.kind == b.kind && a.marks.stated(&b.marks);
    if a.kind != b.kind {
        veto = Some(Veto::Kind);
    } else if !stated && a.marks.shared(&b.marks, Of::Article) > 0 {
        veto = Some(Veto::Article);
    }
    let type_fit = match a.kind {
        Kind::Aggregate if a.group == b.group => 1.0,
        Kind::Aggregate => 0.0,
        Kind::Incident => types(a, b),
    };
    if type_fit <= 0.0 {
        veto = veto.or(Some(Veto::Type));
    }
    let place = place(a, b).unwrap_or_else(|| {
        veto = veto.or(Some(Veto::Place));
        -1.0
    });
    let time = time(a, b).unwrap_or_else(|| {
        veto = veto.or(Some(Veto::Time));
        -1.0
    });
    let values = [
        type_fit,
        place,
        time,
        actors(&a.parties, &b.parties),
        targets(&a.marks, &b.marks),
        overlap(&a.marks, &b.marks, Of::Instrument),
        casualties(a, b),
        words(&a.marks, &b.marks),
    ];
    let weights = weights().of_values(&values);
    let total = weights.iter().zip(values).map(|(weight, value)| weight * value).sum();
    Weighed { total, veto, stated, values }
}

/// The same, none for two sides that cannot be one event: found with little work for most pairs.
pub(super) fn weigh_possible(a: &Profile, b: &Profile) -> Option<Weighed> {
    let stated = || a.kind == b.kind && a.marks.stated(&b.marks);
    let vetoed = || {
        a.kind != b.kind
            || time(a, b).is_none()
            || place(a, b).is_none()
            || a.marks.shared(&b.marks, Of::Article) > 0
    };
    if vetoed() && !stated() {
        return None;
    }
    Some(weigh(a, b)).filter(|fit| fit.stated || fit.veto.is_none())
}

/// The best fit of any two types.
fn types(a: &Profile, b: &Profile) -> f64 {
    let mut best: f64 = 0.0;
    for one in &a.types {
        for other in &b.types {
            best = best.max(taxonomy::compatibility(*one, *other));
        }
    }
    best
}

/// The best fit of any two places; none when all are in conflict.
fn place(a: &Profile, b: &Profile) -> Option<f64> {
    let mut best: Option<f64> = None;
    let mut conflict = false;
    let extent = |p: &Profile| p.types.iter().map(|id| taxonomy::extent(*id)).fold(0.0, f64::max);
    let extent = extent(a).min(extent(b));
    for one in &a.spots {
        for other in &b.spots {
            match one.fit_within(other, extent) {
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
fn time(one: &Profile, other: &Profile) -> Option<f64> {
    let (a, b) = (one.span, other.span);
    let gap = (a.first.max(b.first) - a.last.min(b.last)).max(0);
    if one.kind == Kind::Aggregate {
        return if gap == 0 { Some(1.0) } else { None };
    }
    if gap == 0 {
        return Some(match (a.exact && b.exact, a.hours.zip(b.hours)) {
            (false, _) => 0.6,
            (true, Some((x, y))) if between(x, y) >= OTHER_NIGHT => return None,
            (true, Some((x, y))) if between(x, y) > SAME_MOMENT => -0.5,
            (true, _) => 1.0,
        });
    }
    let lasting = |p: &Profile| p.types.iter().map(|id| taxonomy::lasting(*id)).max().unwrap_or(0);
    if gap <= lasting(one).min(lasting(other)) {
        return Some(0.45);
    }
    (gap == 1 && !(a.exact && b.exact)).then_some(-0.2)
}

/// Seconds between two times of day; 0 where they overlap.
fn between(a: (i64, i64), b: (i64, i64)) -> i64 {
    (a.0.max(b.0) - a.1.min(b.1)).max(0)
}

fn actors(a: &[Party], b: &[Party]) -> f64 {
    let mut best: f64 = 0.0;
    let mut known = false;
    for one in a {
        for other in b {
            let fit = if one.id != 0 && one.id == other.id {
                1.0
            } else if one.name != 0 && one.name == other.name {
                0.9
            } else if one.country != Country::default() && one.country == other.country {
                if one.sector == other.sector { 0.7 } else { 0.3 }
            } else {
                0.0
            };
            best = best.max(fit);
            known |= is_known(*one) && is_known(*other);
        }
    }
    if best > 0.0 || !known { best } else { -0.8 }
}

fn is_known(party: Party) -> bool {
    party.id != 0 || party.country != Country::default()
}

fn targets(a: &Marks, b: &Marks) -> f64 {
    if a.shared(b, Of::TargetName) > 0 {
        return 0.8;
    }
    overlap(a, b, Of::TargetType).max(OTHER_TARGET)
}

/// 1 when they share a value, -1 when both have values and share none, 0 otherwise.
fn overlap(a: &Marks, b: &Marks, of: Of) -> f64 {
    if a.of(of).is_empty() || b.of(of).is_empty() {
        0.0
    } else if a.shared(b, of) > 0 {
        1.0
    } else {
        -1.0
    }
}

fn casualties(a: &Profile, b: &Profile) -> f64 {
    match (tolls(&a.killed, &b.killed), tolls(&a.wounded, &b.wounded)) {
        (Some(k), Some(w)) => (0.7 * k + 0.5 * w).clamp(-1.0, 1.0),
        (Some(k), None) => k,
        (None, Some(w)) => 0.7 * w,
        (None, None) => 0.0,
    }
}

/// The best fit of any two figures: a toll that rose in steps fits each of them.
fn tolls(a: &[Toll], b: &[Toll]) -> Option<f64> {
    let pairs = a.iter().flat_map(|one| b.iter().map(move |other| pair(*one, *other)));
    pairs.fold(None, |best, fit| Some(best.map_or(fit, |known: f64| known.max(fit))))
}

/// Tolls rise as rescuers work; they seldom fall by much.
fn pair(a: Toll, b: Toll) -> f64 {
    let (earlier, later) = if a <= b { (a, b) } else { (b, a) };
    let (x, y) = (earlier.figure as f64, later.figure as f64);
    match (earlier.exact, later.exact) {
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
            } else if later.at - earlier.at < RISING {
                -0.7
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
    }
}

/// Share of the shorter title's rare words: weak, but the names in it are the same in many
/// languages. One shared word of a title with few is not much.
fn words(a: &Marks, b: &Marks) -> f64 {
    let shorter = a.of(Of::Word).len().min(b.of(Of::Word).len()).max(FEW_WORDS);
    a.shared(b, Of::Word) as f64 / shorter as f64
}
