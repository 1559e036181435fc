//! How fast the ground is read: `cargo bench --bench ground`.
//!
//! Every group reports bytes per second on one core, on texts written for it. The readers build on
//! each other, so each line holds all that its step needs: `tokens` alone, `sentences` with tokens,
//! `times` and `numbers` with both, `whole` with places and names too.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use depesche::extract::ground::{Input, Reader, Step};
use jiff::civil::date;
use std::hint::black_box;
use std::time::Duration;

/// Paragraphs with what the readers look for, and with plain text between.
const GERMAN: &str =
    "Bei einem Luftangriff nahe der Stadt Karsa sind am Dienstagabend gegen 21.30 \
Uhr nach Angaben der Behörden mindestens zwölf Menschen getötet und mehr als 40 weitere verletzt \
worden. Unter den Toten seien drei Kinder im Alter von vier bis elf Jahren, teilte das \
Gesundheitsministerium mit. Seit dem 7. Oktober wurden in der Region rund 1.200 Häuser zerstört.

Ein Sprecher der Armee erklärte, man habe ein Lager der Miliz angegriffen. Die Angaben ließen \
sich zunächst nicht prüfen. Anwohner berichteten von mehreren Explosionen, die noch in 20 \
Kilometern Entfernung zu hören gewesen seien. In der Nacht zum Mittwoch brannte auch ein \
Tanklager im Osten des Bezirks; die Feuerwehr war mit 14 Wagen im Einsatz.

Der Minister sagte, die Regierung werde am Freitag über Hilfen von 2,5 Millionen Euro \
entscheiden. Vor zehn Jahren hatte es in derselben Straße schon einmal einen Anschlag gegeben. \
Damals starben nach Angaben der Stadt 30 Menschen, die meisten von ihnen Händler.";

const ENGLISH: &str =
    "At least twelve people were killed and more than 40 wounded in an air strike \
near the town of Karsa on Tuesday evening, officials said. Three children aged between four and \
eleven were among the dead, the health ministry said. About 1,200 houses have been destroyed in \
the region since October 7.

A spokesman for the army said that a militia depot had been hit. The claim could not be checked. \
Residents spoke of several explosions that were heard 20 km away. A fuel store in the east of the \
district burned overnight; the fire service sent 14 engines.

The minister said the government would decide on Friday about aid worth $2.5 million. Ten years \
ago a bomb went off in the same street. It killed 30 people, most of them traders.";

fn ground(c: &mut Criterion) {
    let reader = Reader::builtin();
    let anchor = date(2023, 11, 22).at(12, 0, 0, 0);
    for (name, lang, text) in [("de", "de", GERMAN), ("en", "en", ENGLISH)] {
        let text = [text; 8].join("\n\n");
        let mut group = c.benchmark_group(format!("ground/{name}"));
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.sample_size(20).measurement_time(Duration::from_secs(3));
        let input = Input { title: "", text: &text, lang: Some(lang), anchor, country: None };
        for (label, step) in [
            ("language", Step::Language),
            ("tokens", Step::Tokens),
            ("sentences", Step::Sentences),
            ("times", Step::Times),
            ("numbers", Step::Numbers),
        ] {
            group.bench_function(label, |b| b.iter(|| reader.read_until(black_box(&input), step)));
        }
        group.bench_function("whole", |b| b.iter(|| reader.read(black_box(&input))));
        group.finish();
    }
}

criterion_group!(benches, ground);
criterion_main!(benches);
