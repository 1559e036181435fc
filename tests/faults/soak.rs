//! The service in a world that goes on: feeds with rhythms, corrections, outages of sites and of
//! the broker; and at the end the counts must balance.
//!
//! ```text
//! DEPESCHE_SOAK_SECONDS=3600 DEPESCHE_SOAK_FEEDS=2000 cargo test --release --test faults -- soak --nocapture
//! ```
//! A few seconds and feeds where nothing is said.

use crate::follow::Follower;
use crate::house::turn;
use crate::support::topic::{assert_one_content_per_revision, read};
use crate::support::wait_for;
use crate::world::{Seeded, World, percentile};
use depesche::kafka::Topic;
use depesche::message::{Article, Message as _, header_names};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

fn wanted(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

/// Growth by least squares, in MiB a minute, of samples one a second.
fn slope(samples: &[u64]) -> f64 {
    let count = samples.len() as f64;
    let middle = (count - 1.0) / 2.0;
    let mean = samples.iter().sum::<u64>() as f64 / count;
    let pairs =
        samples.iter().enumerate().map(|(at, mib)| (at as f64 - middle, *mib as f64 - mean));
    let (above, below) = pairs.fold((0.0, 0.0), |(a, b), (x, y)| (a + x * y, b + x * x));
    if below > 0.0 { 60.0 * above / below } else { 0.0 }
}

#[test]
fn a_soak_ends_with_counts_that_balance() {
    let Some(house) = turn() else { return };
    let seconds = wanted("DEPESCHE_SOAK_SECONDS", 20);
    let feeds = usize::try_from(wanted("DEPESCHE_SOAK_FEEDS", 60)).unwrap();
    // The rate stays the same: more feeds are quieter ones.
    let shortest = Duration::from_millis(20 * feeds as u64).max(Duration::from_secs(1));
    let mut world = World::new((feeds, feeds.div_ceil(10)), shortest, shortest * 10, 120);
    let setup = house.setup("soak", world.addresses());
    let mut service = setup.start();
    let follower = Follower::start(house.direct(), &setup.prefix, Topic::Incidents);
    service.wait_until_ready();
    let (mut random, mut memory, mut cuts) = (Seeded(7), Vec::new(), 0);
    let started = Instant::now();
    let mut thawed = None;
    while started.elapsed() < Duration::from_secs(seconds) {
        world.tick();
        let second = usize::try_from(started.elapsed().as_secs()).unwrap();
        if memory.len() <= second {
            memory.push(service.resident_mib());
            match random.below(20) {
                0 => {
                    house.proxy.cut();
                    cuts += 1;
                }
                1 => {
                    house.proxy.freeze();
                    cuts += 1;
                    thawed = Some(Instant::now() + Duration::from_secs(2));
                }
                _ => {}
            }
        }
        if thawed.is_some_and(|until| until <= Instant::now()) {
            house.proxy.calm();
            thawed = None;
        }
        // The rhythm of the world itself.
        std::thread::sleep(Duration::from_millis(20));
    }
    house.proxy.calm();
    world.settle();
    let served: BTreeSet<String> = world.put_up.iter().map(|entry| entry.url.clone()).collect();
    wait_for(&format!("{} entries to be told", served.len()), || {
        (follower.count() >= served.len()).then_some(())
    });
    service.wait_until_ready();

    // The balance: what was served is an article, and each article is told, refused or repeats another.
    let mut articles: BTreeMap<String, usize> = BTreeMap::new();
    for record in read(house.direct(), &setup.prefix, Topic::Articles) {
        let article = Article::from_bytes(&record.value.unwrap()).unwrap();
        *articles.entry(article.url.unwrap()).or_default() += 1;
    }
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    for letter in read(house.direct(), &setup.prefix, Topic::DeadLetters) {
        let reason = letter.header(header_names::ERROR_REASON).unwrap_or_default();
        *refused.entry(String::from_utf8_lossy(reason).into_owned()).or_default() += 1;
    }
    let told = follower.told();
    let delays = world.delays(&told);
    let records: usize = articles.values().sum();
    let settled = &memory[memory.len() / 2..];
    eprintln!(
        "soak of {seconds} s, {feeds} feeds, {} corrections, {} outages of feeds, {cuts} of the broker\n\
         entries served {} = articles {} (in {records} records with revisions) = told {} + refused {refused:?}\n\
         served to told: p50 {:?}, p90 {:?}, p99 {:?}, longest {:?}\n\
         memory: {} to {} MiB, slope of the second half {:+.1} MiB a minute; processor {:.1} s",
        world.corrections,
        world.outages,
        served.len(),
        articles.len(),
        told.len(),
        percentile(&delays, 50),
        percentile(&delays, 90),
        percentile(&delays, 99),
        percentile(&delays, 100),
        memory.iter().min().unwrap(),
        memory.iter().max().unwrap(),
        slope(settled),
        service.cpu().as_secs_f64(),
    );
    assert_eq!(articles.keys().cloned().collect::<BTreeSet<_>>(), served);
    assert_eq!(told.keys().cloned().collect::<BTreeSet<_>>(), served);
    assert_eq!(refused, BTreeMap::new());
    assert_one_content_per_revision(house.direct(), &setup.prefix);
    // A slope of seconds says nothing; one of an hour does.
    assert!(seconds < 600 || slope(settled) < 1.0, "memory grows");
    service.stop();
}
