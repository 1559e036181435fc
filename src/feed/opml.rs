//! OPML feed lists, read however badly they are written, and written as OPML 2.0 (pure).
//!
//! A list is read tag by tag and needs no well-formed document: what matters are the `outline`
//! tags, their attributes and how they are nested. An outline with an address is a feed, one
//! without is a section.

mod tokens;
mod write;

use self::tokens::{Token, Tokens};
use super::{Repairs, decode, plain, tags};

pub use write::write;

/// Feeds taken; the rest is counted.
const MAX_FEEDS: usize = 200_000;
/// Sections around a feed; deeper ones are left out of its path.
const MAX_DEPTH: usize = 16;
/// Longest name of a section or a feed, in characters.
const MAX_NAME: usize = 300;
/// Longest address in bytes.
const MAX_URL: usize = 8 * 1024;

/// A feed of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// Its address, as written but for blanks and a `feed:` scheme.
    pub url: String,
    /// Its title.
    pub title: Option<String>,
    /// The site that it belongs to.
    pub site: Option<String>,
    /// Its language, as stated.
    pub lang: Option<String>,
    /// The sections around it, outermost first.
    pub section: Vec<String>,
}

/// A list, as read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opml {
    /// Its title.
    pub title: Option<String>,
    /// The feeds, in the order of the list.
    pub feeds: Vec<Outline>,
    /// What had to be repaired; a bounded set of names.
    pub repairs: Vec<String>,
    /// Feeds beyond the cap, or whose address is too long.
    pub left_out: usize,
    /// Why there is nothing in it.
    pub error: Option<&'static str>,
}

/// Reads a list.
#[must_use]
pub fn read(bytes: &[u8]) -> Opml {
    let mut repairs = Repairs::default();
    let text = decode::decode(bytes, None, &mut repairs);
    let balanced = is_balanced(&text);
    let mut reader =
        Reader { out: Opml::default(), repairs, balanced, open: Vec::new(), outlines: 0 };
    let mut seen_root = false;
    let mut tokens = Tokens::new(&text);
    while let Some(token) = tokens.next() {
        match token {
            Token::Open(tag) => {
                let start = tags::start(tag);
                match start.name.to_ascii_lowercase().as_str() {
                    "opml" => seen_root = true,
                    "outline" => reader.outline(&start),
                    "title" if reader.out.title.is_none() && reader.outlines == 0 => {
                        reader.out.title = name(&unescape(tokens.text()));
                    }
                    _ => {}
                }
            }
            Token::Close(tag) => {
                let name = tag.get(2..).unwrap_or_default().trim_end_matches('>').trim();
                if name.eq_ignore_ascii_case("outline") {
                    reader.close();
                }
            }
        }
    }
    if tokens.broken > 0 {
        reader.repairs.add("broken_tag");
    }
    if !reader.open.is_empty() {
        reader.repairs.add("unclosed");
    }
    if reader.outlines > 0 && !seen_root {
        reader.repairs.add("no_root");
    }
    let Reader { mut out, repairs, outlines, .. } = reader;
    out.repairs = repairs.into_names();
    if out.feeds.is_empty() {
        out.error = Some(match (outlines, seen_root) {
            (0, false) => "not an OPML list",
            (0, true) => "an OPML list without outlines",
            _ => "no outline has the address of a feed",
        });
    }
    out
}

/// Whether each outline that is opened is closed: only then nesting below a feed means anything.
fn is_balanced(text: &str) -> bool {
    let mut depth = 0_i64;
    for token in Tokens::new(text) {
        let (tag, step) = match token {
            Token::Open(tag) if !tag.ends_with("/>") => (tag.get(1..), 1),
            Token::Close(tag) => (tag.get(2..), -1),
            Token::Open(_) => continue,
        };
        let tag = tag.unwrap_or_default();
        let length = tags::name_length(tag);
        if tag.get(..length).is_some_and(|name| name.eq_ignore_ascii_case("outline")) {
            depth += step;
        }
    }
    depth == 0
}

