//! A fingerprint as the index works with it.

use super::id::Id;
use super::{grams, numbers, packed};
use crate::message::{Fingerprint, Relation};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// Grams under which a text is found: the smallest. Of two texts that share a third of all their
/// grams some 14 of them are common; of a text and another that holds it and four times as much, 6.
pub(super) const ANCHORS: usize = 32;

/// An article that is asked about, or to be remembered.
#[derive(Debug, Clone)]
pub(super) struct Question {
    pub(super) id: Id,
    pub(super) of: Option<Box<(Id, Relation)>>,
    pub(super) time: i64,
    pub(super) same: [u64; 2],
    pub(super) host: u64,
    pub(super) title: u32,
    pub(super) words: u32,
    pub(super) revision: u32,
    pub(super) weak: bool,
    pub(super) cut: bool,
    pub(super) grams: Vec<u32>,
    pub(super) numbers: Option<Vec<u32>>,
    anchors: Vec<u32>,
}

impl Question {
    /// Reads a fingerprint; grams that cannot be unpacked make it weak.
    pub(super) fn read(fingerprint: &Fingerprint) -> Self {
        let unpacked = fingerprint.grams.unpack();
        let usable = unpacked.filter(|g| g.is_sorted_by(|a, b| a < b) && !g.is_empty());
        let weak = fingerprint.weak || usable.is_none();
        let mut kept = usable.unwrap_or_default();
        let cut = kept.len() >= grams::MAX_KEPT;
        kept.truncate(grams::MAX_KEPT);
        let anchors = if weak { &[] } else { kept.get(..ANCHORS).unwrap_or(&kept) };
        let numbers = fingerprint.numbers.as_ref().and_then(crate::message::SignatureText::unpack);
        let numbers =
            numbers.filter(|n| n.len() <= numbers::MAX_KEPT && n.is_sorted_by(|a, b| a < b));
        let both = xxh3_128(format!("{} {}", fingerprint.exact, fingerprint.title).as_bytes());
        Self {
            id: Id::read(&fingerprint.article),
            of: fingerprint.of.as_ref().map(|of| Box::new((Id::read(&of.article), of.relation))),
            time: fingerprint.time.as_second(),
            #[allow(clippy::cast_possible_truncation)] // its two halves
            same: [(both >> 64) as u64, both as u64],
            host: xxh3_64(fingerprint.host.as_bytes()),
            title: (xxh3_64(fingerprint.title.as_bytes()) >> 32) as u32,
            words: fingerprint.words,
            revision: fingerprint.revision,
            weak,
            cut,
            anchors: anchors.to_vec(),
            grams: packed::short(&kept),
            numbers,
        }
    }

    /// What orders articles: who was first.
    pub(super) fn order(&self) -> (i64, &Id) {
        (self.time, &self.id)
    }

    /// The keys under which it is found: its anchors, and text and headline together.
    pub(super) fn keys(&self) -> impl Iterator<Item = u64> {
        // An empty text equals every other empty one, which says nothing.
        let [same, _] = self.same;
        let equal = (self.words > 0).then_some(same);
        self.anchors.iter().map(|anchor| xxh3_64(&anchor.to_le_bytes())).chain(equal)
    }
}
