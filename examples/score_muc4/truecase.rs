//! Large letters for a text that has none: at the beginning of sentences, for names that the
//! gazetteer knows, and, where a list of words is given, for words that it does not have in small
//! letters.

use depesche::extract::ground::{PlaceClass, places_named};
use std::collections::HashSet;

/// Smallest town that is taken for one without a sign; smaller ones share too many names with words.
const TOWN: u64 = 15_000;

/// Words of a known place's name, at most.
const LONGEST: usize = 4;

pub(crate) struct Truecaser {
    words: HashSet<String>,
}

impl Truecaser {
    /// With a list of words, one a line, names with large letters; may be empty.
    pub(crate) fn new(list: &str) -> Self {
        let small = |w: &&str| !w.chars().any(char::is_uppercase);
        Self { words: list.lines().map(str::trim).filter(small).map(str::to_owned).collect() }
    }

    /// The text with large letters; paragraphs by an empty line.
    pub(crate) fn restore(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + 16);
        let paragraphs = text.split("    ").map(str::trim).filter(|p| !p.is_empty());
        for paragraph in paragraphs {
            if !out.is_empty() {
                out.push_str("\n\n");
            }
            self.paragraph(paragraph, &mut out);
        }
        out
    }

    fn paragraph(&self, text: &str, out: &mut String) {
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut starts = true;
        let mut n = 0;
        while let Some(word) = words.get(n) {
            let named = self.place(words.get(n..).unwrap_or_default());
            let upto = n + named.max(1);
            while let Some(word) = words.get(n).filter(|_| n < upto) {
                if !out.is_empty() && !out.ends_with('\n') {
                    out.push(' ');
                }
                let acronym = word.starts_with('(') && self.acronym(bare(word));
                if acronym || is_initials(word) {
                    out.push_str(&word.to_uppercase());
                } else if starts || named > 0 || self.is_name(word) {
                    capital(word, out);
                } else {
                    out.push_str(word);
                }
                starts = false;
                n += 1;
            }
            let last = words.get(n.wrapping_sub(1)).unwrap_or(word);
            starts = ends_sentence(last);
        }
    }

    /// How many words from here on are the name of a place.
    fn place(&self, words: &[&str]) -> usize {
        (1..=LONGEST.min(words.len()))
            .rev()
            .find(|n| {
                let words = words.get(..*n).unwrap_or_default();
                let inner = words.split_last().map_or(&[][..], |(_, inner)| inner);
                if inner.iter().any(|w| w.ends_with([',', '.', '"', ')', ';', ':'])) {
                    return false;
                }
                let name = words.join(" ");
                let name = bare(&name);
                let known = |w: &str| self.words.contains(w);
                let ordinary = *n == 1 && (known(name) || name.chars().count() < 4);
                !ordinary
                    && places_named(name).iter().any(|p| {
                        !matches!(p.class, PlaceClass::Town | PlaceClass::Spot)
                            || p.population >= TOWN
                    })
            })
            .unwrap_or(0)
    }

    fn is_name(&self, word: &str) -> bool {
        let word = bare(word);
        if self.words.is_empty() || word.chars().any(|c| !c.is_alphabetic()) {
            return false;
        }
        let known = |w: &str| self.words.contains(w);
        let stem = |end: &str, with: &str| {
            word.strip_suffix(end).is_some_and(|s| known(&format!("{s}{with}")))
        };
        word.chars().count() > 2
            && !known(word)
            && !stem("s", "")
            && !stem("es", "")
            && !stem("ed", "")
            && !stem("ing", "")
            && !["un", "non", "anti", "re", "para", "narco", "counter"].iter().any(|p| {
                word.strip_prefix(p).is_some_and(|w| known(w) || known(w.trim_end_matches('s')))
            })
    }

    fn acronym(&self, word: &str) -> bool {
        (2..=6).contains(&word.chars().count())
            && word.chars().all(char::is_alphabetic)
            && (self.words.is_empty() || !self.words.contains(word))
    }
}

/// Without punctuation around it and without the genitive.
fn bare(word: &str) -> &str {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    word.strip_suffix("'s").unwrap_or(word)
}

/// "u.s.", "l."
fn is_initials(word: &str) -> bool {
    let letters = bare(word);
    word.trim_end_matches(',').ends_with('.')
        && !letters.is_empty()
        && letters.split('.').all(|part| part.chars().count() == 1)
        && letters.chars().all(|c| c == '.' || c.is_alphabetic())
}

fn capital(word: &str, out: &mut String) {
    let mut done = false;
    for c in word.chars() {
        if !done && c.is_alphanumeric() {
            done = true;
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
    }
}

fn ends_sentence(word: &str) -> bool {
    let word = word.trim_end_matches(['"', ')', '\'']);
    word.ends_with(['.', '?', '!'])
        && !is_initials(word)
        && !["dr.", "mr.", "mrs.", "gen.", "col.", "lt.", "maj.", "capt.", "sgt.", "jr."]
            .contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &str =
        "the\nbomb\nexploded\nin\nnear\nbank\nof\nwas\nfound\npeople\nfled\nan\nmayor\nmartin\n";

    #[test]
    fn sentences_and_places_begin_large() {
        let text = "the bomb exploded in berlin.  people fled.    an army of the u.s. fled.";
        let plain = Truecaser::new("");
        let wanted = "The bomb exploded in Berlin. People fled.\n\nAn army of the U.S. fled.";
        assert_eq!(plain.restore(text), wanted);
    }

    #[test]
    fn a_place_may_have_more_words() {
        let text = "the bomb exploded in new york, near the bank.";
        let wanted = "The bomb exploded in New York, near the bank.";
        assert_eq!(Truecaser::new(WORDS).restore(text), wanted);
    }

    #[test]
    fn what_is_no_word_is_a_name() {
        let text = "the mayor zorbak fled. the bank of the \"qantel\" (qxf) exploded.";
        let wanted = "The mayor Zorbak fled. The bank of the \"Qantel\" (QXF) exploded.";
        assert_eq!(Truecaser::new(WORDS).restore(text), wanted);
        let plain = "The mayor zorbak fled. The bank of the \"qantel\" (QXF) exploded.";
        assert_eq!(Truecaser::new("").restore(text), plain);
    }
}
