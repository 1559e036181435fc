//! `depesche dead-letters`: what failed and why; send it again.

use super::tail::{SourceArgs, as_json, dead_letter_line, printable, read};
use crate::config::Config;
use crate::kafka::{Outgoing, Producer, Record, Stats, TableOptions, Topic};
use crate::message::header_names as names;
use clap::{Args, Subcommand};
use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// Headers that say why a record failed; they do not go with it when it is sent again.
const OF_THE_ERROR: [&str; 7] = [
    names::ERROR_STAGE,
    names::ERROR_REASON,
    names::ERROR_DETAIL,
    names::SOURCE_TOPIC,
    names::SOURCE_PARTITION,
    names::SOURCE_OFFSET,
    names::TRUNCATED_FROM,
];

/// Arguments of `dead-letters`.
#[derive(Debug, Args)]
pub struct DeadLettersArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Lists what failed and why.
    List {
        #[command(flatten)]
        source: SourceArgs,
        #[command(flatten)]
        which: Which,
        /// Whole records as JSON, one a line.
        #[arg(long)]
        json: bool,
    },
    /// Sends records again to the topic they came from. Cut ones are left out.
    Replay {
        #[command(flatten)]
        source: SourceArgs,
        #[command(flatten)]
        which: Which,
    },
}

/// Which dead letters.
#[derive(Debug, Args)]
struct Which {
    /// Only from this stage.
    #[arg(long)]
    stage: Option<String>,
    /// Only for this reason, as `unreadable` or `too_large`.
    #[arg(long)]
    reason: Option<String>,
    /// Only this one, as `list` names it.
    #[arg(long, value_name = "PARTITION/OFFSET")]
    at: Option<String>,
}

impl Which {
    fn fits(&self, record: &Record) -> bool {
        let is = |name: &str, wanted: &Option<String>| {
            wanted.as_ref().is_none_or(|w| record.header(name) == Some(w.as_bytes()))
        };
        is(names::ERROR_STAGE, &self.stage)
            && is(names::ERROR_REASON, &self.reason)
            && self
                .at
                .as_ref()
                .is_none_or(|at| *at == format!("{}/{}", record.partition, record.offset))
    }
}

/// Runs the command.
pub(super) fn run(args: &DeadLettersArgs) -> anyhow::Result<ExitCode> {
    let (What::List { source, .. } | What::Replay { source, .. }) = &args.what;
    let config = source.load()?;
    crate::ops::logging::init(&config.log)?;
    super::runtime()?.block_on(async {
        match &args.what {
            What::List { which, json, .. } => list(&config, which, *json).await,
            What::Replay { which, .. } => replay(&config, which).await,
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn list(config: &Config, which: &Which, json: bool) -> anyhow::Result<()> {
    let stop = super::service::stop_on_signal()?;
    let mut listed = 0_u64;
    read(config, Topic::DeadLetters, TableOptions::default(), &stop, |record| {
        if which.fits(record) {
            listed += 1;
            let mut out = std::io::stdout().lock();
            if json {
                let parsed = record.value.as_deref().and_then(|v| serde_json::from_slice(v).ok());
                writeln!(out, "{}", as_json(record, parsed))?;
            } else {
                writeln!(out, "{}", printable(&dead_letter_line(record)))?;
            }
        }
        Ok(true)
    })
    .await?;
    if !json {
        writeln!(std::io::stdout().lock(), "{listed} dead letters")?;
    }
    Ok(())
}

async fn replay(config: &Config, which: &Which) -> anyhow::Result<()> {
    let stop = super::service::stop_on_signal()?;
    let mut again = Vec::new();
    let mut left = 0_u64;
    let ours: Vec<String> = Topic::ALL.iter().map(|t| t.name(&config.kafka.topic_prefix)).collect();
    read(config, Topic::DeadLetters, TableOptions::default(), &stop, |record| {
        if which.fits(record) {
            match as_it_was(record, &ours) {
                Some(record) => again.push(record),
                None => left += 1,
            }
        }
        Ok(true)
    })
    .await?;
    let producer = Producer::start(&config.kafka, Arc::new(Stats::default()))?;
    let sent = again.len();
    for record in again {
        producer.send(record).await?;
    }
    producer.close(Duration::from_secs(10)).await;
    writeln!(
        std::io::stdout().lock(),
        "{sent} sent again, {left} left out (cut, without value, or of an unknown topic)"
    )?;
    Ok(())
}

/// The record as it was before it failed.
fn as_it_was(record: &Record, ours: &[String]) -> Option<Outgoing> {
    let topic = String::from_utf8(record.header(names::SOURCE_TOPIC)?.to_vec()).ok()?;
    if record.header(names::TRUNCATED_FROM).is_some() || !ours.contains(&topic) {
        return None;
    }
    let headers = record
        .headers
        .iter()
        .filter(|(name, _)| !OF_THE_ERROR.contains(&name.as_str()))
        .cloned()
        .collect();
    Some(Outgoing {
        topic,
        key: String::from_utf8(record.key.clone()?).ok()?,
        partition: None,
        value: Some(record.value.clone()?),
        headers,
        time: None,
    })
}
