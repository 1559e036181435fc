//! Roles that only the article as a whole tells: the dead of an attack were its target, a bomb on a
//! market struck the market, and the man who was arrested for it is suspected.

use super::attach::Owner;
use super::draft::{Draft, Role};
use crate::extract::entity::{Entity, EntityKind, Lead};
use crate::extract::lexicon::{Tag, Word};
use crate::extract::text::Text;
use crate::extract::trigger::Mention;
use crate::message::{Kind, Outcome};

/// Sentences behind an event in which its perpetrator may be told.
const OFFENDER_REACH: usize = 4;

/// Words between a preposition and the end of its phrase that still tell what was struck.
const VIOLENT: [&str; 4] = ["battle", "remote_violence", "violence_against_people", "crime"];

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
            || !VIOLENT.contains(&group)
        {
            continue;
        }
        let name = text.taxonomy.name(d.best().0).to_owned();
        let found = Found {
            means: means(text, d, &name),
            victims: victims(text, d, entities),
            struck: struck(text, d, mentions, entities, &name),
            offender: offender(text, d, i, mentions, owner, entities),
        };
        if let Some(d) = drafts.get_mut(i) {
            found.fill(text, d);
        }
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
        if d.targets.is_empty() {
            let perpetrators = std::mem::take(&mut d.perpetrators);
            d.targets.extend(
                self.victims.into_iter().filter(|v| !one_of(&perpetrators, &v.entity)),
            );
            d.perpetrators = perpetrators;
        }
        if d.targets.is_empty() {
            d.targets.extend(self.struck);
        }
    }
}

/// A car that is driven into people is no target.
fn means(text: &Text<'_>, d: &Draft, name: &str) -> Vec<Role> {
    if name != "vehicle_attack" || text.lex.code.is_empty() {
        return Vec::new();
    }
    d.targets
        .iter()
        .filter(|t| t.entity.kind == EntityKind::Thing && t.entity.class == "vehicle")
        .map(|t| Role { entity: t.entity.clone(), rule: "role.vehicle" })
        .collect()
}

/// Killed, wounded and abducted people, where the words say more of them than that they are people.
fn victims(text: &Text<'_>, d: &Draft, entities: &[Entity]) -> Vec<Role> {
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
            .find(|e| telling(e));
        if let Some(e) = e
            && !out.iter().any(|r| r.entity.same(e))
        {
            out.push(Role { entity: e.clone(), rule: "role.victim" });
        }
    }
    out.truncate(2);
    out
}

/// People of whom more is said than that they are people.
fn telling(e: &Entity) -> bool {
    let deed = matches!(e.class.as_str(), "perpetrator" | "suspects" | "fighters");
    let plain = matches!(e.class.as_str(), "people" | "men" | "women");
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
        || matches!(name, "shooting" | "stabbing" | "mass_killing" | "hostage_taking");
    if !aimed {
        return None;
    }
    let own: Vec<&Mention> = d.mentions.iter().filter_map(|m| mentions.get(*m)).collect();
    entities
        .iter()
        .filter(|e| e.kind == EntityKind::Thing && !matches!(e.class.as_str(), "settlement" | "crop"))
        .filter(|e| matches!(e.lead, Lead::Other | Lead::On))
        .filter(|e| e.first.checked_sub(1).is_some_and(|t| text.is(t, Word::Inside)))
        .find(|e| own.iter().any(|m| m.clause == text.clause(e.head)))
        .map(|e| Role { entity: e.clone(), rule: "role.struck" })
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
        if e.kind == EntityKind::Thing || e.armed() || e.state {
            continue;
        }
        let deed = e.class == "perpetrator" || e.class == "suspects";
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
        if other(text.sentence(e.head)) {
            continue;
        }
        match outcome {
            Some(Outcome::Arrested) if (deed || e.single) && e.sector != "police" => {
                arrested = arrested
                    .or_else(|| Some(Role { entity: e.clone(), rule: "role.arrested" }));
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
