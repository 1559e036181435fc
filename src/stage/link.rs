//! Reports to incidents.
//!
//! One writer per shard (partition of `reports`). Reports are taken in batches; the messages that
//! follow from a batch are sent in waves. In a wave each incident is touched by one report, and a
//! wave is waited for before the next, so that no revision can overtake another.
//!
//! Before each wave it is asked whether the shard is still ours: what is left to send when it is
//! lost, as after a long outage, is the next owner's.

use super::breaker::Breaker;
use super::publish::{Meta, Published, envelope, publish};
use super::{Context, Stage, StageError, beating, now};
use crate::kafka::{Event, GroupConsumer, GroupOptions, Outgoing, Record, Topic, partition_for};
use crate::link::{Output, Settings, Shard};
use crate::message::{Incident, Lifecycle, Message as _, Report, dead_letter_reason, header_names};
use crate::ops::health::Latch;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Reports taken at once.
const BATCH: usize = 256;

/// How the topics are cut.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// Partitions of `reports`.
    pub shards: i32,
    /// Partitions of `incidents`.
    pub incident_partitions: i32,
}

impl Layout {
    /// Partitions of `incidents` that a shard owns: those with p mod N = s.
    #[must_use]
    pub fn owned(self, shard: i32) -> Vec<i32> {
        (0..self.incident_partitions).filter(|p| p % self.shards.max(1) == shard).collect()
    }

    /// Partition of an incident: the default partitioner's choice among those of its shard.
    #[must_use]
    pub fn partition_of(self, shard: i32, incident: &str) -> Option<i32> {
        let owned = self.owned(shard);
        let among = i32::try_from(owned.len()).ok().filter(|n| *n > 0)?;
        owned.get(usize::try_from(partition_for(incident.as_bytes(), among)).ok()?).copied()
    }
}

/// Runs the stage until it is told to stop.
///
/// # Errors
/// [`StageError`] when Kafka cannot be used any more.
pub async fn run(context: Context, latch: Latch, layout: Layout) -> Result<(), StageError> {
    latch.wait("joining the consumer group");
    let pulse = context.health.pulse(Stage::Link.name(), super::LIVENESS);
    let options = GroupOptions { hold: true, fence: true, ..GroupOptions::default() };
    let (group, mut events) = super::join(&context, Stage::Link, Topic::Reports, &options)?;
    let mut linker = Linker {
        context: context.clone(),
        group: group.clone(),
        layout,
        epoch: 0,
        shards: BTreeMap::new(),
        breaker: Breaker::default(),
    };
    let mut tick = tokio::time::interval(Duration::from_secs(2));
    let ended = loop {
        let pause = linker.breaker.pause(Instant::now());
        tokio::select! {
            () = context.stop.cancelled() => break Ok(()),
            () = tokio::time::sleep(pause.unwrap_or(Duration::MAX)), if pause.is_some() => {}
            _ = tick.tick() => {
                pulse.tick();
                super::show::lag(&context, Stage::Link, &group.lags());
            }
            event = events.recv(), if pause.is_none() => {
                let Some(event) = event else {
                    break Err(consumer_ended("the consumer's thread is gone".into()));
                };
                let mut records = Vec::new();
                let mut next = Some(event);
                // What has arrived already makes one batch; anything else ends it.
                while let Some(Event::Record(record)) = next {
                    records.push(record);
                    next = if records.len() < BATCH { events.try_recv().ok() } else { None };
                }
                let work = beating(&pulse, linker.link(&records));
                match super::until_drained(&context, work).await {
                    // It is told again to the next owner.
                    None => break Ok(()),
                    Some(Ok(done)) => done.into_iter().for_each(|(p, o)| group.done(p, o)),
                    Some(Err(error)) => break Err(error),
                }
                match next {
                    None | Some(Event::Record(_)) => {}
                    Some(Event::Assigned(shards)) => {
                        super::show::rebalance(&context, Stage::Link);
                        latch.wait("reading back incidents");
                        linker.epoch = group.epoch();
                        match beating(&pulse, linker.assigned(&shards)).await {
                            Ok(true) => { group.resume(&shards); latch.open(); }
                            Ok(false) => break Ok(()),
                            Err(error) => break Err(error),
                        }
                    }
                    Some(Event::Revoked { partitions, done, .. }) => {
                        super::show::rebalance(&context, Stage::Link);
                        super::show::forget_lag(&context, Stage::Link, &partitions);
                        for shard in &partitions {
                            linker.shards.remove(shard);
                        }
                        linker.count();
                        done.done();
                    }
                    Some(Event::Fatal(reason)) => break Err(consumer_ended(reason)),
                }
            }
        }
    };
    drop(events);
    group.stop(super::drain_limit(&context.config)).await;
    ended
}

