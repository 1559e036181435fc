//! Who did it to whom: the tables of `cases/` read like the specification.

use crate::extract::Extractor;
use crate::message::{Actor, ActorRole, Article, PageOutcome, Report, Status, TextSource, rfc3339};
use std::sync::LazyLock;

static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(|| Extractor::builtin().unwrap());

fn reports(lang: &str, text: &str) -> Vec<Report> {
    let article = Article {
        schema: "depesche.article/1".into(),
        id: "a-test".into(),
        revision: 0,
        feed: "f-test".into(),
        entry: "1".into(),
        outlet: "Test".into(),
        url: None,
        canonical_url: None,
        title: String::new(),
        summary: None,
        text: text.into(),
        text_source: TextSource::Page,
        page: PageOutcome::Read,
        truncated: false,
        lang: Some(lang.into()),
        country: None,
        published: rfc3339("2025-03-12T10:00:00Z"),
        modified: None,
        authors: vec![],
        tags: vec![],
    };
    EXTRACTOR.read(&article, rfc3339("2030-01-01").unwrap(), None).reports
}

/// A string or a list of strings of a case.
fn wanted(case: &toml::Value, key: &str) -> Vec<String> {
    match case.get(key) {
        Some(toml::Value::String(one)) => vec![one.clone()],
        Some(toml::Value::Array(all)) => {
            all.iter().map(|s| s.as_str().unwrap().to_owned()).collect()
        }
        _ => Vec::new(),
    }
}

/// All of them, and no more: each expected one is part of one that was read.
fn same(want: &[String], got: &[String]) -> bool {
    let found = |want: &String| {
        want.to_lowercase().split('|').any(|w| got.iter().any(|g| g.to_lowercase().contains(w)))
    };
    want.len() == got.len() && want.iter().all(found)
}

fn actors(report: &Report, role: ActorRole) -> Vec<String> {
    let shown = |a: &Actor| {
        let (id, country) = (a.id.as_deref().unwrap_or(""), a.country.as_deref().unwrap_or(""));
        format!("{} {id} {country}", a.name)
    };
    report.actors.iter().filter(|a| a.role == role).map(shown).collect()
}

fn targets(report: &Report) -> Vec<String> {
    report.targets.iter().map(|t| t.name.clone()).collect()
}

fn confidence(report: &Report) -> Option<String> {
    let word = serde_json::to_value(report.perpetrator_confidence?).unwrap();
    word.as_str().map(str::to_owned)
}

fn tells(case: &toml::Value, report: &Report) -> bool {
    let text = |key: &str| case.get(key).and_then(toml::Value::as_str);
    same(&wanted(case, "by"), &actors(report, ActorRole::Perpetrator))
        && same(&wanted(case, "on"), &targets(report))
        && (case.get("sides").is_none()
            || same(&wanted(case, "sides"), &actors(report, ActorRole::Party)))
        && text("with").is_none_or(|class| report.instruments.iter().any(|i| i.class == class))
        && text("sure").is_none_or(|sure| confidence(report).as_deref() == Some(sure))
}

/// The words that prove a name hold it, unless it stands for a known group or a country.
fn proven(report: &Report) -> Vec<String> {
    let words = |field: String| -> Vec<&str> {
        report.evidence.iter().filter(|e| e.field == field).map(|e| e.text.as_str()).collect()
    };
    let mut missing = Vec::new();
    for (i, a) in report.actors.iter().enumerate() {
        let known = a.id.is_some() || a.country.is_some();
        if !known && !words(format!("/actors/{i}")).iter().any(|w| w.contains(&a.name)) {
            missing.push(a.name.clone());
        }
    }
    for (i, t) in report.targets.iter().enumerate() {
        let known = t.country.is_some() || t.target_type.as_deref() == Some("government");
        if !known && !words(format!("/targets/{i}")).iter().any(|w| w.contains(&t.name)) {
            missing.push(t.name.clone());
        }
    }
    missing
}

fn table(lang: &str, body: &str, least: usize) {
    let tables: toml::Table = body.parse().unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for (kind, cases) in &tables {
        for (text, case) in cases.as_table().unwrap() {
            count += 1;
            let news: Vec<Report> = reports(lang, text)
                .into_iter()
                .filter(|r| matches!(r.status, Status::Current | Status::Update))
                .collect();
            for name in news.iter().flat_map(proven) {
                wrong.push(format!("[{kind}] {text}\n    no words prove {name:?}"));
            }
            if !news.iter().any(|r| tells(case, r)) {
                let got: Vec<String> = news
                    .iter()
                    .map(|r| {
                        format!(
                            "{} by {:?} on {:?} with {:?} sure {:?} sides {:?}",
                            r.event_type,
                            actors(r, ActorRole::Perpetrator),
                            targets(r),
                            r.instruments.iter().map(|i| &i.class).collect::<Vec<_>>(),
                            confidence(r),
                            actors(r, ActorRole::Party),
                        )
                    })
                    .collect();
                let got = got.join("\n         ");
                wrong.push(format!("[{kind}] {text}\n    want {case}\n    got  {got}"));
            }
        }
    }
    assert!(count >= least, "{lang}: {count} cases");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn german_roles() {
    table("de", include_str!("cases/de.toml"), 60);
}

#[test]
fn english_roles() {
    table("en", include_str!("cases/en.toml"), 30);
}

#[test]
fn french_roles() {
    table("fr", include_str!("cases/fr.toml"), 15);
}

#[test]
fn spanish_roles() {
    table("es", include_str!("cases/es.toml"), 15);
}
