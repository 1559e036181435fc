//! Reads whole partitions outside of any group: to restore state, and to follow.
//!
//! "Restored" means: of every partition, everything below the high watermark taken at the start
//! was handed out. The last record may lie well below the watermark (compaction, transaction
//! markers), and an end-of-partition event alone may be early. So a partition counts as read when
//! a record reached the watermark, when it was empty, or when librdkafka signalled its end at or
//! beyond the watermark, which its statistics tell.

use super::context::{Statistics, Watch};
use super::{Class, KafkaError, Record, Stats, client, lock};
use crate::config;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::KafkaError as RdError;
use rdkafka::types::RDKafkaErrorCode;
use rdkafka::{ClientContext, Offset, TopicPartitionList};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

const POLL: Duration = Duration::from_millis(50);
const REQUEST: Duration = Duration::from_secs(5);
/// How long a broker's metadata may lack a partition of a topic that was seen.
const SETTLE: Duration = Duration::from_secs(30);

/// Where reading starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// With the oldest record.
    Beginning,
    /// With so many of the newest records of each partition, counted by offset.
    Tail(u64),
    /// With what comes from now on.
    End,
}

impl Start {
    /// Where that is between the low and the high watermark of a partition.
    fn offset(self, low: i64, high: i64) -> i64 {
        match self {
            Self::Beginning => low,
            Self::Tail(records) => high.saturating_sub_unsigned(records).max(low),
            Self::End => high,
        }
    }
}

/// How to read.
#[derive(Debug, Clone)]
pub struct TableOptions {
    /// Where to start.
    pub from: Start,
    /// Whether to go on after what was there at the start.
    pub follow: bool,
    /// Events that wait for the reader.
    pub capacity: usize,
}

impl Default for TableOptions {
    fn default() -> Self {
        Self { from: Start::Beginning, follow: false, capacity: 256 }
    }
}

/// What a reader reads.
#[derive(Debug)]
pub enum TableEvent {
    /// A record; in order within its partition.
    Record(Box<Record>),
    /// Everything that was there at the start was handed out. Once; then the events end, unless
    /// the reader follows.
    Restored {
        /// Records handed out.
        records: u64,
        /// Bytes of their keys and values.
        bytes: u64,
        /// How long it took.
        took: Duration,
    },
    /// The reader cannot go on, and ends. The reason.
    Fatal(String),
}

/// Reads given partitions of a topic. Ends when its events are dropped or it is cancelled.
#[derive(Debug)]
pub struct TableReader {
    progress: Arc<Progress>,
}

#[derive(Debug, Default)]
struct Progress {
    records: AtomicU64,
    bytes: AtomicU64,
    left: AtomicU64,
    restored: AtomicBool,
    contact: Mutex<Option<Instant>>,
}

impl TableReader {
    /// Starts reading `partitions` of `topic`; `group` is only a name (no member, no commits), but
    /// brokers with access control check it.
    ///
    /// While the broker is away it waits.
    ///
    /// # Errors
    /// [`KafkaError`] if librdkafka refuses the configuration or no thread can be started.
    pub fn start(
        kafka: &config::Kafka,
        group: &str,
        topic: &str,
        partitions: &[i32],
        options: &TableOptions,
        stop: CancellationToken,
        stats: Arc<Stats>,
    ) -> Result<(Self, mpsc::Receiver<TableEvent>), KafkaError> {
        let context = Context { watch: Watch::new(group), statistics: Mutex::default() };
        let consumer: BaseConsumer<Context> = client::reader(kafka, group)
            .create_with_context(context)
            .map_err(|e| KafkaError::request(format!("start reader of {topic}"), &e))?;
        let (sender, receiver) = mpsc::channel(options.capacity.max(1));
        let progress = Arc::new(Progress::default());
        let thread = Thread {
            consumer,
            topic: topic.to_owned(),
            partitions: partitions.iter().copied().collect(),
            options: options.clone(),
            stop,
            stats,
            events: sender,
            progress: Arc::clone(&progress),
        };
        std::thread::Builder::new()
            .name("kafka-table".into())
            .spawn(move || thread.run())
            .map_err(|e| KafkaError::Thread { name: "kafka-table", detail: e.to_string() })?;
        Ok((Self { progress }, receiver))
    }

