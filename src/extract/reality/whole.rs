//! What the headline and the text as a whole say of the reality of events.

use super::{cited, cue, hurts};
use crate::extract::lexicon::{Effect, Form, Word};
use crate::extract::text::Text;
use crate::extract::trigger::{Cited, Mention};
use crate::message::{Part, Status};

/// "Plünderungen nach Protesten": the headline's news is what came after, not what came before it.
pub(super) fn sequels(text: &Text<'_>, mentions: &mut [Mention]) {
    let mut earlier = None;
    for mention in mentions.iter_mut() {
        let first = mention.first();
        if text.span(first, first).start >= text.ground.text_start {
            break;
        }
        let led = (1..=2).filter_map(|d| first.checked_sub(d)).any(|t| {
            matches!(text.lower(t), "nach" | "after" | "après" | "tras")
                && (t + 1..first).all(|x| !text.capital(x) && !text.verb(x))
        });
        if led && mention.form == Form::Noun && earlier == Some(mention.sentence) {
            for (_, weight) in &mut mention.votes {
                *weight *= 0.5;
            }
        } else if led && mention.form == Form::Noun && !hurts(text, mention.sentence) {
            // "Kenia kippt Steuer nach Protesten": the news is another.
            mention.status = Status::Background;
            let span = text.span(first, first);
            let rule = format!("{}.reality.sequel", text.lex.code);
            mention.reality = Some(Cited { span, rule });
        }
        earlier = Some(mention.sentence);
    }
}

/// "Haftbefehl wegen versuchten Totschlags": what the law calls a deed that the text tells by another
/// word, or what somebody was suspected of.
pub(super) fn charges(text: &Text<'_>, mentions: &mut [Mention]) {
    let led = |m: &Mention| {
        let first = m.first();
        m.form == Form::Noun
            && !m.definite
            && (1..=3)
                .filter_map(|d| first.checked_sub(d))
                .any(|t| text.is(t, Word::Charge) && text.sentence(t) == m.sentence)
    };
    let told = mentions.iter().filter(|m| !led(m)).count();
    if told == 0 {
        return;
    }
    for mention in mentions.iter_mut().filter(|m| led(m)) {
        let span = text.span(mention.first(), mention.last());
        let rule = format!("{}.reality.charge", text.lex.code);
        mention.veto = mention.veto.take().or(Some(Cited { span, rule }));
    }
}

/// What in the headline or the first sentence of the body has this effect: it holds for the text.
pub(super) fn lead(text: &Text<'_>, effect: Effect) -> Option<Cited> {
    let first =
        text.ground.sentences.iter().position(|s| !s.dateline && s.part == Part::Text).unwrap_or(0);
    text.hits.iter().filter(|hit| text.sentence(hit.first()) <= first).find_map(|hit| {
        let cue = cue(text, hit).filter(|c| c.effect == effect)?;
        Some(cited(text, hit, cue))
    })
}

/// What in the headline of an article, not of an item without a text, has this effect: "X droht Y".
pub(super) fn headline(text: &Text<'_>, effect: Effect) -> Option<Cited> {
    text.ground.sentences.iter().find(|s| !s.dateline && s.part == Part::Text)?;
    text.hits.iter().take_while(|hit| text.hit_span(hit).end <= text.ground.text_start).find_map(
        |hit| {
            let cue = cue(text, hit).filter(|c| c.effect == effect)?;
            Some(cited(text, hit, cue))
        },
    )
}
