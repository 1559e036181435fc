//! `depesche topics`: creates what is missing.

use super::exit;
use super::tail::SourceArgs;
use crate::kafka::{self};
use clap::{Args, Subcommand};
use std::io::Write as _;
use std::process::ExitCode;

/// Arguments of `topics`.
#[derive(Debug, Args)]
pub struct TopicsArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Creates the topics that are missing, with the right settings; alters nothing.
    Create {
        #[command(flatten)]
        source: SourceArgs,
    },
}

/// Runs the command.
pub(super) fn run(args: &TopicsArgs) -> anyhow::Result<ExitCode> {
    let What::Create { source } = &args.what;
    let config = source.load()?;
    crate::ops::logging::init(&config.log)?;
    super::block_on(async {
        let stop = super::service::stop_on_signal()?;
        kafka::wait_for_broker(&config.kafka, &stop).await?;
        let plan = kafka::plan(&config.kafka, config.link.shards);
        let mut out = std::io::stdout().lock();
        for topic in kafka::create_missing(&config.kafka, &plan).await? {
            writeln!(out, "created {} with {} partitions", topic.name, topic.partitions)?;
        }
        let differences = super::service::settled(&config, &plan).await?;
        for difference in &differences {
            writeln!(out, "differs: {difference}")?;
        }
        if differences.is_empty() {
            writeln!(out, "all {} topics are as needed", plan.len())?;
        }
        let serious = differences.iter().any(kafka::Difference::is_serious);
        Ok(if serious { ExitCode::from(exit::UNAVAILABLE) } else { ExitCode::SUCCESS })
    })
}
