//! OPML feed lists, read however badly they are written, and written as OPML 2.0 (pure).
//!
//! A list is read tag by tag and needs no well-formed document: what matters are the `outline`
//! tags, their attributes and how they are nested. An outline with an address is a feed, one
//! without is a section.

use super::{Repairs, decode, plain, tags};
use std::fmt::Write as _;

/// Feeds taken; the rest is counted.
const MAX_FEEDS: usize = 200_000;
/// Sections around a feed; deeper ones are left out of its path.
const MAX_DEPTH: usize = 16;
/// Longest name of a section or a feed, in characters.
const MAX_NAME: usize = 300;
/// Longest address in bytes.
const MAX_URL: usize = 8 * 1024;
/// Longest outline tag that is looked for beyond a `<` in it, in bytes.
const MAX_TAG: usize = 16 * 1024;
/// Tags without an end that are looked for that far.
const MAX_ENDLESS: usize = 100;

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

/// What is no tag, and how it ends.
const MARKS: [(&str, &str); 3] = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];

enum Token<'a> {
    /// A start tag with its angles.
    Open(&'a str),
    /// An end tag with its angles.
    Close(&'a str),
}

/// The tags of a document in order; comments, CDATA, DOCTYPE and instructions left out.
struct Tokens<'a> {
    rest: &'a str,
    /// Tags whose end was hard to find, or missing.
    broken: usize,
    endless: usize,
    /// Whether the end of each of [`MARKS`] may come.
    ends: [bool; MARKS.len()],
}

impl<'a> Tokens<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: text, broken: 0, endless: 0, ends: [true; MARKS.len()] }
    }

    /// The text up to the next tag.
    fn text(&self) -> &'a str {
        self.rest.split('<').next().unwrap_or_default()
    }

    /// Where the tag at the start of `rest` ends. A `<` in a quoted value is no reason to give it
    /// up, within bounds.
    fn end(&mut self, rest: &str) -> Option<usize> {
        if let Some(end) = tags::end(rest) {
            return Some(end);
        }
        self.broken += 1;
        if self.endless >= MAX_ENDLESS {
            return None;
        }
        let (mut quote, mut before) = (None, b' ');
        for (at, byte) in rest.bytes().enumerate().take(MAX_TAG).skip(1) {
            match (quote, byte) {
                (None, b'<') => break,
                (None, b'>') => return Some(at + 1),
                (None, b'"' | b'\'') if before == b'=' => quote = Some(byte),
                (Some(open), _) if open == byte => quote = None,
                _ => {}
            }
            if !byte.is_ascii_whitespace() {
                before = byte;
            }
        }
        self.endless += 1;
        None
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let at = self.rest.find('<')?;
            let tag = self.rest.get(at..)?;
            // What is not closed hides nothing: only its mark is passed over, and its end, which is
            // nowhere further on, is never looked for again.
            for ((mark, close), ends) in MARKS.iter().zip(&mut self.ends) {
                if tag.starts_with(mark) {
                    let found = if *ends { tag.find(close) } else { None };
                    *ends = found.is_some();
                    let skip = found.map_or(mark.len(), |end| end + close.len());
                    self.rest = tag.get(skip..).unwrap_or_default();
                }
            }
            if self.rest.len() < tag.len() {
                continue;
            }
            let second = tag.as_bytes().get(1).copied();
            if !second.is_some_and(|b| b == b'/' || b.is_ascii_alphabetic()) {
                self.rest = tag.get(1..).unwrap_or_default();
                continue;
            }
            let Some(end) = self.end(tag) else {
                self.rest = tag.get(1..).unwrap_or_default();
                continue;
            };
            let (tag, rest) = tag.split_at_checked(end)?;
            self.rest = rest;
            return Some(if second == Some(b'/') { Token::Close(tag) } else { Token::Open(tag) });
        }
    }
}

