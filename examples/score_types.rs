//! Scores types on German descriptions of attacks (the form of the ARVIG data: JSON lines with
//! `text` and `category`).
//!
//! `cargo run --example score_types -- FILE [--errors]`
//!
//! Four categories: fires laid, gatherings, attacks on people, other attacks (mostly on houses and by words).
//! The answer is the category of the reports' types, by the table below; where the data's
//! division runs through a type, it is whether people were the target. A text without a report of
//! these is taken for another attack, for nothing else is in the data. Texts with none or with
//! two categories are left out.

#![allow(clippy::print_stdout)] // a command that prints its answer

#[path = "support/article.rs"]
mod article;

use anyhow::{Context, Result};
use article::article;
use depesche::extract::Extractor;
use depesche::message::{Outcome, Realis, Report, TargetKind, rfc3339};
use serde::Deserialize;

const CATEGORIES: [&str; 4] = [
    "Brandanschlag",
    "Kundgebung/Demo",
    "Tätlicher Übergriff/Körperverletzung",
    "Sonstige Angriffe",
];
const FIRE: usize = 0;
const GATHERING: usize = 1;
const PEOPLE: usize = 2;
const OTHER: usize = 3;

#[derive(Deserialize)]
struct Line {
    id: String,
    date: Option<String>,
    category: Option<serde_json::Value>,
    text: String,
}

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let path = args.next().context("usage: score_types FILE [--errors]")?;
    let show = args.next().is_some_and(|a| a == "--errors");
    let extractor = Extractor::builtin()?;
    let mut table = Table::default();
    let (mut left_out, mut silent) = (0_u32, 0_u32);
    for line in std::fs::read_to_string(&path).context(path)?.lines() {
        // Python writes a missing value as NaN.
        let line: Line = serde_json::from_str(&line.replace(": NaN", ": null"))?;
        let named = line.category.as_ref().and_then(|c| c.as_str()).unwrap_or_default();
        let Some(key) = CATEGORIES.iter().position(|c| *c == named) else {
            left_out += 1;
            continue;
        };
        let seen = rfc3339(line.date.as_deref().unwrap_or("2015-01-01")).context("date")?;
        let reports =
            extractor.read(&article(&line.id, &line.text, "de", Some("DE")), seen, None).reports;
        let read = category(&reports);
        silent += u32::from(read.is_none());
        let answer = read.unwrap_or(OTHER);
        table.add(key, answer);
        if show && key != answer {
            let types: Vec<&str> = reports.iter().map(|r| r.event_type.as_str()).collect();
            let wrong = read.and_then(|r| CATEGORIES.get(r)).unwrap_or(&"-");
            println!("{}\t{named}\t{wrong}\t{}\t{}", line.id, types.join(","), line.text);
        }
    }
    println!(
        "{} texts, {left_out} left out, {silent} without a report of these types",
        table.all()
    );
    println!("{:<40}{:>8}{:>8}{:>8}{:>8}", "", "P", "R", "F1", "texts");
    for (n, name) in CATEGORIES.iter().enumerate() {
        let (p, r, f1) = table.of(n);
        println!("{name:<40}{p:>8.4}{r:>8.4}{f1:>8.4}{:>8}", table.keys(n));
    }
    println!("{:<40}{:>24.4}", "macro F1", table.macro_f1());
    println!("{:<40}{:>24.4}", "accuracy", table.accuracy());
    Ok(())
}

/// How often a text of a category (row) was given which one (column).
#[derive(Default)]
struct Table([[u32; 4]; 4]);

impl Table {
    fn add(&mut self, key: usize, answer: usize) {
        if let Some(cell) = self.0.get_mut(key).and_then(|row| row.get_mut(answer)) {
            *cell += 1;
        }
    }

    fn keys(&self, n: usize) -> u32 {
        self.0.get(n).map_or(0, |row| row.iter().sum())
    }

    fn answers(&self, n: usize) -> u32 {
        self.0.iter().filter_map(|row| row.get(n)).sum()
    }

    fn right(&self, n: usize) -> u32 {
        self.0.get(n).and_then(|row| row.get(n)).copied().unwrap_or(0)
    }

