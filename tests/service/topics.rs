//! Topics and their settings, and restoring from a compacted one. On real Kafka.

use crate::support::kafka;
use crate::support::process::depesche;
use crate::support::topic::{block_on, client};
use crate::support::wait_for;
use depesche::kafka::{
    Difference, DifferenceKind, Stats, TableEvent, TableOptions, TableReader, compare, plan,
};
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::producer::{BaseRecord, Producer as _, ThreadedProducer};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

#[test]
fn topics_are_created_with_their_settings_and_never_altered() {
    let Some(kafka) = kafka::shared() else { return };
    let brokers = kafka.bootstrap();
    let prefix = kafka::prefix("topics");
    let create = |further: &[(&str, &str)]| {
        let mut command = depesche();
        command
            .args(["topics", "create", "--brokers", brokers])
            .env("DEPESCHE_KAFKA__TOPIC_PREFIX", &prefix);
        for (name, value) in further {
            command.env(name, value);
        }
        let output = command.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code(), text)
    };
    let (code, text) = create(&[]);
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(text.matches("created ").count(), 6, "{text}");
    let mut config = client(brokers, &prefix);
    assert_eq!(block_on(compare(&config, &plan(&config, 1))).unwrap(), Vec::<Difference>::new());

    // Again: nothing to do.
    let (code, text) = create(&[]);
    assert_eq!((code, text.matches("created ").count()), (Some(0), 0), "{text}");

    // Cut differently: told, not altered.
    let (code, text) = create(&[("DEPESCHE_KAFKA__PARTITIONS", "{ articles = 3 }")]);
    assert_eq!(code, Some(69), "{text}");
    assert!(text.contains("has 12 partitions, configured are 3"), "{text}");
    config.partitions.insert("articles".into(), 3);
    let found = block_on(compare(&config, &plan(&config, 1))).unwrap();
    let kinds: Vec<&DifferenceKind> = found.iter().map(|d| &d.kind).collect();
    assert!(matches!(kinds[..], [DifferenceKind::Partitions { expected: 3, found: 12 }]));

    // `check` tells the same and fails.
    let output = depesche()
        .arg("check")
        .env("DEPESCHE_KAFKA__BROKERS", brokers)
        .env("DEPESCHE_KAFKA__TOPIC_PREFIX", &prefix)
        .env("DEPESCHE_KAFKA__PARTITIONS", "{ articles = 3 }")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(69), "{output:?}");
}

/// After compaction offsets have gaps and the last record may lie below the high watermark.
#[test]
fn a_compacted_partition_is_read_back_to_its_end() {
    let Some(kafka) = kafka::shared() else { return };
    let brokers = kafka.bootstrap();
    let topic = format!("{}compacted", kafka::prefix("compaction"));
    let mut config = rdkafka::ClientConfig::new();
    config.set("bootstrap.servers", brokers);
    let admin: AdminClient<DefaultClientContext> = config.create().unwrap();
    let new = NewTopic::new(&topic, 1, TopicReplication::Fixed(1))
        .set("cleanup.policy", "compact")
        .set("segment.ms", "100")
        .set("min.cleanable.dirty.ratio", "0.01")
        .set("max.compaction.lag.ms", "200");
    let made = block_on(admin.create_topics([&new], &AdminOptions::new())).unwrap();
    assert!(made.iter().all(Result::is_ok), "{made:?}");

    let producer: ThreadedProducer<rdkafka::producer::DefaultProducerContext> =
        config.create().unwrap();
    let send = |key: &str, value: &str| {
        producer.send(BaseRecord::to(&topic).key(key).payload(value)).map_err(|(e, _)| e).unwrap();
    };
    for round in 0..50 {
        for key in 0..20 {
            send(&format!("key-{key}"), &format!("value {round} of {key}"));
        }
    }
    producer.flush(Duration::from_secs(10)).unwrap();

    let table = || -> (u64, BTreeMap<String, String>) {
        block_on(async {
            let (_, mut events) = TableReader::start(
                &client(brokers, ""),
                "tests",
                &topic,
                &[0],
                &TableOptions::default(),
                CancellationToken::new(),
                Arc::new(Stats::default()),
            )
            .unwrap();
            let mut table = BTreeMap::new();
            let mut restored = None;
            while let Some(event) = events.recv().await {
                match event {
                    TableEvent::Record(record) => {
                        let text =
                            |bytes: Option<Vec<u8>>| String::from_utf8(bytes.unwrap()).unwrap();
                        table.insert(text(record.key), text(record.value));
                    }
                    TableEvent::Restored { records, .. } => restored = Some(records),
                    TableEvent::Fatal(reason) => panic!("{reason}"),
                }
            }
            (restored.expect("restored"), table)
        })
    };
    wait_for("the broker to compact", || {
        // A further record rolls the segment that holds the rest.
        send("roller", "x");
        producer.flush(Duration::from_secs(10)).unwrap();
        let (records, table) = table();
        for key in 0..20 {
            let last = table.get(&format!("key-{key}")).map(String::as_str);
            assert_eq!(last, Some(format!("value 49 of {key}").as_str()));
        }
        (records < 500).then_some(())
    });
}
