//! Roles around a verb: subject and objects, active and passive, also across a relative pronoun.

use super::{Roles, agent, arguments, party, party_like};
use crate::extract::entity::{Entity, EntityKind, Lead, named as people_named, office};
use crate::extract::ground::TokenKind;
use crate::extract::lexicon::{Form, Frame, Tag, Word};
use crate::extract::text::Text;
use crate::extract::trigger::Mention;

/// Words between an auxiliary and its participle where these stand side by side.
const AUXILIARY_REACH: usize = 4;

pub(super) fn verb(text: &Text<'_>, mention: &Mention, entities: &[Entity], roles: &mut Roles) {
    let first = mention.first();
    let all = arguments(text, mention, entities);
    let passive = passive(text, mention, &all);
    for e in &all {
        if mention.tokens.contains(&e.head) && party_like(e) && e.kind != EntityKind::People {
            continue;
        }
        if passive && agent(text, e) && !belongs(text, mention, e, &all) {
            roles.perpetrators.push(((*e).clone(), "role.verb.by"));
        } else if e.lead == Lead::On
            && !passive
            && mention.frame != Frame::Gathering
            && (e.first > first || text.lex.verb_final && e.rule != "people.unlisted")
            && !of_noun(text, e, mention)
            && (text.lex.verb_final || e.kind != EntityKind::Thing || !inside(text, e))
        {
            roles.targets.push(((*e).clone(), "role.verb.on"));
        }
    }
    // "set fire to a mosque", "ploughed into a crowd": the trigger holds the preposition.
    let clause = text.clause_tokens(mention.clause);
    for e in entities.iter().filter(|e| e.lead == Lead::Other && !text.lex.verb_final) {
        let led = e.first.checked_sub(1).is_some_and(|t| mention.tokens.contains(&t))
            || mention.tokens.contains(&e.first);
        if led && clause.binary_search(&e.head).is_ok() {
            roles.targets.push((e.clone(), "role.verb.object"));
        }
    }
    let antecedent = antecedent(text, mention, entities);
    let bare: Vec<&Entity> = all.into_iter().filter(|e| e.lead == Lead::None).collect();
    if passive {
        // The subject: before the participle, not what stands in brackets behind it.
        let subjects = bare
            .iter()
            .copied()
            .filter(|e| text.lex.verb_final || e.head < first)
            .filter(|e| !mention.tokens.contains(&e.head) || e.kind == EntityKind::People);
        let mut found = false;
        for e in subjects {
            found = true;
            // "Tausende sind auf die Straße gegangen"
            if mention.frame == Frame::Gathering && party_like(e) {
                roles.parties.push((e.clone(), "role.verb.subject"));
            } else {
                roles.targets.push((e.clone(), "role.verb.passive_subject"));
            }
        }
        if !found && follows_and(text, mention) && antecedent.is_none() {
            // "wurde in ein Auto gezerrt und verschleppt"
            let before = mention.clause.checked_sub(1).map_or(&[][..], |c| text.clause_tokens(c));
            let subject = entities.iter().find(|e| {
                before.binary_search(&e.head).is_ok() && e.lead == Lead::None && party_like(e)
            });
            if let Some(e) = subject {
                found = true;
                roles.targets.push((e.clone(), "role.verb.passive_subject"));
            }
        }
        if !found && let Some(a) = antecedent {
            roles.targets.push((a, "role.verb.relative"));
        } else if !found
            && let Some(named) =
                people_named(text, mention.clause).or_else(|| killed(text, mention))
        {
            roles.targets.push((named, "role.verb.passive_subject"));
        }
        return;
    }
    active(text, mention, &bare, entities, antecedent, roles);
}

/// Led by a word that may only tell where: "at", "on".
fn inside(text: &Text<'_>, e: &Entity) -> bool {
    e.first.checked_sub(1).is_some_and(|t| text.is(t, Word::Inside))
}

/// Somebody of no lexicon who is killed or abducted.
fn killed(text: &Text<'_>, mention: &Mention) -> Option<Entity> {
    let name = text.taxonomy.name(mention.best().0);
    let person = matches!(
        name,
        "assassination" | "homicide" | "shooting" | "stabbing" | "abduction" | "assault"
    );
    person.then(|| office(text, mention.clause)).flatten()
}

