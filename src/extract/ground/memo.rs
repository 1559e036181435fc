//! What the lists say about single words, kept from text to text: the words of news repeat.

use super::lists::Short;
use super::places::{First, Marked};
use super::times::TimeWord;
use super::{Token, TokenKind};
use std::hash::Hasher;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Places where words of one language are kept, and words in each of them.
const PLACES: usize = 1 << 12;
const WORDS: usize = 4;
/// Longest word that is kept, in bytes.
const LONGEST: usize = 48;
/// Memos that wait for the next text: more texts are seldom read at once.
const KEPT: usize = 32;

/// A reading of a word by the lexicons: what it is for them, and the bytes before it.
pub(crate) type Reading = (u32, u32);

/// A word, and all that the lists of its language say about it whatever stands beside it.
#[derive(Debug)]
pub(crate) struct Word {
    lower: Box<str>,
    kind: TokenKind,
    /// A number may begin with it.
    pub(super) counts: bool,
    pub(super) time: TimeWord,
    pub(super) marked: Marked,
    /// The places whose name it begins; asked for capitals alone.
    pub(super) first: OnceLock<First>,
    /// For those who read on.
    readings: OnceLock<Box<[Reading]>>,
}

impl Word {
    pub(super) fn new(token: &Token, counts: bool, time: TimeWord, marked: Marked) -> Self {
        Self {
            lower: token.lower.as_str().into(),
            kind: token.kind,
            counts,
            time,
            marked,
            first: OnceLock::new(),
            readings: OnceLock::new(),
        }
    }

    /// What the lexicons of the language read it as.
    pub(crate) fn readings(&self, read: impl FnOnce() -> Box<[Reading]>) -> &[Reading] {
        self.readings.get_or_init(read)
    }
}

/// Words that share a place, the last that came first.
type Bucket = [Option<Arc<Word>>; WORDS];

/// Words by language, each at the one place that its hash says: a word that comes takes the place
/// of another, so that no text can make it grow or slow.
#[derive(Debug, Default)]
struct Memo {
    languages: Vec<Vec<Bucket>>,
}

impl Memo {
    fn words(
        &mut self,
        language: usize,
        tokens: &[Token],
        new: impl Fn(&Token) -> Word,
    ) -> Vec<Arc<Word>> {
        if self.languages.len() <= language {
            self.languages.resize_with(language + 1, Vec::new);
        }
        let Some(places) = self.languages.get_mut(language) else { return Vec::new() };
        if places.is_empty() {
            places.resize_with(PLACES, Bucket::default);
        }
        let mut word = |token: &Token| -> Arc<Word> {
            let bucket = places.get_mut(place(&token.lower));
            let Some(bucket) = bucket.filter(|_| token.lower.len() <= LONGEST) else {
                return Arc::new(new(token));
            };
            let is = |w: &Arc<Word>| *w.lower == *token.lower && w.kind == token.kind;
            let at = bucket.iter().position(|w| w.as_ref().is_some_and(is));
            if let Some(word) = at.and_then(|at| bucket.get(at)).and_then(Option::as_ref) {
                return Arc::clone(word);
            }
            bucket.rotate_right(1);
            let word = Arc::new(new(token));
            if let Some(first) = bucket.first_mut() {
                *first = Some(Arc::clone(&word));
            }
            word
        };
        tokens.iter().map(&mut word).collect()
    }
}

#[allow(clippy::cast_possible_truncation)] // less than PLACES
fn place(lower: &str) -> usize {
    let mut hash = Short::default();
    hash.write(lower.as_bytes());
    hash.finish() as usize % PLACES
}

/// One memo for each text that is read at the same time.
#[derive(Debug, Default)]
pub(super) struct Memos {
    free: Mutex<Vec<Memo>>,
}

impl Memos {
    /// The words of a text; `new` reads one that is not kept.
    pub(super) fn words(
        &self,
        language: usize,
        tokens: &[Token],
        new: impl Fn(&Token) -> Word,
    ) -> Vec<Arc<Word>> {
        let free = || self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = free().pop();
        let mut memo = taken.unwrap_or_default();
        let words = memo.words(language, tokens, new);
        let mut free = free();
        if free.len() < KEPT {
            free.push(memo);
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::super::Span;
    use super::*;
    use std::cell::Cell;

    fn tokens(words: &[&str]) -> Vec<Token> {
        let token = |w: &&str| Token {
            span: Span { start: 0, end: 0 },
            kind: TokenKind::Word,
            lower: (*w).to_owned(),
            quoted: false,
        };
        words.iter().map(token).collect()
    }

    #[test]
    fn a_word_is_read_once_for_each_language_and_kind() {
        let memos = Memos::default();
        let read = Cell::new(0);
        let new = |t: &Token| {
            read.set(read.get() + 1);
            Word::new(t, false, TimeWord::default(), Marked::default())
        };
        let words = tokens(&["der", "brand", "der"]);
        let found = memos.words(0, &words, new);
        assert_eq!(read.get(), 2);
        assert!(found.iter().zip(&words).all(|(w, t)| *w.lower == *t.lower));
        memos.words(0, &words, new);
        assert_eq!(read.get(), 2);
        memos.words(3, &words, new);
        assert_eq!(read.get(), 4);
        let mut sign = tokens(&["der"]);
        for token in &mut sign {
            token.kind = TokenKind::Sign;
        }
        assert_eq!(memos.words(0, &sign, new).first().map(|w| w.kind), Some(TokenKind::Sign));
    }

    #[test]
    fn more_words_than_places_and_long_ones_are_still_themselves() {
        let memos = Memos::default();
        let new = |t: &Token| Word::new(t, false, TimeWord::default(), Marked::default());
        let many: Vec<String> = (0..3 * PLACES * WORDS).map(|n| format!("wort{n}")).collect();
        let mut many: Vec<&str> = many.iter().map(String::as_str).collect();
        let long = "lang".repeat(LONGEST);
        many.push(&long);
        for _ in 0..2 {
            let words = memos.words(0, &tokens(&many), new);
            assert!(words.iter().zip(&many).all(|(w, m)| *w.lower == **m));
        }
    }
}
