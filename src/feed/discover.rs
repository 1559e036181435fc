//! The feeds that an HTML page links to (pure).
//!
//! What a page announces in `link` tags comes first, then links of its text that look like those
//! of a feed. Addresses are absolute; nothing is asked for.

use super::{Repairs, decode, opml, plain, tags};
use serde::Serialize;
use url::Url;

/// Suggestions given.
const MAX_FOUND: usize = 20;
/// Bytes of a page that are looked at.
const MAX_PAGE: usize = 2 * 1024 * 1024;
/// Longest address in bytes.
const MAX_URL: usize = 2_048;

/// Media types of feeds, in the order in which they are preferred.
const TYPES: [&str; 7] = [
    "application/atom+xml",
    "application/rss+xml",
    "application/feed+json",
    "application/rdf+xml",
    "application/json",
    "application/xml",
    "text/xml",
];
/// Ends of paths that only feeds have.
const ENDS: [&str; 10] = [
    "/feed",
    "/feeds",
    "/rss",
    "/atom",
    "/rss.xml",
    "/atom.xml",
    "/feed.xml",
    "/index.xml",
    "/feed.json",
    "/index.rdf",
];
/// Extensions that only feeds have.
const EXTENSIONS: [&str; 3] = [".rss", ".atom", ".rdf"];
/// Titles that say that a feed is not the one looked for.
const COMMENTS: [&str; 4] = ["comment", "kommentar", "commentaire", "comentario"];

/// A feed that a page links to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Its address, absolute.
    pub url: String,
    /// What the page calls it.
    pub title: Option<String>,
    /// Whether the page announces it as a feed; else its address only looks like one.
    pub announced: bool,
}

/// The feeds that a page links to, the likeliest first.
#[must_use]
pub fn discover(bytes: &[u8], content_type: Option<&str>, page_url: &str) -> Vec<Found> {
    let bytes = bytes.get(..MAX_PAGE).unwrap_or(bytes);
    let text = decode::decode(bytes, content_type, &mut Repairs::default());
    let Ok(mut base) = Url::parse(page_url) else { return Vec::new() };
    let page = base.clone();
    // (rank, place): announced ones before those that only look like feeds.
    let mut found: Vec<(usize, Found)> = Vec::new();
    let mut rest = text.as_ref();
    let mut seen_base = false;
    while let Some(at) = rest.find('<') {
        let tag = rest.get(at..).unwrap_or_default();
        let Some(end) = tags::end(tag) else {
            rest = tag.get(1..).unwrap_or_default();
            continue;
        };
        let (tag, tail) = tag.split_at_checked(end).unwrap_or((tag, ""));
        rest = tail;
        let start = tags::start(tag);
        let value = |key: &str| {
            let found = start.attributes.iter().find(|(k, _)| k.eq_ignore_ascii_case(key));
            found.map(|(_, value)| plain::from_text(&opml::unescape(value), MAX_URL))
        };
        match start.name.to_ascii_lowercase().as_str() {
            "base" if !seen_base => {
                if let Some(href) = value("href").and_then(|href| base.join(href.trim()).ok()) {
                    base = href;
                    seen_base = true;
                }
            }
            "link" => {
                let rel = value("rel").unwrap_or_default().to_ascii_lowercase();
                let kind = value("type").unwrap_or_default().to_ascii_lowercase();
                let kind = kind.split(';').next().unwrap_or_default().trim();
                let Some(rank) = TYPES.iter().position(|known| *known == kind) else { continue };
                let is_alternate = rel.split_whitespace().any(|r| r == "alternate" || r == "feed");
                // Generic types say nothing where the address does not.
                let href = value("href");
                let generic = rank >= 4 && !href.as_deref().is_some_and(looks_like_feed);
                if is_alternate
                    && !generic
                    && let Some(url) = absolute(&base, href)
                {
                    let title = value("title").filter(|t| !t.is_empty());
                    let rank = rank + if is_comments(title.as_deref(), &url) { 100 } else { 0 };
                    found.push((rank, Found { url, title, announced: true }));
                }
            }
            "a" => {
                let href = value("href");
                if found.len() < MAX_FOUND * 10
                    && href.as_deref().is_some_and(looks_like_feed)
                    && let Some(url) = absolute(&base, href)
                {
                    let words =
                        rest.get(..rest.len().min(600)).or_else(|| rest.get(..rest.find('<')?));
                    let words = words.unwrap_or_default().split("</a").next().unwrap_or_default();
                    let title = Some(plain::from_html(words, 100)).filter(|t| !t.is_empty());
                    let foreign = Url::parse(&url).is_ok_and(|u| u.host_str() != page.host_str());
                    let comments = is_comments(title.as_deref(), &url);
                    let rank = 200 + usize::from(foreign) + 100 * usize::from(comments);
                    found.push((rank, Found { url, title, announced: false }));
                }
            }
            _ => {}
        }
    }
    // Stable: those of a rank stay in the order of the page.
    found.sort_by_key(|(rank, _)| *rank);
    let mut out: Vec<Found> = Vec::new();
    for (_, one) in found {
        let known = out.iter().any(|other| other.url == one.url) || one.url == page.as_str();
        if !known && out.len() < MAX_FOUND {
            out.push(one);
        }
    }
    out
}

