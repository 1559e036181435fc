//! Why an article was read so: every candidate with its types, and what became of it.

use super::assembly::Assembled;
use super::ground::Ground;
use super::text::Text;
use super::trigger::{Cited, Mention};
use crate::message::{Part, Realis, Status};
use serde::Serialize;

/// Everything that was considered.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// Language as identified (BCP 47).
    pub lang: String,
    /// False for languages without tables.
    pub read: bool,
    /// Words that might stand for an event, in order.
    pub candidates: Vec<Candidate>,
}

/// A word that might stand for an event.
#[derive(Debug, Clone, Serialize)]
pub struct Candidate {
    /// The words.
    pub text: String,
    /// Title or text.
    pub part: Part,
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// Id of the rule that found it.
    pub rule: String,
    /// Types with their scores, the best first.
    pub types: Vec<(String, f64)>,
    /// Whether it happened.
    pub realis: Realis,
    /// Whether it is news.
    pub status: Status,
    /// What became of it.
    pub verdict: Verdict,
    /// The words that decided it, where it is no plain current event.
    pub because: Option<String>,
    /// The rule that decided it.
    pub because_rule: Option<String>,
}

/// What became of a candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Part of the report with this id.
    Report(String),
    /// No event: a figure of speech, sport, an exercise.
    Vetoed,
    /// An event that is not reported: hypothetical, threatened, negated.
    Unreported,
}

impl Explanation {
    pub(crate) fn unread(ground: &Ground) -> Self {
        Self { lang: ground.lang_code.clone(), read: false, candidates: Vec::new() }
    }

    /// Of a text that was read and has no word for an event.
    pub(crate) fn eventless(ground: &Ground) -> Self {
        Self { read: true, ..Self::unread(ground) }
    }

    pub(crate) fn of(text: &Text<'_>, assembled: &Assembled) -> Self {
        let candidates = assembled
            .mentions
            .iter()
            .enumerate()
            .map(|(i, m)| {
                let report = assembled
                    .owner
                    .get(i)
                    .copied()
                    .flatten()
                    .and_then(|r| assembled.reports.get(r));
                candidate(text, m, report.map(|r| r.id.clone()))
            })
            .collect();
        Self { lang: text.ground.lang_code.clone(), read: true, candidates }
    }
}

fn candidate(text: &Text<'_>, m: &Mention, report: Option<String>) -> Candidate {
    let span = text.span(m.first(), m.last());
    let (part, start, end) = text.ground.locate(span);
    let mut types: Vec<(String, f64)> = m
        .votes
        .iter()
        .map(|(id, w)| (text.taxonomy.name(*id).to_owned(), (w * 100.0).round() / 100.0))
        .collect();
    types.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let because: Option<&Cited> = m.veto.as_ref().or(m.reality.as_ref());
    Candidate {
        text: text.ground.slice(span).to_owned(),
        part,
        start,
        end,
        rule: m.rule.clone(),
        types,
        realis: m.realis,
        status: m.status,
        verdict: match (&m.veto, report) {
            (Some(_), _) => Verdict::Vetoed,
            (None, Some(id)) => Verdict::Report(id),
            (None, None) => Verdict::Unreported,
        },
        because: because.map(|c| text.ground.slice(c.span).to_owned()),
        because_rule: because.map(|c| c.rule.clone()),
    }
}
