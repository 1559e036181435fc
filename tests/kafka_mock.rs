//! The Kafka layer on the in-process broker.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // helpers of tests

use depesche::config::Kafka;
use depesche::kafka::{
    Class, Delivered, EmbeddedBroker, Event, GroupConsumer, GroupOptions, Outgoing, Producer,
    Record, SendError, Start, Stats, TableEvent, TableOptions, TableReader, partition_count,
    partition_for, wait_for_broker,
};
use rdkafka::types::RDKafkaErrorCode as Code;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::Receiver;
use tokio_util::sync::CancellationToken;

const TOPIC: &str = "t.things.v1";
/// Ends a test that hangs; no test waits for it.
const PATIENCE: Duration = Duration::from_mins(1);

struct House {
    broker: EmbeddedBroker,
    kafka: Kafka,
    stats: Arc<Stats>,
}

fn house(partitions: i32) -> House {
    let broker = EmbeddedBroker::with_topics(vec![(TOPIC.into(), partitions)]).unwrap();
    let mut kafka = Kafka {
        brokers: broker.bootstrap().into(),
        topic_prefix: "t.".into(),
        delivery_timeout_seconds: 2,
        session_timeout_seconds: 6,
        ..Kafka::default()
    };
    kafka.librdkafka.insert("reconnect.backoff.max.ms".into(), "200".into());
    House { broker, kafka, stats: Arc::default() }
}

impl House {
    fn producer(&self) -> Producer {
        Producer::start(&self.kafka, Arc::clone(&self.stats)).unwrap()
    }

    fn consumer(&self, options: &GroupOptions) -> (GroupConsumer, Receiver<Event>) {
        let stats = Arc::clone(&self.stats);
        GroupConsumer::start(&self.kafka, "t.group", TOPIC, options, stats).unwrap()
    }

    fn reader(
        &self,
        partitions: &[i32],
        options: &TableOptions,
        stop: &CancellationToken,
    ) -> (TableReader, Receiver<TableEvent>) {
        let stats = Arc::clone(&self.stats);
        TableReader::start(&self.kafka, "t.table", TOPIC, partitions, options, stop.clone(), stats)
            .unwrap()
    }
}

fn record(key: &str, value: &str) -> Outgoing {
    Outgoing {
        topic: TOPIC.into(),
        key: key.into(),
        partition: None,
        value: Some(value.into()),
        headers: vec![("ce_id".into(), b"1".to_vec())],
        time: depesche::message::rfc3339("2023-11-22"),
    }
}

async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("hangs: {what}"))
}

/// Sends all at once and waits for every acknowledgement.
async fn send_all(producer: &Producer, records: Vec<Outgoing>) -> Vec<Delivered> {
    let tasks: Vec<_> = records
        .into_iter()
        .map(|record| {
            let producer = producer.clone();
            tokio::spawn(async move { producer.send(record).await.unwrap() })
        })
        .collect();
    let mut delivered = Vec::new();
    for task in tasks {
        delivered.push(within("delivery", task).await.unwrap());
    }
    delivered
}

async fn next_record(events: &mut Receiver<Event>) -> Record {
    loop {
        match within("record", events.recv()).await.unwrap() {
            Event::Record(record) => return *record,
            Event::Fatal(reason) => panic!("{reason}"),
            Event::Assigned(_) | Event::Revoked { .. } => {}
        }
    }
}

async fn assigned(events: &mut Receiver<Event>) -> Vec<i32> {
    match within("assignment", events.recv()).await.unwrap() {
        Event::Assigned(partitions) => partitions,
        other => panic!("{other:?}"),
    }
}

/// Leaves the group while answering events, as a stage does.
async fn leave(consumer: &GroupConsumer, mut events: Receiver<Event>) {
    let drain = tokio::spawn(async move { while events.recv().await.is_some() {} });
    assert!(consumer.stop(PATIENCE).await, "did not leave");
    drain.await.unwrap();
}

