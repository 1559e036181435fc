//! Keeps a folder with one file for each incident up to date.
//!
//! ```sh
//! cargo run --example consume -- BROKERS FOLDER [TOPIC] [--once]
//! ```
//!
//! Kafka delivers each message at least once, and a message may come again after a restart. The
//! folder is right all the same: a file is only ever replaced by a higher revision, a tombstone
//! deletes it, and the offset is committed after the file. `--once` ends when everything was read,
//! and prints the table.
//!
//! It reads the JSON by its names, as any consumer does; the crate's own types are not needed.
#![allow(clippy::print_stdout, clippy::indexing_slicing)] // what a JSON value lacks reads as null

use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::{ClientConfig, Message as _};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;
use std::time::Duration;

/// Reads a topic into a folder; with `once` until everything there was read.
///
/// # Errors
/// Where Kafka or the folder fails, or a message is not an incident.
pub(crate) fn consume(
    brokers: &str,
    topic: &str,
    folder: &Path,
    once: bool,
) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", brokers)
        .set("group.id", "example-rust")
        // A new group begins with the whole table, not with what is to come.
        .set("auto.offset.reset", "earliest")
        // Ours to say: after the file was written.
        .set("enable.auto.commit", "false")
        .set("enable.partition.eof", "true")
        .create()?;
    consumer.subscribe(&[topic])?;
    let mut ended = BTreeSet::new();
    loop {
        match consumer.poll(Duration::from_secs(1)) {
            None => {}
            Some(Ok(message)) => {
                ended.remove(&message.partition());
                let key = std::str::from_utf8(message.key().ok_or("a message without a key")?)?;
                handle(folder, key, message.payload())?;
                consumer.commit_message(&message, CommitMode::Sync)?;
            }
            Some(Err(KafkaError::PartitionEOF(partition))) => {
                ended.insert(partition);
                if once && ended.len() == consumer.assignment()?.count() {
                    return Ok(());
                }
            }
            Some(Err(error)) => return Err(error.into()),
        }
    }
}

/// One message into the folder.
fn handle(folder: &Path, id: &str, value: Option<&[u8]>) -> Result<(), Box<dyn Error>> {
    let file = folder.join(format!("{id}.json"));
    let Some(value) = value else {
        // Merged or retracted; the message before said which.
        return match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        };
    };
    let revision = |bytes: &[u8]| -> Result<u64, Box<dyn Error>> {
        let incident: Value = serde_json::from_slice(bytes)?;
        Ok(incident["revision"].as_u64().ok_or("an incident without a revision")?)
    };
    if file.exists() && revision(&std::fs::read(&file)?)? >= revision(value)? {
        return Ok(());
    }
    let part = folder.join(format!("{id}.part"));
    std::fs::write(&part, value)?;
    Ok(std::fs::rename(part, file)?)
}

/// Ids and revisions of what is neither merged nor retracted.
///
/// # Errors
/// Where the folder cannot be read.
pub(crate) fn open(folder: &Path) -> Result<BTreeMap<String, u64>, Box<dyn Error>> {
    let mut table = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let incident: Value = serde_json::from_slice(&std::fs::read(entry?.path())?)?;
        if matches!(incident["lifecycle"].as_str(), Some("new" | "updated")) {
            let id = incident["id"].as_str().unwrap_or_default().to_owned();
            table.insert(id, incident["revision"].as_u64().unwrap_or_default());
        }
    }
    Ok(table)
}

/// Runs it from the command line.
///
/// # Errors
/// As [`consume`].
fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (flags, plain): (Vec<_>, Vec<_>) = words.iter().partition(|word| word.starts_with("--"));
    let (brokers, folder, topic) = match plain.as_slice() {
        [brokers, folder] => (brokers.as_str(), folder, "depesche.incidents.v1"),
        [brokers, folder, topic] => (brokers.as_str(), folder, topic.as_str()),
        _ => return Err("consume BROKERS FOLDER [TOPIC] [--once]".into()),
    };
    consume(brokers, topic, Path::new(folder), flags.iter().any(|flag| *flag == "--once"))?;
    for (id, revision) in open(Path::new(folder))? {
        println!("{id} {revision}");
    }
    Ok(())
}
