//! The whole way, with the real binary beside a real Apache Kafka and a local site: from the answer
//! of a feed to the incident that a consumer reads.
//!
//! ```text
//! cargo bench --bench whole                     all of it, with the numbers below
//! cargo bench --bench whole -- flood 5000       entries a second, all put up at once
//! cargo bench --bench whole -- steady 100 30    delays at so many entries a second, for so many seconds
//! ```
//!
//! Prints a table in Markdown. Site, consumer and broker run on the same machine as the service;
//! the processor time is that of the service alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // ends by panicking
#![allow(clippy::print_stdout)] // a table is its purpose
#![allow(clippy::print_stderr)] // the log of a service that failed
#![allow(missing_docs)]

#[path = "../tests/support/follow.rs"]
mod follow;
#[allow(unused_imports)] // this bench uses a part of it
#[path = "../tests/service/support/mod.rs"]
mod support;
#[path = "../tests/support/world.rs"]
mod world;

use depesche::kafka::Topic;
use depesche::message::{Article, Message as _};
use follow::Follower;
use std::time::{Duration, Instant};
use support::process::{Service, Setup};
use support::wait_for;
use world::{World, percentile};

/// Sites that feeds and pages are asked of.
const SITES: usize = 50;
/// Sentences of an article beside its news: some 300 words in all.
const ASIDES: usize = 24;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let number = |at: usize, default: usize| -> usize {
        args.get(at).map_or(default, |text| text.parse().expect("a number"))
    };
    let Some(kafka) = support::kafka::shared() else { return };
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!(
        "{}, {} processors, load before the run {}\n",
        jiff::Zoned::now().strftime("%Y-%m-%d"),
        std::thread::available_parallelism().unwrap(),
        load.split(' ').next().unwrap_or_default()
    );
    println!("| measured | figure |\n|---|---|");
    match args.first().map(String::as_str) {
        Some("flood") => flood(kafka.bootstrap(), number(1, 5_000)),
        Some("steady") => steady(kafka.bootstrap(), number(1, 100), number(2, 30)),
        None => {
            flood(kafka.bootstrap(), 5_000);
            steady(kafka.bootstrap(), 100, 30);
        }
        Some(other) => panic!("{other}: one of flood, steady"),
    }
}

fn start(brokers: &str, test: &str, world: &World) -> (Setup, Service, Follower) {
    let mut setup = Setup::new(Some(brokers), test, world.addresses());
    setup.link = "quiet_days = 365".into();
    let service = setup.start();
    let follower = Follower::start(brokers, &setup.prefix, Topic::Incidents);
    service.wait_until_ready();
    (setup, service, follower)
}

/// Waits until everything is told, and answers the most memory that was held meanwhile.
fn wait_until_told(service: &Service, follower: &Follower, entries: usize) -> u64 {
    let (mut highest, mut last) = (0, (0, Instant::now()));
    while follower.count() < entries {
        highest = highest.max(service.resident_mib());
        if follower.count() > last.0 {
            last = (follower.count(), Instant::now());
        }
        assert!(last.1.elapsed() < support::PATIENCE, "stands still at {} of {entries}", last.0);
        std::thread::sleep(Duration::from_millis(50));
    }
    highest
}

/// Everything at once.
fn flood(brokers: &str, entries: usize) {
    // Few entries to a feed, many sites: politeness is not what is measured.
    let feeds = entries.div_ceil(50);
    let mut world =
        World::new((feeds, feeds.min(SITES)), Duration::from_hours(1), Duration::from_hours(1), 0);
    world.asides = ASIDES;
    let (setup, mut service, follower) = start(brokers, "flood", &world);
    let idle = service.resident_mib();
    let before = service.cpu();
    world.flood(entries);
    let highest = wait_until_told(&service, &follower, entries);
    let last = follower.told().into_values().max().unwrap();
    let took = last - world.first_served().unwrap();
    let used = service.cpu().saturating_sub(before).as_secs_f64();
    let rate = entries as f64 / took.as_secs_f64();
    println!(
        "| {entries} entries at once, each with its page: entries a second from feed to incident | {rate:.0} |"
    );
    println!(
        "| processor seconds of the service for 10,000 articles | {:.1} |",
        used * 10_000.0 / entries as f64
    );
    println!(
        "| processors that the service had meanwhile, of those there are | {:.2} |",
        used / took.as_secs_f64()
    );
    println!(
        "| memory of the service, resident: after the start, highest | {idle} MiB, {highest} MiB |"
    );
    service.stop();
    for topic in [Topic::Articles, Topic::Fingerprints, Topic::Reports, Topic::Incidents] {
        let records = support::topic::read(brokers, &setup.prefix, topic);
        let values = || records.iter().filter_map(|record| record.value.as_deref());
        let bytes: usize = values().map(<[u8]>::len).sum();
        if topic == Topic::Articles {
            let words = |value| Article::from_bytes(value).unwrap().text.split_whitespace().count();
            println!("| words of an article | {} |", values().map(words).sum::<usize>() / entries);
        }
        println!(
            "| `{}`: messages for an article, bytes for an article before compression | {:.2}, {} |",
            topic.name(""),
            records.len() as f64 / entries as f64,
            bytes / entries
        );
    }
}

/// So many a second.
fn steady(brokers: &str, rate: usize, seconds: usize) {
    let second = Duration::from_secs(1);
    let mut world = World::new((rate, rate.min(SITES)), second, second, 0);
    world.asides = ASIDES;
    let (setup, mut service, follower) = start(brokers, "steady", &world);
    let before_that = [Topic::Articles, Topic::Reports]
        .map(|topic| (topic, Follower::start(brokers, &setup.prefix, topic)));
    let (started, before) = (Instant::now(), service.cpu());
    while started.elapsed() < Duration::from_secs(seconds as u64) {
        world.tick();
        std::thread::sleep(Duration::from_millis(5));
    }
    wait_for("all of it to be told", || (follower.count() >= world.put_up.len()).then_some(()));
    let used = service.cpu().saturating_sub(before).as_secs_f64() / started.elapsed().as_secs_f64();
    for (topic, follower) in before_that.into_iter().chain([(Topic::Incidents, follower)]) {
        let delays = world.delays(&follower.told());
        let [half, most, nearly_all] =
            [50, 90, 99].map(|percent| percentile(&delays, percent).as_secs_f64() * 1e3);
        println!(
            "| {rate} entries a second for {seconds} s: from the feed's answer to `{}`, p50, p90, p99 | {half:.0} ms, {most:.0} ms, {nearly_all:.0} ms |",
            topic.name("")
        );
    }
    println!("| processors that the service used for that | {used:.2} |");
    println!("| memory of the service, resident, at the end | {} MiB |", service.resident_mib());
    service.stop();
}
