//! Every metric there is, in one table. `docs/metrics.md` is generated from it.
//!
//! Names have the prefix `depesche_`, base units and `_total` for counters. Labels are bounded: a
//! feed id is one up to a cap, a URL never is.

use super::families::{AtScrape, Make};
use super::{process, version};
use prometheus::{Gauge, Histogram, IntCounter, IntGauge, Registry, TextEncoder};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

pub use super::families::{Counters, Definition, Gauges, Histograms, SecondsGauges};

/// Feeds beyond this number have no time of last success of their own.
pub const MAX_FEED_LABELS: usize = 10_000;

/// A network request, from a tenth of a second to the longest allowed.
const REQUEST: &[f64] = &[0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];
/// Work of the processor on one article.
const WORK: &[f64] = &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0];
/// Reading a partition back.
const RESTORE: &[f64] = &[0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0];
/// From a newsroom to a consumer: seconds to two days.
const DELAY: &[f64] =
    &[1.0, 10.0, 60.0, 300.0, 900.0, 1800.0, 3600.0, 10_800.0, 43_200.0, 86_400.0, 172_800.0];

/// The table: help, field (the name without prefix), type, labels with their values, buckets.
macro_rules! metrics {
    ($( #[doc = $help:literal] $field:ident: $type:ty $([ $($label:literal = $values:literal),* ])? $(=> $buckets:ident)?; )*) => {
        /// The metrics of a process. Made once, shared by everything that counts.
        #[derive(Debug)]
        pub struct Metrics {
            registry: Registry,
            feeds_shown: Mutex<BTreeSet<String>>,
            $( #[doc = $help] pub $field: $type, )*
        }

        const TABLE: &[Definition] = &[ $( Definition {
            name: concat!("depesche_", stringify!($field)),
            kind: <$type as Make>::KIND,
            help: $help.trim_ascii_start(),
            labels: &[ $( $( ($label, $values) ),* )? ],
            buckets: metrics!(@buckets $($buckets)?),
        }, )* ];

        impl Metrics {
            fn from_table() -> prometheus::Result<Self> {
                let registry = Registry::new();
                let mut table = TABLE.iter();
                $(
                    let definition = table.next().ok_or(prometheus::Error::AlreadyReg)?;
                    let $field = <$type>::make(definition)?;
                    registry.register($field.collector())?;
                    $field.at_zero(definition);
                )*
                Ok(Self { registry, feeds_shown: Mutex::default(), $( $field, )* })
            }
        }
    };
    (@buckets) => { &[] };
    (@buckets $buckets:ident) => { $buckets };
}

metrics! {
    /// Polls of feeds.
    polls_total: Counters<1> ["outcome" = "read, unchanged, same_body, unreadable, failed, interrupted"];
    /// Time of a poll, from the request until its entries are published.
    poll_duration_seconds: Histogram => REQUEST;
    /// Requests for feeds and pages that failed.
    fetch_errors_total: Counters<1> ["class" = "class of the error, one of those in docs/errors.md, as dns, timeout, http_404, bot_wall, not_a_feed"];
    /// Feed documents that were read.
    feed_documents_total: Counters<1> ["verdict" = "clean, repaired, partial, unreadable"];
    /// Entries seen in feeds.
    entries_total: Counters<1> ["outcome" = "new, known, revised, skipped"];
    /// Feeds by how they do.
    feeds: Gauges<1> ["state" = "ok, failing, unreadable"];
    /// When a feed was last polled with success, Unix time. Only the first 10,000 feeds are shown.
    feed_last_success_timestamp_seconds: SecondsGauges<1> ["feed" = "feed id, at most 10,000"];
    /// Feeds that are due and wait for their site's turn or for a free slot.
    polls_waiting: IntGauge;
    /// Readings of the feed list while the service runs.
    feed_reloads_total: Counters<1> ["outcome" = "changed, unchanged, refused"];
    /// Times a feed's server was found to call changed documents unchanged.
    validators_ignored_total: IntCounter;
    /// Article pages asked for.
    pages_total: Counters<1> ["outcome" = "read, not_fetched, forbidden, failed, no_text"];
    /// Articles published and acknowledged.
    articles_published_total: IntCounter;
    /// Articles that went through extraction, by the language of their reports; none without a report.
    articles_extracted_total: Counters<1> ["lang" = "de, en, fr, es, other, none"];
    /// Time to extract the reports of one article.
    extract_duration_seconds: Histogram => WORK;
    /// Reports extracted.
    reports_total: Counters<2> ["group" = "group of the taxonomy", "status" = "current, update, background, anniversary, exercise; below_confidence where it was not published"];
    /// Articles found to repeat another one.
    duplicates_total: Counters<1> ["relation" = "copy, excerpt, update"];
    /// Reports that were linked to incidents; unchanged where nothing followed.
    reports_linked_total: Counters<1> ["outcome" = "new, updated, merged, retracted, unchanged"];
    /// Incident messages published and acknowledged.
    incidents_published_total: Counters<1> ["lifecycle" = "new, updated, merged, retracted, tombstone"];
    /// Incidents that appeared, by what happened.
    incident_types_total: Counters<1> ["type" = "type of the taxonomy"];
    /// Incidents that appeared, by the country of the place where it happened.
    incident_countries_total: Counters<1> ["country" = "ISO 3166-1 alpha-2; none where no country is known"];
    /// Incidents that are open in this process.
    incidents_open: IntGauge;
    /// Time from the publication of an article to the acknowledgement of its incident.
    article_delay_seconds: Histogram => DELAY;
    /// Records that could not be handled and went to dead letters.
    dead_letters_total: Counters<2> ["stage" = "poll, extract, link", "reason" = "unreadable, too_large, refused, panic"];
    /// Records between the position of a stage and the end of its partition.
    stage_lag_records: Gauges<2> ["stage" = "extract, link", "partition" = "number of the partition"];
    /// When a stage last finished a record, Unix time.
    stage_last_success_timestamp_seconds: SecondsGauges<1> ["stage" = "poll, extract, link"];
    /// Records read back from compacted topics.
    restore_records_total: Counters<1> ["topic" = "name of the topic without prefix"];
    /// Time to read a partition back.
    restore_duration_seconds: Histograms<1> ["topic" = "name of the topic without prefix"] => RESTORE;
    /// Readings back of partitions that are under way.
    restores_running: Gauges<1> ["topic" = "name of the topic without prefix"];
    /// Messages acknowledged by the brokers.
    kafka_messages_sent_total: Counters<1> ["topic" = "name of the topic without prefix"];
    /// Messages that were not acknowledged in time or refused.
    kafka_send_failures_total: Counters<1> ["code" = "error code of librdkafka"];
    /// Messages that wait in the queue of the producer.
    kafka_queue_messages: IntGauge;
    /// Messages sent and not yet acknowledged.
    kafka_in_flight: IntGauge;
    /// Times a message had to wait because the queue of the producer was full.
    kafka_queue_full_total: IntCounter;
    /// Rebalances of a stage's consumer group.
    kafka_rebalances_total: Counters<1> ["stage" = "poll, extract, link"];
    /// Time since a broker was last heard, or since the start where none was.
    kafka_silence_seconds: Gauge;
    /// 1 while `/ready` says 200, else 0.
    ready: IntGauge;
    /// 1 while `/live` says 200, else 0.
    live: IntGauge;
    /// Always 1; the labels tell what runs.
    build_info: Gauges<2> ["version" = "version of the program", "commit" = "commit that it was built from; unknown where the build did not say"];
}

impl Metrics {
    /// All metrics at zero, with a registry of their own.
    ///
    /// # Errors
    /// If the table contradicts itself, which the tests exclude.
    pub fn new() -> prometheus::Result<Self> {
        let metrics = Self::from_table()?;
        // The one among librdkafka's many codes that every outage may bring.
        let _ = metrics.kafka_send_failures_total.with(["MessageTimedOut"]);
        metrics.build_info.with([version::VERSION, version::COMMIT]).set(1);
        metrics.registry.register(Box::new(AtScrape::new(process::TABLE, process::read)?))?;
        Ok(metrics)
    }

    /// Notes that `feed` was polled with success, at `unix_seconds`.
    pub fn feed_succeeded(&self, feed: &str, unix_seconds: f64) {
        let mut shown = self.feeds_shown.lock().unwrap_or_else(PoisonError::into_inner);
        if shown.contains(feed) || shown.len() < MAX_FEED_LABELS {
            shown.insert(feed.to_owned());
            self.feed_last_success_timestamp_seconds.with([feed]).set(unix_seconds);
        }
    }

    /// Forgets a feed that is no longer read here.
    pub fn feed_forgotten(&self, feed: &str) {
        let mut shown = self.feeds_shown.lock().unwrap_or_else(PoisonError::into_inner);
        if shown.remove(feed) {
            self.feed_last_success_timestamp_seconds.remove(feed);
        }
    }

    /// Everything in the text format of Prometheus.
    ///
    /// # Errors
    /// If the encoder refuses a family.
    pub fn render(&self) -> prometheus::Result<String> {
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}

/// All definitions, in the order of the table, those of the process last.
pub fn table() -> impl Iterator<Item = &'static Definition> {
    TABLE.iter().chain(process::TABLE)
}

/// The text of `docs/metrics.md`.
#[must_use]
pub fn document() -> String {
    let mut page = String::from(
        "# Metrics\n\n\
         `/metrics` on the admin address, in the text format of Prometheus. This page is generated \
         from the table\nin `src/ops/metrics.rs`; a test keeps the two equal \
         (`UPDATE_DOCS=1 cargo test --lib ops::metrics` writes it).\n\n\
         | metric | kind | labels | meaning |\n|---|---|---|---|\n",
    );
    for Definition { name, kind, help, labels, .. } in table() {
        let labels: Vec<String> =
            labels.iter().map(|(label, values)| format!("`{label}`: {values}")).collect();
        // Writing to a String cannot fail.
        let _ = writeln!(page, "| `{name}` | {kind} | {} | {help} |", labels.join("; "));
    }
    page.push_str("\n## Buckets\n\n| metric | upper bounds |\n|---|---|\n");
    for Definition { name, buckets, .. } in table().filter(|d| !d.buckets.is_empty()) {
        let bounds: Vec<String> = buckets.iter().map(ToString::to_string).collect();
        let _ = writeln!(page, "| `{name}` | {} |", bounds.join(", "));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_the_docs_is_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/metrics.md");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, document()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), document());
    }

    #[test]
    fn what_may_be_counted_is_zero_before_it_is() {
        // `increase()` does not see a series that begins at one.
        let text = Metrics::new().unwrap().render().unwrap();
        for line in [
            "depesche_dead_letters_total{reason=\"panic\",stage=\"link\"} 0",
            "depesche_incidents_published_total{lifecycle=\"tombstone\"} 0",
            "depesche_articles_extracted_total{lang=\"none\"} 0",
            "depesche_kafka_send_failures_total{code=\"MessageTimedOut\"} 0",
        ] {
            assert!(text.lines().any(|shown| shown == line), "{line} is not in\n{text}");
        }
        // What is not a closed set is not made up.
        assert!(!text.contains("depesche_fetch_errors_total{"), "{text}");
        assert!(!text.contains("depesche_stage_lag_records{"), "{text}");
    }

    #[test]
    fn rules_and_dashboard_name_only_metrics_that_exist() {
        let known: BTreeSet<&str> = table().map(|definition| definition.name).collect();
        let files =
            ["alerts.yml", "alerts.test.yml", "recording.yml", "grafana/dashboards/depesche.json"];
        for file in files {
            let path = format!("{}/deploy/{file}", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(path).unwrap();
            let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let named: BTreeSet<&str> =
                words.filter(|word| word.starts_with("depesche_")).collect();
            assert!(named.len() > 5, "{file}");
            for name in named {
                let parts = ["_bucket", "_count", "_sum"];
                let family = parts.iter().find_map(|part| name.strip_suffix(part)).unwrap_or(name);
                assert!(known.contains(family), "{file}: there is no {name}");
            }
        }
    }

    #[test]
    fn names_follow_the_rules() {
        let mut seen = BTreeSet::new();
        for Definition { name, kind, help, labels, buckets } in table() {
            assert!(seen.insert(name), "{name} twice");
            assert!(name.starts_with("depesche_") || name.starts_with("process_"), "{name}");
            assert_eq!(*kind == "counter", name.ends_with("_total"), "{name}");
            assert_eq!(*kind == "histogram", !buckets.is_empty(), "{name}");
            assert!(buckets.is_sorted(), "{name}");
            assert!(help.trim().ends_with('.'), "{name}: {help}");
            for (label, values) in *labels {
                assert!(!values.is_empty() && !["url", "title"].contains(label), "{name}");
            }
        }
    }

    #[test]
    fn what_is_counted_is_shown() {
        let metrics = Metrics::new().unwrap();
        metrics.polls_total.with(["read"]).inc();
        metrics.reports_total.with(["unrest", "current"]).inc_by(2);
        metrics.extract_duration_seconds.observe(0.002);
        metrics.incidents_open.set(7);
        let text = metrics.render().unwrap();
        for line in [
            "depesche_polls_total{outcome=\"read\"} 1",
            "depesche_reports_total{group=\"unrest\",status=\"current\"} 2",
            "depesche_extract_duration_seconds_bucket{le=\"0.0025\"} 1",
            "depesche_incidents_open 7",
            &format!(
                "depesche_build_info{{commit=\"{}\",version=\"{}\"}} 1",
                version::COMMIT,
                version::VERSION
            ),
        ] {
            assert!(text.lines().any(|shown| shown == line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn every_metric_of_the_table_is_registered() {
        let metrics = Metrics::new().unwrap();
        let again = Metrics::new().unwrap();
        again.polls_total.with(["read"]).inc();
        let text = metrics.render().unwrap();
        let shown = "depesche_polls_total{outcome=\"read\"} 0";
        assert!(text.contains(shown), "two processes in one test share nothing");
        for definition in TABLE.iter().filter(|definition| definition.labels.is_empty()) {
            assert!(text.contains(&format!("# TYPE {} {}\n", definition.name, definition.kind)));
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_process_is_shown() {
        let text = Metrics::new().unwrap().render().unwrap();
        let value = |name: &str| -> f64 {
            let line = text.lines().find(|line| line.starts_with(name)).expect(name);
            line.rsplit_once(' ').unwrap().1.parse().unwrap()
        };
        assert!(value("process_resident_memory_bytes") > 1e6);
        assert!(value("process_open_fds") >= 3.0);
        assert!(value("process_cpu_seconds_total") >= 0.0);
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let age = now.as_secs_f64() - value("process_start_time_seconds");
        assert!((-2.0..86_400.0).contains(&age), "{age}");
    }

    #[test]
    fn feeds_beyond_the_cap_are_not_labels() {
        let metrics = Metrics::new().unwrap();
        for feed in 0..=MAX_FEED_LABELS {
            metrics.feed_succeeded(&format!("f{feed}"), 1.0);
        }
        let shown =
            |feed: usize| metrics.render().unwrap().contains(&format!("{{feed=\"f{feed}\"}}"));
        assert!(shown(0) && !shown(MAX_FEED_LABELS));
        metrics.feed_forgotten("f0");
        metrics.feed_succeeded(&format!("f{MAX_FEED_LABELS}"), 2.0);
        assert!(!shown(0) && shown(MAX_FEED_LABELS));
    }
}
