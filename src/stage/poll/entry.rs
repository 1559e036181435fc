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

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str) -> Entry {
        Entry {
            id: id.into(),
            title: Some("Überschrift".into()),
            url: Some("https://example.org/a?utm_source=rss".into()),
            summary: Some("Zusammenfassung".into()),
            content: Some("Inhalt".into()),
            ..Entry::default()
        }
    }

    fn page(text: &str) -> Page {
        Page {
            outcome: PageOutcome::Read,
            reason: None,
            title: "Titel der Seite".into(),
            text: text.into(),
            authors: vec!["Anna Beispiel".into()],
            published: Some(crate::message::Timestamp::from_second(1_700_000_000)),
            modified: None,
            canonical_url: Some("https://example.org/canonical".into()),
            lang: Some("de".into()),
            site_name: None,
            section: None,
            tags: Vec::new(),
            paywalled: None,
            truncated: false,
        }
    }

    fn made(entry: &Entry, page: Result<Page, PageOutcome>) -> Article {
        let source = FeedSource {
            url: "https://example.org/rss".into(),
            outlet: "Blatt".into(),
            lang: Some("fr".into()),
            country: Some("DE".into()),
            pages: true,
        };
        let config = Poll { max_text_chars: 20, ..Poll::default() };
        article("f-1", &source, None, entry, 0, page, &config)
    }

    fn recent(entry: &Entry, revision: u32) -> RecentEntry {
        let article = id_of("f-1", entry);
        RecentEntry { id: entry.id.clone(), hash: entry.hash(), article, revision }
    }

    #[test]
    fn new_changed_and_known_entries_are_told_apart() {
        let config = Poll { max_revisions: 2, ..Poll::default() };
        let told = entry("g-1");
        let mut corrected = told.clone();
        corrected.title = Some("Andere Überschrift".into());
        let known = |revision| BTreeMap::from([("g-1".to_owned(), recent(&told, revision))]);
        assert_eq!(plan(&BTreeMap::new(), &told, &config), Plan::Publish { revision: 0 });
        assert_eq!(plan(&known(0), &told, &config), Plan::Known);
        assert_eq!(plan(&known(0), &corrected, &config), Plan::Publish { revision: 1 });
        assert_eq!(plan(&known(1), &corrected, &config), Plan::Publish { revision: 2 });
        // Changed too often: a counter in the text, perhaps.
        assert_eq!(plan(&known(2), &corrected, &config), Plan::Known);
        assert_eq!(plan(&known(0), &entry("g-2"), &config), Plan::Publish { revision: 0 });
    }

    #[test]
    fn the_id_is_the_same_whether_or_not_the_page_was_fetched() {
        let told = entry("g-1");
        let pages = [
            Ok(page("Der Text.")),
            Err(PageOutcome::Failed),
            Err(PageOutcome::Forbidden),
            Err(PageOutcome::NotFetched),
        ];
        for page in pages {
            assert_eq!(made(&told, page).id, id_of("f-1", &told));
        }
        // Nor on what a campaign adds to the address, or on the feed that tells it.
        let mut plain = told.clone();
        plain.url = Some("https://example.org/a".into());
        assert_eq!(id_of("f-2", &plain), id_of("f-1", &told));
        // Without an address it is the entry's of this feed.
        plain.url = None;
        assert_ne!(id_of("f-2", &plain), id_of("f-1", &plain));
        assert_eq!(id_of("f-1", &plain), id_of("f-1", &plain.clone()));
    }

    #[test]
    fn the_text_is_the_pages_else_the_content_else_the_summary() {
        let text = |entry: &Entry, page| {
            let article = made(entry, page);
            (article.text_source, article.text)
        };
        let mut told = entry("g-1");
        assert_eq!(text(&told, Ok(page("Seite"))), (TextSource::Page, "Seite".into()));
        assert_eq!(text(&told, Ok(page(" \n"))), (TextSource::Content, "Inhalt".into()));
        let stub = Page { outcome: PageOutcome::NoText, ..page("Anriss") };
        assert_eq!(text(&told, Ok(stub)), (TextSource::Content, "Inhalt".into()));
        let none = || Err(PageOutcome::Failed);
        assert_eq!(text(&told, none()), (TextSource::Content, "Inhalt".into()));
        told.content = Some("  ".into());
        assert_eq!(text(&told, none()), (TextSource::Summary, "Zusammenfassung".into()));
        told.summary = None;
        assert_eq!(text(&told, none()), (TextSource::Title, String::new()));
    }

    #[test]
    fn the_entry_speaks_before_the_page_and_the_page_before_the_list() {
        let mut told = entry("g-1");
        let article = made(&told, Ok(page("Seite")));
        assert_eq!(article.title, "Überschrift");
        assert_eq!(article.lang.as_deref(), Some("de"));
        assert_eq!(article.authors, ["Anna Beispiel"]);
        assert_eq!(
            article.published.map(crate::message::Timestamp::as_second),
            Some(1_700_000_000)
        );
        assert_eq!(article.canonical_url.as_deref(), Some("https://example.org/canonical"));
        told.title = None;
        told.lang = Some("en".into());
        let article = made(&told, Ok(page("Seite")));
        assert_eq!(
            (article.title.as_str(), article.lang.as_deref()),
            ("Titel der Seite", Some("en"))
        );
        let article = made(&told, Err(PageOutcome::Failed));
        assert_eq!(article.canonical_url.as_deref(), Some("https://example.org/a"));
        told.lang = None;
        assert_eq!(made(&told, Err(PageOutcome::Failed)).lang.as_deref(), Some("fr"));
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        let article = made(&entry("g-1"), Ok(page(&"ä".repeat(21))));
        assert_eq!(article.text, "ä".repeat(20));
        assert!(article.truncated);
        assert!(!made(&entry("g-1"), Ok(page(&"ä".repeat(20)))).truncated);
    }

    #[test]
    fn everything_in_the_document_is_remembered_and_some_of_what_left_it() {
        let entries: Vec<Entry> = (0..6).map(|n| entry(&format!("g-{n}"))).collect();
        let before: Vec<RecentEntry> = entries.iter().skip(2).map(|e| recent(e, 0)).collect();
        let mut known: BTreeMap<String, RecentEntry> =
            before.iter().map(|r| (r.id.clone(), r.clone())).collect();
        known.insert("g-0".into(), recent(&entries[0], 0));
        known.insert("g-2".into(), recent(&entries[2], 1));
        // g-1 could not be published yet: it is not remembered, and comes again.
        let document: Vec<String> = ["g-0", "g-1", "g-2", "g-0"].map(str::to_owned).to_vec();
        let config = Poll { remembered_entries: 2, ..Poll::default() };
        let kept = remember(&document, &before, &known, &config);
        let ids: Vec<(&str, u32)> = kept.iter().map(|r| (r.id.as_str(), r.revision)).collect();
        assert_eq!(ids, [("g-0", 0), ("g-2", 1), ("g-3", 0), ("g-4", 0)]);
    }
}
