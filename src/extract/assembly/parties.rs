//! Roles that only the article as a whole tells: the dead of an attack were its target, a bomb on a
//! market struck the market, and the man who was arrested for it is suspected.

use super::armed;
use super::attach::Owner;
use super::draft::{Draft, Role};
use super::victims;
use crate::extract::entity::{Entity, EntityKind, Lead, named, of_country};
use crate::extract::ground::PlaceClass;
use crate::extract::lexicon::{Form, Frame, Tag, Word};
use crate::extract::text::Text;
use crate::extract::trigger::Mention;
use crate::message::{Kind, Outcome};

/// Sentences behind an event in which its perpetrator may be told.
const OFFENDER_REACH: usize = 4;

/// The rule of those who died of it.
const KILLED: &str = "role.killed";

/// Groups of types where somebody does something to somebody.
const VIOLENT: [&str; 5] =
    ["battle", "remote_violence", "violence_against_people", "crime", "strategic"];

/// Fills the targets and perpetrators that no clause of the event itself tells.
pub(super) fn complete(
    text: &Text<'_>,
    drafts: &mut [Draft],
    mentions: &[Mention],
    owner: &Owner,
    entities: &[Entity],
) {
    for i in 0..drafts.len() {
        let Some(d) = drafts.get(i) else { continue };
        let group = text.taxonomy.group(d.best().0);
        if !d.live()
            || d.kind != Kind::Incident
            || d.mentions.is_empty()
            || d.only_reason
            || !(VIOLENT.contains(&group) || text.taxonomy.family(d.best().0) == "cyber")
        {
            continue;
        }
        let name = text.taxonomy.name(d.best().0).to_owned();
        let armed = armed_by(text, d, mentions);
        let found = Found {
            means: means(d, &name),
            victims: if matches!(name.as_str(), "armed_clash" | "arrest_raid")
                || d.mentions
                    .iter()
                    .filter_map(|m| mentions.get(*m))
                    .any(|m| m.frame == Frame::Mutual)
            {
                Vec::new()
            } else {
                victims(text, d, mentions, entities)
            },
            struck: struck(text, d, mentions, entities, &name),
            offender: offender(text, d, i, mentions, owner, entities),
        };
        if let Some(d) = drafts.get_mut(i) {
            if name == "arrest_raid" {
                // The arrested are told as such.
                d.targets.retain(|t| {
                    t.entity.kind == EntityKind::Thing || !t.rule.starts_with("role.verb")
                });
            }
            if d.perpetrators.is_empty() {
                d.perpetrators.extend(armed);
            }
            found.fill(text, d);
            if name != "arrest_raid" {
                let own: Vec<usize> = d
                    .mentions
                    .iter()
                    .filter_map(|m| mentions.get(*m))
                    .map(|m| m.sentence)
                    .collect();
                let other = |sentence: usize| {
                    !own.contains(&sentence)
                        && mentions.iter().zip(owner).any(|(m, o)| {
                            m.sentence == sentence
                                && m.veto.is_none()
                                && !m.definite
                                && o.is_some_and(|d| d != i)
                        })
                };
                armed::complete(text, d, mentions, entities, &other);
                victims::complete(text, d, mentions, entities, &other);
            }
        }
    }
}

