//! The value of digits and number words.

use super::super::{Ground, NumberKind, TokenKind};
use super::table::Numbers;

/// Largest value that is read; beyond it a number is no count of anything.
const LARGEST: u64 = 1_000_000_000_000_000;

/// A number word under way: "two hundred and fifty" is built piece by piece.
#[derive(Default)]
struct Sum {
    total: u64,
    current: u64,
    seen: bool,
    /// The last piece multiplied: "and" may follow it.
    multiplied: bool,
    /// Scales must fall: thousand after million, never before.
    scale: Option<u64>,
}

impl Sum {
    /// Adds a piece; false when the piece does not continue this number.
    fn push(&mut self, value: u64, four_twenties: bool) -> bool {
        let rest = self.current % 100;
        if value >= 1000 {
            if self.scale.is_some_and(|s| s <= value) {
                return false;
            }
            let times = if self.current == 0 { 1 } else { self.current };
            let Some(more) = times.checked_mul(value) else { return false };
            self.total = self.total.saturating_add(more);
            self.current = 0;
            self.scale = Some(value);
            self.multiplied = true;
        } else if value == 100 {
            if self.current >= 100 {
                return false;
            }
            self.current = if self.current == 0 { 100 } else { self.current * 100 };
            self.multiplied = true;
        } else {
            let fits = if !self.seen || self.current == 0 {
                !self.seen || (self.multiplied && value > 0)
            } else if four_twenties && rest == 4 && value == 20 {
                self.current += 76;
                self.multiplied = false;
                return true;
            } else if rest == 0 {
                value < 100 && value > 0
            } else if four_twenties && matches!(rest, 60 | 80) {
                value < 20
            } else {
                rest >= 20 && rest.is_multiple_of(10) && value < 10 && value > 0
            };
            if !fits {
                return false;
            }
            self.current += value;
            self.multiplied = false;
        }
        self.seen = true;
        true
    }

    fn value(&self) -> u64 {
        self.total.saturating_add(self.current)
    }
}

impl Numbers {
    /// A number of digits or words at token `at`: the token after it, its whole part, the decimal
    /// value, and whether it began with digits.
    pub(super) fn parse(
        &self,
        ground: &Ground,
        at: usize,
        end: usize,
    ) -> Option<(usize, u64, Option<f64>, bool)> {
        let token = ground.tokens.get(at)?;
        if token.kind == TokenKind::Number {
            let (mut value, mut decimal) = self.digits(&token.lower)?;
            let mut to = at + 1;
            while to < end
                && let Some(scale) = ground.tokens.get(to).and_then(|t| self.scale(&t.lower))
            {
                let factor = scale as f64;
                if let Some(d) = decimal {
                    let scaled = d * factor;
                    value = whole(scaled);
                    decimal = (scaled.fract().abs() > 1e-6).then_some(scaled);
                } else {
                    value = value.saturating_mul(scale);
                }
                to += 1;
            }
            return Some((to, value.min(LARGEST), decimal, true));
        }
        if token.kind != TokenKind::Word {
            return None;
        }
        let mut sum = Sum::default();
        let mut to = at;
        while to < end {
            let Some(word) = ground.tokens.get(to) else { break };
            let article = self.table.articles.contains(&word.lower);
            if article && (sum.seen || !self.scales_next(ground, to + 1, end)) {
                // An article counts only before "hundred" or "million"; a bare "un" is no sum.
                if sum.seen {
                    if !self.push(&mut sum, &word.lower) {
                        break;
                    }
                    to += 1;
                    continue;
                }
                return None;
            }
            if article {
                sum.push(1, false);
                to += 1;
                continue;
            }
            if sum.seen
                && !self.table.compound
                && self.table.connectors.contains(&word.lower)
                && self.joins(&sum, ground, to + 1, end)
            {
                to += 1;
                continue;
            }
            if !self.push(&mut sum, &word.lower) {
                break;
            }
            to += 1;
        }
        (to > at && sum.seen).then(|| (to, sum.value().min(LARGEST), None, false))
    }

    /// The token begins something that an article multiplies.
    fn scales_next(&self, ground: &Ground, at: usize, end: usize) -> bool {
        at < end
            && ground.tokens.get(at).is_some_and(|t| {
                self.scale(&t.lower).is_some()
                    || self.table.words.get(&t.lower).is_some_and(|v| matches!(v, 100 | 1000))
            })
    }

    /// The token after a connector continues the number.
    fn joins(&self, sum: &Sum, ground: &Ground, at: usize, end: usize) -> bool {
        if at >= end {
            return false;
        }
        let next = ground.tokens.get(at).and_then(|t| self.simple(&t.lower));
        let rest = sum.current % 100;
        next.is_some_and(|v| {
            if sum.multiplied {
                v < 100
            } else {
                rest >= 20 && rest.is_multiple_of(10) && (v < 10 || v == 11)
            }
        })
    }

    /// Value of a word without parts.
    fn simple(&self, word: &str) -> Option<u64> {
        self.table.words.get(word).copied().or_else(|| self.compound(word))
    }

