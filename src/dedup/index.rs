//! The index: days of fingerprints, and the answer which earlier article one repeats.

use super::filter::{self, Filter};
use super::question::Question;
use super::slice::{Entry, Slice};
use super::suspects::{self, Suspects};
use crate::message::{DecodeError, DuplicateOf, Fingerprint, FingerprintView, ShortId, Timestamp};
use std::collections::{BTreeMap, HashMap, hash_map::IntoKeys};

/// Seconds of a day.
const DAY: i64 = 86_400;
/// Hosts of a forgotten day that are looked after with each insertion.
const HOSTS: usize = 4;
/// Longest window.
const MAX_WINDOW_DAYS: u32 = 366;

/// How the index works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Days for which an article is remembered, 1 to 366; values outside are clamped.
    pub window_days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { window_days: 7 }
    }
}

/// A fingerprint made ready for the index: what takes time and needs no lock.
#[derive(Debug, Clone)]
pub struct Prepared(pub(super) Question);

impl From<&Fingerprint> for Prepared {
    fn from(fingerprint: &Fingerprint) -> Self {
        Self(Question::read(&fingerprint.into()))
    }
}

impl Prepared {
    /// Reads the message of a fingerprint: what `Fingerprint::from_bytes` and [`Prepared::from`] do,
    /// without copying it first.
    ///
    /// # Errors
    /// [`DecodeError`] when the bytes are no fingerprint.
    pub fn read(message: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self(Question::read(&FingerprintView::from_bytes(message)?)))
    }

    /// With the answer to be remembered.
    #[must_use]
    pub fn with(mut self, of: Option<&DuplicateOf>) -> Self {
        self.0.facts.of = of.map(|of| Box::new((ShortId::of(&of.article), of.relation)));
        self
    }
}

/// The near-duplicate index.
#[derive(Debug)]
pub struct Index {
    window: i64,
    /// By day; a day with more articles than a slice can hold has several.
    slices: BTreeMap<(i64, u32), Slice>,
    slots: usize,
    /// On which days there are articles under a key.
    filter: Filter,
    /// By host: what may be its furniture.
    suspects: HashMap<u64, Suspects>,
    /// Days that were forgotten and their hosts, until their memory is given back piece by piece.
    forgotten: Vec<(Slice, IntoKeys<u64, Vec<u32>>)>,
}

impl Index {
    /// Articles remembered at most. `docs/duplicates.md` tells what one takes.
    pub const MAX_ARTICLES: usize = 1_600_000;

