//! Articles to reports to incidents, once more.
//!
//! Partitions are read side by side and merged by the moment each article was first seen, so that
//! the linker sees them as it did; memory holds a few records of each partition, the open
//! incidents, and the window of fingerprints.

use super::compare::Side;
use crate::cli::extract::extractor;
use crate::config::Config;
use crate::dedup::{self, Index, Prepared, fingerprint};
use crate::extract::Extractor;
use crate::kafka::{
    self, Outgoing, Producer, Record, Start, Stats, TableEvent, TableOptions, TableReader, Topic,
};
use crate::link::{Output, Settings, Shard};
use crate::message::{
    Article, DuplicateOf, Incident, Message, Report, Timestamp, cloud_event, header_names, rfc3339,
};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Records of one partition that wait.
const AHEAD: usize = 32;
/// Messages that are sent at once.
const BATCH: usize = 256;
/// Articles after which fingerprints that left their window are forgotten.
const EXPIRE_EVERY: u64 = 1_000;
const DAY: i64 = 86_400;

/// What came out.
#[derive(Debug, Default)]
pub(super) struct Rebuilt {
    pub(super) articles: u64,
    pub(super) reports: u64,
    pub(super) incidents: Side,
}

/// Reads all articles of the interval and writes what the current rules make of them.
pub(super) async fn rebuild(
    config: &Config,
    target: &Config,
    since: Timestamp,
    until: Timestamp,
    stop: &CancellationToken,
) -> anyhow::Result<Rebuilt> {
    let plans: Vec<_> = kafka::plan(&target.kafka, target.link.shards)
        .into_iter()
        .filter(|plan| matches!(plan.topic, Topic::Reports | Topic::Incidents))
        .collect();
    kafka::create_missing(&target.kafka, &plans).await?;
    let mut articles = Merged::start(config, stop).await?;
    let mut work = Work {
        extractor: extractor(config)?,
        index: Index::new(dedup::Settings { window_days: config.extract.duplicate_window_days }),
        shard: Shard::new(Settings::from(&config.link)),
        producer: Producer::start(&target.kafka, Arc::default())?,
        target,
        waiting: Waiting::default(),
        out: Rebuilt::default(),
        range: (since, until),
    };
    while let Some((seen, record)) = articles.next().await? {
        if seen < since || seen >= until {
            continue;
        }
        let Some(Ok(article)) = record.value.as_deref().map(Article::from_bytes) else { continue };
        work.take(&article, seen);
        if work.waiting.len() >= BATCH {
            work.send().await?;
        }
    }
    work.send().await?;
    work.producer.close(Duration::from_secs(10)).await;
    Ok(work.out)
}

/// When an article was first seen: the record's CloudEvents time, else its Kafka time.
fn seen_at(record: &Record) -> Timestamp {
    let header = record.header(header_names::CE_TIME).and_then(|v| std::str::from_utf8(v).ok());
    header
        .and_then(rfc3339)
        .unwrap_or_else(|| Timestamp::from_second(record.timestamp_ms.unwrap_or(0) / 1_000))
}

/// Partitions of `articles`, merged by time.
struct Merged {
    partitions: Vec<Receiver<TableEvent>>,
    /// The next record of each partition that has one.
    heads: BTreeMap<(Timestamp, usize), Box<Record>>,
    started: bool,
}

impl Merged {
    async fn start(config: &Config, stop: &CancellationToken) -> anyhow::Result<Self> {
        let name = Topic::Articles.name(&config.kafka.topic_prefix);
        let Some(count) = kafka::partition_count(&config.kafka, &name).await? else {
            anyhow::bail!("there is no topic {name} at {}", config.kafka.brokers)
        };
        let options = TableOptions { from: Start::Beginning, follow: false, capacity: AHEAD };
        let stats = Arc::new(Stats::default());
        let mut partitions = Vec::new();
        for partition in 0..count {
            let (stop, stats) = (stop.clone(), Arc::clone(&stats));
            let (_, events) = TableReader::start(
                &config.kafka,
                "depesche.replay",
                &name,
                &[partition],
                &options,
                stop,
                stats,
            )?;
            partitions.push(events);
        }
        Ok(Self { partitions, heads: BTreeMap::new(), started: false })
    }

    async fn next(&mut self) -> anyhow::Result<Option<(Timestamp, Box<Record>)>> {
        if !self.started {
            self.started = true;
            for partition in 0..self.partitions.len() {
                self.fill(partition).await?;
            }
        }
        let Some(((seen, partition), record)) = self.heads.pop_first() else { return Ok(None) };
        self.fill(partition).await?;
        Ok(Some((seen, record)))
    }

