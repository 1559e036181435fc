//! The incidents in memory: packed, capped, the oldest out first.

use super::answer::{Facet, Facets, Held, IncidentLine, Incidents, MapAnswer, Point, Revision};
use super::line::{line, search_text};
use super::query::{DEFAULT_LIMIT, Wanted};
use crate::message::{Incident, Lifecycle, Message as _, Timestamp};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Revisions that are remembered of one incident.
const MAX_REVISIONS: usize = 40;
/// Points on the map.
const MAX_POINTS: usize = 5_000;
/// Memory of one incident beside its texts, in bytes: the structs and their places in the maps.
const OVERHEAD: usize = 1_024;
/// Largest incident that is unpacked, in bytes: far beyond what a message on Kafka may be.
const MAX_MESSAGE: usize = 256 * 1024 * 1024;

/// What may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Caps {
    pub(super) incidents: usize,
    pub(super) bytes: usize,
}

/// An incident as it was read: decoded and packed before anything is locked.
#[derive(Debug)]
pub(super) struct Arrived {
    line: IncidentLine,
    search: String,
    packed: Vec<u8>,
    articles: Vec<String>,
    seen: Revision,
}

impl Arrived {
    /// `None` where the value is no incident.
    pub(super) fn read(value: &[u8], time: Option<Timestamp>) -> Option<Self> {
        let incident = Incident::from_bytes(value).ok()?;
        let line = line(&incident);
        let seen = Revision {
            revision: incident.revision,
            lifecycle: incident.lifecycle,
            time,
            changed: incident.changed.clone(),
            reports: line.reports,
            severity: incident.severity,
            title: incident.title.clone(),
        };
        let mut articles: Vec<String> =
            incident.reports.iter().map(|report| report.article.id.clone()).collect();
        articles.sort();
        articles.dedup();
        let search = search_text(&incident);
        let packed = zstd::bulk::compress(value, 1).ok()?;
        Some(Self { line, search, packed, articles, seen })
    }

    fn bytes(&self) -> usize {
        OVERHEAD
            + self.packed.len()
            + self.search.len()
            + 2 * self.line.title.len()
            + self.articles.iter().map(String::len).sum::<usize>()
            + self.line.casualties.len() * 128
    }
}

#[derive(Debug)]
struct Kept {
    arrived: Arrived,
    revisions: VecDeque<Revision>,
    gone: bool,
    bytes: usize,
}

impl Kept {
    /// Leaves first what sorts first.
    fn rank(&self) -> (bool, Timestamp) {
        (!self.gone, self.arrived.line.last_seen)
    }
}

#[derive(Debug)]
pub(super) struct Store {
    caps: Caps,
    kept: BTreeMap<String, Kept>,
    order: BTreeSet<((bool, Timestamp), String)>,
    /// Incidents by article.
    articles: BTreeMap<String, BTreeSet<String>>,
    bytes: usize,
    evicted: u64,
    unreadable: u64,
}

impl Store {
    pub(super) fn new(caps: Caps) -> Self {
        Self {
            caps,
            kept: BTreeMap::new(),
            order: BTreeSet::new(),
            articles: BTreeMap::new(),
            bytes: 0,
            evicted: 0,
            unreadable: 0,
        }
    }

    pub(super) fn unreadable(&mut self) {
        self.unreadable += 1;
    }

    /// Takes a message in. False where a newer revision is there already.
    pub(super) fn put(&mut self, arrived: Arrived) -> bool {
        let id = arrived.line.id.clone();
        let known = self.kept.get(&id);
        if known.is_some_and(|k| !k.gone && k.arrived.line.revision > arrived.line.revision) {
            return false;
        }
        let mut revisions = self.take(&id).map(|kept| kept.revisions).unwrap_or_default();
        // A message that was sent again is no further revision.
        revisions.retain(|seen| seen.revision < arrived.seen.revision);
        revisions.push_front(arrived.seen.clone());
        revisions.truncate(MAX_REVISIONS);
        let gone = matches!(arrived.line.lifecycle, Lifecycle::Merged | Lifecycle::Retracted);
        let history: usize =
            revisions.iter().map(|r| 160 + r.title.len() + r.changed.len() * 48).sum();
        let bytes = arrived.bytes() + history;
        self.add(id, Kept { arrived, revisions, gone, bytes });
        self.shrink();
        true
    }

    /// A tombstone: the message before it says why.
    pub(super) fn bury(&mut self, id: &str) -> bool {
        let Some(mut kept) = self.take(id) else { return false };
        kept.gone = true;
        self.add(id.to_owned(), kept);
        true
    }

    fn add(&mut self, id: String, kept: Kept) {
        self.bytes += kept.bytes;
        for article in &kept.arrived.articles {
            self.articles.entry(article.clone()).or_default().insert(id.clone());
        }
        self.order.insert((kept.rank(), id.clone()));
        self.kept.insert(id, kept);
    }

