//! Scores the place of the incident on German descriptions of attacks (the form of the ARVIG data:
//! JSON lines with `text`, `location`, `state`).
//!
//! `cargo run --example score_incident_places -- FILE [--errors]`
//!
//! Counted are the texts that name their place: the location, or a part of it ("Kreuzberg" of
//! "Berlin-Kreuzberg"), stands in the text as a word, and the gazetteer knows it in that state. The
//! answer is the first place with the role `event` of the first report that has one and is more
//! exact than a state; where no report has one, the best place of the text: the first town with a preposition
//! of place, else the first town. The outlet's country is Germany.

#![allow(clippy::print_stdout)] // a command that prints its answer

#[path = "support/article.rs"]
mod article;

use anyhow::{Context, Result};
use article::article;
use depesche::extract::Extractor;
use depesche::extract::ground::{Input, PlaceClass, Resolved, places_named};
use depesche::message::{PlacePrecision, PlaceRole, rfc3339};
use jiff::civil::date;
use serde::Deserialize;

/// Kilometres of the measure.
const NEAR: f64 = 25.0;

#[derive(Deserialize)]
struct Line {
    id: String,
    date: Option<String>,
    location: Option<serde_json::Value>,
    state: Option<serde_json::Value>,
    text: String,
}

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let path = args.next().context("usage: score_incident_places FILE [--errors]")?;
    let show = args.next().is_some_and(|a| a == "--errors");
    let extractor = Extractor::builtin()?;
    let (mut texts, mut unnamed, mut unknown) = (0_u32, 0_u32, 0_u32);
    let (mut all, mut near, mut by_event, mut near_by_event) = (0_u32, 0_u32, 0_u32, 0_u32);
    for line in std::fs::read_to_string(&path).context(path)?.lines() {
        // Python writes a missing value as NaN.
        let line: Line = serde_json::from_str(&line.replace(": NaN", ": null"))?;
        texts += 1;
        let text_of = |v: &Option<serde_json::Value>| {
            v.as_ref().and_then(|v| v.as_str()).unwrap_or_default().to_owned()
        };
        let (location, state) = (text_of(&line.location), text_of(&line.state));
        if !parts(&location).iter().any(|part| names(&line.text, part)) {
            unnamed += 1;
            continue;
        }
        let Some(gold) = gold(&location, &state) else {
            unknown += 1;
            continue;
        };
        all += 1;
        let event = event(&extractor, &line)?;
        by_event += u32::from(event.is_some());
        let from_report = event.is_some();
        let found = event.or_else(|| best(&extractor, &line.text));
        let off = found
            .as_ref()
            .map_or(f64::INFINITY, |(_, lat, lon)| distance(*lat, *lon, gold.lat, gold.lon));
        near += u32::from(off <= NEAR);
        near_by_event += u32::from(off <= NEAR && from_report);
        if show && off > NEAR {
            let name = found.map_or("-".to_owned(), |f| f.0);
            let way = if from_report { "event" } else { "best" };
            println!("{}\t{location}\t{way}: {name} ({off:.0} km)\t{}", line.id, line.text);
        }
    }
    let share = |a: u32, b: u32| f64::from(a) / f64::from(b.max(1));
    println!(
        "{texts} texts; {unnamed} do not name their place, of {unknown} the gazetteer does not know it"
    );
    println!("within 25 km: {near} of {all} = {:.4}", share(near, all));
    println!(
        "  of which by a report's event: {near_by_event} of {by_event} = {:.4}",
        share(near_by_event, by_event)
    );
    let (near, all) = (near - near_by_event, all - by_event);
    println!("  by the best place of the text: {near} of {all} = {:.4}", share(near, all));
    Ok(())
}

/// A location and its parts: "Berlin-Kreuzberg", "Berlin", "Kreuzberg".
fn parts(location: &str) -> Vec<&str> {
    let mut out = vec![location.trim()];
    out.extend(location.split(['-', '/', ',', '(', ')']).map(str::trim));
    out.retain(|p| p.chars().count() > 3);
    out
}

/// The text has the name as a word, also in the genitive.
fn names(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + name.len()..).unwrap_or_default();
        let after = after.strip_prefix('s').unwrap_or(after).chars().next();
        !before.is_some_and(char::is_alphabetic) && !after.is_some_and(char::is_alphabetic)
    })
}

/// The largest place of that name in the state; of a part of a town, the town will do.
fn gold(location: &str, state: &str) -> Option<Resolved> {
    let is_division = |p: &Resolved| p.class == PlaceClass::Admin1 && country(p);
    let division = places_named(state).into_iter().find(is_division).map(|p| p.name_en);
    parts(location).into_iter().find_map(|part| {
        places_named(part)
            .into_iter()
            .filter(|p| p.class == PlaceClass::Town && country(p))
            .filter(|p| division.is_none() || p.admin1 == division)
            .max_by_key(|p| p.population)
    })
}

fn country(place: &Resolved) -> bool {
    place.country.as_deref() == Some("DE")
}

type Found = (String, f64, f64);

fn event(extractor: &Extractor, line: &Line) -> Result<Option<Found>> {
    let day = line.date.as_deref().unwrap_or("2015-01-01");
    let seen = rfc3339(day).context("date")?;
    let extraction = extractor.read(&article(&line.id, &line.text, "de", Some("DE")), seen, None);
    let places = extraction.reports.iter().flat_map(|r| &r.places);
    let mut events = places.filter(|p| {
        p.role == PlaceRole::Event
            && matches!(p.precision, PlacePrecision::Exact | PlacePrecision::Near)
    });
    Ok(events.find_map(|p| Some((p.name.clone(), p.lat?, p.lon?))))
}

fn best(extractor: &Extractor, text: &str) -> Option<Found> {
    let ground = extractor.reader().read(&Input {
        title: "",
        text,
        lang: Some("de"),
        anchor: date(2015, 1, 1).at(12, 0, 0, 0),
        country: Some("DE"),
    });
    let towns = || {
        ground.places.iter().filter(|p| {
            !p.adjective && matches!(p.place.class, PlaceClass::Town | PlaceClass::Spot)
        })
    };
    let first = towns().find(|p| p.locative).or_else(|| towns().next())?;
    Some((first.place.name.clone(), first.place.lat, first.place.lon))
}

fn distance(lat: f64, lon: f64, other_lat: f64, other_lon: f64) -> f64 {
    let (a, b) = (lat.to_radians(), other_lat.to_radians());
    let (dy, dx) = (b - a, (other_lon - lon).to_radians());
    let h = (dy / 2.0).sin().powi(2) + a.cos() * b.cos() * (dx / 2.0).sin().powi(2);
    12_742.0 * h.sqrt().min(1.0).asin()
}
