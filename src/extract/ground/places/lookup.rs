//! Looks a name up without a text.

use super::super::{PlaceClass, Resolved, tokens};
use super::gazetteer::Gazetteer;

/// All places of the gazetteer with a name, the most
/// likely first.
#[must_use]
pub fn places_named(name: &str) -> Vec<Resolved> {
    let gazetteer = Gazetteer::builtin();
    let folded = tokens::fold(name);
    let key = folded.split_whitespace().collect::<Vec<_>>().join(" ");
    let entries = gazetteer.find(&key);
    entries
        .iter()
        .filter_map(|entry| {
            let place = gazetteer.place(entry.place)?;
            Some(Resolved {
                name: name.to_owned(),
                name_en: place.name().to_owned(),
                geoname_id: place.geoname_id,
                country: Some(place.country.to_owned()),
                admin1: place.admin1.and_then(|a| gazetteer.place(a)).map(|a| a.name().to_owned()),
                lat: place.lat,
                lon: place.lon,
                class: place.class,
                population: place.population,
            })
        })
        .collect()
}

/// The gazetteer has a country of this code (ISO 3166-1 alpha-2, or XK).
#[must_use]
pub(crate) fn is_country(code: &str) -> bool {
    let gazetteer = Gazetteer::builtin();
    (0..gazetteer.len())
        .map_while(|n| gazetteer.place(n).filter(|p| p.class == PlaceClass::Country))
        .any(|p| p.country == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_all_its_places() {
        let found = places_named("Paris");
        assert!(found.iter().any(|p| p.geoname_id == Some(2_988_507)));
        assert!(found.iter().any(|p| p.admin1.as_deref() == Some("Texas")));
        assert!(places_named("Qwertz").is_empty());
    }
}
