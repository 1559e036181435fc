//! Parties and things in the text, each with the words that lead to it.

mod byname;
mod left;
mod party;
mod people;

use super::ground::Span;
use super::lexicon::{Tag, Word};
use super::text::Text;
use crate::message::Bound;
pub(crate) use byname::{BY_NAME, listed};
use left::{Left, left};
pub(crate) use party::{of_country, of_word};
pub(crate) use people::{named, office};

/// How a phrase is tied to what stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lead {
    /// Subject or object.
    None,
    /// "des", "der" after a noun; "Israels" before one.
    Genitive,
    By,
    Through,
    On,
    Of,
    With,
    Between,
    Other,
}

/// What kind of thing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntityKind {
    /// A group, a force, a state.
    Party,
    /// People by what they are.
    People,
    /// A thing that can be hit.
    Thing,
}

/// A party or a thing.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools)] // marks that do not depend on each other
pub(crate) struct Entity {
    pub(crate) kind: EntityKind,
    /// First token with article and adjectives, without preposition.
    pub(crate) first: usize,
    pub(crate) head: usize,
    pub(crate) last: usize,
    pub(crate) lead: Lead,
    pub(crate) accusative: bool,
    /// "the guards' shooting".
    pub(crate) possessive: bool,
    pub(crate) name: String,
    pub(crate) id: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) sector: String,
    /// Group of people or class of thing.
    pub(crate) class: String,
    pub(crate) instrument: Option<String>,
    pub(crate) unknown: bool,
    pub(crate) single: bool,
    pub(crate) state: bool,
    pub(crate) number: Option<Bound>,
    pub(crate) rule: &'static str,
}

impl Entity {
    /// Armed, so that what it strikes is struck with weapons.
    pub(crate) fn armed(&self) -> bool {
        matches!(self.sector.as_str(), "military" | "armed_group")
    }

    pub(crate) fn span(&self, text: &Text<'_>) -> Span {
        text.span(self.first, self.last)
    }

    pub(crate) fn covers(&self, token: usize) -> bool {
        (self.first..=self.last).contains(&token)
    }

    /// The same party, as far as can be told.
    pub(crate) fn same(&self, other: &Self) -> bool {
        match (&self.id, &other.id) {
            (Some(a), Some(b)) => a == b,
            _ => {
                (self.country.is_some()
                    && self.country == other.country
                    && self.state
                    && other.state)
                    || self.name.to_lowercase() == other.name.to_lowercase()
            }
        }
    }
}

/// All parties and things in order.
pub(crate) fn find(text: &Text<'_>) -> Vec<Entity> {
    let mut out: Vec<Entity> = Vec::new();
    for hit in &text.hits {
        let made = match hit.tag {
            Tag::Party(i) => party::party(text, i, hit.first(), hit.last()),
            Tag::People(i) => people::people(text, i, hit.last()),
            Tag::Target(i) => thing(text, i, hit.first(), hit.last()),
            _ => None,
        };
        out.extend(made);
    }
    people::offices(text, &mut out);
    people::singular(text, &mut out);
    people::citizens(text, &mut out);
    party::countries(text, &mut out);
    party::short_forms(text, &mut out);
    byname::by_name(text, &mut out);
    party::quoted(text, &mut out);
    out.sort_by_key(|e| (e.head, e.kind as u8, e.first));
    party::apposition(text, &mut out);
    compounds(text, &mut out);
    nested(&mut out);
    people::told_twice(text, &mut out);
    share_leads(text, &mut out);
    out
}

/// "Bewaffnete Männer": the phrase stands for its words.
fn nested(out: &mut Vec<Entity>) {
    let whole: Vec<Entity> =
        out.iter().filter(|e| e.kind == EntityKind::Party && e.first < e.head).cloned().collect();
    out.retain(|e| {
        e.kind == EntityKind::Thing
            || !whole.iter().any(|w| w.first <= e.first && e.last < w.head && w.head - e.head == 1)
    });
    for e in out.iter_mut().filter(|e| e.kind == EntityKind::People) {
        if let Some(w) = whole.iter().find(|w| w.head == e.head && w.first < e.first) {
            e.first = w.first;
            e.lead = w.lead;
            e.accusative = w.accusative;
            e.name.clone_from(&w.name);
        }
    }
}

