//! What librdkafka tells between records: logs, errors, statistics.

use super::lock;
use rdkafka::config::RDKafkaLogLevel as Level;
use rdkafka::types::RDKafkaErrorCode as Code;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How often at most a broker's absence is logged.
const QUIET: Duration = Duration::from_secs(30);

/// Logs and contact of one client.
#[derive(Debug)]
pub(super) struct Watch {
    client: String,
    contact: Mutex<Option<Instant>>,
    away: Mutex<Away>,
    refused: Mutex<Option<(Code, String)>>,
}

#[derive(Debug, Default)]
struct Away {
    logged: Option<Instant>,
    silent: u64,
}

impl Watch {
    pub(super) fn new(client: impl Into<String>) -> Self {
        Self {
            client: client.into(),
            contact: Mutex::default(),
            away: Mutex::default(),
            refused: Mutex::default(),
        }
    }

    /// Notes that the broker answered now.
    pub(super) fn touch(&self) {
        *lock(&self.contact) = Some(Instant::now());
    }

    /// When the broker last answered.
    pub(super) fn contact(&self) -> Option<Instant> {
        *lock(&self.contact)
    }

    /// Why a broker does not let us in, if one said so. librdkafka keeps trying.
    pub(super) fn refused(&self) -> Option<(Code, String)> {
        lock(&self.refused).clone()
    }

    /// A log line of librdkafka.
    pub(super) fn log(&self, level: Level, facility: &str, message: &str) {
        let client = self.client.as_str();
        match (level, facility) {
            // "A producer's option in a consumer": our raw options go to both.
            (_, "CONFWARN") => tracing::debug!(target: "librdkafka", client, facility, "{message}"),
            (_, "FAIL" | "ERROR" | "CONNECT") => self.away(message),
            (Level::Emerg | Level::Alert | Level::Critical | Level::Error, _) => {
                tracing::error!(target: "librdkafka", client, facility, "{message}");
            }
            (Level::Warning, _) => {
                tracing::warn!(target: "librdkafka", client, facility, "{message}");
            }
            (Level::Notice | Level::Info, _) => {
                tracing::info!(target: "librdkafka", client, facility, "{message}");
            }
            (Level::Debug, _) => {
                tracing::debug!(target: "librdkafka", client, facility, "{message}");
            }
        }
    }

    /// An error that concerns the client as a whole. Most pass by themselves.
    pub(super) fn error(&self, error: &rdkafka::error::KafkaError, reason: &str) {
        match error.rdkafka_error_code() {
            Some(
                Code::AllBrokersDown
                | Code::BrokerTransportFailure
                | Code::Resolve
                | Code::OperationTimedOut
                | Code::RequestTimedOut,
            ) => self.away(reason),
            Some(Code::PartitionEOF) => {}
            Some(code @ (Code::Authentication | Code::SaslAuthenticationFailed | Code::SSL)) => {
                *lock(&self.refused) = Some((code, reason.to_owned()));
                self.away(reason);
            }
            _ => tracing::warn!(target: "librdkafka", client = self.client.as_str(), "{reason}"),
        }
    }

    /// While a broker is away librdkafka repeats itself; once in a while is enough.
    fn away(&self, message: &str) {
        let mut away = lock(&self.away);
        if away.logged.is_some_and(|at| at.elapsed() < QUIET) {
            away.silent += 1;
            return;
        }
        let silent = std::mem::take(&mut away.silent);
        away.logged = Some(Instant::now());
        drop(away);
        let client = self.client.as_str();
        tracing::warn!(target: "librdkafka", client, silent, "broker trouble: {message}");
    }

    /// Reads the statistics; notes the last contact.
    pub(super) fn statistics(&self, json: &[u8]) -> Option<Statistics> {
        let statistics: Statistics = serde_json::from_slice(json)
            .map_err(|e| tracing::debug!(error = %e, "librdkafka statistics not understood"))
            .ok()?;
        let idle = statistics.brokers.values().filter(|b| b.state == "UP").filter_map(|b| {
            // Negative: nothing received on this connection yet.
            u64::try_from(b.rxidle).ok()
        });
        if let Some(idle) = idle.min()
            && let Some(at) = Instant::now().checked_sub(Duration::from_micros(idle))
        {
            let mut contact = lock(&self.contact);
            *contact = (*contact).max(Some(at));
        }
        Some(statistics)
    }
}

/// The part of librdkafka's statistics (its STATISTICS.md) that we use.
#[derive(Debug, Deserialize)]
pub(super) struct Statistics {
    #[serde(default)]
    pub(super) msg_cnt: u64,
    #[serde(default)]
    pub(super) msg_size: u64,
    #[serde(default)]
    brokers: BTreeMap<String, Broker>,
    #[serde(default)]
    topics: BTreeMap<String, TopicPart>,
}

#[derive(Debug, Deserialize)]
struct Broker {
    state: String,
    rxidle: i64,
}

#[derive(Debug, Deserialize)]
struct TopicPart {
    partitions: BTreeMap<String, Partition>,
}

/// Negative offsets: not known yet.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Partition {
    #[serde(rename = "partition")]
    pub(super) id: i32,
    pub(super) hi_offset: i64,
    pub(super) lo_offset: i64,
    pub(super) committed_offset: i64,
    pub(super) eof_offset: i64,
}

impl Statistics {
    /// The partitions of a topic; librdkafka's internal one (-1) left out.
    pub(super) fn partitions(&self, topic: &str) -> impl Iterator<Item = Partition> {
        self.topics
            .get(topic)
            .into_iter()
            .flat_map(|t| t.partitions.values().copied())
            .filter(|p| p.id >= 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_tell_the_last_contact_with_a_broker_that_is_up() {
        let watch = Watch::new("c");
        let down = br#"{"brokers":{"b":{"state":"DOWN","rxidle":5}}}"#;
        assert!(watch.statistics(down).is_some());
        assert_eq!(watch.contact(), None);
        let fresh = br#"{"brokers":{"b":{"state":"UP","rxidle":-1}}}"#;
        assert!(watch.statistics(fresh).is_some());
        assert_eq!(watch.contact(), None);
        let up = br#"{"brokers":{"b":{"state":"UP","rxidle":5}}}"#;
        assert!(watch.statistics(up).is_some());
        assert!(watch.contact().is_some());
    }

    #[test]
    fn an_absent_broker_is_logged_once_in_a_while() {
        let watch = Watch::new("c");
        watch.away("gone");
        watch.away("gone");
        watch.away("gone");
        assert_eq!(lock(&watch.away).silent, 2);
    }
}
