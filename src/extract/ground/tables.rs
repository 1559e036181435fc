//! The word lists of the ground, as compiled in from `config/lexicon`.

use super::Lang;
use super::lists::Set;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// How a language cuts its text.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TextTable {
    pub(super) abbreviations: Set,
    pub(super) starters: Set,
    pub(super) before_ordinal: Set,
    pub(super) ordinal_stop: bool,
    pub(super) elisions: Set,
    pub(super) blank_groups: bool,
    #[serde(default)]
    pub(super) soft: Set,
    #[serde(default)]
    pub(super) soft_starters: Set,
}

/// A builtin list: its name (for messages) and its text.
pub(super) type Source = (&'static str, &'static str);

macro_rules! lists {
    ($name:ident, $file:literal) => {
        /// The builtin list of a language.
        pub(super) fn $name(lang: Lang) -> Source {
            macro_rules! of {
                ($code:literal) => {
                    (
                        concat!("config/lexicon/", $code, "/", $file),
                        include_str!(concat!("../../../config/lexicon/", $code, "/", $file)),
                    )
                };
            }
            match lang {
                Lang::De => of!("de"),
                Lang::En => of!("en"),
                Lang::Fr => of!("fr"),
                Lang::Es => of!("es"),
            }
        }
    };
}

lists!(text, "text.toml");
lists!(numbers, "numbers.toml");
lists!(time, "time.toml");
lists!(places, "places.toml");
lists!(words, "words.toml");

/// The small words of each language.
pub(super) const LANGUAGES: Source =
    ("config/lexicon/languages.toml", include_str!("../../../config/lexicon/languages.toml"));

/// A string that lives as long as the program, one copy of each: rule ids are read from lists but
/// are compared and carried as constants.
pub(super) fn intern(text: &str) -> &'static str {
    static ALL: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = all.get(text) {
        return known;
    }
    let kept: &'static str = Box::leak(text.to_owned().into_boxed_str());
    all.insert(kept);
    kept
}

/// Reads a list. A builtin list that does not parse is a defect of the build and is caught by the
/// tests; the reader then goes on without it.
pub(super) fn load<T: serde::de::DeserializeOwned + Default>(source: Source) -> T {
    toml::from_str(source.1).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::numbers::NumberTable;
    use super::super::places::PlaceTable;
    use super::super::words::WordTable;
    use super::*;

    #[test]
    fn every_builtin_list_parses() {
        for lang in Lang::ALL {
            let (name, body) = text(lang);
            toml::from_str::<TextTable>(body).unwrap_or_else(|e| panic!("{name}: {e}"));
            let (name, body) = places(lang);
            toml::from_str::<PlaceTable>(body).unwrap_or_else(|e| panic!("{name}: {e}"));
            let (name, body) = numbers(lang);
            toml::from_str::<NumberTable>(body).unwrap_or_else(|e| panic!("{name}: {e}"));
            let (name, body) = words(lang);
            toml::from_str::<WordTable>(body).unwrap_or_else(|e| panic!("{name}: {e}"));
        }
    }
}
