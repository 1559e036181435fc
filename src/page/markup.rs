//! What the markup states about a page, gathered in one pass over its tags.

use super::render::line;
use super::scan::{Scanner, Tag, Token};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// `meta` values kept.
const MAX_META: usize = 200;
/// JSON-LD blocks kept.
const MAX_BLOCKS: usize = 50;
/// Bytes of a heading or name.
const MAX_CAPTURE: usize = 2_000;

/// Words of the longest kicker.
const KICKER_WORDS: usize = 12;
/// Words of the shortest and of the longest standfirst.
const STANDFIRST_WORDS: std::ops::RangeInclusive<usize> = 5..=120;

/// Classes around a headline.
#[derive(Debug, Default, Deserialize)]
struct Marks {
    kicker: Vec<String>,
    standfirst: Vec<String>,
    other: Vec<String>,
}

/// The table is part of the program; a test reads it.
static MARKS: LazyLock<Marks> =
    LazyLock::new(|| toml::from_str(include_str!("marks.toml")).unwrap_or_default());

/// What the text of an element is kept for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    Heading,
    Byline,
    Kicker,
    Standfirst,
}

/// An element whose text is being kept.
#[derive(Debug)]
struct Capture {
    kept: Kept,
    element: String,
    /// Elements of its name open within it.
    depth: usize,
    html: String,
}

/// A `time` element.
#[derive(Debug)]
pub(super) struct TimeElement<'a> {
    /// Its `datetime`.
    pub(super) value: Cow<'a, str>,
    /// Marked as the publication (`pubdate`, `itemprop`, or a class that says so).
    pub(super) publication: bool,
    /// Marked as the last change.
    pub(super) change: bool,
    /// Stands in an article or after the main heading, so not in a teaser above it.
    pub(super) in_article: bool,
}

/// What the markup states.
#[derive(Debug, Default)]
pub(super) struct Markup<'a> {
    /// `meta` values by lower-case name, property or itemprop; the first that is not empty counts.
    meta: HashMap<String, Vec<Cow<'a, str>>>,
    kept: usize,
    /// `lang` of the document.
    pub(super) lang: Option<Cow<'a, str>>,
    /// `title` element, one line.
    pub(super) title: Option<String>,
    /// First `h1` with text.
    pub(super) heading: Option<String>,
    /// Line over the headline.
    pub(super) kicker: Option<String>,
    /// Paragraph between headline and article that is marked as its introduction.
    pub(super) standfirst: Option<String>,
    /// `link rel=canonical`, as written.
    pub(super) canonical: Option<Cow<'a, str>>,
    /// `base href`, as written.
    pub(super) base: Option<Cow<'a, str>>,
    /// Text marked as the author.
    pub(super) bylines: Vec<String>,
    /// `time` elements in order.
    pub(super) times: Vec<TimeElement<'a>>,
    /// JSON-LD blocks, as written.
    pub(super) json_ld: Vec<&'a str>,
    /// Number of scripts.
    pub(super) scripts: usize,
    /// Text of `noscript` elements, the beginning.
    pub(super) noscript: String,
    /// Characters of text outside scripts and the like.
    pub(super) visible: usize,
}