    fn take(&mut self, id: &str) -> Option<Kept> {
        let kept = self.kept.remove(id)?;
        self.bytes = self.bytes.saturating_sub(kept.bytes);
        self.order.remove(&(kept.rank(), id.to_owned()));
        for article in &kept.arrived.articles {
            if let Some(incidents) = self.articles.get_mut(article) {
                incidents.remove(id);
                if incidents.is_empty() {
                    self.articles.remove(article);
                }
            }
        }
        Some(kept)
    }

    fn shrink(&mut self) {
        while self.kept.len() > self.caps.incidents
            || (self.bytes > self.caps.bytes && self.kept.len() > 1)
        {
            let Some((_, id)) = self.order.first().cloned() else { return };
            self.take(&id);
            self.evicted += 1;
        }
    }

    pub(super) fn held(&self) -> Held {
        Held {
            incidents: self.kept.len(),
            bytes: self.bytes,
            evicted: self.evicted,
            unreadable: self.unreadable,
            since: self.kept.values().map(|kept| kept.arrived.line.last_seen).min(),
        }
    }

    /// Incidents that an article is a report of.
    pub(super) fn of_article(&self, article: &str) -> impl Iterator<Item = &String> {
        self.articles.get(article).into_iter().flatten()
    }

    pub(super) fn is_wanted(&self, article: &str) -> bool {
        self.articles.contains_key(article)
    }

    fn fitting(&self, wanted: &Wanted) -> Vec<&IncidentLine> {
        let fits = |kept: &&Kept| wanted.fits(&kept.arrived.line, &kept.arrived.search, kept.gone);
        self.kept.values().filter(fits).map(|kept| &kept.arrived.line).collect()
    }

    pub(super) fn list(&self, wanted: &Wanted) -> Incidents {
        let mut fitting: Vec<(i64, &IncidentLine)> =
            self.fitting(wanted).into_iter().map(|line| (wanted.sort.key(line), line)).collect();
        let total = fitting.len();
        fitting.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
        if let Some((key, id)) = &wanted.cursor {
            fitting.retain(|(k, line)| k < key || (k == key && line.id > *id));
        }
        let limit = wanted.limit.unwrap_or(DEFAULT_LIMIT);
        let more = fitting.len() > limit;
        fitting.truncate(limit);
        let next = fitting.last().filter(|_| more).map(|(key, line)| format!("{key}~{}", line.id));
        let incidents = fitting.into_iter().map(|(_, line)| line.clone()).collect();
        Incidents { total, incidents, next, held: self.held() }
    }

    pub(super) fn map(&self, wanted: &Wanted) -> MapAnswer {
        let fitting = self.fitting(wanted);
        let total = fitting.len();
        let mut points: Vec<Point> = fitting.into_iter().filter_map(point).collect();
        points.sort_by(|a, b| b.severity.total_cmp(&a.severity).then_with(|| a.id.cmp(&b.id)));
        points.truncate(MAX_POINTS);
        MapAnswer { total, points }
    }

    pub(super) fn facets(&self) -> Facets {
        let lines: Vec<&IncidentLine> =
            self.kept.values().filter(|kept| !kept.gone).map(|kept| &kept.arrived.line).collect();
        Facets {
            total: lines.len(),
            groups: counted(lines.iter().map(|line| &line.group)),
            types: counted(lines.iter().map(|line| &line.event_type)),
            countries: counted(lines.iter().flat_map(|line| &line.countries)),
            languages: counted(lines.iter().flat_map(|line| &line.languages)),
        }
    }

    /// The message, whether it is gone, and its revisions.
    pub(super) fn incident(&self, id: &str) -> Option<(Incident, bool, Vec<Revision>)> {
        let kept = self.kept.get(id)?;
        let value = zstd::bulk::decompress(&kept.arrived.packed, MAX_MESSAGE).ok()?;
        let incident = Incident::from_bytes(&value).ok()?;
        Some((incident, kept.gone, kept.revisions.iter().cloned().collect()))
    }
}

fn point(line: &IncidentLine) -> Option<Point> {
    let place = line.place.as_ref()?;
    Some(Point {
        id: line.id.clone(),
        group: line.group.clone(),
        event_type: line.event_type.clone(),
        title: line.title.clone(),
        lat: place.lat?,
        lon: place.lon?,
        precision: place.precision,
        severity: line.severity,
    })
}

fn counted<'a>(values: impl Iterator<Item = &'a String>) -> Vec<Facet> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let mut facets: Vec<Facet> =
        counts.into_iter().map(|(value, count)| Facet { value: value.to_owned(), count }).collect();
    facets.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    facets
}
