//! `depesche feeds check`: each feed once, as politely as the service asks it.

use super::opml::{Imported, imported};
use crate::cli::lines::{read_input, write_json};
use crate::cli::tail::printable;
use crate::cli::{ConfigArg, block_on, exit};
use crate::config::{FeedSource, Log, Poll, read_feed_list};
use crate::feed;
use crate::feed::discover::{Found, discover};
use crate::fetch::{Answer, Body, Client, ERROR_CLASSES, Validators};
use crate::message::{Because, FeedState, FeedVerdict, Timestamp, feed_id};
use crate::pace::{self, Said};
use anyhow::Context as _;
use clap::Args;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::task::JoinSet;

/// Suggestions shown for a page.
const SUGGESTIONS: usize = 3;

/// Arguments of `check`.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    config: ConfigArg,
    /// Addresses, feed list files and OPML files [default: all feeds of the configuration].
    what: Vec<String>,
    /// One JSON object a line for each feed, as soon as it has answered.
    #[arg(long)]
    json: bool,
    /// Sites asked at once; of one site, one feed at a time.
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    sites: u16,
}

/// How a feed answered.
#[derive(Debug, Default, Serialize)]
struct Checked {
    url: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    outlet: String,
    /// Whether it can be read.
    ok: bool,
    /// `read`, or the class of the failure, as `http_404`, `timeout` or `not_a_feed`.
    status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<FeedVerdict>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    entries: usize,
    /// Publication of the newest entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    newest: Option<Timestamp>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    repairs: Vec<String>,
    /// Whether it can be asked "only if changed": `ETag`, `Last-Modified`.
    validators: Vec<&'static str>,
    /// Where it has moved for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    moved: Option<String>,
    /// What went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// What the class of the failure means.
    #[serde(skip_serializing_if = "Option::is_none")]
    meaning: Option<&'static str>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<&'static str>,
    /// After how many seconds the service would ask again, had this been its first poll.
    next_seconds: i64,
    /// What decides that, as in the state of a feed.
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<Because>,
    /// Feeds that the page links to, where it is a page.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Found>,
}

/// Runs `feeds check`.
pub(super) fn run(args: &CheckArgs) -> anyhow::Result<ExitCode> {
    let loaded = args.config.load()?;
    let mut config = loaded.config;
    if config.log.filter == Log::default().filter {
        config.log.filter = "warn".into();
    }
    crate::ops::logging::init(&config.log)?;
    let feeds = if args.what.is_empty() { loaded.feeds } else { named(&args.what)? };
    let client = Client::new(&config.fetch)?;
    let poll = Arc::new(config.poll);
    let sites = by_site(feeds);
    block_on(async {
        let failed = check(args, client, poll, sites).await?;
        Ok(if failed { ExitCode::from(exit::UNAVAILABLE) } else { ExitCode::SUCCESS })
    })
}

/// The feeds that addresses and files name, each once.
#[allow(clippy::print_stderr)]
fn named(what: &[String]) -> anyhow::Result<Vec<FeedSource>> {
    let mut feeds: Vec<FeedSource> = Vec::new();
    for name in what {
        let is_address = name.split_once("://").is_some_and(|(scheme, _)| {
            !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphabetic())
        });
        if is_address {
            feeds.push(FeedSource {
                url: name.clone(),
                outlet: String::new(),
                lang: None,
                country: None,
                pages: true,
                section: Vec::new(),
            });
        } else if Path::new(name).extension().is_some_and(|e| e.eq_ignore_ascii_case("toml")) {
            feeds.extend(read_feed_list(Path::new(name))?);
        } else {
            let Imported { feeds: read, remarks } = imported(&read_input(name)?, |_| ())
                .map_err(std::io::Error::other)
                .with_context(|| format!("cannot read {name}"))?;
            for remark in remarks {
                eprintln!("{}", printable(&format!("{name}: {remark}")));
            }
            feeds.extend(read);
        }
    }
    let mut seen = BTreeSet::new();
    feeds.retain(|feed| seen.insert(feed.url.clone()));
    Ok(feeds)
}

fn by_site(feeds: Vec<FeedSource>) -> Vec<Vec<FeedSource>> {
    let mut sites: BTreeMap<String, Vec<FeedSource>> = BTreeMap::new();
    for feed in feeds {
        let site = crate::fetch::site(&feed.url).unwrap_or_default();
        sites.entry(site).or_default().push(feed);
    }
    sites.into_values().collect()
}

