//! Pages a second on one core, metadata included: article pages of some 120 KiB as news sites
//! make them (menus, teasers, scripts, styles around a text of 700 words), with each quality, and
//! hostile pages of n, 2n, 4n and 40n of something: their times must grow no faster than n does, and
//! end to grow where the limits are reached.
//! Times are those of the processor.
//!
//! `cargo bench --bench page`

#[path = "support/on_cpu.rs"]
mod on_cpu;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use depesche::page::{Hints, Quality, read};
use on_cpu::OnCpu;
use std::fmt::Write as _;
use std::hint::black_box;

const SENTENCES: [&str; 6] = [
    "In der Hafenstadt Lunde ist am Dienstagmorgen ein Lagerhaus explodiert, wie die Feuerwehr mitteilte.",
    "Vier Menschen wurden verletzt, einer von ihnen schwer, die Ursache ist noch nicht geklärt.",
    "Die Polizei sperrte das Viertel weiträumig ab und brachte rund dreihundert Anwohner in eine Turnhalle.",
    "Augenzeugen berichteten von einer Druckwelle, die noch in zwei Kilometern Entfernung Fenster zerspringen ließ.",
    "Nach Erkenntnissen der Ermittler lagerten in dem Gebäude Düngemittel, der Betreiber weist Vorwürfe zurück.",
    "Mit Ergebnissen sei erst in einigen Tagen zu rechnen, sagte eine Sprecherin der Staatsanwaltschaft.",
];

fn sentences(from: usize, count: usize) -> String {
    SENTENCES.iter().cycle().skip(from).take(count).copied().collect::<Vec<_>>().join(" ")
}

/// What stands in the teasers around an article.
#[derive(Debug, Clone, Copy)]
enum Teasers {
    /// Headlines, all of them links: most news pages.
    Links,
    /// A sentence of plain text each, four times as much of it as the article has.
    Sentences,
}

/// A page with the given number of teasers around the article.
fn page(teasers: usize, kind: Teasers) -> String {
    let mut html = String::from(
        "<!DOCTYPE html><html lang=de><head><meta charset=utf-8><title>Explosion in Lunde | Lunder Bote</title>\
         <meta property=\"article:published_time\" content=\"2024-05-14T12:00:00+02:00\">\
         <script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"headline\":\"Explosion in Lunde\",\
         \"datePublished\":\"2024-05-14T12:00:00+02:00\",\"author\":{\"name\":\"Ada Beispiel\"}}</script>",
    );
    for n in 0..20 {
        let _ = write!(
            html,
            "<script>window.a{n} = {{ {} }};</script>",
            "key: \"value\", ".repeat(180)
        );
        let _ = write!(html, "<style>.c{n} {{ {} }}</style>", "color: #123456; ".repeat(60));
    }
    html.push_str("</head><body><nav><ul>");
    for n in 0..60 {
        let _ = write!(
            html,
            "<li class=\"nav-item\"><a href=\"/rubrik/{n}\" class=\"nav-link\">Rubrik {n}</a></li>"
        );
    }
    html.push_str("</ul></nav><main><article><h1>Explosion in Lunde</h1>");
    for n in 0..24 {
        let _ = write!(html, "<p class=\"text\">{}</p>", sentences(n, 2));
        if n % 6 == 3 {
            html.push_str("<figure><img src=a.jpg><figcaption>Der Hafen am Morgen. Foto: Probe</figcaption></figure>");
        }
    }
    html.push_str("</article></main><section class=\"teasers\">");
    for n in 0..teasers {
        let text = match kind {
            Teasers::Links => format!(
                "<p class=\"teaser__text\"><a href=\"/artikel/{n}\">Zum ganzen Bericht {n}</a></p>"
            ),
            Teasers::Sentences => format!("<p class=\"teaser__text\">{}</p>", sentences(n, 1)),
        };
        let _ = write!(
            html,
            "<div class=\"teaser teaser--{n}\" data-id=\"{n}\"><a href=\"/artikel/{n}\"><h3>Meldung {n} aus der Region</h3></a>\
             {text}<span class=\"meta\">vor {n} Stunden</span></div>"
        );
    }
    html.push_str("</section><footer><p>Impressum Datenschutz</p></footer></body></html>");
    html
}

fn articles(c: &mut Criterion<OnCpu>) {
    let mut group = c.benchmark_group("article");
    group.throughput(Throughput::Elements(1));
    for kind in [Teasers::Links, Teasers::Sentences] {
        let html = page(180, kind);
        for quality in [Quality::Single, Quality::Vote] {
            let name = format!("{quality:?}, {} KiB, teasers are {kind:?}", html.len() / 1024);
            let hints = Hints { url: Some("https://bote.example/a"), quality, ..Hints::default() };
            group.bench_function(name, |b| b.iter(|| read(black_box(html.as_bytes()), &hints)));
        }
    }
    group.finish();
}

/// A page of n of something.
type Page = fn(usize) -> String;

fn hostile(c: &mut Criterion<OnCpu>) {
    let text = sentences(0, 30);
    let kinds: [(&str, Page); 12] = [
        ("nested div", |n| "<div>".repeat(n)),
        ("nested span", |n| "<span>".repeat(n)),
        ("nested tables", |n| "<table><tr><td>".repeat(n)),
        ("br", |n| "<br>".repeat(n)),
        ("table rows", |n| format!("<table>{}</table>", "<tr><td>1</td></tr>".repeat(n))),
        ("attributes of one", |n| format!("<p {}>", "a=1 ".repeat(n))),
        ("attributes of many", |n| "<i a=1 b=2 c=3 d=4></i>".repeat(n)),
        ("paragraphs", |n| "<p>Ein Wort".repeat(n)),
        ("links", |n| "<a href=/b>Ein Wort</a> ".repeat(n)),
        ("font", |n| "<p><font size=3>x".repeat(n)),
        ("time", |n| "<time datetime=2024-05-14T12:00>12:00</time> Wort".repeat(n)),
        ("meta", |n| "<meta name=author content=Ada>".repeat(n)),
    ];
    let mut group = c.benchmark_group("hostile");
    group.sample_size(10);
    for (name, make) in kinds {
        for n in [5_000, 10_000, 20_000, 200_000] {
            let html = format!("<body><p>{text}</p>{}", make(n));
            group.throughput(Throughput::Bytes(html.len() as u64));
            group.bench_function(BenchmarkId::new(name, n), |b| {
                b.iter(|| read(black_box(html.as_bytes()), &Hints::default()));
            });
        }
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(OnCpu);
    targets = articles, hostile
}
criterion_main!(benches);
