//! Shard: takes reports, keeps the open incidents, gives what must be published.
//!
//! # Why a restart changes nothing
//!
//! The incidents a shard published are all it knows, and every published incident names all its
//! reports. After a crash the published outputs are a prefix of what an undisturbed shard would have
//! published, cut between two reports or within the outputs of one.
//!
//! - A report that an open incident names is a repetition and does nothing.
//! - An incident closes when its last report is older than the window (`quiet_days` before the
//!   watermark, the latest article of any incident). Its reports are then older than the window,
//!   too, and such a report founds nothing. Where a correction moves an article's date past that,
//!   the ids of former incidents (closed, merged, retracted) are the second line: none is founded
//!   again, so that no revision starts twice. They are kept as 16 bytes each, the newest 500,000.
//! - A report that founds nothing itself (background, denial, late) is compared with the founding
//!   reports of incidents first seen before it, to the second, which do not change but by a
//!   correction with a later first sight. So it finds nothing in a repetition that it did not find
//!   the first time. Where reports arrive against the order of their first sight it may: a report of
//!   background then joins an incident it had missed.
//! - A merge is cut in the middle when the survivor names the founding report of an incident that
//!   is still there: [`Shard::restored`] finishes it with the same bytes.
//!
//! This asks two things of the log: outputs of one report reach it in their order, each acknowledged
//! before the next; and the versions of one article arrive in their order.
//!
//! Only a retraction leaves room. The reports of a retracted incident are remembered from its last
//! message; once that is compacted away, a repetition of them may join another incident, and the
//! watermark may lie lower if that incident was the newest of all, so that others close a little
//! later. An incident that was retracted is not founded again by a further correction.

use super::history::{self, founds, supports};
use super::profile::{DAY, Profile, told_at};
use super::score::{Score, score};
use super::table::{Entry, Table};
use super::tidy::tidy;
use crate::config;
use crate::message::{Incident, Lifecycle, Report, Timestamp, incident_id};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Ids of former incidents that are remembered.
const MAX_FORMER: usize = 500_000;

/// How reports become incidents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Days after its last report when an incident closes.
    pub quiet_days: u32,
    /// Reports that an incident keeps in full.
    pub max_reports: usize,
}

impl From<&config::Link> for Settings {
    fn from(link: &config::Link) -> Self {
        Self { quiet_days: link.quiet_days, max_reports: link.max_reports }
    }
}

/// Something to write to the log of incidents.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// A revision of an incident.
    Publish(Box<Incident>),
    /// The end of an incident, whose last revision said why.
    Tombstone {
        /// Incident id.
        id: String,
    },
}

/// What became of the reports, since the shard was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Reports taken from the topic.
    pub reports: u64,
    /// Reports that founded an incident.
    pub founded: u64,
    /// Reports that joined one.
    pub joined: u64,
    /// Reports that replaced an older version of themselves.
    pub replaced: u64,
    /// Reports that were known already, or older than the known version.
    pub repeated: u64,
    /// Reports that are no news and belong to no open incident.
    pub unmatched: u64,
    /// Reports that can neither found nor join an incident: threats, plans, exercises.
    pub no_event: u64,
    /// Reports older than the window, or of a former incident, that found no open one.
    pub late: u64,
    /// Reports whose incident holds too many already.
    pub surplus: u64,
    /// Incidents merged into another.
    pub merged: u64,
    /// Incidents retracted.
    pub retracted: u64,
    /// Incidents closed.
    pub closed: u64,
}

/// The open incidents of one shard.
#[derive(Debug)]
pub struct Shard {
    settings: Settings,
    table: Table,
    watermark: Option<Timestamp>,
    former: Former,
    /// Restored incidents that ended without a tombstone yet.
    ended: BTreeSet<String>,
    counters: Counters,
}