/// Asks all and tells of each. True where one failed.
async fn check(
    args: &CheckArgs,
    client: Client,
    poll: Arc<Poll>,
    sites: Vec<Vec<FeedSource>>,
) -> anyhow::Result<bool> {
    let mut tally = Tally { total: sites.iter().map(Vec::len).sum(), ..Tally::default() };
    let (told, mut answers) = tokio::sync::mpsc::channel::<Checked>(64);
    if !args.json {
        writeln!(
            std::io::stdout().lock(),
            "{}",
            row("STATUS", "FORMAT", "ENTRIES", "NEWEST", "VALIDATORS", "FEED")
        )?;
    }
    let mut waiting = sites.into_iter();
    let mut asked = JoinSet::new();
    loop {
        while asked.len() < usize::from(args.sites)
            && let Some(feeds) = waiting.next()
        {
            let (client, poll, told) = (client.clone(), Arc::clone(&poll), told.clone());
            asked.spawn(async move {
                for feed in feeds {
                    if told.send(one(&client, feed, &poll).await).await.is_err() {
                        return;
                    }
                }
            });
        }
        tokio::select! {
            Some(checked) = answers.recv() => tally.tell(&checked, args.json)?,
            Some(ended) = asked.join_next() => ended?,
            else => break,
        }
        if asked.is_empty() && waiting.len() == 0 {
            break;
        }
    }
    drop(told);
    while let Some(checked) = answers.recv().await {
        tally.tell(&checked, args.json)?;
    }
    tally.end(args.json)?;
    Ok(tally.failed > 0)
}

/// Asks one feed, and says why where that failed.
async fn one(client: &Client, feed: FeedSource, config: &Poll) -> Checked {
    let now: Timestamp = jiff::Timestamp::now().into();
    let mut state = FeedState::new(&feed_id(&feed.url), &feed.url, now);
    let request = pace::request(&state, now);
    let mut checked = Checked { url: feed.url, outlet: feed.outlet, ..Checked::default() };
    let mut failed = |state: &mut FeedState, class: &str, wait: Option<u64>| {
        class.clone_into(&mut checked.status);
        pace::failed(state, &request, class, wait, now, config);
    };
    match client.feed(&checked.url, &Validators::default()).await {
        Ok(Answer::Body(body)) => {
            let (said, max_entries) = (Said::from(&body), config.max_entries);
            checked.moved.clone_from(&body.permanent_url);
            let validators = [("ETag", &body.etag), ("Last-Modified", &body.last_modified)];
            let sent = validators.iter().filter(|(_, value)| value.is_some());
            checked.validators = sent.map(|(name, _)| *name).collect();
            match tokio::task::spawn_blocking(move || read(&body, max_entries)).await {
                Err(_) => {
                    checked.error = Some("the reader panicked on it".into());
                    failed(&mut state, "panic", said.retry_after);
                }
                Ok((document, class, suggestions)) => {
                    if document.verdict == FeedVerdict::Unreadable {
                        failed(&mut state, class, said.retry_after);
                    } else {
                        let new: Vec<_> = document.entries.iter().map(|e| e.published).collect();
                        let found =
                            pace::Read { document: &document, body_hash: "", new: &new, known: 0 };
                        pace::read(&mut state, &request, &said, &found, now, config);
                        checked.status = "read".into();
                        checked.ok = true;
                    }
                    checked.suggestions = suggestions;
                    checked.entries = document.entries.len();
                    checked.newest = document.entries.iter().filter_map(|e| e.published).max();
                    checked.verdict = Some(document.verdict);
                    checked.format = document.format;
                    checked.title = document.title;
                    checked.repairs = document.repairs;
                    checked.error = document.error;
                }
            }
        }
        Ok(Answer::Unchanged(_)) => {
            checked.error = Some("answers 304 without being asked to".into());
            failed(&mut state, "http_other", None);
        }
        Err(error) => {
            checked.error = Some(error.to_string());
            failed(&mut state, error.label(), error.retry_after().map(|wait| wait.as_secs()));
        }
    }
    if !checked.ok
        && let Some(class) = ERROR_CLASSES.iter().find(|class| class.label == checked.status)
    {
        checked.meaning = Some(class.meaning);
        checked.advice = Some(class.advice);
    }
    checked.next_seconds = state.next_poll.as_second().saturating_sub(now.as_second());
    checked.because = state.pace.because;
    checked
}

