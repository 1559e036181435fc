//! Reads news feeds, extracts what happened, and publishes structured incident messages on Kafka.
//!
//! The map of the house, in the direction of its dependencies: `cli` uses `stage`, which uses the
//! rooms that do one thing each, which use `message`.
//!
//! | room | does | pure |
//! |---|---|---|
//! | [`cli`] | one file per command | |
//! | [`config`] | file and environment to structs, errors with key paths | |
//! | [`stage`] | the three loops: poll, extract, link | |
//! | [`feed`] | bytes to feed entries | yes |
//! | [`fetch`] | the polite, guarded HTTP client | |
//! | [`pace`] | when and how a feed is asked, which of its entries are new | yes |
//! | [`page`] | HTML to article text and metadata | yes |
//! | [`dedup`] | fingerprints and the near-duplicate index | yes |
//! | [`extract`] | text to reports | yes |
//! | [`link`] | reports to incidents | yes |
//! | [`eval`] | reports against gold, scores | yes |
//! | [`kafka`] | topics, producer, consumer, restore, in-process broker | |
//! | [`ops`] | metrics, health, HTTP | |
//! | [`console`] | a view of the topics for people: page and JSON API | |
//! | [`message`] | everything that crosses Kafka | yes |
//!
//! Pure rooms do no I/O, take no clock, and never panic on any input.

pub mod cli;
pub mod config;
pub mod console;
pub mod dedup;
pub mod eval;
pub mod extract;
pub mod feed;
pub mod fetch;
pub mod kafka;
pub mod link;
pub mod message;
pub mod ops;
pub mod pace;
pub mod page;
pub mod stage;
