//! The numbers of a text, by which a changed count is seen.
//!
//! Digits and number words of the table's languages give the same value: "zwölf", "12" and "douze";
//! "1,5 Millionen" and "1 500 000". Only sentences are read: what ends in a full stop or has at
//! least six words, so that "5 Kommentare" and "Stand: 12.30 Uhr" do not count. Left out are
//! - 0 and 1, as the words for one are articles;
//! - clock times, durations up to hours, dates with slashes, two stops or a month, scores;
//! - digits behind a letter ("A7").
//!
//! Other dates and years count: a text that tells another year is not the same news, either.

mod language;
mod sentence;
mod spelled;
mod table;

#[cfg(test)]
mod tests;

use super::grams;
use super::words::{MAX_WORDS, Plain, Words};

/// Numbers kept of a text: all of nearly every report.
pub(super) const MAX_KEPT: usize = 64;
/// Values are kept in thousandths, so that decimals are told apart.
const UNIT: u64 = 1_000;

/// Sorted hashes of the distinct numbers of a text, the smallest [`MAX_KEPT`] of them; `words` are
/// those of the text.
pub(super) fn numbers(text: &Plain, words: &Words) -> Vec<u32> {
    let Some(language) = table::language(words) else { return Vec::new() };
    let mut out = Vec::new();
    let mut left = MAX_WORDS;
    let mut tokens = Vec::new();
    for line in text.as_str().lines() {
        sentence::each(line, &mut left, &mut tokens, |sentence| language.read(sentence, &mut out));
    }
    out.sort_unstable();
    out.dedup();
    out.truncate(MAX_KEPT);
    out
}

/// Whether the later of two texts has a number that the earlier lacks.
///
/// Of texts with more numbers than are kept, the part that both samples cover is compared.
pub(super) fn news(earlier: &[u32], later: &[u32]) -> bool {
    let end = |numbers: &[u32]| grams::end(numbers, numbers.len() >= MAX_KEPT);
    let end = end(earlier).min(end(later));
    grams::until(later, end).iter().any(|n| earlier.binary_search(n).is_err())
}
