//! People by what they are, listed or told by their clause.

use super::byname::full;
use super::left::{age_phrase, lead_of, left};
use super::{Entity, EntityKind, Lead, base, plain_name, possessive};
use crate::extract::ground::TokenKind;
use crate::extract::lexicon::{Form, Frame, Tag, Word};
use crate::extract::text::Text;

pub(super) fn people(text: &Text<'_>, entry: usize, head: usize) -> Option<Entity> {
    let row = text.lex.people.get(entry)?;
    if age_adjective(text, head) {
        return None;
    }
    let mut e = base(EntityKind::People, left(text, head), head, head);
    e.sector = row.sector.clone().unwrap_or_else(|| "civilian".to_owned());
    e.class.clone_from(&row.group);
    // "ein Lehrer": one word for one and for several, the article tells.
    let one = text.lex.capital_nouns
        && e.number.is_none()
        && row.count.is_none()
        && text.any(e.first, &[Word::Indefinite])
        && !matches!(row.group.as_str(), "people" | "civilians");
    // "Sechs Beamte und der Angreifer": behind "der" stands one man, where it is no genitive.
    let he = text.lex.capital_nouns
        && e.number.is_none()
        && e.lead == Lead::None
        && text.lower(e.first) == "der"
        && e.first < head
        && text.lower(head).ends_with(['e', 'r']);
    e.single = row.single || one || he;
    if e.single {
        e.last = name_end(text, head);
    }
    e.name = plain_name(text, &e);
    e.rule = "people";
    e.possessive = possessive(text, &mut e);
    Some(e)
}

/// "21-jähriger ehemaliger Schüler": the age belongs to the noun behind.
pub(super) fn age_adjective(text: &Text<'_>, t: usize) -> bool {
    let written = text.slice(t, t);
    if !written.contains("-jährig")
        && !written.ends_with("jährige")
        && !written.ends_with("jähriger")
    {
        return false;
    }
    text.lex.capital_nouns
        && !written.chars().any(char::is_uppercase)
        && (t + 1..t + 4)
            .take_while(|n| text.kind(*n) == TokenKind::Word && !text.verb(*n))
            .any(|n| text.capital(n) && text.sentence(n) == text.sentence(t))
}

/// Last token of a name right behind a person: "der Journalist Jorge Medina".
pub(super) fn name_end(text: &Text<'_>, head: usize) -> usize {
    let end = text.tokens_of(text.sentence(head)).end;
    let longest = if text.lex.capital_nouns { 4 } else { 6 };
    let mut last = head;
    while last + 1 < end.min(head + longest) {
        let t = last + 1;
        let listed = text.hits_at(t).any(|h| !matches!(h.tag, Tag::Medium(_)));
        if !text.capital(t)
            || text.kind(t) != TokenKind::Word
            || text.verb(t)
            || listed
            || text.places_in(text.span(t, t)).next().is_some()
            || text.ground.times.iter().any(|m| m.span.start == text.span(t, t).start)
        {
            break;
        }
        last = t;
    }
    if last > head && !text.lex.capital_nouns { full(text, last) } else { last }
}

/// "zwei Ukrainer", "un Algérien de 37 ans": people by their country.
pub(super) fn citizens(text: &Text<'_>, out: &mut Vec<Entity>) {
    // English writes "Russian" for both.
    if text.lex.code == "en" {
        return;
    }
    for p in text.ground.places.iter().filter(|p| p.adjective) {
        let head = text.token_at(p.span.start);
        let noun = text.capital(head)
            && text.span(head, head).end == p.span.end
            && !text.lower(head).contains("isch")
            && !text.capital(head + 1)
            && text.lower(head + 1) != "-";
        if !noun || out.iter().any(|e| e.covers(head)) {
            continue;
        }
        let left = left(text, head);
        let article = text.any(left.first, &[Word::Definite, Word::Indefinite]);
        if left.first == head || left.lead == Lead::Other || !article && left.number.is_none() {
            continue;
        }
        let mut e = base(EntityKind::People, left, head, head);
        "civilian".clone_into(&mut e.sector);
        "citizens".clone_into(&mut e.class);
        e.country.clone_from(&p.place.country);
        e.single = text.any(e.first, &[Word::Indefinite]);
        e.name = plain_name(text, &e);
        e.rule = "people.citizens";
        out.push(e);
    }
}

