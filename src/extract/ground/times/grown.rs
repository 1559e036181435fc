//! Times inside a single word: "14-Tage-Frist", "dreitägig", "48-hour", "Ex-Minister".

use super::super::numbers::Numbers;
use super::super::{Span, Token, TokenKind};
use super::calendar::Unit;
use super::make::Made;
use super::table::Times;

/// Longest word that is looked into, in bytes.
const LONGEST: usize = 60;

/// A time may stand in the word, in whatever spelling.
pub(super) fn may_hold(times: &Times, numbers: &Numbers, token: &Token) -> bool {
    let former = token.lower.split_once('-').is_some_and(|(h, _)| times.table.former.contains(h));
    former || read(times, numbers, token, &token.lower).is_some()
}

/// The time that a word begins with, and where it stands.
pub(super) fn read(
    times: &Times,
    numbers: &Numbers,
    token: &Token,
    raw: &str,
) -> Option<(Span, Made, &'static str)> {
    if token.kind != TokenKind::Word || raw.len() > LONGEST || raw.len() != token.lower.len() {
        return None;
    }
    let span = |len: usize| Span { start: token.span.start, end: token.span.start + len };
    if let Some((head, tail)) = token.lower.split_once('-') {
        if times.table.former.contains(head)
            && raw.get(head.len() + 1..)?.starts_with(char::is_uppercase)
        {
            return Some((span(head.len()), Made::reference("DATE", "PAST_REF"), times.id_former));
        }
        let word = tail.split('-').next().unwrap_or(tail);
        let unit = times.table.units.get(word).and_then(|code| Unit::of(code));
        if let (Some((unit, _)), Some(n)) = (unit, count(numbers, head)) {
            let value = unit.duration(&n.to_string());
            let made = Made::reference("DURATION", &value);
            return Some((span(head.len() + 1 + word.len()), made, times.id_grown));
        }
    }
    if raw.len() > 3 && times.table.former.contains(&token.lower) {
        return Some((token.span, Made::reference("DATE", "PAST_REF"), times.id_former));
    }
    let digit = token.lower.starts_with(|c: char| c.is_ascii_digit());
    if !digit && !numbers.may_count(&token.lower) && !times.may_count_vaguely(&token.lower) {
        return None;
    }
    for (stem, code) in &times.table.unit_stems {
        let Some(at) = token.lower.find(stem.as_str()).filter(|at| *at > 0) else { continue };
        let (unit, _) = Unit::of(code)?;
        let head = token.lower.get(..at)?.trim_end_matches('-');
        let rest = token.lower.get(at + stem.len()..)?;
        if rest.chars().count() > 2 {
            continue;
        }
        let n = if times.table.vague_heads.contains(head) {
            "X".to_owned()
        } else {
            count(numbers, head)?.to_string()
        };
        let made = Made::reference("DURATION", &unit.duration(&n));
        return Some((token.span, made, times.id_grown));
    }
    None
}

/// A plain number in digits or words.
fn count(numbers: &Numbers, head: &str) -> Option<u64> {
    let digits = numbers.digits(head).filter(|(_, decimal)| decimal.is_none()).map(|(n, _)| n);
    digits.or_else(|| numbers.cardinal(head)).filter(|n| (1..=100_000).contains(n))
}
