//! Reader of `types.toml`: families of types, and how grave a group is in itself.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The table, as compiled in; a test reads it, so that a mistake in it cannot be released.
static TABLE: LazyLock<Table> = LazyLock::new(|| {
    Table::new(toml::from_str::<File>(include_str!("types.toml")).unwrap_or_default())
});

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    severity: BTreeMap<String, f64>,
    #[serde(default)]
    extent: BTreeMap<String, f64>,
    #[serde(default)]
    lasting: BTreeMap<String, i64>,
    family: Vec<Family>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Family {
    name: String,
    weight: f64,
    types: Vec<String>,
}

/// A type, by its name; types that the table does not know have an id, too.
pub(super) type TypeId = u64;

#[derive(Debug)]
struct Table {
    severity: BTreeMap<String, f64>,
    /// Families of each type: hash of the name, and weight.
    families: BTreeMap<TypeId, Vec<(u64, f64)>>,
    /// Types that share a family with a type, with itself.
    kin: BTreeMap<TypeId, Vec<TypeId>>,
    /// Days that an event of a type may go on.
    lasting: BTreeMap<TypeId, i64>,
    /// Kilometres that an event of a type may reach.
    extent: BTreeMap<TypeId, f64>,
}

impl Table {
    fn new(file: File) -> Self {
        let mut families: BTreeMap<TypeId, Vec<(u64, f64)>> = BTreeMap::new();
        let mut kin: BTreeMap<TypeId, Vec<TypeId>> = BTreeMap::new();
        for family in file.family {
            let all: Vec<TypeId> = family.types.iter().map(|name| type_id(name)).collect();
            for id in &all {
                kin.entry(*id).or_default().extend(&all);
            }
            let number = super::profile::hash(&family.name);
            for event_type in family.types {
                families.entry(type_id(&event_type)).or_default().push((number, family.weight));
            }
        }
        let lasting = file.lasting.iter().map(|(name, days)| (type_id(name), *days)).collect();
        let extent = file.extent.iter().map(|(name, km)| (type_id(name), *km)).collect();
        for all in kin.values_mut() {
            all.sort_unstable();
            all.dedup();
        }
        Self { severity: file.severity, families, kin, lasting, extent }
    }
}

/// The id of a type.
pub(super) fn type_id(event_type: &str) -> TypeId {
    super::profile::hash(event_type)
}

/// How well two types can be told of one event: 1 for the same, 0 for never.
pub(super) fn compatibility(a: TypeId, b: TypeId) -> f64 {
    if a == b {
        return 1.0;
    }
    let of_b = families(b);
    families(a)
        .iter()
        .filter(|(family, _)| of_b.iter().any(|(other, _)| other == family))
        .map(|(_, weight)| *weight)
        .fold(0.0, f64::max)
}

/// Types that may be told of one event with a type, with itself; none for a type without a family,
/// which only meets itself.
pub(super) fn kin(event_type: TypeId) -> &'static [TypeId] {
    TABLE.kin.get(&event_type).map_or(&[], Vec::as_slice)
}

/// Days that an event of a type may go on; 0 for what is over in a day.
pub(super) fn lasting(event_type: TypeId) -> i64 {
    TABLE.lasting.get(&event_type).copied().unwrap_or(0)
}

/// Kilometres that an event of a type may reach; 0 for what happens in one place.
pub(super) fn extent(event_type: TypeId) -> f64 {
    TABLE.extent.get(&event_type).copied().unwrap_or(0.0)
}

/// How grave a group is in itself, 0 to 10.
pub(super) fn base_severity(group: &str) -> f64 {
    let table = &TABLE.severity;
    table.get(group).or_else(|| table.get("other")).copied().unwrap_or(0.5)
}

fn families(event_type: TypeId) -> &'static [(u64, f64)] {
    TABLE.families.get(&event_type).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_read_and_is_in_range() {
        let file: File = toml::from_str(include_str!("types.toml")).unwrap();
        assert!(file.family.iter().all(|f| f.weight > 0.0 && f.weight <= 1.0 && f.types.len() > 1));
        assert!(file.lasting.values().all(|days| (1..=14).contains(days)));
        assert!(file.severity.values().all(|s| (0.0..=10.0).contains(s)));
    }

    #[test]
    fn kinds_of_strikes_fit_and_strangers_do_not() {
        let compatibility = |a, b| compatibility(type_id(a), type_id(b));
        assert!(compatibility("air_strike", "drone_strike") > 0.5);
        assert!(compatibility("explosion_accident", "bombing") > 0.5);
        assert!((compatibility("flood", "flood") - 1.0).abs() < f64::EPSILON);
        assert!(compatibility("flood", "bombing").abs() < f64::EPSILON);
        assert!((compatibility("made_up", "made_up") - 1.0).abs() < f64::EPSILON);
    }
}
