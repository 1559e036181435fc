//! Headers of an answer that are read: validators, and when to come again.

use reqwest::header::{
    AGE, CACHE_CONTROL, DATE, EXPIRES, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER,
};
use std::time::{Duration, SystemTime};

/// Longest time that a server may ask for; what is longer is taken for a mistake.
pub(super) const MAX_WAIT: Duration = Duration::from_hours(24);
/// Longest freshness that is believed.
const MAX_FRESH: Duration = Duration::from_hours(30 * 24);

/// A header's value as text; none where it is empty or no UTF-8.
pub(super) fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let value = headers.get(name)?;
    String::from_utf8(value.as_bytes().to_vec()).ok().filter(|v| !v.is_empty())
}

/// A header that may come more than once, as one list in lower case.
pub(super) fn list(headers: &HeaderMap, name: HeaderName) -> String {
    let values: Vec<_> = headers
        .get_all(name)
        .iter()
        .map(|v| String::from_utf8_lossy(v.as_bytes()).to_ascii_lowercase())
        .collect();
    values.join(",")
}

/// Where bytes that are no UTF-8 stand in text: the byte is added, so U+F780 to U+F7FF.
const BYTE: u32 = 0xf700;

/// A validator as text from which [`echo`] makes the same bytes again. Bytes that are no UTF-8 (an
/// `ETag` in Latin-1) become characters for private use; where a server sends just those, they are
/// taken apart into bytes too.
pub(super) fn validator(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let value = headers.get(name)?.as_bytes();
    let mut out = String::with_capacity(value.len());
    let byte = |out: &mut String, b: &u8| out.extend(char::from_u32(BYTE + u32::from(*b)));
    for chunk in value.utf8_chunks() {
        for c in chunk.valid().chars() {
            if byte_of(c).is_some() {
                c.encode_utf8(&mut [0; 4]).as_bytes().iter().for_each(|b| byte(&mut out, b));
            } else {
                out.push(c);
            }
        }
        chunk.invalid().iter().for_each(|b| byte(&mut out, b));
    }
    Some(out).filter(|v| !v.is_empty())
}

/// The header to send for a validator, byte for byte as it was received.
pub(super) fn echo(validator: &str) -> Option<HeaderValue> {
    let mut bytes = Vec::with_capacity(validator.len());
    for c in validator.chars() {
        match byte_of(c) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    HeaderValue::from_bytes(&bytes).ok().filter(|value| !value.is_empty())
}

fn byte_of(c: char) -> Option<u8> {
    u8::try_from(u32::from(c).checked_sub(BYTE)?).ok().filter(|byte| *byte >= 0x80)
}

fn date(headers: &HeaderMap, name: HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(text(headers, name)?.trim()).ok()
}

/// A number of seconds (RFC 9111 section 1.2.2): one that is too large for us is very large.
fn seconds(text: &str) -> Option<Duration> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| Duration::from_secs(text.parse().unwrap_or(u64::MAX)))
}

/// `Retry-After` (RFC 9110 section 10.2.3): seconds, or a date by the server's own clock; a day at
/// most.
pub(super) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = text(headers, RETRY_AFTER)?;
    let value = value.trim();
    if let Some(time) = seconds(value) {
        return Some(time.min(MAX_WAIT));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let now = date(headers, DATE).unwrap_or(now);
    Some(until.duration_since(now).unwrap_or_default().min(MAX_WAIT))
}

