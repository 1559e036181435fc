//! Reading topics as a consumer would.

use depesche::config;
use depesche::kafka::{
    Record, Stats, TableEvent, TableOptions, TableReader, Topic, partition_count,
};
use depesche::message::{Incident, Message as _, header_names, json_schemas};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use tokio_util::sync::CancellationToken;

pub(crate) fn client(brokers: &str, prefix: &str) -> config::Kafka {
    config::Kafka {
        brokers: brokers.into(),
        topic_prefix: prefix.into(),
        ..config::Kafka::default()
    }
}

pub(crate) fn block_on<F: Future>(work: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// Everything in a topic as it is now, in order within each partition.
pub(crate) fn read(brokers: &str, prefix: &str, topic: Topic) -> Vec<Record> {
    let kafka = client(brokers, prefix);
    let name = topic.name(prefix);
    block_on(async {
        // A broker that was just restarted, or a busy machine, may need a second question.
        let mut asked = 0;
        let count = loop {
            match partition_count(&kafka, &name).await {
                Ok(count) => break count,
                Err(error) if asked == 5 => panic!("{name}: {error}"),
                Err(_) => asked += 1,
            }
        };
        let Some(count) = count else { return Vec::new() };
        let partitions: Vec<i32> = (0..count).collect();
        let (_, mut events) = TableReader::start(
            &kafka,
            "tests",
            &name,
            &partitions,
            &TableOptions::default(),
            CancellationToken::new(),
            Arc::new(Stats::default()),
        )
        .unwrap();
        let mut records = Vec::new();
        while let Some(event) = events.recv().await {
            match event {
                TableEvent::Record(record) => {
                    assert_valid(&record);
                    records.push(*record);
                }
                TableEvent::Restored { .. } => {}
                TableEvent::Fatal(reason) => panic!("{name}: {reason}"),
            }
        }
        records
    })
}

/// A message of ours is what its schema says. What tests put there themselves names no schema, and
/// a dead letter's value is whatever it is.
fn assert_valid(record: &Record) {
    static SCHEMAS: LazyLock<BTreeMap<&str, jsonschema::Validator>> = LazyLock::new(|| {
        let all = json_schemas().into_iter();
        all.map(|(name, schema)| (name, jsonschema::validator_for(&schema).unwrap())).collect()
    });
    let (Some(name), Some(value)) = (record.header(header_names::SCHEMA), &record.value) else {
        return;
    };
    if record.header(header_names::ERROR_STAGE).is_some() {
        return;
    }
    let value = serde_json::from_slice(value).unwrap();
    let validator = &SCHEMAS[std::str::from_utf8(name).unwrap()];
    let errors: Vec<_> =
        validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{}: {errors:?}\n{value:#}", record.topic);
}

/// What a consumer has that upserts by key and keeps the highest revision.
pub(crate) fn incidents(brokers: &str, prefix: &str) -> BTreeMap<String, Incident> {
    let mut table: BTreeMap<String, Incident> = BTreeMap::new();
    for record in read(brokers, prefix, Topic::Incidents) {
        let key = String::from_utf8(record.key.unwrap()).unwrap();
        match record.value {
            None => drop(table.remove(&key)),
            Some(value) => {
                let incident = Incident::from_bytes(&value).unwrap();
                assert_eq!(incident.id, key);
                if table.get(&key).is_none_or(|had| had.revision <= incident.revision) {
                    table.insert(key, incident);
                }
            }
        }
    }
    table
}

/// No incident says two things at one revision.
pub(crate) fn assert_one_content_per_revision(brokers: &str, prefix: &str) {
    let mut said: BTreeMap<(String, u64), Vec<u8>> = BTreeMap::new();
    for record in read(brokers, prefix, Topic::Incidents) {
        let Some(value) = record.value else { continue };
        let incident = Incident::from_bytes(&value).unwrap();
        let before = said.entry((incident.id.clone(), incident.revision)).or_insert(value.clone());
        assert_eq!(
            String::from_utf8_lossy(before),
            String::from_utf8_lossy(&value),
            "{} says two things at revision {}",
            incident.id,
            incident.revision
        );
    }
}

/// Sends bytes as somebody else's producer would.
pub(crate) fn produce(brokers: &str, topic: &str, key: &str, value: &[u8]) {
    use depesche::kafka::{Outgoing, Producer};
    block_on(async {
        let producer = Producer::start(&client(brokers, ""), Arc::new(Stats::default())).unwrap();
        let record = Outgoing {
            topic: topic.into(),
            key: key.into(),
            partition: None,
            value: Some(value.to_vec()),
            headers: Vec::new(),
            time: None,
        };
        producer.send(record).await.unwrap();
        producer.close(std::time::Duration::from_secs(5)).await;
    });
}
