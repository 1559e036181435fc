//! Makes any document harmless for a tree-building parser, in one linear pass.
//!
//! The parser behind the text extraction is quadratic in nesting depth and its tree is walked by
//! recursion, so that a hostile page could end the whole process. The output of [`tame`] is well
//! nested by construction: every end tag closes the element opened last, open formatting elements
//! never outlive their parent, and there are at most [`MAX_DEPTH`] open elements, [`MAX_ELEMENTS`]
//! elements, [`MAX_ATTRIBUTES`] attributes each and [`MAX_ALL_ATTRIBUTES`] together, and [`MAX_TEXT`]
//! bytes of text. Tags beyond are left out, their text stays.
//! Scripts, styles, drawings, forms' choices and comments are left out whole: none is article
//! text. JSON-LD stays, the extraction looks at it.

use super::scan::{Scanner, Tag, Token};

/// Open elements at one point; real pages reach 120, browsers stop at 512.
pub(super) const MAX_DEPTH: usize = 512;
/// Elements of a document; real article pages have a few thousand.
pub(super) const MAX_ELEMENTS: usize = 40_000;
/// Attributes of an element (the parser compares each with all before).
const MAX_ATTRIBUTES: usize = 32;
/// Attributes of all elements; real pages have a fifth of it.
pub(super) const MAX_ALL_ATTRIBUTES: usize = 80_000;
/// Bytes of an attribute's value.
const MAX_VALUE: usize = 2048;
/// Tables within tables; each brings up to five levels of its own.
const MAX_TABLES: usize = 24;
/// Bytes of text between tags; the longest articles have a fifth of it.
const MAX_TEXT: usize = 1024 * 1024;
/// Formatting elements (`b`, `font`, …) open at once: the parser opens all of them again in every paragraph.
const MAX_FORMATTING: usize = 16;

const VOID: [&str; 13] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];
const FORMATTING: [&str; 14] = [
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];
/// Left out with their content.
const DROPPED: [&str; 12] = [
    "svg", "math", "template", "select", "datalist", "object", "applet", "audio", "video",
    "canvas", "map", "frameset",
];
/// Left out once tables are nested too deep.
const TABLE_PARTS: [&str; 8] = ["table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"];
/// An end tag does not reach beyond these.
const BARRIER: [&str; 5] = ["table", "td", "th", "caption", "button"];

/// A document that was made harmless.
#[derive(Debug)]
pub(super) struct Tamed {
    /// Well nested HTML.
    pub(super) html: String,
    /// Tags were left out because of a limit.
    pub(super) flattened: bool,
    /// How much of everything there is.
    pub(super) counts: Counts,
}

/// How large a document is, as its parsers will feel it.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counts {
    /// Elements.
    pub(super) elements: usize,
    /// `br` elements.
    pub(super) breaks: usize,
    /// Table rows.
    pub(super) rows: usize,
    /// Deepest nesting.
    pub(super) depth: usize,
    /// Attributes.
    pub(super) attributes: usize,
    /// Bytes of text.
    pub(super) text: usize,
}

/// Writes `html` anew within the limits.
pub(super) fn tame(html: &str) -> Tamed {
    let mut out = Writer { html: String::with_capacity(html.len() / 2), ..Writer::default() };
    let mut dropping: Option<(String, usize)> = None;
    for token in Scanner::new(html) {
        if let Some((name, depth)) = &mut dropping {
            match &token {
                Token::Open(tag) if tag.name == *name => *depth += 1,
                Token::Close(close) if close == name => {
                    *depth -= 1;
                    if *depth == 0 {
                        dropping = None;
                    }
                    continue;
                }
                // A drawing that was never closed ends with the next block, as in browsers.
                Token::Open(tag) if matches!(&**name, "svg" | "math") && breaks_out(&tag.name) => {
                    dropping = None;
                }
                _ => {}
            }
            if dropping.is_some() {
                continue;
            }
        }
        match token {
            Token::Text(text) => out.text(text),
            Token::Open(tag) if DROPPED.contains(&&*tag.name) => {
                dropping = Some((tag.name.into_owned(), 1));
            }
            Token::Open(tag) => out.open(&tag),
            Token::Close(name) => out.close(&name),
            Token::Raw(tag, text) => out.raw(&tag, text),
        }
    }
    out.pop(out.stack.len());
    Tamed { html: out.html, flattened: out.flattened, counts: out.counts }
}

