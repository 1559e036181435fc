//! What is counted: numbers with their nouns, and people who count themselves.

use crate::extract::entity::{Entity, EntityKind, Lead};
use crate::extract::ground::{NumberKind, NumberMention, TokenKind};
use crate::extract::lexicon::{Form, Tag, Word};
use crate::extract::text::Text;
use crate::message::Bound;

/// Words between a number and the noun it counts.
const NOUN_REACH: usize = 6;

/// Something counted: a number, or people who count themselves.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools)] // marks that do not depend on each other
pub(super) struct Quantity {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) bound: Bound,
    pub(super) vague: bool,
    pub(super) group: Option<String>,
    /// The outcome noun that it counts.
    pub(super) noun: Option<(usize, usize)>,
    /// No noun of its own.
    pub(super) bare: bool,
    pub(super) more: bool,
    pub(super) single: bool,
    pub(super) accusative: bool,
    pub(super) part: bool,
}

pub(super) fn counts(n: &NumberMention) -> bool {
    n.kind == NumberKind::Count && n.decimal.is_none() && !n.rule.ends_with("article")
}

/// "ein Toter": the article counts before what befell somebody.
fn one(text: &Text<'_>, n: &NumberMention) -> bool {
    let next = text.token_at(n.span.end.saturating_sub(1)) + 1;
    n.kind == NumberKind::Count
        && n.rule.ends_with("article")
        && text.lex.capital_nouns
        && text.hits_at(next).any(|h| matches!(h.tag, Tag::Outcome(_, Form::Noun)))
        && text.lower(next).ends_with(['r', 'e'])
}

pub(super) fn quantities(text: &Text<'_>, sentence: usize, entities: &[Entity]) -> Vec<Quantity> {
    let mut out: Vec<Quantity> = text
        .ground
        .numbers
        .iter()
        .filter(|n| n.sentence == sentence && (counts(n) || one(text, n)))
        // "une personne" is somebody.
        .filter(|n| {
            let before = text.token_at(n.span.start).checked_sub(1);
            n.bound.max != Some(0) || !before.is_some_and(|t| text.is(t, Word::Indefinite))
        })
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
            // "erlitten einen Schock"
            && !text.hits_at(e.head).any(|h| matches!(h.tag, Tag::Outcome(..)) && h.tokens.len() > 1 && h.last() == e.head)
        {
            let part = (1..=2).any(|d| including(text, e.first, d));
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
    // "nicht zwölf, sondern drei", "drei statt zwölf"
    let negated = first.checked_sub(1).is_some_and(|t| text.is(t, Word::Not));
    if negated || strength(text, first, last) {
        return None;
    }
    // "among the nine killed": the nine are all.
    let all = first.checked_sub(1).is_some_and(|t| text.is(t, Word::Definite));
    q.part = !all && (1..=3).any(|d| including(text, first, d));
    // "zwölf davon schwer"
    q.part |= text.is(last + 1, Word::Including);
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
        if let Some(hit) = text.hits_at(t).find(|h| matches!(h.tag, Tag::Outcome(_, Form::Noun)))
            && let Tag::Outcome(i, _) = hit.tag
            && hit.first() == t
            && !noun_seen
        {
            // "drei der Verletzten", "three of the injured"
            q.part |= (last + 1..t).any(|x| text.any(x, &[Word::Definite, Word::Genitive]))
                && text.any(last + 1, &[Word::Of, Word::Genitive]);
            q.noun = Some((i, hit.last()));
            q.bare = false;
            q.last = hit.last();
            return Some(q);
        }
        // "vier getötete Zivilisten": the outcome stands between number and noun.
        if let Some(hit) = text.hits_at(t).find(|h| {
            matches!(h.tag, Tag::Outcome(_, Form::Participle | Form::Verb)) && h.tokens.len() == 1
        }) && let Tag::Outcome(i, _) = hit.tag
            && q.noun.is_none()
            && !noun_seen
            && text.lex.capital_nouns
            && text.capital(t + 1)
            && text.lower(t).ends_with(['e', 'n'])
        {
            q.noun = Some((i, t));
            continue;
        }
        if let Some(hit) = text.hits_at(t).find(|h| matches!(h.tag, Tag::People(_)))
            && let Tag::People(i) = hit.tag
        {
            let row = text.lex.people.get(i)?;
            q.group = group(&row.group);
            q.bare = false;
            q.last = hit.last();
            noun_seen = true;
            // "20 people dead", "14 personnes mortes": the outcome may follow.
            continue;
        }
        if noun_seen {
            break;
        }
        // "two port workers": where nouns stand side by side the last one is counted.
        let joined =
            !text.lex.capital_nouns && text.hits_at(t + 1).any(|h| matches!(h.tag, Tag::People(_)));
        let other = !joined
            && text.hits_at(t).any(|h| {
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

/// "darunter zwei Kinder"; in "kamen mit Prellungen davon, der Fahrer" the word ends what is before.
fn including(text: &Text<'_>, first: usize, distance: usize) -> bool {
    first.checked_sub(distance).is_some_and(|t| {
        text.is(t, Word::Including)
            && text.sentence(t) == text.sentence(first)
            && (t + 1..first).all(|x| text.kind(x) != TokenKind::Sign)
    })
}

/// "stationiert", "2,000-strong": a strength, not a loss.
fn strength(text: &Text<'_>, first: usize, last: usize) -> bool {
    let clause = text.clause_tokens(text.clause(first));
    // "20 Einwohner wurden getötet"
    let befell = |t: usize| {
        text.hits_at(t).any(|h| matches!(h.tag, Tag::People(_)))
            && clause.iter().any(|c| text.hits_at(*c).any(|h| matches!(h.tag, Tag::Outcome(..))))
    };
    if (first..=last + 2).any(|t| text.is(t, Word::Strength) && !befell(t)) {
        return true;
    }
    clause.iter().any(|t| text.is(*t, Word::Strength))
        && !clause.iter().any(|t| text.hits_at(*t).any(|h| matches!(h.tag, Tag::Outcome(..))))
}

/// "mindestens sieben, womöglich elf": two bounds of one number.
pub(super) fn merge_ranges(text: &Text<'_>, quantities: &mut Vec<Quantity>) {
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
