//! A fingerprint as it lies in a message: nothing is copied that the index does not keep.

use super::{DecodeError, DuplicateOf, Fingerprint, Message as _, Timestamp};
use serde::Deserialize;
use std::borrow::Cow;

/// What the index reads of a [`Fingerprint`]; the fields are told there.
#[derive(Debug, Deserialize)]
pub(crate) struct FingerprintView<'a> {
    #[serde(borrow)]
    schema: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) article: Cow<'a, str>,
    pub(crate) revision: u32,
    #[serde(borrow)]
    pub(crate) host: Cow<'a, str>,
    pub(crate) time: Timestamp,
    pub(crate) words: u32,
    #[serde(borrow)]
    pub(crate) exact: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(crate) title: Cow<'a, str>,
    #[serde(default)]
    pub(crate) weak: bool,
    /// Not used, but a message without it is none.
    #[serde(borrow, rename = "signature")]
    _signature: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) grams: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(crate) numbers: Option<Cow<'a, str>>,
    #[serde(default)]
    pub(crate) of: Option<DuplicateOf>,
}

impl<'a> FingerprintView<'a> {
    /// Reads what [`Fingerprint::from_bytes`](super::Message::from_bytes) reads.
    pub(crate) fn from_bytes(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let expected = Fingerprint::SCHEMA;
        let view: Self = serde_json::from_slice(bytes)
            .map_err(|source| DecodeError::Shape { expected, source })?;
        if view.schema == expected {
            Ok(view)
        } else {
            Err(DecodeError::Schema { expected, found: view.schema.into_owned() })
        }
    }
}

impl<'a> From<&'a Fingerprint> for FingerprintView<'a> {
    fn from(whole: &'a Fingerprint) -> Self {
        Self {
            schema: Cow::Borrowed(&whole.schema),
            article: Cow::Borrowed(&whole.article),
            revision: whole.revision,
            host: Cow::Borrowed(&whole.host),
            time: whole.time,
            words: whole.words,
            exact: Cow::Borrowed(&whole.exact),
            title: Cow::Borrowed(&whole.title),
            weak: whole.weak,
            _signature: Cow::Borrowed(&whole.signature.0),
            grams: Cow::Borrowed(&whole.grams.0),
            numbers: whole.numbers.as_ref().map(|numbers| Cow::Borrowed(numbers.0.as_str())),
            of: whole.of.clone(),
        }
    }
}