fn breaks_out(name: &str) -> bool {
    matches!(name, "div" | "p" | "table" | "ul" | "ol" | "h1" | "h2" | "h3" | "h4" | "body" | "img")
}

#[derive(Debug, Default)]
struct Writer {
    html: String,
    stack: Vec<String>,
    counts: Counts,
    formatting: usize,
    tables: usize,
    flattened: bool,
}

impl Writer {
    fn text(&mut self, text: &str) {
        self.counts.text += text.len();
        if self.counts.text > MAX_TEXT {
            self.flattened = true;
            return;
        }
        // Thousands of lone brackets say no more than one, and each costs the parser an error.
        let again = text.starts_with('<') && self.html.ends_with('<');
        self.html.push_str(text.get(usize::from(again)..).unwrap_or_default());
    }

    fn open(&mut self, tag: &Tag<'_>) {
        let name = &*tag.name;
        let plain = name.len() <= 64
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if !plain {
            return;
        }
        self.imply_ends(name);
        let void = VOID.contains(&name);
        let formatting = FORMATTING.contains(&name);
        if self.counts.elements >= MAX_ELEMENTS
            || (!void && self.stack.len() >= MAX_DEPTH)
            || (formatting && self.formatting >= MAX_FORMATTING)
            || (self.tables >= MAX_TABLES && TABLE_PARTS.contains(&name))
        {
            self.flattened = true;
            self.html.push(' ');
            return;
        }
        self.counts.elements += 1;
        self.counts.breaks += usize::from(name == "br");
        self.counts.rows += usize::from(name == "tr");
        self.start(tag);
        if !void {
            self.formatting += usize::from(formatting);
            self.tables += usize::from(name == "table");
            self.stack.push(name.to_owned());
            self.counts.depth = self.counts.depth.max(self.stack.len());
        }
    }

    /// End tags that may be left out, so that a long list without them is not a deep one.
    fn imply_ends(&mut self, name: &str) {
        if !block(name) && name != "option" {
            return;
        }
        loop {
            // Inline elements that were left open end with the element they stand in.
            let inline = |open: &&String| FORMATTING.contains(&&***open) || *open == "span";
            let above = self.stack.iter().rev().take_while(inline).count();
            let ended = match self.stack.iter().rev().nth(above).map(String::as_str) {
                Some("p") => block(name),
                Some("li") => name == "li",
                Some("dt" | "dd") => matches!(name, "dt" | "dd"),
                Some("td" | "th") => matches!(name, "td" | "th" | "tr" | "tbody" | "tfoot"),
                Some("tr") => matches!(name, "tr" | "tbody" | "tfoot"),
                Some("option") => name == "option",
                Some("head") => matches!(name, "body" | "div" | "p" | "main" | "article"),
                _ => false,
            };
            if !ended {
                return;
            }
            self.pop(above + 1);
        }
    }

    fn pop(&mut self, elements: usize) {
        for _ in 0..elements {
            if let Some(last) = self.stack.pop() {
                self.end(&last);
            }
        }
    }

    fn close(&mut self, name: &str) {
        let inline = FORMATTING.contains(&name) || name == "span";
        let reaches = |open: &str| {
            if inline { !block(open) && !BARRIER.contains(&open) } else { !BARRIER.contains(&open) }
        };
        // "</table>" closes all its cells; nothing else reaches out of one.
        let rows = matches!(name, "table" | "tr" | "tbody" | "thead" | "tfoot");
        for (above, open) in self.stack.iter().rev().enumerate() {
            if open == name {
                self.pop(above + 1);
                return;
            }
            let in_row = rows && open != "table";
            if !in_row && !reaches(open) {
                return;
            }
        }
    }

    fn end(&mut self, name: &str) {
        self.formatting -= usize::from(FORMATTING.contains(&name)).min(self.formatting);
        self.tables -= usize::from(name == "table").min(self.tables);
        self.html.push_str("</");
        self.html.push_str(name);
        self.html.push('>');
    }

