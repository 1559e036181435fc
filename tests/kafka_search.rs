//! One record looked for by its key, on a real Apache Kafka: the in-process broker knows no times.
//!
//! Skipped, with a word on standard error, where no Kafka can be had.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // helpers of tests

#[path = "support/real.rs"]
mod real;

use depesche::config::Kafka;
use depesche::kafka::{
    Outgoing, Producer, Record, Search, Stats, Topic, create_missing, plan, wait_for_broker,
};
use depesche::message::Timestamp;
use real::RealKafka;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const MINUTE_MS: i64 = 60_000;

fn search(since_minute: i64, records: u64) -> Search {
    Search {
        since_ms: Some(start().as_second() * 1_000 + since_minute * MINUTE_MS),
        records,
        bytes: 1_000_000,
        time: Duration::from_secs(30),
    }
}

/// Within the retention of the topic.
fn start() -> Timestamp {
    let hour = jiff::Timestamp::now().as_second() / 3_600;
    Timestamp::from_second((hour - 24) * 3_600)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_is_found_by_key_and_time_within_limits() {
    let Some(broker) = RealKafka::shared() else { return };
    let kafka = Kafka {
        brokers: broker.bootstrap().into(),
        topic_prefix: RealKafka::fresh_prefix("search"),
        ..Kafka::default()
    };
    let planned = plan(&kafka, 1).into_iter().find(|p| p.topic == Topic::Articles).unwrap();
    let name = planned.name.clone();
    wait_for_broker(&kafka, &CancellationToken::new()).await.unwrap();
    create_missing(&kafka, &[planned]).await.unwrap();
    let producer = Producer::start(&kafka, Arc::new(Stats::default())).unwrap();
    // Two revisions of one article, an hour apart, among a record a minute of another key of the
    // same partition.
    let other = (0..1_000)
        .map(|n| format!("a-{n}"))
        .find(|key| {
            let partition = |key: &str| depesche::kafka::partition_for(key.as_bytes(), 12);
            partition(key) == partition("a-wanted")
        })
        .unwrap();
    for minute in 0..120 {
        let wanted = match minute {
            20 => Some("first"),
            80 => Some("second"),
            _ => None,
        };
        let record = Outgoing {
            topic: name.clone(),
            key: if wanted.is_some() { "a-wanted".into() } else { other.clone() },
            partition: None,
            value: Some(wanted.unwrap_or("other").into()),
            headers: Vec::new(),
            time: Some(Timestamp::from_second(start().as_second() + minute * 60)),
        };
        producer.send(record).await.unwrap();
    }
    let found = tokio::task::spawn_blocking(move || {
        let run = |search: Search, key: &str, accepted: &str| {
            let is_meant = |record: &Record| record.value.as_deref() == Some(accepted.as_bytes());
            let found = search.run(&kafka, "search", &name, key.as_bytes(), is_meant).unwrap();
            found.map(|record| String::from_utf8(record.value.unwrap()).unwrap())
        };
        [
            ("the first one taken", run(search(0, 500), "a-wanted", "first"), Some("first")),
            ("a later one", run(search(0, 500), "a-wanted", "second"), Some("second")),
            ("nothing before the time", run(search(30, 500), "a-wanted", "first"), Some("second")),
            (
                "the last met, where none is taken",
                run(search(0, 500), "a-wanted", "x"),
                Some("second"),
            ),
            ("no further than allowed", run(search(0, 10), "a-wanted", "first"), None),
            ("only the time's end is read", run(search(19, 5), "a-wanted", "first"), Some("first")),
            ("no such key", run(search(0, 500), "a-nobody", "first"), None),
            (
                "later than all: the end is read",
                run(search(999, 60), "a-wanted", "second"),
                Some("second"),
            ),
        ]
        .map(|(what, found, expected)| (what, found, expected.map(str::to_owned)))
    });
    for (what, found, expected) in found.await.unwrap() {
        assert_eq!(found, expected, "{what}");
    }
}
