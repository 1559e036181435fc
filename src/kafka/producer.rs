//! Sends records and waits for their acknowledgement.
//!
//! Order: the records of one key arrive in the order sent if the caller awaits each `send` before
//! the next. Sends that are in flight at the same time keep their order too (idempotence), unless
//! librdkafka gives one up after the delivery timeout and it is sent again behind the others.
//!
//! A record that is sent again may have arrived the first time as well: at least once.

use super::context::Watch;
use super::error::class_of;
use super::stats::Gauge;
use super::{Class, KafkaError, SendError, Stats, client, lock};
use crate::config;
use crate::message::Timestamp;
use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::message::{DeliveryResult, Header, Message, OwnedHeaders};
use rdkafka::producer::{BaseRecord, Producer as _, ProducerContext, ThreadedProducer};
use rdkafka::types::RDKafkaErrorCode as Code;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, oneshot};
use tokio_util::sync::CancellationToken;

/// A record to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Topic.
    pub topic: String,
    /// Key; never empty.
    pub key: String,
    /// Partition; by the key's hash if absent.
    pub partition: Option<i32>,
    /// Value; absent for a tombstone.
    pub value: Option<Vec<u8>>,
    /// Headers.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Time of the record; now if absent.
    pub time: Option<Timestamp>,
}

impl Outgoing {
    fn bytes(&self) -> usize {
        let headers: usize =
            self.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        self.key.len() + self.value.as_ref().map_or(0, Vec::len) + headers
    }
}

/// Where a record was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivered {
    /// Partition.
    pub partition: i32,
    /// Offset.
    pub offset: i64,
}

/// Sends records. Cheap to clone; the last clone to go drops what was not flushed.
#[derive(Clone)]
pub struct Producer {
    client: Arc<ThreadedProducer<Context>>,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    watch: Watch,
    stats: Arc<Stats>,
    /// One waiting sender is woken per delivery, and wakes the next when it got its place.
    room: Notify,
    /// Woken with each delivery, for `flush`.
    progress: Notify,
    closed: CancellationToken,
    fatal: Mutex<Option<String>>,
    /// Sends of this producer; the statistics count those of all.
    pending: Gauge,
}

struct Context(Arc<Shared>);

/// Goes through librdkafka with a record and comes back with its delivery report.
struct Ticket(oneshot::Sender<Result<Delivered, Code>>);

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.0.watch.log(level, facility, message);
    }

    fn error(&self, error: rdkafka::error::KafkaError, reason: &str) {
        if error.rdkafka_error_code() == Some(Code::Fatal) {
            lock(&self.0.fatal).get_or_insert_with(|| reason.to_owned());
        }
        self.0.watch.error(&error, reason);
    }

    fn stats_raw(&self, json: &[u8]) {
        if let Some(statistics) = self.0.watch.statistics(json) {
            self.0.stats.queue_messages.set(statistics.msg_cnt);
            self.0.stats.queue_bytes.set(statistics.msg_size);
        }
    }
}

impl ProducerContext for Context {
    type DeliveryOpaque = Box<Ticket>;

    fn delivery(&self, result: &DeliveryResult<'_>, ticket: Box<Ticket>) {
        let report = match result {
            Ok(message) => {
                self.0.watch.touch();
                Ok(Delivered { partition: message.partition(), offset: message.offset() })
            }
            Err((error, _)) => Err(error.rdkafka_error_code().unwrap_or(Code::Fail)),
        };
        // Whoever waited may have given up; then nobody needs to know.
        let _ = ticket.0.send(report);
        self.0.room.notify_one();
        self.0.progress.notify_waiters();
    }
}

/// Wakes the next waiting sender, however the one before it fared.
struct PassOn<'a>(Option<&'a Notify>);

impl Drop for PassOn<'_> {
    fn drop(&mut self) {
        if let Some(room) = self.0 {
            room.notify_one();
        }
    }
}

impl Producer {
    /// Starts a producer; connects when it has something to send.
    ///
    /// # Errors
    /// [`KafkaError::Config`] if librdkafka refuses the configuration.
    pub fn start(kafka: &config::Kafka, stats: Arc<Stats>) -> Result<Self, KafkaError> {
        if kafka.queue_kbytes.saturating_mul(1024) < kafka.max_message_bytes.saturating_mul(2) {
            return Err(KafkaError::Config(
                "kafka.queue_kbytes must hold two messages of kafka.max_message_bytes".into(),
            ));
        }
        let shared = Arc::new(Shared {
            watch: Watch::new("producer"),
            stats,
            room: Notify::new(),
            progress: Notify::new(),
            closed: CancellationToken::new(),
            fatal: Mutex::default(),
            pending: Gauge::default(),
        });
        let client = client::producer(kafka)
            .create_with_context(Context(Arc::clone(&shared)))
            .map_err(|e| KafkaError::request("start producer", &e))?;
        Ok(Self { client: Arc::new(client), shared })
    }

