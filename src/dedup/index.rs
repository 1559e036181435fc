//! The index: days of fingerprints, and the answer which earlier article one repeats.

use super::compare::{Bar, relation};
use super::id::Id;
use super::packed::Set;
use super::question::Question;
use super::slice::{Entry, Slice, WHOLE};
use super::{furniture, grams};
use crate::message::{DuplicateOf, Fingerprint, Relation, Timestamp};
use std::collections::BTreeMap;

/// Seconds of a day.
const DAY: i64 = 86_400;
/// Seconds after which an article has to be more similar.
const FRESH: i64 = 72 * 3_600;
/// Longest window.
const MAX_WINDOW_DAYS: u32 = 366;
/// Grams of the shorter text, without furniture, below which nothing is proved.
const MIN_GRAMS: usize = 12;
/// Candidates of a question that are compared: those with the most and rarest keys in common.
pub(super) const MAX_COMPARED: usize = 64;
/// Keys in common from which an article is a candidate, and what they must say together: two that as
/// many share as a key can lead to are stock phrases.
const MIN_KEYS: usize = 2;
const MIN_SAYS: u32 = 12;
/// Part of the shorter text's grams that must be common before furniture is looked for.
const LEAST: usize = 5;
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

/// A fingerprint made ready for the index: what takes time and needs no lock.
#[derive(Debug, Clone)]
pub struct Prepared(Question);

impl From<&Fingerprint> for Prepared {
    fn from(fingerprint: &Fingerprint) -> Self {
        Self(Question::read(fingerprint))
    }
}

impl Prepared {
    /// With the answer to be remembered.
    #[must_use]
    pub fn with(mut self, of: Option<&DuplicateOf>) -> Self {
        self.0.facts.of = of.map(|of| Box::new((Id::read(&of.article), of.relation)));
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
    /// Days that were forgotten, until their memory is given back piece by piece.
    forgotten: Vec<Slice>,
}

/// The grams of a question, and the furniture in them once that is known.
struct Own {
    grams: Set,
    furniture: Option<Vec<u32>>,
}

/// An entry and where it is.
type Found<'a> = (&'a Slice, &'a Entry);

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
        self.slices.values().chain(&self.forgotten).map(Slice::memory).sum()
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
        let known = self
            .slices
            .iter_mut()
            .rev()
            .find_map(|(at, slice)| Some((*at, slice.find(&asked.id)?, slice)));
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
        self.slices.entry((day, part)).or_default().push(&question, again);
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

    /// [`Index::find`], and how many texts were candidates for it.
    pub(super) fn search(&self, prepared: &Prepared) -> (Option<DuplicateOf>, usize) {
        let question = &prepared.0;
        if let Some(known) = self.known(&question.facts.id)
            && known.facts.same(&question.facts)
        {
            let of = known
                .facts
                .of
                .as_deref()
                .map(|(id, relation)| DuplicateOf { article: id.to_string(), relation: *relation });
            return (of, 0);
        }
        let mut candidates = self.candidates(question);
        let compared = candidates.len();
        if candidates.is_empty() {
            return (None, 0);
        }
        // Copies first, then the oldest: after the oldest copy none is better.
        candidates.sort_unstable_by(|a, b| a.1.facts.order().cmp(&b.1.facts.order()));
        let mut own = Own { grams: Set::of(&question.grams), furniture: None };
        let mut best: Option<(&Entry, Relation)> = None;
        for candidate in candidates {
            let Some(relation) = self.relate(candidate, question, &mut own) else { continue };
            if relation == Relation::Copy {
                best = Some((candidate.1, relation));
                break;
            }
            best = best.or(Some((candidate.1, relation)));
        }
        let found = best.map(|(found, relation)| DuplicateOf {
            article: self.origin(found, question),
            relation,
        });
        (found, compared)
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
        self.forgotten.push(slice);
    }

    fn give_back(&mut self) {
        if let Some(slice) = self.forgotten.last_mut()
            && !slice.shed()
        {
            self.forgotten.pop();
        }
    }

    fn known(&self, id: &Id) -> Option<&Entry> {
        self.slices.values().rev().find_map(|slice| slice.get(slice.find(id)?))
    }

    /// The days in which an earlier article within the window can be.
    fn days(&self, question: &Question) -> impl Iterator<Item = &Slice> {
        let time = question.facts.time;
        let days = (day(time.saturating_sub(self.window)), 0)..=(day(time), u32::MAX);
        self.slices.range(days).map(|(_, slice)| slice)
    }

