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
    /// WebSub hub that the feed names; not used yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hub: Option<String>,
    /// When and how it is asked.
    #[serde(default)]
    pub pace: Pace,
    /// Entries published before, newest first; bounded.
    pub recent: Vec<RecentEntry>,
}

impl FeedState {
    /// The state of a feed that was never polled.
    #[must_use]
    pub fn new(id: &str, url: &str, now: Timestamp) -> Self {
        Self {
            schema: Self::SCHEMA.into(),
            id: id.to_owned(),
            url: url.to_owned(),
            etag: None,
            last_modified: None,
            body_hash: None,
            next_poll: now,
            last_poll: now,
            last_success: None,
            failures: 0,
            last_error: None,
            verdict: None,
            title: None,
            hub: None,
            pace: Pace::default(),
            recent: Vec::new(),
        }
    }
}

/// When and how a feed is asked, and what that follows from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Pace {
    /// What decided on `next_poll`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<Because>,
    /// Seconds between two polls that the feed's own rhythm suggests.
    pub interval_seconds: u64,
    /// Conditional requests so far: each hundredth is made without validators instead.
    pub rounds: u64,
    /// When it was polled first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_poll: Option<Timestamp>,
    /// When its newest entries were published, as far as known, newest first; bounded.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<Timestamp>,
    /// What server and document ask for.
    pub asks: Asks,
    /// The server calls changed documents unchanged: until then it is not asked that way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignores_validators_until: Option<Timestamp>,
    /// Times in a row that a full request brought what "unchanged" had kept back.
    #[serde(skip_serializing_if = "is_zero")]
    pub doubts: u32,
    /// Where the feed says that it has moved for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
}

/// What server and document ask for until they say otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Asks {
    /// Freshness (`Cache-Control`, `Expires`) of the last answer, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age_seconds: Option<u64>,
    /// RSS `ttl`, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_seconds: Option<u64>,
    /// Time between two changes (`sy:updatePeriod`), in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_seconds: Option<u64>,
    /// Hours (UTC, 0 to 23) without changes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skip_hours: Vec<u8>,
    /// Days (1 Monday to 7 Sunday) without changes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skip_days: Vec<u8>,
}

/// A feed that says it has moved for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Moved {
    /// Where to.
    pub to: String,
    /// Since when it says so.
    pub since: Timestamp,
    /// Polls at which it said so.
    pub seen: u32,
    /// The new address answered with entries that are known from the old one.
    #[serde(default)]
    pub confirmed: bool,
    /// When the new address was adopted: since then it is the one that is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adopted: Option<Timestamp>,
    /// When the old address was last asked whether it answers itself again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked: Option<Timestamp>,
    /// The new address cannot be taken, which was told.
    #[serde(default)]
    pub refused: bool,
}

/// What decided when a feed is asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// Too little is known of it: the configured start value.
    Start,
    /// The time between its entries.
    Rhythm,
    /// It publishes more than usual.
    Burst,
    /// Nothing new came for a while.
    Silence,
    /// The configured least time between two polls.
    Floor,
    /// The document's `ttl`.
    Ttl,
    /// The document's `sy:updatePeriod`.
    Period,
    /// The document's `skipHours` or `skipDays`.
    Skip,
    /// The answer is fresh for so long (`Cache-Control`, `Expires`).
    MaxAge,
    /// The server asked for time (`Retry-After`).
    RetryAfter,
    /// It failed.
    Backoff,
    /// It is gone for good (410), and looked at weekly all the same.
    Gone,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // The signature that serde asks for.
fn is_zero(n: &u32) -> bool {
    *n == 0
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
    /// Entry identity within the feed; a long one as its hash.
    pub id: String,
    /// Article id it was published under.
    pub article: String,
    /// Hash of the words of title, summary and content, to recognise corrections.
    pub hash: String,
    /// Hash of the canonical link, where it has one: feeds change their ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Hash of the words of the title, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What `hash` was before, newest first; bounded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<String>,
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
