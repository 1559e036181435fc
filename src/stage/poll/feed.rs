//! One poll of one feed: ask, read, publish what is new, then remember.

use super::super::publish::{Meta, envelope, publish};
use super::super::schedule::{Ended, next_poll};
use super::super::{Context, Stage, StageError, now};
use super::entry::{self, Plan};
use super::work::EntryWork;
use crate::config::FeedSource;
use crate::feed::{Document, Entry, Hints};
use crate::fetch::{Answer, Body, Client, FetchError, Validators};
use crate::kafka::Topic;
use crate::message::{FeedState, FeedVerdict, Message as _, RecentEntry, Timestamp, content_hash};
use std::sync::Arc;
use std::time::Instant;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Entries after which the state is written in between: a stop during a first poll of a long feed
/// does not begin it anew.
const CHECKPOINT: usize = 20;
/// Entries of one feed that are worked on at once; their site is asked one by one all the same.
const ENTRIES_AT_ONCE: usize = 8;

/// A feed that is due.
#[derive(Debug, Clone)]
pub(super) struct Job {
    /// Feed id.
    pub(super) id: String,
    /// The feed as configured.
    pub(super) source: Arc<FeedSource>,
    /// Partition of `feeds` that it belongs to.
    pub(super) partition: i32,
    /// What is known of it; absent before the first poll.
    pub(super) state: Option<FeedState>,
}

/// Polls a feed. Returns its new state once that is acknowledged.
pub(super) async fn poll(
    context: &Context,
    client: &Client,
    job: Job,
    stop: &CancellationToken,
) -> Result<FeedState, StageError> {
    let started = Instant::now();
    let validators = job
        .state
        .as_ref()
        .map(|s| Validators { etag: s.etag.clone(), last_modified: s.last_modified.clone() })
        .unwrap_or_default();
    let mut state = job.state.clone().unwrap_or_else(|| unknown(&job));
    let answer = tokio::select! {
        answer = client.feed(&job.source.url, &validators) => answer,
        () = stop.cancelled() => return Ok(state),
    };
    let outcome = match answer {
        Ok(Answer::Unchanged(unchanged)) => {
            succeeded(context, &mut state, unchanged.max_age.map(|age| age.as_secs()));
            "unchanged"
        }
        Ok(Answer::Body(body)) => take(context, client, &job, &mut state, body, stop).await?,
        Err(error) => {
            failed(context, &job, &mut state, error.label(), &error);
            "failed"
        }
    };
    context.metrics.polls_total.with([outcome]).inc();
    context.metrics.poll_duration_seconds.observe(started.elapsed().as_secs_f64());
    if outcome != "interrupted" {
        save(context, &job, &state).await?;
    }
    Ok(state)
}

fn unknown(job: &Job) -> FeedState {
    FeedState {
        schema: FeedState::SCHEMA.into(),
        id: job.id.clone(),
        url: job.source.url.clone(),
        etag: None,
        last_modified: None,
        body_hash: None,
        next_poll: now(),
        last_poll: now(),
        last_success: None,
        failures: 0,
        last_error: None,
        verdict: None,
        title: None,
        recent: Vec::new(),
    }
}

fn succeeded(context: &Context, state: &mut FeedState, max_age: Option<u64>) {
    let at = now();
    state.last_poll = at;
    state.last_success = Some(at);
    state.failures = 0;
    state.last_error = None;
    state.next_poll = next_poll(&state.id, at, Ended::Well { max_age }, &context.config.poll);
}