    /// Sends a record and waits until the broker has stored it.
    ///
    /// Waits as long as it takes: for room in the queue, and for a broker that is away. Many sends
    /// may be in flight at once; that is how to be fast. If the future is dropped, the record may
    /// or may not be sent.
    ///
    /// # Errors
    /// [`SendError`] when it will never succeed, or the producer was closed.
    pub async fn send(&self, record: Outgoing) -> Result<Delivered, SendError> {
        if record.key.is_empty() {
            return Err(SendError::NoKey { topic: record.topic });
        }
        let stats = &self.shared.stats;
        let _in_flight = (stats.in_flight.hold(), self.shared.pending.hold());
        let mut pause = Duration::from_millis(100);
        loop {
            let report = self.enqueue(&record).await?;
            let outcome = tokio::select! {
                report = report => report.unwrap_or(Err(Code::PurgeQueue)),
                () = self.shared.closed.cancelled() => return Err(SendError::Closed),
            };
            let code = match outcome {
                Ok(delivered) => {
                    stats.sent_messages.add(1);
                    stats.sent_bytes.add(record.bytes() as u64);
                    return Ok(delivered);
                }
                Err(code) => code,
            };
            stats.fail(&format!("{code:?}"));
            self.judge(&record, code)?;
            stats.sent_again.add(1);
            tracing::debug!(topic = record.topic, %code, "delivery failed, sending again");
            self.sleep(pause).await?;
            pause = (pause * 2).min(Duration::from_secs(5));
        }
    }

    /// Whether to try again after this code.
    fn judge(&self, record: &Outgoing, code: Code) -> Result<(), SendError> {
        if matches!(code, Code::PurgeQueue | Code::PurgeInflight) {
            return Err(SendError::Closed);
        }
        if let Some(reason) = self.fatal() {
            return Err(SendError::Fatal(reason));
        }
        match class_of(code) {
            Class::Retry => Ok(()),
            Class::Skip | Class::Halt => Err(match code {
                Code::MessageSizeTooLarge
                | Code::MessageBatchTooLarge
                | Code::InvalidMessageSize => {
                    SendError::TooLarge { topic: record.topic.clone(), bytes: record.bytes() }
                }
                Code::Fatal | Code::Fenced | Code::ProducerFenced => {
                    SendError::Fatal(code.to_string())
                }
                code => SendError::Refused { topic: record.topic.clone(), code },
            }),
        }
    }

    async fn sleep(&self, pause: Duration) -> Result<(), SendError> {
        tokio::select! {
            () = tokio::time::sleep(pause) => Ok(()),
            () = self.shared.closed.cancelled() => Err(SendError::Closed),
        }
    }

    /// Puts the record into librdkafka's queue, waiting for room if it is full.
    async fn enqueue(
        &self,
        record: &Outgoing,
    ) -> Result<oneshot::Receiver<Result<Delivered, Code>>, SendError> {
        let mut pass_on = PassOn(None);
        let mut waiting = None;
        loop {
            if self.shared.closed.is_cancelled() {
                return Err(SendError::Closed);
            }
            match self.try_enqueue(record) {
                Ok(report) => return Ok(report),
                Err(Code::QueueFull) => {}
                Err(code) => {
                    self.shared.stats.fail(&format!("{code:?}"));
                    self.judge(record, code)?;
                    self.sleep(Duration::from_millis(100)).await?;
                    continue;
                }
            }
            if waiting.is_none() {
                self.shared.stats.queue_full.add(1);
                waiting = Some(self.shared.stats.queue_waiting.hold());
            }
            tokio::select! {
                () = self.shared.room.notified() => pass_on.0 = Some(&self.shared.room),
                () = self.shared.closed.cancelled() => return Err(SendError::Closed),
            }
        }
    }

    fn try_enqueue(
        &self,
        record: &Outgoing,
    ) -> Result<oneshot::Receiver<Result<Delivered, Code>>, Code> {
        let (ticket, report) = oneshot::channel();
        let mut headers = OwnedHeaders::new_with_capacity(record.headers.len());
        for (key, value) in &record.headers {
            headers = headers.insert(Header { key, value: Some(value) });
        }
        let mut base = BaseRecord::with_opaque_to(&record.topic, Box::new(Ticket(ticket)))
            .key(record.key.as_str())
            .headers(headers);
        base.partition = record.partition;
        base.payload = record.value.as_deref();
        base.timestamp = record.time.map(|time| time.as_second().saturating_mul(1000));
        match self.client.send(base) {
            Ok(()) => Ok(report),
            Err((error, _)) => Err(error.rdkafka_error_code().unwrap_or(Code::InvalidArgument)),
        }
    }

    /// Sends that were begun and not yet acknowledged.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        let ours = usize::try_from(self.shared.pending.get()).unwrap_or(usize::MAX);
        ours.max(usize::try_from(self.client.in_flight_count()).unwrap_or(0))
    }

    /// Waits until everything begun is acknowledged, at most until the deadline; how many are left.
    pub async fn flush(&self, deadline: Duration) -> usize {
        let end = Instant::now() + deadline;
        loop {
            let left = self.in_flight();
            let remaining = end.saturating_duration_since(Instant::now());
            if left == 0 || remaining.is_zero() {
                return left;
            }
            // The senders themselves still have to see their report: look again soon.
            let soon = remaining.min(Duration::from_millis(20));
            let _ = tokio::time::timeout(soon, self.shared.progress.notified()).await;
        }
    }

    /// Flushes, then ends: every send that is still waiting, and every later one, is refused.
    /// Answers how many were left.
    pub async fn close(&self, deadline: Duration) -> usize {
        let left = self.flush(deadline).await;
        self.shared.closed.cancel();
        left
    }

    /// The reason why this producer can send nothing any more, if so.
    #[must_use]
    pub fn fatal(&self) -> Option<String> {
        if let Some(reason) = lock(&self.shared.fatal).clone() {
            return Some(reason);
        }
        self.client.client().fatal_error().map(|(code, reason)| format!("{code:?}: {reason}"))
    }

    /// When the broker last answered this producer.
    #[must_use]
    pub fn last_contact(&self) -> Option<Instant> {
        self.shared.watch.contact()
    }
}

impl std::fmt::Debug for Producer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Producer").field("in_flight", &self.in_flight()).finish_non_exhaustive()
    }
}
