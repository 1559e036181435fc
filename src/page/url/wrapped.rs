//! Addresses that carry another one in themselves.

use base64::Engine as _;
use std::collections::HashMap;
use url::Url;

/// The address within a wrapper: in a parameter (by table), in the path of a web archive, or packed
/// into the path of a news aggregator.
pub(super) fn target(url: &Url, table: &HashMap<String, Vec<String>>) -> Option<String> {
    let host = url.host_str()?;
    let place = format!("{host}{}", url.path());
    let found = match table.get(&place) {
        Some(names) => names
            .iter()
            .find_map(|name| url.query_pairs().find(|(n, _)| n == name))
            .map(|(_, value)| value.into_owned()),
        None if host == "web.archive.org" => archived(url),
        None if host == "news.google.com" => packed(url.path()),
        None => None,
    }?;
    let inner = Url::parse(&found).ok()?;
    let leads_on = matches!(inner.scheme(), "http" | "https")
        && inner.host_str().is_some_and(|inner| inner.contains('.'))
        // Else a counter of counters would go on for ever.
        && found.len() < url.as_str().len();
    leads_on.then(|| inner.into())
}

/// `/web/20261123120000id_/https://host/path`
fn archived(url: &Url) -> Option<String> {
    let (stamp, address) = url.path().strip_prefix("/web/")?.split_once('/')?;
    let digits = stamp.bytes().take_while(u8::is_ascii_digit).count();
    if digits < 4 || stamp.len() > digits + 3 {
        return None;
    }
    let query = url.query().map(|q| format!("?{q}")).unwrap_or_default();
    Some(format!("{address}{query}"))
}

/// `/rss/articles/…`: base64 of a length-prefixed address. Newer ones hold no address, only a key.
fn packed(path: &str) -> Option<String> {
    let code = path.rsplit_once("/articles/")?.1;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(code.trim_end_matches('='))
        .or_else(|_| {
            // The last digit may be cut.
            let whole = code.len() / 4 * 4;
            let code = code.get(..whole).unwrap_or_default();
            base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(code)
        })
        .ok()?;
    // Protocol buffer: field 1 a number, field 4 the address.
    let rest = bytes.strip_prefix(&[0x08, 0x13, 0x22])?;
    let (length, rest) = match rest {
        [low, high, rest @ ..] if *low >= 0x80 => {
            (usize::from(low & 0x7f) | usize::from(*high) << 7, rest)
        }
        [length, rest @ ..] => (usize::from(*length), rest),
        [] => return None,
    };
    String::from_utf8(rest.get(..length)?.to_vec()).ok()
}