fn failed(context: &Context, job: &Job, state: &mut FeedState, label: &str, error: &FetchError) {
    state.last_poll = now();
    state.failures = state.failures.saturating_add(1);
    // Told when it begins and when it changes, not at every round.
    if state.last_error.as_deref() != Some(label) {
        tracing::warn!(feed = %job.source.url, outlet = %job.source.outlet, error = %error, class = label, "feed failed");
    }
    state.last_error = Some(label.to_owned());
    let ended = if label == "http_410" {
        Ended::Gone
    } else {
        let retry_after = error.retry_after().map(|d| d.as_secs());
        Ended::Badly { failures: state.failures, retry_after }
    };
    state.next_poll = next_poll(&state.id, state.last_poll, ended, &context.config.poll);
    context.metrics.fetch_errors_total.with([label]).inc();
}

/// The state of a feed whose poll ended in a panic: it is asked again later, as if it had failed.
/// Kept in memory only.
pub(super) fn panicked(context: &Context, job: &Job, error: &tokio::task::JoinError) -> FeedState {
    tracing::error!(feed = %job.source.url, outlet = %job.source.outlet, error = %error, "the poll panicked");
    let mut state = job.state.clone().unwrap_or_else(|| unknown(job));
    state.last_poll = now();
    state.failures = state.failures.saturating_add(1);
    state.last_error = Some("panic".into());
    let ended = Ended::Badly { failures: state.failures, retry_after: None };
    state.next_poll = next_poll(&state.id, state.last_poll, ended, &context.config.poll);
    context.metrics.polls_total.with(["failed"]).inc();
    state
}

/// Takes a document: publishes what is new in it and updates the state. Returns the outcome for
/// the metrics.
async fn take(
    context: &Context,
    client: &Client,
    job: &Job,
    state: &mut FeedState,
    body: Body,
    stop: &CancellationToken,
) -> Result<&'static str, StageError> {
    let max_age = body.max_age.map(|d| d.as_secs());
    let hash = body_hash(&body.bytes);
    if state.body_hash.as_deref() == Some(hash.as_str()) {
        // The server does not answer 304; its body says the same as before.
        state.etag = body.etag;
        state.last_modified = body.last_modified;
        succeeded(context, state, max_age);
        return Ok("same_body");
    }
    let max_entries = context.config.poll.max_entries;
    let (etag, last_modified) = (body.etag.clone(), body.last_modified.clone());
    let read = tokio::task::spawn_blocking(move || {
        let hints = Hints {
            content_type: body.content_type.as_deref(),
            url: Some(&body.final_url),
            max_entries,
            fetched: Some(now()),
        };
        crate::feed::read(&body.bytes, &hints)
    })
    .await;
    let document = read.map_err(|error| task_failed(&error))?;
    context.metrics.feed_documents_total.with([verdict_label(document.verdict)]).inc();
    state.verdict = Some(document.verdict);
    if document.verdict == FeedVerdict::Unreadable {
        unreadable(context, job, state, &document);
        return Ok("unreadable");
    }
    state.title.clone_from(&document.title);
    let whole = publish_new(context, client, job, state, &document, stop).await?;
    if !whole {
        return Ok("interrupted");
    }
    // Only now: everything in the document is acknowledged.
    state.etag = etag;
    state.last_modified = last_modified;
    state.body_hash = Some(hash);
    let ttl = document.ttl_minutes.map(|minutes| u64::from(minutes) * 60);
    succeeded(context, state, max_age.max(ttl));
    Ok("read")
}

fn unreadable(context: &Context, job: &Job, state: &mut FeedState, document: &Document) {
    state.last_poll = now();
    state.failures = state.failures.saturating_add(1);
    if state.last_error.as_deref() != Some("not_a_feed") {
        let detail = document.error.as_deref().unwrap_or("no entries");
        tracing::warn!(feed = %job.source.url, outlet = %job.source.outlet, detail, raw_entries = document.raw_entries, "feed cannot be read");
    }
    state.last_error = Some("not_a_feed".into());
    let ended = Ended::Badly { failures: state.failures, retry_after: None };
    state.next_poll = next_poll(&state.id, state.last_poll, ended, &context.config.poll);
    context.metrics.fetch_errors_total.with(["not_a_feed"]).inc();
}

