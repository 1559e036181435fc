//! Figures, sayings, crowds and damage go to the event that they are about.

use super::draft::{Count, Draft, Role};
use super::settle::{by_age, settle};
use crate::extract::attribution::Saying;
use crate::extract::casualty::Figure;
use crate::extract::entity::{Entity, EntityKind, Lead};
use crate::extract::ground::Span;
use crate::extract::lexicon::{Effect, Form, Tag, Word};
use crate::extract::reality::OLD_DAYS;
use crate::extract::text::Text;
use crate::extract::trigger::{Cited, Mention};
use crate::message::{Bound, Kind, Outcome, PerpetratorConfidence, Realis, SpeechAct};

/// Which draft each mention is part of.
pub(crate) type Owner = Vec<Option<usize>>;

/// Drafts with a mention in this sentence, the nearest to the token first.
fn in_sentence(
    mentions: &[Mention],
    owner: &Owner,
    drafts: &[Draft],
    sentence: usize,
    clause: usize,
    at: usize,
) -> Vec<(usize, usize)> {
    let mut found: Vec<(bool, bool, usize, usize, usize)> = mentions
        .iter()
        .enumerate()
        .filter(|(_, m)| m.sentence == sentence && !m.since)
        .filter_map(|(i, m)| {
            let d = owner.get(i).copied().flatten()?;
            let draft = drafts.get(d)?;
            Some((m.in_reason || !draft.live(), m.clause != clause, m.first().abs_diff(at), d, i))
        })
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, _, _, d, i)| (d, i)).collect()
}

/// The draft last told before a sentence.
fn before(mentions: &[Mention], owner: &Owner, drafts: &[Draft], sentence: usize) -> Option<usize> {
    mentions
        .iter()
        .enumerate()
        .filter(|(_, m)| m.sentence < sentence && !m.since && !m.in_reason)
        .filter_map(|(i, m)| Some((m.sentence, i, owner.get(i).copied().flatten()?)))
        .filter(|(_, _, d)| drafts.get(*d).is_some_and(Draft::live))
        .max()
        .map(|(_, _, d)| d)
}

/// Whether a text's vetoed events took the figure with them.
fn vetoed(mentions: &[Mention], owner: &Owner, sentence: usize) -> bool {
    mentions
        .iter()
        .enumerate()
        .filter(|(_, m)| {
            !m.veto.as_ref().is_some_and(|v| {
                // "Rauchvergiftung": what people have of the event, no event.
                v.rule.ends_with(".metaphor") || v.rule.ends_with(".compound")
            })
        })
        .any(|(i, m)| m.sentence == sentence && owner.get(i).copied().flatten().is_none())
}

/// Figures of people.
pub(crate) fn figures(
    text: &Text<'_>,
    drafts: &mut [Draft],
    mentions: &[Mention],
    owner: &Owner,
    figures: Vec<Figure>,
    sayings: &[Saying],
) {
    for figure in figures {
        let here = in_sentence(mentions, owner, drafts, figure.sentence, figure.clause, figure.at);
        let (draft, mention) = match here.first() {
            Some((d, m)) => (*d, mentions.get(*m)),
            None if vetoed(mentions, owner, figure.sentence)
                || long_past(text, figure.sentence)
                || counted_since(text, figure.sentence) =>
            {
                continue;
            }
            None => match before(mentions, owner, drafts, figure.sentence)
                .or_else(|| drafts.iter().position(Draft::live))
            {
                Some(d) => (d, None),
                None => continue,
            },
        };
        let Some(d) = drafts.get_mut(draft) else { continue };
        if d.realis == Realis::Foiled && figure.outcome != Outcome::Arrested {
            continue;
        }
        let saying = saying_of(sayings, &figure);
        // "hinter den Angriffen, die mehrere Todesopfer gefordert hätten": of more than this event.
        let wide = d.kind == Kind::Incident
            && mention.is_some_and(|m| m.definite && m.plural && d.mentions.len() > 1);
        let mut confidence: f64 = match figure.rule {
            "casualty.noun" | "casualty.predicate" | "casualty.none" | "casualty.toll" => 0.88,
            "casualty.sum" | "casualty.part" => 0.8,
            _ => 0.6,
        };
        if here.is_empty() {
            confidence -= 0.03;
        }
        let mut figure = figure;
        if wide {
            confidence = 0.4;
            figure.cumulative = true;
        }
        let hearsay = text.hits_in(text.tokens_of(figure.sentence)).any(|h| {
            matches!(h.tag, Tag::Speech(i) if text.lex.speech.get(i).is_some_and(|(_, f)| *f == crate::extract::lexicon::SpeechForm::Hearsay))
        });
        if hearsay {
            confidence -= 0.25;
        }
        d.counts.push(Count { figure, saying, confidence });
    }
    for d in drafts {
        by_age(text, &mut d.counts);
        settle(&mut d.counts);
    }
}