/// "Der Angreifer wurde von der Polizei erschossen": the end of a deed that is told, no other one.
pub(super) fn endings(
    text: &Text<'_>,
    drafts: &mut [Draft],
    owner: &mut Owner,
    mentions: &[Mention],
) {
    let sentences = |d: &Draft| -> Vec<usize> {
        d.mentions.iter().filter_map(|m| mentions.get(*m)).map(|m| m.sentence).collect()
    };
    let violent = |d: &Draft| {
        d.live()
            && d.kind == Kind::Incident
            && !d.mentions.is_empty()
            && VIOLENT.contains(&text.taxonomy.group(d.best().0))
    };
    for i in 1..drafts.len() {
        let (before, from) = drafts.split_at_mut(i);
        let Some(d) = from.first_mut().filter(|d| violent(d)) else { continue };
        // One of those who are called by their deed, "der Angreifer", not "die Rebellen".
        let offender = |r: &Role| {
            let hits = || text.hits_at(r.entity.head);
            let deed = hits().any(|h| {
                matches!(h.tag, Tag::People(n) if text.lex.people.get(n).is_some_and(|p| {
                    matches!(p.group.as_str(), "perpetrator" | "suspects" | "fighters")
                }))
            });
            let civilian = hits().any(|h| {
                matches!(h.tag, Tag::Party(n)
                    if text.lex.parties.get(n).is_some_and(|p| p.sector == "civilian"))
            });
            deed && civilian && text.is(r.entity.first, Word::Definite)
        };
        let people = || d.targets.iter().filter(|r| r.entity.kind != EntityKind::Thing);
        if d.time.is_some() || people().count() == 0 || !people().all(offender) {
            continue;
        }
        let Some(first) = sentences(d).into_iter().min() else { continue };
        let deed = before.iter().rposition(|b| {
            violent(b)
                && sentences(b).into_iter().max().is_some_and(|s| first <= s + OFFENDER_REACH)
        });
        let Some(deed) = deed else { continue };
        for m in std::mem::take(&mut d.mentions) {
            if let Some(slot) = owner.get_mut(m) {
                *slot = Some(deed);
            }
        }
    }
}

/// What an event that is part of another may give it: roles that the other lacks, unless it only
/// tells how the matter went on.
pub(super) fn keep(text: &Text<'_>, part: &mut Draft, whole: Option<&Draft>) {
    let deed = VIOLENT.contains(&text.taxonomy.group(part.best().0))
        && text.taxonomy.name(part.best().0) != "arrest_raid"
        && part.live()
        && part.kind == Kind::Incident;
    let officers = |r: &Role| r.entity.sector == "police" || r.entity.sector == "government";
    let Some(whole) = whole.filter(|_| deed && !part.perpetrators.iter().any(officers)) else {
        part.perpetrators.clear();
        part.targets.clear();
        return;
    };
    let same = part.perpetrators.is_empty()
        || whole.perpetrators.is_empty()
        || part
            .perpetrators
            .iter()
            .any(|p| whole.perpetrators.iter().any(|w| w.entity.same(&p.entity)));
    let things = |r: &Role| r.entity.kind == EntityKind::Thing;
    part.targets.retain(|t| same && !whole.targets.iter().any(|w| things(w) == things(t)));
    if !whole.perpetrators.is_empty() {
        part.perpetrators.clear();
    }
}

/// What the article tells of one event.
struct Found {
    /// Things among the targets that are the means of the deed.
    means: Vec<Role>,
    victims: Vec<Role>,
    struck: Option<Role>,
    offender: Option<Role>,
}

impl Found {
    fn fill(self, text: &Text<'_>, d: &mut Draft) {
        for role in self.means {
            d.targets.retain(|t| t.entity.head != role.entity.head);
            let class = "vehicle".to_owned();
            if !d.instruments.iter().any(|(c, _, _)| *c == class) {
                d.instruments.push((class, role.entity.span(text), role.rule));
            }
        }
        let one_of = |list: &[Role], e: &Entity| list.iter().any(|r| r.entity.head == e.head);
        if let Some(role) = self.offender
            && d.perpetrators.iter().all(|p| p.entity.unknown)
            && !one_of(&d.targets, &role.entity)
        {
            d.perpetrators = vec![role];
        }
        one_person(text, &mut d.targets);
        // "Elf Menschen wurden getötet" tells how many, not who was aimed at.
        d.targets.retain(|t| {
            t.entity.kind == EntityKind::Thing
                || t.entity.single
                || !t.rule.starts_with("role.verb.passive")
                || !anybody(text, &t.entity)
        });
        // "die Befreiungsarmee (BLA)"
        let known: Vec<String> =
            d.perpetrators.iter().filter_map(|p| p.entity.id.clone()).collect();
        d.targets.retain(|t| t.entity.id.as_ref().is_none_or(|id| !known.contains(id)));
        if d.targets.is_empty() {
            d.targets.extend(self.struck);
        }
        let human = d.targets.iter().any(|t| t.entity.kind != EntityKind::Thing);
        if !human {
            let bare = d.targets.is_empty();
            for v in self.victims {
                // Beside a thing that was struck only the dead count, not whoever was hurt by it.
                if (bare || v.rule == KILLED) && !one_of(&d.perpetrators, &v.entity) {
                    d.targets.push(v);
                }
            }
        }
    }
}

