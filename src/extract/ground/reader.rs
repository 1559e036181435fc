//! The reader: compiled tables, built once, and the order in which a text is read.

use super::numbers::{NumberTable, Numbers};
use super::tables::{self, TextTable};
use super::times::{TimeTable, Times};
use super::{Ground, Input, Lang, language, numbers, sentences, times, tokens};

/// The lists of one language.
struct Tables {
    text: TextTable,
    numbers: Numbers,
    times: Times,
}

impl Tables {
    fn of(lang: Lang) -> Self {
        let text: TextTable = tables::load(tables::text(lang));
        let numbers = Numbers::new(tables::load(tables::numbers(lang)), Some(lang), &text);
        let times = Times::new(tables::load(tables::time(lang)), lang.code(), &text);
        Self { text, numbers, times }
    }

    fn neutral() -> Self {
        let text = TextTable::default();
        let numbers = Numbers::new(NumberTable::default(), None, &text);
        let times = Times::new(TimeTable::default(), "und", &text);
        Self { text, numbers, times }
    }
}

/// Reads texts with the builtin tables. Cheap to share between threads, not to build.
pub struct Reader {
    languages: [Tables; 4],
    neutral: Tables,
}

impl Reader {
    /// A reader with the lists and the gazetteer that are compiled in.
    #[must_use]
    pub fn builtin() -> Self {
        Self { languages: Lang::ALL.map(Tables::of), neutral: Tables::neutral() }
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
        let tables = lang.and_then(|l| self.languages.get(l as usize)).unwrap_or(&self.neutral);
        let tokens = tokens::tokens(&full, &tables.text);
        let sentences = sentences::sentences(&full, text_start, &tokens, &tables.text);
        let mut ground = Ground {
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
        };
        ground.times = times::read(&ground, &tables.times, &tables.numbers);
        ground.numbers = numbers::read(&ground, &tables.numbers, &ground.times);
        ground
    }
}
