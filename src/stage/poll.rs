//! Feeds to articles.
//!
//! The consumer group over `feeds` decides which partitions, and so which sites, are this
//! process's. Their states are read back first; then each feed is polled when it is due. There is
//! no task or timer per feed: a heap holds what is due when, and only polls under way are tasks.

mod entry;
mod feed;

use self::feed::Job;
use super::{Context, Stage, StageError, beating, drain_limit, now};
use crate::config::FeedSource;
use crate::fetch::Client;
use crate::kafka::{Event, GroupOptions, Topic};
use crate::message::{FeedState, Message as _, Timestamp};
use crate::ops::health::Latch;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Longest sleep of the scheduler: how soon liveness is told of.
const TICK: Duration = Duration::from_secs(5);

/// Runs the stage until it is told to stop.
///
/// # Errors
/// [`StageError`] when Kafka cannot be used any more.
pub async fn run(
    context: Context,
    latch: Latch,
    client: Client,
    partitions: i32,
) -> Result<(), StageError> {
    let options = GroupOptions { hold: true, ..GroupOptions::default() };
    let (group, mut events) = super::join(&context, Stage::Poll, Topic::Feeds, options)?;
    latch.wait("joining the consumer group");
    let pulse = context.health.pulse(Stage::Poll.name(), super::LIVENESS);
    let mut poller = Poller {
        by_partition: feed::by_partition(&context.feeds, partitions),
        context: context.clone(),
        client,
        owned: BTreeMap::new(),
        due: BinaryHeap::new(),
        running: JoinSet::new(),
        busy: BTreeMap::new(),
        stops: BTreeMap::new(),
    };
    let ended = loop {
        let wait = poller.until_next();
        tokio::select! {
            () = context.stop.cancelled() => break Ok(()),
            event = events.recv() => match event {
                Some(Event::Assigned(partitions)) => {
                    super::show::rebalance(&context, Stage::Poll);
                    latch.wait("reading back feed states");
                    match beating(&pulse, poller.assigned(&partitions)).await {
                        Ok(()) => latch.open(),
                        Err(error) => break Err(error),
                    }
                }
                Some(Event::Revoked { partitions, done, .. }) => {
                    super::show::rebalance(&context, Stage::Poll);
                    if let Err(error) = poller.revoked(&partitions).await { break Err(error) }
                    done.done();
                }
                // Held partitions deliver nothing.
                Some(Event::Record(_)) => {}
                Some(Event::Fatal(reason)) => break Err(consumer_ended(reason)),
                None => break Err(consumer_ended("the consumer's thread is gone".into())),
            },
            Some(ended) = poller.running.join_next() => {
                if let Err(error) = poller.finished(ended) { break Err(error) }
            }
            () = tokio::time::sleep(wait) => {
                pulse.tick();
                poller.start_due();
            }
        }
    };
    for stop in poller.stops.values() {
        stop.cancel();
    }
    while let Some(result) = poller.running.join_next().await {
        poller.finished(result)?;
    }
    drop(events);
    group.stop(drain_limit(&context.config)).await;
    ended
}

fn consumer_ended(reason: String) -> StageError {
    StageError::Consumer { stage: Stage::Poll.name(), reason }
}

struct Poller {
    context: Context,
    client: Client,
    by_partition: BTreeMap<i32, Vec<(String, Arc<FeedSource>)>>,
    /// Feeds of the partitions that are ours, but for those being polled.
    owned: BTreeMap<String, Job>,
    due: BinaryHeap<Reverse<(Timestamp, String)>>,
    running: JoinSet<(Job, Result<FeedState, StageError>)>,
    /// Polls under way, by partition.
    busy: BTreeMap<i32, usize>,
    /// Cancelled when a partition is taken away.
    stops: BTreeMap<i32, CancellationToken>,
}

impl Poller {
    fn until_next(&self) -> Duration {
        if self.running.len() >= self.context.config.poll.concurrency {
            return TICK;
        }
        match self.due.peek() {
            None => TICK,
            Some(Reverse((due, _))) => {
                let seconds = due.as_second().saturating_sub(now().as_second());
                Duration::from_secs(u64::try_from(seconds).unwrap_or(0)).min(TICK)
            }
        }
    }

