//! Words, numbers and signs.

use super::tables::TextTable;
use super::{Span, Token, TokenKind};
use unicode_normalization::UnicodeNormalization;

const SOFT_HYPHEN: char = '\u{ad}';

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | '`' | '´')
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '‐' | '‑')
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == SOFT_HYPHEN || c == '_' || ('\u{300}'..='\u{36f}').contains(&c)
}

/// Lower-cased, composed, without soft hyphens, with one form of apostrophe and hyphen.
pub(super) fn fold(text: &str) -> String {
    if text.is_ascii() {
        let lower = text.to_ascii_lowercase();
        return if lower.contains('`') { lower.replace('`', "'") } else { lower };
    }
    // Most words have only letters that stay alone and have one small form.
    let mut lower = String::with_capacity(text.len());
    let simple = |c: &char| c.is_alphabetic() && *c < '\u{130}' || c.is_ascii() && *c != '`';
    if text.chars().all(|c| simple(&c)) {
        lower.extend(text.chars().flat_map(char::to_lowercase));
        return lower;
    }
    let plain = text.chars().filter(|c| *c != SOFT_HYPHEN).map(|c| match c {
        c if is_apostrophe(c) => '\'',
        c if is_hyphen(c) => '-',
        c => c,
    });
    // Nothing below composes with what follows it.
    if plain.clone().all(|c| c < '\u{300}') {
        return plain.flat_map(char::to_lowercase).collect();
    }
    plain.nfc().flat_map(char::to_lowercase).collect()
}

/// A view of the text by character with byte offsets.
struct Chars<'a> {
    list: Vec<(usize, char)>,
    text: &'a str,
}

impl Chars<'_> {
    fn at(&self, i: usize) -> Option<char> {
        self.list.get(i).map(|(_, c)| *c)
    }

    fn before(&self, i: usize) -> Option<char> {
        self.at(i.checked_sub(1)?)
    }

    fn byte(&self, i: usize) -> usize {
        self.list.get(i).map_or(self.text.len(), |(b, _)| *b)
    }

    fn digits(&self, mut i: usize) -> usize {
        while self.at(i).is_some_and(|c| c.is_ascii_digit()) {
            i += 1;
        }
        i
    }

    /// End of a date in digits, "2023-10-07" or "10/7/2023", whose first part ends at `end`.
    fn date(&self, i: usize, end: usize) -> Option<usize> {
        let sign = self.at(end).filter(|c| matches!(c, '-' | '/'))?;
        let second = self.digits(end + 1);
        let third = self.digits(second + 1);
        let widths = (end - i, second - end - 1, third.saturating_sub(second + 1));
        let date = self.at(second) == Some(sign)
            && match sign {
                '-' => widths == (4, 2, 2),
                _ => matches!(widths, (1..=2, 1..=2, 2 | 4)),
            };
        let free = self.at(third).is_none_or(|c| !in_word(c) && c != sign);
        (date && free).then_some(third)
    }

    /// End of a number that begins at `i`: digits, separators between digits, groups of three.
    fn number(&self, i: usize, blank_groups: bool) -> usize {
        let mut end = self.digits(i);
        if let Some(date) = self.date(i, end) {
            return date;
        }
        let mut group = end - i;
        while let Some(sep) = self.at(end) {
            let next = self.digits(end + 1);
            let width = next - (end + 1);
            let blank =
                matches!(sep, '\u{a0}' | '\u{202f}' | '\u{2009}') || (blank_groups && sep == ' ');
            let joins = match sep {
                '.' | ',' | ':' => width > 0,
                '\'' | '’' => width == 3,
                _ if blank => width == 3 && (1..=3).contains(&group),
                _ => false,
            };
            if !joins {
                break;
            }
            group = width;
            end = next;
        }
        end
    }

    /// End of a word that begins at `i`.
    fn word(&self, i: usize, elisions: &super::lists::Set) -> usize {
        let mut end = i;
        while let Some(c) = self.at(end) {
            let next = self.at(end + 1);
            let letter_next = next.is_some_and(in_word);
            if in_word(c) || (is_hyphen(c) && letter_next) {
                end += 1;
            } else if is_apostrophe(c) && letter_next && end > i {
                if !elisions.is_empty() {
                    let head = self.text.get(self.byte(i)..self.byte(end)).unwrap_or_default();
                    if elisions.contains(&fold(head)) {
                        return end + 1;
                    }
                }
                end += 1;
            } else if c == '.' && end - i == 1 && letter_next && self.initials(end) {
                // "U.S." and "z.B." stay together.
                end += 2;
                while self.at(end) == Some('.')
                    && self.at(end + 1).is_some_and(char::is_alphabetic)
                    && self.initials(end)
                {
                    end += 2;
                }
                return end;
            } else {
                break;
            }
        }
        end
    }

    /// The letter after the stop at `i` stands alone.
    fn initials(&self, i: usize) -> bool {
        self.at(i + 1).is_some_and(char::is_alphabetic) && !self.at(i + 2).is_some_and(in_word)
    }
}

