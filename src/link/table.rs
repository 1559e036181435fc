//! The table of open incidents, and the ordered index in which candidates are found.
//!
//! A candidate shares a block (kind, and family of types or type; for a series its group), a day,
//! and may lie at the same place: a town is looked for in the cells of a grid around it and among
//! incidents of its country whose town is not known; what is told of a country alone, among all of
//! that country. Slots are numbers of entries in memory; nothing visible depends on them.

use super::marks::{Marks, Of};
use super::profile::{Country, Profile, hash};
use super::store::Packed;
use super::taxonomy;
use crate::link::history::{founded_by, founds};
use crate::link::profile::told_at;
use crate::message::{Incident, Kind, Report, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// Days of an event that are indexed, counted back from its last.
const MAX_DAYS: i64 = 31;
/// Reports of an incident that may still be regrouped; one with more is taken as a whole.
const MAX_LOOSE: usize = 24;
/// Degrees of latitude within which two towns may be one place: 80 km and a little more.
const REACH: f32 = 0.75;

pub(super) type Slot = u32;

/// Where an entry is indexed, as one number: how it is known, then country or cell.
type Location = u32;
/// No town is known: the letters of the country.
const WIDE: Location = 0 << 28;
/// A town is known: the letters of its country.
const TOWN: Location = 1 << 28;
/// A town is known: its cell of one degree by one degree.
const CELL: Location = 2 << 28;

/// Block, day, location.
type Key = (u32, i32, Location);

/// A report that tells the event as news, as far as it is compared.
#[derive(Debug)]
pub(super) struct Member {
    /// Hash of the report's id.
    pub(super) report: u64,
    /// When it was told, in seconds.
    pub(super) told: i64,
    pub(super) profile: Profile,
}

/// An open incident with what it is compared by.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) id: Box<str>,
    pub(super) revision: u64,
    pub(super) first_seen: Timestamp,
    pub(super) last_seen: Timestamp,
    /// First sight of the founding report, or of the one that had it split off, in seconds.
    pub(super) born: i64,
    /// Number of its reports.
    pub(super) reports: usize,
    pub(super) members: Box<[Member]>,
    /// The profile of several members together.
    merged: Option<Box<Profile>>,
    /// Index of the founding report among the members; none if it is not among them.
    pub(super) founder: Option<usize>,
    /// The founding report where it is no member.
    lone_founder: Option<Box<Profile>>,
    /// Reports that are no members, and their articles.
    others: Marks,
    /// Took over reports of others with its last revision.
    pub(super) took: bool,
    /// Taken as a whole: its reports are not regrouped.
    pub(super) pinned: bool,
    packed: Packed,
}

impl Entry {
    fn of(incident: &Incident) -> Self {
        let member = |report: &Report| Member {
            report: hash(&report.id),
            told: told_at(report).as_second(),
            profile: Profile::of_report(report),
        };
        let mut members: Vec<Member> =
            incident.reports.iter().filter(|r| founds(r)).map(member).collect();
        let silent = members.is_empty();
        if silent {
            members = incident.reports.iter().map(member).collect();
        }
        let merged = merged(&members);
        let founding = incident.reports.iter().find(|report| founded_by(incident, report));
        let founder = founding
            .filter(|_| !silent)
            .and_then(|report| members.iter().position(|m| m.report == hash(&report.id)));
        let lone_founder = founding.filter(|_| founder.is_none()).map(Profile::of_report);
        let pinned =
            founder.is_none() || members.len() > MAX_LOOSE || !incident.further_reports.is_empty();
        let mut others = Marks::builder();
        for report in incident.reports.iter().filter(|report| silent || !founds(report)) {
            others.add(Of::Report, &report.id);
            others.add(Of::Article, &report.article.id);
        }
        for report in &incident.further_reports {
            others.add(Of::Report, report);
        }
        // An incident that was split off was not there when its reports came.
        let born = incident.split_from.as_ref().map(|from| from.seen);
        let born = born.or(founding.map(|r| r.article.seen)).unwrap_or(incident.first_seen);
        let mut entry = Self {
            id: incident.id.as_str().into(),
            revision: incident.revision,
            first_seen: incident.first_seen,
            last_seen: incident.last_seen,
            born: born.as_second(),
            reports: incident.reports.len() + incident.further_reports.len(),
            members: members.into(),
            merged: merged.map(Box::new),
            founder,
            lone_founder: lone_founder.map(Box::new),
            others: others.build(),
            took: !incident.taken_from.is_empty(),
            pinned,
            packed: Packed::of(incident),
        };
        if entry.pinned && entry.members.len() > MAX_LOOSE {
            // Never compared one by one again; the founding report alone still is.
            let founder = entry.founder.take();
            let members = std::mem::take(&mut entry.members).into_vec();
            let founding = members.into_iter().nth(founder.unwrap_or(usize::MAX));
            entry.lone_founder = founding.map(|m| Box::new(m.profile)).or(entry.lone_founder);
        }
        entry
    }

