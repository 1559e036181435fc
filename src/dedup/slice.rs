//! One day of the index.

use super::cells::{self, Cells, Run};
use super::packed::{Place, Store};
use super::question::{Facts, Question};
use crate::message::ShortId;
use std::collections::{HashMap, hash_map::IntoKeys};

/// Articles of a host that stand for it in the search for furniture.
const MAX_SAMPLE: usize = 16;
/// Entries of a block, which never moves.
const BLOCK: usize = 4_096;

/// What is kept of an article in memory, beside its grams and numbers.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) facts: Facts,
    pub(super) place: Place,
    /// Replaced by a newer revision.
    dead: bool,
}

/// The entry of a slot that is not replaced.
fn alive(blocks: &[Vec<Entry>], slot: u32) -> Option<&Entry> {
    let entry = blocks.get(slot as usize / BLOCK)?.get(slot as usize % BLOCK);
    entry.filter(|entry| !entry.dead)
}

/// One day: entries, and the cells that lead to them.
#[derive(Debug, Default)]
pub(super) struct Slice {
    blocks: Vec<Vec<Entry>>,
    store: Store,
    cells: Cells,
    /// By host: the articles with the smallest ids, so that the sample does not depend on order.
    hosts: HashMap<u64, Vec<u32>>,
    slots: usize,
    live: usize,
}

impl Slice {
    /// Entries that are alive.
    pub(super) fn len(&self) -> usize {
        self.live
    }

    /// Entries with those replaced, which still take room.
    pub(super) fn slots(&self) -> usize {
        self.slots
    }

    pub(super) fn is_full(&self) -> bool {
        self.slots >= cells::MAX_SLOTS
    }

    pub(super) fn get(&self, slot: u32) -> Option<&Entry> {
        alive(&self.blocks, slot)
    }

    pub(super) fn get_mut(&mut self, slot: u32) -> Option<&mut Entry> {
        let block = self.blocks.get_mut(slot as usize / BLOCK)?;
        block.get_mut(slot as usize % BLOCK).filter(|entry| !entry.dead)
    }

    /// The slot of an article; `key` is that of its id.
    pub(super) fn find(&self, id: &ShortId, key: u64) -> Option<u32> {
        let run = self.cells.get(key);
        let is_it = |slot: &u32| self.get(*slot).is_some_and(|e| e.facts.id == *id);
        run.slots().iter().copied().find(is_it)
    }

    /// The slots under a key.
    pub(super) fn run(&self, key: u64) -> Run<'_> {
        self.cells.get(key)
    }

    /// Remembers an article under its keys and that of its id; `again` tells that it takes the place
    /// of an older revision. Its grams come back when it stands for its host from now on.
    pub(super) fn push(&mut self, question: Question, id: u64, again: bool) -> Option<Vec<u32>> {
        let slot = u32::try_from(self.slots).ok()?;
        self.cells.warm(question.keys().iter().copied());
        let host = question.facts.host;
        let place = self.store.push(&question.grams, question.numbers.as_deref());
        let (keys, facts, grams) = question.into_parts();
        let entry = Entry { place, facts, dead: false };
        if self.slots.is_multiple_of(BLOCK) {
            // The first block of a quiet day stays small.
            self.blocks.push(Vec::with_capacity(if slot == 0 { 0 } else { BLOCK }));
        }
        if let Some(block) = self.blocks.last_mut() {
            block.push(entry);
        }
        self.slots += 1;
        self.live += 1;
        let blocks = &self.blocks;
        for key in keys.iter().copied().chain([id]) {
            // Those replaced go first.
            self.cells.insert(key, slot, again, |slot| match alive(blocks, slot) {
                Some(entry) => (false, Some(entry.facts.order())),
                None => (true, None),
            });
        }
        self.stand_for_host(host, slot).then_some(grams)
    }

    fn stand_for_host(&mut self, host: u64, slot: u32) -> bool {
        let sample = self.hosts.entry(host).or_default();
        let id = |slot: u32| alive(&self.blocks, slot).map(|entry| &entry.facts.id);
        // Most come too late.
        let full = sample.len() >= MAX_SAMPLE;
        let stands = !full || sample.last().is_some_and(|last| id(slot) <= id(*last));
        if stands {
            let at = sample.partition_point(|known| id(*known) < id(slot));
            sample.truncate(MAX_SAMPLE - 1);
            sample.insert(at, slot);
        }
        stands
    }

    /// Forgets an entry; cells lead to it still.
    pub(super) fn remove(&mut self, slot: u32) {
        let Some(entry) = self.get_mut(slot) else { return };
        entry.dead = true;
        let host = entry.facts.host;
        self.live -= 1;
        if let Some(sample) = self.hosts.get_mut(&host) {
            sample.retain(|known| *known != slot);
        }
    }

    /// Looks at where keys belong, see [`Cells::warm`].
    pub(super) fn warm(&self, keys: impl Iterator<Item = u64>) {
        self.cells.warm(keys);
    }

    /// The cells.
    pub(super) fn cells(&self) -> &Cells {
        &self.cells
    }

    /// Takes the hosts out, of a day that is forgotten.
    pub(super) fn take_hosts(&mut self) -> IntoKeys<u64, Vec<u32>> {
        std::mem::take(&mut self.hosts).into_keys()
    }

    /// Gives a piece of memory back to the allocator; false when nothing is left.
    pub(super) fn shed(&mut self) -> bool {
        self.blocks.pop().is_some() || self.store.shed() || self.cells.shed()
    }

    /// Calls `each` with the grams of an entry, in order, up to the end or a little further.
    pub(super) fn grams(&self, entry: &Entry, end: u32, each: impl FnMut(u32)) {
        self.store.grams(entry.place, end, each);
    }

    /// The numbers of an entry, where they are known.
    pub(super) fn numbers(&self, entry: &Entry) -> Option<Vec<u32>> {
        self.store.numbers(entry.place)
    }

    /// The articles that stand for a host.
    pub(super) fn sample(&self, host: u64) -> impl Iterator<Item = (&Self, &Entry)> {
        let slots = self.hosts.get(&host).into_iter().flatten();
        slots.filter_map(move |slot| Some((self, self.get(*slot)?)))
    }

    /// Bytes in use, without what the allocator adds.
    pub(super) fn memory(&self) -> usize {
        let entries: usize = self.blocks.iter().map(Vec::capacity).sum();
        let hosts: usize = self.hosts.values().map(|sample| sample.capacity() * 4 + 48).sum();
        entries * size_of::<Entry>() + self.store.memory() + self.cells.memory() + hosts
    }
}
