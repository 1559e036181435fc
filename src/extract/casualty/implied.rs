//! Nobody, bare plurals, and sums of people told together.

use super::Figure;
use super::quantity::Quantity;
use crate::extract::entity::{Entity, EntityKind};
use crate::extract::ground::{Span, TokenKind};
use crate::extract::lexicon::{Form, Hit, Tag, Word};
use crate::extract::text::Text;
use crate::message::{Bound, Outcome};

/// "niemand wurde verletzt", "keine Verletzten".
pub(super) fn zeros(
    text: &Text<'_>,
    sentence: usize,
    outcomes: &[&Hit<Tag>],
    out: &mut Vec<Figure>,
) {
    // "Tote gab es nicht"
    for hit in outcomes {
        let Tag::Outcome(i, Form::Noun) = hit.tag else { continue };
        let Some(row) = text.lex.outcomes.get(i) else { continue };
        let clause = text.clause_tokens(text.clause(hit.first()));
        let opens = clause
            .iter()
            .find(|t| text.kind(**t) == TokenKind::Word)
            .is_some_and(|t| *t == hit.first() || joined_noun(text, *t, hit.first()));
        let denied = text
            .clause_tokens(text.clause(hit.first()))
            .iter()
            .find(|t| **t > hit.last() + 1 && text.any(**t, &[Word::Not, Word::No]));
        let exists = clause.iter().any(|t| matches!(text.lower(*t), "gab" | "gibt" | "habe"));
        if let Some(no) = denied.filter(|_| opens && exists) {
            let span = (hit.first(), *no);
            out.push(none(text, row.outcome, sentence, hit.first(), span));
        }
    }
    for t in text.tokens_of(sentence) {
        // "une personne" is somebody.
        let nobody = text.is(t, Word::Nobody)
            && !t.checked_sub(1).is_some_and(|b| text.is(b, Word::Indefinite));
        let no = text.is(t, Word::No);
        if !nobody && !no {
            continue;
        }
        let found: Vec<&&Hit<Tag>> = outcomes
            .iter()
            .filter(|h| {
                let noun = matches!(h.tag, Tag::Outcome(_, Form::Noun));
                text.clause(h.first()) == text.clause(t)
                    && if noun { no && h.first() > t && h.first() <= t + 5 } else { nobody }
            })
            .collect();
        for hit in found {
            let Tag::Outcome(i, _) = hit.tag else { continue };
            let Some(row) = text.lex.outcomes.get(i) else { continue };
            if out.iter().any(|f| {
                f.sentence == sentence && f.outcome == row.outcome && f.bound.max == Some(0)
            }) {
                continue;
            }
            let (first, last) = (t.min(hit.first()), t.max(hit.last()));
            out.push(none(text, row.outcome, sentence, t, (first, last)));
        }
    }
}

/// "Verletzte oder Tote": the second of two nouns that open a clause.
fn joined_noun(text: &Text<'_>, first: usize, at: usize) -> bool {
    at > first
        && at - first <= 2
        && (first + 1..at).all(|t| text.is(t, Word::And))
        && text.hits_at(first).any(|h| matches!(h.tag, Tag::Outcome(_, Form::Noun)))
}

/// Nobody, said at one token and proven by the words of a span.
fn none(
    text: &Text<'_>,
    outcome: Outcome,
    sentence: usize,
    at: usize,
    (first, last): (usize, usize),
) -> Figure {
    Figure {
        outcome,
        bound: Bound::exactly(0),
        vague: false,
        group: None,
        sentence,
        clause: text.clause(at),
        at,
        span: text.span(first, last),
        cumulative: false,
        part: false,
        rule: "casualty.none",
    }
}

/// "Er starb an der Unfallstelle": one person, if the sentence before told of one.
pub(super) fn taken_up(
    text: &Text<'_>,
    sentence: usize,
    outcomes: &[&Hit<Tag>],
    quantities: &[Quantity],
    entities: &[Entity],
    out: &mut Vec<Figure>,
) {
    for hit in outcomes {
        let Tag::Outcome(i, form) = hit.tag else { continue };
        let Some(row) = text.lex.outcomes.get(i) else { continue };
        let clause = text.clause(hit.first());
        let tokens = text.clause_tokens(clause);
        let Some(first) = tokens.iter().copied().find(|t| text.kind(*t) == TokenKind::Word) else {
            continue;
        };
        let he = matches!(text.lower(first), "er" | "sie" | "he" | "she" | "il" | "elle");
        let one = match form {
            Form::Subject => !text.lower(hit.first()).ends_with("en"),
            Form::Participle | Form::Verb => {
                tokens.iter().any(|t| matches!(text.lower(*t), "wurde" | "ist" | "was" | "has"))
            }
            Form::Noun => false,
        };
        let known = |outcome: Outcome| matches!(outcome, Outcome::Killed | Outcome::Wounded);
        let bare = !quantities.iter().any(|q| text.clause(q.first) == clause);
        let alone = |s: usize| {
            entities
                .iter()
                .any(|e| e.single && e.kind == EntityKind::People && text.sentence(e.head) == s)
        };
        let before = sentence.checked_sub(1).is_some_and(alone);
        let told = out.iter().any(|f| f.outcome == row.outcome && f.bound.max != Some(0));
        if he && one && bare && known(row.outcome) && before && !told {
            out.push(Figure {
                bound: Bound::exactly(1),
                rule: "casualty.pronoun",
                ..none(text, row.outcome, sentence, first, (first, hit.last()))
            });
        }
    }
}

