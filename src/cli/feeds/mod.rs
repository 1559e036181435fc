//! `depesche feeds`: looking after feed lists.

mod check;
mod opml;
mod reload;

pub(super) use reload::Reloader;

use clap::{Args, Subcommand};
use std::process::ExitCode;

/// Arguments of `feeds`.
#[derive(Debug, Args)]
pub struct FeedsArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Asks each feed once and tells how it answers and reads.
    ///
    /// Exit code 0 where every feed can be read, 69 where one cannot, 66 where a list cannot be
    /// read, 78 where it or the configuration has mistakes.
    #[command(
        after_help = "Example: depesche feeds check --json https://example.org/ lists/de.toml other.opml"
    )]
    Check(check::CheckArgs),
    /// Makes a feed list of an OPML file.
    #[command(
        after_help = "Example: depesche feeds import --lang de --output feeds/mine.toml reader.opml"
    )]
    Import(opml::ImportArgs),
    /// Writes feeds as OPML 2.0, for any feed reader.
    #[command(after_help = "Example: depesche feeds export --config depesche.toml > feeds.opml")]
    Export(opml::ExportArgs),
}

/// Runs the command.
pub(super) fn run(args: &FeedsArgs) -> anyhow::Result<ExitCode> {
    match &args.what {
        What::Check(args) => check::run(args),
        What::Import(args) => opml::import(args),
        What::Export(args) => opml::export(args),
    }
}