/// "Als Reaktion auf Angriffe auf Kraftwerke hat": what belongs to another event's noun.
fn of_noun(text: &Text<'_>, e: &Entity, mention: &Mention) -> bool {
    (e.first.saturating_sub(4)..e.first).any(|t| {
        !mention.tokens.contains(&t)
            && text.hits_at(t).any(|h| matches!(h.tag, Tag::Trigger(_, Form::Noun)))
    })
}

/// "Ein Konvoi von Soldaten wurde": what stands right behind the subject is its attribute.
fn belongs(text: &Text<'_>, mention: &Mention, e: &Entity, all: &[&Entity]) -> bool {
    if e.lead != Lead::Of {
        return false;
    }
    let subject = all.iter().any(|s| s.lead == Lead::None && s.last + 2 == e.first);
    let auxiliary = text
        .clause_tokens(mention.clause)
        .iter()
        .any(|t| *t > e.last && *t < mention.first() && text.any(*t, &[Word::Be, Word::Have]));
    subject && auxiliary
}

/// Whether the subject suffers it.
fn passive(text: &Text<'_>, mention: &Mention, all: &[&Entity]) -> bool {
    let clause = text.clause_tokens(mention.clause);
    let first = mention.first();
    let carried = carried(text, mention);
    let aux = |w| clause.iter().chain(carried).any(|t| text.is(*t, w));
    let behind =
        || all.iter().any(|e| e.first > mention.last() && e.lead == Lead::None && !e.possessive);
    let by = || all.iter().any(|e| agent(text, e));
    if text.lex.verb_final {
        let participle = mention.form == Form::Participle
            || mention.form == Form::Verb
                && (mention.tokens.len() == 1 || text.lower(mention.last()) == "dead")
                && (text.lower(first).ends_with('t') || text.lower(first).ends_with("en"));
        if !participle {
            return false;
        }
        // "ist in die Menge gefahren" is the perfect of a motion, "ist geräumt worden" a passive.
        let become_ = aux(Word::Become);
        let motion = aux(Word::Be) && moves(all);
        if become_ || aux(Word::Be) && !motion {
            return true;
        }
        if motion {
            return false;
        }
        if aux(Word::Have) || behind() {
            return false;
        }
        // Without an auxiliary: "Unbekannte erschossen drei Menschen" has an object behind the
        // word, "Drei Menschen erschossen" has none.
        let last = clause.iter().rev().find(|t| text.kind(**t) == TokenKind::Word);
        let closes = last.is_none_or(|t| *t <= mention.last());
        let subordinate = text.clauses.get(mention.clause).is_some_and(|c| c.subordinate);
        return mention.form == Form::Participle || by() || closes && !subordinate;
    }
    let near = clause.iter().any(|t| {
        text.is(*t, Word::Be)
            && *t < first
            && first - t <= AUXILIARY_REACH
            && !all.iter().any(|e| e.lead == Lead::None && e.first > *t && e.last < first)
    });
    if near {
        return true;
    }
    let had = clause
        .iter()
        .any(|t| text.is(*t, Word::Have) && *t < first && first - t <= AUXILIARY_REACH);
    let by = all.iter().any(|e| {
        matches!(e.lead, Lead::By | Lead::Through)
            && e.first > first
            && e.first <= mention.last() + AUXILIARY_REACH
    });
    if mention.form == Form::Participle {
        return by || !had && !behind() && headless(text, mention, all);
    }
    // "Three miners kidnapped in Balochistan": a headline, the people no attackers.
    by || !had
        && !behind()
        && text.lex.code == "en"
        && headless(text, mention, all)
        && (text.lower(first).ends_with("ed") || mention.tokens.len() > 1)
}