/// Which quotation mark closes the one that is open.
#[derive(Clone, Copy, PartialEq)]
enum Open {
    None,
    Double,
    Single,
}

/// Cuts a text into tokens.
pub(super) fn tokens(full: &str, table: &TextTable) -> Vec<Token> {
    let chars = Chars { list: full.char_indices().collect(), text: full };
    let mut out = Vec::with_capacity(full.len() / 5);
    let mut open = Open::None;
    let mut i = 0;
    while let Some(c) = chars.at(i) {
        if c == '\n' && blank_line_after(&chars, i) {
            open = Open::None;
        }
        if c.is_whitespace() || c.is_control() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}')
        {
            i += 1;
            continue;
        }
        let (mut end, mut kind) = (i + 1, TokenKind::Sign);
        let mut quoted = open != Open::None;
        if c.is_ascii_digit() {
            end = chars.number(i, table.blank_groups);
            kind = TokenKind::Number;
            let hyphen_word = chars.at(end).is_some_and(is_hyphen)
                && chars.at(end + 1).is_some_and(char::is_alphabetic);
            if chars.at(end).is_some_and(char::is_alphabetic) || hyphen_word {
                end = chars.word(end, &table.elisions).max(end + 1);
                kind = TokenKind::Word;
            }
        } else if in_word(c) && c != SOFT_HYPHEN {
            end = chars.word(i, &table.elisions);
            kind = TokenKind::Word;
        } else if let Some(now) = quote(&chars, i, c, open) {
            kind = TokenKind::Quote;
            quoted = false;
            open = now;
        }
        let span = Span { start: chars.byte(i), end: chars.byte(end) };
        let raw = full.get(span.start..span.end).unwrap_or_default();
        out.push(Token { span, kind, lower: fold(raw), quoted });
        i = end.max(i + 1);
    }
    out
}

fn blank_line_after(chars: &Chars<'_>, i: usize) -> bool {
    let mut j = i + 1;
    while let Some(c) = chars.at(j) {
        if c == '\n' {
            return true;
        }
        if !c.is_whitespace() {
            return false;
        }
        j += 1;
    }
    false
}

/// What is open after the character at `i`, if that is a quotation mark.
fn quote(chars: &Chars<'_>, i: usize, c: char, open: Open) -> Option<Open> {
    let starts = chars.at(i + 1).is_some_and(|c| in_word(c) || is_opening(c))
        && !chars.before(i).is_some_and(in_word);
    match c {
        '„' => Some(Open::Double),
        '“' | '”' | '"' | '«' | '»' | '‟' => {
            // French sets « with a blank, German and Swiss use either way round.
            let closes = open == Open::Double || (matches!(c, '”' | '»' | '‟') && !starts);
            Some(if closes { Open::None } else { Open::Double })
        }
        '‚' | '‹' if starts => Some(if open == Open::None { Open::Single } else { open }),
        '‘' | '›' | '’' | '\'' => {
            if open == Open::Single {
                Some(Open::None)
            } else if starts && c != '’' {
                Some(if open == Open::None { Open::Single } else { open })
            } else if open == Open::Double && !starts {
                Some(open)
            } else {
                None
            }
        }
        _ => None,
    }
}

fn is_opening(c: char) -> bool {
    matches!(c, '„' | '“' | '"' | '‚' | '‘' | '(' | '[' | '«' | '»')
}
