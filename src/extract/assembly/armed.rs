//! Armed groups across sentences: who "the gunmen" of the next sentence are, and which group "the
//! rebels" belong to.

use super::draft::{Draft, Role};
use crate::extract::entity::{Entity, EntityKind, Lead};
use crate::extract::lexicon::Word;
use crate::extract::text::Text;
use crate::extract::trigger::Mention;

/// Sentences behind an event in which its perpetrators may be taken up.
const REACH: usize = 2;

/// Adds to an event's perpetrators who is told of them elsewhere. `other` tells whether a sentence is
/// another event's.
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
    if d.perpetrators.is_empty() {
        d.perpetrators.extend(taken_up(text, d, mentions, entities, other));
    }
    // "rebels ... the guerrillas": the same people by other words.
    let attribute = |r: &Role| r.rule == "role.noun.possessive" && !r.entity.possessive;
    let people: Vec<&Role> = d.perpetrators.iter().filter(|r| generic(&r.entity)).collect();
    let one = people.iter().find(|r| !attribute(r)).or(people.first()).map(|r| r.entity.head);
    d.perpetrators.retain(|r| !generic(&r.entity) || Some(r.entity.head) == one);
    if let Some(group) = d.perpetrators.iter().find_map(|r| group(text, &r.entity, entities))
        && !d.perpetrators.iter().any(|r| r.entity.same(&group))
        && !d.targets.iter().any(|r| r.entity.same(&group))
    {
        d.perpetrators.push(Role { entity: group, rule: "role.group" });
    }
}

/// "The gunmen fled": armed people with an article, as the subject, where no other event is told.
fn taken_up(
    text: &Text<'_>,
    d: &Draft,
    mentions: &[Mention],
    entities: &[Entity],
    other: &dyn Fn(usize) -> bool,
) -> Option<Role> {
    let own = || d.mentions.iter().filter_map(|m| mentions.get(*m)).map(|m| m.sentence);
    let (from, to) = (own().min()?, own().max()? + REACH);
    entities
        .iter()
        .filter(|e| (from..=to).contains(&text.sentence(e.head)) && !other(text.sentence(e.head)))
        .find(|e| {
            let armed = generic(e) || e.class == "perpetrator";
            armed
                && e.lead == Lead::None
                && !e.possessive
                && (text.lower(e.head).ends_with('s') || text.lower(e.head).ends_with("men"))
                && text.is(e.first, Word::Definite)
                && text.verb(e.last + 1)
                && !text.is(e.last + 1, Word::Be)
                && !d.targets.iter().any(|t| t.entity.same(e))
        })
        .map(|e| Role { entity: e.clone(), rule: "role.taken_up" })
}

/// Armed people of no name.
fn generic(e: &Entity) -> bool {
    e.kind != EntityKind::Thing
        && e.id.is_none()
        && !e.state
        && !e.unknown
        && !known(e)
        && matches!(e.sector.as_str(), "armed_group" | "criminal")
}

/// A group by its name.
fn known(e: &Entity) -> bool {
    e.kind == EntityKind::Party
        && e.sector == "armed_group"
        && (e.id.is_some() || matches!(e.rule, "party.named" | "party.quoted"))
}

/// The group whose people these are: named beside them, or the only one of the article.
fn group(text: &Text<'_>, e: &Entity, entities: &[Entity]) -> Option<Entity> {
    if !generic(e) {
        return None;
    }
    let beside = entities.iter().filter(|p| known(p)).find(|p| {
        let before = p.last < e.head && p.last + 2 >= e.head && p.first + 1 >= e.first;
        let behind = p.first > e.last && p.first - e.last <= 2 && p.lead == Lead::Of;
        (before || behind) && text.sentence(p.head) == text.sentence(e.head)
    });
    if beside.is_some() {
        return beside.cloned();
    }
    let mut all = entities.iter().filter(|p| known(p));
    let first = all.next()?;
    let alone = all.all(|p| p.same(first));
    alone.then(|| first.clone())
}
