//! Who says so: speaker, act, medium and mood.

use super::entity::{Entity, EntityKind, Lead};
use super::ground::{Span, TokenKind};
use super::lexicon::{Hit, SpeechForm, Tag, Word};
use super::text::Text;
use crate::message::{Mood, SpeechAct};

/// Words of a speaker's phrase.
const MAX_SPEAKER: usize = 12;

/// Somebody says something.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools)] // marks that do not depend on each other
pub(crate) struct Saying {
    pub(crate) speaker: String,
    pub(crate) speaker_span: Span,
    pub(crate) named: bool,
    pub(crate) act: SpeechAct,
    pub(crate) medium: Option<(String, Span)>,
    pub(crate) mood: Mood,
    pub(crate) sentence: usize,
    pub(crate) clause: usize,
    pub(crate) span: Span,
    pub(crate) rule: String,
    /// The party that speaks.
    pub(crate) party: Option<Entity>,
    /// The party that is accused.
    pub(crate) accused: Option<Entity>,
    /// Speaks of its own deed.
    pub(crate) own: bool,
    /// Refers to what was told before: "die Angaben".
    pub(crate) anaphor: bool,
    /// Only says that it is not certain who did it.
    pub(crate) suspicion: bool,
}

/// All sayings in order.
pub(crate) fn read(text: &Text<'_>, entities: &[Entity]) -> Vec<Saying> {
    let mut out: Vec<Saying> = Vec::new();
    for hit in &text.hits {
        let Tag::Speech(i) = hit.tag else { continue };
        let Some((act, form)) = text.lex.speech.get(i).copied() else { continue };
        let made = match form {
            SpeechForm::Before if text.sentence(hit.last() + 1) != text.sentence(hit.last()) => {
                None
            }
            SpeechForm::Verb | SpeechForm::Accusation => verb(text, hit),
            SpeechForm::Before => phrase(text, hit.last() + 1),
            SpeechForm::After => before(text, hit),
            SpeechForm::Own => own(text, hit, entities),
            SpeechForm::Hearsay | SpeechForm::Suspicion => None,
        };
        if made.is_none() && act == SpeechAct::Admit && form == SpeechForm::Verb {
            // "erklärte, hinter den Angriffen zu stecken": the speaker stands before.
            let sentence = text.sentence(hit.first());
            if let Some(last) = out.iter_mut().rev().find(|s| s.sentence == sentence) {
                last.act = SpeechAct::Admit;
                last.own = true;
                last.anaphor = true;
                continue;
            }
        }
        let taking = matches!(act, SpeechAct::Claim | SpeechAct::Admit | SpeechAct::Deny);
        // "Eine bis dahin unbekannte Gruppe namens X übernahm": the party of the clause.
        let names_party = |(a, b): (usize, usize)| {
            entities.iter().any(|e| e.kind == EntityKind::Party && e.head >= a && e.head <= b)
        };
        let made =
            made.filter(|m| !taking || form != SpeechForm::Verb || names_party(*m)).or_else(|| {
                (taking && form == SpeechForm::Verb)
                    .then(|| subject(text, hit, entities))
                    .flatten()
                    .or(made)
            });
        let hearsay = matches!(form, SpeechForm::Hearsay | SpeechForm::Suspicion);
        if made.is_none() && !hearsay {
            continue;
        }
        let words = made.map(|(first, last)| trim(text, first, last));
        // "eine Gruppe mit dem Namen X": the whole party speaks, by its name.
        let words = words.map(|(a, b)| {
            let whole = entities
                .iter()
                .find(|e| e.rule == "party.named" && e.head >= a && e.head <= b && e.last > b);
            (a, whole.map_or(b, |e| e.last))
        });
        let span = text.hit_span(hit);
        let (speaker_span, speaker) = words
            .map_or((span, text.ground.slice(span).to_owned()), |(a, b)| {
                (text.span(a, b), text.slice(a, b).to_owned())
            });
        let party = words.and_then(|(a, b)| {
            entities
                .iter()
                .find(|e| e.kind == EntityKind::Party && e.head >= a && e.head <= b)
                .cloned()
        });
        let speaker = match &party {
            Some(p) if p.rule == "party.named" => p.name.clone(),
            _ => speaker,
        };
        let accused = accused(text, hit, form, words, entities);
        out.push(Saying {
            named: !hearsay && words.is_some_and(|(a, b)| named(text, a, b)),
            medium: medium(text, hit),
            mood: if form == SpeechForm::Hearsay || form == SpeechForm::Suspicion {
                Mood::Hearsay
            } else {
                mood(text, hit, words)
            },
            anaphor: anaphor(text, hit),
            speaker,
            speaker_span,
            act,
            sentence: text.sentence(hit.first()),
            clause: text.clause(hit.first()),
            span,
            rule: format!("{}.speech.{}", text.lex.code, slug(form)),
            party,
            accused,
            own: form == SpeechForm::Own || act == SpeechAct::Claim,
            suspicion: form == SpeechForm::Suspicion,
        });
    }
    confirmations(&mut out);
    out
}

