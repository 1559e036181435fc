//! The newest dead letters.

use super::answer::{DeadLetter, DeadLetters};
use super::query::{BadQuery, Parameter, number, pairs};
use crate::kafka::Record;
use crate::message::{Timestamp, header_names as names};
use std::collections::BTreeMap;

/// Dead letters that are kept.
const MAX_KEPT: usize = 500;
/// Longest text of one that is kept, in characters.
const MAX_CHARS: usize = 1_000;
/// The beginning of the value that is kept, in bytes.
const PREVIEW: usize = 1_000;

/// What can be asked for.
pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "stage",
        schema: r#"{"type":"string","maxLength":200}"#,
        description: "Only from this stage.",
    },
    Parameter {
        name: "reason",
        schema: r#"{"type":"string","maxLength":200}"#,
        description: "Only for this reason.",
    },
    Parameter {
        name: "limit",
        schema: r#"{"type":"integer","minimum":1,"maximum":500,"default":100}"#,
        description: "Dead letters in the answer.",
    },
];

/// Which dead letters are wanted.
#[derive(Debug, Default)]
pub(super) struct WantedLetters {
    stage: Option<String>,
    reason: Option<String>,
    limit: Option<usize>,
}

impl WantedLetters {
    pub(super) fn parse(query: &str) -> Result<Self, BadQuery> {
        let mut wanted = Self::default();
        for (name, value) in pairs(query, &[PARAMETERS])? {
            match name.as_str() {
                "limit" => wanted.limit = Some(number(&name, &value, MAX_KEPT)?),
                "stage" => wanted.stage = Some(value),
                _ => wanted.reason = Some(value),
            }
        }
        Ok(wanted)
    }
}

/// A record as it is shown. Whoever writes to the topic may write anything, so everything is cut.
pub(super) fn read(record: &Record, time: Option<Timestamp>) -> DeadLetter {
    let cut = |bytes: &[u8]| -> String {
        let bytes = bytes.get(..bytes.len().min(MAX_CHARS * 4)).unwrap_or_default();
        String::from_utf8_lossy(bytes).chars().take(MAX_CHARS).collect()
    };
    let header = |name: &str| record.header(name).map(cut);
    let value = record.value.as_deref().unwrap_or_default();
    let preview = value.get(..value.len().min(PREVIEW)).unwrap_or_default();
    DeadLetter {
        partition: record.partition,
        offset: record.offset,
        time,
        stage: header(names::ERROR_STAGE),
        reason: header(names::ERROR_REASON),
        detail: header(names::ERROR_DETAIL),
        key: record.key.as_deref().map(cut).unwrap_or_default(),
        source_topic: header(names::SOURCE_TOPIC),
        source_partition: header(names::SOURCE_PARTITION),
        source_offset: header(names::SOURCE_OFFSET),
        bytes: value.len(),
        preview: String::from_utf8_lossy(preview).into_owned(),
    }
}

#[derive(Debug, Default)]
pub(super) struct Store {
    /// By time and position, so that reading twice adds nothing.
    kept: BTreeMap<(Option<Timestamp>, i32, i64), DeadLetter>,
    evicted: u64,
}

impl Store {
    pub(super) fn put(&mut self, letter: DeadLetter) {
        self.kept.insert((letter.time, letter.partition, letter.offset), letter);
        while self.kept.len() > MAX_KEPT {
            self.kept.pop_first();
            self.evicted += 1;
        }
    }

    pub(super) fn list(&self, wanted: &WantedLetters) -> DeadLetters {
        let is =
            |wanted: &Option<String>, found: &Option<String>| wanted.is_none() || wanted == found;
        let fits = |letter: &&DeadLetter| {
            is(&wanted.stage, &letter.stage) && is(&wanted.reason, &letter.reason)
        };
        let limit = wanted.limit.unwrap_or(100);
        let dead_letters = self.kept.values().rev().filter(fits).take(limit).cloned().collect();
        DeadLetters { dead_letters, kept: self.kept.len(), evicted: self.evicted }
    }
}
