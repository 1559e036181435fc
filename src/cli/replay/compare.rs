//! What differs between incidents as they are and as the current rules would make them.
//!
//! Incidents are matched by the articles that tell them: ids follow the founding report and may
//! change with the rules, articles do not.

use crate::message::{Incident, Lifecycle, Outcome, PlaceRole, Timestamp};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Incidents that are compared, of each side; what is more is counted.
const MAX: usize = 500_000;

/// The part of an incident that is compared.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Brief {
    id: String,
    title: String,
    #[serde(rename = "type")]
    event_type: String,
    realis: String,
    place: Option<String>,
    start: Option<String>,
    killed: Option<String>,
    wounded: Option<String>,
    #[serde(skip)]
    articles: BTreeSet<u64>,
}

/// One side of the comparison.
#[derive(Debug, Default)]
pub(super) struct Side {
    incidents: BTreeMap<String, Brief>,
    /// Incidents beyond the limit.
    pub(super) left_out: usize,
}

impl Side {
    /// Takes the next revision of an incident; articles outside the interval do not count.
    pub(super) fn put(&mut self, incident: &Incident, since: Timestamp, until: Timestamp) {
        if matches!(incident.lifecycle, Lifecycle::Merged | Lifecycle::Retracted) {
            self.remove(&incident.id);
            return;
        }
        let brief = brief(incident, since, until);
        if brief.articles.is_empty() {
            self.remove(&incident.id);
        } else if self.incidents.len() < MAX || self.incidents.contains_key(&incident.id) {
            self.incidents.insert(incident.id.clone(), brief);
        } else {
            self.left_out += 1;
        }
    }

    /// Takes a tombstone.
    pub(super) fn remove(&mut self, id: &str) {
        self.incidents.remove(id);
    }
}

fn brief(incident: &Incident, since: Timestamp, until: Timestamp) -> Brief {
    let within = |seen: Timestamp| seen >= since && seen < until;
    let figure = |outcome: Outcome| {
        let of = incident.casualties.iter().filter(|c| c.outcome == outcome && !c.part);
        of.map(|c| match (c.min, c.best, c.max) {
            (Some(a), _, Some(b)) if a == b => a.to_string(),
            (min, best, max) => format!(
                "{}/{}/{}",
                min.map_or_else(|| "-".to_owned(), |n| n.to_string()),
                best.map_or_else(|| "-".to_owned(), |n| n.to_string()),
                max.map_or_else(|| "-".to_owned(), |n| n.to_string())
            ),
        })
        .next()
    };
    let place = incident.places.iter().find(|place| place.role == PlaceRole::Event);
    Brief {
        id: incident.id.clone(),
        title: incident.title.clone(),
        event_type: incident.event_type.clone(),
        realis: format!("{:?}", incident.realis).to_lowercase(),
        place: place.map(|p| format!("{} {}", p.name, p.country.as_deref().unwrap_or("--"))),
        start: incident.time.as_ref().and_then(|time| time.start.clone()),
        killed: figure(Outcome::Killed),
        wounded: figure(Outcome::Wounded),
        articles: incident
            .reports
            .iter()
            .filter(|report| within(report.article.seen))
            .map(|report| xxhash_rust::xxh3::xxh3_64(report.article.id.as_bytes()))
            .collect(),
    }
}

/// What would differ, by kind.
#[derive(Debug, Default, Serialize)]
pub(super) struct Differences {
    pub(super) same: usize,
    pub(super) new: usize,
    pub(super) gone: usize,
    pub(super) changed: usize,
    pub(super) merged: usize,
    pub(super) split: usize,
    /// Of the changed ones: how often which field.
    pub(super) fields: BTreeMap<&'static str, usize>,
    /// Incidents of either side that were too many to be compared.
    pub(super) left_out: usize,
    pub(super) examples: Vec<Example>,
}

/// An incident that differs.
#[derive(Debug, Serialize)]
pub(super) struct Example {
    pub(super) kind: &'static str,
    pub(super) fields: Vec<&'static str>,
    pub(super) before: Vec<Brief>,
    pub(super) after: Vec<Brief>,
}

