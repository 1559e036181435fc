//! Mutates documents, and looks whether a promise breaks. See `fuzz/README.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // tests fail by panicking
#![allow(clippy::print_stdout)] // what a longer run found
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // small numbers of its own

#[path = "../fuzz/targets.rs"]
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Rounds per target when `DEPESCHE_FUZZ_RUNS` says nothing.
const RUNS: u64 = 400;
/// Longest input, in bytes.
const LONGEST: usize = 16 * 1024;

const TOKENS: [&str; 40] = [
    "<item>",
    "</item>",
    "<entry>",
    "</entry>",
    "<title>",
    "</title>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?xml ",
    "?>",
    "&",
    "&amp;",
    "&#0;",
    "&#x1F600;",
    "&nbsp;",
    "<rss version=\"2.0\">",
    "<feed>",
    "xmlns:a=\"http://www.w3.org/2005/Atom\"",
    "<link href=\"",
    "<guid isPermaLink=\"false\">",
    "<author>：a@b.example</author>",
    "\u{feff}",
    "\u{0}",
    "\u{fffe}",
    "ä",
    "\u{1f600}",
    "<source url=\"",
    "<georss:point>",
    "<a><b><c>",
    "</",
    "<",
    ">",
    "\"",
    "2026-11-02T10:00:00Z",
    "+9999",
    "http://[",
    "?utm_source=x",
    "#",
];

/// Whole documents, which a mutation damages in one place: Atom and RSS with most of what is read.
const FEEDS: [&str; 2] = [
    r#"<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:georss="http://www.georss.org/georss" xml:lang="de"><title type="html">Blatt &amp;amp; Bote</title><link rel="self" href="https://b.example/atom"/><link href='https://b.example/?a=1&amp;b=2'/>
<entry><title>Eins „zwei“ drei</title><id>tag:b,1</id><link href="https://b.example/a/1?utm_source=x&amp;id=4"/><updated>2026-11-02T10:00:00Z</updated><published>2026-11-02T09:00:00+01:00</published><author><name>A. B.</name></author><summary type="html">&lt;p&gt;Das Wasser &amp;nbsp; stieg&lt;br/&gt;weiter – so.&lt;/p&gt;&lt;script&gt;a &lt; b&lt;/script&gt; Ende</summary><category term="x" label="Ort"/><georss:point>50.1 8.2</georss:point></entry>
<entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Zwei <b>fett</b></div></title><id>http://b.example/a/2#x</id><link rel="alternate" href="/a/2"/><updated>gestern</updated><content type="xhtml"><div><p>T</p><p>U &amp; V</p></div></content></entry></feed>"#,
    r#"<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Blätter</title><link>https://b.example</link><language>de-DE</language><ttl>30</ttl><skipHours><hour>3</hour></skipHours>
<item><title><![CDATA[A & B «ä»]]></title><link>https://b.example/a/1</link><guid isPermaLink="true">https://b.example/a/1?v=3</guid><pubDate>Mon, 02 Nov 2026 10:00:00 +0100</pubDate><dc:creator>Eva&#160;Muster</dc:creator><description>Kurz &lt;b&gt;und&lt;/b&gt; gut</description><content:encoded><![CDATA[<p>Lang</p><p>er <a href="x">Text</a>&nbsp;&euro; 5</p>]]></content:encoded><source url="http://c.example/rss">C</source></item>
<item><title>B &amp; C</title><link>https://b.example/a/2</link><guid isPermaLink="false">77</guid><pubDate>Mo, 02.11.2026 10:00</pubDate><author>x@b.example (Eva)</author><description>Zwei</description><enclosure url="a.mp3" length="1" type="audio/mpeg"/></item><!-- c --></channel></rss>"#,
];
/// How many times as often as a hostile text each of them is taken.
const WEIGHT: usize = 20;

const PAGES: [&str; 3] = [
    "<!DOCTYPE html><html lang=\"de\"><head><title>Deich hält</title><meta property=\"article:published_time\" content=\"2026-11-02T10:00:00Z\"><link rel=\"canonical\" href=\"https://b.example/1\"></head><body><article><h1>Deich hält</h1><p>Das Wasser stieg in der Nacht um zwei Meter, doch der Deich hielt stand.</p><p>Helfer füllten 400 Säcke.</p></article></body></html>",
    "<html><head><script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"headline\":\"H\",\"articleBody\":\"T\"}</script></head><body><div><table><tr><td>x</table></div></body></html>",
    "<p>eins<p>zwei<br><ul><li>a<li>b</ul><iframe src=x>",
];

