//! Figures of one event that are told more than once, or one by one.

use super::draft::Count;
use crate::extract::casualty::Figure;
use crate::extract::text::Text;
use crate::message::{Bound, Outcome};

/// "Ein 19-Jähriger trug Verletzungen davon ... Ein 21 Jahre alter Begleiter": people of different ages
/// who are told one by one are several, where no number tells of all.
pub(super) fn by_age(text: &Text<'_>, counts: &mut Vec<Count>) {
    for outcome in [Outcome::Killed, Outcome::Wounded] {
        let all: Vec<usize> = counts
            .iter()
            .enumerate()
            .filter(|(_, c)| c.figure.outcome == outcome && !c.figure.part)
            .map(|(i, _)| i)
            .collect();
        let age = |i: &usize| -> Option<String> {
            let f = &counts.get(*i)?.figure;
            let digits: String =
                text.ground.slice(f.span).chars().filter(char::is_ascii_digit).collect();
            (f.bound.exact() == Some(1) && !digits.is_empty()).then_some(digits)
        };
        let Some(mut ages) = all.iter().map(age).collect::<Option<Vec<_>>>() else { continue };
        ages.sort_unstable();
        ages.dedup();
        let number = u64::try_from(ages.len()).unwrap_or_default();
        let Some(first) = all.first().and_then(|i| counts.get(*i)).filter(|_| number > 1).cloned()
        else {
            continue;
        };
        for i in &all {
            if let Some(c) = counts.get_mut(*i) {
                c.figure.part = true;
            }
        }
        let figure = Figure {
            bound: Bound::exactly(number),
            group: None,
            rule: "casualty.sum",
            ..first.figure.clone()
        };
        let at = all.first().copied().unwrap_or_default();
        counts.insert(at, Count { figure, confidence: 0.75, ..first });
    }
}

/// The same figure told twice is one; of several totals without a source the last toll counts.
pub(super) fn settle(counts: &mut Vec<Count>) {
    let mut out: Vec<Count> = Vec::new();
    for c in counts.drain(..) {
        let f = &c.figure;
        let twin = out.iter_mut().find(|o| {
            o.figure.outcome == f.outcome
                && o.figure.part == f.part
                && o.figure.bound.min == f.bound.min
                && o.figure.bound.max == f.bound.max
                && (o.figure.group == f.group || !f.part)
        });
        if let Some(twin) = twin {
            twin.confidence = (twin.confidence + 0.05).min(0.95);
            twin.saying = twin.saying.or(c.saying);
            if twin.figure.group.is_none() {
                twin.figure.group = c.figure.group;
            }
            continue;
        }
        // A vague plural says nothing beside a number.
        let told = out.iter().any(|o| o.figure.outcome == f.outcome && !o.figure.vague);
        if f.vague && told && c.saying.is_none() {
            continue;
        }
        if !f.vague {
            out.retain(|o| {
                !(o.figure.vague
                    && o.figure.outcome == f.outcome
                    && o.figure.rule == "casualty.plural")
            });
        }
        out.push(c);
    }
    // A person told apart from a total is one of them.
    for i in 0..out.len() {
        let Some(c) = out.get(i) else { continue };
        let (outcome, max) = (c.figure.outcome, c.figure.bound.max);
        let larger = out.iter().enumerate().any(|(j, o)| {
            j != i
                && o.figure.outcome == outcome
                && !o.figure.part
                && o.figure.group.is_none()
                && o.figure.bound.min.zip(max).is_some_and(|(a, b)| a > b)
                && (o.saying == c.saying && c.figure.group.is_some()
                    || max == Some(1) && o.figure.sentence < c.figure.sentence)
        });
        if larger && let Some(c) = out.get_mut(i) {
            c.figure.part = true;
        }
    }
    *counts = out;
}