/// Compares both sides; of each kind so many examples.
pub(super) fn compare(before: &Side, after: &Side, examples: usize) -> Differences {
    let mut out =
        Differences { left_out: before.left_out + after.left_out, ..Differences::default() };
    let by_article = |side: &Side| {
        let mut map: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
        for brief in side.incidents.values() {
            for article in &brief.articles {
                map.entry(*article).or_default().insert(brief.id.clone());
            }
        }
        map
    };
    let (olds, news) = (by_article(before), by_article(after));
    let partners = |brief: &Brief, map: &BTreeMap<u64, BTreeSet<String>>| -> BTreeSet<String> {
        brief.articles.iter().filter_map(|a| map.get(a)).flatten().cloned().collect()
    };
    let mut shown: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut note = |example: Example, list: &mut Vec<Example>| {
        let count = shown.entry(example.kind).or_default();
        *count += 1;
        if *count <= examples {
            list.push(example);
        }
    };
    for new in after.incidents.values() {
        let from = partners(new, &olds);
        if from.is_empty() {
            out.new += 1;
            let (before, after) = (Vec::new(), vec![new.clone()]);
            note(Example { kind: "new", fields: Vec::new(), before, after }, &mut out.examples);
        } else if from.len() > 1 {
            out.merged += 1;
            let before = from.iter().filter_map(|id| before.incidents.get(id)).cloned().collect();
            let (fields, after) = (Vec::new(), vec![new.clone()]);
            note(Example { kind: "merged", fields, before, after }, &mut out.examples);
        }
    }
    for old in before.incidents.values() {
        let into = partners(old, &news);
        let mut heirs = into.iter().filter_map(|id| after.incidents.get(id));
        let (Some(heir), None) = (heirs.next(), heirs.next()) else {
            let kind = if into.is_empty() { "gone" } else { "split" };
            *(if into.is_empty() { &mut out.gone } else { &mut out.split }) += 1;
            let after = into.iter().filter_map(|id| after.incidents.get(id)).cloned().collect();
            let (fields, before) = (Vec::new(), vec![old.clone()]);
            note(Example { kind, fields, before, after }, &mut out.examples);
            continue;
        };
        if partners(heir, &olds).len() > 1 {
            // Told of above, as merged.
            continue;
        }
        let fields = changed(old, heir);
        if fields.is_empty() {
            out.same += 1;
            continue;
        }
        out.changed += 1;
        for field in &fields {
            *out.fields.entry(field).or_default() += 1;
        }
        let (before, after) = (vec![old.clone()], vec![heir.clone()]);
        note(Example { kind: "changed", fields, before, after }, &mut out.examples);
    }
    out
}

fn changed(old: &Brief, new: &Brief) -> Vec<&'static str> {
    [
        ("type", old.event_type != new.event_type),
        ("realis", old.realis != new.realis),
        ("place", old.place != new.place),
        ("time", old.start != new.start),
        ("killed", old.killed != new.killed),
        ("wounded", old.wounded != new.wounded),
        ("articles", old.articles != new.articles),
    ]
    .into_iter()
    .filter_map(|(name, differs)| differs.then_some(name))
    .collect()
}

/// As lines for people.
pub(super) fn lines(differences: &Differences) -> Vec<String> {
    let d = differences;
    let mut out = vec![format!(
        "{} as before, {} changed, {} new, {} gone, {} merged, {} split",
        d.same, d.changed, d.new, d.gone, d.merged, d.split
    )];
    if d.left_out > 0 {
        out.push(format!("{} too many to be compared", d.left_out));
    }
    for (field, count) in &d.fields {
        out.push(format!("  {field} changed in {count}"));
    }
    for example in &d.examples {
        out.push(format!("{} {}", example.kind, example.fields.join(" ")));
        for (mark, side) in [("-", &example.before), ("+", &example.after)] {
            out.extend(side.iter().map(|brief| format!("  {mark} {}", line(brief))));
        }
    }
    out
}

fn line(brief: &Brief) -> String {
    let or = |value: &Option<String>| value.clone().unwrap_or_else(|| "?".to_owned());
    format!(
        "{} · {} · {} · {} · killed {} · wounded {} · {} articles · “{}” {}",
        brief.event_type,
        brief.realis,
        or(&brief.start),
        or(&brief.place),
        or(&brief.killed),
        or(&brief.wounded),
        brief.articles.len(),
        brief.title,
        brief.id
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(incidents: &[(&str, &str, &[u64])]) -> Side {
        let brief = |(id, event_type, articles): &(&str, &str, &[u64])| Brief {
            id: (*id).to_owned(),
            title: String::new(),
            event_type: (*event_type).to_owned(),
            realis: "actual".into(),
            place: None,
            start: None,
            killed: None,
            wounded: None,
            articles: articles.iter().copied().collect(),
        };
        let incidents = incidents.iter().map(brief).map(|b| (b.id.clone(), b)).collect();
        Side { incidents, left_out: 0 }
    }

    #[test]
    fn each_kind_of_difference_is_counted_once() {
        let before = side(&[
            ("same", "fire", &[1, 2]),
            ("retyped", "fire", &[3]),
            ("gone", "fire", &[4]),
            ("one", "fire", &[5]),
            ("other", "fire", &[6]),
            ("two", "fire", &[7, 8]),
        ]);
        let after = side(&[
            ("same", "fire", &[1, 2]),
            ("retyped", "arson_attack", &[3]),
            ("both", "fire", &[5, 6]),
            ("two", "fire", &[7]),
            ("three", "fire", &[8]),
            ("new", "fire", &[9]),
        ]);
        let d = compare(&before, &after, 1);
        assert_eq!((d.same, d.changed, d.new, d.gone, d.merged, d.split), (1, 1, 1, 1, 1, 1));
        assert_eq!(d.fields, BTreeMap::from([("type", 1)]));
        assert_eq!(d.examples.len(), 5);
        assert!(lines(&d).iter().any(|line| line.starts_with("changed type")));
    }

    #[test]
    fn the_same_incidents_do_not_differ() {
        let one = side(&[("a", "fire", &[1]), ("b", "flood", &[2, 3])]);
        let d = compare(&one, &one, 5);
        assert_eq!((d.same, d.examples.len()), (2, 0));
    }
}
