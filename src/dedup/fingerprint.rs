//! What is kept of an article.

use super::{grams, numbers, question, words};
use crate::message::{Article, Fingerprint, Message as _, SignatureText, Timestamp};

/// Words below which a text proves nothing by itself.
pub(super) const MIN_WORDS: usize = 30;

/// The fingerprint of an article; `seen` is when it was first seen.
///
/// Its time is the publication, or the first sight where none is stated or a later one is claimed.
/// `of` is not filled: that is the answer of [`Index::find`](super::Index::find).
#[must_use]
pub fn fingerprint(article: &Article, seen: Timestamp) -> Fingerprint {
    let text = words::Plain::of(&article.text);
    let (title, body) = (words::words(&article.title), text.words());
    let kept = grams::sample(&grams::grams(&body));
    let host = article.canonical_url.as_deref().or(article.url.as_deref()).and_then(host);
    Fingerprint {
        schema: Fingerprint::SCHEMA.to_owned(),
        article: article.id.clone(),
        revision: article.revision,
        host: host.unwrap_or_else(|| article.feed.clone()),
        time: article.published.map_or(seen, |published| published.min(seen)),
        words: u32::try_from(body.len()).unwrap_or(u32::MAX),
        exact: grams::exact(&body),
        title: grams::title(&title),
        weak: body.len() < MIN_WORDS || !words::fits_title(&title, &body),
        signature: SignatureText::pack(kept.get(..question::ANCHORS).unwrap_or(&kept)),
        grams: SignatureText::pack(&kept),
        numbers: Some(SignatureText::pack(&numbers::numbers(&text, &body))),
        of: None,
    }
}

fn host(url: &str) -> Option<String> {
    let url = url::Url::parse(url).ok()?;
    let host = url.host_str()?;
    // A host name has at most 253 characters; anything longer is none.
    (host.len() <= 253).then(|| host.strip_prefix("www.").unwrap_or(host).to_owned())
}
