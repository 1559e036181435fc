//! What the tests of the stages share: a context on an in-process broker.

use super::{Context, FeedList};
use crate::config::{Config, FeedSource};
use crate::kafka::{
    EmbeddedBroker, Event, GroupConsumer, GroupOptions, Outgoing, Producer, Record, Stats, Topic,
    plan,
};
use crate::ops::health::Health;
use crate::ops::metrics::Metrics;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Longest wait for a condition; one that holds ends the wait.
const PATIENCE: Duration = Duration::from_mins(1);

pub(super) struct House {
    pub(super) context: Context,
    /// Somebody else's producer, which always reaches the broker.
    other: Producer,
    _broker: EmbeddedBroker,
}

/// The stages' own producer: one that reaches the broker, or one to which nobody ever answers.
#[derive(PartialEq)]
pub(super) enum Acks {
    Come,
    NeverCome,
}

pub(super) fn house(acks: &Acks, feeds: Vec<FeedSource>) -> House {
    let mut config = Config::default();
    config.kafka.session_timeout_seconds = 3;
    config.fetch.allow_networks = vec!["127.0.0.0/8".parse().unwrap()];
    config.poll.jitter = 0.0;
    let broker = EmbeddedBroker::start(&plan(&config.kafka, 1)).unwrap();
    let mut away = config.kafka.clone();
    away.brokers = "127.0.0.1:1".into();
    broker.bootstrap().clone_into(&mut config.kafka.brokers);
    let other = Producer::start(&config.kafka, Arc::default()).unwrap();
    let stats = Arc::new(Stats::default());
    let to = if *acks == Acks::Come { &config.kafka } else { &away };
    let producer = Producer::start(to, Arc::clone(&stats)).unwrap();
    let context = Context {
        config: Arc::new(config),
        feeds: FeedList::new(feeds),
        producer,
        stats,
        metrics: Arc::new(Metrics::new().unwrap()),
        health: Health::new(),
        consumers: Arc::default(),
        stop: CancellationToken::new(),
    };
    House { context, other, _broker: broker }
}

impl House {
    pub(super) fn topic(&self, topic: Topic) -> String {
        topic.name(&self.context.config.kafka.topic_prefix)
    }

    /// Puts a record into a topic; records of one key stay in order.
    pub(super) async fn put(&self, topic: Topic, key: &str, value: &[u8]) {
        let record = Outgoing {
            topic: self.topic(topic),
            key: key.into(),
            partition: None,
            value: Some(value.to_vec()),
            headers: Vec::new(),
            time: None,
        };
        self.other.send(record).await.unwrap();
    }

    /// Waits until that many sends of the stage are under way.
    pub(super) async fn under_way(&self, sends: u64) {
        until("sends under way", || self.context.stats.in_flight.get() >= sends).await;
    }

    /// The record that a new member of the stage's group gets first.
    pub(super) async fn next_of(&self, stage: super::Stage, topic: Topic) -> Record {
        let kafka = &self.context.config.kafka;
        let group = format!("{}{}", kafka.topic_prefix, stage.name());
        let options = GroupOptions::default();
        let (_, mut events) =
            GroupConsumer::start(kafka, &group, &self.topic(topic), &options, Arc::default())
                .unwrap();
        let first = async {
            loop {
                match events.recv().await.unwrap() {
                    Event::Record(record) => return *record,
                    Event::Fatal(reason) => panic!("{reason}"),
                    Event::Assigned(_) | Event::Revoked { .. } => {}
                }
            }
        };
        tokio::time::timeout(PATIENCE, first).await.expect("a record")
    }
}

pub(super) async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let wait = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("waited for {what}"));
}

pub(super) fn record(topic: String, key: &str, value: &[u8]) -> Record {
    Record {
        topic,
        partition: 2,
        offset: 17,
        key: Some(key.into()),
        value: Some(value.to_vec()),
        headers: Vec::new(),
        timestamp_ms: None,
    }
}
