//! Casualties: one figure for each outcome and group, from the latest of each source.
//!
//! A later, higher figure supersedes an earlier one (a rising toll), and so does a later report
//! that takes something back, or that is lower and new. What is left is in force together: the best figure is the one most
//! independent sources give, the bounds span all of them.
//!
//! A text that repeats another outlet's may bring newer figures (an update), or the old ones again,
//! hours later. So its figure counts only where it is higher than all that were told before it in
//! this text; a copy's never does, unless there is no other.

use super::ballot::{Ballot, Choice, Voice, compete};
use crate::link::profile::fold;
use crate::message::{Casualty, Competing, Outcome, SpeechAct};
use std::collections::BTreeMap;

/// Factor between the bounds from which on the sources are in open conflict.
const CONFLICT: u64 = 2;
/// A correction leaves at least one part in so many.
const CORRECTION: u64 = 2;
/// Earliest correction after a figure, in seconds: nearer in time two sources differ.
const CORRECTION_AFTER: i64 = 2 * 3600;
/// What the confidence in a figure is multiplied with under open conflict.
const DOUBT: f64 = 0.5;

/// A fused figure, with the report it was taken from and its index in there.
pub(super) type Fused<'a> = Choice<'a, Casualty>;

#[derive(Debug, Clone, Copy)]
struct Figure<'a> {
    voice: Voice<'a>,
    index: usize,
    casualty: &'a Casualty,
}

impl Figure<'_> {
    fn number(&self) -> u64 {
        self.casualty.best.or(self.casualty.min).or(self.casualty.max).unwrap_or(0)
    }

    fn is_exact(&self) -> bool {
        let c = self.casualty;
        c.best.is_some() || (c.min.is_some() && c.min == c.max)
    }

    fn holds(&self, number: u64) -> bool {
        self.casualty.min.is_none_or(|min| min <= number)
            && self.casualty.max.is_none_or(|max| max >= number)
    }
}

/// The figures of an incident, in the order of outcome and group, and what competes with them.
pub(super) fn fuse<'a>(voices: &[Voice<'a>], competing: &mut Vec<Competing>) -> Vec<Fused<'a>> {
    let mut groups: BTreeMap<(Outcome, Option<String>), Vec<Figure<'a>>> = BTreeMap::new();
    for voice in voices {
        for (index, casualty) in voice.report.casualties.iter().enumerate() {
            let key = (casualty.outcome, casualty.group.as_deref().map(fold));
            groups.entry(key).or_default().push(Figure { voice: *voice, index, casualty });
        }
    }
    let mut out: Vec<Fused<'a>> = Vec::new();
    for figures in groups.into_values() {
        let field = format!("/casualties/{}", out.len());
        out.extend(fuse_group(&latest_of_each_source(&figures), &figures, &field, competing));
    }
    out
}

/// The figures of the latest report of each outlet, and those that a repetition raised; a copy
/// speaks only where nobody else does.
fn latest_of_each_source<'a>(figures: &[Figure<'a>]) -> Vec<Figure<'a>> {
    let mut latest: BTreeMap<&str, (i64, &str)> = BTreeMap::new();
    for figure in figures.iter().filter(|figure| !figure.voice.repeats) {
        if let Some(source) = figure.voice.source {
            let when = (figure.voice.at, figure.voice.report.id.as_str());
            let known = latest.entry(source).or_insert(when);
            *known = (*known).max(when);
        }
    }
    let kept: Vec<Figure<'a>> = figures
        .iter()
        .filter(|figure| {
            figure.voice.source.is_some_and(|source| {
                let when = (figure.voice.at, figure.voice.report.id.as_str());
                if figure.voice.repeats {
                    raises(figure, figures)
                } else {
                    latest.get(source) == Some(&when)
                }
            })
        })
        .copied()
        .collect();
    if kept.is_empty() { figures.to_vec() } else { kept }
}

