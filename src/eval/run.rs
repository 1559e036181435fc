//! From gold articles to scores.

use super::gold::{GoldArticle, GoldError, read};
use super::score::Scores;
use crate::extract::Extractor;
use crate::message::{
    Article, Message as _, PageOutcome, TextSource, Timestamp, article_id, content_hash, rfc3339,
};

/// Extracts from every article of a gold file and adds the scores to a set.
///
/// # Errors
/// The gold cannot be used.
pub fn score(
    extractor: &Extractor,
    set: &str,
    gold: &str,
    scores: &mut Scores,
) -> Result<(), GoldError> {
    // Gold states its publication: when it was seen plays no role.
    let seen = Timestamp::from_second(0);
    for gold in read(gold)? {
        let reports = extractor.read(&gold.article(), seen, None).reports;
        scores.add(set, &gold, &reports, &|event_type| {
            extractor.group_of(event_type).map(str::to_owned)
        });
    }
    Ok(())
}

impl GoldArticle {
    /// The article as it would come from a feed.
    #[must_use]
    pub fn article(&self) -> Article {
        let text = self.text.trim();
        Article {
            schema: Article::SCHEMA.into(),
            id: article_id(None, &self.id, &content_hash(&[&self.title, text])),
            revision: 0,
            feed: String::new(),
            entry: self.id.clone(),
            outlet: "gold".into(),
            url: None,
            canonical_url: None,
            title: self.title.clone(),
            summary: None,
            text: text.to_owned(),
            text_source: TextSource::Content,
            page: PageOutcome::NotFetched,
            truncated: false,
            lang: None,
            country: None,
            published: rfc3339(&self.published),
            modified: None,
            authors: Vec::new(),
            tags: Vec::new(),
        }
    }
}
