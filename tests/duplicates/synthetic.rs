//! Made-up articles for measuring speed and room: words as frequent as in real texts, stock phrases
//! that thousands share, some copies. Not for measuring what is found.

use depesche::message::{Article, Message as _, PageOutcome, TextSource, Timestamp};
use std::sync::LazyLock;

/// Numbers that look random and are always the same (SplitMix64).
#[derive(Debug, Clone)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// Below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).unwrap()
    }

    /// 0 to 1.
    pub(crate) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Words of the made-up language.
const WORDS: usize = 60_000;
/// Phrases that every newsroom uses.
const PHRASES: usize = 300;

/// The word of this number, from a table: making it takes longer than all that is measured.
fn word(n: usize) -> &'static str {
    static MADE: LazyLock<Vec<String>> = LazyLock::new(|| (0..WORDS).map(made).collect());
    &MADE[n]
}

fn made(n: usize) -> String {
    const SYLLABLES: [&str; 16] = [
        "ba", "der", "en", "ge", "ku", "lich", "mo", "nau", "or", "pe", "ra", "ste", "ti", "un",
        "ver", "zö",
    ];
    let mut out = String::new();
    let mut n = n + 16;
    while n > 0 {
        out += SYLLABLES[n % 16];
        n /= 16;
    }
    out
}

/// A word by Zipf's law: the one of rank r is 1/r as frequent as the first.
fn frequent(random: &mut Random) -> usize {
    let rank = (random.share() * (WORDS as f64).ln()).exp();
    (rank as usize).min(WORDS - 1)
}

/// A text of so many words.
pub(crate) fn text(random: &mut Random, words: usize) -> String {
    let mut out = String::new();
    let mut at = 0;
    while at < words {
        if random.below(30) == 0 {
            let mut phrase = Random(frequent(random) as u64 % PHRASES as u64);
            for _ in 0..6 {
                out += word(phrase.below(WORDS));
                out.push(' ');
            }
            at += 6;
        } else {
            out += word(frequent(random));
            out.push(' ');
            at += 1;
        }
        if at % 17 == 0 {
            out.pop();
            out += ". ";
            out += &(random.below(90) + 2).to_string();
            out += " ";
        }
    }
    out
}

/// The article of this number: 120 to 480 words, 300 on average.
pub(crate) fn article(n: u64, hosts: u64, second: i64) -> Article {
    // One in twelve repeats another one, more or less.
    let origin = if n % 12 == 11 { n - 1 - n % 11 } else { n };
    let mut random = Random(origin);
    let words = 120 + random.below(361);
    let mut text = text(&mut random, words);
    if origin != n {
        text.insert_str(0, "ort agentur ");
    }
    let title: String = text.split(' ').skip(5).take(7).collect::<Vec<_>>().join(" ");
    let url = format!("https://h{}.example/artikel-{n}", Random(n).next() % hosts);
    Article {
        schema: Article::SCHEMA.into(),
        id: depesche::message::article_id(Some(&url), "", ""),
        revision: 0,
        feed: "f-1".into(),
        entry: n.to_string(),
        outlet: "h".into(),
        canonical_url: Some(url.clone()),
        url: Some(url),
        title,
        summary: None,
        text,
        text_source: TextSource::Page,
        page: PageOutcome::Read,
        truncated: false,
        lang: None,
        country: None,
        published: Some(Timestamp::from_second(second)),
        modified: None,
        authors: Vec::new(),
        tags: Vec::new(),
    }
}
