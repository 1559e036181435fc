//! Mentions: words that stand for an event, each with the types that it may be.

use super::ground::Span;
use super::lexicon::{Form, Frame, Hit, Tag, TypeId, Word};
use super::text::Text;
use crate::message::{Realis, Status};

/// Mentions read in one text.
const MAX_MENTIONS: usize = 400;

/// Why something was decided.
#[derive(Debug, Clone)]
pub(crate) struct Cited {
    pub(crate) span: Span,
    pub(crate) rule: String,
}

/// One mention of an event.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools)] // marks that do not depend on each other
pub(crate) struct Mention {
    /// Tokens of the trigger.
    pub(crate) tokens: Vec<usize>,
    pub(crate) sentence: usize,
    pub(crate) clause: usize,
    pub(crate) form: Form,
    pub(crate) frame: Frame,
    pub(crate) rule: String,
    /// Types with their votes, in the order of the taxonomy.
    pub(crate) votes: Vec<(TypeId, f64)>,
    /// Class of instrument that the word itself names.
    pub(crate) instrument: Option<String>,
    /// Who did it, by the word itself: name and sector of "Rebellenangriff".
    pub(crate) party: Option<(String, String)>,
    pub(crate) needs_context: bool,
    /// "der Angriff": told before.
    pub(crate) definite: bool,
    pub(crate) plural: bool,
    pub(crate) realis: Realis,
    pub(crate) status: Status,
    /// Why realis or status are not the usual.
    pub(crate) reality: Option<Cited>,
    /// Why this is no event.
    pub(crate) veto: Option<Cited>,
    /// "ein weiterer": another than those told.
    pub(crate) another: bool,
    /// "bereits am Dienstag": before the one told.
    pub(crate) earlier: bool,
    /// Stands in the reason of another: "als Reaktion auf Angriffe".
    pub(crate) in_reason: bool,
    /// Stands in "seit dem Überfall".
    pub(crate) since: bool,
    /// A series.
    pub(crate) series: Option<Cited>,
}

impl Mention {
    pub(crate) fn first(&self) -> usize {
        self.tokens.first().copied().unwrap_or_default()
    }

    pub(crate) fn last(&self) -> usize {
        self.tokens.last().copied().unwrap_or_default()
    }

    pub(crate) fn vote(&mut self, id: TypeId, weight: f64) {
        match self.votes.iter_mut().find(|(t, _)| *t == id) {
            Some((_, w)) => *w += weight,
            None => self.votes.push((id, weight)),
        }
    }

    /// The type with most votes; of equals the first of the taxonomy.
    pub(crate) fn best(&self) -> (TypeId, f64) {
        let mut best = (usize::MAX, 0.0);
        for (id, weight) in &self.votes {
            if *weight > best.1 + 1e-9 || ((*weight - best.1).abs() <= 1e-9 && *id < best.0) {
                best = (*id, *weight);
            }
        }
        best
    }

    /// Votes of what stands beside the trigger.
    pub(crate) fn refine(
        &mut self,
        text: &Text<'_>,
        instrument: Option<&str>,
        sector: Option<&str>,
        target: Option<&str>,
    ) {
        let family = text.taxonomy.family(self.best().0).to_owned();
        for r in text.taxonomy.refinements() {
            let fits = r.family == family
                && r.instrument.as_deref().is_none_or(|i| Some(i) == instrument)
                && r.sector.as_deref().is_none_or(|s| Some(s) == sector)
                && r.target.as_deref().is_none_or(|t| Some(t) == target);
            if fits {
                self.vote(r.event_type, r.weight);
            }
        }
    }
}

/// All mentions in order.
pub(crate) fn find(text: &Text<'_>) -> Vec<Mention> {
    text.hits.iter().filter_map(|h| mention(text, h)).take(MAX_MENTIONS).collect()
}

fn mention(text: &Text<'_>, hit: &Hit<Tag>) -> Option<Mention> {
    let Tag::Trigger(row, form) = hit.tag else { return None };
    let trigger = text.lex.triggers.get(row)?;
    let first = hit.first();
    // In a dateline or a slug nothing happens.
    if text.ground.sentences.get(text.sentence(first)).is_some_and(|s| s.dateline) {
        return None;
    }
    let mut mention = Mention {
        tokens: hit.tokens.clone(),
        sentence: text.sentence(first),
        clause: text.clause(first),
        form,
        frame: trigger.frame,
        rule: trigger.id.clone(),
        votes: trigger.types.clone(),
        instrument: trigger.instrument.clone(),
        party: None,
        needs_context: trigger.needs_context,
        definite: false,
        plural: false,
        realis: Realis::Actual,
        status: Status::Current,
        reality: None,
        veto: None,
        another: false,
        earlier: false,
        in_reason: false,
        since: false,
        series: None,
    };
    let family = text.taxonomy.family(mention.best().0).to_owned();
    if let Some(modifier) = hit.modifier.as_deref().and_then(|m| text.lex.modifier(m))
        && modifier.family.as_ref().is_none_or(|f| *f == family)
    {
        if modifier.veto {
            mention.veto = Some(Cited {
                span: text.hit_span(hit),
                rule: format!("{}.compound", text.lex.code),
            });
        }
        if let Some(id) = modifier.event_type {
            mention.vote(id, 1.0);
        }
        mention.instrument = mention.instrument.take().or_else(|| modifier.instrument.clone());
        if let Some(sector) = &modifier.sector {
            let letters = hit.modifier.as_deref().map_or(0, |m| m.chars().count());
            let name: String = text.slice(first, first).chars().take(letters).collect();
            mention.party = Some((name, sector.clone()));
        }
    }
    if form == Form::Noun {
        determine(text, &mut mention);
    }
    Some(mention)
}

/// Article, plural, "weiterer" before a noun.
fn determine(text: &Text<'_>, mention: &mut Mention) {
    let start = text.tokens_of(mention.sentence).start;
    let mut t = mention.first();
    let mut steps = 0;
    let mut article = None;
    while t > start && steps < 5 {
        t -= 1;
        steps += 1;
        if text.any(t, &[Word::Definite, Word::Indefinite, Word::This]) {
            article = Some(t);
            break;
        }
        if text.verb(t) || lead(text, t) {
            break;
        }
    }
    if let Some(a) = article {
        mention.definite = text.any(a, &[Word::Definite, Word::This]);
    }
    // "vom Angriff", "beim Brand": the article hides in the preposition.
    if article.is_none() && t >= start && mention.first() > start {
        mention.definite = matches!(
            text.lower(t),
            "vom" | "beim" | "zum" | "im" | "zur" | "du" | "au" | "del" | "al"
        );
    }
    let word = text.lower(mention.last());
    mention.plural = match text.lex.code {
        "de" => {
            word.ends_with('e')
                && !word.ends_with("attacke")
                && !word.ends_with("lawine")
                && !word.ends_with("offensive")
                && !word.ends_with("geiselnahme")
                || word.ends_with("en")
                    && !word.ends_with("beben")
                    && article.is_none_or(|a| !text.is(a, Word::Indefinite))
                || word.ends_with("ungen")
                || word.ends_with("proteste")
        }
        _ => word.ends_with('s') && !word.ends_with("ss"),
    };
}

fn lead(text: &Text<'_>, t: usize) -> bool {
    text.any(t, &[Word::By, Word::On, Word::Of, Word::With, Word::Preposition, Word::And])
}
