//! The thread.
//!
//! One loop: obey the reader, hand out what waits, store offsets, pause or resume, poll, execute
//! rebalances. Nothing in it blocks for long, so that librdkafka is polled at all times.

use super::context::{self, Change, Context, Shared};
use super::handle::{Event, GroupOptions};
use super::rebalance::REQUEST;
use crate::kafka::error::class_of;
use crate::kafka::{Class, Record, lock};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError as RdError;
use rdkafka::types::RDKafkaErrorCode as Code;
use rdkafka::{Offset, TopicPartitionList};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{self, error::TrySendError};
use tokio::sync::oneshot;

/// How long a full channel may block the thread before partitions are paused: pausing throws away
/// what was fetched ahead, so a reader that is merely slow is waited for.
const PATIENCE: Duration = Duration::from_millis(250);
/// Longest sleep in a poll; a watermark is stored at least that often.
const POLL: Duration = Duration::from_millis(50);
/// Sleep in a poll while something is waited for.
const SHORT_POLL: Duration = Duration::from_millis(5);
/// How long a topic may be unknown: one that was just created is not known everywhere at once.
const UNKNOWN: Duration = Duration::from_mins(1);

#[allow(clippy::struct_excessive_bools)] // options and states that do not depend on each other
pub(super) struct Worker {
    pub(super) consumer: BaseConsumer<Context>,
    pub(super) shared: Arc<Shared>,
    pub(super) events: mpsc::Sender<Event>,
    pub(super) hold: bool,
    pub(super) fence: bool,
    pub(super) drain: Duration,
    /// What the channel had no room for, in order.
    pub(super) backlog: VecDeque<Event>,
    /// Records of held partitions that came before the pause took effect.
    pub(super) parked: BTreeMap<i32, VecDeque<Event>>,
    pub(super) held: BTreeSet<i32>,
    /// Assigned, but no epoch claimed and the reader not told.
    pub(super) unclaimed: BTreeSet<i32>,
    pub(super) claim_at: Instant,
    pub(super) revoking: Option<Revoking>,
    pub(super) full: bool,
    pub(super) paused: BTreeSet<i32>,
    pub(super) unknown_since: Option<Instant>,
    /// A first assignment came, be it empty.
    pub(super) joined: bool,
    pub(super) stopping: Option<Stopping>,
}

pub(super) struct Stopping {
    since: Instant,
    /// librdkafka cannot even close.
    broken: bool,
}

pub(super) struct Revoking {
    pub(super) list: TopicPartitionList,
    pub(super) partitions: BTreeSet<i32>,
    pub(super) drained: oneshot::Receiver<()>,
    pub(super) deadline: Instant,
}

impl Worker {
    pub(super) fn new(
        consumer: BaseConsumer<Context>,
        shared: Arc<Shared>,
        events: mpsc::Sender<Event>,
        options: &GroupOptions,
        drain: Duration,
    ) -> Self {
        Self {
            consumer,
            shared,
            events,
            hold: options.hold,
            fence: options.fence,
            drain,
            backlog: VecDeque::new(),
            parked: BTreeMap::new(),
            held: BTreeSet::new(),
            unclaimed: BTreeSet::new(),
            claim_at: Instant::now(),
            revoking: None,
            full: false,
            paused: BTreeSet::new(),
            unknown_since: None,
            joined: false,
            stopping: None,
        }
    }

    pub(super) fn run(mut self) {
        while !self.finished() {
            if self.shared.stop.load(SeqCst) || self.events.is_closed() {
                self.begin_stop();
            }
            self.obey();
            self.push();
            self.claim();
            self.store();
            self.repause();
            self.poll();
            self.rebalance();
            self.finish_revoke();
        }
        self.shared.stats.paused_partitions.sub(self.paused.len() as u64);
        self.shared.closing.store(true, SeqCst);
        // librdkafka waits for ever for the execution of what it announced.
        while let Some(change) = self.consumer.context().next_change() {
            let executed = match change {
                Change::Assign(_) => self.consumer.unassign(),
                Change::Revoke(list) => context::unassign(&self.consumer, &list),
            };
            if let Err(error) = executed {
                tracing::debug!(%error, group = self.shared.group, "rebalance while closing");
            }
        }
        drop(self.consumer);
        tracing::debug!(group = self.shared.group, "consumer ended");
    }

