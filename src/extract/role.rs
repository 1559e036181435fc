//! Who did it to whom and with what, by the build of the clause.

use super::entity::{Entity, EntityKind, Lead};
use super::ground::{PlaceClass, Span};
use super::lexicon::{Form, Frame, Tag, Word};
use super::text::Text;
use super::trigger::Mention;

/// Words behind a noun within which its attributes stand.
const REACH: usize = 14;

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
            noun(text, mention, entities, &mut roles);
            if roles.perpetrators.is_empty() {
                support(text, mention, entities, &mut roles);
            }
        }
        _ => verb(text, mention, entities, &mut roles),
    }
    if mention.frame == Frame::Event {
        roles.perpetrators.clear();
    }
    instruments(text, mention, rivals, &mut roles);
    roles
}

/// Parties are better perpetrators than people, people better targets than things' owners.
fn party(e: &Entity) -> bool {
    e.kind == EntityKind::Party
}

fn noun(text: &Text<'_>, mention: &Mention, entities: &[Entity], roles: &mut Roles) {
    let last = mention.last();
    let sentence_end = text.tokens_of(mention.sentence).end;
    let mut behind: Vec<&Entity> = Vec::new();
    let mut previous = last;
    for e in entities.iter().filter(|e| e.first > last && e.last < sentence_end) {
        if e.first > last + REACH
            || (previous + 1..e.first).any(|t| text.verb(t) && !text.is(t, Word::Support))
            || (previous + 1..e.first).any(|t| text.lower(t) == ",")
        {
            break;
        }
        previous = e.last.max(previous);
        behind.push(e);
    }
    let by_exists = behind.iter().any(|e| matches!(e.lead, Lead::Through))
        || text.lex.code != "de" && behind.iter().any(|e| e.lead == Lead::By);
    let mut lead = Lead::Other;
    for (n, e) in behind.iter().enumerate() {
        // "Angriffe des Iran und unterstützter Gruppen": a coordinated phrase keeps the lead.
        let joined = e.first.checked_sub(1).is_some_and(|t| text.is(t, Word::And))
            || (e.lead == Lead::None
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
    before_noun(text, mention, entities, roles);
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
        let at = text.token_at(p.span.start);
        roles.perpetrators.push((
            Entity {
                kind: EntityKind::Party,
                first: at,
                head: at,
                last: at,
                lead: Lead::None,
                accusative: false,
                possessive: false,
                name: p.place.name.clone(),
                id: None,
                country: p.place.country.clone(),
                sector: "military".to_owned(),
                class: String::new(),
                instrument: None,
                unknown: false,
                single: false,
                state: true,
                number: None,
                rule: "party.adjective",
            },
            "role.noun.adjective",
        ));
    }
}

fn party_like(e: &Entity) -> bool {
    matches!(e.kind, EntityKind::Party | EntityKind::People)
}

/// Subject and objects of a clause.
fn arguments<'e>(text: &Text<'_>, mention: &Mention, entities: &'e [Entity]) -> Vec<&'e Entity> {
    let clause = text.clause_tokens(mention.clause);
    entities
        .iter()
        .filter(|e| clause.binary_search(&e.head).is_ok() && !e.possessive && e.lead != Lead::Other)
        .collect()
}

/// "Die Luftwaffe flog Angriffe": the subject of a support verb does what the noun says.
fn support(text: &Text<'_>, mention: &Mention, entities: &[Entity], roles: &mut Roles) {
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
        arguments.into_iter().find(|e| matches!(e.lead, Lead::By | Lead::Through))
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

fn verb(text: &Text<'_>, mention: &Mention, entities: &[Entity], roles: &mut Roles) {
    let clause = text.clause_tokens(mention.clause);
    let first = mention.first();
    let aux = |w| clause.iter().any(|t| text.is(*t, w));
    let near_be = clause
        .iter()
        .any(|t| text.is(*t, Word::Be) && (text.lex.verb_final || *t < first && first - t <= 4));
    let by = entities.iter().any(|e| {
        e.lead == Lead::By
            && clause.binary_search(&e.head).is_ok()
            && e.first > first
            && e.first <= first + 3
    });
    let passive = match mention.form {
        // Without an auxiliary: "Unbekannte erschossen drei Menschen" has an object behind the
        // word, "Drei Menschen erschossen" has none.
        Form::Participle if text.lex.verb_final => {
            let object = || {
                entities.iter().any(|e| {
                    e.first > mention.last()
                        && e.lead == Lead::None
                        && !e.possessive
                        && clause.binary_search(&e.head).is_ok()
                })
            };
            aux(Word::Be) || !aux(Word::Have) && !object()
        }
        Form::Participle => near_be || by,
        _ => false,
    };
    let all = arguments(text, mention, entities);
    for e in &all {
        if mention.tokens.contains(&e.head) && party_like(e) && e.kind != EntityKind::People {
            continue;
        }
        match e.lead {
            Lead::By | Lead::Through if passive => {
                roles.perpetrators.push(((*e).clone(), "role.verb.by"));
            }
            Lead::On if !passive && e.first > first && mention.frame != Frame::Gathering => {
                roles.targets.push(((*e).clone(), "role.verb.on"));
            }
            _ => {}
        }
    }
    let bare: Vec<&Entity> = all.into_iter().filter(|e| e.lead == Lead::None).collect();
    if passive {
        // The subject: before the participle, not what stands in brackets behind it.
        for e in bare.iter().filter(|e| text.lex.verb_final || e.head < first) {
            if !mention.tokens.contains(&e.head) {
                roles.targets.push(((*e).clone(), "role.verb.passive_subject"));
            }
        }
        return;
    }
    active(text, mention, &bare, entities, roles);
}

fn active(
    text: &Text<'_>,
    mention: &Mention,
    bare: &[&Entity],
    entities: &[Entity],
    roles: &mut Roles,
) {
    let first = mention.first();
    let (subject, objects): (Option<&Entity>, Vec<&Entity>) = if text.lex.verb_final {
        let object_first = bare.first().is_some_and(|e| e.accusative)
            && bare.iter().skip(1).any(|e| !e.accusative);
        let subject = if object_first {
            bare.iter().skip(1).find(|e| !e.accusative && party_like(e)).copied()
        } else {
            bare.iter().find(|e| !e.accusative && party_like(e)).copied()
        };
        (
            subject,
            bare.iter().copied().filter(|e| subject.is_none_or(|s| s.head != e.head)).collect(),
        )
    } else {
        let subject = bare.iter().rev().find(|e| e.last < first && party_like(e)).copied();
        let objects = bare.iter().copied().filter(|e| e.first > first).take(2).collect();
        (subject, objects)
    };
    let subject = subject.cloned().or_else(|| inherited(text, mention, entities));
    if let Some(s) = subject {
        let list = if matches!(mention.frame, Frame::Gathering | Frame::Mutual) {
            &mut roles.parties
        } else {
            &mut roles.perpetrators
        };
        list.push((s, "role.verb.subject"));
    }
    if mention.frame == Frame::Mutual {
        for e in entities.iter().filter(|e| {
            e.lead == Lead::With && text.clause(e.head) == mention.clause && party_like(e)
        }) {
            roles.parties.push((e.clone(), "role.verb.with"));
        }
        return;
    }
    if mention.frame != Frame::Gathering {
        for e in objects {
            if !mention.tokens.contains(&e.head) || e.kind != EntityKind::Party {
                roles.targets.push((e.clone(), "role.verb.object"));
            }
        }
    }
}

/// "X griff an und tötete Y": the second clause has the subject of the first.
fn inherited(text: &Text<'_>, mention: &Mention, entities: &[Entity]) -> Option<Entity> {
    let clause = text.clauses.get(mention.clause)?;
    let first = *clause.tokens.first()?;
    if !text.is(first, Word::And) {
        return None;
    }
    let before = text.clauses.get(mention.clause.checked_sub(1)?)?;
    if before.sentence != clause.sentence {
        return None;
    }
    entities
        .iter()
        .find(|e| {
            before.tokens.binary_search(&e.head).is_ok()
                && e.lead == Lead::None
                && party(e)
                && !e.accusative
        })
        .cloned()
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
        // Only a compound or a phrase that names it: "Drohnenangriff", not "bombardierte".
        if mention.form == Form::Noun {
            roles.instruments.push((class.clone(), span, "instrument.compound"));
        }
    }
}
