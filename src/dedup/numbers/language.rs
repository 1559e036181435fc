//! Reading the numbers of a sentence.

use super::UNIT;
use super::sentence::Token;
use super::spelled::Sum;
use super::table::Language;
use xxhash_rust::xxh3::xxh3_64;

/// Letters from which a word is no number written together.
const MAX_LETTERS: usize = 60;

impl Language {
    /// Hashes of the numbers of a sentence, onto `out`.
    pub(super) fn read(&self, tokens: &[Token<'_>], out: &mut Vec<u32>) {
        let mut at = 0;
        // The end of the last date: "November 23, 2026".
        let mut date = None;
        while let Some(token) = tokens.get(at) {
            let (end, value) = match token {
                Token::Digits(value) => match self.piece(tokens, at + 1) {
                    Some((end, scale)) if scale >= 1_000 => (end, value.saturating_mul(scale)),
                    _ => (at + 1, *value),
                },
                Token::Word(_) => self.spelled(tokens, at).unwrap_or((at + 1, 0)),
                Token::Break => (at + 1, 0),
            };
            let is_year = (1_900 * UNIT..2_100 * UNIT).contains(&value);
            if value == 0 || (is_year && date.is_some_and(|date| at <= date + 1)) {
                // No number, or the year of a date.
            } else if self.is_time(tokens, at, end, is_year) {
                date = Some(end);
            } else if value != UNIT {
                out.push((xxh3_64(&value.to_le_bytes()) >> 32) as u32);
            }
            at = end;
        }
    }

    /// A number word or phrase: where it ends and what it says.
    fn piece(&self, tokens: &[Token<'_>], at: usize) -> Option<(usize, u64)> {
        let first = word(tokens, at)?;
        let next = word(tokens, at + 1);
        let mut single = None;
        for (piece, value) in self.beginning_as(first) {
            match piece.strip_prefix(first) {
                Some("") => single = Some((at + 1, *value)),
                Some(rest) if rest.strip_prefix(' ').is_some_and(|rest| next == Some(rest)) => {
                    return Some((at + 2, *value));
                }
                _ => {}
            }
        }
        single
    }

    /// Number words in a row: where they end and their value in thousandths.
    fn spelled(&self, tokens: &[Token<'_>], at: usize) -> Option<(usize, u64)> {
        let mut sum = Sum::default();
        let mut end = at;
        loop {
            let next = match word(tokens, end) {
                Some(join) if end > at && self.joins.contains(join) => end + 1,
                _ => end,
            };
            let pieces = match self.piece(tokens, next) {
                Some((to, value)) => Some((to, vec![value])),
                None => word(tokens, next).and_then(|w| self.compound(w)).map(|p| (next + 1, p)),
            };
            let Some((to, pieces)) = pieces else { break };
            let mut longer = sum;
            if !pieces.into_iter().all(|piece| longer.push(piece)) {
                break;
            }
            sum = longer;
            end = to;
        }
        (end > at).then(|| (end, sum.value().saturating_mul(UNIT)))
    }

    /// The pieces of a number that is written together, tens before ones: "siebenundzwanzig".
    fn compound(&self, word: &str) -> Option<Vec<u64>> {
        let long = word.len() > MAX_LETTERS && word.chars().nth(MAX_LETTERS).is_some();
        if !self.compound || long {
            return None;
        }
        let mut out: Vec<u64> = Vec::new();
        let (mut rest, mut joined) = (word, false);
        while !rest.is_empty() {
            let longest =
                self.beginning_as(rest).iter().find(|(piece, _)| rest.starts_with(piece.as_str()));
            if let Some((piece, value)) = longest {
                let ones = out.len().saturating_sub(1);
                if joined && (20..100).contains(value) && out.last().is_some_and(|v| *v < 10) {
                    out.insert(ones, *value);
                } else {
                    out.push(*value);
                }
                joined = false;
                rest = rest.get(piece.len()..)?;
            } else {
                if joined || out.is_empty() {
                    return None;
                }
                let join = self.joins.iter().find(|join| rest.starts_with(join.as_str()))?;
                joined = true;
                rest = rest.get(join.len()..)?;
            }
        }
        (!joined).then_some(out)
    }

    /// Whether the number in tokens `at..end` is a clock time, a duration or a date.
    fn is_time(&self, tokens: &[Token<'_>], at: usize, end: usize, is_year: bool) -> bool {
        let back = |n: usize| at.checked_sub(n).and_then(|i| word(tokens, i));
        let is_month = |word: Option<&str>| word.is_some_and(|word| self.months.contains(word));
        let of = back(1).is_some_and(|word| self.of.contains(word));
        if is_month(back(1)) && (self.month_first || is_year) || of && is_month(back(2)) && is_year
        {
            return true;
        }
        let Some(next) = word(tokens, end) else { return false };
        let second = word(tokens, end + 1);
        self.skip.contains(next)
            || self.months.contains(next)
            || second.is_some_and(|second| {
                self.skip.contains(&format!("{next} {second}"))
                    || (self.of.contains(next) && self.months.contains(second))
            })
    }
}

fn word<'a>(tokens: &[Token<'a>], at: usize) -> Option<&'a str> {
    match tokens.get(at)? {
        Token::Word(word) => Some(word),
        _ => None,
    }
}
