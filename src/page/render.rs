//! HTML to blocks of text: paragraphs, headings, list items, table rows.

use super::entity;
use super::guard::block;
use super::scan::{Scanner, Token};
use std::ops::Range;

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A paragraph or other running text.
    Paragraph,
    /// A heading.
    Heading,
    /// An item of a list.
    Item,
    /// A row of a table.
    Row,
    /// A caption, or other text in a figure.
    Caption,
}

/// A block of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    /// What it is.
    pub(super) shape: Shape,
    /// Its words, blanks normalised; never empty.
    pub(super) text: String,
    /// Characters of `text` that are in links, near enough.
    pub(super) linked: usize,
    /// Where its links stand in `text`.
    anchors: Vec<Range<usize>>,
}

impl Block {
    /// The texts of its links.
    pub(super) fn anchors(&self) -> impl Iterator<Item = &str> {
        self.anchors.iter().filter_map(|range| self.text.get(range.clone()))
    }

    /// Nearly all of it is a link.
    pub(super) fn is_link(&self) -> bool {
        self.linked * 10 >= self.text.chars().count() * 8
    }
}

/// The blocks of a document or fragment, in order.
pub(super) fn blocks(html: &str) -> Vec<Block> {
    render(html, Renderer::default())
}

/// The same, with each cell of a table a block of its own.
pub(super) fn blocks_and_cells(html: &str) -> Vec<Block> {
    render(html, Renderer { apart: Apart::Cells, ..Renderer::default() })
}

/// The blocks, parted also at `time` elements, and of each such element the number of blocks
/// before it and its `datetime` or text.
pub(super) fn timed_blocks(html: &str) -> (Vec<Block>, Vec<(usize, String)>) {
    let mut out = Renderer { apart: Apart::Times, ..Renderer::default() };
    run(html, &mut out);
    (out.blocks, out.times)
}

fn render(html: &str, mut out: Renderer) -> Vec<Block> {
    run(html, &mut out);
    out.blocks
}

fn run(html: &str, out: &mut Renderer) {
    for token in Scanner::new(html) {
        match token {
            Token::Text(text) => out.text(&entity::decode(text)),
            Token::Open(tag) if tag.name == "time" && out.apart == Apart::Times => {
                out.flush();
                out.time = Some(tag.attribute("datetime").unwrap_or_default().into_owned());
            }
            Token::Close(name) if name == "time" && out.apart == Apart::Times => out.close_time(),
            Token::Open(tag) => out.open(&tag.name),
            Token::Close(name) => out.close(&name),
            Token::Raw(..) => {}
        }
    }
    out.flush();
}

/// What ends a block beside block elements.
#[derive(Debug, Default, PartialEq, Eq)]
enum Apart {
    #[default]
    Nothing,
    /// Cells of a table.
    Cells,
    /// `time` elements.
    Times,
}

#[derive(Debug, Default)]
struct Renderer {
    blocks: Vec<Block>,
    text: String,
    linked: usize,
    anchors: Vec<Range<usize>>,
    anchor: usize,
    blank: bool,
    breaks: usize,
    links: usize,
    figures: usize,
    items: usize,
    cells: usize,
    apart: Apart,
    /// The `datetime` of the open `time` element, empty when it has none.
    time: Option<String>,
    times: Vec<(usize, String)>,
    heading: bool,
}

