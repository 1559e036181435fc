//! HTML fragments to plain text: tags away, entities to characters, paragraphs kept as empty lines.

use std::borrow::Cow;

/// Longest tag in which quotation marks are honoured; after that the first `>` ends it.
const MAX_TAG: usize = 4096;
/// Longest entity name with its `&` and `;`.
const MAX_ENTITY: usize = 34;

/// Tags that end a paragraph.
const BLOCKS: [&str; 34] = [
    "p",
    "div",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "tr",
    "blockquote",
    "pre",
    "hr",
    "section",
    "article",
    "aside",
    "header",
    "footer",
    "main",
    "nav",
    "figure",
    "figcaption",
    "address",
    "form",
    "fieldset",
    "tbody",
    "thead",
    "details",
];
/// Tags whose content is no text.
const SILENT: [&str; 10] = [
    "script", "style", "svg", "iframe", "template", "object", "select", "textarea", "audio",
    "video",
];

/// The widest break seen since the last visible character.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Gap {
    None,
    Blank,
    Line,
    Paragraph,
}

struct Writer {
    out: String,
    gap: Gap,
    left: usize,
}

impl Writer {
    fn new(text: &str, max: usize) -> Self {
        let room = text.len().min(max.saturating_mul(2));
        Self { out: String::with_capacity(room), gap: Gap::None, left: max }
    }

    fn gap(&mut self, gap: Gap) {
        self.gap = match (self.gap, gap) {
            (Gap::Line, Gap::Line) => Gap::Paragraph,
            (old, new) if new > old => new,
            (old, _) => old,
        };
    }

    /// Takes the run of plain characters that a text begins with, in one piece; gives its length.
    fn run(&mut self, text: &str) -> usize {
        let bytes = text.as_bytes();
        let (mut length, mut visible) = (0, 0);
        while visible < self.left {
            length += match bytes.get(length) {
                Some(byte) => match plain_length(*byte) {
                    0 if *byte == b' ' && length > 0 => {
                        // One blank between two plain characters is as it will be.
                        let next = bytes.get(length + 1).copied().map_or(0, plain_length);
                        if next == 0 {
                            break;
                        }
                        visible += 1;
                        1 + next
                    }
                    0 => break,
                    wide => {
                        visible += 1;
                        wide
                    }
                },
                None => break,
            };
        }
        if length > 0 {
            self.close_gap();
            self.out.push_str(text.get(..length).unwrap_or_default());
            self.left -= visible;
        }
        length
    }

    /// Writes the gap before a visible character.
    fn close_gap(&mut self) {
        if !self.out.is_empty() {
            self.out.push_str(match self.gap {
                Gap::None => "",
                Gap::Blank => " ",
                Gap::Line => "\n",
                Gap::Paragraph => "\n\n",
            });
        }
        self.gap = Gap::None;
    }

    fn put(&mut self, c: char) {
        if c.is_whitespace() {
            self.gap(Gap::Blank);
        } else if self.left > 0 && !matches!(c, '\u{200b}' | '\u{feff}' | '\0') && !c.is_control() {
            self.close_gap();
            self.out.push(c);
            self.left -= 1;
        }
    }
}

/// Length in bytes of a character that is visible, and neither markup nor blank, told by its first
/// byte: ASCII but for `<` and `&`, and what has two bytes from U+00C0 on. Of all others 0.
fn plain_length(first: u8) -> usize {
    match first {
        b'<' | b'&' => 0,
        0x21..=0x7e => 1,
        0xc3..=0xdf => 2,
        _ => 0,
    }
}

/// The text of an HTML fragment, at most `max` visible characters.
pub(super) fn from_html(html: &str, max: usize) -> String {
    let mut writer = Writer::new(html, max);
    let mut silent: Option<String> = None;
    // Once a closing mark was not found there is none further on: never look again.
    let (mut ends, mut comments) = (true, true);
    let mut rest = html;
    while writer.left > 0 {
        let skipped = match silent {
            None => writer.run(rest),
            // Nothing counts but the tag that ends it.
            Some(_) => rest.find('<').unwrap_or(rest.len()),
        };
        rest = rest.get(skipped..).unwrap_or_default();
        let Some(c) = rest.chars().next() else { break };
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '<' if comments && after.starts_with("!--") => match rest.find("-->") {
                Some(end) => {
                    rest = rest.get(end + 3..).unwrap_or_default();
                    continue;
                }
                None => comments = false,
            },
            '<' if ends && opens_tag(after) => match tag_end(rest) {
                Some(end) => {
                    let (tag, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
                    on_tag(tag, &mut silent, &mut writer);
                    rest = tail;
                    continue;
                }
                None => ends = false,
            },
            '&' if silent.is_none() => {
                if let Some((text, length)) = entity(rest) {
                    text.chars().for_each(|c| writer.put(c));
                    rest = rest.get(length..).unwrap_or_default();
                    continue;
                }
            }
            _ => {}
        }
        if silent.is_none() {
            writer.put(c);
        }
        rest = after;
    }
    writer.out
}

