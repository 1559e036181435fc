//! An id in little room.

use std::cmp::Ordering;
use xxhash_rust::xxh3::xxh3_64;

/// The id of an article, incident, report or feed, as a table keeps it; ordered as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ShortId {
    /// One of our own making: a letter, `-`, and the hex digits of these bytes.
    Made(u8, [u8; 16]),
    /// Any other.
    Text(Box<str>),
}

impl ShortId {
    /// Reads an id.
    pub(crate) fn of(id: &str) -> Self {
        made(id).unwrap_or_else(|| Self::Text(id.into()))
    }

    /// A hash of it.
    pub(crate) fn key(&self) -> u64 {
        match self {
            Self::Made(_, bytes) => xxh3_64(bytes),
            Self::Text(text) => xxh3_64(text.as_bytes()),
        }
    }
}

fn made(id: &str) -> Option<ShortId> {
    let (kind, digits) = id.as_bytes().split_first_chunk::<2>()?;
    let [kind @ b'a'..=b'z', b'-'] = kind else { return None };
    let digits = <&[u8; 32]>::try_from(digits).ok()?;
    let mut out = [0; 16];
    for (byte, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
        for digit in pair {
            // Lower-case digits only, so that what is read is written the same.
            let nibble = match digit {
                b'0'..=b'9' => digit - b'0',
                b'a'..=b'f' => digit - b'a' + 10,
                _ => return None,
            };
            *byte = *byte << 4 | nibble;
        }
    }
    Some(ShortId::Made(*kind, out))
}

impl std::fmt::Display for ShortId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Made(kind, bytes) => {
                write!(f, "{}-{:032x}", char::from(*kind), u128::from_be_bytes(*bytes))
            }
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl Ord for ShortId {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Made(kind, bytes), Self::Made(other, others)) => {
                (kind, bytes).cmp(&(other, others))
            }
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => self.to_string().cmp(&other.to_string()),
        }
    }
}

impl PartialOrd for ShortId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{article_id, incident_id};
    use proptest::prelude::*;

    /// Ids like ours and unlike them.
    const IDS: &str = "([a-zA-Z]-)?[0-9a-fA-F]{31,33}|[a-b]-[0-1]{32}|.{0,40}";

    proptest! {
        #[test]
        fn ids_come_out_as_they_went_in_and_keep_their_order(a in IDS, b in IDS) {
            prop_assert_eq!(ShortId::of(&a).to_string(), a.as_str());
            prop_assert_eq!(ShortId::of(&a).cmp(&ShortId::of(&b)), a.cmp(&b));
        }
    }

    #[test]
    fn our_own_ids_take_little_room() {
        for id in [article_id(None, "f", "e"), incident_id("r-1")] {
            assert!(matches!(ShortId::of(&id), ShortId::Made(..)), "{id}");
        }
        assert!(matches!(ShortId::of("i-0000000000000000000000000000000A"), ShortId::Text(_)));
        assert!(size_of::<ShortId>() <= 24);
    }
}
