//! The API and the page asked over a connection, and the topics followed on a broker.

use super::{article, ids, incident, record};
use crate::config;
use crate::console::{Change, Console, Following};
use crate::kafka::{self, EmbeddedBroker, Outgoing, Producer, Topic};
use crate::ops::health::Health;
use crate::ops::metrics::Metrics;
use crate::stage::{FeedList, Stage};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

fn console() -> Console {
    with(&config::Console::default())
}

fn with(config: &config::Console) -> Console {
    let metrics = Arc::new(Metrics::new().unwrap());
    let stages = vec![Stage::Poll];
    Console::new(config, FeedList::new(Vec::new()), stages, metrics, Health::new())
}

async fn served(console: &Console) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = console.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Status, media type, tag, body.
async fn ask(address: SocketAddr, path: &str, tag: &str) -> (u16, String, String, String) {
    let request = reqwest::Client::new()
        .get(format!("http://{address}{path}"))
        .header("if-none-match", tag)
        .send();
    let response = request.await.unwrap();
    let header = |name: &str| {
        let value = response.headers().get(name);
        value.map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default()
    };
    let (kind, tag) = (header("content-type"), header("etag"));
    (response.status().as_u16(), kind, tag, response.text().await.unwrap())
}

#[tokio::test]
async fn the_api_answers_in_json_and_refuses_with_the_reason() {
    let console = console();
    let read = |topic, key: &str, value| Change::read(topic, &record(topic, key, Some(value)));
    console.change(read(Topic::Incidents, "i-1", incident("i-1", |_| {})).unwrap());
    console.change(read(Topic::Articles, "", article("a-i-1", "Drei Tote.")).unwrap());
    let address = served(&console).await;
    for (path, status, part) in [
        ("/api/v1/incidents?type=air_strike", 200, "\"total\":1"),
        ("/api/v1/incidents/i-1", 200, "\"revisions\":[{"),
        ("/api/v1/incidents/i-2", 404, "no such incident"),
        ("/api/v1/incidents?limit=9999", 400, "1 to 500"),
        ("/api/v1/incidents/i-1?x=1", 400, "no such parameter"),
        ("/api/v1/map", 200, "\"lat\":50.45"),
        ("/api/v1/map?limit=1", 400, "no such parameter"),
        ("/api/v1/facets", 200, "\"value\":\"UA\""),
        ("/api/v1/articles/a-i-1?incident=i-1", 200, "\"holds\":true"),
        ("/api/v1/articles/a-x", 404, "no such article"),
        ("/api/v1/feeds", 200, "\"feeds\":[]"),
        ("/api/v1/feeds?health=ill", 400, "health"),
        ("/api/v1/dead-letters", 200, "\"dead_letters\":[]"),
        ("/api/v1/dead-letters?limit=0", 400, "1 to 500"),
        ("/api/v1/status", 200, "\"name\":\"poll\",\"here\":true"),
        ("/api/v1/openapi.json", 200, "\"openapi\":\"3.1.0\""),
        ("/api/v1/nothing", 404, "no such path"),
        ("/api/v1/incidents/%2e%2e%2f", 404, "no such incident"),
    ] {
        let (code, kind, _, body) = ask(address, path, "").await;
        assert_eq!(code, status, "{path}: {body}");
        assert!(body.contains(part), "{path}: {body}");
        let expected = if status == 200 { "application/json" } else { "application/problem+json" };
        assert_eq!(kind, expected, "{path}");
    }
}

#[tokio::test]
async fn an_unchanged_list_is_not_sent_again() {
    let console = console();
    let address = served(&console).await;
    let (_, _, tag, _) = ask(address, "/api/v1/incidents", "").await;
    let (code, _, _, body) = ask(address, "/api/v1/incidents", &tag).await;
    assert_eq!((code, body.as_str()), (304, ""));
    let told = record(Topic::Incidents, "i-1", Some(incident("i-1", |_| {})));
    console.change(Change::read(Topic::Incidents, &told).unwrap());
    let (code, _, other, _) = ask(address, "/api/v1/incidents", &tag).await;
    assert_eq!(code, 200);
    assert_ne!(other, tag);
}

