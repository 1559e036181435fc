//! From what the markup states to the fields of a [`Page`], in the order of precedence that the
//! room's documentation gives.

use super::json_ld::Stated;
use super::markup::{Markup, TimeElement};
use super::names::{MAX_NAMES, language, names, one_line};
use super::read::{Hints, Page};
use super::render::Block;
use super::{date, title, url, visible};
use jiff::tz::TimeZone;

/// `meta` names of authors.
const AUTHORS: [&str; 5] = ["author", "dc.creator", "parsely-author", "sailthru.author", "byl"];

/// A page's address and where it was found.
#[derive(Debug, Clone)]
pub(super) struct Address {
    /// In its canonical form.
    pub(super) url: String,
    /// `html`, `open_graph` or `fetched`.
    pub(super) source: &'static str,
}

/// The page's address: what it states where that is plausible, else where it was fetched from.
pub(super) fn address(markup: &Markup<'_>, fetched: Option<&str>) -> Option<Address> {
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
    [("html", markup.canonical.as_deref()), ("open_graph", markup.meta(&["og:url"]))]
        .into_iter()
        .filter_map(|(source, link)| Some((source, resolve(link?)?)))
        .find(|(_, url)| plausible(url, page.as_ref()))
        .and_then(|(source, url)| Some(Address { url: url::canonical(url.as_str())?, source }))
        .or_else(|| Some(Address { url: fetched.and_then(url::canonical)?, source: "fetched" }))
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

/// Picks the first value that stands, and notes where it came from.
fn pick<T>(
    page: &mut Page,
    field: &'static str,
    candidates: impl IntoIterator<Item = (&'static str, Option<T>)>,
) -> Option<T> {
    let (source, value) =
        candidates.into_iter().find_map(|(source, value)| Some((source, value?)))?;
    page.sources.insert(field, source);
    Some(value)
}

/// All fields but the text and what follows from it. `visible` gives the blocks of the page.
pub(super) fn describe(
    markup: &Markup<'_>,
    stated: &Stated,
    address: Option<Address>,
    hints: &Hints<'_>,
    visible: impl FnOnce() -> Vec<Block>,
) -> Page {
    let mut page = Page::without_text("no_text");
    let meta = |names: &[&str]| markup.meta(names).and_then(one_line);
    let ld = |text: &Option<String>| text.as_deref().and_then(one_line);
    if let Some(Address { url, source }) = address {
        page.sources.insert("canonical_url", source);
        page.canonical_url = Some(url);
    }
    page.site_name = pick(
        &mut page,
        "site_name",
        [
            ("open_graph", meta(&["og:site_name"])),
            ("meta", meta(&["application-name", "apple-mobile-web-app-title"])),
            ("json_ld", ld(&stated.publisher)),
        ],
    );
    page.section = pick(
        &mut page,
        "section",
        [
            ("json_ld", ld(&stated.section)),
            ("open_graph", meta(&["article:section"])),
            ("meta", meta(&["section", "cxenseparse:section"])),
            ("microdata", meta(&["articlesection"])),
        ],
    );
    title_and_kicker(&mut page, markup, stated, hints);
    page.standfirst = pick(
        &mut page,
        "standfirst",
        [
            ("visible", markup.standfirst.clone()),
            ("json_ld", ld(&stated.description).filter(|_| stated.article)),
            ("open_graph", meta(&["og:description"])),
            ("meta", meta(&["description", "twitter:description"])),
        ],
    )
    .filter(|text| *text != page.title);
    let some = |names: Vec<String>| Some(names).filter(|names| !names.is_empty());
    page.authors = pick(
        &mut page,
        "authors",
        [
            ("json_ld", some(names(stated.authors.iter().map(String::as_str)))),
            ("meta", some(names(AUTHORS.iter().flat_map(|name| markup.meta_all(name))))),
            ("open_graph", some(names(markup.meta_all("article:author")))),
            ("microdata", some(names(markup.bylines.iter().map(String::as_str)))),
        ],
    )
    .unwrap_or_default();
    page.lang = pick(
        &mut page,
        "lang",
        [
            ("html", markup.lang.as_deref().and_then(language)),
            ("json_ld", stated.lang.as_deref().and_then(language)),
            ("open_graph", markup.meta(&["og:locale"]).and_then(language)),
            (
                "meta",
                markup.meta(&["content-language", "language", "dc.language"]).and_then(language),
            ),
        ],
    );
    dates(&mut page, markup, stated, hints, visible);
    let lists = [
        ("json_ld", stated.keywords.clone()),
        ("open_graph", markup.meta_all("article:tag").map(str::to_owned).collect()),
        (
            "meta",
            markup
                .meta(&["news_keywords", "keywords"])
                .into_iter()
                .flat_map(|k| k.split(',').map(str::to_owned))
                .collect::<Vec<_>>(),
        ),
    ];
    for (source, list) in lists {
        for tag in list.iter().filter_map(|tag| one_line(tag)) {
            if page.tags.len() < MAX_NAMES && !page.tags.contains(&tag) {
                page.sources.entry("tags").or_insert(source);
                page.tags.push(tag);
            }
        }
    }
    let tier = markup.meta(&["article:content_tier", "og:article:content_tier"]);
    page.paywalled = pick(
        &mut page,
        "paywalled",
        [
            ("json_ld", stated.free.map(|free| !free)),
            ("open_graph", tier.map(|tier| tier.eq_ignore_ascii_case("locked"))),
        ],
    );
    page
}

fn title_and_kicker(page: &mut Page, markup: &Markup<'_>, stated: &Stated, hints: &Hints<'_>) {
    let host = hints
        .url
        .or(page.canonical_url.as_deref())
        .and_then(|u| ::url::Url::parse(u).ok())
        .and_then(|u| u.host_str().map(str::to_owned));
    let known: Vec<String> =
        [page.site_name.clone(), page.section.clone(), stated.publisher.clone()]
            .into_iter()
            .flatten()
            .collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let headline = stated.title.as_deref().filter(|_| stated.article);
    // Search engines ask for at most 110 characters, so some publishers cut the headline.
    let whole = headline.filter(|h| !h.ends_with('…') && !h.ends_with("..."));
    let kicker = markup.kicker.as_deref().and_then(one_line);
    let heading = markup.heading.as_deref().map(|heading| {
        // A kicker inside the heading is no part of the headline.
        kicker
            .as_deref()
            .and_then(|kicker| heading.strip_prefix(kicker))
            .map(|rest| rest.trim_start_matches([':', '|', ' ', '–', '-']))
            .filter(|rest| rest.split_whitespace().count() > 1)
            .unwrap_or(heading)
    });
    let site_name = page.site_name.clone();
    let candidates = [
        ("json_ld", whole),
        ("open_graph", markup.meta(&["og:title"])),
        ("meta", markup.meta(&["twitter:title"])),
        ("json_ld", headline),
        ("microdata", markup.meta(&["headline"])),
        ("visible", heading),
        ("html", markup.title.as_deref()),
    ]
    .map(|(source, text)| {
        let text = text
            .and_then(one_line)
            .map(|t| title::without_site(&t, &known, host.as_deref()))
            // A page without a headline of its own often repeats the name of the site.
            .filter(|t| Some(t) != site_name.as_ref());
        (source, text)
    });
    page.title = pick(page, "title", candidates).unwrap_or_default();
    let kicker = kicker
        .map(|kicker| kicker.trim_end_matches([':', '|', ' ']).to_owned())
        .filter(|kicker| !kicker.is_empty() && *kicker != page.title);
    page.kicker = pick(
        page,
        "kicker",
        [("visible", kicker), ("json_ld", stated.alternative.as_deref().and_then(one_line))],
    );
}

fn dates(
    page: &mut Page,
    markup: &Markup<'_>,
    stated: &Stated,
    hints: &Hints<'_>,
    visible: impl FnOnce() -> Vec<Block>,
) {
    const PUBLISHED: [&str; 3] =
        ["article:published_time", "article:published", "og:published_time"];
    const PUBLISHED_META: [&str; 11] = [
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
    const MODIFIED: [&str; 3] = ["article:modified_time", "article:modified", "og:updated_time"];
    const MODIFIED_META: [&str; 3] = ["datemodified", "dcterms.modified", "last-modified"];
    let zone = hints.zone.and_then(|name| TimeZone::get(name).ok());
    let zone = zone.as_ref();
    let read = |text: &str| date::read(text, zone);
    let of = |names: &[&str]| names.iter().find_map(|n| markup.meta_all(n).find_map(read));
    let time = |wanted: fn(&TimeElement<'_>) -> bool| {
        markup.times.iter().filter(|t| wanted(t)).find_map(|t| read(&t.value))
    };
    let address = page.canonical_url.clone();
    page.published = pick(
        page,
        "published",
        [
            ("json_ld", stated.published.as_deref().and_then(read)),
            ("open_graph", of(&PUBLISHED)),
            ("meta", of(&PUBLISHED_META)),
            ("time", time(|t| t.publication && t.in_article)),
            ("time", time(|t| t.publication)),
            ("time", time(|t| t.in_article && !t.change)),
        ],
    );
    page.modified = pick(
        page,
        "modified",
        [
            ("json_ld", stated.modified.as_deref().and_then(read)),
            ("open_graph", of(&MODIFIED)),
            ("meta", of(&MODIFIED_META)),
            ("time", time(|t| t.change)),
        ],
    );
    if page.published.is_none() {
        let blocks = visible();
        let heading = markup.heading.as_deref().unwrap_or(&page.title);
        let (published, modified) =
            visible::near_headline(&blocks, heading, zone, page.lang.as_deref());
        let in_url = address.as_deref().or(hints.url).and_then(date::in_url);
        // A time seen on the page says more than the day in its address, if it is that day's.
        let exact = published.filter(|at| {
            in_url.is_some_and(|day| (day.as_second() - at.as_second()).abs() < 2 * 86_400)
        });
        page.published = pick(
            page,
            "published",
            [("visible", exact), ("address", in_url), ("visible", published)],
        );
        if page.modified.is_none() {
            page.modified = pick(page, "modified", [("visible", modified)]);
        }
    }
}
