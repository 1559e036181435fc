//! Text to reports (pure).
//!
//! Owns everything between an article and what it says happened: the lexicons, and reading events,
//! parties, numbers of people, sources and reality out of the text. Promises the same reports for
//! the same article, words for every filled field, linear time, and no panic on any input. Never
//! does I/O, takes no clock, and never recognises a particular text.

pub mod ground;

mod assembly;
mod attribution;
mod casualty;
mod clause;
mod entity;
mod explain;
mod lexicon;
mod reality;
mod role;
mod text;
mod trigger;

pub use explain::{Candidate, Explanation, Verdict};
pub use lexicon::LexiconError;

use crate::message::{Article, ArticleRef, DuplicateOf, Report, Timestamp};
use ground::{Input, Reader};
use lexicon::Lexicon;
use text::{Found, Text};

/// Characters of a text that are read; the rest is left unread. No article is as long.
pub const MAX_CHARS: usize = 200_000;

/// Reads articles. Compiled once, shared by all threads.
pub struct Extractor {
    reader: Reader,
    lexicon: Lexicon,
}

/// What an article says happened, and why it is read so.
#[derive(Debug, Clone)]
pub struct Extraction {
    /// One for each incident or series, in the order of the text.
    pub reports: Vec<Report>,
    /// Every word that was considered, and what became of it.
    pub explanation: Explanation,
}

impl Extractor {
    /// With the built-in lexicons.
    ///
    /// # Errors
    /// [`LexiconError`] if they cannot be used.
    pub fn builtin() -> Result<Self, LexiconError> {
        Self::with_overrides(&[])
    }

    /// With the built-in lexicons, extended by files given as path relative to the lexicon folder
    /// (`de/triggers.toml`) and content. A file with `replace = true` takes the built-in's place.
    ///
    /// # Errors
    /// [`LexiconError`] with file and line.
    pub fn with_overrides(files: &[(String, String)]) -> Result<Self, LexiconError> {
        let (places, words): (Vec<_>, Vec<_>) =
            files.iter().cloned().partition(|(name, _)| Reader::reads(name));
        let reader = Reader::with_overrides(&places)?;
        Ok(Self { reader, lexicon: Lexicon::load(&words)? })
    }

    /// Group of a type of the taxonomy.
    #[must_use]
    pub fn group_of(&self, event_type: &str) -> Option<&str> {
        let taxonomy = &self.lexicon.taxonomy;
        taxonomy.find(event_type).map(|id| taxonomy.group(id))
    }

    /// The reader of language, times, numbers and places.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Reads an article. Relative times refer to its publication, or to `seen` where that is not
    /// stated.
    #[must_use]
    pub fn read(
        &self,
        article: &Article,
        seen: Timestamp,
        duplicate_of: Option<DuplicateOf>,
    ) -> Extraction {
        let anchor = article
            .published
            .unwrap_or(seen)
            .as_jiff()
            .to_zoned(jiff::tz::TimeZone::UTC)
            .datetime();
        let cut =
            |s: &str| -> usize { s.char_indices().nth(MAX_CHARS).map_or(s.len(), |(at, _)| at) };
        let title = article.title.get(..cut(&article.title)).unwrap_or_default();
        let body = article.text.get(..cut(&article.text)).unwrap_or_default();
        let mut ground = self.reader.begin(&Input {
            title,
            text: body,
            lang: article.lang.as_deref(),
            anchor,
            country: article.country.as_deref(),
        });
        let Some(language) = ground.lang.and_then(|l| self.lexicon.language(l)) else {
            let explanation = Explanation::unread(&ground);
            return Extraction { reports: Vec::new(), explanation };
        };
        let found = Found::read(&ground, language);
        if !found.any_event() {
            let explanation = Explanation::eventless(&ground);
            return Extraction { reports: Vec::new(), explanation };
        }
        self.reader.read_on(&mut ground, article.country.as_deref());
        let reference = ArticleRef {
            id: article.id.clone(),
            revision: article.revision,
            url: article.canonical_url.clone().or_else(|| article.url.clone()),
            title: article.title.clone(),
            outlet: article.outlet.clone(),
            lang: ground.lang_code.clone(),
            published: article.published,
            seen,
            duplicate_of,
        };
        let text = Text::read(&ground, language, &self.lexicon.taxonomy, found);
        let context = assembly::Context { article: &reference };
        let assembled = assembly::assemble(&text, &context);
        let explanation = Explanation::of(&text, &assembled);
        Extraction { reports: assembled.reports, explanation }
    }
}
