//! Everything that crosses Kafka: the values of all topics, their ids, headers and schemas.
//!
//! Owns the Rust types that are the contract with consumers. Promises that a value's bytes depend
//! on its content alone (no clock, no random number, no hash-map order), and that fields are only
//! ever added. Never talks to Kafka itself.

mod article;
mod codes;
mod fact;
mod feed_state;
mod fingerprint;
mod fingerprint_view;
mod headers;
mod ids;
mod incident;
mod report;
mod schema;
mod short_id;
mod when;

pub use article::{Article, PageOutcome, TextSource};
pub use codes::Codes;
pub use fact::{
    Actor, ActorRole, Bound, Casualty, Claim, Counts, CountsPart, Damage, EventTime, Instrument,
    Mood, Outcome, PerpetratorConfidence, Place, PlacePrecision, PlaceRole, SpeechAct, Target,
    TargetKind, TimePrecision,
};
pub use feed_state::{Asks, Because, FeedState, FeedVerdict, Moved, Pace, RecentEntry};
pub(crate) use fingerprint::unpack;
pub use fingerprint::{Fingerprint, Relation, SignatureText};
pub(crate) use fingerprint_view::FingerprintView;
pub use headers::{Header, cloud_event, names as header_names, reason as dead_letter_reason};
pub use ids::{article_id, content_hash, feed_id, incident_id, report_id};
pub use incident::{Cause, Competing, Incident, IncidentEvidence, Lifecycle, SplitFrom, TakenFrom};
pub use report::{
    ArticleRef, DuplicateOf, Evidence, Kind, Link, LinkRelation, Part, Realis, Report, Status,
};
pub use schema::{asyncapi, json_schemas};
pub(crate) use short_id::ShortId;
pub use when::{Timestamp, rfc3339};

use serde::{Serialize, de::DeserializeOwned};

/// A value that could not be read back from its bytes.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The bytes are not JSON of the expected shape.
    #[error("not a {expected}: {source}")]
    Shape {
        /// Schema name that was expected, such as `depesche.article/1`.
        expected: &'static str,
        /// What the JSON reader said, with line and column.
        source: serde_json::Error,
    },
    /// The JSON is well formed but names another schema.
    #[error("schema is {found:?}, expected {expected:?}")]
    Schema {
        /// Schema name that was expected.
        expected: &'static str,
        /// Schema name in the value.
        found: String,
    },
}

/// A value of one of the topics.
pub trait Message: Serialize + DeserializeOwned {
    /// Schema name and major version, as `depesche.article/1`; also the `schema` field of the value.
    const SCHEMA: &'static str;
    /// CloudEvents type, as `depesche.article.v1`.
    const TYPE: &'static str;

    /// The schema name that this value carries.
    fn schema(&self) -> &str;

    /// The record key: never empty.
    fn key(&self) -> &str;

    /// The value's bytes: JSON, fields in declaration order, no blanks.
    ///
    /// # Errors
    /// Only if a number is not finite, which the readers of all fields exclude.
    fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }

    /// Reads a value back.
    ///
    /// # Errors
    /// [`DecodeError`] when the bytes are not this message.
    fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let value: Self = serde_json::from_slice(bytes)
            .map_err(|source| DecodeError::Shape { expected: Self::SCHEMA, source })?;
        if value.schema() == Self::SCHEMA {
            Ok(value)
        } else {
            Err(DecodeError::Schema { expected: Self::SCHEMA, found: value.schema().to_owned() })
        }
    }
}
