//! Chooses among the places with a name, all names of a text together.
//!
//! Each place of a name gets points for itself (inhabitants, seat), for the countries and
//! divisions that the text names, for its frame ("Paris, Texas"), and for the places of the other
//! names that lie near it or in the same division. The other names are as uncertain as this one, so
//! that theirs count by how likely they are; two rounds settle it.

use super::super::PlaceClass;
use super::super::lists::Names;
use super::find::{Candidate, Needs, What};
use super::gazetteer::{Entry, Gazetteer, Record};
use super::resolve::Context;

/// Names that speak for others, and places of one of them.
const SPEAKERS: usize = 64;
const SENSES: usize = 12;
/// Kilometres at which nearness counts a third.
const CLOSE: f64 = 60.0;

/// A choice for a name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choice {
    pub(super) place: u32,
    pub(super) confidence: f64,
}

/// A frame that a text states for a name.
#[derive(Debug, Clone, Copy)]
pub(super) enum Within {
    Country(&'static str),
    Division(u32),
}

/// A place that a name may mean.
#[derive(Debug)]
struct Sense {
    entry: Entry,
    place: Record,
    /// Points without the other names.
    own: f64,
    score: f64,
    /// Likelihood among the places of its name.
    share: f64,
}

/// A name with its places.
#[derive(Debug)]
struct Name<'a> {
    key: &'a str,
    /// How much it says about others: certain names more than mere capitals.
    weight: f64,
    senses: Vec<Sense>,
}

/// Number of a name, coordinates and likelihood of a place of it.
type Speaker = (usize, f64, f64, f64);

/// What is the same for every place of a text.
struct Sums {
    /// Weights of all countries and divisions that the text names.
    countries: f64,
    divisions: f64,
    /// Country of the outlet.
    home: Option<&'static str>,
}

/// What the likely places of the other names say: where they lie. Each list is in the order of its
/// key, and is read by the stretch of one key.
#[derive(Debug, Default)]
struct Support {
    /// By cell of one degree.
    cells: Vec<((i32, i32), Speaker)>,
    divisions: Vec<(u32, (usize, f64))>,
    countries: Vec<(&'static str, (usize, f64))>,
}

/// Adds to the weight of a key in a short list.
fn add<K: PartialEq>(list: &mut Vec<(K, f64)>, key: K, weight: f64) {
    match list.iter_mut().find(|(k, _)| *k == key) {
        Some((_, sum)) => *sum += weight,
        None => list.push((key, weight)),
    }
}

/// The stretch of a key in a sorted list.
fn stretch<K: Ord, V>(list: &[(K, V)], key: K) -> impl Iterator<Item = &V> {
    let from = list.partition_point(|(k, _)| *k < key);
    list.iter().skip(from).take_while(move |(k, _)| *k == key).map(|(_, v)| v)
}

impl Context<'_> {
    pub(super) fn choose(&mut self, candidates: &[Candidate]) {
        // In the order of the text.
        let mut found: Vec<(&str, &[Entry], Vec<usize>)> = Vec::new();
        let mut numbers: Names<'_, usize> = Names::default();
        for (i, candidate) in candidates.iter().enumerate() {
            if let What::Names(entries) = &candidate.what {
                let number = *numbers.entry(&candidate.key).or_insert(found.len());
                match found.get_mut(number) {
                    Some((_, _, at)) => at.push(i),
                    None => found.push((&candidate.key, entries, vec![i])),
                }
            }
        }
        let home = self.outlet.and_then(|o| Gazetteer::builtin().place(o));
        let sums = Sums {
            countries: self.countries.values().sum(),
            divisions: self.divisions.values().sum(),
            home: home.map(|h| h.country),
        };
        let mut names: Vec<Name<'_>> = found
            .into_iter()
            .map(|(key, entries, at)| {
                let within: Vec<Within> =
                    at.iter().filter_map(|i| self.within(candidates, *i)).collect();
                let strong = at.iter().any(|i| candidates.get(*i).is_some_and(|c| c.strong));
                let weight = if strong || !within.is_empty() { 1.0 } else { 0.35 };
                Name { key, weight, senses: self.senses(entries, &within, &sums) }
            })
            .collect();
        for _ in 0..2 {
            let support = Support::of(&names);
            for (i, name) in names.iter_mut().enumerate() {
                for sense in &mut name.senses {
                    sense.score = sense.own + support.points(i, sense);
                }
                share(&mut name.senses);
            }
        }
        for name in &names {
            if let Some(choice) = best(&name.senses) {
                self.choices.insert(name.key.to_owned(), choice);
            }
        }
    }