    async fn fill(&mut self, partition: usize) -> anyhow::Result<()> {
        let Some(events) = self.partitions.get_mut(partition) else { return Ok(()) };
        while let Some(event) = events.recv().await {
            match event {
                TableEvent::Record(record) => {
                    self.heads.insert((seen_at(&record), partition), record);
                    return Ok(());
                }
                TableEvent::Restored { .. } => {}
                TableEvent::Fatal(reason) => anyhow::bail!("articles: {reason}"),
            }
        }
        Ok(())
    }
}

/// What is to be sent: of an incident only its latest revision, as compaction leaves it.
#[derive(Default)]
struct Waiting {
    reports: Vec<Report>,
    incidents: BTreeMap<String, Option<Box<Incident>>>,
}

impl Waiting {
    fn len(&self) -> usize {
        self.reports.len() + self.incidents.len()
    }
}

struct Work<'a> {
    extractor: Extractor,
    index: Index,
    shard: Shard,
    producer: Producer,
    target: &'a Config,
    waiting: Waiting,
    out: Rebuilt,
    range: (Timestamp, Timestamp),
}

impl Work<'_> {
    fn take(&mut self, article: &Article, seen: Timestamp) {
        self.out.articles += 1;
        let copied = self.copied(article, seen);
        let read = || self.extractor.read(article, seen, copied).reports;
        let Ok(reports) = catch_unwind(AssertUnwindSafe(read)) else {
            tracing::warn!(article = %article.id, "the extractor panicked on this article");
            return;
        };
        let least = self.target.extract.min_confidence;
        for report in reports.into_iter().filter(|report| report.confidence >= least) {
            self.out.reports += 1;
            for output in self.shard.apply(&report) {
                let (id, incident) = match output {
                    Output::Publish(incident) => (incident.id.clone(), Some(incident)),
                    Output::Tombstone { id } => (id, None),
                };
                match &incident {
                    Some(incident) => {
                        self.out.incidents.put(incident, self.range.0, self.range.1);
                    }
                    None => self.out.incidents.remove(&id),
                }
                self.waiting.incidents.insert(id, incident);
            }
            self.waiting.reports.push(report);
        }
    }

    /// What the article repeats, of the articles before it.
    fn copied(&mut self, article: &Article, seen: Timestamp) -> Option<DuplicateOf> {
        let mut print = fingerprint(article, seen);
        let ready = Prepared::from(&print);
        print.of = self.index.find_prepared(&ready);
        self.index.insert_prepared(ready.with(print.of.as_ref()));
        if self.out.articles.is_multiple_of(EXPIRE_EVERY) {
            let days = i64::from(self.target.extract.duplicate_window_days);
            self.index.expire(Timestamp::from_second(seen.as_second() - days * DAY));
        }
        print.of
    }

    async fn send(&mut self) -> anyhow::Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        let prefix = &self.target.kafka.topic_prefix;
        let mut records = Vec::with_capacity(waiting.len());
        for report in &waiting.reports {
            let id = format!("{}/{}", report.id, report.article.revision);
            let time = report.article.time();
            records.push(record(report, Topic::Reports, prefix, &id, time, &report.article.id)?);
        }
        for (id, incident) in &waiting.incidents {
            records.push(match incident {
                Some(i) => {
                    let id = format!("{}/{}", i.id, i.revision);
                    record(i.as_ref(), Topic::Incidents, prefix, &id, i.last_seen, &i.id)?
                }
                None => Outgoing {
                    topic: Topic::Incidents.name(prefix),
                    key: id.clone(),
                    partition: None,
                    value: None,
                    headers: Vec::new(),
                    time: None,
                },
            });
        }
        let mut sends = JoinSet::new();
        for record in records {
            let producer = self.producer.clone();
            sends.spawn(async move { producer.send(record).await });
        }
        while let Some(sent) = sends.join_next().await {
            sent??;
        }
        Ok(())
    }
}

fn record<M: Message>(
    message: &M,
    topic: Topic,
    prefix: &str,
    id: &str,
    time: Timestamp,
    trace: &str,
) -> anyhow::Result<Outgoing> {
    Ok(Outgoing {
        topic: topic.name(prefix),
        key: message.key().to_owned(),
        partition: None,
        value: Some(message.to_bytes()?),
        headers: cloud_event("replay", M::TYPE, M::SCHEMA, id, time, trace),
        time: Some(time),
    })
}
