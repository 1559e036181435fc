//! Which language a text is in.

use super::Lang;
use super::lists::Map;
use super::tables;
use lingua::{IsoCode639_1, LanguageDetector, LanguageDetectorBuilder};
use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

/// Bytes that are enough to tell a language.
const SAMPLE: usize = 600;
/// Texts with fewer letters than this follow the hint.
const TOO_SHORT: usize = 12;
/// A hint wins unless another language is more probable by this much.
const HINT_MARGIN: f64 = 0.35;

/// So many small words of one language tell it, or fewer where it is the hint.
const TELLING: usize = 5;
const TELLING_HINT: usize = 2;
/// Of so many words one must be a small one.
const SPARSE: usize = 12;
/// Small words of another language count so many times: where they come close there is doubt.
const DOUBT: usize = 4;
/// Most languages of the table.
const LANGUAGES: usize = 16;

impl Lang {
    /// All, in the order of the tables.
    pub const ALL: [Lang; 4] = [Lang::De, Lang::En, Lang::Fr, Lang::Es];

    /// ISO 639-1 code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Lang::De => "de",
            Lang::En => "en",
            Lang::Fr => "fr",
            Lang::Es => "es",
        }
    }

    /// The language of a tag, as `de-AT`.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Lang> {
        let code = primary(tag);
        Lang::ALL.into_iter().find(|lang| lang.code() == code)
    }
}

/// First part of a language tag, in lower case.
fn primary(tag: &str) -> String {
    tag.trim().split(['-', '_']).next().unwrap_or_default().to_lowercase()
}

fn detector() -> &'static LanguageDetector {
    static DETECTOR: OnceLock<LanguageDetector> = OnceLock::new();
    DETECTOR.get_or_init(|| LanguageDetectorBuilder::from_all_languages().build())
}

/// Language code of a text: the hint unless the text clearly says otherwise; `und` where neither
/// tells.
pub(super) fn identify(full: &str, hint: Option<&str>) -> String {
    let hint = hint.map(primary).filter(|code| !code.is_empty());
    let mut cut = full.len().min(SAMPLE);
    while !full.is_char_boundary(cut) {
        cut -= 1;
    }
    let sample = full.get(..cut).unwrap_or_default();
    let letters = sample.chars().filter(|c| c.is_alphabetic()).count();
    if letters < TOO_SHORT {
        return hint.unwrap_or_else(|| "und".into());
    }
    if let Some(code) = by_small_words(sample, hint.as_deref()) {
        return code.to_owned();
    }
    by_letters(sample, hint)
}

/// The small words that stand in the list of one language only, with its number.
#[derive(Debug, Default)]
struct SmallWords {
    codes: Vec<String>,
    words: Map<usize>,
}

static SMALL_WORDS: LazyLock<SmallWords> = LazyLock::new(|| {
    let lists: BTreeMap<String, Vec<String>> = tables::load(tables::LANGUAGES);
    let mut shared = Map::<usize>::default();
    for word in lists.values().flatten() {
        *shared.entry(word.clone()).or_default() += 1;
    }
    let mut small = SmallWords::default();
    for (number, (code, words)) in lists.into_iter().take(LANGUAGES).enumerate() {
        small.codes.push(code);
        let own = words.into_iter().filter(|w| shared.get(w) == Some(&1));
        small.words.extend(own.map(|w| (w, number)));
    }
    small
});

/// The language whose small words stand in a text, where they leave no doubt.
fn by_small_words(sample: &str, hint: Option<&str>) -> Option<&'static str> {
    let small = &*SMALL_WORDS;
    let mut counts = [0_usize; LANGUAGES];
    let (mut words, mut lower) = (0, String::new());
    for word in sample.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()) {
        words += 1;
        lower.clear();
        lower.extend(word.chars().flat_map(char::to_lowercase));
        if let Some(count) = small.words.get(&lower).and_then(|n| counts.get_mut(*n)) {
            *count += 1;
        }
    }
    let (best, most) = counts.iter().enumerate().max_by_key(|(_, n)| **n)?;
    let second = counts.iter().enumerate().filter(|(i, _)| *i != best).map(|(_, n)| *n).max()?;
    let code = small.codes.get(best)?.as_str();
    let least = if hint == Some(code) { TELLING_HINT } else { TELLING };
    (*most >= least && *most >= second * DOUBT && *most * SPARSE >= words).then_some(code)
}

