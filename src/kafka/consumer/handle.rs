//! The reader's side.

use super::context::{Context, Shared};
use super::worker::Worker;
use crate::config;
use crate::kafka::context::Watch;
use crate::kafka::{KafkaError, Record, Stats, client, lock};
use rdkafka::consumer::{BaseConsumer, Consumer};
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot, watch};

/// What happens to a member of a group, in order.
#[derive(Debug)]
pub enum Event {
    /// These partitions are ours now. With `hold`, nothing of them comes before they are resumed.
    /// The first one has none where there are more members than partitions.
    Assigned(Vec<i32>),
    /// A record. Report it with [`GroupConsumer::done`] when all it leads to is acknowledged.
    Record(Box<Record>),
    /// These partitions are taken from us. Finish or drop what is under way, forget their state,
    /// then let go of `done`; there is half a session timeout for it.
    Revoked {
        /// Which.
        partitions: Vec<i32>,
        /// Whether they may already have another owner: finish nothing more.
        lost: bool,
        /// To be let go when done.
        done: Drained,
    },
    /// The consumer cannot go on, and ends. The reason.
    Fatal(String),
}

/// Tells the consumer that the reader has let go of revoked partitions; so does dropping it.
#[derive(Debug)]
pub struct Drained(oneshot::Sender<()>);

impl Drained {
    pub(super) fn new() -> (Self, oneshot::Receiver<()>) {
        let (sender, receiver) = oneshot::channel();
        (Self(sender), receiver)
    }

    /// The reader has let go.
    pub fn done(self) {
        // Too late is not a fault of the reader: the consumer went on without it.
        let _ = self.0.send(());
    }
}

/// How to be a member.
#[derive(Debug, Clone)]
pub struct GroupOptions {
    /// Newly assigned partitions stay paused until [`GroupConsumer::resume`].
    pub hold: bool,
    /// Claim an epoch with every assignment, before it is told; see [`GroupConsumer::epoch`].
    pub fence: bool,
    /// Events that wait for the reader.
    pub capacity: usize,
    /// How long the reader may take to let go of revoked partitions; half the session timeout
    /// (or of the poll interval, if that is shorter) unless given.
    pub drain: Option<Duration>,
    /// How often lags are brought up to date.
    pub statistics: Duration,
}

impl Default for GroupOptions {
    fn default() -> Self {
        Self {
            hold: false,
            fence: false,
            capacity: 256,
            drain: None,
            statistics: client::STATISTICS,
        }
    }
}

/// A member of a consumer group, reading one topic. Cheap to clone.
///
/// Ends with [`stop`](Self::stop), or when the receiver of its events is dropped.
#[derive(Debug, Clone)]
pub struct GroupConsumer {
    shared: Arc<Shared>,
    ended: watch::Receiver<bool>,
}

impl GroupConsumer {
    /// Joins `group` and reads `topic`, from its beginning where nothing was committed.
    ///
    /// # Errors
    /// [`KafkaError`] if librdkafka refuses the configuration or no thread can be started.
    pub fn start(
        kafka: &config::Kafka,
        group: &str,
        topic: &str,
        options: &GroupOptions,
        stats: Arc<Stats>,
    ) -> Result<(Self, mpsc::Receiver<Event>), KafkaError> {
        let shared = Arc::new(Shared {
            group: group.to_owned(),
            topic: topic.to_owned(),
            watch: Watch::new(group),
            stats,
            owned: std::sync::Mutex::default(),
            resume: std::sync::Mutex::default(),
            epoch: 0.into(),
            stop: false.into(),
            closing: false.into(),
        });
        let mut config = client::member(kafka, group);
        config.set("statistics.interval.ms", options.statistics.as_millis().to_string());
        let context = Context { shared: Arc::clone(&shared), changes: std::sync::Mutex::default() };
        let consumer: BaseConsumer<Context> = config
            .create_with_context(context)
            .map_err(|e| KafkaError::request(format!("start consumer {group}"), &e))?;
        consumer
            .subscribe(&[topic])
            .map_err(|e| KafkaError::request(format!("subscribe to {topic}"), &e))?;

        let shortest = kafka.session_timeout_seconds.min(kafka.max_poll_interval_seconds);
        let drain = options.drain.unwrap_or(Duration::from_secs(shortest) / 2);
        let (sender, receiver) = mpsc::channel(options.capacity.max(1));
        let (end, ended) = watch::channel(false);
        let worker = Worker::new(consumer, Arc::clone(&shared), sender, options, drain);
        std::thread::Builder::new()
            .name("kafka-consumer".into())
            .spawn(move || {
                worker.run();
                let _ = end.send(true);
            })
            .map_err(|e| KafkaError::Thread { name: "kafka-consumer", detail: e.to_string() })?;
        Ok((Self { shared, ended }, receiver))
    }

    /// This record is finished: everything it leads to is acknowledged. In any order; of a
    /// partition that is no longer ours it means nothing.
    pub fn done(&self, partition: i32, offset: i64) {
        let mut owned = lock(&self.shared.owned);
        if let Some(owned) = owned.get_mut(&partition)
            && owned.watermark.done(offset)
        {
            owned.dirty = true;
            owned.moved = true;
        }
    }

    /// Lets records of held partitions come.
    pub fn resume(&self, partitions: &[i32]) {
        lock(&self.shared.resume).extend_from_slice(partitions);
    }

    /// A number above that of every earlier owner of any partition that is ours; 0 before the
    /// first assignment, and always without `fence`.
    ///
    /// It is kept as metadata of the group's committed offsets, which only a member of the current
    /// generation can write: the broker itself refuses the claim of an owner that was replaced.
    #[must_use]
    pub fn epoch(&self) -> i64 {
        self.shared.epoch.load(SeqCst)
    }

    /// The partitions that are ours.
    #[must_use]
    pub fn owned(&self) -> Vec<i32> {
        lock(&self.shared.owned).keys().copied().collect()
    }

    /// Records in each of our partitions that are not finished; as of the last statistics, and
    /// without partitions of which nothing is known yet.
    #[must_use]
    pub fn lags(&self) -> Vec<(i32, i64)> {
        lock(&self.shared.owned)
            .iter()
            .filter_map(|(partition, owned)| {
                let at = owned.watermark.get().or(owned.start)?;
                Some((*partition, owned.high?.saturating_sub(at).max(0)))
            })
            .collect()
    }

    /// When a broker last answered this consumer.
    #[must_use]
    pub fn last_contact(&self) -> Option<Instant> {
        self.shared.watch.contact()
    }

    /// Leaves in order: partitions are revoked as in a rebalance, what is done is committed, and
    /// the client is dropped. Answers whether that was finished within the deadline; it goes on
    /// behind the scenes if not.
    ///
    /// Keep receiving events until there are no more, or drop the receiver.
    pub async fn stop(&self, deadline: Duration) -> bool {
        self.shared.stop.store(true, SeqCst);
        let mut ended = self.ended.clone();
        // A sender that is gone has ended, too.
        tokio::time::timeout(deadline, ended.wait_for(|ended| *ended)).await.is_ok()
    }
}
