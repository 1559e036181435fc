//! Which articles of a day share keys with a question, and what that says.

use super::cells::Run;
use super::question::Question;
use super::slice::Slice;

/// What a key says that two alone have in common; one that more share says as much less.
const CERTAIN: u32 = 64;
/// What an equal text under an equal headline says.
const WHOLE: u32 = 1 << 16;
/// Keys in common from which an article is a candidate, and what they must say together: two that as
/// many share as a key can lead to are stock phrases.
const MIN_KEYS: u32 = 2;
const MIN_SAYS: u32 = 12;
/// Counters; articles whose slots are equal modulo this share one.
const COUNTERS: usize = 2_048;
/// A counter holds the keys above this bit, and below what they say.
const KEYS: u32 = 16;

/// An article that was met.
#[derive(Debug, Clone, Copy)]
pub(super) struct Met {
    pub(super) slot: u32,
    /// What the keys in common say: all the more, the fewer share them.
    pub(super) says: u32,
    /// The keys in common are enough; else only text and headline as a whole may be equal.
    pub(super) enough: bool,
}

/// Counts the keys in common. Most articles that are met share just one, and are dropped by a look
/// at their counter; the few others are counted exactly.
#[derive(Debug)]
pub(super) struct Meeting<'a> {
    counters: Vec<u32>,
    runs: Vec<(usize, Run<'a>)>,
    slots: Vec<(u32, u32)>,
}

impl<'a> Meeting<'a> {
    pub(super) fn new() -> Self {
        Self { counters: vec![0; COUNTERS], runs: Vec::new(), slots: Vec::new() }
    }

    /// Calls `each` with the articles of a day that share enough with a question. `known` tells by
    /// bits for each key on which days something is under it.
    pub(super) fn of(
        &mut self,
        slice: &'a Slice,
        question: &Question,
        (day, known): (u8, &[u8]),
        mut each: impl FnMut(Met),
    ) {
        let (anchors, whole) = question.anchors_and_whole();
        // Lists are read after all keys were looked up: memory is waited for once.
        self.runs.clear();
        let keys = anchors.iter().chain(&whole).zip(known).enumerate();
        let keys = keys.filter(|(_, (_, known))| **known & day != 0);
        self.runs.extend(keys.map(|(n, (key, _))| (n, slice.run(*key))));
        self.slots.clear();
        for (n, run) in &self.runs {
            let slots = run.slots();
            let Some(says) = u32::try_from(slots.len()).ok().and_then(|n| CERTAIN.checked_div(n))
            else {
                continue;
            };
            let says = if *n < anchors.len() { says } else { says + WHOLE };
            self.slots.extend(slots.iter().map(|slot| (*slot, says)));
        }
        for (slot, says) in &self.slots {
            let keys = if *says > WHOLE { MIN_KEYS } else { 1 };
            if let Some(counter) = self.counters.get_mut(*slot as usize % COUNTERS) {
                *counter += keys << KEYS | (says % WHOLE).min(CERTAIN);
            }
        }
        let counters = &self.counters;
        let shared_by = |slot: u32| counters.get(slot as usize % COUNTERS).copied().unwrap_or(0);
        let mut kept: Vec<(u32, u32)> = Vec::new();
        kept.extend(self.slots.iter().filter(|(slot, says)| {
            let shared = shared_by(*slot);
            *says > WHOLE || shared >> KEYS >= MIN_KEYS && shared % WHOLE >= MIN_SAYS
        }));
        for (slot, _) in &self.slots {
            if let Some(counter) = self.counters.get_mut(*slot as usize % COUNTERS) {
                *counter = 0;
            }
        }
        kept.sort_unstable();
        for met in kept.chunk_by(|a, b| a.0 == b.0) {
            let says: u32 = met.iter().map(|(_, says)| says).sum();
            let enough = met.len() >= MIN_KEYS as usize && says >= MIN_SAYS;
            if let Some((slot, _)) = met.first().filter(|_| enough || says >= WHOLE) {
                each(Met { slot: *slot, says, enough });
            }
        }
    }
}
