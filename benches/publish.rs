//! The way out: records a second of [`Producer`], beside a bare librdkafka client with the same
//! settings on the same broker (what `rdkafka_performance -P` of librdkafka does).
//!
//! ```text
//! cargo bench --bench publish [-- RECORDS]
//! ```
//!
//! Both send the same values, in turns, five times each; the median is printed, in Markdown. A send
//! counts when it is acknowledged by a real Apache Kafka on this machine.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // ends by panicking
#![allow(clippy::print_stdout)] // a table is its purpose
#![allow(missing_docs)]

#[path = "../tests/support/real.rs"]
mod real;

use depesche::config;
use depesche::kafka::{Outgoing, Producer, Stats, Topic, create_missing, plan};
use rdkafka::ClientConfig;
use rdkafka::ClientContext;
use rdkafka::message::DeliveryResult;
use rdkafka::producer::{BaseRecord, Producer as _, ProducerContext, ThreadedProducer};
use rdkafka::types::RDKafkaErrorCode as Code;
use real::RealKafka;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

/// Bytes of a value: an article of some 400 words.
const BYTES: usize = 3_000;
/// Sends that are in flight at once.
const IN_FLIGHT: usize = 4_000;

/// Words in an order that differs with `n`, so that compression has something to do.
fn value(n: usize) -> Vec<u8> {
    const WORDS: [&str; 8] =
        ["Unwetter", "Behörden", "Verletzte", "am", "Dienstag", "in", "Feuerwehr", "Straße"];
    let mut text = String::with_capacity(BYTES + 16);
    let mut state = n as u64 + 1;
    while text.len() < BYTES {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        text.push_str(WORDS[(state >> 61) as usize]);
        let _ = write!(text, " {} ", (state >> 50) & 0x3ff);
    }
    text.into_bytes()
}

fn key(n: usize) -> String {
    format!("a-{:032x}", (n as u128).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))
}

async fn ours(kafka: &config::Kafka, topic: &str, values: &Arc<Vec<Vec<u8>>>) -> Duration {
    let producer = Producer::start(kafka, Arc::new(Stats::default())).unwrap();
    let next = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let mut senders = tokio::task::JoinSet::new();
    for _ in 0..IN_FLIGHT {
        let (producer, next, values) = (producer.clone(), Arc::clone(&next), Arc::clone(values));
        let topic = topic.to_owned();
        senders.spawn(async move {
            loop {
                let n = next.fetch_add(1, SeqCst);
                let Some(value) = values.get(n) else { return };
                let record = Outgoing {
                    topic: topic.clone(),
                    key: key(n),
                    partition: None,
                    value: Some(value.clone()),
                    headers: Vec::new(),
                    time: None,
                };
                producer.send(record).await.unwrap();
            }
        });
    }
    senders.join_all().await;
    started.elapsed()
}

/// Counts acknowledgements and does nothing else.
struct Count(Arc<AtomicUsize>);

impl ClientContext for Count {}

impl ProducerContext for Count {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        assert!(result.is_ok());
        self.0.fetch_add(1, SeqCst);
    }
}

fn bare(kafka: &config::Kafka, topic: &str, values: &[Vec<u8>]) -> Duration {
    let count = Arc::new(AtomicUsize::new(0));
    let mut config = ClientConfig::new();
    for (name, value) in [
        ("bootstrap.servers", kafka.brokers.as_str()),
        ("enable.idempotence", "true"),
        ("acks", "all"),
        ("partitioner", "murmur2_random"),
        ("compression.type", "lz4"),
        ("linger.ms", "5"),
        ("batch.size", "131072"),
    ] {
        config.set(name, value);
    }
    config.set("queue.buffering.max.kbytes", kafka.queue_kbytes.to_string());
    let client: ThreadedProducer<Count> =
        config.create_with_context(Count(Arc::clone(&count))).unwrap();
    let started = Instant::now();
    for (n, value) in values.iter().enumerate() {
        let key = key(n);
        let mut record = BaseRecord::to(topic).key(key.as_str()).payload(value.as_slice());
        while let Err((error, back)) = client.send(record) {
            assert_eq!(error.rdkafka_error_code(), Some(Code::QueueFull));
            record = back;
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    client.flush(Duration::from_mins(5)).unwrap();
    let took = started.elapsed();
    assert_eq!(count.load(SeqCst), values.len());
    took
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn main() {
    let records = std::env::args().skip(1).find(|arg| arg != "--bench");
    let records: usize = records.map_or(50_000, |text| text.parse().expect("a number"));
    let Some(broker) = RealKafka::shared() else { return };
    let kafka = config::Kafka {
        brokers: broker.bootstrap().to_owned(),
        topic_prefix: RealKafka::fresh_prefix("publish"),
        ..config::Kafka::default()
    };
    let topic = Topic::Articles.name(&kafka.topic_prefix);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(create_missing(&kafka, &plan(&kafka, 1))).unwrap();
    let values: Arc<Vec<Vec<u8>>> = Arc::new((0..records).map(value).collect());
    let (mut of_ours, mut of_bare) = (Vec::new(), Vec::new());
    // The first turn wakes the broker up and is not counted.
    for turn in 0..6 {
        let bare = bare(&kafka, &topic, &values);
        let ours = runtime.block_on(ours(&kafka, &topic, &values));
        if turn > 0 {
            of_bare.push(bare);
            of_ours.push(ours);
        }
    }
    let rate = |times: Vec<Duration>| records as f64 / median(times).as_secs_f64();
    let (ours, bare) = (rate(of_ours), rate(of_bare));
    println!("{records} records of {BYTES} bytes, lz4, all acknowledged\n");
    println!("| client | records a second |\n|---|---|");
    println!("| librdkafka alone | {bare:.0} |");
    println!("| `kafka::Producer` | {ours:.0} |");
    println!("| share | {:.0} % |", 100.0 * ours / bare);
}
