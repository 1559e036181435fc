//! What a value may be: ranges, forms, and what goes together. No I/O but whether a file is there.

use super::error::ConfigError;
use super::{Admin, Config, Console, Extract, Fetch, Kafka, Poll, SecurityProtocol, Tls};
use std::fmt::Display;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::Path;

/// Topics whose partitions `kafka.partitions` may set.
const PARTITIONED: [&str; 5] = ["feeds", "articles", "fingerprints", "incidents", "dead-letters"];

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) errors: Vec<ConfigError>,
    pub(super) warnings: Vec<String>,
}

impl Findings {
    fn refuse(&mut self, key: impl Into<String>, message: impl Into<String>) {
        self.errors.push(ConfigError::new(key, message));
    }

    fn warn(&mut self, key: &str, message: &str) {
        self.warnings.push(format!("{key}: {message}"));
    }

    fn require(&mut self, key: impl Into<String>, holds: bool, message: impl Into<String>) {
        if !holds {
            self.refuse(key, message);
        }
    }

    /// Refuses what is outside; of numbers that includes "not a number".
    fn range<T: PartialOrd + Display>(&mut self, key: &str, value: &T, range: RangeInclusive<T>) {
        if !range.contains(value) {
            let message = format!("{value} is not from {} to {}", range.start(), range.end());
            self.refuse(key, message);
        }
    }
}

/// Checks everything.
pub(super) fn all(config: &Config, found: &mut Findings) {
    kafka(&config.kafka, found);
    tls(&config.kafka, found);
    login(&config.kafka, found);
    fetch(&config.fetch, found);
    poll(&config.poll, found);
    extract(&config.extract, found);
    found.range("link.shards", &config.link.shards, 1..=1_000);
    found.range("link.quiet_days", &config.link.quiet_days, 1..=365);
    found.range("link.max_reports", &config.link.max_reports, 1..=1_000);
    admin(&config.admin, &config.console, found);
    console(&config.console, found);
    found.require(
        "log.filter",
        tracing_subscriber::EnvFilter::try_new(&config.log.filter).is_ok(),
        "is not a filter as `info` or `depesche=debug,rdkafka=warn`",
    );
    // A character takes at most four bytes; a message has headers and metadata beside its text.
    if config.poll.max_text_chars.saturating_mul(4) > config.kafka.max_message_bytes {
        found.warn(
            "poll.max_text_chars",
            "a text of this length may not fit into kafka.max_message_bytes",
        );
    }
}

fn kafka(kafka: &Kafka, found: &mut Findings) {
    found.require(
        "kafka.brokers",
        kafka.brokers.split(',').all(|broker| is_host_and_port(broker.trim())),
        "is not a list of brokers as `host:9092,other:9092`",
    );
    found.require(
        "kafka.topic_prefix",
        kafka.topic_prefix.len() <= 200
            && kafka.topic_prefix.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c)),
        "may hold only letters, digits, dots and hyphens, at most 200",
    );
    found.require("kafka.client_id", is_name(&kafka.client_id), "is not a name");
    found.require(
        "kafka.instance_id",
        kafka.instance_id.is_empty() || is_name(&kafka.instance_id),
        "may hold only letters, digits, dots, hyphens and underscores, at most 200",
    );
    found.range("kafka.replication", &kafka.replication, 1..=100);
    found.range("kafka.max_message_bytes", &kafka.max_message_bytes, 10_000..=1_000_000_000);
    found.range("kafka.queue_kbytes", &kafka.queue_kbytes, 1_024..=2_097_151);
    found.require(
        "kafka.queue_kbytes",
        kafka.queue_kbytes.saturating_mul(1_024) >= kafka.max_message_bytes,
        "has no room for one message of kafka.max_message_bytes",
    );
    found.range("kafka.delivery_timeout_seconds", &kafka.delivery_timeout_seconds, 1..=3_600);
    found.range("kafka.session_timeout_seconds", &kafka.session_timeout_seconds, 1..=1_800);
    found.require(
        "kafka.delivery_timeout_seconds",
        kafka.delivery_timeout_seconds < kafka.session_timeout_seconds,
        "must be below kafka.session_timeout_seconds, so that a member taken for dead sends no more",
    );
    found.range("kafka.max_poll_interval_seconds", &kafka.max_poll_interval_seconds, 1..=86_400);
    found.require(
        "kafka.max_poll_interval_seconds",
        kafka.max_poll_interval_seconds >= kafka.session_timeout_seconds,
        "must not be below kafka.session_timeout_seconds",
    );
    for (topic, partitions) in &kafka.partitions {
        let key = format!("kafka.partitions.{topic}");
        if topic == "reports" {
            found.refuse(key, "the partitions of reports are link.shards");
        } else if PARTITIONED.contains(&topic.as_str()) {
            found.range(&key, partitions, 1..=10_000);
        } else {
            found.refuse(key, format!("no such topic; there are {}", PARTITIONED.join(", ")));
        }
    }
    for option in kafka.librdkafka.keys().filter(|option| is_secret_option(option)) {
        found.refuse(
            format!("kafka.librdkafka.{option:?}"),
            "holds a secret, which would show where options are shown; use kafka.sasl or kafka.tls",
        );
    }
}

