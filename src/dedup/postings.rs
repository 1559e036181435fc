//! Lists of the articles under keys that many share.

/// Articles of a day under one key, the oldest of them. What more have in common is a stock phrase,
/// or a text that the oldest stand for.
pub(super) const MAX_RUN: usize = 16;
/// Lists of a block.
const BLOCK: usize = 64;
/// The end of a list that is not full.
const NONE: u32 = u32::MAX;

/// Up to [`MAX_RUN`] slots: one cache line. Of a full list the last by order lies last, so that
/// nearly all that come later are told by one look.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(super) struct Postings([u32; MAX_RUN]);

impl Postings {
    /// The slots.
    pub(super) fn slots(&self) -> &[u32] {
        let len = self.0.iter().filter(|slot| **slot != NONE).count();
        self.0.get(..len).unwrap_or_default()
    }

    /// Adds a slot. Of more than [`MAX_RUN`] the first by `order` stay, so that the order of arrival
    /// does not matter; `changed` tells that the order of some is another than it was.
    pub(super) fn insert<O: Ord>(&mut self, slot: u32, changed: bool, order: impl Fn(u32) -> O) {
        if let Some(at) = self.0.iter().position(|known| *known == NONE) {
            if let Some(place) = self.0.get_mut(at) {
                *place = slot;
            }
            if at + 1 == MAX_RUN {
                self.settle(order);
            }
            return;
        }
        if changed {
            self.settle(&order);
        }
        if let Some(last) = self.0.last_mut()
            && order(slot) < order(*last)
        {
            *last = slot;
            self.settle(order);
        }
    }

    /// Moves the last by `order` to the last place.
    fn settle<O: Ord>(&mut self, order: impl Fn(u32) -> O) {
        let latest = self.0.iter().enumerate().max_by_key(|(_, slot)| order(**slot));
        if let Some((at, _)) = latest {
            self.0.swap(at, MAX_RUN - 1);
        }
    }
}

/// The lists of a shard, in blocks that never move.
#[derive(Debug, Default)]
pub(super) struct Lists(Vec<Vec<Postings>>);

impl Lists {
    /// A new list of a few slots, and where it is.
    pub(super) fn push(&mut self, slots: impl IntoIterator<Item = u32>) -> u32 {
        let mut list = [NONE; MAX_RUN];
        list.iter_mut().zip(slots).for_each(|(place, slot)| *place = slot);
        if self.0.last().is_none_or(|block| block.len() >= BLOCK) {
            // The first block of a quiet day stays small.
            self.0.push(Vec::with_capacity(if self.0.is_empty() { 0 } else { BLOCK }));
        }
        let before = (self.0.len() - 1) * BLOCK;
        let Some(block) = self.0.last_mut() else { return NONE };
        block.push(Postings(list));
        u32::try_from(before + block.len() - 1).unwrap_or(NONE)
    }

    pub(super) fn get(&self, at: u32) -> Option<&Postings> {
        self.0.get(at as usize / BLOCK)?.get(at as usize % BLOCK)
    }

    pub(super) fn get_mut(&mut self, at: u32) -> Option<&mut Postings> {
        self.0.get_mut(at as usize / BLOCK)?.get_mut(at as usize % BLOCK)
    }

    /// Bytes in use.
    pub(super) fn memory(&self) -> usize {
        self.0.iter().map(|block| block.capacity() * size_of::<Postings>()).sum()
    }
}
