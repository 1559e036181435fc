//! How fast fingerprints are taken, read back and looked up. Times are those of the processor.
//!
//! `cargo bench --bench dedup`
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // a benchmark ends by panicking
#![allow(clippy::print_stdout)] // what it measures
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // small numbers of its own

#[path = "support/on_cpu.rs"]
mod on_cpu;
#[path = "../tests/duplicates/synthetic.rs"]
mod synthetic;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use depesche::dedup::{Index, Prepared, Settings, compare, fingerprint};
use depesche::message::{Fingerprint, Message as _, Timestamp};
use on_cpu::OnCpu;
use std::hint::black_box;

const START: i64 = 1_790_000_000;

fn dedup(c: &mut Criterion<OnCpu>) {
    let seen = Timestamp::from_second(START + 8 * 86_400);
    for words in [300, 700] {
        let mut articles: Vec<_> = (0..64).map(|n| synthetic::article(n, 50, START)).collect();
        for (n, article) in (0..).zip(&mut articles) {
            article.text = synthetic::text(&mut synthetic::Random(n), words);
        }
        let mut group = c.benchmark_group("fingerprint");
        group.throughput(Throughput::Elements(64));
        group.bench_function(format!("of {words} words"), |b| {
            b.iter(|| {
                for article in &articles {
                    black_box(fingerprint(article, seen));
                }
            });
        });
    }
    let (a, b) = (synthetic::article(10, 50, START), synthetic::article(11, 50, START));
    c.bench_function("two texts side by side", |c| c.iter(|| black_box(compare(&a.text, &b.text))));

    // Seven days of 7,000 articles each.
    let count = 49_000_i64;
    let prints: Vec<Fingerprint> = (0..count)
        .map(|n| {
            let article = synthetic::article(n.unsigned_abs(), 500, START + n * 7 * 86_400 / count);
            fingerprint(&article, seen)
        })
        .collect();
    let bytes: Vec<Vec<u8>> = prints.iter().take(1_000).map(|p| p.to_bytes().unwrap()).collect();
    let mut group = c.benchmark_group("thousand fingerprints");
    group.throughput(Throughput::Elements(1_000));
    group.bench_function("read from bytes", |b| {
        b.iter(|| {
            for bytes in &bytes {
                black_box(Prepared::read(bytes).unwrap());
            }
        });
    });
    group.bench_function("inserted", |b| {
        b.iter(|| {
            let mut index = Index::new(Settings::default());
            prints.iter().take(1_000).for_each(|print| index.insert(print));
            index
        });
    });
    let mut index = Index::new(Settings::default());
    for print in &prints {
        index.insert(print);
    }
    // Asked under other ids, or it would be told what is recorded.
    let questions: Vec<Fingerprint> = prints
        .iter()
        .step_by(49)
        .map(|print| {
            let article = format!("{}x", print.article);
            Fingerprint { article, time: seen, title: "0".into(), ..print.clone() }
        })
        .collect();
    let strangers: Vec<Fingerprint> = (0..1_000)
        .map(|n| {
            fingerprint(&synthetic::article(12 * (1_000_000 + n), 500, START + 6 * 86_400), seen)
        })
        .collect();
    group.bench_function("looked up, each of which has copies", |b| {
        b.iter(|| {
            for print in &questions {
                black_box(index.find(print));
            }
        });
    });
    group.bench_function("looked up, none of which has", |b| {
        b.iter(|| {
            for print in &strangers {
                black_box(index.find(print));
            }
        });
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(OnCpu);
    targets = dedup
}
criterion_main!(benches);
