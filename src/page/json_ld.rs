//! JSON-LD of news pages: the article's node, found in whatever shape publishers write.
//!
//! Tolerant: arrays, `@graph`, references by `@id`, one value where a list belongs, and blocks
//! broken by raw line ends, trailing commas or HTML references. Blocks that stay unreadable are
//! skipped. Bounded: [`MAX_BLOCK`] bytes a block, [`MAX_NODES`] nodes in all.

use serde_json::{Map, Value};
use std::collections::HashMap;

/// Bytes of a block.
const MAX_BLOCK: usize = 512 * 1024;
/// Nodes looked at.
const MAX_NODES: usize = 2_000;
/// Entries of a ticker kept.
const MAX_LIVE: usize = 2_000;

/// What JSON-LD says about the article.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Stated {
    /// The node is an article (not the page around it).
    pub(super) article: bool,
    /// `headline`, else `name`.
    pub(super) title: Option<String>,
    /// `alternativeHeadline`.
    pub(super) alternative: Option<String>,
    /// `description`.
    pub(super) description: Option<String>,
    /// `datePublished`, as written.
    pub(super) published: Option<String>,
    /// `dateModified`, as written.
    pub(super) modified: Option<String>,
    /// Names of `author` or `creator`.
    pub(super) authors: Vec<String>,
    /// Name of `publisher`.
    pub(super) publisher: Option<String>,
    /// `articleSection`, the first.
    pub(super) section: Option<String>,
    /// `keywords`.
    pub(super) keywords: Vec<String>,
    /// `inLanguage`.
    pub(super) lang: Option<String>,
    /// `isAccessibleForFree`.
    pub(super) free: Option<bool>,
    /// `articleBody`, as written (may hold HTML).
    pub(super) body: Option<String>,
    /// Entries of a `LiveBlogPosting`, as they stand.
    pub(super) live: Vec<LiveEntry>,
    /// The page is stated to be a live ticker.
    pub(super) live_blog: bool,
    /// What the page is stated to show beside text.
    pub(super) media: Option<Media>,
}

/// What a page shows beside text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Media {
    /// A video.
    Video,
    /// A gallery of pictures.
    Gallery,
}

/// An entry of a live ticker.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct LiveEntry {
    /// `headline`, else `name`.
    pub(super) title: Option<String>,
    /// `datePublished`, else `dateModified`, as written.
    pub(super) published: Option<String>,
    /// `articleBody`, else `text` or `description`.
    pub(super) body: String,
}

/// Reads all blocks; `is_this_page` tells whether an address is the page's own.
pub(super) fn read(blocks: &[&str], is_this_page: impl Fn(&str) -> bool) -> Stated {
    let values: Vec<Value> = blocks.iter().filter_map(|b| parse(b)).collect();
    let mut nodes: Vec<&Map<String, Value>> = Vec::new();
    for value in &values {
        collect(value, &mut nodes);
    }
    let names: HashMap<&str, &str> = nodes
        .iter()
        .filter_map(|n| Some((n.get("@id")?.as_str()?, n.get("name")?.as_str()?)))
        .collect();
    let score = |node: &Map<String, Value>| {
        let own = ["url", "@id", "mainEntityOfPage"]
            .iter()
            .filter_map(|key| node.get(*key))
            .filter_map(|v| v.as_str().or_else(|| v.get("@id")?.as_str()))
            .any(&is_this_page);
        let dated = node.contains_key("datePublished");
        (rank(node), u8::from(own), u8::from(dated))
    };
    // The first among equals: teasers come after the article.
    let best = nodes.iter().rev().max_by_key(|node| score(node));
    let top = |kinds: &[&str]| nodes.iter().any(|node| is_a(node, kinds));
    let media = if top(&["ImageGallery", "MediaGallery"]) {
        Some(Media::Gallery)
    } else {
        top(&["VideoObject"]).then_some(Media::Video)
    };
    let Some(node) = best.filter(|node| rank(node) > 0) else {
        return Stated { media, ..Stated::default() };
    };
    let live = nodes.iter().find(|node| is_a(node, &["LiveBlogPosting"]));
    let text = |key: &str| node.get(key).and_then(|v| first_text(v)).map(str::to_owned);
    let mut authors = Vec::new();
    for key in ["author", "creator"] {
        if authors.is_empty() {
            node.get(key).into_iter().for_each(|v| people(v, &names, &mut authors));
        }
    }
    let mut publishers = Vec::new();
    node.get("publisher").into_iter().for_each(|v| people(v, &names, &mut publishers));
    Stated {
        article: rank(node) == 2,
        title: text("headline").or_else(|| text("name")),
        alternative: text("alternativeHeadline"),
        description: text("description"),
        published: text("datePublished"),
        modified: text("dateModified"),
        authors,
        publisher: publishers.into_iter().next(),
        section: text("articleSection"),
        keywords: node.get("keywords").map(keywords).unwrap_or_default(),
        lang: node
            .get("inLanguage")
            .and_then(|v| {
                first_text(v).or_else(|| v.get("alternateName").or_else(|| v.get("name"))?.as_str())
            })
            .map(str::to_owned),
        free: node.get("isAccessibleForFree").and_then(|v| match v {
            Value::Bool(free) => Some(*free),
            Value::String(s) => {
                s.rsplit('/').next().and_then(|s| s.to_ascii_lowercase().parse().ok())
            }
            _ => None,
        }),
        body: text("articleBody"),
        live: live
            .and_then(|node| node.get("liveBlogUpdate"))
            .map(live_entries)
            .unwrap_or_default(),
        live_blog: live.is_some(),
        media,
    }
}

