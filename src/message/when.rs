//! Times as they travel: RFC 3339 in UTC, whole seconds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A moment in UTC with whole seconds, on the wire as `2026-11-23T07:20:00Z`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Timestamp(#[schemars(with = "String", extend("format" = "date-time"))] jiff::Timestamp);

impl Timestamp {
    /// From seconds since 1970-01-01T00:00:00Z; clamped to the years -9999 to 9999.
    #[must_use]
    pub fn from_second(second: i64) -> Self {
        let (min, max) = (jiff::Timestamp::MIN.as_second(), jiff::Timestamp::MAX.as_second());
        Self(jiff::Timestamp::from_second(second.clamp(min, max)).unwrap_or_default())
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn as_second(self) -> i64 {
        self.0.as_second()
    }

    /// The same moment as a [`jiff::Timestamp`].
    #[must_use]
    pub fn as_jiff(self) -> jiff::Timestamp {
        self.0
    }

    /// The UTC day of this moment.
    #[must_use]
    pub fn date(self) -> jiff::civil::Date {
        self.0.to_zoned(jiff::tz::TimeZone::UTC).date()
    }
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(t: jiff::Timestamp) -> Self {
        Self::from_second(t.as_second())
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Reads an RFC 3339 moment, or a bare `YYYY-MM-DD` as that day's midnight in UTC.
#[must_use]
pub fn rfc3339(text: &str) -> Option<Timestamp> {
    if let Ok(t) = text.parse::<jiff::Timestamp>() {
        return Some(t.into());
    }
    let date: jiff::civil::Date = text.parse().ok()?;
    date.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|z| z.timestamp().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_and_moment_are_read() {
        assert_eq!(rfc3339("2023-11-22").unwrap().to_string(), "2023-11-22T00:00:00Z");
        assert_eq!(
            rfc3339("2023-11-22T06:30:00+01:00").unwrap().to_string(),
            "2023-11-22T05:30:00Z"
        );
        assert_eq!(rfc3339("gestern"), None);
    }

    #[test]
    fn absurd_seconds_are_clamped() {
        assert_eq!(Timestamp::from_second(i64::MAX).date().year(), 9999);
    }
}
