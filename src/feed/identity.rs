//! The identity of entries: from poll to poll, and within one document.
//!
//! An entry's id is the first of these that names it alone in its document:
//!
//! 1. its guid. One that is an address is taken in its *identity form* (below); where it differs
//!    from the link only in its query or fragment, the shorter of the two counts: publishers count
//!    versions and stamp times there;
//! 2. its link in identity form;
//! 3. a hash of title and summary.
//!
//! The identity form of an address is [`crate::page::url::canonical`] (`http` is `https`, tracking
//! parameters and session ids are gone, the rest of the query is sorted) without the tokens and
//! time stamps of [`VOLATILE`], and with its fragment unless that is for tracking: entries of a
//! live ticker differ by nothing else.
//!
//! [`Entry::alternate`] is the link where the id is a guid: it still holds when a publisher gives
//! every entry a new guid.

use super::Entry;
use crate::message::content_hash;
use std::collections::{HashMap, HashSet};
use url::Url;

/// Longest guid kept as it is, in bytes; a longer one is hashed.
const MAX_ID: usize = 512;

/// Parameters whose value is another one at each fetch. They count only where a path or another
/// parameter is left to name the entry.
const VOLATILE: [&str; 15] = [
    "token",
    "access_token",
    "ts",
    "timestamp",
    "time",
    "nonce",
    "rand",
    "random",
    "rnd",
    "cb",
    "cachebuster",
    "cache",
    "_",
    "sig",
    "expires",
];

/// The identity form of an address; none where it is none.
pub(super) fn of_address(address: &str) -> Option<String> {
    let mut url = Url::parse(address).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let fragment = url
        .fragment()
        .filter(|f| {
            !f.is_empty() && !["xtor=", "ref=", "utm_", "at_"].iter().any(|p| f.starts_with(p))
        })
        .map(str::to_owned);
    if url.query().is_some() {
        drop_volatile(&mut url);
    }
    let mut form = crate::page::url::canonical_of(&url)?;
    if let Some(fragment) = fragment {
        form.push('#');
        form.push_str(&fragment);
    }
    Some(form)
}

/// Takes parameters out whose value is another one at each fetch.
fn drop_volatile(url: &mut Url) {
    let stays = |name: &str| !VOLATILE.iter().any(|v| v.eq_ignore_ascii_case(name));
    let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let kept: Vec<_> = query.iter().filter(|(name, _)| stays(name)).collect();
    if kept.len() < query.len() && (!kept.is_empty() || url.path().len() > 1) {
        url.set_query(None);
        if !kept.is_empty() {
            url.query_pairs_mut().extend_pairs(kept);
        }
    }
}

/// Address without query and fragment.
fn bare(form: &str) -> &str {
    form.split(['?', '#']).next().unwrap_or(form)
}

/// What may name an entry, best first.
fn names(guid: Option<&str>, link: Option<&str>) -> Vec<String> {
    let guid_form = guid.and_then(of_address);
    let bounded = |name: String| {
        if name.len() > MAX_ID { format!("hash:{}", content_hash(&[&name])) } else { name }
    };
    let guid_name = match (&guid_form, link) {
        // Only a version or a time differs. A link without a path is no entry's own.
        (Some(form), Some(link))
            if bare(form) == bare(link) && has_path(link) && form.len() > link.len() =>
        {
            None
        }
        (Some(form), _) => Some(form.clone()),
        (None, _) => guid.map(str::to_owned),
    };
    let last = guid_form.or_else(|| guid.map(str::to_owned));
    let mut out: Vec<String> = Vec::new();
    for name in [guid_name, link.map(str::to_owned), last].into_iter().flatten().map(bounded) {
        if !out.contains(&name) {
            out.push(name);
        }
    }
    out
}

fn has_path(form: &str) -> bool {
    let rest = form.split_once("://").map_or(form, |(_, rest)| rest);
    rest.split_once('/').is_some_and(|(_, path)| !path.is_empty())
}

/// Link and title: what tells two entries apart.
type Face = (Option<String>, Option<String>);

/// Gives every entry its id. A name that stands on entries with different links or titles names
/// none of them. Exact repetitions are dropped.
pub(super) fn identified(read: Vec<(Option<String>, Entry)>) -> Vec<Entry> {
    let read: Vec<(Vec<String>, Face, Entry)> = read
        .into_iter()
        .map(|(guid, mut entry)| {
            let link = entry.url.as_deref().and_then(of_address).or_else(|| entry.url.clone());
            let names = names(guid.as_deref(), link.as_deref());
            let face = (link.clone(), entry.title.clone());
            entry.alternate = link;
            (names, face, entry)
        })
        .collect();
    // None once a name has turned out to be shared.
    let mut owners: HashMap<&str, Option<&Face>> = HashMap::new();
    for (names, face, _) in &read {
        for name in names {
            let owner = owners.entry(name).or_insert(Some(face));
            if *owner != Some(face) {
                *owner = None;
            }
        }
    }
    let shared: HashSet<String> = owners
        .into_iter()
        .filter(|(_, owner)| owner.is_none())
        .map(|(name, _)| name.to_owned())
        .collect();
    let mut taken: HashSet<String> = HashSet::new();
    let mut out = Vec::with_capacity(read.len());
    for (names, _, mut entry) in read {
        let id = names.into_iter().find(|name| !shared.contains(name)).unwrap_or_else(|| {
            let part = |t: &Option<String>| t.clone().unwrap_or_default();
            let face = [part(&entry.url), part(&entry.title), part(&entry.summary)];
            // Where even links repeat they say nothing.
            let [_, title, summary] = &face;
            format!("hash:{}", content_hash(&[title, summary]))
        });
        if taken.insert(id.clone()) {
            entry.alternate = entry.alternate.take().filter(|other| *other != id);
            entry.id = id;
            out.push(entry);
        }
    }
    out
}
