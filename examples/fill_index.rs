//! Fills the near-duplicate index with a week of made-up articles and tells what that takes.
//!
//! `cargo run --release --example fill_index [ARTICLES]` (1,400,000 unless told otherwise; at least
//! 100,000)
//!
//! Prints bytes for each article, resident memory, how fast fingerprints are taken, read back from
//! their messages (decoding and inserting, on one thread and on two) and looked up, the longest
//! single insertion, and how long it takes to forget a day.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // a measurement ends by panicking
#![allow(clippy::print_stdout)] // what it measures
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // small numbers of its own

#[path = "../tests/duplicates/synthetic.rs"]
mod synthetic;

use depesche::dedup::{Index, Prepared, Settings, fingerprint};
use depesche::message::{Fingerprint, Message as _, Timestamp};
use std::time::{Duration, Instant};

const START: i64 = 1_790_000_000 / 86_400 * 86_400;
const WEEK: i64 = 7 * 86_400;
const HOSTS: u64 = 3_000;
/// Messages that are read back.
const MESSAGES: u64 = 100_000;

fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) * 1_024
}

fn rate(n: u64, took: Duration) -> u64 {
    (n as f64 / took.as_secs_f64()) as u64
}

fn main() {
    let count: u64 = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(1_400_000);
    let count = count.max(MESSAGES);
    let seen = Timestamp::from_second(START + WEEK);
    let second =
        |n: u64| START + WEEK * i64::try_from(n).unwrap_or(0) / i64::try_from(count).unwrap_or(1);

    let mut index = Index::new(Settings::default());
    let (mut printing, mut inserting) = (Duration::ZERO, Duration::ZERO);
    let mut inserts: Vec<Duration> = Vec::new();
    let mut bytes = Vec::new();
    let before = resident();
    for n in 0..count {
        let article = synthetic::article(n, HOSTS, second(n));
        let begun = Instant::now();
        let print = fingerprint(&article, seen);
        printing += begun.elapsed();
        if n >= count - MESSAGES {
            bytes.push(print.to_bytes().unwrap_or_default());
        }
        let prepared = Prepared::from(&print);
        let begun = Instant::now();
        index.insert_prepared(prepared);
        let took = begun.elapsed();
        inserting += took;
        inserts.push(took);
    }
    let messages: usize = bytes.iter().map(Vec::len).sum();
    let held = (inserts.capacity() * size_of::<Duration>() + messages) as u64;
    inserts.sort_unstable();
    let resident = resident().saturating_sub(before).saturating_sub(held);
    println!("articles remembered            {}", index.len());
    println!("bytes each, as counted         {}", index.memory() / index.len().max(1));
    println!("bytes each, resident           {}", resident / count);
    println!("resident memory in MiB         {}", resident >> 20);
    println!("fingerprints taken a second    {}", rate(count, printing));
    println!("bytes of a message             {}", messages as u64 / MESSAGES);
    println!("insertions a second            {}", rate(count, inserting));
    let at = |share: f64| inserts.get((count as f64 * share) as usize).copied().unwrap_or_default();
    println!(
        "insertion, 99.9 % / longest    {:?} / {:?}",
        at(0.999),
        inserts.last().copied().unwrap_or_default()
    );

    // Articles nobody knows, and edited copies of some, asked after the week.
    let mut found = 0;
    let mut asking = Duration::ZERO;
    let mut longest = Duration::ZERO;
    let asked = 100_000.min(count);
    for n in 0..asked {
        let of = if n % 10 == 0 { n * (count / asked) } else { 12 * (count + n) };
        let mut article = synthetic::article(of, HOSTS, START + WEEK - 1);
        article.id = format!("{}?", article.id);
        article.title.push_str(" neu");
        let prepared = Prepared::from(&fingerprint(&article, seen));
        let begun = Instant::now();
        found += u64::from(index.find_prepared(&prepared).is_some());
        let took = begun.elapsed();
        asking += took;
        longest = longest.max(took);
    }
    println!("lookups a second               {} ({found} of {asked} found)", rate(asked, asking));
    println!("longest lookup                 {longest:?}");

    let begun = Instant::now();
    for day in 1..=7 {
        let begun = Instant::now();
        index.expire(Timestamp::from_second(START + day * 86_400));
        if day == 1 {
            println!("forgetting a day takes         {:?}", begun.elapsed());
        }
    }
    println!("forgetting the week takes      {:?}", begun.elapsed());

    for threads in [1, 2] {
        let index = std::sync::Mutex::new(Index::new(Settings::default()));
        let begun = Instant::now();
        std::thread::scope(|scope| {
            for part in bytes.chunks(bytes.len().div_ceil(threads)) {
                let index = &index;
                scope.spawn(move || {
                    for batch in part.chunks(64) {
                        let ready: Vec<Prepared> = batch
                            .iter()
                            .filter_map(|bytes| Fingerprint::from_bytes(bytes).ok())
                            .map(|print| Prepared::from(&print))
                            .collect();
                        if let Ok(mut index) = index.lock() {
                            for one in ready {
                                index.insert_prepared(one);
                            }
                        }
                    }
                });
            }
        });
        println!("read back a second, {threads} thread(s) {}", rate(MESSAGES, begun.elapsed()));
    }
}
