//! FeedState: what the poller knows of one feed.

use super::{Message, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Value of the compacted topic `feeds`, keyed by feed id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FeedState {
    /// Always `depesche.feed-state/1`.
    pub schema: String,
    /// `f-…`, from the configured URL.
    pub id: String,
    /// The configured URL.
    pub url: String,
    /// `ETag` of the last full answer, byte for byte; sent back as `If-None-Match`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// `Last-Modified` of the last full answer, byte for byte; sent back as `If-Modified-Since`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
    /// Hash of the last body, against servers that never answer 304.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_hash: Option<String>,
    /// When the feed is due again.
    pub next_poll: Timestamp,
    /// When a poll last ended (well or badly).
    pub last_poll: Timestamp,
    /// When a poll last ended well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_success: Option<Timestamp>,
    /// Polls that failed in a row.
    pub failures: u32,
    /// Class of the last failure, as `timeout`, `http_404`, `not_a_feed`; absent after a success.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// How the last document read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<FeedVerdict>,
    /// The feed's own title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Entries published before, newest first; bounded.
    pub recent: Vec<RecentEntry>,
}

/// How well a feed document could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeedVerdict {
    /// Read as it came.
    Clean,
    /// Read after repairs.
    Repaired,
    /// Some entries could be read, others not.
    Partial,
    /// No entry could be read although it looks like a feed, or it is no feed at all.
    Unreadable,
}

/// An entry that was published before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecentEntry {
    /// Entry identity within the feed.
    pub id: String,
    /// Article id it was published under.
    pub article: String,
    /// Hash of title, summary and content, to recognise corrections.
    pub hash: String,
    /// Revision of the article last published for it (0 is the first).
    pub revision: u32,
}

impl Message for FeedState {
    const SCHEMA: &'static str = "depesche.feed-state/1";
    const TYPE: &'static str = "depesche.feed-state.v1";

    fn schema(&self) -> &str {
        &self.schema
    }

    fn key(&self) -> &str {
        &self.id
    }
}
