//! A breaker: stops a stage for a while when too large a share of its records fails.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Outcomes that are looked at.
const WINDOW: usize = 100;
/// Outcomes needed before anything is concluded.
const ENOUGH: usize = 20;
/// How long a stage pauses.
pub(super) const PAUSE: Duration = Duration::from_secs(30);

/// Watches the last outcomes. While it is open the stage takes no record; after the pause one
/// half of the outcomes is forgotten, so that a few further failures open it again.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    outcomes: VecDeque<bool>,
    open_until: Option<Instant>,
}

impl Breaker {
    /// Notes how a record ended; true when this opens the breaker.
    pub(super) fn note(&mut self, ok: bool, now: Instant) -> bool {
        if self.outcomes.len() == WINDOW {
            self.outcomes.pop_front();
        }
        self.outcomes.push_back(ok);
        let failed = self.outcomes.iter().filter(|ok| !**ok).count();
        if !ok && self.outcomes.len() >= ENOUGH && failed * 2 > self.outcomes.len() {
            self.open_until = Some(now + PAUSE);
            self.outcomes.drain(..self.outcomes.len() / 2);
            return true;
        }
        false
    }

    /// How long the stage still has to pause.
    pub(super) fn pause(&self, now: Instant) -> Option<Duration> {
        self.open_until?.checked_duration_since(now).filter(|left| !left.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_failures_do_not_open_it() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        for i in 0..1_000 {
            assert!(!breaker.note(i % 3 != 0, now), "one in three fails, at {i}");
        }
        assert_eq!(breaker.pause(now), None);
    }

    #[test]
    fn most_failing_opens_it_for_the_pause() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        assert!((0..ENOUGH).any(|_| breaker.note(false, now)));
        assert_eq!(breaker.pause(now), Some(PAUSE));
        assert_eq!(breaker.pause(now + PAUSE), None);
    }
}
