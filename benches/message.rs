//! Messages to bytes and back: `cargo bench --bench message`. The reports and the incident are the
//! fixtures that the tests keep readable for ever.
#![allow(clippy::unwrap_used)] // a benchmark ends by panicking

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use depesche::message::{Article, Incident, Message, Report};
use std::hint::black_box;

fn both<M: Message>(c: &mut Criterion, name: &str) {
    let path = format!("{}/tests/fixtures/messages/v1/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let message = M::from_bytes(&std::fs::read(path).unwrap()).unwrap();
    let bytes = message.to_bytes().unwrap();
    let mut group = c.benchmark_group("message");
    group.throughput(Throughput::Elements(1));
    group.bench_function(format!("{name} of {} bytes, written", bytes.len()), |b| {
        b.iter(|| black_box(&message).to_bytes().unwrap());
    });
    group.bench_function(format!("{name} of {} bytes, read", bytes.len()), |b| {
        b.iter(|| M::from_bytes(black_box(&bytes)).unwrap());
    });
    group.finish();
}

fn messages(c: &mut Criterion) {
    both::<Article>(c, "article");
    both::<Report>(c, "report");
    both::<Incident>(c, "incident-updated");
}

criterion_group!(benches, messages);
criterion_main!(benches);
