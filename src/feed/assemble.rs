//! From fields as found to entries: plain texts, absolute links, dates, identity.

use super::draft::{Draft, DraftEntry, Found, Words};
use super::{Document, Entry, Hints, Repairs, Rhythm, date, plain};
use crate::message::{FeedVerdict, content_hash};
use std::collections::{HashMap, HashSet};
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
/// Longest guid kept as it is, in bytes; a longer one is hashed.
const MAX_ID: usize = 512;
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
    let Draft { format, title, link, lang, ttl, hub, entries, whole } = draft;
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
        rhythm: Rhythm::default(),
        hub: hub.and_then(|h| absolute(&h, base.as_ref())),
        raw_entries: raw,
        entries: identified(full),
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
    let raw = draft.published.map(|raw| raw.trim().chars().take(MAX_DATE).collect::<String>());
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
        published: raw.as_deref().and_then(|raw| date::read(raw, hints.fetched)),
        published_raw: raw,
        updated: draft.updated.and_then(|raw| date::read(&raw, hints.fetched)),
        summary: draft.summary.and_then(|t| text(&t, MAX_SUMMARY)),
        content: draft.content.and_then(|t| text(&t, MAX_CONTENT)),
        lang: draft.lang.as_deref().and_then(language),
        authors: names(draft.authors),
        tags: names(draft.tags),
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

/// Gives every entry its id. A guid that stands on entries with different links or titles names
/// none of them: those go by their link, and by their words where even links repeat. Exact
/// repetitions are dropped.
fn identified(read: Vec<(Option<String>, Entry)>) -> Vec<Entry> {
    // None once a guid has turned out to be shared.
    type Owner<'a> = Option<(Option<&'a str>, Option<&'a str>)>;
    let mut owners: HashMap<&str, Owner<'_>> = HashMap::new();
    for (guid, entry) in &read {
        let Some(guid) = guid else { continue };
        let this = (entry.url.as_deref(), entry.title.as_deref());
        let owner = owners.entry(guid).or_insert(Some(this));
        if *owner != Some(this) {
            *owner = None;
        }
    }
    let shared: HashSet<String> = owners
        .into_iter()
        .filter(|(_, owner)| owner.is_none())
        .map(|(guid, _)| guid.to_owned())
        .collect();
    let mut taken: HashMap<String, (Option<String>, Option<String>)> = HashMap::new();
    let mut out = Vec::with_capacity(read.len());
    for (guid, mut entry) in read {
        let by_words = || {
            let part = |t: &Option<String>| t.clone().unwrap_or_default();
            let words = content_hash(&[&part(&entry.title), &part(&entry.summary)]);
            format!("hash:{words}")
        };
        let named = guid.filter(|g| !shared.contains(g)).or_else(|| entry.url.clone());
        let named = named.map(|id| {
            if id.len() > MAX_ID { format!("hash:{}", content_hash(&[&id])) } else { id }
        });
        let mut id = named.unwrap_or_else(by_words);
        let this = (entry.url.clone(), entry.title.clone());
        if taken.get(&id).is_some_and(|other| *other != this) {
            id = by_words();
        }
        if !taken.contains_key(&id) {
            taken.insert(id.clone(), this);
            entry.id = id;
            out.push(entry);
        }
    }
    out
}
