//! What went wrong in a request, told apart by its causes.

use super::resolve::Blocked;
use super::{FetchError, Phase};
use std::error::Error;
use std::io::{self, ErrorKind};
use url::Url;

/// Longest reason kept of a foreign error, in characters.
const MAX_REASON: usize = 200;

/// The error of a request or a body.
pub(super) fn failed(url: &Url, error: reqwest::Error, limit: usize) -> FetchError {
    let error = error.without_url();
    let host = host(url);
    let reason = innermost(&error);
    if error.is_timeout() {
        let phase = if error.is_connect() { Phase::Connect } else { Phase::Headers };
        return FetchError::Timeout { host, phase };
    }
    if cause::<Blocked>(&error).is_some() {
        return FetchError::BlockedAddress { host };
    }
    if error.is_dns() {
        return FetchError::Dns { host };
    }
    if error.is_connect() {
        // The TLS library's errors are not ours to name; their words are.
        let lower = reason.to_ascii_lowercase();
        let said = ["ssl", "tls", "certificate", "handshake"].iter().any(|w| lower.contains(w));
        let cut_off = url.scheme() == "https" && lower.contains("eof");
        return if said || cut_off {
            FetchError::Tls { host, reason }
        } else {
            FetchError::Connect { host, reason }
        };
    }
    match cause::<hyper::Error>(&error) {
        Some(http) if http.is_parse() && http.to_string().contains("too large") => {
            FetchError::TooLarge { host, limit }
        }
        Some(http) if http.is_parse() => FetchError::Protocol { host, reason },
        // Chunks that are none (RFC 9112 section 7.1).
        _ if cause::<io::Error>(&error).is_some_and(|e| {
            matches!(e.kind(), ErrorKind::InvalidInput | ErrorKind::InvalidData)
        }) =>
        {
            FetchError::Protocol { host, reason }
        }
        _ => FetchError::Io { host, reason },
    }
}

/// The first cause of a type.
fn cause<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(this) = next {
        if let Some(found) = this.downcast_ref::<E>() {
            return Some(found);
        }
        next = this.source();
    }
    None
}

/// The words of the innermost cause: the outer ones only say "error sending request".
pub(super) fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string().chars().take(MAX_REASON).collect()
}

pub(super) fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}
