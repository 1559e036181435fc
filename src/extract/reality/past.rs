//! Whether a mention tells of these days, or of what was before.

use super::{cited, same_clause, set};
use crate::extract::ground::NumberKind;
use crate::extract::lexicon::{Cue, Form, Hit, Tag, Word};
use crate::extract::text::Text;
use crate::extract::trigger::{Cited, Mention};
use crate::message::{Realis, Status};

/// The sentence dates the event to the days before the news.
pub(super) fn fresh(text: &Text<'_>, mention: &Mention) -> bool {
    let anchor = text.ground.anchor.date();
    text.ground.times.iter().any(|t| {
        t.sentence == mention.sentence
            && text.clause(text.token_at(t.span.start)) == mention.clause
            && t.timex_type == "DATE"
            && !t.since
            && t.end.or(t.start).is_some_and(|at| {
                anchor.since(at.date()).is_ok_and(|s| (0..=7).contains(&s.get_days()))
            })
    })
}

/// "lässt entführte Polizisten frei": a participle before its noun, beside the verb of the clause,
/// tells of what was before.
pub(super) fn attributive(text: &Text<'_>, mention: &mut Mention) {
    // "in einem vom Hochwasser getroffenen Werk": what was before, said of a thing.
    let next = mention.last() + 1;
    let led = mention.first().checked_sub(1).is_some_and(|t| text.is(t, Word::By));
    if mention.form == Form::Noun
        && led
        && text.lex.verb_final
        && mention.status == Status::Current
        && !text.capital(next)
        && ["enen", "ene", "ener", "ten", "te", "ter", "tem", "tes"]
            .iter()
            .any(|end| text.lower(next).ends_with(end))
        && text.capital(next + 1)
        && text.sentence(next + 1) == mention.sentence
    {
        mention.status = Status::Background;
        let rule = format!("{}.reality.attributive", text.lex.code);
        mention.reality = Some(Cited { span: text.span(next, next), rule });
        return;
    }
    let t = mention.first();
    if mention.form != Form::Verb
        || mention.tokens.len() != 1
        || !text.lex.verb_final
        || mention.status != Status::Current
        || !text.capital(t + 1)
        || text.sentence(t + 1) != mention.sentence
    {
        return;
    }
    let other = text.clause_tokens(mention.clause).iter().any(|v| *v != t && text.verb(*v));
    if other {
        mention.status = Status::Background;
        let rule = format!("{}.reality.attributive", text.lex.code);
        mention.reality = Some(Cited { span: text.span(t, t), rule });
    }
}

/// "wo mehrere Menschen getötet worden waren": what had happened before, if nothing dates it to these days.
pub(super) fn earlier(text: &Text<'_>, mention: &mut Mention) {
    let title = text.span(mention.first(), mention.last()).start < text.ground.text_start;
    let noun = mention.form == Form::Noun && !mention.earlier && !weeks_ago(text, mention);
    if mention.status != Status::Current || noun || title {
        return;
    }
    let tokens = text.clause_tokens(mention.clause);
    let aux = tokens.iter().copied().find(|t| text.is(*t, Word::Pluperfect));
    let anchor = text.ground.anchor.date();
    let dated = text.ground.times.iter().any(|t| {
        t.sentence == mention.sentence
            && t.end.or(t.start).is_some_and(|at| {
                anchor.since(at.date()).is_ok_and(|s| (0..=7).contains(&s.get_days()))
            })
    });
    let finite = |t: &usize| {
        text.any(*t, &[Word::Become, Word::Finite])
            && !text.is(*t, Word::Pluperfect)
            // "spread after a storm had flooded wells": the verb of the clause before.
            && (text.lex.verb_final || *t > mention.first())
    };
    // "Tags zuvor hatte ein Tornado gewütet"
    let dated = dated && !mention.earlier;
    if let Some(t) = aux.filter(|_| !dated && !tokens.iter().any(finite)) {
        mention.status = Status::Background;
        let rule = format!("{}.reality.pluperfect", text.lex.code);
        mention.reality = Some(Cited { span: text.span(t, t), rule });
    }
}

/// "hatten im September eine Blockade verhängt": the clause dates it to weeks before the news.
fn weeks_ago(text: &Text<'_>, mention: &Mention) -> bool {
    let anchor = text.ground.anchor.date();
    text.ground.times.iter().any(|t| {
        t.timex_type == "DATE"
            && !t.since
            && text.clause(text.token_at(t.span.start)) == mention.clause
            && t.end
                .or(t.start)
                .is_some_and(|at| anchor.since(at.date()).is_ok_and(|s| s.get_days() > 7))
    })
}

/// '"Convoys are shot at", he said': a passive of the present, in somebody's mouth, tells of no day.
pub(super) fn habit(text: &Text<'_>, mention: &mut Mention) {
    let inside =
        mention.tokens.iter().all(|t| text.ground.tokens.get(*t).is_some_and(|k| k.quoted));
    let present = text
        .clause_tokens(mention.clause)
        .iter()
        .any(|t| matches!(text.lower(*t), "are" | "is" | "werden" | "wird" | "sont" | "son"));
    let perfect = text.clause_tokens(mention.clause).iter().any(|t| text.lower(*t) == "worden");
    if inside && present && !perfect && mention.form != Form::Noun {
        let span = text.span(mention.first(), mention.last());
        let rule = format!("{}.reality.habit", text.lex.code);
        set(mention, Realis::Hypothetical, Cited { span, rule });
    }
}

/// "seit dem Überfall": the event in the phrase; other words: the clause.
pub(super) fn background(text: &Text<'_>, mention: &mut Mention, hit: &Hit<Tag>, cue: &Cue) {
    let first = mention.first();
    let since = text.is(hit.first(), Word::Since) && hit.tokens.len() <= 2;
    if since {
        let gap = first.saturating_sub(hit.last() + 1);
        let clean = (hit.last() + 1..first).all(|t| {
            !text.verb(t) && !text.any(t, &[Word::On, Word::Relative]) || text.is(t, Word::Definite)
        });
        // A number or a date after "since" is a period, not an event.
        let timed = text.ground.times.iter().any(|t| {
            t.since
                && text.token_at(t.span.start) <= hit.last() + 1
                && t.span.end > text.span(hit.first(), hit.first()).start
                && text.token_at(t.span.end) <= first
        });
        if hit.last() < first && gap <= 4 && clean && !timed && mention.form == Form::Noun {
            mention.status = Status::Background;
            mention.since = true;
            mention.reality = Some(cited(text, hit, cue));
        }
    } else if same_clause(text, mention, hit) && mention.status == Status::Current {
        mention.status = Status::Background;
        mention.reality = Some(cited(text, hit, cue));
    }
}

/// A number of people begins here.
pub(super) fn counted(text: &Text<'_>, token: usize) -> bool {
    let start = text.span(token, token).start;
    text.ground.numbers.iter().any(|n| n.span.start == start && n.kind == NumberKind::Count)
}
