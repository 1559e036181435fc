//! What librdkafka calls back, and what thread and handle share.

use super::watermark::Watermark;
use crate::kafka::context::Watch;
use crate::kafka::{Stats, lock};
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext, RebalanceProtocol};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::types::RDKafkaRespErr;
use rdkafka::{ClientContext, TopicPartitionList};
use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

/// Shared by the thread, the handle and librdkafka's callbacks.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) group: String,
    pub(super) topic: String,
    pub(super) watch: Watch,
    pub(super) stats: Arc<Stats>,
    pub(super) owned: Mutex<BTreeMap<i32, Owned>>,
    /// Partitions that the reader wants to have resumed.
    pub(super) resume: Mutex<Vec<i32>>,
    pub(super) epoch: AtomicI64,
    pub(super) stop: AtomicBool,
    /// Set when the client is being dropped: rebalances are then executed on the spot.
    pub(super) closing: AtomicBool,
}

/// A partition that is ours.
#[derive(Debug, Default)]
pub(super) struct Owned {
    pub(super) watermark: Watermark,
    /// The watermark moved since it was last stored.
    pub(super) dirty: bool,
    /// The watermark moved since the partition was assigned.
    pub(super) moved: bool,
    pub(super) high: Option<i64>,
    /// Where reading starts if nothing was handed out yet.
    pub(super) start: Option<i64>,
}

/// A rebalance that librdkafka waits for us to execute.
#[derive(Debug)]
pub(super) enum Change {
    Assign(TopicPartitionList),
    Revoke(TopicPartitionList),
}

/// Callbacks. Rebalances are only noted here; the thread executes them between two polls, so that
/// it can keep polling while the reader drains.
pub(super) struct Context {
    pub(super) shared: Arc<Shared>,
    pub(super) changes: Mutex<VecDeque<Change>>,
}

impl Context {
    pub(super) fn next_change(&self) -> Option<Change> {
        lock(&self.changes).pop_front()
    }
}

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.shared.watch.log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.shared.watch.error(&error, reason);
    }

    fn stats_raw(&self, json: &[u8]) {
        let Some(statistics) = self.shared.watch.statistics(json) else { return };
        let known = |offset: i64| (offset >= 0).then_some(offset);
        let mut owned = lock(&self.shared.owned);
        for partition in statistics.partitions(&self.shared.topic) {
            if let Some(owned) = owned.get_mut(&partition.id) {
                owned.high = known(partition.hi_offset).or(owned.high);
                owned.start = known(partition.committed_offset)
                    .or_else(|| known(partition.lo_offset))
                    .or(owned.start);
            }
        }
    }
}

impl ConsumerContext for Context {
    fn rebalance(
        &self,
        consumer: &BaseConsumer<Self>,
        kind: RDKafkaRespErr,
        partitions: &mut TopicPartitionList,
    ) {
        let assign = kind == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
        if self.shared.closing.load(SeqCst) {
            let executed = if assign {
                // Leaving: take nothing more, but librdkafka waits for an answer.
                consumer.unassign()
            } else {
                unassign(consumer, partitions)
            };
            if let Err(error) = executed {
                tracing::debug!(%error, "rebalance while closing");
            }
            return;
        }
        let change = if assign {
            Change::Assign(partitions.clone())
        } else {
            Change::Revoke(partitions.clone())
        };
        lock(&self.changes).push_back(change);
    }

    fn commit_callback(&self, result: KafkaResult<()>, _offsets: &TopicPartitionList) {
        match result {
            Ok(()) => self.shared.watch.touch(),
            // Nothing new to commit.
            Err(KafkaError::ConsumerCommit(rdkafka::types::RDKafkaErrorCode::NoOffset)) => {}
            Err(error) => {
                self.shared.stats.commit_failures.add(1);
                let group = self.shared.group.as_str();
                tracing::warn!(%error, group, "offsets not committed; they are tried again");
            }
        }
    }
}

pub(super) fn assign(
    consumer: &BaseConsumer<Context>,
    partitions: &TopicPartitionList,
) -> KafkaResult<()> {
    match consumer.rebalance_protocol() {
        RebalanceProtocol::Cooperative => consumer.incremental_assign(partitions),
        RebalanceProtocol::Eager | RebalanceProtocol::None => consumer.assign(partitions),
    }
}

pub(super) fn unassign(
    consumer: &BaseConsumer<Context>,
    partitions: &TopicPartitionList,
) -> KafkaResult<()> {
    match consumer.rebalance_protocol() {
        RebalanceProtocol::Cooperative => consumer.incremental_unassign(partitions),
        RebalanceProtocol::Eager | RebalanceProtocol::None => consumer.unassign(),
    }
}