/// "Ministerpräsident Karim Saleh wurde erschossen": an office with a name, where its clause tells
/// what happened to people.
pub(super) fn offices(text: &Text<'_>, out: &mut Vec<Entity>) {
    for hit in text.hits.iter().filter(|h| h.tag == Tag::Speaker) {
        let head = hit.last();
        let end = name_end(text, head);
        if end == head || out.iter().any(|e| e.covers(head)) || !told(text, text.clause(head)) {
            continue;
        }
        let mut e = base(EntityKind::People, left(text, head), head, end);
        "government".clone_into(&mut e.sector);
        "politicians".clone_into(&mut e.class);
        e.single = true;
        e.name = plain_name(text, &e);
        e.rule = "people.office";
        out.push(e);
    }
}

/// A name that stands bare in a clause: "Parubij wurde erschossen".
pub(crate) fn named(text: &Text<'_>, clause: usize) -> Option<Entity> {
    let tokens = text.clause_tokens(clause);
    text.ground.names.iter().filter(|n| !n.quoted).find_map(|n| {
        let first = text.token_at(n.span.start);
        let last = text.token_at(n.span.end.saturating_sub(1));
        if tokens.binary_search(&first).is_err() {
            return None;
        }
        let left = left(text, first);
        if left.lead != Lead::None || left.first != first {
            return None;
        }
        let mut e = base(EntityKind::People, left, first, last);
        "civilian".clone_into(&mut e.sector);
        "people".clone_into(&mut e.class);
        e.single = true;
        text.slice(first, last).clone_into(&mut e.name);
        e.rule = "people.name";
        Some(e)
    })
}

/// "Der Chef der Gruppe ist ermordet worden": a noun of no lexicon that suffers as a person does.
pub(crate) fn office(text: &Text<'_>, clause: usize) -> Option<Entity> {
    if !text.lex.capital_nouns {
        return None;
    }
    let tokens = text.clause_tokens(clause);
    tokens.iter().copied().find_map(|article| {
        let nominative = matches!(text.lower(article), "der" | "die" | "ein" | "eine");
        let end = text.tokens_of(text.sentence(article)).end;
        let head = (article + 1..end.min(article + 4)).find(|t| text.capital(*t))?;
        let plain = (article + 1..=head).all(|t| {
            text.kind(t) == TokenKind::Word
                && !text.verb(t)
                && text.hits_at(t).all(|h| h.tag == Tag::Speaker)
                && lead_of(text, t) == Lead::None
        });
        let free = article
            .checked_sub(1)
            .is_none_or(|b| !text.capital(b) && lead_of(text, b) == Lead::None || text.verb(b));
        let listed = text.places_in(text.span(head, head)).next().is_some()
            || text.ground.times.iter().any(|m| {
                m.span.start <= text.span(head, head).start
                    && text.span(head, head).end <= m.span.end
            })
            || text.lex.no_person.iter().any(|end| text.lower(head).ends_with(end.as_str()));
        if !nominative || !plain || !free || listed || !tokens.contains(&head) {
            return None;
        }
        let mut e = base(EntityKind::People, left(text, head), head, name_end(text, head));
        "civilian".clone_into(&mut e.sector);
        "people".clone_into(&mut e.class);
        e.single = true;
        e.name = plain_name(text, &e);
        e.rule = "people.office";
        (e.lead == Lead::None).then_some(e)
    })
}

