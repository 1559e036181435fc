//! Whether a mention happened, whether it is news, and whether it is an event at all.

mod past;
mod whole;

use super::ground::{Span, TimeMention};
use super::lexicon::{Cue, Effect, Form, Hit, Tag, Word};
use super::text::Text;
use super::trigger::{Cited, Mention};
use crate::message::{Outcome, Realis, Status};
use past::{attributive, background, counted, earlier, fresh, habit};
use whole::{charges, headline, lead, sequels};

/// Words of a domain that make a whole text one of sport, business or films.
const DOMAIN_TEXT: usize = 3;
/// A time so many days before the news is background.
pub(crate) const OLD_DAYS: i64 = 21;

/// Judges every mention.
pub(crate) fn judge(text: &Text<'_>, mentions: &mut [Mention]) {
    let domain = domain_words(text);
    let retrospect = lead(text, Effect::Retrospect);
    let hoax = lead(text, Effect::Hoax);
    let hurt = (0..text.ground.sentences.len()).any(|s| hurts(text, s));
    // "Bundeswehr probt den Ernstfall": then the wounded are part of it.
    let stated = headline(text, Effect::Exercise).filter(|_| !hurts(text, 0));
    let exercise = stated.or_else(|| lead(text, Effect::Exercise).filter(|_| !hurt));
    let threat =
        [(Effect::Threatened, Realis::Threatened), (Effect::Hypothetical, Realis::Hypothetical)]
            .into_iter()
            .find_map(|(effect, realis)| Some((realis, headline(text, effect)?)))
            .filter(|_| !hurt);
    sequels(text, mentions);
    charges(text, mentions);
    for mention in mentions {
        if mention.veto.is_none() {
            vetoes(text, mention, &domain);
        }
        if let Some(because) = &exercise
            && mention.veto.is_none()
        {
            mention.veto = Some(because.clone());
            mention.status = Status::Exercise;
        }
        if mention.veto.is_none() {
            cues(text, mention);
            negation(text, mention);
            quoted(text, mention);
            attributive(text, mention);
            earlier(text, mention);
        }
        if let Some(because) = &hoax
            && !hurts(text, mention.sentence)
        {
            set(mention, Realis::Negated, because.clone());
        }
        if let Some((realis, because)) = &threat
            && !fresh(text, mention)
        {
            set(mention, *realis, because.clone());
        }
        if let Some(because) = &retrospect
            && mention.status == Status::Current
            && !fresh(text, mention)
            && !gathers(text, mention)
        {
            mention.status = Status::Background;
            mention.reality = Some(because.clone());
        }
    }
}

fn cue<'t>(text: &'t Text<'_>, hit: &Hit<Tag>) -> Option<&'t Cue> {
    let Tag::Cue(i) = hit.tag else { return None };
    text.lex.cues.get(i)
}

fn cited(text: &Text<'_>, hit: &Hit<Tag>, cue: &Cue) -> Cited {
    Cited { span: text.hit_span(hit), rule: cue.rule.clone() }
}

/// Domain cues by rule, over the whole text.
fn domain_words(text: &Text<'_>) -> std::collections::BTreeMap<String, usize> {
    let mut out = std::collections::BTreeMap::new();
    for hit in &text.hits {
        if let Some(cue) = cue(text, hit)
            && cue.effect == Effect::Domain
        {
            *out.entry(cue.rule.clone()).or_insert(0) += 1;
        }
    }
    out
}

/// True if the sentence tells of people killed or hurt.
pub(crate) fn hurts(text: &Text<'_>, sentence: usize) -> bool {
    text.hits_in(text.tokens_of(sentence)).any(|h| {
        let Tag::Outcome(i, _) = h.tag else { return false };
        text.lex
            .outcomes
            .get(i)
            .is_some_and(|o| matches!(o.outcome, Outcome::Killed | Outcome::Wounded))
    })
}

/// True if the clause, told for itself, tells of people killed or hurt.
pub(crate) fn hurts_in(text: &Text<'_>, clause: usize) -> bool {
    let own = text.clauses.get(clause).is_some_and(|c| !c.subordinate);
    own && text.clause_tokens(clause).iter().flat_map(|t| text.hits_at(*t)).any(|h| {
        matches!(h.tag, Tag::Outcome(i, _) if text.lex.outcomes.get(i).is_some_and(|o| {
            matches!(o.outcome, Outcome::Killed | Outcome::Wounded)
        }))
    })
}