/// The sentence is dated to long before the news.
fn long_past(text: &Text<'_>, sentence: usize) -> bool {
    text.ground.times.iter().any(|t| {
        t.sentence == sentence
            && !t.since
            && t.timex_type == "DATE"
            && t.end.or(t.start).is_some_and(|at| super::age(text, at) > OLD_DAYS)
    })
}

/// "Seit Jahresbeginn kamen 675 Menschen um": a sentence that opens with a period of more than weeks.
fn counted_since(text: &Text<'_>, sentence: usize) -> bool {
    let start = text.tokens_of(sentence).start;
    let recent = text.ground.times.iter().any(|t| {
        t.sentence == sentence
            && t.since
            && t.start.is_some_and(|at| super::age(text, at) <= OLD_DAYS)
    });
    text.is(start, Word::Since) && !recent
}

/// The nearest saying of the sentence: the one before the figure, else the one behind.
fn saying_of(sayings: &[Saying], figure: &Figure) -> Option<usize> {
    let near = |s: &&(usize, &Saying)| s.1.sentence == figure.sentence;
    let all: Vec<(usize, &Saying)> = sayings.iter().enumerate().collect();
    all.iter()
        .filter(near)
        .filter(|(_, s)| s.span.start <= figure.span.start)
        .max_by_key(|(_, s)| s.span.start)
        .or_else(|| all.iter().filter(near).min_by_key(|(_, s)| s.span.start))
        .map(|(i, _)| *i)
}

/// Who says so.
pub(crate) fn sayings(
    text: &Text<'_>,
    drafts: &mut [Draft],
    mentions: &[Mention],
    owner: &Owner,
    sayings: &[Saying],
) {
    for (i, s) in sayings.iter().enumerate() {
        // "No group claimed responsibility": nobody did.
        let nobody = s.party.as_ref().is_some_and(|p| {
            text.is(p.first, Word::No)
                || p.first.checked_sub(1).is_some_and(|t| text.is(t, Word::No))
        });
        if s.act == SpeechAct::Threaten || nobody && s.act == SpeechAct::Claim {
            continue;
        }
        let at = text.token_at(s.span.start);
        let mut about: Vec<usize> = in_sentence(mentions, owner, drafts, s.sentence, s.clause, at)
            .into_iter()
            .filter(|(_, m)| mentions.get(*m).is_some_and(|m| !m.in_reason))
            .map(|(d, _)| d)
            .collect();
        about.dedup();
        // "die laut Washington mit dem Iran in Verbindung steht": not about the event.
        let aside = text.clauses.get(s.clause).is_some_and(|c| c.subordinate)
            && s.rule.ends_with("before")
            && !mentions.iter().any(|m| m.clause == s.clause);
        if aside {
            continue;
        }
        let figure = drafts.iter().position(|d| d.counts.iter().any(|c| c.saying == Some(i)));
        if about.is_empty() {
            about.extend(figure);
        }
        if about.is_empty() && !vetoed(mentions, owner, s.sentence) {
            let near = before(mentions, owner, drafts, s.sentence).filter(|d| {
                drafts.get(*d).is_some_and(|d| {
                    d.mentions
                        .iter()
                        .filter_map(|m| mentions.get(*m))
                        .any(|m| s.sentence - m.sentence.min(s.sentence) <= 4)
                })
            });
            let telling = s.anaphor
                || s.own
                || s.accused.is_some()
                || matches!(
                    s.act,
                    SpeechAct::Confirm | SpeechAct::Claim | SpeechAct::Deny | SpeechAct::Accuse
                );
            if telling {
                about.extend(near);
            }
        }
        for d in about.into_iter().take(2) {
            let Some(draft) = drafts.get_mut(d) else { continue };
            if !s.suspicion {
                draft.sayings.push(i);
            }
            blame(text, draft, s, mentions);
        }
    }
    for d in drafts.iter_mut() {
        d.sayings.sort_unstable();
        d.sayings.dedup();
        certainty(d, sayings);
    }
}

