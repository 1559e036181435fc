//! Sentences as words, digits and what parts them.

use super::UNIT;
use unicode_normalization::char::is_combining_mark;

/// Words from which a line counts as a sentence without a full stop.
const SENTENCE: usize = 6;

/// What a sentence is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Digits, in thousandths.
    Digits(u64),
    Word(&'a str),
    /// Digits that are no count, and punctuation: no number goes on behind it.
    Break,
}

/// Calls `read` with each sentence of a line in lower case; `left` is how many words and digits may
/// still be read, `tokens` is room to work in.
pub(super) fn each<'a>(
    line: &'a str,
    left: &mut usize,
    tokens: &mut Vec<Token<'a>>,
    mut read: impl FnMut(&[Token<'a>]),
) {
    tokens.clear();
    let (mut at, mut ended, mut letter) = (0, false, false);
    while let Some(c) = char_at(line, at).filter(|_| *left > 0) {
        if c.is_ascii_digit() {
            let (length, token) = digits(line.get(at..).unwrap_or_default());
            // Digits behind a letter are a label.
            tokens.push(if letter { Token::Break } else { token });
            (at, ended, letter) = (at + length, false, false);
            *left -= 1;
        } else if c.is_alphabetic() {
            let rest = line.get(at..).unwrap_or_default();
            let word = rest.get(..letters(rest)).unwrap_or_default();
            tokens.push(Token::Word(word));
            letter = word.chars().next_back().is_some_and(char::is_alphabetic);
            (at, ended) = (at + word.len().max(1), false);
            *left -= 1;
        } else {
            let stops = matches!(c, '.' | '!' | '?' | '…');
            ended |= stops;
            // A stop behind digits ("23. November") or a letter ("p.m.") may go on.
            let short = match tokens.last() {
                Some(Token::Digits(_)) => true,
                Some(Token::Word(word)) => word.chars().nth(1).is_none(),
                _ => false,
            };
            at += c.len_utf8();
            letter = false;
            let goes_on = char_at(line, at).is_some_and(char::is_alphanumeric);
            if stops && !(c == '.' && short) && !goes_on {
                close(tokens, true, &mut read);
            } else if !c.is_whitespace() && !matches!(c, '-' | '.' | '\'' | '’') {
                tokens.push(Token::Break);
            }
        }
    }
    close(tokens, ended, &mut read);
}

/// Ends a sentence; it is not read where it is none.
fn close<'a>(tokens: &mut Vec<Token<'a>>, ended: bool, read: &mut impl FnMut(&[Token<'a>])) {
    let words = tokens.iter().filter(|t| matches!(t, Token::Word(_))).count();
    if ended || words >= SENTENCE {
        read(tokens);
    }
    tokens.clear();
}

fn char_at(text: &str, at: usize) -> Option<char> {
    // Most are ASCII.
    match text.as_bytes().get(at) {
        Some(byte) if byte.is_ascii() => Some(char::from(*byte)),
        _ => text.get(at..)?.chars().next(),
    }
}

/// Bytes of the letters at the start.
fn letters(text: &str) -> usize {
    let plain = text.bytes().take_while(u8::is_ascii_lowercase).count();
    if text.as_bytes().get(plain).is_none_or(u8::is_ascii) {
        return plain;
    }
    text.find(|c: char| !c.is_alphabetic() && !is_combining_mark(c)).unwrap_or(text.len())
}

/// Digits and what joins them at the start of a text: their length in bytes and what they are.
fn digits(text: &str) -> (usize, Token<'static>) {
    let run = |from: usize| text.bytes().skip(from).take_while(u8::is_ascii_digit).count();
    let group = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    let mut end = run(0);
    let first = group(0, end);
    let mut groups = vec![(' ', first)];
    while let Some(separator @ ('.' | ',' | ':' | '/' | '\'' | '’' | ' ')) = char_at(text, end) {
        let from = end + separator.len_utf8();
        let to = from + run(from);
        let split = separator == ' ' && (to - from != 3 || first.len() > 3);
        if to == from || split {
            break;
        }
        groups.push((separator, group(from, to)));
        end = to;
    }
    (end, value(&groups).map_or(Token::Break, Token::Digits))
}

/// The value of groups of digits in thousandths; none for a date, a time, a score.
fn value(groups: &[(char, &str)]) -> Option<u64> {
    let number = |digits: &str| {
        digits
            .bytes()
            .fold(0_u64, |sum, b| sum.saturating_mul(10).saturating_add(u64::from(b & 0xf)))
    };
    let (_, first) = *groups.first()?;
    let mut whole = number(first);
    let thousands = groups.get(1).map(|g| g.0).filter(|c| !matches!(c, ':' | '/'));
    let mut rest = groups.get(1..)?.iter().peekable();
    while let Some((_, group)) =
        rest.next_if(|(c, group)| Some(*c) == thousands && group.len() == 3 && first.len() <= 3)
    {
        whole = whole.saturating_mul(1_000).saturating_add(number(group));
    }
    let mut out = whole.saturating_mul(UNIT);
    if let Some((separator, group)) = rest.next() {
        if rest.next().is_some() || !matches!(separator, '.' | ',') {
            return None;
        }
        // "12,5" and "12.50" are one.
        let places = group.len().min(3);
        let part = number(group.get(..places).unwrap_or_default());
        let shift = 3_u32.saturating_sub(u32::try_from(places).unwrap_or(3));
        out = out.saturating_add(part * 10_u64.pow(shift));
    }
    Some(out)
}
