//! Bytes to feed entries: decoding, repair, parsing, dates, identity (pure).
//!
//! Owns what a feed document says: RSS in all versions, Atom, RDF, JSON Feed and Google News
//! sitemaps. The way: characters (`decode`), repaired text (`repair`), then an own reader that
//! needs no well-formed document (`tolerant`), and feed-rs behind a panic guard (`strict`) unless
//! the document needed no repair and the own reader met nothing that the two could read in
//! different ways; what they found is put together in `assemble`.
//!
//! Promises: never panics, linear time, everything bounded; the same bytes give the same document;
//! an entry keeps its id from poll to poll; a document whose entries were lost never reads as
//! [`FeedVerdict::Clean`]. Never invents a date, never does I/O, never looks at a clock.

mod assemble;
pub mod date;
mod decode;
pub mod discover;
mod draft;
mod extra;
pub(crate) mod guard;
mod identity;
mod inflate;
mod json;
pub mod opml;
mod plain;
mod repair;
mod strict;
mod tags;
mod tolerant;

use crate::message::{FeedVerdict, Timestamp, content_hash};
use serde::Serialize;

pub use extra::{Alert, Point, Source};

/// What is known about a document beside its bytes.
#[derive(Debug, Clone, Copy)]
pub struct Hints<'a> {
    /// The `Content-Type` it was served with; its charset counts where the bytes are not UTF-8.
    pub content_type: Option<&'a str>,
    /// Where it came from: relative links are resolved against it.
    pub url: Option<&'a str>,
    /// Entries taken; the rest is counted in [`Document::left_out`].
    pub max_entries: usize,
    /// When it was fetched: dates more than two days later are implausible.
    pub fetched: Option<Timestamp>,
}

impl Default for Hints<'_> {
    fn default() -> Self {
        Self { content_type: None, url: None, max_entries: 2_000, fetched: None }
    }
}

/// A feed document, as read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// How well it could be read.
    pub verdict: FeedVerdict,
    /// `rss`, `atom`, `rdf`, `json_feed`, `news_sitemap`, `sitemap` or `sitemap_index`.
    pub format: Option<&'static str>,
    /// What had to be repaired, in the order in which it was met; a bounded set of names.
    pub repairs: Vec<String>,
    /// Why entries are missing, or why it is no feed.
    pub error: Option<String>,
    /// The feed's own title.
    pub title: Option<String>,
    /// The site that the feed belongs to.
    pub url: Option<String>,
    /// Language (BCP 47) as stated.
    pub lang: Option<String>,
    /// How long it may be kept, in minutes, as stated (RSS `ttl`).
    pub ttl_minutes: Option<u32>,
    /// How often it changes, as it says itself.
    pub rhythm: Rhythm,
    /// WebSub hub.
    pub hub: Option<String>,
    /// `<item>`, `<entry>` or `<url>` tags (or members of `items`) counted in the document.
    pub raw_entries: usize,
    /// The entries in document order, without exact repetitions.
    pub entries: Vec<Entry>,
    /// Entries beyond [`Hints::max_entries`].
    pub left_out: usize,
}

/// How often a feed changes, as it says itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Rhythm {
    /// Seconds between two changes (`sy:updatePeriod` divided by `sy:updateFrequency`).
    pub period_seconds: Option<u64>,
    /// Hours of the day in UTC, 0 to 23, in which it does not change (RSS `skipHours`).
    pub skip_hours: Vec<u8>,
    /// Days of the week, 1 (Monday) to 7 (Sunday), on which it does not change (RSS `skipDays`).
    pub skip_days: Vec<u8>,
}

/// An entry of a feed; all texts are plain, paragraphs separated by an empty line.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Entry {
    /// Identity within the feed: guid; else link; else a hash of title and summary. It survives
    /// `http` becoming `https`, tracking parameters, and versions counted in the guid's query.
    pub id: String,
    /// The link as identity, where the id is another: it still holds when all guids change.
    pub alternate: Option<String>,
    /// Headline.
    pub title: Option<String>,
    /// Link to the article, absolute, `http` or `https`.
    pub url: Option<String>,
    /// First publication; none where it is missing, unreadable or implausible.
    pub published: Option<Timestamp>,
    /// The publication date as it stands in the document.
    pub published_raw: Option<String>,
    /// Why `published_raw` gave no time.
    pub published_fault: Option<DateFault>,
    /// Last change, where stated.
    pub updated: Option<Timestamp>,
    /// The date of the last change as it stands in the document.
    pub updated_raw: Option<String>,
    /// Summary.
    pub summary: Option<String>,
    /// Full text, where the feed carries it.
    pub content: Option<String>,
    /// Language (BCP 47) as stated for this entry.
    pub lang: Option<String>,
    /// Authors.
    pub authors: Vec<String>,
    /// Categories, tags, keywords.
    pub tags: Vec<String>,
    /// Where it happened, as stated (GeoRSS, W3C Basic Geo).
    pub geo: Option<Point>,
    /// The feed that it was taken over from.
    pub source: Option<Source>,
    /// The fields of a warning (CAP, GDACS).
    pub alert: Option<Alert>,
}

