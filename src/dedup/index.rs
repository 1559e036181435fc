//! The index: days of fingerprints, and the answer which earlier article one repeats.

use super::compare::relation;
use super::slice::{EQUAL, Entry, LANES, Slice};
use super::{furniture, grams, minhash, numbers};
use crate::message::{DuplicateOf, Fingerprint, Relation, Timestamp};
use std::collections::{BTreeMap, HashMap};
use xxhash_rust::xxh3::xxh3_64;

/// Seconds of a day.
const DAY: i64 = 86_400;
/// Longest window.
const MAX_WINDOW_DAYS: u32 = 366;
/// Grams of the shorter text, without furniture, below which nothing is proved.
const MIN_GRAMS: usize = 12;
/// Candidates of a question that are compared: those with the most bands in common.
pub(super) const MAX_COMPARED: usize = 64;
/// Steps of a chain of copies that are followed.
const MAX_STEPS: usize = 8;

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

/// The near-duplicate index.
#[derive(Debug)]
pub struct Index {
    window: i64,
    slices: BTreeMap<i64, Slice>,
    articles: HashMap<Box<str>, (i64, u32)>,
    slots: usize,
}

impl Index {
    /// Articles remembered at most (about 3 KB each).
    pub const MAX_ARTICLES: usize = 400_000;

    /// An empty index.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            window: i64::from(settings.window_days.clamp(1, MAX_WINDOW_DAYS)) * DAY,
            slices: BTreeMap::new(),
            articles: HashMap::new(),
            slots: 0,
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

    /// Remembers a fingerprint, with the `of` it carries.
    ///
    /// A newer revision of an article takes the place of an older one; an older one changes
    /// nothing. A fingerprint whose numbers cannot be unpacked is remembered by its exact text alone.
    pub fn insert(&mut self, fingerprint: &Fingerprint) {
        let (entry, keys) = read(fingerprint);
        let day = day(entry.time);
        if let Some((old_day, slot)) = self.articles.get(&entry.article).copied() {
            let slice = self.slices.get_mut(&old_day);
            if let Some(known) = slice.and_then(|s| s.get_mut(slot)) {
                if known.revision > entry.revision {
                    return;
                }
                if same(known, &entry) && known.time == entry.time && known.host == entry.host {
                    known.revision = entry.revision;
                    known.of = entry.of;
                    return;
                }
            }
            self.forget(old_day, slot);
        }
        let article = entry.article.clone();
        let slot = self.slices.entry(day).or_default().push(entry, &keys);
        self.slots += 1;
        self.articles.insert(article, (day, slot));
        while self.slots > Self::MAX_ARTICLES && self.slices.len() > 1 {
            let Some((_, oldest)) = self.slices.pop_first() else { return };
            self.drop_slice(&oldest);
        }
        if self.slots > Self::MAX_ARTICLES
            && let Some((_, only)) = self.slices.pop_first()
        {
            self.drop_slice(&only);
        }
    }

    /// The oldest known article that this one repeats, within the window before it.
    ///
    /// An article that is indexed already with the same text and headline gets the answer it was
    /// indexed with.
    #[must_use]
    pub fn find(&self, fingerprint: &Fingerprint) -> Option<DuplicateOf> {
        self.search(fingerprint).0
    }

    /// [`Index::find`], and how many texts were compared for it.
    pub(super) fn search(&self, fingerprint: &Fingerprint) -> (Option<DuplicateOf>, usize) {
        let (entry, keys) = read(fingerprint);
        if let Some(known) = self.known(&entry.article)
            && same(known, &entry)
        {
            return (known.of.clone(), 0);
        }
        let candidates = self.candidates(&entry, &keys);
        if candidates.is_empty() {
            return (None, 0);
        }
        let mut compared = 0;
        let own = furniture::of(&entry, self.sample(&entry, entry.host));
        let mut best: Option<(bool, &Entry, Relation)> = None;
        for candidate in candidates {
            compared += 1;
            let Some(relation) = self.relate(candidate, &entry, &own) else { continue };
            let other = relation != Relation::Copy;
            // Copies first, then the oldest.
            let better = best.is_none_or(|(o, e, _)| (other, candidate.order()) < (o, e.order()));
            if better {
                best = Some((other, candidate, relation));
            }
        }
        let found = best.map(|(_, found, relation)| DuplicateOf {
            article: self.origin(found, &entry),
            relation,
        });
        (found, compared)
    }

    /// Forgets the days that ended before a moment.
    pub fn expire(&mut self, before: Timestamp) {
        let kept = self.slices.split_off(&day(before));
        for slice in std::mem::replace(&mut self.slices, kept).into_values() {
            self.drop_slice(&slice);
        }
    }

    fn drop_slice(&mut self, slice: &Slice) {
        self.slots -= slice.slots().min(self.slots);
        for entry in slice.entries() {
            self.articles.remove(&entry.article);
        }
    }

    fn forget(&mut self, day: i64, slot: u32) {
        let Some(slice) = self.slices.get_mut(&day) else { return };
        if let Some(entry) = slice.remove(slot) {
            self.articles.remove(&entry.article);
        }
        if slice.len() == 0 {
            self.slots -= slice.slots().min(self.slots);
            self.slices.remove(&day);
        }
    }

    fn known(&self, article: &str) -> Option<&Entry> {
        let (day, slot) = self.articles.get(article)?;
        self.slices.get(day)?.get(*slot)
    }

    /// The days in which an earlier article within the window can be.
    fn days(&self, entry: &Entry) -> impl Iterator<Item = &Slice> {
        let first = day(Timestamp::from_second(entry.time.as_second().saturating_sub(self.window)));
        self.slices.range(first..=day(entry.time)).map(|(_, slice)| slice)
    }

