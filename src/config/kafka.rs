//! `[kafka]`: where the brokers are and how to speak to them.

use super::Secret;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where Kafka is and how to speak to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Kafka {
    /// Bootstrap brokers, `host:port`, separated by commas.
    pub brokers: String,
    /// Prefix of all topic names and consumer groups; letters, digits, dots and hyphens.
    pub topic_prefix: String,
    /// `client.id` as brokers see it.
    pub client_id: String,
    /// Static membership: a name that is this process's alone and stays over restarts
    /// (`group.instance.id`); empty for dynamic membership.
    pub instance_id: String,
    /// Replication factor of topics that `topics create` makes.
    pub replication: i32,
    /// Whether `run` creates missing topics before it starts.
    pub create_topics: bool,
    /// Largest message in bytes that is sent (`message.max.bytes`).
    pub max_message_bytes: usize,
    /// Memory for messages waiting to be sent, in kilobytes.
    pub queue_kbytes: usize,
    /// How long a message may wait for its acknowledgement before it is sent anew, in seconds.
    pub delivery_timeout_seconds: u64,
    /// After how long without a heartbeat a member is taken for dead, in seconds.
    pub session_timeout_seconds: u64,
    /// Longest time between two polls of the consumer before the group drops it, in seconds.
    pub max_poll_interval_seconds: u64,
    /// Partitions of the topics that `topics create` makes, by topic (`feeds`, `articles`,
    /// `fingerprints`, `incidents`, `dead-letters`); `reports` has `link.shards`.
    pub partitions: BTreeMap<String, i32>,
    /// `plaintext`, `ssl`, `sasl_plaintext` or `sasl_ssl`.
    pub security_protocol: SecurityProtocol,
    /// TLS.
    pub tls: Tls,
    /// User and password.
    pub sasl: Sasl,
    /// Further librdkafka options, by their own names; refused where a key above sets the same.
    pub librdkafka: BTreeMap<String, String>,
}

impl Default for Kafka {
    fn default() -> Self {
        Self {
            brokers: "127.0.0.1:9092".into(),
            topic_prefix: "depesche.".into(),
            client_id: "depesche".into(),
            instance_id: String::new(),
            replication: 1,
            create_topics: true,
            max_message_bytes: 1_000_000,
            queue_kbytes: 65_536,
            delivery_timeout_seconds: 30,
            session_timeout_seconds: 45,
            max_poll_interval_seconds: 300,
            partitions: BTreeMap::new(),
            security_protocol: SecurityProtocol::Plaintext,
            tls: Tls::default(),
            sasl: Sasl::default(),
            librdkafka: BTreeMap::new(),
        }
    }
}

/// How the connection is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecurityProtocol {
    /// Neither TLS nor login.
    Plaintext,
    /// TLS.
    Ssl,
    /// Login without TLS.
    SaslPlaintext,
    /// Login over TLS.
    SaslSsl,
}

/// TLS to the brokers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tls {
    /// File of CA certificates (PEM); empty for the system's.
    pub ca_file: String,
    /// File of the client certificate (PEM), for mutual TLS.
    pub certificate_file: String,
    /// File of the client key (PEM).
    pub key_file: String,
    /// Password of the client key.
    pub key_password: Secret,
}

/// Login.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sasl {
    /// Mechanism.
    pub mechanism: SaslMechanism,
    /// User name.
    pub username: String,
    /// Password.
    pub password: Secret,
}

/// How the login is done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SaslMechanism {
    /// PLAIN.
    #[serde(rename = "PLAIN")]
    Plain,
    /// SCRAM-SHA-256.
    #[serde(rename = "SCRAM-SHA-256")]
    ScramSha256,
    /// SCRAM-SHA-512.
    #[default]
    #[serde(rename = "SCRAM-SHA-512")]
    ScramSha512,
}
