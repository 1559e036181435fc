//! Shard: takes reports, keeps the open incidents, gives what must be published.
//!
//! # What a report does
//!
//! A report that tells news is grouped with the reports of the incidents near it (`plan`,
//! `cluster`): it may found an incident, join one, tie two together, or show that reports of one
//! belong to another or to an event of their own. So the grouping depends on the reports and not on
//! the order of their arrival, as far as incidents are near and not too large to be regrouped. What
//! is no news (background, a denial, a late report) is compared with the founding reports of
//! incidents first seen before it, to the second, and changes no grouping.
//!
//! # Why a restart changes nothing
//!
//! The incidents a shard published are all it knows, and every published incident names all its
//! reports. After a crash the published outputs are a prefix of what an undisturbed shard would have
//! published, cut between two reports or within the outputs of one; `carry` tells how the rest of
//! those is found.
//!
//! - A report that an open incident names is a repetition and does nothing.
//! - An incident closes when its last report is older than the window (`quiet_days` before the
//!   watermark, the latest article of any incident). Its reports are then older than the window,
//!   too, and such a report founds nothing. Where a correction moves an article's date past that,
//!   the ids of former incidents (closed, merged, retracted) are the second line: none is founded
//!   again, so that no revision starts twice. They are kept as 16 bytes each, the newest 500,000.
//! - The founding report of an incident does not change but by a correction with a later first
//!   sight. So a report that is no news finds nothing in a repetition that it did not find the
//!   first time. Where reports arrive against the order of their first sight it may: a report of
//!   background then joins an incident it had missed.
//!
//! This asks two things of the log: outputs of one report reach it in their order, each acknowledged
//! before the next; and the versions of one article arrive in their order.
//!
//! Only a retraction leaves room. The reports of a retracted incident are remembered from its last
//! message; once that is compacted away, a repetition of them may join another incident, and the
//! watermark may lie lower if that incident was the newest of all, so that others close a little
//! later. An incident that was retracted is not founded again by a further correction.

use super::carry::{Carried, carry};
use super::entry::Entry;
use super::former::Former;
use super::history::{self, founds, supports};
use super::plan::plan;
use super::profile::{DAY, Profile, told_at};
use super::score::{Score, Weighed, weigh, weigh_possible};
use super::table::{Slot, Table};
use super::tidy::tidy;
use crate::config;
use crate::message::{Incident, Lifecycle, Report, Timestamp, incident_id};
use std::collections::{BTreeMap, BTreeSet};

/// Most incidents whose reports are grouped anew.
const MAX_NEIGHBOURS: usize = 8;

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
    /// Incidents split off from another.
    pub split: u64,
    /// Incidents retracted.
    pub retracted: u64,
    /// Incidents closed.
    pub closed: u64,
}

/// The open incidents of one shard.
#[derive(Debug)]
pub struct Shard {
    pub(super) settings: Settings,
    pub(super) table: Table,
    watermark: Option<Timestamp>,
    pub(super) former: Former,
    /// Restored incidents that ended without a tombstone yet.
    pub(super) ended: BTreeSet<String>,
    /// Reports whose effect is half in the log, and the incidents that it touches.
    pub(super) unsettled: BTreeMap<String, BTreeSet<String>>,
    pub(super) counters: Counters,
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
            unsettled: BTreeMap::new(),
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
    pub fn get(&self, id: &str) -> Option<Incident> {
        self.table.incident(self.table.get(id)?).map(|incident| *incident)
    }

    /// The open incidents in the order of their ids.
    pub fn incidents(&self) -> impl Iterator<Item = Incident> {
        let mut all: Vec<&Entry> = self.table.all().collect();
        all.sort_by_cached_key(|entry| entry.id());
        all.into_iter().filter_map(|entry| self.table.incident(entry).map(|incident| *incident))
    }

    /// Why a report would join which open incident, or why not: ids of all candidates and their
    /// scores, in the order of the ids.
    #[must_use]
    pub fn explain(&self, report: &Report) -> Vec<(String, Score)> {
        let Some(report) = tidy(report) else { return Vec::new() };
        let profile = Profile::of_report(&report);
        let candidates = self.table.candidates(&profile);
        let mut all: Vec<_> = candidates
            .into_iter()
            .filter_map(|slot| self.table.at(slot))
            .map(|entry| (entry.id(), weigh(&profile, entry.profile()).explained()))
            .collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    }