    fn senses(&self, entries: &[Entry], within: &[Within], sums: &Sums) -> Vec<Sense> {
        let gazetteer = Gazetteer::builtin();
        let mut senses: Vec<Sense> = entries
            .iter()
            .filter_map(|entry| {
                let place = gazetteer.place(entry.place)?;
                let own = self.own(*entry, &place, within, sums);
                Some(Sense { entry: *entry, place, own, score: own, share: 0.0 })
            })
            .collect();
        share(&mut senses);
        senses
    }

    /// Points of a place without the other names.
    fn own(&self, entry: Entry, place: &Record, within: &[Within], sums: &Sums) -> f64 {
        let mut score =
            (place.population as f64 + 100.0).log10() * 1.2 + f64::from(place.seat) * 0.35;
        match place.class {
            PlaceClass::Country => score += 4.0,
            PlaceClass::Admin1 => score -= 1.5,
            // "Kent", not "Cook County", may be a town.
            PlaceClass::Region => score -= 1.0,
            _ => {}
        }
        if entry.alternate {
            score -= 1.6;
        }
        if let Some(weight) = self.countries.get(place.country) {
            score += 1.0 + weight.min(4.0) * 0.35 + weight / sums.countries * 0.8;
        }
        if let Some(weight) = place.admin1.and_then(|a| self.divisions.get(&a)) {
            score += 1.0 + 1.8 * weight / sums.divisions;
        }
        if sums.home == Some(place.country) {
            score += 1.4;
        }
        for frame in within {
            score += match *frame {
                Within::Country(c) if c == place.country && place.class != PlaceClass::Country => {
                    6.0
                }
                Within::Division(d) if place.admin1 == Some(d) => 7.0,
                _ => 0.0,
            };
        }
        score
    }

    /// "Dnipro in der Ukraine", "Paris, Texas", "Homs (Syrien)".
    pub(super) fn within(&self, candidates: &[Candidate], at: usize) -> Option<Within> {
        let here = candidates.get(at)?;
        if let Some(division) = self.abbreviated(here.to) {
            return Some(Within::Division(division));
        }
        let before = at.checked_sub(1).and_then(|i| candidates.get(i));
        if let Some(of) = before.filter(|b| b.adjective && b.to == here.from) {
            return self.frame(&of.what);
        }
        let next = candidates.get(at + 1).filter(|n| n.needs != Needs::Frame)?;
        if next.sentence != here.sentence || next.adjective || next.from > here.to + 3 {
            return None;
        }
        let between = self.ground.tokens.get(here.to..next.from)?;
        let table = &self.places.table;
        let fits = |word: &str| {
            matches!(word, "," | "(") || table.there.contains(word) || table.articles.contains(word)
        };
        if between.is_empty() || !between.iter().all(|t| fits(&t.lower)) {
            return None;
        }
        self.frame(&next.what)
    }

    fn frame(&self, what: &What) -> Option<Within> {
        match what {
            What::Country(n) => Gazetteer::builtin().place(*n).map(|p| Within::Country(p.country)),
            What::Region(n) => {
                let code = self.world.regions.get(*n)?.country.as_deref()?;
                self.world.countries.get_key_value(code).map(|(c, _)| Within::Country(c))
            }
            What::Names(entries) => entries.iter().find_map(|e| {
                let place = Gazetteer::builtin().place(e.place)?;
                match place.class {
                    PlaceClass::Country => Some(Within::Country(place.country)),
                    PlaceClass::Admin1 => Some(Within::Division(e.place)),
                    _ => None,
                }
            }),
        }
    }

    /// "Springfield, Ill.": the division of the abbreviation behind a comma.
    pub(super) fn abbreviated(&self, at: usize) -> Option<u32> {
        let tokens = self.ground.tokens.get(at..at + 2)?;
        let [comma, word] = tokens else { return None };
        if comma.lower != "," {
            return None;
        }
        self.places.division(self.ground.slice(word.span))
    }
}

/// Likelihoods from points.
fn share(senses: &mut [Sense]) {
    let top = senses.iter().map(|s| s.score).fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for sense in &mut *senses {
        sense.share = (sense.score - top).exp();
        sum += sense.share;
    }
    for sense in senses {
        sense.share /= sum;
    }
}

