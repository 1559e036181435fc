//! The tense of the clause that a time stands in.

use super::super::numbers::Numbers;
use super::super::{Ground, Token, TokenKind, Word};
use super::table::Times;
use std::cell::OnceCell;
use std::sync::Arc;

/// Tense of the clause that a time stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tense {
    Past,
    Future,
    Unknown,
}

/// What a word tells of the tense.
#[derive(Debug, Clone, Copy, Default)]
struct Told {
    past: bool,
    future: bool,
    /// Of the future, where nothing tells the past.
    weak: bool,
}

/// What a word tells of the tense, in whatever spelling.
#[derive(Debug, Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools)] // lists and endings that do not depend on each other
pub(super) struct TenseWord {
    /// Behind it a participle tells no past.
    passive: bool,
    past: bool,
    future: bool,
    weak: bool,
    /// By its ending, where it is no noun.
    past_ending: bool,
    future_ending: bool,
}

impl TenseWord {
    pub(super) fn of(times: &Times, numbers: &Numbers, token: &Token) -> Self {
        let (word, words) = (token.lower.as_str(), &times.table.tense);
        let passive = words.passive.contains(word);
        if token.kind != TokenKind::Word {
            return Self { passive, ..Self::default() };
        }
        let ends =
            |list: &[String]| word.len() > 4 && list.iter().any(|end| word.ends_with(end.as_str()));
        let weak = words.weak_future.contains(word);
        Self {
            passive,
            past: words.past.contains(word),
            future: words.future.contains(word),
            weak,
            past_ending: ends(&words.past_endings)
                && !words.not_past.contains(word)
                && !weak
                && numbers.ordinal(word).is_none()
                && times.rel(word).is_none(),
            future_ending: ends(&words.future_endings),
        }
    }
}

/// The tenses of a sentence; its words are read once, and only where a time asks.
pub(super) struct Tenses<'a> {
    ground: &'a Ground,
    times: &'a Times,
    tokens: &'a [Token],
    words: &'a [Arc<Word>],
    told: OnceCell<Vec<Told>>,
}

impl<'a> Tenses<'a> {
    pub(super) fn new(
        ground: &'a Ground,
        times: &'a Times,
        tokens: &'a [Token],
        words: &'a [Arc<Word>],
    ) -> Self {
        Self { ground, times, tokens, words, told: OnceCell::new() }
    }

    /// Tense by the nearest word that tells it, first in the clause, then in the sentence.
    pub(super) fn at(&self, at: usize) -> Tense {
        let (tokens, times) = (self.tokens, self.times);
        let stop =
            |t: &Token| matches!(t.lower.as_str(), "," | ";" | ":" | "–" | "—" | "-" | "(" | ")");
        let start = (0..at).rev().find(|i| tokens.get(*i).is_some_and(stop)).map_or(0, |i| i + 1);
        let end =
            (at..tokens.len()).find(|i| tokens.get(*i).is_some_and(stop)).unwrap_or(tokens.len());
        let perfect = (start..end).any(|i| times.perfect.at(tokens, i).is_some());
        if perfect || participle(times, tokens.get(start..end).unwrap_or_default()) {
            return Tense::Past;
        }
        let all = 0..tokens.len();
        self.nearest(start..end, at, false)
            .or_else(|| self.nearest(start..end, at, true))
            .or_else(|| self.nearest(all.clone(), at, false))
            .or_else(|| self.nearest(all, at, true))
            .unwrap_or(Tense::Unknown)
    }

    fn nearest(&self, range: std::ops::Range<usize>, at: usize, weak: bool) -> Option<Tense> {
        let told = self.told.get_or_init(|| (0..self.tokens.len()).map(|i| self.told(i)).collect());
        let mut best: Option<(usize, Tense)> = None;
        for i in range {
            let Some(word) = told.get(i) else { continue };
            let found = if word.future || weak && word.weak {
                Tense::Future
            } else if word.past {
                Tense::Past
            } else {
                continue;
            };
            let distance = i.abs_diff(at);
            if best.is_none_or(|(d, _)| distance < d) {
                best = Some((distance, found));
            }
        }
        best.map(|(_, tense)| tense)
    }

    fn told(&self, i: usize) -> Told {
        let word = |i: usize| self.words.get(i).map(|w| w.time.tense).unwrap_or_default();
        let Some(token) = self.tokens.get(i).filter(|t| t.kind == TokenKind::Word) else {
            return Told::default();
        };
        if i.checked_sub(1).is_some_and(|before| word(before).passive) {
            return Told::default();
        }
        let word = word(i);
        let small = || {
            !self.times.table.capital_names
                || self.ground.slice(token.span).starts_with(char::is_lowercase)
        };
        Told {
            past: word.past || word.past_ending && small(),
            future: word.future || word.future_ending && small(),
            weak: word.weak,
        }
    }
}

/// "hat am Freitag bestätigt", "ist am Freitag gestorben": the perfect of a clause.
fn participle(times: &Times, clause: &[Token]) -> bool {
    let words = &times.table.tense;
    let mut back = clause.iter().rev().filter(|t| t.kind == TokenKind::Word);
    let Some(last) = back.next() else { return false };
    let word = last.lower.as_str();
    // "soll am Samstag zugestochen haben": the infinitive of the perfect.
    // "soll im Dezember einsatzbereit sein": what will be so.
    let state = |word: &str| words.states.iter().any(|end| word.ends_with(end.as_str()));
    let done = |t: &Token| t.lower.len() > 4 && t.lower.ends_with(['t', 'n']) && !state(&t.lower);
    if words.infinitives.contains(word) && back.next().is_some_and(done) {
        return true;
    }
    if words.weak_future.contains(word) || !(word.ends_with('t') || word.ends_with("en")) {
        return false;
    }
    let begins = || words.participle_heads.iter().any(|head| word.starts_with(head.as_str()));
    let told = clause.iter().take_while(|t| t.span != last.span).any(|t| {
        words.auxiliaries.contains(&t.lower) || words.linking.contains(&t.lower) && begins()
    });
    told && word.chars().count() > 4
}
