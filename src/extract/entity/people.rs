//! People by what they are, listed or told by their clause.

use super::left::{age_phrase, lead_of, left};
use super::{Entity, EntityKind, Lead, base, plain_name, possessive};
use crate::extract::ground::TokenKind;
use crate::extract::lexicon::{Form, Frame, Tag, Word};
use crate::extract::text::Text;

pub(super) fn people(text: &Text<'_>, entry: usize, head: usize) -> Option<Entity> {
    let row = text.lex.people.get(entry)?;
    let mut e = base(EntityKind::People, left(text, head), head, head);
    e.sector = row.sector.clone().unwrap_or_else(|| "civilian".to_owned());
    e.class.clone_from(&row.group);
    e.single = row.single;
    e.name = plain_name(text, &e);
    e.rule = "people";
    e.possessive = possessive(text, &mut e);
    Some(e)
}

/// "Ein Fahrgast starb", "einen Fahrgast": one person of no lexicon, where the clause tells what
/// happened to people or who did it.
pub(super) fn singular(text: &Text<'_>, out: &mut Vec<Entity>) {
    if !text.lex.capital_nouns {
        return;
    }
    let told = |clause: usize| {
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
    };
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
            text.kind(t) != TokenKind::Sign && !text.verb(t) && lead_of(text, t) == Lead::None
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
        if !plain || other || !told(text.clause(head)) {
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
