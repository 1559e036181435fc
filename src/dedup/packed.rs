//! Grams and numbers in little room.

/// Bits kept of a gram's 32: of 320 grams another text has one by chance in 800.
pub(super) const BITS: u32 = 18;
/// Bits of a step from one gram to the next.
const STEP: u32 = 12;
/// A step that is longer than one goes: the next continues it.
const LONG: u32 = (1 << STEP) - 1;
/// Bytes of a chunk.
const CHUNK: usize = 1 << 18;

/// Sorted hashes with the bits that are kept, each once.
pub(super) fn short(grams: &[u32]) -> Vec<u32> {
    let mut out: Vec<u32> = grams.iter().map(|g| g >> (u32::BITS - BITS)).collect();
    out.dedup();
    out
}

/// Writes sorted numbers of [`BITS`] bits as steps of 12 bits, two in three bytes.
fn write_steps(sorted: &[u32], out: &mut Vec<u8>) {
    let both = |first: u32, second: u32| {
        let [a, b, c, _] = (first << STEP | second).to_le_bytes();
        [a, b, c]
    };
    let (mut last, mut half) = (0, None);
    for value in sorted {
        let mut step = value - last;
        last = *value;
        loop {
            let now = step.min(LONG);
            match half.take() {
                None => half = Some(now),
                Some(first) => out.extend_from_slice(&both(first, now)),
            }
            if step < LONG {
                break;
            }
            step -= LONG;
        }
    }
    // An odd one is filled up with a step that leads nowhere.
    if let Some(first) = half {
        out.extend_from_slice(&both(first, LONG));
    }
}

/// Calls `each` with the numbers of [`write_steps`], up to `end` or a little further.
fn read_steps(bytes: &[u8], end: u32, mut each: impl FnMut(u32)) {
    let (threes, _) = bytes.as_chunks::<3>();
    let mut value = 0;
    for [a, b, c] in threes {
        let both = u32::from_le_bytes([*a, *b, *c, 0]);
        for step in [both >> STEP, both & LONG] {
            value += step;
            if step < LONG {
                each(value);
            }
        }
        if value > end {
            break;
        }
    }
}

/// A set of sorted short grams, a bit for each that there can be: asking it takes no search.
#[derive(Debug)]
pub(super) struct Set(Vec<u64>);

impl Set {
    pub(super) fn of(grams: &[u32]) -> Self {
        // Up to the last: a few small ones take little.
        let words = grams.last().map_or(0, |last| last / u64::BITS + 1);
        let mut bits = vec![0; words as usize];
        for gram in grams {
            if let Some(word) = bits.get_mut((gram / u64::BITS) as usize) {
                *word |= 1 << (gram % u64::BITS);
            }
        }
        Self(bits)
    }

    /// No gram is beyond.
    pub(super) fn end(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX).saturating_mul(u64::BITS)
    }

    pub(super) fn contains(&self, gram: u32) -> bool {
        self.0.get((gram / u64::BITS) as usize).is_some_and(|w| w >> (gram % u64::BITS) & 1 == 1)
    }
}

/// Where something lies in a [`Store`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    at: u32,
    grams: u16,
    numbers: u8,
}

impl Place {
    /// Numbers that are not known.
    const UNKNOWN: u8 = u8::MAX;
}

/// Grams and numbers of the articles of a day, in chunks that never move.
#[derive(Debug, Default)]
pub(super) struct Store {
    chunks: Vec<Vec<u8>>,
}

impl Store {
    /// Keeps sorted grams ([`short`]) and numbers.
    pub(super) fn push(&mut self, grams: &[u32], numbers: Option<&[u32]>) -> Place {
        let most = (grams.len() + (1 << BITS) / LONG as usize + 1) * 3 / 2 + 3;
        let most = most + 4 * numbers.map_or(0, <[u32]>::len);
        if self.chunks.last().is_none_or(|chunk| chunk.len() + most > CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK.max(most)));
        }
        let chunk = self.chunks.len() - 1;
        let (mut at, mut steps) = (chunk * CHUNK, 0);
        if let Some(last) = self.chunks.last_mut() {
            let from = last.len();
            write_steps(grams, last);
            at += from;
            steps = last.len() - from;
            for number in numbers.into_iter().flatten() {
                last.extend_from_slice(&number.to_le_bytes());
            }
        }
        Place {
            at: u32::try_from(at).unwrap_or(u32::MAX),
            grams: u16::try_from(steps).unwrap_or_default(),
            numbers: numbers.and_then(|n| u8::try_from(n.len()).ok()).unwrap_or(Place::UNKNOWN),
        }
    }

    fn bytes(&self, place: Place) -> &[u8] {
        let at = place.at as usize;
        self.chunks.get(at / CHUNK).and_then(|chunk| chunk.get(at % CHUNK..)).unwrap_or_default()
    }

    /// Calls `each` with the grams, in order, up to `end` or a little further.
    pub(super) fn grams(&self, place: Place, end: u32, each: impl FnMut(u32)) {
        let bytes = self.bytes(place).get(..usize::from(place.grams));
        read_steps(bytes.unwrap_or_default(), end, each);
    }

    /// The numbers; `None` where they are not known.
    pub(super) fn numbers(&self, place: Place) -> Option<Vec<u32>> {
        if place.numbers == Place::UNKNOWN {
            return None;
        }
        let from = usize::from(place.grams);
        let bytes = self.bytes(place).get(from..from + 4 * usize::from(place.numbers))?;
        Some(bytes.as_chunks::<4>().0.iter().map(|n| u32::from_le_bytes(*n)).collect())
    }

    /// Gives a chunk back to the allocator; false when none is left.
    pub(super) fn shed(&mut self) -> bool {
        self.chunks.pop().is_some()
    }

    /// Bytes in use.
    pub(super) fn memory(&self) -> usize {
        self.chunks.iter().map(Vec::capacity).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_packed_comes_out_again(
            grams in prop::collection::btree_set(any::<u32>(), 0..330),
            numbers in prop::option::of(prop::collection::vec(any::<u32>(), 0..64)),
        ) {
            let grams = short(&grams.into_iter().collect::<Vec<_>>());
            let mut store = Store::default();
            let places: Vec<Place> =
                (0..3).map(|_| store.push(&grams, numbers.as_deref())).collect();
            let mut out = Vec::new();
            for place in places {
                out.clear();
                store.grams(place, u32::MAX, |gram| out.push(gram));
                prop_assert_eq!(&out, &grams);
                prop_assert_eq!(store.numbers(place), numbers.clone());
            }
            let set = Set::of(&grams);
            prop_assert!((0..1 << BITS).filter(|gram| set.contains(*gram)).eq(grams));
        }
    }

    #[test]
    fn a_full_chunk_is_followed_by_another() {
        let grams: Vec<u32> = (0..320).map(|n| n * 800).collect();
        let mut store = Store::default();
        let places: Vec<Place> = (0..2_000).map(|_| store.push(&grams, Some(&[7]))).collect();
        assert!(store.chunks.len() > 2);
        let mut out = Vec::new();
        for place in places {
            out.clear();
            store.grams(place, u32::MAX, |gram| out.push(gram));
            assert_eq!((&out, store.numbers(place)), (&grams, Some(vec![7])));
        }
    }
}
