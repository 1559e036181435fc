//! Articles to reports.
//!
//! Fingerprints are taken and compared one after another in the order of arrival; the reading
//! itself runs on several threads. Every process reads all of `fingerprints` and keeps on reading,
//! so that a copy is recognised wherever the first one was worked on.

use super::breaker::Breaker;
use super::publish::{Meta, Published, envelope, publish};
use super::{Context, Stage, StageError, drain_limit, lock};
use crate::dedup::{Index, Prepared, Settings, fingerprint};
use crate::extract::Extractor;
use crate::kafka::{Event, GroupOptions, Record, Topic};
use crate::message::{
    Article, DuplicateOf, Fingerprint, Message as _, Relation, Report, Timestamp,
    dead_letter_reason, header_names, rfc3339,
};
use crate::ops::health::Latch;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::task::{JoinHandle, JoinSet};

/// How often the index forgets what has left its window.
const EXPIRE_EVERY: u64 = 1_000;
const DAY: i64 = 86_400;

/// Runs the stage until it is told to stop.
///
/// # Errors
/// [`StageError`] when Kafka cannot be used any more.
pub async fn run(
    context: Context,
    latch: Latch,
    extractor: Arc<Extractor>,
) -> Result<(), StageError> {
    latch.wait("reading back fingerprints");
    let settings = Settings { window_days: context.config.extract.duplicate_window_days };
    let index = Arc::new(Mutex::new(Index::new(settings)));
    let Some(mut following) = follow_fingerprints(&context, &index).await? else {
        return Ok(());
    };
    latch.wait("joining the consumer group");
    let pulse = context.health.pulse(Stage::Extract.name(), super::LIVENESS);
    let (group, mut events) =
        super::join(&context, Stage::Extract, Topic::Articles, &GroupOptions::default())?;
    let mut worker = Worker {
        context: context.clone(),
        extractor,
        index,
        running: JoinSet::new(),
        busy: BTreeMap::new(),
        breaker: Breaker::default(),
        newest: i64::MIN,
        since_expiry: 0,
    };
    let limit = worker.limit();
    let mut tick = tokio::time::interval(Duration::from_secs(2));
    let ended = loop {
        let pause = worker.breaker.pause(Instant::now());
        let open = pause.is_none() && worker.running.len() < limit;
        tokio::select! {
            () = context.stop.cancelled() => break Ok(()),
            // Without it copies would be missed silently.
            ended = &mut following => break match ended {
                Ok(ended) => ended,
                Err(error) => Err(StageError::Task {
                    stage: Stage::Extract.name(),
                    reason: error.to_string(),
                }),
            },
            Some(ended) = worker.running.join_next() => {
                match worker.finished(ended) {
                    Ok((partition, offset)) => group.done(partition, offset),
                    Err(error) => break Err(error),
                }
            }
            () = tokio::time::sleep(pause.unwrap_or(Duration::MAX)), if pause.is_some() => {}
            event = events.recv(), if open => match event {
                Some(Event::Assigned(_)) => {
                    super::show::rebalance(&context, Stage::Extract);
                    latch.open();
                }
                Some(Event::Record(record)) => worker.begin(record),
                Some(Event::Revoked { partitions, lost, done }) => {
                    super::show::rebalance(&context, Stage::Extract);
                    super::show::forget_lag(&context, Stage::Extract, &partitions);
                    let limit = if lost { Duration::ZERO } else { drain_limit(&context.config) };
                    match worker.drain(Some(&partitions), limit).await {
                        Ok(finished) => finished.into_iter().for_each(|(p, o)| group.done(p, o)),
                        Err(error) => break Err(error),
                    }
                    done.done();
                }
                Some(Event::Fatal(reason)) => break Err(consumer_ended(reason)),
                None => break Err(consumer_ended("the consumer's thread is gone".into())),
            },
            _ = tick.tick() => {
                pulse.tick();
                super::show::lag(&context, Stage::Extract, &group.lags());
            }
        }
    };
    let drained = worker.drain(None, drain_limit(&context.config)).await.map(|finished| {
        for (partition, offset) in finished {
            group.done(partition, offset);
        }
    });
    drop(events);
    group.stop(drain_limit(&context.config)).await;
    ended.and(drained)
}

fn consumer_ended(reason: String) -> StageError {
    StageError::Consumer { stage: Stage::Extract.name(), reason }
}