fn consumer_ended(reason: String) -> StageError {
    StageError::Consumer { stage: Stage::Link.name(), reason }
}

struct Linker {
    context: Context,
    group: GroupConsumer,
    layout: Layout,
    epoch: i64,
    shards: BTreeMap<i32, Shard>,
    breaker: Breaker,
}

/// What follows from one report: to be written in order, each after the acknowledgement of the one
/// before, because a merge spans incidents and with them partitions.
struct Due {
    shard: i32,
    outputs: Vec<Output>,
}

impl Due {
    fn incidents(&self) -> Vec<String> {
        let id = |output: &Output| match output {
            Output::Publish(incident) => incident.id.clone(),
            Output::Tombstone { id } => id.clone(),
        };
        self.outputs.iter().map(id).collect()
    }
}

impl Linker {
    /// Restores newly assigned shards. False when the stop came first.
    async fn assigned(&mut self, shards: &[i32]) -> Result<bool, StageError> {
        for shard in shards {
            let mut restored = Shard::new(Settings::from(&self.context.config.link));
            let partitions = self.layout.owned(*shard);
            let mut unreadable = 0_u64;
            let whole = super::restore::restore(
                &self.context,
                Stage::Link,
                Topic::Incidents,
                &partitions,
                |key, value| match value.map(Incident::from_bytes) {
                    None => restored.restore_tombstone(key),
                    Some(Ok(incident)) => restored.restore(&incident),
                    Some(Err(error)) => {
                        unreadable += 1;
                        tracing::error!(incident = key, error = %error, "incident cannot be read back");
                    }
                },
            )
            .await?;
            if !whole {
                return Ok(false);
            }
            let outputs = restored.restored();
            tracing::info!(shard, open = restored.len(), unreadable, "incidents read back");
            self.shards.insert(*shard, restored);
            self.send(vec![Due { shard: *shard, outputs }]).await?;
        }
        self.count();
        Ok(true)
    }

    /// Links a batch and waits for all that follows from it. Gives the partition and offset of
    /// what was finished: not of records of a shard that is not (or no longer) read back.
    async fn link(&mut self, records: &[Box<Record>]) -> Result<Vec<(i32, i64)>, StageError> {
        let mut due = Vec::new();
        let mut done = Vec::new();
        for record in records {
            let Some(shard) = self.shards.get_mut(&record.partition) else { continue };
            done.push((record.partition, record.offset));
            let (detail, reason) = match record.value.as_deref().map(Report::from_bytes) {
                Some(Ok(report)) => {
                    let applied = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                        shard.apply(&report)
                    }));
                    match applied {
                        Ok(outputs) => {
                            self.count_applied(&outputs);
                            self.breaker.note(true, Instant::now());
                            due.push(Due { shard: record.partition, outputs });
                            continue;
                        }
                        // The shard may be half changed: what it would say next is not to be
                        // trusted. A fresh process reads the state back; the report is skipped.
                        Err(_) => (
                            "the linker panicked on this report".to_owned(),
                            dead_letter_reason::PANIC,
                        ),
                    }
                }
                Some(Err(error)) => (error.to_string(), dead_letter_reason::UNREADABLE),
                None => ("a record without a value".to_owned(), dead_letter_reason::UNREADABLE),
            };
            self.send(std::mem::take(&mut due)).await?;
            super::dead_letter::from_record(&self.context, Stage::Link, record, reason, &detail)
                .await?;
            if reason == dead_letter_reason::PANIC {
                self.reload(record.partition).await?;
            }
            if self.breaker.note(false, Instant::now()) {
                tracing::error!(
                    stage = "link",
                    "most records fail: pausing for {} s",
                    super::breaker::PAUSE.as_secs()
                );
            }
        }
        self.send(due).await?;
        let owned = self.group.owned();
        done.retain(|(shard, _)| owned.contains(shard));
        if !done.is_empty() {
            super::succeeded(&self.context, Stage::Link);
            self.count();
        }
        Ok(done)
    }

    async fn reload(&mut self, shard: i32) -> Result<(), StageError> {
        self.shards.remove(&shard);
        self.assigned(&[shard]).await.map(drop)
    }

    /// Sends messages in waves. What follows from one report goes out in order; reports that touch
    /// different incidents do not wait for each other.
    async fn send(&self, due: Vec<Due>) -> Result<(), StageError> {
        let mut rest = due;
        while !rest.is_empty() {
            let owned = self.group.owned();
            let before = rest.len();
            rest.retain(|due| owned.contains(&due.shard));
            if rest.len() < before {
                tracing::warn!(
                    left_out = before - rest.len(),
                    "shard lost: the rest is its next owner's"
                );
            }
            let (now, later) = wave(rest);
            let mut sends: JoinSet<Result<(), StageError>> = JoinSet::new();
            for due in now {
                let (context, layout, epoch) = (self.context.clone(), self.layout, self.epoch);
                sends.spawn(send_in_order(context, layout, epoch, due));
            }
            while let Some(sent) = sends.join_next().await {
                sent.map_err(|error| StageError::Task {
                    stage: Stage::Link.name(),
                    reason: error.to_string(),
                })??;
            }
            rest = later;
        }
        Ok(())
    }

    fn count_applied(&self, outputs: &[Output]) {
        let outcome = match outputs.first() {
            None => "unchanged",
            Some(Output::Publish(incident)) => lifecycle_label(incident.lifecycle),
            Some(Output::Tombstone { .. }) => "tombstone",
        };
        self.context.metrics.reports_linked_total.with([outcome]).inc();
    }

    fn count(&self) {
        let open: usize = self.shards.values().map(Shard::len).sum();
        self.context.metrics.incidents_open.set(i64::try_from(open).unwrap_or(i64::MAX));
    }
}

