//! Numbers of people bound to what happened to them.
//!
//! A number counts only through an outcome: "900 Soldaten stationiert" has none. Money, ages, times
//! and measures never get here: only numbers that the ground calls a count.

mod implied;
mod quantity;
mod voice;

use super::entity::Entity;
use super::ground::Span;
use super::lexicon::{Form, Hit, Tag, Word};
use super::text::Text;
use crate::message::{Bound, Outcome};
use implied::{bare_plurals, sums, taken_up, unharmed, zeros};
use quantity::{Quantity, counts, merge_ranges, quantities};
use voice::{active, object_first, second};

/// A number of people and what happened to them.
#[derive(Debug, Clone)]
pub(crate) struct Figure {
    pub(crate) outcome: Outcome,
    pub(crate) bound: Bound,
    /// The number is a vague word or a bare plural.
    pub(crate) vague: bool,
    pub(crate) group: Option<String>,
    pub(crate) sentence: usize,
    pub(crate) clause: usize,
    /// Token of the number.
    pub(crate) at: usize,
    pub(crate) span: Span,
    pub(crate) cumulative: bool,
    pub(crate) part: bool,
    pub(crate) rule: &'static str,
}

/// All figures of the text in order.
pub(crate) fn read(text: &Text<'_>, entities: &[Entity]) -> Vec<Figure> {
    let mut out = Vec::new();
    for (i, sentence) in text.ground.sentences.iter().enumerate() {
        if sentence.dateline {
            continue;
        }
        let outcomes: Vec<&Hit<Tag>> = text
            .hits_in(sentence.tokens.clone())
            .filter(|h| matches!(h.tag, Tag::Outcome(..)))
            .collect();
        if outcomes.is_empty() {
            continue;
        }
        let mut quantities = quantities(text, i, entities);
        merge_ranges(text, &mut quantities);
        let start = out.len();
        bind(text, i, &outcomes, &quantities, &mut out);
        of_them(text, &mut out, start);
        zeros(text, i, &outcomes, &mut out);
        bare_plurals(text, i, &outcomes, &mut out, start);
        taken_up(text, i, &outcomes, &quantities, entities, &mut out);
        sums(text, &mut out, start);
    }
    unharmed(text, &mut out);
    out
}

/// How many take part, in clauses about a gathering.
pub(crate) fn crowds(text: &Text<'_>) -> Vec<(usize, Bound, Span)> {
    let mut out = Vec::new();
    for n in text.ground.numbers.iter().filter(|n| counts(n)) {
        let first = text.token_at(n.span.start);
        let clause = text.clause_tokens(text.clause(first));
        let crowd = clause.iter().any(|t| text.is(*t, Word::Crowd));
        let outcome =
            clause.iter().any(|t| text.hits_at(*t).any(|h| matches!(h.tag, Tag::Outcome(..))));
        if crowd && !outcome {
            let last = text.token_at(n.span.end.saturating_sub(1));
            let people = (last + 1..=last + 4).any(|t| {
                text.hits_at(t).any(|h| matches!(h.tag, Tag::People(_) | Tag::Party(_)))
                    || text.is(t, Word::Crowd)
            });
            if people {
                out.push((first, n.bound, n.span));
            }
        }
    }
    out
}

/// "14 wurden verletzt, drei von ihnen schwer": some of those who were counted before.
fn of_them(text: &Text<'_>, out: &mut [Figure], start: usize) {
    for i in start..out.len() {
        let Some(f) = out.get(i) else { continue };
        let last = text.token_at(f.span.end.saturating_sub(1));
        let them = text.is(last + 1, Word::Of) && text.is(last + 2, Word::Pronoun);
        let whole = out.iter().take(i).rev().find(|o| o.outcome == f.outcome && !o.part);
        let some = whole.is_some_and(|w| w.bound.min.zip(f.bound.max).is_some_and(|(a, b)| a > b));
        if let Some(f) = out.get_mut(i).filter(|_| them && some) {
            f.part = true;
        }
    }
}

