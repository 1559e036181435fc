//! Decides which of the places with a name is meant.
//!
//! Weighs inhabitants, seat, the countries that the text names, the outlet's country, "in der
//! Ukraine" behind the name, and nearness to places that are certain. One sense per text.

use super::super::lists::{Map, Names};
use super::super::{Ground, PlaceClass, PlaceMention, Resolved, Span, Token, TokenKind};
use super::choose::Choice;
use super::find::{Candidate, Needs, What};
use super::gazetteer::{Entry, Gazetteer};
use super::table::Places;
use super::world::World;
use crate::message::PlacePrecision;
use std::collections::BTreeMap;

/// All that helps to choose.
pub(super) struct Context<'a> {
    pub(super) ground: &'a Ground,
    pub(super) places: &'a Places,
    pub(super) world: &'a World,
    pub(super) outlet: Option<u32>,
    /// Weight of the countries named.
    pub(super) countries: BTreeMap<&'static str, f64>,
    /// First-level divisions named, by place number.
    pub(super) divisions: BTreeMap<u32, f64>,
    pub(super) choices: Map<Choice>,
}

impl<'a> Context<'a> {
    /// Gathers what the text says, then chooses name by name, the clear ones first.
    pub(super) fn of(
        ground: &'a Ground,
        places: &'a Places,
        world: &'a World,
        outlet: Option<&str>,
        candidates: &[Candidate],
    ) -> Self {
        let gazetteer = Gazetteer::builtin();
        let outlet = outlet.and_then(|c| world.countries.get(c).copied());
        let mut context = Self {
            ground,
            places,
            world,
            outlet,
            countries: BTreeMap::new(),
            divisions: BTreeMap::new(),
            choices: Map::default(),
        };
        for candidate in candidates {
            let country = match &candidate.what {
                What::Country(n) => gazetteer.place(*n).map(|p| p.country),
                What::Region(n) => {
                    let code = world.regions.get(*n).and_then(|r| r.country.as_deref());
                    code.and_then(|c| world.countries.get_key_value(c)).map(|(c, _)| *c)
                }
                What::Names(entries) => {
                    context.divide(entries, candidate.strong);
                    None
                }
            };
            if let Some(country) = country {
                let weight = if candidate.adjective { 0.6 } else { 1.0 };
                *context.countries.entry(country).or_default() += weight;
            }
        }
        context.abbreviations();
        context.choose(candidates);
        context
    }

    /// Names of countries and divisions among the entries are context for the others.
    fn divide(&mut self, entries: &[Entry], strong: bool) {
        let gazetteer = Gazetteer::builtin();
        if !strong {
            return;
        }
        let named = entries.iter().filter(|e| !e.alternate);
        let mut found = named.filter_map(|e| Some((e.place, gazetteer.place(e.place)?))).filter(
            |(_, p)| match p.class {
                PlaceClass::Country => true,
                PlaceClass::Admin1 => p.population > 1_000_000,
                _ => false,
            },
        );
        let (first, second) = (found.next(), found.next());
        match first {
            Some((_, p)) if p.class == PlaceClass::Country && second.is_none() => {
                *self.countries.entry(p.country).or_default() += 1.0;
            }
            Some((number, p)) if p.class == PlaceClass::Admin1 => {
                *self.divisions.entry(number).or_default() += 1.0;
                if second.is_none() {
                    *self.countries.entry(p.country).or_default() += 0.5;
                }
            }
            // "Georgia" is both, and speaks for neither.
            _ => {}
        }
    }

    /// "Springfield, Ill.": abbreviations of divisions behind commas, wherever they stand.
    fn abbreviations(&mut self) {
        for at in 0..self.ground.tokens.len() {
            let Some(number) = self.abbreviated(at) else { continue };
            *self.divisions.entry(number).or_default() += 1.0;
            if let Some(place) = Gazetteer::builtin().place(number) {
                *self.countries.entry(place.country).or_default() += 0.5;
            }
        }
    }

    /// The candidates that are places, resolved.
    pub(super) fn mentions(&self, candidates: &[Candidate]) -> Vec<PlaceMention> {
        let mut strong: Names<'_, bool> = Names::default();
        for (i, candidate) in candidates.iter().enumerate() {
            let within = self.within(candidates, i).is_some();
            *strong.entry(&candidate.key).or_default() |= candidate.strong || within;
        }
        let sure = |(i, c): &(usize, &Candidate)| match c.needs {
            Needs::Nothing => strong.get(c.key.as_str()).copied().unwrap_or(false),
            Needs::Frame => c.strong || self.framed(candidates, *i),
            Needs::Country => c.strong || self.in_named_country(c),
        };
        candidates.iter().enumerate().filter(sure).filter_map(|(_, c)| self.mention(c)).collect()
    }

    /// Its frame stands in brackets or behind a comma: "Brand (Tirol)", not "Brand in Tirol".
    fn framed(&self, candidates: &[Candidate], at: usize) -> bool {
        let next = candidates.get(at).and_then(|c| self.ground.tokens.get(c.to));
        next.is_some_and(|t| matches!(t.lower.as_str(), "," | "("))
            && self.within(candidates, at).is_some()
    }

