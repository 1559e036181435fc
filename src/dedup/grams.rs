//! Hashes of word 3-grams, and how much two sets of them share.

use super::words::Words;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// Words of a gram.
const GRAM: usize = 3;
/// Grams kept of a text: all of most agency reports, a sample of longer texts.
pub(super) const MAX_KEPT: usize = 320;

/// The sorted distinct hashes of all word 3-grams.
pub(super) fn grams(words: &Words) -> Vec<u64> {
    let mut out: Vec<u64> = words.runs(GRAM).map(|gram| xxh3_64(gram.as_bytes())).collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// The sample that a fingerprint keeps: the upper halves of the smallest hashes.
///
/// Samples of two texts agree on what they keep below the smaller of their largest hashes, so
/// they can be compared there as the whole sets would be.
pub(super) fn sample(grams: &[u64]) -> Vec<u32> {
    let mut out: Vec<u32> = Vec::with_capacity(MAX_KEPT);
    for half in grams.iter().map(|g| (g >> 32) as u32) {
        if out.len() >= MAX_KEPT {
            break;
        }
        if out.last() != Some(&half) {
            out.push(half);
        }
    }
    out
}

/// A hash of words in order, 128 bits as 32 hex digits.
pub(super) fn exact(words: &Words) -> String {
    format!("{:032x}", xxh3_128(words.joined().as_bytes()))
}

/// A hash of a headline's words, 16 hex digits.
pub(super) fn title(words: &Words) -> String {
    format!("{:016x}", xxh3_64(words.joined().trim_end().as_bytes()))
}

/// How much two sets share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shared {
    /// Common ones among all.
    pub(super) jaccard: f64,
    /// Common ones among those of the smaller set.
    pub(super) containment: f64,
    /// Size of the smaller set.
    pub(super) smaller: usize,
}

impl Shared {
    /// Of two sets of so many, when so many are common.
    pub(super) fn of(common: usize, a: usize, b: usize) -> Self {
        let (all, smaller) = (a + b - common, a.min(b));
        let share = |n: usize, of: usize| if of == 0 { 0.0 } else { n as f64 / of as f64 };
        Self { jaccard: share(common, all), containment: share(common, smaller), smaller }
    }
}

/// Compares two sorted sets.
pub(super) fn shared<T: Ord>(a: &[T], b: &[T]) -> Shared {
    Shared::of(merge(a, b).count(), a.len(), b.len())
}

/// The common elements of two sorted sets.
pub(super) fn merge<'a, T: Ord>(a: &'a [T], b: &'a [T]) -> impl Iterator<Item = &'a T> {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    std::iter::from_fn(move || {
        loop {
            match a.peek()?.cmp(b.peek()?) {
                std::cmp::Ordering::Less => {
                    a.next();
                }
                std::cmp::Ordering::Greater => {
                    b.next();
                }
                std::cmp::Ordering::Equal => {
                    b.next();
                    return a.next();
                }
            }
        }
    })
}

/// Up to where a sample holds all of its text; `cut` tells whether there is more.
pub(super) fn end(sample: &[u32], cut: bool) -> u32 {
    sample.last().copied().filter(|_| cut).unwrap_or(u32::MAX)
}

/// The part of a sample up to a hash.
pub(super) fn until(sample: &[u32], end: u32) -> &[u32] {
    sample.get(..sample.partition_point(|h| *h <= end)).unwrap_or(sample)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sharing_is_counted() {
        let s = shared(&[1, 2, 3, 4], &[3, 4, 5]);
        assert!((s.jaccard - 0.4).abs() < 1e-9);
        assert!((s.containment - 2.0 / 3.0).abs() < 1e-9);
        assert!(shared::<u32>(&[], &[]).jaccard.abs() < 1e-9);
    }

    #[test]
    fn samples_of_long_texts_estimate_the_whole() {
        let text = |from: usize, to: usize| -> Vec<u64> {
            let numbers: Vec<String> = (from..to).map(|n| n.to_string()).collect();
            grams(&crate::dedup::words::words(&numbers.join(" ")))
        };
        let (long, part) = (text(0, 6_000), text(0, 2_000));
        let whole = shared(&long, &part);
        let (a, b) = (sample(&long), sample(&part));
        let until_both = end(&a, true).min(end(&b, true));
        let sampled = shared(until(&a, until_both), until(&b, until_both));
        assert!((whole.jaccard - sampled.jaccard).abs() < 0.08);
        assert!((whole.containment - sampled.containment).abs() < 0.05);
    }
}
