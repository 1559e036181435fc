//! The thread's part in a rebalance: taking partitions, giving them up, claiming an epoch.
//!
//! The epoch: with `fence`, after each assignment the highest epoch found in the metadata of the
//! committed offsets of all our partitions, plus one, is committed with them again. A commit
//! carries the group's generation, and the coordinator refuses that of a replaced owner, so two
//! owners of a partition never claim the same epoch, and the later one's is higher.

use super::context::{self, Change, Owned};
use super::handle::{Drained, Event};
use super::worker::{Revoking, Worker};
use crate::kafka::{KafkaError, lock};
use rdkafka::consumer::{CommitMode, Consumer};
use rdkafka::error::KafkaError as RdError;
use rdkafka::topic_partition_list::TopicPartitionListElem;
use rdkafka::{Offset, TopicPartitionList};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// How long one request of a claim may take.
pub(super) const REQUEST: Duration = Duration::from_secs(10);

impl Worker {
    pub(super) fn rebalance(&mut self) {
        while self.revoking.is_none() {
            match self.consumer.context().next_change() {
                None => return,
                Some(Change::Assign(list)) => self.assign(&list),
                Some(Change::Revoke(list)) => self.revoke(list),
            }
        }
    }

    fn assign(&mut self, list: &TopicPartitionList) {
        self.shared.stats.rebalances.add(1);
        self.shared.watch.touch();
        if let Err(error) = context::assign(&self.consumer, list) {
            // The group has moved on meanwhile; it will assign anew.
            tracing::warn!(%error, group = self.shared.group, "assignment not taken");
            return;
        }
        let partitions: Vec<i32> = list
            .elements_for_topic(&self.shared.topic)
            .iter()
            .map(TopicPartitionListElem::partition)
            .collect();
        tracing::info!(group = self.shared.group, ?partitions, "partitions assigned");
        if partitions.is_empty() {
            // There may be none for us: the reader should know that this is all.
            if !std::mem::replace(&mut self.joined, true) {
                self.tell(Event::Assigned(partitions));
            }
            return;
        }
        self.joined = true;
        lock(&self.shared.owned).extend(partitions.iter().map(|p| (*p, Owned::default())));
        // Paused in an earlier life, it may still be.
        if let Err(error) = self.consumer.resume(list) {
            tracing::debug!(%error, group = self.shared.group, "fresh partitions not resumed");
        }
        if self.hold {
            self.held.extend(&partitions);
        }
        if self.fence {
            self.unclaimed.extend(&partitions);
            self.claim_at = Instant::now();
        } else {
            self.tell(Event::Assigned(partitions));
        }
        self.repause();
    }

    fn revoke(&mut self, revoked: TopicPartitionList) {
        self.shared.stats.rebalances.add(1);
        let lost = self.consumer.assignment_lost();
        let partitions: BTreeSet<i32> = revoked
            .elements_for_topic(&self.shared.topic)
            .iter()
            .map(TopicPartitionListElem::partition)
            .collect();
        tracing::info!(group = self.shared.group, ?partitions, lost, "partitions revoked");
        self.backlog.retain(
            |event| !matches!(event, Event::Record(r) if partitions.contains(&r.partition)),
        );
        self.parked.retain(|partition, _| !partitions.contains(partition));
        // Of what the reader was never told it need not let go.
        let told: Vec<i32> = partitions.difference(&self.unclaimed).copied().collect();
        let (done, drained) = Drained::new();
        let now = Instant::now();
        let deadline = if lost || told.is_empty() { now } else { now + self.drain };
        if !told.is_empty() {
            self.tell(Event::Revoked { partitions: told, lost, done });
        }
        self.revoking = Some(Revoking { list: revoked, partitions, drained, deadline });
        self.repause();
    }

