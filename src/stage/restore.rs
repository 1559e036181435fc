//! Reading state back from topics.

use super::{Context, Stage, StageError};
use crate::kafka::{Record, TableEvent, TableOptions, TableReader, Topic};
use prometheus::IntGauge;
use std::sync::Arc;
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinHandle;

fn start(
    context: &Context,
    stage: Stage,
    topic: Topic,
    partitions: &[i32],
    follow: bool,
) -> Result<Receiver<TableEvent>, StageError> {
    let kafka = &context.config.kafka;
    let group = format!("{}{}", kafka.topic_prefix, stage.name());
    let name = topic.name(&kafka.topic_prefix);
    let options = TableOptions { follow, ..TableOptions::default() };
    let stop = context.stop.clone();
    let stats = Arc::clone(&context.stats);
    TableReader::start(kafka, &group, &name, partitions, &options, stop, stats)
        // Dropping the events ends the reader; nothing else is wanted of it.
        .map(|(_, events)| events)
        .map_err(|source| StageError::Kafka { stage: stage.name(), source })
}

/// Hands out records until everything that was there at the start was. False when the stop came
/// first.
async fn until_restored(
    context: &Context,
    stage: Stage,
    topic: Topic,
    events: &mut Receiver<TableEvent>,
    each: &mut impl FnMut(&str, Option<&[u8]>),
) -> Result<bool, StageError> {
    let _running = Running::new(context, topic);
    while let Some(event) = events.recv().await {
        match event {
            TableEvent::Record(record) => hand_out(&record, each),
            TableEvent::Restored { records, took, .. } => {
                let label = [topic.slug()];
                context.metrics.restore_records_total.with(label).inc_by(records);
                context.metrics.restore_duration_seconds.with(label).observe(took.as_secs_f64());
                return Ok(true);
            }
            TableEvent::Fatal(reason) => {
                return Err(StageError::Consumer { stage: stage.name(), reason });
            }
        }
    }
    if context.stop.is_cancelled() {
        return Ok(false);
    }
    let reason = format!("the reader of {} ended before its end", topic.slug());
    Err(StageError::Consumer { stage: stage.name(), reason })
}

/// Counts one reading back for as long as it lives.
struct Running(IntGauge);

impl Running {
    fn new(context: &Context, topic: Topic) -> Self {
        let running = context.metrics.restores_running.with([topic.slug()]);
        running.inc();
        Self(running)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.dec();
    }
}

fn hand_out(record: &Record, each: &mut impl FnMut(&str, Option<&[u8]>)) {
    // Keys are ours and so are UTF-8; anything else is nobody's state.
    if let Some(key) = record.key.as_deref().and_then(|key| std::str::from_utf8(key).ok()) {
        each(key, record.value.as_deref());
    }
}

/// Reads partitions from their beginning to the high watermark taken at the start. False when the
/// stop came first.
pub(super) async fn restore(
    context: &Context,
    stage: Stage,
    topic: Topic,
    partitions: &[i32],
    mut each: impl FnMut(&str, Option<&[u8]>),
) -> Result<bool, StageError> {
    if partitions.is_empty() {
        return Ok(true);
    }
    let mut events = start(context, stage, topic, partitions, false)?;
    until_restored(context, stage, topic, &mut events, &mut each).await
}

/// Reads a whole topic to its high watermark, and goes on reading it in the background until the
/// stop. `None` when the stop came first; else what ends only with the stop, or with the reason why
/// the topic cannot be followed any more.
pub(super) async fn follow(
    context: &Context,
    stage: Stage,
    topic: Topic,
    mut each: impl FnMut(&str, Option<&[u8]>) + Send + 'static,
) -> Result<Option<JoinHandle<Result<(), StageError>>>, StageError> {
    let kafka = &context.config.kafka;
    let name = topic.name(&kafka.topic_prefix);
    let plan = crate::kafka::plan(kafka, context.config.link.shards);
    let count = plan.iter().find(|t| t.name == name).map_or(1, |t| t.partitions);
    let partitions: Vec<i32> = (0..count).collect();
    let mut events = start(context, stage, topic, &partitions, true)?;
    if !until_restored(context, stage, topic, &mut events, &mut each).await? {
        return Ok(None);
    }
    let stop = context.stop.clone();
    Ok(Some(tokio::spawn(async move {
        while let Some(event) = events.recv().await {
            match event {
                TableEvent::Record(record) => hand_out(&record, &mut each),
                TableEvent::Restored { .. } => {}
                TableEvent::Fatal(reason) => {
                    return Err(StageError::Consumer { stage: stage.name(), reason });
                }
            }
        }
        if stop.is_cancelled() {
            return Ok(());
        }
        let reason = format!("the reader of {} ended", topic.slug());
        Err(StageError::Consumer { stage: stage.name(), reason })
    })))
}