/// The place with the most points, and how sure that is.
fn best(senses: &[Sense]) -> Option<Choice> {
    let mut first: Option<&Sense> = None;
    let mut second = f64::NEG_INFINITY;
    for sense in senses {
        match first {
            Some(best) if sense.score <= best.score => second = second.max(sense.score),
            _ => {
                second = first.map_or(second, |best| best.score.max(second));
                first = Some(sense);
            }
        }
    }
    let first = first?;
    let margin = if second.is_finite() { first.score - second } else { 10.0 };
    let confidence = 0.5 + 0.45 * (1.0 - (-margin / 1.5).exp());
    Some(Choice { place: first.entry.place, confidence })
}

impl Support {
    fn of(names: &[Name<'_>]) -> Self {
        let mut support = Self::default();
        let mut speakers: Vec<(usize, &Name<'_>)> = names.iter().enumerate().collect();
        speakers.sort_by(|a, b| b.1.weight.total_cmp(&a.1.weight));
        for (i, name) in speakers.into_iter().take(SPEAKERS) {
            let mut likely: Vec<&Sense> = name.senses.iter().filter(|s| s.share > 0.03).collect();
            likely.sort_by(|a, b| b.share.total_cmp(&a.share));
            let (mut divisions, mut countries) = (Vec::new(), Vec::new());
            for sense in likely.into_iter().take(SENSES) {
                let (place, weight) = (&sense.place, sense.share * name.weight);
                if matches!(place.class, PlaceClass::Town | PlaceClass::Region) {
                    let cell = cell(place.lat, place.lon);
                    support.cells.push((cell, (i, place.lat, place.lon, weight)));
                    if let Some(division) = place.admin1 {
                        add(&mut divisions, division, weight);
                    }
                }
                if place.class != PlaceClass::Country {
                    add(&mut countries, place.country, weight);
                }
            }
            support.divisions.extend(divisions.into_iter().map(|(d, weight)| (d, (i, weight))));
            support.countries.extend(countries.into_iter().map(|(c, weight)| (c, (i, weight))));
        }
        // Stable: the order of the speakers stays.
        support.cells.sort_by_key(|(cell, _)| *cell);
        support.divisions.sort_by_key(|(division, _)| *division);
        support.countries.sort_by_key(|(country, _)| *country);
        support
    }

    /// Points that the other names give a place of the name with this number.
    fn points(&self, name: usize, sense: &Sense) -> f64 {
        let place = &sense.place;
        let other = |(i, w): &(usize, f64)| if *i == name { 0.0 } else { *w };
        let country: f64 = stretch(&self.countries, place.country).map(other).sum();
        let mass = |division: u32| -> f64 { stretch(&self.divisions, division).map(other).sum() };
        match place.class {
            PlaceClass::Country => bounded(country, 2.5),
            PlaceClass::Admin1 => bounded(mass(sense.entry.place), 3.0) + bounded(country, 1.5),
            _ => {
                let division = place.admin1.map_or(0.0, mass);
                bounded(self.near(name, place), 3.0)
                    + bounded(division, 2.0)
                    + bounded(country, 1.5)
            }
        }
    }

    /// Sum over the other names of their nearest likely place.
    fn near(&self, name: usize, place: &Record) -> f64 {
        let (y, x) = cell(place.lat, place.lon);
        let mut best: Vec<(usize, f64)> = Vec::new();
        for row in -1..=1 {
            // The cells of a row lie side by side in the list.
            let (first, last) = ((y + row, x - 2), (y + row, x + 2));
            let from = self.cells.partition_point(|(cell, _)| *cell < first);
            let row = self.cells.iter().skip(from).take_while(|(cell, _)| *cell <= last);
            for (_, (i, lat, lon, weight)) in row.filter(|(_, (i, ..))| *i != name) {
                let near = weight * (-distance(place.lat, place.lon, *lat, *lon) / CLOSE).exp();
                match best.iter_mut().find(|(n, _)| n == i) {
                    Some((_, best)) => *best = best.max(near),
                    None => best.push((*i, near)),
                }
            }
        }
        best.iter().map(|(_, near)| near).sum()
    }
}

/// Grows with the mass, up to a bound.
fn bounded(mass: f64, bound: f64) -> f64 {
    bound * mass / (mass + 0.8)
}

#[allow(clippy::cast_possible_truncation)] // degrees
fn cell(lat: f64, lon: f64) -> (i32, i32) {
    (lat.floor() as i32, lon.floor() as i32)
}

/// Distance in kilometres, good enough for neighbours.
fn distance(lat: f64, lon: f64, other_lat: f64, other_lon: f64) -> f64 {
    let x = (lon - other_lon) * lat.midpoint(other_lat).to_radians().cos();
    111.2 * (lat - other_lat).hypot(x)
}
