//! `[admin]`: metrics, health and version over HTTP.

use serde::{Deserialize, Serialize};

/// Metrics, health and version over HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Admin {
    /// Address to listen on; port 0 takes a free one and logs it.
    pub listen: String,
    /// How long a stop may take to finish the work under way, in seconds.
    pub grace_seconds: u64,
}

impl Default for Admin {
    fn default() -> Self {
        Self { listen: "127.0.0.1:9464".into(), grace_seconds: 25 }
    }
}
