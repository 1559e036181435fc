//! Articles a second on one core, from text to reports: `cargo bench --bench extract`.
//!
//! `gold` reads the articles of the gold set, one language after the other; `length` one article of
//! n, 2n, 4n and 8n paragraphs of them: its time must grow no faster than n does.

#![allow(clippy::expect_used)] // a measurement ends by panicking

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use depesche::eval::{GoldArticle, read};
use depesche::extract::Extractor;
use depesche::message::{Article, Timestamp};
use std::hint::black_box;
use std::time::Duration;

fn gold(lang: &str) -> Vec<GoldArticle> {
    let path = format!("{}/tests/gold/{lang}.toml", env!("CARGO_MANIFEST_DIR"));
    read(&std::fs::read_to_string(path).expect("the gold set is part of the project"))
        .expect("the gold set is right")
}

fn extract(c: &mut Criterion) {
    let extractor = Extractor::builtin().expect("the lexicons are right");
    let seen = Timestamp::from_second(0);
    let mut group = c.benchmark_group("extract/gold");
    group.sample_size(20).measurement_time(Duration::from_secs(3));
    for lang in ["de", "en", "fr", "es"] {
        let articles: Vec<Article> = gold(lang).iter().map(GoldArticle::article).collect();
        let words: usize = articles.iter().map(|a| a.text.split_whitespace().count()).sum();
        let name = format!("{lang}, {} words on average", words / articles.len().max(1));
        group.throughput(Throughput::Elements(articles.len() as u64));
        group.bench_function(name, |b| {
            b.iter(|| {
                for a in &articles {
                    black_box(extractor.read(black_box(a), seen, None));
                }
            });
        });
    }
    group.finish();

    let mut group = c.benchmark_group("extract/length");
    group.sample_size(10).measurement_time(Duration::from_secs(3));
    let paragraphs: Vec<Article> = gold("de").iter().map(GoldArticle::article).collect();
    for n in [10, 20, 40, 80] {
        let text: Vec<&str> = paragraphs.iter().cycle().take(n).map(|a| a.text.as_str()).collect();
        let first = paragraphs.first().expect("there are articles");
        let long = Article { text: text.join("\n\n"), ..first.clone() };
        let words = long.text.split_whitespace().count();
        group.throughput(Throughput::Bytes(long.text.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(words), &long, |b, a| {
            b.iter(|| black_box(extractor.read(black_box(a), seen, None)));
        });
    }
    group.finish();
}

criterion_group!(benches, extract);
criterion_main!(benches);
