//! When a feed is due again.

use crate::config::Poll;
use crate::message::Timestamp;
use xxhash_rust::xxh3::xxh3_64;

/// How a poll ended, as far as the next one depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// An answer that could be used.
    Well {
        /// The server asks not to come back sooner, in seconds.
        max_age: Option<u64>,
    },
    /// No usable answer, for the n-th time in a row (from 1).
    Badly {
        /// Failures in a row.
        failures: u32,
        /// The server asks not to come back sooner, in seconds.
        retry_after: Option<u64>,
    },
    /// 410: gone for good, as the server says.
    Gone,
}

/// A week: how often a feed that is gone is looked at all the same.
const WEEK: u64 = 7 * 86_400;
/// Longest wish of a server that is honoured after an answer: six hours.
const MAX_AGE_CAP: u64 = 6 * 3_600;
/// Longest Retry-After that is honoured: a day.
const RETRY_AFTER_CAP: u64 = 86_400;

/// The moment of the next poll, never before `now`.
///
/// The jitter is derived from feed and moment: different for each feed of a site and for each
/// round, and the same when computed again.
pub(super) fn next_poll(feed: &str, now: Timestamp, ended: Ended, config: &Poll) -> Timestamp {
    let base = config.interval_seconds;
    let seconds = match ended {
        Ended::Well { max_age } => base.max(max_age.unwrap_or(0).min(MAX_AGE_CAP)),
        Ended::Badly { failures, retry_after } => base
            .saturating_mul(1_u64 << failures.saturating_sub(1).min(20))
            .min(config.max_backoff_seconds.max(base))
            .max(retry_after.unwrap_or(0).min(RETRY_AFTER_CAP)),
        Ended::Gone => WEEK,
    };
    let roll = xxh3_64(format!("{feed}@{}", now.as_second()).as_bytes()) % 2_001;
    // Only ever later: a server's wish is a lower bound.
    let jitter = seconds as f64 * config.jitter * (roll as f64 / 2_000.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_possible_wrap)]
    Timestamp::from_second(now.as_second().saturating_add((seconds as f64 + jitter) as i64))
}

/// When a feed that was never polled is due first: start-up is spread over one interval, but no
/// longer than a minute for short lists.
pub(super) fn first_poll(feed: &str, now: Timestamp, feeds: usize, config: &Poll) -> Timestamp {
    let spread = (feeds as u64 / 10).clamp(1, config.interval_seconds.max(1));
    let offset = xxh3_64(feed.as_bytes()) % spread;
    Timestamp::from_second(now.as_second().saturating_add(i64::try_from(offset).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(ended: Ended) -> i64 {
        let now = Timestamp::from_second(1_700_000_000);
        let config = Poll { jitter: 0.0, ..Poll::default() };
        next_poll("f-1", now, ended, &config).as_second() - now.as_second()
    }

    #[test]
    fn failing_feeds_wait_longer_but_never_for_ever() {
        let badly = |failures| wait(Ended::Badly { failures, retry_after: None });
        assert_eq!([badly(1), badly(2), badly(3)], [900, 1_800, 3_600]);
        assert_eq!(badly(u32::MAX), 86_400);
    }

    #[test]
    fn servers_wishes_are_honoured_within_reason() {
        assert_eq!(wait(Ended::Well { max_age: Some(60) }), 900);
        assert_eq!(wait(Ended::Well { max_age: Some(7_200) }), 7_200);
        assert_eq!(wait(Ended::Well { max_age: Some(u64::MAX) }), 21_600);
        assert_eq!(wait(Ended::Badly { failures: 1, retry_after: Some(5_000) }), 5_000);
        assert_eq!(wait(Ended::Badly { failures: 1, retry_after: Some(u64::MAX) }), 86_400);
        assert_eq!(wait(Ended::Gone), 604_800);
    }

    #[test]
    fn jitter_differs_between_feeds_and_stays_in_bounds() {
        let now = Timestamp::from_second(1_700_000_000);
        let config = Poll::default();
        let waits: Vec<i64> = (0..50)
            .map(|n| {
                let due = next_poll(&format!("f-{n}"), now, Ended::Well { max_age: None }, &config);
                due.as_second() - now.as_second()
            })
            .collect();
        assert!(waits.iter().all(|w| (900..=990).contains(w)), "{waits:?}");
        let mut distinct = waits.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert!(distinct.len() > 25, "{distinct:?}");
    }
}
