//! What stands left of a noun: article, adjectives, number, age, and the word that leads to it.

use super::Lead;
use crate::extract::ground::{NumberKind, PlaceClass, TokenKind};
use crate::extract::lexicon::{Form, Tag, Word};
use crate::extract::text::Text;
use crate::message::Bound;

/// Words left of a head that are looked at.
const MAX_LEFT: usize = 7;

/// Article, adjectives and preposition left of a head.
pub(super) struct Left {
    pub(super) first: usize,
    pub(super) lead: Lead,
    pub(super) accusative: bool,
    pub(super) number: Option<Bound>,
    pub(super) country: Option<String>,
}

pub(super) fn left(text: &Text<'_>, head: usize) -> Left {
    let start = text.tokens_of(text.sentence(head)).start;
    let mut first = head;
    let mut number = None;
    let mut country = country_in(text, head, head);
    let mut steps = 0;
    let mut article = None;
    while first > start && steps < MAX_LEFT {
        let t = first - 1;
        steps += 1;
        if let Some(n) = number_at(text, t) {
            number = number.or(Some(n.0));
            first = n.1.max(start);
            continue;
        }
        // "ein 53 Jahre alter Brite"
        if let Some(age) = age_phrase(text, t, start) {
            first = age;
            continue;
        }
        if text.any(t, &[Word::Definite, Word::Indefinite, Word::This, Word::Possessive, Word::No])
        {
            // "den Unbekannte entführten": a relative pronoun, by its ending no article.
            let pronoun = text.lower(t) == "den"
                && text.lower(head).ends_with("te")
                && t > start
                && text.lower(t - 1) == ",";
            if !pronoun {
                article = Some(t);
                first = t;
            }
            break;
        }
        let function = text.any(
            t,
            &[
                Word::By,
                Word::On,
                Word::Of,
                Word::With,
                Word::Preposition,
                Word::And,
                Word::Relative,
                Word::Subordinator,
                Word::Between,
                Word::Including,
                Word::Total,
                Word::Not,
                Word::Pronoun,
            ],
        ) || text.verb(t)
            || text.kind(t) != TokenKind::Word;
        if function {
            break;
        }
        let adjective = country_in(text, t, t);
        // "am Frankfurter Flughafen"
        let of_town = text.lex.capital_nouns
            && text.lower(t).ends_with("er")
            && text.capital(t)
            && text.hits_at(t).next().is_none()
            && t + 1 == first
            && text.capital(first);
        // "Islamistische Kämpfer" at the beginning of a sentence.
        let opens = text.lex.capital_nouns
            && t == start
            && t + 1 == first
            && text.capital(first)
            && text.hits_at(t).next().is_none()
            && ["e", "er", "en"].iter().any(|end| text.lower(t).ends_with(end));
        // "a gang shocked Haiti": what is a phrase of its own is no attribute, unless of a compound.
        let own = !text.lex.capital_nouns
            && t + 1 < head
            && text
                .hits_at(t)
                .any(|h| matches!(h.tag, Tag::Party(_) | Tag::People(_) | Tag::Target(_)));
        if own {
            break;
        }
        let attributive = adjective.is_some()
            || of_town
            || opens
            || (!text.capital(t) && !text.hits_at(t).any(|h| matches!(h.tag, Tag::Trigger(..))))
            || text.is(t, Word::More);
        let noun_before = !text.lex.verb_final
            && !text.lex.capital_nouns
            && text.capital(t)
            && text.lex.code == "en"
            && (t > start
                || text.slice(t, t).chars().any(|c| c.is_ascii_digit())
                || text.hits_at(t).any(|h| matches!(h.tag, Tag::Party(_))));
        if !(attributive || noun_before) {
            break;
        }
        country = country.or(adjective);
        first = t;
    }
    let before = (first > start).then(|| first - 1);
    let mut lead = before.map_or(Lead::None, |b| lead_of(text, shortened(text, b, start)));
    // "vom", "zum", "du", "al": article and preposition in one stand outside the phrase already.
    if lead == Lead::None
        && let Some(a) = article
        && text.is(a, Word::Genitive)
        && before.is_some_and(|b| {
            // "am Montag im Allgäu der Pilot": a place and a time own nothing.
            let setting = text.places_in(text.span(b, b)).any(|(_, p)| p.locative)
                || text.ground.times.iter().any(|t| {
                    t.span.start <= text.span(b, b).start && text.span(b, b).end <= t.span.end
                });
            // "der 67 Jahre alte Pilot" is no genitive: that would be "der alten Pilotin".
            let weak = article.is_some_and(|a| {
                text.lower(a) == "der"
                    && head > a + 1
                    && !text.capital(head - 1)
                    && text.lower(head - 1).ends_with('e')
            });
            !setting
                && !weak
                && text.capital(b)
                && text.kind(b) == TokenKind::Word
                && (!text.verb(b) || text.lex.capital_nouns)
                && (b > start
                    || text
                        .hits_at(b)
                        .any(|h| matches!(h.tag, Tag::People(_) | Tag::Party(_) | Tag::Target(_))))
                || text.hits_at(b).any(|h| matches!(h.tag, Tag::Trigger(_, Form::Noun)))
        })
    {
        lead = Lead::Genitive;
    }
    // "attaque des rebelles", "ataque del ELN": the article holds the preposition.
    let noun = |b: usize| {
        text.hits_at(b).any(|h| {
            matches!(
                h.tag,
                Tag::Trigger(_, Form::Noun) | Tag::People(_) | Tag::Party(_) | Tag::Target(_)
            )
        })
    };
    if lead == Lead::None
        && !text.lex.verb_final
        && let Some(a) = article.filter(|a| text.is(*a, Word::Of))
        && a > start
        && noun(a - 1)
    {
        lead = Lead::Of;
    }
    // Spanish leads to people with "a": "detuvo a un hombre".
    let personal = lead == Lead::Other
        && text.lex.code == "es"
        && before.is_some_and(|b| text.lower(b) == "a");
    if personal {
        lead = Lead::None;
    }
    // "Angriffe ... vom Iran unterstützter Gruppen auf": coordinated phrases share their lead.
    let accusative =
        (article.is_some_and(|a| text.is(a, Word::Accusative)) || personal) && lead == Lead::None;
    Left { first, lead, accusative, number, country }
}

