//! Reader of `weights.toml`: what each component of a score weighs, and from where on two sides join.

use serde::Deserialize;
use std::sync::LazyLock;

/// What is compared, in the order of the values of a score.
pub(super) const NAMES: [&str; 8] =
    ["type", "place", "time", "actors", "targets", "instrument", "casualties", "words"];

/// The table, as compiled in; a test reads it, so that a mistake in it cannot be released.
static TABLE: LazyLock<Weights> = LazyLock::new(|| {
    toml::from_str::<File>(include_str!("weights.toml"))
        .map_or_else(|_| Weights::default(), |file| Weights::of(&file))
});

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    threshold: Thresholds,
    #[serde(rename = "for")]
    speaking_for: Row,
    against: Row,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    #[serde(rename = "type")]
    event_type: f64,
    place: f64,
    time: f64,
    actors: f64,
    targets: f64,
    instrument: f64,
    casualties: f64,
    words: f64,
}

impl Row {
    fn values(&self) -> [f64; 8] {
        let Self { event_type, place, time, actors, targets, instrument, casualties, words } =
            *self;
        [event_type, place, time, actors, targets, instrument, casualties, words]
    }
}

/// From where on two sides join.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Thresholds {
    pub(super) join: f64,
    pub(super) join_unlocated: f64,
    pub(super) join_wide: f64,
    pub(super) margin: f64,
    pub(super) near: f64,
}

/// Weights and thresholds.
#[derive(Debug, Default)]
pub(super) struct Weights {
    pub(super) threshold: Thresholds,
    speaking_for: [f64; 8],
    against: [f64; 8],
}

impl Weights {
    fn of(file: &File) -> Self {
        Self {
            threshold: file.threshold,
            speaking_for: file.speaking_for.values(),
            against: file.against.values(),
        }
    }

    /// What each of these values weighs.
    pub(super) fn of_values(&self, values: &[f64; 8]) -> [f64; 8] {
        let mut out = self.speaking_for;
        for ((weight, against), value) in out.iter_mut().zip(self.against).zip(values) {
            if *value < 0.0 {
                *weight = against;
            }
        }
        out
    }
}

pub(super) fn weights() -> &'static Weights {
    &TABLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_read_and_is_in_range() {
        let weights = Weights::of(&toml::from_str(include_str!("weights.toml")).unwrap());
        let all = weights.speaking_for.iter().chain(&weights.against);
        assert!(all.clone().all(|weight| (0.0..=1.0).contains(weight)));
        let most: f64 = weights.speaking_for.iter().sum();
        let Thresholds { join, join_unlocated, join_wide, margin, near } = weights.threshold;
        assert!(near <= join_wide.min(join) && margin > 0.0);
        assert!(join < join_unlocated && join_unlocated < most);
    }
}
