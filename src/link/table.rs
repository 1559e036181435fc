//! The table of open incidents. Slots are numbers of entries in memory; nothing visible depends on
//! them.

use super::blocking::Index;
use super::entry::Entry;
use super::marks;
use super::profile::{Profile, hash};
use super::store::Store;
use crate::message::Incident;
use std::collections::{BTreeMap, BTreeSet};

pub(super) type Slot = u32;

/// Open incidents.
#[derive(Debug, Default)]
pub(super) struct Table {
    entries: Vec<Option<Box<Entry>>>,
    free: Vec<Slot>,
    len: usize,
    by_id: BTreeMap<u64, Slot>,
    /// By the mark of a report.
    by_report: BTreeMap<u64, Slot>,
    /// Further holders of a report: between the two halves of a move there are two.
    also: BTreeSet<(u64, Slot)>,
    /// Seconds of the last report.
    by_last_seen: BTreeSet<(i64, Slot)>,
    index: Index,
    store: Store,
}

impl Table {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Puts an incident in, in place of an earlier revision of it.
    pub(super) fn put(&mut self, incident: &Incident) {
        self.remove(&incident.id);
        let packed = self.store.pack(incident);
        let entry = Box::new(Entry::of(incident, packed));
        let slot = self.free.pop().unwrap_or_else(|| {
            self.entries.push(None);
            Slot::try_from(self.entries.len() - 1).unwrap_or(Slot::MAX)
        });
        self.by_id.insert(hash(&incident.id), slot);
        for report in entry.report_marks() {
            if let Some(before) = self.by_report.insert(report, slot) {
                self.also.insert((report, before));
            }
        }
        self.by_last_seen.insert((entry.last_seen, slot));
        self.index.insert(slot, entry.compared());
        if let Some(place) = self.entries.get_mut(slot as usize) {
            *place = Some(entry);
            self.len += 1;
        }
    }

    /// Takes an incident out; true if it was there.
    pub(super) fn remove(&mut self, id: &str) -> bool {
        let Some(slot) = self.by_id.remove(&hash(id)) else { return false };
        let Some(entry) = self.entries.get_mut(slot as usize).and_then(Option::take) else {
            return false;
        };
        self.len -= 1;
        self.free.push(slot);
        for report in entry.report_marks() {
            self.let_go(report, slot);
        }
        self.by_last_seen.remove(&(entry.last_seen, slot));
        self.index.remove(slot, entry.compared());
        self.store.forget(&entry.packed);
        true
    }

    fn let_go(&mut self, report: u64, slot: Slot) {
        if self.by_report.get(&report) != Some(&slot) {
            self.also.remove(&(report, slot));
            return;
        }
        let other = self.also.range((report, 0)..=(report, Slot::MAX)).next().copied();
        match other {
            Some(other) => {
                self.also.remove(&other);
                self.by_report.insert(report, other.1);
            }
            None => {
                self.by_report.remove(&report);
            }
        }
    }

    pub(super) fn at(&self, slot: Slot) -> Option<&Entry> {
        self.entries.get(slot as usize)?.as_deref()
    }

    pub(super) fn slot(&self, id: &str) -> Option<Slot> {
        self.by_id.get(&hash(id)).copied()
    }

    pub(super) fn get(&self, id: &str) -> Option<&Entry> {
        self.at(self.slot(id)?)
    }

    /// The incident of an entry.
    pub(super) fn incident(&self, entry: &Entry) -> Option<Box<Incident>> {
        self.store.open(&entry.packed)
    }

    /// The incident that holds a report.
    pub(super) fn holding(&self, report: &str) -> Option<Slot> {
        self.by_report.get(&marks::of_report(report)).copied()
    }

    /// All incidents, in no order.
    pub(super) fn all(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter_map(Option::as_deref)
    }

    /// The incident whose last report is the oldest.
    pub(super) fn oldest(&self) -> Option<&Entry> {
        self.by_last_seen.first().and_then(|(_, slot)| self.at(*slot))
    }

    /// Incidents that may tell the same event (see `blocking`), in the order of their slots.
    pub(super) fn candidates(&self, profile: &Profile) -> Vec<Slot> {
        self.index.candidates(profile)
    }
}

/// Ids of all reports of an incident.
pub(super) fn report_ids(incident: &Incident) -> impl Iterator<Item = &String> {
    incident.reports.iter().map(|report| &report.id).chain(&incident.further_reports)
}
