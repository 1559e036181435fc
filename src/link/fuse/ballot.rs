//! Ballot: many reports, one value.

use crate::link::profile::told_at;
use crate::message::{ArticleRef, Competing, Relation, Report};
use serde::Serialize;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A report that has a say, with its place among the reports of the incident.
#[derive(Debug, Clone, Copy)]
pub(super) struct Voice<'a> {
    pub(super) report: &'a Report,
    /// The outlet whose word it is: that of the article which this one repeats, if the incident
    /// has a report of it. None for a copy, which says nothing of its own.
    pub(super) source: Option<&'a str>,
    /// Another outlet's article is repeated: an update or an excerpt, or a copy.
    pub(super) repeats: bool,
    /// The article that stands at the start of what is repeated; its own, if nothing is.
    pub(super) origin: &'a str,
    pub(super) at: i64,
}

/// Steps that are followed to the start of what is repeated.
const MAX_STEPS: usize = 8;

/// The reports with a say: those that tell the event as news; all, where none does.
pub(super) fn voices(reports: &[Report]) -> Vec<Voice<'_>> {
    let articles: BTreeMap<&str, &ArticleRef> =
        reports.iter().map(|r| (r.article.id.as_str(), &r.article)).collect();
    let voice = |report| voice(report, &articles);
    let news: Vec<Voice<'_>> =
        reports.iter().filter(|r| crate::link::history::founds(r)).map(voice).collect();
    if news.is_empty() { reports.iter().map(voice).collect() } else { news }
}

fn voice<'a>(report: &'a Report, articles: &BTreeMap<&str, &'a ArticleRef>) -> Voice<'a> {
    let earlier = |article: &ArticleRef| {
        let of = article.duplicate_of.as_ref().filter(|of| of.article != article.id)?;
        Some((of.relation, *articles.get(of.article.as_str())?))
    };
    let mut origin = &report.article;
    for _ in 0..MAX_STEPS {
        let Some((_, article)) = earlier(origin) else { break };
        origin = article;
    }
    let is_copy = earlier(&report.article).is_some_and(|(how, _)| how == Relation::Copy);
    Voice {
        report,
        source: (!is_copy).then_some(origin.outlet.as_str()),
        repeats: is_copy || origin.outlet != report.article.outlet,
        origin: &origin.id,
        at: told_at(report).as_second(),
    }
}

/// One value with all that speaks for it.
#[derive(Debug, Clone)]
pub(super) struct Choice<'a, T> {
    pub(super) value: T,
    pub(super) key: String,
    /// The report the value was taken from, and where it stands in that report's list.
    pub(super) from: &'a Report,
    pub(super) index: usize,
    /// Sorted, each once; so are the reports.
    pub(super) sources: Vec<&'a str>,
    pub(super) reports: Vec<&'a str>,
    pub(super) confidence: f64,
    pub(super) at: i64,
    /// Preference before support, smaller first: a day before "this week".
    pub(super) rank: u8,
}

impl<T> Choice<'_, T> {
    /// True when no report speaks for both.
    pub(super) fn is_apart_from(&self, other: &Self) -> bool {
        !self.reports.iter().any(|report| other.reports.binary_search(report).is_ok())
    }
}

fn add_sorted<'a>(all: &mut Vec<&'a str>, new: &'a str) {
    if let Err(place) = all.binary_search(&new) {
        all.insert(place, new);
    }
}

/// Values by key, with their support; sorted by key.
#[derive(Debug)]
pub(super) struct Ballot<'a, T>(Vec<Choice<'a, T>>);

impl<'a, T> Ballot<'a, T> {
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    /// Counts a value that stands at `index` of its list in the voice's report. Values of one key
    /// are the same for the vote; the surest of them is kept, the latest among equals.
    pub(super) fn add(
        &mut self,
        voice: &Voice<'a>,
        key: String,
        value: T,
        index: usize,
        rank: u8,
        confidence: f64,
    ) {
        let (report, at) = (voice.report, voice.at);
        let place = self.0.binary_search_by(|choice| choice.key.cmp(&key));
        let known = place.ok().and_then(|place| self.0.get_mut(place));
        if let Some(known) = known {
            let better = known
                .rank
                .cmp(&rank)
                .then_with(|| confidence.total_cmp(&known.confidence).then(at.cmp(&known.at)));
            if better == Ordering::Greater {
                (known.value, known.from, known.index) = (value, report, index);
                (known.rank, known.confidence) = (rank, confidence);
            }
            known.at = known.at.max(at);
            add_sorted(&mut known.reports, &report.id);
            if let Some(source) = voice.source {
                add_sorted(&mut known.sources, source);
            }
            return;
        }
        let new = Choice {
            value,
            key,
            from: report,
            index,
            sources: voice.source.into_iter().collect(),
            reports: vec![report.id.as_str()],
            confidence,
            at,
            rank,
        };
        if self.0.is_empty() {
            // As a rule there is one.
            self.0.reserve_exact(1);
        }
        self.0.insert(place.unwrap_or_else(|place| place), new);
    }

    /// The choices, best first: rank, independent sources, confidence, recency.
    pub(super) fn ranked(self) -> Vec<Choice<'a, T>> {
        let mut all = self.0;
        all.sort_by(|a, b| {
            (a.rank.cmp(&b.rank))
                .then_with(|| b.sources.len().cmp(&a.sources.len()))
                .then_with(|| b.confidence.total_cmp(&a.confidence))
                .then_with(|| b.at.cmp(&a.at))
                .then_with(|| a.key.cmp(&b.key))
        });
        all
    }
}

/// Appends the values of a field on which reports do not agree, the chosen one first.
pub(super) fn compete<T: Serialize>(out: &mut Vec<Competing>, field: &str, all: &[&Choice<'_, T>]) {
    if all.len() < 2 {
        return;
    }
    for choice in all {
        if let Ok(value) = serde_json::to_value(&choice.value) {
            out.push(Competing {
                field: field.to_owned(),
                value,
                reports: choice.reports.iter().map(|id| (*id).to_owned()).collect(),
            });
        }
    }
}
