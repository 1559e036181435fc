//! What newsrooms do to an agency's text, by name and strength; the same for the same seed.

use crate::synthetic::Random;
use std::collections::BTreeMap;

/// A way of editing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edit {
    /// Only the first so many per cent of the words are kept.
    Cut,
    /// Words by another hand, so many per cent of the text's, are put before it.
    Lead,
    /// So many per cent of the words that have a synonym are replaced by it.
    Synonyms,
    /// So many per cent of all words are replaced by others.
    Words,
    /// So many of the paragraphs are moved to the front.
    Reorder,
    /// An agency's slug, of so many words.
    Slug,
    /// A host's furniture, so many per cent of the text's words.
    Furniture,
}

impl Edit {
    pub(crate) const ALL: [Self; 7] = [
        Self::Cut,
        Self::Lead,
        Self::Synonyms,
        Self::Words,
        Self::Reorder,
        Self::Slug,
        Self::Furniture,
    ];

    /// Strengths for the recall curve.
    pub(crate) fn strengths(self) -> &'static [usize] {
        match self {
            Self::Cut => &[90, 80, 60, 40, 30, 20],
            Self::Lead | Self::Furniture => &[10, 30, 60, 100, 150],
            Self::Synonyms => &[25, 50, 100],
            Self::Words => &[2, 5, 10, 15, 20, 30],
            Self::Reorder => &[1, 2],
            Self::Slug => &[2, 4, 8],
        }
    }

    /// The strength from which no newsroom would call the text the same any more.
    pub(crate) fn counts(self, strength: usize) -> bool {
        match self {
            Self::Cut => strength >= 40,
            Self::Lead | Self::Furniture => strength <= 60,
            Self::Words => strength <= 10,
            Self::Synonyms | Self::Reorder | Self::Slug => true,
        }
    }

    pub(crate) fn apply(
        self,
        text: &str,
        strength: usize,
        table: &Words<'_>,
        random: &mut Random,
    ) -> String {
        let count = text.split_whitespace().count();
        match self {
            Self::Cut => {
                let mut left = count * strength / 100;
                let mut kept = |word: &&str| {
                    left = left.saturating_sub(usize::from(!word.trim().is_empty()));
                    left > 0
                };
                text.split_inclusive([' ', '\n']).take_while(|w| kept(w)).collect::<String>() + "."
            }
            Self::Lead => format!("{}.\n\n{text}", table.other(count * strength / 100, random)),
            Self::Furniture => {
                let words = count * strength / 100;
                let shared: Vec<&str> = table.furniture.split_whitespace().take(words).collect();
                format!("{text}\n\n{}", shared.join(" "))
            }
            Self::Synonyms => each_word(text, |word| {
                let other = table.synonyms.get(word)?;
                (random.below(100) < strength).then(|| other.clone())
            }),
            Self::Words => {
                each_word(text, |_| (random.below(100) < strength).then(|| table.other(1, random)))
            }
            Self::Reorder => {
                let mut paragraphs: Vec<&str> = text.split("\n\n").collect();
                let last = paragraphs.len().max(1);
                paragraphs.rotate_right(strength % last);
                paragraphs.join("\n\n")
            }
            Self::Slug => {
                let slug = "STADT (nak/ltx) Eigener Bericht vom Tage aus der Redaktion";
                let words: Vec<&str> = slug.split(' ').take(strength).collect();
                format!("{} - {text}", words.join(" "))
            }
        }
    }
}

fn each_word(text: &str, mut other: impl FnMut(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive([' ', '\n']) {
        let word: &str = piece.trim_matches(|c: char| !c.is_alphanumeric());
        match (!word.is_empty()).then(|| other(word)).flatten() {
            Some(new) => out += &piece.replacen(word, &new, 1),
            None => out += piece,
        }
    }
    out
}

/// What editors take words from.
#[derive(Debug)]
pub(crate) struct Words<'a> {
    pub(crate) synonyms: &'a BTreeMap<String, String>,
    /// Words of other articles.
    pub(crate) pool: Vec<&'a str>,
    pub(crate) furniture: &'a str,
}

impl Words<'_> {
    fn other(&self, n: usize, random: &mut Random) -> String {
        let words: Vec<&str> = (0..n).map(|_| self.pool[random.below(self.pool.len())]).collect();
        words.join(" ")
    }
}
