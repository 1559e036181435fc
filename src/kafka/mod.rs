//! Topics, producer, consumer, restore, in-process broker.
//!
//! Owns every contact with Kafka. Promises:
//!
//! - [`Producer::send`] resolves with the broker's acknowledgement and with nothing less; while the
//!   broker is away it waits and sends again, and memory stays within the configured queue.
//! - [`GroupConsumer`] never stops polling: when its reader is slow it pauses partitions. It commits
//!   only up to the first record that was not reported done.
//! - [`TableReader`] says "restored" only after everything up to the high watermark taken at its
//!   start was read.
//! - A password goes to librdkafka and nowhere else.
//!
//! Never decodes a value, never decides what a failure means for a stage (it gives the [`Class`]),
//! never alters or deletes a topic.

mod admin;
mod client;
mod consumer;
mod context;
mod embedded;
mod error;
mod murmur2;
mod options;
mod producer;
mod record;
mod search;
mod stats;
mod table;
mod topic;

pub use admin::{
    Created, Difference, DifferenceKind, compare, create_missing, partition_count, wait_for_broker,
};
pub use consumer::{Drained, Event, GroupConsumer, GroupOptions};
pub use embedded::EmbeddedBroker;
pub use error::{Class, KafkaError, SendError};
pub use murmur2::{murmur2, partition_for, place};
pub use options::check_options;
pub use producer::{Delivered, Outgoing, Producer};
pub use record::Record;
pub use search::Search;
pub use stats::{Counter, Gauge, Stats};
pub use table::{Start, TableEvent, TableOptions, TableReader};
pub use topic::{Topic, TopicPlan, asyncapi_channels, plan};

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, also after another thread panicked while it held the lock: the values kept here are
/// consistent after every single statement.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
