//! The reader: compiled tables, built once, and the order in which a text is read.

use super::memo::{Memos, Word};
use super::numbers::{NumberTable, Numbers};
use super::places::{Marked, PlaceTable, Places, World};
use super::tables::{self, TextTable};
use super::times::{TimeTable, TimeWord, Times};
use super::words::{self, Compound, Cut, WordMention, WordTable, Words};
use super::{
    Defect, Ground, Input, Lang, Resolved, Span, Token, language, names, numbers, places,
    sentences, times, tokens,
};

/// The lists of one language.
struct Tables {
    text: TextTable,
    numbers: Numbers,
    times: Times,
    places: Places,
    words: Words,
}

impl Tables {
    fn of(lang: Lang, world: &World) -> Self {
        let text: TextTable = tables::load(tables::text(lang));
        let numbers = Numbers::new(tables::load(tables::numbers(lang)), Some(lang), &text);
        let times = Times::new(tables::load(tables::time(lang)), lang.code(), &text);
        let places = Places::new(tables::load(tables::places(lang)), Some(lang), world, &text);
        let words = Words::new(tables::load::<WordTable>(tables::words(lang)));
        Self { text, numbers, times, places, words }
    }

    fn neutral(world: &World) -> Self {
        let text = TextTable::default();
        let numbers = Numbers::new(NumberTable::default(), None, &text);
        let times = Times::new(TimeTable::default(), "und", &text);
        let places = Places::new(PlaceTable::default(), None, world, &text);
        Self { text, numbers, times, places, words: Words::default() }
    }

    /// What these lists say about a word.
    fn word(&self, token: &Token) -> Word {
        let counts = self.numbers.may_begin(token.kind, &token.lower);
        let time = TimeWord::of(&self.times, &self.numbers, token);
        Word::new(token, counts, time, Marked::of(&self.places, token))
    }
}

/// How far a text is read, in the order of reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The language only.
    Language,
    /// Words, numbers and signs.
    Tokens,
    /// Sentences.
    Sentences,
    /// Times.
    Times,
    /// Numbers.
    Numbers,
    /// Places and names too.
    Whole,
}

/// Reads texts with the builtin tables. Cheap to share between threads, not to build.
pub struct Reader {
    languages: [Tables; 4],
    neutral: Tables,
    world: World,
    memos: Memos,
}

impl Reader {
    /// A reader with the lists and the gazetteer that are compiled in.
    #[must_use]
    pub fn builtin() -> Self {
        Self::of(World::builtin())
    }

    /// The same, with lists of places extended or replaced by files that [`Reader::reads`], each
    /// given as path relative to the lexicon folder and content.
    ///
    /// # Errors
    /// [`Defect`] with file and line.
    pub fn with_overrides(files: &[(String, String)]) -> Result<Self, Defect> {
        World::load(files).map(Self::of)
    }

    /// The file holds one of the lists of places that can be extended or replaced.
    #[must_use]
    pub fn reads(file: &str) -> bool {
        places::FILES.iter().any(|(name, _)| *name == file)
    }

    fn of(world: World) -> Self {
        Self {
            languages: Lang::ALL.map(|lang| Tables::of(lang, &world)),
            neutral: Tables::neutral(&world),
            world,
            memos: Memos::default(),
        }
    }

    /// Reads a text. Linear in its length; callers cap texts at 1,000,000 characters.
    #[must_use]
    pub fn read(&self, input: &Input<'_>) -> Ground {
        self.read_until(input, Step::Whole)
    }

    /// Begins to read a text: language, words and sentences, of which a reader of events can tell
    /// whether there is any to read on for.
    pub(crate) fn begin(&self, input: &Input<'_>) -> Ground {
        self.begin_until(input, Step::Whole)
    }

    /// Reads on what was begun.
    pub(crate) fn read_on(&self, ground: &mut Ground, country: Option<&str>) {
        self.read_on_until(ground, country, Step::Whole);
    }