    fn scale(&self, word: &str) -> Option<u64> {
        self.table
            .scales
            .get(word)
            .copied()
            .or_else(|| self.table.words.get(word).copied().filter(|v| *v == 1000 || *v == 100))
    }

    /// Adds a word, also a hyphenated one, to a sum.
    fn push(&self, sum: &mut Sum, word: &str) -> bool {
        if let Some(scale) = self.table.scales.get(word) {
            if !sum.seen {
                return false;
            }
            if *scale < 100 {
                sum.current = sum.current.saturating_mul(*scale);
                return true;
            }
            return sum.push(*scale, false);
        }
        if let Some(value) = self.simple(word) {
            // A finished compound stands alone.
            if value > 100 && value != 1000 && self.table.compound {
                if sum.seen {
                    return false;
                }
                sum.current = value;
                sum.seen = true;
                return true;
            }
            return sum.push(value, self.table.four_twenties);
        }
        if !word.contains('-') || word.len() > 60 {
            return false;
        }
        let mut inner = Sum { scale: None, ..Sum::default() };
        for piece in word.split('-') {
            if self.table.connectors.contains(piece) && inner.seen {
                continue;
            }
            let Some(value) = self.table.words.get(piece) else { return false };
            if !inner.push(*value, self.table.four_twenties) {
                return false;
            }
        }
        if !inner.seen {
            return false;
        }
        let value = inner.value();
        if !sum.seen {
            sum.current = value;
            sum.seen = true;
            return true;
        }
        if value < 100 && sum.current.is_multiple_of(100) && sum.multiplied {
            sum.current += value;
            sum.multiplied = false;
            return true;
        }
        false
    }

    /// A German number written as one word: "zweihundertfünfzig".
    pub(super) fn compound(&self, word: &str) -> Option<u64> {
        if !self.table.compound || word.len() > 80 || !self.starts.may_begin(word) {
            return None;
        }
        if let Some((left, right)) = word.split_once("tausend") {
            let left = if left.is_empty() { 1 } else { self.below_thousand(left)? };
            let right = right.strip_prefix("und").unwrap_or(right);
            let right = if right.is_empty() { 0 } else { self.below_thousand(right)? };
            return Some(left * 1000 + right);
        }
        self.below_thousand(word)
    }

    fn below_thousand(&self, word: &str) -> Option<u64> {
        if let Some((left, right)) = word.split_once("hundert") {
            let left = if left.is_empty() { 1 } else { self.below_hundred(left)? };
            let right = right.strip_prefix("und").unwrap_or(right);
            let right = if right.is_empty() { 0 } else { self.below_hundred(right)? };
            return Some(left * 100 + right);
        }
        self.below_hundred(word)
    }

    fn below_hundred(&self, word: &str) -> Option<u64> {
        if let Some(value) = self.table.words.get(word) {
            return (*value < 100).then_some(*value);
        }
        let (unit, ten) = word.split_once("und")?;
        let unit = self.table.words.get(unit).copied().filter(|v| (1..10).contains(v))?;
        let ten = self.table.words.get(ten).copied().filter(|v| (20..100).contains(v))?;
        Some(unit + ten)
    }

    /// A number may begin with the word as it is.
    pub(super) fn counts(&self, word: &str) -> bool {
        self.push(&mut Sum::default(), word)
    }

    /// The word may begin with a number word.
    pub(in super::super) fn may_count(&self, word: &str) -> bool {
        self.starts.may_begin(word)
    }

