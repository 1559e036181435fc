//! Dates as feeds write them: RFC 3339, RFC 2822, and everything between and beside.
//!
//! A date that cannot be read stays raw; nothing here ever answers with the present time.

use super::DateFault;
use crate::message::Timestamp;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Longest text that is taken for a date, in bytes.
const MAX_LENGTH: usize = 120;
/// 1995-01-01T00:00:00Z: before it there was no feed, so an earlier date is an accident.
const EARLIEST: i64 = 788_918_400;
/// How far after the fetch a date may lie: clocks and zones are wrong by hours, not by weeks.
const SLACK_SECONDS: i64 = 2 * 86_400;

/// What a word of a date means.
#[derive(Clone, Copy)]
enum Meaning {
    Month(i8),
    Zone(i32),
}

/// The table `dates.tsv`.
static WORDS: LazyLock<HashMap<&'static str, Meaning>> = LazyLock::new(|| {
    let mut words = HashMap::new();
    for line in include_str!("dates.tsv").lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let (kind, value, names) = (columns.next(), columns.next(), columns.next());
        let meaning = match (kind, value.map(str::parse::<i32>)) {
            (Some("month"), Some(Ok(n))) => i8::try_from(n).ok().map(Meaning::Month),
            (Some("zone"), Some(Ok(n))) => Some(Meaning::Zone(n)),
            _ => None,
        };
        if let Some(meaning) = meaning {
            words.extend(names.unwrap_or_default().split(' ').map(|name| (name, meaning)));
        }
    }
    words
});

/// Reads a date. Before 1995, or more than two days after `fetched`, it is implausible. Without a
/// zone it is UTC.
///
/// # Errors
/// Why it says no time.
pub fn read(raw: &str, fetched: Option<Timestamp>) -> Result<Timestamp, DateFault> {
    let second = second(raw.trim()).ok_or(DateFault::Unreadable)?;
    let latest = fetched.map_or(i64::MAX, |t| t.as_second().saturating_add(SLACK_SECONDS));
    let plausible = (EARLIEST..=latest).contains(&second);
    plausible.then(|| Timestamp::from_second(second)).ok_or(DateFault::Implausible)
}

fn second(raw: &str) -> Option<i64> {
    if raw.is_empty() || raw.len() > MAX_LENGTH {
        return None;
    }
    unix(raw)
        .or_else(|| raw.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second))
        .or_else(|| Reading::of(raw)?.second())
}

/// Unix time in seconds or milliseconds, also with a fraction or after an `@`.
fn unix(raw: &str) -> Option<i64> {
    let raw = raw.strip_prefix('@').unwrap_or(raw);
    let raw = match raw.split_once('.') {
        Some((whole, rest)) if whole.len() >= 9 && rest.bytes().all(|b| b.is_ascii_digit()) => {
            whole
        }
        _ => raw,
    };
    if !raw.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = raw.parse().ok()?;
    match raw.len() {
        9..=10 => Some(number),
        12..=13 => Some(number / 1000),
        _ => None,
    }
}

/// A piece of a date.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Piece<'a> {
    Number(&'a str),
    Word(&'a str),
    Sign(char),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let kind = |c: char| {
            if c.is_ascii_digit() { 0 } else { 1 + u8::from(!c.is_alphabetic()) }
        };
        let length = match kind(c) {
            2 => c.len_utf8(),
            k => rest.find(|c| kind(c) != k).unwrap_or(rest.len()),
        };
        let (piece, tail) = rest.split_at_checked(length).unwrap_or((rest, ""));
        match kind(c) {
            0 => out.push(Piece::Number(piece)),
            1 => out.push(Piece::Word(piece)),
            _ if c.is_whitespace() => {}
            _ => out.push(Piece::Sign(c)),
        }
        rest = tail;
    }
    out
}

/// What was read so far.
#[derive(Default)]
struct Reading {
    /// The day was written as 20261102.
    compact: bool,
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    time: Option<(i8, i8, i8)>,
    afternoon: Option<bool>,
    offset: Option<i32>,
    named_zone: Option<i32>,
}

