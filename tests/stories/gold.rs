//! Gold stories: events, and the articles that tell them.

use depesche::extract::Extractor;
use depesche::message::{
    Article, DuplicateOf, Kind, PageOutcome, Relation, Report, TextSource, Timestamp, article_id,
    rfc3339,
};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// One file of stories.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    event: Vec<Event>,
    article: Vec<Entry>,
}

/// Something that happened.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_field_names)] // the files' own names
pub(crate) struct Event {
    pub(crate) id: String,
    #[serde(rename = "type")]
    pub(crate) event_type: String,
    pub(crate) country: Option<String>,
    pub(crate) place: Option<String>,
    /// A day, or the first and the last with a slash between.
    pub(crate) date: Option<String>,
    /// The fused figure in the end: `9`, `9-12`, `>=9`.
    pub(crate) killed: Option<String>,
    pub(crate) wounded: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    outlet: String,
    language: String,
    published: String,
    title: String,
    text: String,
    events: Vec<String>,
    #[serde(default)]
    copy_of: String,
}

/// An article, what it tells by the gold, and what the extractor reads in it.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) name: String,
    pub(crate) at: Timestamp,
    /// Events that it tells as news.
    pub(crate) events: Vec<String>,
    pub(crate) reports: Vec<Report>,
}

/// One file: events that are related or look alike, and the articles in the order of publication.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub(crate) name: String,
    pub(crate) blind: bool,
    pub(crate) events: BTreeMap<String, Event>,
    pub(crate) pieces: Vec<Piece>,
}

/// All stories of the folder, read.
pub(crate) fn stories(folder: &Path) -> Vec<Story> {
    let extractor = Extractor::builtin().unwrap();
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .filter(|path| path.file_stem().is_some_and(|name| name != "scores"))
        .collect();
    paths.sort();
    paths.iter().map(|path| story(&extractor, path)).collect()
}

fn story(extractor: &Extractor, path: &Path) -> Story {
    let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
    let text = std::fs::read_to_string(path).unwrap();
    let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let events: BTreeMap<String, Event> =
        file.event.into_iter().map(|event| (event.id.clone(), event)).collect();
    let mut pieces: Vec<Piece> = file.article.iter().map(|e| piece(extractor, e)).collect();
    for piece in &pieces {
        for event in &piece.events {
            assert!(events.contains_key(event), "{name}: {}: no event {event}", piece.name);
        }
    }
    pieces.sort_by(|a, b| (a.at, &a.name).cmp(&(b.at, &b.name)));
    Story { blind: name.starts_with("blind-"), name, events, pieces }
}

fn article_of(name: &str) -> String {
    article_id(Some(&format!("https://stories.example/{name}")), "", "")
}

fn piece(extractor: &Extractor, entry: &Entry) -> Piece {
    let published = rfc3339(&entry.published)
        .unwrap_or_else(|| panic!("{}: published {}", entry.id, entry.published));
    let seen = Timestamp::from_second(published.as_second() + 300);
    let article = Article {
        schema: "depesche.article/1".into(),
        id: article_of(&entry.id),
        revision: 0,
        feed: "f-stories".into(),
        entry: entry.id.clone(),
        outlet: entry.outlet.clone(),
        url: Some(format!("https://stories.example/{}", entry.id)),
        canonical_url: None,
        title: entry.title.clone(),
        summary: None,
        text: entry.text.clone(),
        text_source: TextSource::Page,
        page: PageOutcome::Read,
        truncated: false,
        lang: Some(entry.language.clone()),
        country: None,
        published: Some(published),
        modified: None,
        authors: Vec::new(),
        tags: Vec::new(),
    };
    let copied = (!entry.copy_of.is_empty())
        .then(|| DuplicateOf { article: article_of(&entry.copy_of), relation: Relation::Copy });
    let reports = extractor.read(&article, seen, copied).reports;
    Piece { name: entry.id.clone(), at: published, events: entry.events.clone(), reports }
}

/// Which report of a piece tells which of its events; what is left over tells none.
pub(crate) fn told(story: &Story, piece: &Piece) -> BTreeMap<String, String> {
    let mut pairs: Vec<(i32, &str, &str)> = Vec::new();
    for name in &piece.events {
        let Some(event) = story.events.get(name) else { continue };
        for report in piece.reports.iter().filter(|r| r.kind == Kind::Incident) {
            let fit = fit(report, event);
            if fit >= 3 {
                pairs.push((fit, name, &report.id));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut out: BTreeMap<String, String> = BTreeMap::new();
    for (_, event, report) in pairs {
        if !out.contains_key(event) && !out.values().any(|known| known == report) {
            out.insert(event.to_owned(), report.to_owned());
        }
    }
    out
}

/// How surely a report tells an event, by what it says itself.
fn fit(report: &Report, event: &Event) -> i32 {
    let fold = |text: &str| text.to_lowercase();
    let mut sum = 0;
    if report.event_type == event.event_type {
        sum += 3;
    }
    if let Some(country) = &event.country {
        let countries: Vec<&String> =
            report.places.iter().filter_map(|p| p.country.as_ref()).collect();
        sum += match (countries.is_empty(), countries.contains(&country)) {
            (true, _) => 0,
            (false, true) => 3,
            (false, false) => -3,
        };
    }
    if let Some(place) = event.place.as_deref().map(fold) {
        let named = report.places.iter().any(|p| {
            fold(&p.name) == place || p.name_en.as_deref().is_some_and(|name| fold(name) == place)
        });
        sum += if named { 3 } else { 0 };
    }
    let days = |text: &str| -> Option<i64> {
        rfc3339(text.get(..10)?).map(|t| t.as_second().div_euclid(86_400))
    };
    let (from, to) = match &event.date {
        Some(date) => match date.split_once('/') {
            Some((from, to)) => (days(from), days(to)),
            None => (days(date), days(date)),
        },
        None => (None, None),
    };
    let start = report.time.as_ref().and_then(|t| days(t.start.as_deref()?));
    let end = report.time.as_ref().and_then(|t| days(t.end.as_deref()?)).or(start);
    if let (Some(from), Some(to), Some(start), Some(end)) = (from, to, start, end) {
        sum += match (from.max(start) - to.min(end)).max(0) {
            0 => 2,
            1 => 0,
            _ => -2,
        };
    }
    sum
}
