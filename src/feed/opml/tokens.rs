//! The tags of a list, one by one.

use super::super::tags;

/// Longest outline tag that is looked for beyond a `<` in it, in bytes.
const MAX_TAG: usize = 16 * 1024;
/// Tags without an end that are looked for that far.
const MAX_ENDLESS: usize = 100;

/// What is no tag, and how it ends.
const MARKS: [(&str, &str); 3] = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];

pub(super) enum Token<'a> {
    /// A start tag with its angles.
    Open(&'a str),
    /// An end tag with its angles.
    Close(&'a str),
}

/// The tags of a document in order; comments, CDATA, DOCTYPE and instructions left out.
pub(super) struct Tokens<'a> {
    rest: &'a str,
    /// Tags whose end was hard to find, or missing.
    pub(super) broken: usize,
    endless: usize,
    /// Whether the end of each of [`MARKS`] may come.
    ends: [bool; MARKS.len()],
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text, broken: 0, endless: 0, ends: [true; MARKS.len()] }
    }

    /// The text up to the next tag.
    pub(super) fn text(&self) -> &'a str {
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
        if let Some(end) = tags::end_past_quoted(rest, MAX_TAG) {
            return Some(end);
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
