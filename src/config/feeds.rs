//! `[feeds]`: which feeds are read.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Which feeds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Feeds {
    /// Feed list files (TOML), relative to the configuration file.
    pub files: Vec<PathBuf>,
    /// Feeds named right here.
    pub list: Vec<FeedSource>,
}

/// One feed of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedSource {
    /// Address of the feed.
    pub url: String,
    /// Name of the outlet, as consumers see it.
    pub outlet: String,
    /// Language (BCP 47), if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Country of the outlet (ISO 3166-1 alpha-2): context for places.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Whether the article pages are fetched; false takes the feed's own text.
    #[serde(default = "yes")]
    pub pages: bool,
    /// Sections of the list that it stands in, outermost first: for those who keep the list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub section: Vec<String>,
}

fn yes() -> bool {
    true
}
