//! The sums over a gold set.

use super::align::{align, counts};
use super::gold::GoldArticle;
use super::judge;
use crate::message::Report;
use serde::Serialize;
use std::collections::BTreeMap;

/// Hits, misses and false alarms of one field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Expected and right.
    pub hits: usize,
    /// Expected, and missing or wrong.
    pub misses: usize,
    /// Filled, and wrong or not expected.
    pub false_alarms: usize,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.hits += other.hits;
        self.misses += other.misses;
        self.false_alarms += other.false_alarms;
    }

    fn share(part: usize, whole: usize) -> Option<f64> {
        (whole > 0).then(|| part as f64 / whole as f64)
    }

    /// Share of the filled that is right; none where nothing is filled.
    #[must_use]
    pub fn precision(self) -> Option<f64> {
        Self::share(self.hits, self.hits + self.false_alarms)
    }

    /// Share of the expected that is right; none where nothing is expected.
    #[must_use]
    pub fn recall(self) -> Option<f64> {
        Self::share(self.hits, self.hits + self.misses)
    }

    /// Harmonic mean of precision and recall; none where there is nothing of the field at all.
    #[must_use]
    pub fn f1(self) -> Option<f64> {
        Self::share(2 * self.hits, 2 * self.hits + self.misses + self.false_alarms)
    }
}

/// Values whose confidence lies in one tenth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Bin {
    /// How many.
    pub values: usize,
    /// How many of them are right.
    pub right: usize,
    /// Sum of their confidences.
    pub confidence: f64,
}

/// Something that was read wrongly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// Id of the article.
    pub article: String,
    /// Field of the score table.
    pub field: &'static str,
    /// What the gold says.
    pub expected: String,
    /// What came.
    pub got: String,
}

/// The scores of a set of articles, as of one language.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Set {
    /// Articles.
    pub articles: usize,
    /// Articles without any expected report.
    pub negatives: usize,
    /// Counting reports in those.
    pub spurious: usize,
    /// By field; `incident` is detection, the others are scored over what was found.
    pub fields: BTreeMap<&'static str, Counts>,
    /// Detection by expected type; false alarms stand under the type that came.
    pub types: BTreeMap<String, Counts>,
    /// Confidence against rightness: field, then tenth (0 is below 0.1).
    pub calibration: BTreeMap<&'static str, BTreeMap<u8, Bin>>,
}

impl Set {
    /// Counting reports per negative article.
    #[must_use]
    pub fn spurious_per_negative(&self) -> Option<f64> {
        Counts::share(self.spurious, self.negatives)
    }

    /// F1 of a field.
    #[must_use]
    pub fn f1(&self, field: &str) -> Option<f64> {
        self.fields.get(field).copied().and_then(Counts::f1)
    }
}

/// The scores of several sets, and what was wrong.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Scores {
    /// By name, as the language.
    pub sets: BTreeMap<String, Set>,
    /// In the order in which the articles were scored.
    pub mistakes: Vec<Mistake>,
}