/// What a body reads as; where it is no feed, the class of the failure, and which feeds it links to.
fn read(body: &Body, max_entries: usize) -> (feed::Document, &'static str, Vec<Found>) {
    let (document, class) = crate::stage::poll::read(body, max_entries);
    let suggestions = if document.verdict == FeedVerdict::Unreadable {
        discover(&body.bytes, body.content_type.as_deref(), &body.final_url)
    } else {
        Vec::new()
    };
    (document, class, suggestions)
}

/// What was told so far.
#[derive(Default)]
struct Tally {
    total: usize,
    told: usize,
    clean: usize,
    repaired: usize,
    failed: usize,
}

impl Tally {
    #[allow(clippy::print_stderr)]
    fn tell(&mut self, checked: &Checked, json: bool) -> anyhow::Result<()> {
        self.told += 1;
        match (checked.ok, checked.verdict) {
            (false, _) => self.failed += 1,
            (true, Some(FeedVerdict::Clean)) => self.clean += 1,
            (true, _) => self.repaired += 1,
        }
        let progress = std::io::stderr().is_terminal();
        if progress {
            // Back to the start of the line and clear it: the row takes its place.
            eprint!("\r\u{1b}[K");
        }
        if json {
            write_json(checked, true)?;
        } else {
            let mut out = std::io::stdout().lock();
            writeln!(out, "{}", describe(checked))?;
            out.flush()?;
        }
        if progress && self.told < self.total {
            eprint!("{} of {} asked, {} failed", self.told, self.total, self.failed);
        }
        Ok(())
    }

    fn end(&self, json: bool) -> anyhow::Result<()> {
        if !json {
            let Self { told, clean, repaired, failed, .. } = self;
            let mut out = std::io::stdout().lock();
            writeln!(
                out,
                "{told} feeds: {clean} clean, {repaired} repaired or partial, {failed} failed"
            )?;
        }
        Ok(())
    }
}

fn row(
    status: &str,
    format: &str,
    entries: &str,
    newest: &str,
    validators: &str,
    feed: &str,
) -> String {
    format!("{status:<16} {format:<12} {entries:>7}  {newest:<20} {validators:<10} {feed}")
}

/// A row of the table, and below it what there is to say.
fn describe(checked: &Checked) -> String {
    let status = match (checked.ok, checked.verdict) {
        (true, Some(FeedVerdict::Clean)) => "clean",
        (true, Some(FeedVerdict::Repaired)) => "repaired",
        (true, _) => "partial",
        (false, _) => checked.status.as_str(),
    };
    let entries = if checked.ok { checked.entries.to_string() } else { "-".into() };
    let newest = checked.newest.map_or_else(|| "-".to_owned(), |at| at.to_string());
    let validators = match checked.validators.as_slice() {
        [] => "-",
        [one] if *one == "ETag" => "etag",
        [_] => "date",
        _ => "etag, date",
    };
    let mut lines = vec![row(
        status,
        checked.format.unwrap_or("-"),
        &entries,
        &newest,
        validators,
        &printable(&checked.url),
    )];
    let mut remark = |text: String| lines.push(format!("    {}", printable(&text)));
    if !checked.repairs.is_empty() {
        remark(format!("repaired: {}", checked.repairs.join(", ")));
    }
    if let Some(error) = &checked.error {
        remark(error.clone());
    }
    if let Some(meaning) = checked.meaning {
        remark(format!("that is: {meaning}"));
    }
    if let Some(advice) = checked.advice {
        remark(format!("what to do: {advice}"));
    }
    if let Some(because) = checked.because.filter(|_| !checked.ok) {
        let name = serde_json::to_value(because).unwrap_or_default();
        let name = name.as_str().unwrap_or_default();
        remark(format!("asked again after {} s, because: {name}", checked.next_seconds));
    }
    if let Some(moved) = &checked.moved {
        remark(format!("moved for good to {moved}"));
    }
    for found in checked.suggestions.iter().take(SUGGESTIONS) {
        let title = found.title.as_deref().map(|title| format!(" ({title})")).unwrap_or_default();
        remark(format!("the page links to {}{title}", found.url));
    }
    lines.join("\n")
}