    fn raw(&mut self, tag: &Tag<'_>, text: &str) {
        let keep = match &*tag.name {
            "title" => true,
            "script" => {
                tag.attribute("type").is_some_and(|t| t.eq_ignore_ascii_case("application/ld+json"))
            }
            _ => false,
        };
        if keep && self.counts.elements < MAX_ELEMENTS {
            self.counts.elements += 1;
            self.start(tag);
            self.html.push_str(text);
            self.end(&tag.name);
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        self.html.push('<');
        self.html.push_str(&tag.name);
        for (name, value) in tag.attributes().take(MAX_ATTRIBUTES) {
            if self.counts.attributes >= MAX_ALL_ATTRIBUTES {
                break;
            }
            let plain = !name.is_empty()
                && name
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':'));
            // Of styles the readers ask only whether an element is hidden.
            let style = name == "style" && !(value.contains("none") || value.contains("hidden"));
            if plain && value.len() <= MAX_VALUE && !style && !name.starts_with("on") {
                self.counts.attributes += 1;
                self.html.push(' ');
                self.html.push_str(&name);
                self.html.push_str("=\"");
                for c in value.chars() {
                    match c {
                        '"' => self.html.push_str("&quot;"),
                        '&' => self.html.push_str("&amp;"),
                        c => self.html.push(c),
                    }
                }
                self.html.push('"');
            }
        }
        self.html.push('>');
    }
}

/// Elements that end a paragraph.
pub(super) fn block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "center"
            | "details"
            | "dd"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "head"
            | "header"
            | "hr"
            | "html"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_markup_stays_as_it_is() {
        let html = r#"<html lang="de"><body><div class="a"><p>Eins <b>zwei</b><br>drei</p></div></body></html>"#;
        let tamed = tame(html);
        assert_eq!(tamed.html, html);
        assert!(!tamed.flattened);
    }

    #[test]
    fn misnesting_is_closed_in_order() {
        for (from, to) in [
            ("<p>a<p>b", "<p>a</p><p>b</p>"),
            ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
            ("<p><b>a<p>b", "<p><b>a</b></p><p>b</p>"),
            ("<b><i>x</b>y</i>", "<b><i>x</i></b>y"),
            ("<b><p>x</b>y</p>z", "<b><p>xy</p>z</b>"),
            (
                "<div><table><tr><td>x</div>y</table>z",
                "<div><table><tr><td>xy</td></tr></table>z</div>",
            ),
            ("</div>x", "x"),
            ("a<svg><path d='1'/><text>t</text></svg>b", "ab"),
            ("a<svg><path><div>b", "a<div>b</div>"),
            ("<script>x</script><style>y</style><noscript><p>z</noscript>", ""),
            ("<p onclick='x' style='y' title='a\"b'>", "<p title=\"a&quot;b\"></p>"),
            ("<p style='display: none'>", "<p style=\"display: none\"></p>"),
        ] {
            assert_eq!(tame(from).html, to, "{from}");
        }
    }

    #[test]
    fn depth_is_capped_and_text_kept() {
        let tamed = tame(&format!("{}ende", "<div>".repeat(10_000)));
        assert!(tamed.flattened);
        assert_eq!(tamed.html.matches("<div>").count(), MAX_DEPTH);
        assert_eq!(tamed.html.matches("</div>").count(), MAX_DEPTH);
        assert!(tamed.html.contains("ende"));
        assert_eq!((tamed.counts.depth, tamed.counts.elements), (MAX_DEPTH, MAX_DEPTH));
    }

    #[test]
    fn formatting_and_elements_are_capped() {
        assert_eq!(tame(&"<font>".repeat(100)).html.matches("<font").count(), MAX_FORMATTING);
        assert_eq!(tame(&"<table><td>".repeat(100)).html.matches("<table").count(), MAX_TABLES);
        assert!(tame(&"wort ".repeat(1_000_000)).html.len() <= MAX_TEXT);
        assert_eq!(tame(&format!("<p {}>", "a=1 ".repeat(99))).counts.attributes, MAX_ATTRIBUTES);
        let flood = tame(&"<p a b c d e f>".repeat(20_000));
        assert_eq!(flood.counts.attributes, MAX_ALL_ATTRIBUTES);
        assert_eq!(flood.counts.elements, 20_000);
        assert_eq!(tame(&"<br>".repeat(100_000)).html.matches("<br>").count(), MAX_ELEMENTS);
    }
}
