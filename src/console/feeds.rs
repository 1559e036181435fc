//! The feeds: what is worth a line of each state.

use super::answer::{FeedHealth, FeedLine, Feeds};
use super::line::folded;
use super::query::{BadQuery, Parameter, number, pairs};
use crate::config::FeedSource;
use crate::message::{Because, FeedState, FeedVerdict, Message as _, Timestamp, feed_id};
use std::collections::BTreeMap;

/// Feeds that are kept.
const MAX_FEEDS: usize = 100_000;
/// Longest text of a feed that is kept, in characters.
const MAX_CHARS: usize = 300;
/// Seconds after which a feed that is due counts as overdue.
const OVERDUE: i64 = 900;
/// Feeds in one answer at most, and unless said otherwise.
const MAX_LIMIT: usize = 5_000;
const DEFAULT_LIMIT: usize = 1_000;

/// What can be asked for.
pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "health",
        schema: r#"{"type":"string","enum":["gone","failing","unreadable","overdue","partial","repaired","new","ok"]}"#,
        description: "Only feeds that do so.",
    },
    Parameter {
        name: "q",
        schema: r#"{"type":"string","maxLength":200}"#,
        description: "Words that must all occur in outlet, title or URL.",
    },
    Parameter {
        name: "limit",
        schema: r#"{"type":"integer","minimum":1,"maximum":5000,"default":1000}"#,
        description: "Feeds in the answer.",
    },
];

/// Which feeds are wanted.
#[derive(Debug, Default)]
pub(super) struct WantedFeeds {
    health: Option<FeedHealth>,
    words: Vec<String>,
    limit: Option<usize>,
}

impl WantedFeeds {
    pub(super) fn parse(query: &str) -> Result<Self, BadQuery> {
        let mut wanted = Self::default();
        for (name, value) in pairs(query, &[PARAMETERS])? {
            match name.as_str() {
                "health" => {
                    let found = serde_json::to_value(FeedHealth::ALL).unwrap_or_default();
                    let names = found.as_array().map(Vec::as_slice).unwrap_or_default();
                    let index = names.iter().position(|name| name.as_str() == Some(&value));
                    wanted.health = index.and_then(|at| FeedHealth::ALL.get(at).copied());
                    if wanted.health.is_none() {
                        let reason = "is no health of a feed".to_owned();
                        return Err(BadQuery { name, reason });
                    }
                }
                "limit" => wanted.limit = Some(number(&name, &value, MAX_LIMIT)?),
                _ => wanted.words = folded(&value).split_whitespace().map(str::to_owned).collect(),
            }
        }
        Ok(wanted)
    }
}

impl FeedHealth {
    const ALL: [Self; 8] = [
        Self::Gone,
        Self::Failing,
        Self::Unreadable,
        Self::Overdue,
        Self::Partial,
        Self::Repaired,
        Self::New,
        Self::Ok,
    ];

    fn of(state: &FeedState, now: Timestamp) -> Self {
        if state.pace.because == Some(Because::Gone) {
            return Self::Gone;
        }
        match state.last_error.as_deref() {
            Some("not_a_feed" | "html" | "consent_page") => return Self::Unreadable,
            Some(_) => return Self::Failing,
            None => {}
        }
        if state.next_poll.as_second().saturating_add(OVERDUE) < now.as_second() {
            return Self::Overdue;
        }
        match state.verdict {
            Some(FeedVerdict::Unreadable) => Self::Unreadable,
            Some(FeedVerdict::Partial) => Self::Partial,
            Some(FeedVerdict::Repaired) => Self::Repaired,
            None if state.last_success.is_none() => Self::New,
            Some(FeedVerdict::Clean) | None => Self::Ok,
        }
    }
}

/// A state without what only the poller needs.
pub(super) fn reduced(value: &[u8]) -> Option<(FeedState, usize)> {
    let mut state = FeedState::from_bytes(value).ok()?;
    let entries = state.recent.len();
    state.recent = Vec::new();
    state.pace.times = Vec::new();
    state.etag = None;
    state.last_modified = None;
    state.body_hash = None;
    state.hub = None;
    state.title = state.title.map(|title| title.chars().take(MAX_CHARS).collect());
    Some((state, entries))
}

