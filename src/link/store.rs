//! Store: an incident in few bytes.
//!
//! An open incident is read again only when a report joins it, so it is kept as compressed JSON;
//! what is compared lies beside it as a profile. The JSON of all incidents has the same field names
//! and many of the same values: a sample of it serves as the dictionary.

use super::shelves::{Kept, Shelves};
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

/// Bytes of a buffer that is kept; a larger one is given back.
const KEPT: usize = 256 * 1024;

/// What packs and unpacks, one for each thread: their tables are larger than what they pack.
struct Press {
    encoder: zstd::bulk::Compressor<'static>,
    decoder: zstd::bulk::Decompressor<'static>,
    /// JSON, and what is made of it: kept, so that what stays in memory lies side by side.
    plain: Vec<u8>,
    packed: Vec<u8>,
}

thread_local! {
    static PRESS: RefCell<Option<Press>> = RefCell::new(Press::new().ok());
}

impl Press {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            encoder: zstd::bulk::Compressor::with_prepared_dictionary(&ENCODER)?,
            decoder: zstd::bulk::Decompressor::with_prepared_dictionary(&DECODER)?,
            plain: Vec::new(),
            packed: Vec::new(),
        })
    }

    fn pack(&mut self, incident: &Incident, shelves: &mut Shelves) -> Option<Packed> {
        self.plain.clear();
        serde_json::to_writer(&mut self.plain, incident).ok()?;
        self.packed.clear();
        self.packed.reserve(zstd::compress_bound(self.plain.len()));
        let length = self.encoder.compress_to_buffer(&self.plain, &mut self.packed).ok()?;
        let packed = match (self.packed.get(..length), u32::try_from(self.plain.len())) {
            (Some(bytes), Ok(plain)) if length < self.plain.len() => {
                Packed { bytes: shelves.put(bytes), plain }
            }
            _ => Packed { bytes: shelves.put(&self.plain), plain: 0 },
        };
        self.plain.shrink_to(KEPT);
        self.packed.shrink_to(KEPT);
        Some(packed)
    }

    fn unpack(&mut self, bytes: &[u8], length: u32) -> Option<Box<Incident>> {
        self.plain.clear();
        self.plain.reserve(usize::try_from(length).ok()?);
        self.decoder.decompress_to_buffer(bytes, &mut self.plain).ok()?;
        let incident = Incident::from_bytes(&self.plain).ok().map(Box::new);
        self.plain.clear();
        self.plain.shrink_to(KEPT);
        incident
    }
}

/// An incident in few bytes; these lie in the store.
#[derive(Debug)]
pub(super) struct Packed {
    bytes: Kept,
    /// Length of the JSON; 0 where it is kept as it is.
    plain: u32,
}

/// The incidents of a table.
#[derive(Debug, Default)]
pub(super) struct Store(Shelves);

impl Store {
    pub(super) fn pack(&mut self, incident: &Incident) -> Packed {
        let shelves = &mut self.0;
        let packed = PRESS.with_borrow_mut(|press| press.as_mut()?.pack(incident, shelves));
        packed.unwrap_or_else(|| Packed {
            bytes: self.0.put(&incident.to_bytes().unwrap_or_default()),
            plain: 0,
        })
    }

    /// The incident; none if the bytes are not what was put in, which cannot happen.
    pub(super) fn open(&self, packed: &Packed) -> Option<Box<Incident>> {
        let bytes = self.0.get(&packed.bytes);
        if packed.plain == 0 {
            return Incident::from_bytes(bytes).ok().map(Box::new);
        }
        PRESS.with_borrow_mut(|press| press.as_mut()?.unpack(bytes, packed.plain))
    }

    pub(super) fn forget(&mut self, packed: &Packed) {
        self.0.take_off(&packed.bytes);
    }
}
