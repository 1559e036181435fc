//! Article ids in little room.

use std::cmp::Ordering;

/// What ids of our own making begin with; 32 hex digits follow.
const PREFIX: &str = "a-";

/// An article id; ordered as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Id {
    /// `a-` and the hex digits of these bytes.
    Hash([u8; 16]),
    /// Any other.
    Text(Box<str>),
}

impl Id {
    pub(super) fn read(text: &str) -> Self {
        text.strip_prefix(PREFIX)
            .and_then(hex)
            .map_or_else(|| Self::Text(text.into()), |n| Self::Hash(n.to_be_bytes()))
    }

    /// Where the tables keep it.
    pub(super) fn key(&self) -> u64 {
        match self {
            Self::Hash(bytes) => xxhash_rust::xxh3::xxh3_64(bytes),
            Self::Text(text) => xxhash_rust::xxh3::xxh3_64(text.as_bytes()),
        }
    }
}

/// Lower-case hex digits only, so that what is read is written the same.
fn hex(digits: &str) -> Option<u128> {
    let fits = digits.len() == 32 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    fits.then(|| u128::from_str_radix(digits, 16).ok()).flatten()
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Hash(bytes) => write!(f, "{PREFIX}{:032x}", u128::from_be_bytes(*bytes)),
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl Ord for Id {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Hash(a), Self::Hash(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => self.to_string().cmp(&other.to_string()),
        }
    }
}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_out_as_they_went_in_and_keep_their_order() {
        let made = crate::message::article_id(None, "f", "e");
        let texts = ["a-0", &made, "a-0000000000000000000000000000000F", "b", "", "a-f"];
        for a in texts {
            assert_eq!(Id::read(a).to_string(), a);
            for b in texts {
                assert_eq!(Id::read(a).cmp(&Id::read(b)), a.cmp(b), "{a} {b}");
            }
        }
        assert!(matches!(Id::read(&made), Id::Hash(_)));
    }
}
