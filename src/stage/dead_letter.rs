//! What cannot be handled goes to the dead letters, with the reason.

use super::{Context, Stage, StageError, now};
use crate::kafka::{Outgoing, Record, Topic};
use crate::message::{Header, header_names as names};

/// Room for headers and framing beside a dead letter's value, in bytes.
const MARGIN: usize = 16 * 1024;
/// Key of dead letters whose record had none: keys are never empty.
const NO_KEY: &str = "none";

/// Sends a record that was read and could not be handled.
pub(super) async fn from_record(
    context: &Context,
    stage: Stage,
    record: &Record,
    reason: &'static str,
    detail: &str,
) -> Result<(), StageError> {
    let mut headers = record.headers.clone();
    headers.push(text(names::SOURCE_TOPIC, &record.topic));
    headers.push(text(names::SOURCE_PARTITION, &record.partition.to_string()));
    headers.push(text(names::SOURCE_OFFSET, &record.offset.to_string()));
    let key = record.key.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
    send(context, stage, &key, record.value.as_deref(), headers, reason, detail).await
}

/// Sends a record that the broker refused.
pub(super) async fn from_outgoing(
    context: &Context,
    stage: Stage,
    record: &Outgoing,
    reason: &'static str,
    detail: &str,
) -> Result<(), StageError> {
    let mut headers = record.headers.clone();
    headers.push(text(names::SOURCE_TOPIC, &record.topic));
    send(context, stage, &record.key, record.value.as_deref(), headers, reason, detail).await
}

async fn send(
    context: &Context,
    stage: Stage,
    key: &str,
    value: Option<&[u8]>,
    mut headers: Vec<Header>,
    reason: &'static str,
    detail: &str,
) -> Result<(), StageError> {
    let limit = context.config.kafka.max_message_bytes.saturating_sub(MARGIN).max(1_024);
    let value = value.map(|bytes| {
        if bytes.len() > limit {
            headers.push(text(names::TRUNCATED_FROM, &bytes.len().to_string()));
        }
        bytes.get(..bytes.len().min(limit)).unwrap_or_default().to_vec()
    });
    headers.push(text(names::ERROR_STAGE, stage.name()));
    headers.push(text(names::ERROR_REASON, reason));
    headers.push(text(names::ERROR_DETAIL, &detail.chars().take(1_000).collect::<String>()));
    let record = Outgoing {
        topic: Topic::DeadLetters.name(&context.config.kafka.topic_prefix),
        key: if key.is_empty() { NO_KEY.to_owned() } else { key.to_owned() },
        partition: None,
        value,
        headers,
        time: Some(now()),
    };
    context
        .producer
        .send(record)
        .await
        .map_err(|source| StageError::Send { stage: stage.name(), source })?;
    context.metrics.dead_letters_total.with([stage.name(), reason]).inc();
    tracing::warn!(stage = stage.name(), reason, key, detail, "sent to dead letters");
    Ok(())
}

fn text(name: &str, value: &str) -> Header {
    (name.to_owned(), value.as_bytes().to_vec())
}
