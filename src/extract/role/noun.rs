//! Roles around a noun: "Angriff der Armee auf die Rebellen", "rebel attack", "flog Angriffe".

use super::{REACH, Roles, agent, arguments, party, party_like};
use crate::extract::entity::{Entity, EntityKind, Lead, listed, of_country, of_word};
use crate::extract::ground::PlaceClass;
use crate::extract::lexicon::{Frame, Word};
use crate::extract::text::Text;
use crate::extract::trigger::Mention;

pub(super) fn noun(text: &Text<'_>, mention: &Mention, entities: &[Entity], roles: &mut Roles) {
    let last = mention.last();
    let sentence_end = text.tokens_of(mention.sentence).end;
    let mut behind: Vec<&Entity> = Vec::new();
    let mut previous = last;
    let after: Vec<&Entity> =
        entities.iter().filter(|e| e.first > last && e.last < sentence_end).collect();
    let mut row_end = 0;
    for (n, e) in after.iter().enumerate() {
        row_end = row_end.max(n + listed(text, after.get(n..).unwrap_or_default()));
        if e.first > last + REACH && n > row_end
            || (previous + 1..e.first).any(|t| text.verb(t) && !text.is(t, Word::Support))
            || n > row_end && (previous + 1..e.first).any(|t| text.lower(t) == ",")
        {
            break;
        }
        previous = e.last.max(previous);
        behind.push(*e);
    }
    let by_exists = behind.iter().any(|e| matches!(e.lead, Lead::Through))
        || text.lex.code != "de" && behind.iter().any(|e| e.lead == Lead::By);
    let mut lead = Lead::Other;
    for (n, e) in behind.iter().enumerate() {
        // "Angriffe des Iran und unterstützter Gruppen": a coordinated phrase keeps the lead.
        let joined = e.first.checked_sub(1).is_some_and(|t| text.is(t, Word::And))
            || !text.lex.verb_final && n > 0 && text.lower(e.first - 1) == ","
            || (e.lead == Lead::None
                && text.lex.verb_final
                && e.number.is_none()
                && n.checked_sub(1)
                    .and_then(|b| behind.get(b))
                    .is_some_and(|b| e.first.saturating_sub(b.last) <= 2));
        let own = if joined && e.lead == Lead::None { lead } else { e.lead };
        lead = own;
        let attached = e.first.saturating_sub(last) <= 2 || joined;
        let victim = mention.frame == Frame::Victim;
        let gathering = mention.frame == Frame::Gathering;
        match own {
            Lead::Through => roles.perpetrators.push(((*e).clone(), "role.noun.by")),
            Lead::By if !victim || text.lex.code != "de" => {
                if gathering {
                    roles.parties.push(((*e).clone(), "role.noun.party"));
                } else if party(e) || e.kind == EntityKind::People {
                    roles.perpetrators.push(((*e).clone(), "role.noun.by"));
                }
            }
            Lead::On if gathering => {}
            Lead::On => roles.targets.push(((*e).clone(), "role.noun.on")),
            Lead::Between => roles.parties.push(((*e).clone(), "role.noun.between")),
            Lead::Of | Lead::Genitive
                if n > 0
                    && behind
                        .get(n - 1)
                        .is_some_and(|b| b.kind == EntityKind::Thing && e.first <= b.last + 2) =>
            {
                roles.targets.push(((*e).clone(), "role.owner"));
            }
            Lead::Of | Lead::Genitive | Lead::By if attached => {
                if gathering || mention.frame == Frame::Mutual {
                    roles.parties.push(((*e).clone(), "role.noun.of"));
                } else if own == Lead::Of && agent(text, e) && !victim && !by_exists {
                    // "Angriff von Soldaten auf ein Dorf"
                    roles.perpetrators.push(((*e).clone(), "role.noun.by"));
                } else if victim || !party(e) || by_exists || text.lex.code == "en" && !e.state {
                    roles.targets.push(((*e).clone(), "role.noun.of"));
                } else {
                    roles.perpetrators.push(((*e).clone(), "role.noun.of"));
                }
            }
            Lead::None
                if mention.frame == Frame::Mutual
                    && n > 0
                    && !roles.parties.is_empty()
                    && (joined || e.first.saturating_sub(last) < REACH) =>
            {
                roles.parties.push(((*e).clone(), "role.noun.between"));
            }
            _ => {}
        }
    }
    // "Überfall auf einen Geldtransporter" is one trigger with its target; "auf den Minister ist ein
    // Anschlag verübt worden" has it in front.
    let clause = text.clause_tokens(mention.clause);
    let supported = || clause.iter().any(|t| text.any(*t, &[Word::Support, Word::Become]));
    for e in entities.iter().filter(|e| e.lead == Lead::On && e.first <= last) {
        let inside = mention.tokens.contains(&e.head);
        let front = e.last < mention.first()
            && clause.binary_search(&e.head).is_ok()
            && mention.frame == Frame::Attack
            && clause.first().is_some_and(|t| *t + 1 == e.first)
            && supported();
        if inside || front {
            roles.targets.push((e.clone(), "role.noun.on"));
        }
    }
    before_noun(text, mention, entities, roles);
    if roles.perpetrators.is_empty()
        && mention.frame == Frame::Attack
        && let Some((name, sector)) = &mention.party
    {
        roles.perpetrators.push((of_word(mention.first(), name, sector), "role.noun.compound"));
    }
}