    /// An empty index.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            window: i64::from(settings.window_days.clamp(1, MAX_WINDOW_DAYS)) * DAY,
            slices: BTreeMap::new(),
            slots: 0,
            filter: Filter::default(),
            suspects: HashMap::new(),
            forgotten: Vec::new(),
        }
    }

    /// Number of articles remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slices.values().map(Slice::len).sum()
    }

    /// Whether none is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes in use, without what the allocator adds.
    #[must_use]
    pub fn memory(&self) -> usize {
        let forgotten = self.forgotten.iter().map(|(slice, _)| slice);
        let slices: usize = self.slices.values().chain(forgotten).map(Slice::memory).sum();
        let suspects: usize = self.suspects.values().map(|host| host.memory() + 48).sum();
        slices + suspects + self.filter.memory()
    }

    /// Remembers a fingerprint, with the `of` it carries.
    ///
    /// A newer revision of an article takes the place of an older one; an older one changes
    /// nothing. A fingerprint whose grams cannot be unpacked is remembered by its exact text alone.
    pub fn insert(&mut self, fingerprint: &Fingerprint) {
        self.insert_prepared(fingerprint.into());
    }

    /// [`Index::insert`] of what was prepared elsewhere.
    pub fn insert_prepared(&mut self, prepared: Prepared) {
        self.give_back();
        let question = prepared.0;
        let asked = &question.facts;
        let key = asked.id.key();
        let days = self.filter.days(key);
        let known = self
            .slices
            .iter_mut()
            .rev()
            .filter(|((day, _), _)| days & filter::bit(*day) != 0)
            .find_map(|(at, slice)| Some((*at, slice.find(&asked.id, key)?, slice)));
        let again = known.is_some();
        if let Some((at, slot, slice)) = known {
            if let Some(Entry { facts: known, .. }) = slice.get_mut(slot) {
                if known.revision > asked.revision {
                    return;
                }
                if known.same(asked) && known.time == asked.time && known.host == asked.host {
                    known.revision = asked.revision;
                    known.of = question.facts.of;
                    return;
                }
            }
            slice.remove(slot);
            if slice.len() == 0
                && let Some(empty) = self.slices.remove(&at)
            {
                self.forget(empty);
            }
        }
        let day = day(question.facts.time);
        let newest = self.slices.range((day, 0)..=(day, u32::MAX)).next_back();
        let part = newest.map_or(0, |((_, part), slice)| part + u32::from(slice.is_full()));
        for key in question.keys().iter().copied().chain([key]) {
            self.note(key, day);
        }
        let host = question.facts.host;
        let grams = self.slices.entry((day, part)).or_default().push(question, key, again);
        if let Some(grams) = grams {
            self.suspect(host, suspects::low(&grams));
        }
        self.slots += 1;
        while self.slots > Self::MAX_ARTICLES {
            let Some((_, oldest)) = self.slices.pop_first() else { return };
            self.forget(oldest);
        }
    }

    /// The oldest known article that this one repeats, within the window before it.
    ///
    /// An article that is indexed already with the same text and headline gets the answer it was
    /// indexed with.
    #[must_use]
    pub fn find(&self, fingerprint: &Fingerprint) -> Option<DuplicateOf> {
        self.search(&fingerprint.into()).0
    }

    /// [`Index::find`] for what was prepared elsewhere.
    #[must_use]
    pub fn find_prepared(&self, prepared: &Prepared) -> Option<DuplicateOf> {
        self.search(prepared).0
    }

    /// Forgets the days that ended before a moment. Their memory is given back piece by piece with
    /// the insertions that follow, so that none waits for the whole.
    pub fn expire(&mut self, before: Timestamp) {
        let kept = self.slices.split_off(&(day(before.as_second()), 0));
        for slice in std::mem::replace(&mut self.slices, kept).into_values() {
            self.forget(slice);
        }
    }

    fn forget(&mut self, slice: Slice) {
        self.slots -= slice.slots().min(self.slots);
        let mut slice = slice;
        let hosts = slice.take_hosts();
        self.forgotten.push((slice, hosts));
    }

    fn give_back(&mut self) {
        let Some((slice, hosts)) = self.forgotten.last_mut() else { return };
        let shed = slice.shed();
        let mut left = shed;
        for host in hosts.take(HOSTS) {
            left = true;
            if self.slices.values().all(|slice| slice.sample(host).next().is_none()) {
                self.suspects.remove(&host);
            }
        }
        if !left {
            self.forgotten.pop();
        }
    }

    /// There will be an article under this key on this day.
    fn note(&mut self, key: u64, day: i64) {
        if self.filter.is_full(key) {
            let cells = self.slices.values().map(|slice| slice.cells().of_shard(key)).sum();
            let known = self.slices.iter().flat_map(|((day, _), slice)| {
                slice.cells().tags_of_shard(key).map(|tag| (tag, filter::bit(*day)))
            });
            self.filter.renew(key, cells, known);
        }
        self.filter.add(key, filter::bit(day));
    }

    /// One more article stands for this host; it is in its day already.
    fn suspect(&mut self, host: u64, low: &[u32]) {
        let suspects = self.suspects.entry(host).or_default();
        if suspects.is_full(low.len()) {
            let mut all = Vec::new();
            for (slice, entry) in self.slices.values().flat_map(|slice| slice.sample(host)) {
                slice.grams(entry, suspects::END, |gram| all.push(gram));
            }
            *suspects = Suspects::of(&all);
        } else {
            suspects.add(low);
        }
    }

    /// What may be furniture of these hosts.
    pub(super) fn suspects(&self, hosts: [u64; 2]) -> [Option<&Suspects>; 2] {
        hosts.map(|host| self.suspects.get(&host))
    }

    pub(super) fn known(&self, id: &ShortId) -> Option<&Entry> {
        let key = id.key();
        let days = self.filter.days(key);
        let slices = self.slices.iter().rev().filter(|((day, _), _)| days & filter::bit(*day) != 0);
        slices.map(|(_, slice)| slice).find_map(|slice| slice.get(slice.find(id, key)?))
    }

    /// For each key, on which days there may be articles under it: bits of [`filter::bit`].
    pub(super) fn days_of<'a>(&'a self, keys: &'a [u64]) -> impl Iterator<Item = u8> + 'a {
        keys.iter().map(|key| self.filter.days(*key))
    }

    /// The days in which an earlier article within the window can be, each with its bit.
    pub(super) fn days(&self, question: &Question) -> impl Iterator<Item = (u8, &Slice)> {
        let time = question.facts.time;
        let days = (day(time.saturating_sub(self.window)), 0)..=(day(time), u32::MAX);
        self.slices.range(days).map(|((day, _), slice)| (filter::bit(*day), slice))
    }

    /// Whether an indexed article is earlier, and within the window.
    pub(super) fn earlier(&self, known: &Entry, question: &Question) -> bool {
        let (known, question) = (&known.facts, &question.facts);
        known.order() < question.order()
            && known.id != question.id
            && question.time - known.time <= self.window
    }
}

fn day(time: i64) -> i64 {
    time.div_euclid(DAY)
}
