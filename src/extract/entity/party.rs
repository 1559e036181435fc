//! Groups, forces and states, with their names.

use super::left::{Left, country_after, country_in, lead_of, left};
use super::people::{age_adjective, name_end};
use super::{Entity, EntityKind, Lead, base, plain_name, possessive};
use crate::extract::ground::{PlaceClass, PlaceMention, TokenKind};
use crate::extract::lexicon::Word;
use crate::extract::text::Text;

pub(super) fn party(text: &Text<'_>, entry: usize, first: usize, last: usize) -> Option<Entity> {
    let row = text.lex.parties.get(entry)?;
    if age_adjective(text, last) {
        return None;
    }
    let mut e = base(EntityKind::Party, left(text, first), last, last);
    e.sector.clone_from(&row.sector);
    e.instrument.clone_from(&row.instrument);
    e.unknown = row.unknown;
    e.state = row.state;
    if let Some(id) = &row.id {
        e.id = Some(id.clone());
        e.name = row.name.clone().unwrap_or_default();
        e.country = row.country.clone().or(e.country);
        e.state = matches!(row.sector.as_str(), "military" | "police" | "government");
        e.rule = "party.known";
        e.possessive = possessive(text, &mut e);
        return Some(e);
    }
    e.rule = "party.word";
    if row.state {
        e.rule = "party.state";
        if e.country.is_none()
            && let Some((country, to)) = country_after(text, last)
        {
            e.country = Some(country);
            e.last = to;
        }
    }
    let group = matches!(row.sector.as_str(), "armed_group" | "criminal");
    if (row.namable || group)
        && let Some((name, to)) = name_behind(text, last, row.namable)
    {
        e.name = name;
        e.last = to;
        e.rule = "party.named";
    }
    if group && e.rule == "party.word" {
        by_capitals(text, &mut e);
    }
    // French and Spanish put adjectives behind: "groupe armé pro-iranien".
    if !text.lex.verb_final && text.lex.code != "en" {
        adjectives_behind(text, &mut e);
    }
    if e.name.is_empty() {
        e.name = plain_name(text, &e);
    }
    e.possessive = possessive(text, &mut e);
    Some(e)
}

/// "National Liberation Front": the word is the last of a name.
fn by_capitals(text: &Text<'_>, e: &mut Entity) {
    if text.lex.capital_nouns || !text.capital(e.head) {
        return;
    }
    let from = (e.first..e.head)
        .rev()
        .take_while(|t| text.capital(*t) || matches!(text.lower(*t), "of" | "for"))
        .last();
    if let Some(from) = from.filter(|t| text.capital(*t)) {
        e.first = from;
        text.slice(from, e.last).clone_into(&mut e.name);
        e.rule = "party.named";
    }
}

/// "the Front of the North (FON)": the short form stands for the group wherever it is.
pub(super) fn short_forms(text: &Text<'_>, out: &mut Vec<Entity>) {
    if text.lex.capital_nouns {
        return;
    }
    let short = |t: usize| {
        let word = text.slice(t, t);
        (2..=8).contains(&word.chars().count())
            && word.chars().all(|c| c.is_uppercase() || c == '-')
    };
    let mut known: Vec<(String, Entity)> = Vec::new();
    for e in out.iter().filter(|e| matches!(e.rule, "party.named" | "party.quoted")) {
        let behind = (e.last + 1..e.last + 4).find(|t| text.lower(*t) == "(").map(|t| t + 1);
        let before = e.first.checked_sub(2).filter(|_| text.lower(e.first - 1) == "(");
        if let Some(at) = behind.into_iter().chain(before).find(|t| short(*t)) {
            known.push((text.slice(at, at).to_owned(), e.clone()));
        }
    }
    for t in 0..text.ground.tokens.len() {
        let Some((_, whole)) = known.iter().find(|(w, _)| w == text.slice(t, t)) else { continue };
        if out.iter().any(|e| e.kind == EntityKind::Party && e.head == t) {
            continue;
        }
        let mut e = base(EntityKind::Party, left(text, t), t, t);
        e.sector.clone_from(&whole.sector);
        e.name.clone_from(&whole.name);
        e.rule = "party.named";
        e.possessive = possessive(text, &mut e);
        out.push(e);
    }
}

fn adjectives_behind(text: &Text<'_>, e: &mut Entity) {
    let end = text.tokens_of(text.sentence(e.head)).end;
    let to = (e.last + 4).min(end);
    for t in e.last + 1..to {
        if let Some(country) = country_in(text, t, t) {
            e.country = e.country.take().or(Some(country));
            e.last = t;
            return;
        }
        if text.verb(t) || text.kind(t) != TokenKind::Word || lead_of(text, t) != Lead::None {
            return;
        }
    }
}

/// "eine Gruppe mit dem Namen X", "the group X": a name right behind.
fn name_behind(text: &Text<'_>, last: usize, namable: bool) -> Option<(String, usize)> {
    let from = text.span(last, last).end;
    let sentence = text.sentence(last);
    if namable && text.lex.capital_nouns {
        // "die Hackergruppe Blackfox": a noun with no article right behind a noun is its name.
        let to = name_end(text, last);
        if to > last {
            return Some((text.slice(last + 1, to).to_owned(), to));
        }
    }
    let name = text.ground.names.iter().find(|n| n.sentence == sentence && n.span.start >= from)?;
    let first = text.token_at(name.span.start);
    let between = first.saturating_sub(last + 1);
    let clean = (last + 1..first).all(|t| !text.verb(t) && text.lower(t) != ",");
    let near =
        if name.quoted { between <= if namable { 5 } else { 1 } } else { between == 0 && namable };
    (near && clean).then(|| {
        (text.ground.slice(name.span).to_owned(), text.token_at(name.span.end.saturating_sub(1)))
    })
}

