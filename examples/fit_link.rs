//! Fits what the components of a link score weigh to the open stories of `tests/stories`.
//!
//! `cargo run --example fit_link` prints the tables `for` and `against` of `src/link/weights.toml`:
//! a logistic regression over all pairs of reports of a story that tell its events and share a place
//! finer than a country. No cue that speaks for one event may count against it, nor the other way
//! round. The blind stories are not read.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::indexing_slicing)]
#![allow(clippy::cast_precision_loss, clippy::needless_range_loop, dead_code)]

#[path = "../tests/stories/gold.rs"]
mod gold;

use depesche::link::{Settings, Shard};
use depesche::message::Report;
use std::path::Path;

/// A trial that is told of months later must be compared, too.
const SETTINGS: Settings = Settings { quiet_days: 4_000, max_reports: 50 };
/// A pair that shares less of a place is not joined by its score.
const LOCATED: f64 = 0.4;
/// Sum at which one event is as likely as two.
const EVEN: f64 = 0.585;
/// How strongly weights are drawn to nothing.
const RIDGE: f64 = 3.0;
const STEPS: usize = 6_000;
const PACE: f64 = 2.0;
const MOMENTUM: f64 = 0.9;
/// Components, each for and against.
const NAMES: [&str; 8] =
    ["type", "place", "time", "actors", "targets", "instrument", "casualties", "words"];
const COUNT: usize = 2 * NAMES.len();

/// Two reports: what they share, and whether they tell one event.
struct Pair {
    values: [f64; COUNT],
    one_event: bool,
    weight: f64,
}

fn pairs_of(story: &gold::Story) -> Vec<Pair> {
    let mut told: Vec<(String, &str, &Report)> = Vec::new();
    for piece in &story.pieces {
        for (event, id) in gold::told(story, piece) {
            let report = piece.reports.iter().find(|report| report.id == id).unwrap();
            told.push((event, &piece.name, report));
        }
    }
    let mut out = Vec::new();
    for (i, (event, piece, report)) in told.iter().enumerate() {
        let mut shard = Shard::new(SETTINGS);
        shard.apply(report);
        for (other, _, second) in told.iter().skip(i + 1).filter(|(_, name, _)| name != piece) {
            let scores = shard.explain(second);
            let Some((_, score)) = scores.first().filter(|(_, s)| s.veto.is_none()) else {
                continue;
            };
            let mut values = [0.0; COUNT];
            for component in &score.components {
                let place = NAMES.iter().position(|name| *name == component.name).unwrap();
                values[2 * place] = component.value.max(0.0);
                values[2 * place + 1] = (-component.value).max(0.0);
            }
            if values[2] >= LOCATED || values[3] > 0.0 {
                out.push(Pair { values, one_event: event == other, weight: 0.0 });
            }
        }
    }
    // A story with many reports has many more pairs: it counts more, but not so much more.
    let weight = 10.0 / (out.len().max(1) as f64).sqrt();
    for pair in &mut out {
        pair.weight = weight;
    }
    out
}

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories");
    let stories = gold::stories(&folder);
    let pairs: Vec<Pair> = stories.iter().filter(|story| !story.blind).flat_map(pairs_of).collect();
    let all: f64 = pairs.iter().map(|pair| pair.weight).sum();
    let (mut weights, mut pace) = ([0.0; COUNT], [0.0; COUNT]);
    let (mut bias, mut bias_pace) = (0.0_f64, 0.0);
    for _ in 0..STEPS {
        let (mut slopes, mut bias_slope) = ([0.0; COUNT], 0.0);
        for pair in &pairs {
            let sum: f64 = weights.iter().zip(pair.values).map(|(w, v)| w * v).sum();
            let likely = 1.0 / (1.0 + (-bias - sum).exp());
            let error = (likely - f64::from(u8::from(pair.one_event))) * pair.weight;
            bias_slope += error;
            slopes.iter_mut().zip(pair.values).for_each(|(slope, v)| *slope += error * v);
        }
        for i in 0..COUNT {
            let slope = slopes[i] + RIDGE * weights[i];
            pace[i] = MOMENTUM * pace[i] - PACE / all * slope;
            let moved: f64 = weights[i] + pace[i];
            weights[i] = if i % 2 == 0 { moved.max(0.0) } else { moved.min(0.0) };
        }
        bias_pace = MOMENTUM * bias_pace - PACE / all * bias_slope;
        bias += bias_pace;
    }
    let one = pairs.iter().filter(|pair| pair.one_event).count();
    println!("# {} pairs, {} of one event", pairs.len(), one);
    let scale = EVEN / -bias;
    for (offset, table) in [(0, "for"), (1, "against")] {
        println!("\n[{table}]");
        for (i, name) in NAMES.iter().enumerate() {
            println!("{name} = {:.3}", (weights[2 * i + offset] * scale).abs());
        }
    }
}
