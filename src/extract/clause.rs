//! Sentences to clauses: at commas and conjunctions, where there are verbs on both sides.

use super::ground::TokenKind;
use super::lexicon::{Form, Tag, Word};
use super::text::Text;

/// A clause; one with a relative clause inside has a hole there.
#[derive(Debug, Clone)]
pub(crate) struct Clause {
    pub(crate) sentence: usize,
    pub(crate) tokens: Vec<usize>,
    /// Begins with a conjunction or a relative pronoun.
    pub(crate) subordinate: bool,
}

/// All clauses, in order of their first token.
pub(crate) fn split(text: &Text<'_>) -> Vec<Clause> {
    let mut out = Vec::new();
    for (i, sentence) in text.ground.sentences.iter().enumerate() {
        join(text, i, segments(text, sentence.tokens.clone()), &mut out);
    }
    out
}

/// Runs between signs, and between "and"s with a verb on both sides.
fn segments(text: &Text<'_>, tokens: std::ops::Range<usize>) -> Vec<Vec<usize>> {
    let mut out = Vec::new();
    let mut open = Vec::new();
    for t in tokens {
        let sign = text.kind(t) == TokenKind::Sign;
        let parts =
            sign && matches!(text.lower(t), "," | ";" | ":" | "." | "-" | "–" | "—" | "(" | ")");
        open.push(t);
        if parts {
            out.push(std::mem::take(&mut open));
        }
    }
    if !open.is_empty() {
        out.push(open);
    }
    out.into_iter().flat_map(|segment| at_and(text, segment)).collect()
}

fn at_and(text: &Text<'_>, segment: Vec<usize>) -> Vec<Vec<usize>> {
    let has_verb = |part: &[usize]| part.iter().any(|t| text.verb(*t));
    // "kamen der Täter sowie drei Passanten ums Leben" is one.
    let held = |left: &[usize], and: usize| {
        left.iter().any(|l| text.hits_at(*l).any(|h| h.last() > and && h.tokens.len() > 1))
    };
    for (at, t) in segment.iter().enumerate().skip(2).filter(|(_, t)| text.is(**t, Word::And)) {
        let (left, right) = segment.split_at(at);
        if has_verb(left) && has_verb(right) && !held(left, *t) {
            let mut out = vec![left.to_vec()];
            out.extend(at_and(text, right.to_vec()));
            return out;
        }
    }
    vec![segment]
}

fn join(text: &Text<'_>, sentence: usize, segments: Vec<Vec<usize>>, out: &mut Vec<Clause>) {
    let base = out.len();
    // A clause that still waits for its verb.
    let mut waiting: Option<usize> = None;
    for tokens in segments {
        let words: Vec<usize> =
            tokens.iter().copied().filter(|t| text.kind(*t) == TokenKind::Word).take(2).collect();
        let verb = tokens.iter().any(|t| text.verb(*t));
        // Nothing reaches across a semicolon.
        let ended = tokens
            .first()
            .and_then(|t| t.checked_sub(1))
            .is_some_and(|t| out.len() > base && text.lower(t) == ";");
        if ended {
            waiting = (!verb).then_some(out.len());
            out.push(Clause { sentence, tokens, subordinate: false });
            continue;
        }
        let first_sub = words.iter().any(|t| {
            text.any(*t, &[Word::Subordinator]) || (out.len() > base && text.is(*t, Word::Relative))
        });
        let starts = words.first().is_some_and(|t| {
            text.any(*t, &[Word::Subordinator]) || (out.len() > base && text.is(*t, Word::Relative))
        });
        let prep_relative = words.first().is_some_and(|t| {
            text.any(*t, &[Word::By, Word::On, Word::Of, Word::With, Word::Preposition])
        }) && first_sub;
        let subordinate = verb && (starts || prep_relative);
        // "hat in Hamburg, Berlin und Hessen 19 Häuser durchsucht": a list within one clause.
        let rest = verb
            && !subordinate
            && out.len() > base
            && waiting.is_none()
            && completes(text, out.last(), &tokens);
        if rest {
            if let Some(clause) = out.last_mut() {
                clause.tokens.extend(tokens);
            }
            continue;
        }
        if !subordinate
            && verb
            && let Some(at) = waiting.take()
        {
            if let Some(clause) = out.get_mut(at) {
                clause.tokens.extend(tokens);
                continue;
            }
        } else if !verb && !subordinate && out.len() > base {
            // An apposition or a list.
            let last_sub = out.last().is_some_and(|c| c.subordinate);
            let at = if last_sub { waiting.unwrap_or(out.len() - 1) } else { out.len() - 1 };
            if let Some(clause) = out.get_mut(at) {
                clause.tokens.extend(tokens);
                continue;
            }
        }
        if !verb && waiting.is_none() {
            waiting = Some(out.len());
        }
        out.push(Clause { sentence, tokens, subordinate });
    }
}

/// A participle at the end of a segment without a finite verb, for a clause that has only its
/// auxiliary so far.
fn completes(text: &Text<'_>, open: Option<&Clause>, tokens: &[usize]) -> bool {
    if !text.lex.verb_final {
        return false;
    }
    let auxiliary = |t: &usize| text.any(*t, &[Word::Be, Word::Have, Word::Become]);
    let waits = open.is_some_and(|c| {
        c.tokens.iter().any(auxiliary) && !c.tokens.iter().any(|t| text.verb(*t) && !auxiliary(t))
    });
    let mut words = tokens.iter().filter(|t| text.kind(**t) == TokenKind::Word);
    let speech = words.next().is_some_and(|t| text.verb(*t));
    let last = words.next_back();
    waits
        && !speech
        && !tokens.iter().any(auxiliary)
        && last.is_some_and(|t| {
            text.hits_at(*t).any(|h| matches!(h.tag, Tag::Trigger(_, form) if form != Form::Noun))
                && !text.hits_at(*t).any(|h| matches!(h.tag, Tag::Outcome(..)))
        })
        && !tokens.iter().any(|t| text.any(*t, &[Word::Finite, Word::Subordinator]))
}
