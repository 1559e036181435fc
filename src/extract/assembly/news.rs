//! Which drafts are news: what is backed by something in the text, told in its headline or lead, or dated
//! to these days.

use super::attach::Owner;
use super::draft::Draft;
use crate::extract::casualty::Figure;
use crate::extract::entity::EntityKind;
use crate::extract::lexicon::{Form, Frame, Tag, Word};
use crate::extract::reality;
use crate::extract::text::Text;
use crate::extract::trigger::{Cited, Mention};
use crate::message::{Kind, Part, PlaceRole, Realis, SpeechAct, Status};

/// Triggers less sure than this are as often figures of speech.
const WEAK: f64 = 0.75;
/// A body so short has no place for background.
const SHORT: usize = 2;
/// A date so many days before the news is of these days.
const FRESH_DAYS: i32 = 4;
/// A count over more days than this is statistics.
const YEAR_DAYS: i32 = 300;

/// What is told only as the reason of news is none itself.
pub(super) fn reasons(text: &Text<'_>, drafts: &mut [Draft], mentions: &[Mention]) {
    for d in drafts.iter_mut().filter(|d| d.only_reason && d.live() && d.totals.is_none()) {
        let told = d.mentions.iter().filter_map(|m| mentions.get(*m)).find(|m| m.in_reason);
        if let Some(m) = told {
            d.status = Status::Background;
            let span = text.span(m.first(), m.last());
            d.reality = Some(Cited { span, rule: "status.reason".to_owned() });
        }
    }
}

/// "einigen sich auf Waffenruhe": the fighting that the pact of the headline ends is no news beside it.
pub(super) fn ended(text: &Text<'_>, drafts: &mut [Draft], mentions: &[Mention]) {
    let of = |d: &Draft| -> Vec<&Mention> {
        d.mentions.iter().filter_map(|m| mentions.get(*m)).collect()
    };
    let titled = |m: &Mention| text.span(m.first(), m.first()).start < text.ground.text_start;
    let pact = drafts.iter().any(|d| {
        d.live()
            && text.taxonomy.family(d.best().0) == "agreement"
            && of(d).iter().any(|m| titled(m))
    });
    for d in drafts.iter_mut().filter(|d| pact && d.live() && !d.mentions.is_empty()) {
        let battle = matches!(text.taxonomy.group(d.best().0), "battle" | "remote_violence");
        let named = of(d).iter().all(|m| m.form == Form::Noun && m.plural && !titled(m));
        if let Some(m) = of(d).first().filter(|_| battle && named) {
            let span = text.span(m.first(), m.last());
            d.status = Status::Background;
            d.reality = Some(Cited { span, rule: "status.ended".to_owned() });
        }
    }
}

/// Words alone are no event. What happens leaves something behind in a text: people hurt, a weapon,
/// an armed party, something hit or damaged, or at least a place beside the word; where the word is
/// as often a figure of speech, a place where it was.
pub(super) fn unbacked(
    text: &Text<'_>,
    drafts: &mut [Draft],
    owner: &mut Owner,
    mentions: &mut [Mention],
    figures: &[Figure],
) {
    let damage = (0..text.ground.tokens.len()).any(|t| text.is(t, Word::Damage));
    let claimed = text.hits.iter().any(|h| {
        matches!(h.tag, Tag::Speech(i) if text.lex.speech.get(i).is_some_and(|(act, _)| *act == SpeechAct::Claim))
    });
    let headline =
        text.ground.text_start >= text.span(0, text.ground.tokens.len().saturating_sub(1)).end;
    let dateline = text.ground.sentences.iter().any(|s| s.dateline);
    if damage || claimed || headline || !figures.is_empty() {
        return;
    }
    for d in drafts.iter_mut().filter(|d| d.live() && !d.mentions.is_empty() && !d.only_reason) {
        let own = |d: &Draft| -> Vec<Mention> {
            d.mentions.iter().filter_map(|m| mentions.get(*m)).cloned().collect()
        };
        let weak = own(d).iter().all(|m| m.best().1 < WEAK);
        let weapon = !d.instruments.is_empty()
            || own(d).iter().any(|m| {
                text.hits_in(text.tokens_of(m.sentence))
                    .any(|h| matches!(h.tag, Tag::Instrument(_) | Tag::Unnamed))
            });
        let party =
            d.perpetrators.iter().chain(&d.parties).chain(&d.targets).any(|r| {
                r.entity.armed() || r.entity.unknown || r.entity.kind == EntityKind::Thing
            });
        let group = text.taxonomy.group(d.best().0);
        let exempt = !weak
            && (matches!(group, "strategic" | "unrest")
                || text.taxonomy.family(d.best().0) == "cyber"
                || text.taxonomy.family(d.best().0) == "labour"
                    && own(d).iter().any(|m| {
                        let attribute = m.first().checked_sub(1).is_some_and(|t| {
                            text.any(t, &[Word::Of, Word::Genitive]) && !text.capital(t)
                        });
                        m.realis == Realis::Actual
                            && !attribute
                            && dated(text, m.sentence)
                            && leads(text, m)
                    }));
        let placed = exempt
            || d.places.iter().any(|p| p.role == PlaceRole::Event && p.quality >= 4)
            || !weak && d.time.is_some() && own(d).iter().any(|m| befalls(text, m))
            || !weak && (dateline || own(d).iter().any(|m| located(text, m.sentence)));
        if weapon || party || placed || d.totals.is_some() {
            continue;
        }
        for m in std::mem::take(&mut d.mentions) {
            if let Some(o) = owner.get_mut(m) {
                *o = None;
            }
            if let Some(m) = mentions.get_mut(m) {
                let span = text.span(m.first(), m.last());
                m.veto = Some(Cited { span, rule: format!("{}.no_evidence", text.lex.code) });
            }
        }
    }
}