/// "in March 2016": a word of a date is none of an event.
fn dates(text: &Text<'_>, mention: &Mention) -> Option<Span> {
    let [only] = mention.tokens.as_slice() else { return None };
    let span = text.span(*only, *only);
    let within = |t: &&TimeMention| t.span.start <= span.start && span.end <= t.span.end;
    text.ground.times.iter().find(within).map(|t| t.span)
}

fn vetoes(
    text: &Text<'_>,
    mention: &mut Mention,
    domain: &std::collections::BTreeMap<String, usize>,
) {
    if let Some(span) = dates(text, mention) {
        mention.veto = Some(Cited { span, rule: format!("{}.reality.date", text.lex.code) });
        return;
    }
    let family = text.taxonomy.family(mention.best().0).to_owned();
    let range = text.tokens_of(mention.sentence);
    let mut in_sentence: std::collections::BTreeMap<&str, usize> =
        std::collections::BTreeMap::new();
    for hit in text.hits_in(range) {
        let Some(cue) = cue(text, hit) else { continue };
        if cue.family.as_ref().is_some_and(|f| *f != family) {
            continue;
        }
        match cue.effect {
            Effect::Metaphor => {
                let inside = mention.tokens.iter().any(|t| (hit.first()..=hit.last()).contains(t));
                if inside || cue.family.is_some() && same_clause(text, mention, hit) {
                    mention.veto = Some(cited(text, hit, cue));
                    return;
                }
            }
            Effect::Exercise => {
                mention.veto = Some(cited(text, hit, cue));
                mention.status = Status::Exercise;
                return;
            }
            Effect::Domain
                // The trigger's own word does not speak for the domain.
                if !hit.tokens.iter().any(|t| mention.tokens.contains(t)) => {
                    *in_sentence.entry(&cue.rule).or_insert(0) += 1;
                }
            _ => {}
        }
    }
    let hurts = hurts(text, mention.sentence);
    let full = domain
        .iter()
        .find(|(rule, n)| {
            **n >= DOMAIN_TEXT
                || **n >= 2 && in_sentence.get(rule.as_str()).is_some_and(|n| *n >= 1)
        })
        .or_else(|| {
            domain.iter().find(|(rule, _)| in_sentence.get(rule.as_str()).is_some_and(|n| *n >= 2))
        });
    if let Some((rule, n)) = full
        && (!hurts || *n > DOMAIN_TEXT)
    {
        let span = text.span(mention.first(), mention.last());
        mention.veto = Some(Cited { span, rule: rule.clone() });
    }
}

fn same_clause(text: &Text<'_>, mention: &Mention, hit: &Hit<Tag>) -> bool {
    text.clause(hit.first()) == mention.clause
}

fn cues(text: &Text<'_>, mention: &mut Mention) {
    let range = text.tokens_of(mention.sentence);
    let first = mention.first();
    for hit in text.hits_in(range) {
        let Some(cue) = cue(text, hit) else { continue };
        if cue.family.as_ref().is_some_and(|f| *f != text.taxonomy.family(mention.best().0)) {
            continue;
        }
        let here = same_clause(text, mention, hit);
        let before = hit.last() < first;
        let near = before && first - hit.last() <= 6;
        let own = hit.tokens.iter().any(|t| mention.tokens.contains(t));
        match cue.effect {
            Effect::Series if here => mention.series = Some(cited(text, hit, cue)),
            // "Another 22 were treated": other people, not another event.
            Effect::Another
                if (near || here && hit.first() < first + 3) && !counted(text, hit.last() + 1) =>
            {
                mention.another = true;
            }
            Effect::Earlier if here && before => mention.earlier = true,
            Effect::Reason if before && here => {
                let verb = (hit.last() + 1..first)
                    .any(|t| text.verb(t) && text.any(t, &[Word::Be, Word::Have, Word::Finite]));
                if mention.form == Form::Noun && !verb && first - hit.last() <= 14 {
                    mention.in_reason = true;
                }
            }
            Effect::Negated if here && (near || own) => {
                set(mention, Realis::Negated, cited(text, hit, cue));
            }
            // "schoss Drohnen ab": what was prevented is the mention itself.
            Effect::Foiled if here => set(mention, Realis::Foiled, cited(text, hit, cue)),
            Effect::Attempted if own || here => {
                set(mention, Realis::Attempted, cited(text, hit, cue));
            }
            Effect::Hypothetical
                // "Ein Angriff hätte schwere Folgen"
                if here
                    && (hit.first() < first
                        || mention.form == Form::Noun
                            && !mention.definite
                            && !hurts(text, mention.sentence))
                    && !told(text, mention) =>
            {
                set(mention, Realis::Hypothetical, cited(text, hit, cue));
            }
            Effect::Threatened
                if !told(text, mention)
                // A warning reaches into the clause that depends on it.
                && (before || here) =>
            {
                set(mention, Realis::Threatened, cited(text, hit, cue));
            }
            Effect::Planned if here && !told(text, mention) => {
                set(mention, Realis::Planned, cited(text, hit, cue));
            }
            Effect::Anniversary | Effect::Court
                if mention.status == Status::Current
                    // People march on an anniversary: that is news.
                    && !(cue.effect == Effect::Anniversary && gathers(text, mention)) =>
            {
                mention.status = if cue.effect == Effect::Anniversary {
                    Status::Anniversary
                } else {
                    Status::Background
                };
                mention.reality = Some(cited(text, hit, cue));
            }
            Effect::Update if here && mention.status == Status::Current => {
                mention.status = Status::Update;
                mention.reality = Some(cited(text, hit, cue));
            }
            Effect::Background => background(text, mention, hit, cue),
            _ => {}
        }
    }
    if mention.series.is_some() {
        mention.another = false;
    }
}

