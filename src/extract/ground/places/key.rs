//! Keys under which the spellings of one name meet. Shared with the packer of the gazetteer.

use unicode_normalization::UnicodeNormalization;

/// Shortest key by which a name is found.
pub(crate) const SHORTEST: usize = 4;

/// What is written in place of what, longest first: German, English and French ways to write
/// Arabic, Persian, Hebrew and Cyrillic names meet in one. Applied once, from left to right.
const RULES: &[(&str, &str)] = &[
    ("dsch", "i"),
    ("tsch", "k"),
    ("sch", "s"),
    ("tch", "k"),
    ("dzh", "i"),
    ("ssj", "si"),
    ("dj", "i"),
    ("kh", "k"),
    ("ch", "k"),
    ("ck", "k"),
    ("cz", "k"),
    ("sh", "s"),
    ("zh", "s"),
    ("ts", "s"),
    ("tz", "s"),
    ("gh", "g"),
    ("th", "t"),
    ("dh", "d"),
    ("ph", "f"),
    ("ou", "u"),
    ("oo", "u"),
    ("ow", "u"),
    ("ai", "i"),
    ("ay", "i"),
    ("ei", "i"),
    ("ey", "i"),
    ("ee", "i"),
    ("ie", "i"),
    ("iy", "i"),
    ("ij", "i"),
    ("x", "ks"),
    ("c", "k"),
    ("q", "k"),
    ("z", "s"),
    ("w", "v"),
    ("y", "i"),
    ("j", "i"),
    ("e", "i"),
    ("o", "u"),
];

/// Articles at the beginning of an Arabic word: "el-Fasher", "Deir ez-Zor".
const ARTICLES: &[&str] = &[
    "al", "el", "ul", "ar", "er", "as", "es", "ash", "esh", "asch", "esch", "at", "et", "ad", "ed",
    "az", "ez", "an", "en",
];

/// The key of a name: letters without marks, articles and ways of spelling.
#[must_use]
pub(crate) fn key(name: &str) -> String {
    let plain: String = if name.is_ascii() { letters(name.chars()) } else { letters(name.nfkd()) };
    let mut words = plain.split_whitespace().peekable();
    let mut out = String::with_capacity(plain.len());
    while let Some(word) = words.next() {
        if words.peek().is_none() || !ARTICLES.contains(&word) {
            push(word, &mut out);
        }
    }
    out
}

/// Small letters, digits and blanks.
fn letters(text: impl Iterator<Item = char>) -> String {
    text.flat_map(char::to_lowercase)
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
        .map(|c| if matches!(c, '-' | '‐' | '‑' | '_') { ' ' } else { c })
        .filter(|c| c.is_alphanumeric() || *c == ' ')
        .collect()
}

fn push(word: &str, out: &mut String) {
    let word = word.strip_suffix("ah").map_or(word, |w| word.get(..=w.len()).unwrap_or(word));
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let rule = RULES.iter().find_map(|(from, to)| {
            // Most rules fail on the first byte.
            let first = from.as_bytes().first() == rest.as_bytes().first();
            first.then(|| Some((rest.strip_prefix(from)?, *to))).flatten()
        });
        let (tail, text) = rule.unwrap_or_else(|| {
            let (head, tail) = rest.split_at(first.len_utf8());
            (tail, head)
        });
        for c in text.chars() {
            if !out.ends_with(c) {
                out.push(c);
            }
        }
        rest = tail;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_name_meet() {
        for (a, b) in [
            ("Chan Junis", "Khan Yunis"),
            ("Deir es-Sor", "Deir ez-Zor"),
            ("Charkiw", "Kharkiv"),
            ("Chartum", "Khartoum"),
            ("El-Fasher", "Al Fashir"),
            ("Dschenin", "Jenin"),
            ("Djenin", "Jénin"),
            ("Donezk", "Donetsk"),
            ("Tscherkassy", "Cherkasy"),
            ("Saporischschja", "Zaporizhzhia"),
            ("Rakka", "Raqqa"),
            ("Hodeida", "Hudaydah"),
        ] {
            assert_eq!(key(a), key(b), "{a} {b}");
        }
        assert_ne!(key("Homs"), key("Hama"));
        assert_eq!(key(""), "");
    }
}