/// "one of them", "uno de carga": not a number of people.
fn one_of(text: &Text<'_>, q: &Quantity) -> bool {
    q.bare
        && !q.single
        && q.bound.exact() == Some(1)
        && text.any(q.last + 1, &[Word::Of, Word::Genitive])
}

fn bind(
    text: &Text<'_>,
    sentence: usize,
    outcomes: &[&Hit<Tag>],
    quantities: &[Quantity],
    out: &mut Vec<Figure>,
) {
    let toll = text.hits_in(text.tokens_of(sentence)).find(|h| h.tag == Tag::Toll);
    let mut counted_already = false;
    for (n, q) in quantities.iter().enumerate() {
        if let Some(toll) = toll
            && let Some(figure) = toll_figure(text, toll, outcomes, q, counted_already)
        {
            if let Toll::Total(figure) = figure {
                out.push(*figure);
                counted_already = true;
            }
            continue;
        }
        if one_of(text, q) {
            continue;
        }
        let next = quantities.get(n + 1);
        let last = out.last();
        // "21 Geiseln kamen ums Leben": what befell them, not what they were.
        let befell = q.noun.filter(|(i, _)| {
            text.lex
                .outcomes
                .get(*i)
                .is_some_and(|o| matches!(o.outcome, Outcome::Captive | Outcome::Missing))
        });
        let befell = befell
            .and_then(|_| predicate(text, q, outcomes, quantities))
            .filter(|h| h.last() > q.last && !matches!(h.tag, Tag::Outcome(_, Form::Noun)));
        let (outcome, rule) = if let Some(hit) = befell
            && let Tag::Outcome(i, _) = hit.tag
        {
            (Some(i), "casualty.predicate")
        } else if let Some((i, _)) = q.noun {
            (Some(i), "casualty.noun")
        } else if q.part
            && last.is_some_and(|f| f.sentence == sentence)
            && !own_predicate(text, q, outcomes, next)
        {
            (None, "casualty.part")
        } else if let Some(hit) = predicate(text, q, outcomes, quantities) {
            let Tag::Outcome(i, _) = hit.tag else { continue };
            (Some(i), "casualty.predicate")
        } else if let Some(i) = elliptic(text, q, next) {
            (Some(i), "casualty.ellipsis")
        } else if let Some(i) = carried_on(text, q, outcomes, quantities) {
            (Some(i), "casualty.predicate")
        } else {
            continue;
        };
        let outcome = match outcome {
            Some(i) => text.lex.outcomes.get(i).map(|o| o.outcome),
            None => out.last().map(|f| f.outcome),
        };
        let Some(outcome) = outcome else { continue };
        // "wurden verschüttet und starben": the worse counts.
        let worse = matches!(outcome, Outcome::Missing | Outcome::Wounded)
            && rule == "casualty.predicate"
            && carried_on(text, q, outcomes, quantities)
                .and_then(|i| text.lex.outcomes.get(i))
                .is_some_and(|o| o.outcome == Outcome::Killed);
        let outcome = if worse { Outcome::Killed } else { outcome };
        // One who flees is no displacement.
        if outcome == Outcome::Displaced && q.bound.exact() == Some(1) {
            continue;
        }
        // "Bergsteiger sterben": one word for one and for several.
        let several = q.single
            && q.first == q.last
            && text.lex.verb_final
            && q.bound.exact() == Some(1)
            && text.clause_tokens(text.clause(q.first)).iter().any(|t| {
                matches!(
                    text.lower(*t),
                    "sterben" | "starben" | "wurden" | "sind" | "kamen" | "kommen" | "ertrinken"
                )
            });
        let (bound, vague) = if several {
            (Bound { min: Some(2), max: None, approx: false }, true)
        } else {
            (q.bound, q.vague)
        };
        let group = q.group.clone().or_else(|| {
            q.noun.and_then(|(i, _)| text.lex.outcomes.get(i)).and_then(|o| o.group.clone())
        });
        let among = quantities.iter().skip(n + 1).any(|b| {
            let before = b.first.checked_sub(2).is_some_and(|t| text.is(t, Word::Including));
            before && !b.part && text.clause(b.first) == text.clause(q.first)
        });
        out.push(Figure {
            outcome,
            bound,
            vague,
            group,
            sentence,
            clause: text.clause(q.first),
            at: q.first,
            span: text.span(q.first, q.last),
            cumulative: false,
            part: q.part || among,
            rule,
        });
    }
}

