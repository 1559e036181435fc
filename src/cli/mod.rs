//! One file per command.
//!
//! Owns arguments, what is printed on standard output, and exit codes. Decides nothing about feeds,
//! texts or incidents.

mod check;
mod dead_letters;
pub mod demo;
mod eval;
mod extract;
mod feeds;
mod inspect;
mod lines;
mod replay;
mod run;
mod schema;
mod service;
mod tail;
mod topics;

use crate::config::{Config, ConfigErrors, Loaded};
use crate::kafka::KafkaError;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Exit codes, after `sysexits.h`.
pub mod exit {
    /// The service failed while running; a supervisor starts it again.
    pub const SOFTWARE: u8 = 70;
    /// Something that was looked for is not there or not in order.
    pub const UNAVAILABLE: u8 = 69;
    /// An input could not be read.
    pub const NO_INPUT: u8 = 66;
    /// The configuration is wrong; starting again does not help.
    pub const CONFIG: u8 = 78;
}

/// Reads news feeds and publishes structured incident messages on Kafka.
#[derive(Debug, Parser)]
#[command(
    name = "depesche",
    version = crate::ops::version::text(),
    propagate_version = true,
    after_help = "Example: depesche demo        (needs nothing installed)"
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The configuration file.
#[derive(Debug, Clone, Args)]
pub struct ConfigArg {
    /// Configuration file [default: built-in defaults and environment].
    #[arg(long, short, env = "DEPESCHE_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl ConfigArg {
    /// Reads file and environment, and lets the rooms check their part.
    ///
    /// # Errors
    /// All mistakes at once.
    fn load(&self) -> Result<Loaded, ConfigErrors> {
        let environment = std::env::vars_os().filter(|(name, _)| name != "DEPESCHE_CONFIG");
        Config::load_with(self.config.as_deref(), environment, service::check_rooms)
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The whole service with sample feeds and an in-process broker; needs nothing installed.
    #[command(after_help = "Example: depesche demo --once")]
    Demo(demo::DemoArgs),
    /// The service.
    #[command(
        after_help = "Example: depesche run --config /etc/depesche/depesche.toml --stages poll,extract"
    )]
    Run(run::RunArgs),
    /// Checks configuration, feed list and lexicons, reaches Kafka and compares its topics.
    #[command(after_help = "Example: depesche check --config config/depesche.toml --offline")]
    Check(check::CheckArgs),
    /// Looks after the Kafka topics.
    #[command(after_help = "Example: depesche topics create --config config/depesche.toml")]
    Topics(topics::TopicsArgs),
    /// One article in, reports out as JSON.
    #[command(
        after_help = "Example: depesche extract --published 2023-11-22 --explain article.txt"
    )]
    Extract(extract::ExtractArgs),
    /// Scores the extractor on gold files.
    #[command(after_help = "Example: depesche eval tests/gold --errors 20")]
    Eval(eval::EvalArgs),
    /// Looks after feed lists: asks each feed once, reads and writes OPML.
    #[command(after_help = "Example: depesche feeds check https://example.org/rss.xml")]
    Feeds(feeds::FeedsArgs),
    /// Shows what is made of a feed, a page, a text or a pair of texts, as JSON.
    #[command(
        after_help = "Example: depesche inspect feed feed.xml --url https://example.org/rss.xml"
    )]
    Inspect(inspect::InspectArgs),
    /// Follows a topic.
    #[command(
        after_help = "Example: depesche tail --brokers 127.0.0.1:9092 --topic incidents --country IQ"
    )]
    Tail(tail::TailArgs),
    /// Rebuilds incidents from stored articles with the current rules, and tells what would differ.
    #[command(
        after_help = "Example: depesche replay --brokers 127.0.0.1:9092 --since 2026-03-01 --to replay."
    )]
    Replay(replay::ReplayArgs),
    /// Lists what failed and why, or sends it again.
    #[command(after_help = "Example: depesche dead-letters list --brokers 127.0.0.1:9092")]
    DeadLetters(dead_letters::DeadLettersArgs),
    /// Prints the contracts: JSON Schema of all values, or AsyncAPI of all topics.
    #[command(after_help = "Example: depesche schema --asyncapi > asyncapi.json")]
    Schema(schema::SchemaArgs),
}

/// Runs a command.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    let reads_input = matches!(
        cli.command,
        Command::Extract(_) | Command::Inspect(_) | Command::Eval(_) | Command::Feeds(_)
    );
    let ended = match cli.command {
        Command::Demo(args) => demo::run(&args),
        Command::Run(args) => run::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Topics(args) => topics::run(&args),
        Command::Extract(args) => extract::run(&args),
        Command::Eval(args) => eval::run(&args),
        Command::Feeds(args) => feeds::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Tail(args) => tail::run(&args),
        Command::Replay(args) => replay::run(&args),
        Command::DeadLetters(args) => dead_letters::run(&args),
        Command::Schema(args) => schema::run(&args),
    };
    match ended {
        Ok(code) => code,
        Err(error) => {
            // A reader that closed our output (`| head`) is no failure.
            if error
                .chain()
                .filter_map(|e| e.downcast_ref::<std::io::Error>())
                .any(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
            {
                return ExitCode::SUCCESS;
            }
            complain(&error);
            ExitCode::from(exit_code(&error, reads_input))
        }
    }
}

/// What a supervisor is told of a failure: whether it helps to start again.
fn exit_code(error: &anyhow::Error, reads_input: bool) -> u8 {
    if error.downcast_ref::<ConfigErrors>().is_some()
        || matches!(error.downcast_ref(), Some(KafkaError::Config(_)))
    {
        exit::CONFIG
    } else if reads_input && error.downcast_ref::<std::io::Error>().is_some() {
        exit::NO_INPUT
    } else {
        exit::SOFTWARE
    }
}

/// The last word of a command that failed, on standard error.
#[allow(clippy::print_stderr)]
fn complain(error: &anyhow::Error) {
    eprintln!("depesche: {error:#}");
}

/// Runs a command that waits for others. Blocking threads get a large stack: HTML parsers recurse,
/// and a stack overflow cannot be caught.
///
/// Does not wait for what still runs on blocking threads: a page that takes minutes to read must
/// not keep the process from ending.
fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(16 * 1024 * 1024)
        .thread_name("depesche")
        .build()?;
    let ended = runtime.block_on(work);
    runtime.shutdown_background();
    ended
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ConfigError;
    use anyhow::Context as _;

    #[test]
    fn exit_codes_tell_whether_starting_again_helps() {
        let io = || std::io::Error::from(std::io::ErrorKind::AddrInUse);
        let taken: anyhow::Result<()> = Err(io()).context("cannot listen");
        assert_eq!(exit_code(&taken.unwrap_err(), false), exit::SOFTWARE);
        let missing: anyhow::Result<()> = Err(io()).context("cannot read x.txt");
        assert_eq!(exit_code(&missing.unwrap_err(), true), exit::NO_INPUT);
        let errors = ConfigErrors::from_list(vec![ConfigError::new("a.b", "no")]).unwrap();
        assert_eq!(exit_code(&errors.into(), false), exit::CONFIG);
        let refused = KafkaError::Config("linger.ms is refused".into());
        assert_eq!(exit_code(&refused.into(), false), exit::CONFIG);
        let away = KafkaError::Cancelled("Kafka".into());
        assert_eq!(exit_code(&away.into(), false), exit::SOFTWARE);
    }
}
