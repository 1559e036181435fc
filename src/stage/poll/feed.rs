//! One poll of one feed: ask, read, publish what is new, then remember.

use super::super::publish::{Meta, envelope, publish};
use super::super::{Context, Stage, StageError, now};
use super::work::{EntryWork, Planned};
use crate::config::FeedSource;
use crate::feed::{Document, Hints};
use crate::fetch::{Answer, Body, Client};
use crate::kafka::Topic;
use crate::message::{FeedState, FeedVerdict, RecentEntry, Timestamp, content_hash};
use crate::pace::{self, Compared, Item, Note, Request, Said, What};
use crate::page;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Entries after which the state is written in between: a stop during a first poll of a long feed
/// does not begin it anew.
const CHECKPOINT: usize = 20;
/// Entries of one feed that are worked on at once; their site is asked one by one all the same.
const ENTRIES_AT_ONCE: usize = 8;
/// Longest title of a feed that is remembered, in characters.
const MAX_TITLE: usize = 300;
/// Longest address of a hub that is kept, in bytes.
const MAX_HUB: usize = 2_048;

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

/// Polls a feed. Returns its new state once that is acknowledged. `answered` is told when the feed
/// has answered with a document; what is done then may take long.
pub(super) async fn poll(
    context: &Context,
    client: &Client,
    job: Job,
    stop: &CancellationToken,
    answered: impl FnOnce(),
) -> Result<FeedState, StageError> {
    let started = Instant::now();
    let mut state = job.state.clone().unwrap_or_else(|| unknown(&job));
    let config = &context.config.poll;
    let request = pace::request(&state, now());
    let answer = tokio::select! {
        answer = client.feed(&request.url, &request.validators) => answer,
        () = stop.cancelled() => return Ok(state),
    };
    let mut notes = Vec::new();
    let outcome = match answer {
        Ok(Answer::Unchanged(unchanged)) => {
            let said = Said::from(&unchanged);
            notes = pace::unchanged(&mut state, &request, &said, now(), config);
            "unchanged"
        }
        Ok(Answer::Body(body)) => {
            answered();
            let poll = Poll { context, client, job: &job, request: &request, stop };
            poll.take(&mut state, body, &mut notes).await?
        }
        Err(error) => {
            let retry_after = error.retry_after().map(|d| d.as_secs().saturating_add(1));
            failed(context, &job, &mut state, &request, (error.label(), retry_after), &error);
            "failed"
        }
    };
    notes.extend(pace::settle_move(&mut state, now(), |url| is_configured(context, url)));
    for note in &notes {
        tell(context, &job, note);
    }
    context.metrics.polls_total.with([outcome]).inc();
    context.metrics.poll_duration_seconds.observe(started.elapsed().as_secs_f64());
    if outcome != "interrupted" {
        save(context, &job, &mut state).await?;
    }
    Ok(state)
}

fn unknown(job: &Job) -> FeedState {
    FeedState::new(&job.id, &job.source.url, now())
}

/// Whether an address is that of a feed of the list, which then is polled already.
fn is_configured(context: &Context, url: &str) -> bool {
    let bare = |url: &str| url.split_once("://").map_or(url, |(_, rest)| rest).to_owned();
    let wanted = bare(url);
    context.feeds.current().iter().any(|feed| bare(&feed.url) == wanted)
}

fn tell(context: &Context, job: &Job, note: &Note) {
    let (feed, outlet) = (&job.source.url, &job.source.outlet);
    match note {
        Note::IgnoresValidators => {
            context.metrics.validators_ignored_total.inc();
            tracing::warn!(
                feed,
                outlet,
                "the server calls changed documents unchanged: asked without validators for a week"
            );
        }
        Note::Moved { to } => {
            tracing::warn!(
                feed,
                outlet,
                to,
                "the feed has moved for good: asked there from now on"
            );
        }
        Note::MoveRefused { to, why } => {
            tracing::warn!(
                feed,
                outlet,
                to,
                why,
                "the feed says it has moved, which is not followed"
            );
        }
        Note::MovedBack { from } => {
            tracing::warn!(feed, outlet, from, "the feed answers at its old address again");
        }
    }
}

