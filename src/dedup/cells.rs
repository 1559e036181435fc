//! From keys to the articles of a day, in little more than six bytes a key.
//!
//! Open addressing over buckets of one cache line, in 64 shards, each of which grows by itself: no
//! insertion waits for more than one 64th of the day to be moved. A shard lies in chunks of one size,
//! and those that it leaves are taken by the next one that grows: what is freed piece by piece in all
//! sizes never comes back from the allocator.
//!
//! The articles of a key that more than a few share lie in a list of their own, so that stock phrases
//! do not crowd the buckets of others.

use super::bucket::{Bucket, CELLS, Cell, SLOT_MASK, Tag};
use super::postings::{Lists, Postings};

/// Slots that the cells can name.
pub(super) const MAX_SLOTS: usize = SLOT_MASK as usize;
/// Shards, by the lowest bits of a key.
pub(super) const SHARDS: usize = 64;
/// Buckets of a chunk.
const CHUNK: usize = 384;
/// Chunks at which the shards of a day part: from here on each has sizes of its own, so that they
/// do not all grow, and stand half empty, at the same time.
const PARTING: usize = 8;
/// Articles under one key that lie in its buckets; more lie in a list.
const DIRECT: usize = 3;

/// The shard of a key, by its lowest bits.
#[allow(clippy::cast_possible_truncation)] // the cut is the point
pub(super) fn shard_of(key: u64) -> usize {
    key as usize % SHARDS
}

/// The slots under a key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run<'a> {
    direct: [u32; DIRECT],
    len: usize,
    list: Option<&'a Postings>,
}

impl Run<'_> {
    /// A list where there is one, or those that lie in the buckets: never both.
    pub(super) fn slots(&self) -> &[u32] {
        match self.list {
            Some(list) => list.slots(),
            None => self.direct.get(..self.len).unwrap_or_default(),
        }
    }
}

#[derive(Debug, Default)]
struct Shard {
    /// All full chunks, but for the first of a small shard.
    chunks: Vec<Box<[Bucket]>>,
    /// Buckets.
    len: usize,
    /// Cells in use.
    used: usize,
    lists: Lists,
}

impl Shard {
    fn bucket(&self, at: usize) -> Option<&Bucket> {
        self.chunks.get(at / CHUNK)?.get(at % CHUNK)
    }

    fn bucket_mut(&mut self, at: usize) -> Option<&mut Bucket> {
        self.chunks.get_mut(at / CHUNK)?.get_mut(at % CHUNK)
    }

    /// The bucket after another; the first follows the last.
    fn next(&self, at: usize) -> usize {
        if at + 1 < self.len { at + 1 } else { 0 }
    }

    /// The slots under a tag.
    fn run(&self, tag: Tag) -> Run<'_> {
        let mut run = Run { direct: [SLOT_MASK; DIRECT], len: 0, list: None };
        let mut at = tag.home(self.len);
        for _ in 0..self.len {
            let Some(bucket) = self.bucket(at) else { break };
            let mut found = bucket.find(tag);
            while found != 0 {
                let n = found.trailing_zeros() as usize;
                found &= found - 1;
                if bucket.is_list(n) {
                    run.list = self.lists.get(bucket.value(n));
                } else if let Some(place) = run.direct.get_mut(run.len) {
                    *place = bucket.value(n);
                    run.len += 1;
                }
            }
            if !bucket.is_over() {
                break;
            }
            at = self.next(at);
        }
        run
    }

    /// Puts a cell into the first free place.
    fn put(&mut self, cell: Cell) {
        let mut at = cell.tag.home(self.len);
        for _ in 0..self.len {
            let Some(bucket) = self.bucket_mut(at) else { return };
            if bucket.push(cell) {
                self.used += 1;
                return;
            }
            bucket.set_over();
            at = self.next(at);
        }
    }

    /// Puts a slot under a tag, see [`Cells::insert`].
    fn insert<O: Ord>(&mut self, tag: Tag, slot: u32, changed: bool, order: impl Fn(u32) -> O) {
        let (mut at, mut same) = (tag.home(self.len), 0);
        for _ in 0..self.len {
            let Some(bucket) = self.bucket(at) else { return };
            let found = bucket.find(tag);
            if found != 0 {
                let n = found.trailing_zeros() as usize;
                if bucket.is_list(n) {
                    let list = bucket.value(n);
                    if let Some(list) = self.lists.get_mut(list) {
                        list.insert(slot, changed, order);
                    }
                    return;
                }
                same += found.count_ones() as usize;
            }
            if !bucket.is_over() {
                break;
            }
            at = self.next(at);
        }
        if same < DIRECT {
            self.put(Cell { tag, value: slot, is_list: false });
            return;
        }
        let Run { direct, .. } = self.run(tag);
        let list = self.lists.push(direct.into_iter().chain([slot]));
        let mut at = tag.home(self.len);
        for _ in 0..self.len {
            let Some(bucket) = self.bucket_mut(at) else { break };
            let (removed, over) = (bucket.remove(tag), bucket.is_over());
            self.used -= removed;
            if !over {
                break;
            }
            at = self.next(at);
        }
        self.put(Cell { tag, value: list, is_list: true });
    }

    /// Makes room for one more, so that a sixth of the cells stays free; `spare` are chunks of no
    /// shard, `nth` is this one among the shards.
    fn grow(&mut self, nth: usize, spare: &mut Vec<Box<[Bucket]>>) {
        if (self.used + 1) * 6 <= self.len * CELLS * 5 {
            return;
        }
        let full = self.len / CHUNK;
        let chunks = match full {
            0 => 0,
            PARTING => full + 1 + nth % (PARTING / 2),
            _ => full + full.div_ceil(2),
        };
        let small = (self.len * 2).clamp(1, CHUNK);
        self.len = if chunks == 0 { small } else { chunks * CHUNK };
        self.used = 0;
        let old = std::mem::take(&mut self.chunks);
        self.chunks = (0..chunks.max(1))
            .map(|_| match spare.pop_if(|_| chunks > 0) {
                Some(mut chunk) => {
                    chunk.fill(Bucket::default());
                    chunk
                }
                None => vec![Bucket::default(); self.len.min(CHUNK)].into_boxed_slice(),
            })
            .collect();
        for cell in old.iter().flatten().flat_map(Bucket::cells) {
            self.put(cell);
        }
        spare.extend(old.into_iter().filter(|chunk| chunk.len() == CHUNK));
    }
}

