//! Numbers of people bound to what happened to them.
//!
//! A number counts only through an outcome: "900 Soldaten stationiert" has none. Money, ages, times
//! and measures never get here: only numbers that the ground calls a count.

use super::entity::{Entity, EntityKind, Lead};
use super::ground::{NumberKind, NumberMention, Span, TokenKind};
use super::lexicon::{Form, Hit, Tag, Word};
use super::text::Text;
use crate::message::{Bound, Outcome};

/// Words between a number and the noun it counts.
const NOUN_REACH: usize = 6;

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

/// Something counted: a number, or people who count themselves.
#[derive(Debug, Clone)]
struct Quantity {
    first: usize,
    last: usize,
    bound: Bound,
    vague: bool,
    group: Option<String>,
    /// The outcome noun that it counts.
    noun: Option<(usize, usize)>,
    /// No noun of its own.
    bare: bool,
    more: bool,
    single: bool,
    accusative: bool,
    part: bool,
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
        zeros(text, i, &outcomes, &mut out);
        bare_plurals(text, i, &outcomes, &mut out, start);
        sums(text, &mut out, start);
    }
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

fn counts(n: &NumberMention) -> bool {
    n.kind == NumberKind::Count && n.decimal.is_none() && !n.rule.ends_with("article")
}

fn quantities(text: &Text<'_>, sentence: usize, entities: &[Entity]) -> Vec<Quantity> {
    let mut out: Vec<Quantity> = text
        .ground
        .numbers
        .iter()
        .filter(|n| n.sentence == sentence && counts(n))
        .filter_map(|n| quantity(text, n, entities))
        .collect();
    for e in entities.iter().filter(|e| {
        e.kind == EntityKind::People
            && e.lead == Lead::None
            && e.number.is_none()
            && text.sentence(e.head) == sentence
    }) {
        let count = text
            .hits_at(e.head)
            .find_map(|h| match h.tag {
                Tag::People(i) => text.lex.people.get(i),
                _ => None,
            })
            .and_then(|p| p.count)
            .or(e.single.then_some(1));
        if let Some(count) = count
            && !out.iter().any(|q| (q.first..=q.last).contains(&e.head))
        {
            let part = e.first.checked_sub(1).is_some_and(|t| text.is(t, Word::Including));
            out.push(Quantity {
                first: e.first,
                last: e.last,
                bound: Bound::exactly(count),
                vague: false,
                group: group(&e.class),
                noun: None,
                bare: false,
                more: false,
                single: true,
                accusative: e.accusative,
                part,
            });
        }
    }
    out.sort_by_key(|q| q.first);
    out
}

fn group(class: &str) -> Option<String> {
    (class != "people").then(|| class.to_owned())
}

/// A number with the noun behind it; none if it counts something else than people.
fn quantity(text: &Text<'_>, n: &NumberMention, entities: &[Entity]) -> Option<Quantity> {
    let first = text.token_at(n.span.start);
    let last = text.token_at(n.span.end.saturating_sub(1));
    let end = text.tokens_of(n.sentence).end;
    let mut q = Quantity {
        first,
        last,
        bound: n.bound,
        vague: n.vague,
        group: None,
        noun: None,
        bare: true,
        more: false,
        single: false,
        accusative: false,
        part: false,
    };
    // "nicht zwölf, sondern drei"
    let negated = first.checked_sub(1).is_some_and(|t| text.is(t, Word::Not))
        && (last + 1..(last + 4).min(end)).any(|t| text.is(t, Word::But));
    if negated || strength(text, first, last) {
        return None;
    }
    q.part = (1..=3).any(|d| first.checked_sub(d).is_some_and(|t| text.is(t, Word::Including)));
    let mut noun_seen = false;
    for t in last + 1..(last + 1 + NOUN_REACH).min(end) {
        if text.is(t, Word::More) {
            q.more = true;
            q.last = t;
            continue;
        }
        if text.kind(t) == TokenKind::Quote {
            continue;
        }
        if let Some(hit) = text.hits_at(t).find(|h| matches!(h.tag, Tag::Outcome(_, Form::Noun))) {
            if let Tag::Outcome(i, _) = hit.tag
                && hit.first() == t
                && !noun_seen
            {
                q.noun = Some((i, hit.last()));
                q.bare = false;
                q.last = hit.last();
                return Some(q);
            }
        }
        if let Some(hit) = text.hits_at(t).find(|h| matches!(h.tag, Tag::People(_))) {
            if let Tag::People(i) = hit.tag {
                let row = text.lex.people.get(i)?;
                q.group = group(&row.group);
                q.bare = false;
                q.last = hit.last();
                noun_seen = true;
                // "20 people dead", "14 personnes mortes": the outcome may follow.
                continue;
            }
        }
        if noun_seen {
            break;
        }
        let other = text.hits_at(t).any(|h| {
            matches!(h.tag, Tag::Target(_) | Tag::Instrument(_) | Tag::Trigger(_, Form::Noun))
        });
        if other {
            return None;
        }
        if let Some(e) = entities.iter().find(|e| e.head == t && e.kind == EntityKind::Party) {
            q.group = group(&text.slice(e.head, e.head).to_lowercase());
            q.bare = false;
            q.last = e.last;
            break;
        }
        let stop = text.kind(t) == TokenKind::Sign
            || text.verb(t)
            || text.any(
                t,
                &[Word::And, Word::Preposition, Word::On, Word::By, Word::With, Word::Including],
            );
        let of = text.is(t, Word::Of) || text.any(t, &[Word::Definite, Word::Genitive]);
        if stop && !of {
            break;
        }
        if text.lex.capital_nouns
            && text.capital(t)
            && !of
            && text.ground.numbers.iter().all(|m| {
                !(m.span.start <= text.span(t, t).start && text.span(t, t).end <= m.span.end)
            })
        {
            // A noun of no lexicon: people if an outcome says so.
            if text.places_in(text.span(t, t)).next().is_none() {
                q.group = Some(text.slice(t, t).to_lowercase());
            }
            q.bare = false;
            q.last = t;
            break;
        }
    }
    Some(q)
}

