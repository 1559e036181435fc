//! One day of the index.

use super::cells::{self, Cells};
use super::id::Id;
use super::packed::{Place, Store};
use super::question::{Facts, Question};
use std::collections::HashMap;

/// Articles of a host that stand for it in the search for furniture.
const MAX_SAMPLE: usize = 16;
/// What a key says that two alone have in common.
const CERTAIN: u32 = 64;
/// What an equal text under an equal headline says.
pub(super) const WHOLE: u32 = 1 << 16;
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

    fn entry(&self, slot: u32) -> Option<&Entry> {
        self.blocks.get(slot as usize / BLOCK)?.get(slot as usize % BLOCK)
    }

    pub(super) fn get(&self, slot: u32) -> Option<&Entry> {
        self.entry(slot).filter(|entry| !entry.dead)
    }

    pub(super) fn get_mut(&mut self, slot: u32) -> Option<&mut Entry> {
        let block = self.blocks.get_mut(slot as usize / BLOCK)?;
        block.get_mut(slot as usize % BLOCK).filter(|entry| !entry.dead)
    }

    /// The slot of an article.
    pub(super) fn find(&self, id: &Id) -> Option<u32> {
        self.cells.get(id.key()).find(|slot| self.get(*slot).is_some_and(|e| e.facts.id == *id))
    }

    /// Remembers an article; `again` tells that it takes the place of an older revision.
    pub(super) fn push(&mut self, question: &Question, again: bool) {
        let Ok(slot) = u32::try_from(self.slots) else { return };
        let entry = Entry {
            place: self.store.push(&question.grams, question.numbers.as_deref()),
            facts: question.facts.clone(),
            dead: false,
        };
        if self.slots.is_multiple_of(BLOCK) {
            // The first block of a quiet day stays small.
            self.blocks.push(Vec::with_capacity(if slot == 0 { 0 } else { BLOCK }));
        }
        if let Some(block) = self.blocks.last_mut() {
            block.push(entry);
        }
        self.slots += 1;
        self.live += 1;
        let mut cells = std::mem::take(&mut self.cells);
        cells.warm(question.keys());
        for key in question.keys().iter().copied().chain([question.facts.id.key()]) {
            // Those replaced go first.
            cells.insert(key, slot, again, |slot| match self.get(slot) {
                Some(entry) => (false, Some(entry.facts.order())),
                None => (true, None),
            });
        }
        self.cells = cells;
        self.stand_for_host(question.facts.host, slot);
    }

    fn stand_for_host(&mut self, host: u64, slot: u32) {
        let mut sample = self.hosts.remove(&host).unwrap_or_default();
        let id = |slot: u32| self.get(slot).map(|entry| &entry.facts.id);
        // Most come too late.
        let full = sample.len() >= MAX_SAMPLE;
        if !full || sample.last().is_some_and(|last| id(slot) <= id(*last)) {
            let at = sample.partition_point(|known| id(*known) < id(slot));
            sample.insert(at, slot);
            sample.truncate(MAX_SAMPLE);
        }
        self.hosts.insert(host, sample);
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

    /// Slots of the entries that share a key with these, not sorted, one for each key shared, and
    /// what that says: less, the more share it; and [`WHOLE`] for text and headline together.
    pub(super) fn meet(&self, question: &Question, out: &mut Vec<(u32, u32)>) {
        let (anchors, whole) = question.anchors_and_whole();
        for (key, plus) in anchors.iter().map(|key| (*key, 0)).chain(whole.map(|key| (key, WHOLE)))
        {
            let from = out.len();
            out.extend(self.cells.get(key).map(|slot| (slot, 0)));
            let met = out.get_mut(from..).unwrap_or_default();
            let weight = CERTAIN / u32::try_from(met.len()).unwrap_or(1).max(1);
            for (_, w) in met.iter_mut() {
                *w = weight + plus;
            }
        }
    }

    /// Looks at where the keys of a question belong, see [`Cells::warm`].
    pub(super) fn warm(&self, question: &Question) {
        self.cells.warm(question.keys());
    }

    /// Gives a piece of memory back to the allocator; false when nothing is left.
    pub(super) fn shed(&mut self) -> bool {
        self.blocks.pop().is_some() || self.store.shed() || self.cells.shed()
    }

    /// Calls `each` with the grams of an entry, in order.
    pub(super) fn grams(&self, entry: &Entry, each: impl FnMut(u32)) {
        self.store.grams(entry.place, each);
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
