//! Fingerprints and the near-duplicate index (pure).
//!
//! Owns the question "has this text been published before, and by which article first?".
//! A [`fingerprint()`] is all that is kept of an article (under 4 KB); the [`Index`] finds the
//! earlier article that a fingerprint repeats and says how ([`Relation`](crate::message::Relation)):
//!
//! - **copy**: half of all word 3-grams of the two together are common (Jaccard ≥ 0.5), and the
//!   later text has no number that the earlier one lacks: a copy is the same news;
//! - **update**: the same with such a number ("12 dead" has become "17 dead"); or half of the shorter
//!   one's 3-grams are in the other (containment ≥ 0.5), and the later text is the longer;
//! - **excerpt**: the same containment, and the later text is not the longer; or it is four times as
//!   long: an overview that holds the article among others.
//!
//! After 72 hours more is asked: 0.65 for a copy, 0.7 for the others. Which numbers count is told in
//! `numbers`. A number that the later text lacks is no news. Measurements: `docs/duplicates.md`.
//!
//! Promises
//! - An article repeats only articles that are earlier by (time, article id), within the window;
//!   never itself, and so never one of its own revisions.
//! - The answer depends on the set of fingerprints indexed, not on the order they came in. (Where
//!   more than 16 articles of one day share a gram, only the oldest 16 are found by it. When one of
//!   these is replaced by a newer revision, the next does not move up.)
//! - A question compares at most 64 texts: those that share the most and rarest grams.
//! - It points to the oldest known article of a chain, never to a copy.
//! - Asked again about an article that is indexed already with the same text, it gives the answer
//!   recorded then, so that work repeated after a crash has the same result.
//! - What many texts of one host have in common (subscription prompts, video lists) proves nothing.
//!   Short texts, and texts that do not fit their headline, prove nothing unless text and headline
//!   are both equal: different incidents are reported in equal words.
//! - Memory is bounded by [`Index::MAX_ARTICLES`]; beyond, the oldest day is forgotten. A day is
//!   forgotten as a whole, without touching its articles one by one.
//!
//! Two workers that handle two copies in the same moment do not see each other's fingerprint yet;
//! both articles then count as original. Linking merges their reports all the same; only the
//! number of independent sources is too high by one. A lock between workers would cost more.
//!
//! Never a clock, never I/O, never a random number.

mod bucket;
mod cells;
mod compare;
mod filter;
mod fingerprint;
mod furniture;
mod grams;
mod index;
mod meeting;
mod numbers;
mod packed;
mod postings;
mod question;
mod search;
mod slice;
mod suspects;
mod words;

#[cfg(test)]
mod tests;

pub use compare::{Similarity, compare};
pub use fingerprint::fingerprint;
pub use index::{Index, Prepared, Settings};
