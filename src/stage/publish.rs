//! Messages to records.

use super::{Context, Stage, StageError};
use crate::kafka::{Class, Outgoing, SendError, Topic};
use crate::message::{Header, Message, Timestamp, cloud_event, dead_letter_reason};

/// How publishing one message ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Published {
    /// The broker has it.
    Acknowledged,
    /// It was refused for good; it is with the dead letters.
    DeadLettered,
}

/// What goes beside the value of a message.
pub(super) struct Meta<'a> {
    /// Topic it goes to.
    pub(super) topic: Topic,
    /// Partition, where it is not left to the key.
    pub(super) partition: Option<i32>,
    /// CloudEvents id.
    pub(super) id: String,
    /// CloudEvents time.
    pub(super) time: Timestamp,
    /// Article or incident id: what the trace id is derived from.
    pub(super) trace: &'a str,
    /// Further headers.
    pub(super) headers: Vec<Header>,
}

/// Makes the record of a message.
pub(super) fn envelope<M: Message>(
    context: &Context,
    stage: Stage,
    message: &M,
    meta: Meta<'_>,
) -> Result<Outgoing, StageError> {
    let value = message.to_bytes().map_err(|error| StageError::Task {
        stage: stage.name(),
        reason: format!("{} cannot be written as JSON: {error}", M::SCHEMA),
    })?;
    let mut headers =
        cloud_event(stage.name(), M::TYPE, M::SCHEMA, &meta.id, meta.time, meta.trace);
    headers.extend(meta.headers);
    Ok(Outgoing {
        topic: meta.topic.name(&context.config.kafka.topic_prefix),
        key: message.key().to_owned(),
        partition: meta.partition,
        value: Some(value),
        headers,
        time: Some(meta.time),
    })
}

/// Sends a record and waits for the acknowledgement. What the broker refuses for good goes to the
/// dead letters.
pub(super) async fn publish(
    context: &Context,
    stage: Stage,
    record: Outgoing,
) -> Result<Published, StageError> {
    let keep = record.clone();
    match context.producer.send(record).await {
        Ok(_) => {
            let label = [topic_label(context, &keep.topic)];
            context.metrics.kafka_messages_sent_total.with(label).inc();
            Ok(Published::Acknowledged)
        }
        Err(error) => {
            if error.class() != Class::Skip {
                return Err(StageError::Send { stage: stage.name(), source: error });
            }
            let reason = match &error {
                SendError::TooLarge { .. } => dead_letter_reason::TOO_LARGE,
                _ => dead_letter_reason::REFUSED,
            };
            super::dead_letter::from_outgoing(context, stage, &keep, reason, &error.to_string())
                .await?;
            Ok(Published::DeadLettered)
        }
    }
}

/// The topic without prefix and version: one of a few.
fn topic_label<'a>(context: &Context, topic: &'a str) -> &'a str {
    let prefix = context.config.kafka.topic_prefix.as_str();
    let bare = topic.strip_prefix(prefix).unwrap_or(topic);
    bare.rsplit_once('.').map_or(bare, |(name, _)| name)
}
