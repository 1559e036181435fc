//! The reader: compiled tables, built once, and the order in which a text is read.

use super::numbers::{NumberTable, Numbers};
use super::places::{PlaceTable, Places, World};
use super::tables::{self, TextTable};
use super::times::{TimeTable, Times};
use super::{
    Ground, Input, Lang, Resolved, Span, language, names, numbers, places, sentences, times, tokens,
};

/// The lists of one language.
struct Tables {
    text: TextTable,
    numbers: Numbers,
    times: Times,
    places: Places,
}

impl Tables {
    fn of(lang: Lang, world: &World) -> Self {
        let text: TextTable = tables::load(tables::text(lang));
        let numbers = Numbers::new(tables::load(tables::numbers(lang)), Some(lang), &text);
        let times = Times::new(tables::load(tables::time(lang)), lang.code(), &text);
        let places = Places::new(tables::load(tables::places(lang)), Some(lang), world, &text);
        Self { text, numbers, times, places }
    }

    fn neutral(world: &World) -> Self {
        let text = TextTable::default();
        let numbers = Numbers::new(NumberTable::default(), None, &text);
        let times = Times::new(TimeTable::default(), "und", &text);
        let places = Places::new(PlaceTable::default(), None, world, &text);
        Self { text, numbers, times, places }
    }
}

/// Reads texts with the builtin tables. Cheap to share between threads, not to build.
pub struct Reader {
    languages: [Tables; 4],
    neutral: Tables,
    world: World,
}

impl Reader {
    /// A reader with the lists and the gazetteer that are compiled in.
    #[must_use]
    pub fn builtin() -> Self {
        let world = World::builtin();
        Self {
            languages: Lang::ALL.map(|lang| Tables::of(lang, &world)),
            neutral: Tables::neutral(&world),
            world,
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
        let tables = self.tables(lang);
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
        ground.places = places::read(&ground, &tables.places, &self.world, input.country);
        ground.names = names::read(&ground, &tables.places);
        ground
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

    fn tables(&self, lang: Option<Lang>) -> &Tables {
        lang.and_then(|l| self.languages.get(l as usize)).unwrap_or(&self.neutral)
    }
}
