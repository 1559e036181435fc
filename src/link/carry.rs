//! Carrying out a plan: what must be written, in which order.
//!
//! First everybody who gains reports is written, the one with the new report last; then those who
//! lose some; then those who are absorbed. So no report is ever in no incident, and from what a
//! crash leaves in the log it can be told how to go on: without the new report everything is done
//! again when that is repeated; with it, those who gained name whom they took from, and only the
//! second half is left ([`unfinished`]).

use super::history::{self, founded_by};
use super::plan::{Owner, Plan};
use super::profile::hash;
use super::shard::{Output, Settings};
use crate::message::{Cause, Incident, Lifecycle, Report, SplitFrom, TakenFrom};
use std::collections::{BTreeMap, BTreeSet};

/// What is to be written, and how the incidents are afterwards.
#[derive(Debug, Default)]
pub(super) struct Carried {
    pub(super) outputs: Vec<Output>,
    /// Ids of incidents that were absorbed.
    pub(super) absorbed: Vec<String>,
    /// Incidents that were split off.
    pub(super) split: usize,
}

impl Carried {
    fn publish(&mut self, incident: &Incident) {
        self.outputs.push(Output::Publish(Box::new(incident.clone())));
    }

    /// The last revision of each incident that goes on.
    pub(super) fn latest(&self) -> BTreeMap<&str, &Incident> {
        let mut out = BTreeMap::new();
        for output in &self.outputs {
            if let Output::Publish(incident) = output
                && incident.lifecycle != Lifecycle::Merged
            {
                out.insert(incident.id.as_str(), incident.as_ref());
            }
        }
        out
    }
}