fn slug(form: SpeechForm) -> &'static str {
    match form {
        SpeechForm::Verb => "verb",
        SpeechForm::Before => "before",
        SpeechForm::After => "after",
        SpeechForm::Own => "own",
        SpeechForm::Hearsay => "hearsay",
        SpeechForm::Accusation => "accusation",
        SpeechForm::Suspicion => "suspicion",
    }
}

/// "bestätigte die Angaben" by the same body makes of its own words before a confirmation.
fn confirmations(sayings: &mut [Saying]) {
    for i in 1..sayings.len() {
        let (before, from) = sayings.split_at_mut(i);
        let Some(now) = from.first() else { continue };
        if now.act != SpeechAct::Confirm || !now.anaphor {
            continue;
        }
        let sentence = now.sentence;
        if let Some(earlier) = before.iter_mut().rev().find(|s| {
            sentence.saturating_sub(s.sentence) <= 2
                && s.act == SpeechAct::Report
                && match (&s.party, &now.party) {
                    (Some(a), Some(b)) => a.same(b),
                    _ => false,
                }
        }) {
            earlier.act = SpeechAct::Confirm;
        }
    }
}

/// Prepositions that continue a speaker's phrase.
fn continues(text: &Text<'_>, t: usize) -> bool {
    text.any(t, &[Word::Of, Word::Genitive])
        || matches!(text.lower(t), "aus" | "für" | "for" | "of" | "pour" | "du" | "des" | "del")
}

/// The phrase that begins here.
fn phrase(text: &Text<'_>, from: usize) -> Option<(usize, usize)> {
    let end = text.tokens_of(text.sentence(from)).end;
    let mut last = None;
    for t in from..(from + MAX_SPEAKER).min(end) {
        if text.kind(t) == TokenKind::Quote {
            continue;
        }
        // A name in quotation marks holds what it holds.
        if text.ground.tokens.get(t).is_some_and(|k| k.quoted) && text.kind(t) == TokenKind::Word {
            last = Some(t);
            continue;
        }
        let function = text
            .any(t, &[Word::By, Word::On, Word::With, Word::Preposition, Word::Subordinator])
            && !text.any(t, &[Word::Definite, Word::Genitive]);
        if text.kind(t) == TokenKind::Sign || text.verb(t) || (function && !continues(text, t)) {
            break;
        }
        if text.is(t, Word::And)
            && last.is_some_and(|l: usize| l + 1 == t)
            && !text.capital(t + 1)
            && text.lex.capital_nouns
        {
            break;
        }
        if text.ground.times.iter().any(|m| m.span.start == text.span(t, t).start) && last.is_some()
        {
            break;
        }
        last = Some(t);
    }
    let last = last?;
    speaks(text, from, last).then_some((from, last))
}