/// A part with a predicate of its own right behind: "darunter 3, und 20 wurden verletzt".
fn own_predicate(
    text: &Text<'_>,
    q: &Quantity,
    outcomes: &[&Hit<Tag>],
    next: Option<&Quantity>,
) -> bool {
    outcomes.iter().any(|h| {
        h.first() > q.last
            && h.first() <= q.last + 3
            && next.is_none_or(|n| h.first() < n.first)
            && text.clause(h.first()) == text.clause(q.first)
            && !matches!(h.tag, Tag::Outcome(_, Form::Noun))
            && !(q.last + 1..h.first()).any(|t| text.lower(t) == ",")
    })
}

/// What a number in a sentence about a toll is.
enum Toll {
    Total(Box<Figure>),
    /// An earlier total, or part of the new one.
    Superseded,
}

/// In "rose from four to nine" only the nine counts.
fn toll_figure(
    text: &Text<'_>,
    toll: &Hit<Tag>,
    outcomes: &[&Hit<Tag>],
    q: &Quantity,
    counted_already: bool,
) -> Option<Toll> {
    if q.first < toll.first() {
        return None;
    }
    let outcome = outcomes
        .iter()
        .rfind(|h| h.first() <= toll.last() && h.last() >= toll.first())
        .or_else(|| outcomes.first())?;
    let Tag::Outcome(i, _) = outcome.tag else { return None };
    let outcome = text.lex.outcomes.get(i)?.outcome;
    let before = q.first.checked_sub(1)?;
    let from = text.any(before, &[Word::Of, Word::By]) || text.lower(before) == "from";
    if counted_already {
        // "fünf weitere Leichen" is in the total already.
        return (q.more || q.noun.is_some_and(|(n, _)| n == i)).then_some(Toll::Superseded);
    }
    // "from three to eight" may be read as one number.
    let range = q.bound.min.zip(q.bound.max).is_some_and(|(a, b)| a < b);
    let bound = if from && range { Bound { min: q.bound.max, ..q.bound } } else { q.bound };
    if from && !range && text.clause(before) == text.clause(toll.first()) {
        return Some(Toll::Superseded);
    }
    (q.noun.is_none() && text.clause(q.first) == text.clause(toll.last())).then(|| {
        Toll::Total(Box::new(Figure {
            outcome,
            bound,
            vague: q.vague,
            group: None,
            sentence: text.sentence(q.first),
            clause: text.clause(q.first),
            at: q.first,
            span: text.span(q.first, q.last),
            cumulative: true,
            part: false,
            rule: "casualty.toll",
        }))
    })
}