/// Reads `fingerprints` back and goes on reading it. `None` when the stop came first.
async fn follow_fingerprints(
    context: &Context,
    index: &Arc<Mutex<Index>>,
) -> Result<Option<JoinHandle<Result<(), StageError>>>, StageError> {
    let index = Arc::clone(index);
    let insert = move |_: &str, value: Option<&[u8]>| {
        // One that cannot be read only means that a copy may be missed.
        // Read before the index is locked.
        if let Some(Ok(ready)) = value.map(Prepared::read) {
            lock(&index).insert_prepared(ready);
        }
    };
    super::restore::follow(context, Stage::Extract, Topic::Fingerprints, insert).await
}

struct Worker {
    context: Context,
    extractor: Arc<Extractor>,
    index: Arc<Mutex<Index>>,
    running: JoinSet<Result<Finished, StageError>>,
    busy: BTreeMap<i32, usize>,
    breaker: Breaker,
    /// Newest article time seen, in seconds: what the window is counted from.
    newest: i64,
    since_expiry: u64,
}

struct Finished {
    partition: i32,
    offset: i64,
    ok: bool,
}

impl Worker {
    /// Records under way at once: enough to keep the processors busy while others wait for Kafka.
    fn limit(&self) -> usize {
        let workers = match self.context.config.extract.workers {
            0 => std::thread::available_parallelism().map_or(2, std::num::NonZero::get),
            n => n,
        };
        workers * 16
    }

    fn begin(&mut self, record: Box<Record>) {
        *self.busy.entry(record.partition).or_default() += 1;
        let (context, extractor) = (self.context.clone(), Arc::clone(&self.extractor));
        let work = match record.value.as_deref().map(Article::from_bytes) {
            Some(Ok(article)) => {
                // First sight counts only where the article is not dated, or dated ahead: it
                // differs when an entry is published again after a crash, and what follows
                // must not.
                let sight = seen_at(&record);
                let seen = article.published.map_or(sight, |published| published.min(sight));
                let print = self.fingerprint(&article, seen);
                Ok((article, seen, print))
            }
            Some(Err(error)) => Err(error.to_string()),
            None => Err("a record without a value".to_owned()),
        };
        self.running.spawn(async move {
            let ok = match work {
                Ok((article, seen, print)) => {
                    extract(&context, &extractor, &record, article, seen, print).await?
                }
                Err(detail) => {
                    let reason = dead_letter_reason::UNREADABLE;
                    super::dead_letter::from_record(
                        &context,
                        Stage::Extract,
                        &record,
                        reason,
                        &detail,
                    )
                    .await?;
                    false
                }
            };
            Ok(Finished { partition: record.partition, offset: record.offset, ok })
        });
    }

    /// Takes the fingerprint, looks for what it repeats, and remembers it.
    fn fingerprint(&mut self, article: &Article, seen: Timestamp) -> Option<Fingerprint> {
        let index = &self.index;
        let made = catch_unwind(AssertUnwindSafe(|| {
            let mut print = fingerprint(article, seen);
            let ready = Prepared::from(&print);
            let mut index = lock(index);
            print.of = index.find_prepared(&ready);
            index.insert_prepared(ready.with(print.of.as_ref()));
            print
        }));
        self.newest = self.newest.max(article.published.unwrap_or(seen).min(seen).as_second());
        self.since_expiry += 1;
        if self.since_expiry == EXPIRE_EVERY {
            self.since_expiry = 0;
            let days = i64::from(self.context.config.extract.duplicate_window_days);
            lock(&self.index).expire(Timestamp::from_second(self.newest - days * DAY));
        }
        made.ok()
    }

    fn finished(
        &mut self,
        ended: Result<Result<Finished, StageError>, tokio::task::JoinError>,
    ) -> Result<(i32, i64), StageError> {
        let finished = ended.map_err(|error| StageError::Task {
            stage: Stage::Extract.name(),
            reason: error.to_string(),
        })??;
        if let Some(busy) = self.busy.get_mut(&finished.partition) {
            *busy = busy.saturating_sub(1);
        }
        super::succeeded(&self.context, Stage::Extract);
        if self.breaker.note(finished.ok, Instant::now()) {
            tracing::error!(
                stage = "extract",
                "most records fail: pausing for {} s",
                super::breaker::PAUSE.as_secs()
            );
        }
        Ok((finished.partition, finished.offset))
    }

    /// Waits for the work under way, of some partitions or of all, as long as it may take. What
    /// is left goes on: whoever repeats it publishes the same.
    async fn drain(
        &mut self,
        partitions: Option<&[i32]>,
        limit: Duration,
    ) -> Result<Vec<(i32, i64)>, StageError> {
        let deadline = tokio::time::Instant::now() + limit;
        let mut done = Vec::new();
        while self
            .busy
            .iter()
            .any(|(p, n)| *n > 0 && partitions.is_none_or(|wanted| wanted.contains(p)))
        {
            tokio::select! {
                Some(ended) = self.running.join_next() => done.push(self.finished(ended)?),
                () = tokio::time::sleep_until(deadline) => break,
            }
        }
        Ok(done)
    }
}