    /// What the incident says as a whole.
    pub(super) fn profile(&self) -> &Profile {
        match (&self.merged, self.members.first()) {
            (Some(merged), _) => merged,
            (None, Some(only)) => &only.profile,
            // An incident has a report; without one there is nothing to compare.
            (None, None) => super::profile::nothing(),
        }
    }

    /// What the founding report says alone.
    pub(super) fn founding_profile(&self) -> &Profile {
        let founder = self.founder.and_then(|i| self.members.get(i)).map(|m| &m.profile);
        founder.or(self.lone_founder.as_deref()).unwrap_or_else(|| self.profile())
    }

    /// True when one of its reports, also one that is no news, is of one of these articles.
    pub(super) fn shares_article(&self, profile: &Profile) -> bool {
        self.profile().marks.shared(&profile.marks, Of::Article) > 0
            || self.others.shared(&profile.marks, Of::Article) > 0
    }

    /// True when the article itself says that it tells one of these reports.
    pub(super) fn is_stated(&self, profile: &Profile) -> bool {
        self.profile().marks.stated(&profile.marks) || self.others.stated(&profile.marks)
    }

    pub(super) fn incident(&self) -> Option<Box<Incident>> {
        self.packed.open()
    }

    /// Keys of the whole, of each report and of the founding one.
    fn keys(&self) -> BTreeSet<Key> {
        let mut out = BTreeSet::new();
        let members = self.members.iter().map(|member| &member.profile);
        for profile in members.chain([self.profile(), self.founding_profile()]) {
            let (first, last) = days(profile);
            for block in blocks(profile) {
                for day in first..=last {
                    out.extend(locations(profile).map(|location| (block, day, location)));
                }
            }
        }
        out
    }
}

fn merged(members: &[Member]) -> Option<Profile> {
    let mut all = members.iter().map(|member| &member.profile);
    let first = all.next()?.with(&all.next()?.clone());
    Some(all.fold(first, |sum, profile| sum.with(profile)))
}

/// Open incidents.
#[derive(Debug, Default)]
pub(super) struct Table {
    entries: Vec<Option<Box<Entry>>>,
    free: Vec<Slot>,
    len: usize,
    by_id: BTreeMap<u64, Slot>,
    by_report: BTreeMap<u64, Slot>,
    /// Further holders of a report: between the two halves of a move there are two.
    also: BTreeSet<(u64, Slot)>,
    by_last_seen: BTreeSet<(Timestamp, Slot)>,
    index: BTreeSet<(Key, Slot)>,
}