/// Countries and metonyms that act: "Israel griff an", "die USA haben", not "in Israel".
pub(super) fn countries(text: &Text<'_>, out: &mut Vec<Entity>) {
    for place in &text.ground.places {
        let acts = place.place.class == PlaceClass::Country || place.metonym;
        if !acts || place.locative || place.adjective {
            continue;
        }
        let first = text.token_at(place.span.start);
        let last = text.token_at(place.span.end.saturating_sub(1));
        // "US-Militär": the compound is the party.
        if text.span(first, last).end > place.span.end + 1
            || out.iter().any(|e| e.kind == EntityKind::Party && e.covers(first))
        {
            continue;
        }
        let mut e = base(EntityKind::Party, left(text, first), last, last);
        // "Haiti: Bande überfällt Dorf" tells where.
        if e.lead == Lead::Other || text.lower(last + 1) == ":" {
            continue;
        }
        let word = text.lower(first);
        let name = place.place.name.to_lowercase();
        if text.lex.verb_final
            && e.lead == Lead::None
            && word.len() > name.len()
            && word.ends_with('s')
        {
            e.lead = Lead::Genitive;
        }
        e.name.clone_from(&place.place.name);
        e.country.clone_from(&place.place.country);
        "government".clone_into(&mut e.sector);
        e.state = true;
        e.rule = "party.country";
        e.possessive = possessive(text, &mut e);
        out.push(e);
    }
}

/// Names in quotation marks with an article: 'Der "Bund im Osten" erklärte'.
pub(super) fn quoted(text: &Text<'_>, out: &mut Vec<Entity>) {
    for name in text.ground.names.iter().filter(|n| n.quoted) {
        let first = text.token_at(name.span.start);
        let last = text.token_at(name.span.end.saturating_sub(1));
        if last > first + 7 || out.iter().any(|e| e.kind == EntityKind::Party && e.covers(first)) {
            continue;
        }
        // The quotation mark stands between article and name.
        let article =
            first.checked_sub(2).filter(|t| text.any(*t, &[Word::Definite, Word::Indefinite]));
        if !text.capital(first) || article.is_none() {
            continue;
        }
        let mut e = base(EntityKind::Party, left(text, first), last, last);
        e.first = article.unwrap_or(first);
        e.lead = e.first.checked_sub(1).map_or(Lead::None, |b| lead_of(text, b));
        text.ground.slice(name.span).clone_into(&mut e.name);
        "armed_group".clone_into(&mut e.sector);
        e.rule = "party.quoted";
        out.push(e);
    }
}

/// "die Terrororganisation Hamas": one party, with the lead of the first and the name of the last.
pub(super) fn apposition(text: &Text<'_>, out: &mut Vec<Entity>) {
    let mut i = 0;
    while i + 1 < out.len() {
        let merged = match (out.get(i), out.get(i + 1)) {
            (Some(a), Some(b))
                if a.kind == EntityKind::Party
                    && b.kind == EntityKind::Party
                    && a.last >= b.first.saturating_sub(1)
                    && a.last < b.last
                    && b.lead == Lead::None
                    && text.sentence(a.head) == text.sentence(b.head)
                    && (b.id.is_some() || a.id.is_none() && b.rule == "party.quoted") =>
            {
                let mut m = b.clone();
                m.first = a.first;
                m.lead = a.lead;
                m.accusative = a.accusative;
                m.country = b.country.clone().or_else(|| a.country.clone());
                m.number = a.number;
                Some(m)
            }
            (Some(a), Some(b))
                if a.kind == EntityKind::Party
                    && b.kind == EntityKind::Party
                    && (b.head <= a.last && b.first >= a.first
                        || a.id.is_some()
                            && b.id.is_none()
                            && b.rule != "party.named"
                            && b.head == a.last + 1
                            && text.lex.code == "en") =>
            {
                let mut m = a.clone();
                m.first = a.first.min(b.first);
                m.last = a.last.max(b.head);
                m.possessive |= b.possessive;
                if b.first < a.first {
                    m.lead = b.lead;
                }
                Some(m)
            }
            _ => None,
        };
        if let Some(m) = merged {
            out.remove(i + 1);
            if let Some(slot) = out.get_mut(i) {
                *slot = m;
            }
        } else {
            i += 1;
        }
    }
}

/// The side that an adjective names: "russischer Angriff", "ukrainische Drohnen".
pub(crate) fn of_country(text: &Text<'_>, place: &PlaceMention) -> Entity {
    let at = text.token_at(place.span.start);
    let left = Left { first: at, lead: Lead::None, accusative: false, number: None, country: None };
    let mut e = base(EntityKind::Party, left, at, at);
    e.name.clone_from(&place.place.name);
    e.country.clone_from(&place.place.country);
    "military".clone_into(&mut e.sector);
    e.state = true;
    e.rule = "party.adjective";
    e
}

/// The party that a compound names: "Rebellenangriff".
pub(crate) fn of_word(at: usize, name: &str, sector: &str) -> Entity {
    let left = Left { first: at, lead: Lead::None, accusative: false, number: None, country: None };
    let mut e = base(EntityKind::Party, left, at, at);
    name.clone_into(&mut e.name);
    sector.clone_into(&mut e.sector);
    e.rule = "party.compound";
    e
}