/// "Die Frau blieb unverletzt": nobody was hurt, where the text tells of nobody who was.
pub(super) fn unharmed(text: &Text<'_>, out: &mut Vec<Figure>) {
    if out.iter().any(|f| matches!(f.outcome, Outcome::Wounded | Outcome::Killed)) {
        return;
    }
    let spared = |t: usize| {
        text.is(t, Word::Not)
            && text.hits_at(t + 1).any(|h| {
                matches!(h.tag, Tag::Outcome(i, form) if form != Form::Noun
                    && text.lex.outcomes.get(i).is_some_and(|o| o.outcome == Outcome::Wounded))
            })
    };
    let found = (0..text.ground.tokens.len()).find(|t| text.is(*t, Word::Unharmed) || spared(*t));
    if let Some(t) = found {
        out.push(none(text, Outcome::Wounded, text.sentence(t), t, (t, t)));
    }
}

/// "es gab Tote und Verletzte": at least two.
pub(super) fn bare_plurals(
    text: &Text<'_>,
    sentence: usize,
    outcomes: &[&Hit<Tag>],
    out: &mut Vec<Figure>,
    start: usize,
) {
    for hit in outcomes {
        let Tag::Outcome(i, Form::Noun) = hit.tag else { continue };
        let Some(row) = text.lex.outcomes.get(i) else { continue };
        if !matches!(row.outcome, Outcome::Killed | Outcome::Wounded | Outcome::Missing) {
            continue;
        }
        let word = text.lower(hit.last());
        let plural = match text.lex.code {
            "de" => matches!(
                word,
                "tote"
                    | "verletzte"
                    | "verwundete"
                    | "vermisste"
                    | "schwerverletzte"
                    | "todesopfer"
            ),
            "en" => matches!(word, "deaths" | "casualties" | "fatalities" | "injuries" | "dead"),
            _ => word.ends_with('s'),
        };
        let before = hit.first().checked_sub(1);
        let led = before.is_some_and(|t| {
            text.sentence(t) == sentence
                && (text.any(
                    t,
                    &[
                        Word::Definite,
                        Word::Indefinite,
                        Word::No,
                        Word::Possessive,
                        Word::This,
                        Word::Total,
                        Word::Of,
                    ],
                ) || text.hits_at(t).any(|h| matches!(h.tag, Tag::People(_)))
                    || text.kind(t) == TokenKind::Number)
        });
        let counted = out.iter().skip(start.min(out.len())).any(|f| {
            f.span.start <= text.hit_span(hit).start && text.hit_span(hit).end <= f.span.end
                || f.outcome == row.outcome
        });
        let toll = text.hits_at(hit.first()).any(|h| h.tag == Tag::Toll);
        let none = out
            .iter()
            .any(|f| f.sentence == sentence && f.outcome == row.outcome && f.bound.max == Some(0));
        if !plural || led || counted || toll || none {
            continue;
        }
        out.push(Figure {
            outcome: row.outcome,
            bound: Bound { min: Some(2), max: None, approx: false },
            vague: true,
            group: None,
            sentence,
            clause: text.clause(hit.first()),
            at: hit.first(),
            span: text.hit_span(hit),
            cumulative: false,
            part: false,
            rule: "casualty.plural",
        });
    }
}

/// "Ein Ehepaar und seine Tochter", "Der Täter sowie drei Passanten": a sum and its parts.
pub(super) fn sums(text: &Text<'_>, out: &mut Vec<Figure>, start: usize) {
    let mut i = start;
    while i < out.len() {
        let mut n = 1;
        while let (Some(a), Some(b)) = (out.get(i + n - 1), out.get(i + n)) {
            let gap: Vec<usize> = (text.token_at(a.span.end.saturating_sub(1)) + 1..b.at).collect();
            let joined = !gap.is_empty()
                && gap.len() <= 4
                && gap.iter().any(|t| text.is(*t, Word::And))
                && gap.iter().all(|t| {
                    !text.verb(*t) && text.hits_at(*t).all(|h| !matches!(h.tag, Tag::Outcome(..)))
                })
                && a.outcome == b.outcome
                && !a.part
                && !b.part
                && a.rule == "casualty.predicate"
                && b.rule == "casualty.predicate";
            if !joined {
                break;
            }
            n += 1;
        }
        if n > 1 {
            let parts = out.get(i..i + n).unwrap_or_default().to_vec();
            let sum = |pick: fn(&Bound) -> Option<u64>| {
                parts
                    .iter()
                    .map(|p| pick(&p.bound))
                    .try_fold(0_u64, |a, b| Some(a.saturating_add(b?)))
            };
            if let (Some(first), Some(last)) = (parts.first(), parts.last()) {
                let total = Figure {
                    bound: Bound {
                        min: sum(|b| b.min),
                        max: sum(|b| b.max),
                        approx: parts.iter().any(|p| p.bound.approx),
                    },
                    group: None,
                    span: Span { start: first.span.start, end: last.span.end },
                    rule: "casualty.sum",
                    ..first.clone()
                };
                for slot in out.get_mut(i..i + n).into_iter().flatten() {
                    slot.part = true;
                }
                out.insert(i, total);
                n += 1;
            }
        }
        i += n;
    }
}