/// "In der Nacht brannten drei Autos": a thing that an accident befalls.
fn befalls(text: &Text<'_>, mention: &Mention) -> bool {
    mention.frame == Frame::Event
        && text
            .clause_tokens(mention.clause)
            .iter()
            .any(|t| text.hits_at(*t).any(|h| matches!(h.tag, Tag::Target(_))))
}

/// Told in the headline or in the first sentence of the body.
fn leads(text: &Text<'_>, mention: &Mention) -> bool {
    let first = text.ground.sentences.iter().position(|s| s.part == Part::Text && !s.dateline);
    first.is_some_and(|lead| mention.sentence <= lead)
}

/// A place stands in the sentence, not only a nationality or a government.
fn located(text: &Text<'_>, sentence: usize) -> bool {
    text.ground.places.iter().any(|p| p.sentence == sentence && !p.adjective && !p.metonym)
}

/// Newsrooms put the news into the headline and the lead. Where these tell of no event, one that a later
/// sentence tells without a date of these days is what the article reminds of.
pub(super) fn buried(text: &Text<'_>, drafts: &mut [Draft], mentions: &[Mention]) {
    let body = || {
        text.ground
            .sentences
            .iter()
            .enumerate()
            .filter(|(_, s)| s.part == Part::Text && !s.dateline)
            .map(|(i, _)| i)
    };
    let Some(lead) = body().next().filter(|_| body().count() > SHORT) else {
        // One sentence alone tells what it tells.
        if body().count() > 1 {
            references(text, drafts, mentions);
        }
        return;
    };
    long_counted(text, drafts, mentions, lead);
    long_ago(text, drafts, mentions, lead);
    let of = |d: &Draft| -> Vec<&Mention> {
        d.mentions.iter().filter_map(|m| mentions.get(*m)).collect()
    };
    let told = |d: &Draft| d.live() && !d.mentions.is_empty() && !d.only_reason;
    let opens = |d: &Draft| of(d).iter().any(|m| m.sentence <= lead);
    references(text, drafts, mentions);
    if (0..=lead).any(|s| reality::hurts(text, s)) || drafts.iter().any(|d| told(d) && opens(d)) {
        return;
    }
    for d in drafts.iter_mut().filter(|d| told(d)) {
        if of(d).iter().any(|m| dated(text, m.sentence)) {
            continue;
        }
        if let Some(m) = d.mentions.first().and_then(|m| mentions.get(*m)) {
            d.status = Status::Background;
            let span = text.span(m.first(), m.last());
            d.reality = Some(Cited { span, rule: "status.not_in_lead".to_owned() });
        }
    }
}

/// The sentence holds a date of these days.
fn dated(text: &Text<'_>, sentence: usize) -> bool {
    let today = text.ground.anchor.date();
    text.ground.times.iter().any(|t| {
        t.sentence == sentence
            && matches!(t.timex_type, "DATE" | "TIME")
            && t.end.or(t.start).is_some_and(|at| {
                today.since(at.date()).is_ok_and(|s| (0..=FRESH_DAYS).contains(&s.get_days()))
            })
    })
}

