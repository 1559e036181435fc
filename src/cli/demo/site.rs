//! What the site answers, as a function of the seconds since the start.

use super::feeds;
use super::pages;
use super::words::Words;
use super::world::{Article, Outlet, Page, World};
use crate::config::FeedSource;
use crate::message::Timestamp;
use std::fmt::Write as _;

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Header names in lower case with their values.
    pub headers: Vec<(&'static str, String)>,
    /// Body; empty for 304.
    pub body: Vec<u8>,
}

impl Response {
    /// Value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str())
    }

    fn ok(content_type: &str, body: Vec<u8>) -> Self {
        Self { status: 200, headers: vec![("content-type", content_type.into())], body }
    }

    fn not_found() -> Self {
        let body = b"<!DOCTYPE html><title>404</title><h1>404</h1>\n".to_vec();
        Self { status: 404, ..Self::ok(pages::HTML, body) }
    }

    /// The body as text, for those who know that it is UTF-8.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// Adds an entity tag, or leaves the body out where the client has it already (RFC 9110, 13.1.2).
    fn conditional(mut self, if_none_match: Option<&str>) -> Self {
        if self.status != 200 {
            return self;
        }
        let etag = format!("\"{:032x}\"", xxhash_rust::xxh3::xxh3_128(&self.body));
        let known = if_none_match.is_some_and(|list| {
            list.split(',')
                .map(str::trim)
                .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
        });
        if known {
            self = Self { status: 304, headers: Vec::new(), body: Vec::new() };
        }
        self.headers.push(("etag", etag));
        self.headers.push(("cache-control", "no-cache".into()));
        self
    }
}

/// The demo site: all outlets under one host, each under its own first path part.
#[derive(Debug, Clone)]
pub struct Site {
    world: World,
    base_url: String,
    start: Timestamp,
    entries: Vec<Entry>,
}

/// One entry with the versions it has over time.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) outlet: String,
    pub(super) slug: String,
    pub(super) section: String,
    pub(super) author: Option<String>,
    pub(super) page: Page,
    /// Path of the page, also where there is none.
    pub(super) path: String,
    /// Address of the page; absent where the entry has no link.
    pub(super) url: Option<String>,
    pub(super) published: Timestamp,
    versions: Vec<Version>,
}

/// An entry as it reads from a moment on.
#[derive(Debug, Clone)]
pub(super) struct Version {
    from: u64,
    pub(super) modified: Timestamp,
    pub(super) title: String,
    pub(super) summary: String,
    pub(super) caption: Option<String>,
    pub(super) paragraphs: Vec<String>,
}

/// An entry as it reads at one moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item<'a> {
    pub(super) entry: &'a Entry,
    pub(super) version: &'a Version,
}

/// An outlet at one moment.
#[derive(Debug)]
pub(super) struct Front<'a> {
    pub(super) outlet: &'a Outlet,
    pub(super) words: &'a Words,
    pub(super) base_url: &'a str,
    pub(super) start: Timestamp,
    /// Newest first.
    pub(super) items: Vec<Item<'a>>,
}

impl Site {
    /// The site as it begins at `start` under `base_url` (as `http://127.0.0.1:8080`).
    pub fn new(world: World, start: Timestamp, base_url: &str) -> Self {
        let base_url = base_url.trim_end_matches('/').to_owned();
        let articles = world.events.iter().flat_map(|event| &event.articles);
        let entries = articles
            .filter_map(|article| {
                let (outlet, words) = world.outlet(&article.outlet)?;
                Some(Entry::new(article, outlet, words, start, &base_url))
            })
            .collect();
        Self { world, base_url, start, entries }
    }

    /// The feeds, as the feed list of a configuration names them.
    pub fn feeds(&self) -> Vec<FeedSource> {
        let source = |outlet: &Outlet| FeedSource {
            url: format!("{}/{}/{}", self.base_url, outlet.id, outlet.feed),
            outlet: outlet.name.clone(),
            lang: Some(outlet.lang.clone()),
            country: Some(outlet.country.clone()),
            pages: outlet.pages,
            section: Vec::new(),
        };
        self.world.outlets.iter().map(source).collect()
    }

    /// Seconds after which nothing changes any more.
    pub fn last_change_seconds(&self) -> u64 {
        self.entries.iter().flat_map(|e| &e.versions).map(|v| v.from).max().unwrap_or_default()
    }

    /// Number of entries, over all feeds, that are there at a moment.
    pub fn entry_count(&self, elapsed_seconds: u64) -> usize {
        self.entries.iter().filter(|entry| entry.at(elapsed_seconds).is_some()).count()
    }

    /// Answers a GET request; the query is ignored.
    pub fn respond(
        &self,
        path: &str,
        elapsed_seconds: u64,
        if_none_match: Option<&str>,
    ) -> Response {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        self.find(path, elapsed_seconds).conditional(if_none_match)
    }

