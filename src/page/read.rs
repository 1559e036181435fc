//! The whole way from bytes to a [`Page`].

use super::markup::Markup;
use super::ticker::{self, TickerEntry};
use super::{
    body, decode, describe, guard, json_ld, names, render, several, stated_body, url, walls,
};
use crate::message::{PageOutcome, Timestamp};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Bytes of a document that are looked at; the largest article page seen had 5.1 MiB.
const MAX_BYTES: usize = 6 * 1024 * 1024;

/// What is known of a page from outside.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hints<'a> {
    /// The `Content-Type` header.
    pub content_type: Option<&'a str>,
    /// The address it was fetched from, after redirects.
    pub url: Option<&'a str>,
    /// Characters of text to keep; 0 keeps all.
    pub max_chars: usize,
    /// How the text is found.
    pub quality: Quality,
    /// Time zone (IANA) of the outlet: where the page gives a time without one. Without it such a
    /// time is taken as UTC.
    pub zone: Option<&'a str>,
}

/// How the article's text is found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// One reader, the best single one. The faster.
    Single,
    /// Paragraphs by vote of five readers, and the text that the page itself states where it
    /// agrees with them. The better.
    #[default]
    Vote,
}

/// A page as read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page {
    /// [`PageOutcome::Read`], or [`PageOutcome::NoText`] with a reason.
    pub outcome: PageOutcome,
    /// Why there is no text: `not_html`, `bot_wall`, `consent_page`, `soft_404`, `paywall_stub`,
    /// `video_page`, `gallery`, `listing`, `script_shell`, `too_deep`, `parser_fault` or `no_text`.
    pub reason: Option<&'static str>,
    /// Headline without the name of the site; may be empty.
    pub title: String,
    /// The article, paragraphs separated by an empty line. Empty when there is none, except for
    /// a paywall stub, video page or gallery, whose few lines it then holds.
    pub text: String,
    /// Line over the headline.
    pub kicker: Option<String>,
    /// Introduction: as the page marks it, else its description.
    pub standfirst: Option<String>,
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
    /// The entries of a live ticker, the newest first, where the page is one.
    pub ticker: Option<Vec<TickerEntry>>,
    /// Where each field was found: `json_ld`, `open_graph`, `meta`, `microdata`, `time`, `html`
    /// (elements of its head), `visible`, `address`, `fetched`, or for the text the way it was
    /// found: `single`, `vote`, `json_ld`, `ticker`.
    pub sources: BTreeMap<&'static str, &'static str>,
}

impl Page {
    pub(super) fn without_text(reason: &'static str) -> Self {
        Self {
            outcome: PageOutcome::NoText,
            reason: Some(reason),
            title: String::new(),
            kicker: None,
            standfirst: None,
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
            ticker: None,
            sources: BTreeMap::new(),
        }
    }
}

impl Default for Page {
    /// A page without anything.
    fn default() -> Self {
        Self::without_text("no_text")
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
    let address = describe::address(&markup, hints.url);
    let canonical = address.as_ref().map(|address| address.url.clone());
    let stated = json_ld::read(&markup.json_ld, |other| {
        canonical.is_some() && url::canonical(other) == canonical
    });
    let mut tamed = guard::tame(&html);
    let mut page =
        describe::describe(&markup, &stated, address, hints, || render::blocks(&tamed.html));
    several::keep_own(&mut tamed.html, &page.title);
    let found = body::read(
        &tamed,
        &body::About {
            url: hints.url,
            lang: page.lang.as_deref(),
            title: &page.title,
            heading: markup.heading.as_deref(),
            authors: &page.authors,
            quality: hints.quality,
        },
    );
    if page.authors.is_empty() {
        page.authors = names::names(found.author.split(';'));
        if !page.authors.is_empty() {
            page.sources.insert("authors", "visible");
        }
    }
    let (text, source, entries) = text_of(&page, &tamed.html, &found, &stated, hints);
    let all = render::line(&tamed.html);
    let reason = walls::judge(&walls::Seen {
        title: markup.title.as_deref().unwrap_or(&page.title),
        text: &text,
        all: &all,
        html: &tamed.html,
        paywalled: page.paywalled == Some(true),
        ticker: entries.is_some(),
        address: hints.url.or(page.canonical_url.as_deref()),
        stated: &stated,
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
    if page.reason.is_none_or(walls::keeps_text) {
        (page.text, page.truncated) = cut(text, hints.max_chars);
        page.truncated |= bytes.len() > MAX_BYTES;
        page.ticker = entries.map(|entries| within(entries, page.text.chars().count()));
        page.sources.insert("text", source);
    }
    page
}

/// The text, how it was found, and the entries of a ticker.
fn text_of(
    page: &Page,
    html: &str,
    found: &body::Body,
    stated: &json_ld::Stated,
    hints: &Hints<'_>,
) -> (String, &'static str, Option<Vec<TickerEntry>>) {
    let zone = hints.zone.and_then(|name| TimeZone::get(name).ok());
    let ticker = ticker::read(&ticker::Seen {
        html,
        paragraphs: &found.unvoted,
        live: &stated.live,
        stated: stated.live_blog,
        day: page.modified.or(page.published),
        zone: zone.as_ref(),
    });
    if let Some(ticker) = ticker {
        return (ticker.text, "ticker", Some(ticker.entries));
    }
    let chosen = stated_body::choose(&found.paragraphs, stated.body.as_deref());
    let source = if chosen != found.paragraphs {
        "json_ld"
    } else if found.voted {
        "vote"
    } else {
        "single"
    };
    (chosen.join("\n\n"), source, None)
}

/// The entries that are within the text that was kept.
fn within(entries: Vec<TickerEntry>, chars: usize) -> Vec<TickerEntry> {
    entries
        .into_iter()
        .filter(|entry| entry.start < chars)
        .map(|entry| TickerEntry { end: entry.end.min(chars), ..entry })
        .collect()
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
