//! Places: distance and containment.

use super::profile::fold;
use crate::message::{Place, PlacePrecision};

/// Two different towns further apart than this are two events, in kilometres.
const TOWN_CONFLICT_KM: f64 = 50.0;
/// How far "near" may reach, in kilometres.
const NEAR_KM: f64 = 30.0;
/// How far from a region's centre a town may lie when their divisions are not known, in kilometres.
const REGION_KM: f64 = 150.0;
/// Mean radius of the earth in kilometres (IUGG).
const EARTH_KM: f64 = 6371.0088;

/// A place, reduced to what is compared.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spot {
    precision: PlacePrecision,
    geoname_id: Option<u32>,
    country: Option<String>,
    admin1: Option<String>,
    point: Option<(f64, f64)>,
    names: [String; 2],
}

/// How two places fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Fit {
    /// -1 (elsewhere) to 1 (the same place).
    Degree(f64),
    /// They cannot be the same place.
    Conflict,
}

impl Spot {
    pub(super) fn of(place: &Place) -> Self {
        let name = fold(&place.name);
        let english = place.name_en.as_deref().map_or_else(|| name.clone(), fold);
        Self {
            precision: place.precision,
            geoname_id: place.geoname_id,
            country: place.country.clone(),
            admin1: place.admin1.as_deref().map(fold),
            point: place.lat.zip(place.lon),
            names: [name, english],
        }
    }

    pub(super) fn country(&self) -> Option<&str> {
        self.country.as_deref()
    }

    fn is_town(&self) -> bool {
        matches!(self.precision, PlacePrecision::Exact | PlacePrecision::Near)
    }

    fn shares_name(&self, other: &Self) -> bool {
        self.names.iter().any(|name| !name.is_empty() && other.names.contains(name))
    }

    /// How this place fits the other; the same from both sides.
    pub(super) fn fit(&self, other: &Self) -> Fit {
        if self.precision == PlacePrecision::Unresolved
            || other.precision == PlacePrecision::Unresolved
        {
            return Fit::Degree(if self.shares_name(other) { 0.7 } else { 0.0 });
        }
        let same_country = match (&self.country, &other.country) {
            (Some(a), Some(b)) => Some(a == b),
            _ => None,
        };
        let apart = self.point.zip(other.point).map(|(a, b)| haversine_km(a, b));
        if self.is_town() && other.is_town() {
            return self.fit_of_towns(other, apart, same_country);
        }
        if same_country == Some(false) {
            return Fit::Conflict;
        }
        let country_wide = |s: &Self| s.precision == PlacePrecision::Country;
        match (country_wide(self), country_wide(other), same_country) {
            (true, true, Some(true)) => Fit::Degree(0.4),
            (true, _, Some(true)) | (_, true, Some(true)) => Fit::Degree(0.3),
            (true, ..) | (_, true, _) => Fit::Degree(0.0),
            _ => Fit::Degree(self.fit_of_regions(other, apart)),
        }
    }

    fn fit_of_towns(&self, other: &Self, apart: Option<f64>, same_country: Option<bool>) -> Fit {
        let near = |s: &Self| s.precision == PlacePrecision::Near;
        if self.geoname_id.is_some() && self.geoname_id == other.geoname_id {
            return Fit::Degree(if near(self) == near(other) { 1.0 } else { 0.9 });
        }
        let Some(km) = apart else {
            return match same_country {
                Some(false) => Fit::Conflict,
                _ => Fit::Degree(if self.shares_name(other) { 0.8 } else { -0.3 }),
            };
        };
        let reach = if near(self) || near(other) { NEAR_KM } else { 0.0 };
        match km - reach {
            d if d <= 5.0 => Fit::Degree(0.9),
            d if d <= 15.0 => Fit::Degree(0.7),
            d if d <= TOWN_CONFLICT_KM => Fit::Degree(0.1),
            _ => Fit::Conflict,
        }
    }

    /// At least one of the two is a region.
    fn fit_of_regions(&self, other: &Self, apart: Option<f64>) -> f64 {
        if self.geoname_id.is_some() && self.geoname_id == other.geoname_id {
            return 0.8;
        }
        let inside = |region: &Self, inner: &Self| {
            !region.is_town()
                && inner.admin1.as_ref().is_some_and(|division| region.names.contains(division))
        };
        if inside(self, other) || inside(other, self) {
            return 0.7;
        }
        match (&self.admin1, &other.admin1, apart) {
            (Some(a), Some(b), _) if a == b => 0.7,
            (Some(_), Some(_), _) => -0.6,
            (_, _, Some(km)) if km <= REGION_KM => 0.4,
            (_, _, Some(_)) => -0.5,
            _ => 0.1,
        }
    }
}

/// Distance on the sphere in kilometres; arguments are (latitude, longitude) in degrees.
pub(super) fn haversine_km(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (lat_a, lat_b) = (a.0.to_radians(), b.0.to_radians());
    let half_lat = ((lat_b - lat_a) / 2.0).sin();
    let half_lon = ((b.1 - a.1).to_radians() / 2.0).sin();
    let h = half_lat * half_lat + lat_a.cos() * lat_b.cos() * half_lon * half_lon;
    2.0 * EARTH_KM * h.clamp(0.0, 1.0).sqrt().asin()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::support::{country, region, town};

    fn fit(a: &Place, b: &Place) -> Fit {
        let (a, b) = (Spot::of(a), Spot::of(b));
        assert_eq!(a.fit(&b), b.fit(&a));
        a.fit(&b)
    }

    #[test]
    fn distance_is_known() {
        let km = haversine_km((52.52, 13.405), (48.137, 11.575));
        assert!((km - 504.0).abs() < 3.0, "{km}");
    }

    #[test]
    fn a_town_lies_in_its_region_in_its_country() {
        let karsa = town("Karsa", 101, "XA", "Nordland", 10.0, 20.0);
        assert_eq!(fit(&karsa, &karsa), Fit::Degree(1.0));
        assert_eq!(fit(&karsa, &region("Nordland", 55, "XA")), Fit::Degree(0.7));
        assert_eq!(fit(&karsa, &country("XA")), Fit::Degree(0.3));
        assert_eq!(fit(&karsa, &country("XB")), Fit::Conflict);
    }

    #[test]
    fn two_distant_towns_are_in_conflict() {
        let karsa = town("Karsa", 101, "XA", "Nordland", 10.0, 20.0);
        let tarun = town("Tarun", 102, "XA", "Nordland", 11.0, 20.0);
        assert_eq!(fit(&karsa, &tarun), Fit::Conflict);
        let suburb = town("Neu-Karsa", 103, "XA", "Nordland", 10.02, 20.0);
        assert_eq!(fit(&karsa, &suburb), Fit::Degree(0.9));
    }
}