/// The language by the statistics of letters.
fn by_letters(sample: &str, hint: Option<String>) -> String {
    let values = detector().compute_language_confidence_values(sample);
    let code = |iso: IsoCode639_1| iso.to_string().to_lowercase();
    let Some((best, value)) = values.first().map(|(l, v)| (code(l.iso_code_639_1()), *v)) else {
        return hint.unwrap_or_else(|| "und".into());
    };
    if let Some(hint) = hint {
        let hinted = values.iter().find(|(l, _)| code(l.iso_code_639_1()) == hint).map(|(_, v)| *v);
        // A hint for a language that the detector does not know stands only against doubt.
        let close = hinted.map_or(value < 0.5, |hinted| value - hinted < HINT_MARGIN);
        if close {
            return hint;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts of the gold set.
    fn gold() -> Vec<(String, String)> {
        let mut out = Vec::new();
        for lang in Lang::ALL {
            let path = format!("{}/tests/gold/{}.toml", env!("CARGO_MANIFEST_DIR"), lang.code());
            let file: toml::Table =
                toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
            for article in file.values().filter_map(toml::Value::as_array).flatten() {
                if let Some(text) = article.get("text").and_then(toml::Value::as_str) {
                    out.push((lang.code().to_owned(), text.to_owned()));
                }
            }
        }
        out
    }

    #[test]
    fn small_words_decide_nearly_always_and_never_otherwise_than_letters() {
        let gold = gold();
        assert!(gold.len() > 300);
        let mut decided = 0;
        for (lang, text) in &gold {
            for hint in [None, Some(lang.as_str())] {
                if let Some(code) = by_small_words(text, hint) {
                    assert_eq!(code, lang, "{text}");
                    assert_eq!(by_letters(text, hint.map(str::to_owned)), *lang, "{text}");
                    decided += usize::from(hint.is_some());
                }
            }
        }
        assert!(decided * 100 > gold.len() * 90, "{decided} of {}", gold.len());
    }

    #[test]
    fn languages_that_look_like_ours_are_none_of_them() {
        for (code, text) in [
            (
                "nl",
                "De politie heeft in de nacht van zaterdag op zondag een man aangehouden die met een \
                    mes op straat liep. Er raakte niemand gewond, zegt een woordvoerder.",
            ),
            (
                "pt",
                "A polícia deteve na madrugada de domingo um homem que andava com uma faca pelas ruas \
                    do centro. Não houve feridos, segundo o porta-voz da corporação.",
            ),
            (
                "it",
                "La polizia ha fermato nella notte un uomo che girava con un coltello per le strade del \
                    centro. Nessuno è rimasto ferito, secondo quanto riferito dalla questura.",
            ),
            (
                "pl",
                "Policja zatrzymała w nocy z soboty na niedzielę mężczyznę, który chodził z nożem po \
                    ulicach centrum. Nikt nie został ranny, powiedział rzecznik.",
            ),
        ] {
            for hint in [None, Some("de"), Some("es"), Some("fr"), Some("en")] {
                let told = by_small_words(text, hint);
                assert!(told.is_none_or(|c| c == code), "{told:?} with {hint:?}: {text}");
            }
            assert_eq!(identify(text, Some("de")), code);
        }
    }

    #[test]
    fn a_few_small_words_are_enough_beside_the_hint_only() {
        let text = "Brand auf Hof bei Celle";
        assert_eq!(by_small_words(text, Some("de")), Some("de"));
        assert_eq!(by_small_words(text, None), None);
        assert_eq!(by_small_words(text, Some("en")), None);
        assert_eq!(by_small_words("", None), None);
    }
}
