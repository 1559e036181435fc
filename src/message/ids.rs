//! Ids: derived from content, so that the same input always gives the same id.

use sha2::{Digest, Sha256};

/// Hex digits kept of a SHA-256: 128 bits, so that a hostile feed cannot aim at another's id.
const HEX_DIGITS: usize = 32;

fn hashed(prefix: &str, parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        // The length first: ("ab","c") and ("a","bc") are different.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut out = String::with_capacity(prefix.len() + HEX_DIGITS);
    out.push_str(prefix);
    for byte in hash.finalize().iter().take(HEX_DIGITS / 2) {
        out.push(hex(byte >> 4));
        out.push(hex(byte & 15));
    }
    out
}

fn hex(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).unwrap_or('0')
}

/// `f-…` from the feed's configured URL.
#[must_use]
pub fn feed_id(url: &str) -> String {
    hashed("f-", &[url])
}

/// `a-…` from the article's canonical URL, or from feed id and entry id where it has none.
#[must_use]
pub fn article_id(canonical_url: Option<&str>, feed_id: &str, entry_id: &str) -> String {
    match canonical_url {
        Some(url) => hashed("a-", &["url", url]),
        None => hashed("a-", &["entry", feed_id, entry_id]),
    }
}

/// `r-…` from the article and the report's place among those of the same kind and type in it.
///
/// Deliberately not from the fields: a corrected article then replaces its own report.
#[must_use]
pub fn report_id(article_id: &str, kind: &str, event_type: &str, ordinal: usize) -> String {
    hashed("r-", &[article_id, kind, event_type, &ordinal.to_string()])
}

/// `i-…` from the report that founded the incident.
#[must_use]
pub fn incident_id(founding_report_id: &str) -> String {
    hashed("i-", &[founding_report_id])
}

/// Hash of arbitrary text parts, to tell whether content changed (32 hex digits).
#[must_use]
pub fn content_hash(parts: &[&str]) -> String {
    hashed("", parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_stable_for_ever() {
        // Golden values: a change here re-keys every installation.
        assert_eq!(feed_id("https://example.org/rss"), "f-2f37e719238f5b232f4014bc2824f284");
        assert_eq!(
            article_id(Some("https://example.org/1"), "f-1", "g-1"),
            "a-e16f620876a8dfe9ed9b19f5a44233e5"
        );
        assert_eq!(article_id(None, "f-1", "g-1"), "a-7dd4516a0e58fef4ebbe81d9fab5de2f");
        assert_eq!(report_id("a-1", "event", "bombing", 0), "r-9824af9ae9f987ff2f63caead0e4781b");
        assert_eq!(incident_id("r-1"), "i-eb755a9f2a6ff4073778647f2ba2479a");
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(content_hash(&["ab", "c"]), content_hash(&["a", "bc"]));
    }
}
