//! What can go wrong, and what it means for the caller.

use rdkafka::types::RDKafkaErrorCode as Code;

/// What a failure means for whoever meets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Passes by itself; try again.
    Retry,
    /// This record will never succeed; others will.
    Skip,
    /// Nothing will succeed before someone acts; end the process.
    Halt,
}

/// A failure of the Kafka layer.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum KafkaError {
    /// The configuration cannot be used.
    #[error("kafka configuration: {0}")]
    Config(String),
    /// A request failed.
    #[error("{what}: {detail}")]
    Request {
        /// What was attempted.
        what: String,
        /// librdkafka's code, where it gave one.
        code: Option<Code>,
        /// librdkafka's words.
        detail: String,
    },
    /// A thread could not be started.
    #[error("cannot start thread {name}: {detail}")]
    Thread {
        /// Its name.
        name: &'static str,
        /// The system's words.
        detail: String,
    },
    /// The caller gave up waiting.
    #[error("cancelled while waiting for {0}")]
    Cancelled(String),
}

impl KafkaError {
    pub(super) fn request(what: impl Into<String>, error: &rdkafka::error::KafkaError) -> Self {
        use rdkafka::error::KafkaError as E;
        let code = match error {
            E::AdminOp(code) => Some(*code),
            other => other.rdkafka_error_code(),
        };
        let detail = match error {
            // The value may be a password and is left out.
            E::ClientConfig(_, _, key, _) => return Self::Config(format!("{key} is refused")),
            E::ClientCreation(detail) => return Self::Config(detail.clone()),
            other => other.to_string(),
        };
        Self::Request { what: what.into(), code, detail }
    }

    pub(super) fn refused(what: impl Into<String>, code: Code) -> Self {
        Self::Request { what: what.into(), code: Some(code), detail: code.to_string() }
    }

    /// What it means.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            Self::Request { code: Some(code), .. } => class_of(*code),
            Self::Request { code: None, .. } => Class::Retry,
            Self::Config(_) | Self::Thread { .. } | Self::Cancelled(_) => Class::Halt,
        }
    }
}

/// Why a record was not sent.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// Larger than we or the broker allow.
    #[error("{topic}: a record of {bytes} bytes is larger than allowed")]
    TooLarge {
        /// Topic it was meant for.
        topic: String,
        /// Its key, value and headers together.
        bytes: usize,
    },
    /// A record without a key has no place to stay in order.
    #[error("{topic}: a record has no key")]
    NoKey {
        /// Topic it was meant for.
        topic: String,
    },
    /// The broker refused it for good.
    #[error("{topic}: {code}")]
    Refused {
        /// Topic it was meant for.
        topic: String,
        /// librdkafka's code.
        code: Code,
    },
    /// The producer can send nothing any more.
    #[error("the producer failed for good: {0}")]
    Fatal(String),
    /// The producer was closed.
    #[error("the producer is closed")]
    Closed,
}

impl SendError {
    /// What it means.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            Self::TooLarge { .. } | Self::NoKey { .. } => Class::Skip,
            Self::Refused { code, .. } => match class_of(*code) {
                Class::Skip => Class::Skip,
                // What passes by itself was already tried again.
                Class::Retry | Class::Halt => Class::Halt,
            },
            Self::Fatal(_) | Self::Closed => Class::Halt,
        }
    }
}

/// What a code means.
///
/// Codes that appear in no list are taken as passing: waiting for a broker that will never answer
/// is visible and harmless, giving up on one that would have answered loses data.
pub(super) fn class_of(code: Code) -> Class {
    match code {
        Code::MessageSizeTooLarge
        | Code::InvalidMessageSize
        | Code::MessageBatchTooLarge
        | Code::InvalidRecord
        | Code::InvalidTimestamp
        | Code::PolicyViolation
        | Code::InvalidArgument => Class::Skip,
        Code::Fatal
        | Code::Fenced
        | Code::ProducerFenced
        | Code::FencedInstanceId
        | Code::InvalidProducerEpoch
        | Code::TransactionCoordinatorFenced
        | Code::UnreleasedInstanceId
        | Code::TopicAuthorizationFailed
        | Code::GroupAuthorizationFailed
        | Code::ClusterAuthorizationFailed
        | Code::TransactionalIdAuthorizationFailed
        | Code::Authentication
        | Code::SaslAuthenticationFailed
        | Code::UnsupportedSASLMechanism
        | Code::UnknownTopic
        | Code::UnknownPartition
        | Code::UnknownTopicOrPartition
        | Code::InvalidTopic
        | Code::InvalidPartitions
        | Code::InvalidReplicationFactor
        | Code::InvalidConfig
        | Code::InvalidGroupId
        | Code::InconsistentGroupProtocol
        | Code::GroupMaxSizeReached
        | Code::InvalidSessionTimeout
        | Code::UnsupportedVersion
        | Code::UnsupportedFeature
        | Code::UnsupportedForMessageFormat
        | Code::UnsupportedCompressionType
        | Code::InvalidRequiredAcks => Class::Halt,
        _ => Class::Retry,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_retried_what_is_too_large_is_skipped_what_needs_someone_halts() {
        for code in [Code::MessageTimedOut, Code::BrokerTransportFailure, Code::NotEnoughReplicas] {
            assert_eq!(class_of(code), Class::Retry, "{code:?}");
        }
        assert_eq!(class_of(Code::MessageSizeTooLarge), Class::Skip);
        for code in [Code::TopicAuthorizationFailed, Code::UnknownTopicOrPartition, Code::Fatal] {
            assert_eq!(class_of(code), Class::Halt, "{code:?}");
        }
    }

    #[test]
    fn a_refused_option_does_not_show_its_value() {
        let mut config = rdkafka::ClientConfig::new();
        config.set("acks", "hunter2");
        let Err(error) = config.create_native_config() else { panic!("accepted") };
        let text = format!("{:?}", KafkaError::request("x", &error));
        assert!(text.contains("acks") && !text.contains("hunter2"), "{text}");
    }
}
