//! `depesche replay`: stored articles, read and linked again with the current rules.
//!
//! Nothing of the running service is touched: reports and incidents go to topics with a prefix of
//! their own, and are compared with the service's incidents.

mod compare;
mod rebuild;

use super::tail::{SourceArgs, printable, read};
use crate::config::{Config, ConfigError};
use crate::kafka::{TableOptions, Topic};
use crate::message::{Incident, Message as _, Timestamp, rfc3339};
use clap::Args;
use compare::{Side, compare, lines};
use std::io::Write as _;
use std::process::ExitCode;
use tokio_util::sync::CancellationToken;

/// Arguments of `replay`.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// Articles first seen from this moment on (RFC 3339, or a date).
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Timestamp,
    /// Articles first seen before this moment [default: all].
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<Timestamp>,
    /// Prefix of the topics that are written, as `replay.`; not the service's own.
    #[arg(long, value_name = "PREFIX")]
    to: String,
    /// Shows so many incidents of each kind of difference.
    #[arg(long, value_name = "N", default_value_t = 5)]
    examples: usize,
    /// Prints what differs as JSON.
    #[arg(long)]
    json: bool,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    rfc3339(text).ok_or_else(|| "neither a date nor a moment of RFC 3339".to_owned())
}

/// Runs the command.
pub(super) fn run(args: &ReplayArgs) -> anyhow::Result<ExitCode> {
    let config = args.source.load()?;
    let mut target = config.clone();
    target.kafka.topic_prefix.clone_from(&args.to);
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if args.to == config.kafka.topic_prefix {
        let why = "is the prefix of the service's own topics";
        super::service::refuse(vec![ConfigError::new("--to", why)])?;
    }
    if args.to.is_empty() || args.to.len() > 100 || !args.to.chars().all(allowed) {
        let why = "1 to 100 letters, digits, dots, dashes and underscores";
        super::service::refuse(vec![ConfigError::new("--to", why)])?;
    }
    crate::ops::logging::init(&config.log)?;
    let until = args.until.unwrap_or_else(|| Timestamp::from_second(i64::MAX));
    super::block_on(async {
        let stop = super::service::stop_on_signal()?;
        let before = as_it_is(&config, args.since, until, &stop).await?;
        let rebuilt =
            Box::pin(rebuild::rebuild(&config, &target, args.since, until, &stop)).await?;
        if stop.is_cancelled() {
            anyhow::bail!("stopped before the end: nothing is compared");
        }
        let differences = compare(&before, &rebuilt.incidents, args.examples);
        if args.json {
            let value = serde_json::json!({
                "articles": rebuilt.articles,
                "reports": rebuilt.reports,
                "differences": differences,
            });
            super::lines::write_json(&value, false)?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut out = std::io::stdout().lock();
        writeln!(out, "{} articles, {} reports", rebuilt.articles, rebuilt.reports)?;
        for line in lines(&differences) {
            writeln!(out, "{}", printable(&line))?;
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// The service's incidents.
async fn as_it_is(
    config: &Config,
    since: Timestamp,
    until: Timestamp,
    stop: &CancellationToken,
) -> anyhow::Result<Side> {
    let mut side = Side::default();
    read(config, Topic::Incidents, TableOptions::default(), stop, |record| {
        let key = String::from_utf8_lossy(record.key.as_deref().unwrap_or_default());
        match record.value.as_deref().map(Incident::from_bytes) {
            None => side.remove(&key),
            Some(Ok(incident)) => side.put(&incident, since, until),
            Some(Err(error)) => tracing::warn!(key = %key, error = %error, "cannot be read"),
        }
        Ok(true)
    })
    .await?;
    Ok(side)
}
