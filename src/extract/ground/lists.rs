//! Lists that are asked for every word: sets and maps with a short hash, and a first look.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// Words.
pub(super) type Set = HashSet<String, BuildHasherDefault<Short>>;
/// Words with what they stand for.
pub(crate) type Map<T> = HashMap<String, T, BuildHasherDefault<Short>>;

/// The names of a text, which our own lists and the gazetteer bound, with what is known of them.
pub(super) type Names<'a, T> = HashMap<&'a str, T, BuildHasherDefault<Short>>;

/// A hash for words of our own lists: quick, the same in every run, not made for hostile keys, of
/// which these tables hold none.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Short(u64);

impl Short {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for Short {
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            self.add(chunk.try_into().map_or(0, u64::from_le_bytes));
        }
        let rest = chunks.remainder();
        if !rest.is_empty() {
            self.add(rest.iter().rev().fold(0, |sum, b| sum << 8 | u64::from(*b)));
        }
    }

    fn write_u8(&mut self, byte: u8) {
        self.add(u64::from(byte));
    }

    fn finish(&self) -> u64 {
        // The table takes its bits from both ends.
        self.0 ^ (self.0 >> 32)
    }
}

/// Bits of the first look.
const BITS: usize = 1 << 14;
/// Most bytes of a word that it looks at.
const WIDTH: usize = 3;

/// How the words of a list begin: most words of a text begin like none of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Starts {
    /// Bit n: the list has words that are looked at for n bytes; all of them at most for `WIDTH`.
    widths: u8,
    bits: Vec<u64>,
}

impl Starts {
    /// The beginnings of words; a list with an empty word begins like everything.
    pub(super) fn of<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let mut starts = Self { widths: 0, bits: vec![0; BITS / 64] };
        for word in words {
            let width = word.len().min(WIDTH);
            starts.widths |= 1 << width;
            let slot = slot(word, width);
            if let Some((bits, at)) =
                slot.and_then(|s| Some((starts.bits.get_mut(s / 64)?, s % 64)))
            {
                *bits |= 1 << at;
            }
        }
        starts
    }

    /// No word of the list begins this word where this is false.
    pub(super) fn may_begin(&self, word: &str) -> bool {
        let set = |s: usize| self.bits.get(s / 64).is_some_and(|b| b >> (s % 64) & 1 == 1);
        let at = |width: usize| self.widths >> width & 1 == 1 && slot(word, width).is_some_and(set);
        (0..=WIDTH).rev().any(at)
    }
}

fn slot(word: &str, width: usize) -> Option<usize> {
    let first = word.as_bytes().get(..width)?;
    let sum = first.iter().fold(width, |sum, b| sum * 37 + usize::from(*b));
    Some(sum % BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_look_lets_every_beginning_through() {
        let words = ["irak", "türk", "us"];
        let starts = Starts::of(words.into_iter());
        for word in ["irakisch", "türkisch", "us", "usa"] {
            assert!(starts.may_begin(word), "{word}");
        }
        for word in ["", "u", "haus", "geld"] {
            assert!(!starts.may_begin(word), "{word}");
        }
        assert!(Starts::of(["", "a"].into_iter()).may_begin("x"));
        assert!(!Starts::of(std::iter::empty()).may_begin("und"));
        let mixed = Starts::of(["a", "drei"].into_iter());
        assert!(mixed.may_begin("a") && mixed.may_begin("dreizehn") && !mixed.may_begin("drauf"));
    }

    #[test]
    fn sets_find_words_of_any_length() {
        let words: Vec<String> = (0..40).map(|n| "wörter".repeat(n)).collect();
        let set: Set = words.iter().cloned().collect();
        assert!(words.iter().all(|w| set.contains(w)) && set.len() == 40);
        assert!(!set.contains("wörte"));
    }
}