    /// Records handed out so far.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.progress.records.load(Relaxed)
    }

    /// When a broker last answered, as statistics and records tell; to the second.
    #[must_use]
    pub fn last_contact(&self) -> Option<Instant> {
        *lock(&self.progress.contact)
    }

    /// Offsets still to go until restored; some may hold no record. 0 before the start is known.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.progress.left.load(Relaxed)
    }

    /// Whether everything that was there at the start was handed out.
    #[must_use]
    pub fn is_restored(&self) -> bool {
        self.progress.restored.load(Relaxed)
    }
}

struct Context {
    watch: Watch,
    statistics: Mutex<Option<Statistics>>,
}

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.watch.log(level, facility, message);
    }

    fn error(&self, error: RdError, reason: &str) {
        self.watch.error(&error, reason);
    }

    fn stats_raw(&self, json: &[u8]) {
        *lock(&self.statistics) = self.watch.statistics(json);
    }
}

impl ConsumerContext for Context {}

struct Thread {
    consumer: BaseConsumer<Context>,
    topic: String,
    partitions: BTreeSet<i32>,
    options: TableOptions,
    stop: CancellationToken,
    stats: Arc<Stats>,
    events: mpsc::Sender<TableEvent>,
    progress: Arc<Progress>,
}

/// Low and high watermark by partition.
type Watermarks = BTreeMap<i32, (i64, i64)>;

/// Partitions still to be read, and how far.
struct Goal {
    /// Next offset and high watermark, by partition.
    open: BTreeMap<i32, (i64, i64)>,
    /// Partitions whose end was signalled below the watermark.
    ended: BTreeSet<i32>,
    checked: Instant,
}

impl Goal {
    fn new(watermarks: &Watermarks) -> Self {
        let mut open = watermarks.clone();
        open.retain(|_, (low, high)| low < high);
        Self { open, ended: BTreeSet::new(), checked: Instant::now() }
    }

    /// A record was handed out.
    fn reached(&mut self, partition: i32, offset: i64) {
        if let Some((next, high)) = self.open.get_mut(&partition) {
            *next = offset.saturating_add(1);
            if *next >= *high {
                self.open.remove(&partition);
            }
        }
    }

    /// An end was signalled, after all records before it.
    fn ended(&mut self, partition: i32) {
        if self.open.contains_key(&partition) {
            self.ended.insert(partition);
        }
    }

    /// Everything below this offset was read, or is no record.
    fn passed(&mut self, partition: i32, end: i64) {
        if self.ended.contains(&partition)
            && self.open.get(&partition).is_some_and(|(_, high)| end >= *high)
        {
            self.open.remove(&partition);
            self.ended.remove(&partition);
        }
    }

    /// The log is shorter than it was: records were lost by the cluster.
    fn shrink(&mut self, partition: i32, high: i64) {
        if let Some(goal) = self.open.get_mut(&partition) {
            goal.1 = goal.1.min(high);
            if goal.0 >= goal.1 {
                self.open.remove(&partition);
                self.ended.remove(&partition);
            }
        }
    }

    fn left(&self) -> u64 {
        self.open
            .values()
            .map(|(next, high)| high.saturating_sub(*next).max(0).unsigned_abs())
            .sum()
    }
}

impl Thread {
    fn run(self) {
        if let Err(reason) = self.read() {
            tracing::error!(topic = self.topic, reason, "reader cannot go on");
            let _ = self.events.blocking_send(TableEvent::Fatal(reason));
        }
    }

    fn stopped(&self) -> bool {
        self.stop.is_cancelled() || self.events.is_closed()
    }

