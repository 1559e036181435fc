//! Which grams may be furniture of a host, told without reading the articles that stand for it.
//!
//! For each host two bits count for some thousand kinds of grams in how many of its articles they
//! are; grams of one kind share a count. A count is never too low, so that what it clears is no
//! furniture. What is gone stays counted until the counts are full; then they are made anew.

use super::packed::BITS;

/// Grams from here on are not counted.
const LOW: u32 = 1 << (BITS - 1);
/// Articles from which a gram may be furniture: what two bits can tell.
const MANY: u8 = 3;
/// Grams for each count, in per cent: when they are made anew at most, and when they are full.
const MADE: usize = 80;
const FULL: usize = 110;
/// Counts at least and at most.
const COUNTS: (usize, usize) = (128, 1 << 16);

/// The counts of a host.
#[derive(Debug, Default)]
pub(super) struct Suspects {
    /// Four to a byte; a power of two of them.
    counts: Vec<u8>,
    /// Grams that may still be counted.
    free: usize,
}

/// The grams that are counted, of sorted ones.
pub(super) fn low(grams: &[u32]) -> &[u32] {
    grams.get(..grams.partition_point(|gram| *gram < LOW)).unwrap_or_default()
}

/// No gram that is counted is beyond.
pub(super) const END: u32 = LOW - 1;

impl Suspects {
    /// With the grams of all articles that stand for the host.
    pub(super) fn of(grams: &[u32]) -> Self {
        let grams = grams.iter().filter(|gram| **gram < LOW);
        let all = grams.clone().count();
        let counts = (all * 100 / MADE).next_power_of_two().clamp(COUNTS.0, COUNTS.1);
        // However many there are, it is not made anew before as many more have come.
        let free = (counts * FULL / 100).max(2 * all);
        let mut suspects = Self { counts: vec![0; counts / 4], free };
        suspects.add(grams);
        suspects
    }

    /// Whether it is to be made anew before so many grams are counted.
    pub(super) fn is_full(&self, more: usize) -> bool {
        self.free < more
    }

    /// Counts the low grams of an article.
    pub(super) fn add<'a>(&mut self, low: impl IntoIterator<Item = &'a u32>) {
        let mask = (self.counts.len() * 4).saturating_sub(1);
        for gram in low {
            let at = *gram as usize & mask;
            let Some(four) = self.counts.get_mut(at / 4) else { return };
            let shift = at % 4 * 2;
            if *four >> shift & MANY < MANY {
                *four += 1 << shift;
            }
            self.free = self.free.saturating_sub(1);
        }
    }

    /// Whether a low gram may be furniture.
    pub(super) fn has(&self, gram: u32) -> bool {
        let at = gram as usize & (self.counts.len() * 4).saturating_sub(1);
        self.counts.get(at / 4).is_some_and(|four| four >> (at % 4 * 2) & MANY == MANY)
    }

    /// Bytes in use.
    pub(super) fn memory(&self) -> usize {
        self.counts.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_three_articles_have_is_suspected(
            texts in prop::collection::vec(prop::collection::btree_set(0..1_u32 << BITS, 0..60), 0..40),
            some in prop::collection::btree_set(0..1_u32 << BITS, 1..20),
            from in 0_usize..40,
        ) {
            let mut suspects = Suspects::of(&[]);
            let mut all: Vec<u32> = Vec::new();
            for (n, text) in texts.iter().enumerate() {
                let mut text: Vec<u32> = text.iter().copied().collect();
                if (from..from + 3).contains(&n) {
                    text.extend(&some);
                    text.sort_unstable();
                    text.dedup();
                }
                let low = low(&text);
                all.extend(low);
                if suspects.is_full(low.len()) {
                    suspects = Suspects::of(&all);
                } else {
                    suspects.add(low);
                }
            }
            let whole = from + 3 <= texts.len();
            prop_assert!(!whole || some.iter().all(|gram| *gram >= LOW || suspects.has(*gram)));
        }
    }

    #[test]
    fn what_few_articles_have_is_mostly_cleared() {
        let grams = |seed: u32| (0..100).map(move |n: u32| (seed * 7_919 + n * 1_301) % LOW);
        let all: Vec<u32> = (0..100).flat_map(grams).collect();
        let suspects = Suspects::of(&all);
        let cleared = (0..1_000).filter(|n| !suspects.has(n * 131 + 17)).count();
        assert!(cleared > 800, "{cleared}");
    }
}