/// Whether a repetition tells more than all that was told before it in the same text.
fn raises<'a>(figure: &Figure<'a>, all: &[Figure<'a>]) -> bool {
    let told = |f: &Figure<'a>| (f.voice.at, f.voice.report.id.as_str());
    figure.is_exact()
        && all
            .iter()
            .filter(|f| f.voice.origin == figure.voice.origin && told(f) < told(figure))
            .all(|f| f.number() < figure.number())
}

fn fuse_group<'a>(
    figures: &[Figure<'a>],
    told: &[Figure<'a>],
    field: &str,
    competing: &mut Vec<Competing>,
) -> Option<Fused<'a>> {
    let mut ballot = Ballot::new();
    for figure in figures {
        let rank = match (superseded(figure, figures, told), vague(figure, figures, told)) {
            (false, false) => 0,
            (false, true) => 1,
            (true, _) => 2,
        };
        let c = figure.casualty;
        let key = format!("{:?}/{:?}/{:?}", c.best, c.min, c.max);
        ballot.add(&figure.voice, key, c.clone(), figure.index, rank, c.confidence);
    }
    let ranked = ballot.ranked();
    compete(competing, field, &ranked.iter().collect::<Vec<_>>());
    let in_force: Vec<Casualty> =
        ranked.iter().filter(|c| c.rank == 0).map(|c| c.value.clone()).collect();
    let mut chosen = ranked.into_iter().next()?;
    if in_force.len() > 1 {
        let low = in_force.iter().filter_map(|c| c.min.or(c.best)).min();
        let open = in_force.iter().any(|c| c.max.is_none() && c.best.is_none());
        let high = in_force.iter().filter_map(|c| c.max.or(c.best)).max().filter(|_| !open);
        chosen.value.min = low.or(chosen.value.min);
        chosen.value.max = high;
        if low.zip(high).is_some_and(|(low, high)| high > low.saturating_mul(CONFLICT)) {
            chosen.confidence *= DOUBT;
        }
    }
    chosen.value.confidence = chosen.confidence;
    Some(chosen)
}

/// `told` are all figures, also those that their own source has replaced.
fn superseded(figure: &Figure<'_>, all: &[Figure<'_>], told: &[Figure<'_>]) -> bool {
    all.iter().filter(|other| other.voice.at > figure.voice.at).any(|other| {
        let rises = other.is_exact() && other.number() > figure.number();
        let differs = other.number() != figure.number();
        rises || (differs && takes_back(&other.voice)) || corrects(other, figure, told)
    }) || is_old(figure, told)
}

/// A figure that others told before a higher one, printed again after it by somebody new to it.
fn is_old(figure: &Figure<'_>, told: &[Figure<'_>]) -> bool {
    let same = |f: &&Figure<'_>| f.number() == figure.number();
    let own = |f: &Figure<'_>| f.voice.source == figure.voice.source;
    told.iter()
        .filter(|higher| higher.is_exact() && higher.number() > figure.number())
        .filter(|higher| higher.voice.at < figure.voice.at)
        .any(|higher| {
            let before = || told.iter().filter(|f| f.voice.at < higher.voice.at).filter(same);
            before().next().is_some() && !before().any(own)
        })
}

/// A later, lower figure is a correction if nobody told it before: an old one that is printed again
/// was. One far lower is another party's, or of another kind.
fn corrects(lower: &Figure<'_>, higher: &Figure<'_>, told: &[Figure<'_>]) -> bool {
    let (low, high) = (lower.number(), higher.number());
    lower.is_exact()
        && higher.is_exact()
        && !lower.casualty.approx
        && low < high
        && low.saturating_mul(CORRECTION) >= high
        && lower.voice.at - higher.voice.at >= CORRECTION_AFTER
        && !told.iter().any(|f| f.voice.at <= higher.voice.at && f.number() == low)
}

/// "Several", where an exact figure in force fits it.
fn vague(figure: &Figure<'_>, all: &[Figure<'_>], told: &[Figure<'_>]) -> bool {
    !figure.is_exact()
        && all.iter().any(|other| {
            other.is_exact() && figure.holds(other.number()) && !superseded(other, all, told)
        })
}

fn takes_back(voice: &Voice<'_>) -> bool {
    voice.report.claims.iter().any(|claim| claim.act == SpeechAct::Retract)
}
