//! Fingerprint: what the near-duplicate index keeps of one article.

use super::{Message, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Value of the topic `fingerprints`, keyed by article id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fingerprint {
    /// Always `depesche.fingerprint/1`.
    pub schema: String,
    /// Article id.
    pub article: String,
    /// Revision of the article.
    pub revision: u32,
    /// Host of the article's URL: furniture is counted per host.
    pub host: String,
    /// Publication (or first sight): entries older than the window are forgotten.
    pub time: Timestamp,
    /// Number of words of the text.
    pub words: u32,
    /// Hash of the normalised text, 32 hex digits.
    pub exact: String,
    /// Hash of the normalised headline, 16 hex digits.
    #[serde(default)]
    pub title: String,
    /// The text is too short, or has too little to do with its headline, to prove a copy by
    /// itself: only an equal text under an equal headline counts.
    #[serde(default)]
    pub weak: bool,
    /// The 32 smallest of `grams`, under which the text is found; 128 others in older messages.
    pub signature: SignatureText,
    /// Hashes of the text's word 3-grams that were kept for exact comparison, sorted, as base64.
    pub grams: SignatureText,
    /// Hashes of the distinct numbers in the text's sentences, at most 64, sorted, as base64. Digits
    /// and number words are the same; clock times and most dates are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numbers: Option<SignatureText>,
    /// The article that this one repeats, and how.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<super::DuplicateOf>,
}

/// Little-endian `u32` numbers as base64 (RFC 4648, with padding).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct SignatureText(pub String);

impl SignatureText {
    /// Packs numbers.
    #[must_use]
    pub fn pack(numbers: &[u32]) -> Self {
        use base64::Engine as _;
        let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
        Self(base64::engine::general_purpose::STANDARD.encode(bytes))
    }

    /// Unpacks the numbers; `None` when the text is not such a packing.
    #[must_use]
    pub fn unpack(&self) -> Option<Vec<u32>> {
        unpack(&self.0)
    }
}

/// [`SignatureText::unpack`] of a text.
pub(crate) fn unpack(text: &str) -> Option<Vec<u32>> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(text).ok()?;
    let (words, rest) = bytes.as_chunks::<4>();
    rest.is_empty().then(|| words.iter().map(|w| u32::from_le_bytes(*w)).collect())
}

/// How one article repeats an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The same text, perhaps lightly edited, with no number that is new: counts as syndicated.
    Copy,
    /// A shortened version, or an overview that holds the article among others.
    Excerpt,
    /// An extended version, or the same text with newer figures.
    Update,
}

impl Message for Fingerprint {
    const SCHEMA: &'static str = "depesche.fingerprint/1";
    const TYPE: &'static str = "depesche.fingerprint.v1";

    fn schema(&self) -> &str {
        &self.schema
    }

    fn key(&self) -> &str {
        &self.article
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_survives_the_way() {
        let numbers = [0, 1, u32::MAX, 7];
        assert_eq!(SignatureText::pack(&numbers).unpack().unwrap(), numbers);
        assert_eq!(SignatureText("AAA=".into()).unpack(), None);
        assert_eq!(SignatureText("?".into()).unpack(), None);
    }
}