fn absolute(base: &Url, href: Option<String>) -> Option<String> {
    let href = href?;
    let href = href.trim();
    let href = href.strip_prefix("feed:").filter(|rest| rest.contains("://")).unwrap_or(href);
    let mut url = base.join(href).ok()?;
    url.set_fragment(None);
    let fits = matches!(url.scheme(), "http" | "https") && url.as_str().len() <= MAX_URL;
    fits.then(|| url.into())
}

fn looks_like_feed(href: &str) -> bool {
    let lower = href.trim().to_ascii_lowercase();
    let path = lower.split(['?', '#']).next().unwrap_or_default();
    let bare = path.trim_end_matches('/');
    let slashed = format!("/{}", bare.rsplit('/').next().unwrap_or_default());
    lower.starts_with("feed:")
        || ENDS.contains(&slashed.as_str())
        || EXTENSIONS.iter().any(|end| bare.ends_with(end))
        || ["feed=rss", "feed=atom", "format=rss", "format=feed", "type=100"]
            .iter()
            .any(|mark| lower.split_once('?').is_some_and(|(_, query)| query.contains(mark)))
        || (bare
            .strip_suffix(".xml")
            .is_some_and(|name| name.contains("rss") || name.contains("feed")))
}

fn is_comments(title: Option<&str>, url: &str) -> bool {
    let title = title.unwrap_or_default().to_lowercase();
    COMMENTS.iter().any(|word| title.contains(word)) || url.contains("/comments/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(html: &str) -> Vec<String> {
        let found =
            discover(html.as_bytes(), Some("text/html"), "https://www.blatt.example/politik/");
        found.into_iter().map(|f| f.url).collect()
    }

    #[test]
    fn announced_feeds_come_first_those_of_comments_last() {
        let html = r#"<html><head><title>x</title>
            <link rel="stylesheet" type="text/css" href="/feed">
            <link rel="alternate" type="application/rss+xml" title="Blatt &raquo; Kommentare" href="/comments/feed/">
            <link rel="alternate" type="application/rss+xml; charset=utf-8" title="Blatt &amp; Co" href="rss.xml">
            <LINK REL='feed alternate' TYPE='application/atom+xml' HREF='//cdn.blatt.example/atom?x=1&amp;y=2'>
            <link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/7">
            <link rel="alternate" hreflang="en" href="/en/">
            </head><body><a href="/anderes.rss">RSS</a></body></html>"#;
        let list = discover(html.as_bytes(), None, "https://www.blatt.example/politik/");
        let urls: Vec<&str> = list.iter().map(|f| f.url.as_str()).collect();
        assert_eq!(
            urls,
            [
                "https://cdn.blatt.example/atom?x=1&y=2",
                "https://www.blatt.example/politik/rss.xml",
                "https://www.blatt.example/comments/feed/",
                "https://www.blatt.example/anderes.rss",
            ]
        );
        assert_eq!(list[1].title.as_deref(), Some("Blatt & Co"));
        assert_eq!(list[3].title.as_deref(), Some("RSS"));
        assert!(list[2].announced && !list[3].announced);
    }

    #[test]
    fn links_that_look_like_feeds_are_the_second_choice() {
        let html = r#"<base href="https://blatt.example/neu/"><a href="index.rdf">x</a>
            <a href="https://anderswo.example/feed/">y</a><a href="?feed=rss2">z</a>
            <a href="/rss-hilfe.html">no</a><a href="feed:https://blatt.example/a">w</a>
            <a href="mailto:rss@blatt.example">no</a><a href="/artikel/feed-the-world">no</a>
            <a href="index.rdf#oben">again</a>"#;
        assert_eq!(
            found(html),
            [
                "https://blatt.example/neu/index.rdf",
                "https://anderswo.example/feed/",
                "https://blatt.example/neu/?feed=rss2",
                "https://blatt.example/a",
            ]
        );
    }

    #[test]
    fn a_page_that_links_to_none_suggests_none() {
        assert!(
            found("<html><body><a href='/'>Start</a> <a href='javascript:rss()'>x</a>").is_empty()
        );
        assert!(
            discover(b"<link rel=alternate type=application/rss+xml href=/x>", None, "?")
                .is_empty()
        );
    }

    #[test]
    fn suggestions_are_bounded() {
        let html = (0..500).fold(String::new(), |html, n| html + &format!("<a href='/{n}/feed'>"));
        assert_eq!(found(&html).len(), MAX_FOUND);
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = discover(&bytes, None, "http://a.example/");
        }

        #[test]
        fn all_that_is_suggested_is_absolute(
            pieces in proptest::collection::vec(prop_oneof![
                Just("<link rel=alternate type='application/rss+xml' "), Just("href="), Just("'"),
                Just("/feed"), Just("<a "), Just(">"), Just("<base "), Just("http:"), Just("ü"),
                Just("//x.example"), Just(" "), Just("&amp;"), Just("feed:"),
            ], 0..40),
        ) {
            for one in discover(pieces.concat().as_bytes(), None, "http://a.example/") {
                let url = Url::parse(&one.url).unwrap();
                prop_assert!(matches!(url.scheme(), "http" | "https"));
            }
        }
    }
}