/// "Der Politiker Parubij ... der 54-Jährige": one person by several words is one target, by name.
fn one_person(text: &Text<'_>, targets: &mut Vec<Role>) {
    let person = |r: &Role| match r.entity.kind {
        EntityKind::People => r.entity.single,
        EntityKind::Party => r.entity.sector == "civilian" && r.entity.number.is_none(),
        EntityKind::Thing => false,
    };
    let named =
        |r: &Role| person(r) && r.entity.last > r.entity.head || r.entity.rule == "people.name";
    let Some(best) = targets
        .iter()
        .filter(|r| person(r))
        .max_by_key(|r| {
            (named(r), r.entity.last - r.entity.first, std::cmp::Reverse(r.entity.head))
        })
        .map(|r| (r.entity.head, text.clause(r.entity.head), r.entity.name.clone(), named(r)))
    else {
        return;
    };
    let (head, clause, name, known) = best;
    let last = |n: &str| n.rsplit(' ').next().unwrap_or_default().to_lowercase();
    targets.retain(|r| {
        let apart = text.clause(r.entity.head) == clause || !person(r) || r.entity.head == head;
        let again = known && person(r) && last(&r.entity.name) == last(&name);
        let taken_up = text.is(r.entity.first, Word::Definite)
            || r.entity.first == r.entity.head
            || known && !named(r);
        r.entity.head == head || !again && (apart || !taken_up)
    });
}

/// A car that is driven into people is no target.
fn means(d: &Draft, name: &str) -> Vec<Role> {
    if name != "vehicle_attack" {
        return Vec::new();
    }
    d.targets
        .iter()
        .filter(|t| t.entity.kind == EntityKind::Thing && t.entity.class == "vehicle")
        .map(|t| Role { entity: t.entity.clone(), rule: "role.vehicle" })
        .collect()
}

/// "Ukrainische Drohnen haben ein Depot getroffen": those whose weapon it is.
fn armed_by(text: &Text<'_>, d: &Draft, mentions: &[Mention]) -> Option<Role> {
    let own: Vec<usize> =
        d.mentions.iter().filter_map(|m| mentions.get(*m)).map(|m| m.clause).collect();
    let weapon = |t: usize| {
        text.hits_at(t).any(|h| matches!(h.tag, Tag::Instrument(_)))
            && own.contains(&text.clause(t))
    };
    text.ground
        .places
        .iter()
        .filter(|p| p.adjective && p.place.class == PlaceClass::Country)
        .find(|p| {
            let at = text.token_at(p.span.start);
            // French and Spanish have the adjective behind.
            weapon(at + 1) || !text.lex.verb_final && at > 0 && weapon(at - 1)
        })
        .map(|p| Role { entity: of_country(text, p), rule: "role.weapon" })
}

/// Killed, wounded and abducted people, where the words say more of them than that they are people.
fn victims(text: &Text<'_>, d: &Draft, mentions: &[Mention], entities: &[Entity]) -> Vec<Role> {
    let mut out: Vec<Role> = Vec::new();
    for c in &d.counts {
        let f = &c.figure;
        let suffers = matches!(f.outcome, Outcome::Killed | Outcome::Wounded | Outcome::Captive);
        if !suffers || f.part || f.bound.max == Some(0) {
            continue;
        }
        let e = entities
            .iter()
            .filter(|e| e.kind == EntityKind::People && text.clause(e.head) == f.clause)
            .filter(|e| e.covers(f.at) || f.at <= e.head && e.first <= f.at + 2)
            .find(|e| telling(text, e));
        if let Some(e) = e
            && !out.iter().any(|r| r.entity.same(e))
        {
            let killed = f.outcome == Outcome::Killed && !e.single;
            out.push(Role { entity: e.clone(), rule: if killed { KILLED } else { "role.victim" } });
        }
    }
    if out.is_empty() {
        out.extend(fallen(text, d, mentions, entities));
    }
    out.truncate(2);
    out
}

