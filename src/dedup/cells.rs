//! From keys to the articles of a day, in six bytes a key.
//!
//! Open addressing with linear probing in 64 shards, each of which grows by itself: no insertion
//! waits for more than one 64th of the day to be moved. A shard lies in chunks of one size, and those
//! that it leaves are taken by the next one that grows: what is freed piece by piece in all sizes
//! never comes back from the allocator.

/// Bits of a slot.
const SLOT: u32 = 20;
/// The bits of a cell that are its slot.
const SLOT_MASK: u32 = (1 << SLOT) - 1;
/// Slots that the cells can name.
pub(super) const MAX_SLOTS: usize = SLOT_MASK as usize;
/// Shards, by the lowest bits of a key.
const SHARDS: usize = 64;
/// Cells of a chunk.
const CHUNK: usize = 4_096;
/// Cells of a shard at first.
const FIRST: usize = 16;
/// Articles of a day under one key, the oldest of them. What more have in common is a stock phrase,
/// or a text that the oldest stand for.
pub(super) const MAX_RUN: usize = 16;

/// A slot and 12 bits of the key (the upper ones of the second half), in two halves; and the 16 bits of the key that tell where it
/// belongs.
type Cell = [u16; 3];

/// No article: its slot is none.
const EMPTY: Cell = [u16::MAX; 3];

/// The slot and 12 bits of the key.
fn content([low, high, _]: Cell) -> u32 {
    u32::from(high) << 16 | u32::from(low)
}

#[allow(clippy::cast_possible_truncation)] // its two halves
fn cell(slot: u32, (order, tag): (u16, u32)) -> Cell {
    let content = tag << SLOT | slot;
    [content as u16, (content >> 16) as u16, order]
}

/// The 28 bits of a key that are kept: 16 that order, 12 that tell apart.
#[allow(clippy::cast_possible_truncation)] // the cut is the point
fn parts(key: u64) -> (u16, u32) {
    ((key >> 48) as u16, ((key >> 6) as u32) & 0xfff)
}

/// The shard of a key, by its lowest bits.
#[allow(clippy::cast_possible_truncation)] // the cut is the point
fn shard_of(key: u64) -> usize {
    key as usize % SHARDS
}

#[derive(Debug, Default)]
struct Shard {
    /// All full chunks, but for the first of a small shard.
    chunks: Vec<Box<[Cell]>>,
    len: usize,
    used: usize,
}

impl Shard {
    /// Where a key belongs: 28 of its bits, spread over the cells.
    fn home(&self, (order, tag): (u16, u32)) -> usize {
        let bits = (u64::from(order) << 12) | u64::from(tag);
        ((bits * self.len as u64) >> 28) as usize
    }

    fn at(&self, at: usize) -> Cell {
        self.chunks.get(at / CHUNK).and_then(|c| c.get(at % CHUNK)).copied().unwrap_or(EMPTY)
    }

    fn at_mut(&mut self, at: usize) -> Option<&mut Cell> {
        self.chunks.get_mut(at / CHUNK)?.get_mut(at % CHUNK)
    }

    /// The places of the cells of a key, with their slots.
    fn run(&self, key: u64) -> impl Iterator<Item = (usize, u32)> {
        let (order, tag) = parts(key);
        let home = self.home((order, tag));
        let (mut chunk, mut at) = (home / CHUNK, home % CHUNK);
        // The chunk where it begins is looked at twice at most, for the run may come around.
        let mut left = self.chunks.len() + 1;
        std::iter::from_fn(move || {
            while left > 0 {
                let rest = self.chunks.get(chunk).and_then(|c| c.get(at..)).unwrap_or_default();
                for (i, cell) in rest.iter().enumerate() {
                    if *cell == EMPTY {
                        left = 0;
                        return None;
                    }
                    let content = content(*cell);
                    if content >> SLOT == tag && cell[2] == order {
                        let place = chunk * CHUNK + at + i;
                        at += i + 1;
                        return Some((place, content & SLOT_MASK));
                    }
                }
                left -= 1;
                at = 0;
                chunk = if chunk + 1 < self.chunks.len() { chunk + 1 } else { 0 };
            }
            None
        })
    }

    /// Puts a cell into the first free place, and tells how many of its key stand before it; where
    /// that are `most` it is not put.
    fn put(&mut self, cell: Cell, most: usize) -> usize {
        let home = self.home((cell[2], content(cell) >> SLOT));
        let (mut chunk, mut at, mut same) = (home / CHUNK, home % CHUNK, 0);
        for _ in 0..=self.chunks.len() {
            let rest = self.chunks.get_mut(chunk).and_then(|c| c.get_mut(at..)).unwrap_or_default();
            for known in rest {
                if *known == EMPTY {
                    *known = cell;
                    self.used += 1;
                    return same;
                }
                if known[2] == cell[2] && known[1] >> 4 == cell[1] >> 4 {
                    same += 1;
                    if same >= most {
                        return same;
                    }
                }
            }
            at = 0;
            chunk = if chunk + 1 < self.chunks.len() { chunk + 1 } else { 0 };
        }
        same
    }

    /// Moves the last by `order` of a key's cells to the last place.
    fn settle<O: Ord>(&mut self, key: u64, order: impl Fn(u32) -> O) {
        let last = self.run(key).last().map(|(at, _)| at);
        let latest = self.run(key).map(|(at, slot)| (order(slot), at)).max().map(|(_, at)| at);
        if let (Some(last), Some(latest)) = (last, latest)
            && last != latest
        {
            let (a, b) = (self.at(last), self.at(latest));
            self.set(last, b);
            self.set(latest, a);
        }
    }

