//! A server that misbehaves, in ways that have names, and what the client makes of each.
//!
//! Each way is a test: it ends, in its stated class, and while it goes on another feed is read through
//! the same client as if nothing were. `ways` is the table.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // tests fail by panicking
#![allow(clippy::print_stdout)] // what the probe of memory measures

mod days;
mod parts;
mod server;
mod tls;
mod ways;

use depesche::config;
use depesche::feed::{Hints, read};
use depesche::fetch::{Answer, Body, Client, ERROR_CLASSES, FetchError, Phase, Validators};
use depesche::message::FeedVerdict;
use parts::{answer, feed, great_bomb, text, with};
use server::{Script, Server};
use std::collections::BTreeSet;
use std::time::Duration;
use ways::{WAYS, Way};

/// Long beyond all limits that are set: that something ends at all.
const ENDS: Duration = Duration::from_mins(2);
/// Documents of the good server that are read beside each way.
const BESIDE: usize = 3;

fn settings() -> config::Fetch {
    config::Fetch {
        user_agent: "depesche/0 (test)".into(),
        allow_networks: vec!["127.0.0.0/8".into()],
        site_gap_milliseconds: 0,
        connect_timeout_seconds: 1,
        headers_timeout_seconds: 3,
        read_timeout_seconds: 3,
        total_timeout_seconds: 60,
        slow_after_seconds: 1,
        max_feed_bytes: 16 << 20,
        ..config::Fetch::default()
    }
}

fn client() -> Client {
    Client::new(&settings()).unwrap()
}

fn outcome(answer: &Result<Answer, FetchError>) -> &'static str {
    match answer {
        Err(error) => error.label(),
        Ok(Answer::Unchanged(_)) => "unchanged",
        Ok(Answer::Body(body)) => read_as(body),
    }
}

fn read_as(body: &Body) -> &'static str {
    let hints = Hints {
        content_type: body.content_type.as_deref(),
        url: Some(&body.final_url),
        ..Hints::default()
    };
    match read(&body.bytes, &hints).verdict {
        FeedVerdict::Clean | FeedVerdict::Repaired => "read",
        FeedVerdict::Partial => "partial",
        FeedVerdict::Unreadable => "not_a_feed",
    }
}

async fn ask(client: &Client, url: &str) -> Result<Answer, FetchError> {
    let validators = Validators::default();
    let answer = client.feed(url, &validators);
    tokio::time::timeout(ENDS, answer).await.expect("it ends")
}

/// A good server's feed, read some times.
async fn beside(client: &Client, good: &Server) {
    for _ in 0..BESIDE {
        assert_eq!(outcome(&ask(client, &good.url("http")).await), "read", "the good feed");
    }
}

/// One way, with a good feed beside it.
async fn one(name: &str) {
    let Way { class, script, .. } = WAYS.iter().find(|way| way.name == name).unwrap();
    let bad = Server::start([127, 0, 0, 1], *script).await;
    let good = Server::start([127, 0, 0, 2], |_| with("", &feed(3))).await;
    // Two places: one is taken by what misbehaves.
    let client = Client::new(&config::Fetch { concurrency: 2, ..settings() }).unwrap();
    let url = bad.url("http");
    let (answer, ()) = tokio::join!(ask(&client, &url), beside(&client, &good));
    assert_eq!(outcome(&answer), *class, "{:?}", answer.map(|_| ()));
}

