//! One day of the index.

use super::minhash::BANDS;
use crate::message::{DuplicateOf, Timestamp};
use std::collections::{BTreeMap, HashMap};

/// No further entry.
const END: u32 = u32::MAX;
/// The lane of texts and headlines that are equal; those before are the bands of the signature.
pub(super) const EQUAL: usize = BANDS;
/// Lanes in all.
pub(super) const LANES: usize = BANDS + 1;
/// Entries that a question looks at in one lane of a day, newest first.
const MAX_WALK: usize = 256;
/// Articles of a host that stand for it in the search for furniture.
const MAX_SAMPLE: usize = 16;

/// What is kept of an article in memory.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) article: Box<str>,
    pub(super) revision: u32,
    pub(super) time: Timestamp,
    pub(super) host: u64,
    pub(super) title: u64,
    /// Hash of the exact text.
    pub(super) exact: u128,
    pub(super) words: u32,
    pub(super) weak: bool,
    pub(super) grams: Box<[u32]>,
    /// Absent where the fingerprint does not tell them.
    pub(super) numbers: Option<Box<[u32]>>,
    pub(super) of: Option<DuplicateOf>,
}

impl Entry {
    /// What orders articles: who was first.
    pub(super) fn order(&self) -> (Timestamp, &str) {
        (self.time, &self.article)
    }
}

/// One day: entries, and for each lane the chains of those with the same key.
#[derive(Debug)]
pub(super) struct Slice {
    entries: Vec<Option<Entry>>,
    heads: Vec<HashMap<u32, u32>>,
    next: Vec<Box<[u32]>>,
    /// By host: the articles with the smallest ids, so that the sample does not depend on order.
    hosts: HashMap<u64, BTreeMap<Box<str>, u32>>,
    live: usize,
}

impl Default for Slice {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            heads: vec![HashMap::new(); LANES],
            next: Vec::new(),
            hosts: HashMap::new(),
            live: 0,
        }
    }
}

impl Slice {
    /// Entries that are alive.
    pub(super) fn len(&self) -> usize {
        self.live
    }

    /// Entries with those replaced, which still take room in the chains.
    pub(super) fn slots(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn get(&self, slot: u32) -> Option<&Entry> {
        self.entries.get(slot as usize)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, slot: u32) -> Option<&mut Entry> {
        self.entries.get_mut(slot as usize)?.as_mut()
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().flatten()
    }

    /// Adds an entry under its keys: one a lane, absent where it does not take part.
    pub(super) fn push(&mut self, entry: Entry, keys: &[Option<u32>]) -> u32 {
        let slot = u32::try_from(self.entries.len()).unwrap_or(END);
        let mut next = vec![END; LANES].into_boxed_slice();
        for ((head, key), next) in self.heads.iter_mut().zip(keys).zip(next.iter_mut()) {
            if let Some(key) = key {
                *next = head.insert(*key, slot).unwrap_or(END);
            }
        }
        let sample = self.hosts.entry(entry.host).or_default();
        sample.insert(entry.article.clone(), slot);
        if sample.len() > MAX_SAMPLE {
            sample.pop_last();
        }
        self.entries.push(Some(entry));
        self.next.push(next);
        self.live += 1;
        slot
    }

    /// Forgets an entry; its chains lead through it still.
    pub(super) fn remove(&mut self, slot: u32) -> Option<Entry> {
        let entry = self.entries.get_mut(slot as usize)?.take()?;
        self.live -= 1;
        if let Some(sample) = self.hosts.get_mut(&entry.host) {
            sample.remove(&entry.article);
        }
        Some(entry)
    }

    /// Slots of the entries that share a key with these, not sorted, with repeats.
    pub(super) fn meet(&self, keys: &[Option<u32>], out: &mut Vec<u32>) {
        for (lane, (head, key)) in self.heads.iter().zip(keys).enumerate() {
            let Some(key) = key else { continue };
            let mut slot = head.get(key).copied().unwrap_or(END);
            for _ in 0..MAX_WALK {
                if slot == END {
                    break;
                }
                out.push(slot);
                slot = self
                    .next
                    .get(slot as usize)
                    .and_then(|next| next.get(lane))
                    .copied()
                    .unwrap_or(END);
            }
        }
    }

    /// The articles that stand for a host.
    pub(super) fn sample(&self, host: u64) -> impl Iterator<Item = &Entry> {
        self.hosts
            .get(&host)
            .into_iter()
            .flat_map(|s| s.values())
            .filter_map(|slot| self.get(*slot))
    }
}