    fn find(&self, path: &str, elapsed: u64) -> Response {
        match path {
            "/" => return Response::ok(pages::HTML, pages::index(&self.world.outlets).into()),
            "/robots.txt" => {
                return Response::ok("text/plain; charset=utf-8", self.robots().into());
            }
            _ => {}
        }
        let mut parts = path.trim_start_matches('/').splitn(2, '/');
        let Some(front) = parts.next().and_then(|id| self.front(id, elapsed)) else {
            return Response::not_found();
        };
        match parts.next() {
            None => {
                let to = format!("{}/{}/", self.base_url, front.outlet.id);
                Response { status: 301, headers: vec![("location", to)], body: Vec::new() }
            }
            Some("") => Response::ok(pages::HTML, pages::front(&front).into()),
            Some("imprint.html") => Response::ok(pages::HTML, pages::imprint(&front).into()),
            Some(rest) if rest == front.outlet.feed => {
                let (content_type, body) = feeds::render(&front);
                Response::ok(content_type, body)
            }
            Some(rest) => Self::leaf(&front, path, rest),
        }
    }

    /// An article page or its picture.
    fn leaf(front: &Front<'_>, path: &str, rest: &str) -> Response {
        let picture = rest.strip_prefix("pictures/").and_then(|name| name.strip_suffix(".svg"));
        for item in &front.items {
            if picture == Some(item.entry.slug.as_str()) {
                return Response::ok("image/svg+xml", pages::picture().into());
            }
            let there = matches!(item.entry.page, Page::Article | Page::Forbidden);
            if there && item.entry.path == path {
                return Response::ok(pages::HTML, pages::article(front, *item).into());
            }
        }
        Response::not_found()
    }

    fn front(&self, id: &str, elapsed: u64) -> Option<Front<'_>> {
        let (outlet, words) = self.world.outlet(id)?;
        let mut items: Vec<Item<'_>> = self
            .entries
            .iter()
            .filter(|entry| entry.outlet == id)
            .filter_map(|entry| Some(Item { entry, version: entry.at(elapsed)? }))
            .collect();
        items.sort_by_key(|item| (std::cmp::Reverse(item.entry.published), &item.entry.slug));
        Some(Front { outlet, words, base_url: &self.base_url, start: self.start, items })
    }

    fn robots(&self) -> String {
        let mut text = String::from("User-agent: *\n");
        for outlet in &self.world.outlets {
            let _ = writeln!(text, "Disallow: /{}/plus/", outlet.id);
        }
        text.push_str("Allow: /\n");
        text
    }
}

impl Entry {
    fn new(
        article: &Article,
        outlet: &Outlet,
        words: &Words,
        start: Timestamp,
        base_url: &str,
    ) -> Self {
        let day = start.date();
        let at = |seconds: u64| {
            let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
            Timestamp::from_second(start.as_second().saturating_add(seconds))
        };
        // Not before the day of the start, so that "on Tuesday" means the same day in all articles.
        let midnight = start.as_second() - start.as_second().rem_euclid(86_400);
        let before = i64::from(article.minutes_before) * 60;
        let published = if article.after_seconds > 0 {
            at(article.after_seconds)
        } else {
            Timestamp::from_second(start.as_second().saturating_sub(before).max(midnight))
        };
        let split = |text: String| -> Vec<String> {
            let paragraphs = text.split("\n\n").map(str::trim).filter(|p| !p.is_empty());
            paragraphs.map(str::to_owned).collect()
        };
        let first = Version {
            from: article.after_seconds,
            modified: published,
            title: article.title.fill(words, day),
            summary: article.summary.fill(words, day),
            caption: article.caption.as_ref().map(|caption| caption.fill(words, day)),
            paragraphs: split(article.text.fill(words, day)),
        };
        let mut versions = vec![first.clone()];
        if let Some(update) = &article.update {
            let paragraphs = split(update.text.fill(words, day));
            versions.push(Version {
                from: update.after_seconds,
                modified: at(update.after_seconds),
                title: update.title.fill(words, day),
                summary: paragraphs.first().cloned().unwrap_or_default(),
                paragraphs,
                ..first
            });
        }
        let folder = if article.page == Page::Forbidden { "plus" } else { &outlet.folder };
        let path = format!("/{}/{folder}/{}.html", outlet.id, article.slug);
        Self {
            outlet: outlet.id.clone(),
            slug: article.slug.clone(),
            section: article.section.clone(),
            author: article.author.clone(),
            page: article.page,
            url: (article.page != Page::None).then(|| format!("{base_url}{path}")),
            path,
            published,
            versions,
        }
    }

    fn at(&self, elapsed: u64) -> Option<&Version> {
        self.versions.iter().rev().find(|version| version.from <= elapsed)
    }
}