#[test]
fn there_are_more_than_forty_ways_and_their_classes_exist() {
    let names: BTreeSet<&str> = WAYS.iter().map(|way| way.name).collect();
    assert!(names.len() == WAYS.len() && names.len() > 40, "{}", names.len());
    let known: BTreeSet<&str> = ERROR_CLASSES.iter().map(|class| class.label).collect();
    for way in WAYS {
        let read = ["read", "partial", "unchanged"].contains(&way.class);
        assert!(read || known.contains(way.class), "{}", way.class);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_ways_at_once_delay_no_other_feed() {
    // One processor may have to do all of it.
    let patient = config::Fetch {
        concurrency: 256,
        connect_timeout_seconds: 10,
        headers_timeout_seconds: 10,
        read_timeout_seconds: 10,
        ..settings()
    };
    let client = Client::new(&patient).unwrap();
    let good = Server::start([127, 0, 0, 2], |_| with("", &feed(3))).await;
    let mut running = tokio::task::JoinSet::new();
    let mut servers = Vec::new();
    for (n, way) in WAYS.iter().enumerate() {
        // Making these takes time of the processor from all the others.
        if way.name.starts_with("bombs_with_") || way.name == "sends_200_000_entries" {
            continue;
        }
        let bad = Server::start([127, 0, 1, u8::try_from(n + 1).unwrap()], way.script).await;
        let (client, url) = (client.clone(), bad.url("http"));
        running.spawn(async move { (way, outcome(&ask(&client, &url).await)) });
        servers.push(bad);
    }
    beside(&client, &good).await;
    let mut wrong = Vec::new();
    while let Some(ended) = running.join_next().await {
        let (way, class) = ended.unwrap();
        if class != way.class {
            wrong.push((way.name, class));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

async fn error_of(script: Script) -> FetchError {
    let bad = Server::start([127, 0, 0, 1], script).await;
    ask(&client(), &bad.url("http")).await.unwrap_err()
}

#[tokio::test]
async fn timeouts_say_what_took_too_long() {
    use server::Step::{Drip, Hang};
    let phase = |error| match error {
        FetchError::Timeout { phase, .. } => phase,
        other => panic!("{other}"),
    };
    assert_eq!(phase(error_of(|_| vec![Hang]).await), Phase::Headers);
    assert_eq!(phase(error_of(|_| vec![text(parts::OPEN), Hang]).await), Phase::Idle);
    let bad = Server::start([127, 0, 0, 1], |_| vec![Hang]).await;
    let greeting = ask(&client(), &bad.url("https")).await.unwrap_err();
    assert_eq!(phase(greeting), Phase::Connect);
    let bad =
        Server::start([127, 0, 0, 1], |_| vec![text(parts::OPEN), Drip(b"<rss>".to_vec(), 20)])
            .await;
    let hurried = config::Fetch { total_timeout_seconds: 1, slow_after_seconds: 60, ..settings() };
    let client = Client::new(&hurried).unwrap();
    assert_eq!(phase(ask(&client, &bad.url("http")).await.unwrap_err()), Phase::Total);
}

#[tokio::test]
async fn the_time_to_come_again_is_honoured_within_a_day() {
    for (name, hours) in [
        ("is_asked_too_often", 2),
        ("is_asked_too_often_till_a_date", 2),
        ("is_asked_too_often_for_ever", 24),
        ("is_busy", 2),
    ] {
        let way = WAYS.iter().find(|way| way.name == name).unwrap();
        let bad = Server::start([127, 0, 0, 1], way.script).await;
        let client = client();
        let error = ask(&client, &bad.url("http")).await.unwrap_err();
        assert_eq!(error.retry_after(), Some(Duration::from_hours(hours)), "{name}");
        let again = ask(&client, &bad.url("http")).await.unwrap_err();
        assert_eq!(again.label(), "site_waits", "{name}");
        assert_eq!(bad.heads().len(), 1, "the site is left alone");
    }
}

#[tokio::test]
async fn another_site_does_not_wait_with_it() {
    let bad = Server::start([127, 0, 0, 1], |_| answer(429, "retry-after: 7200\r\n", b"")).await;
    let good = Server::start([127, 0, 0, 2], |_| with("", &feed(3))).await;
    let client = client();
    assert_eq!(outcome(&ask(&client, &bad.url("http")).await), "http_429");
    beside(&client, &good).await;
}

#[tokio::test]
async fn nothing_is_sent_that_a_server_put_into_our_hands() {
    for name in ["demands_cookies", "redirects_with_a_password"] {
        let way = WAYS.iter().find(|way| way.name == name).unwrap();
        let bad = Server::start([127, 0, 0, 1], way.script).await;
        let client = client();
        for _ in 0..2 {
            let _ = ask(&client, &bad.url("http")).await;
        }
        let heads = bad.heads();
        assert!(heads.len() > 1);
        for head in heads {
            let head = head.to_ascii_lowercase();
            for never in ["cookie", "authorization", "referer", "geheim"] {
                assert!(!head.contains(never), "{name}: {head}");
            }
            assert!(head.contains("user-agent: depesche/0 (test)\r\n"), "{head}");
        }
    }
}

/// An `ETag` in Latin-1 with a quote and a tab, and a date that is none.
const ODD: &[u8] = b"W/\"\xe4\xf6\xfc \t;--gzip\"";
const NO_DATE: &[u8] = b"gestern, 25:61 Uhr (\xc3\xb6rtlich)";

#[tokio::test]
async fn odd_validators_are_echoed_byte_for_byte_and_a_304_with_a_body_is_one() {
    let server = Server::start([127, 0, 0, 1], |ask| {
        let etag = [b"etag: ", ODD, b"\r\n"].concat();
        let date = [b"last-modified: ", NO_DATE, b"\r\n"].concat();
        let same = ask.has(&[b"if-none-match: ", ODD, b"\r\n"].concat())
            && ask.has(&[b"if-modified-since: ", NO_DATE, b"\r\n"].concat());
        let (status, tail): (&[u8], &[u8]) = if same {
            (b"HTTP/1.1 304 x\r\n", b"cache-control: max-age=600\r\nretry-after: 60\r\n\r\n<rss/>")
        } else {
            (b"HTTP/1.1 200 x\r\n", b"content-length: 6\r\nconnection: close\r\n\r\n<rss/>")
        };
        vec![server::Step::Send([status, &etag, &date, tail].concat())]
    })
    .await;
    let client = client();
    let Ok(Answer::Body(body)) = ask(&client, &server.url("http")).await else { panic!() };
    let validators = Validators { etag: body.etag, last_modified: body.last_modified };
    let answer = client.feed(&server.url("http"), &validators).await.unwrap();
    let Answer::Unchanged(unchanged) = answer else { panic!("{:?}", server.heads()) };
    assert_eq!(
        (unchanged.etag, unchanged.last_modified),
        (validators.etag, validators.last_modified)
    );
    assert_eq!(unchanged.max_age, Some(Duration::from_mins(10)));
    assert_eq!(unchanged.retry_after, Some(Duration::from_mins(1)));
    assert_eq!(unchanged.permanent_url, None);
}

#[tokio::test]
async fn a_304_may_bring_new_validators_from_where_the_feed_has_moved() {
    let server = Server::start([127, 0, 0, 1], |ask| {
        if ask.has(b"GET /feed ") {
            answer(308, "location: /neu\r\n", b"")
        } else {
            vec![text("HTTP/1.1 304 x\r\netag: \"2\"\r\n\r\n")]
        }
    })
    .await;
    let validators = Validators { etag: Some("\"1\"".into()), last_modified: None };
    let answer = client().feed(&server.url("http"), &validators).await.unwrap();
    let Answer::Unchanged(unchanged) = answer else { panic!("changed") };
    assert_eq!(unchanged.etag.as_deref(), Some("\"2\""));
    assert_eq!(unchanged.permanent_url, Some(format!("http://{}/neu", server.at)));
}

#[tokio::test]
async fn a_frozen_etag_is_believed_until_it_is_not_sent() {
    // The server never looks at its feed: the same ETag, whatever it holds.
    let server = Server::start([127, 0, 0, 1], |ask| {
        if ask.has(b"if-none-match: \"starr\"") {
            vec![text("HTTP/1.1 304 x\r\n\r\n")]
        } else {
            with("etag: \"starr\"\r\n", &feed(3 + ask.nth))
        }
    })
    .await;
    let client = client();
    let url = server.url("http");
    let Ok(Answer::Body(first)) = ask(&client, &url).await else { panic!() };
    let validators = Validators { etag: first.etag, last_modified: None };
    assert!(matches!(client.feed(&url, &validators).await, Ok(Answer::Unchanged(_))));
    let Ok(Answer::Body(full)) = ask(&client, &url).await else { panic!() };
    assert_ne!(full.bytes, first.bytes, "only a full request shows what is new");
}

#[tokio::test]
async fn a_connection_that_closes_in_between_costs_one_poll_at_most() {
    // Says that the connection stays, and closes it at the next request.
    let server = Server::start([127, 0, 0, 1], |ask| {
        let body = feed(3);
        let head = format!("HTTP/1.1 200 x\r\ncontent-length: {}\r\n\r\n", body.len());
        let _ = ask;
        vec![server::Step::Send(head.into_bytes()), server::Step::Send(body)]
    })
    .await;
    let client = client();
    let mut outcomes = Vec::new();
    for _ in 0..6 {
        outcomes.push(outcome(&ask(&client, &server.url("http")).await));
    }
    assert!(outcomes.iter().all(|o| ["read", "io"].contains(o)), "{outcomes:?}");
    assert!(outcomes.windows(2).all(|pair| pair != ["io", "io"]), "{outcomes:?}");
    assert_eq!(outcomes.first(), Some(&"read"));
}

/// The greatest memory that this process ever had, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Run by the test below, in a process of its own.
#[tokio::test]
#[ignore = "measures its own process, so it must run alone"]
async fn probe() {
    let bad =
        Server::start([127, 0, 0, 1], |_| with("content-encoding: zstd\r\n", &great_bomb())).await;
    let (client, url) = (client(), bad.url("http"));
    // Warm up: what a client takes for any answer.
    let good = Server::start([127, 0, 0, 2], |_| with("", &feed(3))).await;
    beside(&client, &good).await;
    let before = peak();
    for _ in 0..5 {
        assert_eq!(outcome(&ask(&client, &url).await), "bomb");
    }
    println!("peak grew by {} KiB", peak() - before);
}

#[test]
fn half_a_gigabyte_in_16_kilobytes_takes_little_memory() {
    assert!(great_bomb().len() < 17 * 1024);
    let run = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "probe", "--ignored", "--nocapture"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(run.status.success(), "{said}");
    let grew = said.split("peak grew by ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
    let grew: u64 = grew.parse().unwrap();
    // The window of zstd is 8 MiB, and all that was taken in before the ratio told less than that.
    assert!(grew < 32 * 1024, "{grew} KiB");
}
