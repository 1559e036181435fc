//! The number lists of a language.

use super::super::lists::{Map, Set, Starts};
use super::super::phrases::Phrases;
use super::super::tables::{TextTable, intern};
use super::super::{Lang, NumberKind};
use aho_corasick::AhoCorasick;
use serde::Deserialize;
use std::collections::BTreeMap;

/// `config/lexicon/<lang>/numbers.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(clippy::struct_excessive_bools)] // traits of a language, each on its own
pub(in super::super) struct NumberTable {
    pub(super) compound: bool,
    pub(super) decimal: String,
    pub(super) group: String,
    pub(super) connectors: Set,
    pub(super) articles: Set,
    pub(super) ordinal_stop: bool,
    pub(super) four_twenties: bool,
    pub(super) month_first: bool,
    pub(super) words: Map<u64>,
    pub(super) scales: Map<u64>,
    pub(super) ordinals: Map<u64>,
    /// Scales grown to digits after a currency: "£5m".
    pub(super) scale_suffixes: BTreeMap<String, u64>,
    vague: BTreeMap<String, Vec<u64>>,
    pub(super) none: NoneWords,
    modifiers: Modifiers,
    ranges: RangeWords,
    units: KindLists,
    before: KindLists,
    suffixes: KindLists,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct NoneWords {
    pub(super) words: Set,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Modifiers {
    least: Vec<String>,
    most: Vec<String>,
    about: Vec<String>,
    least_after: Vec<String>,
    most_after: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RangeWords {
    between: Vec<String>,
    between_and: Vec<String>,
    joins: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct KindLists {
    money: Vec<String>,
    percent: Vec<String>,
    measure: Vec<String>,
    age: Vec<String>,
    duration: Vec<String>,
    clock: Vec<String>,
    magnitude: Vec<String>,
    score: Vec<String>,
    label: Vec<String>,
    count: Vec<String>,
    date: Vec<String>,
    ordinal: Vec<String>,
}

impl KindLists {
    fn each(&self) -> impl Iterator<Item = (&str, NumberKind)> {
        [
            (&self.age, NumberKind::Age),
            (&self.money, NumberKind::Money),
            (&self.percent, NumberKind::Percent),
            (&self.measure, NumberKind::Measure),
            (&self.duration, NumberKind::Duration),
            (&self.clock, NumberKind::Clock),
            (&self.magnitude, NumberKind::Magnitude),
            (&self.score, NumberKind::Score),
            (&self.label, NumberKind::Label),
            (&self.count, NumberKind::Count),
            (&self.date, NumberKind::Date),
            (&self.ordinal, NumberKind::Ordinal),
        ]
        .into_iter()
        .flat_map(|(list, kind)| list.iter().map(move |word| (word.as_str(), kind)))
    }
}

/// What a word before or after a number does to its bounds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Modifier {
    Least,
    Most,
    About,
}

/// Ids of the rules, as `de.number.digits`.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) digits: &'static str,
    pub(super) words: &'static str,
    pub(super) vague: &'static str,
    pub(super) none: &'static str,
    pub(super) article: &'static str,
    pub(super) ordinal: &'static str,
    pub(super) grown: &'static str,
    pub(super) label: &'static str,
    pub(super) range: &'static str,
}

impl Rules {
    fn of(code: &str) -> Self {
        let id = |name: &str| intern(&format!("{code}.number.{name}"));
        Self {
            digits: id("digits"),
            words: id("words"),
            vague: id("vague"),
            none: id("none"),
            article: id("article"),
            ordinal: id("ordinal"),
            grown: id("grown"),
            label: id("label"),
            range: id("range"),
        }
    }
}

/// What a number may be grown to: "jährig" in "35-jährig".
#[derive(Debug)]
pub(super) struct Suffix {
    pub(super) text: String,
    pub(super) kind: NumberKind,
    /// Short units stand alone; longer stems may be inflected.
    pub(super) long: bool,
}

impl Suffix {
    fn new(text: &str, kind: NumberKind) -> Self {
        let long = text.trim_start_matches('-').chars().count() > 3;
        Self { text: text.to_owned(), kind, long }
    }

    /// Number words grow together with it.
    pub(super) fn grows(&self) -> bool {
        self.long || self.text.starts_with('-')
    }
}

/// The lists of a language, ready for use.
#[derive(Debug)]
pub(in super::super) struct Numbers {
    pub(super) table: NumberTable,
    pub(super) vague: Phrases<Vec<u64>>,
    pub(super) before: Phrases<Modifier>,
    pub(super) after: Phrases<Modifier>,
    pub(super) between: Phrases<()>,
    pub(super) between_and: Phrases<()>,
    pub(super) range_joins: Phrases<()>,
    pub(super) units: Phrases<NumberKind>,
    pub(super) leads: Phrases<NumberKind>,
    /// Longest first.
    pub(super) suffixes: Vec<Suffix>,
    /// Finds those of them that grow together with number words; none where there are too many.
    pub(super) grow: Option<AhoCorasick>,
    /// How number words begin, also those that are grown to others.
    pub(super) starts: Starts,
    /// The same, and ordinals.
    pub(super) counting: Starts,
    pub(super) rules: Rules,
}

impl Numbers {
    /// Prepares the lists of a language; without one, digits only.
    pub(in super::super) fn new(table: NumberTable, lang: Option<Lang>, text: &TextTable) -> Self {
        let unit = |list: &[String]| Phrases::new(list.iter().map(|w| (w.clone(), ())), text);
        let with = |list: &[String], m: Modifier| -> Vec<(String, Modifier)> {
            list.iter().map(|w| (w.clone(), m)).collect()
        };
        let m = &table.modifiers;
        let before = [
            with(&m.least, Modifier::Least),
            with(&m.most, Modifier::Most),
            with(&m.about, Modifier::About),
        ];
        let after = [with(&m.least_after, Modifier::Least), with(&m.most_after, Modifier::Most)];
        let mut suffixes: Vec<Suffix> =
            table.suffixes.each().map(|(word, kind)| Suffix::new(word, kind)).collect();
        suffixes.sort_by_key(|suffix| std::cmp::Reverse(suffix.text.len()));
        let grow = suffixes.iter().filter(|s| s.grows()).map(|s| s.text.as_str());
        let grow = AhoCorasick::new(grow).ok();
        let vague = Phrases::new(table.vague.iter().map(|(w, v)| (w.clone(), v.clone())), text);
        let before = Phrases::new(before.concat(), text);
        let words = table.words.keys().map(String::as_str).chain(["hundert", "tausend"]);
        let counting = words.clone().chain(table.ordinals.keys().map(String::as_str));
        Self {
            starts: Starts::of(words),
            counting: Starts::of(counting),
            vague,
            before,
            after: Phrases::new(after.concat(), text),
            between: unit(&table.ranges.between),
            between_and: unit(&table.ranges.between_and),
            range_joins: unit(&table.ranges.joins),
            units: Phrases::new(table.units.each(), text),
            leads: Phrases::new(table.before.each(), text),
            suffixes,
            grow,
            rules: Rules::of(lang.map_or("und", Lang::code)),
            table,
        }
    }
}