fn is_a(node: &Map<String, Value>, kinds: &[&str]) -> bool {
    let of = |name: &str| kinds.contains(&name.rsplit(['/', ':']).next().unwrap_or(name));
    match node.get("@type") {
        Some(Value::String(name)) => of(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(of),
        _ => false,
    }
}

fn live_entries(value: &Value) -> Vec<LiveEntry> {
    let entry = |node: &Map<String, Value>| {
        let text = |keys: &[&str]| {
            keys.iter().find_map(|key| node.get(*key).and_then(first_text)).map(str::to_owned)
        };
        let body = text(&["articleBody", "text", "description"])?;
        Some(LiveEntry {
            title: text(&["headline", "name"]),
            published: text(&["datePublished", "dateModified"]),
            body,
        })
    };
    match value {
        Value::Array(values) => {
            values.iter().take(MAX_LIVE).filter_map(Value::as_object).filter_map(entry).collect()
        }
        Value::Object(node) => entry(node).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// 2 for an article, 1 for the page around it, 0 for anything else.
fn rank(node: &Map<String, Value>) -> u8 {
    let of = |name: &str| {
        let name = name.rsplit(['/', ':']).next().unwrap_or(name);
        if name.ends_with("Article") || name.ends_with("Posting") || name == "Report" {
            2
        } else {
            u8::from(name == "WebPage" || name == "ItemPage")
        }
    };
    match node.get("@type") {
        Some(Value::String(name)) => of(name),
        Some(Value::Array(names)) => {
            names.iter().filter_map(Value::as_str).map(of).max().unwrap_or(0)
        }
        _ => 0,
    }
}

/// Nodes in document order: those at the top, in `@graph`, and the main entity of a page.
fn collect<'a>(value: &'a Value, nodes: &mut Vec<&'a Map<String, Value>>) {
    if nodes.len() >= MAX_NODES {
        return;
    }
    match value {
        // The reader refuses values nested deeper than 128, so this recursion is bounded.
        Value::Array(values) => values.iter().for_each(|v| collect(v, nodes)),
        Value::Object(node) => {
            nodes.push(node);
            for key in ["@graph", "mainEntity", "mainEntityOfPage", "subjectOf"] {
                node.get(key).into_iter().for_each(|v| collect(v, nodes));
            }
        }
        _ => {}
    }
}

fn first_text(value: &Value) -> Option<&str> {
    match value {
        Value::String(s) => Some(s.trim()).filter(|s| !s.is_empty()),
        Value::Array(values) => values.iter().find_map(|v| v.as_str().map(str::trim)),
        Value::Object(node) => node.get("@value")?.as_str(),
        _ => None,
    }
}

fn people(value: &Value, names: &HashMap<&str, &str>, out: &mut Vec<String>) {
    match value {
        Value::String(name) => {
            out.push(names.get(&**name).map_or(name.clone(), |n| (*n).to_owned()));
        }
        Value::Array(values) => values.iter().for_each(|v| people(v, names, out)),
        Value::Object(node) => {
            let id =
                || node.get("@id").and_then(Value::as_str).and_then(|id| names.get(id).copied());
            match node.get("name") {
                Some(Value::String(name)) => out.push(name.clone()),
                Some(Value::Array(all)) => {
                    out.extend(all.iter().filter_map(Value::as_str).map(str::to_owned));
                }
                _ => out.extend(id().map(str::to_owned)),
            }
        }
        _ => {}
    }
}

fn keywords(value: &Value) -> Vec<String> {
    match value {
        Value::String(s) => s.split([',', ';']).map(|k| k.trim().to_owned()).collect(),
        Value::Array(values) => values
            .iter()
            .filter_map(|v| v.as_str().or_else(|| v.get("name")?.as_str()))
            .map(|k| k.trim().to_owned())
            .collect(),
        _ => Vec::new(),
    }
}

fn parse(block: &str) -> Option<Value> {
    if block.len() > MAX_BLOCK {
        return None;
    }
    let block = block
        .trim()
        .trim_start_matches("<!--")
        .trim_start_matches("//")
        .trim_start_matches("<![CDATA[")
        .trim_end_matches("-->")
        .trim_end_matches("]]>")
        .trim_end_matches("//")
        .trim_matches(|c: char| c.is_whitespace() || c == ';' || c == '\u{feff}');
    serde_json::from_str(block)
        .or_else(|_| serde_json::from_str(&repair(block)))
        .or_else(|_| serde_json::from_str(&repair(&super::entity::decode(block))))
        .ok()
}

/// Replaces raw control characters by blanks and drops commas before a closing bracket.
fn repair(block: &str) -> String {
    let mut out = String::with_capacity(block.len());
    let (mut quoted, mut escaped) = (false, false);
    // Where a comma stands that only blanks have followed so far.
    let mut comma: Option<usize> = None;
    for c in block.chars() {
        if quoted {
            out.push(if c.is_control() { ' ' } else { c });
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        match c {
            '"' => quoted = true,
            '}' | ']' => {
                if let Some(at) = comma {
                    out.truncate(at);
                }
            }
            _ => {}
        }
        if c == ',' {
            comma = Some(out.len());
        } else if !c.is_whitespace() {
            comma = None;
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(block: &str) -> Stated {
        read(&[block], |url| url == "https://zeitung.example/a")
    }

    #[test]
    fn a_plain_article_is_read() {
        let s = one(
            r#"{"@context":"https://schema.org","@type":"NewsArticle","headline":"Brücke gesperrt",
                "datePublished":"2024-03-01T10:00:00+01:00","author":{"@type":"Person","name":"Ada Beispiel"},
                "publisher":{"name":"Zeitung"},"keywords":"Verkehr, Brücke","isAccessibleForFree":"False"}"#,
        );
        assert!(s.article);
        assert_eq!(s.title.as_deref(), Some("Brücke gesperrt"));
        assert_eq!(s.authors, ["Ada Beispiel"]);
        assert_eq!(s.publisher.as_deref(), Some("Zeitung"));
        assert_eq!(s.keywords, ["Verkehr", "Brücke"]);
        assert_eq!(s.free, Some(false));
    }

    #[test]
    fn graphs_and_references_are_followed() {
        let s =
            one(r##"{"@graph":[{"@type":"WebPage","name":"Seite","datePublished":"2020-01-01"},
                {"@type":["Article","NewsArticle"],"headline":["Titel"],"author":[{"@id":"#p"}]},
                {"@type":"Person","@id":"#p","name":"Bo Muster"}]}"##);
        assert_eq!((s.title.as_deref(), s.authors), (Some("Titel"), vec!["Bo Muster".to_owned()]));
    }

    #[test]
    fn the_pages_own_article_is_preferred_to_a_teaser() {
        let s = one(
            r#"[{"@type":"NewsArticle","headline":"Anderer","url":"https://zeitung.example/b","datePublished":"2024-01-01"},
                {"@type":"NewsArticle","headline":"Dieser","mainEntityOfPage":{"@id":"https://zeitung.example/a"}}]"#,
        );
        assert_eq!(s.title.as_deref(), Some("Dieser"));
    }

    #[test]
    fn broken_blocks_are_repaired_or_skipped() {
        assert_eq!(
            one("<!-- {\"@type\":\"NewsArticle\",\"headline\":\"Zwei\nZeilen, [a,]\",} -->")
                .title
                .as_deref(),
            Some("Zwei Zeilen, [a,]")
        );
        assert_eq!(
            one("{&quot;@type&quot;:&quot;Article&quot;,&quot;headline&quot;:&quot;A&quot;}")
                .title
                .as_deref(),
            Some("A")
        );
        assert_eq!(one("{\"@type\":\"Article\",\"headline\":"), Stated::default());
        assert_eq!(one(&"[".repeat(100_000)), Stated::default());
        let both = read(&["{", r#"{"@type":"Report","headline":"B"}"#], |_| false);
        assert_eq!(both.title.as_deref(), Some("B"));
    }
}
