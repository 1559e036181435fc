//! Normalised words, the common ground of all comparisons.

use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization as _;

/// Words of a text that are looked at; a book is compared by its beginning.
pub(super) const MAX_WORDS: usize = 20_000;
/// Letters of a stem: enough to ignore most endings.
const STEM: usize = 5;
/// Letters from which a word of a headline has content of its own.
const CONTENT: usize = 4;

/// The characters of a text, compatibility forms and soft hyphens resolved.
pub(super) fn clean(text: &str) -> impl Iterator<Item = char> {
    let skipped =
        |c: &char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}');
    text.chars().filter(move |c| !skipped(c)).nfkc()
}

/// Lower-case words and numbers of the [`clean`] text.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut word = String::new();
    for c in clean(text) {
        if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) {
            word.extend(c.to_lowercase());
        } else if !word.is_empty() {
            out.push(std::mem::take(&mut word));
            if out.len() >= MAX_WORDS {
                return out;
            }
        }
    }
    if !word.is_empty() {
        out.push(word);
    }
    out
}

fn stem(word: &str) -> &str {
    word.char_indices().nth(STEM).map_or(word, |(end, _)| word.get(..end).unwrap_or(word))
}

/// Whether the text has something to do with its headline: at least a fifth of the headline's
/// content words appear in it. True where the headline has none.
pub(super) fn fits_title(title: &[String], body: &[String]) -> bool {
    let content: BTreeSet<&str> =
        title.iter().filter(|w| w.chars().count() >= CONTENT).map(|w| stem(w)).collect();
    let body: BTreeSet<&str> = body.iter().map(|w| stem(w)).collect();
    let found = content.intersection(&body).count();
    found * 5 >= content.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_normalised() {
        assert_eq!(
            words("Die „Ma\u{ad}gazine“: 12.000 Straße, U-Bahn\u{a0}ﬁnal"),
            ["die", "magazine", "12", "000", "straße", "u", "bahn", "final"]
        );
        // Composed and decomposed umlauts are one.
        assert_eq!(words("Ko\u{308}ln"), words("Köln"));
        assert!(words(" … !").is_empty());
    }

    #[test]
    fn a_title_fits_when_a_fifth_of_its_words_appear() {
        let fits = |title, body| fits_title(&words(title), &words(body));
        assert!(fits("Brücken gesperrt nach Unfall heute", "Die Brücke ist zu."));
        assert!(!fits("Brücken gesperrt nach Unfall", "Melden Sie sich an, um weiterzulesen."));
        assert!(fits("", "Text"));
        assert!(fits("9/11", "Text"));
    }
}
