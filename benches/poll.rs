//! The poll stage at size, as the service runs it: real client, real topic, real scheduler.
//!
//! ```text
//! cargo bench --bench poll                          both, with the numbers below
//! cargo bench --bench poll -- speed 10000           polls a second, all answered 304
//! cargo bench --bench poll -- memory 100000 30      memory with all states parked
//! ```
//!
//! Broker and web server run in a second process, so that the figures are those of the poller
//! alone. Each feed is a site of its own: an address in 127.0.0.0/8, for which the pause between two
//! requests is off. Each answer closes its connection, as with feeds asked every few minutes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // ends by panicking
#![allow(clippy::print_stdout)] // a table is its purpose
#![allow(missing_docs)]

use depesche::config::{Config, FeedSource};
use depesche::fetch::Client;
use depesche::kafka::{EmbeddedBroker, Outgoing, Producer, Stats, Topic, partition_for, plan};
use depesche::message::{FeedState, Message as _, article_id, content_hash, feed_id};
use depesche::ops::health::Health;
use depesche::ops::metrics::Metrics;
use depesche::stage::{Context, FeedList};
use serde_json::json;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_util::sync::CancellationToken;

/// Partitions of the feeds' topic: the in-process broker keeps 5 MiB of each.
const PARTITIONS: i32 = 256;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let number = |at: usize, default: usize| -> usize {
        args.get(at).map_or(default, |text| text.parse().expect("a number"))
    };
    match args.first().map(String::as_str) {
        Some("peer") => peer(args[1] == "due", number(2, 0), number(3, 0)),
        Some("speed") => speed(number(1, 10_000)),
        Some("memory") => memory(number(1, 100_000), number(2, 30)),
        None => {
            speed(10_000);
            memory(100_000, 30);
        }
        Some(other) => panic!("{other}: one of speed, memory"),
    }
}

/// A runtime of one thread.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn config(brokers: &str) -> Config {
    let mut config = Config::default();
    brokers.clone_into(&mut config.kafka.brokers);
    config.kafka.partitions.insert("feeds".into(), PARTITIONS);
    config.fetch.allow_networks = vec!["127.0.0.0/8".into()];
    config.fetch.site_gap_milliseconds = 0;
    config.fetch.concurrency = 64;
    config.poll.concurrency = 64;
    // What is due at the start is spread over one interval.
    config.poll.interval_seconds = 1;
    config.poll.min_interval_seconds = 1;
    config
}

/// The feeds of the server at this port.
fn feeds(count: usize, port: u16) -> Vec<FeedSource> {
    let one = |n: usize| {
        let host = format!("127.{}.{}.{}", 1 + n / 62_500, n / 250 % 250, 1 + n % 250);
        FeedSource {
            url: format!("http://{host}:{port}/nachrichten/politik/rss.xml"),
            outlet: format!("Blatt {n}"),
            lang: Some("de".into()),
            country: Some("DE".into()),
            pages: true,
            section: Vec::new(),
        }
    };
    (0..count).map(one).collect()
}

/// A state as the service writes it after a good poll.
fn state(feed: &FeedSource, n: usize, entries: usize, due: bool) -> FeedState {
    let now = jiff::Timestamp::now().as_second();
    let at = |second: i64| jiff::Timestamp::from_second(second).unwrap().to_string();
    let recent: Vec<_> = (0..entries)
        .map(|k| {
            let title = content_hash(&[&format!("{n}/{k}")]);
            let words = format!("{}-{}-{}", &title[..7], &title[7..12], &title[12..20]);
            let url = format!("{}/2026/11/{k:02}/{words}-{}.html", feed.url, n * 31 + k);
            let (article, hash) = (article_id(Some(&url), "", ""), content_hash(&[&url]));
            json!({"id": url, "article": article, "hash": hash, "revision": 0})
        })
        .collect();
    let state = json!({
        "schema": FeedState::SCHEMA,
        "id": feed_id(&feed.url),
        "url": feed.url,
        "etag": format!("\"{}\"", content_hash(&[&feed.url])),
        "last_modified": "Mon, 23 Nov 2026 08:00:00 GMT",
        "body_hash": content_hash(&["body", &feed.url]),
        "next_poll": at(if due { now - 60 } else { now + 86_400 }),
        "last_poll": at(now - 900),
        "last_success": at(now - 900),
        "failures": 0,
        "verdict": "clean",
        "title": feed.outlet,
        "recent": recent,
    });
    FeedState::from_bytes(state.to_string().as_bytes()).unwrap()
}

/// The other process: a broker that holds all states, and a server that answers all feeds.
fn peer(due: bool, count: usize, entries: usize) {
    let config = config("");
    let broker = EmbeddedBroker::start(&plan(&config.kafka, 1)).unwrap();
    runtime().block_on(async {
        let server = tokio::net::TcpListener::bind("0.0.0.0:0").await.unwrap();
        let port = server.local_addr().unwrap().port();
        tokio::spawn(serve(server));
        let config = self::config(broker.bootstrap());
        let producer = Producer::start(&config.kafka, Arc::default()).unwrap();
        let topic = Topic::Feeds.name(&config.kafka.topic_prefix);
        let mut sends = tokio::task::JoinSet::new();
        for (n, feed) in feeds(count, port).iter().enumerate() {
            let state = state(feed, n, entries, due);
            let site = depesche::fetch::site(&feed.url).unwrap();
            let record = Outgoing {
                topic: topic.clone(),
                key: state.id.clone(),
                partition: Some(partition_for(site.as_bytes(), PARTITIONS)),
                value: Some(state.to_bytes().unwrap()),
                headers: Vec::new(),
                time: None,
            };
            let producer = producer.clone();
            sends.spawn(async move { producer.send(record).await.unwrap() });
            if sends.len() >= 1_000 {
                sends.join_next().await.unwrap().unwrap();
            }
        }
        while let Some(sent) = sends.join_next().await {
            sent.unwrap();
        }
        println!("{} {port}", broker.bootstrap());
        // Until the other end is closed.
        let wait = || std::io::stdin().read_to_end(&mut Vec::new());
        tokio::task::spawn_blocking(wait).await.unwrap().unwrap();
    });
}

