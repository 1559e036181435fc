//! Store: an incident in few bytes.
//!
//! An open incident is read again only when a report joins it, so it is kept as compressed JSON;
//! what is compared lies beside it as a profile. The JSON of all incidents has the same field names
//! and many of the same values: a sample of it serves as the dictionary.

use crate::message::{Incident, Message as _};
use std::cell::RefCell;
use std::sync::LazyLock;

/// A made-up incident, whose JSON is the dictionary.
const SAMPLE: &[u8] = include_bytes!("sample.json");
/// Quick; the dictionary does most of the work.
const LEVEL: i32 = 1;

static ENCODER: LazyLock<zstd::dict::EncoderDictionary<'static>> =
    LazyLock::new(|| zstd::dict::EncoderDictionary::copy(SAMPLE, LEVEL));
static DECODER: LazyLock<zstd::dict::DecoderDictionary<'static>> =
    LazyLock::new(|| zstd::dict::DecoderDictionary::copy(SAMPLE));

/// What packs and unpacks, one for each thread: their tables are larger than what they pack.
struct Press {
    encoder: zstd::bulk::Compressor<'static>,
    decoder: zstd::bulk::Decompressor<'static>,
}

thread_local! {
    static PRESS: RefCell<Option<Press>> = RefCell::new(Press::new().ok());
}

impl Press {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            encoder: zstd::bulk::Compressor::with_prepared_dictionary(&ENCODER)?,
            decoder: zstd::bulk::Decompressor::with_prepared_dictionary(&DECODER)?,
        })
    }
}

/// An incident in few bytes.
#[derive(Debug, Clone)]
pub(super) struct Packed {
    bytes: Box<[u8]>,
    /// Length of the JSON; 0 where it is kept as it is.
    plain: u32,
}

impl Packed {
    pub(super) fn of(incident: &Incident) -> Self {
        let plain = incident.to_bytes().unwrap_or_default();
        let packed = PRESS.with_borrow_mut(|press| press.as_mut()?.encoder.compress(&plain).ok());
        match (packed, u32::try_from(plain.len())) {
            (Some(bytes), Ok(length)) if bytes.len() < plain.len() => {
                Self { bytes: bytes.into(), plain: length }
            }
            _ => Self { bytes: plain.into(), plain: 0 },
        }
    }

    /// The incident; none if the bytes are not what was put in, which cannot happen.
    pub(super) fn open(&self) -> Option<Box<Incident>> {
        if self.plain == 0 {
            return Incident::from_bytes(&self.bytes).ok().map(Box::new);
        }
        let plain = PRESS.with_borrow_mut(|press| {
            let press = press.as_mut()?;
            press.decoder.decompress(&self.bytes, usize::try_from(self.plain).ok()?).ok()
        })?;
        Incident::from_bytes(&plain).ok().map(Box::new)
    }
}