/// Publishes the entries that are new or changed, oldest first. False when the stop came first.
async fn publish_new(
    context: &Context,
    client: &Client,
    job: &Job,
    state: &mut FeedState,
    document: &Document,
    stop: &CancellationToken,
) -> Result<bool, StageError> {
    let config = &context.config.poll;
    let before = state.recent.clone();
    let mut known = entry::recent_by_id(Some(state));
    let ids: Vec<String> = document.entries.iter().map(|e| e.id.clone()).collect();
    let count = |outcome: &str, n: u64| {
        context.metrics.entries_total.with([outcome]).inc_by(n);
    };
    count("skipped", document.left_out as u64);
    let mut planned: Vec<(Entry, u32)> = Vec::new();
    let mut taken = std::collections::BTreeSet::new();
    for entry in document.entries.iter().rev() {
        if !taken.insert(entry.id.as_str()) {
            count("skipped", 1);
            continue;
        }
        match entry::plan(&known, entry, config) {
            Plan::Known => count("known", 1),
            Plan::Publish { revision } => {
                count(if revision == 0 { "new" } else { "revised" }, 1);
                planned.push((entry.clone(), revision));
            }
        }
    }
    let mut since_checkpoint = 0;
    let mut planned = planned.into_iter();
    let mut running: JoinSet<Result<Option<RecentEntry>, StageError>> = JoinSet::new();
    loop {
        while running.len() < ENTRIES_AT_ONCE && !stop.is_cancelled() {
            let Some((entry, revision)) = planned.next() else { break };
            let work = EntryWork {
                context: context.clone(),
                client: client.clone(),
                source: Arc::clone(&job.source),
                feed: job.id.clone(),
                feed_lang: document.lang.clone(),
                stop: stop.clone(),
            };
            running.spawn(work.publish(entry, revision));
        }
        let Some(ended) = running.join_next().await else { break };
        let Some(recent) = ended.map_err(|error| task_failed(&error))?? else { continue };
        known.insert(recent.id.clone(), recent);
        since_checkpoint += 1;
        if since_checkpoint == CHECKPOINT {
            since_checkpoint = 0;
            state.recent = entry::remember(&ids, &before, &known, config);
            save(context, job, state).await?;
        }
    }
    state.recent = entry::remember(&ids, &before, &known, config);
    let whole = !stop.is_cancelled();
    if !whole && since_checkpoint > 0 {
        save(context, job, state).await?;
    }
    Ok(whole)
}

async fn save(context: &Context, job: &Job, state: &FeedState) -> Result<(), StageError> {
    let meta = Meta {
        topic: Topic::Feeds,
        partition: Some(job.partition),
        id: format!("{}/{}", state.id, state.last_poll.as_second()),
        time: state.last_poll,
        trace: &state.id,
        headers: Vec::new(),
    };
    publish(context, Stage::Poll, envelope(context, Stage::Poll, state, meta)?).await?;
    Ok(())
}

fn body_hash(bytes: &[u8]) -> String {
    content_hash(&[&format!("{:032x}", xxhash_rust::xxh3::xxh3_128(bytes))])
}

fn task_failed(error: &tokio::task::JoinError) -> StageError {
    StageError::Task { stage: Stage::Poll.name(), reason: error.to_string() }
}

fn verdict_label(verdict: FeedVerdict) -> &'static str {
    match verdict {
        FeedVerdict::Clean => "clean",
        FeedVerdict::Repaired => "repaired",
        FeedVerdict::Partial => "partial",
        FeedVerdict::Unreadable => "unreadable",
    }
}

/// When a feed is due: as its state says, or spread over the start.
pub(super) fn due(context: &Context, job: &Job, feeds: usize) -> Timestamp {
    match &job.state {
        Some(state) => state.next_poll,
        None => super::super::schedule::first_poll(&job.id, now(), feeds, &context.config.poll),
    }
}