#[tokio::test]
async fn the_page_comes_from_the_program_and_may_load_nothing_else() {
    let address = served(&console()).await;
    let response = reqwest::get(format!("http://{address}/")).await.unwrap();
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    let page = response.text().await.unwrap();
    for forbidden in ["http://", "https://", "style=", "onclick", "<style", "<script>"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    let files = page.split('"').filter(|part| part.starts_with("console/"));
    let mut count = 0;
    for file in files {
        let (code, ..) = ask(address, &format!("/{file}"), "").await;
        assert_eq!(code, 200, "{file}");
        count += 1;
    }
    assert!(count >= 2);
    assert_eq!(ask(address, "/console/nothing.js", "").await.0, 404);
}

#[tokio::test]
async fn topics_are_followed_beside_the_pipeline() {
    let mut kafka = config::Kafka::default();
    let plan = kafka::plan(&kafka, 1);
    // Of the dead letters there is no topic.
    let topics = plan.iter().filter(|t| t.topic != Topic::DeadLetters);
    let topics = topics.map(|t| (t.name.clone(), t.partitions)).collect();
    let broker = EmbeddedBroker::with_topics(topics).unwrap();
    broker.bootstrap().clone_into(&mut kafka.brokers);
    let producer = Producer::start(&kafka, Arc::default()).unwrap();
    let send = async |topic: Topic, key: &str, value: Option<Vec<u8>>| {
        let record = Outgoing {
            topic: topic.name("depesche."),
            key: key.into(),
            partition: None,
            value,
            headers: Vec::new(),
            time: None,
        };
        producer.send(record).await.unwrap();
    };
    send(Topic::Incidents, "i-1", Some(incident("i-1", |_| {}))).await;
    send(Topic::Articles, "a-i-1", Some(article("a-i-1", "Drei Tote."))).await;
    let console = console();
    let stop = CancellationToken::new();
    let _readers = console.follow(&kafka, &Arc::default(), &stop);
    let until = async |what: &str, holds: &dyn Fn() -> bool| {
        let wait = async {
            while !holds() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), wait).await.expect(what);
    };
    until("what was there", &|| console.view().article("a-i-1", Some("i-1")).is_some()).await;
    until("the proof", &|| {
        let answer = console.view().article("a-i-1", Some("i-1"));
        answer.is_some_and(|answer| answer.spans.len() == 2)
    })
    .await;
    send(Topic::Incidents, "i-2", Some(incident("i-2", |_| {}))).await;
    send(Topic::Incidents, "i-1", None).await;
    until("what came later", &|| ids(&console.view(), "") == ["i-2"]).await;
    let state = |topic: &str| {
        let status = console.status();
        status.following.into_iter().find(|f| f.topic == topic).unwrap()
    };
    until("a word on each topic", &|| state("dead-letters").reason.is_some()).await;
    assert_eq!(state("incidents").state, Following::Following);
    let missing = state("dead-letters");
    assert_eq!(missing.state, Following::Waiting);
    assert!(missing.reason.unwrap().contains("dead-letters"));
    // An article that was not read at the start is looked for when somebody asks for it.
    for n in 0..20 {
        send(Topic::Articles, &format!("a-{n}"), Some(article(&format!("a-{n}"), "Nichts."))).await;
    }
    let forgetful = config::Console { article_records: 0, ..config::Console::default() };
    let later = with(&forgetful);
    let _later_readers = later.follow(&kafka, &Arc::default(), &stop);
    let told = record(Topic::Incidents, "i-1", Some(incident("i-1", |_| {})));
    later.change(Change::read(Topic::Incidents, &told).unwrap());
    assert!(later.view().article("a-i-1", None).is_none());
    let address = served(&later).await;
    let (code, _, _, body) = ask(address, "/api/v1/articles/a-i-1?incident=i-1", "").await;
    assert!(code == 200 && body.contains("Drei Tote."), "{code} {body}");
    // No incident names this one, so nobody looks for it.
    assert_eq!(ask(address, "/api/v1/articles/a-3", "").await.0, 404);
    stop.cancel();
}

#[tokio::test]
async fn every_file_of_the_page_is_in_the_program() {
    let address = served(&console()).await;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/console/web");
    let mut count = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let path = if name == "index.html" { "/".to_owned() } else { format!("/console/{name}") };
        let (code, _, _, body) = ask(address, &path, "").await;
        assert_eq!(code, 200, "{name}");
        assert!(!body.contains("innerHTML"), "{name}: texts are text nodes");
        count += 1;
    }
    assert!(count > 10);
}

#[test]
fn the_page_has_a_name_for_every_type_and_group() {
    let root = env!("CARGO_MANIFEST_DIR");
    let read = |path: &str| std::fs::read_to_string(format!("{root}/{path}")).unwrap();
    let taxonomy: toml::Table = read("config/lexicon/taxonomy.toml").parse().unwrap();
    let words = read("src/console/web/words.js");
    let types = taxonomy["type"].as_array().unwrap();
    assert!(types.len() > 50);
    for event in types {
        let (name, group) = (event["name"].as_str().unwrap(), event["group"].as_str().unwrap());
        assert!(words.contains(&format!("\n  {name}: [\"")), "{name}");
        assert!(words.contains(&format!("\n  \"group.{group}\": [\"")), "{group}");
    }
}
