//! Phrases of one or more words, found in a list of tokens.

use super::lists::Map;
use super::tables::TextTable;
use super::{Token, tokens};

/// Phrases with what they stand for, found by their first or last word.
#[derive(Debug)]
pub(super) struct Phrases<T> {
    all: Vec<(Vec<String>, T)>,
    /// Numbers of phrases, longest first.
    by_first: Map<Vec<usize>>,
    /// The same, by the last word.
    by_last: Map<Vec<usize>>,
}

impl<T> Default for Phrases<T> {
    fn default() -> Self {
        Self { all: Vec::new(), by_first: Map::default(), by_last: Map::default() }
    }
}

impl<T> Phrases<T> {
    /// Cuts the phrases as the language cuts its texts. Of phrases that are alike the first counts.
    pub(super) fn new<I, S>(entries: I, table: &TextTable) -> Self
    where
        I: IntoIterator<Item = (S, T)>,
        S: AsRef<str>,
    {
        let words = |phrase: &str| -> Vec<String> {
            tokens::tokens(phrase, table).into_iter().map(|t| t.lower).collect()
        };
        let mut all: Vec<(Vec<String>, T)> =
            entries.into_iter().map(|(phrase, value)| (words(phrase.as_ref()), value)).collect();
        all.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        let (mut by_first, mut by_last) = (Map::<Vec<usize>>::default(), Map::default());
        for (number, (words, _)) in all.iter().enumerate() {
            let (Some(first), Some(last)) = (words.first(), words.last()) else { continue };
            by_first.entry(first.clone()).or_default().push(number);
            let numbers: &mut Vec<usize> = by_last.entry(last.clone()).or_default();
            numbers.push(number);
        }
        Self { all, by_first, by_last }
    }

    /// The longest phrase that begins at token `i`: the token after it, and its value.
    pub(super) fn at(&self, tokens: &[Token], i: usize) -> Option<(usize, &T)> {
        let list = self.by_first.get(tokens.get(i)?.lower.as_str())?;
        self.phrases(list).find_map(|(words, value)| {
            let end = i + words.len();
            let found = tokens.get(i..end)?;
            found.iter().zip(words).all(|(t, w)| t.lower == *w).then_some((end, value))
        })
    }

    fn phrases<'p>(&'p self, list: &'p [usize]) -> impl Iterator<Item = &'p (Vec<String>, T)> {
        list.iter().filter_map(|number| self.all.get(*number))
    }

    /// A phrase begins with the word.
    pub(super) fn begins(&self, word: &str) -> bool {
        self.by_first.contains_key(word)
    }

    /// The first words of all phrases.
    pub(super) fn firsts(&self) -> impl Iterator<Item = &str> {
        self.by_first.keys().map(String::as_str)
    }

    /// The last words of all phrases.
    pub(super) fn lasts(&self) -> impl Iterator<Item = &str> {
        self.by_last.keys().map(String::as_str)
    }

    /// The phrase that is this one word.
    pub(super) fn word(&self, word: &str) -> Option<&T> {
        let list = self.by_first.get(word)?;
        self.phrases(list).find(|(words, _)| words.len() == 1).map(|(_, value)| value)
    }

    /// The longest phrase that ends before token `end`: its first token, and its value.
    pub(super) fn before(&self, tokens: &[Token], end: usize) -> Option<(usize, &T)> {
        let last = tokens.get(end.checked_sub(1)?)?;
        let numbers = self.by_last.get(last.lower.as_str())?;
        self.phrases(numbers).find_map(|(words, value)| {
            let start = end.checked_sub(words.len())?;
            let found = tokens.get(start..end)?;
            found.iter().zip(words).all(|(t, w)| t.lower == *w).then_some((start, value))
        })
    }
}
