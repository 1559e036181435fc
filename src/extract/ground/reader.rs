//! The reader: compiled tables, built once, and the order in which a text is read.

use super::tables::{self, TextTable};
use super::{Ground, Input, Lang, language, sentences, tokens};

/// Reads texts with the builtin tables. Cheap to share between threads, not to build.
pub struct Reader {
    text: [TextTable; 4],
    neutral: TextTable,
}

impl Reader {
    /// A reader with the lists and the gazetteer that are compiled in.
    #[must_use]
    pub fn builtin() -> Self {
        Self {
            text: Lang::ALL.map(|lang| tables::load(tables::text(lang))),
            neutral: TextTable::default(),
        }
    }

    /// Reads a text. Linear in its length; callers cap texts at 1,000,000 characters.
    #[must_use]
    pub fn read(&self, input: &Input<'_>) -> Ground {
        let title = input.title.trim();
        let (full, text_start) = if title.is_empty() {
            (input.text.to_owned(), 0)
        } else {
            (format!("{title}\n\n{}", input.text), title.len() + 2)
        };
        let lang_code = language::identify(&full, input.lang);
        let lang = Lang::of_tag(&lang_code);
        let table = lang.and_then(|l| self.text.get(l as usize)).unwrap_or(&self.neutral);
        let tokens = tokens::tokens(&full, table);
        let sentences = sentences::sentences(&full, text_start, &tokens, table);
        Ground {
            full,
            text_start,
            lang,
            lang_code,
            sentences,
            tokens,
            times: Vec::new(),
            numbers: Vec::new(),
            places: Vec::new(),
            names: Vec::new(),
            anchor: input.anchor,
        }
    }
}