    async fn assigned(&mut self, partitions: &[i32]) -> Result<(), StageError> {
        let wanted: Vec<i32> =
            partitions.iter().copied().filter(|p| self.by_partition.contains_key(p)).collect();
        let mut states: BTreeMap<String, FeedState> = BTreeMap::new();
        super::restore::restore(&self.context, Stage::Poll, Topic::Feeds, &wanted, |key, value| {
            match value.map(FeedState::from_bytes) {
                Some(Ok(state)) => drop(states.insert(key.to_owned(), state)),
                Some(Err(error)) => {
                    tracing::warn!(feed = key, error = %error, "feed state unreadable: the feed starts anew");
                    states.remove(key);
                }
                None => drop(states.remove(key)),
            }
        })
        .await?;
        for partition in wanted {
            self.stops.insert(partition, self.context.stop.child_token());
            let feeds = self.by_partition.get(&partition).cloned().unwrap_or_default();
            let total = self.context.feeds.len();
            for (id, source) in feeds {
                let job = Job { state: states.remove(&id), id: id.clone(), source, partition };
                let due = feed::due(&self.context, &job, total);
                self.due.push(Reverse((due, id.clone())));
                self.owned.insert(id, job);
            }
        }
        self.count();
        Ok(())
    }

    /// Lets go of partitions: their polls under way end at the next entry and are waited for.
    async fn revoked(&mut self, partitions: &[i32]) -> Result<(), StageError> {
        for partition in partitions {
            if let Some(stop) = self.stops.remove(partition) {
                stop.cancel();
            }
        }
        self.owned.retain(|_, job| !partitions.contains(&job.partition));
        let deadline = tokio::time::Instant::now() + drain_limit(&self.context.config);
        while partitions.iter().any(|p| self.busy.get(p).is_some_and(|n| *n > 0)) {
            tokio::select! {
                Some(ended) = self.running.join_next() => self.finished(ended)?,
                () = tokio::time::sleep_until(deadline) => break,
            }
        }
        self.count();
        Ok(())
    }

    fn start_due(&mut self) {
        let at = now();
        while self.running.len() < self.context.config.poll.concurrency {
            let Some(Reverse((due, _))) = self.due.peek() else { break };
            if *due > at {
                break;
            }
            let Some(Reverse((_, id))) = self.due.pop() else { break };
            // Gone with its partition, or being polled.
            let Some(job) = self.owned.remove(&id) else { continue };
            let Some(stop) = self.stops.get(&job.partition).cloned() else { continue };
            *self.busy.entry(job.partition).or_default() += 1;
            let (context, client) = (self.context.clone(), self.client.clone());
            self.running.spawn(async move {
                let result = feed::poll(&context, &client, job.clone(), &stop).await;
                (job, result)
            });
        }
    }

    fn finished(
        &mut self,
        ended: Result<(Job, Result<FeedState, StageError>), tokio::task::JoinError>,
    ) -> Result<(), StageError> {
        let (mut job, result) = ended.map_err(|error| StageError::Task {
            stage: Stage::Poll.name(),
            reason: error.to_string(),
        })?;
        if let Some(busy) = self.busy.get_mut(&job.partition) {
            *busy = busy.saturating_sub(1);
        }
        let state = result?;
        super::succeeded(&self.context, Stage::Poll);
        if let Some(at) = state.last_success {
            self.context.metrics.feed_succeeded(&state.id, at.as_second() as f64);
        }
        // Only while the partition is still ours under the same assignment.
        if self.stops.get(&job.partition).is_some_and(|stop| !stop.is_cancelled()) {
            self.due.push(Reverse((state.next_poll.max(now()), job.id.clone())));
            job.state = Some(state);
            self.owned.insert(job.id.clone(), job);
        }
        self.count();
        Ok(())
    }

    /// Tells how the feeds of this process are doing.
    fn count(&self) {
        let (mut ok, mut failing, mut unreadable) = (0, 0, 0);
        for job in self.owned.values() {
            match job.state.as_ref().and_then(|s| s.last_error.as_deref()) {
                None => ok += 1,
                Some("not_a_feed") => unreadable += 1,
                Some(_) => failing += 1,
            }
        }
        for (state, n) in [("ok", ok), ("failing", failing), ("unreadable", unreadable)] {
            self.context.metrics.feeds.with([state]).set(n);
        }
    }
}