    fn all(&self) -> u32 {
        self.0.iter().flatten().sum()
    }

    /// Precision, recall and F1.
    fn of(&self, n: usize) -> (f64, f64, f64) {
        let right = self.right(n);
        let (p, r) = (share(right, self.answers(n)), share(right, self.keys(n)));
        (p, r, if p + r == 0.0 { 0.0 } else { 2.0 * p * r / (p + r) })
    }

    fn macro_f1(&self) -> f64 {
        (0..4).map(|n| self.of(n).2).sum::<f64>() / 4.0
    }

    fn accuracy(&self) -> f64 {
        share((0..4).map(|n| self.right(n)).sum(), self.all())
    }
}

fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 0.0 } else { f64::from(part) / f64::from(whole) }
}

/// The category of the first report that has one; one that happened goes before one that did not.
fn category(reports: &[Report]) -> Option<usize> {
    let done = reports.iter().filter(|r| r.realis == Realis::Actual);
    let rest = reports.iter().filter(|r| r.realis != Realis::Actual);
    done.chain(rest).find_map(|r| of_type(&r.event_type, hits_people(r)))
}

fn of_type(event_type: &str, people: bool) -> Option<usize> {
    Some(match event_type {
        "arson_attack" | "fire" => FIRE,
        "protest" | "protest_intervention" => GATHERING,
        "stabbing" | "homicide" | "assassination" | "mass_killing" | "sexual_violence"
        | "abduction" | "mob_violence" => PEOPLE,
        "assault" | "shooting" | "vehicle_attack" | "ground_attack" | "armed_clash" | "robbery"
            if people =>
        {
            PEOPLE
        }
        "assault" | "shooting" | "vehicle_attack" | "ground_attack" | "armed_clash" | "robbery"
        | "bombing" | "grenade_attack" | "explosion_accident" | "chemical_attack" | "riot"
        | "looting" | "sabotage" | "crime_other" | "foiled_attack" | "cyber_attack" | "other" => {
            OTHER
        }
        _ => return None,
    })
}

/// People came to harm, or they were the target rather than a house.
fn hits_people(report: &Report) -> bool {
    let hurt = report.casualties.iter().any(|c| {
        matches!(c.outcome, Outcome::Killed | Outcome::Wounded) && c.best.or(c.min) != Some(0)
    });
    // Nobody is beaten up without being there, whatever the text calls them.
    let unsaid = report.event_type == "assault";
    hurt || report.targets.first().map_or(unsaid, |t| t.kind == TargetKind::Human)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn macro_f1_is_the_mean_of_the_categories() {
        let mut table = Table::default();
        // Fires: two right, one missed. Gatherings: all right. People: one right, one for a fire.
        for (key, answer) in [(0, 0), (0, 0), (0, 3), (1, 1), (2, 2), (2, 0), (3, 3)] {
            table.add(key, answer);
        }
        let third = 2.0 / 3.0;
        let (p, r, f1) = table.of(FIRE);
        assert!([p, r, f1].iter().all(|v| (v - third).abs() < 1e-9));
        assert!((table.of(PEOPLE).2 - third).abs() < 1e-9);
        assert!((table.of(OTHER).2 - third).abs() < 1e-9);
        assert!((table.macro_f1() - (3.0 * third + 1.0) / 4.0).abs() < 1e-9);
        assert!((table.accuracy() - 5.0 / 7.0).abs() < 1e-9);
        assert_eq!((table.all(), table.keys(PEOPLE), table.answers(PEOPLE)), (7, 2, 1));
    }

    #[test]
    fn an_empty_category_has_no_score() {
        assert!(Table::default().macro_f1().abs() < 1e-9);
    }

    #[test]
    fn an_attack_is_on_people_if_people_are_its_target() {
        assert_eq!(of_type("assault", true), Some(PEOPLE));
        assert_eq!(of_type("assault", false), Some(OTHER));
        assert_eq!(of_type("arson_attack", true), Some(FIRE));
        assert_eq!(of_type("flood", false), None);
    }
}
