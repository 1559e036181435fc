//! Articles that are no longer in memory, or never were, are looked for on their topic: one at a
//! time, within limits, and only those that an incident in memory names.

use super::articles::Packed;
use super::state::Console;
use super::view::Wanting;
use crate::config;
use crate::kafka::{Record, Search, Topic};
use crate::message::{Article, Message as _};
use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// How far one search goes: enough for hours of a busy partition.
const SEARCH: Search = Search {
    since_ms: None,
    records: 40_000,
    bytes: 128 * 1024 * 1024,
    time: Duration::from_secs(8),
};
/// Clocks of outlets and brokers may differ by so much.
const SLACK_MS: i64 = 10 * 60 * 1_000;
/// How long what was not found is not looked for again.
const MISSED: Duration = Duration::from_mins(10);
/// How many of these are remembered.
const MAX_MISSED: usize = 1_000;
/// How long a request waits for the searches before it.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct Fetcher {
    kafka: OnceLock<config::Kafka>,
    turn: Semaphore,
    missed: Mutex<BTreeMap<String, Instant>>,
}

impl Default for Fetcher {
    fn default() -> Self {
        Self { kafka: OnceLock::new(), turn: Semaphore::new(1), missed: Mutex::default() }
    }
}

impl Fetcher {
    /// Says where Kafka is; nothing is looked for before.
    pub(super) fn begin(&self, kafka: &config::Kafka) {
        // A second call would bring the same.
        let _ = self.kafka.set(kafka.clone());
    }

    fn was_missed(&self, id: &str) -> bool {
        let missed = self.missed.lock().unwrap_or_else(PoisonError::into_inner);
        missed.get(id).is_some_and(|at| at.elapsed() < MISSED)
    }

    fn missed(&self, id: &str) {
        let mut missed = self.missed.lock().unwrap_or_else(PoisonError::into_inner);
        missed.retain(|_, at| at.elapsed() < MISSED);
        if missed.len() < MAX_MISSED {
            missed.insert(id.to_owned(), Instant::now());
        }
    }
}

impl Console {
    /// Brings an article into memory, where an incident names it and the topic still has it.
    pub(super) async fn fetch_article(&self, id: &str) {
        let fetcher = self.fetcher();
        let Some(wanting) = self.view().wanting(id) else { return };
        if fetcher.was_missed(id) {
            return;
        }
        let turn = tokio::time::timeout(PATIENCE, fetcher.turn.acquire()).await;
        let Ok(Ok(_turn)) = turn else { return };
        // Somebody else may have waited for the same.
        if self.view().wanting(id).is_none() {
            return;
        }
        let Some(kafka) = fetcher.kafka.get().cloned() else { return };
        let key = id.to_owned();
        let found = tokio::task::spawn_blocking(move || search(&kafka, &key, wanting)).await;
        match found {
            Ok(Ok(Some(article))) => self.keep_article(article),
            Ok(Ok(None)) => fetcher.missed(id),
            Ok(Err(reason)) => tracing::warn!(article = id, reason, "cannot look for an article"),
            Err(error) => tracing::error!(article = id, %error, "the search for an article failed"),
        }
    }
}

fn search(kafka: &config::Kafka, id: &str, wanting: Wanting) -> Result<Option<Packed>, String> {
    let topic = Topic::Articles.name(&kafka.topic_prefix);
    let group = format!("{}console", kafka.topic_prefix);
    let since = wanting.published.as_second().saturating_mul(1_000).saturating_sub(SLACK_MS);
    let is_meant = |record: &Record| {
        let article = record.value.as_deref().and_then(|value| Article::from_bytes(value).ok());
        article.is_some_and(|article| article.revision >= wanting.revision)
    };
    let found = Search { since_ms: Some(since), ..SEARCH }
        .run(kafka, &group, &topic, id.as_bytes(), is_meant)
        .map_err(|error| error.to_string())?;
    Ok(found.and_then(|record| Packed::read(record.value.as_deref()?)))
}