/// "police station", "base militaire": the word that only says which is no party of its own.
fn compounds(text: &Text<'_>, out: &mut Vec<Entity>) {
    if text.lex.capital_nouns {
        return;
    }
    let mut i = 0;
    while i < out.len() {
        let Some(a) = out.get(i).cloned() else { break };
        let english = text.lex.code == "en";
        let head = out.iter().position(|b| {
            (b.head != a.head || a.kind != EntityKind::Thing)
                && b.kind == EntityKind::Thing
                && if english {
                    b.head == a.last + 1 && b.first <= a.head && a.id.is_none() && !a.possessive
                } else {
                    a.kind != EntityKind::Thing
                        && a.id.is_none()
                        && (a.head == b.head + 1 || a.head == b.head)
                        && a.first <= a.head
                        && text.lower(a.head - 1) != ","
                }
        });
        let Some(at) = head else {
            i += 1;
            continue;
        };
        if let Some(b) = out.get_mut(at) {
            if english {
                text.slice(a.last.min(b.head), b.last).clone_into(&mut b.name);
            } else if a.head > b.last {
                b.last = a.head;
                text.slice(b.head, a.head).clone_into(&mut b.name);
            }
        }
        out.remove(i);
    }
}

/// "von Soldaten und Milizionären": joined phrases share what leads to them.
fn share_leads(text: &Text<'_>, out: &mut [Entity]) {
    for i in 1..out.len() {
        let (before, from) = out.split_at_mut(i);
        let Some(b) = from.first_mut() else { continue };
        let and = b.first.checked_sub(1).filter(|t| text.is(*t, Word::And));
        let Some(and) = and.filter(|_| b.lead == Lead::None) else { continue };
        let a = before.iter().rev().find(|a| a.last + 1 == and && a.head < b.head);
        if let Some(a) = a
            && !matches!(a.lead, Lead::None | Lead::Genitive | Lead::Other)
        {
            let by =
                a.lead == Lead::Of && a.first.checked_sub(1).is_some_and(|t| text.is(t, Word::By));
            b.lead = if by { Lead::By } else { a.lead };
        }
    }
}

fn base(kind: EntityKind, left: Left, head: usize, last: usize) -> Entity {
    Entity {
        kind,
        first: left.first,
        head,
        last,
        lead: left.lead,
        accusative: left.accusative,
        possessive: false,
        name: String::new(),
        id: None,
        country: left.country,
        sector: "unknown".to_owned(),
        class: String::new(),
        instrument: None,
        unknown: false,
        single: false,
        state: false,
        number: left.number,
        rule: "entity",
    }
}

/// The phrase without its article.
fn plain_name(text: &Text<'_>, e: &Entity) -> String {
    let from =
        if text.any(e.first, &[Word::Definite, Word::Indefinite, Word::This]) && e.first < e.head {
            e.first + 1
        } else {
            e.first
        };
    text.slice(from, e.last).to_owned()
}

/// The English genitive: the token itself or the next carries it.
fn possessive(text: &Text<'_>, e: &mut Entity) -> bool {
    let word = text.lower(e.last);
    let here = word.ends_with("'s")
        || word.ends_with("’s")
        || word.ends_with("s'")
        || word.ends_with("s’");
    let next = matches!(text.lower(e.last + 1), "'s" | "’s" | "'" | "’");
    (here || next) && text.lex.code == "en"
}

fn thing(text: &Text<'_>, entry: usize, first: usize, head: usize) -> Option<Entity> {
    let mut e = base(EntityKind::Thing, left(text, first), head, head);
    e.class.clone_from(text.lex.targets.get(entry)?);
    // "die Stadt En Nahud"
    let town = text.ground.places.iter().find(|p| {
        e.class == "settlement" && text.lex.capital_nouns && text.token_at(p.span.start) == head + 1
    });
    e.last = town.map_or(head, |p| text.token_at(p.span.end.saturating_sub(1)));
    text.slice(first, e.last).clone_into(&mut e.name);
    e.rule = "thing";
    Some(e)
}
