//! When a feed is asked again.

use super::rhythm;
use crate::config::Poll;
use crate::message::{Because, FeedState, Timestamp};
use jiff::tz::TimeZone;
use xxhash_rust::xxh3::xxh3_64;

/// How a poll ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended<'a> {
    /// With an answer that could be used.
    Well,
    /// Without; the class of the failure.
    Badly(&'a str),
    /// It was not asked: its site is to be left alone for some time.
    Deferred,
    /// 410: gone for good, as the server says.
    Gone,
}

/// A week: how often a feed that is gone is looked at all the same.
const WEEK: u64 = 7 * 86_400;
/// Longest `Retry-After` that is honoured: a day.
const RETRY_AFTER_CAP: u64 = 86_400;
/// Least wait after a 429 that names none.
const TOO_MANY: u64 = 1_800;
/// Longest time that `skipHours` and `skipDays` move a poll, in seconds: a weekend.
const SKIP_CAP: i64 = 2 * 86_400;
const HOUR: i64 = 3_600;

/// Failures that say more of the way to the feed, or of a passing mood of its server, than of the
/// feed.
const PASSING: [&str; 7] = ["dns", "connect", "tls", "timeout", "io", "http_5xx", "panic"];

/// The moment of the next poll, never before `now`, and what decided on it.
///
/// The jitter is derived from feed, round and moment: different for each feed of a site and for
/// each round, and the same when computed again.
pub(super) fn next_poll(
    state: &FeedState,
    ended: Ended<'_>,
    retry_after: Option<u64>,
    now: Timestamp,
    config: &Poll,
) -> (Timestamp, Because) {
    let (own, because) = match ended {
        Ended::Well => rhythm::own_interval(&state.pace, now, config),
        Ended::Badly(class) => (backoff(state, class, config), Because::Backoff),
        Ended::Deferred => (0, Because::RetryAfter),
        Ended::Gone => (WEEK, Because::Gone),
    };
    let mut bound = (config.min_interval_seconds, Because::Floor);
    let mut raise = |seconds: Option<u64>, because| {
        if let Some(seconds) = seconds.filter(|s| *s > bound.0) {
            bound = (seconds, because);
        }
    };
    if ended == Ended::Well {
        let asks = &state.pace.asks;
        let capped = |seconds: Option<u64>| seconds.map(|s| s.min(config.max_interval_seconds));
        raise(capped(asks.ttl_seconds), Because::Ttl);
        raise(capped(asks.max_age_seconds), Because::MaxAge);
        // What most feeds say of themselves is the default of their software.
        let faster = |period: &u64| {
            rhythm::usual_gap(&state.pace).is_some_and(|gap| gap.saturating_mul(2) < *period)
        };
        raise(capped(asks.period_seconds.filter(|p| !faster(p))), Because::Period);
    }
    raise(retry_after.map(|s| s.min(RETRY_AFTER_CAP)), Because::RetryAfter);
    let roll = roll(state, now);
    let (seconds, because) = spread((own, because), bound, roll, config.jitter);
    let due = now.as_second().saturating_add(i64::try_from(seconds).unwrap_or(i64::MAX));
    if ended == Ended::Well
        && let Some(later) = skipped(state, due, config)
    {
        #[allow(clippy::cast_possible_truncation)]
        let jitter = (HOUR as f64 * config.jitter * roll) as i64;
        return (Timestamp::from_second(later.saturating_add(jitter)), Because::Skip);
    }
    (Timestamp::from_second(due), because)
}

/// Own wish and lower bound, spread: the wish in both directions, the bound only to later.
fn spread(own: (u64, Because), bound: (u64, Because), roll: f64, jitter: f64) -> (u64, Because) {
    let (seconds, because) = if own.0 >= bound.0 { own } else { bound };
    let length = seconds as f64;
    let factor = if length * (1.0 - jitter) >= bound.0 as f64 && because != Because::Gone {
        1.0 + jitter * (2.0 * roll - 1.0)
    } else {
        1.0 + jitter * roll
    };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let spread = (length * factor).ceil() as u64;
    (spread, because)
}

/// From 0 to 1, another for each feed and each poll.
fn roll(state: &FeedState, now: Timestamp) -> f64 {
    let hash = xxh3_64(format!("{}@{}", state.id, now.as_second()).as_bytes());
    (hash % 10_001) as f64 / 10_000.0
}

/// Doubles from failure to failure; every other time only, and twice in the first 25 failures, where
/// the failure is a passing one.
fn backoff(state: &FeedState, class: &str, config: &Poll) -> u64 {
    let start = config.interval_seconds;
    let before = state.failures.saturating_sub(1);
    let (base, doublings) = match class {
        class if PASSING.contains(&class) => {
            // One slip is no reason to keep the readers of a quick feed waiting.
            let known = Some(state.pace.interval_seconds).filter(|s| *s > 0);
            let own = known.map_or(start, |s| s.min(start)).max(config.min_interval_seconds);
            // Nor is an outage, after which all should be there again within the hour: only what
            // lasts for days is asked ever more rarely.
            let doublings = if before <= 24 { (before / 2).min(2) } else { before / 2 - 10 };
            (own, doublings)
        }
        "http_429" => (start.max(TOO_MANY).min(config.max_backoff_seconds), before),
        _ => (start, before),
    };
    base.saturating_mul(1_u64 << doublings.min(20)).min(config.max_backoff_seconds.max(base))
}

/// The first moment from `due` on that is in no hour or day the feed wants to be left alone in;
/// none if `due` is such a moment, or if the feed's own entries say otherwise.
fn skipped(state: &FeedState, due: i64, config: &Poll) -> Option<i64> {
    let asks = &state.pace.asks;
    if asks.skip_hours.is_empty() && asks.skip_days.is_empty() {
        return None;
    }
    let quiet = |second: i64| {
        let moment = Timestamp::from_second(second).as_jiff().to_zoned(TimeZone::UTC);
        let hour = u8::try_from(moment.hour()).unwrap_or(0);
        let day = u8::try_from(moment.weekday().to_monday_one_offset()).unwrap_or(1);
        asks.skip_hours.contains(&hour) || asks.skip_days.contains(&day)
    };
    if !quiet(due) || state.pace.times.iter().any(|t| quiet(t.as_second())) {
        return None;
    }
    // Where polls come each few seconds this is a test, or a feed that would be lost for a day.
    if config.max_interval_seconds < HOUR.unsigned_abs() {
        return None;
    }
    let mut later = due - due.rem_euclid(HOUR);
    while later < due + SKIP_CAP {
        later += HOUR;
        if !quiet(later) {
            return Some(later);
        }
    }
    None
}

/// When a feed that was never polled, or is long due, is asked: the start is spread, ten feeds a
/// second, but over no more than `interval_seconds`.
#[must_use]
pub fn first_poll(feed: &str, now: Timestamp, feeds: usize, config: &Poll) -> Timestamp {
    let spread = (feeds as u64 / 10).clamp(1, config.interval_seconds.max(1));
    let offset = xxh3_64(feed.as_bytes()) % spread;
    Timestamp::from_second(now.as_second().saturating_add(i64::try_from(offset).unwrap_or(0)))
}
