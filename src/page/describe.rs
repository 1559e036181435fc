//! From what the markup states to the fields of a [`Page`], in the order of precedence that the
//! room's documentation gives.

use super::json_ld::Stated;
use super::markup::{Markup, TimeElement};
use super::read::{Hints, Page};
use super::{date, render, title, url};
use crate::message::Timestamp;

/// Authors, tags kept.
const MAX_NAMES: usize = 16;
/// Characters of a title, name or tag.
const MAX_LINE: usize = 500;
/// The page's address: what it states where that is plausible, else where it was fetched from.
pub(super) fn address(markup: &Markup<'_>, fetched: Option<&str>) -> Option<String> {
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

/// All fields but the text and what follows from it.
pub(super) fn describe(
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
    let time = |wanted: fn(&TimeElement<'_>) -> bool| {
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
pub(super) fn names<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
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
