//! The paragraph vote: a block of the article's text stays when two other readers hold it too.
//!
//! Four readers with different ideas of what an article is (rules, scores of the tree, density of
//! stop words) look at the same harmless page. What only one of them takes is mostly furniture:
//! lines of related links, captions, newsletter prompts, the next article.
//!
//! A reader holds a block when it has at least half of the block's probes: up to six runs of
//! eight words, spread evenly. One with under 30 % of the words does not vote, and the base stays as it is with
//! fewer than two voters or when under 40 % of its words would remain.

use super::guard::Counts;
use super::render::{self, Block};
use dom_smoothie::{Config, Readability, TextMode};
use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// Words of a probe.
const PROBE: usize = 8;
/// Probes of a block.
const PROBES: usize = 6;
/// Voters that must hold a block.
const NEEDED: usize = 2;
/// Below this share of the base's words a voter abstains, in percent.
const ABSTAIN_PERCENT: usize = 30;
/// Share of the base's words that must remain, in percent.
const REMAIN_PERCENT: usize = 40;

/// Above these the other readers are not asked: some of them take time that grows with the square
/// of the number of elements. Real article pages have a few thousand elements.
const MAX_ELEMENTS: usize = 12_000;
const MAX_BREAKS: usize = 2_000;
const MAX_ROWS: usize = 1_500;
const MAX_DEPTH: usize = 200;
const MAX_TEXT: usize = 512 * 1024;

/// Whether the vote is taken on a page of this size.
pub(super) fn affordable(counts: &Counts) -> bool {
    counts.elements <= MAX_ELEMENTS
        && counts.breaks <= MAX_BREAKS
        && counts.rows <= MAX_ROWS
        && counts.depth <= MAX_DEPTH
        && counts.text <= MAX_TEXT
}

/// The words of a text as they are compared: letters and digits, lower case.
pub(super) fn words(text: &str) -> Vec<u64> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| xxh3_64(word.to_lowercase().as_bytes()))
        .collect()
}

/// The hash of a run of words.
pub(super) fn run(words: &[u64]) -> u64 {
    words.iter().fold(0, |seed, word| xxh3_64_with_seed(&word.to_le_bytes(), seed))
}

/// The readers other than the base.
#[derive(Debug)]
pub(super) struct Readers<'a> {
    html: &'a str,
    url: Option<&'a str>,
    lang: Option<&'a str>,
    /// What the first of them said.
    by_tree: OnceCell<String>,
}

impl<'a> Readers<'a> {
    pub(super) fn new(html: &'a str, url: Option<&'a str>, lang: Option<&'a str>) -> Self {
        Self { html, url, lang, by_tree: OnceCell::new() }
    }

    /// What each takes for the article, as text, the quickest first; empty when one failed. Each is
    /// asked when its turn comes.
    pub(super) fn voices(&self) -> impl Iterator<Item = String> {
        std::iter::once_with(|| self.by_tree().to_owned())
            .chain(std::iter::once_with(|| ask(|| first_scores(self.html, self.url))))
            .chain(std::iter::once_with(|| ask(|| stop_words(self.html, self.lang))))
    }

    /// What Mozilla's scores take for the article; asked once.
    pub(super) fn by_tree(&self) -> &str {
        self.by_tree.get_or_init(|| ask(|| tree_scores(self.html, self.url)))
    }
}

fn ask(reader: impl FnOnce() -> String) -> String {
    catch_unwind(AssertUnwindSafe(reader)).unwrap_or_default()
}

/// Mozilla's scores.
fn tree_scores(html: &str, url: Option<&str>) -> String {
    let config =
        Config { text_mode: TextMode::Formatted, disable_json_ld: true, ..Config::default() };
    Readability::new(html, url, Some(config.clone()))
        .or_else(|_| Readability::new(html, None, Some(config)))
        .and_then(|mut reader| reader.parse())
        .map(|article| article.text_content.to_string())
        .unwrap_or_default()
}

/// The first scores of that kind, by arc90.
fn first_scores(html: &str, url: Option<&str>) -> String {
    let address = url
        .and_then(|u| ::url::Url::parse(u).ok())
        .or_else(|| ::url::Url::parse("http://localhost/").ok());
    let Some(address) = address else { return String::new() };
    readability::extractor::extract(&mut html.as_bytes(), &address)
        .map(|product| render::line(&product.content))
        .unwrap_or_default()
}

/// Stop lists by language; German and English always count, as many pages mix them.
static STOP: LazyLock<HashMap<&str, HashSet<String>>> = LazyLock::new(|| {
    let list = |name| justext::get_stoplist(name).unwrap_or_default();
    let base: HashSet<String> = list("German").into_iter().chain(list("English")).collect();
    let with = |name| base.iter().cloned().chain(list(name)).collect();
    HashMap::from([
        ("fr", with("French")),
        ("es", with("Spanish")),
        ("it", with("Italian")),
        ("pt", with("Portuguese")),
        ("nl", with("Dutch")),
        ("pl", with("Polish")),
        ("ru", with("Russian")),
        ("uk", with("Ukrainian")),
        ("tr", with("Turkish")),
        ("", base),
    ])
});

/// Density of stop words.
fn stop_words(html: &str, lang: Option<&str>) -> String {
    let lang = lang.and_then(|l| l.split('-').next()).unwrap_or("");
    let Some(stop) = STOP.get(lang).or_else(|| STOP.get("")) else { return String::new() };
    justext::extract_text(html, stop, &justext::Config::default())
}

