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
    #[arg(long, value_delimiter = ',', default_value = "poll,extract,link", value_parser = stage)]
    stages: Vec<Stage>,
    /// Runs a broker inside the process: memory only, to try your own feeds without a Kafka.
    #[arg(long)]
    embedded_broker: bool,
}

fn stage(name: &str) -> Result<Stage, String> {
    Stage::ALL
        .into_iter()
        .find(|stage| stage.name() == name)
        .ok_or_else(|| "one of poll, extract, link".to_owned())
}

/// Runs the command.
pub(super) fn run(args: &RunArgs) -> anyhow::Result<ExitCode> {
    let loaded = args.config.load()?;
    service::feeds_wanted(&loaded.feeds, &args.stages)?;
    crate::ops::logging::init(&loaded.config.log)?;
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
    block_on(async {
        let stop = service::stop_on_signal()?;
        let reloader = Reloader::new(args.config.clone(), &loaded, args.stages.clone())?;
        let plan = Plan { loaded, stages: args.stages.clone(), embedded: args.embedded_broker };
        match service::start(plan, stop).await? {
            Some(service) => {
                tokio::spawn(reloader.run(service.context.clone()));
                Ok(service.finish().await)
            }
            None => Ok(ExitCode::SUCCESS),
        }
    })
}
