//! One entry of a feed: what article does it make.

use crate::config::{FeedSource, Poll};
use crate::feed::Entry;
use crate::message::{Article, Message as _, PageOutcome, TextSource};
use crate::page::Page;

/// Makes the article of an entry and its page; `identity` is its id and revision.
pub(super) fn article(
    feed: &str,
    source: &FeedSource,
    feed_lang: Option<&str>,
    entry: &Entry,
    identity: (&str, u32),
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
        id: identity.0.to_owned(),
        revision: identity.1,
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
            canonical_url: Some("https://example.org/canonical".into()),
            lang: Some("de".into()),
            ..Page::default()
        }
    }

    fn made(entry: &Entry, page: Result<Page, PageOutcome>) -> Article {
        let source = FeedSource {
            url: "https://example.org/rss".into(),
            outlet: "Blatt".into(),
            lang: Some("fr".into()),
            country: Some("DE".into()),
            pages: true,
            section: Vec::new(),
        };
        let config = Poll { max_text_chars: 20, ..Poll::default() };
        article("f-1", &source, None, entry, ("a-1", 0), page, &config)
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
}