/// "Israels Angriff", "the guards' shooting", "israelischer Angriff", "rebel attack".
fn before_noun(text: &Text<'_>, mention: &Mention, entities: &[Entity], roles: &mut Roles) {
    if !roles.perpetrators.is_empty() || mention.frame == Frame::Event {
        return;
    }
    let first = mention.first();
    let start = text.tokens_of(mention.sentence).start;
    let left = entities.iter().rev().find(|e| e.last < first && e.first >= start && party_like(e));
    if let Some(e) = left {
        let gap = first - e.last;
        let clean = (e.last + 1..first).all(|t| {
            !text.verb(t)
                && !text.any(t, &[Word::And, Word::Preposition, Word::On, Word::Of, Word::By])
                && !matches!(text.lower(t), "," | "-" | "–" | ":" | ";")
        });
        let genitive = e.lead == Lead::Genitive && e.rule == "party.country";
        let compound = text.lex.code == "en" && gap == 1;
        let fits = clean
            && (e.possessive && gap <= 5
                || genitive && gap <= 3
                || compound && gap <= 2 && party(e));
        if fits {
            let list = match mention.frame {
                Frame::Mutual | Frame::Gathering => &mut roles.parties,
                Frame::Victim if !e.possessive => &mut roles.targets,
                _ => &mut roles.perpetrators,
            };
            list.push((e.clone(), "role.noun.possessive"));
            return;
        }
    }
    if mention.frame != Frame::Attack {
        return;
    }
    // An adjective of a country: "russischer Angriff", "US-Luftangriff"; French and Spanish behind.
    let from = first.saturating_sub(3).max(start);
    let to = if matches!(text.lex.code, "fr" | "es") { mention.last() + 2 } else { mention.last() };
    let span = text.span(from, to.min(text.tokens_of(mention.sentence).end.saturating_sub(1)));
    let adjective = text.places_in(span).filter(|(_, p)| p.adjective).last();
    if let Some((_, p)) = adjective
        && !entities.iter().any(|e| e.covers(text.token_at(p.span.start)))
        && p.place.class == PlaceClass::Country
    {
        roles.perpetrators.push((of_country(text, p), "role.noun.adjective"));
    }
}

/// "Die Luftwaffe flog Angriffe": the subject of a support verb does what the noun says.
pub(super) fn support(text: &Text<'_>, mention: &Mention, entities: &[Entity], roles: &mut Roles) {
    if matches!(mention.frame, Frame::Event) {
        return;
    }
    let clause = text.clause_tokens(mention.clause);
    let supported = clause.iter().any(|t| text.is(*t, Word::Support));
    if !supported {
        return;
    }
    let passive = clause.iter().any(|t| text.is(*t, Word::Be))
        && !clause.iter().any(|t| text.is(*t, Word::Have));
    let arguments = arguments(text, mention, entities);
    let found = if passive {
        arguments.into_iter().find(|e| agent(text, e))
    } else {
        arguments.into_iter().find(|e| {
            e.lead == Lead::None
                && party_like(e)
                && !e.accusative
                && !mention.tokens.contains(&e.head)
        })
    };
    if let Some(e) = found
        && !roles.targets.iter().any(|(t, _)| t.head == e.head)
    {
        let list = if mention.frame == Frame::Gathering || mention.frame == Frame::Mutual {
            &mut roles.parties
        } else {
            &mut roles.perpetrators
        };
        list.push((e.clone(), "role.support_verb"));
    }
}