/// "Der Abgeordnete kam ums Leben": one who stands where the dead of the event are told.
fn fallen(text: &Text<'_>, d: &Draft, mentions: &[Mention], entities: &[Entity]) -> Option<Role> {
    let own: Vec<&Mention> = d.mentions.iter().filter_map(|m| mentions.get(*m)).collect();
    let suffers = |clause: usize| {
        let tokens = text.clause_tokens(clause);
        let be = tokens.iter().any(|t| text.any(*t, &[Word::Be, Word::Become]));
        tokens.iter().flat_map(|t| text.hits_at(*t)).any(|h| {
            matches!(h.tag, Tag::Outcome(n, form) if form != Form::Noun
            && (form == Form::Subject || be)
            && text.lex.outcomes.get(n).is_some_and(|o| {
                matches!(o.outcome, Outcome::Killed | Outcome::Wounded | Outcome::Captive)
            }))
        })
    };
    entities
        .iter()
        .filter(|e| e.kind == EntityKind::People && e.lead == Lead::None && telling(text, e))
        .filter(|e| own.iter().any(|m| m.clause == text.clause(e.head)))
        .find(|e| suffers(text.clause(e.head)))
        .cloned()
        .or_else(|| {
            // "Ahmed al-Rahawi was killed": a name alone.
            let clause = own.iter().map(|m| m.clause).find(|c| suffers(*c))?;
            named(text, clause)
        })
        .map(|entity| Role { entity, rule: "role.victim" })
}

/// "Menschen", "people".
fn anybody(text: &Text<'_>, e: &Entity) -> bool {
    text.hits_at(e.head).any(|h| {
        matches!(h.tag, Tag::People(n)
            if text.lex.people.get(n).is_some_and(|p| p.group == "people" && p.sector.is_none() && !p.single))
    })
}

/// People of whom more is said than that they are people.
fn telling(text: &Text<'_>, e: &Entity) -> bool {
    let deed = matches!(e.class.as_str(), "perpetrator" | "suspects" | "fighters");
    let plain = matches!(e.class.as_str(), "men" | "women") || anybody(text, e);
    !deed && (e.single || !plain)
}

/// "In einer Moschee hat sich ein Mann in die Luft gesprengt": where it happened was struck.
fn struck(
    text: &Text<'_>,
    d: &Draft,
    mentions: &[Mention],
    entities: &[Entity],
    name: &str,
) -> Option<Role> {
    let aimed = text.taxonomy.group(d.best().0) == "remote_violence"
        || matches!(
            name,
            "shooting"
                | "stabbing"
                | "mass_killing"
                | "hostage_taking"
                | "vehicle_attack"
                | "arson_attack"
                | "cyber_attack"
        );
    if !aimed {
        return None;
    }
    let own: Vec<&Mention> = d.mentions.iter().filter_map(|m| mentions.get(*m)).collect();
    entities
        .iter()
        .filter(|e| match e.kind {
            EntityKind::Thing => !matches!(e.class.as_str(), "settlement" | "crop"),
            EntityKind::People => name == "vehicle_attack" && e.class != "people",
            EntityKind::Party => false,
        })
        .filter(|e| matches!(e.lead, Lead::Other | Lead::On))
        .filter(|e| e.first.checked_sub(1).is_some_and(|t| text.is(t, Word::Inside)))
        .find(|e| own.iter().any(|m| m.clause == text.clause(e.head)))
        .or_else(|| destroyed(text, &own, entities))
        .or_else(|| hit(text, &own, entities))
        .map(|e| Role { entity: e.clone(), rule: "role.struck" })
}

