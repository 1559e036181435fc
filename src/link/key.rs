//! The id of an incident in few bytes.

/// What ids of incidents begin with; 32 hex digits follow.
const PREFIX: &str = "i-";

/// An id: its digits as 16 bytes, or what it is where it is none of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    Digits([u8; 16]),
    Text(Box<str>),
}

impl Key {
    pub(super) fn of(id: &str) -> Self {
        digits(id).map_or_else(|| Self::Text(id.into()), Self::Digits)
    }

    pub(super) fn id(&self) -> String {
        match self {
            Self::Digits(bytes) => {
                let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
                let digits = nibbles.filter_map(|nibble| char::from_digit(u32::from(nibble), 16));
                PREFIX.chars().chain(digits).collect()
            }
            Self::Text(id) => id.to_string(),
        }
    }
}

fn digits(id: &str) -> Option<[u8; 16]> {
    let digits = <&[u8; 32]>::try_from(id.strip_prefix(PREFIX)?.as_bytes()).ok()?;
    let mut out = [0; 16];
    for (byte, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
        for digit in pair {
            let nibble = match digit {
                b'0'..=b'9' => digit - b'0',
                b'a'..=b'f' => digit - b'a' + 10,
                _ => return None,
            };
            *byte = *byte << 4 | nibble;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::incident_id;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_id_comes_back_as_it_was(id in "(i-)?[0-9a-fA-F]{31,33}|.{0,40}") {
            prop_assert_eq!(Key::of(&id).id(), id);
        }
    }

    #[test]
    fn our_own_ids_are_kept_as_digits() {
        assert!(matches!(Key::of(&incident_id("r-1")), Key::Digits(_)));
        assert!(matches!(Key::of("i-0000000000000000000000000000000A"), Key::Text(_)));
    }
}