/// A claim or an accusation names a perpetrator.
fn blame(text: &Text<'_>, draft: &mut Draft, s: &Saying, mentions: &[Mention]) {
    let unnamed = draft.perpetrators.is_empty();
    let mut add = |entity: &Entity, rule: &'static str| {
        if !draft.perpetrators.iter().any(|p| p.entity.same(entity)) {
            draft.perpetrators.retain(|p| !p.entity.unknown);
            draft.perpetrators.insert(0, Role { entity: entity.clone(), rule });
        }
    };
    match (s.act, &s.party, &s.accused) {
        (SpeechAct::Claim, Some(p), _) => add(p, "role.claim"),
        (SpeechAct::Admit, Some(p), _) if s.own || s.anaphor && unnamed => add(p, "role.admission"),
        (SpeechAct::Accuse, _, Some(p)) => add(p, "role.accusation"),
        (SpeechAct::Report | SpeechAct::Confirm, Some(p), _) if unnamed => {
            // "erklärte, man habe eine Basis getroffen": the speaker did it.
            let we = mentions.iter().any(|m| {
                m.sentence == s.sentence
                    && text.clause_tokens(m.clause).iter().any(|t| {
                        *t < m.last()
                            && (text.lower(*t) == "es" && m.form != Form::Noun
                                || matches!(
                                    text.lower(*t),
                                    "man"
                                        | "wir"
                                        | "it"
                                        | "they"
                                        | "we"
                                        | "sie"
                                        | "on"
                                        | "nous"
                                        | "elle"
                                ))
                    })
            });
            if we && p.lead == Lead::None && (p.armed() || p.state && p.sector != "police") {
                add(p, "role.speaker");
            }
        }
        _ => {}
    }
}

/// How sure the perpetrator is.
fn certainty(draft: &mut Draft, sayings: &[Saying]) {
    let Some(perpetrator) = draft.perpetrators.first() else { return };
    let mut found: Option<(u8, PerpetratorConfidence, Span, String)> = None;
    for s in draft.sayings.iter().filter_map(|i| sayings.get(*i)) {
        let mut offer = |rank: u8, c: PerpetratorConfidence| {
            if found.as_ref().is_none_or(|f| f.0 < rank) {
                found = Some((rank, c, s.span, s.rule.clone()));
            }
        };
        let speaks = s.party.as_ref().is_some_and(|p| {
            draft.perpetrators.iter().any(|r| {
                r.entity.same(p)
                    || r.entity.country.is_some() && r.entity.country == p.country && p.state
            })
        });
        let state = s.party.as_ref().is_some_and(|p| p.state);
        match s.act {
            SpeechAct::Claim if speaks => offer(6, PerpetratorConfidence::Claimed),
            SpeechAct::Admit | SpeechAct::Confirm | SpeechAct::Report if speaks => {
                offer(
                    5,
                    if state {
                        PerpetratorConfidence::Admitted
                    } else {
                        PerpetratorConfidence::Claimed
                    },
                );
            }
            SpeechAct::Deny if speaks => offer(4, PerpetratorConfidence::Denied),
            SpeechAct::Accuse if s.accused.is_some() && !s.suspicion => {
                offer(3, PerpetratorConfidence::AccusedByAuthorities);
            }
            _ => {}
        }
    }
    let span = perpetrator.entity.clone();
    if found.is_none()
        && let Some(s) = sayings.iter().find(|s| {
            s.suspicion
                && s.accused
                    .as_ref()
                    .is_some_and(|a| draft.perpetrators.iter().any(|p| p.entity.same(a)))
        })
    {
        found = Some((2, PerpetratorConfidence::Suspected, s.span, s.rule.clone()));
    }
    draft.perpetrator_confidence = match found {
        Some((_, c, at, rule)) => Some((c, at, rule)),
        None if span.unknown => None,
        None if perpetrator.rule == "role.arrested" => Some((
            PerpetratorConfidence::Suspected,
            Span { start: usize::MAX, end: 0 },
            "perpetrator.arrested".to_owned(),
        )),
        None => Some((
            PerpetratorConfidence::Fact,
            Span { start: usize::MAX, end: 0 },
            "perpetrator.stated".to_owned(),
        )),
    };
}

