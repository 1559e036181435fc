//! From our configuration to librdkafka's.

use crate::config::{Kafka, SaslMechanism, SecurityProtocol};
use rdkafka::ClientConfig;
use rdkafka::config::RDKafkaLogLevel;
use std::time::Duration;

/// How often librdkafka reports its statistics.
pub(super) const STATISTICS: Duration = Duration::from_secs(10);

/// librdkafka options that the configuration's own keys, or the promises of this room, set.
///
/// Each with its aliases, and whose it is.
pub(super) const TYPED: &[(&[&str], &str)] = &[
    (&["bootstrap.servers", "metadata.broker.list"], "kafka.brokers"),
    (&["client.id"], "kafka.client_id"),
    (&["message.max.bytes"], "kafka.max_message_bytes"),
    (&["queue.buffering.max.kbytes"], "kafka.queue_kbytes"),
    (&["delivery.timeout.ms", "message.timeout.ms"], "kafka.delivery_timeout_seconds"),
    (&["session.timeout.ms"], "kafka.session_timeout_seconds"),
    (&["max.poll.interval.ms"], "kafka.max_poll_interval_seconds"),
    (&["group.instance.id"], "kafka.instance_id"),
    (&["security.protocol"], "kafka.security_protocol"),
    (&["ssl.ca.location"], "kafka.tls.ca_file"),
    (&["ssl.certificate.location"], "kafka.tls.certificate_file"),
    (&["ssl.key.location"], "kafka.tls.key_file"),
    (&["ssl.key.password"], "kafka.tls.key_password"),
    (&["sasl.mechanism", "sasl.mechanisms"], "kafka.sasl.mechanism"),
    (&["sasl.username"], "kafka.sasl.username"),
    (&["sasl.password"], "kafka.sasl.password"),
];

/// Options that must stay as they are for the promises to hold.
pub(super) const KEPT: &[&str] = &[
    "acks",
    "auto.commit.enable",
    "auto.offset.reset",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.gapless.guarantee",
    "enable.idempotence",
    "enable.partition.eof",
    "group.id",
    "group.protocol",
    "log.queue",
    "log_level",
    "partition.assignment.strategy",
    "partitioner",
    "request.required.acks",
    "statistics.interval.ms",
    "test.mock.broker.rtt",
    "test.mock.num.brokers",
    "transactional.id",
];

/// Options that would put a secret, or code, into the configuration file.
pub(super) const SECRET: &[&str] = &[
    "plugin.library.paths",
    "sasl.oauthbearer.assertion.private.key.passphrase",
    "sasl.oauthbearer.assertion.private.key.pem",
    "sasl.oauthbearer.client.secret",
    "ssl.key.pem",
    "ssl.keystore.password",
];

fn millis(seconds: u64) -> String {
    seconds.saturating_mul(1000).to_string()
}

/// What every client has in common, with the raw options applied first: ours win.
pub(super) fn common(kafka: &Kafka) -> ClientConfig {
    let mut config = ClientConfig::new();
    // Its own default; the binding would look for it in another logging library.
    config.set_log_level(if kafka.librdkafka.contains_key("debug") {
        RDKafkaLogLevel::Debug
    } else {
        RDKafkaLogLevel::Info
    });
    for (name, value) in &kafka.librdkafka {
        config.set(name, value);
    }
    config
        .set("bootstrap.servers", &kafka.brokers)
        .set("client.id", &kafka.client_id)
        .set("message.max.bytes", kafka.max_message_bytes.to_string())
        .set("statistics.interval.ms", STATISTICS.as_millis().to_string())
        .set("log.connection.close", "false")
        .set(
            "security.protocol",
            match kafka.security_protocol {
                SecurityProtocol::Plaintext => "plaintext",
                SecurityProtocol::Ssl => "ssl",
                SecurityProtocol::SaslPlaintext => "sasl_plaintext",
                SecurityProtocol::SaslSsl => "sasl_ssl",
            },
        );
    if matches!(kafka.security_protocol, SecurityProtocol::Ssl | SecurityProtocol::SaslSsl) {
        let files = [
            ("ssl.ca.location", kafka.tls.ca_file.as_str()),
            ("ssl.certificate.location", &kafka.tls.certificate_file),
            ("ssl.key.location", &kafka.tls.key_file),
            ("ssl.key.password", kafka.tls.key_password.reveal()),
        ];
        for (name, value) in files {
            if !value.is_empty() {
                config.set(name, value);
            }
        }
    }
    if uses_sasl(kafka) {
        config
            .set(
                "sasl.mechanism",
                match kafka.sasl.mechanism {
                    SaslMechanism::Plain => "PLAIN",
                    SaslMechanism::ScramSha256 => "SCRAM-SHA-256",
                    SaslMechanism::ScramSha512 => "SCRAM-SHA-512",
                },
            )
            .set("sasl.username", &kafka.sasl.username)
            .set("sasl.password", kafka.sasl.password.reveal());
    }
    config
}

