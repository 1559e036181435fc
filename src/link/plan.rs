//! Plan: which report belongs to which incident of a neighbourhood, once another report is there.
//!
//! The reports of the neighbourhood are grouped anew. An incident is where its founding report is;
//! where a group holds those of several, the incident that was seen first goes on and the others
//! are absorbed; a group without one is an incident of its own from now on.

use super::cluster::{Node, clusters};
use super::entry::Entry;
use super::profile::{Profile, hash};
use std::collections::{BTreeMap, BTreeSet};

/// To whom a group belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Owner {
    /// An incident of the neighbourhood.
    Old(usize),
    /// The n-th new one.
    New(usize),
}

/// An incident that comes into being: hashes of its reports, the founding one first.
#[derive(Debug)]
pub(super) struct Fresh {
    pub(super) reports: Vec<u64>,
    /// The incident that the first of them was in; none where the new report stands alone.
    pub(super) from: Option<usize>,
}

/// Who holds what, by index into the neighbourhood.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Reports that an incident did not have before, and where they were.
    pub(super) gains: BTreeMap<usize, BTreeMap<u64, BTreeSet<usize>>>,
    /// Reports that go to others.
    pub(super) losses: BTreeMap<usize, BTreeSet<u64>>,
    /// Incident, and who takes it over.
    pub(super) absorbed: BTreeMap<usize, usize>,
    pub(super) fresh: Vec<Fresh>,
    /// Where each new incident's reports were.
    pub(super) fresh_from: Vec<BTreeSet<usize>>,
    /// Who takes the new report; none only if there is none.
    pub(super) home: Option<Owner>,
}

/// A report in the neighbourhood.
struct Place<'a> {
    profile: &'a Profile,
    order: (i64, u64),
    /// Incidents that hold it; more than one where a crash left a move half done.
    homes: BTreeSet<usize>,
    /// Incidents that it founded, or that it stands for as a whole.
    heads: BTreeSet<usize>,
    /// Hash of the report; none for an incident as a whole.
    report: Option<u64>,
}

/// What the new report changes: `neighbours` in the order of their first sight and id.
pub(super) fn plan(neighbours: &[&Entry], new: (&str, i64, &Profile)) -> Plan {
    let (id, told, profile) = new;
    let new = hash(id);
    let mut by_report: BTreeMap<u64, Place<'_>> = BTreeMap::new();
    let mut wholes: Vec<Place<'_>> = Vec::new();
    by_report.insert(
        new,
        Place {
            profile,
            order: (told, new),
            homes: BTreeSet::new(),
            heads: BTreeSet::new(),
            report: Some(new),
        },
    );
    for (index, entry) in neighbours.iter().enumerate() {
        if entry.pinned {
            wholes.push(Place {
                profile: entry.profile(),
                order: (entry.first_seen, hash(&entry.id())),
                homes: BTreeSet::from([index]),
                heads: BTreeSet::from([index]),
                report: None,
            });
            continue;
        }
        for (i, member) in entry.members.iter().enumerate() {
            let place = by_report.entry(member.report).or_insert_with(|| Place {
                profile: &member.profile,
                order: (member.told, member.report),
                homes: BTreeSet::new(),
                heads: BTreeSet::new(),
                report: Some(member.report),
            });
            place.homes.insert(index);
            if entry.founder == Some(i) {
                place.heads.insert(index);
            }
        }
    }
    let places: Vec<Place<'_>> = by_report.into_values().chain(wholes).collect();
    let nodes: Vec<Node<'_>> =
        places.iter().map(|p| Node { profile: p.profile, order: p.order }).collect();
    let mut plan = Plan::default();
    for cluster in clusters(&nodes) {
        let group: Vec<&Place<'_>> = cluster.iter().filter_map(|i| places.get(*i)).collect();
        plan.take(&group, new);
    }
    plan
}

impl Plan {
    fn take(&mut self, group: &[&Place<'_>], new: u64) {
        let heads: BTreeSet<usize> = group.iter().flat_map(|p| &p.heads).copied().collect();
        let holds_new = group.iter().any(|place| place.report == Some(new));
        let Some(owner) = heads.first().copied() else {
            let mut members: Vec<&&Place<'_>> = group.iter().collect();
            members.sort_by_key(|place| place.order);
            let homes: BTreeSet<usize> =
                members.iter().flat_map(|place| &place.homes).copied().collect();
            for place in &members {
                self.leave(place, None);
            }
            if holds_new {
                self.home = Some(Owner::New(self.fresh.len()));
            }
            // The founding report was in an incident before, unless none of them was.
            let from = members.iter().position(|place| !place.homes.is_empty());
            if let Some(first) = from {
                let founder = members.remove(first);
                members.insert(0, founder);
            }
            self.fresh.push(Fresh {
                reports: members.iter().filter_map(|place| place.report).collect(),
                from: members.first().and_then(|place| place.homes.first().copied()),
            });
            self.fresh_from.push(homes);
            return;
        };
        for absorbed in heads.iter().skip(1) {
            self.absorbed.insert(*absorbed, owner);
        }
        if holds_new {
            self.home = Some(Owner::Old(owner));
        }
        for place in group {
            let Some(report) = place.report else { continue };
            self.leave(place, Some(owner));
            if !place.homes.contains(&owner) || report == new {
                self.gains.entry(owner).or_default().insert(report, place.homes.clone());
            }
        }
        if heads.len() > 1 {
            // Also where all its reports are there already, it takes over what is left.
            self.gains.entry(owner).or_default();
        }
    }

    fn leave(&mut self, place: &Place<'_>, owner: Option<usize>) {
        let Some(report) = place.report else { return };
        for home in place.homes.iter().filter(|home| Some(**home) != owner) {
            self.losses.entry(*home).or_default().insert(report);
        }
    }
}
