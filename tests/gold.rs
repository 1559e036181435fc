//! The extractor on the gold set: no score may fall below the table that is checked in.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // helpers of tests are tests

use depesche::eval::{Scores, score};
use depesche::extract::Extractor;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// What a score may fall by before the test fails.
const SLACK: f64 = 0.01;

/// Set, then field, then F1 (for `spurious`: reports per negative article).
type Table = BTreeMap<String, BTreeMap<String, f64>>;

fn scored() -> Scores {
    let extractor = Extractor::builtin().unwrap();
    let mut scores = Scores::default();
    let folders =
        [("tests/gold", ""), ("tests/gold/blind", "blind/"), ("tests/gold/phrases", "phrases/")];
    for (folder, prefix) in folders {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for lang in ["de", "en", "fr", "es"] {
            let Ok(gold) = std::fs::read_to_string(folder.join(format!("{lang}.toml"))) else {
                continue;
            };
            score(&extractor, &format!("{prefix}{lang}"), &gold, &mut scores).unwrap();
        }
    }
    scores
}

fn table(scores: &Scores) -> Table {
    let rounded = |share: f64| (share * 1000.0).round() / 1000.0;
    scores
        .sets
        .iter()
        .map(|(name, set)| {
            let mut row: BTreeMap<String, f64> = set
                .fields
                .keys()
                .filter_map(|field| Some(((*field).to_owned(), rounded(set.f1(field)?))))
                .collect();
            row.extend(set.spurious_per_negative().map(|s| ("spurious".to_owned(), rounded(s))));
            (name.clone(), row)
        })
        .collect()
}

/// `docs/calibration.md`.
fn calibration(scores: &Scores) -> String {
    let mut out = String::from(
        "# Calibration\n\nHow often values are right that the extractor states with a confidence, over all \
         articles of `tests/gold`.\nOf the values of a row, the mean of the stated confidences should come \
         near the share that is right; rows with few\nvalues say little. Written by \
         `UPDATE_GOLD=1 cargo test --test gold`; the gold's own readme tells what counts as right.\n\n\
         | field | confidence | values | stated | right |\n|---|---|---|---|---|\n",
    );
    for (field, bins) in scores.calibration() {
        for (tenth, bin) in bins {
            let share = |sum: f64| sum / bin.values as f64;
            writeln!(
                out,
                "| {field} | 0.{tenth} | {} | {:.2} | {:.2} |",
                bin.values,
                share(bin.confidence),
                share(bin.right as f64)
            )
            .unwrap();
        }
    }
    out
}

#[test]
fn no_score_falls_and_the_calibration_is_as_written() {
    let scores = scored();
    let measured = table(&scores);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gold-scores.toml");
    if std::env::var_os("UPDATE_GOLD").is_some() {
        let head = "# F1 by set and field, and reports per negative article; written by\n\
                    # UPDATE_GOLD=1 cargo test --test gold\n\n";
        std::fs::write(&path, format!("{head}{}", toml::to_string(&measured).unwrap())).unwrap();
    }
    let kept: Table = toml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let mut fallen = Vec::new();
    for (set, row) in &kept {
        for (field, was) in row {
            let is = measured.get(set).and_then(|row| row.get(field)).copied();
            let worse = match is {
                Some(is) if field == "spurious" => is > was + SLACK,
                Some(is) => is < was - SLACK,
                None => true,
            };
            if worse {
                fallen.push(format!("{set} {field}: {was} before, {is:?} now"));
            }
        }
    }
    assert!(fallen.is_empty(), "{fallen:#?}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/calibration.md");
    let calibration = calibration(&scores);
    if std::env::var_os("UPDATE_GOLD").is_some() {
        std::fs::write(&path, &calibration).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), calibration);
    println!("{} sets, none worse", kept.len());
}
