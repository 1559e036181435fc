//! On which days a key is known: one look instead of one in each day.
//!
//! A byte has a bit for each day (modulo eight). A key sets its day's bit in two bytes of one cache
//! line, which its place in the cells of a day tells: a day it is not in passes for one that it is in
//! about once in twenty times, the other way round never. What was forgotten stays until the shard is
//! full; then it is made anew from what is known.

use super::bucket::Tag;
use super::cells::{SHARDS, shard_of};

/// Bytes of a line.
const LINE: usize = 64;
/// Days that a byte tells apart.
const DAYS: i64 = 8;
/// A shard is made for so many keys more than there are, in per cent.
const MORE: usize = 40;
/// Bytes for a key, in per cent.
const ROOM: usize = 115;

#[derive(Debug, Clone)]
#[repr(align(64))]
struct Line([u8; LINE]);

/// The bit of a day.
pub(super) fn bit(day: i64) -> u8 {
    1 << day.rem_euclid(DAYS)
}

#[derive(Debug, Default)]
struct Shard {
    lines: Vec<Line>,
    /// Keys that may still come.
    free: usize,
}

impl Shard {
    /// For a number of keys.
    fn of(keys: usize) -> Self {
        let keys = keys + keys * MORE / 100 + 16;
        let lines = (keys * ROOM / 100).div_ceil(LINE);
        Self { lines: vec![Line([0; LINE]); lines], free: keys }
    }

    /// The two bytes of a key in its line.
    #[allow(clippy::cast_possible_truncation)] // the cut is the point
    fn places(tag: Tag) -> (usize, usize) {
        let mixed = (tag.bits().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 52) as usize;
        (mixed % LINE, mixed / LINE)
    }

    fn add(&mut self, tag: Tag, bit: u8) {
        let (one, two) = Self::places(tag);
        let at = tag.home(self.lines.len());
        let Some(Line(line)) = self.lines.get_mut(at) else { return };
        let known = line.get(one).zip(line.get(two)).is_some_and(|(a, b)| a & b & bit != 0);
        if known {
            return;
        }
        for at in [one, two] {
            if let Some(byte) = line.get_mut(at) {
                *byte |= bit;
            }
        }
        self.free = self.free.saturating_sub(1);
    }

    fn days(&self, tag: Tag) -> u8 {
        let (one, two) = Self::places(tag);
        let Some(Line(line)) = self.lines.get(tag.home(self.lines.len())) else { return 0 };
        line.get(one).zip(line.get(two)).map_or(0, |(a, b)| a & b)
    }
}

/// On which days keys are known.
#[derive(Debug)]
pub(super) struct Filter(Vec<Shard>);

impl Default for Filter {
    fn default() -> Self {
        Self((0..SHARDS).map(|_| Shard::default()).collect())
    }
}

impl Filter {
    /// The days on which a key may be known; on others it is not.
    pub(super) fn days(&self, key: u64) -> u8 {
        self.0.get(shard_of(key)).map_or(0, |shard| shard.days(Tag::of(key)))
    }

    /// Whether the shard of a key has no room for it: it is to be made anew first.
    pub(super) fn is_full(&self, key: u64) -> bool {
        self.0.get(shard_of(key)).is_some_and(|shard| shard.free == 0)
    }

    /// Makes the shard of a key anew, from the number of cells in it and the tags and days of all.
    pub(super) fn renew(&mut self, key: u64, cells: usize, known: impl Iterator<Item = (Tag, u8)>) {
        let Some(shard) = self.0.get_mut(shard_of(key)) else { return };
        // The old one first: both need not stand side by side.
        *shard = Shard::default();
        *shard = Shard::of(cells);
        known.for_each(|(tag, bit)| shard.add(tag, bit));
    }

    /// A key is known on a day.
    pub(super) fn add(&mut self, key: u64, bit: u8) {
        if let Some(shard) = self.0.get_mut(shard_of(key)) {
            shard.add(Tag::of(key), bit);
        }
    }

    /// Bytes in use.
    pub(super) fn memory(&self) -> usize {
        self.0.iter().map(|shard| shard.lines.capacity() * size_of::<Line>()).sum()
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
    fn no_day_of_a_key_is_lost_and_few_are_added() {
        let mut filter = Filter::default();
        let mut known: Vec<u32> = Vec::new();
        for n in 0..70_000 {
            if filter.is_full(key(n)) {
                let shard: Vec<u32> = known
                    .iter()
                    .copied()
                    .filter(|m| shard_of(key(*m)) == shard_of(key(n)))
                    .collect();
                let all = shard.iter().map(|m| (Tag::of(key(*m)), bit(i64::from(*m) % 7)));
                filter.renew(key(n), shard.len(), all);
            }
            filter.add(key(n), bit(i64::from(n) % 7));
            known.push(n);
        }
        assert!(known.iter().all(|n| filter.days(key(*n)) & bit(i64::from(*n) % 7) != 0));
        let added: u32 = (70_000..140_000).map(|n| filter.days(key(n)).count_ones()).sum();
        assert!(added < 70_000 * 7 / 14, "{added}");
    }
}