/// The cells of a day.
#[derive(Debug)]
pub(super) struct Cells {
    shards: Vec<Shard>,
    spare: Vec<Box<[Bucket]>>,
}

impl Default for Cells {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Shard::default()).collect(), spare: Vec::new() }
    }
}

impl Cells {
    /// Puts a slot under a key. Of many the first by `order` stay, so that the order of arrival does
    /// not matter; `changed` tells that the order of some under this key is another than it was.
    pub(super) fn insert<O: Ord>(
        &mut self,
        key: u64,
        slot: u32,
        changed: bool,
        order: impl Fn(u32) -> O,
    ) {
        let Some(shard) = self.shards.get_mut(shard_of(key)) else { return };
        shard.grow(shard_of(key), &mut self.spare);
        shard.insert(Tag::of(key), slot, changed, order);
    }

    /// The slots under a key. A list is not read yet.
    pub(super) fn get(&self, key: u64) -> Run<'_> {
        let empty = Run { direct: [SLOT_MASK; DIRECT], len: 0, list: None };
        self.shards.get(shard_of(key)).map_or(empty, |shard| shard.run(Tag::of(key)))
    }

    /// Looks at where these keys belong, all at once: memory is waited for once and not for each.
    pub(super) fn warm(&self, keys: impl Iterator<Item = u64>) {
        let look = |key: u64| {
            let shard = self.shards.get(shard_of(key))?;
            Some(shard.bucket(Tag::of(key).home(shard.len))?.len())
        };
        std::hint::black_box(keys.filter_map(look).fold(0, |sum, one| sum ^ one));
    }

    /// How many cells are in the shard of a key.
    pub(super) fn of_shard(&self, key: u64) -> usize {
        self.shards.get(shard_of(key)).map_or(0, |shard| shard.used)
    }

    /// The tags in the shard of a key, in order but for those that did not fit where they belong.
    pub(super) fn tags_of_shard(&self, key: u64) -> impl Iterator<Item = Tag> {
        let chunks = self.shards.get(shard_of(key)).into_iter().flat_map(|shard| &shard.chunks);
        chunks.flat_map(|chunk| chunk.iter()).flat_map(Bucket::cells).map(|cell| cell.tag)
    }

    /// Gives one shard back to the allocator; false when none is left.
    pub(super) fn shed(&mut self) -> bool {
        self.spare.clear();
        self.shards.pop().is_some()
    }

    /// Bytes in use.
    pub(super) fn memory(&self) -> usize {
        let chunks = self.shards.iter().flat_map(|shard| &shard.chunks).chain(&self.spare);
        let lists = self.shards.iter().map(|shard| shard.lists.memory());
        chunks.map(|chunk| chunk.len() * size_of::<Bucket>()).sum::<usize>() + lists.sum::<usize>()
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
            assert!(cells.get(key(n)).slots().contains(&n), "{n}");
            assert!(cells.get(key(n / 7)).slots().contains(&n), "{n}");
        }
        // Keys that are not there hardly ever meet one by chance.
        assert!((50_000..100_000).map(|n| cells.get(key(n)).slots().len()).sum::<usize>() < 10);
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
            let mut found: Vec<u32> = cells.get(key(1)).slots().to_vec();
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
        let mut found: Vec<u32> = cells.get(key(1)).slots().to_vec();
        found.sort_unstable();
        assert_eq!(found, (0..16).filter(|n| *n != 3).chain([200]).collect::<Vec<_>>());
        // It is last now: something earlier takes its place, something later does not.
        cells.insert(key(1), 300, false, order);
        cells.insert(key(1), 50, false, order);
        assert!(cells.get(key(1)).slots().iter().all(|slot| *slot < 16 || *slot == 50));
    }
}