/// The phrase before "zufolge".
fn before(text: &Text<'_>, hit: &Hit<Tag>) -> Option<(usize, usize)> {
    let start = text.tokens_of(text.sentence(hit.first())).start;
    let mut first = hit.first();
    while first > start && hit.first() - first < MAX_SPEAKER {
        let t = first - 1;
        let stop = text.kind(t) == TokenKind::Sign
            || text.verb(t)
            || text.any(t, &[Word::Preposition, Word::On, Word::With]) && !continues(text, t);
        if stop {
            break;
        }
        first = t;
    }
    (first < hit.first() && speaks(text, first, hit.first() - 1)).then(|| (first, hit.first() - 1))
}

/// Subject of a speech verb: behind it, or before it.
fn verb(text: &Text<'_>, hit: &Hit<Tag>) -> Option<(usize, usize)> {
    let v = hit.first();
    let clause = text.clause_tokens(text.clause(v));
    let at = clause.binary_search(&v).ok()?;
    let left: Vec<usize> = clause.get(..at)?.to_vec();
    let words: Vec<usize> =
        left.iter().copied().filter(|t| text.kind(*t) == TokenKind::Word).collect();
    let skip = words.iter().take_while(|t| text.any(**t, &[Word::Subordinator, Word::And])).count();
    let subject_from = words.get(skip).copied();
    let led = subject_from.is_some_and(|t| {
        text.any(t, &[Word::Preposition, Word::On, Word::With, Word::By])
            || text.ground.times.iter().any(|m| m.span.start == text.span(t, t).start)
    });
    if let Some(from) = subject_from.filter(|_| !led) {
        let to = clause.get(at.checked_sub(1)?).copied()?;
        // "Das Netzwerk machte die Armee verantwortlich": what stands in front accuses, whoever it is.
        let accuses = matches!(hit.tag, Tag::Speech(i) if text.lex.speech.get(i).is_some_and(|s| s.1 == SpeechForm::Accusation));
        if accuses && text.lex.capital_nouns && text.capital(to) && to - from <= 4 {
            return Some((from, to));
        }
        if let Some((a, b)) = phrase(text, from)
            && b <= to.max(from)
        {
            return Some((a, b));
        }
    }
    // "erklärte das Militär", also after a comma or a quotation; "bekannte sich die Gruppe".
    let behind = hit
        .tokens
        .iter()
        .zip(v..)
        .take_while(|(t, n)| *t == n)
        .last()
        .map_or(v + 1, |(t, _)| t + 1);
    let found = (text.sentence(behind) == text.sentence(v)).then(|| phrase(text, behind)).flatten();
    if found.is_some() {
        return found;
    }
    // "The army, which controls the port, said": the subject is in the clause with the hole.
    subject_from.and_then(|from| phrase(text, from)).filter(|(_, b)| *b < v)
}

/// The first party before a verb, in its clause and led by nothing that makes it something else.
fn subject(text: &Text<'_>, hit: &Hit<Tag>, entities: &[Entity]) -> Option<(usize, usize)> {
    let clause = text.clause(hit.first());
    entities
        .iter()
        .find(|e| {
            e.kind == EntityKind::Party
                && text.clause(e.head) == clause
                && (e.lead == Lead::None || e.lead == Lead::Other && e.rule == "party.named")
        })
        .map(|e| (e.first, e.last))
}

/// "nach eigenen Angaben": the subject of its clause.
fn own(text: &Text<'_>, hit: &Hit<Tag>, entities: &[Entity]) -> Option<(usize, usize)> {
    let clause = text.clause(hit.first());
    entities
        .iter()
        .find(|e| {
            text.clause(e.head) == clause && e.kind == EntityKind::Party && e.lead == Lead::None
        })
        .map(|e| (e.first, e.last))
}

