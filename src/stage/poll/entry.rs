//! One entry of a feed: is it new, and what article does it make.

use crate::config::{FeedSource, Poll};
use crate::feed::Entry;
use crate::message::{
    Article, FeedState, Message as _, PageOutcome, RecentEntry, TextSource, article_id,
};
use crate::page::Page;
use std::collections::BTreeMap;

/// What is to be done with an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Plan {
    /// Published before, unchanged, or changed too often.
    Known,
    /// To be published as this revision (0 is the first).
    Publish {
        /// Revision of the article.
        revision: u32,
    },
}

/// Compares an entry with what was published before.
pub(super) fn plan(recent: &BTreeMap<String, RecentEntry>, entry: &Entry, config: &Poll) -> Plan {
    match recent.get(&entry.id) {
        None => Plan::Publish { revision: 0 },
        Some(before) if before.hash == entry.hash() => Plan::Known,
        Some(before) if before.revision >= config.max_revisions => Plan::Known,
        Some(before) => Plan::Publish { revision: before.revision + 1 },
    }
}

/// Article id of an entry. From the entry alone, so that it does not depend on whether its page
/// could be fetched this time.
pub(super) fn id_of(feed: &str, entry: &Entry) -> String {
    let canonical = entry.url.as_deref().and_then(crate::page::url::canonical);
    article_id(canonical.as_deref(), feed, &entry.id)
}

/// Makes the article of an entry and its page.
pub(super) fn article(
    feed: &str,
    source: &FeedSource,
    feed_lang: Option<&str>,
    entry: &Entry,
    revision: u32,
    page: Result<Page, PageOutcome>,
    config: &Poll,
) -> Article {
    let (outcome, page) = match page {
        Ok(page) => (page.outcome, Some(page)),
        Err(outcome) => (outcome, None),
    };
    let of_page = |pick: fn(&Page) -> Option<String>| page.as_ref().and_then(pick);
    let (text_source, text) = text_of(entry, outcome, page.as_ref());
    let kept: String = text.chars().take(config.max_text_chars).collect();
    let truncated = kept.len() < text.len() || page.as_ref().is_some_and(|p| p.truncated);
    let canonical = of_page(|p| p.canonical_url.clone())
        .or_else(|| entry.url.clone())
        .and_then(|url| crate::page::url::canonical(&url));
    let mut authors = entry.authors.clone();
    if authors.is_empty() {
        authors = page.as_ref().map(|p| p.authors.clone()).unwrap_or_default();
    }
    Article {
        schema: Article::SCHEMA.into(),
        id: id_of(feed, entry),
        revision,
        feed: feed.to_owned(),
        entry: entry.id.clone(),
        outlet: source.outlet.clone(),
        url: entry.url.clone(),
        canonical_url: canonical,
        title: entry
            .title
            .clone()
            .or_else(|| of_page(|p| Some(p.title.clone())))
            .unwrap_or_default(),
        summary: entry.summary.clone(),
        text: kept,
        text_source,
        page: outcome,
        truncated,
        lang: entry
            .lang
            .clone()
            .or_else(|| of_page(|p| p.lang.clone()))
            .or_else(|| feed_lang.map(str::to_owned))
            .or_else(|| source.lang.clone()),
        country: source.country.clone(),
        published: entry.published.or_else(|| page.as_ref().and_then(|p| p.published)),
        modified: page.as_ref().and_then(|p| p.modified).or(entry.updated),
        authors,
        tags: entry.tags.clone(),
    }
}

/// The best text there is: the page's, else the feed's content, else its summary.
fn text_of(entry: &Entry, outcome: PageOutcome, page: Option<&Page>) -> (TextSource, String) {
    let filled = |text: Option<&String>| text.filter(|t| !t.trim().is_empty()).cloned();
    if outcome == PageOutcome::Read
        && let Some(text) = filled(page.map(|p| &p.text))
    {
        return (TextSource::Page, text);
    }
    if let Some(text) = filled(entry.content.as_ref()) {
        return (TextSource::Content, text);
    }
    match filled(entry.summary.as_ref()) {
        Some(text) => (TextSource::Summary, text),
        None => (TextSource::Title, String::new()),
    }
}

/// What is known of a feed's entries, by entry id.
pub(super) fn recent_by_id(state: Option<&FeedState>) -> BTreeMap<String, RecentEntry> {
    state.map(|s| s.recent.iter().map(|r| (r.id.clone(), r.clone())).collect()).unwrap_or_default()
}

/// The list to remember: everything in the document, then what was known before, newest first,
/// as many as configured.
pub(super) fn remember(
    in_document: &[String],
    before: &[RecentEntry],
    known: &BTreeMap<String, RecentEntry>,
    config: &Poll,
) -> Vec<RecentEntry> {
    let mut seen = std::collections::BTreeSet::new();
    let mut out: Vec<RecentEntry> = Vec::new();
    for id in in_document {
        if let Some(entry) = known.get(id)
            && seen.insert(id.as_str())
        {
            out.push(entry.clone());
        }
    }
    let room = out.len() + config.remembered_entries;
    for entry in before {
        if out.len() == room {
            break;
        }
        if seen.insert(entry.id.as_str()) {
            out.push(entry.clone());
        }
    }
    out
}
