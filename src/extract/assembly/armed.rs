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
    // "Rebels and mercenaries" are two.
    let together = |head: usize| one.is_some_and(|o| joined(text, o.min(head), o.max(head)));
    d.perpetrators.retain(|r| !generic(&r.entity) || together(r.entity.head));
    let people = || d.perpetrators.iter().map(|r| &r.entity);
    // "M23 rebels" are M23; the rebels of another sentence and their group are both told.
    if let Some(group) = people().find_map(|e| beside(text, e, entities)) {
        d.perpetrators.retain(|r| beside(text, &r.entity, entities).is_none());
        belong(d, group);
    } else if let Some(group) = people().find_map(|e| only_group(e, entities)) {
        belong(d, group);
    }
}

/// Adds the group that the perpetrators belong to.
fn belong(d: &mut Draft, group: Entity) {
    let told = d.perpetrators.iter().chain(&d.targets).any(|r| r.entity.same(&group));
    if !told {
        d.perpetrators.push(Role { entity: group, rule: "role.group" });
    }
}

/// Two heads with an "and" close between them.
fn joined(text: &Text<'_>, from: usize, to: usize) -> bool {
    from == to || to - from <= 3 && (from + 1..to).any(|t| text.is(t, Word::And))
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

/// The group whose people these are, as named beside them.
fn beside(text: &Text<'_>, e: &Entity, entities: &[Entity]) -> Option<Entity> {
    if !generic(e) {
        return None;
    }
    let found = entities.iter().filter(|p| known(p)).find(|p| {
        let before = p.last < e.head && p.last + 2 >= e.head && p.first + 1 >= e.first;
        let behind = p.first > e.last && p.first - e.last <= 2 && p.lead == Lead::Of;
        (p.covers(e.head) || before || behind) && text.sentence(p.head) == text.sentence(e.head)
    });
    found.cloned()
}

/// The only group of the article.
fn only_group(e: &Entity, entities: &[Entity]) -> Option<Entity> {
    let mut all = entities.iter().filter(|p| known(p));
    let first = all.next().filter(|_| generic(e))?;
    all.all(|p| p.same(first)).then(|| first.clone())
}