/// Somebody who can speak: an office, a party, a source, or a name.
fn speaks(text: &Text<'_>, first: usize, last: usize) -> bool {
    let listed = (first..=last).any(|t| {
        text.hits_at(t)
            .any(|h| matches!(h.tag, Tag::Speaker | Tag::Unnamed | Tag::Party(_) | Tag::People(_)))
    });
    if listed {
        return true;
    }
    let span = text.span(first, last);
    let place = text.places_in(span).any(|(_, p)| !p.locative);
    let name =
        text.ground.names.iter().any(|n| n.span.start >= span.start && n.span.end <= span.end);
    place || name
}

fn trim(text: &Text<'_>, first: usize, last: usize) -> (usize, usize) {
    let mut first = first;
    while first < last
        && (text.any(first, &[Word::Definite, Word::Indefinite, Word::Of, Word::By])
            || text.kind(first) == TokenKind::Quote)
    {
        first += 1;
    }
    let mut last = last;
    while last > first
        && (text.any(last, &[Word::Definite, Word::Indefinite, Word::And, Word::Of])
            || matches!(text.kind(last), TokenKind::Quote | TokenKind::Sign))
    {
        last -= 1;
    }
    (first, last)
}

fn named(text: &Text<'_>, first: usize, last: usize) -> bool {
    !(first..=last).any(|t| text.hits_at(t).any(|h| h.tag == Tag::Unnamed))
}

fn medium(text: &Text<'_>, hit: &Hit<Tag>) -> Option<(String, Span)> {
    let range = text.tokens_of(text.sentence(hit.first()));
    let found = text.hits_in(range).find(|h| matches!(h.tag, Tag::Medium(_)))?;
    let Tag::Medium(i) = found.tag else { return None };
    Some((text.lex.media.get(i)?.clone(), text.hit_span(found)))
}

fn mood(text: &Text<'_>, hit: &Hit<Tag>, speaker: Option<(usize, usize)>) -> Mood {
    let range = text.tokens_of(text.sentence(hit.first()));
    let outside = |t: &usize| speaker.is_none_or(|(a, b)| *t < a || *t > b);
    if range.clone().filter(outside).any(|t| text.is(t, Word::Reported)) {
        return Mood::Reported;
    }
    let quoted = range
        .filter(outside)
        .filter(|t| {
            text.ground.tokens.get(*t).is_some_and(|k| k.quoted && k.kind == TokenKind::Word)
        })
        .count();
    if quoted >= 2 { Mood::Quoted } else { Mood::Indicative }
}

fn anaphor(text: &Text<'_>, hit: &Hit<Tag>) -> bool {
    text.hits_in(text.tokens_of(text.sentence(hit.first()))).any(|h| h.tag == Tag::Anaphor)
}

/// "machte die Rebellen verantwortlich": the party that is not the speaker.
fn accused(
    text: &Text<'_>,
    hit: &Hit<Tag>,
    form: SpeechForm,
    speaker: Option<(usize, usize)>,
    entities: &[Entity],
) -> Option<Entity> {
    let sentence = text.sentence(hit.first());
    let mut candidates = entities.iter().filter(|e| {
        e.kind == EntityKind::Party
            && text.sentence(e.head) == sentence
            && speaker.is_none_or(|(a, b)| e.head < a || e.head > b)
    });
    match form {
        SpeechForm::Accusation => candidates
            .find(|e| e.head > hit.first() || text.clause(e.head) == text.clause(hit.first()))
            .or_else(|| {
                // "machte zwei Ukrainer verantwortlich"
                entities.iter().find(|e| {
                    e.kind == EntityKind::People
                        && e.head > hit.first()
                        && e.lead == Lead::None
                        && text.clause(e.head) == text.clause(hit.first())
                })
            }),
        SpeechForm::Suspicion => candidates.find(|e| {
            e.covers(hit.first()) || e.first == hit.last() + 1 || e.head == hit.last() + 1
        }),
        _ => None,
    }
    .cloned()
}