fn failed(
    context: &Context,
    job: &Job,
    state: &mut FeedState,
    request: &Request,
    (class, retry_after): (&str, Option<u64>),
    detail: &dyn std::fmt::Display,
) {
    // Told when it begins and when it changes, not at every round.
    if state.last_error.as_deref() != Some(class) {
        let last_success = state.last_success.map(|at| at.to_string());
        tracing::warn!(feed = %job.source.url, outlet = %job.source.outlet, error = %detail, class, last_success, "feed failed");
    }
    pace::failed(state, request, class, retry_after, now(), &context.config.poll);
    context.metrics.fetch_errors_total.with([class]).inc();
}

/// The state of a feed whose poll ended in a panic: it is asked again later, as if it had failed.
/// Kept in memory only.
pub(super) fn panicked(context: &Context, job: &Job, error: &tokio::task::JoinError) -> FeedState {
    tracing::error!(feed = %job.source.url, outlet = %job.source.outlet, error = %error, "the poll panicked");
    let mut state = job.state.clone().unwrap_or_else(|| unknown(job));
    let request = pace::request(&state, now());
    pace::failed(&mut state, &request, "panic", None, now(), &context.config.poll);
    context.metrics.polls_total.with(["failed"]).inc();
    state
}

/// A poll that is under way.
#[derive(Clone, Copy)]
struct Poll<'a> {
    context: &'a Context,
    client: &'a Client,
    job: &'a Job,
    request: &'a Request,
    stop: &'a CancellationToken,
}

/// What publishing a document came to.
#[derive(Default)]
struct Published {
    /// Publication times of the entries that were new.
    new: Vec<Option<Timestamp>>,
    /// Entries that were known.
    known: usize,
    /// The stop came before the end.
    interrupted: bool,
}

impl Poll<'_> {
    /// Takes a document: publishes what is new in it and updates the state. Returns the outcome
    /// for the metrics.
    async fn take(
        self,
        state: &mut FeedState,
        body: Body,
        notes: &mut Vec<Note>,
    ) -> Result<&'static str, StageError> {
        let Self { context, job, request, .. } = self;
        let config = &context.config.poll;
        let said = Said::from(&body);
        let hash = body_hash(&body.bytes);
        if state.body_hash.as_deref() == Some(hash.as_str()) {
            // The server does not answer 304; its body says the same as before.
            notes.extend(pace::same_body(state, request, &said, now(), config));
            return Ok("same_body");
        }
        let max_entries = config.max_entries;
        let read = tokio::task::spawn_blocking(move || read(&body, max_entries)).await;
        let (document, class) = read.map_err(|error| task_failed(&error))?;
        context.metrics.feed_documents_total.with([verdict_label(document.verdict)]).inc();
        state.verdict = Some(document.verdict);
        if document.verdict == FeedVerdict::Unreadable {
            let detail = document.error.as_deref().unwrap_or("no entries");
            failed(context, job, state, request, (class, said.retry_after), &detail);
            return Ok("unreadable");
        }
        state.title = document.title.as_ref().map(|t| t.chars().take(MAX_TITLE).collect());
        // A cut address is none.
        state.hub = document.hub.clone().filter(|hub| hub.len() <= MAX_HUB);
        let published = self.publish_new(state, &document).await?;
        if published.interrupted {
            return Ok("interrupted");
        }
        // Only now: everything in the document is acknowledged.
        let Published { new, known, .. } = &published;
        let found = pace::Read { document: &document, body_hash: &hash, new, known: *known };
        notes.extend(pace::read(state, request, &said, &found, now(), config));
        Ok("read")
    }

    /// Publishes the entries that are new or changed, oldest first.
    async fn publish_new(
        self,
        state: &mut FeedState,
        document: &Document,
    ) -> Result<Published, StageError> {
        let Self { context, client, job, stop, .. } = self;
        let config = &context.config.poll;
        let before = state.recent.clone();
        let items: Vec<Item> = document.entries.iter().map(|e| Item::of(&job.id, e)).collect();
        let room = pace::room(state, state_limit(context));
        let compared = pace::compare(&before, &items, room, config);
        let count = |outcome: &str, n: u64| context.metrics.entries_total.with([outcome]).inc_by(n);
        count("skipped", document.left_out as u64);
        let mut published = Published::default();
        let mut known: BTreeMap<String, RecentEntry> = BTreeMap::new();
        let mut renamed: BTreeSet<String> = BTreeSet::new();
        let mut planned: Vec<Planned> = Vec::new();
        for ((entry, item), Compared { what, before, was }) in
            document.entries.iter().zip(&items).zip(compared).rev()
        {
            renamed.extend(was);
            known.extend(before.iter().map(|before| (before.id.clone(), before.clone())));
            let (outcome, revision) = match what {
                What::Skipped => ("skipped", None),
                What::Known => ("known", None),
                What::New => ("new", Some(0)),
                What::Revised { revision } => ("revised", Some(revision)),
            };
            count(outcome, 1);
            published.known += usize::from(before.is_some());
            if what == What::New {
                published.new.push(item.published);
            }
            if let Some(revision) = revision {
                planned.push(Planned {
                    entry: entry.clone(),
                    item: item.clone(),
                    before,
                    revision,
                });
            }
        }
        let mut since_checkpoint = 0;
        let mut planned = planned.into_iter();
        let mut running: JoinSet<Result<Option<RecentEntry>, StageError>> = JoinSet::new();
        loop {
            while running.len() < ENTRIES_AT_ONCE && !stop.is_cancelled() {
                let Some(planned) = planned.next() else { break };
                let work = EntryWork {
                    context: context.clone(),
                    client: client.clone(),
                    source: Arc::clone(&job.source),
                    feed: job.id.clone(),
                    feed_lang: document.lang.clone(),
                    stop: stop.clone(),
                };
                running.spawn(work.publish(planned));
            }
            let Some(ended) = running.join_next().await else { break };
            let Some(recent) = ended.map_err(|error| task_failed(&error))?? else { continue };
            known.insert(recent.id.clone(), recent);
            since_checkpoint += 1;
            if since_checkpoint == CHECKPOINT {
                since_checkpoint = 0;
                state.recent = pace::remember(&items, &before, &known, &renamed, config);
                save(context, job, state).await?;
            }
        }
        state.recent = pace::remember(&items, &before, &known, &renamed, config);
        published.interrupted = stop.is_cancelled();
        if published.interrupted && since_checkpoint > 0 {
            save(context, job, state).await?;
        }
        Ok(published)
    }
}

