//! The Kafka layer on a real Apache Kafka: what the in-process broker cannot show.
//!
//! Skipped, with a word on standard error, where no Kafka can be had.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // helpers of tests

#[path = "support/real.rs"]
mod real;

use depesche::config::{Kafka, SaslMechanism, Secret, SecurityProtocol};
use depesche::kafka::{
    Delivered, DifferenceKind, Event, GroupConsumer, GroupOptions, Outgoing, Producer, Record,
    SendError, Stats, TableEvent, TableOptions, TableReader, Topic, TopicPlan, check_options,
    compare, create_missing, partition_for, plan, wait_for_broker,
};
use rdkafka::ClientConfig;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use real::RealKafka;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::Receiver;
use tokio_util::sync::CancellationToken;

/// Ends a test that hangs; no test waits for it.
const PATIENCE: Duration = Duration::from_mins(2);

async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("hangs: {what}"))
}

fn config(broker: &RealKafka, name: &str) -> Kafka {
    let mut kafka = Kafka {
        brokers: broker.bootstrap().into(),
        topic_prefix: RealKafka::fresh_prefix(name),
        delivery_timeout_seconds: 4,
        session_timeout_seconds: 6,
        ..Kafka::default()
    };
    for (name, value) in [("reconnect.backoff.max.ms", "500"), ("heartbeat.interval.ms", "300")] {
        kafka.librdkafka.insert(name.into(), value.into());
    }
    kafka
}

