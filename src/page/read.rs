//! The whole way from bytes to a [`Page`].

use super::json_ld::{self, Stated};
use super::markup::Markup;
use super::{body, date, decode, guard, render, title, url, walls};
use crate::message::{PageOutcome, Timestamp};
use serde::Serialize;

/// Bytes of a document that are looked at; the largest article page seen had 5.1 MiB.
const MAX_BYTES: usize = 6 * 1024 * 1024;
/// Authors, tags kept.
const MAX_NAMES: usize = 16;
/// Characters of a title, name or tag.
const MAX_LINE: usize = 500;
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
    fn without_text(reason: &'static str) -> Self {
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
    let canonical_url = address(&markup, hints.url);
    let stated = json_ld::read(&markup.json_ld, |other| {
        canonical_url.is_some() && url::canonical(other) == canonical_url
    });
    let tamed = guard::tame(&html);
    let mut page = describe(&markup, &stated, canonical_url, hints);
    let found = body::read(&tamed.html, hints.url, &page.title);
    if page.authors.is_empty() {
        page.authors = names(found.author.split(';'));
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

fn address(markup: &Markup<'_>, fetched: Option<&str>) -> Option<String> {
    let page = fetched.and_then(|u| ::url::Url::parse(u).ok());
    let base = match (&page, markup.base.as_deref()) {
        (Some(page), Some(base)) => page.join(base).ok().or_else(|| Some(page.clone())),
        (None, Some(base)) => ::url::Url::parse(base).ok(),
        (page, None) => page.clone(),
    };
    let resolve = |link: &str| match &base {
        Some(base) => base.join(link).ok(),
        None => ::url::Url::parse(link).ok(),
    };
    [markup.canonical.as_deref(), markup.meta(&["og:url"])]
        .into_iter()
        .flatten()
        .filter_map(resolve)
        .find(|url| plausible(url, page.as_ref()))
        .and_then(|url| url::canonical(url.as_str()))
        .or_else(|| fetched.and_then(url::canonical))
}

/// A canonical link to the home page of an article, or to another site, is a mistake or a claim
/// that one site makes about another; the address fetched is better.
fn plausible(link: &::url::Url, page: Option<&::url::Url>) -> bool {
    let Some(page) = page else { return true };
    let root = |u: &::url::Url| u.path().trim_matches('/').is_empty() && u.query().is_none();
    if root(link) && !root(page) {
        return false;
    }
    let site = |u: &::url::Url| u.host_str().map(|h| psl::domain_str(h).unwrap_or(h).to_owned());
    site(link) == site(page)
}

fn describe(
    markup: &Markup<'_>,
    stated: &Stated,
    canonical_url: Option<String>,
    hints: &Hints<'_>,
) -> Page {
    let mut page = Page::without_text("no_text");
    page.site_name = markup
        .meta(&["og:site_name", "application-name", "apple-mobile-web-app-title"])
        .or(stated.publisher.as_deref())
        .and_then(one_line);
    page.section = stated
        .section
        .as_deref()
        .or_else(|| markup.meta(&["article:section", "section", "cxenseparse:section"]))
        .and_then(one_line);
    let host = hints
        .url
        .or(canonical_url.as_deref())
        .and_then(|u| ::url::Url::parse(u).ok())
        .and_then(|u| u.host_str().map(str::to_owned));
    let known: Vec<&str> =
        [page.site_name.as_deref(), page.section.as_deref(), stated.publisher.as_deref()]
            .into_iter()
            .flatten()
            .collect();
    let headline = stated.title.as_deref().filter(|_| stated.article);
    // Search engines ask for at most 110 characters, so some publishers cut the headline.
    let whole = headline.filter(|h| !h.ends_with('…') && !h.ends_with("..."));
    page.title = [
        whole,
        markup.meta(&["og:title", "twitter:title"]),
        headline,
        markup.heading.as_deref(),
        markup.title.as_deref(),
    ]
    .into_iter()
    .flatten()
    .filter_map(one_line)
    .map(|t| title::without_site(&t, &known, host.as_deref()))
    // A page without a headline of its own often repeats the name of the site.
    .find(|t| Some(t) != page.site_name.as_ref())
    .unwrap_or_default();
    page.authors = names(stated.authors.iter().map(String::as_str));
    if page.authors.is_empty() {
        page.authors = names(
            ["author", "article:author", "dc.creator", "parsely-author", "sailthru.author", "byl"]
                .iter()
                .flat_map(|name| markup.meta_all(name)),
        );
    }
    if page.authors.is_empty() {
        page.authors = names(markup.bylines.iter().map(String::as_str));
    }
    (page.published, page.modified) = dates(markup, stated, canonical_url.as_deref().or(hints.url));
    page.lang = [markup.lang.as_deref(), stated.lang.as_deref()]
        .into_iter()
        .flatten()
        .chain(markup.meta(&["og:locale", "content-language", "language", "dc.language"]))
        .find_map(language);
    let mut tags: Vec<String> = Vec::new();
    let listed = stated.keywords.iter().map(String::as_str);
    let metas = markup
        .meta_all("article:tag")
        .chain(markup.meta(&["news_keywords", "keywords"]).into_iter().flat_map(|k| k.split(',')));
    for tag in listed.chain(metas).filter_map(one_line) {
        if tags.len() < MAX_NAMES && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    page.tags = tags;
    page.paywalled = stated.free.map(|free| !free).or_else(|| {
        let tier = markup.meta(&["article:content_tier", "og:article:content_tier"])?;
        Some(tier.eq_ignore_ascii_case("locked"))
    });
    page.canonical_url = canonical_url;
    page
}

fn dates(
    markup: &Markup<'_>,
    stated: &Stated,
    address: Option<&str>,
) -> (Option<Timestamp>, Option<Timestamp>) {
    const PUBLISHED: [&str; 14] = [
        "article:published_time",
        "article:published",
        "og:published_time",
        "datepublished",
        "dc.date.issued",
        "dcterms.created",
        "dc.date",
        "dcterms.date",
        "date",
        "pubdate",
        "publish-date",
        "parsely-pub-date",
        "sailthru.date",
        "cxenseparse:recs:publishtime",
    ];
    const MODIFIED: [&str; 6] = [
        "article:modified_time",
        "article:modified",
        "og:updated_time",
        "datemodified",
        "dcterms.modified",
        "last-modified",
    ];
    let of = |names: &[&str]| names.iter().find_map(|n| markup.meta_all(n).find_map(date::read));
    let time = |wanted: fn(&super::markup::TimeElement<'_>) -> bool| {
        markup.times.iter().filter(|t| wanted(t)).find_map(|t| date::read(&t.value))
    };
    let published = stated
        .published
        .as_deref()
        .and_then(date::read)
        .or_else(|| of(&PUBLISHED))
        .or_else(|| time(|t| t.publication && t.in_article))
        .or_else(|| time(|t| t.publication))
        .or_else(|| time(|t| t.in_article && !t.change))
        .or_else(|| address.and_then(date::in_url));
    let modified = stated
        .modified
        .as_deref()
        .and_then(date::read)
        .or_else(|| of(&MODIFIED))
        .or_else(|| time(|t| t.change));
    (published, modified)
}

/// One line of plain text, of bounded length; `None` when nothing is left.
fn one_line(text: &str) -> Option<String> {
    let text: String = render::line(text).chars().take(MAX_LINE).collect();
    let text = text.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// Names without "by", addresses and repeats.
fn names<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for text in texts {
        let Some(text) = one_line(text) else { continue };
        let text = ["Von ", "von ", "By ", "by ", "BY ", "Par ", "par ", "Por ", "por "]
            .iter()
            .find_map(|by| text.strip_prefix(by))
            .unwrap_or(&text);
        for name in text
            .split([';', '|'])
            .flat_map(|part| part.split(" und "))
            .flat_map(|part| part.split(" and "))
        {
            // "Beispiel, Ada" is one name, "Ada Beispiel, Bo Muster" are two.
            let parts: Vec<&str> = name.split(',').map(str::trim).collect();
            let many = parts.iter().all(|p| p.contains(' '));
            let parts = if many { parts } else { vec![name.trim()] };
            for name in parts {
                let odd = name.is_empty()
                    || name.chars().count() > 80
                    || name.contains("://")
                    || name.contains('@')
                    || !name.chars().any(char::is_alphabetic);
                if !odd && out.len() < MAX_NAMES && !out.iter().any(|n| n == name) {
                    out.push(name.to_owned());
                }
            }
        }
    }
    out
}

/// A language tag in its usual form, as `de` or `de-DE`.
fn language(text: &str) -> Option<String> {
    let text = text.trim().split([',', ';', ' ']).next()?.replace('_', "-");
    let mut parts = text.split('-');
    let first = parts.next()?.to_ascii_lowercase();
    if !(2..=3).contains(&first.len()) || !first.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    let mut out = first;
    for part in parts.take(2) {
        let fits = part.bytes().all(|b| b.is_ascii_alphanumeric());
        match part.len() {
            2 if fits => out = format!("{out}-{}", part.to_ascii_uppercase()),
            4 if fits => {
                let (head, tail) = part.split_at(1);
                out = format!("{out}-{}{}", head.to_ascii_uppercase(), tail.to_ascii_lowercase());
            }
            _ => break,
        }
    }
    Some(out)
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
