//! The table of languages, made ready for reading.

use super::super::words::Words;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use xxhash_rust::xxh3::xxh3_64;

/// The table, as compiled in; a test reads it, so that a mistake in it cannot be released.
static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::read().unwrap_or_default();
    table.language.iter_mut().for_each(Language::prepare);
    for (n, language) in table.language.iter().enumerate() {
        table.marks.extend(language.marks.iter().map(|mark| (hash(mark), n)));
        let longest = language.marks.iter().map(String::len).max();
        table.longest_mark = table.longest_mark.max(longest.unwrap_or_default());
    }
    table.marks.sort_unstable();
    table
});

/// All languages.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    pub(super) language: Vec<Language>,
    /// Hashes of the marks, sorted, each with its language.
    #[serde(skip)]
    marks: Vec<(u64, usize)>,
    #[serde(skip)]
    longest_mark: usize,
}

impl Table {
    pub(super) fn read() -> Result<Self, toml::de::Error> {
        toml::from_str(include_str!("table.toml"))
    }
}

/// How a language writes numbers and times.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Language {
    #[serde(rename = "code")]
    _code: String,
    pub(super) marks: BTreeSet<String>,
    pub(super) compound: bool,
    pub(super) month_first: bool,
    pub(super) joins: BTreeSet<String>,
    pub(super) of: BTreeSet<String>,
    pub(super) skip: BTreeSet<String>,
    pub(super) months: BTreeSet<String>,
    pub(super) words: BTreeMap<String, u64>,
    /// The number words and phrases by their first byte, the longest first.
    #[serde(skip)]
    by_start: Vec<Vec<(String, u64)>>,
}

impl Language {
    /// Fills what is derived from the table.
    fn prepare(&mut self) {
        self.by_start = vec![Vec::new(); 256];
        for (word, value) in &self.words {
            let first = word.bytes().next().map(usize::from);
            if let Some(words) = first.and_then(|first| self.by_start.get_mut(first)) {
                words.push((word.clone(), *value));
            }
        }
        for words in &mut self.by_start {
            words.sort_by(|(a, _), (b, _)| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        }
    }

    /// The number words and phrases that begin with the first byte of a word, the longest first.
    pub(super) fn beginning_as(&self, word: &str) -> &[(String, u64)] {
        let first = word.bytes().next().map(usize::from);
        first.and_then(|first| self.by_start.get(first)).map_or(&[], Vec::as_slice)
    }
}

fn hash(word: &str) -> u64 {
    xxh3_64(word.as_bytes())
}

/// The language with the most marks; the first of the table where there are none.
pub(super) fn language(words: &Words) -> Option<&'static Language> {
    let table = &*TABLE;
    let mut counts = vec![0_usize; table.language.len()];
    for word in words.iter().filter(|word| word.len() <= table.longest_mark) {
        let hash = hash(word);
        let from = table.marks.partition_point(|(mark, _)| *mark < hash);
        let same = table.marks.iter().skip(from).take_while(|(mark, _)| *mark == hash);
        for (_, n) in same {
            if let Some(count) = counts.get_mut(*n) {
                *count += 1;
            }
        }
    }
    // The first of those with the most.
    table.language.iter().zip(counts).rev().max_by_key(|(_, marks)| *marks).map(|(l, _)| l)
}
