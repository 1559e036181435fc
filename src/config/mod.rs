//! Configuration: one struct per concern, a TOML file, and an environment override for every key.
//!
//! Owns reading, overriding and checking. Promises that unknown keys are refused, that all errors
//! are told at once with the full path of their key, and that a [`Secret`] is never printed.
//! Never opens a port or a connection.

mod admin;
mod check;
mod console;
mod environment;
mod error;
mod extract;
mod feed_files;
mod feeds;
mod fetch;
mod kafka;
mod link;
mod load;
mod log;
mod page;
mod poll;
mod secret;
mod tree;

#[cfg(test)]
mod tests;

pub use admin::Admin;
pub use console::Console;
pub use error::{ConfigError, ConfigErrors, Origin};
pub use extract::Extract;
pub use feed_files::{FeedChanges, read_feed_list};
pub(crate) use feed_files::{is_language, refused};
pub use feeds::{FeedSource, Feeds};
pub use fetch::Fetch;
pub use kafka::{Kafka, Sasl, SaslMechanism, SecurityProtocol, Tls};
pub use link::Link;
pub use load::Loaded;
pub use log::{Log, LogFormat};
pub use page::Page;
pub use poll::Poll;
pub use secret::Secret;

use serde::{Deserialize, Serialize};

/// The whole configuration.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where Kafka is and how to speak to it.
    pub kafka: Kafka,
    /// Which feeds.
    pub feeds: Feeds,
    /// How to ask web servers.
    pub fetch: Fetch,
    /// How the text of article pages is found.
    pub page: Page,
    /// The poll stage.
    pub poll: Poll,
    /// The extract stage.
    pub extract: Extract,
    /// The link stage.
    pub link: Link,
    /// Metrics, health, version and console over HTTP.
    pub admin: Admin,
    /// The page for people and its JSON API.
    pub console: Console,
    /// Logging.
    pub log: Log,
}