/// Writes a list as OPML 2.0. Feeds of a section that follow each other stand in one outline.
#[must_use]
pub fn write(title: &str, feeds: &[Outline]) -> String {
    let mut out =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n");
    // Writing to a String cannot fail.
    let _ = writeln!(out, "  <head>\n    <title>{}</title>\n  </head>\n  <body>", escaped(title));
    let mut open: Vec<&str> = Vec::new();
    let indent = |depth: usize| "  ".repeat(depth + 2);
    for feed in feeds {
        let section: Vec<&str> = feed.section.iter().take(MAX_DEPTH).map(String::as_str).collect();
        let common = open.iter().zip(&section).take_while(|(a, b)| a == b).count();
        while open.len() > common {
            open.pop();
            let _ = writeln!(out, "{}</outline>", indent(open.len()));
        }
        for name in section.iter().skip(common) {
            let _ = writeln!(out, "{}<outline text=\"{}\">", indent(open.len()), escaped(name));
            open.push(name);
        }
        let text = feed.title.as_deref().unwrap_or(&feed.url);
        let _ =
            write!(out, "{}<outline type=\"rss\" text=\"{}\"", indent(open.len()), escaped(text));
        for (key, value) in [
            ("title", feed.title.as_deref()),
            ("xmlUrl", Some(feed.url.as_str())),
            ("htmlUrl", feed.site.as_deref()),
            ("language", feed.lang.as_deref()),
        ] {
            if let Some(value) = value {
                let _ = write!(out, " {key}=\"{}\"", escaped(value));
            }
        }
        out.push_str("/>\n");
    }
    while open.pop().is_some() {
        let _ = writeln!(out, "{}</outline>", indent(open.len()));
    }
    out.push_str("  </body>\n</opml>\n");
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| is_xml(*c)) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn urls(opml: &Opml) -> Vec<&str> {
        opml.feeds.iter().map(|feed| feed.url.as_str()).collect()
    }

    #[test]
    fn sections_are_nested_outlines() {
        let opml = read(
            br#"<?xml version="1.0" encoding="UTF-8"?>
            <opml version="1.0"><head><title>Meine Liste</title></head><body>
              <outline text="Politik"><outline title="Inland" text="x">
                <outline type="rss" text="Blatt" title="Das Blatt" xmlUrl="https://blatt.example/rss?a=1&amp;b=2"
                   htmlUrl="https://blatt.example/" language="de"/>
              </outline><outline text="B" xmlUrl="https://b.example/feed"></outline></outline>
              <outline text="C" xmlUrl="https://c.example/feed"/>
            </body></opml>"#,
        );
        assert_eq!(opml.title.as_deref(), Some("Meine Liste"));
        assert!(opml.repairs.is_empty(), "{:?}", opml.repairs);
        let sections: Vec<String> = opml.feeds.iter().map(|f| f.section.join("/")).collect();
        assert_eq!(sections, ["Politik/Inland", "Politik", ""]);
        let first = &opml.feeds[0];
        assert_eq!(first.url, "https://blatt.example/rss?a=1&b=2");
        assert_eq!(first.title.as_deref(), Some("Das Blatt"));
        assert_eq!(first.site.as_deref(), Some("https://blatt.example/"));
        assert_eq!(first.lang.as_deref(), Some("de"));
        assert_eq!(opml.feeds[1].title.as_deref(), Some("B"));
    }

    #[test]
    fn broken_lists_are_repaired() {
        for (list, found, repair) in [
            // Addresses with bare ampersands, one of which looks like a reference.
            (
                r#"<opml><body><OUTLINE XMLURL="http://a.example/?x=1&y=2&copy=3"/></body></opml>"#,
                &["http://a.example/?x=1&y=2&copy=3"][..],
                "ampersand",
            ),
            // Titles with angles.
            (
                r#"<opml><outline text="a < b <i>" xmlUrl='http://a.example/'/><outline xmlUrl="http://b.example/"/></opml>"#,
                &["http://a.example/", "http://b.example/"],
                "broken_tag",
            ),
            // No quotation marks, no root, no end.
            (
                "<outline text=Nachrichten><outline xmlUrl=http://a.example/rss text=A><outline xmlUrl=http://b.example/ text=B>",
                &["http://a.example/rss", "http://b.example/"],
                "unclosed",
            ),
            // An end too many.
            (
                r#"</outline><opml></outline><outline xmlUrl="feed://a.example/rss"/><outline><outline></opml>"#,
                &["http://a.example/rss"],
                "unmatched_end",
            ),
            // The old name of the attribute, and the scheme of old readers.
            (
                r#"junk<opml><outline type="rss" odd url=" feed:https://a.example/rss "/></opml>"#,
                &["https://a.example/rss"],
                "attributes",
            ),
        ] {
            let opml = read(list.as_bytes());
            assert_eq!(urls(&opml), found, "{list}");
            assert!(opml.repairs.iter().any(|r| r == repair), "{list}: {:?}", opml.repairs);
        }
    }

    #[test]
    fn feeds_that_are_not_closed_are_no_sections() {
        let opml = read(
            br#"<opml><outline text="S"><outline text="A" xmlUrl="http://a.example/">
            <outline text="B" xmlUrl="http://b.example/"></outline></opml>"#,
        );
        let sections: Vec<&[String]> = opml.feeds.iter().map(|f| f.section.as_slice()).collect();
        assert_eq!(sections, [["S".to_owned()], ["S".to_owned()]]);
    }

    #[test]
    fn what_holds_no_feed_says_why() {
        for (text, why) in [
            ("", "not an OPML list"),
            ("<html><body>", "not an OPML list"),
            ("<opml><body/></opml>", "an OPML list without outlines"),
            ("<opml><outline text='leer'/></opml>", "no outline has the address of a feed"),
            ("<!-- <opml><outline xmlUrl='http://a.example/'/> -->", "not an OPML list"),
        ] {
            assert_eq!(read(text.as_bytes()).error, Some(why), "{text}");
        }
    }

    #[test]
    fn latin_1_and_utf_16_lists_are_read() {
        let latin = b"<?xml version='1.0' encoding='iso-8859-1'?><opml><outline text='K\xf6ln' xmlUrl='http://a.example/'/></opml>";
        assert_eq!(read(latin).feeds[0].title.as_deref(), Some("Köln"));
        let utf16: Vec<u8> =
            "\u{feff}<opml><outline text='Köln' xmlUrl='http://a.example/'/></opml>"
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect();
        assert_eq!(read(&utf16).feeds[0].title.as_deref(), Some("Köln"));
    }

    #[test]
    fn nesting_and_numbers_are_bounded() {
        let deep = "<outline text='s'>".repeat(100_000);
        let list = format!(
            "<opml>{deep}<outline xmlUrl='http://a.example/'/>{}",
            "</outline>".repeat(100_000)
        );
        let opml = read(list.as_bytes());
        assert_eq!(opml.feeds[0].section.len(), MAX_DEPTH);
        let many = "<outline xmlUrl='http://a.example/'/>".repeat(MAX_FEEDS + 3);
        let opml = read(format!("<opml>{many}</opml>").as_bytes());
        assert_eq!((opml.feeds.len(), opml.left_out), (MAX_FEEDS, 3));
    }

    fn outline() -> impl Strategy<Value = Outline> {
        let name = || "[^\\s\\p{C}]{1,8}( [^\\s\\p{C}]{1,8}){0,2}";
        (
            "https?://[a-z]{1,8}\\.example/[!-~ä-ü]{0,20}",
            proptest::option::of(name()),
            proptest::option::of("https://[a-z]{1,8}\\.example/[!-~]{0,9}"),
            proptest::option::of("[a-z]{2}(-[A-Z]{2})?"),
            proptest::collection::vec(name(), 0..4),
        )
            .prop_map(|(url, title, site, lang, section)| {
                // A feed without a title is written with its address for one.
                let title = title.or_else(|| Some(url.clone()));
                Outline { url, title, site, lang, section }
            })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            feeds in proptest::collection::vec(outline(), 1..12),
        ) {
            let opml = read(write("Meine Feeds & mehr", &feeds).as_bytes());
            prop_assert_eq!(opml.title.as_deref(), Some("Meine Feeds & mehr"));
            prop_assert_eq!(&opml.feeds, &feeds);
            prop_assert!(opml.repairs.is_empty());
        }

        #[test]
        fn whatever_comes_is_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes);
        }

        #[test]
        fn whatever_looks_like_a_list_is_read_and_survives_writing(
            pieces in proptest::collection::vec(
                prop_oneof![
                    Just("<outline "), Just("</outline>"), Just("/>"), Just(">"), Just("<!--"),
                    Just("-->"), Just("xmlUrl='http://a.example/"), Just("text=\""), Just("\""),
                    Just("'"), Just("&amp;"), Just("&"), Just("<opml>"), Just("<![CDATA["),
                    Just("ä"), Just(" "), Just("\n"), Just("\u{0}"),
                ], 0..60),
        ) {
            let opml = read(pieces.concat().as_bytes());
            let again = read(write("x", &opml.feeds).as_bytes());
            prop_assert_eq!(again.feeds.len(), opml.feeds.len());
            for (again, first) in again.feeds.iter().zip(&opml.feeds) {
                prop_assert_eq!(&again.url, &first.url);
                prop_assert_eq!(&again.section, &first.section);
            }
        }
    }
}
