//! Blocking: the ordered index in which candidates are found.
//!
//! A candidate has a type that may be told with one of the report's (for a series the same group),
//! a day in common, and may lie at the same place: a town is looked for in the cells of a grid
//! around it and among incidents of its country whose town is not known; what is told of a country
//! alone, among all of that country.
//!
//! A posting is one number with the parts in the order in which they are asked: of a day, the cells
//! of a row lie side by side, so that a report asks for few ranges; the types in a range are sorted
//! out as it is read, without a look at the entry.

use super::profile::{Country, Profile};
use super::table::Slot;
use super::taxonomy;
use crate::message::Kind;
use std::collections::BTreeSet;

/// Days of an event that are indexed, counted back from its last.
const MAX_DAYS: i64 = 31;
/// Degrees of latitude within which two towns may be one place: 80 km and a little more.
const REACH: f32 = 0.75;

/// Where an entry is indexed, as one number: how it is known, then country or cell.
type Location = u32;
/// No town is known: the letters of the country.
const WIDE: Location = 0 << 28;
/// A town is known: the letters of its country.
const TOWN: Location = 1 << 28;
/// A town is known: its cell of one degree by one degree.
const CELL: Location = 2 << 28;

/// Day, location, block and slot, 32 bits each.
type Posting = u128;

/// Slots by day, location and block.
#[derive(Debug, Default)]
pub(super) struct Index(BTreeSet<Posting>);

impl Index {
    pub(super) fn insert<'a>(&mut self, slot: Slot, profiles: impl Iterator<Item = &'a Profile>) {
        self.0.extend(postings(slot, profiles));
    }

    pub(super) fn remove<'a>(&mut self, slot: Slot, profiles: impl Iterator<Item = &'a Profile>) {
        for posting in postings(slot, profiles) {
            self.0.remove(&posting);
        }
    }

    /// Slots of what shares a block with a profile and may lie at its place, each once, in order.
    pub(super) fn candidates(&self, profile: &Profile) -> Vec<Slot> {
        let mut slots: Vec<Slot> = Vec::new();
        let (first, last) = days(profile);
        let wanted = wanted(profile);
        let blocks = kin(profile);
        let lasting = profile.types.iter().map(|id| taxonomy::lasting(*id)).max().unwrap_or(0);
        let around = i32::try_from(lasting).unwrap_or(0).max(1);
        for day in first.saturating_sub(around)..=last.saturating_add(around) {
            for (from, to) in &wanted {
                let range = posting(day, *from, 0, 0)..=posting(day, *to, u32::MAX, Slot::MAX);
                for found in self.0.range(range) {
                    if blocks.binary_search(&part(found >> 32)).is_ok() {
                        slots.push(part(*found));
                    }
                }
            }
        }
        slots.sort_unstable();
        slots.dedup();
        slots
    }
}

/// Everything under which these profiles are found, in order.
fn postings<'a>(slot: Slot, profiles: impl Iterator<Item = &'a Profile>) -> Vec<Posting> {
    let mut out = Vec::new();
    for profile in profiles {
        let (first, last) = days(profile);
        let locations = locations(profile);
        for block in blocks(profile) {
            for day in first..=last {
                out.extend(locations.iter().map(|location| posting(day, *location, block, slot)));
            }
        }
    }
    out.sort_unstable();
    out.dedup();
    out
}

fn posting(day: i32, location: Location, block: u32, slot: Slot) -> Posting {
    // The sign bit turned: days before 1970 come first.
    let day = day.cast_unsigned() ^ 1 << 31;
    u128::from(day) << 96 | u128::from(location) << 64 | u128::from(block) << 32 | u128::from(slot)
}

/// The lowest part of a posting.
#[allow(clippy::cast_possible_truncation)] // what is above belongs to other parts
fn part(posting: Posting) -> u32 {
    posting as u32
}

/// A type or, of a series, a group; the lower half of a hash: a chance meeting is sorted out by the
/// score.
fn block(kind: Kind, number: u64) -> u32 {
    let mut bytes = [0; 9];
    let (head, tail) = bytes.split_at_mut(1);
    head.copy_from_slice(&[kind as u8]);
    tail.copy_from_slice(&number.to_le_bytes());
    u32::try_from(xxhash_rust::xxh3::xxh3_64(&bytes) & u64::from(u32::MAX)).unwrap_or_default()
}

/// Blocks under which a profile is indexed.
fn blocks(profile: &Profile) -> Vec<u32> {
    match profile.kind {
        Kind::Aggregate => vec![block(Kind::Aggregate, profile.group)],
        Kind::Incident => profile.types.iter().map(|id| block(Kind::Incident, *id)).collect(),
    }
}

