//! Record headers: CloudEvents 1.0 in Kafka's binary mode, and those of dead letters.

use super::Timestamp;

/// A record header.
pub type Header = (String, Vec<u8>);

/// Names of all headers that the service writes.
pub mod names {
    /// CloudEvents version.
    pub const CE_SPECVERSION: &str = "ce_specversion";
    /// CloudEvents id: unique with the source.
    pub const CE_ID: &str = "ce_id";
    /// CloudEvents type, as `depesche.incident.v1`.
    pub const CE_TYPE: &str = "ce_type";
    /// CloudEvents source, as `/depesche/link`.
    pub const CE_SOURCE: &str = "ce_source";
    /// CloudEvents time.
    pub const CE_TIME: &str = "ce_time";
    /// Media type of the value.
    pub const CONTENT_TYPE: &str = "content-type";
    /// W3C trace context.
    pub const TRACEPARENT: &str = "traceparent";
    /// Schema of the value, as `depesche.incident/1`.
    pub const SCHEMA: &str = "depesche-schema";
    /// Epoch of the shard's owner, so that a late writer can be told apart.
    pub const OWNER_EPOCH: &str = "owner-epoch";
    /// Dead letter: the stage that gave up.
    pub const ERROR_STAGE: &str = "error-stage";
    /// Dead letter: reason class, one of [`crate::message::dead_letter_reason`].
    pub const ERROR_REASON: &str = "error-reason";
    /// Dead letter: readable detail.
    pub const ERROR_DETAIL: &str = "error-detail";
    /// Dead letter: topic the record was read from or meant for.
    pub const SOURCE_TOPIC: &str = "source-topic";
    /// Dead letter: partition the record was read from.
    pub const SOURCE_PARTITION: &str = "source-partition";
    /// Dead letter: offset the record was read at.
    pub const SOURCE_OFFSET: &str = "source-offset";
    /// Dead letter: length of the value in bytes before it was cut; absent when whole.
    pub const TRUNCATED_FROM: &str = "truncated-from";
}

/// Reason classes of dead letters; bounded, so that they can be a metric label.
pub mod reason {
    /// The value is not what the topic holds.
    pub const UNREADABLE: &str = "unreadable";
    /// The result is larger than the broker accepts.
    pub const TOO_LARGE: &str = "too_large";
    /// The broker refused the result for good.
    pub const REFUSED: &str = "refused";
    /// A fault of the code was caught while handling it.
    pub const PANIC: &str = "panic";
}

/// The CloudEvents headers of a message in binary mode.
///
/// The trace id is derived from `trace_seed` (an article or incident id), so that all records
/// that one article leads to carry the same trace, also when they are sent again.
#[must_use]
pub fn cloud_event(
    stage: &str,
    event_type: &str,
    schema: &str,
    id: &str,
    time: Timestamp,
    trace_seed: &str,
) -> Vec<Header> {
    let trace = super::content_hash(&["trace", trace_seed]);
    let span: String = super::content_hash(&["span", stage, id]).chars().take(16).collect();
    let text = |name: &str, value: String| (name.to_owned(), value.into_bytes());
    vec![
        text(names::CE_SPECVERSION, "1.0".into()),
        text(names::CE_ID, id.into()),
        text(names::CE_TYPE, event_type.into()),
        text(names::CE_SOURCE, format!("/depesche/{stage}")),
        text(names::CE_TIME, time.to_string()),
        text(names::CONTENT_TYPE, "application/json".into()),
        text(names::TRACEPARENT, format!("00-{trace}-{span}-01")),
        text(names::SCHEMA, schema.into()),
    ]
}