/// Tokens of the clause whose auxiliary a clause behind "und" shares: "haben ein Schiff überfallen
/// und neun Seeleute verschleppt".
fn carried<'t>(text: &'t Text<'_>, mention: &Mention) -> &'t [usize] {
    let clause = text.clause_tokens(mention.clause);
    let own = clause.iter().any(|t| text.any(*t, &[Word::Be, Word::Have, Word::Become]));
    let joined = clause.first().is_some_and(|t| text.is(*t, Word::And));
    match mention.clause.checked_sub(1) {
        Some(before) if joined && !own && mention.form != Form::Noun => text.clause_tokens(before),
        _ => &[],
    }
}

/// A bare subject before the word that is no attacker, and nothing behind it.
fn headless(text: &Text<'_>, mention: &Mention, all: &[&Entity]) -> bool {
    let subject = all.iter().rev().find(|e| e.lead == Lead::None && e.last < mention.first());
    subject.is_some_and(|e| {
        !(e.armed() || e.state || e.unknown || e.class == "perpetrator")
            && mention.tokens.len() == 1
            && (e.last + 1..mention.first()).all(|t| !text.verb(t))
    })
}

/// "Ein Mann ist in die Menge gefahren": the only bare phrase is a person, and nobody is named by
/// "von".
fn moves(all: &[&Entity]) -> bool {
    let mut bare = all.iter().filter(|e| e.lead == Lead::None);
    bare.next().is_some_and(|e| party_like(e) && e.class != "children")
        && bare.next().is_none()
        && all.iter().any(|e| e.lead == Lead::Other || e.lead == Lead::On)
}

/// What a relative pronoun stands for, if the clause of the mention begins with one.
pub(super) fn antecedent(
    text: &Text<'_>,
    mention: &Mention,
    entities: &[Entity],
) -> Option<Entity> {
    let clause = text.clauses.get(mention.clause)?;
    let first = *clause.tokens.first()?;
    let opens = clause
        .tokens
        .iter()
        .copied()
        .take(2)
        .find(|t| text.is(*t, Word::Relative) && (*t == first || *t == first + 1))?;
    let before = first.checked_sub(1)?;
    if !clause.subordinate || text.lower(before) != "," || opens != first {
        return None;
    }
    entities
        .iter()
        .filter(|e| text.sentence(e.head) == clause.sentence && e.last < before)
        .filter(|e| e.last + 1 == before || e.last + 4 >= before && e.kind != EntityKind::Thing)
        .max_by_key(|e| (e.last, party_like(e)))
        .cloned()
}

/// Whether the pronoun of a relative clause is its object: "den Unbekannte entführt hatten".
fn pronoun_is_object(text: &Text<'_>, mention: &Mention, bare: &[&Entity]) -> bool {
    let Some(first) = text.clause_tokens(mention.clause).first().copied() else { return false };
    if !text.lex.verb_final {
        // "that the army bombed": a bare party stands between pronoun and verb.
        return bare.iter().any(|e| party_like(e) && e.last < mention.first());
    }
    match text.lower(first) {
        "den" => true,
        "der" => false,
        _ => bare.iter().any(|e| party(e) && !e.accusative && e.kind != EntityKind::Thing),
    }
}