impl Reading {
    fn of(raw: &str) -> Option<Self> {
        use Piece::{Number as N, Sign as S, Word as W};
        let lower = raw.to_lowercase();
        let all = pieces(&lower);
        let mut reading = Self::default();
        let mut at = all.as_slice();
        while let Some((first, tail)) = at.split_first() {
            at = match at {
                // Times: 10:00, 10:00:05, 10:00:05.123, 14h30.
                [N(h), S(':'), N(m), S(':'), N(s), rest @ ..] if reading.time.is_none() => {
                    reading.set_time(h, m, s)?;
                    match rest {
                        [S('.' | ','), N(_), rest @ ..] => rest,
                        _ => rest,
                    }
                }
                [N(h), S(':') | W("h"), N(m), rest @ ..] if reading.time.is_none() => {
                    reading.set_time(h, m, "0")?;
                    rest
                }
                // 10 AM, 10pm, 10.00 Uhr.
                [N(h), W("am" | "pm"), ..] if reading.time.is_none() => {
                    reading.set_time(h, "0", "0")?;
                    tail
                }
                [N(h), S('.'), N(m), W("uhr"), rest @ ..] if reading.time.is_none() => {
                    reading.set_time(h, m, "0")?;
                    rest
                }
                // Offsets come after the time.
                [S(sign @ ('+' | '-')), N(h), S(':'), N(m), rest @ ..]
                    if reading.time.is_some() && h.len() <= 2 =>
                {
                    reading.set_offset(*sign, h, m)?;
                    rest
                }
                [S(sign @ ('+' | '-')), N(n), rest @ ..] if reading.time.is_some() => {
                    let (h, m) =
                        if n.len() > 2 { n.split_at_checked(n.len() - 2)? } else { (*n, "0") };
                    reading.set_offset(*sign, h, m)?;
                    rest
                }
                // Whole days.
                [N(year), S(one @ ('-' | '/' | '.')), N(m), S(two), N(d), rest @ ..]
                    if year.len() == 4 && one == two && reading.year.is_none() =>
                {
                    reading.set_day(year, m, d)?;
                    rest
                }
                [N(d), S('.'), N(m), S('.'), N(y), rest @ ..] if reading.year.is_none() => {
                    reading.set_day(y, m, d)?;
                    rest
                }
                [N(a), S(one @ ('/' | '-')), N(b), S(two), N(year), rest @ ..]
                    if one == two && reading.year.is_none() =>
                {
                    let (day, month) = day_first(a, b)?;
                    reading.set_day(year, month, day)?;
                    rest
                }
                [N(n), W("년" | "年"), rest @ ..] => {
                    reading.year = Some(year(n)?);
                    rest
                }
                [N(n), W("월" | "月"), rest @ ..] => {
                    reading.month = n.parse().ok();
                    rest
                }
                [N(n), W("일" | "日"), rest @ ..] => {
                    reading.day = n.parse().ok();
                    rest
                }
                [N(n), rest @ ..] if n.len() == 8 && reading.year.is_none() => {
                    reading.set_day(n.get(..4)?, n.get(4..6)?, n.get(6..)?)?;
                    reading.compact = true;
                    rest
                }
                // Times without colons come after such a day only.
                [N(n), rest @ ..] if n.len() == 6 && reading.compact && reading.time.is_none() => {
                    reading.set_time(n.get(..2)?, n.get(2..4)?, n.get(4..)?)?;
                    rest
                }
                [N(n), rest @ ..] if n.len() == 14 && reading.year.is_none() => {
                    reading.set_day(n.get(..4)?, n.get(4..6)?, n.get(6..8)?)?;
                    reading.set_time(n.get(8..10)?, n.get(10..12)?, n.get(12..)?)?;
                    rest
                }
                _ => {
                    reading.take(*first, tail)?;
                    tail
                }
            };
        }
        Some(reading)
    }

