//! Messages that were written once are read forever.
//!
//! The files are never changed: a new field goes into a new file. `SHA256SUMS` keeps them.

use crate::{file, text};
use depesche::message::{Article, FeedState, Fingerprint, Incident, Message, Report};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write as _;

const FOLDER: &str = "tests/fixtures/messages/v1";

fn sums() -> Vec<(String, String)> {
    let sums = text(&format!("{FOLDER}/SHA256SUMS"));
    let parts = sums.lines().map(|line| line.split_once("  ").unwrap());
    parts.map(|(sum, name)| (name.to_owned(), sum.to_owned())).collect()
}

#[test]
fn no_old_message_is_changed_or_left_out() {
    let listed: BTreeSet<String> = sums().into_iter().map(|(name, _)| name).collect();
    let found = std::fs::read_dir(file(FOLDER)).unwrap();
    let found: BTreeSet<String> = found
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "SHA256SUMS")
        .collect();
    assert_eq!(found, listed);
    for (name, sum) in sums() {
        let mut now = String::new();
        for byte in Sha256::digest(std::fs::read(file(FOLDER).join(&name)).unwrap()) {
            write!(now, "{byte:02x}").unwrap();
        }
        assert_eq!(now, sum, "{name} is not what it was");
    }
}

/// What is in `old` and not in `new`, but for what was added by a later version on purpose.
fn lost(old: &Value, new: &Value, path: &str, out: &mut Vec<String>) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for (key, value) in old {
                let path = format!("{path}/{key}");
                match new.get(key) {
                    Some(same) => lost(value, same, &path, out),
                    None if key == "added_later" || value.is_null() => {}
                    None => out.push(path),
                }
            }
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (n, (old, new)) in old.iter().zip(new).enumerate() {
                lost(old, new, &format!("{path}/{n}"), out);
            }
        }
        (old, new) if old == new => {}
        _ => out.push(path.to_owned()),
    }
}

fn read<M: Message>(bytes: &[u8]) -> Value {
    let message = M::from_bytes(bytes).unwrap();
    serde_json::from_slice(&message.to_bytes().unwrap()).unwrap()
}

#[test]
fn every_old_message_is_read_without_loss() {
    let schemas: std::collections::BTreeMap<&str, jsonschema::Validator> =
        depesche::message::json_schemas()
            .into_iter()
            .map(|(name, schema)| (name, jsonschema::validator_for(&schema).unwrap()))
            .collect();
    let mut kinds = BTreeSet::new();
    for (name, _) in sums() {
        let bytes = std::fs::read(file(FOLDER).join(&name)).unwrap();
        let old: Value = serde_json::from_slice(&bytes).unwrap();
        let schema = old["schema"].as_str().unwrap();
        assert!(schemas[schema].is_valid(&old), "{name} does not follow its schema any more");
        let new = match schema {
            Article::SCHEMA => read::<Article>(&bytes),
            FeedState::SCHEMA => read::<FeedState>(&bytes),
            Fingerprint::SCHEMA => read::<Fingerprint>(&bytes),
            Report::SCHEMA => read::<Report>(&bytes),
            Incident::SCHEMA => read::<Incident>(&bytes),
            _ => panic!("{name}: a message of an unknown kind"),
        };
        assert!(schemas[schema].is_valid(&new), "{name}: what is written is not valid");
        let mut missing = Vec::new();
        lost(&old, &new, "", &mut missing);
        assert!(missing.is_empty(), "{name} loses {missing:?}");
        kinds.insert(schema.to_owned());
    }
    assert_eq!(kinds.len(), schemas.len(), "{kinds:?}");
}
