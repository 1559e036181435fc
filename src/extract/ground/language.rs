//! Which language a text is in.

use super::Lang;
use lingua::{IsoCode639_1, LanguageDetector, LanguageDetectorBuilder};
use std::sync::OnceLock;

/// Bytes that are enough to tell a language.
const SAMPLE: usize = 600;
/// Texts with fewer letters than this follow the hint.
const TOO_SHORT: usize = 12;
/// A hint wins unless another language is more probable by this much.
const HINT_MARGIN: f64 = 0.35;

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
