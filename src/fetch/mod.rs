//! The polite, guarded HTTP client.
//!
//! Owns every request that leaves for the web: `address` decides which addresses may be asked,
//! `site` when a site may be asked again, `robots` which pages may be asked for, `body` how
//! much of an answer is taken, `wall` what is a challenge for browsers; `hop` makes one request, and
//! `client` follows redirects hop by hop under all of them. `told` and `classes` name what went
//! wrong: a closed set, described in docs/errors.md.
//!
//! Promises: no request to an address that is not public unless allowed, checked at connect time
//! on every hop; one request at a time to a site with a pause between two; bounded time, bytes,
//! inflation, headers and redirects, and no waiting for slow senders; validators byte for byte as
//! received; no user name, path or
//! query of a URL in an error. Never keeps cookies, never asks a proxy from the environment, never
//! retries by itself.

mod address;
mod body;
mod classes;
mod client;
mod error;
mod headers;
mod hop;
mod resolve;
mod robots;
mod rules;
mod site;
mod told;
mod wall;

pub use classes::{ERROR_CLASSES, ErrorClass, document};
pub use client::Client;
pub use error::{Class, FetchError, Phase};
pub use site::site;
pub use wall::{WALL_BYTES, bot_wall};

use std::time::Duration;

/// Whether the text of a robots.txt lets an agent ask for a URL; none where that is no URL. For
/// `tests/fuzz.rs`: the client asks its own cache.
#[doc(hidden)]
#[must_use]
pub fn robots_allow(agent: &str, text: &[u8], url: &str) -> Option<bool> {
    let url = url::Url::parse(url).ok()?;
    Some(rules::RuleSet::parse(agent, text).allows(&url))
}

/// What a server said of a document when it was last fetched; sent back to ask whether it changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag`, byte for byte; bytes that are no UTF-8 stand as U+F780 to U+F7FF.
    pub etag: Option<String>,
    /// `Last-Modified`, byte for byte, in the same way.
    pub last_modified: Option<String>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Unchanged since the validators were received (304).
    Unchanged(Unchanged),
    /// The document.
    Body(Body),
}

/// What a server says with "unchanged".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unchanged {
    /// `ETag`, byte for byte, where it was sent again.
    pub etag: Option<String>,
    /// `Last-Modified`, byte for byte, where it was sent again.
    pub last_modified: Option<String>,
    /// Where it has moved for good, as in [`Body::permanent_url`].
    pub permanent_url: Option<String>,
    /// How long it stays fresh, as the server says.
    pub max_age: Option<Duration>,
    /// How long the server wants to be left alone.
    pub retry_after: Option<Duration>,
}

/// A document as it was served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Its bytes, after decompression.
    pub bytes: Vec<u8>,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `ETag`, byte for byte.
    pub etag: Option<String>,
    /// `Last-Modified`, byte for byte.
    pub last_modified: Option<String>,
    /// Where it was found after all redirects, without user name and password.
    pub final_url: String,
    /// Where it has moved for good: set when there were redirects and all of them are permanent
    /// (301 or 308), none from https to http.
    pub permanent_url: Option<String>,
    /// How long it stays fresh, as the server says.
    pub max_age: Option<Duration>,
    /// How long the server wants to be left alone, where it says so with a document.
    pub retry_after: Option<Duration>,
}

#[cfg(test)]
mod tests;