    /// Gives revoked partitions up once the reader has let go, or time is up.
    pub(super) fn finish_revoke(&mut self) {
        let Some(mut revoking) = self.revoking.take() else { return };
        let lost = self.consumer.assignment_lost();
        let late = Instant::now() >= revoking.deadline;
        if !lost && !late && revoking.drained.try_recv() == Err(oneshot::error::TryRecvError::Empty)
        {
            self.revoking = Some(revoking);
            return;
        }
        if !lost {
            self.commit(&revoking.partitions);
        }
        if let Err(error) = context::unassign(&self.consumer, &revoking.list) {
            tracing::warn!(%error, group = self.shared.group, "partitions not given up");
        }
        lock(&self.shared.owned).retain(|p, _| !revoking.partitions.contains(p));
        self.held.retain(|p| !revoking.partitions.contains(p));
        self.unclaimed.retain(|p| !revoking.partitions.contains(p));
        let paused = self.paused.len();
        self.paused.retain(|p| !revoking.partitions.contains(p));
        self.shared.stats.paused_partitions.sub((paused - self.paused.len()) as u64);
    }

    fn commit(&self, partitions: &BTreeSet<i32>) {
        let epoch = self.shared.epoch.load(SeqCst);
        let mut list = TopicPartitionList::new();
        for (partition, owned) in lock(&self.shared.owned).iter() {
            if partitions.contains(partition)
                && owned.moved
                && let Some(offset) = owned.watermark.get()
            {
                self.put(&mut list, *partition, offset, epoch);
            }
        }
        if list.count() > 0
            && let Err(error) = self.consumer.commit(&list, CommitMode::Sync)
        {
            self.shared.stats.commit_failures.add(1);
            let group = self.shared.group.as_str();
            tracing::warn!(%error, group, "last offsets not committed; records will come again");
        }
    }

    /// Claims an epoch for fresh partitions, then tells the reader of them.
    pub(super) fn claim(&mut self) {
        if self.unclaimed.is_empty() || self.revoking.is_some() || Instant::now() < self.claim_at {
            return;
        }
        match self.try_claim() {
            Ok(epoch) => {
                self.shared.epoch.store(epoch, SeqCst);
                let partitions: Vec<i32> =
                    std::mem::take(&mut self.unclaimed).into_iter().collect();
                tracing::info!(group = self.shared.group, ?partitions, epoch, "epoch claimed");
                for partition in &partitions {
                    if !self.held.contains(partition)
                        && let Some(parked) = self.parked.remove(partition)
                    {
                        self.backlog.extend(parked);
                    }
                }
                self.tell(Event::Assigned(partitions));
            }
            Err(error) => {
                tracing::warn!(%error, group = self.shared.group, "epoch not claimed yet");
                self.claim_at = Instant::now() + Duration::from_secs(1);
            }
        }
    }

    fn try_claim(&self) -> Result<i64, KafkaError> {
        let request = |what: &'static str| move |e: RdError| KafkaError::request(what, &e);
        let positions: BTreeMap<i32, Option<i64>> =
            lock(&self.shared.owned).iter().map(|(p, o)| (*p, o.watermark.get())).collect();
        let committed = self
            .consumer
            .committed_offsets(self.list(positions.keys()), REQUEST)
            .map_err(request("read committed offsets"))?;
        let mut highest = self.shared.epoch.load(SeqCst);
        let mut offsets = Vec::new();
        for element in committed.elements_for_topic(&self.shared.topic) {
            element.error().map_err(request("read committed offsets"))?;
            highest = highest.max(epoch_of(element.metadata()));
            let partition = element.partition();
            let handed_out = positions.get(&partition).copied().flatten();
            let offset = match (handed_out, element.offset()) {
                (Some(offset), _) | (None, Offset::Offset(offset)) => offset,
                // Nothing committed yet: reading starts at the beginning.
                _ => {
                    self.consumer
                        .fetch_watermarks(&self.shared.topic, partition, REQUEST)
                        .map_err(request("read watermarks"))?
                        .0
                }
            };
            offsets.push((partition, offset));
        }
        let epoch = highest.saturating_add(1);
        let mut list = TopicPartitionList::new();
        for (partition, offset) in offsets {
            self.put(&mut list, partition, offset, epoch);
        }
        self.consumer.commit(&list, CommitMode::Sync).map_err(request("claim an epoch"))?;
        Ok(epoch)
    }
}

/// The epoch in the metadata of a committed offset; 0 if there is none.
fn epoch_of(metadata: &str) -> i64 {
    metadata.strip_prefix("epoch=").and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::epoch_of;

    #[test]
    fn foreign_metadata_is_no_epoch() {
        assert_eq!(epoch_of("epoch=12"), 12);
        assert_eq!(epoch_of(""), 0);
        assert_eq!(epoch_of("epoch=soon"), 0);
    }
}
