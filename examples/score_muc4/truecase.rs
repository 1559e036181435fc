//! Large letters for a text that has none: at the beginning of sentences, for names that the
//! gazetteer knows, and, where a list of words is given, for words that it does not have in small
//! letters.

use depesche::extract::ground::{PlaceClass, places_named};
use std::collections::HashSet;

/// Smallest town that is taken for one without a sign; smaller ones share too many names with words.
const TOWN: u64 = 15_000;

/// Words of a known place's name, at most.
const LONGEST: usize = 4;

/// Words of a name before its short form in brackets, at most.
const LONGEST_FULL: usize = 8;

/// Written large beside a number.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Written large before a name.
pub(crate) const TITLES: [&str; 16] = [
    "president",
    "minister",
    "general",
    "colonel",
    "major",
    "captain",
    "lieutenant",
    "sergeant",
    "judge",
    "senator",
    "governor",
    "mayor",
    "father",
    "bishop",
    "col",
    "gen",
];

pub(crate) struct Truecaser {
    words: HashSet<String>,
    /// Words that the list has with large letters as well, in small ones.
    names: HashSet<String>,
}

impl Truecaser {
    /// With a list of words, one a line, names with large letters; may be empty.
    pub(crate) fn new(list: &str) -> Self {
        let small = |w: &&str| !w.chars().any(char::is_uppercase);
        let lines = || list.lines().map(str::trim);
        let large = lines().filter(|w| !small(w) && w.chars().skip(1).all(char::is_lowercase));
        Self {
            words: lines().filter(small).map(str::to_owned).collect(),
            names: large.map(str::to_lowercase).collect(),
        }
    }

    /// The text with large letters; paragraphs by an empty line.
    pub(crate) fn restore(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + 16);
        let acronyms = self.acronyms(text);
        let paragraphs = text.split("    ").map(str::trim).filter(|p| !p.is_empty());
        for paragraph in paragraphs {
            if !out.is_empty() {
                out.push_str("\n\n");
            }
            self.paragraph(paragraph, &acronyms, &mut out);
        }
        out
    }

    fn paragraph(&self, text: &str, acronyms: &HashSet<String>, out: &mut String) {
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut large = self.full_names(&words);
        let mut n = 0;
        while n < words.len() {
            let named = self.place(words.get(n..).unwrap_or_default());
            for slot in large.iter_mut().skip(n).take(named) {
                *slot = true;
            }
            n += named.max(1);
        }
        let mut starts = true;
        for (n, (word, in_name)) in words.iter().zip(&large).enumerate() {
            if n > 0 {
                out.push(' ');
            }
            let before_name =
                || TITLES.contains(word) && words.get(n + 1).is_some_and(|next| self.is_name(next));
            let beside_number = || {
                let number = |w: &&str| bare(w).chars().all(|c| c.is_ascii_digit());
                let before = n.checked_sub(1).and_then(|n| words.get(n));
                before.is_some_and(number) || words.get(n + 1).is_some_and(number)
            };
            // "victor hugo", "hector oqueli": an ordinary word that is a name too, before a name.
            let first_name = self.names.contains(bare(word))
                && bare(word) == *word
                && words.get(n + 1).is_some_and(|next| self.is_name(next));
            let month = MONTHS.contains(&bare(word)) && beside_number();
            if acronyms.contains(bare(word)) || is_initials(word) {
                out.push_str(&word.to_uppercase());
            } else if starts
                || *in_name
                || month
                || self.is_name(word)
                || first_name
                || before_name()
            {
                capital(word, out);
            } else {
                out.push_str(word);
            }
            starts = ends_sentence(word);
        }
    }

    /// Short names in brackets after the full one: "the workers' union front (wuf)".
    fn acronyms(&self, text: &str) -> HashSet<String> {
        let mut out = HashSet::new();
        let mut last = "";
        for word in text.split_whitespace() {
            if self.brackets_acronym(word) && !last.is_empty() && !last.ends_with(['.', '?', ')']) {
                out.insert(bare(word).to_owned());
            }
            last = word;
        }
        // The other way round: "wuf (workers' union front)".
        for (at, _) in text.match_indices(" (") {
            let (before, behind) = text.split_at(at);
            let Some(short) = before.rsplit([' ', '-']).next().filter(|w| {
                (2..=5).contains(&w.chars().count()) && w.chars().all(char::is_alphabetic)
            }) else {
                continue;
            };
            let full = behind.split(')').next().unwrap_or_default().trim_start_matches(" (");
            let letters: String = full
                .split([' ', '-'])
                .filter(|w| !matches!(*w, "of" | "for" | "and" | "the"))
                .filter_map(|w| w.chars().next())
                .collect();
            // In the language of the group the words may stand in another order.
            let of_it = short.chars().filter(|c| letters.contains(*c)).count();
            let long = letters.chars().count() + 1 >= short.chars().count();
            if long && of_it + 1 >= short.chars().count() && !self.words.contains(short) {
                out.insert(short.to_owned());
            }
        }
        out
    }

    fn brackets_acronym(&self, word: &str) -> bool {
        let letters = bare(word);
        word.starts_with('(')
            && word.contains(')')
            && (2..=5).contains(&letters.chars().count())
            && letters.chars().all(char::is_alphabetic)
            && !self.words.contains(letters)
    }

    /// Marks the words between the last article and a short name in brackets.
    fn full_names(&self, words: &[&str]) -> Vec<bool> {
        let mut large = vec![false; words.len()];
        for n in 0..words.len() {
            if !words.get(n).is_some_and(|w| self.brackets_acronym(w)) {
                continue;
            }
            let first = n.saturating_sub(LONGEST_FULL);
            let before = words.get(first..n).unwrap_or_default();
            let Some(article) = before.iter().rposition(|w| *w == "the") else { continue };
            for (slot, word) in large.iter_mut().zip(words).take(n).skip(first + article + 1) {
                *slot = !matches!(*word, "of" | "for" | "and" | "in" | "on");
            }
        }
        large
    }

    /// How many words from here on are the name of a place.
    fn place(&self, words: &[&str]) -> usize {
        (1..=LONGEST.min(words.len()))
            .rev()
            .find(|n| {
                let words = words.get(..*n).unwrap_or_default();
                if matches!(words.first(), Some(&("the" | "a" | "an" | "of"))) {
                    return false;
                }
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

    const WORDS: &str = "the\non\nmarch\nfront\nbomb\nexploded\nin\nnear\nbank\nof\nwas\nfound\npeople\nfled\nan\nmayor\nmartin\n";

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
    fn months_beside_a_number_are_large() {
        let text = "people fled on 3 march. the march of people.";
        let wanted = "People fled on 3 March. The march of people.";
        assert_eq!(Truecaser::new(WORDS).restore(text), wanted);
    }

    #[test]
    fn a_full_name_before_its_short_one_is_large_and_the_short_one_everywhere() {
        let text = "people of the front of near people (fnp) fled. the fnp was found.";
        let wanted = "People of the Front of Near People (FNP) fled. The FNP was found.";
        assert_eq!(Truecaser::new(WORDS).restore(text), wanted);
    }

    #[test]
    fn what_is_no_word_is_a_name() {
        let text = "the mayor zorbak fled. the bank near the \"qantel\" (qxf) exploded.";
        let wanted = "The Mayor Zorbak fled. The bank near the \"Qantel\" (QXF) exploded.";
        assert_eq!(Truecaser::new(WORDS).restore(text), wanted);
        assert_eq!(Truecaser::new("").restore("the mayor zorbak fled."), "The mayor zorbak fled.");
    }
}