/// The plan of `articles`, with so many partitions and these settings changed.
fn topic(kafka: &Kafka, partitions: i32, settings: &[(&'static str, &str)]) -> TopicPlan {
    let mut topic = plan(kafka, 1).into_iter().find(|p| p.topic == Topic::Articles).unwrap();
    topic.partitions = partitions;
    topic.settings.retain(|(name, _)| settings.iter().all(|(changed, _)| changed != name));
    topic.settings.extend(settings.iter().map(|(name, value)| (*name, (*value).to_owned())));
    topic
}

async fn make(kafka: &Kafka, topic: &TopicPlan) {
    within("broker", wait_for_broker(kafka, &CancellationToken::new())).await.unwrap();
    within("topic", create_missing(kafka, std::slice::from_ref(topic))).await.unwrap();
}

fn record(topic: &str, key: &str, value: &str) -> Outgoing {
    Outgoing {
        topic: topic.into(),
        key: key.into(),
        partition: None,
        value: Some(value.into()),
        headers: Vec::new(),
        time: None,
    }
}

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

fn many(topic: &str, range: std::ops::Range<usize>) -> Vec<Outgoing> {
    range.map(|n| record(topic, &format!("k{n}"), &format!("v{n}"))).collect()
}

fn text(record: &Record) -> String {
    String::from_utf8(record.value.clone().unwrap()).unwrap()
}

struct Member {
    consumer: GroupConsumer,
    events: Receiver<Event>,
    owned: BTreeSet<i32>,
}

impl Member {
    fn join(kafka: &Kafka, topic: &str, options: &GroupOptions) -> Self {
        let group = format!("{}group", kafka.topic_prefix);
        let (consumer, events) =
            GroupConsumer::start(kafka, &group, topic, options, Arc::default()).unwrap();
        Self { consumer, events, owned: BTreeSet::new() }
    }

    /// Handles the next event as a stage does; the record, if it is one.
    async fn next(&mut self) -> Option<Record> {
        match self.events.recv().await.expect("events ended") {
            Event::Assigned(partitions) => self.owned.extend(partitions),
            Event::Revoked { partitions, .. } => {
                self.owned.retain(|p| !partitions.contains(p));
            }
            Event::Record(record) => return Some(*record),
            Event::Fatal(reason) => panic!("{reason}"),
        }
        None
    }

    async fn record(&mut self) -> Record {
        loop {
            if let Some(record) = within("record", self.next()).await {
                return record;
            }
        }
    }

    async fn leave(mut self) {
        let events = &mut self.events;
        let drain = async { while events.recv().await.is_some() {} };
        let (stopped, ()) = tokio::join!(self.consumer.stop(PATIENCE), drain);
        assert!(stopped);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn topics_are_created_once_as_planned_and_differences_are_told() {
    let Some(broker) = RealKafka::shared() else { return };
    let kafka = config(&broker, "topics");
    within("broker", wait_for_broker(&kafka, &CancellationToken::new())).await.unwrap();
    let plans = plan(&kafka, 2);
    let missing = compare(&kafka, &plans).await.unwrap();
    assert_eq!(missing.len(), 6);
    assert!(missing.iter().all(|d| d.kind == DifferenceKind::Missing));

    let created = create_missing(&kafka, &plans).await.unwrap();
    assert_eq!(created.len(), 6);
    assert_eq!(create_missing(&kafka, &plans).await.unwrap(), []);
    assert_eq!(compare(&kafka, &plans).await.unwrap(), []);

    let mut changed = plans.clone();
    changed[0].partitions += 1;
    changed[1].settings[0].1 = "compact".into();
    let differences = compare(&kafka, &changed).await.unwrap();
    assert_eq!(differences.len(), 2, "{differences:?}");
    assert_eq!(differences[0].kind, DifferenceKind::Partitions { expected: 25, found: 24 });
    assert!(
        matches!(&differences[1].kind, DifferenceKind::Setting { name, .. } if name == "cleanup.policy")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_members_share_the_partitions_and_one_takes_over_when_the_other_leaves() {
    let Some(broker) = RealKafka::shared() else { return };
    let mut kafka = config(&broker, "share");
    // Longer than our patience: the group must learn of the leaving from the one who leaves.
    kafka.session_timeout_seconds = 300;
    let topic = topic(&kafka, 6, &[]);
    make(&kafka, &topic).await;
    let name = topic.name.as_str();
    let producer = Producer::start(&kafka, Arc::default()).unwrap();
    for (n, delivered) in send_all(&producer, many(name, 0..300)).await.iter().enumerate() {
        assert_eq!(delivered.partition, partition_for(format!("k{n}").as_bytes(), 6));
    }

    let mut done: BTreeMap<String, usize> = BTreeMap::new();
    let mut first = Member::join(&kafka, name, &GroupOptions::default());
    while done.len() < 100 {
        let read = first.record().await;
        first.consumer.done(read.partition, read.offset);
        *done.entry(text(&read)).or_default() += 1;
    }
    let mut second = Member::join(&kafka, name, &GroupOptions::default());
    within("sharing", async {
        while (first.owned.len(), second.owned.len()) != (3, 3) || done.len() < 300 {
            let (member, read) = tokio::select! {
                read = first.next() => (&first, read),
                read = second.next() => (&second, read),
            };
            if let Some(read) = read {
                member.consumer.done(read.partition, read.offset);
                *done.entry(text(&read)).or_default() += 1;
            }
        }
    })
    .await;
    assert!(first.owned.is_disjoint(&second.owned));
    // Everything was done before it was given up, so nothing came twice.
    assert!(done.values().all(|times| *times == 1), "{done:?}");

    first.leave().await;
    within("take-over", async {
        while second.owned.len() < 6 {
            assert!(second.next().await.is_none(), "a finished record came again");
        }
    })
    .await;
    send_all(&producer, many(name, 300..320)).await;
    let mut later = BTreeSet::new();
    while later.len() < 20 {
        later.insert(text(&second.record().await));
    }
    assert!(later.iter().all(|value| !done.contains_key(value)));
    second.leave().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_static_member_that_restarts_finds_its_partitions_and_disturbs_nobody() {
    let Some(broker) = RealKafka::shared() else { return };
    let mut kafka = config(&broker, "static");
    kafka.session_timeout_seconds = 300;
    let topic = topic(&kafka, 4, &[]);
    make(&kafka, &topic).await;
    let named = |name: &str| Kafka { instance_id: name.into(), ..kafka.clone() };
    let mut first = Member::join(&named("pod-0"), &topic.name, &GroupOptions::default());
    let mut second = Member::join(&named("pod-1"), &topic.name, &GroupOptions::default());
    within("sharing", async {
        while (first.owned.len(), second.owned.len()) != (2, 2) {
            tokio::select! { _ = first.next() => {}, _ = second.next() => {} }
        }
    })
    .await;
    let before = first.owned.clone();
    first.leave().await;
    let mut again = Member::join(&named("pod-0"), &topic.name, &GroupOptions::default());
    within("return", async {
        while again.owned != before {
            again.next().await;
        }
    })
    .await;
    assert!(second.events.try_recv().is_err(), "the other member was disturbed");
    again.leave().await;
    second.leave().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_owner_beside_a_living_one_has_the_higher_epoch() {
    let Some(broker) = RealKafka::shared() else { return };
    let kafka = config(&broker, "epoch");
    let topic = topic(&kafka, 2, &[]);
    make(&kafka, &topic).await;
    let options = GroupOptions { fence: true, hold: true, ..GroupOptions::default() };
    let mut first = Member::join(&kafka, &topic.name, &options);
    within("first", async {
        while first.owned.len() < 2 {
            first.next().await;
        }
    })
    .await;
    let before = first.consumer.epoch();
    assert!(before > 0);
    let mut second = Member::join(&kafka, &topic.name, &options);
    within("second", async {
        while (first.owned.len(), second.owned.len()) != (1, 1) {
            tokio::select! { _ = first.next() => {}, _ = second.next() => {} }
        }
    })
    .await;
    assert!(second.consumer.epoch() > before);
    // Taking the partition back is a new ownership too.
    let between = second.consumer.epoch();
    second.leave().await;
    within("back", async {
        while first.owned.len() < 2 {
            first.next().await;
        }
    })
    .await;
    assert!(first.consumer.epoch() > between);
    first.leave().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_with_gaps_and_markers_at_its_end_is_restored() {
    let Some(broker) = RealKafka::shared() else { return };
    let kafka = config(&broker, "markers");
    let settings = [
        ("cleanup.policy", "compact"),
        ("segment.ms", "100"),
        ("min.cleanable.dirty.ratio", "0.001"),
        ("min.compaction.lag.ms", "0"),
        ("max.compaction.lag.ms", "100"),
    ];
    let topic = topic(&kafka, 2, &settings);
    make(&kafka, &topic).await;
    let producer = Producer::start(&kafka, Arc::default()).unwrap();
    let put = |n: usize| Outgoing {
        partition: Some(0),
        ..record(&topic.name, &format!("k{}", n % 3), &format!("v{n}"))
    };
    for n in 0..30 {
        within("send", producer.send(put(n))).await.unwrap();
    }
    // A foreign transaction, aborted: its records are hidden, its marker is the end of the log.
    let (brokers, name) = (kafka.brokers.clone(), topic.name.clone());
    tokio::task::spawn_blocking(move || {
        let foreign: BaseProducer = ClientConfig::new()
            .set("bootstrap.servers", brokers)
            .set("transactional.id", format!("{name}-foreign"))
            .create()
            .unwrap();
        foreign.init_transactions(PATIENCE).unwrap();
        foreign.begin_transaction().unwrap();
        foreign.send(BaseRecord::to(&name).partition(0).key("x").payload("hidden")).unwrap();
        foreign.flush(PATIENCE).unwrap();
        foreign.abort_transaction(PATIENCE).unwrap();
    })
    .await
    .unwrap();

    let read = || async {
        let (_reader, mut events) = TableReader::start(
            &kafka,
            "t.table",
            &topic.name,
            &[0, 1],
            &TableOptions::default(),
            CancellationToken::new(),
            Arc::default(),
        )
        .unwrap();
        let mut table = BTreeMap::new();
        loop {
            match within("table", events.recv()).await.unwrap() {
                TableEvent::Record(record) => {
                    let key = String::from_utf8(record.key.clone().unwrap()).unwrap();
                    table.insert(key, text(&record));
                }
                TableEvent::Restored { records, .. } => return (table, records),
                TableEvent::Fatal(reason) => panic!("{reason}"),
            }
        }
    };
    let expected: BTreeMap<String, String> =
        [("k0", "v27"), ("k1", "v28"), ("k2", "v29")].map(|(k, v)| (k.into(), v.into())).into();
    assert_eq!(read().await.0, expected);
    // Until the broker has compacted: fewer records, the same table, still restored.
    within("compaction", async {
        loop {
            // A write closes the segment, which only then may be compacted.
            producer.send(put(29)).await.unwrap();
            let (table, records) = read().await;
            assert_eq!(table, expected);
            if records < 15 {
                break;
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_topic_finds_too_large_is_told_and_its_neighbours_pass() {
    let Some(broker) = RealKafka::shared() else { return };
    let kafka = config(&broker, "large");
    let topic = topic(&kafka, 1, &[("max.message.bytes", "200000")]);
    make(&kafka, &topic).await;
    let producer = Producer::start(&kafka, Arc::default()).unwrap();
    // Bytes that lz4 cannot shrink.
    let mut seed = 1_u64;
    let large: String = (0..400_000)
        .map(|_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            char::from(b'!' + u8::try_from((seed >> 33) % 90).unwrap())
        })
        .collect();
    let tasks: Vec<_> = (0..50)
        .map(|n| {
            let value = if n == 25 { large.clone() } else { format!("v{n}") };
            let (producer, record) = (producer.clone(), record(&topic.name, "k", &value));
            tokio::spawn(async move { producer.send(record).await })
        })
        .collect();
    for (n, task) in tasks.into_iter().enumerate() {
        match within("send", task).await.unwrap() {
            Ok(_) => assert_ne!(n, 25),
            Err(SendError::TooLarge { .. }) => assert_eq!(n, 25),
            Err(other) => panic!("{n}: {other}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_crashes_and_comes_back_costs_nothing() {
    if std::env::var_os("DEPESCHE_TEST_KAFKA").is_some() {
        eprintln!("SKIPPED: the broker of DEPESCHE_TEST_KAFKA is not ours to crash");
        return;
    }
    let Some(broker) = RealKafka::own() else { return };
    let kafka = config(&broker, "crash");
    let topic = topic(&kafka, 3, &[]);
    make(&kafka, &topic).await;
    let stats = Arc::new(Stats::default());
    let producer = Producer::start(&kafka, Arc::clone(&stats)).unwrap();
    let mut member = Member::join(&kafka, &topic.name, &GroupOptions::default());
    send_all(&producer, many(&topic.name, 0..50)).await;
    let mut seen = BTreeSet::new();
    while seen.len() < 50 {
        let read = member.record().await;
        member.consumer.done(read.partition, read.offset);
        seen.insert(text(&read));
    }
    broker.crash();
    let sending = {
        let (producer, records) = (producer.clone(), many(&topic.name, 50..150));
        tokio::spawn(async move { send_all(&producer, records).await })
    };
    within("delivery timeout", async {
        while stats.sent_again.get() == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    broker.restart();
    assert_eq!(within("deliveries", sending).await.unwrap().len(), 100);
    while seen.len() < 150 {
        let read = member.record().await;
        member.consumer.done(read.partition, read.offset);
        seen.insert(text(&read));
    }
    member.leave().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_and_login_work_and_neither_a_stranger_nor_a_wrong_password_gets_through() {
    if std::env::var_os("DEPESCHE_TEST_KAFKA").is_some() {
        eprintln!("SKIPPED: the broker of DEPESCHE_TEST_KAFKA has no listener with TLS for us");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    // The broker's, and that of somebody else who would like to be the broker.
    for (key, cert) in [("key.pem", "cert.pem"), ("stranger-key.pem", "stranger.pem")] {
        let openssl = std::process::Command::new("openssl")
            .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"])
            .args(["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"])
            .args(["-keyout", &path(key), "-out", &path(cert)])
            .output()
            .unwrap();
        assert!(openssl.status.success(), "{}", String::from_utf8_lossy(&openssl.stderr));
    }
    let read = |name: &str| std::fs::read_to_string(path(name)).unwrap();
    std::fs::write(path("server.pem"), read("key.pem") + &read("cert.pem")).unwrap();
    let (port, secure) = (real::ports(), real::ports());
    let login = "org.apache.kafka.common.security";
    let properties = [
        format!(
            "listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{},SECURE://127.0.0.1:{secure}",
            port + 1
        ),
        format!("advertised.listeners=PLAINTEXT://127.0.0.1:{port},SECURE://127.0.0.1:{secure}"),
        "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL"
            .into(),
        "listener.name.secure.ssl.keystore.type=PEM".into(),
        format!("listener.name.secure.ssl.keystore.location={}", path("server.pem")),
        "listener.name.secure.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512".into(),
        format!(
            "listener.name.secure.plain.sasl.jaas.config={login}.plain.PlainLoginModule required user_melder=\"geheim\";"
        ),
        format!(
            "listener.name.secure.scram-sha-256.sasl.jaas.config={login}.scram.ScramLoginModule required;"
        ),
        format!(
            "listener.name.secure.scram-sha-512.sasl.jaas.config={login}.scram.ScramLoginModule required;"
        ),
    ];
    std::fs::write(path("extra.properties"), properties.join("\n")).unwrap();
    let [extra, cert, stranger] = ["extra.properties", "cert.pem", "stranger.pem"].map(path);
    let users = [256, 512].map(|n| format!("SCRAM-SHA-{n}=[name=melder,password=geheim]"));
    let more = [extra.as_str(), "--add-scram", &users[0], "--add-scram", &users[1]];
    let Some(_broker) = RealKafka::own_with(dir, port, &more) else { return };

    let mut kafka = Kafka {
        brokers: format!("127.0.0.1:{secure}"),
        topic_prefix: RealKafka::fresh_prefix("tls"),
        security_protocol: SecurityProtocol::SaslSsl,
        ..Kafka::default()
    };
    kafka.tls.ca_file = cert;
    kafka.sasl.username = "melder".into();
    kafka.sasl.password = Secret::new("geheim");
    let topic = topic(&kafka, 1, &[]);
    for mechanism in [SaslMechanism::Plain, SaslMechanism::ScramSha256, SaslMechanism::ScramSha512]
    {
        kafka.sasl.mechanism = mechanism;
        assert_eq!(check_options(&kafka), []);
        make(&kafka, &topic).await;
        let producer = Producer::start(&kafka, Arc::default()).unwrap();
        within("send", producer.send(record(&topic.name, "k", "v"))).await.unwrap();
    }
    let mut member = Member::join(&kafka, &topic.name, &GroupOptions::default());
    assert_eq!(text(&member.record().await), "v");
    member.leave().await;

    // A broker whose certificate nobody we trust has signed gets no record, and no password.
    let mut deceived = kafka.clone();
    deceived.tls.ca_file = stranger;
    deceived.delivery_timeout_seconds = 2;
    let stats = Arc::<Stats>::default();
    let producer = Producer::start(&deceived, Arc::clone(&stats)).unwrap();
    let sender = producer.clone();
    let secret = record(&topic.name, "k", "not for strangers");
    let sending = tokio::spawn(async move { sender.send(secret).await });
    within("an attempt that fails", async {
        while stats.sent_again.get() == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    assert_eq!(stats.sent_messages.get(), 0);
    producer.close(Duration::ZERO).await;
    assert!(matches!(within("the end", sending).await.unwrap(), Err(SendError::Closed)));

    kafka.sasl.password = Secret::new("falsch-verraten");
    let error = within("refusal", wait_for_broker(&kafka, &CancellationToken::new())).await;
    let told = error.unwrap_err().to_string();
    assert!(told.to_lowercase().contains("authentication"), "{told}");
    assert!(!told.contains("verraten"), "{told}");
}