    /// Whether an indexed article is earlier, and within the window.
    fn earlier(&self, known: &Entry, entry: &Entry) -> bool {
        known.order() < entry.order()
            && known.article != entry.article
            && entry.time.as_second() - known.time.as_second() <= self.window
    }

    /// Earlier articles that share the most bands with this one, of equals the oldest.
    fn candidates(&self, entry: &Entry, keys: &[Option<u32>]) -> Vec<&Entry> {
        let mut out: Vec<(usize, &Entry)> = Vec::new();
        let mut slots = Vec::new();
        for slice in self.days(entry) {
            slots.clear();
            slice.meet(keys, &mut slots);
            slots.sort_unstable();
            let met = slots
                .chunk_by(|a, b| a == b)
                .filter_map(|lanes| Some((lanes.len(), slice.get(*lanes.first()?)?)));
            out.extend(met.filter(|(_, known)| self.earlier(known, entry)));
        }
        let by_lanes = |a: &(usize, &Entry), b: &(usize, &Entry)| {
            b.0.cmp(&a.0).then_with(|| a.1.order().cmp(&b.1.order()))
        };
        if out.len() > MAX_COMPARED {
            out.select_nth_unstable_by(MAX_COMPARED, by_lanes);
            out.truncate(MAX_COMPARED);
        }
        out.into_iter().map(|(_, known)| known).collect()
    }

    /// Earlier articles that stand for a host.
    fn sample(&self, entry: &Entry, host: u64) -> impl Iterator<Item = &Entry> {
        self.days(entry)
            .flat_map(move |slice| slice.sample(host))
            .filter(|known| self.earlier(known, entry))
    }

    /// What `later` is to `earlier`; `own` is the furniture in `later`.
    fn relate(&self, earlier: &Entry, later: &Entry, own: &[u32]) -> Option<Relation> {
        if same(earlier, later) {
            return Some(Relation::Copy);
        }
        if earlier.weak || later.weak {
            return None;
        }
        // Half of the shorter text must be common: most that merely meet in a band fail here, before
        // the other host's furniture is worked out.
        let common = grams::merge(&earlier.grams, &later.grams);
        let proves = common.filter(|gram| own.binary_search(gram).is_err()).take(MIN_GRAMS / 2);
        if proves.count() < MIN_GRAMS / 2 {
            return None;
        }
        let theirs = furniture::of(
            earlier,
            self.sample(later, earlier.host).filter(|other| other.article != later.article),
        );
        let (a, b) = (
            furniture::without(&earlier.grams, own, &theirs),
            furniture::without(&later.grams, own, &theirs),
        );
        // The limits of samples are those before furniture was left out.
        let end = grams::end(&earlier.grams, grams::MAX_KEPT)
            .min(grams::end(&later.grams, grams::MAX_KEPT));
        let (a, b) = (grams::until(&a, end), grams::until(&b, end));
        let shared = grams::shared(a, b);
        if shared.smaller < MIN_GRAMS {
            return None;
        }
        relation(
            shared,
            (earlier.words as usize, earlier.numbers.as_deref()),
            (later.words as usize, later.numbers.as_deref()),
        )
    }

    /// The first article of the chain of copies that ends at `found`.
    fn origin(&self, found: &Entry, asking: &Entry) -> String {
        let mut article = found.article.to_string();
        let mut of = found.of.as_ref();
        for _ in 0..MAX_STEPS {
            let Some(DuplicateOf { article: origin, relation: Relation::Copy }) = of else { break };
            if **origin == *asking.article {
                break;
            }
            article.clone_from(origin);
            of = self.known(origin).and_then(|e| e.of.as_ref());
        }
        article
    }
}

/// Equal text under an equal headline.
fn same(a: &Entry, b: &Entry) -> bool {
    a.exact == b.exact && a.title == b.title
}

fn day(time: Timestamp) -> i64 {
    time.as_second().div_euclid(DAY)
}

/// An entry and its keys.
fn read(fingerprint: &Fingerprint) -> (Entry, Vec<Option<u32>>) {
    let exact = xxhash_rust::xxh3::xxh3_128(fingerprint.exact.as_bytes());
    let title = xxh3_64(fingerprint.title.as_bytes());
    let unpacked = fingerprint.grams.unpack().zip(fingerprint.signature.unpack());
    let usable = unpacked.filter(|(grams, _)| {
        grams.len() <= grams::MAX_KEPT && grams.is_sorted_by(|a, b| a < b) && !grams.is_empty()
    });
    let weak = fingerprint.weak || usable.is_none();
    let (grams, signature) = usable.unwrap_or_default();
    let mut keys: Vec<Option<u32>> =
        if weak { Vec::new() } else { minhash::bands(&signature).map(Some).collect() };
    keys.resize(LANES, None);
    let both = xxh3_64(format!("{} {}", fingerprint.exact, fingerprint.title).as_bytes());
    // An empty text equals every other empty one, which says nothing.
    if let Some(key) = keys.get_mut(EQUAL).filter(|_| fingerprint.words > 0) {
        *key = Some((both >> 32) as u32);
    }
    let numbers = fingerprint.numbers.as_ref().and_then(crate::message::SignatureText::unpack);
    let numbers = numbers
        .filter(|n| n.len() <= numbers::MAX_KEPT && n.is_sorted_by(|a, b| a < b))
        .map(Vec::into_boxed_slice);
    let entry = Entry {
        article: fingerprint.article.as_str().into(),
        revision: fingerprint.revision,
        time: fingerprint.time,
        host: xxh3_64(fingerprint.host.as_bytes()),
        title,
        exact,
        words: fingerprint.words,
        weak,
        grams: grams.into(),
        numbers,
        of: fingerprint.of.clone(),
    };
    (entry, keys)
}
