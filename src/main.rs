//! Arguments, command, exit code; everything else is in the library.

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    depesche::cli::run(depesche::cli::Cli::parse())
}
