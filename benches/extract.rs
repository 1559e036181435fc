//! Articles a second on one core, from text to reports: `cargo bench --bench extract`.
//!
//! `gold` reads the articles of the gold set, one language after the other; `length` one article of
//! n, 2n, 4n and 8n paragraphs of them: its time must grow no faster than n does.

#![allow(clippy::expect_used)] // a measurement ends by panicking

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use depesche::eval::{GoldArticle, read};
use depesche::extract::Extractor;
use depesche::message::{
    Article, Message as _, PageOutcome, TextSource, Timestamp, article_id, content_hash, rfc3339,
};
use std::hint::black_box;
use std::time::Duration;

fn gold(lang: &str) -> Vec<GoldArticle> {
    let path = format!("{}/tests/gold/{lang}.toml", env!("CARGO_MANIFEST_DIR"));
    read(&std::fs::read_to_string(path).expect("the gold set is part of the project"))
        .expect("the gold set is right")
}

fn article(id: &str, title: &str, text: &str, published: &str) -> Article {
    Article {
        schema: Article::SCHEMA.into(),
        id: article_id(None, id, &content_hash(&[title, text])),
        revision: 0,
        feed: String::new(),
        entry: id.to_owned(),
        outlet: "gold".into(),
        url: None,
        canonical_url: None,
        title: title.to_owned(),
        summary: None,
        text: text.to_owned(),
        text_source: TextSource::Content,
        page: PageOutcome::NotFetched,
        truncated: false,
        lang: None,
        country: None,
        published: rfc3339(published),
        modified: None,
        authors: Vec::new(),
        tags: Vec::new(),
    }
}

fn extract(c: &mut Criterion) {
    let extractor = Extractor::builtin().expect("the lexicons are right");
    let seen = Timestamp::from_second(0);
    let mut group = c.benchmark_group("extract/gold");
    group.sample_size(20).measurement_time(Duration::from_secs(3));
    for lang in ["de", "en", "fr", "es"] {
        let articles: Vec<Article> = gold(lang)
            .iter()
            .map(|g| article(&g.id, &g.title, g.text.trim(), &g.published))
            .collect();
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
    let paragraphs: Vec<String> = gold("de").iter().map(|g| g.text.trim().to_owned()).collect();
    for n in [10, 20, 40, 80] {
        let text = paragraphs.iter().cycle().take(n).cloned().collect::<Vec<_>>().join("\n\n");
        let long = article("long", "Lage am Abend", &text, "2025-11-12T12:00:00Z");
        let words = text.split_whitespace().count();
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(words), &long, |b, a| {
            b.iter(|| black_box(extractor.read(black_box(a), seen, None)));
        });
    }
    group.finish();
}

criterion_group!(benches, extract);
criterion_main!(benches);