    /// Value of an ordinal word.
    pub(in super::super) fn ordinal(&self, word: &str) -> Option<u64> {
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            let grown = self.grown(word).filter(|(.., kind)| *kind == NumberKind::Ordinal);
            return grown.map(|(value, ..)| value);
        }
        if !self.counting.may_begin(word) {
            return None;
        }
        if !self.table.compound {
            if let Some(value) = self.table.ordinals.get(word) {
                return Some(*value);
            }
            let (ten, unit) = word.rsplit_once('-')?;
            let ten = self.table.words.get(ten).copied().filter(|v| *v >= 20 && *v < 100)?;
            return self.table.ordinals.get(unit).map(|u| ten + u);
        }
        let stem = ["en", "er", "es", "em", "e"].iter().find_map(|end| word.strip_suffix(end))?;
        if let Some(value) = self.table.ordinals.get(stem) {
            return Some(*value);
        }
        let inner = stem.strip_suffix("st").or_else(|| stem.strip_suffix('t'))?;
        self.compound(inner).filter(|v| *v > 3)
    }

    /// A cardinal word of one token, as dates and durations need it.
    pub(in super::super) fn cardinal(&self, word: &str) -> Option<u64> {
        if !self.may_count(word) {
            return None;
        }
        if let Some(value) = self.simple(word) {
            return Some(value);
        }
        let mut sum = Sum::default();
        self.push(&mut sum, word).then(|| sum.value())
    }

    /// Value of an article.
    pub(in super::super) fn article(&self, word: &str) -> Option<u64> {
        self.is_article(word).then_some(1)
    }

    pub(in super::super) fn is_article(&self, word: &str) -> bool {
        self.table.articles.contains(word)
    }

    /// A stop after digits makes an ordinal.
    pub(in super::super) fn stops_make_ordinals(&self) -> bool {
        self.table.ordinal_stop
    }

    /// Dates in digits begin with the month.
    pub(in super::super) fn month_first(&self) -> bool {
        self.table.month_first
    }

    /// Digits with the separators of the language: whole part and, where there are decimals, value.
    pub(in super::super) fn digits(&self, raw: &str) -> Option<(u64, Option<f64>)> {
        if raw.contains(':') {
            return None;
        }
        let group_blank =
            |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’');
        let plain: String = raw.chars().filter(|c| !group_blank(*c)).collect();
        let separators: Vec<char> = plain.chars().filter(|c| matches!(c, '.' | ',')).collect();
        let parts: Vec<&str> = plain.split(['.', ',']).collect();
        let grouped = |parts: &[&str]| {
            parts.first().is_some_and(|p| (1..=3).contains(&p.len()) && *p != "0")
                && parts.iter().skip(1).all(|p| p.len() == 3)
        };
        let join = |parts: &[&str]| parts.concat().parse::<u64>().ok();
        let (Some(first), Some(last)) = (separators.first(), separators.last()) else {
            return plain.parse().ok().map(|v: u64| (v, None));
        };
        let group = self.table.group.chars().next();
        let decimal = self.table.decimal.chars().next();
        let same = separators.iter().all(|s| s == first);
        if same && grouped(&parts) && (Some(*first) == group || separators.len() > 1) {
            return Some((join(&parts)?, None));
        }
        // Spanish of America writes 1,200 with a comma.
        let foreign = self.table.decimal.is_empty() || self.table.connectors.contains("y");
        if same && grouped(&parts) && foreign {
            return Some((join(&parts)?, None));
        }
        let (tail, head) = parts.split_last()?;
        let unit_ok = separators.iter().filter(|s| *s == last).count() == 1
            && (head.len() == 1 || (!same && grouped(head)));
        // A stop between few digits is a decimal also where the comma is usual ("6.1").
        if !unit_ok || (decimal.is_some() && Some(*last) != decimal && tail.len() > 2) {
            return None;
        }
        let text = format!("{}.{tail}", head.concat());
        let value: f64 = text.parse().ok()?;
        Some((whole(value), Some(value)))
    }

    /// "35-jährig", "2,000-strong", "20km", "3rd", "zwanzigköpfig".
    pub(super) fn grown(&self, word: &str) -> Option<(u64, Option<f64>, NumberKind)> {
        let digits: usize = word
            .char_indices()
            .take_while(|(_, c)| c.is_ascii_digit() || matches!(c, '.' | ','))
            .map(|(i, c)| i + c.len_utf8())
            .last()
            .unwrap_or(0);
        if digits > 0 {
            let (head, tail) = word.split_at_checked(digits)?;
            let (value, decimal) = self.digits(head)?;
            let kind = self
                .suffixes
                .iter()
                .find(|suffix| {
                    tail.strip_prefix(suffix.text.as_str()).is_some_and(|rest| {
                        suffix.long || rest.is_empty() || suffix.text.ends_with('-')
                    })
                })
                .map(|suffix| suffix.kind);
            if let Some(kind) = kind {
                return Some((value, decimal, kind));
            }
            // "21h30".
            let minutes = tail.strip_prefix('h');
            if value < 25 && minutes.is_some_and(|m| m.is_empty() || m.len() == 2) {
                return Some((value, decimal, NumberKind::Clock));
            }
            // "5th-century", "4x4", "2020er": no count of anything.
            let kind = if tail.starts_with('-') { NumberKind::Count } else { NumberKind::Label };
            return Some((value, decimal, kind));
        }
        if word.len() > 80 || !self.starts.may_begin(word) {
            return None;
        }
        if self.grow.as_ref().is_some_and(|any| !any.is_match(word)) {
            return None;
        }
        for suffix in self.suffixes.iter().filter(|s| s.grows()) {
            if let Some(at) = word.find(suffix.text.as_str()).filter(|at| *at > 0) {
                let head = word.get(..at)?;
                if let Some(value) = self.cardinal(head).filter(|v| *v > 0) {
                    return Some((value, None, suffix.kind));
                }
            }
        }
        None
    }
}

impl Numbers {
    /// "5m", "1.2bn": the amount with its scale.
    pub(super) fn scaled(&self, word: &str) -> Option<u64> {
        let (suffix, scale) =
            self.table.scale_suffixes.iter().rev().find(|(s, _)| word.ends_with(s.as_str()))?;
        let (value, decimal) = self.digits(word.strip_suffix(suffix.as_str())?)?;
        let exact =
            decimal.map_or_else(|| value.checked_mul(*scale), |d| Some(whole(d * *scale as f64)));
        exact.filter(|n| *n <= LARGEST)
    }
}

/// Whole part, within the range that is read.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped first
fn whole(value: f64) -> u64 {
    value.clamp(0.0, LARGEST as f64) as u64
}
