//! JSON Feed: feed-rs first, then an own reading that forgives what feed-rs does not.

use super::draft::{Draft, DraftEntry, Format, Found, Words};
use super::{Hints, Repairs, extra::Extras, strict};
use serde_json::{Map, Value};

/// Whether the document is JSON rather than XML.
pub(super) fn looks_like_json(text: &str) -> bool {
    text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').starts_with('{')
}

/// Reads a JSON Feed. The own reading decides what an entry is; feed-rs says whether it was clean.
pub(super) fn read(text: &str, hints: &Hints<'_>, repairs: &mut Repairs) -> Found {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(e) => return Found::nothing(format!("not a JSON Feed: {e}")),
    };
    let items = value.get("items").and_then(Value::as_array);
    let (Some(feed), Some(items)) = (value.as_object(), items) else {
        return Found::nothing("JSON, but not a JSON Feed: it has no list of items");
    };
    let mut draft = Draft::new(Format::Json);
    draft.title = text_of(feed, "title").map(Words::literal);
    draft.link = text_of(feed, "home_page_url");
    draft.lang = text_of(feed, "language");
    draft.hub = feed
        .get("hubs")
        .and_then(Value::as_array)
        .and_then(|hubs| hubs.first()?.get("url")?.as_str().map(str::to_owned));
    for item in items.iter().filter_map(Value::as_object) {
        draft.whole += 1;
        if draft.entries.len() < hints.max_entries {
            draft.entries.push(entry(item));
        }
    }
    match strict::read(text, hints) {
        Ok(strict) if strict.whole == items.len() => {}
        _ => repairs.add("json_leniency"),
    }
    let error = (draft.whole < items.len())
        .then(|| format!("read {} of {} entries", draft.whole, items.len()));
    Found { draft: Some(draft), raw: items.len(), error }
}

fn entry(item: &Map<String, Value>) -> DraftEntry {
    let names = |key: &str, inner: Option<&str>| -> Vec<String> {
        let list = item.get(key).and_then(Value::as_array).into_iter().flatten();
        let name = |v: &Value| match inner {
            Some(inner) => v.get(inner).and_then(Value::as_str).map(str::to_owned),
            None => v.as_str().map(str::to_owned),
        };
        list.filter_map(name).take(64).collect()
    };
    let mut authors = names("authors", Some("name"));
    if let Some(author) = item.get("author").and_then(|a| a.get("name")).and_then(Value::as_str) {
        authors.push(author.to_owned());
    }
    let literal = text_of(item, "content_text").map(Words::literal);
    DraftEntry {
        guid: text_of(item, "id"),
        guid_is_link: true,
        link: text_of(item, "url").or_else(|| text_of(item, "external_url")),
        title: text_of(item, "title").map(Words::literal),
        summary: text_of(item, "summary").map(Words::literal),
        content: text_of(item, "content_html").map(Words::html).or(literal),
        published: text_of(item, "date_published"),
        updated: text_of(item, "date_modified"),
        lang: text_of(item, "language"),
        authors,
        tags: names("tags", None),
        extras: Extras::default(),
    }
}

/// A member as text; numbers stand for themselves.
fn text_of(object: &Map<String, Value>, key: &str) -> Option<String> {
    match object.get(key)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
