//! `depesche run`: the service.

use super::feeds::Reloader;
use super::service::{self, Plan};
use super::{ConfigArg, block_on};
use crate::stage::Stage;
use clap::Args;
use std::process::ExitCode;

/// Arguments of `run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    #[command(flatten)]
    config: ConfigArg,
    /// Stages to run in this process, separated by commas.
    ///
    /// `none` runs no stage: only metrics, health and the console.
    #[arg(long, value_delimiter = ',', default_value = "poll,extract,link", value_parser = stage)]
    stages: Vec<Wanted>,
    /// Runs a broker inside the process: memory only, to try your own feeds without a Kafka.
    #[arg(long)]
    embedded_broker: bool,
}

/// A stage, or `none`.
type Wanted = Option<Stage>;

fn stage(name: &str) -> Result<Wanted, String> {
    if name == "none" {
        return Ok(None);
    }
    let stage = Stage::ALL.into_iter().find(|stage| stage.name() == name);
    stage.map(Some).ok_or_else(|| "one of poll, extract, link, none".to_owned())
}

/// Runs the command.
pub(super) fn run(args: &RunArgs) -> anyhow::Result<ExitCode> {
    let loaded = args.config.load()?;
    let stages: Vec<Stage> = args.stages.iter().copied().flatten().collect();
    service::feeds_wanted(&loaded.feeds, &stages)?;
    crate::ops::logging::init(&loaded.config.log)?;
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
    block_on(async {
        let stop = service::stop_on_signal()?;
        let reloader = Reloader::new(args.config.clone(), &loaded, stages.clone())?;
        let plan = Plan { loaded, stages, embedded: args.embedded_broker };
        match service::start(plan, stop).await? {
            Some(service) => {
                tokio::spawn(reloader.run(service.context.clone()));
                Ok(service.finish().await)
            }
            None => Ok(ExitCode::SUCCESS),
        }
    })
}