/// When the article was first seen: the record's CloudEvents time, else its Kafka time.
fn seen_at(record: &Record) -> Timestamp {
    record
        .headers
        .iter()
        .find(|(name, _)| name == header_names::CE_TIME)
        .and_then(|(_, value)| std::str::from_utf8(value).ok())
        .and_then(rfc3339)
        .unwrap_or_else(|| Timestamp::from_second(record.timestamp_ms.unwrap_or(0) / 1_000))
}

/// Reads one article and publishes what follows from it. False when it went to the dead letters.
async fn extract(
    context: &Context,
    extractor: &Arc<Extractor>,
    record: &Record,
    article: Article,
    seen: Timestamp,
    print: Option<Fingerprint>,
) -> Result<bool, StageError> {
    let started = Instant::now();
    let duplicate_of = print.as_ref().and_then(|p| p.of.clone());
    if let Some(DuplicateOf { relation, .. }) = &duplicate_of {
        context.metrics.duplicates_total.with([relation_label(*relation)]).inc();
    }
    let reader = Arc::clone(extractor);
    let read = tokio::task::spawn_blocking(move || {
        let read = catch_unwind(AssertUnwindSafe(|| reader.read(&article, seen, duplicate_of)));
        (article, read.map(|extraction| extraction.reports))
    })
    .await
    .map_err(|error| StageError::Task {
        stage: Stage::Extract.name(),
        reason: error.to_string(),
    })?;
    let (article, Ok(reports)) = read else {
        let detail = "the extractor panicked on this article";
        let reason = dead_letter_reason::PANIC;
        super::dead_letter::from_record(context, Stage::Extract, record, reason, detail).await?;
        return Ok(false);
    };
    context.metrics.extract_duration_seconds.observe(started.elapsed().as_secs_f64());
    let ok = publish_all(context, &article, seen, print, &reports).await?;
    let lang = reports.first().map_or("none", |r| lang_label(&r.article.lang));
    context.metrics.articles_extracted_total.with([lang]).inc();
    Ok(ok)
}

/// Publishes the fingerprint, then the reports, and waits for all.
///
/// The fingerprint first: when the article is worked on again after a crash, what it repeats is
/// then known, and the reports come out the same.
async fn publish_all(
    context: &Context,
    article: &Article,
    seen: Timestamp,
    print: Option<Fingerprint>,
    reports: &[Report],
) -> Result<bool, StageError> {
    let mut ok = true;
    if let Some(print) = &print {
        let meta = Meta {
            topic: Topic::Fingerprints,
            partition: None,
            id: format!("{}/{}", print.article, print.revision),
            time: seen,
            trace: &article.id,
            headers: Vec::new(),
        };
        let record = envelope(context, Stage::Extract, print, meta)?;
        ok &= publish(context, Stage::Extract, record).await? == Published::Acknowledged;
    }
    let mut sends: JoinSet<Result<Published, StageError>> = JoinSet::new();
    for report in reports {
        let group = report.group.as_str();
        if report.confidence < context.config.extract.min_confidence {
            context.metrics.reports_total.with([group, "below_confidence"]).inc();
            continue;
        }
        context.metrics.reports_total.with([group, status_label(report)]).inc();
        let meta = Meta {
            topic: Topic::Reports,
            partition: None,
            id: format!("{}/{}", report.id, article.revision),
            time: report.article.time(),
            trace: &article.id,
            headers: Vec::new(),
        };
        let record = envelope(context, Stage::Extract, report, meta)?;
        let context = context.clone();
        sends.spawn(async move { publish(&context, Stage::Extract, record).await });
    }
    while let Some(sent) = sends.join_next().await {
        let sent = sent.map_err(|error| StageError::Task {
            stage: Stage::Extract.name(),
            reason: error.to_string(),
        })??;
        ok &= sent == Published::Acknowledged;
    }
    Ok(ok)
}

fn relation_label(relation: Relation) -> &'static str {
    match relation {
        Relation::Copy => "copy",
        Relation::Excerpt => "excerpt",
        Relation::Update => "update",
    }
}

fn status_label(report: &Report) -> &'static str {
    use crate::message::Status;
    match report.status {
        Status::Current => "current",
        Status::Update => "update",
        Status::Background => "background",
        Status::Anniversary => "anniversary",
        Status::Exercise => "exercise",
    }
}

/// Languages that are read; a label must not grow with what a text claims.
fn lang_label(lang: &str) -> &'static str {
    match lang {
        "de" => "de",
        "en" => "en",
        "fr" => "fr",
        "es" => "es",
        _ => "other",
    }
}
