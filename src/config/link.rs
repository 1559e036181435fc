//! `[link]`: how reports become incidents.

use serde::{Deserialize, Serialize};

/// The link stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Link {
    /// Shards: partitions of `reports`, each with one writer. Cannot be changed without re-keying.
    pub shards: i32,
    /// Days after its last report when an incident closes.
    pub quiet_days: u32,
    /// Reports whose full text an incident message keeps; more are kept by id.
    pub max_reports: usize,
}

impl Default for Link {
    fn default() -> Self {
        Self { shards: 1, quiet_days: 14, max_reports: 50 }
    }
}
