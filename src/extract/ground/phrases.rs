//! Phrases of one or more words, found in a list of tokens.

use super::lists::Map;
use super::tables::TextTable;
use super::{Token, tokens};
use std::collections::BTreeMap;

/// Phrases with what they stand for, found by their first word, longest first.
#[derive(Debug)]
pub(super) struct Phrases<T> {
    by_first: Map<Vec<(Vec<String>, T)>>,
    by_last: Map<Vec<(String, usize)>>,
    longest: usize,
}

impl<T> Default for Phrases<T> {
    fn default() -> Self {
        Self { by_first: Map::default(), by_last: Map::default(), longest: 0 }
    }
}

impl<T> Phrases<T> {
    /// Cuts the phrases as the language cuts its texts.
    pub(super) fn new<I, S>(entries: I, table: &TextTable) -> Self
    where
        I: IntoIterator<Item = (S, T)>,
        S: AsRef<str>,
    {
        let mut all = Self::default();
        for (phrase, value) in entries {
            let words: Vec<String> =
                tokens::tokens(phrase.as_ref(), table).into_iter().map(|t| t.lower).collect();
            let Some(first) = words.first().cloned() else { continue };
            all.longest = all.longest.max(words.len());
            all.by_first.entry(first).or_default().push((words, value));
        }
        for list in all.by_first.values_mut() {
            list.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        }
        // In the order of the alphabet, whatever the order of the map.
        let sorted: BTreeMap<_, _> = all.by_first.iter().collect();
        for (first, list) in sorted {
            for (i, (words, _)) in list.iter().enumerate() {
                if let Some(last) = words.last() {
                    all.by_last.entry(last.clone()).or_default().push((first.clone(), i));
                }
            }
        }
        all
    }

    /// The longest phrase that begins at token `i`: the token after it, and its value.
    pub(super) fn at(&self, tokens: &[Token], i: usize) -> Option<(usize, &T)> {
        let list = self.by_first.get(tokens.get(i)?.lower.as_str())?;
        list.iter().find_map(|(words, value)| {
            let end = i + words.len();
            let found = tokens.get(i..end)?;
            found.iter().zip(words).all(|(t, w)| t.lower == *w).then_some((end, value))
        })
    }

    /// The phrase that is this one word.
    pub(super) fn word(&self, word: &str) -> Option<&T> {
        let list = self.by_first.get(word)?;
        list.iter().find(|(words, _)| words.len() == 1).map(|(_, value)| value)
    }

    /// The longest phrase that ends before token `end`: its first token, and its value.
    pub(super) fn before(&self, tokens: &[Token], end: usize) -> Option<(usize, &T)> {
        let last = tokens.get(end.checked_sub(1)?)?;
        let mut best: Option<(usize, &T)> = None;
        for (first, i) in self.by_last.get(last.lower.as_str())? {
            let Some((words, value)) = self.by_first.get(first).and_then(|l| l.get(*i)) else {
                continue;
            };
            let Some(start) = end.checked_sub(words.len()) else { continue };
            let Some(found) = tokens.get(start..end) else { continue };
            let same = found.iter().zip(words).all(|(t, w)| t.lower == *w);
            if same && best.is_none_or(|(b, _)| start < b) {
                best = Some((start, value));
            }
        }
        best
    }
}
