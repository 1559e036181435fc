//! Tags as they are found: where one ends, and its attributes, however badly written.

/// Attributes kept of a tag: hundreds are an attack on readers that compare them pairwise.
const MAX_ATTRIBUTES: usize = 64;

/// One past the `>` of the tag that `rest` starts with; none where another tag begins before, or
/// nothing ends it. Quotation marks count only after `=`, so that a stray one hides nothing.
pub(super) fn end(rest: &str) -> Option<usize> {
    scan(rest.as_bytes(), false)
}

/// As [`end`] within the first `max` bytes, where a `<` in a quoted value begins no tag.
pub(super) fn end_past_quoted(rest: &str, max: usize) -> Option<usize> {
    scan(rest.as_bytes().get(..max).unwrap_or(rest.as_bytes()), true)
}

fn scan(rest: &[u8], past_quoted: bool) -> Option<usize> {
    let (mut quote, mut before) = (None, b' ');
    for (at, byte) in rest.iter().copied().enumerate().skip(1) {
        match (quote, byte) {
            (None, b'<') => return None,
            (_, b'<') if !past_quoted => return None,
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') if before == b'=' => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            before = byte;
        }
    }
    None
}

/// A start tag, taken apart.
#[derive(Debug, PartialEq)]
pub(super) struct Start<'a> {
    pub(super) name: &'a str,
    pub(super) attributes: Vec<(&'a str, &'a str)>,
    pub(super) empty: bool,
    /// Attributes had to be dropped, completed or quoted.
    pub(super) odd: bool,
    /// No blank stands between two attributes.
    pub(super) tight: bool,
}

/// Takes a start tag apart, given with its angles.
pub(super) fn start(tag: &str) -> Start<'_> {
    let inside = tag.strip_prefix('<').unwrap_or(tag);
    let inside = inside.strip_suffix('>').unwrap_or(inside);
    let (inside, empty) = inside.strip_suffix('/').map_or((inside, false), |rest| (rest, true));
    let length = name_length(inside);
    let (name, mut rest) = inside.split_at_checked(length).unwrap_or((inside, ""));
    let (mut attributes, mut odd, mut tight) = (Vec::new(), false, false);
    loop {
        let before = rest.len();
        rest = rest.trim_start();
        tight |= before == rest.len() && before > 0;
        let Some(first) = rest.chars().next() else { break };
        let length = name_length(rest);
        if length == 0 {
            odd = true;
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let (key, tail) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let value = tail.trim_start().strip_prefix('=').map(str::trim_start);
        let (value, tail) = match value {
            None => {
                odd = true;
                (key, tail)
            }
            Some(value) => {
                let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
                let body = value.get(1..).unwrap_or_default();
                if let Some(split) = quote.and_then(|quote| body.split_once(quote)) {
                    split
                } else {
                    odd = true;
                    let to = value.find(char::is_whitespace).unwrap_or(value.len());
                    value.split_at_checked(to).unwrap_or((value, ""))
                }
            }
        };
        rest = tail;
        if attributes.len() < MAX_ATTRIBUTES && attributes.iter().all(|(k, _)| *k != key) {
            attributes.push((key, value));
        } else {
            odd = true;
        }
    }
    Start { name, attributes, empty, odd, tight }
}

/// Length in bytes of the XML name at the start.
pub(super) fn name_length(text: &str) -> usize {
    let is_plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b':');
    match text.as_bytes().first() {
        Some(b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80..) => {}
        _ => return 0,
    }
    let plain = text.bytes().position(|b| !is_plain(&b)).unwrap_or(text.len());
    if text.as_bytes().get(plain).is_none_or(u8::is_ascii) {
        return plain;
    }
    if !text.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return 0;
    }
    text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':')))
        .unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_ends_at_its_own_angle() {
        assert_eq!(end("<a href=\"x>y\">z"), Some(14));
        assert_eq!(end("<a it's>z"), Some(8));
        assert_eq!(end("<a <b>"), None);
        assert_eq!(end("<a"), None);
        assert_eq!((end("<a b=\"<\">"), end_past_quoted("<a b=\"<\">", 99)), (None, Some(9)));
        assert_eq!((end_past_quoted("<a <b>", 99), end_past_quoted("<abc>", 4)), (None, None));
    }

    #[test]
    fn attributes_are_read_however_they_are_written() {
        let tag = start("<link href = 'a' rel=b c=\"d\" e href=\"z\" />");
        assert_eq!(tag.name, "link");
        assert_eq!(tag.attributes, [("href", "a"), ("rel", "b"), ("c", "d"), ("e", "e")]);
        assert!(tag.empty && tag.odd);
        let plain = start("<rss version=\"2.0\" a='b'>");
        assert!(!plain.odd && !plain.tight);
        assert!(start("<rss a=\"b\"c=\"d\">").tight);
    }
}