impl Table {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Puts an incident in, in place of an earlier revision of it.
    pub(super) fn put(&mut self, incident: &Incident) {
        self.remove(&incident.id);
        let entry = Box::new(Entry::of(incident));
        let slot = self.free.pop().unwrap_or_else(|| {
            self.entries.push(None);
            Slot::try_from(self.entries.len() - 1).unwrap_or(Slot::MAX)
        });
        self.by_id.insert(hash(&incident.id), slot);
        for id in report_ids(incident) {
            if let Some(before) = self.by_report.insert(hash(id), slot) {
                self.also.insert((hash(id), before));
            }
        }
        self.by_last_seen.insert((entry.last_seen, slot));
        self.index.extend(entry.keys().into_iter().map(|key| (key, slot)));
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
        if let Some(incident) = entry.incident() {
            for id in report_ids(&incident) {
                self.let_go(hash(id), slot);
            }
        }
        self.by_last_seen.remove(&(entry.last_seen, slot));
        for key in entry.keys() {
            self.index.remove(&(key, slot));
        }
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

    /// The incident that holds a report.
    pub(super) fn holding(&self, report: &str) -> Option<Slot> {
        self.by_report.get(&hash(report)).copied()
    }

    /// All incidents, in no order.
    pub(super) fn all(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter_map(Option::as_deref)
    }

    /// The incident whose last report is the oldest.
    pub(super) fn oldest(&self) -> Option<&Entry> {
        self.by_last_seen.first().and_then(|(_, slot)| self.at(*slot))
    }

    /// Incidents that share a block with a profile and may lie at its place.
    pub(super) fn candidates(&self, profile: &Profile) -> Vec<Slot> {
        let mut slots: Vec<Slot> = Vec::new();
        let (first, last) = days(profile);
        let wanted = wanted(profile);
        let lasting = profile.types.iter().map(|id| taxonomy::lasting(*id)).max().unwrap_or(0);
        let around = i32::try_from(lasting).unwrap_or(0).max(1);
        for block in blocks(profile) {
            for day in first.saturating_sub(around)..=last.saturating_add(around) {
                for (from, to) in &wanted {
                    let range = ((block, day, *from), 0)..=((block, day, *to), Slot::MAX);
                    slots.extend(self.index.range(range).map(|(_, slot)| *slot));
                }
            }
        }
        slots.sort_unstable();
        slots.dedup();
        slots
    }
}

/// Ids of all reports of an incident.
pub(super) fn report_ids(incident: &Incident) -> impl Iterator<Item = &String> {
    incident.reports.iter().map(|report| &report.id).chain(&incident.further_reports)
}

fn blocks(profile: &Profile) -> BTreeSet<u32> {
    let block = |kind: Kind, class: u8, number: u64| {
        let mut bytes = [0; 10];
        let (head, tail) = bytes.split_at_mut(2);
        head.copy_from_slice(&[kind as u8, class]);
        tail.copy_from_slice(&number.to_le_bytes());
        // The lower half: a chance meeting is sorted out by the score.
        u32::try_from(xxhash_rust::xxh3::xxh3_64(&bytes) & u64::from(u32::MAX)).unwrap_or_default()
    };
    match profile.kind {
        Kind::Aggregate => BTreeSet::from([block(Kind::Aggregate, 0, profile.group)]),
        Kind::Incident => profile
            .types
            .iter()
            .flat_map(|id| {
                let families = taxonomy::families_of(*id).map(|f| block(Kind::Incident, 1, f));
                families.chain([block(Kind::Incident, 2, *id)])
            })
            .collect(),
    }
}

/// First and last day under which a profile is indexed; a series has a period, not a day.
fn days(profile: &Profile) -> (i32, i32) {
    let day = |day: i64| i32::try_from(day).unwrap_or(if day < 0 { i32::MIN } else { i32::MAX });
    match profile.kind {
        Kind::Aggregate => (0, 0),
        Kind::Incident => {
            let last = profile.span.last;
            (day(profile.span.first.max(last - MAX_DAYS)), day(last))
        }
    }
}

fn of_country(how: Location, country: Country) -> Location {
    how | Location::from(u16::from_be_bytes(country))
}

fn cell(lat: i32, lon: i32) -> Location {
    let number = (lat + 90).clamp(0, 180) * 360 + (lon + 180).rem_euclid(360);
    CELL | Location::try_from(number).unwrap_or_default()
}

fn towns(profile: &Profile) -> impl Iterator<Item = (f32, f32)> {
    profile.spots.iter().filter_map(super::place::Spot::town)
}

fn countries(profile: &Profile) -> Vec<Country> {
    let mut out = profile.countries();
    if out.is_empty() {
        out.push(Country::default());
    }
    out
}

/// The degree that a coordinate lies in; -180 to 180, so that nothing is lost.
#[allow(clippy::cast_possible_truncation)]
fn degree(coordinate: f32) -> i32 {
    coordinate.floor() as i32
}

/// Where a profile is indexed.
fn locations(profile: &Profile) -> impl Iterator<Item = Location> {
    let cells: Vec<Location> =
        towns(profile).map(|(lat, lon)| cell(degree(lat), degree(lon))).collect();
    let how = if cells.is_empty() { WIDE } else { TOWN };
    cells.into_iter().chain(countries(profile).into_iter().map(move |c| of_country(how, c)))
}

/// Where incidents may be indexed that lie at a profile's place, as ranges of locations.
fn wanted(profile: &Profile) -> BTreeSet<(Location, Location)> {
    let one = |location: Location| (location, location);
    let countries = countries(profile);
    let mut out = BTreeSet::new();
    let somewhere = countries.iter().any(|c| *c != Country::default());
    if !somewhere && towns(profile).next().is_none() {
        // Any place may be meant.
        return BTreeSet::from([(WIDE, CELL - 1)]);
    }
    for country in countries.into_iter().chain([Country::default()]) {
        out.insert(one(of_country(WIDE, country)));
        if towns(profile).next().is_none() {
            out.insert(one(of_country(TOWN, country)));
        }
    }
    for (lat, lon) in towns(profile) {
        // Meridians draw together towards the poles.
        let width = (REACH / lat.to_radians().cos().max(0.004)).min(180.0);
        for row in degree(lat - REACH)..=degree(lat + REACH) {
            for column in degree(lon - width)..=degree(lon + width) {
                out.insert(one(cell(row, column)));
            }
        }
    }
    out
}
