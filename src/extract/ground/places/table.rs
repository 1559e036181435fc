//! The place lists: words around names by language; countries, regions and metonyms for all.

use super::super::lists::{Map, Set, Starts};
use super::super::phrases::Phrases;
use super::super::tables::{TextTable, intern};
use super::super::{Lang, tokens};
use super::find::What;
use super::gazetteer::Entry;
use super::marks::Marks;
use super::world::World;
use serde::Deserialize;
use std::collections::BTreeMap;

/// `config/lexicon/<lang>/places.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in super::super) struct PlaceTable {
    pub(super) there: Set,
    pub(super) there_regions: Set,
    pub(super) toward: Set,
    pub(super) articles: Set,
    pub(super) heads: Set,
    pub(super) head_joins: Set,
    near: Vec<String>,
    pub(super) parts: Set,
    pub(super) part_prefixes: Vec<String>,
    pub(super) adjective_prefixes: Vec<String>,
    pub(super) adjective_endings: Vec<String>,
    pub(super) town_endings: Vec<(String, String)>,
    pub(super) town_articles: Set,
    people_endings: Vec<String>,
    pub(super) genitive: Vec<String>,
    pub(super) common: Set,
    weak: Set,
    pub(super) contracted: Set,
    divisions: BTreeMap<String, String>,
    division_adjectives: BTreeMap<String, String>,
    pub(super) respell: Vec<(String, String)>,
    pub(super) titles: Set,
    pub(super) titles_small: bool,
    pub(super) title_endings: Vec<String>,
    pub(super) firstnames: Set,
    pub(super) namesakes: Set,
    pub(super) speech: Set,
    speech_before: Vec<String>,
}

/// What a name written by hand means.
#[derive(Debug, Clone)]
pub(super) enum Known {
    /// A country, by its number in the gazetteer.
    Country(u32),
    /// A place of the hand-written list, with its base form in this language.
    Region(usize, String),
    /// A name that stands for a government.
    Government(u32),
    /// A first-level division, by its number in the gazetteer.
    Division(u32),
    /// A town, by its number in the gazetteer, with its base form in this language.
    Town(u32, String),
}

impl Known {
    pub(super) fn what(&self) -> What {
        match self {
            Self::Country(n) | Self::Government(n) => What::Country(*n),
            Self::Region(n, _) => What::Region(*n),
            Self::Division(n) | Self::Town(n, _) => {
                What::Names(vec![Entry { place: *n, alternate: false }])
            }
        }
    }
}

/// The place lists of a language, ready for use.
#[derive(Debug)]
pub(in super::super) struct Places {
    pub(super) table: PlaceTable,
    pub(super) near: Phrases<()>,
    pub(super) marks: Marks,
    /// How the last three bytes of the endings of titles begin.
    title_tails: Starts,
    pub(super) speech_before: Phrases<()>,
    /// Hand-written names; short ones in capitals keep them ("US").
    pub(super) known: Phrases<Vec<(String, Known)>>,
    /// Short names of divisions, to their numbers.
    divisions: BTreeMap<String, u32>,
    adjectives: Map<Known>,
    people: Map<Known>,
    /// How adjectives and people begin, and the prefixes of adjectives.
    stems: Starts,
    prefixes: Starts,
    /// How the prefixes of countries begin.
    pub(super) part_starts: Starts,
    pub(super) rules: Rules,
    /// Base name of a country in this language.
    pub(super) country_names: BTreeMap<u32, String>,
}

/// Ids of the rules.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) gazetteer: &'static str,
    pub(super) country: &'static str,
    pub(super) region: &'static str,
    pub(super) adjective: &'static str,
    pub(super) metonym: &'static str,
    pub(super) part: &'static str,
    pub(super) spelling: &'static str,
}

