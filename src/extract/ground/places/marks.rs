//! What the lists of a language say about single words: one look for each token of a text.

use super::super::lists::Map;
use super::super::{Ground, Token, TokenKind, Word};
use super::table::{PlaceTable, Places};
use std::sync::Arc;

pub(super) const THERE: u32 = 1;
pub(super) const THERE_REGIONS: u32 = 1 << 1;
pub(super) const TOWARD: u32 = 1 << 2;
pub(super) const ARTICLE: u32 = 1 << 3;
pub(super) const HEAD: u32 = 1 << 4;
pub(super) const HEAD_JOIN: u32 = 1 << 5;
pub(super) const PART: u32 = 1 << 6;
pub(super) const CONTRACTED: u32 = 1 << 7;
pub(super) const TITLE: u32 = 1 << 8;
pub(super) const FIRSTNAME: u32 = 1 << 9;
/// Last word of a phrase of nearness: "von" in "südlich von".
pub(super) const NEAR: u32 = 1 << 10;
/// First word of a name written by hand, or such a name with the ending of the genitive.
pub(super) const KNOWN: u32 = 1 << 11;
/// A word that begins with a capital.
pub(super) const CAPITAL: u32 = 1 << 12;
/// The adjective of a country, region or division, or a people.
pub(super) const ADJECTIVE: u32 = 1 << 13;
/// The same behind a prefix, or a part of a country: "prorussisch", "Nordsyrien".
pub(super) const INSIDE: u32 = 1 << 14;

/// What the lists say about one word, in whatever spelling.
#[derive(Debug, Clone, Copy, Default)]
pub(in super::super) struct Marked(u32);

impl Marked {
    pub(in super::super) fn of(places: &Places, token: &Token) -> Self {
        let word = token.lower.as_str();
        let mut marks = places.marks.words.get(word).copied().unwrap_or(0);
        if places.adjective(word).is_some() {
            marks |= ADJECTIVE;
        } else if places.prefixed_adjective(word).is_some() || places.part_of(word).is_some() {
            marks |= INSIDE;
        }
        Self(marks)
    }

    pub(in super::super) fn is_firstname(self) -> bool {
        self.0 & FIRSTNAME != 0
    }
}

/// The marks of the words of a language.
#[derive(Debug, Default)]
pub(super) struct Marks {
    words: Map<u32>,
}

impl Marks {
    /// Gathers the lists: `near` are the last words of phrases of nearness, `known` the first words
    /// of names written by hand.
    pub(super) fn of<'a>(
        table: &'a PlaceTable,
        near: impl Iterator<Item = &'a str>,
        known: impl Iterator<Item = &'a str>,
    ) -> Self {
        let mut marks = Self::default();
        let lists = [
            (THERE, &table.there),
            (THERE_REGIONS, &table.there_regions),
            (TOWARD, &table.toward),
            (ARTICLE, &table.articles),
            (HEAD, &table.heads),
            (HEAD_JOIN, &table.head_joins),
            (PART, &table.parts),
            (CONTRACTED, &table.contracted),
            (TITLE, &table.titles),
            (FIRSTNAME, &table.firstnames),
        ];
        for (mark, list) in lists {
            for word in list {
                marks.add(word, mark);
            }
        }
        for word in near {
            marks.add(word, NEAR);
        }
        for word in known {
            marks.add(word, KNOWN);
            for ending in &table.genitive {
                marks.add(&format!("{word}{ending}"), KNOWN);
            }
        }
        marks
    }

    fn add(&mut self, word: &str, mark: u32) {
        *self.words.entry(word.to_owned()).or_default() |= mark;
    }

    /// The marks of every token of a text.
    pub(super) fn read(ground: &Ground) -> Vec<u32> {
        let of = |(t, word): (&Token, &Arc<Word>)| {
            if t.kind != TokenKind::Word {
                return word.marked.0;
            }
            let first = ground.full.get(t.span.start..).and_then(|s| s.chars().next());
            let capital = if first.is_some_and(char::is_uppercase) { CAPITAL } else { 0 };
            word.marked.0 | capital
        };
        ground.tokens.iter().zip(&ground.words).map(of).collect()
    }
}
