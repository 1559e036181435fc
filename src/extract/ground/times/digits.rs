//! Dates and times of day in digits.

use jiff::civil::Date;

/// "9", "9.30", "21:30", "21h30", "9pm": hour and minute.
pub(super) fn clock(word: &str) -> Option<(i8, i8)> {
    if !word.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let word = word.trim_end_matches("pm").trim_end_matches("am").trim_end_matches('h');
    let (hour, minute) = match word.split_once([':', '.', 'h']) {
        Some((hour, minute)) if minute.len() == 2 => (hour, minute),
        Some(_) => return None,
        None => (word, "0"),
    };
    let (hour, minute): (i8, i8) = (hour.parse().ok()?, minute.parse().ok()?);
    let valid = (0..24).contains(&hour) && (0..60).contains(&minute);
    (valid || (hour == 24 && minute == 0)).then_some((hour, minute))
}

/// "7.10.2023", "07.10.23", "2023-10-07", "10/7/2023".
pub(super) fn date_digits(word: &str, month_first: bool) -> Option<Date> {
    let parts: Vec<&str> = word.split(['.', '-', '/']).collect();
    let [a, b, c] = parts.as_slice() else { return None };
    let number = |s: &str| s.parse::<i16>().ok();
    if a.len() == 4 {
        return Date::new(
            number(a)?,
            i8::try_from(number(b)?).ok()?,
            i8::try_from(number(c)?).ok()?,
        )
        .ok();
    }
    if a.len() > 2 || b.len() > 2 || !matches!(c.len(), 2 | 4) {
        return None;
    }
    let year = match c.len() {
        4 => number(c)?,
        _ => number(c).map(|y| if y < 60 { 2000 + y } else { 1900 + y })?,
    };
    let (day, month) = if month_first { (b, a) } else { (a, b) };
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

/// "XIX", "XIXe": a Roman numeral, with the ending of an ordinal, up to 39.
pub(super) fn roman(word: &str) -> Option<u64> {
    let word = word.trim_end_matches(['e', 'ᵉ']);
    if word.is_empty() || word.len() > 7 {
        return None;
    }
    let mut sum = 0;
    let mut last = 0;
    for c in word.chars().rev() {
        let value: u64 = match c {
            'i' => 1,
            'v' => 5,
            'x' => 10,
            _ => return None,
        };
        if value < last {
            sum -= value;
        } else {
            sum += value;
            last = value;
        }
    }
    Some(sum).filter(|n| (1..40).contains(n))
}

/// "3.10": day and month.
pub(super) fn day_month(word: &str) -> Option<(i8, i8)> {
    let (day, month) = word.split_once('.')?;
    if day.len() > 2 || month.len() > 2 {
        return None;
    }
    let (day, month): (i8, i8) = (day.parse().ok()?, month.parse().ok()?);
    ((1..=31).contains(&day) && (1..=12).contains(&month)).then_some((day, month))
}

/// "1990er", "90er", "1990s": first year of the decade.
pub(super) fn decade(word: &str) -> Option<i16> {
    if !word.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let digits = word
        .trim_end_matches("er-jahren")
        .trim_end_matches("er-jahre")
        .trim_end_matches("er")
        .trim_end_matches('s')
        .trim_end_matches('\'');
    if digits == word {
        return None;
    }
    let value: i16 = digits.parse().ok().filter(|v| v % 10 == 0)?;
    match digits.len() {
        4 => Some(value).filter(|v| (1000..=2090).contains(v)),
        2 => Some(1900 + value),
        _ => None,
    }
}