impl Places {
    /// Prepares the lists; without a language those of all four are used for names.
    pub(in super::super) fn new(
        table: PlaceTable,
        lang: Option<Lang>,
        world: &World,
        text: &TextTable,
    ) -> Self {
        let code = lang.map_or("und", Lang::code);
        let langs: Vec<&str> = lang.map_or_else(
            || Lang::ALL.map(Lang::code).to_vec(),
            |l| if l == Lang::En { vec!["en"] } else { vec![l.code(), "en"] },
        );
        let mut known: BTreeMap<String, Vec<(String, Known)>> = BTreeMap::new();
        let (mut adjectives, mut people): (Map<Known>, Map<Known>) =
            (Map::default(), Map::default());
        let mut country_names = BTreeMap::new();
        let mut add = |name: &str, what: Known| {
            known.entry(tokens::fold(name)).or_default().push((name.to_owned(), what));
        };
        for (iso, country) in &world.texts.countries.rows {
            let Some(number) = world.countries.get(iso.as_str()).copied() else { continue };
            for lang in &langs {
                for name in country.names.get(*lang).into_iter().flatten() {
                    add(name, Known::Country(number));
                }
            }
            if let Some(name) = country.names.get(code).and_then(|n| n.first()) {
                country_names.insert(number, name.clone());
            }
            let stems = match lang {
                Some(Lang::De) => &country.de,
                Some(Lang::Fr) => &country.fr,
                Some(Lang::Es) => &country.es,
                _ => &country.en,
            };
            for stem in stems {
                adjectives.entry(stem.clone()).or_insert(Known::Country(number));
            }
            if lang == Some(Lang::De) {
                for stem in &country.people {
                    people.entry(stem.clone()).or_insert(Known::Country(number));
                }
            }
        }
        for (i, region) in world.texts.regions.iter().enumerate() {
            for lang in &langs {
                let names = region.names.get(*lang);
                let base = names.and_then(|n| n.first()).unwrap_or(&region.en);
                for name in names.into_iter().flatten() {
                    add(name, Known::Region(i, base.clone()));
                }
            }
            for stem in region.adjectives.get(code).into_iter().flatten() {
                let base = region.names.get(code).and_then(|n| n.first()).unwrap_or(&region.en);
                adjectives.entry(stem.clone()).or_insert(Known::Region(i, base.clone()));
            }
        }
        for (stem, named) in &table.division_adjectives {
            let found = named.split_once('.').and_then(|d| world.divisions.get(&d));
            if let Some(number) = found {
                adjectives.entry(stem.clone()).or_insert(Known::Division(*number));
            }
        }
        for town in &world.texts.towns {
            for lang in &langs {
                let names = town.names.get(*lang);
                for name in names.into_iter().flatten() {
                    add(name, Known::Town(town.place, name.clone()));
                }
            }
        }
        for metonym in &world.texts.metonyms {
            let Some(number) = world.countries.get(metonym.country.get_ref().as_str()).copied()
            else {
                continue;
            };
            for name in &metonym.names {
                add(name, Known::Government(number));
            }
        }
        let id = |name: &str| intern(&format!("{code}.place.{name}"));
        let unit = |list: &[String]| Phrases::new(list.iter().map(|w| (w.clone(), ())), text);
        let (near, known) = (unit(&table.near), Phrases::new(known, text));
        Self {
            speech_before: unit(&table.speech_before),
            marks: Marks::of(&table, near.lasts(), known.firsts()),
            title_tails: Starts::of(table.title_endings.iter().filter_map(|e| tail(e))),
            near,
            known,
            divisions: table
                .divisions
                .iter()
                .filter_map(|(short, named)| {
                    Some((short.clone(), *world.divisions.get(&named.split_once('.')?)?))
                })
                .collect(),
            stems: Starts::of(adjectives.keys().chain(people.keys()).map(String::as_str)),
            prefixes: Starts::of(table.adjective_prefixes.iter().map(String::as_str)),
            part_starts: Starts::of(table.part_prefixes.iter().map(String::as_str)),
            adjectives,
            people,
            rules: Rules {
                gazetteer: id("gazetteer"),
                country: id("country"),
                region: id("region"),
                adjective: id("adjective"),
                metonym: id("metonym"),
                part: id("part"),
                spelling: id("spelling"),
            },
            country_names,
            table,
        }
    }

    /// First-level division of a short name, as "Ill": its number.
    pub(super) fn division(&self, short: &str) -> Option<u32> {
        self.divisions.get(short).copied()
    }

    /// Country, region or division of an adjective or of a people: "irakischen", "Iraker".
    pub(super) fn adjective(&self, word: &str) -> Option<&Known> {
        if !self.stems.may_begin(word) {
            return None;
        }
        Self::stem(&self.adjectives, word, &self.table.adjective_endings)
            .or_else(|| Self::stem(&self.people, word, &self.table.people_endings))
    }

    fn stem<'t>(list: &'t Map<Known>, word: &str, endings: &[String]) -> Option<&'t Known> {
        endings.iter().find_map(|e| list.get(word.strip_suffix(e.as_str())?))
    }

    /// "Außenminister" ends like "-minister".
    pub(super) fn ends_like_title(&self, word: &str) -> bool {
        tail(word).is_some_and(|end| self.title_tails.may_begin(end))
            && self.table.title_endings.iter().any(|ending| word.ends_with(ending.as_str()))
    }

    /// Common nouns are written small in this language.
    pub(in super::super) fn nouns_are_small(&self) -> bool {
        self.table.part_prefixes.is_empty()
    }

    /// A common word that is also the name of small places.
    pub(super) fn weak(&self, word: &str) -> bool {
        self.table.weak.contains(word)
    }

    pub(in super::super) fn is_common(&self, word: &str) -> bool {
        self.table.common.contains(word)
    }

    /// The same behind "pro-", "anti-", "nord-".
    pub(super) fn prefixed_adjective(&self, word: &str) -> Option<&Known> {
        if !self.prefixes.may_begin(word) {
            return None;
        }
        self.table.adjective_prefixes.iter().find_map(|prefix| {
            let rest = word.strip_prefix(prefix.as_str())?;
            self.adjective(rest.strip_prefix('-').unwrap_or(rest))
        })
    }
}

/// The last three bytes of a word, for a first look.
fn tail(word: &str) -> Option<&str> {
    word.get(word.len().checked_sub(3)?..)
}
