//! Other ways to find and judge pairs, side by side on the same set: why these parameters.

use std::collections::HashSet;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Hashes of all word n-grams.
pub(crate) fn grams(text: &str, n: usize) -> HashSet<u64> {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    words.windows(n).map(|gram| xxh3_64_with_seed(gram.join(" ").as_bytes(), 0)).collect()
}

/// How a pair is found before it is compared.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Finder {
    AllPairs,
    /// MinHash: bands and rows.
    Bands(u64, u64),
    /// So many smallest hashes, of which so many must be common.
    Smallest(usize, usize),
}

impl Finder {
    pub(crate) const ALL: [Self; 10] = [
        Self::AllPairs,
        Self::Bands(64, 2),
        Self::Bands(42, 3),
        Self::Bands(32, 4),
        Self::Bands(16, 8),
        Self::Smallest(16, 2),
        Self::Smallest(24, 2),
        Self::Smallest(32, 1),
        Self::Smallest(32, 2),
        Self::Smallest(48, 2),
    ];

    pub(crate) fn name(self) -> String {
        match self {
            Self::AllPairs => "all pairs".into(),
            Self::Bands(bands, rows) => format!("MinHash {bands} x {rows}"),
            Self::Smallest(n, least) => format!("smallest {n}, {least} common"),
        }
    }

    pub(crate) fn meets(self, a: &HashSet<u64>, b: &HashSet<u64>) -> bool {
        match self {
            Self::AllPairs => true,
            Self::Bands(bands, rows) => (0..bands).any(|band| {
                (band * rows..(band + 1) * rows).all(|row| least(a, row) == least(b, row))
            }),
            Self::Smallest(n, least) => {
                let (a, b) = (smallest(a, n), smallest(b, n));
                a.intersection(&b).count() >= least
            }
        }
    }
}

fn least(grams: &HashSet<u64>, seed: u64) -> Option<u64> {
    grams.iter().map(|gram| xxh3_64_with_seed(&gram.to_le_bytes(), seed + 1)).min()
}

fn smallest(grams: &HashSet<u64>, n: usize) -> HashSet<u64> {
    let mut all: Vec<u64> = grams.iter().copied().collect();
    all.sort_unstable();
    all.into_iter().take(n).collect()
}

/// Whether a share of the shorter one's grams, or of all, is common.
pub(crate) fn repeats(a: &HashSet<u64>, b: &HashSet<u64>, contained: f64, jaccard: f64) -> bool {
    let common = a.intersection(b).count() as f64;
    let smaller = a.len().min(b.len()) as f64;
    smaller > 0.0
        && (common / smaller >= contained || common / a.union(b).count() as f64 >= jaccard)
}