/// Reads a document; where it cannot be read, the class of the failure beside it.
pub(crate) fn read(body: &Body, max_entries: usize) -> (Document, &'static str) {
    let (content_type, url) = (body.content_type.as_deref(), Some(body.final_url.as_str()));
    let hints = Hints { content_type, url, max_entries, fetched: Some(now()) };
    let document = crate::feed::read(&body.bytes, &hints);
    if document.verdict != FeedVerdict::Unreadable || !looks_like_page(&body.bytes) {
        return (document, "not_a_feed");
    }
    let hints = page::Hints { content_type, url, max_chars: 10_000, ..page::Hints::default() };
    let class = match page::read(&body.bytes, &hints).reason {
        Some("bot_wall") => "bot_wall",
        Some("consent_page") => "consent_page",
        _ => "html",
    };
    (document, class)
}

fn looks_like_page(bytes: &[u8]) -> bool {
    let head = bytes.get(..1_024).unwrap_or(bytes).to_ascii_lowercase();
    let head = String::from_utf8_lossy(&head);
    ["<html", "<!doctype html", "<head", "<body"].iter().any(|tag| head.contains(tag))
}

/// Largest state that is written, in bytes: the record has headers, too.
fn state_limit(context: &Context) -> usize {
    context.config.kafka.max_message_bytes / 10 * 9
}

async fn save(context: &Context, job: &Job, state: &mut FeedState) -> Result<(), StageError> {
    let forgotten = pace::shrink(state, state_limit(context));
    if forgotten > 0 {
        tracing::debug!(feed = %job.source.url, forgotten, "the feed's state is full");
    }
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

/// When a feed is due: as its state says; spread over the start where that is past, or unknown.
pub(super) fn due(context: &Context, job: &Job, feeds: usize) -> Timestamp {
    let at = now();
    match &job.state {
        Some(state) if state.next_poll > at => state.next_poll,
        _ => pace::first_poll(&job.id, at, feeds, &context.config.poll),
    }
}
