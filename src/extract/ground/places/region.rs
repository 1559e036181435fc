//! World regions: the key by which reports are kept together.

use super::super::Resolved;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

const TABLE: &str = include_str!("../../../../config/lexicon/regions.toml");
const WORLD: &str = "world";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Regions {
    regions: BTreeMap<String, Vec<String>>,
    places: BTreeMap<String, String>,
}

#[derive(Debug, Default)]
struct Index {
    countries: BTreeMap<String, &'static str>,
    places: BTreeMap<String, &'static str>,
}

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let table: Regions = toml::from_str(TABLE).unwrap_or_default();
        let mut index = Index::default();
        for (region, countries) in &table.regions {
            let region = super::super::tables::intern(region);
            for country in countries {
                index.countries.insert(country.clone(), region);
            }
        }
        for (place, region) in &table.places {
            index.places.insert(place.clone(), super::super::tables::intern(region));
        }
        index
    })
}

/// World region of a place: of its country, or of a sea or region by its name; `world` for none.
#[must_use]
pub fn region(country: Option<&str>, place: Option<&Resolved>) -> &'static str {
    let country = country.or_else(|| place.and_then(|p| p.country.as_deref()));
    let by_country = country.and_then(|c| index().countries.get(c));
    let by_name = place.and_then(|p| index().places.get(&p.name_en));
    by_country.or(by_name).copied().unwrap_or(WORLD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_each_country_once() {
        let table: Regions = toml::from_str(TABLE).unwrap();
        let mut all: Vec<&String> = table.regions.values().flatten().collect();
        let before = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), before);
        assert!(table.places.values().all(|r| table.regions.contains_key(r)));
    }

    #[test]
    fn neighbours_at_war_share_a_region() {
        let theatre = ["IL", "PS", "LB", "SY", "IQ", "IR", "YE"].map(|c| region(Some(c), None));
        assert_eq!(theatre, ["middle_east"; 7]);
        assert_eq!(region(Some("RU"), None), region(Some("UA"), None));
        assert_eq!(region(None, None), "world");
        assert_eq!(region(Some("??"), None), "world");
    }
}
