//! Checks `[kafka]` without a connection.

use super::client::{self, KEPT, SECRET, TYPED};
use super::{KafkaError, Topic};
use crate::config::Kafka;
use rdkafka::ClientConfig;
use rdkafka::consumer::BaseConsumer;
use rdkafka::producer::BaseProducer;

/// Everything in `[kafka]` that cannot work, as (full key path, message); opens no connection.
///
/// Raw librdkafka options are refused where a key of ours sets the same, where our promises need
/// another value, and where they would put a secret into the configuration. Their names and values
/// are then judged by librdkafka itself, alone and together with ours.
#[must_use]
pub fn check_options(kafka: &Kafka) -> Vec<(String, String)> {
    let mut errors = Vec::new();
    typed(kafka, &mut errors);
    for (name, value) in &kafka.librdkafka {
        if let Some(message) = raw(name, value) {
            errors.push((format!("kafka.librdkafka.{name}"), message));
        }
    }
    if errors.is_empty()
        && let Some(error) = together(kafka)
    {
        errors.push(error);
    }
    errors
}

fn typed(kafka: &Kafka, errors: &mut Vec<(String, String)>) {
    let mut refuse = |key: &str, message: String| errors.push((format!("kafka.{key}"), message));
    if kafka.brokers.split(',').all(|broker| broker.trim().is_empty()) {
        refuse("brokers", "names no broker; expected host:port, separated by commas".into());
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    if !kafka.topic_prefix.chars().all(allowed) {
        refuse("topic_prefix", "may have letters, digits, dots and hyphens only".into());
    } else if kafka.topic_prefix.len() > 200 {
        refuse("topic_prefix", "is longer than 200 characters".into());
    }
    if kafka.replication < 1 {
        refuse("replication", "must be at least 1".into());
    }
    if kafka.queue_kbytes.saturating_mul(1024) < kafka.max_message_bytes.saturating_mul(2) {
        refuse("queue_kbytes", "must hold at least two messages of kafka.max_message_bytes".into());
    }
    if kafka.delivery_timeout_seconds >= kafka.session_timeout_seconds {
        refuse(
            "delivery_timeout_seconds",
            "must be below kafka.session_timeout_seconds, so that what a paused owner still has \
             to send dies before its partitions go to another"
                .into(),
        );
    }
    if client::uses_sasl(kafka) {
        if kafka.sasl.username.is_empty() {
            refuse("sasl.username", "is needed by this kafka.security_protocol".into());
        }
        if kafka.sasl.password.is_empty() {
            refuse("sasl.password", "is needed by this kafka.security_protocol".into());
        }
    }
    if kafka.tls.certificate_file.is_empty() != kafka.tls.key_file.is_empty() {
        refuse("tls.key_file", "goes together with kafka.tls.certificate_file".into());
    }
    for (slug, count) in &kafka.partitions {
        match Topic::from_slug(slug) {
            Some(Topic::Reports) => {
                refuse("partitions.reports", "is set by link.shards".into());
            }
            None => refuse(&format!("partitions.{slug}"), "is no topic of ours".into()),
            Some(_) if !(1..=10_000).contains(count) => {
                refuse(&format!("partitions.{slug}"), "must be from 1 to 10000".into());
            }
            Some(_) => {}
        }
    }
}

fn raw(name: &str, value: &str) -> Option<String> {
    if let Some((_, key)) = TYPED.iter().find(|(names, _)| names.contains(&name)) {
        return Some(format!("is set by {key}"));
    }
    if KEPT.contains(&name) {
        return Some("cannot be changed: what is promised depends on it".into());
    }
    if SECRET.contains(&name) {
        return Some("is a secret, or loads code, and may not stand in a configuration".into());
    }
    let mut alone = ClientConfig::new();
    alone.set(name, value);
    match alone.create_native_config() {
        Ok(_) => None,
        Err(rdkafka::error::KafkaError::ClientConfig(_, words, ..)) => Some(words),
        Err(other) => Some(other.to_string()),
    }
}

/// What librdkafka says of the whole when a client is made of it: limits that contradict each
/// other, certificates that cannot be read. Without a broker's address no client connects.
fn together(kafka: &Kafka) -> Option<(String, String)> {
    let unconnected = |mut config: ClientConfig| {
        config.remove("bootstrap.servers");
        config
    };
    let producer = unconnected(client::producer(kafka)).create::<BaseProducer>().map(drop);
    let consumer = unconnected(client::member(kafka, "check")).create::<BaseConsumer>().map(drop);
    producer.and(consumer).err().map(|error| {
        let words = match KafkaError::request("check", &error) {
            KafkaError::Config(words) => words,
            other => other.to_string(),
        };
        ("kafka".to_owned(), words)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str, value: &str) -> Vec<(String, String)> {
        let mut kafka = Kafka::default();
        kafka.librdkafka.insert(name.into(), value.into());
        check_options(&kafka)
    }

    #[test]
    fn the_default_is_fine() {
        assert_eq!(check_options(&Kafka::default()), []);
    }

    #[test]
    fn a_raw_option_may_add() {
        assert_eq!(with("socket.keepalive.enable", "true"), []);
        assert_eq!(with("linger.ms", "50"), []);
    }

    #[test]
    fn a_raw_option_may_not_contradict_a_typed_key_under_any_of_its_names() {
        for name in ["message.max.bytes", "metadata.broker.list", "delivery.timeout.ms"] {
            let errors = with(name, "1000");
            assert_eq!(errors.len(), 1, "{name}");
            assert_eq!(errors[0].0, format!("kafka.librdkafka.{name}"));
            assert!(errors[0].1.contains("kafka."), "{errors:?}");
        }
    }

    #[test]
    fn what_the_promises_need_stays() {
        for name in ["enable.idempotence", "acks", "partitioner", "enable.auto.offset.store"] {
            assert_eq!(with(name, "false").len(), 1, "{name}");
        }
    }

    #[test]
    fn librdkafka_judges_names_and_values() {
        assert!(with("no.such.option", "1")[0].1.contains("No such configuration property"));
        assert_eq!(with("socket.timeout.ms", "soon").len(), 1);
    }

    #[test]
    fn contradictions_only_librdkafka_sees_are_told() {
        // A fetch smaller than a message is refused when the client is made.
        let errors = with("fetch.max.bytes", "1000");
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert_eq!(errors[0].0, "kafka");
    }

    #[test]
    fn no_secret_is_repeated() {
        let errors = with("sasl.oauthbearer.client.secret", "hunter2");
        assert_eq!(errors.len(), 1);
        assert!(!format!("{errors:?}").contains("hunter2"));
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let mut kafka = Kafka {
            brokers: " ,".into(),
            topic_prefix: "my topic".into(),
            queue_kbytes: 1,
            delivery_timeout_seconds: 45,
            security_protocol: crate::config::SecurityProtocol::SaslSsl,
            ..Kafka::default()
        };
        kafka.partitions.insert("reports".into(), 2);
        kafka.partitions.insert("feed".into(), 2);
        kafka.librdkafka.insert("acks".into(), "0".into());
        let errors = check_options(&kafka);
        let keys: Vec<_> = errors.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(
            keys,
            [
                "kafka.brokers",
                "kafka.topic_prefix",
                "kafka.queue_kbytes",
                "kafka.delivery_timeout_seconds",
                "kafka.sasl.username",
                "kafka.sasl.password",
                "kafka.partitions.feed",
                "kafka.partitions.reports",
                "kafka.librdkafka.acks",
            ]
        );
    }
}