async fn serve(server: tokio::net::TcpListener) {
    loop {
        let Ok((mut stream, _)) = server.accept().await else { continue };
        tokio::spawn(async move {
            let mut head = vec![0; 4_096];
            let length = stream.read(&mut head).await.unwrap_or(0);
            let asked = String::from_utf8_lossy(&head[..length]).to_ascii_lowercase();
            let status =
                if asked.contains("if-none-match") { "304 Not Modified" } else { "404 Not Found" };
            let answer =
                format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes()).await;
        });
    }
}

/// Runs the stage over feeds whose states the peer holds, until `done` says so of the metrics.
fn run(due: bool, count: usize, entries: usize, done: impl Fn(&Metrics) -> bool) -> Figures {
    let mut other = Command::new(std::env::current_exe().unwrap())
        .args(["peer", if due { "due" } else { "later" }])
        .args([count.to_string(), entries.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(other.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let (brokers, port) = line.trim().split_once(' ').unwrap();
    let config = config(brokers);
    let figures = runtime().block_on(async {
        let feeds = feeds(count, port.parse().unwrap());
        let stats = Arc::new(Stats::default());
        let metrics = Arc::new(Metrics::new().unwrap());
        let health = Health::new();
        let context = Context {
            producer: Producer::start(&config.kafka, Arc::clone(&stats)).unwrap(),
            feeds: FeedList::new(feeds),
            stats,
            metrics: Arc::clone(&metrics),
            health: health.clone(),
            consumers: Arc::default(),
            stop: CancellationToken::new(),
            config: Arc::new(config),
        };
        let stop = context.stop.clone();
        let client = Client::new(&context.config.fetch).unwrap();
        let before = process("VmRSS");
        let latch = health.latch("poll", "starting");
        let stage = tokio::spawn(depesche::stage::poll::run(context, latch, client, PARTITIONS));
        // Reading back belongs to neither figure.
        while health.ready().is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let (began, cpu) = (Instant::now(), cpu_seconds(&metrics));
        while !done(&metrics) {
            tokio::time::sleep(Duration::from_millis(20)).await;
            assert!(!stage.is_finished(), "the stage ended");
        }
        let figures = Figures {
            seconds: began.elapsed().as_secs_f64(),
            cpu: cpu_seconds(&metrics) - cpu,
            before,
            after: process("VmRSS"),
            peak: process("VmHWM"),
        };
        stop.cancel();
        stage.await.unwrap().unwrap();
        figures
    });
    drop(other.stdin.take());
    other.wait().unwrap();
    figures
}

struct Figures {
    seconds: f64,
    cpu: f64,
    before: f64,
    after: f64,
    peak: f64,
}

fn speed(count: usize) {
    let all = count as u64;
    let of = |metrics: &Metrics, outcome: &str| metrics.polls_total.with([outcome]).get();
    let Figures { seconds, cpu, .. } = run(true, count, 30, |metrics| {
        // Each hundredth request goes without validators, and this server knows no other answer.
        let failed = of(metrics, "failed");
        assert!(failed * 50 <= all.max(50), "{failed} polls failed");
        of(metrics, "unchanged") + failed >= all
    });
    println!("\n{}", machine());
    println!(
        "| polls answered 304 | feeds | seconds | polls a second | processor seconds | polls a processor second |"
    );
    println!("|---|---|---|---|---|---|");
    let polls = count as f64;
    println!(
        "| one request, one state written each | {count} | {seconds:.1} | {:.0} | {cpu:.1} | {:.0} |",
        polls / seconds,
        polls / cpu
    );
}

fn memory(count: usize, entries: usize) {
    let Figures { before, after, peak, .. } = run(false, count, entries, |metrics| {
        metrics.feeds.with(["ok"]).get() == i64::try_from(count).unwrap()
    });
    println!("\n{}", machine());
    println!(
        "| feeds parked | recent entries each | MiB with the list alone | MiB parked | MiB at most | KiB a feed |"
    );
    println!("|---|---|---|---|---|---|");
    println!(
        "| {count} | {entries} | {:.0} | {:.0} | {:.0} | {:.2} |",
        before / 1024.0,
        after / 1024.0,
        peak / 1024.0,
        (after - before) / count as f64
    );
    std::io::stdout().flush().unwrap();
}

fn cpu_seconds(metrics: &Metrics) -> f64 {
    let text = metrics.render().unwrap();
    let line = text.lines().find(|line| line.starts_with("process_cpu_seconds_total")).unwrap();
    line.rsplit_once(' ').unwrap().1.parse().unwrap()
}

/// A field of `/proc/self/status`, in KiB.
fn process(field: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(field)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn machine() -> String {
    let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{}, {cores} cores, the stage on one thread", model.map_or("unknown", |(_, name)| name))
}
