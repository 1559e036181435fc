//! feed-rs behind a panic guard.

use super::draft::{Draft, DraftEntry, Format, Words};
use super::{Hints, extra::Extras, guard};
use feed_rs::model::{Entry, Feed, FeedType, Link, Text};

/// Reads a document with feed-rs; its panics are errors.
pub(super) fn read(text: &str, hints: &Hints<'_>) -> Result<Draft, String> {
    let base = hints.url.filter(|u| url::Url::parse(u).is_ok());
    let feed = guard::guarded(|| {
        feed_rs::parser::Builder::new()
            .base_uri(base)
            // Identity is ours: feed-rs makes up another id each time.
            .id_generator(|_, _, _| String::new())
            .sanitize_content(false)
            // Dates are ours too: they come from the raw text.
            .timestamp_parser(|_| None)
            .build()
            .parse(text.as_bytes())
    })?;
    feed.map(|feed| draft(feed, hints.max_entries)).map_err(|e| {
        let message = e.to_string();
        message.chars().take(300).collect()
    })
}

fn draft(feed: Feed, max_entries: usize) -> Draft {
    let format = match feed.feed_type {
        FeedType::Atom => Format::Atom,
        FeedType::JSON => Format::Json,
        FeedType::RSS1 => Format::Rdf,
        FeedType::RSS0 | FeedType::RSS2 => Format::Rss,
    };
    let hub = feed.links.iter().find(|l| l.rel.as_deref() == Some("hub"));
    let mut out = Draft::new(format);
    out.hub = hub.map(|l| l.href.clone());
    out.link = alternate(&feed.links);
    out.title = feed.title.map(|t| words(t, format));
    out.lang = feed.language;
    out.ttl = feed.ttl;
    out.whole = feed.entries.len();
    out.entries = feed.entries.into_iter().take(max_entries).map(|e| entry(e, format)).collect();
    out
}

fn entry(entry: Entry, format: Format) -> DraftEntry {
    let content = entry.content.and_then(|content| {
        let literal = format == Format::Atom && content.content_type.subty() == "plain";
        let body = content.body?;
        Some(if literal { Words::literal(body) } else { Words::html(body) })
    });
    DraftEntry {
        guid: Some(entry.id).filter(|id| !id.trim().is_empty()),
        guid_is_link: false,
        link: alternate(&entry.links),
        title: entry.title.map(|t| words(t, format)),
        summary: entry.summary.map(|t| words(t, format)),
        content,
        published: None,
        updated: None,
        lang: entry.language,
        authors: entry.authors.into_iter().filter_map(|p| p.name).collect(),
        tags: entry.categories.into_iter().map(|c| c.label.unwrap_or(c.term)).collect(),
        extras: Extras::default(),
    }
}

/// Only Atom has literal text; RSS titles are HTML in practice, whatever feed-rs calls them.
fn words(text: Text, format: Format) -> Words {
    if format == Format::Atom && text.content_type.subty() == "plain" {
        Words::literal(text.content)
    } else {
        Words::html(text.content)
    }
}

fn alternate(links: &[Link]) -> Option<String> {
    links
        .iter()
        .find(|l| l.target.is_none() && l.rel.as_deref().is_none_or(|rel| rel == "alternate"))
        .map(|l| l.href.clone())
}
