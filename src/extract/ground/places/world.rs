//! The place lists that are the same for every language: countries, regions, metonyms; as built in,
//! extended or replaced by the files of an operator.

use super::super::{Defect, PlaceClass};
use super::gazetteer::Gazetteer;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;

/// Names and texts of the built-in lists.
pub(in super::super) const FILES: [(&str, &str); 5] = [
    ("places/countries.toml", include_str!("../../../../config/lexicon/places/countries.toml")),
    ("places/regions.toml", include_str!("../../../../config/lexicon/places/regions.toml")),
    ("places/metonyms.toml", include_str!("../../../../config/lexicon/places/metonyms.toml")),
    ("places/zones.toml", include_str!("../../../../config/lexicon/places/zones.toml")),
    ("places/names.toml", include_str!("../../../../config/lexicon/places/names.toml")),
];

/// A country: stems of its adjectives by language, stems of its people, and names.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct CountryText {
    pub(super) de: Vec<String>,
    pub(super) en: Vec<String>,
    pub(super) fr: Vec<String>,
    pub(super) es: Vec<String>,
    pub(super) people: Vec<String>,
    pub(super) names: BTreeMap<String, Vec<String>>,
}

impl CountryText {
    fn add(&mut self, more: Self) {
        self.de.extend(more.de);
        self.en.extend(more.en);
        self.fr.extend(more.fr);
        self.es.extend(more.es);
        self.people.extend(more.people);
        for (lang, names) in more.names {
            self.names.entry(lang).or_default().extend(names);
        }
    }
}

/// `places/countries.toml`: a table for each country code, and `replace`.
#[derive(Debug, Default)]
pub(super) struct Countries {
    replace: bool,
    spans: Vec<(String, Range<usize>)>,
    pub(super) rows: BTreeMap<String, CountryText>,
}

