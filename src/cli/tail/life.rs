//! What a revision brought, for people.

use super::{casualty, time};
use crate::message::{Casualty, Incident, Lifecycle, Place, PlaceRole};

/// Fields that change with nearly every report and say little.
const BOOKKEEPING: [&str; 12] = [
    "codes",
    "competing",
    "confidence",
    "first_seen",
    "further_reports",
    "group",
    "independent_sources",
    "languages",
    "last_seen",
    "outlets",
    "reports",
    "severity",
];

/// Whose report brought the revision about, and what is different since the one before.
pub(super) fn life(incident: &Incident) -> Option<String> {
    let source = incident.cause.as_ref().and_then(|cause| {
        let report = incident.reports.iter().find(|report| report.id == cause.report)?;
        Some(format!("{} [{}]", report.article.outlet, report.article.lang))
    });
    let mut parts: Vec<String> = Vec::new();
    match incident.lifecycle {
        Lifecycle::New => {}
        Lifecycle::Merged => {
            parts.push(format!("is part of {}", incident.merged_into.as_deref().unwrap_or("?")));
        }
        Lifecycle::Retracted => parts.push("no source tells it any more".to_owned()),
        Lifecycle::Updated | Lifecycle::Split => {
            parts.extend(incident.changed.iter().filter_map(|field| change(incident, field)));
            parts.dedup();
            if parts.is_empty() {
                parts.push("nothing new but the source".to_owned());
            }
        }
    }
    if !incident.split_into.is_empty() {
        parts.push(format!("gave up {}", incident.split_into.join(" ")));
    }
    if let (Lifecycle::New, Some(from)) = (incident.lifecycle, &incident.split_from) {
        parts.push(format!("was part of {}", from.incident));
    }
    if incident.lifecycle == Lifecycle::Updated && !incident.taken_from.is_empty() {
        let from: Vec<&str> = incident.taken_from.iter().map(|t| t.incident.as_str()).collect();
        parts.push(format!("took over reports of {}", from.join(" ")));
    }
    if parts.is_empty() {
        return None;
    }
    let source = source.map(|source| format!("{source}: ")).unwrap_or_default();
    Some(format!("{source}{}", parts.join(" · ")))
}

/// A changed field with its value; none for bookkeeping.
fn change(incident: &Incident, pointer: &str) -> Option<String> {
    let mut steps = pointer.trim_start_matches('/').split('/');
    let field = steps.next()?;
    if BOOKKEEPING.contains(&field) || matches!(field, "split_into" | "merged_into") {
        return None;
    }
    let index = steps.next().and_then(|step| step.parse::<usize>().ok());
    let group = |c: &Casualty| match &c.group {
        Some(group) => format!("{} ({group})", casualty(c)),
        None => casualty(c),
    };
    Some(match (field, index) {
        ("type", _) => format!("type {}", incident.event_type),
        ("title", _) => "title".to_owned(),
        ("time", _) => incident.time.as_ref().map_or_else(|| "time".to_owned(), time),
        ("casualties", Some(i)) => group(incident.casualties.get(i)?),
        ("casualties", None) => {
            incident.casualties.iter().map(group).collect::<Vec<_>>().join(", ")
        }
        ("places", Some(i)) => place(incident.places.get(i)?),
        ("places", None) => incident.places.first().map_or_else(|| "places".to_owned(), place),
        ("actors", Some(i)) => format!("actor {}", incident.actors.get(i)?.name),
        ("targets", Some(i)) => format!("target {}", incident.targets.get(i)?.name),
        ("realis", _) => format!("{:?}", incident.realis).to_lowercase(),
        (other, _) => other.replace('_', " "),
    })
}

fn place(place: &Place) -> String {
    match place.role {
        PlaceRole::Event => format!("in {}", place.name),
        _ => format!("place {}", place.name),
    }
}