/// What may be sent at once, and what has to wait for it.
fn wave(due: Vec<Due>) -> (Vec<Due>, Vec<Due>) {
    let mut touched = BTreeSet::new();
    due.into_iter().partition(|due| {
        let incidents = due.incidents();
        let free = !incidents.iter().any(|id| touched.contains(id));
        // Also of those that wait: nothing may overtake them.
        touched.extend(incidents);
        free
    })
}

fn lifecycle_label(lifecycle: Lifecycle) -> &'static str {
    match lifecycle {
        Lifecycle::New => "new",
        Lifecycle::Updated => "updated",
        Lifecycle::Split => "split",
        Lifecycle::Merged => "merged",
        Lifecycle::Retracted => "retracted",
    }
}

async fn send_in_order(
    context: Context,
    layout: Layout,
    epoch: i64,
    due: Due,
) -> Result<(), StageError> {
    let incidents = due.incidents();
    for (output, incident) in due.outputs.into_iter().zip(&incidents) {
        let partition = layout.partition_of(due.shard, incident);
        send_one(&context, output, partition, epoch).await?;
    }
    Ok(())
}

async fn send_one(
    context: &Context,
    output: Output,
    partition: Option<i32>,
    epoch: i64,
) -> Result<(), StageError> {
    let owner = (header_names::OWNER_EPOCH.to_owned(), epoch.to_string().into_bytes());
    let incident = match output {
        Output::Publish(incident) => incident,
        Output::Tombstone { id } => {
            let record = Outgoing {
                topic: Topic::Incidents.name(&context.config.kafka.topic_prefix),
                key: id,
                partition,
                value: None,
                headers: vec![owner],
                time: None,
            };
            context
                .producer
                .send(record)
                .await
                .map_err(|source| StageError::Send { stage: Stage::Link.name(), source })?;
            context.metrics.incidents_published_total.with(["tombstone"]).inc();
            return Ok(());
        }
    };
    let meta = Meta {
        topic: Topic::Incidents,
        partition,
        id: format!("{}/{}", incident.id, incident.revision),
        time: incident.last_seen,
        trace: &incident.id,
        headers: vec![owner],
    };
    let record = envelope(context, Stage::Link, &*incident, meta)?;
    if publish(context, Stage::Link, record).await? == Published::DeadLettered {
        return Ok(());
    }
    let label = lifecycle_label(incident.lifecycle);
    context.metrics.incidents_published_total.with([label]).inc();
    if incident.lifecycle == Lifecycle::New {
        super::show::appeared(context, &incident);
    }
    let delay = now().as_second() - incident.last_seen.as_second();
    context.metrics.article_delay_seconds.observe(delay.max(0) as f64);
    Ok(())
}

#[cfg(test)]
mod tests;
