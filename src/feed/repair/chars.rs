//! Characters and references that XML does not allow, or that are meant as others.

use super::super::{Repairs, plain};
use std::borrow::Cow;

/// References that stay as they are.
const KEPT: [&str; 5] = ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;"];

/// Characters that XML 1.0 forbids (section 2.2).
fn is_forbidden(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// Characters to strip or to replace: forbidden ones, and C1 controls.
pub(super) fn is_odd(c: char) -> bool {
    is_forbidden(c) || matches!(c, '\u{80}'..='\u{9f}')
}

/// Whether [`is_odd`] holds of any character, looked for byte by byte.
pub(super) fn any_odd(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Written so that many bytes are compared at once.
    let is = u8::from;
    let control = |b: u8| is(b < 0x20) & is(b != b'\t') & is(b != b'\n') & is(b != b'\r');
    let controls = |chunk: &[u8]| chunk.iter().fold(0, |any, b| any | control(*b)) != 0;
    let follows = |at: usize, tail: &[u8], last: std::ops::RangeInclusive<u8>| {
        let rest = bytes.get(at + 1..).and_then(|rest| rest.strip_prefix(tail));
        rest.and_then(<[u8]>::first).is_some_and(|b| last.contains(b))
    };
    bytes.chunks(4_096).any(controls)
        || memchr::memchr_iter(0xc2, bytes).any(|at| follows(at, &[], 0x80..=0x9f))
        || memchr::memchr_iter(0xef, bytes).any(|at| follows(at, &[0xbf], 0xbe..=0xbf))
}

/// Writes what an odd character at the start of `special` was meant as: a C1 control is one of
/// windows-1252, others are nothing. Gives its length.
pub(super) fn odd(special: &str, out: &mut String, repairs: &mut Repairs) -> usize {
    let Some(c) = special.chars().next() else { return 0 };
    repairs.add("illegal_characters");
    if let Some(meant) = u8::try_from(u32::from(c)).ok().filter(|b| *b >= 0x80) {
        out.extend(plain::windows(meant).filter(|c| !is_odd(*c)));
    }
    c.len_utf8()
}

/// Writes a `<` that begins no tag.
pub(super) fn escape_angle(out: &mut String, repairs: &mut Repairs) -> usize {
    repairs.add("lone_angle");
    out.push_str("&lt;");
    1
}

/// Length of a reference that stays as it is.
pub(super) fn kept_reference(special: &str) -> Option<usize> {
    KEPT.iter().find(|kept| special.starts_with(**kept)).map(|kept| kept.len())
}

/// Writes what an entity or a lone `&` at the start of `special` means; gives the length of what was read.
pub(super) fn reference(special: &str, out: &mut String, repairs: &mut Repairs) -> usize {
    if let Some((text, length)) = plain::entity(special) {
        let named = !special.starts_with("&#");
        for c in text.chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '"' => out.push_str("&quot;"),
                c if is_forbidden(c) => repairs.add("illegal_characters"),
                c => out.push(c),
            }
        }
        if named {
            repairs.add("html_entities");
        }
        return length;
    }
    if let Some(number) = special.strip_prefix("&#")
        && let Some(end) = number.bytes().take(12).position(|b| b == b';')
        && number.get(..end).is_some_and(|n| n.bytes().all(|b| b.is_ascii_alphanumeric()))
    {
        // A reference to no character at all.
        repairs.add("illegal_characters");
        return end + 3;
    }
    repairs.add("ampersand");
    out.push_str("&amp;");
    1
}

/// The value of an attribute, escaped; `odd`: an odd character stands somewhere.
pub(super) fn value<'t>(value: &'t str, odd: bool, repairs: &mut Repairs) -> Cow<'t, str> {
    let special = |text: &str| {
        if odd {
            text.find(|c| matches!(c, '&' | '"' | '<') || is_odd(c))
        } else {
            memchr::memchr3(b'&', b'"', b'<', text.as_bytes())
        }
    };
    let mut out = String::new();
    let mut rest = value;
    let (mut taken, mut at) = (0, 0);
    while let Some(found) = special(rest) {
        at += found;
        let here = value.get(at..).unwrap_or_default();
        let kept = kept_reference(here);
        if kept.is_none() {
            out.push_str(value.get(taken..at).unwrap_or_default());
        }
        at += match here.bytes().next() {
            Some(b'&') => kept.unwrap_or_else(|| reference(here, &mut out, repairs)),
            Some(b'<') => escape_angle(&mut out, repairs),
            Some(b'"') => {
                out.push_str("&quot;");
                1
            }
            _ => self::odd(here, &mut out, repairs),
        };
        if kept.is_none() {
            taken = at;
        }
        rest = value.get(at..).unwrap_or_default();
    }
    if taken == 0 {
        return Cow::Borrowed(value);
    }
    out.push_str(value.get(taken..).unwrap_or_default());
    Cow::Owned(out)
}
