//! The feeds: those of `feeds.list` and those of the files, as one list without doubles.
//!
//! A feed list file has one `[[feeds]]` table for each feed.

use super::FeedSource;
use super::error::{ConfigError, ConfigErrors, Origin};
use super::load::read_text;
use super::tree::{self, Origins};
use std::collections::BTreeMap;
use std::path::Path;
use toml::{Table, Value};
use url::Url;

/// Largest feed list file, in bytes: room for some hundred thousand feeds.
const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// Takes the list at `path` out of `table`, if there is one. Anything else stays where it is,
/// to be refused with everything that has the wrong type.
pub(super) fn take_list(table: &mut Table, path: &[&str]) -> Vec<Value> {
    if !tree::get(table, path).is_some_and(Value::is_array) {
        return Vec::new();
    }
    match tree::remove_at(table, path) {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    }
}

/// All feeds so far, and where each address was said.
#[derive(Debug, Default)]
pub(super) struct Merged {
    sources: Vec<FeedSource>,
    said: BTreeMap<String, (String, Origin)>,
}

impl Merged {
    pub(super) fn sources(&self) -> Vec<FeedSource> {
        self.sources.clone()
    }

    pub(super) fn add_file(
        &mut self,
        path: &Path,
        key: &str,
        origins: &Origins,
        errors: &mut Vec<ConfigError>,
    ) {
        let text = match read_text(path, MAX_FILE_BYTES) {
            Ok(text) => text,
            Err(message) => {
                errors.push(ConfigError::new(key, message).at(origins.of(key)));
                return;
            }
        };
        match tree::parse(&text, path) {
            Err(found) => errors.extend(found),
            Ok((mut table, mut origins)) => {
                origins.set(String::new(), Origin::File { path: path.to_owned(), line: None });
                let list = take_list(&mut table, &["feeds"]);
                for name in table.keys() {
                    let message = "a feed list file has only [[feeds]] tables";
                    errors.push(ConfigError::new(name, message).at(origins.of(name)));
                }
                self.add_list(list, "feeds", &origins, errors);
            }
        }
    }

    pub(super) fn add_list(
        &mut self,
        list: Vec<Value>,
        key: &str,
        origins: &Origins,
        errors: &mut Vec<ConfigError>,
    ) {
        for (index, value) in list.into_iter().enumerate() {
            let key = tree::show(key, &[tree::Step::Index(index)]);
            let origin = origins.of(&key);
            let Value::Table(table) = value else {
                errors.push(ConfigError::new(key, "expected a table").at(origin));
                continue;
            };
            if let Some(source) = tree::typed::<FeedSource>(table, &key, origins, errors) {
                self.add(source, &key, origins, errors);
            }
        }
    }

    fn add(
        &mut self,
        source: FeedSource,
        key: &str,
        origins: &Origins,
        errors: &mut Vec<ConfigError>,
    ) {
        let mut refuse = |field: &str, message: String| {
            let key = format!("{key}.{field}");
            let origin = origins.of(&key);
            errors.push(ConfigError::new(key, message).at(origin));
        };
        if source.outlet.trim().is_empty() {
            refuse("outlet", "is empty".into());
        }
        if source.lang.as_deref().is_some_and(|lang| !is_language(lang)) {
            refuse("lang", "is not a language tag as `de` or `pt-BR`".into());
        }
        if source.country.as_deref().is_some_and(|country| !is_country(country)) {
            refuse("country", "is not a country of two capital letters as `DE`".into());
        }
        let address = match address(&source.url) {
            Ok(address) => address,
            Err(message) => return refuse("url", message),
        };
        if let Some((first, origin)) = self.said.get(&address) {
            return refuse("url", format!("is named already by {first} ({origin})"));
        }
        let url_key = format!("{key}.url");
        self.said.insert(address, (key.to_owned(), origins.of(&url_key)));
        self.sources.push(source);
    }
}

/// Reads one feed list file.
///
/// # Errors
/// Every mistake in it, each with its line.
pub fn read_feed_list(path: &Path) -> Result<Vec<FeedSource>, ConfigErrors> {
    let (mut merged, mut errors) = (Merged::default(), Vec::new());
    merged.add_file(path, "(file)", &Origins::default(), &mut errors);
    ConfigErrors::from_list(errors).map_or(Ok(merged.sources), Err)
}

/// Why a feed could not stand in a list; none where it could.
pub(crate) fn refused(feed: &FeedSource) -> Option<String> {
    let (mut merged, mut errors) = (Merged::default(), Vec::new());
    merged.add(feed.clone(), "", &Origins::default(), &mut errors);
    let error = errors.into_iter().next()?;
    Some(format!("{} {}", error.key.trim_start_matches('.'), error.message))
}

/// The address in its normal form, which decides whether two are the same.
fn address(text: &str) -> Result<String, String> {
    let mut url = Url::parse(text).map_err(|error| format!("is not an address: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("only http and https are read".into());
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err("has no host".into());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds a user name or password, which would show in logs".into());
    }
    url.set_fragment(None);
    Ok(url.into())
}

/// The shape of BCP 47: subtags of one to eight letters and digits, the first of two or three letters.
pub(crate) fn is_language(tag: &str) -> bool {
    let mut subtags = tag.split('-');
    let primary = subtags.next().unwrap_or_default();
    (2..=3).contains(&primary.len())
        && primary.chars().all(|c| c.is_ascii_lowercase())
        && subtags.all(|subtag| {
            (1..=8).contains(&subtag.len()) && subtag.chars().all(|c| c.is_ascii_alphanumeric())
        })
}

fn is_country(code: &str) -> bool {
    code.len() == 2 && code.chars().all(|c| c.is_ascii_uppercase())
}

/// How a feed list differs from the one before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FeedChanges {
    /// Feeds that are new.
    pub added: usize,
    /// Feeds that are gone.
    pub removed: usize,
    /// Feeds of which something but the address is different.
    pub changed: usize,
}

impl FeedChanges {
    /// Compares two lists; a feed is the same where its address is, whatever its place.
    #[must_use]
    pub fn between(before: &[FeedSource], after: &[FeedSource]) -> Self {
        let known: BTreeMap<&str, &FeedSource> =
            before.iter().map(|feed| (feed.url.as_str(), feed)).collect();
        let mut changes = Self::default();
        let mut kept = 0;
        for feed in after {
            match known.get(feed.url.as_str()) {
                None => changes.added += 1,
                Some(old) => {
                    kept += 1;
                    changes.changed += usize::from(*old != feed);
                }
            }
        }
        changes.removed = known.len().saturating_sub(kept);
        changes
    }

    /// Whether the lists are the same, but for their order.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_differ_by_what_came_went_and_changed() {
        let feed = |url: &str, outlet: &str| FeedSource {
            url: url.into(),
            outlet: outlet.into(),
            lang: None,
            country: None,
            pages: true,
            section: Vec::new(),
        };
        let before = [feed("a", "A"), feed("b", "B"), feed("c", "C")];
        let after = [feed("c", "C"), feed("d", "D"), feed("b", "Neu"), feed("e", "E")];
        let changes = FeedChanges::between(&before, &after);
        assert_eq!(changes, FeedChanges { added: 2, removed: 1, changed: 1 });
        let turned = [feed("c", "C"), feed("a", "A"), feed("b", "B")];
        assert!(FeedChanges::between(&before, &turned).is_empty());
    }
}
