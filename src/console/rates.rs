//! How fast the stages of this process are: counts, looked at now and then.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Time over which a rate is taken.
const WINDOW: Duration = Duration::from_mins(1);

/// Handled so far, by stage in the order of the way of the data.
pub(super) type Counts = [u64; 3];

#[derive(Debug, Default)]
pub(super) struct Rates(VecDeque<(Instant, Counts)>);

impl Rates {
    /// Notes the counts of a moment.
    pub(super) fn note(&mut self, now: Instant, counts: Counts) {
        self.0.push_back((now, counts));
        // One look at or before the window's beginning stays, to measure from.
        while let Some((at, _)) = self.0.get(1)
            && now.saturating_duration_since(*at) >= WINDOW
        {
            self.0.pop_front();
        }
    }

    /// Handled for each minute, by stage.
    pub(super) fn per_minute(&self, now: Instant, counts: Counts) -> [f64; 3] {
        let Some((at, before)) = self.0.front() else { return [0.0; 3] };
        let minutes = now.saturating_duration_since(*at).as_secs_f64().max(1.0) / 60.0;
        let mut rates = [0.0; 3];
        for ((rate, now), before) in rates.iter_mut().zip(counts).zip(before) {
            *rate = (now.saturating_sub(*before) as f64 / minutes * 10.0).round() / 10.0;
        }
        rates
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_that_of_the_last_minute() {
        let start = Instant::now();
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        let mut rates = Rates::default();
        for second in 0..=120 {
            rates.note(at(second), [second * 10, second, 0]);
        }
        let found = rates.per_minute(at(120), [1_200, 120, 0]);
        assert_eq!(found.map(|rate| rate.to_string()), ["600", "60", "0"]);
        assert!(rates.0.len() <= 62, "{}", rates.0.len());
    }

    #[test]
    fn without_a_look_there_is_no_rate() {
        let found = Rates::default().per_minute(Instant::now(), [7, 7, 7]);
        assert_eq!(found.map(|rate| rate.to_string()), ["0", "0", "0"]);
    }
}