impl<'a> Markup<'a> {
    /// The first value of the first of these names that has one.
    pub(super) fn meta(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.meta_all(name).next())
    }

    /// All values of a name.
    pub(super) fn meta_all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.meta.get(name).into_iter().flatten().map(|v| &**v)
    }

    /// Reads a document.
    pub(super) fn read(html: &'a str) -> Self {
        let mut out = Self::default();
        let mut articles = 0_usize;
        let mut captures: Vec<Capture> = Vec::new();
        for token in Scanner::new(html) {
            match token {
                Token::Text(text) => {
                    out.visible += text.trim().len();
                    for capture in captures.iter_mut().filter(|c| c.html.len() < MAX_CAPTURE) {
                        capture.html.push_str(text);
                    }
                }
                Token::Open(tag) => {
                    match &*tag.name {
                        "html" => out.lang = out.lang.take().or_else(|| tag.attribute("lang")),
                        "meta" => out.meta_tag(&tag),
                        "link" => out.link_tag(&tag),
                        "base" => out.base = out.base.take().or_else(|| tag.attribute("href")),
                        "article" | "main" => articles += 1,
                        "time" => out.time_tag(&tag, articles > 0),
                        _ => {}
                    }
                    for capture in &mut captures {
                        capture.html.push(' ');
                        capture.depth += usize::from(capture.element == *tag.name);
                    }
                    if captures.len() < 3
                        && let Some(kept) = out.wanted(&tag)
                        && !captures.iter().any(|c| c.kept == kept)
                    {
                        let element = tag.name.to_string();
                        captures.push(Capture { kept, element, depth: 0, html: String::new() });
                    }
                }
                Token::Close(name) => {
                    if matches!(&*name, "article" | "main") {
                        articles = articles.saturating_sub(1);
                    }
                    let ended = captures.iter().position(|c| c.element == *name && c.depth == 0);
                    for capture in captures.iter_mut().filter(|c| c.element == *name) {
                        capture.depth = capture.depth.saturating_sub(1);
                    }
                    if let Some(at) = ended {
                        let capture = captures.remove(at);
                        out.keep(capture.kept, &line(&capture.html));
                    }
                }
                Token::Raw(tag, text) => out.raw(&tag, text),
            }
        }
        out
    }

    /// What the text of this element is to be kept for.
    fn wanted(&self, tag: &Tag<'_>) -> Option<Kept> {
        if tag.name == "h1" {
            return self.heading.is_none().then_some(Kept::Heading);
        }
        if !matches!(
            &*tag.name,
            "a" | "span" | "address" | "div" | "p" | "strong" | "h2" | "h3" | "header" | "section"
        ) {
            return None;
        }
        for (name, value) in tag.attributes().take(16) {
            match &*name {
                "rel" | "itemprop" if value.eq_ignore_ascii_case("author") => {
                    return (self.bylines.len() < 16).then_some(Kept::Byline);
                }
                "itemprop" if value.eq_ignore_ascii_case("alternativeHeadline") => {
                    return self.kicker.is_none().then_some(Kept::Kicker);
                }
                "class" => {
                    let value = value.to_ascii_lowercase();
                    let has = |marks: &[String]| {
                        value
                            .split(|c: char| c.is_whitespace() || c == '-' || c == '_')
                            .any(|part| marks.iter().any(|mark| mark == part))
                    };
                    // A line over the headline stands before it or in it, the introduction after.
                    if self.heading.is_none() && has(&MARKS.kicker) && !has(&MARKS.other) {
                        return Some(Kept::Kicker);
                    }
                    if self.heading.is_some()
                        && self.standfirst.is_none()
                        && has(&MARKS.standfirst)
                        && !has(&MARKS.other)
                    {
                        return Some(Kept::Standfirst);
                    }
                }
                _ => {}
            }
        }
        None
    }

    fn keep(&mut self, kept: Kept, text: &str) {
        let words = text.split_whitespace().count();
        match kept {
            Kept::Heading if words > 0 => self.heading = Some(text.to_owned()),
            Kept::Byline if words > 0 => self.bylines.push(text.to_owned()),
            // The last one before the headline is the headline's.
            Kept::Kicker if (1..=KICKER_WORDS).contains(&words) => {
                self.kicker = Some(text.to_owned());
            }
            Kept::Standfirst if STANDFIRST_WORDS.contains(&words) => {
                self.standfirst = Some(text.to_owned());
            }
            _ => {}
        }
    }

    fn raw(&mut self, tag: &Tag<'a>, text: &'a str) {
        match &*tag.name {
            "title" if self.title.is_none() => {
                self.title = Some(line(text)).filter(|t| !t.is_empty() && t.len() <= MAX_CAPTURE);
            }
            "script" => {
                self.scripts += 1;
                let kind = tag.attribute("type").unwrap_or_default().to_ascii_lowercase();
                if kind.starts_with("application/ld+json") && self.json_ld.len() < MAX_BLOCKS {
                    self.json_ld.push(text);
                }
            }
            "noscript" if self.noscript.len() < MAX_CAPTURE => {
                let head: String = text.chars().take(MAX_CAPTURE).collect();
                self.noscript.push_str(&line(&head));
                self.noscript.push(' ');
            }
            _ => {}
        }
    }

    fn meta_tag(&mut self, tag: &Tag<'a>) {
        let name = ["property", "name", "itemprop", "http-equiv"]
            .iter()
            .find_map(|key| tag.attribute(key))
            .map(|n| n.to_ascii_lowercase());
        if let (Some(name), Some(value)) = (name, tag.attribute("content"))
            && self.kept < MAX_META
        {
            self.kept += 1;
            self.meta.entry(name).or_default().push(value);
        }
    }

    fn link_tag(&mut self, tag: &Tag<'a>) {
        let canonical = tag.attribute("rel").is_some_and(|r| {
            r.split_ascii_whitespace().any(|r| r.eq_ignore_ascii_case("canonical"))
        });
        if canonical && self.canonical.is_none() {
            self.canonical = tag.attribute("href");
        }
    }

    fn time_tag(&mut self, tag: &Tag<'a>, in_article: bool) {
        let Some(value) = tag.attribute("datetime") else { return };
        if self.times.len() >= MAX_META {
            return;
        }
        let mut marks = String::new();
        let mut publication = false;
        for (name, text) in tag.attributes().take(32) {
            publication |= name == "pubdate";
            if matches!(&*name, "itemprop" | "class") {
                marks.push_str(&text.to_ascii_lowercase());
                marks.push(' ');
            }
        }
        let change = ["modif", "updat"].iter().any(|m| marks.contains(m));
        self.times.push(TimeElement {
            value,
            publication: !change && (publication || marks.contains("publi")),
            change,
            in_article: in_article || self.heading.is_some(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_gathered() {
        let html = r#"<html lang=de><head><title>Titel &ndash; Blatt</title>
            <meta property="og:title" content="Titel"><meta name=Author content=" ">
            <link rel="shortcut canonical" href="/a?b=1&amp;c"></head>
            <body><time datetime="2020-01-01">x</time><article><h1>Ein <b>Titel</b></h1>
            <a rel=author href=x>Ada Beispiel</a><time class="date-published" datetime="2024-03-01T10:00Z">1.3.</time>
            <script type='application/ld+json'>{}</script></article>"#;
        let m = Markup::read(html);
        assert_eq!(m.lang.as_deref(), Some("de"));
        assert_eq!(m.title.as_deref(), Some("Titel – Blatt"));
        assert_eq!(m.meta(&["author", "og:title"]), Some("Titel"));
        assert_eq!(m.canonical.as_deref(), Some("/a?b=1&c"));
        assert_eq!(m.heading.as_deref(), Some("Ein Titel"));
        assert_eq!(m.bylines, ["Ada Beispiel"]);
        assert_eq!(m.json_ld, ["{}"]);
        let times: Vec<_> = m.times.iter().map(|t| (t.publication, t.in_article)).collect();
        assert_eq!(times, [(false, false), (true, true)]);
    }

    #[test]
    fn kicker_and_standfirst_stand_around_the_headline() {
        let html = r#"<div class="teaser-kicker">Sport</div><span class="article__kicker">Hafen</span>
            <h1><span class="headline-kicker">Bergen:</span> Feuer im Hafen</h1>
            <div class="article-intro"><div>Drei Hallen brannten <b>in der Nacht</b> ab.</div></div><p class=lead>Noch eine Zeile, die keine Einleitung ist.</p>"#;
        let m = Markup::read(html);
        assert_eq!(m.heading.as_deref(), Some("Bergen: Feuer im Hafen"));
        assert_eq!(m.kicker.as_deref(), Some("Bergen:"));
        assert_eq!(m.standfirst.as_deref(), Some("Drei Hallen brannten in der Nacht ab."));
    }

    #[test]
    fn the_table_of_classes_reads() {
        let marks: Marks = toml::from_str(include_str!("marks.toml")).unwrap();
        for mark in marks.kicker.iter().chain(&marks.standfirst).chain(&marks.other) {
            assert!(!mark.contains(['-', '_', ' ']) && *mark == mark.to_lowercase(), "{mark}");
        }
    }
}