/// "recense 91 lynchages depuis 2017": what was counted over years, behind the lead, is no news.
fn long_counted(text: &Text<'_>, drafts: &mut [Draft], mentions: &[Mention], lead: usize) {
    let today = text.ground.anchor.date();
    for d in drafts.iter_mut().filter(|d| d.live() && d.kind == Kind::Aggregate) {
        let behind = d.mentions.iter().filter_map(|m| mentions.get(*m)).all(|m| m.sentence > lead);
        let since = d.time.and_then(|t| text.ground.times.get(t.time)).filter(|t| {
            t.start.is_some_and(|s| today.since(s.date()).is_ok_and(|a| a.get_days() > YEAR_DAYS))
        });
        if let Some(t) = since.filter(|_| behind) {
            d.status = Status::Background;
            d.reality = Some(Cited { span: t.span, rule: "status.counted_over_years".to_owned() });
        }
    }
}

/// "überzieht die Ukraine seit Februar 2022 mit Angriffen, bei denen Tausende starben": a sentence behind
/// the lead whose only dates are of long ago.
fn long_ago(text: &Text<'_>, drafts: &mut [Draft], mentions: &[Mention], lead: usize) {
    let today = text.ground.anchor.date();
    let days = |at: jiff::civil::DateTime| today.since(at.date()).map_or(0, |a| a.get_days());
    let old = |sentence: usize| {
        text.ground.times.iter().find(|t| {
            t.sentence == sentence
                && t.timex_type == "DATE"
                && if t.since {
                    t.start.is_some_and(|s| days(s) > YEAR_DAYS)
                } else {
                    t.end.or(t.start).is_some_and(|e| i64::from(days(e)) > reality::OLD_DAYS)
                }
        })
    };
    for d in drafts.iter_mut().filter(|d| d.live() && !d.mentions.is_empty()) {
        let of: Vec<&Mention> = d.mentions.iter().filter_map(|m| mentions.get(*m)).collect();
        let behind = of.iter().all(|m| m.sentence > lead && !dated(text, m.sentence));
        let told: Option<Vec<_>> = of.iter().map(|m| old(m.sentence)).collect();
        if let Some(t) = told.filter(|_| behind).and_then(|all| all.first().copied()) {
            d.status = Status::Background;
            d.reality = Some(Cited { span: t.span, rule: "status.old_date".to_owned() });
        }
    }
}

/// "Hilfe für die Opfer des Erdbebens": an event that the reader is taken to know already, never told as
/// one that happened.
fn references(text: &Text<'_>, drafts: &mut [Draft], mentions: &[Mention]) {
    for d in drafts.iter_mut().filter(|d| d.live() && !d.mentions.is_empty() && !d.only_reason) {
        let of: Vec<&Mention> = d.mentions.iter().filter_map(|m| mentions.get(*m)).collect();
        let known = of.iter().all(|m| {
            let titled = text.span(m.first(), m.first()).start < text.ground.text_start;
            m.form == Form::Noun
                && m.definite
                && !m.plural
                && !titled
                && !told_now(text, m.sentence)
                && !reality::hurts_in(text, m.clause)
        });
        if let Some(m) = of.first().filter(|_| known && d.kind == Kind::Incident) {
            d.status = Status::Background;
            let span = text.span(m.first(), m.last());
            d.reality = Some(Cited { span, rule: "status.reference".to_owned() });
        }
    }
}

/// The sentence says when it was, or who claims it or is blamed for it; "der Angriff vom Mittwoch" only names it.
fn told_now(text: &Text<'_>, sentence: usize) -> bool {
    let attribute = text.ground.times.iter().filter(|t| t.sentence == sentence).any(|t| {
        text.token_at(t.span.start)
            .checked_sub(1)
            .is_some_and(|b| text.any(b, &[Word::By, Word::Of, Word::Genitive]))
    });
    let blamed = text.hits_in(text.tokens_of(sentence)).any(|h| {
        matches!(h.tag, Tag::Speech(i) if text.lex.speech.get(i).is_some_and(|(act, _)| {
            matches!(act, SpeechAct::Claim | SpeechAct::Accuse | SpeechAct::Admit)
        }))
    });
    blamed || dated(text, sentence) && !attribute
}
