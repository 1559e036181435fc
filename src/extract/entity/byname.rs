//! People by their name alone, where nouns are written small: "the murder of Anna Berg".

use super::left::left;
use super::{Entity, EntityKind, Lead, base};
use crate::extract::ground::{NameMention, TokenKind};
use crate::extract::lexicon::{Frame, Tag, Word};
use crate::extract::text::Text;

/// The rule of who is known by name only.
pub(crate) const BY_NAME: &str = "people.name";

/// Small words inside a name.
const JOINTS: [&str; 12] =
    ["de", "la", "del", "los", "las", "van", "der", "von", "bin", "al", "da", "dos"];

/// Names of people in sentences that tell what happened to somebody.
pub(super) fn by_name(text: &Text<'_>, out: &mut Vec<Entity>) {
    if text.lex.capital_nouns {
        return;
    }
    for name in text.ground.names.iter().filter(|n| !n.quoted) {
        if !told(text, name.sentence) {
            continue;
        }
        let Some((first, last)) = person(text, name) else { continue };
        if out.iter().any(|e| (first..=last).any(|t| e.covers(t))) {
            continue;
        }
        let left = left(text, first);
        let placed = left.first.checked_sub(1).is_some_and(|t| text.is(t, Word::Inside));
        if placed || left.lead == Lead::Other && text.lex.code != "es" {
            continue;
        }
        let mut e = base(EntityKind::People, left, first, last);
        "civilian".clone_into(&mut e.sector);
        "people".clone_into(&mut e.class);
        e.single = true;
        text.slice(e.first, last).clone_into(&mut e.name);
        e.rule = BY_NAME;
        e.possessive = super::possessive(text, &mut e);
        out.push(e);
    }
}

/// First and last token of a name of two words and more, none of which says something else.
fn person(text: &Text<'_>, name: &NameMention) -> Option<(usize, usize)> {
    let first = text.token_at(name.span.start);
    let last = full(text, text.token_at(name.span.end.saturating_sub(1)));
    let plain = (first..=last).all(|t| {
        let written = text.slice(t, t);
        text.kind(t) == TokenKind::Word
            && !text.verb(t)
            && (written.chars().any(char::is_lowercase) || written.chars().count() == 1)
            && text.hits_at(t).all(|h| matches!(h.tag, Tag::Speaker))
            && text.places_in(text.span(t, t)).all(|(_, p)| !p.locative && t > first)
    });
    // "the Red Front": an article stands before a group or a thing.
    let article =
        first.checked_sub(1).is_some_and(|t| text.any(t, &[Word::Definite, Word::Indefinite]));
    (last > first && plain && !article).then_some((first, last))
}

/// The end of a name with small words in it: "Carmen de la Cruz".
pub(super) fn full(text: &Text<'_>, last: usize) -> usize {
    let end = text.tokens_of(text.sentence(last)).end;
    let mut to = last;
    loop {
        let small =
            (to + 1..end.min(to + 3)).take_while(|t| JOINTS.contains(&text.lower(*t))).count();
        let next = to + small + 1;
        let goes_on = next < end
            && next <= last + 6
            && text.capital(next)
            && text.kind(next) == TokenKind::Word
            && (small > 0 || to > last)
            && text.hits_at(next).next().is_none();
        if !goes_on {
            return to;
        }
        to = next;
    }
}

/// Somebody is killed, hurt, abducted or attacked in this sentence.
fn told(text: &Text<'_>, sentence: usize) -> bool {
    text.hits_in(text.tokens_of(sentence)).any(|h| match h.tag {
        Tag::Outcome(..) => true,
        Tag::People(row) => {
            text.lex.people.get(row).is_some_and(|p| p.group == "people" && !p.single)
        }
        Tag::Trigger(row, _) => {
            let frame = text.lex.triggers.get(row).map(|t| t.frame);
            matches!(frame, Some(Frame::Attack | Frame::Victim))
        }
        _ => false,
    })
}

/// "of Anna Berg, Paul Stein and Eva Holt": how many of the entities from `at` on are one list.
pub(crate) fn listed(text: &Text<'_>, entities: &[&Entity]) -> usize {
    let mut upto = 0;
    for (n, pair) in entities.windows(2).enumerate() {
        let [a, b] = pair else { break };
        let gap = a.last + 1..b.first;
        let signs = gap.clone().all(|t| text.lower(t) == "," || text.is(t, Word::And));
        if a.kind != EntityKind::People || b.kind != EntityKind::People || gap.is_empty() || !signs
        {
            break;
        }
        if gap.clone().any(|t| text.is(t, Word::And)) {
            upto = n + 1;
            break;
        }
    }
    upto
}
