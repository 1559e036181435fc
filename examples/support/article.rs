//! An article of nothing but a text, as the scorers have them.

use depesche::message::{Article, Message as _, PageOutcome, TextSource};

pub(crate) fn article(id: &str, text: &str, lang: &str, country: Option<&str>) -> Article {
    Article {
        schema: Article::SCHEMA.into(),
        id: id.to_owned(),
        revision: 0,
        feed: String::new(),
        entry: id.to_owned(),
        outlet: String::new(),
        url: None,
        canonical_url: None,
        title: String::new(),
        summary: None,
        text: text.to_owned(),
        text_source: TextSource::Content,
        page: PageOutcome::NotFetched,
        truncated: false,
        lang: Some(lang.to_owned()),
        country: country.map(str::to_owned),
        published: None,
        modified: None,
        authors: Vec::new(),
        tags: Vec::new(),
    }
}
