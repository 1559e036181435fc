//! Feeds that say they have moved for good: believed after days, and with proof.

use super::answer::Note;
use super::request::Request;
use crate::message::{FeedState, Moved, Timestamp};

/// How long a feed must say so: an error page takes no days to be noticed.
const DAYS_TO_BELIEVE: i64 = 3 * 86_400;
/// Polls at which it must say so.
const POLLS_TO_BELIEVE: u32 = 3;
/// How often the old address is asked whether it answers itself again.
const LOOK_BACK: i64 = 7 * 86_400;
/// The same while the new address fails.
const LOOK_BACK_FAILING: i64 = 86_400;
/// Failures in a row that are more than a passing mood.
const FAILING: u32 = 3;

/// The address to ask, and whether it is the old one of a feed that has moved.
pub(super) fn address(state: &FeedState, now: Timestamp) -> (String, bool) {
    match &state.pace.moved {
        Some(moved) if moved.adopted.is_some() => {
            let pause = if state.failures < FAILING { LOOK_BACK } else { LOOK_BACK_FAILING };
            let looked = moved.checked.or(moved.adopted);
            if looked.is_some_and(|at| since(at, now) >= pause) {
                (state.url.clone(), true)
            } else {
                (moved.to.clone(), false)
            }
        }
        _ => (state.url.clone(), false),
    }
}

fn since(at: Timestamp, now: Timestamp) -> i64 {
    now.as_second().saturating_sub(at.as_second())
}

fn is_ripe(moved: &Moved, now: Timestamp) -> bool {
    moved.adopted.is_none()
        && !moved.refused
        && moved.seen >= POLLS_TO_BELIEVE
        && since(moved.since, now) >= DAYS_TO_BELIEVE
}

/// Everything speaks for the new address but a look at what it has; it is had every other poll, as
/// it may be empty.
pub(super) fn wants_proof(state: &FeedState, now: Timestamp) -> bool {
    let open = |moved: &Moved| is_ripe(moved, now) && !moved.confirmed && moved.seen % 2 == 1;
    state.pace.moved.as_ref().is_some_and(open)
}

/// What a document that came along has to do with the feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// Nothing came along (304).
    None,
    /// Entries that are known.
    Overlap,
    /// Only entries that are not.
    Foreign,
}

/// Takes note of where a feed was found by a poll that ended well.
pub(super) fn noted(
    state: &mut FeedState,
    request: &Request,
    permanent: Option<&str>,
    proof: Proof,
    now: Timestamp,
) -> Option<Note> {
    let adopted = state.pace.moved.as_ref().is_some_and(|m| m.adopted.is_some());
    if adopted && !request.old_address {
        return None;
    }
    let Some(to) = permanent else {
        let dropped = state.pace.moved.take()?;
        return adopted.then_some(Note::MovedBack { from: dropped.to });
    };
    match &mut state.pace.moved {
        Some(moved) if moved.to == to => {
            moved.seen = moved.seen.saturating_add(1);
            moved.checked = Some(now);
            moved.confirmed |= proof == Proof::Overlap;
        }
        other => {
            *other = Some(Moved {
                to: to.to_owned(),
                since: now,
                seen: 1,
                confirmed: proof == Proof::Overlap,
                adopted: None,
                checked: None,
                refused: false,
            });
        }
    }
    let moved = state.pace.moved.as_mut()?;
    if proof == Proof::Foreign && !moved.confirmed && is_ripe(moved, now) {
        moved.refused = true;
        let to = moved.to.clone();
        return Some(Note::MoveRefused { to, why: "it has other entries" });
    }
    None
}

/// Adopts the new address of a feed once it is believed. `is_configured` tells whether an address
/// is that of another feed of the list: then it is polled already.
pub fn settle_move(
    state: &mut FeedState,
    now: Timestamp,
    is_configured: impl FnOnce(&str) -> bool,
) -> Option<Note> {
    let url = state.url.clone();
    let moved = state.pace.moved.as_mut().filter(|m| is_ripe(m, now) && m.confirmed)?;
    let to = moved.to.clone();
    let why = if !["https://", "http://"].iter().any(|scheme| to.starts_with(scheme)) {
        Some("it is no web address")
    } else if url.starts_with("https://") && to.starts_with("http://") {
        Some("it is not encrypted")
    } else if is_configured(&to) {
        Some("it is another feed of the list")
    } else {
        None
    };
    if let Some(why) = why {
        moved.refused = true;
        return Some(Note::MoveRefused { to, why });
    }
    moved.adopted = Some(now);
    moved.checked = Some(now);
    Some(Note::Moved { to })
}
