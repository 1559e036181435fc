//! Headers of an answer that say when to come again.

use reqwest::header::{AGE, CACHE_CONTROL, DATE, EXPIRES, HeaderMap, HeaderName, RETRY_AFTER};
use std::time::{Duration, SystemTime};

/// Longest time that a server may ask for; what is longer is taken for a mistake.
pub(super) const MAX_WAIT: Duration = Duration::from_hours(24);
/// Longest freshness that is believed.
const MAX_FRESH: Duration = Duration::from_hours(30 * 24);

/// A header's value as text, byte for byte; none where it is no UTF-8 and could not be echoed.
pub(super) fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let value = headers.get(name)?;
    String::from_utf8(value.as_bytes().to_vec()).ok().filter(|v| !v.is_empty())
}

/// `Retry-After` (RFC 9110 section 10.2.3): seconds, or a date; a day at most.
pub(super) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = text(headers, RETRY_AFTER)?;
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds).min(MAX_WAIT));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    Some(until.duration_since(now).unwrap_or_default().min(MAX_WAIT))
}

/// How long the answer stays fresh (RFC 9111 section 4.2): `max-age` less `Age`, else `Expires`
/// less `Date`.
pub(super) fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let directives = text(headers, CACHE_CONTROL).unwrap_or_default().to_ascii_lowercase();
    let mut fresh = None;
    for directive in directives.split(',').map(str::trim) {
        match directive.split_once('=').unwrap_or((directive, "")) {
            ("no-cache" | "no-store", _) => return None,
            ("max-age", value) => fresh = value.trim_matches('"').parse::<u64>().ok(),
            _ => {}
        }
    }
    if let Some(seconds) = fresh {
        let age = text(headers, AGE).and_then(|a| a.trim().parse::<u64>().ok()).unwrap_or(0);
        return Some(Duration::from_secs(seconds.saturating_sub(age)).min(MAX_FRESH));
    }
    let date = |name| httpdate::parse_http_date(text(headers, name)?.trim()).ok();
    Some(date(EXPIRES)?.duration_since(date(DATE)?).ok()?.min(MAX_FRESH))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(k, v)| (HeaderName::from_static(k), v.parse().unwrap())).collect()
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = httpdate::parse_http_date("Mon, 02 Nov 2026 10:00:00 GMT").unwrap();
        let of = |value| retry_after(&map(&[("retry-after", value)]), now);
        assert_eq!(of("120"), Some(Duration::from_mins(2)));
        assert_eq!(of("Mon, 02 Nov 2026 10:05:00 GMT"), Some(Duration::from_mins(5)));
        assert_eq!(of("Mon, 02 Nov 2026 09:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(of("18446744073709551615"), Some(MAX_WAIT));
        assert_eq!((of("bald"), of("-5")), (None, None));
    }

    #[test]
    fn freshness_is_max_age_or_expires() {
        let seconds = |pairs: &[_]| max_age(&map(pairs)).map(|d| d.as_secs());
        assert_eq!(seconds(&[("cache-control", "public, max-age=600"), ("age", "100")]), Some(500));
        assert_eq!(seconds(&[("cache-control", "no-cache, max-age=600")]), None);
        let dates = [
            ("date", "Mon, 02 Nov 2026 10:00:00 GMT"),
            ("expires", "Mon, 02 Nov 2026 10:10:00 GMT"),
        ];
        assert_eq!(seconds(&dates), Some(600));
        assert_eq!(seconds(&[("expires", "0")]), None);
    }
}