/// "Ein Luftangriff hat ein Wohnheim zerstört": the event itself did it.
fn destroyed<'e>(text: &Text<'_>, own: &[&Mention], entities: &'e [Entity]) -> Option<&'e Entity> {
    entities
        .iter()
        .filter(|e| e.kind == EntityKind::Thing && e.lead == Lead::None)
        .filter(|e| !matches!(e.class.as_str(), "settlement" | "crop"))
        .find(|e| {
            let clause = text.clause(e.head);
            let event = own
                .iter()
                .any(|m| m.clause == clause && m.form == Form::Noun && m.first() < e.first);
            event && text.clause_tokens(clause).iter().any(|t| text.is(*t, Word::Damage))
        })
}

/// "Eine der Raketen traf einen Bus", right behind the event.
fn hit<'e>(text: &Text<'_>, own: &[&Mention], entities: &'e [Entity]) -> Option<&'e Entity> {
    let last = own.iter().map(|m| m.sentence).max()?;
    entities
        .iter()
        .filter(|e| e.kind == EntityKind::Thing && e.lead == Lead::None)
        .filter(|e| !matches!(e.class.as_str(), "settlement" | "crop" | "aircraft"))
        .filter(|e| (last..=last + 2).contains(&text.sentence(e.head)))
        .find(|e| {
            let clause = text.clause_tokens(text.clause(e.head));
            clause.iter().any(|t| text.is(*t, Word::Struck))
        })
}

/// Who is told of behind the event as its perpetrator: named by the deed with something more, or
/// arrested for it.
fn offender(
    text: &Text<'_>,
    d: &Draft,
    index: usize,
    mentions: &[Mention],
    owner: &Owner,
    entities: &[Entity],
) -> Option<Role> {
    let own: Vec<usize> =
        d.mentions.iter().filter_map(|m| mentions.get(*m)).map(|m| m.sentence).collect();
    let (from, to) = (*own.iter().min()?, *own.iter().max()? + OFFENDER_REACH);
    let other = |sentence: usize| {
        mentions.iter().zip(owner).any(|(m, o)| {
            m.sentence == sentence
                && m.veto.is_none()
                && o.is_some_and(|d| d != index)
                && !own.contains(&sentence)
                && !text.taxonomy.name(m.best().0).starts_with("arrest")
                && !m.definite
        })
    };
    let near = |e: &&Entity| {
        let sentence = text.sentence(e.head);
        (from..=to).contains(&sentence) && matches!(e.lead, Lead::None) && !e.unknown
    };
    let mut arrested = None;
    for e in entities.iter().filter(near) {
        let deed = matches!(e.class.as_str(), "perpetrator" | "suspects" | "fighters");
        if e.kind == EntityKind::Thing || (e.armed() || e.state) && !deed {
            continue;
        }
        let clause = text.clause_tokens(text.clause(e.head));
        let outcome = clause
            .iter()
            .flat_map(|t| text.hits_at(*t))
            .filter_map(|h| match h.tag {
                Tag::Outcome(n, _) => text.lex.outcomes.get(n).map(|o| o.outcome),
                _ => None,
            })
            .find(|o| matches!(o, Outcome::Arrested | Outcome::Killed | Outcome::Wounded));
        if e.rule == "people.apposition" && deed {
            return Some(Role { entity: e.clone(), rule: "role.offender" });
        }
        let fell = matches!(outcome, Some(Outcome::Killed | Outcome::Wounded));
        if other(text.sentence(e.head)) && !(fell && e.class == "perpetrator") {
            continue;
        }
        match outcome {
            Some(Outcome::Arrested)
                if (deed || e.single || e.number.is_some()) && e.sector != "police" =>
            {
                arrested =
                    arrested.or_else(|| Some(Role { entity: e.clone(), rule: "role.arrested" }));
            }
            Some(Outcome::Killed | Outcome::Wounded)
                if e.class == "perpetrator" && text.is(e.first, Word::Definite) =>
            {
                return Some(Role { entity: e.clone(), rule: "role.offender" });
            }
            _ => {}
        }
    }
    arrested
}
