//! Who did it to whom and with what, by the build of the clause.

mod noun;
mod verb;

use super::entity::{BY_NAME, Entity, EntityKind, Lead};
use super::ground::Span;
use super::lexicon::{Form, Frame, Tag, Word};
use super::text::Text;
use super::trigger::Mention;

/// Words behind a noun within which its attributes stand.
const REACH: usize = 14;

/// Means that a verb names: who shoots has a weapon, who bombs may have any.
const IN_HAND: [&str; 3] = ["firearm", "knife", "vehicle"];

/// Rules by which somebody is named as the one who did it.
const BY: [&str; 2] = ["role.verb.by", "role.noun.by"];

/// The parties of a mention; numbers are entities.
#[derive(Debug, Clone, Default)]
pub(crate) struct Roles {
    pub(crate) perpetrators: Vec<(Entity, &'static str)>,
    pub(crate) parties: Vec<(Entity, &'static str)>,
    pub(crate) targets: Vec<(Entity, &'static str)>,
    /// Class, words, rule.
    pub(crate) instruments: Vec<(String, Span, &'static str)>,
}

/// Reads the roles around a mention.
pub(crate) fn assign(
    text: &Text<'_>,
    mention: &Mention,
    entities: &[Entity],
    rivals: &[usize],
) -> Roles {
    let mut roles = Roles::default();
    match mention.form {
        Form::Noun => {
            noun::noun(text, mention, entities, &mut roles);
            if roles.perpetrators.is_empty() {
                noun::support(text, mention, entities, &mut roles);
            }
        }
        _ => verb::verb(text, mention, entities, &mut roles),
    }
    if mention.frame == Frame::Event {
        roles.perpetrators.clear();
    }
    let befalls =
        matches!(text.taxonomy.group(mention.best().0), "accident" | "natural" | "health");
    if mention.frame == Frame::Event && befalls {
        // What a fire or a crash befalls nobody aimed at.
        roles.targets.retain(|(e, _)| mention.form == Form::Noun && e.kind == EntityKind::Thing);
    }
    whose_members(text, entities, &mut roles.perpetrators);
    // A name alone is rather a speaker's or a victim's.
    roles.perpetrators.retain(|(e, rule)| e.rule != BY_NAME || BY.contains(rule));
    roles.parties.retain(|(e, _)| e.rule != BY_NAME);
    // Nobody unknown is aimed at, nor what somebody stands on.
    roles.targets.retain(|(e, _)| !e.unknown && !stood_on(text, e, entities));
    instruments(text, mention, rivals, &mut roles);
    roles
}

/// "Schüsse auf dem Marktplatz", "zwei Männer auf einem Motorrad": where somebody is, not what is struck.
fn stood_on(text: &Text<'_>, e: &Entity, entities: &[Entity]) -> bool {
    if e.lead != Lead::On || e.kind != EntityKind::Thing || !text.lex.verb_final {
        return false;
    }
    let ridden = e.class == "vehicle"
        && entities.iter().any(|p| party_like(p) && p.lead == Lead::None && p.last + 2 == e.first);
    ridden
        || matches!(text.lower(e.first), "einem" | "dem")
            && e.first.checked_sub(1).is_some_and(|t| text.lower(t) == "auf")
}

/// Parties are better perpetrators than people, people better targets than things' owners.
fn party(e: &Entity) -> bool {
    e.kind == EntityKind::Party
}

fn party_like(e: &Entity) -> bool {
    matches!(e.kind, EntityKind::Party | EntityKind::People)
}

/// "Mitglieder der Bande", "fighters of the group": the group does it.
fn whose_members(text: &Text<'_>, entities: &[Entity], list: &mut [(Entity, &'static str)]) {
    for (e, _) in list.iter_mut() {
        if e.kind != EntityKind::People && e.id.is_some() || e.single {
            continue;
        }
        let whole = entities.iter().find(|p| {
            party(p)
                && matches!(p.lead, Lead::Genitive | Lead::Of)
                && p.first > e.last
                && p.first - e.last <= 2
                && (p.id.is_some()
                    || matches!(p.rule, "party.named" | "party.quoted")
                    || initialled(&p.name))
                && text.sentence(p.head) == text.sentence(e.head)
        });
        if let Some(p) = whole {
            *e = p.clone();
        }
    }
}

/// "der islamistischen ADF-Miliz"
fn initialled(name: &str) -> bool {
    name.split(' ').any(|word| {
        word.split_once('-').is_some_and(|(initials, _)| {
            initials.chars().count() > 1
                && initials.chars().all(|c| c.is_uppercase() || c.is_ascii_digit())
        })
    })
}

/// Led by a word for who did it; "von" leads to an owner elsewhere.
fn agent(text: &Text<'_>, e: &Entity) -> bool {
    party_like(e)
        && match e.lead {
            Lead::By | Lead::Through => true,
            Lead::Of => {
                let before = e.first.checked_sub(1);
                before.is_some_and(|t| text.is(t, Word::By)) || text.is(e.first, Word::By)
            }
            _ => false,
        }
}

/// Subject and objects of a clause.
fn arguments<'e>(text: &Text<'_>, mention: &Mention, entities: &'e [Entity]) -> Vec<&'e Entity> {
    let clause = text.clause_tokens(mention.clause);
    entities
        .iter()
        .filter(|e| clause.binary_search(&e.head).is_ok() && !e.possessive && e.lead != Lead::Other)
        .collect()
}

fn instruments(text: &Text<'_>, mention: &Mention, rivals: &[usize], roles: &mut Roles) {
    for hit in text.hits_in(text.tokens_of(mention.sentence)) {
        let Tag::Instrument(i) = hit.tag else { continue };
        let inside = hit.tokens.iter().any(|t| mention.tokens.contains(t));
        if text.clause(hit.first()) != mention.clause && !inside {
            continue;
        }
        // Of two events in one clause the nearer has it.
        let distance = |t: usize| hit.first().abs_diff(t);
        if !inside && rivals.iter().any(|r| distance(*r) < distance(mention.first())) {
            continue;
        }
        if let Some(class) = text.lex.instruments.get(i)
            && !roles.instruments.iter().any(|(c, _, _)| c == class)
        {
            roles.instruments.push((class.clone(), text.hit_span(hit), "instrument.word"));
        }
    }
    if let Some(class) = &mention.instrument
        && !roles.instruments.iter().any(|(c, _, _)| c == class)
        && mention.rule.starts_with(text.lex.code)
    {
        let span = text.span(mention.first(), mention.first());
        // A compound or a verb that names it: "Drohnenangriff", "erschoss", not "bombardierte".
        if mention.form == Form::Noun || IN_HAND.contains(&class.as_str()) {
            roles.instruments.push((class.clone(), span, "instrument.compound"));
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // helpers of tests are tests
mod tests;
