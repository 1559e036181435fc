//! Two texts side by side.

use super::{fingerprint::MIN_WORDS, grams, numbers, words};
use crate::message::Relation;
use serde::Serialize;

/// How similar two texts are, by their word 3-grams.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Similarity {
    /// Common 3-grams among all, 0 to 1.
    pub jaccard: f64,
    /// Common 3-grams among those of the shorter text, 0 to 1.
    pub containment: f64,
    /// Words of the first text.
    pub words_a: usize,
    /// Words of the second text.
    pub words_b: usize,
    /// What the second text is to the first, were it published later; absent for different texts
    /// and for short ones that are not equal.
    pub relation: Option<Relation>,
}

/// Compares two texts as the index would two articles of hosts without furniture.
#[must_use]
pub fn compare(a: &str, b: &str) -> Similarity {
    let (text_a, text_b) = (words::Plain::of(a), words::Plain::of(b));
    let (a, b) = (text_a.words(), text_b.words());
    let shared = grams::shared(&grams::grams(&a), &grams::grams(&b));
    let equal = a == b && !a.is_empty();
    let relation = if equal {
        Some(Relation::Copy)
    } else if a.len().min(b.len()) < MIN_WORDS {
        None
    } else {
        let (of_a, of_b) = (numbers::numbers(&text_a, &a), numbers::numbers(&text_b, &b));
        relation(shared, Bar::FRESH, (a.len(), Some(&of_a)), (b.len(), Some(&of_b)))
    };
    Similarity {
        jaccard: if equal { 1.0 } else { shared.jaccard },
        containment: if equal { 1.0 } else { shared.containment },
        words_a: a.len(),
        words_b: b.len(),
        relation,
    }
}

/// How much must be common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bar {
    /// Jaccard index from which two texts are copies.
    copy: f64,
    /// Containment from which one text is an excerpt or update of the other.
    contained: f64,
}

impl Bar {
    /// Within 72 hours.
    pub(super) const FRESH: Self = Self { copy: 0.5, contained: 0.5 };
    /// After that: agencies do not send a report again days later, series and templates return.
    pub(super) const STALE: Self = Self { copy: 0.65, contained: 0.7 };

    /// How many of the common elements of two sets must stay, at least `least`, so that they pass for
    /// copies whatever else is left out; none where they may not.
    pub(super) fn common_of_a_copy(self, common: usize, all: usize, least: usize) -> Option<usize> {
        // Common elements that are left out bring the index down fastest: of c common ones among u,
        // (c - n) / (u - n) stays over the bar. What only one has does not count for it.
        let passes = |stay: usize| stay as f64 / (all - common + stay) as f64 >= self.copy;
        let only = (all - common.min(all)) as f64;
        // From stay / (only + stay) = bar, and one more for what is rounded.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // at most a few hundred
        let stay = (only * self.copy / (1.0 - self.copy)).ceil() as usize + 1;
        let stay = stay.max(least);
        (stay <= common && passes(stay)).then_some(stay)
    }
}

/// A longer text that is this many times as long as what it contains does not extend it: it is an
/// overview.
const OVERVIEW: usize = 4;

/// A text's number of words, and its numbers where they are known.
pub(super) type Side<'a> = (usize, Option<&'a [u32]>);

/// What a later text is to an earlier one. The same words with a number that the earlier text lacks
/// are newer figures; where the numbers of one are not known, the words decide.
pub(super) fn relation(
    shared: grams::Shared,
    bar: Bar,
    (earlier, known): Side<'_>,
    (later, told): Side<'_>,
) -> Option<Relation> {
    if shared.jaccard >= bar.copy {
        let newer = known.zip(told).is_some_and(|(known, told)| numbers::news(known, told));
        Some(if newer { Relation::Update } else { Relation::Copy })
    } else if shared.containment < bar.contained {
        None
    } else if later > earlier && later < OVERVIEW.saturating_mul(earlier) {
        Some(Relation::Update)
    } else {
        Some(Relation::Excerpt)
    }
}