/// First token of an age that ends here: "53 Jahre alter", "31-jähriger" needs none.
pub(super) fn age_phrase(text: &Text<'_>, old: usize, start: usize) -> Option<usize> {
    let number = old.checked_sub(2).filter(|n| *n >= start)?;
    let years = matches!(text.lower(old - 1), "jahre" | "monate" | "wochen" | "tage");
    let worded = text.lower(old).starts_with("alte");
    (years && worded && text.lex.verb_final).then_some(number)
}

/// The token before the phrase, where it begins with a shortened word: "auf die US- und
/// Koalitionsstreitkräfte"; else the token given.
fn shortened(text: &Text<'_>, before: usize, start: usize) -> usize {
    let Some(word) = before.checked_sub(1).filter(|w| *w > start) else { return before };
    if !text.is(before, Word::And) || !text.lower(word).ends_with('-') {
        return before;
    }
    // The hyphen may be a sign of its own, and an article may stand before the word.
    (word.saturating_sub(3)..word)
        .rev()
        .find(|t| *t >= start && lead_of(text, *t) != Lead::None)
        .unwrap_or(before)
}

pub(super) fn lead_of(text: &Text<'_>, t: usize) -> Lead {
    let of = |w| text.is(t, w);
    if of(Word::Through) {
        Lead::Through
    } else if of(Word::On) {
        Lead::On
    } else if of(Word::Of) {
        Lead::Of
    } else if of(Word::By) {
        Lead::By
    } else if of(Word::With) {
        Lead::With
    } else if of(Word::Between) {
        Lead::Between
    } else if of(Word::Preposition) {
        Lead::Other
    } else {
        Lead::None
    }
}

/// The number that ends at this token, with its first token.
fn number_at(text: &Text<'_>, token: usize) -> Option<(Bound, usize)> {
    let at = text.ground.tokens.get(token)?;
    let numbers = &text.ground.numbers;
    let upto = numbers.partition_point(|n| n.span.start <= at.span.start);
    let n = numbers
        .get(upto.saturating_sub(3)..upto)?
        .iter()
        .rev()
        .find(|n| n.span.start <= at.span.start && at.span.end <= n.span.end)?;
    if n.kind != NumberKind::Count || n.rule.ends_with("article") {
        return None;
    }
    Some((n.bound, text.token_at(n.span.start)))
}

/// Country of an adjective or a prefix within these tokens.
pub(super) fn country_in(text: &Text<'_>, first: usize, last: usize) -> Option<String> {
    text.places_in(text.span(first, last))
        .find(|(_, p)| p.adjective)
        .and_then(|(_, p)| p.place.country.clone())
}

/// A country right behind: "Armee des Sudan", "army of Mali", "Luftwaffe Israels".
pub(super) fn country_after(text: &Text<'_>, last: usize) -> Option<(String, usize)> {
    let end = text.tokens_of(text.sentence(last)).end;
    let mut t = last + 1;
    while t < end && t <= last + 2 && text.any(t, &[Word::Definite, Word::Of, Word::Genitive]) {
        t += 1;
    }
    let span = text.span(t, t);
    let (_, p) = text
        .places_in(span)
        .find(|(_, p)| p.place.class == PlaceClass::Country && !p.locative && !p.adjective)?;
    Some((p.place.country.clone()?, text.token_at(p.span.end.saturating_sub(1))))
}