/// Literal text: blanks made single, empty lines kept, at most `max` visible characters.
pub(super) fn from_text(text: &str, max: usize) -> String {
    let mut writer = Writer::new(text, max);
    for line in text.lines() {
        let mut rest = line;
        while writer.left > 0 {
            rest = rest.get(writer.run(rest)..).unwrap_or_default();
            let mut chars = rest.chars();
            let Some(c) = chars.next() else { break };
            writer.put(c);
            rest = chars.as_str();
        }
        writer.gap(Gap::Line);
    }
    writer.out
}

fn opens_tag(after: &str) -> bool {
    let name = after.strip_prefix('/').unwrap_or(after);
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!' || c == '?')
}

/// One past the `>` of the tag that `rest` starts with.
fn tag_end(rest: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in rest.bytes().enumerate().take(MAX_TAG) {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    rest.find('>').map(|at| at + 1)
}

fn on_tag(tag: &str, silent: &mut Option<String>, writer: &mut Writer) {
    let inside = tag.trim_start_matches('<');
    let (closing, inside) = inside.strip_prefix('/').map_or((false, inside), |rest| (true, rest));
    let end = inside
        .find(|c: char| !c.is_ascii_alphanumeric() && c != ':')
        .unwrap_or(inside.len())
        .min(32);
    let name = inside.get(..end).unwrap_or_default();
    // XHTML may come with a prefix.
    let name = lower(name.rsplit(':').next().unwrap_or_default());
    let name = name.as_ref();
    if let Some(open) = silent {
        if closing && *open == name {
            *silent = None;
        }
    } else if SILENT.contains(&name) {
        if !closing && !tag.ends_with("/>") {
            *silent = Some(name.to_owned());
        }
    } else if name == "br" {
        // XHTML writers put <br></br>: one line end, not two.
        writer.gap(if closing { Gap::Blank } else { Gap::Line });
    } else if BLOCKS.contains(&name) {
        writer.gap(Gap::Paragraph);
    } else if matches!(name, "td" | "th" | "option") {
        writer.gap(Gap::Blank);
    }
}

/// A name in lower case.
pub(super) fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

/// The characters of the entity that `rest` starts with, and its length in bytes.
pub(super) fn entity(rest: &str) -> Option<(String, usize)> {
    let end = rest.bytes().take(MAX_ENTITY).position(|b| b == b';')?;
    let name = rest.get(1..end)?;
    let text = match name.strip_prefix('#') {
        Some(number) => code_point(number)?.to_string(),
        None => quick_xml::escape::resolve_html5_entity(name)?.to_owned(),
    };
    Some((text, end + 1))
}

/// The character of a numeric reference; 128 to 159 are windows-1252, as HTML reads them.
pub(super) fn code_point(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse::<u32>().ok()?,
    };
    match u8::try_from(code) {
        Ok(byte @ 0x80..=0x9f) => windows(byte),
        _ => char::from_u32(code),
    }
}

/// The windows-1252 reading of a C1 control.
pub(super) fn windows(byte: u8) -> Option<char> {
    encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(html: &str) -> String {
        from_html(html, 10_000)
    }

    #[test]
    fn paragraphs_become_empty_lines() {
        assert_eq!(plain("<p>Eins  zwei</p>\n<p>Drei<br>vier</p>"), "Eins zwei\n\nDrei\nvier");
        assert_eq!(plain("a<br/><br/>b<br></br>c"), "a\n\nb\nc");
        assert_eq!(plain("<ul><li>x<li>y</ul>"), "x\n\ny");
    }

    #[test]
    fn entities_become_characters() {
        assert_eq!(
            plain("K&ouml;ln &amp; Bonn &#8211; &#x20AC; &#150; &foo; A&B"),
            "Köln & Bonn – € – &foo; A&B"
        );
    }

    #[test]
    fn what_is_no_text_is_left_out() {
        assert_eq!(plain("a<script>if (1<2) {}</script>b<!-- c -->d<img alt='x > y'>e"), "abde");
    }

    #[test]
    fn a_lone_angle_stays() {
        assert_eq!(plain("3 < 5 und 7 > 6 <b"), "3 < 5 und 7 > 6 <b");
    }

    #[test]
    fn the_cap_counts_characters() {
        assert_eq!(from_html("<b>äöü</b>", 2), "äö");
    }

    #[test]
    fn literal_text_keeps_its_angles() {
        assert_eq!(from_text("Nutze <b>\n &amp; ja\n\nZwei", 99), "Nutze <b>\n&amp; ja\n\nZwei");
    }
}
