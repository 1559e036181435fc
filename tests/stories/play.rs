//! Playing stories: reports to the linker, in any order.

use crate::gold::{Piece, Story, told};
use depesche::link::{Output, Settings, Shard};
use depesche::message::{Incident, Report, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const SETTINGS: Settings = Settings { quiet_days: 14, max_reports: 50 };

/// For shuffled arrivals: a trial that is told of first, months before the deed, must not close it.
pub(crate) const NEVER_CLOSING: Settings = Settings { quiet_days: 4_000, max_reports: 50 };

/// What is scored: a piece tells an event (or, by mistake, something else).
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// None for news that the gold does not know.
    pub(crate) event: Option<String>,
    /// Where the linker put it; none for what the extractor missed.
    pub(crate) incident: Option<String>,
    pub(crate) report: Option<String>,
    /// The extractor calls it news: background that comes before the news is left out, by design.
    pub(crate) news: bool,
}

/// Reports in the order of publication, as on a day without delays.
pub(crate) fn in_order(stories: &[&Story]) -> Vec<Report> {
    let mut pieces: Vec<&Piece> = stories.iter().flat_map(|story| &story.pieces).collect();
    pieces.sort_by(|a, b| (a.at, &a.name).cmp(&(b.at, &b.name)));
    pieces.into_iter().flat_map(|piece| piece.reports.iter().cloned()).collect()
}

/// The reports of a story, its articles arriving in an order of the seed, all after the last was
/// published.
pub(crate) fn shuffled(story: &Story, seed: u64) -> Vec<Report> {
    let mut pieces: Vec<&Piece> = story.pieces.iter().collect();
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    for i in (1..pieces.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        pieces.swap(i, usize::try_from(state % (i as u64 + 1)).unwrap());
    }
    let last = pieces.iter().map(|piece| piece.at.as_second()).max().unwrap_or(0);
    let mut out = Vec::new();
    for (i, piece) in pieces.into_iter().enumerate() {
        for report in &piece.reports {
            let mut report = report.clone();
            report.article.seen =
                Timestamp::from_second(last + 60 * (i64::try_from(i).unwrap_or_default() + 1));
            out.push(report);
        }
    }
    out
}

/// Where each report is in the end, and the incidents.
pub(crate) fn play(
    settings: Settings,
    reports: &[Report],
) -> (BTreeMap<String, String>, Vec<Incident>, Shard) {
    let mut shard = Shard::new(settings);
    let mut latest: BTreeMap<String, Incident> = BTreeMap::new();
    for report in reports {
        for output in shard.apply(report) {
            match output {
                Output::Publish(incident) => {
                    latest.insert(incident.id.clone(), *incident);
                }
                Output::Tombstone { id } => {
                    latest.remove(&id);
                }
            }
        }
    }
    let mut places = BTreeMap::new();
    for incident in latest.values() {
        let kept = incident.reports.iter().map(|r| &r.id).chain(&incident.further_reports);
        places.extend(kept.map(|report| (report.clone(), incident.id.clone())));
    }
    (places, latest.into_values().collect(), shard)
}

/// All that is scored of a story, given where its reports went.
pub(crate) fn items(story: &Story, places: &BTreeMap<String, String>) -> Vec<Item> {
    let mut out = Vec::new();
    for piece in &story.pieces {
        let told = told(story, piece);
        for event in &piece.events {
            let report = told.get(event);
            out.push(Item {
                event: Some(event.clone()),
                incident: report.and_then(|r| places.get(r)).cloned(),
                report: report.cloned(),
                news: piece.reports.iter().any(|r| Some(&r.id) == report && is_news(r)),
            });
        }
        let known: BTreeSet<&String> = told.values().collect();
        let other = piece.reports.iter().filter(|r| is_news(r) && !known.contains(&r.id));
        out.extend(other.map(|report| Item {
            event: None,
            incident: places.get(&report.id).cloned(),
            report: Some(report.id.clone()),
            news: true,
        }));
    }
    out
}

fn is_news(report: &Report) -> bool {
    use depesche::message::{Kind, Realis, Status};
    report.kind == Kind::Incident
        && matches!(report.realis, Realis::Actual | Realis::Attempted | Realis::Foiled)
        && matches!(report.status, Status::Current | Status::Update)
}

/// The groups in which an event's news ended: the same for two orders if nothing depends on them.
pub(crate) fn groups_of(event: &str, items: &[Item]) -> BTreeSet<BTreeSet<String>> {
    let mut out = BTreeSet::new();
    for item in items.iter().filter(|i| i.news && i.event.as_deref() == Some(event)) {
        let Some(report) = &item.report else { continue };
        let group = match &item.incident {
            None => BTreeSet::from([report.clone()]),
            Some(incident) => items
                .iter()
                .filter(|other| other.news && other.event.is_some())
                .filter(|other| other.incident.as_ref() == Some(incident))
                .filter_map(|other| other.report.clone())
                .collect(),
        };
        out.insert(group);
    }
    out
}