    /// A piece that says something by itself.
    fn take(&mut self, piece: Piece<'_>, next: &[Piece<'_>]) -> Option<()> {
        match piece {
            Piece::Number(n) if n.len() == 4 && self.year.is_none() => self.year = Some(year(n)?),
            Piece::Number(n) if n.len() <= 2 && self.day.is_none() => self.day = n.parse().ok(),
            Piece::Number(n) if n.len() <= 2 && self.year.is_none() => self.year = Some(year(n)?),
            Piece::Word("am") => self.afternoon = Some(false),
            Piece::Word("pm") => self.afternoon = Some(true),
            Piece::Word(w @ ("a" | "p"))
                if matches!(next, [Piece::Sign('.'), Piece::Word("m"), ..]) =>
            {
                self.afternoon = Some(w == "p");
            }
            Piece::Word(word) => match WORDS.get(word) {
                // The last one wins: "mar., 3 nov." begins with a weekday.
                Some(Meaning::Month(month)) => self.month = Some(*month),
                Some(Meaning::Zone(minutes)) if self.time.is_some() => {
                    self.named_zone = Some(*minutes);
                }
                _ => {}
            },
            _ => {}
        }
        Some(())
    }

    fn set_time(&mut self, h: &str, m: &str, s: &str) -> Option<()> {
        // Second 60 is a leap second.
        let second = s.parse::<i8>().ok()?.min(59);
        self.time = Some((h.parse().ok()?, m.parse().ok()?, second));
        Some(())
    }

    fn set_day(&mut self, y: &str, m: &str, d: &str) -> Option<()> {
        (self.year, self.month, self.day) = (Some(year(y)?), m.parse().ok(), d.parse().ok());
        Some(())
    }

    fn set_offset(&mut self, sign: char, h: &str, m: &str) -> Option<()> {
        let minutes = h.parse::<i32>().ok()?.checked_mul(60)?.checked_add(m.parse().ok()?)?;
        if minutes > 15 * 60 {
            return None;
        }
        self.offset = Some(if sign == '-' { -minutes } else { minutes });
        Some(())
    }

    fn second(&self) -> Option<i64> {
        let (mut hour, minute, second) = self.time.unwrap_or_default();
        match self.afternoon {
            Some(true) if hour < 12 => hour += 12,
            Some(false) if hour == 12 => hour = 0,
            _ => {}
        }
        // The end of a day (ISO 8601) is the start of the next.
        let next_day = (hour, minute, second) == (24, 0, 0);
        if next_day {
            hour = 0;
        }
        let date = jiff::civil::Date::new(self.year?, self.month?, self.day?).ok()?;
        let time = jiff::civil::Time::new(hour, minute, second, 0).ok()?;
        let utc = date.to_datetime(time).to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        let east = self.offset.or(self.named_zone).unwrap_or(0);
        let day_more = if next_day { 86_400 } else { 0 };
        Some(utc.timestamp().as_second() + day_more - i64::from(east) * 60)
    }
}

/// A year of four digits, or of two (as RFC 2822 section 4.3 reads them).
fn year(digits: &str) -> Option<i16> {
    let number: i16 = digits.parse().ok()?;
    match digits.len() {
        4 => Some(number),
        2 if number < 50 => Some(2000 + number),
        2 => Some(1900 + number),
        _ => None,
    }
}

/// Which of `3/11` is the day: only where one of them cannot be a month. A guess would be wrong
/// half of the time, and a raw date is better than a wrong one.
fn day_first<'a>(a: &'a str, b: &'a str) -> Option<(&'a str, &'a str)> {
    let (x, y) = (a.parse::<u8>().ok()?, b.parse::<u8>().ok()?);
    match (x > 12, y > 12) {
        (true, false) => Some((a, b)),
        (false, true) => Some((b, a)),
        (false, false) if x == y => Some((a, b)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table `cases/dates.tsv`.
    #[test]
    fn every_form_found_in_the_wild_says_what_the_table_says() {
        let fetched = Some(Timestamp::from_second(1_795_435_200));
        let mut wrong = Vec::new();
        for line in include_str!("cases/dates.tsv").lines().filter(|l| !l.starts_with('#')) {
            let (expected, raw) = line.split_once('\t').unwrap();
            let found = match read(raw, fetched) {
                Ok(time) => time.to_string(),
                Err(DateFault::Unreadable) => "unreadable".into(),
                Err(DateFault::Implausible) => "implausible".into(),
            };
            if found != expected {
                wrong.push(format!("{raw:?}: {found}, not {expected}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn without_a_fetch_nothing_is_too_late() {
        assert!(read("2126-11-02T10:00:00Z", None).is_ok());
    }

    proptest::proptest! {
        #[test]
        fn never_panics(raw in "\\PC{0,60}", digits in "[0-9 :.,/+TZ-]{0,40}") {
            let _ = (read(&raw, None), read(&digits, None));
        }
    }
}