fn values(range: std::ops::Range<usize>) -> BTreeSet<String> {
    range.map(|n| format!("v{n}")).collect()
}

fn text(record: &Record) -> String {
    String::from_utf8(record.value.clone().unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sent_is_received_with_key_headers_and_time_in_the_partition_of_its_key() {
    let house = house(6);
    within("broker", wait_for_broker(&house.kafka, &CancellationToken::new())).await.unwrap();
    assert_eq!(partition_count(&house.kafka, TOPIC).await.unwrap(), Some(6));
    assert_eq!(partition_count(&house.kafka, "t.nothing.v1").await.unwrap(), None);
    let producer = house.producer();
    let delivered = send_all(&producer, vec![record("schlüssel", "wert")]).await;
    let partition = partition_for("schlüssel".as_bytes(), 6);
    assert_eq!(delivered, [Delivered { partition, offset: 0 }]);

    let (consumer, mut events) = house.consumer(&GroupOptions::default());
    assert_eq!(assigned(&mut events).await, [0, 1, 2, 3, 4, 5]);
    let read = next_record(&mut events).await;
    assert_eq!(read.key.as_deref(), Some("schlüssel".as_bytes()));
    assert_eq!(read.value.as_deref(), Some(b"wert".as_slice()));
    assert_eq!(read.header("ce_id"), Some(b"1".as_slice()));
    assert_eq!(read.timestamp_ms, Some(1_700_611_200_000));
    assert_eq!((read.partition, read.offset), (partition, 0));
    assert!(consumer.last_contact().is_some() && producer.last_contact().is_some());
    assert_eq!(house.stats.sent_messages.get(), 1);
    assert_eq!(house.stats.received_messages.get(), 1);
    assert_eq!(producer.close(PATIENCE).await, 0);
    assert!(matches!(producer.send(record("k", "v")).await, Err(SendError::Closed)));
    leave(&consumer, events).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tombstone_and_a_chosen_partition_travel_and_a_missing_key_does_not() {
    let house = house(3);
    let producer = house.producer();
    let tombstone = Outgoing { value: None, partition: Some(2), ..record("k", "") };
    assert_eq!(send_all(&producer, vec![tombstone]).await[0].partition, 2);
    let (_reader, mut events) =
        house.reader(&[2], &TableOptions::default(), &CancellationToken::new());
    match within("tombstone", events.recv()).await.unwrap() {
        TableEvent::Record(record) => assert_eq!(record.value, None),
        other => panic!("{other:?}"),
    }
    let refused = producer.send(record("", "v")).await.unwrap_err();
    assert!(matches!(refused, SendError::NoKey { .. }));
    assert_eq!(refused.class(), Class::Skip);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_restart_reading_goes_on_at_the_first_record_that_was_not_done() {
    let house = house(1);
    let producer = house.producer();
    for n in 0..10 {
        within("send", producer.send(record("k", &format!("v{n}")))).await.unwrap();
    }
    let (consumer, mut events) = house.consumer(&GroupOptions::default());
    for n in 0..10 {
        assert_eq!(text(&next_record(&mut events).await), format!("v{n}"));
    }
    for offset in [2, 0, 9, 1, 3, 7] {
        consumer.done(0, offset);
    }
    leave(&consumer, events).await;
    // Too late, of a partition that is not ours any more: must mean nothing.
    consumer.done(0, 4);

    let (consumer, mut events) = house.consumer(&GroupOptions::default());
    let read = next_record(&mut events).await;
    assert_eq!(read.offset, 4, "0 to 3 are done, 7 and 9 do not count before 4 is");
    leave(&consumer, events).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_stands_still_pauses_the_partitions_and_loses_nothing() {
    let house = house(4);
    let producer = house.producer();
    let records = (0..400).map(|n| record(&format!("k{n}"), &format!("v{n}"))).collect();
    send_all(&producer, records).await;
    let (consumer, mut events) =
        house.consumer(&GroupOptions { capacity: 3, ..GroupOptions::default() });
    assert_eq!(assigned(&mut events).await.len(), 4);
    within("pause", async {
        while house.stats.paused_partitions.get() < 4 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    let mut seen = BTreeSet::new();
    let mut last: BTreeMap<i32, i64> = BTreeMap::new();
    while seen.len() < 400 {
        let read = next_record(&mut events).await;
        let before = last.insert(read.partition, read.offset);
        assert_eq!(read.offset, before.map_or(0, |b| b + 1), "partition {}", read.partition);
        assert!(seen.insert(text(&read)), "twice: {}", text(&read));
    }
    assert_eq!(seen, values(0..400));
    leave(&consumer, events).await;
    assert_eq!(house.stats.paused_partitions.get(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn held_partitions_give_nothing_before_they_are_resumed() {
    let house = house(2);
    let producer = house.producer();
    let of = |partition, value| Outgoing { partition: Some(partition), ..record("k", value) };
    send_all(&producer, vec![of(0, "a"), of(1, "b")]).await;
    let (consumer, mut events) =
        house.consumer(&GroupOptions { hold: true, ..GroupOptions::default() });
    assert_eq!(assigned(&mut events).await, [0, 1]);
    consumer.resume(&[1]);
    assert_eq!(text(&next_record(&mut events).await), "b");
    assert!(events.try_recv().is_err());
    consumer.resume(&[0]);
    assert_eq!(text(&next_record(&mut events).await), "a");
    leave(&consumer, events).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_owner_has_a_higher_epoch_than_the_one_before() {
    let house = house(2);
    let producer = house.producer();
    send_all(&producer, (0..4).map(|n| record("k", &format!("v{n}"))).collect()).await;
    let mut epochs = Vec::new();
    for round in 0..3 {
        let (consumer, mut events) =
            house.consumer(&GroupOptions { fence: true, ..GroupOptions::default() });
        assert_eq!(consumer.epoch(), 0);
        assert_eq!(assigned(&mut events).await, [0, 1]);
        epochs.push(consumer.epoch());
        let read = next_record(&mut events).await;
        assert_eq!(read.offset, round, "the claim keeps the offset");
        consumer.done(read.partition, read.offset);
        leave(&consumer, events).await;
    }
    assert_eq!(epochs, [1, 2, 3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_reader_is_waited_for_and_what_it_finishes_meanwhile_is_committed() {
    let house = house(1);
    let producer = house.producer();
    send_all(&producer, (0..5).map(|n| record("k", &format!("v{n}"))).collect()).await;
    let (consumer, mut events) = house.consumer(&GroupOptions::default());
    for _ in 0..5 {
        next_record(&mut events).await;
    }
    let stopping = {
        let consumer = consumer.clone();
        tokio::spawn(async move { consumer.stop(PATIENCE).await })
    };
    match within("revocation", events.recv()).await.unwrap() {
        Event::Revoked { partitions, lost, done } => {
            assert_eq!((partitions, lost), (vec![0], false));
            for offset in 0..3 {
                consumer.done(0, offset);
            }
            done.done();
        }
        other => panic!("{other:?}"),
    }
    assert!(stopping.await.unwrap());
    assert!(within("end of events", events.recv()).await.is_none());
    let (consumer, mut events) = house.consumer(&GroupOptions::default());
    assert_eq!(next_record(&mut events).await.offset, 3);
    leave(&consumer, events).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_never_lets_go_is_not_waited_for_for_ever() {
    let house = house(1);
    let options =
        GroupOptions { drain: Some(Duration::from_millis(200)), ..GroupOptions::default() };
    let (consumer, mut events) = house.consumer(&options);
    assigned(&mut events).await;
    let stopping = {
        let consumer = consumer.clone();
        tokio::spawn(async move { consumer.stop(PATIENCE).await })
    };
    let kept = within("revocation", events.recv()).await.unwrap();
    assert!(matches!(kept, Event::Revoked { .. }));
    assert!(stopping.await.unwrap());
    drop(kept);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_whose_events_are_dropped_ends() {
    let house = house(1);
    let (consumer, mut events) = house.consumer(&GroupOptions::default());
    assigned(&mut events).await;
    drop(events);
    within("end", async {
        while !consumer.owned().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    assert!(consumer.stop(PATIENCE).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lags_count_what_is_not_done() {
    let house = house(1);
    let producer = house.producer();
    send_all(&producer, (0..8).map(|n| record("k", &format!("v{n}"))).collect()).await;
    let options =
        GroupOptions { statistics: Duration::from_millis(100), ..GroupOptions::default() };
    let (consumer, mut events) = house.consumer(&options);
    for offset in 0..3 {
        assert_eq!(next_record(&mut events).await.offset, offset);
        consumer.done(0, offset);
    }
    within("lag", async {
        while consumer.lags() != [(0, 5)] {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    leave(&consumer, events).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_is_read_to_the_watermark_then_ends() {
    let house = house(5);
    let producer = house.producer();
    let of = |n: usize| Outgoing {
        // Partitions 3 and 4 stay empty.
        partition: Some(i32::try_from(n % 3).unwrap()),
        ..record(&format!("k{n}"), &format!("v{n}"))
    };
    send_all(&producer, (0..90).map(of).collect()).await;
    let (reader, mut events) =
        house.reader(&[0, 1, 2, 3, 4], &TableOptions::default(), &CancellationToken::new());
    let mut seen = BTreeSet::new();
    loop {
        match within("table", events.recv()).await.unwrap() {
            TableEvent::Record(record) => assert!(seen.insert(text(&record))),
            TableEvent::Restored { records, bytes, .. } => {
                assert_eq!(records, 90);
                assert!(bytes > 90 * 4);
                break;
            }
            TableEvent::Fatal(reason) => panic!("{reason}"),
        }
    }
    assert_eq!(seen, values(0..90));
    assert!(reader.is_restored());
    assert_eq!((reader.records(), reader.left()), (90, 0));
    assert!(within("end", events.recv()).await.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_table_is_restored_and_then_followed() {
    let house = house(2);
    let stop = CancellationToken::new();
    let options = TableOptions { follow: true, ..TableOptions::default() };
    let (_reader, mut events) = house.reader(&[0, 1], &options, &stop);
    match within("restored", events.recv()).await.unwrap() {
        TableEvent::Restored { records, .. } => assert_eq!(records, 0),
        other => panic!("{other:?}"),
    }
    let producer = house.producer();
    send_all(&producer, vec![record("k", "later")]).await;
    match within("following", events.recv()).await.unwrap() {
        TableEvent::Record(record) => assert_eq!(text(&record), "later"),
        other => panic!("{other:?}"),
    }
    stop.cancel();
    assert!(within("end", events.recv()).await.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_from_the_end_sees_only_what_comes() {
    let house = house(1);
    let producer = house.producer();
    send_all(&producer, vec![record("k", "old")]).await;
    let options = TableOptions { from: Start::End, follow: true, ..TableOptions::default() };
    let (_reader, mut events) = house.reader(&[0], &options, &CancellationToken::new());
    assert!(matches!(
        within("start", events.recv()).await.unwrap(),
        TableEvent::Restored { records: 0, .. }
    ));
    send_all(&producer, vec![record("k", "new")]).await;
    match within("new", events.recv()).await.unwrap() {
        TableEvent::Record(record) => assert_eq!(text(&record), "new"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_goes_away_and_comes_back_costs_nothing() {
    let house = house(2);
    let producer = house.producer();
    let (consumer, mut events) = house.consumer(&GroupOptions::default());
    assigned(&mut events).await;
    send_all(&producer, vec![record("k", "v0")]).await;
    let read = next_record(&mut events).await;
    consumer.done(read.partition, read.offset);

    house.broker.down();
    let sending = {
        let producer = producer.clone();
        let records = (1..40).map(|n| record(&format!("k{n}"), &format!("v{n}"))).collect();
        tokio::spawn(async move { send_all(&producer, records).await })
    };
    // The delivery timeout passes: librdkafka gives up, we do not.
    within("delivery timeout", async {
        while house.stats.sent_again.get() == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    assert_eq!(producer.in_flight(), 39);
    assert!(house.stats.failed().contains_key("MessageTimedOut"));
    assert_eq!(producer.flush(Duration::from_millis(50)).await, 39);
    house.broker.up();
    assert_eq!(sending.await.unwrap().len(), 39);
    let mut seen = BTreeSet::from(["v0".to_owned()]);
    while seen.len() < 40 {
        seen.insert(text(&next_record(&mut events).await));
    }
    assert_eq!(seen, values(0..40));
    assert_eq!(producer.flush(PATIENCE).await, 0);
    leave(&consumer, events).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_makes_senders_wait_and_drops_nothing() {
    let mut house = house(1);
    house.kafka.max_message_bytes = 2000;
    house.kafka.queue_kbytes = 4;
    house.kafka.librdkafka.insert("fetch.message.max.bytes".into(), "2000".into());
    let producer = house.producer();
    house.broker.round_trip(Duration::from_millis(20));
    let body = "x".repeat(1000);
    let records = (0..60).map(|n| record(&format!("k{n}"), &body)).collect();
    let delivered = send_all(&producer, records).await;
    let offsets: BTreeSet<i64> = delivered.iter().map(|d| d.offset).collect();
    assert_eq!(offsets, (0..60).collect());
    assert!(house.stats.queue_full.get() > 0);
    assert_eq!(house.stats.queue_waiting.get(), 0);
    assert_eq!(house.stats.sent_messages.get(), 60);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_that_is_too_large_is_told_whether_we_or_the_broker_refuse_it() {
    let mut house = house(1);
    house.kafka.max_message_bytes = 10_000;
    let producer = house.producer();
    let error = producer.send(record("k", &"x".repeat(20_000))).await.unwrap_err();
    assert!(matches!(error, SendError::TooLarge { bytes, .. } if bytes > 20_000), "{error}");
    assert_eq!(error.class(), Class::Skip);

    house.broker.refuse_produce(&[Code::MessageSizeTooLarge]);
    let error = within("refusal", producer.send(record("k", "small"))).await.unwrap_err();
    assert!(matches!(error, SendError::TooLarge { .. }), "{error}");
    // One bad record stops nothing else.
    within("next", producer.send(record("k", "v"))).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_rights_and_fencing_halt_and_a_passing_error_does_not() {
    let house = house(1);
    let producer = house.producer();
    house.broker.refuse_produce(&[Code::NotEnoughReplicas]);
    within("retry", producer.send(record("k", "v"))).await.unwrap();
    house.broker.refuse_produce(&[Code::TopicAuthorizationFailed]);
    let error = within("refusal", producer.send(record("k", "v"))).await.unwrap_err();
    assert!(matches!(error, SendError::Refused { .. }), "{error}");
    assert_eq!(error.class(), Class::Halt);
    for fencing in [Code::ProducerFenced, Code::InvalidProducerEpoch] {
        house.broker.refuse_produce(&[fencing]);
        let error = within("fencing", house.producer().send(record("k", "v"))).await.unwrap_err();
        assert_eq!(error.class(), Class::Halt, "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_for_a_broker_can_be_cancelled() {
    let house = house(1);
    house.broker.down();
    let stop = CancellationToken::new();
    let waiting = {
        let (kafka, stop) = (house.kafka.clone(), stop.clone());
        tokio::spawn(async move { wait_for_broker(&kafka, &stop).await })
    };
    stop.cancel();
    let error = within("cancel", waiting).await.unwrap().unwrap_err();
    assert_eq!(error.class(), Class::Halt);
    assert!(error.to_string().contains(&house.kafka.brokers), "{error}");
}
