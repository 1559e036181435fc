//! An incident as lists and the search need it.

use super::answer::{IncidentLine, SeenPlace};
use crate::message::{ActorRole, Incident, Place, PlaceRole};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Longest text that is searched for one incident, in bytes.
const MAX_SEARCH: usize = 8 * 1024;

/// The line of an incident.
pub(super) fn line(incident: &Incident) -> IncidentLine {
    let places = || incident.places.iter().filter(|place| place.role == PlaceRole::Event);
    let mut countries: Vec<String> = places().filter_map(|place| place.country.clone()).collect();
    countries.sort();
    countries.dedup();
    let best = places().min_by_key(|place| (place.lat.is_none(), place.precision));
    let actor = incident.actors.iter().find(|actor| actor.role == ActorRole::Perpetrator);
    let mut competing: Vec<&str> = incident.competing.iter().map(|c| c.field.as_str()).collect();
    competing.sort_unstable();
    competing.dedup();
    IncidentLine {
        id: incident.id.clone(),
        revision: incident.revision,
        lifecycle: incident.lifecycle,
        kind: incident.kind,
        group: incident.group.clone(),
        event_type: incident.event_type.clone(),
        title: incident.title.clone(),
        realis: incident.realis,
        time: incident.time.clone(),
        place: best.map(seen),
        countries,
        casualties: incident.tolls().cloned().collect(),
        perpetrator: actor.map(|actor| actor.name.clone()),
        target: incident.targets.first().map(|target| target.name.clone()),
        reports: incident.reports.len() + incident.further_reports.len(),
        independent_sources: incident.independent_sources,
        competing: competing.len(),
        languages: incident.languages.clone(),
        first_seen: incident.first_seen,
        last_seen: incident.last_seen,
        severity: incident.severity,
        confidence: incident.confidence,
    }
}

fn seen(place: &Place) -> SeenPlace {
    let on_earth = |degrees: &f64, most: f64| degrees.abs() <= most;
    SeenPlace {
        name: place.name.clone(),
        name_en: place.name_en.clone(),
        country: place.country.clone(),
        lat: place.lat.filter(|lat| on_earth(lat, 90.0)),
        lon: place.lon.filter(|lon| on_earth(lon, 180.0)),
        precision: place.precision,
    }
}

/// The words under which an incident is found.
pub(super) fn search_text(incident: &Incident) -> String {
    let mut text = folded(&incident.title);
    let reports = incident.reports.iter();
    let names = incident
        .places
        .iter()
        .flat_map(|place| [Some(&place.name), place.name_en.as_ref(), place.admin1.as_ref()])
        .flatten()
        .chain(incident.actors.iter().map(|actor| &actor.name))
        .chain(incident.targets.iter().map(|target| &target.name))
        .chain(incident.instruments.iter().map(|instrument| &instrument.name))
        .chain(&incident.outlets)
        .chain(std::iter::once(&incident.id))
        .chain(reports.map(|report| &report.article.title));
    for name in names {
        let name = folded(name);
        if text.len() + name.len() >= MAX_SEARCH {
            break;
        }
        if !text.contains(&name) {
            text.push('\n');
            text.push_str(&name);
        }
    }
    text
}

/// Lower case without accents, so that "Zürich" is found under "zurich" too.
pub(super) fn folded(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}
