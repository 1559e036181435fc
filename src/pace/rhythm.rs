//! A feed's own rhythm: from the times of its newest entries.

use crate::config::Poll;
use crate::message::{Because, Pace, Timestamp};

/// Times of entries that are remembered.
const REMEMBERED: usize = 32;
/// Entries that are closer than this are one: they came together.
const TOGETHER: i64 = 60;
/// Gaps that must be known before they count.
const MIN_GAPS: usize = 2;
/// A gap weighs as much as it is long, but no more than this: a weekend is one gap.
const MAX_WEIGHT: i64 = 6 * 3_600;
/// In a silence, the feed is asked this many times as often as it is long.
const SILENCE_PARTS: i64 = 12;
/// So many entries within an hour are a burst, where they are half as many again as usual.
const BURST: usize = 4;
const HOUR: i64 = 3_600;

/// Remembers when new entries were published. `last` is the last poll that ended well: what came
/// after it lies between it and now, wherever its date is missing or says otherwise.
pub(super) fn learn(
    pace: &mut Pace,
    new: &[Option<Timestamp>],
    last: Option<Timestamp>,
    now: Timestamp,
) {
    let mut times: Vec<i64> = pace.times.iter().map(|t| t.as_second()).collect();
    let now = now.as_second();
    match last.map(Timestamp::as_second) {
        None => times.extend(new.iter().flatten().map(|t| t.as_second().min(now))),
        Some(last) => {
            let placed = |t: &i64| *t > last && *t <= now;
            let before = times.len();
            times.extend(new.iter().flatten().map(|t| t.as_second()).filter(placed));
            let unplaced = new.len() - (times.len() - before);
            let parts = i64::try_from(unplaced).unwrap_or(i64::MAX).max(1);
            let shown = unplaced.min(REMEMBERED);
            let span = now.saturating_sub(last).max(0);
            times.extend((0_i64..).take(shown).map(|n| now - span / parts * n));
        }
    }
    times.sort_unstable_by(|a, b| b.cmp(a));
    let mut kept: Vec<i64> = Vec::with_capacity(REMEMBERED);
    for time in times {
        if kept.len() == REMEMBERED {
            break;
        }
        if kept.last().is_none_or(|newer| newer.saturating_sub(time) >= TOGETHER) {
            kept.push(time);
        }
    }
    pace.times = kept.into_iter().map(Timestamp::from_second).collect();
}

/// Seconds between two entries, as usual for the feed.
pub(super) fn usual_gap(pace: &Pace) -> Option<u64> {
    let seconds = || pace.times.iter().map(|t| t.as_second());
    let mut gaps: Vec<i64> = seconds().zip(seconds().skip(1)).map(|(a, b)| a - b).collect();
    if gaps.len() < MIN_GAPS {
        return None;
    }
    gaps.sort_unstable();
    let weight = |gap: &i64| (*gap).clamp(1, MAX_WEIGHT);
    let quarter = gaps.iter().map(weight).sum::<i64>() / 4;
    let mut below = 0;
    let gap = gaps.iter().find(|gap| {
        below += weight(gap);
        below >= quarter
    })?;
    u64::try_from(*gap).ok()
}

/// Seconds until the next poll, as far as the feed alone decides, and why.
pub(super) fn own_interval(pace: &Pace, now: Timestamp, config: &Poll) -> (u64, Because) {
    let (mut seconds, mut because) = match usual_gap(pace) {
        Some(gap) => (gap / 2, Because::Rhythm),
        None => (config.interval_seconds, Because::Start),
    };
    let age = |t: &Timestamp| now.as_second().saturating_sub(t.as_second()).max(0);
    let lately = pace.times.iter().filter(|t| age(t) < HOUR).count();
    let burst = HOUR.unsigned_abs() / lately.max(1) as u64 / 2;
    if lately >= BURST && burst * 3 / 2 < seconds {
        (seconds, because) = (burst, Because::Burst);
    }
    let newest = pace.times.first().or(pace.first_poll.as_ref());
    let silence = newest.map_or(0, |t| age(t) / SILENCE_PARTS).unsigned_abs();
    if silence > seconds {
        (seconds, because) = (silence, Because::Silence);
    }
    if seconds < config.min_interval_seconds {
        return (config.min_interval_seconds, Because::Floor);
    }
    (seconds.min(config.max_interval_seconds.max(config.min_interval_seconds)), because)
}
