//! The times of a text in UTC.

use super::{Ground, TimeMention};
use jiff::Timestamp;
use jiff::civil::DateTime;

impl Ground {
    /// First and last moment of a time in UTC, each where it is known. The times of a text are told
    /// by the clock of its outlet's country; none where that is not known or has several.
    #[must_use]
    pub fn utc(&self, time: &TimeMention) -> (Option<Timestamp>, Option<Timestamp>) {
        (time.start.and_then(|at| self.moment(at)), time.end.and_then(|at| self.moment(at)))
    }

    /// A moment of the text's clock in UTC. What the clock shows twice is the first of the two, what
    /// it never shows is as long after the gap as it would have been in it.
    fn moment(&self, at: DateTime) -> Option<Timestamp> {
        self.zone.as_ref()?.to_ambiguous_timestamp(at).compatible().ok()
    }
}
