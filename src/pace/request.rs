//! How a feed is asked.

use super::{moved, rhythm};
use crate::fetch::Validators;
use crate::message::{FeedState, Timestamp};
use xxhash_rust::xxh3::xxh3_64;

/// Each so many conditional requests of a feed one is made without validators.
const FULL_EVERY: u64 = 100;
/// The same where the server is suspected to call changed documents unchanged.
const DOUBTED_EVERY: u64 = 10;
/// Silence of a feed that publishes often, in seconds, in which its server is suspected: from a day
/// to a week.
const SUSPICIOUS: std::ops::Range<i64> = 86_400..7 * 86_400;
/// A feed with entries closer than this publishes often, in seconds.
const OFTEN: u64 = 6 * 3_600;

/// A request that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The address to ask: the configured one, or where the feed has moved to for good.
    pub url: String,
    /// What is sent along, byte for byte.
    pub validators: Validators,
    /// Why it is sent along, or not.
    pub kind: Kind,
    /// The feed has moved, and its old address is asked whether it answers itself again.
    pub(super) old_address: bool,
}

/// How the feed is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// No validator is known.
    Plain,
    /// With the validators.
    Conditional,
    /// Without them, to find out whether the server can be believed.
    Full,
    /// Without them: the server calls changed documents unchanged.
    Distrustful,
}

/// The request that is due for a feed.
#[must_use]
pub fn request(state: &FeedState, now: Timestamp) -> Request {
    let (url, old_address) = moved::address(state, now);
    let known = Validators { etag: state.etag.clone(), last_modified: state.last_modified.clone() };
    let kind = if known == Validators::default() {
        Kind::Plain
    } else if state.pace.ignores_validators_until.is_some_and(|until| now < until) {
        Kind::Distrustful
    } else if is_full_round(state, now) || moved::wants_proof(state, now) {
        Kind::Full
    } else {
        Kind::Conditional
    };
    let validators = if kind == Kind::Conditional { known } else { Validators::default() };
    Request { url, validators, kind, old_address }
}

/// Spread evenly over the rounds of a feed, beginning at another one for each feed.
fn is_full_round(state: &FeedState, now: Timestamp) -> bool {
    let doubted = state.pace.doubts > 0 || fell_silent(state, now);
    let every = if doubted { DOUBTED_EVERY } else { FULL_EVERY };
    (state.pace.rounds % every + 1 + xxh3_64(state.id.as_bytes()) % every).is_multiple_of(every)
}

/// A feed that used to publish often has not for days: the server may only say so, and to ask it
/// ever more rarely would take weeks to find out.
fn fell_silent(state: &FeedState, now: Timestamp) -> bool {
    let newest = state.pace.times.first();
    let silence = newest.map_or(0, |t| now.as_second().saturating_sub(t.as_second()));
    SUSPICIOUS.contains(&silence) && rhythm::usual_gap(&state.pace).is_some_and(|gap| gap < OFTEN)
}
