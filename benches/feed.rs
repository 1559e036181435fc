//! Documents per second through the reader, beside bare feed-rs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // a benchmark ends by panicking
#![allow(clippy::print_stdout)] // what it measures
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // small numbers of its own

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use depesche::feed;
use std::hint::black_box;

/// A feed of 30 items and about 30 KB.
fn clean() -> String {
    let item = |n: usize| {
        let words =
            "Der Pegel stieg in der Nacht weiter, die Feuerwehr sicherte den Damm. ".repeat(10);
        format!(
            "<item><title>Hochwasser an der Muster, Lage {n}</title><link>https://b.example/a/{n}</link>\
             <guid isPermaLink=\"false\">nr-{n}</guid><pubDate>Mon, 02 Nov 2026 10:{:02}:00 GMT</pubDate>\
             <dc:creator>A. Beispiel</dc:creator><category>Ort</category>\
             <description>&lt;p&gt;{words}&lt;/p&gt;</description></item>",
            n % 60
        )
    };
    let items: String = (0..30).map(item).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
         <channel><title>Blatt</title><link>https://b.example/</link>{items}</channel></rss>"
    )
}

fn read(c: &mut Criterion) {
    let clean = clean();
    let dirty = clean
        .replace("Feuerwehr", "Feuerwehr & THW&nbsp;")
        .replace("</guid>", "</guid><br>")
        .replace(" version=\"2.0\"", "");
    let mut group = c.benchmark_group("feed");
    for (name, text) in [("clean", &clean), ("dirty", &dirty)] {
        group.throughput(Throughput::Bytes(u64::try_from(text.len()).unwrap()));
        group.bench_function(format!("read/{name}"), |b| {
            b.iter(|| feed::read(black_box(text.as_bytes()), &feed::Hints::default()));
        });
        group.bench_function(format!("feed_rs/{name}"), |b| {
            b.iter(|| feed_rs::parser::parse(black_box(text.as_bytes())).is_ok());
        });
    }
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
