//! The time lists and rules of a language.

use super::super::lists::{Map, Set, Starts};
use super::super::phrases::Phrases;
use super::super::tables::{TextTable, intern};
use super::pattern::{self, Pattern};
use super::rules::Index;
use serde::Deserialize;
use std::collections::BTreeMap;

/// `config/lexicon/<lang>/time.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in super::super) struct TimeTable {
    pub(super) capital_names: bool,
    pub(super) case_words: Set,
    endings: Vec<String>,
    pub(super) months: Map<u8>,
    /// 1 Monday to 7 Sunday; 100 more for "every Monday".
    pub(super) weekdays: BTreeMap<String, u8>,
    pub(super) parts: Map<(String, u8, u8)>,
    pub(super) units: Map<String>,
    pub(super) seasons: Map<String>,
    pub(super) day_words: Map<i8>,
    /// Words for a unit and its distance from the anchor: "Vorjahr", "heuer".
    pub(super) unit_words: Map<(String, i8)>,
    /// Units that are counted within a year only: "the first half of 2023".
    pub(super) year_parts: Map<String>,
    /// First years of decades that are written in words.
    pub(super) decades: Map<i16>,
    /// "ehemalig-", "Ex-": the past, but no time of an event.
    pub(super) former: Set,
    /// Stems that count a unit: "tägig".
    pub(super) unit_stems: BTreeMap<String, String>,
    /// "mehr-", before such a stem.
    pub(super) vague_heads: Set,
    /// Before these digits a number of four digits counts something.
    pub(super) counts_before: Set,
    rel: BTreeMap<String, i8>,
    pub(super) edges: Map<u8>,
    vague_counts: Words,
    holidays: BTreeMap<String, String>,
    pub(super) tense: Tenses,
    since: Words,
    /// Say that what they stand beside began: "Start war am 1. Juli".
    starts: Words,
    ranges: RangeWords,
    fixed: BTreeMap<String, String>,
    durations: BTreeMap<String, String>,
    sets: BTreeMap<String, String>,
    rules: Vec<RuleText>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Words {
    words: Set,
}

/// Words that tell the tense of a clause.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Tenses {
    pub(super) past: Set,
    pub(super) past_endings: Vec<String>,
    pub(super) future_endings: Vec<String>,
    /// Behind these a participle tells no past: "will be held".
    pub(super) passive: Set,
    /// Words with such an ending that tell no past.
    pub(super) not_past: Set,
    /// With a participle at the end of the clause they tell the past: "hat ... bestätigt".
    pub(super) auxiliaries: Set,
    pub(super) infinitives: Set,
    /// Endings of adjectives that look like participles: "soll einsatzbereit sein".
    pub(super) states: Vec<String>,
    /// The same, where the participle must look like one: "ist ... gestorben".
    pub(super) linking: Set,
    /// Beginnings of participles.
    pub(super) participle_heads: Vec<String>,
    pub(super) future: Set,
    /// Words of the future unless the clause tells the past: "angekündigt".
    pub(super) weak_future: Set,
    pub(super) perfect: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RangeWords {
    joins: Vec<String>,
    lead: Vec<String>,
    /// Joins that need a lead: "zwischen ... und".
    weak: Set,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleText {
    id: String,
    make: Make,
    p: Vec<String>,
    /// The guidelines annotate the stretch that is told, without its preposition: "vor [zehn
    /// Jahren]".
    #[serde(default)]
    stretch: bool,
}

/// How the value of a match is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Make {
    Date,
    DayRange,
    Digits,
    DayMonthDigits,
    Day,
    Clock,
    NightTo,
    NightOf,
    WeekdayPart,
    Weekday,
    DayWord,
    Part,
    Ago,
    Ahead,
    SpanBack,
    LastUnits,
    RelUnit,
    Later,
    Earlier,
    Month,
    Year,
    EdgeUnit,
    Season,
    Weekend,
    Holiday,
    Decade,
    Century,
    Set,
    Duration,
    HalfHour,
    OfWeek,
    UnitsAgo,
    PartOfYear,
    UnitWord,
    DateNumbers,
    /// A week counted from a start that the text has told: "in der dritten Woche".
    CountedWeek,
    /// No time at all, though it looks like one: "Kinder ab 16 Jahren".
    None,
}

/// A pattern ready for matching.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) id: &'static str,
    pub(super) make: Make,
    pub(super) pattern: Pattern,
    pub(super) stretch: bool,
}

/// A word that is a time by itself.
#[derive(Debug, Clone)]
pub(super) struct Fixed {
    pub(super) value: String,
    /// TIMEX3 type.
    pub(super) kind: &'static str,
}

/// The lists of a language, ready for use.
#[derive(Debug)]
pub(in super::super) struct Times {
    pub(super) table: TimeTable,
    pub(super) rules: Vec<Rule>,
    pub(super) fixed: Phrases<Fixed>,
    pub(super) perfect: Phrases<()>,
    pub(super) range_joins: Phrases<()>,
    pub(super) range_leads: Phrases<()>,
    pub(super) holidays: Phrases<String>,
    pub(super) index: Index,
    pub(super) literals: Map<u16>,
    /// No rule reads a time of plain words alone.
    pub(super) every_rule_needs_a_class: bool,
    /// Every word of the lists, as it stands in a text.
    listed: Set,
    weekday_starts: Starts,
    head_starts: Starts,
    pub(super) id_fixed: &'static str,
    pub(super) id_set: &'static str,
    pub(super) id_former: &'static str,
    pub(super) id_grown: &'static str,
}

