//! Series of events: totals, their parts, and whether the parts add up.

use super::draft::Totals;
use crate::extract::ground::{NumberKind, Span};
use crate::extract::lexicon::{Form, Tag, Word};
use crate::extract::text::Text;
use crate::extract::trigger::Mention;
use crate::message::{Bound, CountsPart};

/// So many events in one sentence are a series.
const SERIES: u64 = 5;
/// So many before a word for a gathering are those who come.
const CROWD: u64 = 400;

/// The number of events that a noun states, as in "66 solcher Angriffe".
pub(crate) fn totals(text: &Text<'_>, mention: &Mention) -> Option<Totals> {
    if mention.form != Form::Noun {
        return None;
    }
    // "fünf Randalierer kamen in Gewahrsam": people, not riots.
    if (mention.first()..=mention.last())
        .any(|t| text.hits_at(t).any(|h| matches!(h.tag, Tag::People(_) | Tag::Party(_))))
    {
        return None;
    }
    // "100,000 rally": people, not rallies.
    let gathers = text.taxonomy.group(mention.best().0) == "unrest";
    let first = mention.first();
    let (n, total) = text.ground.numbers.iter().enumerate().rev().find(|(_, n)| {
        let last = text.token_at(n.span.end.saturating_sub(1));
        n.sentence == mention.sentence
            && n.kind == NumberKind::Count
            && !(gathers && n.bound.min.or(n.bound.max).is_some_and(|n| n >= CROWD))
            && !n.rule.ends_with("article")
            && last < first
            && first - last <= 4
            && (last + 1..first).all(|t| {
                !text.verb(t)
                    && !text.any(t, &[Word::And, Word::Preposition, Word::On, Word::By, Word::With])
            })
    })?;
    let noun_between = (text.token_at(total.span.end.saturating_sub(1)) + 1..first)
        .any(|t| text.hits_at(t).any(|h| matches!(h.tag, Tag::People(_) | Tag::Outcome(..))));
    if noun_between {
        return None;
    }
    let mut parts = Vec::new();
    for part in text.ground.numbers.iter().skip(n + 1) {
        if part.sentence != mention.sentence {
            break;
        }
        if part.kind == NumberKind::Count
            && let Some((label, span)) = label(text, part.span)
        {
            parts.push((CountsPart { label, number: part.bound }, span));
        }
    }
    let unit = text.slice(mention.first(), mention.last()).to_owned();
    let span =
        Span { start: total.span.start, end: text.span(mention.first(), mention.last()).end };
    Some(Totals { unit, total: total.bound, parts, span })
}

/// "32 in Irak", "18 im Norden": the words behind the preposition.
fn label(text: &Text<'_>, number: Span) -> Option<(String, Span)> {
    let last = text.token_at(number.end.saturating_sub(1));
    let mut from = last + 1;
    if !text.is(from, Word::Preposition) {
        return None;
    }
    from += 1;
    while text.is(from, Word::Definite) {
        from += 1;
    }
    let end = text.tokens_of(text.sentence(last)).end;
    let to = (from..end.min(from + 4))
        .take_while(|t| {
            text.kind(*t) == crate::extract::ground::TokenKind::Word
                && !text.any(*t, &[Word::And, Word::Preposition])
                && !text.verb(*t)
        })
        .last()?;
    let span = Span { start: number.start, end: text.span(to, to).end };
    Some((text.slice(from, to).to_owned(), span))
}

/// A number that makes a series.
pub(crate) fn many(totals: &Totals) -> bool {
    !totals.parts.is_empty() || totals.total.min.or(totals.total.max).is_some_and(|n| n >= SERIES)
}

/// Whether the parts add up, where all are exact.
pub(crate) fn parts_match(totals: &Totals) -> Option<bool> {
    let total = totals.total.exact()?;
    if totals.parts.is_empty() {
        return None;
    }
    let sum = totals
        .parts
        .iter()
        .map(|(p, _)| p.number.exact())
        .try_fold(0_u64, |a: u64, b: Option<u64>| Some(a.saturating_add(b?)))?;
    Some(sum == total)
}

/// A bound that says nothing.
pub(crate) fn open(bound: Bound) -> bool {
    bound.min.is_none() && bound.max.is_none()
}