const ADDRESSES: [&str; 6] = [
    "https://b.example/a/1?utm_source=rss&id=7#x",
    "http://User:p@B.Example:80/index.html?b=2&a=1",
    "https://b-example.cdn.ampproject.org/c/s/b.example/1/amp",
    "https://xn--mnchen-3ya.example/%7Eä/",
    "https://[::1]:8080//a/../b/?",
    "https://b.example/?p=1&&=&c",
];

const OPML: [&str; 2] = [
    "<opml version=\"2.0\"><head><title>Liste</title></head><body><outline text=\"Ort\"><outline type=\"rss\" text=\"Blatt &amp; Bote\" xmlUrl=\"https://b.example/rss\" htmlUrl=\"https://b.example/\"/></outline></body></opml>",
    "<opml><body><outline xmlurl='b.example/rss' title=x><outline url=\"feed://c.example/\"></body>",
];

const ROBOTS: [&str; 2] = [
    "User-agent: depesche\nDisallow: /a/*/b$\nAllow: /a/%7Eb\nCrawl-delay: 2\n\nUser-agent: *\nDisallow: /\n",
    "user-agent:*\r\nuser agent: x\rdisallow: a#b\nSitemap: https://b.example/s.xml\nallow:*$",
];

/// A small generator of numbers: the same seed gives the same inputs everywhere (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(n.max(1)).unwrap()).unwrap()
    }
}

fn mutated(seeds: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut input = seeds[dice.below(seeds.len())].clone();
    for _ in 0..=dice.below(6) {
        let at = dice.below(input.len() + 1);
        let to = (at + dice.below(40)).min(input.len());
        match dice.below(7) {
            0 if at < input.len() => input[at] ^= 1 << dice.below(8),
            1 if at < input.len() => input[at] = u8::try_from(dice.below(256)).unwrap(),
            2 => input.truncate(at),
            3 => drop(input.drain(at..to)),
            4 => {
                let piece = input[at..to].repeat(1 + dice.below(20));
                input.splice(at..at, piece);
            }
            5 => {
                let other = &seeds[dice.below(seeds.len())];
                let from = dice.below(other.len() + 1);
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
            _ => {
                let token = TOKENS[dice.below(TOKENS.len())].bytes();
                input.splice(at..to, token);
            }
        }
    }
    input.truncate(LONGEST);
    input
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let own = |list: &[&str]| -> Vec<Vec<u8>> {
        list.iter().map(|text| text.as_bytes().to_vec()).collect()
    };
    match target {
        "dates" => include_str!("../src/feed/cases/dates.tsv")
            .lines()
            .filter_map(|line| Some(line.split_once('\t')?.1.as_bytes().to_vec()))
            .collect(),
        "html" => own(&PAGES),
        "url" => own(&ADDRESSES),
        "opml" => own(&OPML),
        "robots" => own(&ROBOTS),
        _ => {
            let table: toml::Table =
                toml::from_str(include_str!("../src/feed/cases/hostile.toml")).unwrap();
            let cases = table["case"].as_array().unwrap();
            let hostile =
                cases.iter().map(|case| case["text"].as_str().unwrap().as_bytes().to_vec());
            hostile.chain(own(&FEEDS.repeat(WEIGHT))).collect()
        }
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |value| value.parse().expect(name))
}

fn fuzz(name: &str) {
    let (_, target) = targets::TARGETS.iter().find(|(known, _)| *known == name).unwrap();
    let (runs, seed) = (number("DEPESCHE_FUZZ_RUNS", RUNS), number("DEPESCHE_FUZZ_SEED", 1));
    let (seeds, mut dice) = (seeds(name), Dice(seed));
    for input in &seeds {
        target(input);
    }
    for round in 0..runs {
        let input = mutated(&seeds, &mut dice);
        let fine = catch_unwind(AssertUnwindSafe(|| target(&input))).is_ok();
        let shown = || String::from_utf8_lossy(&input).into_owned();
        assert!(fine, "{name}, seed {seed}, round {round}: {:?}", shown());
    }
}

#[test]
fn decode() {
    fuzz("decode");
}

#[test]
fn repair() {
    fuzz("repair");
}

#[test]
fn parse() {
    fuzz("parse");
}

#[test]
fn dates() {
    fuzz("dates");
}

#[test]
fn html() {
    // Pages nest: the reader gets the stack that the service gives it.
    let worker = std::thread::Builder::new().stack_size(16 << 20).spawn(|| fuzz("html")).unwrap();
    worker.join().unwrap();
}

#[test]
fn url() {
    fuzz("url");
}

#[test]
fn opml() {
    fuzz("opml");
}

#[test]
fn robots() {
    fuzz("robots");
}