impl TimeTable {
    /// The words of the lists that are asked for single words.
    fn words(&self) -> impl Iterator<Item = &str> {
        let keys = [&self.months, &self.edges].into_iter().flat_map(Map::keys);
        keys.chain(self.weekdays.keys())
            .chain(self.parts.keys())
            .chain(self.units.keys())
            .chain(self.seasons.keys())
            .chain(self.day_words.keys())
            .chain(self.unit_words.keys())
            .chain(self.year_parts.keys())
            .chain(self.decades.keys())
            .chain(self.rel.keys())
            .chain(&self.case_words)
            .chain(&self.former)
            .chain(&self.vague_counts.words)
            .map(String::as_str)
    }
}

impl Times {
    /// Prepares the lists of a language.
    pub(in super::super) fn new(table: TimeTable, code: &str, text: &TextTable) -> Self {
        let mut literals = Map::default();
        let mut rules = Vec::new();
        for rule in &table.rules {
            let id = intern(&format!("{code}.time.{}", rule.id));
            for p in &rule.p {
                if let Some(pattern) = pattern::compile(p, &mut literals) {
                    rules.push(Rule { id, make: rule.make, pattern, stretch: rule.stretch });
                }
            }
        }
        let unit = |list: &[String]| Phrases::new(list.iter().map(|w| (w.clone(), ())), text);
        let fixed = table.fixed.iter().map(|(w, v)| (w, v, "DATE"));
        let sets = table.sets.iter().map(|(w, v)| (w, v, "SET"));
        let durations = table.durations.iter().map(|(w, v)| (w, v, "DURATION"));
        let fixed = fixed
            .chain(sets)
            .chain(durations)
            .map(|(w, value, kind)| (w.clone(), Fixed { value: value.clone(), kind }));
        let fixed = Phrases::new(fixed, text);
        let holidays =
            Phrases::new(table.holidays.iter().map(|(w, v)| (w.clone(), v.clone())), text);
        let listed = table.words().chain(fixed.firsts()).chain(holidays.firsts());
        let mut listed: Set = listed.map(str::to_owned).collect();
        for stem in table.rel.keys() {
            listed.extend(table.endings.iter().map(|ending| format!("{stem}{ending}")));
        }
        Self {
            fixed,
            holidays,
            listed,
            weekday_starts: Starts::of(table.weekdays.keys().map(String::as_str)),
            head_starts: Starts::of(table.vague_heads.iter().map(String::as_str)),
            every_rule_needs_a_class: !rules.iter().any(|r| r.pattern.may_match(0)),
            index: Index::of(&rules),
            perfect: unit(&table.tense.perfect),
            range_joins: unit(&table.ranges.joins),
            range_leads: unit(&table.ranges.lead),
            id_fixed: intern(&format!("{code}.time.reference")),
            id_former: intern(&format!("{code}.time.former")),
            id_grown: intern(&format!("{code}.time.grown")),
            id_set: intern(&format!("{code}.time.frequency")),
            rules,
            literals,
            table,
        }
    }

    /// One of the lists has the word, or a phrase that it begins.
    pub(super) fn listed(&self, word: &str) -> bool {
        self.listed.contains(word)
    }

    /// The word may begin with a vague count: "mehrtägig".
    pub(super) fn may_count_vaguely(&self, word: &str) -> bool {
        self.head_starts.may_begin(word)
    }

    /// "letzt-" is -1, "dies-" 0, "nächst-" 1.
    pub(super) fn rel(&self, word: &str) -> Option<i8> {
        if let Some(value) = self.table.rel.get(word) {
            return Some(*value);
        }
        let mut stems = self.table.endings.iter().filter_map(|end| word.strip_suffix(end.as_str()));
        stems.find_map(|stem| self.table.rel.get(stem)).copied()
    }

    pub(super) fn vague_count(&self, word: &str) -> bool {
        self.table.vague_counts.words.contains(word)
    }

    /// A word that joins two times only after a lead.
    pub(super) fn lone_and(&self, word: &str) -> bool {
        self.table.ranges.weak.contains(word)
    }

    pub(super) fn since(&self, word: &str) -> bool {
        self.table.since.words.contains(word)
    }

    /// A word that tells that something began.
    pub(super) fn start(&self, word: &str) -> bool {
        self.table.starts.words.contains(word)
    }

    /// "Montagabend": a weekday grown together with a part of the day.
    pub(super) fn weekday_part<'a>(&'a self, word: &str) -> Option<(u8, &'a str)> {
        if !self.weekday_starts.may_begin(word) {
            return None;
        }
        self.table.weekdays.iter().filter(|(_, day)| **day < 100).find_map(|(name, day)| {
            let rest = word.strip_prefix(name.as_str())?;
            let rest = rest.strip_prefix('-').unwrap_or(rest);
            let (part, _) = self.table.parts.get_key_value(rest)?;
            Some((*day, part.as_str()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{Lang, tables};
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        for lang in Lang::ALL {
            let (name, body) = tables::time(lang);
            let table: TimeTable = toml::from_str(body).unwrap_or_else(|e| panic!("{name}: {e}"));
            for rule in &table.rules {
                for p in &rule.p {
                    assert!(pattern::compile(p, &mut Map::default()).is_some(), "{name}: {p}");
                }
            }
        }
    }
}