    /// Begins to leave. Closing, unlike unsubscribing, keeps a static member's place in the group,
    /// and waits for the group to be told where it is dynamic.
    fn begin_stop(&mut self) {
        if self.stopping.is_some() {
            return;
        }
        tracing::debug!(group = self.shared.group, "consumer leaves its group");
        let closing = self.consumer.close_queue();
        if let Err(error) = &closing {
            // After a fatal error there is nothing left to close.
            tracing::debug!(%error, group = self.shared.group, "consumer not closed");
        }
        self.stopping = Some(Stopping { since: Instant::now(), broken: closing.is_err() });
    }

    fn finished(&self) -> bool {
        let Some(stopping) = &self.stopping else { return false };
        let closed = stopping.broken || (self.revoking.is_none() && self.consumer.closed());
        let all_told = self.events.is_closed()
            || self.backlog.iter().all(|event| matches!(event, Event::Record(_)));
        (closed && all_told) || stopping.since.elapsed() > self.drain + REQUEST
    }

    /// Resumes what the reader asked for.
    fn obey(&mut self) {
        let resume = std::mem::take(&mut *lock(&self.shared.resume));
        for partition in resume {
            if self.held.remove(&partition)
                && let Some(parked) = self.parked.remove(&partition)
            {
                self.backlog.extend(parked);
            }
        }
    }

    fn poll(&mut self) {
        let waits = !self.backlog.is_empty() || self.revoking.is_some();
        let record = match self.consumer.poll(if waits { SHORT_POLL } else { POLL }) {
            None => return,
            Some(Ok(message)) => Record::read(&message),
            Some(Err(error)) => return self.trouble(&error),
        };
        self.unknown_since = None;
        self.shared.watch.touch();
        let partition = record.partition;
        if self.revoking.as_ref().is_some_and(|r| r.partitions.contains(&partition)) {
            return;
        }
        {
            let mut owned = lock(&self.shared.owned);
            let Some(owned) = owned.get_mut(&partition) else { return };
            owned.watermark.delivered(record.offset);
        }
        self.shared.stats.received_messages.add(1);
        self.shared.stats.received_bytes.add(record.bytes() as u64);
        let event = Event::Record(Box::new(record));
        if self.held.contains(&partition) || self.unclaimed.contains(&partition) {
            self.parked.entry(partition).or_default().push_back(event);
        } else {
            self.backlog.push_back(event);
            self.push();
            let patience = Instant::now() + PATIENCE;
            while !self.backlog.is_empty() && !self.full && Instant::now() < patience {
                std::thread::sleep(Duration::from_millis(1));
                self.push();
            }
        }
    }

    /// Hands out what waits, as far as there is room.
    fn push(&mut self) {
        while let Some(event) = self.backlog.pop_front() {
            match self.events.try_send(event) {
                Ok(()) => {}
                Err(TrySendError::Full(event)) => {
                    self.backlog.push_front(event);
                    return;
                }
                Err(TrySendError::Closed(_)) => {
                    self.backlog.clear();
                    return;
                }
            }
        }
    }

    /// Puts an assignment, revocation or failure behind those that wait, but before the records,
    /// which are of other partitions.
    pub(super) fn tell(&mut self, event: Event) {
        let behind =
            self.backlog.iter().rposition(|e| !matches!(e, Event::Record(_))).map_or(0, |i| i + 1);
        self.backlog.insert(behind, event);
        self.push();
    }

