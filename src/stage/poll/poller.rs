//! The feeds of this process: which are ours, how they do, and the polls under way.

use super::feed::{self, Job};
use super::list::{Listed, Listing};
use super::packed::{Mood, Packed};
use super::queue::Queue;
use crate::fetch::Client;
use crate::kafka::Topic;
use crate::message::{FeedState, Message as _, Timestamp};
use crate::stage::{Context, Stage, StageError, drain_limit, now, restore, succeeded};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::task::{AbortHandle, Id, JoinError, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Polls whose feed has answered and whose entries are being published, for each that asks: more
/// would only hold more documents.
const PUBLISHING: usize = 4;
/// Longest sleep of the scheduler.
const IDLE: Duration = Duration::from_secs(5);

pub(super) struct Poller {
    context: Context,
    client: Client,
    /// Partitions of `feeds`.
    partitions: i32,
    list: Listing,
    /// Feeds of the partitions that are ours, those being polled too.
    pub(super) feeds: HashMap<Arc<str>, Feed>,
    /// Those that are not being polled.
    pub(super) queue: Queue<Arc<Listed>>,
    pub(super) running: JoinSet<Result<Polled, StageError>>,
    /// Polls under way.
    pub(super) polls: HashMap<Id, Underway>,
    /// Those of them whose feed has not answered yet.
    pub(super) asking: usize,
    /// Polls whose feed has answered.
    pub(super) answers: UnboundedReceiver<Id>,
    answered: UnboundedSender<Id>,
    /// Partitions that are ours; cancelled when one is taken away.
    stops: BTreeMap<i32, CancellationToken>,
    counts: BTreeMap<&'static str, i64>,
}

/// A feed of ours.
pub(super) struct Feed {
    listed: Arc<Listed>,
    /// As it was before the poll under way, if there is one.
    pub(super) state: Packed,
    mood: Mood,
}

/// A poll under way.
pub(super) struct Underway {
    pub(super) listed: Arc<Listed>,
    pub(super) stop: CancellationToken,
    pub(super) abort: AbortHandle,
    /// Its feed has not answered yet: its site and its place are taken.
    pub(super) asks: bool,
}

/// What remains of a state, in little room.
pub(super) struct Polled {
    state: Packed,
    mood: Mood,
    due: Timestamp,
    last_success: Option<Timestamp>,
}

impl Polled {
    fn of(state: &FeedState) -> Self {
        Self {
            state: Packed::pack(state),
            mood: Mood::of(Some(state)),
            due: state.next_poll,
            last_success: state.last_success,
        }
    }
}

impl Poller {
    pub(super) fn new(context: Context, client: Client, partitions: i32) -> Self {
        let gap = Duration::from_millis(context.config.fetch.site_gap_milliseconds);
        let (answered, answers) = mpsc::unbounded_channel();
        Self {
            list: Listing::of(context.feeds.current(), partitions),
            context,
            client,
            partitions,
            feeds: HashMap::new(),
            queue: Queue::new(gap),
            running: JoinSet::new(),
            polls: HashMap::new(),
            asking: 0,
            answers,
            answered,
            stops: BTreeMap::new(),
            counts: BTreeMap::new(),
        }
    }

    /// Partitions that are ours.
    pub(super) fn partitions(&self) -> Vec<i32> {
        self.stops.keys().copied().collect()
    }

    /// Whether no further poll can start.
    fn is_full(&self) -> bool {
        let places = self.context.config.poll.concurrency;
        self.asking >= places || self.running.len() >= places.saturating_mul(1 + PUBLISHING)
    }

    /// How long there is nothing to start.
    pub(super) fn until_next(&self) -> Duration {
        if self.is_full() {
            return IDLE;
        }
        self.queue.until_next(now(), Instant::now()).map_or(IDLE, |wait| wait.min(IDLE))
    }

    /// Takes partitions: reads their states back and plans their feeds. False when the stop came
    /// first.
    pub(super) async fn assigned(&mut self, partitions: &[i32]) -> Result<bool, StageError> {
        let feeds: Vec<Arc<Listed>> =
            partitions.iter().flat_map(|p| self.list.of_partition(*p)).cloned().collect();
        let Some(states) = self.read_back(&feeds).await? else { return Ok(false) };
        for partition in partitions {
            self.stops.insert(*partition, self.context.stop.child_token());
        }
        self.take_in(feeds, states);
        Ok(true)
    }

    /// Takes the feed list as it is now: feeds that are no longer in it stop, others begin, spread
    /// out. False when the stop came first.
    pub(super) async fn relisted(&mut self) -> Result<bool, StageError> {
        self.list = Listing::of(self.context.feeds.current(), self.partitions);
        let mut ours: HashMap<Arc<str>, Arc<Listed>> = HashMap::new();
        for listed in self.stops.keys().flat_map(|p| self.list.of_partition(*p)) {
            ours.insert(Arc::clone(&listed.id), Arc::clone(listed));
        }
        for poll in self.polls.values().filter(|poll| !ours.contains_key(&poll.listed.id)) {
            poll.stop.cancel();
        }
        self.keep(|feed| ours.contains_key(&feed.listed.id));
        let mut added = Vec::new();
        for (id, listed) in ours {
            match self.feeds.get_mut(&id) {
                Some(feed) => feed.listed = listed,
                None => added.push(listed),
            }
        }
        // One that was in the list before has its state on the topic still.
        let Some(states) = self.read_back(&added).await? else { return Ok(false) };
        self.take_in(added, states);
        Ok(true)
    }

    /// Reads the states of feeds back from the topic. None when the stop came first.
    async fn read_back(
        &self,
        feeds: &[Arc<Listed>],
    ) -> Result<Option<HashMap<Arc<str>, Polled>>, StageError> {
        let partitions: BTreeSet<i32> = feeds.iter().map(|feed| feed.partition).collect();
        let partitions: Vec<i32> = partitions.into_iter().collect();
        let mut states: HashMap<Arc<str>, Option<Polled>> =
            feeds.iter().map(|feed| (Arc::clone(&feed.id), None)).collect();
        let each = |key: &str, value: Option<&[u8]>| {
            // States of feeds that are no longer listed stay on the topic, and nowhere else.
            let Some(state) = states.get_mut(key) else { return };
            *state = match value.map(FeedState::from_bytes) {
                Some(Ok(read)) => Some(Polled::of(&read)),
                Some(Err(error)) => {
                    tracing::warn!(feed = key, error = %error, "feed state unreadable: the feed starts anew");
                    None
                }
                None => None,
            };
        };
        let whole =
            restore::restore(&self.context, Stage::Poll, Topic::Feeds, &partitions, each).await?;
        let known = states.into_iter().filter_map(|(id, state)| Some((id, state?)));
        Ok(whole.then(|| known.collect()))
    }

    fn take_in(&mut self, feeds: Vec<Arc<Listed>>, mut states: HashMap<Arc<str>, Polled>) {
        let at = now();
        let total = self.list.len();
        for listed in feeds {
            let state = states.remove(&listed.id);
            let Some(source) = self.list.source(&listed) else { continue };
            let due = match state.as_ref().map(|state| state.due) {
                Some(due) if due > at => due,
                // Never polled, or overdue, as all are after a long stop: spread out.
                _ => {
                    let id = listed.id.to_string();
                    let job = Job { id, source, partition: listed.partition, state: None };
                    feed::due(&self.context, &job, total)
                }
            };
            let (state, mood) =
                state.map_or((Packed::default(), Mood::Ok), |state| (state.state, state.mood));
            let id = Arc::clone(&listed.id);
            self.queue.plan(Arc::clone(&listed), due);
            self.feeds.insert(id, Feed { listed, state, mood });
            *self.counts.entry(mood.name()).or_default() += 1;
        }
        self.show();
    }

    /// Keeps only some of the feeds; polls of the others are left to end.
    fn keep(&mut self, keep: impl Fn(&Feed) -> bool) {
        let (context, counts) = (&self.context, &mut self.counts);
        self.feeds.retain(|id, feed| {
            let stays = keep(feed);
            if !stays {
                context.metrics.feed_forgotten(id);
                *counts.entry(feed.mood.name()).or_default() -= 1;
            }
            stays
        });
        let feeds = &self.feeds;
        self.queue.retain(|listed| feeds.contains_key(&listed.id));
        self.show();
    }

    /// Lets go of partitions: their polls under way end at the next entry and are waited for, but
    /// not where the partitions have another owner already (`lost`). Nothing of them runs, or is
    /// planned, afterwards.
    pub(super) async fn revoked(
        &mut self,
        partitions: &[i32],
        lost: bool,
    ) -> Result<(), StageError> {
        for partition in partitions {
            if let Some(stop) = self.stops.remove(partition) {
                stop.cancel();
            }
        }
        self.keep(|feed| !partitions.contains(&feed.listed.partition));
        let limit = if lost { Duration::ZERO } else { drain_limit(&self.context.config) };
        let deadline = Instant::now() + limit;
        let theirs = |poll: &Underway| partitions.contains(&poll.listed.partition);
        while self.polls.values().any(theirs) {
            tokio::select! {
                Some(ended) = self.running.join_next_with_id() => self.finished(ended)?,
                () = tokio::time::sleep_until(deadline) => break,
            }
        }
        // Those that are left wait for Kafka.
        for poll in self.polls.values().filter(|poll| theirs(poll)) {
            poll.abort.abort();
        }
        while self.polls.values().any(theirs) {
            let Some(ended) = self.running.join_next_with_id().await else { break };
            self.finished(ended)?;
        }
        Ok(())
    }

    /// Starts what is due, as far as there are slots.
    pub(super) fn start_due(&mut self) {
        let (now, at) = (now(), Instant::now());
        while !self.is_full() {
            let Some(listed) = self.queue.take(now, at) else { break };
            if !self.start(&listed) {
                self.queue.done(&listed.site, at);
            }
        }
        let waiting = i64::try_from(self.queue.waiting()).unwrap_or(i64::MAX);
        self.context.metrics.polls_waiting.set(waiting);
    }

    fn start(&mut self, queued: &Listed) -> bool {
        let Some(feed) = self.feeds.get(&queued.id) else { return false };
        let Some(stop) = self.stops.get(&queued.partition) else { return false };
        let listed = Arc::clone(&feed.listed);
        // It was taken off the list and put back while it was polled: that poll ends first.
        if self.polls.values().any(|poll| poll.listed.id == listed.id) {
            self.queue.plan(listed, Timestamp::from_second(now().as_second().saturating_add(1)));
            return false;
        }
        let Some(source) = self.list.source(&listed) else { return false };
        let stop = stop.child_token();
        let (context, client, state) =
            (self.context.clone(), self.client.clone(), feed.state.clone());
        let (id, partition, told) = (listed.id.to_string(), listed.partition, stop.clone());
        let answered = self.answered.clone();
        let abort = self.running.spawn(async move {
            let job = Job { id, source, partition, state: state.unpack() };
            drop(state);
            // The poller outlives its polls, or nobody wants to know.
            let answered = || _ = answered.send(tokio::task::id());
            let state = feed::poll(&context, &client, job, &told, answered).await?;
            Ok(Polled::of(&state))
        });
        self.underway(listed, stop, abort);
        true
    }

    /// Keeps a poll that has begun.
    pub(super) fn underway(
        &mut self,
        listed: Arc<Listed>,
        stop: CancellationToken,
        abort: AbortHandle,
    ) {
        self.asking += 1;
        self.polls.insert(abort.id(), Underway { listed, stop, abort, asks: true });
    }

    /// The feed of a poll has answered: its site and its place are free, though its entries are
    /// still being published.
    pub(super) fn has_answered(&mut self, id: Id) {
        if let Some(poll) = self.polls.get_mut(&id).filter(|poll| poll.asks) {
            poll.asks = false;
            self.asking -= 1;
            self.queue.done(&poll.listed.site, Instant::now());
        }
    }

    /// Takes in all polls that have ended.
    pub(super) fn all_finished(
        &mut self,
        first: Result<(Id, Result<Polled, StageError>), JoinError>,
    ) -> Result<(), StageError> {
        self.finished(first)?;
        while let Some(ended) = self.running.try_join_next_with_id() {
            self.finished(ended)?;
        }
        Ok(())
    }

    pub(super) fn finished(
        &mut self,
        ended: Result<(Id, Result<Polled, StageError>), JoinError>,
    ) -> Result<(), StageError> {
        let (id, result) = match ended {
            Ok((id, result)) => (id, Ok(result?)),
            Err(error) => (error.id(), Err(error)),
        };
        self.has_answered(id);
        let Some(Underway { listed, stop, .. }) = self.polls.remove(&id) else { return Ok(()) };
        let polled = match result {
            Ok(polled) => {
                succeeded(&self.context, Stage::Poll);
                polled
            }
            Err(error) if error.is_cancelled() => return Ok(()),
            // Our mistake, and this feed brings it out; the others go on.
            Err(error) => match self.panicked(&listed, &error) {
                Some(polled) => polled,
                None => return Ok(()),
            },
        };
        // Its partition was taken away, or it is no longer in the list.
        if stop.is_cancelled() {
            return Ok(());
        }
        let Some(feed) = self.feeds.get_mut(&listed.id) else { return Ok(()) };
        if let Some(at) = polled.last_success {
            self.context.metrics.feed_succeeded(&listed.id, at.as_second() as f64);
        }
        let before = std::mem::replace(&mut feed.mood, polled.mood);
        feed.state = polled.state;
        self.queue.plan(Arc::clone(&feed.listed), polled.due.max(now()));
        if before != polled.mood {
            *self.counts.entry(before.name()).or_default() -= 1;
            *self.counts.entry(polled.mood.name()).or_default() += 1;
            self.show();
        }
        Ok(())
    }

    fn panicked(&self, listed: &Listed, error: &JoinError) -> Option<Polled> {
        let feed = self.feeds.get(&listed.id)?;
        let job = Job {
            id: listed.id.to_string(),
            source: self.list.source(&feed.listed)?,
            partition: listed.partition,
            state: feed.state.unpack(),
        };
        Some(Polled::of(&feed::panicked(&self.context, &job, error)))
    }

    /// Tells how the feeds of this process are doing.
    fn show(&self) {
        for mood in Mood::ALL {
            let count = self.counts.get(mood.name()).copied().unwrap_or(0);
            self.context.metrics.feeds.with([mood.name()]).set(count);
        }
    }
}
