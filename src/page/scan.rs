//! A linear scanner of HTML: tags, texts and raw elements in order, without a tree.
//!
//! Every byte is looked at a bounded number of times: an unfinished tag, comment or raw element
//! takes the rest of the document with it, as in browsers.

use std::borrow::Cow;

/// Elements whose content is text up to their own end tag.
const RAW: [&str; 10] = [
    "script",
    "style",
    "textarea",
    "title",
    "xmp",
    "iframe",
    "noembed",
    "noframes",
    "noscript",
    "plaintext",
];

/// A piece of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Text between tags, references not decoded.
    Text(&'a str),
    /// A start tag.
    Open(Tag<'a>),
    /// An end tag: its lower-case name.
    Close(Cow<'a, str>),
    /// An element whose content is raw text, up to and including its end tag.
    Raw(Tag<'a>, &'a str),
}

/// A start tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// Lower-case name.
    pub(super) name: Cow<'a, str>,
    /// All between the name and the closing bracket.
    pub(super) rest: &'a str,
}

impl<'a> Tag<'a> {
    /// The attributes in order: lower-case name and value, references decoded.
    pub(super) fn attributes(&self) -> Attributes<'a> {
        Attributes { rest: self.rest }
    }

    /// The value of an attribute, trimmed; `None` when it is absent or empty.
    pub(super) fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        let (_, value) = self.attributes().take(64).find(|(n, _)| n == name)?;
        let value = match value {
            Cow::Borrowed(v) => Cow::Borrowed(v.trim()),
            Cow::Owned(v) => Cow::Owned(v.trim().to_owned()),
        };
        (!value.is_empty()).then_some(value)
    }
}

/// Iterator over the attributes of a tag.
#[derive(Debug)]
pub(super) struct Attributes<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (Cow<'a, str>, Cow<'a, str>);

    fn next(&mut self) -> Option<Self::Item> {
        let blank = |c: char| c.is_ascii_whitespace() || c == '/';
        let s = self.rest.trim_start_matches(blank);
        if s.is_empty() {
            self.rest = "";
            return None;
        }
        // A name may begin with "=": the standard says so.
        let end = s
            .char_indices()
            .skip(1)
            .find(|(_, c)| blank(*c) || *c == '=')
            .map_or(s.len(), |(i, _)| i);
        let (name, after) = s.split_at(end);
        let name = lower(name);
        let Some(value) =
            after.trim_start_matches(|c: char| c.is_ascii_whitespace()).strip_prefix('=')
        else {
            self.rest = after;
            return Some((name, Cow::Borrowed("")));
        };
        let value = value.trim_start_matches(|c: char| c.is_ascii_whitespace());
        let (text, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inner = value.get(1..).unwrap_or_default();
                inner.split_once(quote).unwrap_or((inner, ""))
            }
            _ => {
                value.split_at(value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len()))
            }
        };
        self.rest = after;
        Some((name, super::entity::decode(text)))
    }
}

/// Iterator over the pieces of a document.
#[derive(Debug)]
pub(super) struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    /// Begins at the start of `html`.
    pub(super) fn new(html: &'a str) -> Self {
        Self { rest: html }
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let (head, tail) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = tail;
        head
    }

    fn raw(&mut self, tag: Tag<'a>) -> Token<'a> {
        if tag.name == "plaintext" {
            let text = self.take(self.rest.len());
            return Token::Raw(tag, text);
        }
        let mut from = 0;
        while let Some(at) = self.rest.get(from..).and_then(|s| s.find("</")).map(|i| i + from) {
            let after = self.rest.get(at + 2..).unwrap_or_default();
            let named = after
                .get(..tag.name.len())
                .is_some_and(|name| name.eq_ignore_ascii_case(&tag.name));
            let ended = after
                .get(tag.name.len()..)
                .and_then(|s| s.chars().next())
                .is_none_or(|c| c.is_ascii_whitespace() || c == '>' || c == '/');
            if named && ended {
                let text = self.take(at);
                let close = self.rest.find('>').map_or(self.rest.len(), |i| i + 1);
                self.take(close);
                return Token::Raw(tag, text);
            }
            from = at + 2;
        }
        let text = self.take(self.rest.len());
        Token::Raw(tag, text)
    }
}

