//! Fills the near-duplicate index with a week of made-up articles and tells what that takes.
//!
//! `cargo run --release --example fill_index [ARTICLES]` (1,400,000 unless told otherwise; at least
//! 100,000)
//!
//! Prints bytes for each article, resident memory, how fast fingerprints are taken, read back from
//! their messages (decoding and inserting) and looked up (with what was made ready before), and the longest
//! pause of an insertion, a lookup and of forgetting a day. Of all times those are left out in which the
//! thread waited for a processor, as the kernel counts them (Linux): other work on the machine
//! changes them little.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // a measurement ends by panicking
#![allow(clippy::print_stdout)] // what it measures
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // small numbers of its own

#[path = "../tests/duplicates/synthetic.rs"]
mod synthetic;

use depesche::dedup::{Index, Prepared, Settings, fingerprint};
use depesche::message::{Message as _, Timestamp};
use std::ops::Range;
use std::time::{Duration, Instant};

const START: i64 = 1_790_000_000 / 86_400 * 86_400;
const WEEK: i64 = 7 * 86_400;
const HOSTS: u64 = 3_000;
/// Articles made at a time.
const BATCH: u64 = 2_000;
/// Messages that are read back.
const MESSAGES: u64 = 100_000;
/// Lookups of each kind.
const ASKED: u64 = 20_000;

/// Bytes of memory in use by the process.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) * 1_024
}

/// Time that this thread waited for a processor.
fn waited() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(told.split(' ').nth(1).and_then(|n| n.parse().ok()).unwrap_or(0))
}

/// Adds up processor time, and keeps the longest single pause.
#[derive(Default)]
struct Watch {
    count: u64,
    cpu: Duration,
    longest: Duration,
}

impl Watch {
    fn each<T>(&mut self, of: impl IntoIterator<Item = T>, mut work: impl FnMut(T)) {
        let mut before = waited();
        for one in of {
            let begun = Instant::now();
            work(one);
            let passed = begun.elapsed();
            let after = waited();
            let took = passed.saturating_sub(after.saturating_sub(before));
            before = after;
            self.longest = self.longest.max(took);
            self.cpu += took;
            self.count += 1;
        }
    }

    fn a_second(&self) -> u64 {
        (self.count as f64 / self.cpu.as_secs_f64().max(1e-9)) as u64
    }
}

/// The moment of the article of a number within a week of so many.
fn second(n: u64, count: u64) -> i64 {
    START + WEEK * i64::try_from(n).unwrap() / i64::try_from(count).unwrap()
}

/// Messages of articles of the week, as they are read back.
fn messages(numbers: Range<u64>, count: u64, seen: Timestamp) -> Vec<Box<[u8]>> {
    numbers
        .map(|n| {
            let print = fingerprint(&synthetic::article(n, HOSTS, second(n, count)), seen);
            print.to_bytes().unwrap().into_boxed_slice()
        })
        .collect()
}

fn main() {
    let count: u64 = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(1_400_000);
    let count = count.max(MESSAGES);
    let seen = Timestamp::from_second(START + WEEK);

    // All tables are read before memory is looked at.
    let _ = fingerprint(&synthetic::article(0, HOSTS, START), seen);
    let mut index = Index::new(Settings::default());
    let (mut taking, mut preparing, mut inserting) =
        (Watch::default(), Watch::default(), Watch::default());
    let before = resident();
    for from in (0..count).step_by(BATCH as usize) {
        let numbers = from..(from + BATCH).min(count);
        let articles: Vec<_> =
            numbers.map(|n| synthetic::article(n, HOSTS, second(n, count))).collect();
        let mut prints = Vec::with_capacity(articles.len());
        taking.each(&articles, |article| prints.push(fingerprint(article, seen)));
        let mut ready = Vec::with_capacity(prints.len());
        preparing.each(&prints, |print| ready.push(Prepared::from(print)));
        inserting.each(ready, |prepared| index.insert_prepared(prepared));
    }
    let resident = resident().saturating_sub(before);
    println!("articles remembered            {}", index.len());
    println!("bytes each, as counted         {}", index.memory() / index.len().max(1));
    println!("bytes each, resident           {}", resident / count);
    println!("resident memory in MB          {}", resident / 1_000_000);
    println!("fingerprints taken a second    {}", taking.a_second());
    println!("made ready a second            {}", preparing.a_second());
    println!("inserted a second              {}", inserting.a_second());
    println!("longest insertion              {:?}", inserting.longest);

    // Articles nobody knows, and edited copies, asked after the week.
    let last = START + WEEK - 1;
    let ask = |kind: &str, of: &dyn Fn(u64) -> u64| {
        let ready: Vec<Prepared> = (0..ASKED)
            .map(|n| {
                let mut article = synthetic::article(of(n), HOSTS, last);
                article.id = format!("{}?", article.id);
                article.title.push_str(" neu");
                Prepared::from(&fingerprint(&article, seen))
            })
            .collect();
        let mut found = 0;
        let mut asking = Watch::default();
        asking.each(&ready, |print| found += u64::from(index.find_prepared(print).is_some()));
        println!(
            "looked up a second, {kind:<11}{} ({found} of {ASKED} found), longest {:?}",
            asking.a_second(),
            asking.longest
        );
    };
    ask("strangers", &|n| 12 * (count + n));
    ask("copies", &|n| n * (count / ASKED));

    let mut forgetting = Watch::default();
    forgetting.each(1..=7, |day| index.expire(Timestamp::from_second(START + day * 86_400)));
    println!("longest forgetting of a day    {:?}", forgetting.longest);
    assert!(index.is_empty(), "a week later nothing is left");

    let bytes = messages(0..MESSAGES, MESSAGES, seen);
    println!(
        "bytes of a message             {}",
        bytes.iter().map(|b| b.len() as u64).sum::<u64>() / MESSAGES
    );
    let mut index = Index::new(Settings::default());
    let mut restoring = Watch::default();
    restoring.each(&bytes, |message| {
        index.insert_prepared(Prepared::read(message).unwrap());
    });
    println!("read back a second             {}", restoring.a_second());
}
