//! `[admin]`: metrics, health, version and console over HTTP.

use super::Secret;
use serde::{Deserialize, Serialize};

/// Metrics, health, version and console over HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Admin {
    /// Address to listen on; port 0 takes a free one and logs it.
    pub listen: String,
    /// Bearer token that every path asks for but `/live`, `/ready` and the console's own files,
    /// which hold no data. None unless set.
    pub token: Secret,
    /// How long a stop may take to finish the work under way, in seconds.
    pub grace_seconds: u64,
}

impl Default for Admin {
    fn default() -> Self {
        Self { listen: "127.0.0.1:9464".into(), token: Secret::default(), grace_seconds: 25 }
    }
}