    /// Takes a report; gives what must be written, in this order.
    pub fn apply(&mut self, report: &Report) -> Vec<Output> {
        self.counters.reports += 1;
        let Some(report) = tidy(report) else {
            self.counters.no_event += 1;
            return Vec::new();
        };
        if let Some(slot) = self.table.holding(&report.id) {
            return self.repeat(slot, report);
        }
        if self.former.contains(&report.id) {
            self.counters.repeated += 1;
            return Vec::new();
        }
        if !founds(&report) && !supports(&report) {
            self.counters.no_event += 1;
            return Vec::new();
        }
        let late = told_at(&report) < self.window(told_at(&report))
            || self.former.contains(&incident_id(&report.id));
        if founds(&report) && !late {
            let profile = Profile::of_report(&report);
            let neighbours = self.neighbours(&report, &profile, None);
            self.regroup(&neighbours, report, &profile)
        } else {
            self.support(report, late)
        }
    }

    /// A report that an incident names already.
    fn repeat(&mut self, slot: Slot, report: Report) -> Vec<Output> {
        let Some(entry) = self.table.at(slot) else { return Vec::new() };
        let Some(last) = self.table.incident(entry) else { return Vec::new() };
        let known = last.reports.iter().find(|known| known.id == report.id);
        // Of a report that is kept by id only, nothing can be told: it stays as it was.
        if known.is_none_or(|known| known.article.revision >= report.article.revision) {
            self.counters.repeated += 1;
            return Vec::new();
        }
        self.counters.replaced += 1;
        if founds(&report) && !entry.pinned && known.is_some_and(founds) {
            let profile = Profile::of_report(&report);
            let neighbours = self.neighbours(&report, &profile, Some(slot));
            return self.regroup(&neighbours, report, &profile);
        }
        let next = history::withdraw(last, report, self.settings.max_reports);
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
            self.table.put(&next);
        }
        self.close();
        outputs
    }

    /// The reports of a retracted incident have had their effect; repeated, they have none.
    pub(super) fn forget_reports(&mut self, retracted: &Incident) {
        for report in super::table::report_ids(retracted) {
            self.former.insert(report);
        }
    }

    /// Incidents near a report, in the order of their first sight and id: those that fit best, the
    /// one that holds an older version of it, and those that a crash left half done because of it.
    fn neighbours(&self, report: &Report, profile: &Profile, home: Option<Slot>) -> Vec<Slot> {
        let window = self.window(told_at(report));
        let mut near = self.near(profile, window, home);
        // What the report says together with the incidents that it joins may fit further ones.
        let mut whole: Option<Profile> = None;
        for (_, entry, _) in near.iter().filter(|(fit, ..)| fit.joins()) {
            whole = Some(whole.as_ref().unwrap_or(profile).with(entry.profile()));
        }
        if let Some(whole) = whole {
            near.truncate(MAX_NEIGHBOURS);
            near.extend(self.near(&whole, window, home));
        }
        let age = |entry: &Entry| (entry.first_seen, entry.id());
        let mut slots: BTreeSet<Slot> = near.into_iter().map(|(.., slot)| slot).collect();
        slots.extend(home);
        let half_done = self.unsettled.get(&report.id).into_iter().flatten();
        slots.extend(half_done.filter_map(|id| self.table.slot(id)));
        let mut slots: Vec<Slot> = slots.into_iter().collect();
        slots.sort_by_cached_key(|slot| self.table.at(*slot).map(age));
        slots
    }

    /// Incidents near a profile, the nearest first.
    fn near(
        &self,
        profile: &Profile,
        window: Timestamp,
        home: Option<Slot>,
    ) -> Vec<(Weighed, &Entry, Slot)> {
        let mut near: Vec<(Weighed, &Entry, Slot)> = Vec::new();
        for slot in self.table.candidates(profile) {
            let Some(entry) = self.table.at(slot) else { continue };
            if entry.last_seen < window.as_second() || Some(slot) == home {
                continue;
            }
            let members = entry.members.iter().map(|member| &member.profile);
            let members = members.filter(|_| entry.members.len() > 1 && !entry.pinned);
            let best = members
                .chain([entry.profile()])
                .filter_map(|other| weigh_possible(profile, other))
                .filter(Weighed::is_near)
                .min_by(Weighed::better);
            near.extend(best.map(|fit| (fit, entry, slot)));
        }
        near.sort_by(|a, b| {
            let age = |entry: &Entry| (entry.first_seen, entry.id());
            a.0.better(&b.0).then_with(|| age(a.1).cmp(&age(b.1)))
        });
        near.truncate(MAX_NEIGHBOURS);
        near
    }

    /// Groups the reports of the neighbours and a new one.
    fn regroup(&mut self, neighbours: &[Slot], report: Report, profile: &Profile) -> Vec<Output> {
        let entries: Vec<&Entry> =
            neighbours.iter().filter_map(|slot| self.table.at(*slot)).collect();
        let plan = plan(&entries, (&report.id, told_at(&report).as_second(), profile));
        let grows: usize =
            plan.absorbed.keys().filter_map(|i| entries.get(*i)).map(|e| e.reports).sum();
        let full = |index: &usize| {
            entries.get(*index).is_some_and(|entry| history::is_full(entry.reports, 1 + grows))
        };
        if plan.gains.keys().any(full) {
            self.counters.surplus += 1;
            return Vec::new();
        }
        // Only those that change are read.
        let touched: BTreeSet<usize> = plan
            .gains
            .iter()
            .flat_map(|(index, gains)| gains.values().flatten().chain([index]))
            .chain(plan.losses.keys())
            .chain(plan.absorbed.iter().flat_map(|(a, b)| [a, b]))
            .chain(plan.fresh_from.iter().flatten())
            .copied()
            .collect();
        let half_done = self.unsettled.contains_key(&report.id);
        let incidents: Vec<Option<Box<Incident>>> = entries
            .iter()
            .enumerate()
            .map(|(i, entry)| {
                (half_done || touched.contains(&i)).then(|| self.table.incident(entry))?
            })
            .collect();
        self.unsettled.remove(&report.id);
        match plan.home {
            Some(super::plan::Owner::New(_)) => self.counters.founded += 1,
            _ => self.counters.joined += 1,
        }
        let carried = carry(&plan, incidents, report, self.settings);
        let outputs = self.carried(carried);
        self.close();
        outputs
    }

    /// Keeps what was carried out; gives what must be written.
    pub(super) fn carried(&mut self, carried: Carried) -> Vec<Output> {
        self.counters.split += carried.split as u64;
        for id in &carried.absorbed {
            self.counters.merged += 1;
            self.former.insert(id);
            self.table.remove(id);
        }
        for incident in carried.latest().into_values() {
            if !carried.absorbed.contains(&incident.id) {
                self.advance(incident.last_seen);
                self.table.put(incident);
            }
        }
        carried.outputs
    }

    /// A report that founds nothing: it belongs to an incident that is there, or to none.
    fn support(&mut self, report: Report, late: bool) -> Vec<Output> {
        let profile = Profile::of_report(&report);
        let window = self.window(told_at(&report));
        let seen = report.article.seen.as_second();
        let best = self
            .table
            .candidates(&profile)
            .into_iter()
            .filter_map(|slot| self.table.at(slot))
            .filter(|entry| entry.last_seen >= window.as_second() && entry.born < seen)
            .filter_map(|entry| Some((with_founder(&profile, entry)?, entry)))
            .filter(|(fit, _)| fit.joins())
            .min_by(|a, b| {
                let age = |entry: &Entry| (entry.first_seen, entry.id());
                a.0.better(&b.0).then_with(|| age(a.1).cmp(&age(b.1)))
            });
        let Some((_, entry)) = best else {
            let count = if late { &mut self.counters.late } else { &mut self.counters.unmatched };
            *count += 1;
            return Vec::new();
        };
        if history::is_full(entry.reports, 1) {
            self.counters.surplus += 1;
            return Vec::new();
        }
        let Some(last) = self.table.incident(entry) else { return Vec::new() };
        self.counters.joined += 1;
        let (when, because) = (told_at(&report), history::cause(&report));
        let max = self.settings.max_reports;
        let next = history::gain(last, vec![report], &[], because, Vec::new(), max);
        self.table.put(&next);
        self.advance(when);
        self.close();
        vec![Output::Publish(next)]
    }

    /// Incidents and reports older than this are closed and late, as a report of `now` sees it.
    fn window(&self, now: Timestamp) -> Timestamp {
        let latest = self.watermark.map_or(now, |known| known.max(now));
        let quiet = i64::from(self.settings.quiet_days) * DAY;
        Timestamp::from_second(latest.as_second().saturating_sub(quiet))
    }

    pub(super) fn advance(&mut self, when: Timestamp) {
        self.watermark = Some(self.watermark.map_or(when, |known| known.max(when)));
    }

    pub(super) fn close(&mut self) {
        let Some(watermark) = self.watermark else { return };
        let window = self.window(watermark);
        while let Some(entry) = self.table.oldest() {
            if entry.last_seen >= window.as_second() {
                return;
            }
            let id = entry.id();
            self.table.remove(&id);
            self.former.insert(&id);
            self.counters.closed += 1;
        }
    }
}

/// Compares with the founding report alone; none when the incident holds the article already.
fn with_founder(profile: &Profile, entry: &Entry) -> Option<Weighed> {
    let stated = entry.is_stated(profile);
    if !stated && entry.shares_article(profile) {
        return None;
    }
    let mut fit = weigh(profile, entry.founding_profile());
    fit.stated |= stated && profile.kind == entry.profile().kind;
    Some(fit)
}