impl<'de> Deserialize<'de> for Countries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rows;
        impl<'de> Visitor<'de> for Rows {
            type Value = Countries;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a table for each country")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Countries, A::Error> {
                let mut out = Countries::default();
                while let Some(key) = map.next_key::<Spanned<String>>()? {
                    let span = key.span();
                    let key = key.into_inner();
                    if key == "replace" {
                        out.replace = map.next_value()?;
                        continue;
                    }
                    out.rows.insert(key.clone(), map.next_value()?);
                    out.spans.push((key, span));
                }
                Ok(out)
            }
        }
        deserializer.deserialize_map(Rows)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RegionsText {
    replace: bool,
    place: Vec<RegionText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RegionText {
    pub(super) en: String,
    country: Option<Spanned<String>>,
    class: ClassText,
    lat: Spanned<f64>,
    lon: Spanned<f64>,
    id: Option<u32>,
    pub(super) names: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(super) adjectives: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ClassText {
    Region,
    Water,
    Spot,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct MetonymsText {
    replace: bool,
    metonym: Vec<MetonymText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MetonymText {
    pub(super) names: Vec<String>,
    pub(super) country: Spanned<String>,
}

/// A place that is written by hand.
#[derive(Debug, Clone)]
pub(super) struct Region {
    pub(super) en: String,
    pub(super) country: Option<String>,
    pub(super) class: PlaceClass,
    pub(super) lat: f64,
    pub(super) lon: f64,
    pub(super) id: Option<u32>,
}

/// `places/names.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NamesText {
    replace: bool,
    name: Vec<NameText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NameText {
    place: Spanned<String>,
    country: Spanned<String>,
    names: BTreeMap<String, Vec<String>>,
}

/// Further names of a town, by language.
#[derive(Debug)]
pub(super) struct Town {
    /// Its number in the gazetteer.
    pub(super) place: u32,
    pub(super) names: BTreeMap<String, Vec<String>>,
}

/// `places/zones.toml`: the countries of each zone.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ZonesText {
    replace: bool,
    zones: BTreeMap<Spanned<String>, Vec<Spanned<String>>>,
}

/// The lists that are the same for every language.
#[derive(Debug)]
pub(in super::super) struct World {
    /// Country codes to numbers in the gazetteer.
    pub(super) countries: BTreeMap<&'static str, u32>,
    pub(super) regions: Vec<Region>,
    /// First-level divisions by country and English name.
    pub(super) divisions: BTreeMap<(&'static str, &'static str), u32>,
    pub(super) texts: Texts,
    /// Time zones of countries with one clock.
    zones: BTreeMap<String, TimeZone>,
}

#[derive(Debug, Default)]
pub(super) struct Texts {
    pub(super) countries: Countries,
    pub(super) regions: Vec<RegionText>,
    pub(super) metonyms: Vec<MetonymText>,
    pub(super) towns: Vec<Town>,
}

/// A file as read: its name and text tell where a defect is.
struct File<'a, T> {
    name: &'a str,
    text: &'a str,
    rows: T,
}

impl<'a, T: DeserializeOwned> File<'a, T> {
    /// The built-in file with this number, then those that an operator gives for it.
    fn all(
        number: usize,
        given: &'a [(String, String)],
    ) -> impl Iterator<Item = Result<Self, Defect>> {
        let built_in = FILES.get(number).copied();
        let more = given.iter().map(|(n, t)| (n.as_str(), t.as_str()));
        let more = more.filter(move |(n, _)| built_in.is_some_and(|(name, _)| name == *n));
        built_in.into_iter().chain(more).map(|(name, text)| {
            let rows = toml::from_str(text).map_err(|e| {
                let at = e.span().map_or(0, |s| s.start);
                Defect::at(name, text, at, e.message().to_owned())
            })?;
            Ok(File { name, text, rows })
        })
    }
}

impl<T> File<'_, T> {
    fn wrong(&self, at: &Range<usize>, problem: String) -> Defect {
        Defect::at(self.name, self.text, at.start, problem)
    }

    fn country(
        &self,
        code: &str,
        at: &Range<usize>,
        known: &BTreeMap<&'static str, u32>,
    ) -> Result<(), Defect> {
        if known.contains_key(code) {
            return Ok(());
        }
        Err(self.wrong(at, format!("no country `{code}` (two capital letters)")))
    }
}

impl World {
    /// The built-in lists. Were one damaged, which the tests rule out, the world would be empty.
    pub(in super::super) fn builtin() -> Self {
        Self::load(&[]).unwrap_or_else(|_| Self {
            countries: BTreeMap::new(),
            regions: Vec::new(),
            divisions: BTreeMap::new(),
            texts: Texts::default(),
            zones: BTreeMap::new(),
        })
    }

    /// The built-in lists, extended or replaced by the files given: countries gain names and
    /// adjectives, a region takes the place of the one with its English name.
    ///
    /// # Errors
    /// [`Defect`] where a file cannot be used.
    pub(in super::super) fn load(given: &[(String, String)]) -> Result<Self, Defect> {
        let gazetteer = Gazetteer::builtin();
        let (mut countries, mut divisions) = (BTreeMap::new(), BTreeMap::new());
        for number in 0..gazetteer.len() {
            let Some(place) = gazetteer.place(number) else { break };
            match place.class {
                PlaceClass::Country => _ = countries.insert(place.country, number),
                PlaceClass::Admin1 => _ = divisions.insert((place.country, place.name()), number),
                _ => break,
            }
        }
        let mut texts = Texts::default();
        for file in File::<Countries>::all(0, given) {
            let file = file?;
            for (code, span) in &file.rows.spans {
                file.country(code, span, &countries)?;
            }
            if file.rows.replace {
                texts.countries.rows.clear();
            }
            for (code, row) in file.rows.rows {
                texts.countries.rows.entry(code).or_default().add(row);
            }
        }
        for file in File::<RegionsText>::all(1, given) {
            let file = file?;
            for row in &file.rows.place {
                row.check(&file, &countries)?;
            }
            if file.rows.replace {
                texts.regions.clear();
            }
            for row in file.rows.place {
                match texts.regions.iter_mut().find(|r| r.en == row.en) {
                    Some(old) => *old = row,
                    None => texts.regions.push(row),
                }
            }
        }
        for file in File::<MetonymsText>::all(2, given) {
            let file = file?;
            for row in &file.rows.metonym {
                file.country(row.country.get_ref(), &row.country.span(), &countries)?;
                if row.names.is_empty() {
                    return Err(file.wrong(&row.country.span(), "a metonym without names".into()));
                }
            }
            if file.rows.replace {
                texts.metonyms.clear();
            }
            texts.metonyms.extend(file.rows.metonym);
        }
        texts.towns = towns(given, &countries)?;
        let regions = texts.regions.iter().map(RegionText::region).collect();
        let zones = zones(given, &countries)?;
        Ok(Self { countries, regions, divisions, texts, zones })
    }

    /// Time zone of a country with one clock.
    pub(in super::super) fn zone(&self, country: &str) -> Option<TimeZone> {
        self.zones.get(country).cloned()
    }
}

fn towns(
    given: &[(String, String)],
    countries: &BTreeMap<&'static str, u32>,
) -> Result<Vec<Town>, Defect> {
    let mut out = Vec::new();
    for file in File::<NamesText>::all(4, given) {
        let file = file?;
        if file.rows.replace {
            out.clear();
        }
        for row in &file.rows.name {
            let (name, country) = (row.place.get_ref(), row.country.get_ref());
            file.country(country, &row.country.span(), countries)?;
            let place = town(name, country).ok_or_else(|| {
                file.wrong(&row.place.span(), format!("no town `{name}` in {country}"))
            })?;
            out.push(Town { place, names: row.names.clone() });
        }
    }
    Ok(out)
}

/// The largest town of a country with this name.
fn town(name: &str, country: &str) -> Option<u32> {
    let gazetteer = Gazetteer::builtin();
    let entries = gazetteer.find(&super::super::tokens::fold(name));
    let towns = entries.iter().filter_map(|e| {
        let place = gazetteer.place(e.place)?;
        let fits = place.country == country && place.class == PlaceClass::Town;
        fits.then_some((place.population, e.place))
    });
    towns.max().map(|(_, number)| number)
}

fn zones(
    given: &[(String, String)],
    countries: &BTreeMap<&'static str, u32>,
) -> Result<BTreeMap<String, TimeZone>, Defect> {
    let mut out = BTreeMap::new();
    for file in File::<ZonesText>::all(3, given) {
        let file = file?;
        if file.rows.replace {
            out.clear();
        }
        for (name, codes) in &file.rows.zones {
            let zone = TimeZone::get(name.get_ref())
                .map_err(|_| file.wrong(&name.span(), format!("no zone `{}`", name.get_ref())))?;
            for code in codes {
                file.country(code.get_ref(), &code.span(), countries)?;
                out.insert(code.get_ref().clone(), zone.clone());
            }
        }
    }
    Ok(out)
}

impl RegionText {
    fn check(
        &self,
        file: &File<'_, RegionsText>,
        countries: &BTreeMap<&'static str, u32>,
    ) -> Result<(), Defect> {
        if let Some(code) = &self.country {
            file.country(code.get_ref(), &code.span(), countries)?;
        }
        for (degrees, limit) in [(&self.lat, 90.0), (&self.lon, 180.0)] {
            if degrees.get_ref().is_nan() || degrees.get_ref().abs() > limit {
                let problem = format!("beyond {limit} degrees: {}", degrees.get_ref());
                return Err(file.wrong(&degrees.span(), problem));
            }
        }
        let named = self.names.values().flatten().next().is_some();
        if !named || self.en.is_empty() {
            return Err(file.wrong(&self.lat.span(), format!("`{}` has no names", self.en)));
        }
        Ok(())
    }

    fn region(&self) -> Region {
        Region {
            en: self.en.clone(),
            country: self.country.as_ref().map(|c| c.get_ref().clone()),
            class: match self.class {
                ClassText::Region => PlaceClass::Region,
                ClassText::Water => PlaceClass::Water,
                ClassText::Spot => PlaceClass::Spot,
            },
            lat: *self.lat.get_ref(),
            lon: *self.lon.get_ref(),
            id: self.id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(name: &str, text: &str) -> String {
        let found = World::load(&[(name.to_owned(), text.to_owned())]);
        found.err().map(|d| format!("{}:{}: {}", d.file, d.line, d.problem)).unwrap_or_default()
    }

    #[test]
    fn the_builtin_lists_hold() {
        let world = World::load(&[]).unwrap();
        assert!(world.regions.len() > 200 && world.texts.countries.rows.len() > 200);
    }

    #[test]
    fn files_extend_or_replace_the_lists() {
        let load = |name: &str, text: &str| {
            World::load(&[(name.to_owned(), text.to_owned())]).unwrap().texts
        };
        let more = load("places/countries.toml", "[DE]\nde = [\"deutschländisch\"]\n");
        let germany = &more.countries.rows["DE"].de;
        assert!(germany.len() > 1 && germany.contains(&"deutschländisch".to_owned()));
        let alone = load("places/countries.toml", "replace = true\n[DE]\nde = [\"deutsch\"]\n");
        assert_eq!(alone.countries.rows.len(), 1);
        let camp = "[[place]]\nen = \"Gaza Strip\"\nclass = \"spot\"\nlat = 1.0\nlon = 2.0\nnames = { de = [\"Lager X\"] }\n";
        let known = World::load(&[]).unwrap().regions.len();
        assert_eq!(load("places/regions.toml", camp).regions.len(), known);
        let replaced = load("places/regions.toml", &format!("replace = true\n{camp}"));
        assert_eq!(replaced.regions.len(), 1);
        let house = "replace = true\n[[metonym]]\nnames = [\"Haus\"]\ncountry = \"FR\"\n";
        assert_eq!(load("places/metonyms.toml", house).metonyms.len(), 1);
    }

    #[test]
    fn a_defect_is_told_with_its_line() {
        let found = problem("places/countries.toml", "[DE]\nde = []\n[QQ]\nde = [\"x\"]\n");
        assert!(found.starts_with("places/countries.toml:3: no country `QQ`"), "{found}");
        let found = problem("places/countries.toml", "[DE]\nadjective = []\n");
        assert!(found.starts_with("places/countries.toml:2: unknown field"), "{found}");
        let row = "[[place]]\nen = \"X\"\nclass = \"region\"\nlat = 91.0\nlon = 2.0\nnames = {}\n";
        let found = problem("places/regions.toml", row);
        assert_eq!(found, "places/regions.toml:4: beyond 90 degrees: 91");
        let found = problem("places/regions.toml", &row.replace("91.0", "9.0"));
        assert_eq!(found, "places/regions.toml:4: `X` has no names");
        let town = "[[name]]\nplace = \"Nowhere\"\ncountry = \"UA\"\nnames = {}\n";
        assert_eq!(
            problem("places/names.toml", town),
            "places/names.toml:2: no town `Nowhere` in UA"
        );
        let found = problem("places/zones.toml", "[zones]\n\"Europe/Nowhere\" = [\"DE\"]\n");
        assert_eq!(found, "places/zones.toml:2: no zone `Europe/Nowhere`");
        let found = problem("places/zones.toml", "[zones]\n\"Europe/Rome\" = [\n \"ITA\"]\n");
        assert!(found.starts_with("places/zones.toml:3: no country `ITA`"), "{found}");
        let found = problem("places/metonyms.toml", "[[metonym]]\nnames = []\ncountry = \"FR\"\n");
        assert_eq!(found, "places/metonyms.toml:3: a metonym without names");
    }
}