/// Options of librdkafka whose values are secrets.
fn is_secret_option(option: &str) -> bool {
    ["password", "secret", "ssl.key.pem", "oauthbearer.config"]
        .iter()
        .any(|word| option.to_ascii_lowercase().contains(word))
}

fn tls(kafka: &Kafka, found: &mut Findings) {
    let Tls { ca_file, certificate_file, key_file, key_password } = &kafka.tls;
    for (key, file) in [
        ("kafka.tls.ca_file", ca_file),
        ("kafka.tls.certificate_file", certificate_file),
        ("kafka.tls.key_file", key_file),
    ] {
        found.require(
            key,
            file.is_empty() || Path::new(file).is_file(),
            format!("there is no file {file}"),
        );
    }
    let alone = "kafka.tls.certificate_file and kafka.tls.key_file go together";
    found.require("kafka.tls.key_file", certificate_file.is_empty() || !key_file.is_empty(), alone);
    found.require(
        "kafka.tls.certificate_file",
        key_file.is_empty() || !certificate_file.is_empty(),
        alone,
    );
    let encrypted =
        matches!(kafka.security_protocol, SecurityProtocol::Ssl | SecurityProtocol::SaslSsl);
    let set = [ca_file, certificate_file, key_file].iter().any(|file| !file.is_empty());
    if !encrypted && (set || !key_password.is_empty()) {
        found.warn("kafka.tls", "is not used: kafka.security_protocol is without TLS");
    }
}

fn login(kafka: &Kafka, found: &mut Findings) {
    let sasl = &kafka.sasl;
    match kafka.security_protocol {
        SecurityProtocol::SaslPlaintext | SecurityProtocol::SaslSsl => {
            found.require("kafka.sasl.username", !sasl.username.is_empty(), "is needed to log in");
            found.require("kafka.sasl.password", !sasl.password.is_empty(), "is needed to log in");
        }
        SecurityProtocol::Plaintext | SecurityProtocol::Ssl => {
            if !sasl.username.is_empty() || !sasl.password.is_empty() {
                found.warn("kafka.sasl", "is not used: kafka.security_protocol is without login");
            }
        }
    }
    if kafka.security_protocol == SecurityProtocol::SaslPlaintext {
        found.warn("kafka.security_protocol", "the password crosses the network unencrypted");
    }
}

fn fetch(fetch: &Fetch, found: &mut Findings) {
    let agent = &fetch.user_agent;
    found.require(
        "fetch.user_agent",
        !agent.trim().is_empty()
            && agent.len() <= 256
            && agent.chars().all(|c| c.is_ascii_graphic() || c == ' '),
        "must be 1 to 256 printable ASCII characters",
    );
    if *agent == Fetch::default().user_agent {
        found
            .warn("fetch.user_agent", "names no contact; outlets may block what they cannot reach");
    }
    found.range("fetch.connect_timeout_seconds", &fetch.connect_timeout_seconds, 1..=120);
    found.range("fetch.headers_timeout_seconds", &fetch.headers_timeout_seconds, 1..=300);
    found.range("fetch.read_timeout_seconds", &fetch.read_timeout_seconds, 1..=300);
    found.range("fetch.total_timeout_seconds", &fetch.total_timeout_seconds, 1..=600);
    found.require(
        "fetch.total_timeout_seconds",
        fetch.total_timeout_seconds >= fetch.connect_timeout_seconds,
        "must not be below fetch.connect_timeout_seconds",
    );
    found.range("fetch.min_bytes_per_second", &fetch.min_bytes_per_second, 0..=1_048_576);
    found.range("fetch.slow_after_seconds", &fetch.slow_after_seconds, 1..=300);
    found.range("fetch.max_redirects", &fetch.max_redirects, 0..=20);
    found.range("fetch.max_feed_bytes", &fetch.max_feed_bytes, 1_024..=268_435_456);
    found.range("fetch.max_page_bytes", &fetch.max_page_bytes, 1_024..=268_435_456);
    found.range("fetch.site_gap_milliseconds", &fetch.site_gap_milliseconds, 0..=3_600_000);
    found.range("fetch.concurrency", &fetch.concurrency, 1..=10_000);
    for (index, domain) in fetch.separate_hosts.iter().enumerate() {
        found.require(
            format!("fetch.separate_hosts[{index}]"),
            domain.contains('.')
                && domain.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c)),
            format!("{domain:?} is not a domain as `blogs.example`"),
        );
    }
    for (index, network) in fetch.allow_networks.iter().enumerate() {
        found.require(
            format!("fetch.allow_networks[{index}]"),
            is_network(network),
            format!("{network:?} is not a network as `10.0.0.0/8` or `fd00::/8`"),
        );
    }
    if !fetch.respect_robots {
        found.warn("fetch.respect_robots", "robots.txt is not asked");
    }
}