/// Participants.
pub(crate) fn crowds(
    text: &Text<'_>,
    drafts: &mut [Draft],
    mentions: &[Mention],
    owner: &Owner,
    crowds: &[(usize, Bound, Span)],
) {
    for (at, bound, span) in crowds {
        let sentence = text.sentence(*at);
        let here = in_sentence(mentions, owner, drafts, sentence, text.clause(*at), *at);
        let draft =
            here.first().map(|(d, _)| *d).or_else(|| before(mentions, owner, drafts, sentence));
        if let Some(d) = draft.and_then(|d| drafts.get_mut(d))
            && matches!(text.taxonomy.group(d.best().0), "unrest" | "infrastructure")
            && d.crowd.is_none()
        {
            d.crowd = Some((*bound, *span));
        }
    }
}

/// "Fensterscheiben gingen zu Bruch", "zwei Häuser wurden zerstört".
pub(crate) fn damage(
    text: &Text<'_>,
    drafts: &mut [Draft],
    mentions: &[Mention],
    owner: &Owner,
    entities: &[Entity],
) {
    for e in entities.iter().filter(|e| e.kind == EntityKind::Thing && e.lead == Lead::None) {
        let clause = text.clause(e.head);
        if !text.clause_tokens(clause).iter().any(|t| text.is(*t, Word::Damage)) {
            continue;
        }
        let sentence = text.sentence(e.head);
        let here = in_sentence(mentions, owner, drafts, sentence, clause, e.head);
        let draft =
            here.first().map(|(d, _)| *d).or_else(|| before(mentions, owner, drafts, sentence));
        if let Some(d) = draft.and_then(|d| drafts.get_mut(d))
            && d.live()
            && d.damage.len() < 5
            && !d.damage.iter().any(|(n, _, _)| *n == e.name)
        {
            d.damage.push((e.name.clone(), e.number, e.span(text)));
        }
    }
}

/// "als Reaktion auf ...": the words of the reason.
pub(crate) fn reasons(text: &Text<'_>, drafts: &mut [Draft], mentions: &[Mention], owner: &Owner) {
    for hit in &text.hits {
        let Tag::Cue(i) = hit.tag else { continue };
        let Some(cue) = text.lex.cues.get(i).filter(|c| c.effect == Effect::Reason) else {
            continue;
        };
        let sentence = text.sentence(hit.first());
        let end = text.tokens_of(sentence).end;
        let quoted = text.ground.tokens.get(hit.first()).is_some_and(|t| t.quoted);
        let last = (hit.last() + 1..end)
            .take_while(|t| {
                let stays = text.ground.tokens.get(*t).is_some_and(|k| k.quoted == quoted);
                let attribute = text.lower(*t).ends_with("er") || text.lower(*t).ends_with("en");
                // "für den Beschuss ein Lager": a new phrase is no part of the reason.
                let fresh = text.any(*t, &[Word::Indefinite, Word::Definite])
                    && !text.is(*t, Word::Genitive)
                    && t.checked_sub(1).is_some_and(|b| text.capital(b) && b > hit.last());
                stays
                    && (quoted || !fresh)
                    && text.lower(*t) != ","
                    && text.lower(*t) != "."
                    && (quoted || !text.verb(*t) || attribute && !text.is(*t, Word::Be))
            })
            .last();
        let span = text.span(hit.first(), last.unwrap_or(hit.last()));
        let about =
            in_sentence(mentions, owner, drafts, sentence, text.clause(hit.first()), hit.first())
                .into_iter()
                .find(|(_, m)| mentions.get(*m).is_some_and(|m| !m.in_reason));
        if let Some(d) = about.and_then(|(d, _)| drafts.get_mut(d))
            && d.reason.is_none()
        {
            d.reason = Some(Cited { span, rule: cue.rule.clone() });
        }
    }
}
