//! What an answer makes of a feed's state.

use super::moved::{self, Proof};
use super::next::{Ended, next_poll};
use super::request::{Kind, Request};
use super::rhythm;
use crate::config::Poll;
use crate::feed::Document;
use crate::fetch::{Body, Unchanged};
use crate::message::{FeedState, Timestamp};
use std::time::Duration;

/// How long a server that calls changed documents unchanged is not asked that way: a week.
const DISTRUST: i64 = 7 * 86_400;
/// Doubts that are a certainty.
const CERTAIN: u32 = 2;
/// An entry that is dated this much before the server said "unchanged" should have come then.
const KEPT_BACK: i64 = 3_600;
/// Failures that say that the document is not the feed.
const OTHER_DOCUMENT: [&str; 4] = ["not_a_feed", "html", "bot_wall", "consent_page"];

/// What a server says beside the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// `ETag`, byte for byte.
    pub etag: Option<String>,
    /// `Last-Modified`, byte for byte.
    pub last_modified: Option<String>,
    /// Freshness in seconds.
    pub max_age: Option<u64>,
    /// `Retry-After` in seconds.
    pub retry_after: Option<u64>,
    /// Where the feed has moved for good.
    pub permanent_url: Option<String>,
}

fn seconds(duration: Option<Duration>) -> Option<u64> {
    duration.map(|d| d.as_secs().saturating_add(u64::from(d.subsec_nanos() > 0)))
}

impl From<&Body> for Said {
    fn from(body: &Body) -> Self {
        Self {
            etag: body.etag.clone(),
            last_modified: body.last_modified.clone(),
            max_age: seconds(body.max_age),
            retry_after: seconds(body.retry_after),
            permanent_url: body.permanent_url.clone(),
        }
    }
}

impl From<&Unchanged> for Said {
    fn from(unchanged: &Unchanged) -> Self {
        Self {
            etag: unchanged.etag.clone(),
            last_modified: unchanged.last_modified.clone(),
            max_age: seconds(unchanged.max_age),
            retry_after: seconds(unchanged.retry_after),
            permanent_url: unchanged.permanent_url.clone(),
        }
    }
}

/// What was found in a document that was read, when all of it is published.
#[derive(Debug, Clone, Copy)]
pub struct Read<'a> {
    /// The document.
    pub document: &'a Document,
    /// Hash of its bytes.
    pub body_hash: &'a str,
    /// Publication times of its new entries.
    pub new: &'a [Option<Timestamp>],
    /// Entries that are known from before.
    pub known: usize,
}

/// Something that is told, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// The server calls changed documents unchanged.
    IgnoresValidators,
    /// The feed has moved for good; from now on it is asked there.
    Moved {
        /// Where to.
        to: String,
    },
    /// The feed says that it has moved, but its new address cannot be taken.
    MoveRefused {
        /// Where to.
        to: String,
        /// Why not.
        why: &'static str,
    },
    /// The old address answers itself again, and is asked again.
    MovedBack {
        /// Where it had moved to.
        from: String,
    },
}

/// The server says that the document has not changed (304).
pub fn unchanged(
    state: &mut FeedState,
    request: &Request,
    said: &Said,
    now: Timestamp,
    config: &Poll,
) -> Vec<Note> {
    refresh_validators(state, said);
    let asks = &mut state.pace.asks;
    asks.max_age_seconds = said.max_age.or(asks.max_age_seconds);
    let permanent = said.permanent_url.as_deref();
    let note = moved::noted(state, request, permanent, Proof::None, now);
    well(state, request, said, now, config);
    note.into_iter().collect()
}

/// RFC 9110 section 15.4.5, RFC 9111 section 4.3.4: a 304 brings the validators up to date, but
/// only where it speaks of the document that we have. One that names another is not echoed: it
/// would hide that document from us.
fn refresh_validators(state: &mut FeedState, said: &Said) {
    let opaque = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag).to_owned();
    let ours = match (&state.etag, &said.etag) {
        (Some(known), Some(new)) => opaque(known) == opaque(new),
        (None, Some(_)) => {
            said.last_modified.is_none() || said.last_modified == state.last_modified
        }
        (_, None) => false,
    };
    if ours {
        state.etag.clone_from(&said.etag);
        if said.last_modified.is_some() {
            state.last_modified.clone_from(&said.last_modified);
        }
    } else if said.etag.is_none() && state.last_modified.is_none() {
        state.last_modified.clone_from(&said.last_modified);
    }
}

/// The document is byte for byte the one before.
pub fn same_body(
    state: &mut FeedState,
    request: &Request,
    said: &Said,
    now: Timestamp,
    config: &Poll,
) -> Vec<Note> {
    take_validators(state, said);
    if request.kind == Kind::Full {
        state.pace.doubts = 0;
    }
    let permanent = said.permanent_url.as_deref();
    let note = moved::noted(state, request, permanent, Proof::Overlap, now);
    well(state, request, said, now, config);
    note.into_iter().collect()
}