/// "stationiert", "2,000-strong": a strength, not a loss.
fn strength(text: &Text<'_>, first: usize, last: usize) -> bool {
    if (first..=last + 3).any(|t| text.is(t, Word::Strength) && t <= last + 2) {
        return true;
    }
    let clause = text.clause_tokens(text.clause(first));
    clause.iter().any(|t| text.is(*t, Word::Strength))
        && !clause
            .iter()
            .any(|t| *t > first && text.hits_at(*t).any(|h| matches!(h.tag, Tag::Outcome(..))))
}

/// "mindestens sieben, womöglich elf": two bounds of one number.
fn merge_ranges(text: &Text<'_>, quantities: &mut Vec<Quantity>) {
    let mut i = 0;
    while i + 1 < quantities.len() {
        let joined = match (quantities.get(i), quantities.get(i + 1)) {
            (Some(a), Some(b)) => {
                let between: Vec<usize> = (a.last + 1..b.first).collect();
                let plain = between.len() <= 6
                    && between
                        .iter()
                        .all(|t| !text.verb(*t) && !text.is(*t, Word::And) && !text.capital(*t));
                a.bare
                    && !a.single
                    && a.bound.max.is_none()
                    && b.bound.min.is_none()
                    && b.bound.max.is_some()
                    && plain
            }
            _ => false,
        };
        if joined {
            let b = quantities.remove(i + 1);
            if let Some(a) = quantities.get_mut(i) {
                a.bound.max = b.bound.max;
                a.last = b.last;
                a.group = b.group;
                a.noun = b.noun;
                a.bare = b.bare;
            }
        } else {
            i += 1;
        }
    }
}