#[derive(Debug, Default)]
pub(super) struct Store {
    states: BTreeMap<String, (FeedState, usize)>,
    left_out: u64,
}

impl Store {
    pub(super) fn put(&mut self, state: FeedState, entries: usize) {
        if self.states.len() >= MAX_FEEDS && !self.states.contains_key(&state.id) {
            self.left_out += 1;
            return;
        }
        self.states.insert(state.id.clone(), (state, entries));
    }

    pub(super) fn remove(&mut self, id: &str) {
        self.states.remove(id);
    }

    pub(super) fn list(
        &self,
        configured: &[FeedSource],
        wanted: &WantedFeeds,
        now: Timestamp,
    ) -> Feeds {
        let sources: BTreeMap<String, &FeedSource> =
            configured.iter().map(|source| (feed_id(&source.url), source)).collect();
        let known = self
            .states
            .iter()
            .map(|(id, (state, entries))| line(state, *entries, sources.get(id).copied(), now));
        let unpolled = sources
            .iter()
            .filter(|(id, _)| !self.states.contains_key(*id))
            .map(|(id, source)| unpolled(id, source));
        let all: Vec<FeedLine> = known.chain(unpolled).collect();
        let mut health: BTreeMap<FeedHealth, usize> = BTreeMap::new();
        for feed in &all {
            *health.entry(feed.health).or_default() += 1;
        }
        let mut feeds: Vec<FeedLine> = all
            .into_iter()
            .filter(|feed| wanted.health.is_none_or(|health| health == feed.health))
            .filter(|feed| {
                let parts = [feed.outlet.as_deref(), feed.title.as_deref(), Some(&feed.url)];
                let text = folded(&parts.into_iter().flatten().collect::<Vec<_>>().join("\n"));
                wanted.words.iter().all(|word| text.contains(word.as_str()))
            })
            .collect();
        feeds.sort_by(|a, b| {
            let key = |f: &FeedLine| (f.health, std::cmp::Reverse(f.failures));
            key(a).cmp(&key(b)).then_with(|| (&a.outlet, &a.url).cmp(&(&b.outlet, &b.url)))
        });
        let total = feeds.len();
        feeds.truncate(wanted.limit.unwrap_or(DEFAULT_LIMIT));
        Feeds { total, health, feeds, left_out: self.left_out }
    }
}

fn line(
    state: &FeedState,
    entries: usize,
    source: Option<&FeedSource>,
    now: Timestamp,
) -> FeedLine {
    let polled =
        state.pace.first_poll.is_some() || state.last_success.is_some() || state.failures > 0;
    FeedLine {
        id: state.id.clone(),
        url: state.url.clone(),
        outlet: source.map(|source| source.outlet.clone()),
        configured: source.is_some(),
        title: state.title.clone(),
        health: FeedHealth::of(state, now),
        verdict: state.verdict,
        failures: state.failures,
        last_error: state.last_error.clone(),
        last_poll: polled.then_some(state.last_poll),
        last_success: state.last_success,
        next_poll: Some(state.next_poll),
        because: state.pace.because,
        interval_seconds: state.pace.interval_seconds,
        entries,
        moved_to: state.pace.moved.as_ref().map(|moved| moved.to.clone()),
    }
}

fn unpolled(id: &str, source: &FeedSource) -> FeedLine {
    FeedLine {
        id: id.to_owned(),
        url: source.url.clone(),
        outlet: Some(source.outlet.clone()),
        configured: true,
        title: None,
        health: FeedHealth::New,
        verdict: None,
        failures: 0,
        last_error: None,
        last_poll: None,
        last_success: None,
        next_poll: None,
        because: None,
        interval_seconds: 0,
        entries: 0,
        moved_to: None,
    }
}
