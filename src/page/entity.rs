//! Character references, as `&auml;` and `&#8211;`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Longest name in the table, for which a semicolon is looked.
const LONGEST: usize = 10;

static NAMES: LazyLock<HashMap<&'static str, char>> = LazyLock::new(|| {
    include_str!("entities.tsv")
        .lines()
        .filter_map(|line| {
            let (name, code) = line.split_once('\t')?;
            Some((name, u32::from_str_radix(code, 16).ok().and_then(char::from_u32)?))
        })
        .collect()
});

/// Decodes all references; what is none stays as it is.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let after = from.get(1..).unwrap_or_default();
        if let Some((c, used)) = reference(after) {
            out.push(c);
            rest = after.get(used..).unwrap_or_default();
        } else {
            out.push('&');
            rest = after;
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The character named after an ampersand, and how many bytes name it.
fn reference(s: &str) -> Option<(char, usize)> {
    if let Some(number) = s.strip_prefix('#') {
        let (digits, radix, skip) = match number.strip_prefix(['x', 'X']) {
            Some(hex) => (hex, 16, 2),
            None => (number, 10, 1),
        };
        let len = digits.bytes().take(9).take_while(|b| char::from(*b).is_digit(radix)).count();
        let value = u32::from_str_radix(digits.get(..len)?, radix).ok()?;
        let end = usize::from(digits.get(len..).is_some_and(|r| r.starts_with(';')));
        return Some((numbered(value), skip + len + end));
    }
    let len = s.bytes().take(LONGEST).take_while(u8::is_ascii_alphanumeric).count();
    s.get(len..)?.strip_prefix(';')?;
    NAMES.get(s.get(..len)?).map(|c| (*c, len + 1))
}

/// HTML reads the numbers 128 to 159 as windows-1252.
fn numbered(value: u32) -> char {
    if let Some(byte) = u8::try_from(value).ok().filter(|b| (0x80..0xa0).contains(b)) {
        let bytes = [byte];
        let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes);
        return text.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
    }
    char::from_u32(value).filter(|c| *c != '\0').unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_decoded_and_others_left() {
        for (from, to) in [
            ("M&uuml;nchen &ndash; Stra&szlig;e", "München – Straße"),
            ("&#8222;so&#x201C; &#150;", "„so“ –"),
            ("AT&T &unbekannt; &amp;amp; &", "AT&T &unbekannt; &amp; &"),
            ("&#0;&#xD800;&#99999999999;", "\u{fffd}\u{fffd}\u{fffd}99;"),
            ("?a=1&lang=de", "?a=1&lang=de"),
        ] {
            assert_eq!(decode(from), to, "{from}");
        }
    }
}
