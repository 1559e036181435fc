//! Normalised words, the common ground of all comparisons.

use std::collections::BTreeSet;
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfkc_quick};

/// Words of a text that are looked at; a book is compared by its beginning.
pub(super) const MAX_WORDS: usize = 20_000;
/// Letters of a stem: enough to ignore most endings.
const STEM: usize = 5;
/// Letters from which a word of a headline has content of its own: sign-in forms hold many a shorter
/// one ("drei", "alle").
const CONTENT: usize = 5;

/// A text in lower case, compatibility forms and soft hyphens resolved: what words and numbers are
/// read from.
#[derive(Debug, Clone)]
pub(super) struct Plain(String);

impl Plain {
    pub(super) fn of(text: &str) -> Self {
        let skipped =
            |c: char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}');
        if text.is_ascii() {
            return Self(text.to_ascii_lowercase());
        }
        // Most texts are clean. Letter by letter: a sigma at the end of a word is one like others.
        let clean = !text.contains(skipped) && is_nfkc_quick(text.chars()) == IsNormalized::Yes;
        let mut out = String::with_capacity(text.len());
        let mut push = |c: char| {
            if c.is_ascii() {
                out.push(c.to_ascii_lowercase());
            } else {
                out.extend(c.to_lowercase());
            }
        };
        if clean {
            text.chars().for_each(&mut push);
        } else {
            text.chars().filter(|c| !skipped(*c)).nfkc().for_each(&mut push);
        }
        Self(out)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Words and numbers in order.
    pub(super) fn words(&self) -> Words {
        let text = self.as_str();
        // Short words are nearly half of all.
        let starts = Vec::with_capacity(text.len() / 6);
        let mut out = Words { joined: String::with_capacity(text.len()), starts };
        let mut from = None;
        for (at, c) in text.char_indices() {
            let in_word = if c.is_ascii() {
                c.is_ascii_alphanumeric()
            } else {
                c.is_alphanumeric() || is_combining_mark(c)
            };
            if in_word {
                from.get_or_insert(at);
            } else if let Some(from) = from.take() {
                out.push(text.get(from..at).unwrap_or_default());
                if out.len() >= MAX_WORDS {
                    return out;
                }
            }
        }
        if let Some(from) = from {
            out.push(text.get(from..).unwrap_or_default());
        }
        out
    }
}

/// Normalised words in order, each followed by a blank: one piece of memory, not one a word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Words {
    joined: String,
    starts: Vec<usize>,
}

impl Words {
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// All words, each followed by a blank.
    pub(super) fn joined(&self) -> &str {
        &self.joined
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.runs(1).map(str::trim_end)
    }

    /// All runs of `n` words in a row, each word followed by a blank.
    pub(super) fn runs(&self, n: usize) -> impl Iterator<Item = &str> {
        let ends = self.starts.iter().copied().skip(n).chain([self.joined.len()]);
        // Of fewer words than n there is no run.
        let starts = self.starts.get(..(self.len() + 1).saturating_sub(n)).unwrap_or_default();
        starts.iter().zip(ends).map(|(from, to)| self.joined.get(*from..to).unwrap_or_default())
    }

    fn push(&mut self, word: &str) {
        self.starts.push(self.joined.len());
        self.joined.push_str(word);
        self.joined.push(' ');
    }
}

/// The words of a text.
pub(super) fn words(text: &str) -> Words {
    Plain::of(text).words()
}

fn stem(word: &str) -> &str {
    word.char_indices().nth(STEM).map_or(word, |(end, _)| word.get(..end).unwrap_or(word))
}

/// Whether the text has something to do with its headline: at least a fifth of the headline's
/// content words appear in it. True where the headline has none.
pub(super) fn fits_title(title: &Words, body: &Words) -> bool {
    let content: BTreeSet<&str> =
        title.iter().filter(|w| w.chars().count() >= CONTENT).map(stem).collect();
    let needed = content.len().div_ceil(5);
    let mut found = BTreeSet::new();
    for stem in body.iter().map(stem) {
        if found.len() >= needed {
            break;
        }
        if content.contains(stem) {
            found.insert(stem);
        }
    }
    found.len() >= needed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_normalised() {
        let words_of = |text| words(text).iter().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(
            words_of("Die „Ma\u{ad}gazine“: 12.000 Straße, U-Bahn\u{a0}ﬁnal"),
            ["die", "magazine", "12", "000", "straße", "u", "bahn", "final"]
        );
        // Composed and decomposed umlauts are one.
        assert_eq!(words("Ko\u{308}ln"), words("Köln"));
        assert!(words(" … !").is_empty());
    }

    #[test]
    fn runs_are_all_words_in_a_row() {
        let three = words("Eins, zwei, drei");
        assert_eq!(three.runs(2).collect::<Vec<_>>(), ["eins zwei ", "zwei drei "]);
        assert_eq!(three.runs(3).collect::<Vec<_>>(), ["eins zwei drei "]);
        assert_eq!(three.runs(4).count(), 0);
        assert_eq!(words("").runs(3).count(), 0);
    }

    #[test]
    fn a_title_fits_when_a_fifth_of_its_words_appear() {
        let fits = |title, body| fits_title(&words(title), &words(body));
        assert!(fits("Brücken gesperrt nach Unfall heute", "Die Brücke ist zu."));
        assert!(!fits("Drei Tote bei Lawine am Karstein", "Lesen Sie drei Artikel im Monat."));
        assert!(fits("Brücke gesperrt", "Die Brücke ist zu."));
        assert!(!fits("Brücken gesperrt nach Unfall", "Melden Sie sich an, um weiterzulesen."));
        assert!(fits("", "Text"));
        assert!(fits("9/11", "Text"));
    }
}
