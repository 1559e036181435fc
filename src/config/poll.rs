//! `[poll]`: when feeds are asked, and what is kept of them.

use serde::{Deserialize, Serialize};

/// The poll stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Poll {
    /// Time between two polls of a feed whose rhythm is not known yet, in seconds.
    pub interval_seconds: u64,
    /// Least time between two polls of a feed, in seconds.
    pub min_interval_seconds: u64,
    /// Longest time between two polls of a feed that answers, in seconds, also where server or
    /// document ask for more; a `Retry-After` counts up to a day.
    pub max_interval_seconds: u64,
    /// Longest time between two polls of a feed that keeps failing, in seconds.
    pub max_backoff_seconds: u64,
    /// Part of the interval by which feeds are spread, 0 to 0.5.
    pub jitter: f64,
    /// Feeds polled at once.
    pub concurrency: usize,
    /// Entries taken from one document; the rest is counted and left.
    pub max_entries: usize,
    /// Entry ids remembered for each feed beyond those in its document.
    pub remembered_entries: usize,
    /// Longest article text in characters; more is cut and marked.
    pub max_text_chars: usize,
    /// Times a changed entry is published again.
    pub max_revisions: u32,
}

impl Default for Poll {
    fn default() -> Self {
        Self {
            interval_seconds: 900,
            min_interval_seconds: 300,
            max_interval_seconds: 21_600,
            max_backoff_seconds: 86_400,
            jitter: 0.1,
            concurrency: 16,
            max_entries: 2_000,
            remembered_entries: 500,
            max_text_chars: 100_000,
            max_revisions: 12,
        }
    }
}