/// Which blocks stay; all of them when the vote says nothing. Voices are heard until every block is
/// held by enough of them.
pub(super) fn poll(base: &[&Block], voices: impl IntoIterator<Item = String>) -> Vec<bool> {
    let blocks: Vec<Vec<u64>> = base.iter().map(|block| words(&block.text)).collect();
    let total: usize = blocks.iter().map(Vec::len).sum();
    // Short blocks are one probe of their own length: a set of runs for each length that occurs.
    let lengths: HashSet<usize> =
        blocks.iter().map(|b| b.len().min(PROBE)).filter(|n| *n > 0).collect();
    let probes: Vec<Vec<(usize, u64)>> = blocks.iter().map(|block| probes(block)).collect();
    let mut held = vec![0_usize; base.len()];
    let mut voters = 0;
    for voice in voices {
        let voice = words(&voice);
        if voice.is_empty() || voice.len() * 100 < total * ABSTAIN_PERCENT {
            continue;
        }
        voters += 1;
        let runs = |n: usize| voice.windows(n).map(move |w| (n, run(w)));
        let runs: HashSet<(usize, u64)> = lengths.iter().flat_map(|n| runs(*n)).collect();
        for (held, probes) in held.iter_mut().zip(&probes) {
            let found = probes.iter().filter(|p| runs.contains(p)).count();
            *held += usize::from(found * 2 >= probes.len());
        }
        if held.iter().all(|held| *held >= NEEDED) {
            break;
        }
    }
    let stays = |held: &usize| voters < NEEDED || *held >= NEEDED;
    let kept = blocks.iter().zip(&held).filter(|(_, held)| stays(held));
    let left: usize = kept.map(|(block, _)| block.len()).sum();
    let odd = left * 100 < total * REMAIN_PERCENT;
    held.iter().map(|held| odd || stays(held)).collect()
}

fn probes(block: &[u64]) -> Vec<(usize, u64)> {
    let n = block.len().min(PROBE);
    if n == 0 {
        return Vec::new();
    }
    let last = block.len() - n;
    let count = PROBES.min(last / PROBE + 1);
    (0..count)
        .filter_map(|i| block.get(last * i / count.max(2).saturating_sub(1)..)?.get(..n))
        .map(|words| (n, run(words)))
        .collect()
}

#[cfg(test)]
#[allow(clippy::format_collect)] // a test writes its page as it reads best
mod tests {
    use super::*;

    fn vote(base: &[&str], voices: &[&str]) -> Vec<bool> {
        let html: String = base.iter().map(|text| format!("<p>{text}</p>")).collect();
        let blocks = render::blocks(&html);
        let voices: Vec<String> = voices.iter().map(|v| (*v).to_owned()).collect();
        poll(&blocks.iter().collect::<Vec<_>>(), voices)
    }

    const A: &str =
        "Am Montag brach im Hafen von Bergen ein Feuer aus, das drei Lagerhallen zerstörte.";
    const B: &str = "Nach Angaben der Feuerwehr wurde niemand verletzt, die Ursache ist noch offen und wird ermittelt.";
    const C: &str = "Unser Newsletter bringt Ihnen jeden Morgen das Wichtigste.";

    #[test]
    fn a_block_stays_when_two_voters_hold_it() {
        let both = format!("{A}\n{B}");
        assert_eq!(vote(&[A, B, C], &[&both, &both, &format!("{both} {C}")]), [true, true, false]);
        assert_eq!(vote(&[A, B, C], &[A, &both, &format!("{B} {C}")]), [true, true, false]);
    }

    #[test]
    fn case_punctuation_and_a_word_more_do_not_matter() {
        let other = format!("{} – {}", A.to_uppercase(), B.replace("ist noch", "ist weiter noch"));
        assert_eq!(vote(&[A, B], &[&other, &other]), [true, true]);
    }

    #[test]
    fn with_too_few_voters_or_too_little_left_all_stay() {
        let all = [true, true, true];
        assert_eq!(vote(&[A, B, C], &[A]), all);
        assert_eq!(vote(&[A, B, C], &[A, "", "kurz"]), all);
        assert_eq!(vote(&[A, B, C], &[C, C, C]), all);
        let other = "ganz anderes ".repeat(20);
        assert_eq!(vote(&[A, B, C], &[&other, &other, &other]), all);
    }

    #[test]
    fn probes_are_spread_and_at_most_six() {
        let hashes: Vec<u64> = (0..100).collect();
        let found = probes(&hashes);
        assert_eq!(found.len(), 6);
        assert_eq!(found.first(), Some(&(8, run(&hashes[..8]))));
        assert_eq!(found.last(), Some(&(8, run(&hashes[92..]))));
        assert_eq!(probes(&hashes[..3]), [(3, run(&hashes[..3]))]);
        assert_eq!(probes(&hashes[..9]).len(), 1);
        assert!(probes(&[]).is_empty());
    }

    #[test]
    fn all_readers_answer_on_an_article_page() {
        let text = [A, B].map(|p| format!("<p>{p} {p} {p}</p>")).concat().repeat(4);
        let html = format!(
            "<html><body><nav><a href=/>Start</a></nav><article><h1>Feuer</h1>{text}</article></body></html>"
        );
        let readers = Readers::new(&html, Some("https://post.example/a"), Some("de"));
        let voices: Vec<String> = readers.voices().collect();
        assert_eq!(voices.len(), 3);
        for (reader, voice) in voices.iter().enumerate() {
            assert!(voice.contains("Hafen von Bergen"), "{reader}: {voice}");
        }
    }
}