fn bind(
    text: &Text<'_>,
    sentence: usize,
    outcomes: &[&Hit<Tag>],
    quantities: &[Quantity],
    out: &mut Vec<Figure>,
) {
    let toll = text.hits_in(text.tokens_of(sentence)).find(|h| h.tag == Tag::Toll);
    let mut told = false;
    for (n, q) in quantities.iter().enumerate() {
        if let Some(toll) = toll
            && let Some(figure) = toll_figure(text, toll, outcomes, q, told)
        {
            if let Some(figure) = figure {
                out.push(figure);
                told = true;
            }
            continue;
        }
        let next = quantities.get(n + 1);
        let last = out.last();
        let (outcome, rule) = if let Some((i, _)) = q.noun {
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
        } else {
            continue;
        };
        let outcome = match outcome {
            Some(i) => text.lex.outcomes.get(i).map(|o| o.outcome),
            None => out.last().map(|f| f.outcome),
        };
        let Some(outcome) = outcome else { continue };
        let group = q.group.clone().or_else(|| {
            q.noun.and_then(|(i, _)| text.lex.outcomes.get(i)).and_then(|o| o.group.clone())
        });
        let among = next.is_some_and(|b| {
            (q.last + 1..b.first).any(|t| text.is(t, Word::Including))
                && !b.part
                && b.noun.is_none()
        });
        out.push(Figure {
            outcome,
            bound: q.bound,
            vague: q.vague,
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

/// In "rose from four to nine" only the nine counts; `Some(None)` drops the number.
fn toll_figure(
    text: &Text<'_>,
    toll: &Hit<Tag>,
    outcomes: &[&Hit<Tag>],
    q: &Quantity,
    told: bool,
) -> Option<Option<Figure>> {
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
    if told {
        // "fünf weitere Leichen" is in the total already.
        return (q.more || q.noun.is_some_and(|(n, _)| n == i)).then_some(None);
    }
    if from && text.clause(before) == text.clause(toll.first()) {
        return Some(None);
    }
    (q.noun.is_none() && text.clause(q.first) == text.clause(toll.last())).then(|| {
        Some(Figure {
            outcome,
            bound: q.bound,
            vague: q.vague,
            group: None,
            sentence: text.sentence(q.first),
            clause: text.clause(q.first),
            at: q.first,
            span: text.span(q.first, q.last),
            cumulative: true,
            part: false,
            rule: "casualty.toll",
        })
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
    let rival = |from: usize, to: usize| {
        quantities
            .iter()
            .any(|o| o.first > from && o.last < to && !o.part && !(o.single && q.single))
    };
    let mine = |h: &Hit<Tag>| {
        text.clause(h.first()) == clause && !matches!(h.tag, Tag::Outcome(_, Form::Noun))
    };
    let right = outcomes
        .iter()
        .copied()
        .find(|h| mine(h) && h.first() > q.last && !rival(q.last, h.first()));
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
                    o.first.checked_sub(1).is_some_and(|t| text.is(t, Word::And))
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
    // "Ein Mann tötete drei Menschen": the man is no victim.
    if active(text, chosen)
        && chosen.first() > q.last
        && !q.accusative
        && !object_first(text, q, chosen)
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

/// "mehrere Menschen getötet hat": German puts the object before the verb.
fn object_first(text: &Text<'_>, q: &Quantity, h: &Hit<Tag>) -> bool {
    text.lex.verb_final && !q.single && matches!(h.tag, Tag::Outcome(_, Form::Participle))
        || text.lex.verb_final
            && !q.single
            && h.tokens.len() == 1
            && text.clauses.get(text.clause(h.first())).is_some_and(|c| c.subordinate)
}

/// The subject does it to the quantity.
fn active(text: &Text<'_>, h: &Hit<Tag>) -> bool {
    let Tag::Outcome(_, form) = h.tag else { return false };
    match form {
        Form::Verb => {
            // "wurden verletzt": the form is ambiguous, the auxiliary is not.
            let clause = text.clause_tokens(text.clause(h.first()));
            let be = clause.iter().any(|t| text.is(*t, Word::Be));
            !(be && h.tokens.len() == 1 && text.lex.verb_final)
        }
        Form::Participle if text.lex.verb_final => {
            let clause = text.clause_tokens(text.clause(h.first()));
            clause.iter().any(|t| text.is(*t, Word::Have))
                && !clause.iter().any(|t| text.is(*t, Word::Be))
        }
        Form::Participle => {
            let from = h.first().saturating_sub(4);
            let be = (from..h.first()).any(|t| text.is(t, Word::Be));
            let next = h.last() + 1;
            let prep = text.any(
                next,
                &[Word::By, Word::On, Word::Preposition, Word::With, Word::And, Word::Through],
            ) || text.kind(next) == TokenKind::Sign
                || h.last() + 1 >= text.tokens_of(text.sentence(h.first())).end;
            !be && !prep
        }
        _ => false,
    }
}

/// "Kiel meldet fünf, Nordau 50 Tote": the first number shares the noun of the second.
fn elliptic(text: &Text<'_>, q: &Quantity, next: Option<&Quantity>) -> Option<usize> {
    let next = next?;
    let (i, _) = next.noun?;
    let joined = text.lower(q.last + 1) == "," || text.is(q.last + 1, Word::And);
    (q.bare && joined && next.first - q.last <= 6).then_some(i)
}

/// "niemand wurde verletzt", "keine Verletzten".
fn zeros(text: &Text<'_>, sentence: usize, outcomes: &[&Hit<Tag>], out: &mut Vec<Figure>) {
    for t in text.tokens_of(sentence) {
        let nobody = text.is(t, Word::Nobody);
        let no = text.is(t, Word::No);
        if !nobody && !no {
            continue;
        }
        let found: Vec<&&Hit<Tag>> = outcomes
            .iter()
            .filter(|h| {
                let noun = matches!(h.tag, Tag::Outcome(_, Form::Noun));
                text.clause(h.first()) == text.clause(t)
                    && if noun { no && h.first() > t && h.first() <= t + 5 } else { nobody }
            })
            .collect();
        for hit in found {
            let Tag::Outcome(i, _) = hit.tag else { continue };
            let Some(row) = text.lex.outcomes.get(i) else { continue };
            if out.iter().any(|f| {
                f.sentence == sentence && f.outcome == row.outcome && f.bound.max == Some(0)
            }) {
                continue;
            }
            let (first, last) = (t.min(hit.first()), t.max(hit.last()));
            out.push(Figure {
                outcome: row.outcome,
                bound: Bound::exactly(0),
                vague: false,
                group: None,
                sentence,
                clause: text.clause(t),
                at: t,
                span: text.span(first, last),
                cumulative: false,
                part: false,
                rule: "casualty.none",
            });
        }
    }
}

/// "es gab Tote und Verletzte": at least two.
fn bare_plurals(
    text: &Text<'_>,
    sentence: usize,
    outcomes: &[&Hit<Tag>],
    out: &mut Vec<Figure>,
    start: usize,
) {
    for hit in outcomes {
        let Tag::Outcome(i, Form::Noun) = hit.tag else { continue };
        let Some(row) = text.lex.outcomes.get(i) else { continue };
        if !matches!(row.outcome, Outcome::Killed | Outcome::Wounded | Outcome::Missing) {
            continue;
        }
        let word = text.lower(hit.last());
        let plural = match text.lex.code {
            "de" => matches!(
                word,
                "tote"
                    | "verletzte"
                    | "verwundete"
                    | "vermisste"
                    | "schwerverletzte"
                    | "todesopfer"
            ),
            "en" => matches!(word, "deaths" | "casualties" | "fatalities" | "injuries" | "dead"),
            _ => word.ends_with('s'),
        };
        let before = hit.first().checked_sub(1);
        let led = before.is_some_and(|t| {
            text.sentence(t) == sentence
                && (text.any(
                    t,
                    &[
                        Word::Definite,
                        Word::Indefinite,
                        Word::No,
                        Word::Possessive,
                        Word::This,
                        Word::Total,
                        Word::Of,
                    ],
                ) || text.hits_at(t).any(|h| matches!(h.tag, Tag::People(_)))
                    || text.kind(t) == TokenKind::Number)
        });
        let counted = out.iter().skip(start).any(|f| {
            f.span.start <= text.hit_span(hit).start && text.hit_span(hit).end <= f.span.end
                || f.outcome == row.outcome
        });
        let toll = text.hits_at(hit.first()).any(|h| h.tag == Tag::Toll);
        if !plural || led || counted || toll {
            continue;
        }
        out.push(Figure {
            outcome: row.outcome,
            bound: Bound { min: Some(2), max: None, approx: false },
            vague: true,
            group: None,
            sentence,
            clause: text.clause(hit.first()),
            at: hit.first(),
            span: text.hit_span(hit),
            cumulative: false,
            part: false,
            rule: "casualty.plural",
        });
    }
}

/// "Ein Ehepaar und seine Tochter", "Der Täter sowie drei Passanten": a sum and its parts.
fn sums(text: &Text<'_>, out: &mut Vec<Figure>, start: usize) {
    let mut i = start;
    while i < out.len() {
        let mut n = 1;
        while let (Some(a), Some(b)) = (out.get(i + n - 1), out.get(i + n)) {
            let gap: Vec<usize> = (text.token_at(a.span.end.saturating_sub(1)) + 1..b.at).collect();
            let joined = !gap.is_empty()
                && gap.len() <= 4
                && gap.iter().any(|t| text.is(*t, Word::And))
                && gap.iter().all(|t| {
                    !text.verb(*t) && text.hits_at(*t).all(|h| !matches!(h.tag, Tag::Outcome(..)))
                })
                && a.outcome == b.outcome
                && !a.part
                && !b.part
                && a.rule == "casualty.predicate"
                && b.rule == "casualty.predicate";
            if !joined {
                break;
            }
            n += 1;
        }
        if n > 1 {
            let parts = out.get(i..i + n).unwrap_or_default().to_vec();
            let sum = |pick: fn(&Bound) -> Option<u64>| {
                parts
                    .iter()
                    .map(|p| pick(&p.bound))
                    .try_fold(0_u64, |a, b| Some(a.saturating_add(b?)))
            };
            if let (Some(first), Some(last)) = (parts.first(), parts.last()) {
                let total = Figure {
                    bound: Bound {
                        min: sum(|b| b.min),
                        max: sum(|b| b.max),
                        approx: parts.iter().any(|p| p.bound.approx),
                    },
                    group: None,
                    span: Span { start: first.span.start, end: last.span.end },
                    rule: "casualty.sum",
                    ..first.clone()
                };
                for slot in out.get_mut(i..i + n).into_iter().flatten() {
                    slot.part = true;
                }
                out.insert(i, total);
                n += 1;
            }
        }
        i += n;
    }
}