pub(super) fn uses_sasl(kafka: &Kafka) -> bool {
    matches!(kafka.security_protocol, SecurityProtocol::SaslPlaintext | SecurityProtocol::SaslSsl)
}

/// A default that a raw option may change.
fn default(config: &mut ClientConfig, kafka: &Kafka, names: &[&str], value: &str) {
    let Some(name) = names.first() else { return };
    if !names.iter().any(|name| kafka.librdkafka.contains_key(*name)) {
        config.set(*name, value);
    }
}

/// For the producer.
pub(super) fn producer(kafka: &Kafka) -> ClientConfig {
    let mut config = common(kafka);
    config
        .set("enable.idempotence", "true")
        .set("acks", "all")
        // As Java, Flink and ksqlDB do, so that others can co-partition with us.
        .set("partitioner", "murmur2_random")
        .set("queue.buffering.max.kbytes", kafka.queue_kbytes.to_string())
        .set("message.timeout.ms", millis(kafka.delivery_timeout_seconds));
    default(&mut config, kafka, &["compression.type", "compression.codec"], "lz4");
    default(&mut config, kafka, &["linger.ms", "queue.buffering.max.ms"], "5");
    // A broker refuses a batch as a whole. In small batches a large record travels alone, so that
    // "too large" never hits its neighbours.
    default(&mut config, kafka, &["batch.size"], "131072");
    config
}

/// For a consumer of any kind.
pub(super) fn consumer(kafka: &Kafka, group: &str) -> ClientConfig {
    let mut config = common(kafka);
    config
        .set("group.id", group)
        .set("enable.auto.offset.store", "false")
        .set("auto.offset.reset", "earliest")
        .set("session.timeout.ms", millis(kafka.session_timeout_seconds))
        .set("max.poll.interval.ms", millis(kafka.max_poll_interval_seconds));
    // Memory per consumer, and what is fetched for nothing when a partition is paused.
    default(&mut config, kafka, &["queued.max.messages.kbytes"], "16384");
    default(&mut config, kafka, &["queued.min.messages"], "1000");
    config
}

/// For a member of a consumer group.
pub(super) fn member(kafka: &Kafka, group: &str) -> ClientConfig {
    let mut config = consumer(kafka, group);
    config
        .set("partition.assignment.strategy", "cooperative-sticky")
        .set("group.protocol", "classic")
        .set("enable.auto.commit", "true");
    default(&mut config, kafka, &["auto.commit.interval.ms"], "5000");
    if !kafka.instance_id.is_empty() {
        config.set("group.instance.id", format!("{}-{group}", kafka.instance_id));
    }
    config
}

/// For a reader of whole partitions outside of any group.
pub(super) fn reader(kafka: &Kafka, group: &str) -> ClientConfig {
    let mut config = consumer(kafka, group);
    config
        .set("enable.auto.commit", "false")
        .set("enable.partition.eof", "true")
        .set("statistics.interval.ms", "1000");
    config
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    fn secured() -> Kafka {
        let mut kafka = Kafka { security_protocol: SecurityProtocol::SaslSsl, ..Kafka::default() };
        kafka.sasl.username = "depesche".into();
        kafka.sasl.password = Secret::new("hunter2");
        kafka.tls.key_password = Secret::new("hunter3");
        kafka
    }

    #[test]
    fn secrets_reach_librdkafka_and_no_debug_output() {
        let kafka = secured();
        let config = producer(&kafka);
        assert_eq!(config.get("sasl.password"), Some("hunter2"));
        assert_eq!(config.get("ssl.key.password"), Some("hunter3"));
        let shown = format!("{config:?} {kafka:?}");
        assert!(!shown.contains("hunter"), "{shown}");
    }

    #[test]
    fn credentials_are_not_given_where_the_protocol_has_no_use_for_them() {
        let kafka = Kafka { security_protocol: SecurityProtocol::Plaintext, ..secured() };
        let config = producer(&kafka);
        assert_eq!(config.get("sasl.password"), None);
        assert_eq!(config.get("ssl.key.password"), None);
    }

    #[test]
    fn instance_ids_differ_between_the_groups_of_one_process() {
        let kafka = Kafka { instance_id: "pod-0".into(), ..Kafka::default() };
        let of = |group| member(&kafka, group).get("group.instance.id").map(str::to_owned);
        assert_eq!(of("depesche.poll").as_deref(), Some("pod-0-depesche.poll"));
        assert_ne!(of("depesche.poll"), of("depesche.link"));
        assert_eq!(member(&Kafka::default(), "g").get("group.instance.id"), None);
    }

    #[test]
    fn a_raw_option_changes_a_default_under_either_of_its_names() {
        let mut kafka = Kafka::default();
        kafka.librdkafka.insert("compression.codec".into(), "gzip".into());
        let config = producer(&kafka);
        assert_eq!(config.get("compression.type"), None);
        assert_eq!(config.get("compression.codec"), Some("gzip"));
        assert_eq!(config.get("linger.ms"), Some("5"));
    }
}