/// How long the answer stays fresh (RFC 9111 section 4.2), less the time that it spent in caches
/// (`Age`): `max-age`, else `s-maxage` (the caches before a server are not asked in vain either),
/// else `Expires` less `Date`, both by the server's clock. None where it says nothing, or with
/// `no-cache` and `no-store`.
pub(super) fn max_age(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let (mut own, mut shared) = (None, None);
    for directive in list(headers, CACHE_CONTROL).split(',') {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        let value = || seconds(value.trim().trim_matches('"'));
        match name.trim() {
            "no-cache" | "no-store" => return None,
            "max-age" => own = own.or_else(value),
            "s-maxage" => shared = shared.or_else(value),
            _ => {}
        }
    }
    let fresh = if let Some(fresh) = own.or(shared) {
        fresh
    } else {
        let said = date(headers, DATE).unwrap_or(now);
        date(headers, EXPIRES)?.duration_since(said).unwrap_or_default()
    };
    let age = text(headers, AGE).and_then(|age| seconds(age.trim())).unwrap_or_default();
    Some(fresh.saturating_sub(age).min(MAX_FRESH))
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::ETAG;

    const NOW: &str = "Mon, 02 Nov 2026 10:00:00 GMT";

    fn now() -> SystemTime {
        httpdate::parse_http_date(NOW).unwrap()
    }

    fn map(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(HeaderName::from_static(name), value.parse().unwrap());
        }
        map
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let of = |value| retry_after(&map(&[("retry-after", value)]), now());
        assert_eq!(of("120"), Some(Duration::from_mins(2)));
        assert_eq!(of(" 0 "), Some(Duration::ZERO));
        assert_eq!(of("Mon, 02 Nov 2026 10:05:00 GMT"), Some(Duration::from_mins(5)));
        assert_eq!(of("Monday, 02-Nov-26 10:05:00 GMT"), Some(Duration::from_mins(5)));
        assert_eq!(of("Mon Nov  2 10:05:00 2026"), Some(Duration::from_mins(5)));
        assert_eq!(of("Mon, 02 Nov 2026 09:00:00 GMT"), Some(Duration::ZERO));
        for absurd in [
            "316800",
            "18446744073709551615",
            "99999999999999999999999",
            "Fri, 31 Dec 9999 23:59:59 GMT",
        ] {
            assert_eq!(of(absurd), Some(MAX_WAIT), "{absurd}");
        }
        for wrong in ["bald", "-5", "1.5", "", "+3"] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_date_to_come_again_is_by_the_servers_clock() {
        let headers = map(&[
            ("date", "Mon, 02 Nov 2026 07:00:00 GMT"),
            ("retry-after", "Mon, 02 Nov 2026 07:10:00 GMT"),
        ]);
        assert_eq!(retry_after(&headers, now()), Some(Duration::from_mins(10)));
    }

    #[test]
    fn freshness_is_max_age_or_expires() {
        type Case = (&'static [(&'static str, &'static str)], Option<u64>);
        let cases: &[Case] = &[
            (&[("cache-control", "public, max-age=600"), ("age", "100")], Some(500)),
            (&[("cache-control", "Max-Age=\"600\"")], Some(600)),
            (&[("cache-control", "max-age = 600")], Some(600)),
            (&[("cache-control", "public"), ("cache-control", "max-age=60")], Some(60)),
            (&[("cache-control", "max-age=60, max-age=600")], Some(60)),
            (&[("cache-control", "s-maxage=900")], Some(900)),
            (&[("cache-control", "s-maxage=900, max-age=60")], Some(60)),
            (&[("cache-control", "max-age=600"), ("age", "700")], Some(0)),
            (&[("cache-control", "max-age=600"), ("age", "alt")], Some(600)),
            (&[("cache-control", "max-age=99999999999999999999")], Some(30 * 86_400)),
            (&[("cache-control", "max-age=-1")], None),
            (&[("cache-control", "no-cache, max-age=600")], None),
            (&[("cache-control", "max-age=600"), ("cache-control", "no-store")], None),
            (&[("cache-control", "no-cache"), ("expires", "Mon, 02 Nov 2026 11:00:00 GMT")], None),
            (&[("date", NOW), ("expires", "Mon, 02 Nov 2026 10:10:00 GMT")], Some(600)),
            (&[("expires", "Mon, 02 Nov 2026 10:10:00 GMT")], Some(600)),
            // Its clock is three hours behind ours.
            (
                &[
                    ("date", "Mon, 02 Nov 2026 07:00:00 GMT"),
                    ("expires", "Mon, 02 Nov 2026 07:10:00 GMT"),
                ],
                Some(600),
            ),
            (
                &[("date", NOW), ("expires", "Mon, 02 Nov 2026 10:10:00 GMT"), ("age", "60")],
                Some(540),
            ),
            (&[("date", NOW), ("expires", "Thu, 01 Jan 1970 00:00:00 GMT")], Some(0)),
            (&[("cache-control", "max-age=60"), ("expires", NOW)], Some(60)),
            (&[("expires", "0")], None),
            (&[], None),
        ];
        for (pairs, expected) in cases {
            assert_eq!(max_age(&map(pairs), now()).map(|d| d.as_secs()), *expected, "{pairs:?}");
        }
    }

    #[test]
    fn every_validator_is_echoed_byte_for_byte() {
        for value in [
            &b"\"abc\""[..],
            b"W/\"\xe4 b;gzip\"",
            "\"ä\"".as_bytes(),
            "\"\u{f7e4}\"".as_bytes(),
            b"\xff\xfe\x80",
            b"\"a\tb\" ",
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ETAG, HeaderValue::from_bytes(value).unwrap());
            let kept = validator(&headers, ETAG).unwrap();
            assert_eq!(echo(&kept).unwrap().as_bytes(), value);
        }
        assert_eq!(validator(&map(&[("etag", "")]), ETAG), None);
        assert_eq!((echo(""), echo("a\nb: c")), (None, None));
    }

    proptest::proptest! {
        #[test]
        fn no_byte_of_a_validator_is_lost(value in proptest::collection::vec(0x80u8..=0xff, 1..40)) {
            let mut headers = HeaderMap::new();
            headers.insert(ETAG, HeaderValue::from_bytes(&value).unwrap());
            let kept = validator(&headers, ETAG).unwrap();
            let sent = echo(&kept).unwrap();
            proptest::prop_assert_eq!(sent.as_bytes(), value.as_slice());
        }
    }
}
