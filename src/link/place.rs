//! Places: distance and containment.

use super::few::Few;
use super::profile::{Country, fold, hash, letters};
use crate::message::{Place, PlacePrecision};

/// Two different towns further apart than this are two events, in kilometres.
const TOWN_CONFLICT_KM: f64 = 50.0;
/// How far "near" may reach, in kilometres.
const NEAR_KM: f64 = 30.0;
/// How far from a region's centre a town may lie when their divisions are not known, in kilometres.
const REGION_KM: f64 = 150.0;
/// Another town that an event reaches: it may be one event, or two of one weather.
const REACHED: f64 = 0.5;
/// A wider place without a division of a country, as a continent or a sea: its centre tells nothing.
const SOMEWHERE: f64 = 0.2;
/// Mean radius of the earth in kilometres (IUGG).
const EARTH_KM: f64 = 6371.0088;

/// A place, reduced to what is compared; names are hashes, 0 where there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spot {
    /// Latitude and longitude in degrees.
    point: Option<(f32, f32)>,
    names: [u64; 2],
    admin1: u64,
    /// 0 where it is not known.
    geoname_id: u32,
    country: Country,
    precision: PlacePrecision,
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
        let name = hash(&fold(&place.name));
        Self {
            precision: place.precision,
            geoname_id: place.geoname_id.unwrap_or_default(),
            country: letters(place.country.as_deref()),
            admin1: place.admin1.as_deref().map_or(0, |division| hash(&fold(division))),
            point: place.lat.zip(place.lon).map(|(lat, lon)| (single(lat), single(lon))),
            names: [name, place.name_en.as_deref().map_or(name, |name| hash(&fold(name)))],
        }
    }

    pub(super) fn country(&self) -> Option<Country> {
        (self.country != Country::default()).then_some(self.country)
    }

    /// The point of a town, in degrees; none for what is wider or not known.
    pub(super) fn town(&self) -> Option<(f32, f32)> {
        self.point.filter(|_| self.is_town())
    }

    /// True where no division of a country is known: too wide to tell two events apart.
    pub(super) fn is_wide(&self) -> bool {
        self.precision == PlacePrecision::Country || self.is_vast()
    }

    fn rank(&self) -> u8 {
        match self.precision {
            PlacePrecision::Exact => 0,
            PlacePrecision::Near => 1,
            PlacePrecision::Region => 2,
            PlacePrecision::Country => 3,
            PlacePrecision::Unresolved => 4,
        }
    }

    fn key(&self) -> Key {
        let point = self.point.map(|(lat, lon)| (lat.to_bits(), lon.to_bits()));
        (self.rank(), self.geoname_id, self.country, self.names, self.admin1, point)
    }

    /// True for a region that lies in no division: a part of a country, a sea, a continent.
    fn is_vast(&self) -> bool {
        self.precision == PlacePrecision::Region && self.admin1 == 0
    }

    fn is_town(&self) -> bool {
        matches!(self.precision, PlacePrecision::Exact | PlacePrecision::Near)
    }

    fn shares_name(&self, other: &Self) -> bool {
        self.names.iter().any(|name| *name != 0 && other.names.contains(name))
    }

    /// How this place fits the other; the same from both sides.
    pub(super) fn fit(&self, other: &Self) -> Fit {
        self.fit_within(other, 0.0)
    }

    /// How two places of an event fit that reaches so far, in kilometres.
    pub(super) fn fit_within(&self, other: &Self, extent: f64) -> Fit {
        if self.precision == PlacePrecision::Unresolved
            || other.precision == PlacePrecision::Unresolved
        {
            return Fit::Degree(if self.shares_name(other) { 0.7 } else { 0.0 });
        }
        let same_country = match (self.country(), other.country()) {
            (Some(a), Some(b)) => Some(a == b),
            _ => None,
        };
        let apart = self.point.zip(other.point).map(|(a, b)| haversine_km(a, b));
        if self.is_town() && other.is_town() {
            return match self.fit_of_towns(other, apart, same_country) {
                Fit::Conflict if apart.is_some_and(|km| km - extent <= TOWN_CONFLICT_KM) => {
                    Fit::Degree(if apart.is_some_and(|km| km <= extent) { REACHED } else { 0.1 })
                }
                Fit::Degree(d) if apart.is_some_and(|km| km <= extent) => {
                    Fit::Degree(d.max(REACHED))
                }
                fit => fit,
            };
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
        if self.geoname_id != 0 && self.geoname_id == other.geoname_id {
            return Fit::Degree(if near(self) == near(other) { 1.0 } else { 0.95 });
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
        if self.geoname_id != 0 && self.geoname_id == other.geoname_id {
            return 0.8;
        }
        let inside = |region: &Self, inner: &Self| {
            !region.is_town() && inner.admin1 != 0 && region.names.contains(&inner.admin1)
        };
        if inside(self, other) || inside(other, self) {
            return 0.7;
        }
        match (self.admin1, other.admin1, apart) {
            (a, b, _) if a == b && a != 0 => 0.7,
            (a, b, _) if a != 0 && b != 0 => -0.6,
            (_, _, Some(km)) if km <= REGION_KM => 0.4,
            _ if self.is_vast() || other.is_vast() => SOMEWHERE,
            (_, _, Some(_)) => -0.5,
            _ => 0.1,
        }
    }
}

/// The places of two sides that tell one event: each once, and of a place that only holds a finer
/// one none.
pub(super) fn merge_spots(a: &[Spot], b: &[Spot], most: usize) -> Few<Spot> {
    let mut all: Vec<Spot> = a.iter().chain(b).copied().collect();
    all.sort_by_key(Spot::key);
    all.dedup_by_key(|spot| spot.key());
    let mut kept: Vec<Spot> = Vec::with_capacity(all.len());
    for spot in all {
        let holds_finer = kept.iter().any(|fine| {
            fine.rank() < spot.rank() && matches!(fine.fit(&spot), Fit::Degree(d) if d > 0.0)
        });
        if !holds_finer {
            kept.push(spot);
        }
    }
    kept.truncate(most);
    kept.into()
}

/// Distance on the sphere in kilometres; arguments are (latitude, longitude) in degrees.
pub(super) fn haversine_km(a: (f32, f32), b: (f32, f32)) -> f64 {
    let (a, b) = ((f64::from(a.0), f64::from(a.1)), (f64::from(b.0), f64::from(b.1)));
    let (lat_a, lat_b) = (a.0.to_radians(), b.0.to_radians());
    let half_lat = ((lat_b - lat_a) / 2.0).sin();
    let half_lon = ((b.1 - a.1).to_radians() / 2.0).sin();
    let h = half_lat * half_lat + lat_a.cos() * lat_b.cos() * half_lon * half_lon;
    2.0 * EARTH_KM * h.clamp(0.0, 1.0).sqrt().asin()
}

/// What makes two places one.
type Key = (u8, u32, Country, [u64; 2], u64, Option<(u32, u32)>);

/// Degrees, to some metres.
#[allow(clippy::cast_possible_truncation)] // metres are more than enough
fn single(degrees: f64) -> f32 {
    degrees as f32
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
