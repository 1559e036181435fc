//! What the markup states about a page, gathered in one pass over its tags.

use super::render::line;
use super::scan::{Scanner, Tag, Token};
use std::borrow::Cow;
use std::collections::HashMap;

/// `meta` values kept.
const MAX_META: usize = 200;
/// JSON-LD blocks kept.
const MAX_BLOCKS: usize = 50;
/// Bytes of a heading or name.
const MAX_CAPTURE: usize = 2_000;

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
        // What is being captured (heading or byline), the element that ends it, and its HTML so far.
        let mut capture: Option<(bool, String, String)> = None;
        for token in Scanner::new(html) {
            match token {
                Token::Text(text) => {
                    out.visible += text.trim().len();
                    if let Some((.., html)) = &mut capture
                        && html.len() < MAX_CAPTURE
                    {
                        html.push_str(text);
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
                    if capture.is_none() {
                        let heading = tag.name == "h1" && out.heading.is_none();
                        if heading || (out.bylines.len() < 16 && names_author(&tag)) {
                            capture = Some((heading, tag.name.to_string(), String::new()));
                        }
                    } else if let Some((.., html)) = &mut capture {
                        html.push(' ');
                    }
                }
                Token::Close(name) => {
                    if matches!(&*name, "article" | "main") {
                        articles = articles.saturating_sub(1);
                    }
                    if capture.as_ref().is_some_and(|(_, element, _)| *element == *name)
                        && let Some((heading, _, html)) = capture.take()
                    {
                        let text = line(&html);
                        if !text.is_empty() && heading {
                            out.heading = Some(text);
                        } else if !text.is_empty() {
                            out.bylines.push(text);
                        }
                    }
                }
                Token::Raw(tag, text) => out.raw(&tag, text),
            }
        }
        out
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

fn names_author(tag: &Tag<'_>) -> bool {
    if !matches!(&*tag.name, "a" | "span" | "address" | "div" | "p" | "strong") {
        return false;
    }
    tag.attributes().take(16).any(|(name, value)| match &*name {
        "rel" | "itemprop" => value.eq_ignore_ascii_case("author"),
        _ => false,
    })
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
}
