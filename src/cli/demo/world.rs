//! The bundled texts as data: outlets, events, articles and the words for days.

use super::words::{Template, Words};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

const WORDS: &str = include_str!("world/words.toml");
const OUTLETS: &str = include_str!("world/outlets.toml");
const EVENTS: [(&str, &str); 4] = [
    ("conflict.toml", include_str!("world/conflict.toml")),
    ("disaster.toml", include_str!("world/disaster.toml")),
    ("society.toml", include_str!("world/society.toml")),
    ("quiet.toml", include_str!("world/quiet.toml")),
];

/// Why the bundled texts cannot be used: a mistake in the files, found by the tests.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// A file does not have the expected form.
    #[error("{file}: {source}")]
    Form {
        /// Name of the file.
        file: &'static str,
        /// What the reader said, with line and column.
        source: toml::de::Error,
    },
    /// The files do not fit together.
    #[error("{place}: {reason}")]
    Sense {
        /// Outlet and slug, or id.
        place: String,
        /// What is wrong.
        reason: &'static str,
    },
}

/// Everything that the demo tells.
#[derive(Debug, Clone)]
pub struct World {
    /// Words for days, by language.
    pub(super) words: BTreeMap<String, Words>,
    /// Outlets, one feed each.
    pub outlets: Vec<Outlet>,
    /// Events with their articles.
    pub events: Vec<Event>,
}

/// An invented newspaper with one feed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outlet {
    /// First part of all its paths.
    pub id: String,
    /// Name.
    pub name: String,
    /// Language (BCP 47).
    pub lang: String,
    /// Country (ISO 3166-1 alpha-2).
    pub country: String,
    /// Form of the feed.
    pub format: Format,
    /// Last part of the feed's path.
    pub feed: String,
    /// Folder of the article pages.
    pub folder: String,
    /// What is wrong with the feed.
    #[serde(default)]
    pub quirk: Quirk,
    /// Whether the feed carries whole texts.
    #[serde(default)]
    pub full: bool,
    /// Whether the demo fetches its pages.
    #[serde(default = "yes")]
    pub pages: bool,
    pub(super) nav: Vec<String>,
    pub(super) more: String,
    pub(super) published: String,
    pub(super) cookies: String,
    pub(super) accept: String,
    pub(super) imprint: String,
}

fn yes() -> bool {
    true
}

/// Form of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// RSS 2.0.
    Rss2,
    /// Atom 1.0 (RFC 4287).
    Atom,
    /// RSS 1.0.
    Rdf,
    /// JSON Feed 1.1.
    JsonFeed,
}

/// What is wrong with a feed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quirk {
    /// Nothing.
    #[default]
    None,
    /// It calls itself ISO-8859-1 and is windows-1252.
    Latin1,
    /// The ampersands of descriptions and categories are not escaped: it is no well-formed XML.
    BareAmpersand,
}

/// Something that happened, or, if quiet, something that is no incident.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Short name, unique.
    pub id: String,
    /// True where nothing in it is an incident.
    #[serde(default)]
    pub quiet: bool,
    /// How the outlets tell it.
    #[serde(rename = "article")]
    pub articles: Vec<Article>,
}

/// One outlet's article on an event.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    /// Id of the outlet.
    pub outlet: String,
    /// Last part of its path, unique within the outlet.
    pub slug: String,
    /// Appears that long after the start; published at that moment.
    #[serde(default)]
    pub after_seconds: u64,
    /// For an article that is there from the start: published so long before it, that day at the earliest.
    #[serde(default)]
    pub minutes_before: u32,
    /// Section of the outlet.
    pub section: String,
    /// Author.
    pub author: Option<String>,
    /// What there is behind the link.
    #[serde(default)]
    pub page: Page,
    pub(super) title: Template,
    pub(super) summary: Template,
    pub(super) text: Template,
    pub(super) caption: Option<Template>,
    /// A later version of the article.
    pub update: Option<Update>,
}

/// What there is behind the link of an entry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Page {
    /// The article.
    #[default]
    Article,
    /// The article, but robots.txt forbids to fetch it.
    Forbidden,
    /// Nothing: 404.
    Missing,
    /// The entry has no link.
    None,
}

/// A later version of an article.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// Replaces the article that long after the start.
    pub after_seconds: u64,
    pub(super) title: Template,
    pub(super) text: Template,
}

impl World {
    /// Reads the bundled files.
    ///
    /// # Errors
    /// [`WorldError`] if a file was edited into something unusable.
    pub fn load() -> Result<Self, WorldError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Outlets {
            outlet: Vec<Outlet>,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Events {
            event: Vec<Event>,
        }
        let words = read("words.toml", WORDS)?;
        let outlets = read::<Outlets>("outlets.toml", OUTLETS)?.outlet;
        let mut events = Vec::new();
        for (file, text) in EVENTS {
            events.extend(read::<Events>(file, text)?.event);
        }
        let world = Self { words, outlets, events };
        world.check()?;
        Ok(world)
    }

    /// Number of events that are incidents.
    pub fn incidents(&self) -> usize {
        self.events.iter().filter(|event| !event.quiet).count()
    }

    /// Outlet with this id, and its words.
    pub(super) fn outlet(&self, id: &str) -> Option<(&Outlet, &Words)> {
        let outlet = self.outlets.iter().find(|outlet| outlet.id == id)?;
        Some((outlet, self.words.get(&outlet.lang)?))
    }

    fn check(&self) -> Result<(), WorldError> {
        let wrong = |place: &str, reason| Err(WorldError::Sense { place: place.into(), reason });
        let mut seen = BTreeSet::new();
        for outlet in &self.outlets {
            if !seen.insert(outlet.id.clone()) || !is_slug(&outlet.id) {
                return wrong(&outlet.id, "id is not unique or has other signs than a-z, 0-9, -");
            }
            if !self.words.contains_key(&outlet.lang) {
                return wrong(&outlet.id, "no words for its language");
            }
        }
        for event in &self.events {
            if !seen.insert(event.id.clone()) {
                return wrong(&event.id, "id is not unique");
            }
            for article in &event.articles {
                let place = format!("{}/{}", article.outlet, article.slug);
                if self.outlet(&article.outlet).is_none() {
                    return wrong(&place, "no such outlet");
                }
                if !seen.insert(place.clone()) || !is_slug(&article.slug) {
                    return wrong(&place, "slug is not unique or has other signs than a-z, 0-9, -");
                }
                if article.after_seconds > 0 && article.minutes_before > 0 {
                    return wrong(&place, "appears both before and after the start");
                }
                if article.update.as_ref().is_some_and(|u| u.after_seconds <= article.after_seconds)
                {
                    return wrong(&place, "updated before it appears");
                }
            }
        }
        Ok(())
    }
}

fn read<T: serde::de::DeserializeOwned>(
    file: &'static str,
    text: &'static str,
) -> Result<T, WorldError> {
    toml::from_str(text).map_err(|source| WorldError::Form { file, source })
}

fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