impl Scores {
    /// Confidence against rightness over all sets: field, then tenth.
    #[must_use]
    pub fn calibration(&self) -> BTreeMap<&'static str, BTreeMap<u8, Bin>> {
        let mut all: BTreeMap<&'static str, BTreeMap<u8, Bin>> = BTreeMap::new();
        for (field, bins) in self.sets.values().flat_map(|set| &set.calibration) {
            for (tenth, bin) in bins {
                let sum = all.entry(field).or_default().entry(*tenth).or_default();
                sum.values += bin.values;
                sum.right += bin.right;
                sum.confidence += bin.confidence;
            }
        }
        all
    }

    /// Scores the reports of one article. `group_of` knows the group of a type.
    pub fn add(
        &mut self,
        set: &str,
        gold: &GoldArticle,
        reports: &[Report],
        group_of: &dyn Fn(&str) -> Option<String>,
    ) {
        let counting: Vec<&Report> = reports.iter().filter(|r| counts(r)).collect();
        let pairs = align(&gold.reports, &counting, group_of);
        let scores = self.sets.entry(set.to_owned()).or_default();
        scores.articles += 1;
        if gold.reports.is_empty() {
            scores.negatives += 1;
            scores.spurious += counting.len();
        }
        let mut mistake = |field, expected: String, got: String| {
            self.mistakes.push(Mistake { article: gold.id.clone(), field, expected, got });
        };
        for (e, expected) in gold.reports.iter().enumerate() {
            let preferred = expected.event_type.split('|').next().unwrap_or_default();
            let typed = scores.types.entry(preferred.to_owned()).or_default();
            let Some((_, r)) = pairs.iter().find(|(a, _)| *a == e) else {
                typed.misses += 1;
                scores.fields.entry("incident").or_default().misses += 1;
                mistake("incident", expected.event_type.clone(), "nothing".into());
                continue;
            };
            typed.hits += 1;
            scores.fields.entry("incident").or_default().hits += 1;
            let Some(report) = counting.get(*r) else { continue };
            let group = expected
                .event_type
                .split('|')
                .any(|t| group_of(t).is_some_and(|group| group == report.group));
            let judged = judge::fields(expected, report);
            for one in judged.into_iter().chain([judge::group(expected, report, group)]) {
                scores.fields.entry(one.field).or_default().add(one.counts);
                for (confidence, right) in one.marks {
                    let bin = scores.calibration.entry(one.field).or_default();
                    let bin = bin.entry(tenth(confidence)).or_default();
                    bin.values += 1;
                    bin.right += usize::from(right);
                    bin.confidence += confidence;
                }
                if let Some((expected, got)) = one.mistake {
                    mistake(one.field, expected, got);
                }
            }
        }
        for (r, report) in counting.iter().enumerate() {
            if pairs.iter().all(|(_, b)| *b != r) {
                scores.types.entry(report.event_type.clone()).or_default().false_alarms += 1;
                scores.fields.entry("incident").or_default().false_alarms += 1;
                let status = super::slug(&report.status);
                let got = format!("{} ({status})", report.event_type);
                mistake("incident", "nothing".into(), got);
            }
        }
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to 9
fn tenth(confidence: f64) -> u8 {
    // A confidence of 0.9 is stored as slightly less at times.
    (confidence.clamp(0.0, 1.0) * 10.0 + 1e-9).min(9.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractor;
    use std::sync::LazyLock;

    static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(|| Extractor::builtin().unwrap());

    /// Scores one article whose gold is given as the lines of its reports.
    fn scored(text: &str, reports: &str) -> Scores {
        let gold = format!(
            "[[article]]\nid='a'\npublished='2025-03-12T08:00:00Z'\ntitle=''\ntext='''{text}'''\n{reports}"
        );
        let mut scores = Scores::default();
        crate::eval::score(&EXTRACTOR, "t", &gold, &mut scores).unwrap();
        scores
    }

    const TEXT: &str =
        "In Bagdad sind am Dienstag bei einem Luftangriff drei Menschen getötet worden.";

    #[test]
    fn what_is_right_is_a_hit() {
        let scores = scored(
            TEXT,
            "[[article.report]]\ntype='air_strike'\ndate='2025-03-11'\ncountry='IQ'\nplace='Bagdad'\nkilled='3'\ninstrument='aircraft'",
        );
        let set = &scores.sets["t"];
        for field in ["incident", "group", "type", "country", "place", "date", "killed"] {
            let right = Counts { hits: 1, misses: 0, false_alarms: 0 };
            assert_eq!(set.fields[field], right, "{field}");
        }
        assert_eq!(scores.mistakes, vec![]);
    }

    #[test]
    fn what_is_wrong_is_a_miss_and_a_false_alarm() {
        let scores = scored(
            TEXT,
            "[[article.report]]\ntype='shelling'\ndate='2025-03-11'\ncountry='IQ'\nkilled='4..'\nwounded='9'\ninstrument='aircraft|'",
        );
        let set = &scores.sets["t"];
        let both = Counts { hits: 0, misses: 1, false_alarms: 1 };
        assert_eq!((set.fields["type"], set.fields["killed"]), (both, both));
        assert_eq!(set.fields["wounded"], Counts { hits: 0, misses: 1, false_alarms: 0 });
        assert_eq!(scores.mistakes.len(), 3);
    }

    #[test]
    fn a_missed_incident_is_one_miss_and_a_spurious_one_is_counted() {
        let elsewhere =
            "[[article.report]]\ntype='flood'\ndate='2025-01-01'\ncountry='PE'\nkilled='7'";
        let scores = scored(TEXT, elsewhere);
        let detection = scores.sets["t"].fields["incident"];
        assert_eq!(detection, Counts { hits: 0, misses: 1, false_alarms: 1 });
        assert!(!scores.sets["t"].fields.contains_key("killed"));
        let negative = scored(TEXT, "");
        assert_eq!(negative.sets["t"].spurious_per_negative(), Some(1.0));
    }

    #[test]
    fn nothing_found_and_nothing_expected_has_no_score() {
        assert_eq!(Counts::default().f1(), None);
        assert_eq!(Counts { hits: 1, misses: 0, false_alarms: 1 }.precision(), Some(0.5));
    }
}
