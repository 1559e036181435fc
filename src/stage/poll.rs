//! Feeds to articles.
//!
//! The consumer group over `feeds` decides which partitions, and so which sites, are this
//! process's. Their states are read back first; then each feed is polled when it is due. There is
//! no task or timer per feed: a heap holds what is due when, and only polls under way are tasks.
//!
//! When a partition is taken away, nothing of it runs any more once that is confirmed: polls end at
//! the next entry, and what still waits for an acknowledgement when time is up is dropped, so that
//! it cannot write an old state over that of the next owner.

mod entry;
mod feed;
mod work;

use self::feed::Job;
use super::{Context, Stage, StageError, beating, drain_limit, now};
use crate::config::FeedSource;
use crate::fetch::Client;
use crate::kafka::{Event, GroupOptions, Topic};
use crate::message::{FeedState, Message as _, Timestamp};
use crate::ops::health::Latch;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{AbortHandle, Id, JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

/// Longest sleep of the scheduler.
const IDLE: Duration = Duration::from_secs(5);
/// How often the stage shows that it lives.
const BEAT: Duration = Duration::from_secs(2);

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
    let (group, mut events) = super::join(&context, Stage::Poll, Topic::Feeds, &options)?;
    latch.wait("joining the consumer group");
    let pulse = context.health.pulse(Stage::Poll.name(), super::LIVENESS);
    let mut poller = Poller::new(context.clone(), client, partitions);
    let mut beat = tokio::time::interval(BEAT);
    let ended = loop {
        let wait = poller.until_next();
        tokio::select! {
            () = context.stop.cancelled() => break Ok(()),
            event = events.recv() => match event {
                Some(Event::Assigned(partitions)) => {
                    super::show::rebalance(&context, Stage::Poll);
                    latch.wait("reading back feed states");
                    match beating(&pulse, poller.assigned(&partitions)).await {
                        Ok(true) => latch.open(),
                        Ok(false) => break Ok(()),
                        Err(error) => break Err(error),
                    }
                }
                Some(Event::Revoked { partitions, lost, done }) => {
                    super::show::rebalance(&context, Stage::Poll);
                    if let Err(error) = beating(&pulse, poller.revoked(&partitions, lost)).await {
                        break Err(error);
                    }
                    done.done();
                }
                // Held partitions deliver nothing.
                Some(Event::Record(_)) => {}
                Some(Event::Fatal(reason)) => break Err(consumer_ended(reason)),
                None => break Err(consumer_ended("the consumer's thread is gone".into())),
            },
            Some(ended) = poller.running.join_next_with_id() => {
                if let Err(error) = poller.finished(ended) { break Err(error) }
            }
            _ = beat.tick() => pulse.tick(),
            () = tokio::time::sleep(wait) => poller.start_due(),
        }
    };
    let all: Vec<i32> = poller.stops.keys().copied().collect();
    let drained = poller.revoked(&all, false).await;
    drop(events);
    group.stop(drain_limit(&context.config)).await;
    ended.and(drained)
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
    /// When each of `owned` is due; feeds being polled have no place here.
    due: BinaryHeap<Reverse<(Timestamp, String)>>,
    running: JoinSet<Result<FeedState, StageError>>,
    /// Polls under way.
    polls: HashMap<Id, Underway>,
    /// Partitions that are ours; cancelled when one is taken away.
    stops: BTreeMap<i32, CancellationToken>,
}

struct Underway {
    job: Job,
    abort: AbortHandle,
}

impl Poller {
    fn new(context: Context, client: Client, partitions: i32) -> Self {
        Self {
            by_partition: feed::by_partition(&context.feeds, partitions),
            context,
            client,
            owned: BTreeMap::new(),
            due: BinaryHeap::new(),
            running: JoinSet::new(),
            polls: HashMap::new(),
            stops: BTreeMap::new(),
        }
    }

    fn until_next(&self) -> Duration {
        if self.running.len() >= self.context.config.poll.concurrency {
            return IDLE;
        }
        match self.due.peek() {
            None => IDLE,
            Some(Reverse((due, _))) => {
                let seconds = due.as_second().saturating_sub(now().as_second());
                Duration::from_secs(u64::try_from(seconds).unwrap_or(0)).min(IDLE)
            }
        }
    }

