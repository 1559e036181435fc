//! Article: one entry of a feed with the text of its page.

use super::{Message, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Value of the topic `articles`, keyed by article id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Article {
    /// Always `depesche.article/1`.
    pub schema: String,
    /// `a-…`, from the canonical URL.
    pub id: String,
    /// 0 at first, one more for each correction.
    pub revision: u32,
    /// Feed it came from.
    pub feed: String,
    /// Entry identity within the feed.
    pub entry: String,
    /// Name of the outlet, from the feed list or the feed.
    pub outlet: String,
    /// Link of the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Link after redirects, canonical link and clean-up of tracking parameters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canonical_url: Option<String>,
    /// Headline, without the outlet's name.
    pub title: String,
    /// The feed's own summary as plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The article's words, paragraphs separated by an empty line.
    pub text: String,
    /// Where `text` was taken from.
    pub text_source: TextSource,
    /// What became of the article page.
    pub page: PageOutcome,
    /// True when `text` was cut at the size limit.
    pub truncated: bool,
    /// Language (BCP 47) as page or feed state it; the extractor looks for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Country of the outlet (ISO 3166-1 alpha-2) from the feed list: context for places.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// First publication, as feed or page state it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Timestamp>,
    /// Last change, as feed or page state it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<Timestamp>,
    /// Authors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<String>,
    /// Categories and tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// Where an article's text was taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TextSource {
    /// The article page.
    Page,
    /// The feed's full content.
    Content,
    /// The feed's summary.
    Summary,
    /// There was only a headline.
    Title,
}

/// What became of the article page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PageOutcome {
    /// Fetched and read.
    Read,
    /// Not wanted: the feed is configured without pages, or the entry has no link.
    NotFetched,
    /// robots.txt forbids it.
    Forbidden,
    /// Could not be fetched.
    Failed,
    /// Fetched, but it holds no article text (consent page, script shell, bot wall, paywall stub).
    NoText,
}

impl Message for Article {
    const SCHEMA: &'static str = "depesche.article/1";
    const TYPE: &'static str = "depesche.article.v1";

    fn schema(&self) -> &str {
        &self.schema
    }

    fn key(&self) -> &str {
        &self.id
    }
}
