//! `depesche replay` on the in-process broker: stored articles to incidents of another prefix, and
//! what would differ.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // helpers of tests are tests

use depesche::config::Kafka;
use depesche::extract::Extractor;
use depesche::kafka::{
    EmbeddedBroker, Outgoing, Producer, Start, Stats, TableEvent, TableOptions, TableReader,
};
use depesche::link::{Output, Settings, Shard};
use depesche::message::{
    Article, Incident, Message as _, PageOutcome, TextSource, article_id, cloud_event, rfc3339,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const PREFIX: &str = "live.";
const TO: &str = "again.";

fn article(n: u32, published: &str, title: &str, text: &str) -> Article {
    let url = format!("https://news.example/{n}");
    Article {
        schema: "depesche.article/1".into(),
        id: article_id(Some(&url), "", ""),
        revision: 0,
        feed: "f-1".into(),
        entry: n.to_string(),
        outlet: format!("Blatt {n}"),
        url: Some(url),
        canonical_url: None,
        title: title.into(),
        summary: None,
        text: text.into(),
        text_source: TextSource::Page,
        page: PageOutcome::Read,
        truncated: false,
        lang: Some("de".into()),
        country: None,
        published: rfc3339(published),
        modified: None,
        authors: Vec::new(),
        tags: Vec::new(),
    }
}

fn articles() -> Vec<Article> {
    vec![
        article(
            1,
            "2026-03-02T09:00:00Z",
            "Brand in Lagerhalle in Kassel",
            "Bei einem Brand in einer Lagerhalle in Kassel sind am Montag drei Menschen verletzt worden.",
        ),
        article(
            2,
            "2026-03-12T09:00:00Z",
            "Messerangriff in Rostock",
            "Bei einem Messerangriff in Rostock sind am Donnerstag zwei Menschen getötet worden, teilte die Polizei mit.",
        ),
        article(
            3,
            "2026-03-12T12:00:00Z",
            "Zwei Tote nach Messerangriff in Rostock",
            "Nach dem Messerangriff in Rostock am Donnerstag mit zwei Toten sucht die Polizei nach dem Täter.",
        ),
        article(
            4,
            "2026-03-13T12:00:00Z",
            "Erdbeben erschüttert Izmir",
            "Bei einem Erdbeben in Izmir sind am Freitag vier Menschen getötet worden.",
        ),
    ]
}

fn record(topic: &str, key: &str, value: Vec<u8>, article: &Article) -> Outgoing {
    let seen = article.published.unwrap();
    Outgoing {
        topic: format!("{PREFIX}{topic}.v1"),
        key: key.into(),
        partition: None,
        value: Some(value),
        headers: cloud_event("test", Article::TYPE, Article::SCHEMA, key, seen, key),
        time: Some(seen),
    }
}

/// Incidents as the service would have made them, but for one figure that was read otherwise then.
fn incidents(articles: &[Article]) -> Vec<Incident> {
    let extractor = Extractor::builtin().unwrap();
    let mut shard = Shard::new(Settings { quiet_days: 14, max_reports: 50 });
    let mut latest: BTreeMap<String, Incident> = BTreeMap::new();
    for article in articles {
        for mut report in extractor.read(article, article.published.unwrap(), None).reports {
            if article.title.contains("Izmir") {
                report.casualties.clear();
            }
            for output in shard.apply(&report) {
                if let Output::Publish(incident) = output {
                    latest.insert(incident.id.clone(), *incident);
                }
            }
        }
    }
    latest.into_values().collect()
}

async fn read_all(kafka: &Kafka, topic: &str) -> BTreeMap<String, Incident> {
    let (_, mut events) = TableReader::start(
        kafka,
        "t",
        topic,
        &[0, 1],
        &TableOptions { from: Start::Beginning, ..TableOptions::default() },
        CancellationToken::new(),
        Arc::new(Stats::default()),
    )
    .unwrap();
    let mut out = BTreeMap::new();
    while let Some(event) = events.recv().await {
        if let TableEvent::Record(record) = event {
            let key = String::from_utf8(record.key.unwrap()).unwrap();
            out.insert(key, Incident::from_bytes(&record.value.unwrap()).unwrap());
        }
    }
    out
}

fn replay(brokers: &str, more: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_depesche"))
        .args(["replay", "--brokers", brokers, "--since", "2026-03-10", "--to", TO])
        .args(more)
        .env("DEPESCHE_KAFKA__TOPIC_PREFIX", PREFIX)
        .output()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_tells_what_the_current_rules_would_change_and_touches_nothing_else() {
    let topics = |prefix: &str| -> Vec<(String, i32)> {
        ["articles", "reports", "incidents"]
            .iter()
            .map(|topic| (format!("{prefix}{topic}.v1"), 2))
            .collect()
    };
    let broker = EmbeddedBroker::with_topics([topics(PREFIX), topics(TO)].concat()).unwrap();
    let kafka = Kafka {
        brokers: broker.bootstrap().into(),
        topic_prefix: PREFIX.into(),
        ..Kafka::default()
    };
    let producer = Producer::start(&kafka, Arc::new(Stats::default())).unwrap();
    let articles = articles();
    for article in &articles {
        let value = article.to_bytes().unwrap();
        producer.send(record("articles", &article.id, value, article)).await.unwrap();
    }
    let before = incidents(&articles);
    for incident in &before {
        let value = incident.to_bytes().unwrap();
        producer.send(record("incidents", &incident.id, value, &articles[0])).await.unwrap();
    }
    producer.close(Duration::from_secs(10)).await;

    let brokers = broker.bootstrap().to_owned();
    let run = move |more: &'static [&'static str]| {
        let brokers = brokers.clone();
        tokio::task::spawn_blocking(move || replay(&brokers, more))
    };
    let out = run(&["--json"]).await.unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let told: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(told["articles"], 3, "the first is older than the interval");
    let differences = &told["differences"];
    assert_eq!((&differences["same"], &differences["changed"]), (&1.into(), &1.into()), "{told}");
    assert_eq!((&differences["new"], &differences["gone"]), (&0.into(), &0.into()), "{told}");
    assert_eq!(differences["fields"]["killed"], 1);
    assert_eq!(differences["examples"][0]["after"][0]["killed"], "4");

    let lines = run(&[]).await.unwrap();
    let lines = String::from_utf8(lines.stdout).unwrap();
    assert!(lines.contains("1 as before, 1 changed, 0 new, 0 gone, 0 merged, 0 split"), "{lines}");

    let rebuilt = read_all(&kafka, &format!("{TO}incidents.v1")).await;
    assert_eq!(rebuilt.len(), 2);
    assert!(rebuilt.values().any(|incident| incident.reports.len() == 2));
    let live = read_all(&kafka, &format!("{PREFIX}incidents.v1")).await;
    assert_eq!(live.len(), before.len());
    assert!(before.iter().all(|incident| live.get(&incident.id) == Some(incident)));
}

#[test]
fn the_services_own_topics_are_refused() {
    let out = Command::new(env!("CARGO_BIN_EXE_depesche"))
        .args(["replay", "--since", "2026-03-10", "--to", PREFIX])
        .env("DEPESCHE_KAFKA__TOPIC_PREFIX", PREFIX)
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(78));
    assert!(String::from_utf8_lossy(&out.stderr).contains("--to"));
}