/// The document was read and everything in it is published.
pub fn read(
    state: &mut FeedState,
    request: &Request,
    said: &Said,
    found: &Read<'_>,
    now: Timestamp,
    config: &Poll,
) -> Vec<Note> {
    let mut notes = Vec::new();
    if request.kind == Kind::Full {
        notes.extend(judge_validators(state, said, found.new, now));
    }
    take_validators(state, said);
    state.body_hash = Some(found.body_hash.to_owned());
    let asks = &mut state.pace.asks;
    asks.ttl_seconds = found.document.ttl_minutes.map(|minutes| u64::from(minutes) * 60);
    asks.period_seconds = found.document.rhythm.period_seconds;
    asks.skip_hours.clone_from(&found.document.rhythm.skip_hours);
    asks.skip_days.clone_from(&found.document.rhythm.skip_days);
    rhythm::learn(&mut state.pace, found.new, state.last_success, now);
    let proof = match (found.known, found.document.entries.len()) {
        (0, 0) => Proof::None,
        (0, _) => Proof::Foreign,
        _ => Proof::Overlap,
    };
    notes.extend(moved::noted(state, request, said.permanent_url.as_deref(), proof, now));
    well(state, request, said, now, config);
    notes
}

fn take_validators(state: &mut FeedState, said: &Said) {
    state.etag.clone_from(&said.etag);
    state.last_modified.clone_from(&said.last_modified);
    state.pace.asks.max_age_seconds = said.max_age;
}

/// A full request brought something new: would a conditional one have brought it, too?
fn judge_validators(
    state: &mut FeedState,
    said: &Said,
    new: &[Option<Timestamp>],
    now: Timestamp,
) -> Option<Note> {
    let last = state.last_success.map_or(i64::MIN, Timestamp::as_second);
    let same = match (&state.etag, &said.etag) {
        (None, None) => said.last_modified.is_some() && said.last_modified == state.last_modified,
        (known, new) => known == new,
    };
    let kept_back = new.iter().flatten().any(|t| t.as_second() < last.saturating_sub(KEPT_BACK));
    let doubt = match (new.is_empty(), same, kept_back) {
        (false, true, _) => CERTAIN,
        (false, false, true) => 1,
        _ => 0,
    };
    if doubt == 0 {
        state.pace.doubts = 0;
        return None;
    }
    state.pace.doubts = state.pace.doubts.saturating_add(doubt);
    if state.pace.doubts < CERTAIN {
        return None;
    }
    // One doubt stays: when the week is over, it is looked at more closely.
    state.pace.doubts = 1;
    let until = now.as_second().saturating_add(DISTRUST);
    state.pace.ignores_validators_until = Some(Timestamp::from_second(until));
    Some(Note::IgnoresValidators)
}

fn well(state: &mut FeedState, request: &Request, said: &Said, now: Timestamp, config: &Poll) {
    asked(state, request, now);
    if state.pace.ignores_validators_until.is_some_and(|until| until <= now) {
        state.pace.ignores_validators_until = None;
    }
    state.last_success = Some(now);
    state.failures = 0;
    state.last_error = None;
    state.pace.interval_seconds = rhythm::own_interval(&state.pace, now, config).0;
    plan(state, Ended::Well, said.retry_after, now, config);
}

fn asked(state: &mut FeedState, request: &Request, now: Timestamp) {
    state.last_poll = now;
    state.pace.first_poll.get_or_insert(now);
    if matches!(request.kind, Kind::Conditional | Kind::Full) {
        state.pace.rounds = state.pace.rounds.wrapping_add(1);
    }
}

fn plan(
    state: &mut FeedState,
    ended: Ended<'_>,
    retry_after: Option<u64>,
    now: Timestamp,
    config: &Poll,
) {
    let (due, because) = next_poll(state, ended, retry_after, now, config);
    state.next_poll = due;
    state.pace.because = Some(because);
}

/// There was no answer, or none that could be read; `class` is the class of the failure. Keeps
/// validators and entries: the feed may come back as it was.
pub fn failed(
    state: &mut FeedState,
    request: &Request,
    class: &str,
    retry_after: Option<u64>,
    now: Timestamp,
    config: &Poll,
) {
    if class == "site_waits" {
        // Another feed of the site was told to wait: nothing is known against this one.
        plan(state, Ended::Deferred, retry_after, now, config);
        return;
    }
    asked(state, request, now);
    let adopted = state.pace.moved.as_ref().is_some_and(|m| m.adopted.is_some());
    if request.old_address && adopted {
        // That the old address does not answer is what we thought.
        if let Some(moved) = &mut state.pace.moved {
            moved.checked = Some(now);
        }
        let known = state.last_error.clone();
        let ended = known.as_deref().map_or(Ended::Well, Ended::Badly);
        plan(state, ended, retry_after, now, config);
        return;
    }
    if OTHER_DOCUMENT.contains(&class) && !adopted {
        state.pace.moved = None;
    }
    state.failures = state.failures.saturating_add(1);
    state.last_error = Some(class.to_owned());
    let ended = if class == "http_410" { Ended::Gone } else { Ended::Badly(class) };
    plan(state, ended, retry_after, now, config);
}