/// Carries out a plan for `report`; `neighbours` are the incidents that the plan speaks of.
pub(super) fn carry(
    plan: &Plan,
    mut neighbours: Vec<Option<Box<Incident>>>,
    report: Report,
    settings: Settings,
) -> Carried {
    let (because, seen) = (history::cause(&report), report.article.seen);
    let max = settings.max_reports;
    let mut out = Carried::default();
    let mut texts = texts(plan, &neighbours, report);
    let name = |neighbours: &[Option<Box<Incident>>], index: usize| {
        neighbours.get(index).and_then(Option::as_ref).map(|incident| incident.id.clone())
    };
    // Those who gain: the old ones, the new ones, the home of the new report last.
    // The revision from which on an incident is without what it gives away.
    let without: Vec<Option<TakenFrom>> = neighbours
        .iter()
        .enumerate()
        .map(|(index, incident)| {
            let incident = incident.as_ref()?;
            let turns = if gains_anything(plan, &neighbours, index) { 2 } else { 1 };
            let revision = incident.revision.saturating_add(turns);
            Some(TakenFrom { incident: incident.id.clone(), revision })
        })
        .collect();
    let taken = |from: &BTreeSet<usize>| {
        let mut all: Vec<TakenFrom> =
            from.iter().filter_map(|home| without.get(*home)?.clone()).collect();
        all.sort_by(|a, b| a.incident.cmp(&b.incident));
        all
    };
    let mut turns: Vec<Owner> = plan.gains.keys().map(|index| Owner::Old(*index)).collect();
    turns.extend((0..plan.fresh.len()).map(Owner::New));
    turns.sort_by_key(|owner| (Some(*owner) == plan.home, *owner));
    // As a rule there is one, and nothing is left to do after it.
    let alone = turns.len() == 1 && plan.losses.is_empty() && plan.absorbed.is_empty();
    let mut fresh: Vec<Box<Incident>> = Vec::new();
    for turn in turns {
        match turn {
            Owner::Old(index) => {
                let Some(gains) = plan.gains.get(&index) else { continue };
                if !gains_anything(plan, &neighbours, index) {
                    continue;
                }
                let gained: Vec<Report> =
                    gains.keys().filter_map(|report| texts.remove(report)).collect();
                let whole: Vec<usize> = taken_over(plan, index).collect();
                let from: BTreeSet<usize> = gains
                    .values()
                    .flatten()
                    .chain(&whole)
                    .copied()
                    .filter(|home| *home != index)
                    .collect();
                let taken_from = taken(&from);
                let absorbed: Vec<Incident> =
                    whole.iter().filter_map(|i| remainder(plan, &neighbours, *i)).collect();
                let Some(place) = neighbours.get_mut(index) else { continue };
                let Some(last) = place.take() else { continue };
                let next = history::gain(last, gained, &absorbed, because.clone(), taken_from, max);
                if alone {
                    out.outputs.push(Output::Publish(next));
                    return out;
                }
                out.publish(&next);
                *place = Some(next);
            }
            Owner::New(number) => {
                let Some(new) = plan.fresh.get(number) else { continue };
                let mut reports = new.reports.iter().filter_map(|r| texts.remove(r));
                let Some(founder) = reports.next() else { continue };
                let from = new.from.and_then(|i| neighbours.get(i)?.as_ref());
                let next = match from {
                    None => history::found(founder, max),
                    Some(from) => {
                        let taken_from = plan.fresh_from.get(number).map_or_else(Vec::new, taken);
                        out.split += 1;
                        let (incident, revision) = (from.id.clone(), from.revision);
                        let from = SplitFrom { incident, revision, seen };
                        let (rest, because) = (reports.collect(), because.clone());
                        history::split_off(founder, rest, from, because, taken_from, max)
                    }
                };
                if alone {
                    out.outputs.push(Output::Publish(next));
                    return out;
                }
                out.publish(&next);
                fresh.push(next);
            }
        }
    }
    let mut ends = Ends::default();
    for (index, taken) in plan.losses.iter().filter(|(i, _)| !plan.absorbed.contains_key(i)) {
        let Some(last) = neighbours.get(*index).and_then(Option::as_ref) else { continue };
        let gone = last.reports.iter().filter(|r| taken.contains(&hash(&r.id)));
        ends.losses.insert(last.id.clone(), gone.map(|r| r.id.clone()).collect());
    }
    for (index, by) in &plan.absorbed {
        ends.absorbed.extend(name(&neighbours, *index).zip(name(&neighbours, *by)));
    }
    let all: BTreeMap<&str, &Incident> = neighbours
        .iter()
        .flatten()
        .chain(&fresh)
        .map(|incident| (incident.id.as_str(), incident.as_ref()))
        .collect();
    ends.write(&all, &because, settings, &mut out);
    out
}

/// Incidents that one takes over as a whole.
fn taken_over(plan: &Plan, index: usize) -> impl Iterator<Item = usize> {
    plan.absorbed.iter().filter(move |(_, by)| **by == index).map(|(absorbed, _)| *absorbed)
}

/// An absorbed incident without the reports that have an owner of their own.
fn remainder(plan: &Plan, neighbours: &[Option<Box<Incident>>], index: usize) -> Option<Incident> {
    let mut rest = neighbours.get(index)?.as_deref()?.clone();
    if let Some(lost) = plan.losses.get(&index) {
        rest.reports.retain(|report| !lost.contains(&hash(&report.id)));
    }
    Some(rest)
}

/// False where all that an incident gains was written before a crash.
fn gains_anything(plan: &Plan, neighbours: &[Option<Box<Incident>>], index: usize) -> bool {
    let incident = |index: usize| neighbours.get(index).and_then(Option::as_ref);
    plan.gains.get(&index).is_some_and(|gains| {
        !gains.is_empty()
            || taken_over(plan, index).any(|other| {
                let other = remainder(plan, neighbours, other);
                incident(index).zip(other).is_some_and(|(a, b)| !holds_all(a, &b))
            })
    })
}

/// Sorted ids, each once.
fn ids(all: impl Iterator<Item = String>) -> Vec<String> {
    all.collect::<BTreeSet<_>>().into_iter().collect()
}

