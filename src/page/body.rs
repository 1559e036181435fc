//! The article's text: `trafilatura` finds it, the blocks of the page itself tell what to leave
//! out, and with [`Quality::Vote`] the other readers have a say (see [`super::vote`]).

use super::guard::Tamed;
use super::read::Quality;
use super::render::{Block, Shape, blocks, blocks_and_cells, line};
use super::{visible, vote, walls};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use trafilatura::dom::Document;
use trafilatura::{ExtractionFocus, HtmlDateMode, Options};

/// Share of the words that must remain after furniture was left out, in percent.
const KEEP_PERCENT: usize = 40;
/// Words below which the strict reading is checked against the balanced one.
const FEW_WORDS: usize = 60;
/// Blocks at the beginning among which headline, byline and date are looked for.
const HEAD_BLOCKS: usize = 4;
/// Words of the longest byline.
const BYLINE_WORDS: usize = 14;

/// Characters below which the library compares a reading with others.
const SHORT_CHARS: usize = 250;
/// Characters below which it widens one that holds little of the page.
const WIDENED_CHARS: usize = 3_000;
/// Elements for which it takes another reading.
const NO_TEXT: [&str; 19] = [
    "<aside",
    "<audio",
    "<button",
    "<fieldset",
    "<figure",
    "<footer",
    "<iframe",
    "<input",
    "<label",
    "<link",
    "<nav",
    "<noindex",
    "<noscript",
    "<object",
    "<option",
    "<select",
    "<source",
    "<svg",
    "<time",
];

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// Paragraphs.
    pub(super) paragraphs: Vec<String>,
    /// All of them, also those that the vote left out.
    pub(super) unvoted: Vec<String>,
    /// The vote was taken.
    pub(super) voted: bool,
    /// Authors, as the extraction found them in the page.
    pub(super) author: String,
    /// The extraction failed by a fault of its own.
    pub(super) fault: bool,
}

/// What is known before the text is looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct About<'a> {
    /// Where the page was fetched from.
    pub(super) url: Option<&'a str>,
    /// Its language.
    pub(super) lang: Option<&'a str>,
    /// Its headline.
    pub(super) title: &'a str,
    /// Its first heading, where it shows another one.
    pub(super) heading: Option<&'a str>,
    /// Its authors.
    pub(super) authors: &'a [String],
    /// How the text is found.
    pub(super) quality: Quality,
}

/// The text of a page that was made harmless before.
pub(super) fn read(page: &Tamed, about: &About<'_>) -> Body {
    let html = &*page.html;
    // Dates are read elsewhere, with time and zone.
    let mut options =
        Options::default().with_exclude_comments(true).with_html_date_mode(HtmlDateMode::Disabled);
    if let Some(url) = about.url.and_then(|u| url::Url::parse(u).ok()) {
        options = options.with_url(url);
    }
    let Ok(document) = catch_unwind(|| Document::parse(html)) else {
        return Body { fault: true, ..Body::default() };
    };
    let mut fault = false;
    let mut find = |focus: ExtractionFocus, fallback: bool| {
        let options = options.clone().with_focus(focus).with_fallback(fallback);
        let found = catch_unwind(AssertUnwindSafe(|| {
            trafilatura::extract_document(document.clone_document(), &options).ok()
        }));
        fault |= found.is_err();
        found.ok().flatten().unwrap_or_default()
    };
    let page_blocks = blocks_and_cells(html);
    let readers = vote::Readers::new(html, about.url, about.lang);
    let seen = Seen::of(&page_blocks, &readers);
    // What the library would compare a reading with costs as much as the reading.
    let quick = find(ExtractionFocus::FavorPrecision, false);
    let clear = vote::affordable(&page.counts) && seen.clear(&quick);
    let strict = if clear { quick } else { find(ExtractionFocus::FavorPrecision, true) };
    let by_vote = about.quality == Quality::Vote && vote::affordable(&page.counts);
    let few = count(&strict.content_text) < FEW_WORDS;
    let balanced = (by_vote || few).then(|| {
        let quick = clear.then(|| find(ExtractionFocus::Balanced, false));
        let quick = quick.filter(|found| seen.clear(found) && seen.most(found));
        quick.unwrap_or_else(|| find(ExtractionFocus::Balanced, true))
    });
    let found = match &balanced {
        // The strict reading sometimes leaves only a line of the article.
        Some(balanced)
            if by_vote || count(&strict.content_text) * 2 < count(&balanced.content_text) =>
        {
            balanced
        }
        _ => &strict,
    };
    let found_blocks = blocks(&found.content_html);
    let mut kept = without_furniture(&found_blocks, &furniture(&page_blocks), about);
    let unvoted = with_headings_that_head(&kept);
    if by_vote && !kept.is_empty() {
        let voices = std::iter::once(line(&strict.content_html)).chain(readers.voices());
        let voted: Vec<&Block> = kept.iter().map(|(_, block)| *block).collect();
        let mut stays = vote::poll(&voted, voices).into_iter();
        kept.retain(|_| stays.next().unwrap_or(true));
    }
    let paragraphs = with_headings_that_head(&kept);
    Body { paragraphs, unvoted, voted: by_vote, author: found.metadata.author.clone(), fault }
}