/// "Der Angreifer, ein 25-jähriger Afghane,": one person, told twice.
pub(super) fn told_twice(text: &Text<'_>, out: &mut Vec<Entity>) {
    let mut i = 0;
    while i < out.len() {
        let Some(a) = out.get(i).cloned() else { break };
        let partner = out.iter().position(|b| {
            b.kind != EntityKind::Thing
                && a.kind != EntityKind::Thing
                && b.first == a.last + 2
                && text.lower(a.last + 1) == ","
                && text.is(b.first, Word::Indefinite)
                && b.lead == Lead::None
                && matches!(text.lower(b.last + 1), "," | "." | ";" | "–" | "-" | ")")
                && !text.hits_at(a.head).any(|h| {
                    matches!(h.tag, Tag::Party(n)
                    if text.lex.parties.get(n).is_some_and(|p| p.state))
                })
        });
        if let Some(at) = partner
            && let Some(b) = out.get(at).cloned()
        {
            let heads: Vec<usize> = out
                .iter()
                .filter(|e| e.head > a.last && e.head <= b.last)
                .map(|e| e.head)
                .collect();
            out.retain(|e| !heads.contains(&e.head));
            for e in out.iter_mut().filter(|e| e.head == a.head && e.last == a.last) {
                e.name.clone_from(&b.name);
                e.country = e.country.take().or_else(|| b.country.clone());
                e.last = b.last;
                e.number = e.number.take().or(b.number);
                if e.kind == EntityKind::People {
                    e.rule = "people.apposition";
                }
            }
        }
        i += 1;
    }
}

/// Whether a clause tells what happened to people, or who did it.
fn told(text: &Text<'_>, clause: usize) -> bool {
    text.clause_tokens(clause).iter().any(|t| {
        text.hits_at(*t).any(|h| match h.tag {
            Tag::Outcome(_, form) => form != Form::Noun,
            Tag::Trigger(row, form) => {
                form != Form::Noun
                    && text.lex.triggers.get(row).is_some_and(|t| t.frame == Frame::Attack)
            }
            _ => false,
        })
    })
}

/// "Ein Fahrgast starb", "einen Fahrgast": one person of no lexicon, where the clause tells what
/// happened to people or who did it.
pub(super) fn singular(text: &Text<'_>, out: &mut Vec<Entity>) {
    if !text.lex.capital_nouns {
        return;
    }
    for article in 0..text.ground.tokens.len() {
        // "eines Trainingsjets" belongs to what stands before it.
        if !text.is(article, Word::Indefinite) || text.is(article, Word::Genitive) {
            continue;
        }
        let end = text.tokens_of(text.sentence(article)).end;
        let Some(head) = (article + 1..end.min(article + 6)).find(|t| text.capital(*t)) else {
            continue;
        };
        // "53 Jahre alter Brite": the first noun is the age's.
        let head = match age_phrase(text, head + 1, article) {
            Some(_) => (head + 2..end.min(head + 5)).find(|t| text.capital(*t)).unwrap_or(head),
            None => head,
        };
        let plain = (article + 1..head).all(|t| {
            text.kind(t) != TokenKind::Sign
                && !text.verb(t)
                && !text.is(t, Word::Subordinator)
                && lead_of(text, t) == Lead::None
        });
        let listed = text.hits_at(head).any(|h| {
            matches!(
                h.tag,
                Tag::People(_)
                    | Tag::Party(_)
                    | Tag::Target(_)
                    | Tag::Instrument(_)
                    | Tag::Trigger(..)
                    | Tag::Cue(_)
                    | Tag::Speaker
                    | Tag::Medium(_)
            )
        });
        let other = listed
            || out.iter().any(|e| e.covers(head))
            || text.kind(head) != TokenKind::Word
            || text.places_in(text.span(head, head)).any(|(_, p)| !p.adjective)
            || text.lex.no_person.iter().any(|end| text.lower(head).ends_with(end.as_str()));
        if !plain || other || !told(text, text.clause(head)) {
            continue;
        }
        let mut e = base(EntityKind::People, left(text, head), head, head);
        if e.lead == Lead::Other || e.number.is_some() {
            continue;
        }
        "civilian".clone_into(&mut e.sector);
        "people".clone_into(&mut e.class);
        e.single = true;
        e.name = plain_name(text, &e);
        e.rule = "people.unlisted";
        out.push(e);
    }
}
