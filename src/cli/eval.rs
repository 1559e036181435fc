//! `depesche eval`: scores the extractor on gold files.

use super::ConfigArg;
use super::extract::extractor;
use super::lines::write_json;
use crate::eval::{Counts, Scores, score};
use anyhow::Context as _;
use clap::Args;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Arguments of `eval`.
#[derive(Debug, Args)]
pub struct EvalArgs {
    /// Gold files, or folders of them (their subfolders are sets of their own).
    #[arg(required = true, value_name = "GOLD")]
    gold: Vec<PathBuf>,
    /// Prints the scores, by type and calibration included, as JSON.
    #[arg(long)]
    json: bool,
    /// Shows detection by type.
    #[arg(long)]
    types: bool,
    /// Shows how often values of each confidence are right.
    #[arg(long)]
    calibration: bool,
    /// Shows so many mistakes.
    #[arg(long, value_name = "N", default_value_t = 0)]
    errors: usize,
    #[command(flatten)]
    config: ConfigArg,
}

/// The fields of the table, in its order.
const FIELDS: [&str; 14] = [
    "incident",
    "group",
    "type",
    "country",
    "place",
    "date",
    "killed",
    "wounded",
    "other figures",
    "perpetrator",
    "perpetrator confidence",
    "target",
    "instrument",
    "crowd",
];

/// Runs the command.
pub(super) fn run(args: &EvalArgs) -> anyhow::Result<ExitCode> {
    let loaded = args.config.load()?;
    let extractor = extractor(&loaded.config)?;
    let mut scores = Scores::default();
    for path in &args.gold {
        for (set, file) in gold_files(path)? {
            let text = std::fs::read_to_string(&file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            score(&extractor, &set, &text, &mut scores)
                .with_context(|| format!("{}", file.display()))?;
        }
    }
    if args.json {
        write_json(&scores, false)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut out = std::io::stdout().lock();
    write!(out, "{}", shown(&scores, args))?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The gold files of a path with the set that each belongs to: file name, or `folder/file name`
/// below the path that was named.
fn gold_files(path: &Path) -> anyhow::Result<Vec<(String, PathBuf)>> {
    let name = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    if path.is_file() {
        return Ok(vec![(name(path), path.to_owned())]);
    }
    let mut found = Vec::new();
    let mut folders = vec![(path.to_owned(), String::new(), 0)];
    while let Some((folder, prefix, depth)) = folders.pop() {
        let items = std::fs::read_dir(&folder)
            .with_context(|| format!("cannot read {}", folder.display()))?;
        for item in items {
            let path = item?.path();
            if path.is_dir() && depth < 2 {
                folders.push((path.clone(), format!("{prefix}{}/", name(&path)), depth + 1));
            } else if path.extension().is_some_and(|e| e == "toml") {
                found.push((format!("{prefix}{}", name(&path)), path));
            }
        }
    }
    found.sort();
    anyhow::ensure!(!found.is_empty(), "{}: no gold file (*.toml)", path.display());
    Ok(found)
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "-".into(), |share| format!("{:.1}", share * 100.0))
}

fn counts(counts: Counts) -> String {
    format!(
        "{:>6} {:>6} {:>6}   {} right, {} missed, {} false",
        percent(counts.precision()),
        percent(counts.recall()),
        percent(counts.f1()),
        counts.hits,
        counts.misses,
        counts.false_alarms
    )
}

/// The scores for people.
fn shown(scores: &Scores, args: &EvalArgs) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    for (name, set) in &scores.sets {
        let _ = writeln!(
            out,
            "{name}: {} articles, {} without an incident; spurious per negative {}\n{:<24} {:>6} {:>6} {:>6}",
            set.articles,
            set.negatives,
            set.spurious_per_negative().map_or_else(|| "-".into(), |s| format!("{s:.3}")),
            "",
            "P",
            "R",
            "F1",
        );
        for field in FIELDS {
            if let Some(of) = set.fields.get(field) {
                let _ = writeln!(out, "{field:<24} {}", counts(*of));
            }
        }
        if args.types {
            let _ = writeln!(out, "  detection by type");
            for (name, of) in &set.types {
                let _ = writeln!(out, "  {name:<22} {}", counts(*of));
            }
        }
        out.push('\n');
    }
    if args.calibration {
        calibration(&mut out, scores);
    }
    let shown = scores.mistakes.iter().take(args.errors);
    for mistake in shown {
        let _ = writeln!(
            out,
            "{}  {}: expected {}, got {}",
            mistake.article, mistake.field, mistake.expected, mistake.got
        );
    }
    out
}

/// Confidence against rightness over all sets.
fn calibration(out: &mut String, scores: &Scores) {
    let _ = writeln!(
        out,
        "{:<16} {:>10} {:>7} {:>7} {:>7}",
        "calibration", "confidence", "values", "stated", "right"
    );
    for (field, bins) in scores.calibration() {
        for (tenth, bin) in bins {
            let of = |sum: f64| format!("{:.2}", sum / bin.values as f64);
            let _ = writeln!(
                out,
                "{field:<16} {:>10} {:>7} {:>7} {:>7}",
                format!("0.{tenth}"),
                bin.values,
                of(bin.confidence),
                of(bin.right as f64)
            );
        }
    }
    out.push('\n');
}
