//! A first look at the beginnings and ends of a word: most of them are in no list.

/// Bits of the look.
const BITS: usize = 1 << 18;
/// Longest word that is looked at, in bytes: one bit for each place to cut it.
pub(super) const LONGEST: usize = 80;

/// From which side a word is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Beginnings of a word.
    Front,
    /// Its ends.
    Back,
}

/// The hashes of words, read letter by letter from one side: one walk over a word asks for all its
/// beginnings, or all its ends.
#[derive(Debug)]
pub(super) struct Sieve {
    side: Side,
    bits: Vec<u64>,
}

impl Sieve {
    pub(super) fn new(side: Side) -> Self {
        Self { side, bits: Vec::new() }
    }

    pub(super) fn add(&mut self, word: &str) {
        self.bits.resize(BITS / 64, 0);
        let hash = match self.side {
            Side::Front => word.bytes().fold(0, roll),
            Side::Back => word.bytes().rev().fold(0, roll),
        };
        let at = slot(hash);
        if let Some(bits) = self.bits.get_mut(at / 64) {
            *bits |= 1 << (at % 64);
        }
    }

    /// Bit n: the part of the word before (front) or from (back) byte n may be one of the words.
    /// Nothing is told of longer words.
    pub(super) fn cuts(&self, word: &str) -> u128 {
        if self.bits.is_empty() || word.len() > LONGEST {
            return 0;
        }
        let bytes = word.as_bytes();
        let mut hash = 0;
        let mut cuts = 0_u128;
        let mut look = |at: usize, byte: u8| {
            hash = roll(hash, byte);
            let slot = slot(hash);
            let set = self.bits.get(slot / 64).is_some_and(|b| b >> (slot % 64) & 1 == 1);
            cuts |= u128::from(set) << at;
        };
        match self.side {
            Side::Front => bytes.iter().enumerate().for_each(|(i, b)| look(i + 1, *b)),
            Side::Back => bytes.iter().enumerate().rev().for_each(|(i, b)| look(i, *b)),
        }
        cuts
    }
}

fn roll(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23)
}

#[allow(clippy::cast_possible_truncation)] // less than BITS
fn slot(hash: u64) -> usize {
    (hash ^ hash >> 32) as usize % BITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_beginning_and_every_end_that_was_added_is_told() {
        let mut front = Sieve::new(Side::Front);
        let mut back = Sieve::new(Side::Back);
        assert_eq!((front.cuts("wort"), back.cuts("wort")), (0, 0));
        for word in ["luft", "lüfte", "l"] {
            front.add(word);
        }
        for word in ["angriff", "äge", "f"] {
            back.add(word);
        }
        assert_eq!(front.cuts("luftangriff"), 1 << 4 | 1 << 1);
        assert_eq!(front.cuts("lüfte"), 1 << 6 | 1 << 1);
        assert_eq!(back.cuts("luftangriff"), 1 << 4 | 1 << 10);
        assert_eq!(back.cuts("schläge"), 1 << 4);
        assert_eq!(front.cuts(&"l".repeat(LONGEST)) & 1 << 1, 1 << 1);
        assert_eq!(front.cuts(&"l".repeat(LONGEST + 1)), 0);
    }
}
