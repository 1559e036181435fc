//! From fields as found to entries: plain texts, absolute links, dates, identity.

use super::draft::{Draft, DraftEntry, Found, Words};
use super::{Document, Entry, Hints, Repairs, Rhythm, date, identity, plain};
use crate::message::FeedVerdict;
use url::Url;

/// Longest texts, in characters.
const MAX_TITLE: usize = 1_000;
const MAX_SUMMARY: usize = 20_000;
const MAX_CONTENT: usize = 200_000;
const MAX_NAME: usize = 200;
/// Authors or tags of one entry.
const MAX_NAMES: usize = 64;
/// Longest link, in bytes.
const MAX_URL: usize = 2_048;
/// Longest raw date kept, in characters.
const MAX_DATE: usize = 120;

/// Makes the document.
pub(super) fn assemble(found: Found, hints: &Hints<'_>, repairs: Repairs) -> Document {
    let Found { draft, raw, error } = found;
    let repairs = repairs.into_names();
    let Some(draft) = draft else {
        return Document {
            verdict: FeedVerdict::Unreadable,
            format: None,
            repairs,
            error,
            title: None,
            url: None,
            lang: None,
            ttl_minutes: None,
            rhythm: Rhythm::default(),
            hub: None,
            raw_entries: raw,
            entries: Vec::new(),
            left_out: 0,
        };
    };
    let Draft { format, title, link, lang, ttl, hub, beat, entries, whole, doubt: _ } = draft;
    let source = hints.url.and_then(|u| Url::parse(u).ok());
    let site = link.as_deref().and_then(|l| absolute(l, source.as_ref()));
    let base = source.or_else(|| site.as_deref().and_then(|s| Url::parse(s).ok()));
    let left_out = whole.saturating_sub(entries.len());
    let read: Vec<(Option<String>, Entry)> =
        entries.into_iter().map(|e| entry(e, base.as_ref(), hints)).collect();
    // An entry without a title, a link or a text says nothing.
    let (full, void): (Vec<_>, Vec<_>) = read.into_iter().partition(|(_, e)| {
        e.title.is_some() || e.url.is_some() || e.summary.is_some() || e.content.is_some()
    });
    let readable = whole.saturating_sub(void.len());
    let verdict = if readable == 0 && (raw > 0 || error.is_some()) {
        FeedVerdict::Unreadable
    } else if readable < raw {
        FeedVerdict::Partial
    } else if repairs.is_empty() {
        FeedVerdict::Clean
    } else {
        FeedVerdict::Repaired
    };
    let error = match verdict {
        FeedVerdict::Clean | FeedVerdict::Repaired => error,
        _ => error.or_else(|| Some(format!("{} of {raw} entries say nothing", void.len()))),
    };
    Document {
        verdict,
        format: Some(format.name()),
        repairs,
        error,
        title: title.and_then(|t| text(&t, MAX_TITLE)).map(one_line),
        url: site,
        lang: lang.as_deref().and_then(language),
        ttl_minutes: ttl,
        rhythm: beat.rhythm(),
        hub: hub.and_then(|h| absolute(&h, base.as_ref())),
        raw_entries: raw,
        entries: identity::identified(full),
        left_out,
    }
}

/// The entry with its guid; its id is still empty.
fn entry(draft: DraftEntry, base: Option<&Url>, hints: &Hints<'_>) -> (Option<String>, Entry) {
    let guid = draft.guid.map(|g| g.trim().to_owned()).filter(|g| !g.is_empty());
    let permanent = guid
        .as_deref()
        .filter(|g| draft.guid_is_link && (g.starts_with("http://") || g.starts_with("https://")));
    let url = draft
        .link
        .as_deref()
        .and_then(|l| absolute(l, base))
        .or_else(|| permanent.and_then(|g| absolute(g, None)));
    let raw = |date: Option<String>| -> Option<String> {
        date.map(|raw| raw.trim().chars().take(MAX_DATE).collect())
    };
    let (published_raw, updated_raw) = (raw(draft.published), raw(draft.updated));
    let published = published_raw.as_deref().map(|raw| date::read(raw, hints.fetched));
    let date = |raw: &str| date::read(raw, hints.fetched).ok();
    let names = |list: Vec<String>| -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for name in list.into_iter().take(MAX_NAMES) {
            let name = one_line(plain::from_html(&name, MAX_NAME));
            if !name.is_empty() && !out.contains(&name) {
                out.push(name);
            }
        }
        out
    };
    let entry = Entry {
        id: String::new(),
        title: draft.title.and_then(|t| text(&t, MAX_TITLE)).map(one_line),
        url,
        alternate: None,
        published: published.and_then(Result::ok),
        published_fault: published.and_then(Result::err),
        published_raw,
        updated: updated_raw.as_deref().and_then(date),
        updated_raw,
        summary: draft.summary.and_then(|t| text(&t, MAX_SUMMARY)),
        content: draft.content.and_then(|t| text(&t, MAX_CONTENT)),
        lang: draft.lang.as_deref().and_then(language),
        authors: names(draft.authors),
        tags: names(draft.tags),
        geo: draft.extras.point(),
        source: draft.extras.source(|link| absolute(link, base)),
        // Warnings begin and end in the future.
        alert: draft.extras.alert(|raw| date::read(raw, None).ok()),
    };
    (guid, entry)
}

fn text(words: &Words, max: usize) -> Option<String> {
    let plain = if words.literal {
        plain::from_text(&words.body, max)
    } else {
        plain::from_html(&words.body, max)
    };
    Some(plain).filter(|text| !text.is_empty())
}

fn one_line(text: String) -> String {
    if text.contains('\n') { text.split_whitespace().collect::<Vec<_>>().join(" ") } else { text }
}

/// A language tag that at least looks like one.
fn language(raw: &str) -> Option<String> {
    let tag = raw.trim().replace('_', "-");
    let fits = (2..=35).contains(&tag.len())
        && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && tag.starts_with(|c: char| c.is_ascii_alphabetic());
    fits.then_some(tag)
}

/// An absolute `http` or `https` link.
fn absolute(link: &str, base: Option<&Url>) -> Option<String> {
    let link = link.trim();
    if link.is_empty() || link.len() > MAX_URL {
        return None;
    }
    let url = match (Url::parse(link), base) {
        (Ok(url), _) => url,
        (Err(url::ParseError::RelativeUrlWithoutBase), Some(base)) => base.join(link).ok()?,
        _ => return None,
    };
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| url.into())
}