    /// Takes partitions: reads their states back and plans their feeds. False when the stop came
    /// first.
    async fn assigned(&mut self, partitions: &[i32]) -> Result<bool, StageError> {
        let wanted: Vec<i32> =
            partitions.iter().copied().filter(|p| self.by_partition.contains_key(p)).collect();
        let mut states: BTreeMap<String, FeedState> = BTreeMap::new();
        let whole = super::restore::restore(
            &self.context,
            Stage::Poll,
            Topic::Feeds,
            &wanted,
            |key, value| match value.map(FeedState::from_bytes) {
                Some(Ok(state)) => drop(states.insert(key.to_owned(), state)),
                Some(Err(error)) => {
                    tracing::warn!(feed = key, error = %error, "feed state unreadable: the feed starts anew");
                    states.remove(key);
                }
                None => drop(states.remove(key)),
            },
        )
        .await?;
        if !whole {
            return Ok(false);
        }
        for partition in wanted {
            self.stops.insert(partition, self.context.stop.child_token());
            let feeds = self.by_partition.get(&partition).cloned().unwrap_or_default();
            let total = self.context.feeds.len();
            for (id, source) in feeds {
                let job = Job { state: states.remove(&id), id, source, partition };
                let due = feed::due(&self.context, &job, total);
                self.plan(job, due);
            }
        }
        self.count();
        Ok(true)
    }

    fn plan(&mut self, job: Job, due: Timestamp) {
        self.due.push(Reverse((due, job.id.clone())));
        self.owned.insert(job.id.clone(), job);
    }

    /// Lets go of partitions: their polls under way end at the next entry and are waited for, but
    /// not where the partitions have another owner already (`lost`). Nothing of them runs, or is
    /// planned, afterwards.
    async fn revoked(&mut self, partitions: &[i32], lost: bool) -> Result<(), StageError> {
        for partition in partitions {
            if let Some(stop) = self.stops.remove(partition) {
                stop.cancel();
            }
        }
        self.owned.retain(|_, job| {
            let stays = !partitions.contains(&job.partition);
            if !stays {
                self.context.metrics.feed_forgotten(&job.id);
            }
            stays
        });
        let owned = &self.owned;
        self.due.retain(|Reverse((_, id))| owned.contains_key(id));
        let limit = if lost { Duration::ZERO } else { drain_limit(&self.context.config) };
        let deadline = tokio::time::Instant::now() + limit;
        while self.polls.values().any(|poll| partitions.contains(&poll.job.partition)) {
            tokio::select! {
                Some(ended) = self.running.join_next_with_id() => self.finished(ended)?,
                () = tokio::time::sleep_until(deadline) => break,
            }
        }
        // Those that are left wait for Kafka.
        for poll in self.polls.values().filter(|p| partitions.contains(&p.job.partition)) {
            poll.abort.abort();
        }
        while self.polls.values().any(|poll| partitions.contains(&poll.job.partition)) {
            let Some(ended) = self.running.join_next_with_id().await else { break };
            self.finished(ended)?;
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
            let Some(job) = self.owned.remove(&id) else { continue };
            let Some(stop) = self.stops.get(&job.partition).cloned() else { continue };
            let (context, client, task) = (self.context.clone(), self.client.clone(), job.clone());
            let abort =
                self.running.spawn(async move { feed::poll(&context, &client, task, &stop).await });
            self.polls.insert(abort.id(), Underway { job, abort });
        }
    }

    fn finished(
        &mut self,
        ended: Result<(Id, Result<FeedState, StageError>), JoinError>,
    ) -> Result<(), StageError> {
        let (id, result) = match ended {
            Ok((id, result)) => (id, Ok(result?)),
            Err(error) => (error.id(), Err(error)),
        };
        let Some(Underway { mut job, .. }) = self.polls.remove(&id) else { return Ok(()) };
        let state = match result {
            Ok(state) => {
                super::succeeded(&self.context, Stage::Poll);
                state
            }
            Err(error) if error.is_cancelled() => return Ok(()),
            // Our mistake, and this feed brings it out; the others go on.
            Err(error) => feed::panicked(&self.context, &job, &error),
        };
        // A partition that was taken away has no stop, and comes back only when this poll is gone.
        if self.stops.get(&job.partition).is_some_and(|stop| !stop.is_cancelled()) {
            if let Some(at) = state.last_success {
                self.context.metrics.feed_succeeded(&state.id, at.as_second() as f64);
            }
            let due = state.next_poll.max(now());
            job.state = Some(state);
            self.plan(job, due);
        }
        self.count();
        Ok(())
    }

    /// Tells how the feeds of this process are doing.
    fn count(&self) {
        let (mut ok, mut failing, mut unreadable) = (0, 0, 0);
        for job in self.owned.values().chain(self.polls.values().map(|poll| &poll.job)) {
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

#[cfg(test)]
mod tests;