    fn in_named_country(&self, candidate: &Candidate) -> bool {
        let choice = self.choices.get(&candidate.key).map(|c| c.place);
        let place = choice.and_then(|p| Gazetteer::builtin().place(p));
        place.is_some_and(|p| {
            // Two words seldom meet a city's key by chance.
            let several = candidate.base.contains(['-', '‐', '‑', ' ']);
            // Where common nouns are small, a capital alone says that it is a name.
            let named = self.places.nouns_are_small() && candidate.lead.there;
            several && p.population >= 50_000
                || named && p.population >= 100_000
                || self.countries.contains_key(p.country)
                || p.admin1.is_some_and(|a| self.divisions.contains_key(&a))
        })
    }

    fn mention(&self, candidate: &Candidate) -> Option<PlaceMention> {
        let (place, confidence) = self.resolved(candidate)?;
        let lead = candidate.lead;
        let town = matches!(place.class, PlaceClass::Town | PlaceClass::Spot);
        let precision = match place.class {
            _ if lead.near && !candidate.adjective => PlacePrecision::Near,
            PlaceClass::Country if lead.part => PlacePrecision::Region,
            PlaceClass::Country => PlacePrecision::Country,
            _ if town => PlacePrecision::Exact,
            _ => PlacePrecision::Region,
        };
        let regional = matches!(
            place.class,
            PlaceClass::Region | PlaceClass::Water | PlaceClass::Spot | PlaceClass::Admin1
        );
        let locative = lead.there && (!lead.regional || regional) && !candidate.adjective;
        let metonym = candidate.metonym || (self.seat(candidate) && self.speaks(candidate));
        let rule = match &candidate.what {
            What::Names(_) if place.class == PlaceClass::Country => self.places.rules.country,
            _ => candidate.rule,
        };
        let start = if lead.wide < candidate.from {
            self.ground.tokens.get(lead.wide).map_or(candidate.span.start, |t| t.span.start)
        } else {
            candidate.span.start
        };
        Some(PlaceMention {
            span: candidate.span,
            wide: Span { start, end: candidate.span.end },
            sentence: candidate.sentence,
            place,
            precision,
            locative: locative && !metonym,
            adjective: candidate.adjective,
            metonym,
            confidence,
            rule,
        })
    }

    /// The place that a candidate means.
    pub(super) fn resolved(&self, candidate: &Candidate) -> Option<(Resolved, f64)> {
        match &candidate.what {
            What::Country(n) => Some((self.of_record(*n, None)?, 0.98)),
            What::Region(n) => {
                let region = self.world.regions.get(*n)?;
                let place = Resolved {
                    name: candidate.base.clone(),
                    name_en: region.en.clone(),
                    geoname_id: region.id,
                    country: region.country.clone(),
                    admin1: None,
                    lat: region.lat,
                    lon: region.lon,
                    class: region.class,
                    population: 0,
                };
                Some((place, 0.95))
            }
            What::Names(_) => {
                let choice = self.choices.get(&candidate.key)?;
                let base = (!candidate.adjective).then_some(candidate.base.as_str());
                Some((self.of_record(choice.place, base)?, choice.confidence))
            }
        }
    }

    fn of_record(&self, number: u32, base: Option<&str>) -> Option<Resolved> {
        let gazetteer = Gazetteer::builtin();
        let place = gazetteer.place(number)?;
        let own = (place.class == PlaceClass::Country)
            .then(|| self.places.country_names.get(&number))
            .flatten();
        let name = own.map(String::as_str).or(base).unwrap_or(place.name()).to_owned();
        let admin1 = place.admin1.and_then(|a| gazetteer.place(a)).map(|a| a.name().to_owned());
        Some(Resolved {
            name,
            name_en: place.name().to_owned(),
            geoname_id: place.geoname_id,
            country: Some(place.country.to_owned()),
            admin1,
            lat: place.lat,
            lon: place.lon,
            class: place.class,
            population: place.population,
        })
    }

    fn seat(&self, candidate: &Candidate) -> bool {
        let choice = self.choices.get(&candidate.key).map(|c| c.place);
        let seat = choice.and_then(|p| Gazetteer::builtin().place(p)).is_some_and(|p| p.seat == 5);
        seat && matches!(candidate.what, What::Names(_))
            && !(candidate.lead.there || candidate.lead.head)
    }

    /// A word of speech follows, or the name is cited.
    fn speaks(&self, candidate: &Candidate) -> bool {
        let tokens = &self.ground.tokens;
        let next = tokens.get(candidate.to).filter(|t| t.kind == TokenKind::Word);
        // "Am Montag warnte Peking": the verb may stand before it.
        let verb = candidate.from.checked_sub(1).and_then(|i| tokens.get(i));
        let told =
            |t: Option<&Token>| t.is_some_and(|t| self.places.table.speech.contains(&t.lower));
        told(next)
            || told(verb)
            || self.places.speech_before.before(tokens, candidate.from).is_some()
    }
}
