//! The article's text: `trafilatura` finds it, the blocks of the page itself tell what to leave out.

use super::render::{Block, Shape, blocks, blocks_and_cells};
use super::walls;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use trafilatura::Options;

/// Share of the words that must remain after furniture was left out, in percent.
const KEEP_PERCENT: usize = 40;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// Paragraphs.
    pub(super) paragraphs: Vec<String>,
    /// Authors, as the extraction found them in the page.
    pub(super) author: String,
    /// The extraction failed by a fault of its own.
    pub(super) fault: bool,
}

/// The text of a page that was made harmless before.
pub(super) fn read(html: &str, url: Option<&str>, title: &str) -> Body {
    let mut options = Options::default().with_fallback(true).with_exclude_comments(true);
    if let Some(url) = url.and_then(|u| url::Url::parse(u).ok()) {
        options = options.with_url(url);
    }
    let found = match catch_unwind(AssertUnwindSafe(|| trafilatura::extract(html, &options))) {
        Ok(Ok(found)) => found,
        Ok(Err(_)) => return Body::default(),
        Err(_) => return Body { fault: true, ..Body::default() },
    };
    let found_blocks = blocks(&found.content_html);
    let paragraphs = choose(&found_blocks, &furniture(html), title);
    Body { paragraphs, author: found.metadata.author, fault: false }
}

fn key(text: &str) -> u64 {
    let bare: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    xxhash_rust::xxh3::xxh3_64(bare.to_lowercase().as_bytes())
}

/// Texts that appear in the page only as a caption or only as a link, by their hash.
fn furniture(html: &str) -> HashMap<u64, bool> {
    let mut known = HashMap::new();
    for block in blocks_and_cells(html) {
        let aside = block.shape == Shape::Caption || block.is_link();
        // A text that also stands in a paragraph of its own is one.
        known.entry(key(&block.text)).and_modify(|a| *a &= aside).or_insert(aside);
        if block.is_link() {
            // A row of links can come out as a paragraph each.
            for anchor in block.anchors() {
                known.entry(key(anchor)).or_insert(true);
            }
        }
    }
    known
}

fn choose(found: &[Block], furniture: &HashMap<u64, bool>, title: &str) -> Vec<String> {
    let title = key(title);
    let words = |text: &str| text.split_whitespace().count();
    let kept: Vec<&Block> = found
        .iter()
        .filter(|block| {
            let key = key(&block.text);
            let aside = block.shape == Shape::Caption
                || furniture.get(&key).copied().unwrap_or(false)
                || walls::is_aside(&block.text);
            let headline = block.shape == Shape::Heading && key == title;
            !aside && !headline
        })
        .collect();
    let total: usize = found.iter().map(|b| words(&b.text)).sum();
    let left: usize = kept.iter().map(|b| words(&b.text)).sum();
    // A page whose paragraphs are all links is odd, but better whole than empty.
    let kept = if left * 100 < total * KEEP_PERCENT { found.iter().collect() } else { kept };
    let mut out: Vec<String> = Vec::with_capacity(kept.len());
    for (i, block) in kept.iter().enumerate() {
        // A heading with nothing under it headed what was left out.
        let headless = block.shape == Shape::Heading
            && kept.get(i + 1).is_none_or(|next| next.shape == Shape::Heading);
        if !headless && out.last() != Some(&block.text) {
            out.push(block.text.clone());
        }
    }
    out
}
