//! Resuming: the open incidents from the log, and what a crash kept from being written.

use super::carry::unfinished;
use super::shard::{Output, Shard};
use crate::message::{Cause, Incident, Lifecycle};
use std::collections::{BTreeMap, BTreeSet};

impl Shard {
    /// Takes a record of the log, in its order; a later one of an incident replaces the earlier,
    /// unless its revision is lower: an owner that was replaced wrote it late.
    pub fn restore(&mut self, incident: &Incident) {
        if self.table.get(&incident.id).is_some_and(|had| had.revision > incident.revision) {
            return;
        }
        self.advance(incident.last_seen);
        match incident.lifecycle {
            Lifecycle::New | Lifecycle::Updated | Lifecycle::Split => {
                self.ended.remove(&incident.id);
                self.table.put(incident);
                self.close();
            }
            Lifecycle::Merged | Lifecycle::Retracted => {
                if incident.lifecycle == Lifecycle::Retracted {
                    self.forget_reports(incident);
                }
                self.table.remove(&incident.id);
                self.ended.insert(incident.id.clone());
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
        let takers: Vec<Box<Incident>> = self
            .table
            .all()
            .filter(|entry| entry.took)
            .filter_map(|e| self.table.incident(e))
            .collect();
        let mut by_cause: BTreeMap<(String, u32), Vec<Box<Incident>>> = BTreeMap::new();
        for taker in takers {
            if let Some(cause) = &taker.cause {
                by_cause.entry((cause.report.clone(), cause.revision)).or_default().push(taker);
            }
        }
        for ((report, revision), takers) in by_cause {
            let cause = Cause { report, revision };
            outputs.extend(self.finish(&cause, takers));
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

    /// What is left of the effect of one report: nothing, as a rule.
    #[allow(clippy::vec_box)] // as they came from the table
    fn finish(&mut self, cause: &Cause, mut takers: Vec<Box<Incident>>) -> Vec<Output> {
        takers.sort_by(|a, b| a.id.cmp(&b.id));
        let from: BTreeSet<&String> =
            takers.iter().flat_map(|taker| &taker.taken_from).map(|from| &from.incident).collect();
        let from: Vec<Box<Incident>> = from
            .into_iter()
            .filter(|id| !takers.iter().any(|taker| taker.id == **id))
            .filter_map(|id| self.table.incident(self.table.get(id)?))
            .collect();
        let all: BTreeMap<&str, &Incident> = takers
            .iter()
            .chain(&from)
            .map(|incident| (incident.id.as_str(), incident.as_ref()))
            .collect();
        let unfinished_one = takers.iter().flat_map(|taker| &taker.taken_from).any(|taken| {
            let from = all.get(taken.incident.as_str());
            from.is_some_and(|from| from.revision < taken.revision)
        });
        if !unfinished_one {
            return Vec::new();
        }
        let is_there = |incident: &Incident| {
            let mut versions = incident.reports.iter().filter(|r| r.id == cause.report);
            versions.any(|report| report.article.revision >= cause.revision)
                || incident.further_reports.contains(&cause.report)
        };
        let holder = self.table.holding(&cause.report).and_then(|slot| self.table.at(slot));
        let holder = holder.and_then(|entry| self.table.incident(entry));
        if !takers.iter().chain(&holder).any(|incident| is_there(incident)) {
            // The report will be repeated, and with it everything that it did.
            let touched = all.keys().map(|id| (*id).to_owned()).collect();
            self.unsettled.insert(cause.report.clone(), touched);
            return Vec::new();
        }
        let takers_now: Vec<&Incident> = takers.iter().map(AsRef::as_ref).collect();
        let carried = unfinished(&takers_now, &all, cause, self.settings);
        self.carried(carried)
    }
}