fn active(
    text: &Text<'_>,
    mention: &Mention,
    bare: &[&Entity],
    entities: &[Entity],
    antecedent: Option<Entity>,
    roles: &mut Roles,
) {
    let first = mention.first();
    let mut bare = bare.to_vec();
    let mut subject: Option<Entity> = None;
    let mut rule = "role.verb.subject";
    if let Some(a) = antecedent {
        if pronoun_is_object(text, mention, &bare) {
            roles.targets.push((a, "role.verb.relative"));
        } else {
            subject = party_like(&a).then_some(a);
            rule = "role.verb.relative";
        }
    }
    let direct: Vec<&Entity> = if subject.is_some() || follows_and(text, mention) {
        Vec::new()
    } else if text.lex.verb_final {
        german_subjects(text, &bare)
    } else {
        // "Pirates attacked" is one trigger with its subject.
        let named = |e: &&&Entity| party(e) && e.head == first && first < mention.last();
        let last = bare
            .iter()
            .rev()
            .find(|e| {
                // "were killed when a missile struck" has its subject behind the "when".
                let near = || (e.last + 1..first).all(|t| !text.is(t, Word::Subordinator));
                (e.last < first && near() || named(e)) && party_like(e)
            })
            .copied();
        // The same word as a party tells more than as people.
        let twin = |s: &'_ Entity| bare.iter().find(|p| party(p) && p.head == s.head).copied();
        let last = last.map(|s| twin(s).unwrap_or(s));
        last.map(|s| with_joined_before(text, &bare, s)).unwrap_or_default()
    };
    bare.retain(|e| !direct.iter().any(|s| s.head == e.head));
    let objects: Vec<&Entity> = if text.lex.verb_final {
        bare
    } else {
        let mut behind: Vec<&Entity> = bare.into_iter().filter(|e| e.first > first).collect();
        // What hangs together with "and" is one object, the rest is another clause.
        let tied =
            behind.windows(2).take_while(|w| matches!(w, [a, b] if tied(text, a, b))).count();
        behind.truncate((tied + 1).max(1));
        behind
    };
    let subjects: Vec<Entity> = match subject {
        Some(s) => vec![s],
        None if direct.is_empty() => inherited(text, mention, entities).into_iter().collect(),
        None => direct.into_iter().cloned().collect(),
    };
    let sides = matches!(mention.frame, Frame::Gathering | Frame::Mutual);
    for s in subjects {
        let list = if sides { &mut roles.parties } else { &mut roles.perpetrators };
        list.push((s, rule));
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

/// "und vergewaltigten mehrere Frauen", "und neun Seeleute verschleppt": the subject stands before
/// the "und".
fn follows_and(text: &Text<'_>, mention: &Mention) -> bool {
    let clause = text.clause_tokens(mention.clause);
    let (Some(and), Some(next)) = (clause.first(), clause.get(1)) else { return false };
    text.is(*and, Word::And)
        && (text.verb(*next) || text.lex.verb_final && !carried(text, mention).is_empty())
}

/// The subject among bare phrases, whatever their order, with what is joined to it.
fn german_subjects<'e>(text: &Text<'_>, bare: &[&'e Entity]) -> Vec<&'e Entity> {
    let able = |e: &&&Entity| !e.accusative && party_like(e);
    let attacker = |e: &&&Entity| {
        party(e) && (e.armed() || e.unknown || matches!(e.sector.as_str(), "criminal" | "police"))
    };
    let front = bare.first().is_some_and(|e| e.accusative);
    let mut found = bare.iter().skip(usize::from(front)).find(able).copied();
    // "Zwei Touristen entführten Bewaffnete": of two unmarked phrases the attacker does it.
    if let Some(f) = found
        && !attacker(&&f)
        && f.kind != EntityKind::Party
        && f.number.is_some()
    {
        let other =
            bare.iter().skip_while(|e| e.head <= f.head).find(|e| able(e) && attacker(e)).copied();
        found = other.or(found);
    }
    // "Drei Dörfer griffen die Rebellen an": a thing in front is the object already.
    let Some(found) = found else { return Vec::new() };
    let mut out = vec![found];
    let mut last = found;
    for e in bare.iter().skip_while(|e| e.head <= found.head) {
        if !tied(text, last, e) || e.accusative || !party_like(e) {
            break;
        }
        out.push(e);
        last = e;
    }
    out
}

fn with_joined_before<'e>(
    text: &Text<'_>,
    bare: &[&'e Entity],
    last: &'e Entity,
) -> Vec<&'e Entity> {
    let mut out = vec![last];
    let mut next = last;
    for e in bare.iter().rev().skip_while(|e| e.head >= last.head) {
        if !tied(text, e, next) || !party_like(e) {
            break;
        }
        out.insert(0, e);
        next = e;
    }
    out
}

/// Two phrases with nothing but "and" or a comma between them.
fn tied(text: &Text<'_>, a: &Entity, b: &Entity) -> bool {
    b.first > a.last
        && b.first - a.last <= 3
        && (a.last + 1..b.first).any(|t| text.is(t, Word::And) || text.lower(t) == ",")
        && (a.last + 1..b.first).all(|t| !text.verb(t))
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
                && (party(e) || e.single)
                && !e.accusative
        })
        .cloned()
}