impl<'a> Iterator for Scanner<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let Some(after) = self.rest.strip_prefix('<') else {
                let end = self.rest.find('<').unwrap_or(self.rest.len());
                return Some(Token::Text(self.take(end)));
            };
            match after.bytes().next() {
                Some(b'!' | b'?') => {
                    let end = if let Some(comment) = after.strip_prefix("!--") {
                        if comment.starts_with('>') {
                            Some(5)
                        } else {
                            comment.find("-->").map(|i| i + 7)
                        }
                    } else if let Some(data) = after.strip_prefix("![CDATA[") {
                        // Seen in feeds pasted into pages; the standard calls it a comment.
                        data.find('>').map(|i| i + 10)
                    } else {
                        after.find('>').map(|i| i + 2)
                    };
                    self.take(end.unwrap_or(self.rest.len()));
                }
                Some(b'/') => {
                    let end = self.rest.find('>').map_or(self.rest.len(), |i| i + 1);
                    let tag = self.take(end);
                    let inner = tag.get(2..).unwrap_or_default();
                    let name = name_of(inner);
                    if !name.is_empty() {
                        return Some(Token::Close(lower(name)));
                    }
                }
                Some(c) if c.is_ascii_alphabetic() => {
                    let end = tag_end(self.rest).unwrap_or(self.rest.len());
                    let tag = self.take(end);
                    let inner = tag.get(1..).unwrap_or_default();
                    let inner = inner.strip_suffix('>')?;
                    let name = name_of(inner);
                    let rest = inner.get(name.len()..).unwrap_or_default();
                    let tag = Tag { name: lower(name), rest };
                    if RAW.contains(&&*tag.name) {
                        return Some(self.raw(tag));
                    }
                    return Some(Token::Open(tag));
                }
                _ => {
                    // A lone "<" is text, with all up to the next one.
                    let end = after.find('<').map_or(self.rest.len(), |i| i + 1);
                    return Some(Token::Text(self.take(end)));
                }
            }
        }
    }
}

fn name_of(s: &str) -> &str {
    let end = s.find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>').unwrap_or(s.len());
    s.get(..end).unwrap_or_default()
}

fn lower(s: &str) -> Cow<'_, str> {
    if s.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(s.to_ascii_lowercase())
    } else {
        Cow::Borrowed(s)
    }
}

/// One past the bracket that closes the tag at the start of `s`, quoted values skipped.
fn tag_end(s: &str) -> Option<usize> {
    #[derive(PartialEq)]
    enum At {
        Name,
        Value,
        Bare,
        Quoted(u8),
    }
    let mut at = At::Name;
    for (i, b) in s.bytes().enumerate() {
        match (&at, b) {
            (At::Quoted(quote), b) if b == *quote => at = At::Name,
            (At::Quoted(_), _) => {}
            (_, b'>') => return Some(i + 1),
            (At::Name, b'=') => at = At::Value,
            (At::Value, b'"' | b'\'') => at = At::Quoted(b),
            (At::Value | At::Bare, b) => {
                if !b.is_ascii_whitespace() {
                    at = At::Bare;
                } else if at == At::Bare {
                    at = At::Name;
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(html: &str) -> Vec<String> {
        Scanner::new(html)
            .map(|t| match t {
                Token::Text(s) => format!("'{s}'"),
                Token::Open(t) => {
                    let a: Vec<String> = t.attributes().map(|(n, v)| format!(" {n}={v}")).collect();
                    format!("<{}{}>", t.name, a.concat())
                }
                Token::Close(n) => format!("</{n}>"),
                Token::Raw(t, s) => format!("[{}:{s}]", t.name),
            })
            .collect()
    }

    #[test]
    fn tags_texts_and_raw_elements_come_in_order() {
        let html = "<!doctype html><!-- <p> --><P Class='a>b' id=x hidden>1 < 2 &amp;<br/></P><SCRIPT>if (a</b) '<p>'</Script >ende";
        assert_eq!(
            show(html),
            [
                "<p class=a>b id=x hidden=>",
                "'1 '",
                "'< 2 &amp;'",
                "<br>",
                "</p>",
                "[script:if (a</b) '<p>']",
                "'ende'"
            ]
        );
    }

    #[test]
    fn attribute_values_are_read_in_all_notations() {
        assert_eq!(
            show("<a b = 'c d' e=f/g =h i=\"&quot;&auml;\">"),
            ["<a b=c d e=f/g =h= i=\"ä>"]
        );
    }

    #[test]
    fn unfinished_markup_takes_the_rest() {
        assert_eq!(show("a<!-- b <p>"), ["'a'"]);
        assert_eq!(show("a<p class='x> b"), ["'a'"]);
        assert_eq!(show("<style>p{}"), ["[style:p{}]"]);
        assert_eq!(show("a</"), ["'a'"]);
        assert_eq!(show("a<"), ["'a'", "'<'"]);
    }
}
