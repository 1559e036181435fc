//! Follows one topic, whatever happens to it: what cannot be read now is tried again later.

use super::state::Console;
use super::view::Change;
use crate::config;
use crate::kafka::{self, Start, Stats, TableEvent, TableOptions, TableReader, Topic};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::Receiver;
use tokio_util::sync::CancellationToken;

/// Time until the next attempt.
const AGAIN: Duration = Duration::from_secs(20);
/// Records that wait to be taken in.
const CAPACITY: usize = 32;

/// What is followed.
pub(super) struct Source {
    pub(super) kafka: config::Kafka,
    pub(super) topic: Topic,
    pub(super) from: Start,
}

/// The same brokers with little memory: the console may be slow, the pipeline may not.
pub(super) fn modest(kafka: &config::Kafka) -> config::Kafka {
    let mut kafka = kafka.clone();
    for (option, value) in [("queued.max.messages.kbytes", "2048"), ("queued.min.messages", "100")]
    {
        kafka.librdkafka.insert(option.into(), value.into());
    }
    kafka
}

/// Follows until the stop. A failure is told in the status and once in the log; it never ends the
/// process.
pub(super) async fn follow(
    console: Console,
    source: Source,
    stats: Arc<Stats>,
    stop: CancellationToken,
) {
    let mut told: Option<String> = None;
    while !stop.is_cancelled() {
        let failed = match open(&console, &source, &stats, &stop).await {
            Ok(events) => take_in(&console, source.topic, events).await,
            Err(reason) => Some(reason),
        };
        let Some(reason) = failed.filter(|_| !stop.is_cancelled()) else { return };
        if told.as_ref() != Some(&reason) {
            tracing::warn!(
                topic = source.topic.slug(),
                reason,
                "the console cannot follow: trying again"
            );
            told = Some(reason.clone());
        }
        console.waits(source.topic, reason);
        tokio::select! {
            () = tokio::time::sleep(AGAIN) => {}
            () = stop.cancelled() => return,
        }
    }
}

async fn open(
    console: &Console,
    source: &Source,
    stats: &Arc<Stats>,
    stop: &CancellationToken,
) -> Result<Receiver<TableEvent>, String> {
    let name = source.topic.name(&source.kafka.topic_prefix);
    let count = kafka::partition_count(&source.kafka, &name).await.map_err(|e| e.to_string())?;
    let count = count.ok_or_else(|| format!("there is no topic {name}"))?;
    let partitions: Vec<i32> = (0..count).collect();
    let options = TableOptions { from: source.from, follow: true, capacity: CAPACITY };
    let group = format!("{}console", source.kafka.topic_prefix);
    let stats = Arc::clone(stats);
    let (reader, events) = TableReader::start(
        &source.kafka,
        &group,
        &name,
        &partitions,
        &options,
        stop.clone(),
        stats,
    )
    .map_err(|e| e.to_string())?;
    console.reads(source.topic, reader);
    Ok(events)
}

/// Takes everything in; why it ended, where that was not the stop.
async fn take_in(
    console: &Console,
    topic: Topic,
    mut events: Receiver<TableEvent>,
) -> Option<String> {
    while let Some(event) = events.recv().await {
        match event {
            TableEvent::Record(record) => {
                if let Some(change) = Change::read(topic, &record) {
                    console.change(change);
                }
            }
            TableEvent::Restored { records, took, .. } => {
                let milliseconds = took.as_millis();
                tracing::debug!(topic = topic.slug(), records, milliseconds, "console has read");
            }
            TableEvent::Fatal(reason) => return Some(reason),
        }
    }
    Some("the reader ended".to_owned())
}
