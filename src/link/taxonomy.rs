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
    family: Vec<Family>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Family {
    name: String,
    weight: f64,
    types: Vec<String>,
}

#[derive(Debug)]
struct Table {
    severity: BTreeMap<String, f64>,
    /// Families of each type: name and weight.
    families: BTreeMap<String, Vec<(String, f64)>>,
}

impl Table {
    fn new(file: File) -> Self {
        let mut families: BTreeMap<String, Vec<(String, f64)>> = BTreeMap::new();
        for family in file.family {
            for event_type in family.types {
                families.entry(event_type).or_default().push((family.name.clone(), family.weight));
            }
        }
        Self { severity: file.severity, families }
    }
}

/// How well two types can be told of one event: 1 for the same, 0 for never.
pub(super) fn compatibility(a: &str, b: &str) -> f64 {
    if a == b {
        return 1.0;
    }
    let of_b = families(b);
    families(a)
        .iter()
        .filter(|(name, _)| of_b.iter().any(|(other, _)| other == name))
        .map(|(_, weight)| *weight)
        .fold(0.0, f64::max)
}

/// Names of the families of a type; none for a type that only meets itself.
pub(super) fn family_names(event_type: &str) -> impl Iterator<Item = &'static str> {
    families(event_type).iter().map(|(name, _)| name.as_str())
}

/// How grave a group is in itself, 0 to 10.
pub(super) fn base_severity(group: &str) -> f64 {
    let table = &TABLE.severity;
    table.get(group).or_else(|| table.get("other")).copied().unwrap_or(0.5)
}

fn families(event_type: &str) -> &'static [(String, f64)] {
    TABLE.families.get(event_type).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_read_and_is_in_range() {
        let file: File = toml::from_str(include_str!("types.toml")).unwrap();
        assert!(file.family.iter().all(|f| f.weight > 0.0 && f.weight <= 1.0 && f.types.len() > 1));
        assert!(file.severity.values().all(|s| (0.0..=10.0).contains(s)));
    }

    #[test]
    fn kinds_of_strikes_fit_and_strangers_do_not() {
        assert!(compatibility("air_strike", "drone_strike") > 0.5);
        assert!(compatibility("explosion_accident", "bombing") > 0.5);
        assert!((compatibility("flood", "flood") - 1.0).abs() < f64::EPSILON);
        assert!(compatibility("flood", "bombing").abs() < f64::EPSILON);
        assert!((compatibility("made_up", "made_up") - 1.0).abs() < f64::EPSILON);
    }
}
