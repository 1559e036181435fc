//! The whole way from bytes to a [`Page`].

use super::markup::Markup;
use super::{body, decode, describe, guard, json_ld, render, url, walls};
use crate::message::{PageOutcome, Timestamp};
use serde::Serialize;

/// Bytes of a document that are looked at; the largest article page seen had 5.1 MiB.
const MAX_BYTES: usize = 6 * 1024 * 1024;
/// An `articleBody` counts only from this many words.
const MIN_BODY_WORDS: usize = 60;

/// What is known of a page from outside.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hints<'a> {
    /// The `Content-Type` header.
    pub content_type: Option<&'a str>,
    /// The address it was fetched from, after redirects.
    pub url: Option<&'a str>,
    /// Characters of text to keep; 0 keeps all.
    pub max_chars: usize,
}

/// A page as read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page {
    /// [`PageOutcome::Read`], or [`PageOutcome::NoText`] with a reason.
    pub outcome: PageOutcome,
    /// Why there is no text: `not_html`, `bot_wall`, `consent_page`, `soft_404`, `paywall_stub`,
    /// `script_shell`, `too_deep`, `parser_fault` or `no_text`.
    pub reason: Option<&'static str>,
    /// Headline without the name of the site; may be empty.
    pub title: String,
    /// The article, paragraphs separated by an empty line. Empty when there is none, except for
    /// a paywall stub, whose opening lines it then holds.
    pub text: String,
    /// Authors.
    pub authors: Vec<String>,
    /// First publication.
    pub published: Option<Timestamp>,
    /// Last change.
    pub modified: Option<Timestamp>,
    /// The page's identity, see [`url::canonical`].
    pub canonical_url: Option<String>,
    /// Language (BCP 47) as stated.
    pub lang: Option<String>,
    /// Name of the site.
    pub site_name: Option<String>,
    /// Section of the site.
    pub section: Option<String>,
    /// Keywords.
    pub tags: Vec<String>,
    /// Whether the page says that it must be paid for; absent where it says nothing.
    pub paywalled: Option<bool>,
    /// True when the text was cut at the limit.
    pub truncated: bool,
}

impl Page {
    pub(super) fn without_text(reason: &'static str) -> Self {
        Self {
            outcome: PageOutcome::NoText,
            reason: Some(reason),
            title: String::new(),
            text: String::new(),
            authors: Vec::new(),
            published: None,
            modified: None,
            canonical_url: None,
            lang: None,
            site_name: None,
            section: None,
            tags: Vec::new(),
            paywalled: None,
            truncated: false,
        }
    }
}

/// Reads a page. Never fails: what cannot be read has a reason.
///
/// Text extraction walks its tree by recursion, to at most 512 levels; a thread with 2 MiB of
/// stack is enough.
#[must_use]
pub fn read(bytes: &[u8], hints: &Hints<'_>) -> Page {
    if !decode::may_be_html(bytes, hints.content_type) {
        let mut page = Page::without_text("not_html");
        page.canonical_url = hints.url.and_then(url::canonical);
        return page;
    }
    let html = decode::decode(bytes.get(..MAX_BYTES).unwrap_or(bytes), hints.content_type);
    let markup = Markup::read(&html);
    let canonical_url = describe::address(&markup, hints.url);
    let stated = json_ld::read(&markup.json_ld, |other| {
        canonical_url.is_some() && url::canonical(other) == canonical_url
    });
    let tamed = guard::tame(&html);
    let mut page = describe::describe(&markup, &stated, canonical_url, hints);
    let found = body::read(&tamed.html, hints.url, &page.title);
    if page.authors.is_empty() {
        page.authors = describe::names(found.author.split(';'));
    }
    let text = found.paragraphs.join("\n\n");
    let text = with_stated_body(text, stated.body.as_deref());
    let all = render::line(&tamed.html);
    let reason = walls::judge(&walls::Seen {
        title: markup.title.as_deref().unwrap_or(&page.title),
        text: &text,
        all: &all,
        article: stated.article || markup.meta(&["og:type"]) == Some("article"),
        paywalled: page.paywalled == Some(true),
        markup: &markup,
    });
    page.reason = match reason {
        Some("no_text") if found.fault => Some("parser_fault"),
        Some("no_text") if tamed.flattened => Some("too_deep"),
        reason => reason,
    };
    if page.reason == Some("paywall_stub") {
        page.paywalled = Some(true);
    }
    page.outcome = if page.reason.is_none() { PageOutcome::Read } else { PageOutcome::NoText };
    if matches!(page.reason, None | Some("paywall_stub")) {
        (page.text, page.truncated) = cut(text, hints.max_chars);
        page.truncated |= bytes.len() > MAX_BYTES;
    }
    page
}

/// Uses `articleBody` where it is a whole text and agrees with what the page shows, or where the
/// page shows next to nothing.
///
/// It must have at least 60 words, three quarters of the page's number of words, and share half of
/// the shorter one's runs of four words; unchecked it made results worse.
fn with_stated_body(text: String, stated: Option<&str>) -> String {
    let Some(stated) = stated else { return text };
    // Some publishers write HTML, others plain text with line ends.
    let html = stated.replace("\r\n", "\n").replace("\n\n", "<p>").replace('\n', "<br><br>");
    let blocks = render::blocks(&html);
    let stated: Vec<String> =
        blocks.into_iter().map(|b| b.text).filter(|t| !walls::is_aside(t)).collect();
    let stated = stated.join("\n\n");
    let (ours, theirs): (Vec<&str>, Vec<&str>) =
        (text.split_whitespace().collect(), stated.split_whitespace().collect());
    if theirs.len() < MIN_BODY_WORDS {
        return text;
    }
    if ours.len() < walls::MIN_WORDS {
        return stated;
    }
    let runs = |words: &[&str]| -> std::collections::HashSet<u64> {
        words.windows(4).map(|w| xxhash_rust::xxh3::xxh3_64(w.join(" ").as_bytes())).collect()
    };
    let (a, b) = (runs(&ours), runs(&theirs));
    let shared = a.intersection(&b).count();
    // One long line is worth less than the page's paragraphs.
    let parted = stated.contains("\n\n") || !text.contains("\n\n");
    if parted && theirs.len() * 4 >= ours.len() * 3 && shared * 2 >= a.len().min(b.len()) {
        stated
    } else {
        text
    }
}

/// At most `max` characters (0 is no limit), cut at the end of a paragraph or word, and whether
/// something was cut.
fn cut(mut text: String, max: usize) -> (String, bool) {
    let Some((end, _)) = text.char_indices().nth(max).filter(|_| max > 0) else {
        return (text, false);
    };
    text.truncate(end);
    let floor = end / 2;
    let at = text
        .rfind("\n\n")
        .filter(|at| *at >= floor)
        .or_else(|| text.rfind(char::is_whitespace).filter(|at| *at >= floor));
    if let Some(at) = at {
        text.truncate(at);
    }
    text.truncate(text.trim_end().len());
    (text, true)
}