    fn read(&self) -> Result<(), String> {
        let begun = Instant::now();
        let Some(watermarks) = self.watermarks()? else { return Ok(()) };
        let mut list = TopicPartitionList::new();
        let mut wanted = watermarks;
        for (partition, (low, high)) in &mut wanted {
            // Exactly there, so that "from the end" has no gap between asking and reading.
            *low = self.options.from.offset(*low, *high);
            list.add_partition_offset(&self.topic, *partition, Offset::Offset(*low))
                .map_err(|e| e.to_string())?;
        }
        self.consumer.assign(&list).map_err(|e| e.to_string())?;
        let mut goal = Some(Goal::new(&wanted));
        while !self.stopped() {
            *lock(&self.progress.contact) = self.consumer.context().watch.contact();
            if let Some(open) = &mut goal {
                self.confirm(open);
                self.progress.left.store(open.left(), Relaxed);
                if open.open.is_empty() {
                    goal = None;
                    self.progress.restored.store(true, Relaxed);
                    let restored = TableEvent::Restored {
                        records: self.progress.records.load(Relaxed),
                        bytes: self.progress.bytes.load(Relaxed),
                        took: begun.elapsed(),
                    };
                    if self.events.blocking_send(restored).is_err() || !self.options.follow {
                        return Ok(());
                    }
                }
            }
            match self.consumer.poll(POLL) {
                None => {}
                Some(Ok(message)) => {
                    let record = Record::read(&message);
                    let (partition, offset) = (record.partition, record.offset);
                    if !self.hand_out(record) {
                        return Ok(());
                    }
                    if let Some(goal) = &mut goal {
                        goal.reached(partition, offset);
                    }
                }
                Some(Err(RdError::PartitionEOF(partition))) => {
                    if let Some(goal) = &mut goal {
                        // Statistics from before the event would not count.
                        lock(&self.consumer.context().statistics).take();
                        goal.ended(partition);
                    }
                }
                Some(Err(error)) => self.judge(&error)?,
            }
        }
        Ok(())
    }

    fn judge(&self, error: &RdError) -> Result<(), String> {
        let error = KafkaError::request(format!("read {}", self.topic), error);
        if error.class() == Class::Halt { Err(error.to_string()) } else { Ok(()) }
    }

    /// Low and high watermark of each partition; waits for the broker. None when stopped.
    ///
    /// A broker that has just come back answers before it knows every partition, so one that is
    /// missing is asked for again for a while.
    fn watermarks(&self) -> Result<Option<Watermarks>, String> {
        let begun = Instant::now();
        let mut found = BTreeMap::new();
        for partition in &self.partitions {
            loop {
                if self.stopped() {
                    return Ok(None);
                }
                match self.consumer.fetch_watermarks(&self.topic, *partition, REQUEST) {
                    Ok(watermarks) => {
                        found.insert(*partition, watermarks);
                        break;
                    }
                    Err(error) => {
                        let missing =
                            error.rdkafka_error_code() == Some(RDKafkaErrorCode::UnknownPartition);
                        if !missing || begun.elapsed() >= SETTLE {
                            self.judge(&error)?;
                        }
                        // Serves logs and errors, and paces the next attempt.
                        let _ = self.consumer.poll(REQUEST / 10);
                    }
                }
            }
        }
        Ok(Some(found))
    }

    fn hand_out(&self, record: Record) -> bool {
        let bytes = record.bytes() as u64;
        self.stats.table_messages.add(1);
        self.stats.table_bytes.add(bytes);
        self.progress.records.fetch_add(1, Relaxed);
        self.progress.bytes.fetch_add(bytes, Relaxed);
        self.events.blocking_send(TableEvent::Record(Box::new(record))).is_ok()
    }

    /// Settles partitions whose end was signalled although no record reached the watermark.
    fn confirm(&self, goal: &mut Goal) {
        if goal.ended.is_empty() {
            return;
        }
        if let Some(statistics) = lock(&self.consumer.context().statistics).take() {
            for partition in statistics.partitions(&self.topic) {
                goal.passed(partition.id, partition.eof_offset);
            }
        }
        if goal.checked.elapsed() >= REQUEST {
            goal.checked = Instant::now();
            for partition in goal.ended.clone() {
                if let Ok((_, high)) =
                    self.consumer.fetch_watermarks(&self.topic, partition, REQUEST)
                {
                    goal.shrink(partition, high);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