fn holds_all(one: &Incident, other: &Incident) -> bool {
    let known: BTreeSet<&String> = super::table::report_ids(one).collect();
    super::table::report_ids(other).all(|report| known.contains(report))
}

/// The reports that somebody gains, by the hash of their id, the newest version of each. Each is in
/// one group of the plan, and so is gained once.
fn texts(plan: &Plan, neighbours: &[Option<Box<Incident>>], new: Report) -> BTreeMap<u64, Report> {
    let mut out: BTreeMap<u64, Report> = BTreeMap::new();
    let wanted: BTreeSet<u64> = plan
        .gains
        .values()
        .flat_map(BTreeMap::keys)
        .chain(plan.fresh.iter().flat_map(|fresh| &fresh.reports))
        .copied()
        .collect();
    let old = neighbours.iter().flatten().flat_map(|incident| &incident.reports);
    let old = old.filter(|report| wanted.contains(&hash(&report.id))).cloned();
    for report in old.chain([new]) {
        match out.entry(hash(&report.id)) {
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(report);
            }
            std::collections::btree_map::Entry::Occupied(mut place) => {
                if place.get().article.revision < report.article.revision {
                    place.insert(report);
                }
            }
        }
    }
    out
}

/// The second half: who loses reports to whom, and who ends.
#[derive(Debug, Default)]
struct Ends {
    /// Incident, and reports that others hold now.
    losses: BTreeMap<String, BTreeSet<String>>,
    /// Incident, and who took it over.
    absorbed: BTreeMap<String, String>,
}

impl Ends {
    fn write(
        &self,
        all: &BTreeMap<&str, &Incident>,
        because: &Cause,
        settings: Settings,
        out: &mut Carried,
    ) {
        for (id, lost) in self.losses.iter().filter(|(_, lost)| !lost.is_empty()) {
            let Some(last) = all.get(id.as_str()) else { continue };
            // Those that have just been split off from it and hold what it loses.
            let split_into = all.values().filter(|other| {
                other.revision == 1
                    && other.split_from.as_ref().is_some_and(|from| from.incident == *id)
                    && other.reports.iter().any(|report| lost.contains(&report.id))
            });
            let split_into = ids(split_into.map(|other| other.id.clone()));
            let next = history::lose(last, lost, split_into, because.clone(), settings.max_reports);
            out.publish(&next);
        }
        for (id, by) in &self.absorbed {
            let Some(last) = all.get(id.as_str()) else { continue };
            out.publish(&history::merged(last, by, because.clone()));
            out.outputs.push(Output::Tombstone { id: id.clone() });
            out.absorbed.push(id.clone());
        }
    }
}

/// The second half of what a crash interrupted: `takers` took over reports with their last
/// revision, because of a report that is in the log; `all` holds them and those they took from.
pub(super) fn unfinished(
    takers: &[&Incident],
    all: &BTreeMap<&str, &Incident>,
    because: &Cause,
    settings: Settings,
) -> Carried {
    let mut ends = Ends::default();
    for taker in takers {
        let taken: BTreeSet<&String> = super::table::report_ids(taker).collect();
        for TakenFrom { incident: id, revision } in &taker.taken_from {
            let from = all.get(id.as_str()).filter(|from| from.revision < *revision);
            let Some(from) = from else { continue };
            let founder = from.reports.iter().find(|report| founded_by(from, report));
            if founder.is_some_and(|report| taken.contains(&report.id)) || holds_all(taker, from) {
                ends.absorbed.insert(id.clone(), taker.id.clone());
                continue;
            }
            let lost = from.reports.iter().filter(|report| taken.contains(&report.id));
            let lost: BTreeSet<String> = lost.map(|report| report.id.clone()).collect();
            ends.losses.entry(id.clone()).or_default().extend(lost);
        }
    }
    let gone: Vec<String> = ends.absorbed.keys().cloned().collect();
    ends.losses.retain(|id, _| !gone.contains(id));
    let mut out = Carried::default();
    ends.write(all, because, settings, &mut out);
    out
}
