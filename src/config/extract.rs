//! `[extract]`: what is read out of articles.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The extract stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Extract {
    /// Folder of lexicons that extend or replace the built-in ones; empty for the built-in ones alone.
    pub lexicon: PathBuf,
    /// Articles worked on at once; 0 takes the number of processors.
    pub workers: usize,
    /// Reports below this confidence are counted and not published, 0 to 1.
    pub min_confidence: f64,
    /// Days for which near-duplicates are looked for.
    pub duplicate_window_days: u32,
}

impl Default for Extract {
    fn default() -> Self {
        Self { lexicon: PathBuf::new(), workers: 0, min_confidence: 0.3, duplicate_window_days: 7 }
    }
}
