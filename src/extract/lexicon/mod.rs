//! The words of events: lexicons as data, compiled once.
//!
//! Owns reading `config/lexicon`, the built-in copies of it, and what an operator adds or replaces.
//! Promises an error with file and line for anything that cannot be used. Never looks at a text.

mod builtin;
mod check;
mod compile;
mod error;
mod pattern;
mod rows;
mod sieve;
mod taxonomy;

pub use error::LexiconError;
pub(crate) use pattern::Hit;
pub(crate) use rows::{Effect, Frame, SpeechForm, Word};
pub(crate) use taxonomy::{Taxonomy, TypeId};

use super::ground::Lang;
use crate::message::{Outcome, SpeechAct};
use pattern::Matcher;
use std::collections::{BTreeMap, HashMap};

/// All tables.
#[derive(Debug)]
pub(crate) struct Lexicon {
    pub(crate) taxonomy: Taxonomy,
    languages: BTreeMap<Lang, Language>,
}

impl Lexicon {
    /// The built-in tables, extended or replaced by the files given.
    pub(crate) fn load(overrides: &[(String, String)]) -> Result<Self, LexiconError> {
        compile::lexicon(overrides)
    }

    pub(crate) fn language(&self, lang: Lang) -> Option<&Language> {
        self.languages.get(&lang)
    }
}

/// The tables of one language.
#[derive(Debug)]
pub(crate) struct Language {
    pub(crate) code: &'static str,
    pub(crate) matcher: Matcher<Tag>,
    pub(crate) verb_final: bool,
    pub(crate) capital_nouns: bool,
    /// Endings of nouns that are no persons.
    pub(crate) no_person: Vec<String>,
    pub(crate) triggers: Vec<Trigger>,
    modifiers: HashMap<String, Modifier>,
    pub(crate) outcomes: Vec<OutcomeEntry>,
    pub(crate) people: Vec<PeopleEntry>,
    pub(crate) parties: Vec<PartyEntry>,
    pub(crate) targets: Vec<String>,
    pub(crate) instruments: Vec<String>,
    pub(crate) speech: Vec<(SpeechAct, SpeechForm)>,
    pub(crate) media: Vec<String>,
    pub(crate) cues: Vec<Cue>,
}

impl Language {
    /// The modifier of a compound, looked for from its end: "US-Drohnen" is "drohnen".
    pub(crate) fn modifier(&self, words: &str) -> Option<&Modifier> {
        let mut from = words;
        loop {
            let bare = from.trim_start_matches('-');
            for stem in [bare, bare.strip_suffix('s').unwrap_or(bare)] {
                if let Some(found) = self.modifiers.get(stem) {
                    return Some(found);
                }
            }
            let mut chars = from.chars();
            chars.next()?;
            from = chars.as_str();
        }
    }
}

/// What a pattern stands for; the number is a row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    Trigger(usize, Form),
    Outcome(usize, Form),
    People(usize),
    Party(usize),
    Target(usize),
    Instrument(usize),
    Speech(usize),
    Medium(usize),
    Unnamed,
    Speaker,
    Anaphor,
    Toll,
    Cue(usize),
    Word(Word),
}

impl Tag {
    /// Tags of one table compete for a word; those of different tables do not.
    pub(crate) fn table(self) -> u8 {
        match self {
            Self::Trigger(..) => 0,
            Self::Outcome(..) => 1,
            Self::People(_) => 2,
            Self::Party(_) => 3,
            Self::Target(_) => 4,
            Self::Instrument(_) => 5,
            Self::Speech(_) => 6,
            Self::Medium(_) => 7,
            Self::Unnamed => 8,
            Self::Speaker => 9,
            Self::Anaphor => 10,
            Self::Toll => 11,
            Self::Cue(_) => 12,
            Self::Word(_) => 13,
        }
    }
}

/// Which form of a word stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Noun,
    /// Active verb.
    Verb,
    Participle,
    /// A verb whose subject suffers.
    Subject,
}

#[derive(Debug)]
pub(crate) struct Trigger {
    pub(crate) id: String,
    pub(crate) types: Vec<(TypeId, f64)>,
    pub(crate) frame: Frame,
    pub(crate) instrument: Option<String>,
    pub(crate) needs_context: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Modifier {
    pub(crate) instrument: Option<String>,
    pub(crate) event_type: Option<TypeId>,
    pub(crate) family: Option<String>,
    pub(crate) veto: bool,
    pub(crate) sector: Option<String>,
}

#[derive(Debug)]
pub(crate) struct OutcomeEntry {
    pub(crate) outcome: Outcome,
    pub(crate) group: Option<String>,
}

#[derive(Debug)]
pub(crate) struct PeopleEntry {
    pub(crate) group: String,
    pub(crate) sector: Option<String>,
    pub(crate) count: Option<u64>,
    pub(crate) single: bool,
}

/// A known group, or words for a party.
#[derive(Debug)]
pub(crate) struct PartyEntry {
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) sector: String,
    pub(crate) state: bool,
    pub(crate) namable: bool,
    pub(crate) unknown: bool,
    pub(crate) instrument: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Cue {
    pub(crate) rule: String,
    pub(crate) effect: Effect,
    pub(crate) family: Option<String>,
}