impl Shard {
    /// An empty shard.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            table: Table::default(),
            watermark: None,
            former: Former::default(),
            ended: BTreeSet::new(),
            counters: Counters::default(),
        }
    }

    /// Open incidents in memory.
    #[must_use]
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// True when no incident is open.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The latest article of any incident so far.
    #[must_use]
    pub fn watermark(&self) -> Option<Timestamp> {
        self.watermark
    }

    /// What became of the reports.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// An open incident.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Incident> {
        self.table.get(id).map(|entry| entry.incident.as_ref())
    }

    /// The open incidents in the order of their ids.
    pub fn incidents(&self) -> impl Iterator<Item = &Incident> {
        self.table.by_id().map(|entry| entry.incident.as_ref())
    }

    /// Why a report would join which open incident, or why not: all candidates and their scores, in
    /// the order of their ids.
    #[must_use]
    pub fn explain(&self, report: &Report) -> Vec<(&Incident, Score)> {
        let Some(report) = tidy(report) else { return Vec::new() };
        let profile = Profile::of_report(&report);
        let mut all: Vec<_> = self
            .table
            .candidates(&profile)
            .map(|entry| (entry.incident.as_ref(), score(&profile, &entry.profile)))
            .collect();
        all.sort_by(|a, b| a.0.id.cmp(&b.0.id));
        all
    }

    /// Takes a record of the log, in its order; a later one of an incident replaces the earlier,
    /// unless its revision is lower: an owner that was replaced wrote it late.
    pub fn restore(&mut self, incident: Incident) {
        if self.table.get(&incident.id).is_some_and(|had| had.incident.revision > incident.revision)
        {
            return;
        }
        self.advance(incident.last_seen);
        match incident.lifecycle {
            Lifecycle::New | Lifecycle::Updated => {
                self.ended.remove(&incident.id);
                self.table.put(Box::new(incident));
                self.close();
            }
            Lifecycle::Merged | Lifecycle::Retracted => {
                if incident.lifecycle == Lifecycle::Retracted {
                    self.forget_reports(&incident);
                }
                self.table.remove(&incident.id);
                self.ended.insert(incident.id);
            }
        }
    }

    /// Takes a tombstone of the log.
    pub fn restore_tombstone(&mut self, id: &str) {
        self.table.remove(id);
        self.ended.remove(id);
        self.former.insert(id);
    }

    /// Ends the restore; gives what a crash kept from being written.
    pub fn restored(&mut self) -> Vec<Output> {
        let mut outputs = Vec::new();
        for (absorbed, survivor) in self.unfinished_merges() {
            outputs.extend(self.end_merge(&absorbed, &survivor));
            // The reports of both belong to the survivor now.
            if let Some(entry) = self.table.remove(&survivor) {
                self.table.put(entry.incident);
            }
        }
        for id in std::mem::take(&mut self.ended) {
            self.former.insert(&id);
            outputs.push(Output::Tombstone { id });
        }
        self.close();
        // Those that had closed before the restart were counted then.
        self.counters.closed = 0;
        outputs
    }

    /// Takes a report; gives what must be written, in this order.
    pub fn apply(&mut self, report: &Report) -> Vec<Output> {
        self.counters.reports += 1;
        let Some(report) = tidy(report) else {
            self.counters.no_event += 1;
            return Vec::new();
        };
        if let Some(entry) = self.table.holding(&report.id) {
            let last = entry.incident.clone();
            return self.repeat(&last, report);
        }
        if self.former.contains(&report.id) {
            self.counters.repeated += 1;
            return Vec::new();
        }
        if !founds(&report) && !supports(&report) {
            self.counters.no_event += 1;
            return Vec::new();
        }
        let when = told_at(&report);
        let window = self.window(when);
        let late = when < window || self.former.contains(&incident_id(&report.id));
        let founding = founds(&report) && !late;
        let matches = self.matches(&report, founding, window);
        let Some(best) = matches.first() else {
            return self.unmatched(report, founding, late);
        };
        let other = matches.iter().skip(1).find(|other| founding && self.is_bridge(best, other));
        let outputs = match other {
            Some(other) => self.merge(&best.id, &other.id, report),
            None => self.join(&best.id, report),
        };
        if !outputs.is_empty() {
            self.advance(when);
            self.close();
        }
        outputs
    }

    /// A report that an incident names already.
    fn repeat(&mut self, last: &Incident, report: Report) -> Vec<Output> {
        let known = last.reports.iter().find(|known| known.id == report.id);
        // Of a report that is kept by id only, nothing can be told: it stays as it was.
        if known.is_none_or(|known| known.article.revision >= report.article.revision) {
            self.counters.repeated += 1;
            return Vec::new();
        }
        self.counters.replaced += 1;
        let next = history::replace(last, report, self.settings.max_reports);
        self.advance(next.last_seen);
        let id = next.id.clone();
        let mut outputs = vec![Output::Publish(next.clone())];
        if next.lifecycle == Lifecycle::Retracted {
            self.counters.retracted += 1;
            self.forget_reports(&next);
            self.table.remove(&id);
            self.former.insert(&id);
            outputs.push(Output::Tombstone { id });
        } else {
            self.table.put(next);
        }
        self.close();
        outputs
    }

    /// The reports of a retracted incident have had their effect; repeated, they have none.
    fn forget_reports(&mut self, retracted: &Incident) {
        for report in super::table::report_ids(retracted) {
            self.former.insert(report);
        }
    }

    /// A report that no open incident fits.
    fn unmatched(&mut self, report: Report, founding: bool, late: bool) -> Vec<Output> {
        if !founding {
            let count = if late { &mut self.counters.late } else { &mut self.counters.unmatched };
            *count += 1;
            return Vec::new();
        }
        self.counters.founded += 1;
        let incident = history::found(report, self.settings.max_reports);
        self.advance(incident.last_seen);
        self.table.put(incident.clone());
        self.close();
        vec![Output::Publish(incident)]
    }

    fn join(&mut self, id: &str, report: Report) -> Vec<Output> {
        let Some(entry) = self.table.get(id) else { return Vec::new() };
        if history::is_full(&entry.incident, 1) {
            self.counters.surplus += 1;
            return Vec::new();
        }
        self.counters.joined += 1;
        let next = history::join(&entry.incident, report, self.settings.max_reports);
        self.table.put(next.clone());
        vec![Output::Publish(next)]
    }

    /// The later of two incidents becomes part of the earlier.
    fn merge(&mut self, a: &str, b: &str, report: Report) -> Vec<Output> {
        let (Some(a), Some(b)) = (self.table.get(a), self.table.get(b)) else { return Vec::new() };
        let (a, b) = (&a.incident, &b.incident);
        let a_first = (a.first_seen, &a.id) <= (b.first_seen, &b.id);
        let (survivor, absorbed) = if a_first { (a, b) } else { (b, a) };
        self.counters.joined += 1;
        let next = history::absorb(survivor, absorbed, report, self.settings.max_reports);
        let (survivor, absorbed) = (survivor.id.clone(), absorbed.id.clone());
        let mut outputs = vec![Output::Publish(next.clone())];
        outputs.extend(self.end_merge(&absorbed, &survivor));
        self.table.put(next);
        outputs
    }

    fn end_merge(&mut self, absorbed: &str, survivor: &str) -> Vec<Output> {
        let Some(entry) = self.table.remove(absorbed) else { return Vec::new() };
        self.counters.merged += 1;
        self.former.insert(absorbed);
        vec![
            Output::Publish(history::merged(&entry.incident, survivor)),
            Output::Tombstone { id: absorbed.to_owned() },
        ]
    }

    /// Incidents whose founding report another incident names: (absorbed, survivor).
    fn unfinished_merges(&self) -> BTreeMap<String, String> {
        let mut out = BTreeMap::new();
        for entry in self.table.by_id() {
            for report in super::table::report_ids(&entry.incident) {
                let founded = incident_id(report);
                if founded != entry.incident.id && self.table.get(&founded).is_some() {
                    out.insert(founded, entry.incident.id.clone());
                }
            }
        }
        out
    }

    /// Open incidents that fit, the best first.
    fn matches(&self, report: &Report, founding: bool, window: Timestamp) -> Vec<Match> {
        let profile = Profile::of_report(report);
        let seen = report.article.seen.as_second();
        let mut all: Vec<Match> = self
            .table
            .candidates(&profile)
            .filter(|entry| entry.incident.last_seen >= window)
            .filter(|entry| founding || entry.born < seen)
            .filter_map(|entry| {
                let score = if founding {
                    score(&profile, &entry.profile)
                } else {
                    with_founder(&profile, entry)?
                };
                score.joins().then(|| Match {
                    id: entry.incident.id.clone(),
                    first_seen: entry.incident.first_seen,
                    score,
                })
            })
            .collect();
        all.sort_by(|a, b| {
            (Reverse(a.score.stated).cmp(&Reverse(b.score.stated)))
                .then_with(|| b.score.total.total_cmp(&a.score.total))
                .then_with(|| (a.first_seen, &a.id).cmp(&(b.first_seen, &b.id)))
        });
        all
    }

    /// True when a report ties two incidents together that also fit each other.
    fn is_bridge(&self, one: &Match, other: &Match) -> bool {
        let (Some(a), Some(b)) = (self.table.get(&one.id), self.table.get(&other.id)) else {
            return false;
        };
        let more = 1 + b.incident.reports.len() + b.incident.further_reports.len();
        one.score.is_strong()
            && other.score.is_strong()
            && score(&a.profile, &b.profile).joins()
            && !history::is_full(&a.incident, more)
    }

    /// Incidents and reports older than this are closed and late, as a report of `now` sees it.
    fn window(&self, now: Timestamp) -> Timestamp {
        let latest = self.watermark.map_or(now, |known| known.max(now));
        let quiet = i64::from(self.settings.quiet_days) * DAY;
        Timestamp::from_second(latest.as_second().saturating_sub(quiet))
    }

    fn advance(&mut self, when: Timestamp) {
        self.watermark = Some(self.watermark.map_or(when, |known| known.max(when)));
    }

    fn close(&mut self) {
        let Some(watermark) = self.watermark else { return };
        let window = self.window(watermark);
        while let Some(entry) = self.table.oldest() {
            if entry.incident.last_seen >= window {
                return;
            }
            let id = entry.incident.id.clone();
            self.table.remove(&id);
            self.former.insert(&id);
            self.counters.closed += 1;
        }
    }
}