/// The outcome whose predicate takes this quantity.
fn predicate<'h>(
    text: &Text<'_>,
    q: &Quantity,
    outcomes: &[&'h Hit<Tag>],
    quantities: &[Quantity],
) -> Option<&'h Hit<Tag>> {
    let clause = text.clause(q.first);
    let joined = q.first.checked_sub(1).is_some_and(|t| text.is(t, Word::And));
    let rival = |from: usize, to: usize| {
        !joined
            && quantities
                .iter()
                .any(|o| o.first > from && o.last < to && !o.part && !(o.single && q.single))
    };
    let mine = |h: &Hit<Tag>| {
        // "14 personnes sont mortes": where nouns have no capitals, a noun may be the predicate.
        text.clause(h.first()) == clause
            && (!text.lex.capital_nouns || !matches!(h.tag, Tag::Outcome(_, Form::Noun)))
    };
    let right = outcomes.iter().copied().find(|h| {
        // "acht Soldaten sollen gefallen sein" is one phrase with the soldiers.
        mine(h)
            && h.last() > q.last
            && h.first() > q.first
            && !rival(q.last, h.first().max(q.last + 1))
    });
    let left = outcomes
        .iter()
        .copied()
        .rfind(|h| mine(h) && h.first() < q.first && !rival(h.last().min(q.first), q.first));
    let coordinated = right.is_none().then(|| {
        // "Der Täter sowie drei Passanten kamen ...": the next quantity is joined by "and".
        outcomes.iter().copied().find(|h| {
            mine(h)
                && h.first() > q.last
                && quantities.iter().filter(|o| o.first > q.last && o.last < h.first()).all(|o| {
                    // "and her two children"
                    (1..=2).any(|d| o.first.checked_sub(d).is_some_and(|t| text.is(t, Word::And)))
                        || o.part
                        || (q.last + 1..o.first).any(|t| text.is(t, Word::Including))
                })
        })
    });
    let right = right.or(coordinated.flatten());
    let active_left = left.filter(|h| {
        active(text, h) && q.first.saturating_sub(h.first()) <= 8 && h.first() < q.first
    });
    let chosen = active_left
        .or(right.filter(|h| !active(text, h) || q.accusative || object_first(text, q, h)))
        .or(left)?;
    // "ist von zwei Männern erschossen worden": who did it, not whom it befell.
    let agent = text.lex.verb_final
        && q.first.checked_sub(1).is_some_and(|t| text.is(t, Word::By))
        && !active(text, chosen)
        && chosen.first() > q.last
        && (q.last + 1..chosen.first()).all(|t| !text.any(t, &[Word::Be, Word::Have]));
    if agent {
        return None;
    }
    // "Ein Mann tötete drei Menschen": the man is no victim.
    if active(text, chosen)
        && chosen.first() > q.last
        && !q.accusative
        && !object_first(text, q, chosen)
        && !second(text, q)
    {
        return None;
    }
    // People who count themselves are victims only as subject of a passive or object of an active.
    if q.single
        && chosen.first() < q.first
        && !active(text, chosen)
        && q.first.saturating_sub(chosen.last()) > 8
    {
        return None;
    }
    Some(chosen)
}

/// "griff einen Lehrer an und verletzte ihn", "wurde angegriffen und verletzt": what befell the people
/// of a clause stands in the next, which has none of its own.
fn carried_on(
    text: &Text<'_>,
    q: &Quantity,
    outcomes: &[&Hit<Tag>],
    quantities: &[Quantity],
) -> Option<usize> {
    let clause = text.clause(q.first);
    let own = text.clause_tokens(clause);
    let passive = own.iter().any(|t| text.is(*t, Word::Become) || text.is(*t, Word::Be));
    let led = q
        .first
        .checked_sub(1)
        .is_some_and(|t| text.any(t, &[Word::By, Word::With, Word::Of, Word::Through]));
    // "hat eine Frau erfasst und verletzt": behind the auxiliary stands the object.
    let object = text.lex.verb_final
        && own.iter().any(|t| text.is(*t, Word::Have) && *t < q.first)
        && own.first().is_some_and(|t| *t < q.first);
    if q.bare || led || !(q.accusative || passive || object) {
        return None;
    }
    let hit = outcomes.iter().find(|h| {
        let next = text.clause(h.first());
        let joined = text.clause_tokens(next).first().is_some_and(|t| text.is(*t, Word::And));
        next == clause + 1
            && joined
            && !matches!(h.tag, Tag::Outcome(_, Form::Noun))
            && !quantities.iter().any(|o| text.clause(o.first) == next)
    })?;
    let last = quantities.iter().rfind(|o| text.clause(o.first) == clause && !o.bare)?;
    let Tag::Outcome(i, _) = hit.tag else { return None };
    // The object stands last; a subject of a passive may stand anywhere.
    (passive || last.first == q.first).then_some(i)
}

/// "Kiel meldet fünf, Nordau 50 Tote": the first number shares the noun of the second.
fn elliptic(text: &Text<'_>, q: &Quantity, next: Option<&Quantity>) -> Option<usize> {
    let next = next?;
    let (i, _) = next.noun?;
    let joined = text.lower(q.last + 1) == "," || text.any(q.last + 1, &[Word::And, Word::Not]);
    (q.bare && joined && next.first - q.last <= 6).then_some(i)
}
