//! Articles a second on one core, from text to reports: `cargo bench --bench extract`.
//!
//! `gold` reads the articles of the gold set, one language after the other; `agency` the same, each
//! made as long as agencies write, by sentences of `benches/agency` that stand beside the news;
//! `length` one article of n, 2n, 4n and 8n paragraphs of them: its time must grow no faster than n
//! does.

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

/// Words of an agency's article.
const LONG: usize = 400;

/// Articles of the gold set with as many further sentences as an agency's article has: four to a
/// paragraph, others for each article.
fn agency(lang: &str) -> Vec<Article> {
    let path = format!("{}/benches/agency/{lang}.txt", env!("CARGO_MANIFEST_DIR"));
    let file = std::fs::read_to_string(path).expect("the sentences are part of the project");
    let sentences: Vec<&str> = file.lines().collect();
    let words = |text: &str| text.split_whitespace().count();
    let mut articles: Vec<Article> = gold(lang).iter().map(GoldArticle::article).collect();
    for (n, article) in articles.iter_mut().enumerate() {
        let asides = sentences.iter().cycle().skip(n * 7 % sentences.len());
        for (i, aside) in asides.enumerate() {
            if words(&article.text) + words(aside) / 2 > LONG {
                break;
            }
            article.text.push_str(if i % 4 == 0 { "\n\n" } else { " " });
            article.text.push_str(aside);
        }
    }
    articles
}

/// Reads the articles of a language.
type Articles = fn(&str) -> Vec<Article>;

fn words_each(articles: &[Article]) -> usize {
    let words: usize = articles.iter().map(|a| a.text.split_whitespace().count()).sum();
    words / articles.len().max(1)
}

fn extract(c: &mut Criterion) {
    let extractor = Extractor::builtin().expect("the lexicons are right");
    let seen = Timestamp::from_second(0);
    let short: Articles = |lang| gold(lang).iter().map(GoldArticle::article).collect();
    let sets: [(&str, &[&str], Articles); 2] =
        [("gold", &["de", "en", "fr", "es"], short), ("agency", &["de", "en"], agency)];
    for (set, languages, read) in sets {
        let mut group = c.benchmark_group(format!("extract/{set}"));
        group.sample_size(20).measurement_time(Duration::from_secs(3));
        for lang in languages {
            let articles = read(lang);
            let name = format!("{lang}, {} words on average", words_each(&articles));
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
    }

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
