//! `depesche check`: is everything in order before the service starts?

use super::{ConfigArg, exit};
use crate::config::Loaded;
use crate::fetch::{Answer, Client, Validators};
use crate::kafka;
use crate::message::FeedVerdict;
use clap::Args;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;
use tokio::task::JoinSet;

/// Longest wait for a broker.
const BROKER_WAIT: Duration = Duration::from_secs(10);
/// Feeds asked at once.
const AT_ONCE: usize = 16;

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    config: ConfigArg,
    /// Neither asks Kafka nor feeds.
    #[arg(long)]
    offline: bool,
    /// Asks each feed, too; a feed that fails is told and is no mistake of the configuration.
    #[arg(long, conflicts_with = "offline")]
    feeds: bool,
}

/// Runs the command.
pub(super) fn run(args: &CheckArgs) -> anyhow::Result<ExitCode> {
    let loaded = args.config.load()?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "configuration: in order; {} feeds", loaded.feeds.len())?;
    for warning in &loaded.warnings {
        writeln!(out, "warning: {warning}")?;
    }
    if loaded.feeds.is_empty() {
        writeln!(out, "warning: feeds: none is named, there is nothing to poll")?;
    }
    super::extract::extractor(&loaded.config)?;
    writeln!(out, "lexicons: in order")?;
    if args.offline {
        return Ok(ExitCode::SUCCESS);
    }
    drop(out);
    crate::ops::logging::init(&loaded.config.log)?;
    super::block_on(async {
        let code = topics(&loaded).await?;
        if args.feeds {
            feeds(loaded).await?;
        }
        Ok(code)
    })
}

async fn topics(loaded: &Loaded) -> anyhow::Result<ExitCode> {
    let kafka = &loaded.config.kafka;
    let stop = super::service::stop_on_signal()?;
    let waited = tokio::time::timeout(BROKER_WAIT, kafka::wait_for_broker(kafka, &stop)).await;
    let mut out = std::io::stdout().lock();
    let Ok(reached) = waited else {
        writeln!(
            out,
            "kafka: no broker answers at {} within {} s",
            kafka.brokers,
            BROKER_WAIT.as_secs()
        )?;
        return Ok(ExitCode::from(exit::UNAVAILABLE));
    };
    if let Err(error) = reached {
        writeln!(out, "kafka: {error}")?;
        return Ok(ExitCode::from(exit::UNAVAILABLE));
    }
    writeln!(out, "kafka: {} answers", kafka.brokers)?;
    drop(out);
    let plan = kafka::plan(kafka, loaded.config.link.shards);
    let differences = kafka::compare(kafka, &plan).await?;
    let mut out = std::io::stdout().lock();
    let mut code = ExitCode::SUCCESS;
    for difference in &differences {
        let missing = difference.kind == kafka::DifferenceKind::Missing;
        let made = missing && kafka.create_topics;
        let note = if made { " (will be created at start)" } else { "" };
        writeln!(out, "topic {difference}{note}")?;
        if difference.is_serious() && !made {
            code = ExitCode::from(exit::UNAVAILABLE);
        }
    }
    if differences.is_empty() {
        writeln!(out, "topics: all {} as needed", plan.len())?;
    }
    Ok(code)
}

/// Asks each feed once and tells how it answers.
async fn feeds(loaded: Loaded) -> anyhow::Result<()> {
    let client = Client::new(&loaded.config.fetch)?;
    let max_entries = loaded.config.poll.max_entries;
    let mut waiting = loaded.feeds.into_iter();
    let mut asked = JoinSet::new();
    loop {
        while asked.len() < AT_ONCE {
            let Some(feed) = waiting.next() else { break };
            let client = client.clone();
            asked.spawn(async move {
                let answer = client.feed(&feed.url, &Validators::default()).await;
                let told = match answer {
                    Err(error) => format!("failed ({}): {error}", error.label()),
                    Ok(Answer::Unchanged(_)) => "answers 304 without being asked to".into(),
                    Ok(Answer::Body(body)) => tokio::task::spawn_blocking(move || {
                        let hints = crate::feed::Hints {
                            content_type: body.content_type.as_deref(),
                            url: Some(&body.final_url),
                            max_entries,
                            fetched: Some(jiff::Timestamp::now().into()),
                        };
                        describe(&crate::feed::read(&body.bytes, &hints))
                    })
                    .await
                    .unwrap_or_else(|_| "the reader panicked on it".into()),
                };
                format!("feed {} ({}): {told}", feed.url, feed.outlet)
            });
        }
        let Some(told) = asked.join_next().await else { return Ok(()) };
        let mut out = std::io::stdout().lock();
        writeln!(out, "{}", super::tail::printable(&told?))?;
    }
}

fn describe(document: &crate::feed::Document) -> String {
    let newest = document.entries.iter().filter_map(|e| e.published).max();
    let newest = newest.map_or_else(|| "undated".to_owned(), |t| format!("newest {t}"));
    let entries = document.entries.len();
    match document.verdict {
        FeedVerdict::Clean => format!("clean, {entries} entries, {newest}"),
        FeedVerdict::Repaired => {
            format!("repaired ({}), {entries} entries, {newest}", document.repairs.join(", "))
        }
        FeedVerdict::Partial => {
            format!("partly read: {entries} of {} entries, {newest}", document.raw_entries)
        }
        FeedVerdict::Unreadable => {
            format!("unreadable: {}", document.error.as_deref().unwrap_or("no entries"))
        }
    }
}
