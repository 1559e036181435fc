//! The table of open incidents, and the ordered index in which candidates are found.
//!
//! A candidate shares a block: kind, family of types (or the group, for aggregates) and day; within
//! it, the country, or one side without a country. Slots number incidents in the order of their
//! arrival in memory; nothing visible depends on them.

use super::profile::Profile;
use super::taxonomy;
use crate::message::{Incident, Kind, Timestamp, incident_id};
use std::collections::{BTreeMap, BTreeSet};

/// Days of an event that are indexed, counted back from its last.
const MAX_DAYS: i64 = 31;

type Slot = u64;
/// Hash of kind and family.
type Block = u64;
/// The two letters of a country, zeros where none is known.
type Country = [u8; 2];

const NOWHERE: Country = [0, 0];

/// An open incident with what it is compared by.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) incident: Box<Incident>,
    pub(super) profile: Profile,
    /// Profile of the founding report alone.
    pub(super) founder: Profile,
    /// First sight of the founding report, in seconds.
    pub(super) born: i64,
}

impl Entry {
    fn of(incident: Box<Incident>) -> Self {
        let profile = Profile::of_incident(&incident);
        let founding = incident.reports.iter().find(|r| incident_id(&r.id) == incident.id);
        let (founder, born) = match founding {
            Some(report) => (Profile::of_report(report), report.article.seen.as_second()),
            None => (profile.clone(), incident.first_seen.as_second()),
        };
        Self { incident, profile, founder, born }
    }
}

/// Open incidents.
#[derive(Debug, Default)]
pub(super) struct Table {
    next: Slot,
    entries: BTreeMap<Slot, Entry>,
    by_id: BTreeMap<String, Slot>,
    by_report: BTreeMap<String, Slot>,
    by_last_seen: BTreeSet<(Timestamp, Slot)>,
    index: BTreeSet<(Block, i64, Country, Slot)>,
}

impl Table {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Puts an incident in, in place of an earlier revision of it.
    pub(super) fn put(&mut self, incident: Box<Incident>) {
        self.remove(&incident.id.clone());
        let slot = self.next;
        self.next += 1;
        let entry = Entry::of(incident);
        self.by_id.insert(entry.incident.id.clone(), slot);
        for id in report_ids(&entry.incident) {
            self.by_report.insert(id.clone(), slot);
        }
        self.by_last_seen.insert((entry.incident.last_seen, slot));
        for (block, day, country) in keys(&entry) {
            self.index.insert((block, day, country, slot));
        }
        self.entries.insert(slot, entry);
    }

    /// Takes an incident out.
    pub(super) fn remove(&mut self, id: &str) -> Option<Entry> {
        let slot = self.by_id.remove(id)?;
        let entry = self.entries.remove(&slot)?;
        for id in report_ids(&entry.incident) {
            if self.by_report.get(id) == Some(&slot) {
                self.by_report.remove(id);
            }
        }
        self.by_last_seen.remove(&(entry.incident.last_seen, slot));
        for (block, day, country) in keys(&entry) {
            self.index.remove(&(block, day, country, slot));
        }
        Some(entry)
    }

    pub(super) fn get(&self, id: &str) -> Option<&Entry> {
        self.entries.get(self.by_id.get(id)?)
    }

    /// The incident that holds a report.
    pub(super) fn holding(&self, report: &str) -> Option<&Entry> {
        self.entries.get(self.by_report.get(report)?)
    }

    /// All incidents in the order of their ids.
    pub(super) fn by_id(&self) -> impl Iterator<Item = &Entry> {
        self.by_id.values().filter_map(|slot| self.entries.get(slot))
    }

    /// The incident whose last report is the oldest.
    pub(super) fn oldest(&self) -> Option<&Entry> {
        self.by_last_seen.first().and_then(|(_, slot)| self.entries.get(slot))
    }

    /// Incidents that share a block with a profile.
    pub(super) fn candidates(&self, profile: &Profile) -> impl Iterator<Item = &Entry> {
        let mut slots: BTreeSet<Slot> = BTreeSet::new();
        let countries = countries(profile);
        let (first, last) = days(profile);
        for block in blocks(profile) {
            for day in first - 1..=last + 1 {
                if countries.contains(&NOWHERE) {
                    let all = (block, day, NOWHERE, 0)..=(block, day, [u8::MAX; 2], Slot::MAX);
                    slots.extend(self.index.range(all).map(|(.., slot)| *slot));
                    continue;
                }
                for country in countries.iter().copied().chain([NOWHERE]) {
                    let own = (block, day, country, 0)..=(block, day, country, Slot::MAX);
                    slots.extend(self.index.range(own).map(|(.., slot)| *slot));
                }
            }
        }
        slots.into_iter().filter_map(|slot| self.entries.get(&slot))
    }
}

/// All report ids of an incident.
pub(super) fn report_ids(incident: &Incident) -> impl Iterator<Item = &String> {
    incident.reports.iter().map(|report| &report.id).chain(&incident.further_reports)
}

/// Keys of an entry: those of the whole and those of its founding report.
fn keys(entry: &Entry) -> BTreeSet<(Block, i64, Country)> {
    let mut out = BTreeSet::new();
    for profile in [&entry.profile, &entry.founder] {
        let countries = countries(profile);
        let (first, last) = days(profile);
        for block in blocks(profile) {
            for day in first..=last {
                out.extend(countries.iter().map(|country| (block, day, *country)));
            }
        }
    }
    out
}

fn blocks(profile: &Profile) -> BTreeSet<Block> {
    let hash = |kind: Kind, class: &str, name: &str| {
        xxhash_rust::xxh3::xxh3_64(format!("{}/{class}/{name}", kind.as_str()).as_bytes())
    };
    match profile.kind {
        Kind::Aggregate => BTreeSet::from([hash(Kind::Aggregate, "group", &profile.group)]),
        Kind::Incident => taxonomy::family_names(&profile.event_type)
            .map(|family| hash(Kind::Incident, "family", family))
            .chain([hash(Kind::Incident, "type", &profile.event_type)])
            .collect(),
    }
}

/// First and last day under which a profile is indexed; a series has a period, not a day.
fn days(profile: &Profile) -> (i64, i64) {
    match profile.kind {
        Kind::Aggregate => (0, 0),
        Kind::Incident => {
            let last = profile.span.last;
            (profile.span.first.max(last - MAX_DAYS), last)
        }
    }
}

fn countries(profile: &Profile) -> BTreeSet<Country> {
    let mut out: BTreeSet<Country> = profile
        .countries()
        .into_iter()
        .filter_map(|code| code.as_bytes().first_chunk::<2>().copied())
        .collect();
    if out.is_empty() {
        out.insert(NOWHERE);
    }
    out
}
