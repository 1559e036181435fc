//! What is fuzzed: one function per place where bytes of strangers are read.
//!
//! A target panics when a promise of its room is broken; that is all that a fuzzer looks for.

use depesche::{feed, fetch, message::FeedVerdict, page};

/// A target's name and function.
pub(crate) type Target = (&'static str, fn(&[u8]));

/// All targets.
pub(crate) const TARGETS: [Target; 8] = [
    ("decode", decode),
    ("repair", repair),
    ("parse", parse),
    ("dates", dates),
    ("html", html),
    ("url", url),
    ("opml", opml),
    ("robots", robots),
];

fn decode(bytes: &[u8]) {
    for content_type in [None, Some("text/xml; charset=iso-2022-jp"), Some("text/xml; charset=gbk")]
    {
        let _ = feed::prepared(bytes, content_type);
    }
}

/// What was repaired is repaired: no lone `&`, nothing that XML forbids.
fn repair(bytes: &[u8]) {
    let (_, Some(text)) = feed::prepared(bytes, None) else { return };
    assert!(
        !text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{7f}'))
    );
}

/// Nothing is lost silently, and the same bytes say the same.
fn parse(bytes: &[u8]) {
    let hints = feed::Hints { url: Some("https://b.example/rss"), ..feed::Hints::default() };
    let document = feed::read(bytes, &hints);
    if document.raw_entries > 0 && document.entries.is_empty() {
        assert_eq!(document.verdict, FeedVerdict::Unreadable);
    }
    assert!(document.entries.len() <= document.raw_entries);
    assert!(document.entries.iter().all(|e| !e.id.is_empty()));
    let ids: std::collections::HashSet<_> = document.entries.iter().map(|e| &e.id).collect();
    assert_eq!(ids.len(), document.entries.len());
    assert_eq!(document, feed::read(bytes, &hints));
}

fn dates(bytes: &[u8]) {
    let _ = feed::date::read(&String::from_utf8_lossy(bytes), None);
}

fn html(bytes: &[u8]) {
    let _ = page::read(bytes, &page::Hints { max_chars: 10_000, ..page::Hints::default() });
}

/// The canonical form of a canonical form is itself.
fn url(bytes: &[u8]) {
    if let Some(once) = page::url::canonical(&String::from_utf8_lossy(bytes)) {
        assert_eq!(page::url::canonical(&once).as_deref(), Some(once.as_str()));
    }
}

/// What is written of a list reads as the same list.
fn opml(bytes: &[u8]) {
    let list = feed::opml::read(bytes);
    assert_eq!(list, feed::opml::read(bytes));
    let again = feed::opml::read(feed::opml::write("Liste", &list.feeds).as_bytes());
    assert_eq!(again.feeds.len(), list.feeds.len());
}

/// The rules themselves may always be asked for, and the same bytes say the same.
fn robots(bytes: &[u8]) {
    let allowed = |url: &str| fetch::robots_allow("depesche", bytes, url);
    assert_eq!(allowed("https://b.example/robots.txt"), Some(true));
    for url in ["https://b.example/", "https://b.example/a/%7Eb*c$?d=1&e=%zz"] {
        assert!(allowed(url).is_some());
        assert_eq!(allowed(url), allowed(url));
    }
}
