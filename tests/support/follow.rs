//! Follows a topic as a consumer does, and notes when each article was first told in it.
#![allow(dead_code, clippy::unwrap_used)] // for tests

use depesche::kafka::Topic;
use depesche::message::{Article, Incident, Message as _, Report};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::metadata::MetadataTopic;
use rdkafka::{ClientConfig, Message as _, Offset, TopicPartitionList};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The addresses of the articles that a message of a topic tells of.
fn addresses(topic: Topic, value: &[u8]) -> Vec<String> {
    match topic {
        Topic::Articles => Article::from_bytes(value).unwrap().url.into_iter().collect(),
        Topic::Reports => Report::from_bytes(value).unwrap().article.url.into_iter().collect(),
        Topic::Incidents => {
            let reports = Incident::from_bytes(value).unwrap().reports;
            reports.into_iter().filter_map(|report| report.article.url).collect()
        }
        other => panic!("{other:?} tells of no article"),
    }
}

/// A consumer that ends when dropped.
pub(crate) struct Follower {
    told: Arc<Mutex<HashMap<String, Instant>>>,
    stop: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Follower {
    /// Begins at the start of the topic, which need not be there yet.
    pub(crate) fn start(brokers: &str, prefix: &str, topic: Topic) -> Self {
        let name = topic.name(prefix);
        let consumer: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", brokers)
            .set("group.id", "follower")
            .set("enable.auto.commit", "false")
            .set("fetch.wait.max.ms", "20")
            .create()
            .unwrap();
        let (told, stop) = (Arc::new(Mutex::new(HashMap::new())), Arc::new(AtomicBool::new(false)));
        let (notes, ends) = (Arc::clone(&told), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            while !ends.load(SeqCst) && !assign(&consumer, &name) {
                std::thread::sleep(Duration::from_millis(100));
            }
            while !ends.load(SeqCst) {
                let Some(Ok(message)) = consumer.poll(Duration::from_millis(100)) else { continue };
                let Some(value) = message.payload() else { continue };
                let now = Instant::now();
                let mut notes = notes.lock().unwrap();
                for url in addresses(topic, value) {
                    notes.entry(url).or_insert(now);
                }
            }
        });
        Self { told, stop, thread: Some(thread) }
    }

    /// Articles told so far.
    pub(crate) fn count(&self) -> usize {
        self.told.lock().unwrap().len()
    }

    /// When each article was first told, by its address.
    pub(crate) fn told(&self) -> HashMap<String, Instant> {
        self.told.lock().unwrap().clone()
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.stop.store(true, SeqCst);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Takes all partitions of the topic; false as long as there is none.
fn assign(consumer: &BaseConsumer, topic: &str) -> bool {
    let Ok(known) = consumer.fetch_metadata(Some(topic), Duration::from_secs(5)) else {
        return false;
    };
    let mut list = TopicPartitionList::new();
    for partition in known.topics().iter().flat_map(MetadataTopic::partitions) {
        list.add_partition_offset(topic, partition.id(), Offset::Beginning).unwrap();
    }
    list.count() > 0 && consumer.assign(&list).is_ok()
}