fn poll(poll: &Poll, found: &mut Findings) {
    found.range("poll.interval_seconds", &poll.interval_seconds, 1..=604_800);
    found.range("poll.min_interval_seconds", &poll.min_interval_seconds, 1..=604_800);
    found.range("poll.max_interval_seconds", &poll.max_interval_seconds, 1..=604_800);
    found.require(
        "poll.interval_seconds",
        poll.interval_seconds >= poll.min_interval_seconds,
        "must not be below poll.min_interval_seconds",
    );
    found.require(
        "poll.interval_seconds",
        poll.interval_seconds <= poll.max_interval_seconds,
        "must not be above poll.max_interval_seconds",
    );
    if (1..300).contains(&poll.min_interval_seconds) {
        found.warn("poll.min_interval_seconds", "below five minutes most outlets feel pestered");
    }
    found.range("poll.max_backoff_seconds", &poll.max_backoff_seconds, 1..=2_678_400);
    found.require(
        "poll.max_backoff_seconds",
        poll.max_backoff_seconds >= poll.interval_seconds,
        "must not be below poll.interval_seconds",
    );
    found.range("poll.jitter", &poll.jitter, 0.0..=0.5);
    found.range("poll.concurrency", &poll.concurrency, 1..=10_000);
    found.range("poll.max_entries", &poll.max_entries, 1..=100_000);
    found.range("poll.remembered_entries", &poll.remembered_entries, 0..=100_000);
    found.range("poll.max_text_chars", &poll.max_text_chars, 1_000..=10_000_000);
    found.range("poll.max_revisions", &poll.max_revisions, 0..=1_000);
}

fn extract(extract: &Extract, found: &mut Findings) {
    let folder = &extract.lexicon;
    found.require(
        "extract.lexicon",
        folder.as_os_str().is_empty() || folder.is_dir(),
        format!("there is no folder {}", folder.display()),
    );
    found.range("extract.workers", &extract.workers, 0..=1_024);
    found.range("extract.min_confidence", &extract.min_confidence, 0.0..=1.0);
    found.range("extract.duplicate_window_days", &extract.duplicate_window_days, 1..=30);
}

fn admin(admin: &Admin, console: &Console, found: &mut Findings) {
    found.require(
        "admin.listen",
        is_host_and_port(&admin.listen),
        "is not an address as `127.0.0.1:9464`",
    );
    let token = admin.token.reveal();
    found.require(
        "admin.token",
        token.is_empty()
            || (16..=512).contains(&token.len()) && token.chars().all(|c| c.is_ascii_graphic()),
        "must be 16 to 512 printable ASCII characters without blanks",
    );
    found.range("admin.grace_seconds", &admin.grace_seconds, 0..=3_600);
    let host = admin.listen.rsplit_once(':').map_or("", |(host, _)| host);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = host.parse::<IpAddr>().map_or(host == "localhost", |ip| ip.is_loopback());
    if console.enabled && token.is_empty() && !is_loopback {
        found.warn("admin.token", "is not set: whoever reaches admin.listen can read the console");
    }
}

fn console(console: &Console, found: &mut Findings) {
    found.range("console.max_incidents", &console.max_incidents, 1..=200_000);
    found.range("console.incident_kbytes", &console.incident_kbytes, 1_024..=4_194_304);
    found.range("console.article_kbytes", &console.article_kbytes, 1_024..=4_194_304);
    found.range("console.article_records", &console.article_records, 0..=1_000_000);
}

fn is_name(text: &str) -> bool {
    (1..=200).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

/// `host:port`, `1.2.3.4:port` or `[::1]:port`; the host is not looked up.
fn is_host_and_port(text: &str) -> bool {
    if text.parse::<SocketAddr>().is_ok() {
        return true;
    }
    let Some((host, port)) = text.rsplit_once(':') else { return false };
    port.parse::<u16>().is_ok() && is_name(host)
}

/// An address and the length of its prefix.
fn is_network(text: &str) -> bool {
    let Some((address, prefix)) = text.split_once('/') else { return false };
    let Ok(prefix) = prefix.parse::<u8>() else { return false };
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => prefix <= 32,
        Ok(IpAddr::V6(_)) => prefix <= 128,
        Err(_) => false,
    }
}
