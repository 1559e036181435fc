//! Counts of what the Kafka layer does, for whoever shows metrics.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A count that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    pub(super) fn add(&self, n: u64) {
        self.0.fetch_add(n, Relaxed);
    }

    /// The count.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// A number that rises and falls.
#[derive(Debug, Default)]
pub struct Gauge(AtomicU64);

impl Gauge {
    pub(super) fn add(&self, n: u64) {
        self.0.fetch_add(n, Relaxed);
    }

    pub(super) fn sub(&self, n: u64) {
        self.0.fetch_sub(n, Relaxed);
    }

    pub(super) fn set(&self, n: u64) {
        self.0.store(n, Relaxed);
    }

    /// The number.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }

    /// Counts one for as long as the answer lives.
    pub(super) fn hold(&self) -> Held<'_> {
        self.add(1);
        Held(self)
    }
}

pub(super) struct Held<'a>(&'a Gauge);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.sub(1);
    }
}

/// What the Kafka layer of this process did and does. Shared by all producers and consumers.
#[derive(Debug, Default)]
pub struct Stats {
    /// Records acknowledged by the broker.
    pub sent_messages: Counter,
    /// Bytes of their keys, values and headers.
    pub sent_bytes: Counter,
    /// Records that had to be sent again by us, because librdkafka gave up on them.
    pub sent_again: Counter,
    /// Times a sender had to wait because the queue was full.
    pub queue_full: Counter,
    /// Senders that wait for room in the queue now.
    pub queue_waiting: Gauge,
    /// Sends that were begun and not yet acknowledged.
    pub in_flight: Gauge,
    /// Records in librdkafka's producer queue, as of its last statistics.
    pub queue_messages: Gauge,
    /// Bytes in librdkafka's producer queue, as of its last statistics.
    pub queue_bytes: Gauge,
    /// Records received by consumer groups.
    pub received_messages: Counter,
    /// Bytes of their keys and values.
    pub received_bytes: Counter,
    /// Assignments and revocations.
    pub rebalances: Counter,
    /// Partitions that are paused now, because their reader is slow or restores first.
    pub paused_partitions: Gauge,
    /// Offset commits that failed.
    pub commit_failures: Counter,
    /// Records read by table readers.
    pub table_messages: Counter,
    /// Bytes read by table readers.
    pub table_bytes: Counter,
    failed: Mutex<BTreeMap<String, u64>>,
}

impl Stats {
    pub(super) fn fail(&self, code: &str) {
        let mut failed = super::lock(&self.failed);
        if let Some(count) = failed.get_mut(code) {
            *count += 1;
        } else {
            failed.insert(code.to_owned(), 1);
        }
    }

    /// Failed deliveries, by librdkafka's name of the error; also those that were sent again.
    #[must_use]
    pub fn failed(&self) -> BTreeMap<String, u64> {
        super::lock(&self.failed).clone()
    }
}