/// Why a date that is there says no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DateFault {
    /// No date that we can read, or one that could mean two days.
    Unreadable,
    /// Before 1995, or more than two days after the fetch.
    Implausible,
}

impl Entry {
    /// Hash of title, summary and content: another hash under the same id is a correction.
    #[must_use]
    pub fn hash(&self) -> String {
        let part = |text: &Option<String>| text.clone().unwrap_or_default();
        content_hash(&[&part(&self.title), &part(&self.summary), &part(&self.content)])
    }
}

/// What had to be repaired, each name once.
#[derive(Debug, Default)]
struct Repairs(Vec<&'static str>);

impl Repairs {
    fn add(&mut self, name: &'static str) {
        if !self.0.contains(&name) {
            self.0.push(name);
        }
    }

    fn into_names(self) -> Vec<String> {
        self.0.into_iter().map(str::to_owned).collect()
    }
}

/// Reads a feed document.
#[must_use]
pub fn read(bytes: &[u8], hints: &Hints<'_>) -> Document {
    read_with(bytes, hints, false)
}

/// As [`read`]; `both`: feed-rs is asked also where the own reader is sure.
fn read_with(bytes: &[u8], hints: &Hints<'_>, both: bool) -> Document {
    let mut repairs = Repairs::default();
    let inflated = match inflate::inflate(bytes) {
        None => None,
        Some(Ok(inflated)) => {
            repairs.add("gzip");
            Some(inflated)
        }
        Some(Err(why)) => {
            return assemble::assemble(draft::Found::nothing(why), hints, repairs);
        }
    };
    let bytes = inflated.as_deref().unwrap_or(bytes);
    let text = decode::decode(bytes, hints.content_type, &mut repairs);
    if json::looks_like_json(&text) {
        let found = json::read(&text, hints, &mut repairs);
        return assemble::assemble(found, hints, repairs);
    }
    let Some(prepared) = repair::prepare(&text, &mut repairs) else {
        return assemble::assemble(draft::Found::nothing(no_feed(&text)), hints, repairs);
    };
    let scan = tolerant::read(&prepared, hints.max_entries);
    if !both && repairs.0.is_empty() && scan.is_sure(&prepared) {
        let found = draft::Found::sure(scan, prepared.raw_entries);
        return assemble::assemble(found, hints, repairs);
    }
    let strict = if scan.format.is_sitemap() || !prepared.safe_for_strict {
        Err("not tried".to_owned())
    } else {
        strict::read(&prepared.text, hints)
    };
    let found = draft::Found::choose(scan, strict, &prepared, &mut repairs);
    assemble::assemble(found, hints, repairs)
}

/// The characters of a document, and its XML text as repaired: what the parsers are given.
#[must_use]
pub fn prepared(bytes: &[u8], content_type: Option<&str>) -> (String, Option<String>) {
    let mut repairs = Repairs::default();
    let text = decode::decode(bytes, content_type, &mut repairs);
    let repaired = repair::prepare(&text, &mut repairs).map(|prepared| prepared.text.into_owned());
    (text.into_owned(), repaired)
}

/// Why a text without the root of a feed is none.
fn no_feed(text: &str) -> &'static str {
    let is_page = text.match_indices('<').take(50).any(|(at, _)| {
        let tag = text.get(at..at + 5).unwrap_or_default();
        tag.eq_ignore_ascii_case("<html") || tag.eq_ignore_ascii_case("<body")
    });
    if text.trim().is_empty() {
        "an empty document"
    } else if is_page {
        "an HTML page, not a feed"
    } else {
        "not a feed"
    }
}

#[cfg(test)]
mod case_tests;
#[cfg(test)]
mod field_tests;
#[cfg(test)]
mod tests;