/// 'sprach von einem "Mord auf See"': somebody's word for what is told in others; it weighs less.
fn quoted(text: &Text<'_>, mention: &mut Mention) {
    habit(text, mention);
    let inside =
        mention.tokens.iter().all(|t| text.ground.tokens.get(*t).is_some_and(|k| k.quoted));
    let said = text
        .hits_in(text.tokens_of(mention.sentence))
        .any(|h| matches!(h.tag, Tag::Speech(_)) && h.last() < mention.first());
    if inside && said && mention.form == Form::Noun && !hurts(text, mention.sentence) {
        for (_, weight) in &mut mention.votes {
            *weight *= 0.5;
        }
    }
}

/// A protest or a walkout.
fn gathers(text: &Text<'_>, mention: &Mention) -> bool {
    let best = mention.best().0;
    text.taxonomy.group(best) == "unrest" || text.taxonomy.family(best) == "labour"
}

fn set(mention: &mut Mention, realis: Realis, cited: Cited) {
    // "vor einem Umsturzversuch gewarnt": not even tried.
    let unreal = mention.realis == Realis::Attempted
        && matches!(realis, Realis::Threatened | Realis::Hypothetical | Realis::Planned);
    if mention.realis == Realis::Actual || realis == Realis::Foiled || unreal {
        mention.realis = realis;
        mention.reality = Some(cited);
    }
}

/// The clause tells of a past event: a participle with a past auxiliary, or people hurt by it.
fn told(text: &Text<'_>, mention: &Mention) -> bool {
    if mention.form == Form::Noun {
        return mention.definite && hurts(text, mention.sentence);
    }
    let tokens = text.clause_tokens(mention.clause);
    let perfect = tokens.iter().any(|t| {
        matches!(
            text.lower(*t),
            "wurde" | "wurden" | "worden" | "was" | "were" | "been" | "fue" | "fueron" | "été"
        )
    });
    let modal = tokens.iter().any(|t| {
        text.hits_at(*t).any(|h| {
            cue(text, h).is_some_and(|c| matches!(c.effect, Effect::Hypothetical | Effect::Planned))
        })
    });
    perfect && !modal
}

/// "kein", "nicht" right at the trigger.
fn negation(text: &Text<'_>, mention: &mut Mention) {
    let start = text.tokens_of(mention.sentence).start;
    let first = mention.first();
    let from = first.saturating_sub(3).max(start);
    // "es fielen keine Schüsse": inside the words of the trigger.
    let inside = (first..mention.last())
        .find(|t| text.is(*t, Word::No) && !mention.tokens.contains(t) && mention.tokens.len() > 1);
    if let Some(t) = inside {
        let rule = format!("{}.reality.no", text.lex.code);
        set(mention, Realis::Negated, Cited { span: text.span(t, t), rule });
        return;
    }
    let no = (from..first)
        .find(|t| text.is(*t, Word::No) || (mention.form != Form::Noun && text.is(*t, Word::Not)));
    if let Some(t) = no
        && (from..first).all(|x| x <= t || !text.any(x, &[Word::And, Word::Be]))
    {
        let rule = format!("{}.reality.no", text.lex.code);
        set(mention, Realis::Negated, Cited { span: text.span(t, t), rule });
    }
}