struct Reader {
    out: Opml,
    repairs: Repairs,
    balanced: bool,
    /// Outlines that are open: sections by name, feeds and what is too deep without.
    open: Vec<Option<String>>,
    outlines: usize,
}

impl Reader {
    fn outline(&mut self, tag: &tags::Start<'_>) {
        self.outlines += 1;
        if tag.odd {
            self.repairs.add("attributes");
        }
        let value = |wanted: &str| {
            let (_, value) = tag.attributes.iter().find(|(k, _)| k.eq_ignore_ascii_case(wanted))?;
            if has_bare_ampersand(value) {
                return Some((unescape(value), true));
            }
            Some((unescape(value), false))
        };
        let mut bare = false;
        let mut of = |wanted: &str| {
            let (value, odd) = value(wanted)?;
            bare |= odd;
            Some(value)
        };
        let kind = of("type").unwrap_or_default().to_ascii_lowercase();
        let url = of("xmlUrl")
            .or_else(|| matches!(kind.as_str(), "rss" | "atom").then(|| of("url")).flatten());
        let title = of("title").and_then(|t| name(&t)).or_else(|| name(&of("text")?));
        let (site, lang) = (of("htmlUrl"), of("language"));
        if bare {
            self.repairs.add("ampersand");
        }
        let url = url.map(|url| address(&url)).filter(|url| !url.is_empty());
        let is_feed = url.is_some();
        if let Some(url) = url {
            if self.out.feeds.len() >= MAX_FEEDS || url.len() > MAX_URL {
                self.out.left_out += 1;
            } else {
                self.out.feeds.push(Outline {
                    url,
                    title: title.clone(),
                    site: site.map(|s| address(&s)).filter(|s| (1..=MAX_URL).contains(&s.len())),
                    lang: lang.and_then(|l| name(&l)),
                    section: self.open.iter().take(MAX_DEPTH).flatten().cloned().collect(),
                });
            }
        }
        if !tag.empty && (!is_feed || self.balanced) {
            // Unbounded nesting holds names only up to the depth that is used.
            let kept = !is_feed && self.open.len() < MAX_DEPTH;
            self.open.push(title.filter(|_| kept));
        } else if !tag.empty {
            self.repairs.add("unclosed");
        }
    }

    fn close(&mut self) {
        // Of a list whose feeds are not all closed, those ends that follow a feed are lost between
        // those that end a section: both are taken for a section's only where they balance.
        if self.open.pop().is_none() && self.balanced {
            self.repairs.add("unmatched_end");
        }
    }
}

/// A `&` that begins no reference.
fn has_bare_ampersand(value: &str) -> bool {
    value
        .match_indices('&')
        .any(|(at, _)| plain::entity(value.get(at..).unwrap_or_default()).is_none())
}

/// References to characters; what is none stays.
pub(super) fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        let (head, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(head);
        if let Some((text, length)) = plain::entity(tail) {
            out.push_str(&text);
            rest = tail.get(length..).unwrap_or_default();
        } else {
            out.push('&');
            rest = tail.get(1..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    out
}

/// A name: blanks made single, control characters left out, at most [`MAX_NAME`] characters.
fn name(text: &str) -> Option<String> {
    let mut out = String::new();
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().filter(|c| is_xml(*c)));
    }
    let cut: String = out.trim().chars().take(MAX_NAME).collect();
    let cut = cut.trim_end();
    (!cut.is_empty()).then(|| cut.to_owned())
}

/// An address: without blanks around and line breaks in it, `feed:` taken off.
fn address(text: &str) -> String {
    let url: String =
        text.trim().chars().filter(|c| is_xml(*c) && !matches!(c, '\n' | '\r' | '\t')).collect();
    let url = url.trim();
    let lower = url.get(..7).unwrap_or(url).to_ascii_lowercase();
    if lower == "feed://" {
        return format!("http://{}", url.get(7..).unwrap_or_default());
    }
    if lower.starts_with("feed:") {
        return url.get(5..).unwrap_or_default().trim().to_owned();
    }
    url.to_owned()
}

/// Characters that XML 1.0 has, but for the other controls.
fn is_xml(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests;
