//! How well a text agrees with the gold text, as the public article extraction benchmark counts it.
//!
//! A text is its runs of four words (`\w+`, letter case counts), with their number of occurrences; a
//! shorter text is one run. Of a page, `both` are the runs that gold and found text share, `found`
//! those found only, `gold` those of the gold only. Its precision is `both / (both + found)`, its
//! recall `both / (both + gold)`. A page on which nothing was found has no precision, one without
//! gold text no recall; the means are those over the pages that have one, and F1 is the harmonic mean of
//! the two means.

use std::collections::HashMap;

/// Words of a run.
const RUN: usize = 4;

/// Runs of a page.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Runs {
    pub(crate) both: f64,
    pub(crate) found: f64,
    pub(crate) gold: f64,
}

impl Runs {
    /// Compares two texts.
    pub(crate) fn of(gold: &str, found: &str) -> Self {
        let (gold, found) = (runs(gold), runs(found));
        let both: f64 = gold.iter().map(|(run, n)| n.min(*found.get(run).unwrap_or(&0.0))).sum();
        let all = |runs: &HashMap<_, f64>| runs.values().sum::<f64>();
        Self { both, found: all(&found) - both, gold: all(&gold) - both }
    }

    pub(crate) fn precision(self) -> Option<f64> {
        share(self.both, self.found)
    }

    pub(crate) fn recall(self) -> Option<f64> {
        share(self.both, self.gold)
    }

    /// The page's own F1, by which pages are put in order; 1 where there is nothing to find and
    /// nothing was found.
    pub(crate) fn f1(self) -> f64 {
        share(2.0 * self.both, self.found + self.gold).unwrap_or(1.0)
    }
}

/// Precision, recall and F1 over all pages.
pub(crate) fn score(pages: &[Runs]) -> (f64, f64, f64) {
    let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let precision = mean(pages.iter().filter_map(|page| page.precision()).collect());
    let recall = mean(pages.iter().filter_map(|page| page.recall()).collect());
    let f1 = 2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE);
    (precision, recall, f1)
}

fn share(part: f64, other: f64) -> Option<f64> {
    (part + other > 0.0).then(|| part / (part + other))
}

fn runs(text: &str) -> HashMap<Vec<&str>, f64> {
    let words: Vec<&str> = text
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
        .collect();
    let mut out = HashMap::new();
    if !words.is_empty() {
        for run in words.windows(RUN.min(words.len())) {
            *out.entry(run.to_vec()).or_insert(0.0) += 1.0;
        }
    }
    out
}
