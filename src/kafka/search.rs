//! Looks for one record by its key, outside of any group.
//!
//! A topic that is not compacted has no index of its keys: the partition follows from the key, the
//! beginning from a time, and then it is reading, within limits.

use super::context::Watch;
use super::{Class, KafkaError, Record, client, partition_for};
use crate::config;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::KafkaError as RdError;
use rdkafka::{ClientContext, Offset, TopicPartitionList};
use std::time::{Duration, Instant};

const POLL: Duration = Duration::from_millis(50);
const REQUEST: Duration = Duration::from_secs(5);

/// Where to look, and how far.
#[derive(Debug, Clone, Copy)]
pub struct Search {
    /// No record before this time, in milliseconds since 1970, is meant.
    pub since_ms: Option<i64>,
    /// Records that are read at most.
    pub records: u64,
    /// Bytes that are read at most.
    pub bytes: u64,
    /// How long it may take.
    pub time: Duration,
}

struct Context(Watch);

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.0.log(level, facility, message);
    }

    fn error(&self, error: RdError, reason: &str) {
        self.0.error(&error, reason);
    }
}

impl ConsumerContext for Context {}

impl Search {
    /// The first record of `key` that `accept` takes, or else the last one of that key that was
    /// met. Without a time, or where nothing is as late, only the end of the partition is read.
    ///
    /// Blocks; for threads that may.
    ///
    /// # Errors
    /// [`KafkaError`] if the broker does not answer in time, or refuses.
    pub fn run(
        &self,
        kafka: &config::Kafka,
        group: &str,
        topic: &str,
        key: &[u8],
        accept: impl Fn(&Record) -> bool,
    ) -> Result<Option<Record>, KafkaError> {
        let failed = |e: &RdError| KafkaError::request(format!("search {topic}"), e);
        let until = Instant::now() + self.time;
        let consumer: BaseConsumer<Context> = client::reader(kafka, group)
            .create_with_context(Context(Watch::new(group)))
            .map_err(|e| failed(&e))?;
        let metadata = consumer.fetch_metadata(Some(topic), REQUEST).map_err(|e| failed(&e))?;
        let count = metadata.topics().first().map_or(0, |topic| topic.partitions().len());
        let partition = partition_for(key, i32::try_from(count).unwrap_or(i32::MAX));
        let (low, high) =
            consumer.fetch_watermarks(topic, partition, REQUEST).map_err(|e| failed(&e))?;
        let since = match self.since_ms {
            Some(ms) => at_time(&consumer, topic, partition, ms).map_err(|e| failed(&e))?,
            None => None,
        };
        let start = since.unwrap_or_else(|| high.saturating_sub_unsigned(self.records)).max(low);
        if start >= high {
            return Ok(None);
        }
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(topic, partition, Offset::Offset(start))
            .map_err(|e| failed(&e))?;
        consumer.assign(&list).map_err(|e| failed(&e))?;
        let (mut records, mut bytes, mut best) = (0, 0, None);
        while records < self.records && bytes < self.bytes && Instant::now() < until {
            match consumer.poll(POLL) {
                None => {}
                Some(Ok(message)) => {
                    let record = Record::read(&message);
                    records += 1;
                    bytes += record.bytes() as u64;
                    let is_last = record.offset.saturating_add(1) >= high;
                    if record.key.as_deref() == Some(key) {
                        if accept(&record) {
                            return Ok(Some(record));
                        }
                        best = Some(record);
                    }
                    if is_last {
                        break;
                    }
                }
                Some(Err(RdError::PartitionEOF(_))) => break,
                Some(Err(error)) => {
                    let error = failed(&error);
                    if error.class() == Class::Halt {
                        return Err(error);
                    }
                }
            }
        }
        Ok(best)
    }
}

/// The first offset at or after a time; `None` where there is none.
fn at_time(
    consumer: &BaseConsumer<Context>,
    topic: &str,
    partition: i32,
    ms: i64,
) -> Result<Option<i64>, RdError> {
    let mut list = TopicPartitionList::new();
    list.add_partition_offset(topic, partition, Offset::Offset(ms))?;
    let found = consumer.offsets_for_times(list, REQUEST)?;
    Ok(found.elements().first().and_then(|element| match element.offset() {
        Offset::Offset(offset) => Some(offset),
        _ => None,
    }))
}
