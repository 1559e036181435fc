//! Dates as pages write them, to UTC.
//!
//! A time without a zone is taken in the outlet's zone where that is known, else as UTC; a day
//! without a time as its midnight in UTC: the page does not say more. Years before 1980 and after 2100 are mistakes or placeholders.

use crate::message::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use regex::Regex;
use std::sync::LazyLock;

/// Longest text that can be a date.
const LONGEST: usize = 64;

/// Reads a date in ISO 8601 (also in its sloppy forms), RFC 2822, seconds or milliseconds since
/// 1970, or day.month.year with an optional time.
pub(super) fn read(text: &str, zone: Option<&TimeZone>) -> Option<Timestamp> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    let found = iso(text, zone)
        .or_else(|| rfc2822(text))
        .or_else(|| epoch(text))
        .or_else(|| dotted(text, zone))?;
    (1980..=2100).contains(&found.date().year()).then_some(found)
}

/// A day in a path: "/2023/11/22/" or "-2023-11-22.".
static PATH_DAY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^0-9])([0-9]{4})[/_-]([0-9]{1,2})[/_-]([0-9]{1,2})(?:[^0-9]|$)").ok()
});

/// The day in the path of an address, as `/2023/11/22/` or `-2023-11-22`.
pub(super) fn in_url(url: &str) -> Option<Timestamp> {
    let path = url.split(['?', '#']).next()?;
    PATH_DAY.as_ref()?.captures_iter(path).find_map(|found| {
        let part = |n| found.get(n).map(|m| m.as_str());
        read(&format!("{}-{:0>2}-{:0>2}", part(1)?, part(2)?, part(3)?), None)
    })
}

pub(super) fn local(moment: DateTime, zone: Option<&TimeZone>) -> Option<Timestamp> {
    let zone = zone.cloned().unwrap_or(TimeZone::UTC);
    moment.to_zoned(zone).ok().map(|z| z.timestamp().into())
}

/// A day's midnight in UTC.
pub(super) fn day(date: Date) -> Option<Timestamp> {
    local(date.to_datetime(jiff::civil::Time::midnight()), None)
}

fn iso(text: &str, zone: Option<&TimeZone>) -> Option<Timestamp> {
    if !text.starts_with(|c: char| c.is_ascii_digit())
        || !text.get(4..5).is_some_and(|s| s == "-" || s == "/")
    {
        return None;
    }
    let mut s: String = text.split('[').next().unwrap_or(text).trim().replace('/', "-");
    if s.get(10..11) == Some(" ") {
        s.replace_range(10..11, "T");
    }
    for (word, zone) in [(" UTC", "Z"), (" GMT", "Z"), (" Z", "Z"), (" +", "+"), (" -", "-")] {
        s = s.replace(word, zone);
    }
    if let Ok(moment) = s.parse::<jiff::Timestamp>() {
        return Some(moment.into());
    }
    // A day alone reads as a moment too.
    if s.len() > 10
        && let Ok(moment) = s.parse::<DateTime>()
    {
        return local(moment, zone);
    }
    // What follows the day is no time: then the day is all that is known.
    day(s.get(..10)?.parse().ok()?)
}

fn rfc2822(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::parse(text).ok().map(|z| z.timestamp().into())
}

fn epoch(text: &str) -> Option<Timestamp> {
    let value: i64 = text.parse().ok()?;
    match text.len() {
        9 | 10 => Some(Timestamp::from_second(value)),
        12 | 13 => Some(Timestamp::from_second(value / 1000)),
        // 20231122
        8 => day(Date::new(
            i16::try_from(value / 10_000).ok()?,
            i8::try_from(value / 100 % 100).ok()?,
            i8::try_from(value % 100).ok()?,
        )
        .ok()?),
        _ => None,
    }
}

/// "22.11.2023", "22.11.2023, 06:30 Uhr", "22.11.2023 - 06:30:15".
fn dotted(text: &str, zone: Option<&TimeZone>) -> Option<Timestamp> {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty());
    let mut next = || numbers.next()?.parse::<i16>().ok();
    if !text.starts_with(|c: char| c.is_ascii_digit()) || text.split('.').count() < 3 {
        return None;
    }
    let (day, month, year) = (next()?, next()?, next()?);
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    match (next(), next()) {
        (Some(hour), Some(minute)) => {
            let time =
                jiff::civil::Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0);
            local(date.to_datetime(time.ok()?), zone)
        }
        _ => self::day(date),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_notations_are_read_to_utc() {
        for (text, expected) in [
            ("2023-11-22T06:30:00+01:00", "2023-11-22T05:30:00Z"),
            ("2023-11-22T06:30:00+0100", "2023-11-22T05:30:00Z"),
            ("2023-11-22T06:30+01:00", "2023-11-22T05:30:00Z"),
            ("2023-11-22T05:30:00.123Z", "2023-11-22T05:30:00Z"),
            ("2023-11-22 06:30:00 +0100", "2023-11-22T05:30:00Z"),
            ("2023-11-22 06:30:00 UTC", "2023-11-22T06:30:00Z"),
            ("2023-11-22T06:30:00+01:00[Europe/Berlin]", "2023-11-22T05:30:00Z"),
            ("2023-11-22T06:30:00", "2023-11-22T06:30:00Z"),
            ("2023-11-22 06:30", "2023-11-22T06:30:00Z"),
            ("2023/11/22", "2023-11-22T00:00:00Z"),
            ("2023-11-22", "2023-11-22T00:00:00Z"),
            ("20231122", "2023-11-22T00:00:00Z"),
            ("Wed, 22 Nov 2023 06:30:00 +0100", "2023-11-22T05:30:00Z"),
            ("Wed, 22 Nov 2023 06:30:00 GMT", "2023-11-22T06:30:00Z"),
            ("1700631000", "2023-11-22T05:30:00Z"),
            ("1700631000000", "2023-11-22T05:30:00Z"),
            ("22.11.2023", "2023-11-22T00:00:00Z"),
            ("22.11.2023, 06:30 Uhr", "2023-11-22T06:30:00Z"),
        ] {
            assert_eq!(
                read(text, None).map(|t| t.to_string()).as_deref(),
                Some(expected),
                "{text}"
            );
        }
    }

    #[test]
    fn times_without_a_zone_are_the_outlets() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        for (text, expected) in [
            ("2023-11-22T06:30:00", "2023-11-22T05:30:00Z"),
            ("2023-07-22 06:30", "2023-07-22T04:30:00Z"),
            ("22.11.2023, 06:30 Uhr", "2023-11-22T05:30:00Z"),
            ("2023-11-22T06:30:00Z", "2023-11-22T06:30:00Z"),
            ("2023-11-22", "2023-11-22T00:00:00Z"),
        ] {
            let found = read(text, Some(&berlin)).map(|t| t.to_string());
            assert_eq!(found.as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in
            ["", "gestern", "0001-01-01T00:00:00Z", "2023-13-40", "99.99.2023", "1970-01-01", "12"]
        {
            assert_eq!(read(text, None), None, "{text}");
        }
    }

    #[test]
    fn addresses_carry_days() {
        let day = |url| in_url(url).map(|t| t.date().to_string());
        assert_eq!(day("https://x.org/2023/11/22/ort").as_deref(), Some("2023-11-22"));
        assert_eq!(day("https://x.org/a-2023-1-5.html").as_deref(), Some("2023-01-05"));
        assert_eq!(day("https://x.org/2023/11/ort-22"), None);
        assert_eq!(day("https://x.org/1234567/1/2"), None);
    }
}
