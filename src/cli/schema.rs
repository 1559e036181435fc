//! `depesche schema`: the contracts.

use super::lines::write_json;
use super::{ConfigArg, exit};
use clap::Args;
use std::process::ExitCode;

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// One schema, as `depesche.incident/1` or `incident` [default: all, by name].
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// The AsyncAPI document of the topics instead.
    #[arg(long, conflicts_with = "name")]
    asyncapi: bool,
    /// The OpenAPI document of the console's API instead.
    #[arg(long, conflicts_with_all = ["name", "asyncapi"])]
    openapi: bool,
    #[command(flatten)]
    config: ConfigArg,
}

/// Runs the command.
pub(super) fn run(args: &SchemaArgs) -> anyhow::Result<ExitCode> {
    if args.openapi {
        write_json(&crate::console::openapi(), false)?;
        return Ok(ExitCode::SUCCESS);
    }
    if args.asyncapi {
        let config = args.config.load()?.config;
        let plan = crate::kafka::plan(&config.kafka, config.link.shards);
        let channels = crate::kafka::asyncapi_channels(&plan);
        write_json(&crate::message::asyncapi(&channels), false)?;
        return Ok(ExitCode::SUCCESS);
    }
    let schemas = crate::message::json_schemas();
    let Some(wanted) = &args.name else {
        let all: serde_json::Map<String, serde_json::Value> =
            schemas.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
        write_json(&all, false)?;
        return Ok(ExitCode::SUCCESS);
    };
    let full = format!("depesche.{wanted}/1");
    if let Some((_, schema)) = schemas.iter().find(|(name, _)| name == wanted || *name == full) {
        write_json(schema, false)?;
        return Ok(ExitCode::SUCCESS);
    }
    let names: Vec<&str> = schemas.iter().map(|(name, _)| *name).collect();
    super::complain(&anyhow::anyhow!("no schema {wanted}: there are {}", names.join(", ")));
    Ok(ExitCode::from(exit::UNAVAILABLE))
}