    fn store(&mut self) {
        let epoch = self.shared.epoch.load(SeqCst);
        let mut list = TopicPartitionList::new();
        for (partition, owned) in lock(&self.shared.owned).iter_mut() {
            if std::mem::take(&mut owned.dirty)
                && let Some(offset) = owned.watermark.get()
            {
                self.put(&mut list, *partition, offset, epoch);
            }
        }
        if list.count() > 0
            && let Err(error) = self.consumer.store_offsets(&list)
        {
            tracing::debug!(%error, group = self.shared.group, "offsets not stored");
        }
    }

    pub(super) fn put(
        &self,
        list: &mut TopicPartitionList,
        partition: i32,
        offset: i64,
        epoch: i64,
    ) {
        let mut element = list.add_partition(&self.shared.topic, partition);
        let offset_set = element.set_offset(Offset::Offset(offset));
        debug_assert!(offset_set.is_ok());
        if epoch > 0 {
            element.set_metadata(format!("epoch={epoch}"));
        }
    }

    /// Brings librdkafka's paused partitions to what is wanted.
    pub(super) fn repause(&mut self) {
        self.full = if self.full {
            // Resume with room for a while, or pause and resume would alternate.
            !self.backlog.is_empty() || self.events.capacity() * 2 < self.events.max_capacity()
        } else {
            !self.backlog.is_empty()
        };
        let wanted: BTreeSet<i32> = lock(&self.shared.owned)
            .keys()
            .copied()
            .filter(|p| {
                self.full
                    || self.held.contains(p)
                    || self.unclaimed.contains(p)
                    || self.revoking.as_ref().is_some_and(|r| r.partitions.contains(p))
            })
            .collect();
        if wanted == self.paused {
            return;
        }
        let pause = self.list(wanted.difference(&self.paused));
        let resume = self.list(self.paused.difference(&wanted));
        if pause.count() > 0
            && let Err(error) = self.consumer.pause(&pause)
        {
            tracing::warn!(%error, group = self.shared.group, "partitions not paused");
        }
        if resume.count() > 0
            && let Err(error) = self.consumer.resume(&resume)
        {
            tracing::warn!(%error, group = self.shared.group, "partitions not resumed");
        }
        self.shared.stats.paused_partitions.add(wanted.len() as u64);
        self.shared.stats.paused_partitions.sub(self.paused.len() as u64);
        self.paused = wanted;
    }

    pub(super) fn list<'a>(
        &self,
        partitions: impl IntoIterator<Item = &'a i32>,
    ) -> TopicPartitionList {
        let mut list = TopicPartitionList::new();
        for partition in partitions {
            list.add_partition(&self.shared.topic, *partition);
        }
        list
    }

    /// Most errors pass, and librdkafka keeps trying; some never will.
    fn trouble(&mut self, error: &RdError) {
        let fatal = matches!(error, RdError::MessageConsumptionFatal(_));
        let Some(code) = error.rdkafka_error_code() else { return };
        match code {
            Code::PollExceeded => {
                let group = self.shared.group.as_str();
                tracing::error!(group, "not polled for max.poll.interval.ms; joining again");
            }
            _ if fatal => self.fail(format!("{}: {error}", self.shared.group)),
            Code::UnknownTopic | Code::UnknownTopicOrPartition | Code::UnknownPartition => {
                let since = *self.unknown_since.get_or_insert_with(Instant::now);
                if since.elapsed() > UNKNOWN {
                    self.fail(format!("{} does not exist: {error}", self.shared.topic));
                }
            }
            code if class_of(code) == Class::Halt => {
                self.fail(format!("{}: {error}", self.shared.topic));
            }
            _ => {}
        }
    }

    fn fail(&mut self, reason: String) {
        if self.stopping.is_none() {
            tracing::error!(group = self.shared.group, reason, "consumer cannot go on");
            self.tell(Event::Fatal(reason));
            self.begin_stop();
        }
    }
}
