//! Who does it and who suffers it, where a number of people stands beside a verb.

use super::quantity::Quantity;
use crate::extract::ground::TokenKind;
use crate::extract::lexicon::{Form, Hit, Tag, Word};
use crate::extract::text::Text;

/// "hat ein Häftling eine Psychologin verschleppt": people behind the auxiliary, where others stand
/// bare before them, are the object.
pub(super) fn second(text: &Text<'_>, q: &Quantity) -> bool {
    let clause = text.clause_tokens(text.clause(q.first));
    let Some(have) = clause.iter().copied().find(|t| text.is(*t, Word::Have)) else { return false };
    let bare = |t: usize| {
        text.hits_at(t).any(|h| matches!(h.tag, Tag::People(_) | Tag::Party(_)))
            && !(t.saturating_sub(4)..t).any(|b| {
                text.any(b, &[Word::Preposition, Word::With, Word::On, Word::By, Word::Genitive])
                    && text.sentence(b) == text.sentence(t)
                    && (b + 1..t).all(|x| !text.capital(x))
                    && text.lower(b) != "der"
            })
    };
    let joined = q.first.checked_sub(1).is_some_and(|t| text.is(t, Word::And));
    text.lex.verb_final
        && q.single
        && q.first > have
        && !joined
        && clause.iter().any(|t| *t < q.first && bare(*t))
}

/// "mehrere Menschen getötet hat": German puts the object before the verb.
pub(super) fn object_first(text: &Text<'_>, q: &Quantity, h: &Hit<Tag>) -> bool {
    text.lex.verb_final && !q.single && matches!(h.tag, Tag::Outcome(_, Form::Participle))
        || text.lex.verb_final
            && !q.single
            && h.tokens.len() == 1
            && text.clauses.get(text.clause(h.first())).is_some_and(|c| c.subordinate)
}

/// The subject does it to the quantity.
pub(super) fn active(text: &Text<'_>, h: &Hit<Tag>) -> bool {
    let Tag::Outcome(_, form) = h.tag else { return false };
    match form {
        Form::Verb => {
            // "wurden verletzt", "überlebten schwer verletzt": the form is ambiguous, the other verb is not.
            let clause = text.clause_tokens(text.clause(h.first()));
            let be = clause.iter().any(|t| text.is(*t, Word::Be));
            let other = text.lower(h.first()).ends_with('t')
                && clause.iter().any(|t| *t < h.first() && text.verb(*t));
            // "und drei Frauen verletzt": at the end it is the participle.
            let last = clause.iter().rev().find(|t| text.kind(**t) == TokenKind::Word);
            // "und elf verletzt, darunter ein Kind"
            let parts = text.lower(h.last() + 1) == "," && text.is(h.last() + 2, Word::Including);
            let closes = (parts || last.is_some_and(|t| *t == h.last()))
                && text.lower(h.first()).ends_with('t')
                && clause.len() > 1
                && !text.clauses.get(text.clause(h.first())).is_some_and(|c| c.subordinate);
            !((be || other || closes) && h.tokens.len() == 1 && text.lex.verb_final)
        }
        Form::Participle if text.lex.verb_final => {
            let clause = text.clause_tokens(text.clause(h.first()));
            clause.iter().any(|t| text.is(*t, Word::Have))
                && !clause.iter().any(|t| text.is(*t, Word::Be))
        }
        Form::Participle => {
            let from = h.first().saturating_sub(4);
            let be = (from..h.first()).any(|t| text.is(t, Word::Be));
            let next = h.last() + 1;
            let prep = text.any(
                next,
                &[Word::By, Word::On, Word::Preposition, Word::With, Word::And, Word::Through],
            ) || text.kind(next) == TokenKind::Sign
                || h.last() + 1 >= text.tokens_of(text.sentence(h.first())).end;
            !be && !prep
        }
        _ => false,
    }
}