/// Blocks in which a profile looks for others, sorted.
fn kin(profile: &Profile) -> Vec<u32> {
    let mut out = blocks(profile);
    if profile.kind == Kind::Incident {
        let kin = profile.types.iter().flat_map(|id| taxonomy::kin(*id));
        out.extend(kin.map(|id| block(Kind::Incident, *id)));
    }
    out.sort_unstable();
    out.dedup();
    out
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

/// The cells of a row between two columns, both included, as ranges: two where they reach over the
/// edge of the map.
fn cells(row: i32, from: i32, to: i32) -> impl Iterator<Item = (Location, Location)> {
    let whole = (cell(row, -180), cell(row, 179));
    let (first, last) = (cell(row, from), cell(row, to));
    let ranges = if to - from >= 359 {
        [Some(whole), None]
    } else if first <= last {
        [Some((first, last)), None]
    } else {
        [Some((whole.0, last)), Some((first, whole.1))]
    };
    ranges.into_iter().flatten()
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
fn locations(profile: &Profile) -> Vec<Location> {
    let mut out: Vec<Location> =
        towns(profile).map(|(lat, lon)| cell(degree(lat), degree(lon))).collect();
    let how = if out.is_empty() { WIDE } else { TOWN };
    out.extend(countries(profile).into_iter().map(|country| of_country(how, country)));
    out
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
            out.extend(cells(row, degree(lon - width), degree(lon + width)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::support::{country, region, told, town};
    use crate::message::Report;
    use proptest::prelude::*;

    /// Cells between two columns, one by one.
    fn each(row: i32, from: i32, to: i32) -> BTreeSet<Location> {
        (from..=to).map(|column| cell(row, column)).collect()
    }

    /// What a candidate is, said of two profiles without an index.
    fn is_candidate(asked: &Profile, kept: &Profile) -> bool {
        let same_block = match asked.kind {
            _ if asked.kind != kept.kind => false,
            Kind::Aggregate => asked.group == kept.group,
            Kind::Incident => asked
                .types
                .iter()
                .any(|a| kept.types.iter().any(|b| taxonomy::compatibility(*a, *b) > 0.0)),
        };
        let lasting = asked.types.iter().map(|id| taxonomy::lasting(*id)).max().unwrap_or(0);
        let around = i32::try_from(lasting).unwrap().max(1);
        let ((from, to), (first, last)) = (days(asked), days(kept));
        let same_day = first <= to + around && last >= from - around;
        let near = |(lat, lon): (f32, f32)| {
            let width = (REACH / lat.to_radians().cos().max(0.004)).min(180.0);
            towns(kept).any(|(y, x)| {
                (degree(lat - REACH)..=degree(lat + REACH)).any(|row| {
                    let around = each(row, degree(lon - width), degree(lon + width));
                    around.contains(&cell(degree(y), degree(x)))
                })
            })
        };
        let (here, there) = (asked.countries(), kept.countries());
        let shared = there.is_empty() || there.iter().any(|c| here.contains(c));
        let same_place = match (towns(asked).next(), towns(kept).next()) {
            (Some(_), Some(_)) => towns(asked).any(near),
            _ => shared || (here.is_empty() && towns(asked).next().is_none()),
        };
        same_block && same_day && same_place
    }

    fn a_report() -> impl Strategy<Value = Report> {
        let types = prop_oneof![
            Just(("remote_violence", "air_strike")),
            Just(("remote_violence", "drone_strike")),
            Just(("accident", "explosion_accident")),
            Just(("natural", "flood")),
            Just(("other", "made_up")),
        ];
        let countries = prop_oneof![Just("XA"), Just("XB"), Just("")];
        let point = (-90.0..=90.0, prop_oneof![-180.0..=180.0, 178.0..=180.0, -180.0..=-178.0]);
        let near = (9.0..12.0, 19.0..22.0);
        let place = (0..6u8, countries, prop_oneof![point, near]);
        (types, prop::collection::vec(place, 0..3), 10..20u32, any::<bool>()).prop_map(
            |((group, event_type), places, day, series)| {
                let mut report =
                    told("Blatt", "1").of(group, event_type).on(&format!("2024-05-{day}"));
                for (how, code, (lat, lon)) in places {
                    report = report.place(match how {
                        0 => country(code),
                        1 => region("Nordland", 55, code),
                        _ => town("Ort", 0, code, "Nordland", lat, lon),
                    });
                }
                if series {
                    report = report.series(3, "2024-05-01", "2024-05-12");
                }
                report.build()
            },
        )
    }

    proptest! {
        #[test]
        fn the_index_finds_what_a_comparison_of_all_finds(
            kept in prop::collection::vec(a_report(), 1..24),
            asked in a_report(),
        ) {
            let kept: Vec<Profile> = kept.iter().map(Profile::of_report).collect();
            let asked = Profile::of_report(&asked);
            let mut index = Index::default();
            for (slot, profile) in (0..).zip(&kept) {
                index.insert(slot, [profile].into_iter());
            }
            let expected: Vec<Slot> = (0..)
                .zip(&kept)
                .filter(|(_, profile)| is_candidate(&asked, profile))
                .map(|(slot, _)| slot)
                .collect();
            prop_assert_eq!(index.candidates(&asked), expected);
            for (slot, profile) in (0..).zip(&kept) {
                index.remove(slot, [profile].into_iter());
            }
            prop_assert!(index.0.is_empty());
        }

        #[test]
        fn ranges_of_cells_hold_the_cells_between(
            row in -91..=91i32, from in -361..=180i32, more in 0..=362i32,
        ) {
            let ranges: Vec<_> = cells(row, from, from + more).collect();
            let found: BTreeSet<Location> = ranges.iter().flat_map(|(a, b)| *a..=*b).collect();
            prop_assert_eq!(found, each(row, from, from + more));
        }
    }
}
