//! The three loops: poll, extract, link.
//!
//! Each is the same small shape: take a record, call pure functions, publish, wait for the broker's
//! acknowledgement of everything, only then move on. Owns that order and nothing else: what is in a
//! feed, a text or an incident is decided in the pure rooms, how Kafka is spoken to in `kafka`.
//! Never marks anything done before it was acknowledged, and never keeps state that could not be
//! read back from a topic.

mod breaker;
mod dead_letter;
pub mod extract;
mod feeds;
pub mod link;
pub mod poll;
mod publish;
mod restore;
mod show;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tests;

pub use feeds::FeedList;
pub use show::{KafkaShown, show_kafka};

use crate::config::Config;
use crate::kafka::{
    Event, GroupConsumer, GroupOptions, KafkaError, Producer, SendError, Stats, Topic,
};
use crate::ops::health::{Health, Pulse};
use crate::ops::metrics::Metrics;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// What every stage works with.
#[derive(Clone)]
pub struct Context {
    /// The configuration.
    pub config: Arc<Config>,
    /// The feed list.
    pub feeds: FeedList,
    /// The producer, shared by all stages of the process.
    pub producer: Producer,
    /// Counts of the Kafka layer.
    pub stats: Arc<Stats>,
    /// The metrics.
    pub metrics: Arc<Metrics>,
    /// Readiness and liveness.
    pub health: Health,
    /// The consumers of the stages, for [`Context::last_contact`].
    pub consumers: Arc<Mutex<Vec<GroupConsumer>>>,
    /// Cancelled when the process is to stop.
    pub stop: CancellationToken,
}

impl Context {
    /// When a broker last answered any client of the process. A producer that has nothing to send
    /// hears nothing for minutes; consumers are in constant exchange.
    #[must_use]
    pub fn last_contact(&self) -> Option<Instant> {
        let heard = lock(&self.consumers).iter().filter_map(GroupConsumer::last_contact).max();
        heard.max(self.producer.last_contact())
    }
}

/// A stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Feeds to articles.
    Poll,
    /// Articles to reports.
    Extract,
    /// Reports to incidents.
    Link,
}

impl Stage {
    /// All stages, in the way of the data.
    pub const ALL: [Self; 3] = [Self::Poll, Self::Extract, Self::Link];

    /// Name, as on the command line, in consumer groups and in labels.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Poll => "poll",
            Self::Extract => "extract",
            Self::Link => "link",
        }
    }
}

/// Why a stage ended before it was told to. The process ends with it: a fresh one starts from
/// what was acknowledged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StageError {
    /// Kafka cannot be used any more.
    #[error("{stage}: {source}")]
    Kafka {
        /// The stage.
        stage: &'static str,
        /// What Kafka's client said.
        source: KafkaError,
    },
    /// The producer cannot be used any more.
    #[error("{stage}: {source}")]
    Send {
        /// The stage.
        stage: &'static str,
        /// What the producer said.
        source: SendError,
    },
    /// The consumer cannot be used any more.
    #[error("{stage}: the consumer ended: {reason}")]
    Consumer {
        /// The stage.
        stage: &'static str,
        /// What it said.
        reason: String,
    },
    /// A task of the stage ended in a way it should not be able to.
    #[error("{stage}: a task failed: {reason}")]
    Task {
        /// The stage.
        stage: &'static str,
        /// What was caught.
        reason: String,
    },
}

/// How long a stage may finish the work under way when partitions are taken from it: well under the
/// session timeout, so that the next owner does not wait for a member that seems dead.
fn drain_limit(config: &Config) -> Duration {
    Duration::from_secs((config.kafka.session_timeout_seconds / 3).max(1))
}

/// Joins the consumer group of a stage.
fn join(
    context: &Context,
    stage: Stage,
    topic: Topic,
    options: &GroupOptions,
) -> Result<(GroupConsumer, tokio::sync::mpsc::Receiver<Event>), StageError> {
    let kafka = &context.config.kafka;
    let group = format!("{}{}", kafka.topic_prefix, stage.name());
    let topic = topic.name(&kafka.topic_prefix);
    let (consumer, events) =
        GroupConsumer::start(kafka, &group, &topic, options, Arc::clone(&context.stats))
            .map_err(|source| StageError::Kafka { stage: stage.name(), source })?;
    lock(&context.consumers).push(consumer.clone());
    Ok((consumer, events))
}

/// How long a stage may go without a sign of life before the process is taken for stuck.
const LIVENESS: Duration = Duration::from_mins(1);

/// Waits for something, showing signs of life: a broker that is away is no reason to be killed.
async fn beating<F: Future>(pulse: &Pulse, work: F) -> F::Output {
    let mut beat = tokio::time::interval(Duration::from_secs(2));
    tokio::pin!(work);
    loop {
        tokio::select! {
            output = &mut work => {
                pulse.tick();
                return output;
            }
            _ = beat.tick() => pulse.tick(),
        }
    }
}

/// Waits for something; once the process is to stop, no longer than a drain may take. `None` when
/// that is over.
async fn until_drained<F: Future>(context: &Context, work: F) -> Option<F::Output> {
    tokio::select! {
        output = work => Some(output),
        () = async {
            context.stop.cancelled().await;
            tokio::time::sleep(drain_limit(&context.config)).await;
        } => None,
    }
}

/// Notes that a stage finished something.
fn succeeded(context: &Context, stage: Stage) {
    let at = now().as_second() as f64;
    context.metrics.stage_last_success_timestamp_seconds.with([stage.name()]).set(at);
}

/// The moment now, in whole seconds.
fn now() -> crate::message::Timestamp {
    jiff::Timestamp::now().into()
}

fn lock<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // A panic while holding the lock is caught per record; the index stays usable.
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