impl Renderer {
    /// The text of a `time` element is no text of the article.
    fn close_time(&mut self) {
        let text = std::mem::take(&mut self.text);
        self.flush();
        if let Some(stated) = self.time.take() {
            self.times.push((self.blocks.len(), if stated.is_empty() { text } else { stated }));
        }
    }

    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                // Soft hyphens, zero-width blanks and byte order marks are no part of a word.
                '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' => {}
                c if c.is_whitespace() || c.is_control() => self.blank = true,
                c => {
                    if self.blank && !self.text.is_empty() {
                        self.text.push(' ');
                    }
                    self.blank = false;
                    self.breaks = 0;
                    self.text.push(c);
                    self.linked += usize::from(self.links > 0);
                }
            }
        }
    }

    fn open(&mut self, name: &str) {
        match name {
            "br" => {
                self.blank = true;
                self.breaks += 1;
                if self.breaks > 1 {
                    self.flush();
                }
            }
            "td" | "th" if self.apart == Apart::Cells => self.flush(),
            "td" | "th" => {
                self.cells += 1;
                if !self.text.is_empty() {
                    self.text.push(';');
                    self.blank = true;
                }
            }
            "a" => {
                self.links += 1;
                self.anchor = self.text.len();
            }
            _ if block(name) => {
                // A cell with paragraphs is layout, not a row of values.
                self.flush();
                match name {
                    "figure" | "figcaption" | "caption" => self.figures += 1,
                    "li" => self.items += 1,
                    "tr" => self.cells = 0,
                    "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading = true,
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "td" | "th" => self.blank = true,
            "a" => {
                self.links = self.links.saturating_sub(1);
                self.anchors.push(self.anchor..self.text.len());
            }
            _ if block(name) => {
                self.flush();
                match name {
                    "figure" | "figcaption" | "caption" => {
                        self.figures = self.figures.saturating_sub(1);
                    }
                    "li" => self.items = self.items.saturating_sub(1),
                    "tr" => self.cells = 0,
                    "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading = false,
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn flush(&mut self) {
        self.blank = false;
        self.breaks = 0;
        let linked = std::mem::take(&mut self.linked);
        let anchors = std::mem::take(&mut self.anchors);
        self.anchor = 0;
        let text = std::mem::take(&mut self.text);
        if !text.chars().any(char::is_alphanumeric) {
            return;
        }
        let shape = if self.figures > 0 {
            Shape::Caption
        } else if self.heading {
            Shape::Heading
        } else if self.items > 0 {
            Shape::Item
        } else if self.cells > 1 {
            Shape::Row
        } else {
            Shape::Paragraph
        };
        self.blocks.push(Block { shape, text, linked, anchors });
    }
}

/// One line of plain text: references decoded, tags left out, blanks normalised.
pub(super) fn line(html: &str) -> String {
    let mut out = String::new();
    for block in blocks(html) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&block.text);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(html: &str) -> Vec<(Shape, String)> {
        blocks(html).into_iter().map(|b| (b.shape, b.text)).collect()
    }

    #[test]
    fn blocks_are_told_apart() {
        let html = "<h2>Kopf</h2><p>Ein\n <b>Satz</b>.<br>Noch&nbsp;einer.</p><ul><li>Punkt</li></ul>\
                    <figure><img><figcaption>Bild</figcaption></figure>\
                    <table><tr><th>Ort</th><th>Zahl</th></tr><tr><td><p>Absatz</p></td></tr></table>***";
        let p = |s: &str| s.to_owned();
        assert_eq!(
            show(html),
            [
                (Shape::Heading, p("Kopf")),
                (Shape::Paragraph, p("Ein Satz. Noch einer.")),
                (Shape::Item, p("Punkt")),
                (Shape::Caption, p("Bild")),
                (Shape::Row, p("Ort; Zahl")),
                (Shape::Paragraph, p("Absatz")),
            ]
        );
    }

    #[test]
    fn double_breaks_part_paragraphs_and_soft_hyphens_vanish() {
        assert_eq!(
            show("Eins<br><br>Sicher\u{ad}heits&shy;rat\u{200b}"),
            [(Shape::Paragraph, "Eins".into()), (Shape::Paragraph, "Sicherheitsrat".into())]
        );
    }

    #[test]
    fn links_are_recognised_by_their_share() {
        let blocks =
            blocks("<p><a href=x>Nur ein Verweis</a></p><p>Mehr Text als <a>Verweis</a></p>");
        assert_eq!(blocks.iter().map(Block::is_link).collect::<Vec<_>>(), [true, false]);
        assert_eq!(blocks[1].anchors().map(str::trim).collect::<Vec<_>>(), ["Verweis"]);
    }
}
