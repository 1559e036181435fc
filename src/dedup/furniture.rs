//! What many texts of one host have in common.

use super::grams;
use super::slice::{Entry, Slice};
use std::collections::{BTreeMap, BTreeSet};

/// Headlines of the host, other than the article's own, under which furniture appears.
const TITLES: usize = 3;

/// Those of an article's grams that are furniture of its host, sorted, judged by other articles of
/// the host under other headlines.
pub(super) fn of<'a>(
    own: &[u32],
    others: impl Iterator<Item = (&'a Slice, &'a Entry)>,
) -> Vec<u32> {
    // One text a headline: the same article told again is no furniture.
    let mut by_title: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    let mut grams = Vec::new();
    for (slice, other) in others {
        slice.grams(other, &mut grams);
        by_title.entry(other.facts.title).or_default().extend(grams::merge(own, &grams));
    }
    if by_title.len() < TITLES {
        return Vec::new();
    }
    let mut seen: BTreeMap<u32, usize> = BTreeMap::new();
    for gram in by_title.into_values().flatten() {
        *seen.entry(gram).or_default() += 1;
    }
    seen.into_iter().filter(|(_, titles)| *titles >= TITLES).map(|(gram, _)| gram).collect()
}

/// A sorted set without the elements of two others.
pub(super) fn without(grams: &[u32], a: &[u32], b: &[u32]) -> Vec<u32> {
    grams
        .iter()
        .filter(|g| a.binary_search(g).is_err() && b.binary_search(g).is_err())
        .copied()
        .collect()
}