    fn set(&mut self, at: usize, cell: Cell) {
        if let Some(place) = self.at_mut(at) {
            *place = cell;
        }
    }

    /// Makes room for one more, so that one cell in five stays free; `spare` are chunks of no shard.
    fn grow(&mut self, spare: &mut Vec<Box<[Cell]>>) {
        if (self.used + 1) * 5 <= self.len * 4 {
            return;
        }
        let full = self.len / CHUNK;
        let sizes = if full == 0 {
            vec![(self.len * 2).max(FIRST)]
        } else {
            vec![CHUNK; full + full.div_ceil(4)]
        };
        let chunk = |size| match spare.pop_if(|_| size == CHUNK) {
            Some(mut chunk) => {
                chunk.fill(EMPTY);
                chunk
            }
            None => vec![EMPTY; size].into_boxed_slice(),
        };
        let room = Self {
            len: sizes.iter().sum(),
            chunks: sizes.into_iter().map(chunk).collect(),
            used: 0,
        };
        let old = std::mem::replace(self, room);
        // From a free place on, so that the cells of a key keep their order.
        let free = (0..old.len).find(|at| old.at(*at) == EMPTY).unwrap_or(0);
        for cell in (free..old.len).chain(0..free).map(|at| old.at(at)) {
            if cell != EMPTY {
                self.put(cell, usize::MAX);
            }
        }
        spare.extend(old.chunks.into_iter().filter(|chunk| chunk.len() == CHUNK));
    }
}

/// The cells of a day.
#[derive(Debug)]
pub(super) struct Cells {
    shards: Vec<Shard>,
    spare: Vec<Box<[Cell]>>,
}

impl Default for Cells {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Shard::default()).collect(), spare: Vec::new() }
    }
}

impl Cells {
    /// Puts a slot under a key. Of more than [`MAX_RUN`] the first by `order` stay, so that the
    /// order of arrival does not matter.
    ///
    /// Of a key with so many the last by `order` lies last: nearly all that come later are told
    /// by one look. `changed` tells that the order of some under this key is another than it was.
    pub(super) fn insert<O: Ord>(
        &mut self,
        key: u64,
        slot: u32,
        changed: bool,
        order: impl Fn(u32) -> O,
    ) {
        let Some(shard) = self.shards.get_mut(shard_of(key)) else { return };
        shard.grow(&mut self.spare);
        let cell = cell(slot, parts(key));
        let before = shard.put(cell, MAX_RUN);
        if before >= MAX_RUN {
            if changed {
                shard.settle(key, &order);
            }
            match shard.run(key).last() {
                Some((at, last)) if order(slot) < order(last) => shard.set(at, cell),
                _ => return,
            }
        }
        if before + 1 >= MAX_RUN {
            shard.settle(key, order);
        }
    }

    /// The slots under a key.
    pub(super) fn get(&self, key: u64) -> impl Iterator<Item = u32> {
        self.shards
            .get(shard_of(key))
            .into_iter()
            .flat_map(move |shard| shard.run(key).map(|(_, slot)| slot))
    }

    /// Looks at where these keys belong, all at once: memory is waited for once and not for each.
    pub(super) fn warm(&self, keys: &[u64]) {
        let look = |key: &u64| {
            let shard = self.shards.get(shard_of(*key))?;
            Some(u32::from(shard.at(shard.home(parts(*key)))[2]))
        };
        std::hint::black_box(keys.iter().filter_map(look).fold(0, |sum, one| sum ^ one));
    }

    /// Gives one shard back to the allocator; false when none is left.
    pub(super) fn shed(&mut self) -> bool {
        self.spare.clear();
        self.shards.pop().is_some()
    }

    /// Bytes in use.
    pub(super) fn memory(&self) -> usize {
        let chunks = self.shards.iter().flat_map(|shard| &shard.chunks).chain(&self.spare);
        chunks.map(|chunk| chunk.len() * size_of::<Cell>()).sum()
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
            cells.insert(key(n), n, false, |slot| slot);
            cells.insert(key(n / 7), n, false, |slot| slot);
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
            for n in 0..100 {
                cells.insert(key(1), n * step % 100, false, |slot| slot);
                // All the while the tables grow.
                (0..400).for_each(|m| cells.insert(key(n * 400 + m + 2), m, false, |slot| slot));
            }
            let mut found: Vec<u32> = cells.get(key(1)).collect();
            found.sort_unstable();
            assert_eq!(found, (0..16).collect::<Vec<_>>());
        }
    }

    #[test]
    fn under_a_crowded_key_a_revision_takes_the_place_of_what_it_replaces() {
        let mut cells = Cells::default();
        (0..100).for_each(|n| cells.insert(key(1), n, false, |slot| slot));
        // Slot 3 is dead, and what took its place is the last by time.
        let order = |slot: u32| (slot == 3, slot);
        cells.insert(key(1), 200, true, order);
        let mut found: Vec<u32> = cells.get(key(1)).collect();
        found.sort_unstable();
        assert_eq!(found, (0..16).filter(|n| *n != 3).chain([200]).collect::<Vec<_>>());
        // It is last now: something earlier takes its place, something later does not.
        cells.insert(key(1), 300, false, order);
        cells.insert(key(1), 50, false, order);
        assert!(cells.get(key(1)).all(|slot| slot < 16 || slot == 50));
    }
}
