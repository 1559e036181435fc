//! `[console]`: the page for people and its JSON API, on the address of `[admin]`.

use serde::{Deserialize, Serialize};

/// The console.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Console {
    /// Whether the page and its API are served. Without it nothing is read for them.
    pub enabled: bool,
    /// Incidents kept in memory; the oldest go first, those that are gone before all others.
    pub max_incidents: usize,
    /// Memory for incidents, in kilobytes.
    pub incident_kbytes: usize,
    /// Memory for articles, in kilobytes; the oldest without an incident go first.
    pub article_kbytes: usize,
    /// Records of each partition of `articles` that are read at the start, counted from the end.
    pub article_records: u64,
}

impl Default for Console {
    fn default() -> Self {
        Self {
            enabled: true,
            max_incidents: 10_000,
            incident_kbytes: 65_536,
            article_kbytes: 32_768,
            article_records: 2_000,
        }
    }
}
