//! The console as the service holds it.

use super::answer::{Followed, Following, Status};
use super::articles::Packed;
use super::fetch::Fetcher;
use super::follow::{self, Source};
use super::rates::Rates;
use super::stages;
use super::view::View;
use crate::config;
use crate::kafka::{Start, Stats, TableReader, Topic};
use crate::message::Timestamp;
use crate::ops::health::Health;
use crate::ops::metrics::Metrics;
use crate::stage::{FeedList, Stage};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How often the counts of the stages are looked at.
const LOOK: Duration = Duration::from_secs(2);
/// Dead letters that are read of each partition at the start.
const DEAD_LETTERS: u64 = 250;

/// The console. Clones are the same.
#[derive(Debug, Clone)]
pub struct Console(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    view: RwLock<View>,
    readings: Mutex<BTreeMap<Topic, Reading>>,
    rates: Mutex<Rates>,
    feeds: FeedList,
    stages: Vec<Stage>,
    metrics: Arc<Metrics>,
    health: Health,
    started: Timestamp,
    article_records: u64,
    fetcher: Fetcher,
}

/// What is known of one reader.
#[derive(Debug, Default)]
struct Reading {
    reader: Option<TableReader>,
    reason: Option<String>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Console {
    /// Empty, and following nothing yet. `stages` are those that this process runs.
    #[must_use]
    pub fn new(
        config: &config::Console,
        feeds: FeedList,
        stages: Vec<Stage>,
        metrics: Arc<Metrics>,
        health: Health,
    ) -> Self {
        Self(Arc::new(Inner {
            view: RwLock::new(View::new(config)),
            readings: Mutex::default(),
            rates: Mutex::default(),
            feeds,
            stages,
            metrics,
            health,
            started: jiff::Timestamp::now().into(),
            article_records: config.article_records,
            fetcher: Fetcher::default(),
        }))
    }

    /// Follows the topics in the background until the stop; each task ends when its reader has left
    /// the brokers. Needs a tokio runtime.
    #[must_use]
    pub fn follow(
        &self,
        kafka: &config::Kafka,
        stats: &Arc<Stats>,
        stop: &CancellationToken,
    ) -> JoinSet<()> {
        let mut readers = JoinSet::new();
        self.0.fetcher.begin(kafka);
        let sources = [
            (Topic::Incidents, Start::Beginning),
            (Topic::Articles, Start::Tail(self.0.article_records)),
            (Topic::Feeds, Start::Beginning),
            (Topic::DeadLetters, Start::Tail(DEAD_LETTERS)),
        ];
        for (topic, from) in sources {
            let source = Source { kafka: follow::modest(kafka), topic, from };
            let (console, stats, stop) = (self.clone(), Arc::clone(stats), stop.clone());
            readers.spawn(follow::follow(console, source, stats, stop));
        }
        let (console, stop) = (self.clone(), stop.clone());
        readers.spawn(async move {
            let mut tick = tokio::time::interval(LOOK);
            loop {
                tokio::select! {
                    _ = tick.tick() => {}
                    () = stop.cancelled() => return,
                }
                let counts = stages::handled(&console.0.metrics);
                lock(&console.0.rates).note(Instant::now(), counts);
            }
        });
        readers
    }

    /// When a broker last answered one of the console's readers.
    #[must_use]
    pub fn last_contact(&self) -> Option<Instant> {
        let readings = lock(&self.0.readings);
        readings.values().filter_map(|r| r.reader.as_ref()?.last_contact()).max()
    }

    /// The view as it is now.
    pub(super) fn view(&self) -> RwLockReadGuard<'_, View> {
        self.0.view.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the view.
    pub(super) fn change(&self, change: super::view::Change) {
        self.0.view.write().unwrap_or_else(PoisonError::into_inner).apply(change);
    }

    /// What looks for articles on their topic.
    pub(super) fn fetcher(&self) -> &Fetcher {
        &self.0.fetcher
    }

    /// Keeps an article that was looked for.
    pub(super) fn keep_article(&self, article: Packed) {
        self.0.view.write().unwrap_or_else(PoisonError::into_inner).keep_article(article);
    }

    /// A reader of a topic was started.
    pub(super) fn reads(&self, topic: Topic, reader: TableReader) {
        let reading = Reading { reader: Some(reader), reason: None };
        lock(&self.0.readings).insert(topic, reading);
    }

    /// A topic cannot be read at present.
    pub(super) fn waits(&self, topic: Topic, reason: String) {
        let reading = Reading { reader: None, reason: Some(reason) };
        lock(&self.0.readings).insert(topic, reading);
    }

    /// The feed list of this process.
    pub(super) fn feed_list(&self) -> Arc<Vec<config::FeedSource>> {
        self.0.feeds.current()
    }

    /// What tells this process's answers from those of another one, or of one before.
    pub(super) fn epoch(&self) -> i64 {
        self.0.started.as_second()
    }

    /// The process, its stages, and what is followed.
    pub(super) fn status(&self) -> Status {
        let counts = stages::handled(&self.0.metrics);
        let per_minute = lock(&self.0.rates).per_minute(Instant::now(), counts);
        let following = [Topic::Incidents, Topic::Articles, Topic::Feeds, Topic::DeadLetters]
            .into_iter()
            .map(|topic| self.followed(topic))
            .collect();
        let (held, (articles, article_bytes)) = {
            let view = self.view();
            (view.held(), view.articles())
        };
        let ready = self.0.health.ready();
        Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            ready: ready.is_ok(),
            waiting_for: ready.err().unwrap_or_default(),
            stuck: self.0.health.live().err().unwrap_or_default(),
            started: self.0.started,
            stages: stages::lines(&self.0.metrics, &self.0.stages, counts, per_minute),
            following,
            held,
            articles,
            article_bytes,
        }
    }

    fn followed(&self, topic: Topic) -> Followed {
        let readings = lock(&self.0.readings);
        let reading = readings.get(&topic);
        let reader = reading.and_then(|reading| reading.reader.as_ref());
        Followed {
            topic: topic.slug().to_owned(),
            state: match reader {
                None => Following::Waiting,
                Some(reader) if reader.is_restored() => Following::Following,
                Some(_) => Following::Reading,
            },
            reason: reading.and_then(|reading| reading.reason.clone()),
            records: reader.map_or(0, TableReader::records),
            left: reader.map_or(0, TableReader::left),
        }
    }
}
