//! Throughput of the gazetteer pass on one core: a text that is read already, all its places found
//! and resolved. `cargo bench --bench places`; divide the bytes per second by 1,000,000 for MB/s.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use depesche::extract::ground::{Input, Reader};
use jiff::civil::date;
use std::hint::black_box;

/// Articles of our own, repeated to the length of a long page.
const TEXTS: [(&str, &str); 2] = [
    (
        "de",
        "Bei einem Luftangriff südlich der Hauptstadt Bagdad sind nach Angaben der irakischen \
         Armee mehrere Menschen getötet worden. Das Pentagon in Washington bestätigte den Angriff \
         zunächst nicht. In der Nacht zum Dienstag hatten Milizen im Osten Syriens, nahe der Stadt \
         Deir es-Sor, einen Stützpunkt beschossen; verletzt wurde niemand. Der Sprecher sagte, man \
         werde auf jede weitere Tat antworten. Auch aus Erbil im Norden des Irak wurden \
         Explosionen gemeldet, die Ursache blieb unklar. Die Behörden riefen die Bewohner auf, in \
         ihren Häusern zu bleiben und auf Anweisungen der Sicherheitskräfte zu achten.\n\n",
    ),
    (
        "en",
        "At least four people were killed when shells hit a market outside Kharkiv in eastern \
         Ukraine on Monday, local officials said. The regional governor blamed Russian forces for \
         the attack, which also damaged a school. In a separate incident two men were wounded near \
         Kherson. The ministry in Kyiv said that it would ask for more help from Washington and \
         London. There was no comment from Moscow. Residents spent the night in cellars while the \
         fire brigade tried to save what was left of the building.\n\n",
    ),
];

fn places(c: &mut Criterion) {
    let reader = Reader::builtin();
    let mut group = c.benchmark_group("places");
    for (lang, text) in TEXTS {
        let long = text.repeat(12);
        let input = Input {
            title: "",
            text: &long,
            lang: Some(lang),
            anchor: date(2023, 11, 22).at(12, 0, 0, 0),
            country: None,
        };
        let ground = reader.read(&input);
        assert!(ground.places.len() > 40);
        group.throughput(Throughput::Bytes(long.len() as u64));
        group.bench_function(lang, |b| {
            b.iter_batched_ref(
                || ground.clone(),
                |ground| {
                    reader.reread_places(ground, None);
                    black_box(ground.places.len())
                },
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, places);
criterion_main!(benches);
