//! What many texts of one host have in common.

use super::packed::Set;
use super::slice::{Entry, Slice};

/// An entry and where it is.
pub(super) type Found<'a> = (&'a Slice, &'a Entry);

/// Headlines of the host, other than the article's own, under which furniture appears.
const TITLES: usize = 3;

/// Those of an article's grams that are furniture of its host, sorted, judged by other articles of
/// the host under other headlines.
pub(super) fn of(own: &Set, others: &[Found<'_>]) -> Vec<u32> {
    // A host with fewer headlines has none: nothing is read.
    let mut titles: Vec<u32> = others.iter().map(|(_, other)| other.facts.title).collect();
    titles.sort_unstable();
    titles.dedup();
    if titles.len() < TITLES {
        return Vec::new();
    }
    let end = own.end();
    let mut seen: Vec<(u32, u32)> = Vec::new();
    for (slice, other) in others {
        let title = other.facts.title;
        slice.grams(other, end, |gram| {
            if own.contains(gram) {
                seen.push((gram, title));
            }
        });
    }
    // One text a headline: the same article told again is no furniture.
    seen.sort_unstable();
    seen.dedup();
    let grams = seen.chunk_by(|a, b| a.0 == b.0).filter(|titles| titles.len() >= TITLES);
    grams.filter_map(|titles| titles.first().map(|(gram, _)| *gram)).collect()
}

/// How many of these sorted grams are furniture of none of some hosts. Of each article of the hosts
/// only the beginning is read, up to the last gram asked about.
pub(super) fn others_than(grams: &[u32], hosts: &[&[Found<'_>]]) -> usize {
    let set = Set::of(grams);
    let mut all: Vec<u32> = hosts.iter().flat_map(|others| of(&set, others)).collect();
    all.sort_unstable();
    all.dedup();
    grams.len() - all.len().min(grams.len())
}

/// A sorted set without the elements of two others.
pub(super) fn without(grams: &[u32], a: &[u32], b: &[u32]) -> Vec<u32> {
    grams
        .iter()
        .filter(|g| a.binary_search(g).is_err() && b.binary_search(g).is_err())
        .copied()
        .collect()
}