    /// Whether an indexed article is earlier, and within the window.
    fn earlier(&self, known: &Entry, question: &Question) -> bool {
        let (known, question) = (&known.facts, &question.facts);
        known.order() < question.order()
            && known.id != question.id
            && question.time - known.time <= self.window
    }

    /// Earlier articles that share the most with this one, rare keys above all; of equals the oldest.
    fn candidates(&self, question: &Question) -> Vec<Found<'_>> {
        let mut out: Vec<(u32, Found<'_>)> = Vec::new();
        let mut slots = Vec::new();
        for slice in self.days(question) {
            slice.warm(question);
            slots.clear();
            slice.meet(question, &mut slots);
            slots.sort_unstable();
            for met in slots.chunk_by(|a, b| a.0 == b.0) {
                let says: u32 = met.iter().map(|(_, says)| says).sum();
                let enough = met.len() >= MIN_KEYS && says >= MIN_SAYS;
                if !enough && says < WHOLE {
                    continue;
                }
                let entry = met.first().and_then(|(slot, _)| slice.get(*slot));
                if let Some(entry) = entry.filter(|known| self.earlier(known, question))
                    && (enough || entry.facts.same(&question.facts))
                {
                    out.push((says, (slice, entry)));
                }
            }
        }
        let by_keys = |a: &(u32, Found<'_>), b: &(u32, Found<'_>)| {
            b.0.cmp(&a.0).then_with(|| a.1.1.facts.order().cmp(&b.1.1.facts.order()))
        };
        if out.len() > MAX_COMPARED {
            out.select_nth_unstable_by(MAX_COMPARED, by_keys);
            out.truncate(MAX_COMPARED);
        }
        out.into_iter().map(|(_, found)| found).collect()
    }

    /// Furniture of a host in these grams, judged by earlier articles that stand for the host.
    fn furniture(&self, question: &Question, host: u64, grams: &Set, own: (u32, &Id)) -> Vec<u32> {
        let others: Vec<Found<'_>> = self
            .days(question)
            .flat_map(|slice| slice.sample(host))
            .filter(|(_, known)| self.earlier(known, question))
            .filter(|(_, known)| known.facts.title != own.0 && known.facts.id != *own.1)
            .collect();
        furniture::of(grams, &others)
    }

    /// What the question is to an earlier article.
    fn relate(
        &self,
        (slice, earlier): Found<'_>,
        later: &Question,
        own: &mut Own,
    ) -> Option<Relation> {
        let (before, after) = (&earlier.facts, &later.facts);
        if before.same(after) {
            return Some(Relation::Copy);
        }
        if before.weak || after.weak {
            return None;
        }
        // Half of what is left without furniture must be common, so some of the whole: most that
        // merely meet under a key fail here, before any furniture is worked out.
        let (mut all, mut common) = (0_usize, 0_usize);
        slice.grams(earlier, |gram| {
            all += 1;
            common += usize::from(own.grams.contains(gram));
        });
        if common < (all.min(later.grams.len()) / LEAST).max(MIN_GRAMS / 2) {
            return None;
        }
        let mut theirs = Vec::with_capacity(all);
        slice.grams(earlier, |gram| theirs.push(gram));
        let grams = &own.grams;
        let own = own.furniture.get_or_insert_with(|| {
            self.furniture(later, after.host, grams, (after.title, &after.id))
        });
        let set = Set::of(&theirs);
        let furniture = self.furniture(later, before.host, &set, (before.title, &before.id));
        // The limits of samples are those before furniture was left out.
        let end = grams::end(&theirs, before.cut).min(grams::end(&later.grams, after.cut));
        let a = furniture::without(grams::until(&theirs, end), own, &furniture);
        let b = furniture::without(grams::until(&later.grams, end), own, &furniture);
        let shared = grams::shared(&a, &b);
        if shared.smaller < MIN_GRAMS {
            return None;
        }
        let fresh = after.time - before.time <= FRESH;
        let numbers = slice.numbers(earlier);
        relation(
            shared,
            if fresh { Bar::FRESH } else { Bar::STALE },
            (before.words as usize, numbers.as_deref()),
            (after.words as usize, later.numbers.as_deref()),
        )
    }

    /// The first article of the chain of copies that ends at `found`.
    fn origin(&self, found: &Entry, asking: &Question) -> String {
        let mut article = &found.facts.id;
        let mut of = found.facts.of.as_deref();
        for _ in 0..MAX_STEPS {
            let Some((origin, Relation::Copy)) = of else { break };
            if *origin == asking.facts.id {
                break;
            }
            article = origin;
            of = self.known(origin).and_then(|e| e.facts.of.as_deref());
        }
        article.to_string()
    }
}

fn day(time: i64) -> i64 {
    time.div_euclid(DAY)
}
