//! From keys to the articles of a day, in six bytes a key.
//!
//! Open addressing with linear probing in 64 shards, each of which grows by itself: no insertion
//! waits for more than one 64th of the day to be moved.

/// No article.
const EMPTY: u32 = u32::MAX;
/// Bits of a slot.
const SLOT: u32 = 20;
/// The bits of a cell that are its slot.
const SLOT_MASK: u32 = (1 << SLOT) - 1;
/// Slots that the cells can name.
pub(super) const MAX_SLOTS: usize = SLOT_MASK as usize;
/// Shards, by the lowest bits of a key.
const SHARDS: usize = 64;
/// Articles of a day under one key, the oldest of them. What more have in common is a stock phrase,
/// or a text that the oldest stand for.
pub(super) const MAX_RUN: usize = 16;

#[derive(Debug, Default)]
struct Shard {
    /// Slot, and 12 bits of the key.
    cells: Vec<u32>,
    /// 16 bits of the key, which tell where a cell belongs.
    homes: Vec<u16>,
    used: usize,
}

/// The shard of a key, by its lowest bits.
#[allow(clippy::cast_possible_truncation)] // the cut is the point
fn shard_of(key: u64) -> usize {
    key as usize % SHARDS
}

/// The 28 bits of a key that are kept: 16 that order, 12 that tell apart.
#[allow(clippy::cast_possible_truncation)] // the cut is the point
fn parts(key: u64) -> (u16, u32) {
    ((key >> 48) as u16, ((key >> 6) as u32) & 0xfff)
}

impl Shard {
    /// Where a key belongs: 28 of its bits, spread over the cells.
    fn home(&self, high: u16, low: u32) -> usize {
        let bits = (u64::from(high) << 12) | u64::from(low);
        ((bits * self.cells.len() as u64) >> 28) as usize
    }

    fn run(&self, key: u64) -> impl Iterator<Item = (usize, u32)> {
        let (high, low) = parts(key);
        let home = self.home(high, low);
        let (before, from) = self.cells.split_at(home.min(self.cells.len()));
        let places = (home..self.cells.len()).chain(0..home);
        places
            .zip(from.iter().chain(before))
            .take_while(|(_, cell)| **cell != EMPTY)
            .filter(move |(at, cell)| **cell >> SLOT == low && self.homes.get(*at) == Some(&high))
            .map(|(at, cell)| (at, cell & SLOT_MASK))
    }

    fn put(&mut self, high: u16, cell: u32) {
        let (len, mut at) = (self.cells.len(), self.home(high, cell >> SLOT));
        for _ in 0..len {
            if let (Some(free @ &mut EMPTY), Some(home)) =
                (self.cells.get_mut(at), self.homes.get_mut(at))
            {
                (*free, *home) = (cell, high);
                self.used += 1;
                return;
            }
            at = if at + 1 == len { 0 } else { at + 1 };
        }
    }

    /// Makes room for one more, so that one cell in five stays free.
    fn grow(&mut self) {
        if (self.used + 1) * 5 <= self.cells.len() * 4 {
            return;
        }
        let room = self.cells.len() + self.cells.len() / 2 + 16;
        let cells = std::mem::replace(&mut self.cells, vec![EMPTY; room]);
        let homes = std::mem::replace(&mut self.homes, vec![0; room]);
        self.used = 0;
        for (cell, home) in cells.into_iter().zip(homes).filter(|(cell, _)| *cell != EMPTY) {
            self.put(home, cell);
        }
    }
}

/// The cells of a day.
#[derive(Debug)]
pub(super) struct Cells {
    shards: Vec<Shard>,
}

impl Default for Cells {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Shard::default()).collect() }
    }
}

impl Cells {
    /// Puts a slot under a key. Of more than [`MAX_RUN`] the first by `order` stay, so that the
    /// order of arrival does not matter.
    pub(super) fn insert<O: Ord>(&mut self, key: u64, slot: u32, order: impl Fn(u32) -> O) {
        let Some(shard) = self.shards.get_mut(shard_of(key)) else { return };
        shard.grow();
        let (high, low) = parts(key);
        let cell = low << SLOT | slot;
        if shard.run(key).nth(MAX_RUN - 1).is_none() {
            return shard.put(high, cell);
        }
        let last = shard.run(key).map(|(at, known)| (order(known), at)).max();
        if let Some((known, at)) = last
            && order(slot) < known
            && let Some(place) = shard.cells.get_mut(at)
        {
            *place = cell;
        }
    }

    /// The slots under a key.
    pub(super) fn get(&self, key: u64) -> impl Iterator<Item = u32> {
        self.shards
            .get(shard_of(key))
            .into_iter()
            .flat_map(move |shard| shard.run(key).map(|(_, slot)| slot))
    }

    /// Bytes in use.
    pub(super) fn memory(&self) -> usize {
        self.shards.iter().map(|s| s.cells.capacity() * 4 + s.homes.capacity() * 2).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xxhash_rust::xxh3::xxh3_64;

    fn key(n: u32) -> u64 {
        xxh3_64(&n.to_le_bytes())
    }

    #[test]
    fn everything_is_found_again() {
        let mut cells = Cells::default();
        for n in 0..50_000 {
            cells.insert(key(n), n, |slot| slot);
            cells.insert(key(n / 7), n, |slot| slot);
        }
        for n in 0..50_000 {
            assert!(cells.get(key(n)).any(|slot| slot == n), "{n}");
            assert!(cells.get(key(n / 7)).any(|slot| slot == n), "{n}");
        }
        // Keys that are not there hardly ever meet one by chance.
        assert!((50_000..100_000).map(|n| cells.get(key(n)).count()).sum::<usize>() < 10);
    }

    #[test]
    fn under_a_crowded_key_the_first_stay_whatever_the_order() {
        for step in [1, 7, 31] {
            let mut cells = Cells::default();
            (0..100).for_each(|n| cells.insert(key(1), n * step % 100, |slot| slot));
            let mut found: Vec<u32> = cells.get(key(1)).collect();
            found.sort_unstable();
            assert_eq!(found, (0..16).collect::<Vec<_>>());
        }
    }
}
