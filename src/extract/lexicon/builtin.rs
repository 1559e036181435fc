//! The built-in copies of `config/lexicon`.

use crate::extract::ground::Lang;

/// Files that hold for all languages.
pub(super) const COMMON: [(&str, &str); 2] = [
    ("taxonomy.toml", include_str!("../../../config/lexicon/taxonomy.toml")),
    ("groups.toml", include_str!("../../../config/lexicon/groups.toml")),
];

macro_rules! language {
    ($code:literal) => {
        [
            language!($code, "grammar"),
            language!($code, "triggers"),
            language!($code, "outcomes"),
            language!($code, "people"),
            language!($code, "actors"),
            language!($code, "targets"),
            language!($code, "instruments"),
            language!($code, "speech"),
            language!($code, "reality"),
        ]
    };
    ($code:literal, $name:literal) => {
        (
            concat!($code, "/", $name, ".toml"),
            include_str!(concat!("../../../config/lexicon/", $code, "/", $name, ".toml")),
        )
    };
}

/// A file of a language: its name and content.
pub(super) type File = (&'static str, &'static str);

/// Files of each language.
pub(super) const LANGUAGES: [(Lang, &str, [File; 9]); 4] = [
    (Lang::De, "de", language!("de")),
    (Lang::En, "en", language!("en")),
    (Lang::Fr, "fr", language!("fr")),
    (Lang::Es, "es", language!("es")),
];
