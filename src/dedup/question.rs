//! A fingerprint as the index works with it.

use super::{grams, numbers, packed};
use crate::message::{FingerprintView, Relation, ShortId, unpack};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// Grams under which a text is found: the smallest. Of two texts that share a third of all their
/// grams some 14 of them are common; of a text and another that holds it and four times as much, 6.
pub(super) const ANCHORS: usize = 32;

/// What is known of an article beside its text, asked about or remembered.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub(super) id: ShortId,
    pub(super) of: Option<Box<(ShortId, Relation)>>,
    pub(super) time: i64,
    /// Hash of text and headline.
    pub(super) same: [u64; 2],
    pub(super) host: u64,
    pub(super) title: u32,
    pub(super) words: u32,
    pub(super) revision: u32,
    pub(super) weak: bool,
    /// The grams are only the smallest of more.
    pub(super) cut: bool,
}

impl Facts {
    /// What orders articles: who was first.
    pub(super) fn order(&self) -> (i64, &ShortId) {
        (self.time, &self.id)
    }

    /// Equal text under an equal headline.
    pub(super) fn same(&self, other: &Self) -> bool {
        self.same == other.same
    }
}

/// An article that is asked about, or to be remembered.
#[derive(Debug, Clone)]
pub(super) struct Question {
    pub(super) facts: Facts,
    pub(super) grams: Vec<u32>,
    pub(super) numbers: Option<Vec<u32>>,
    /// The keys under which it is found: its anchors, and with text and headline together last.
    keys: Vec<u64>,
    /// The last key stands for the whole.
    whole: bool,
}

impl Question {
    /// Reads a fingerprint; grams that cannot be unpacked make it weak.
    pub(super) fn read(fingerprint: &FingerprintView<'_>) -> Self {
        let unpacked = unpack(&fingerprint.grams);
        let usable = unpacked.filter(|g| g.is_sorted_by(|a, b| a < b) && !g.is_empty());
        let weak = fingerprint.weak || usable.is_none();
        let mut kept = usable.unwrap_or_default();
        let cut = kept.len() >= grams::MAX_KEPT;
        kept.truncate(grams::MAX_KEPT);
        let anchors = if weak { &[] } else { kept.get(..ANCHORS).unwrap_or(&kept) };
        let numbers = fingerprint.numbers.as_deref().and_then(unpack);
        let numbers =
            numbers.filter(|n| n.len() <= numbers::MAX_KEPT && n.is_sorted_by(|a, b| a < b));
        let both = xxh3_128(format!("{} {}", fingerprint.exact, fingerprint.title).as_bytes());
        #[allow(clippy::cast_possible_truncation)] // its two halves
        let same = [(both >> 64) as u64, both as u64];
        // An empty text equals every other empty one, which says nothing.
        let whole = fingerprint.words > 0;
        let equal = whole.then_some(same[0]);
        let keys = anchors.iter().map(|anchor| xxh3_64(&anchor.to_le_bytes())).chain(equal);
        Self {
            keys: keys.collect(),
            whole,
            facts: Facts {
                id: ShortId::of(&fingerprint.article),
                of: fingerprint
                    .of
                    .as_ref()
                    .map(|of| Box::new((ShortId::of(&of.article), of.relation))),
                time: fingerprint.time.as_second(),
                same,
                host: xxh3_64(fingerprint.host.as_bytes()),
                title: (xxh3_64(fingerprint.title.as_bytes()) >> 32) as u32,
                words: fingerprint.words,
                revision: fingerprint.revision,
                weak,
                cut,
            },
            grams: packed::short(&kept),
            numbers,
        }
    }

    /// The keys under which it is found.
    pub(super) fn keys(&self) -> &[u64] {
        &self.keys
    }

    /// Its keys, what is known of it, and its grams.
    pub(super) fn into_parts(self) -> (Vec<u64>, Facts, Vec<u32>) {
        (self.keys, self.facts, self.grams)
    }

    /// The keys of its anchors, and the one of text and headline together.
    pub(super) fn anchors_and_whole(&self) -> (&[u64], Option<u64>) {
        match self.keys.split_last() {
            Some((whole, anchors)) if self.whole => (anchors, Some(*whole)),
            _ => (&self.keys, None),
        }
    }
}