    /// Reads a text as far as a step: what comes later stays empty. For tools that need less than
    /// the whole, and to measure what each step costs. Times are read for numbers, and tokens and
    /// sentences for both.
    #[must_use]
    pub fn read_until(&self, input: &Input<'_>, last: Step) -> Ground {
        let mut ground = self.begin_until(input, last);
        self.read_on_until(&mut ground, input.country, last);
        ground
    }

    fn begin_until(&self, input: &Input<'_>, last: Step) -> Ground {
        let title = input.title.trim();
        let (full, text_start) = if title.is_empty() {
            (input.text.to_owned(), 0)
        } else {
            (format!("{title}\n\n{}", input.text), title.len() + 2)
        };
        let lang_code = match last {
            Step::Language | Step::Whole => language::identify(&full, input.lang),
            // The hint stands: the language is not what is asked for.
            _ => input.lang.map_or_else(|| language::identify(&full, None), str::to_owned),
        };
        let lang = Lang::of_tag(&lang_code);
        let tables = self.tables(lang);
        let tokens =
            if last >= Step::Tokens { tokens::tokens(&full, &tables.text) } else { Vec::new() };
        let words = match last {
            Step::Language | Step::Tokens | Step::Sentences => Vec::new(),
            _ => {
                let language = lang.map_or(self.languages.len(), |l| l as usize);
                self.memos.words(language, &tokens, |t| tables.word(t))
            }
        };
        let sentences = if last >= Step::Sentences {
            sentences::sentences(&full, text_start, &tokens, &tables.text)
        } else {
            Vec::new()
        };
        Ground {
            full,
            text_start,
            lang,
            lang_code,
            sentences,
            tokens,
            words,
            times: Vec::new(),
            numbers: Vec::new(),
            places: Vec::new(),
            names: Vec::new(),
            anchor: input.anchor,
            zone: input.country.and_then(|c| self.world.zone(c)),
        }
    }

    fn read_on_until(&self, ground: &mut Ground, country: Option<&str>, last: Step) {
        let tables = self.tables(ground.lang);
        if last >= Step::Times {
            ground.times = times::read(ground, &tables.times, &tables.numbers);
        }
        if last >= Step::Numbers {
            ground.numbers = numbers::read(ground, &tables.numbers, &ground.times);
        }
        if last >= Step::Whole {
            ground.places = places::read(ground, &tables.places, &self.world, country);
            ground.names = names::read(ground, &tables.places);
        }
    }

    /// Resolves spans that are said to name places; `country` is the outlet's. The answers are in
    /// the order of the spans, none where no place has that name.
    #[must_use]
    pub fn resolve(
        &self,
        ground: &Ground,
        spans: &[Span],
        country: Option<&str>,
    ) -> Vec<Option<Resolved>> {
        places::spans(ground, &self.tables(ground.lang).places, &self.world, country, spans)
    }

    /// Finds the places of a text anew, with another country of the outlet.
    pub fn reread_places(&self, ground: &mut Ground, country: Option<&str>) {
        ground.places =
            places::read(ground, &self.tables(ground.lang).places, &self.world, country);
    }

    /// Base forms, compounds and separable verbs of a text, in order.
    #[must_use]
    pub fn words(&self, ground: &Ground) -> Vec<WordMention> {
        words::read(ground, &self.tables(ground.lang).words)
    }

    /// The parts of a compound in lower case: "drohnenangriffen" is "drohne" and "angriff".
    #[must_use]
    pub fn compound(&self, lang: Lang, word: &str) -> Option<Compound> {
        self.tables(Some(lang)).words.compound(word)
    }

    /// The same, borrowed: cheap enough for every word of a text.
    #[must_use]
    pub fn cut<'a>(&'a self, lang: Lang, word: &'a str) -> Option<Cut<'a>> {
        self.tables(Some(lang)).words.cut(word)
    }

    /// The base form of a word in lower case, where the lists or a rule tell one.
    #[must_use]
    pub fn lemma(&self, lang: Lang, word: &str) -> Option<String> {
        self.tables(Some(lang)).words.lemma(word)
    }

    fn tables(&self, lang: Option<Lang>) -> &Tables {
        lang.and_then(|l| self.languages.get(l as usize)).unwrap_or(&self.neutral)
    }
}