/// What tells whether a reading needs the comparison with others that the library makes: it takes
/// another one where that is twice as long, or where the reading is short or holds what no text does.
struct Seen<'a> {
    /// Characters of the page, and those that are not in links.
    all: usize,
    own: usize,
    readers: &'a vote::Readers<'a>,
}

impl<'a> Seen<'a> {
    fn of(page: &[Block], readers: &'a vote::Readers<'a>) -> Self {
        let (mut all, mut own) = (0, 0);
        for block in page {
            let chars = block.text.chars().count();
            all += chars;
            own += chars.saturating_sub(block.linked);
        }
        Self { all, own, readers }
    }

    /// The comparison would leave this reading as it is.
    fn clear(&self, found: &trafilatura::ExtractResult) -> bool {
        let chars = found.content_text.chars().count();
        let html = &found.content_html;
        let tags = |name: &str| html.matches(name).count();
        chars >= SHORT_CHARS
            && !NO_TEXT.iter().any(|name| html.contains(name))
            && tags("<p") > tags("<table")
            && (self.own <= chars * 2 || {
                let other = self.readers.by_tree().chars().count();
                other > 0 && other * 2 <= chars * 3
            })
    }

    /// A balanced reading that is short and holds little of the page is widened.
    fn most(&self, found: &trafilatura::ExtractResult) -> bool {
        let chars = found.content_text.chars().count();
        chars >= WIDENED_CHARS || chars * 4 >= self.all
    }
}

fn count(text: &str) -> usize {
    text.split_whitespace().count()
}

fn key(text: &str) -> u64 {
    let bare: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    xxhash_rust::xxh3::xxh3_64(bare.to_lowercase().as_bytes())
}

/// Texts that appear in the page only as a caption or only as a link, by their hash.
fn furniture(page: &[Block]) -> HashMap<u64, bool> {
    let mut known = HashMap::new();
    for block in page {
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

/// The blocks of the article with their places in `found`.
fn without_furniture<'a>(
    found: &'a [Block],
    furniture: &HashMap<u64, bool>,
    about: &About<'_>,
) -> Vec<(usize, &'a Block)> {
    let title = key(about.title);
    let heading = about.heading.map(key);
    let mut kept: Vec<(usize, &Block)> = Vec::with_capacity(found.len());
    for (at, block) in found.iter().enumerate() {
        let key = key(&block.text);
        let aside = block.shape == Shape::Caption
            || furniture.get(&key).copied().unwrap_or(false)
            || walls::is_aside(&block.text);
        let at_head = kept.len() < HEAD_BLOCKS;
        let is_heading = block.shape == Shape::Heading;
        let shown = at_head && is_heading && heading == Some(key);
        let headline = shown || (key == title && (at_head || is_heading));
        let head = at_head && is_byline(&block.text, about.authors);
        if !aside && !headline && !head {
            kept.push((at, block));
        }
    }
    let total: usize = found.iter().map(|b| count(&b.text)).sum();
    let left: usize = kept.iter().map(|(_, b)| count(&b.text)).sum();
    // A page whose paragraphs are all links is odd, but better whole than empty.
    if left * 100 < total * KEEP_PERCENT { found.iter().enumerate().collect() } else { kept }
}

/// A short line that is the authors, the date, or both.
fn is_byline(text: &str, authors: &[String]) -> bool {
    let words = text.split_whitespace().take(BYLINE_WORDS + 1).count();
    if words > BYLINE_WORDS {
        return false;
    }
    let lower = text.to_lowercase();
    let ends = text.trim_end().ends_with(['.', '!', '?', '“', '"']);
    let named = authors.iter().any(|author| lower.contains(&author.to_lowercase()));
    (named && !ends) || visible::is_date_line(text)
}

/// The texts of the blocks, without headings whose blocks were all left out.
fn with_headings_that_head(kept: &[(usize, &Block)]) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(kept.len());
    for (i, (at, block)) in kept.iter().enumerate() {
        let headless = block.shape == Shape::Heading
            && kept
                .get(i + 1)
                .is_none_or(|(next, below)| below.shape == Shape::Heading && *next != at + 1);
        if !headless && out.last() != Some(&block.text) {
            out.push(block.text.clone());
        }
    }
    out
}
