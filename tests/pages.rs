//! What becomes of the pages that news sites make: one page and what it must give for each trap.
//!
//! `tests/pages/NAME.html` is read with each quality, and everything that `NAME.toml` names must
//! come out: `text`, `reason` where there is none, and the fields of the metadata.

#![allow(clippy::float_cmp)] // small whole numbers and their quotients

#[path = "pages/shingles.rs"]
mod shingles;

use depesche::message::PageOutcome;
use depesche::page::{Hints, Page, Quality, read};
use serde::Deserialize;
use shingles::{Runs, score};
use std::collections::BTreeSet;
use std::path::Path;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    url: Option<String>,
    zone: Option<String>,
    text: Option<String>,
    text_source: Option<String>,
    reason: Option<String>,
    title: Option<String>,
    kicker: Option<String>,
    standfirst: Option<String>,
    site_name: Option<String>,
    lang: Option<String>,
    canonical_url: Option<String>,
    published: Option<String>,
    modified: Option<String>,
    section: Option<String>,
    authors: Option<Vec<String>>,
    tags: Option<Vec<String>>,
    /// Entries of a ticker, and the time of the newest.
    entries: Option<usize>,
    newest: Option<String>,
}

fn differences(expected: &Expected, page: &Page) -> Vec<String> {
    let mut out = Vec::new();
    let mut same = |field: &str, expected: Option<&str>, found: Option<&str>| {
        if let Some(expected) = expected
            && found != Some(expected)
        {
            out.push(format!("{field}\n  expected {expected:?}\n  found    {found:?}"));
        }
    };
    same("text", expected.text.as_deref(), Some(&page.text));
    same("text source", expected.text_source.as_deref(), page.sources.get("text").copied());
    same("title", expected.title.as_deref(), Some(&page.title));
    same("kicker", expected.kicker.as_deref(), page.kicker.as_deref());
    same("standfirst", expected.standfirst.as_deref(), page.standfirst.as_deref());
    same("site name", expected.site_name.as_deref(), page.site_name.as_deref());
    same("language", expected.lang.as_deref(), page.lang.as_deref());
    same("address", expected.canonical_url.as_deref(), page.canonical_url.as_deref());
    let published = page.published.map(|at| at.to_string());
    same("published", expected.published.as_deref(), published.as_deref());
    let modified = page.modified.map(|at| at.to_string());
    same("modified", expected.modified.as_deref(), modified.as_deref());
    same("section", expected.section.as_deref(), page.section.as_deref());
    let newest = page.ticker.as_ref().and_then(|t| t.first()?.at).map(|at| at.to_string());
    same("newest entry", expected.newest.as_deref(), newest.as_deref());
    let reason = page.reason.unwrap_or("none");
    same("reason", Some(expected.reason.as_deref().unwrap_or("none")), Some(reason));
    if expected.authors.as_ref().is_some_and(|names| *names != page.authors) {
        out.push(format!("authors: found {:?}", page.authors));
    }
    if expected.tags.as_ref().is_some_and(|tags| *tags != page.tags) {
        out.push(format!("tags: found {:?}", page.tags));
    }
    if expected.entries != page.ticker.as_ref().map(Vec::len) {
        out.push(format!("ticker: found {:?}", page.ticker));
    }
    out
}

#[test]
fn every_page_gives_what_it_must() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    let names: BTreeSet<String> = std::fs::read_dir(&folder)
        .unwrap()
        .filter_map(|item| {
            item.unwrap().file_name().to_str()?.strip_suffix(".html").map(str::to_owned)
        })
        .collect();
    assert!(names.len() > 20, "{names:?}");
    let mut wrong = Vec::new();
    for name in &names {
        let html = std::fs::read(folder.join(format!("{name}.html"))).unwrap();
        let expected = std::fs::read_to_string(folder.join(format!("{name}.toml"))).unwrap();
        let expected: Expected =
            toml::from_str(&expected).unwrap_or_else(|e| panic!("{name}: {e}"));
        for quality in [Quality::Single, Quality::Vote] {
            let hints = Hints {
                url: expected.url.as_deref(),
                zone: expected.zone.as_deref(),
                quality,
                ..Hints::default()
            };
            let page = read(&html, &hints);
            assert_eq!(page.outcome == PageOutcome::Read, page.reason.is_none());
            for difference in differences(&expected, &page) {
                wrong.push(format!("{name} ({quality:?}): {difference}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_ticker_is_cut_with_its_entries() {
    let html = include_bytes!("pages/live_ticker.html");
    let page = read(html, &Hints { max_chars: 400, ..Hints::default() });
    assert!(page.truncated);
    let entries = page.ticker.unwrap();
    assert!(entries.len() < 4 && !entries.is_empty());
    assert!(entries.iter().all(|e| e.start < e.end && e.end <= page.text.chars().count()));
    // The newest stay.
    assert_eq!(entries[0].title.as_deref(), Some("Ursache weiter unklar"));
}

fn close(a: (f64, f64, f64), b: (f64, f64, f64)) -> bool {
    [a.0 - b.0, a.1 - b.1, a.2 - b.2].iter().all(|d| d.abs() < 1e-12)
}

/// Counted by hand. Gold "a b c d e f": abcd bcde cdef. Found "a b c d e x": abcd bcde cdex.
#[test]
fn runs_of_four_words_are_counted_as_by_hand() {
    let page = Runs::of("a b, c d. e f", "a b c d e x");
    assert_eq!(page, Runs { both: 2.0, found: 1.0, gold: 1.0 });
    assert!(close(score(&[page]), (2.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0)));
    // Twice the same run in the gold, three times in what was found: of a multiset two are common.
    // Gold "o o o o o": oooo twice. Found "o o o o o o y": oooo three times, oooy.
    let again = Runs::of("o o o o o", "o o o o o o y");
    assert_eq!(again, Runs { both: 2.0, found: 2.0, gold: 0.0 });
    // Means over the pages of 2/3 and 1/2, 2/3 and 1; F1 of the means 7/12 and 5/6.
    let (precision, recall) = (7.0 / 12.0, 5.0 / 6.0);
    let f1 = 2.0 * precision * recall / (precision + recall);
    assert!(close(score(&[page, again]), (precision, recall, f1)));
}

#[test]
fn a_text_of_fewer_words_is_one_run() {
    assert_eq!(Runs::of("nur drei Worte", "nur, drei: Worte!").both, 1.0);
    // Letter case counts, and a short text is no part of a longer one.
    assert_eq!(Runs::of("nur drei Worte", "Nur drei Worte").both, 0.0);
    assert_eq!(
        Runs::of("drei Worte", "nur drei Worte hier"),
        Runs { both: 0.0, found: 1.0, gold: 1.0 }
    );
}

#[test]
fn pages_without_gold_or_without_a_find_count_once() {
    let (whole, missed, invented, rightly) = (
        Runs::of("a b c d", "a b c d"),
        Runs::of("a b c d", ""),
        Runs::of("", "x y"),
        Runs::of("", " "),
    );
    assert_eq!((missed.precision(), missed.recall()), (None, Some(0.0)));
    assert_eq!((invented.precision(), invented.recall()), (Some(0.0), None));
    assert_eq!((rightly.precision(), rightly.recall()), (None, None));
    assert_eq!([whole, missed, invented, rightly].map(Runs::f1), [1.0, 0.0, 0.0, 1.0]);
    // Precision over the first and third page, recall over the first two.
    assert!(close(score(&[whole, missed, invented, rightly]), (0.5, 0.5, 0.5)));
    assert!(close(score(&[]), (0.0, 0.0, 0.0)));
}