/// An open incident that a report fits.
#[derive(Debug)]
struct Match {
    id: String,
    first_seen: Timestamp,
    score: Score,
}

/// Compares with the founding report alone; none when the incident holds the article already.
fn with_founder(profile: &Profile, entry: &Entry) -> Option<Score> {
    let known = &entry.profile;
    let stated = !profile.same_as.is_disjoint(&known.reports)
        || !known.same_as.is_disjoint(&profile.reports);
    let mut score = score(profile, &entry.founder);
    if !stated && !profile.articles.is_disjoint(&known.articles) {
        return None;
    }
    score.stated |= stated && profile.kind == known.kind;
    Some(score)
}

/// Ids of incidents that ended or closed and of reports that were retracted, the newest of them.
#[derive(Debug, Default)]
struct Former {
    order: VecDeque<u128>,
    ids: BTreeSet<u128>,
}

impl Former {
    fn insert(&mut self, id: &str) {
        let id = xxhash_rust::xxh3::xxh3_128(id.as_bytes());
        if !self.ids.insert(id) {
            return;
        }
        self.order.push_back(id);
        if self.order.len() > MAX_FORMER
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
    }

    fn contains(&self, id: &str) -> bool {
        self.ids.contains(&xxhash_rust::xxh3::xxh3_128(id.as_bytes()))
    }
}
