//! Victims by name: "killing Anna Berg and Paul Stein", "the dead were identified as ...".

use super::draft::{Draft, Role};
use crate::extract::entity::{BY_NAME, Entity, EntityKind, Lead};
use crate::extract::lexicon::{Form, Hit, Tag, Word};
use crate::extract::text::Text;
use crate::extract::trigger::Mention;
use crate::message::Outcome;

/// Sentences behind an event in which its victims may be named.
const REACH: usize = 2;
/// Words between the deed and a name.
const NEAR: usize = 5;
/// Words between a name and its verb, with what stands in commas.
const FAR: usize = 20;
/// Victims by name of one event.
const MANY: usize = 12;

/// Adds those who are named where the event's dead, wounded and abducted are told.
pub(super) fn complete(
    text: &Text<'_>,
    d: &mut Draft,
    mentions: &[Mention],
    entities: &[Entity],
    other: &dyn Fn(usize) -> bool,
) {
    if text.lex.capital_nouns {
        return;
    }
    let own = || d.mentions.iter().filter_map(|m| mentions.get(*m)).map(|m| m.sentence);
    let (Some(from), Some(to)) = (own().min(), own().max()) else { return };
    let mut found: Vec<Entity> = Vec::new();
    for sentence in (from..=to + REACH).filter(|s| !other(*s)) {
        if sentence >= text.ground.sentences.len() {
            break;
        }
        let people: Vec<&Entity> =
            entities.iter().filter(|e| text.sentence(e.head) == sentence && by_name(e)).collect();
        if people.is_empty() {
            continue;
        }
        for hit in text.hits_in(text.tokens_of(sentence)) {
            found.extend(suffering(text, hit, &people));
        }
        found.extend(identified(text, sentence, &people));
    }
    for e in found {
        let again = |r: &Role| r.entity.head == e.head || told_again(&r.entity, &e);
        if d.targets.len() < MANY
            && !d.targets.iter().any(again)
            && !d.perpetrators.iter().any(again)
        {
            d.targets.push(Role { entity: e, rule: "role.victim" });
        }
    }
}

/// One person with a name.
fn by_name(e: &Entity) -> bool {
    e.kind == EntityKind::People
        && e.single
        && !e.possessive
        && (e.rule == BY_NAME || e.last > e.head)
}

/// The same surname.
fn told_again(a: &Entity, b: &Entity) -> bool {
    let last = |e: &Entity| e.name.rsplit(' ').next().unwrap_or_default().to_lowercase();
    a.kind == EntityKind::People && a.single && last(a) == last(b)
}

/// Whom a word for death, wounds or captivity is said of.
fn suffering(text: &Text<'_>, hit: &Hit<Tag>, people: &[&Entity]) -> Vec<Entity> {
    let Tag::Outcome(row, form) = hit.tag else { return Vec::new() };
    let suffers = text.lex.outcomes.get(row).is_some_and(|o| {
        matches!(o.outcome, Outcome::Killed | Outcome::Wounded | Outcome::Captive)
    });
    let (first, last) = (hit.first(), hit.last());
    if !suffers || form == Form::Noun {
        return Vec::new();
    }
    let be = (first.saturating_sub(NEAR)..first).any(|t| text.is(t, Word::Be));
    if be || form == Form::Subject {
        let clause = text.clause(first);
        let near = people.iter().rposition(|e| {
            e.last < first
                && e.lead == Lead::None
                && (text.clause(e.head) == clause || apposed(text, e, first))
        });
        let Some(near) = near else { return Vec::new() };
        return chain(text, people, near, false);
    }
    let behind = people.iter().position(|e| {
        e.first > last && e.lead == Lead::None && (last + 1..e.first).all(|t| !text.verb(t))
    });
    match behind {
        Some(at) if people.get(at).is_some_and(|e| e.first - last <= NEAR) => {
            chain(text, people, at, true)
        }
        _ => Vec::new(),
    }
}

/// "Anna Berg, a teacher from Lima, was": nothing but an apposition stands between.
fn apposed(text: &Text<'_>, e: &Entity, verb: usize) -> bool {
    verb - e.last <= FAR
        && text.lower(e.last + 1) == ","
        && (e.last + 2..verb).filter(|t| text.verb(*t)).all(|t| t + NEAR >= verb)
}

/// Those joined to one of them by commas and "and".
fn chain(text: &Text<'_>, people: &[&Entity], at: usize, forward: bool) -> Vec<Entity> {
    let joined = |a: &Entity, b: &Entity| {
        let mut gap = a.last + 1..b.first.max(a.last + 1);
        !gap.is_empty() && gap.all(|t| text.lower(t) == "," || text.is(t, Word::And))
    };
    let mut out: Vec<Entity> = people.get(at).map(|e| (*e).clone()).into_iter().collect();
    if forward {
        let rest = people.get(at..).unwrap_or_default().windows(2);
        let more = rest.take_while(|w| matches!(w, [a, b] if joined(a, b)));
        out.extend(more.filter_map(|w| w.get(1).map(|e| (*e).clone())));
    } else {
        let rest = people.get(..=at).unwrap_or_default().windows(2).rev();
        let more = rest.take_while(|w| matches!(w, [a, b] if joined(a, b)));
        out.extend(more.filter_map(|w| w.first().map(|e| (*e).clone())));
    }
    out
}

/// "The victims were identified as": the names behind it.
fn identified(text: &Text<'_>, sentence: usize, people: &[&Entity]) -> Vec<Entity> {
    let tokens = text.tokens_of(sentence);
    let Some(at) = tokens.clone().find(|t| text.lower(*t).starts_with("identif")) else {
        return Vec::new();
    };
    let whose = text.hits_in(tokens.start..at).any(|h| match h.tag {
        Tag::Outcome(row, Form::Noun) => text.lex.outcomes.get(row).is_some_and(|o| {
            matches!(o.outcome, Outcome::Killed | Outcome::Wounded | Outcome::Captive)
        }),
        Tag::People(row) => text.lex.people.get(row).is_some_and(|p| p.group == "people"),
        _ => false,
    });
    let names = people.iter().filter(|e| whose && e.first > at && e.lead != Lead::Of);
    names.map(|e| (*e).clone()).collect()
}
