//! Dates in the visible text around a headline: the last resort, where the markup states none.
//!
//! Month names, zone abbreviations and the words around them are `dates.toml`.

use super::date;
use super::render::{Block, Shape};
use crate::message::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use regex::{Captures, Regex};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Words of the longest line that is taken for a dateline.
const LINE_WORDS: usize = 25;
/// Letters that a line of nothing but a date may have beside it.
const OTHER_LETTERS: usize = 24;
/// Blocks after the headline, and before it, in which the date is looked for.
const AFTER: usize = 12;
const BEFORE: usize = 4;

#[derive(Debug, Default, Deserialize)]
struct Table {
    months: HashMap<String, i8>,
    zones: HashMap<String, f64>,
    words: Words,
}

#[derive(Debug, Default, Deserialize)]
struct Words {
    change: Vec<String>,
    other: Vec<String>,
}

/// The table is part of the program; a test reads it.
static TABLE: LazyLock<Table> =
    LazyLock::new(|| toml::from_str(include_str!("dates.toml")).unwrap_or_default());

/// The notations of a day; which groups are day, month and year.
static DAYS: LazyLock<Vec<(Regex, [usize; 3])>> = LazyLock::new(|| {
    [
        (r"(?i)\b([0-9]{1,2})(?:\.|º|er|st|nd|rd|th)?\s+(?:de\s+|of\s+)?([^\W\d_]{3,10})\.?,?\s+(?:de\s+|del\s+)?([0-9]{4})\b", [1, 2, 3]),
        (r"(?i)\b([^\W\d_]{3,10})\.?\s+([0-9]{1,2})(?:st|nd|rd|th)?,?\s+([0-9]{4})\b", [2, 1, 3]),
        (r"\b([0-9]{4})-([0-9]{2})-([0-9]{2})(?:\b|T)", [3, 2, 1]),
        (r"\b([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})\b", [1, 2, 3]),
    ]
    .into_iter()
    .filter_map(|(pattern, groups)| Some((Regex::new(pattern).ok()?, groups)))
    .collect()
});

static TIME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b([0-9]{1,2})(?:[:.h]| h )([0-9]{2})(?::[0-9]{2})?(?:\s?([ap])\.?m\b\.?)?(?:\s*uhr)?(?:\s*\(?([a-z]{2,4})\b)?").ok()
});

/// A date in a line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    /// The moment; midnight UTC when only the day is known.
    pub(super) at: Timestamp,
    /// The line tells of a change, not of the publication.
    pub(super) change: bool,
    /// Letters of the line that are not the date's.
    other: usize,
}

/// The first date of a short line.
///
/// `english` tells how to read "04/05/2024": there as no date, elsewhere as the 4th of May.
pub(super) fn in_line(line: &str, zone: Option<&TimeZone>, english: bool) -> Option<Found> {
    if line.len() > 400 || line.split_whitespace().count() > LINE_WORDS {
        return None;
    }
    let (date, range) = DAYS.iter().find_map(|(pattern, groups)| {
        pattern
            .captures_iter(line)
            .find_map(|found| Some((day(&found, groups, english)?, found.get(0)?.range())))
    })?;
    if !(1980..=2100).contains(&date.year()) {
        return None;
    }
    let (before, after) = (line.get(..range.start)?, line.get(range.end..)?);
    // The time stands after the day, less often before it.
    let time = time(after).or_else(|| time(before));
    let at = match time {
        Some((time, stated)) => {
            date::local(DateTime::from_parts(date, time), stated.as_ref().or(zone))?
        }
        None => date::day(date)?,
    };
    let lower = line.to_lowercase();
    if TABLE.words.other.iter().any(|word| lower.contains(&**word)) {
        return None;
    }
    let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
    Some(Found {
        at,
        change: TABLE.words.change.iter().any(|word| lower.contains(&**word)),
        other: letters(before) + letters(after),
    })
}

fn day(found: &Captures<'_>, groups: &[usize; 3], english: bool) -> Option<Date> {
    let [day, month, year] = groups.map(|group| found.get(group).map_or("", |m| m.as_str()));
    let named =
        month.parse::<i8>().ok().or_else(|| TABLE.months.get(&month.to_lowercase()).copied())?;
    let day: i8 = day.parse().ok()?;
    let slashes = found.get(0).is_some_and(|m| m.as_str().contains('/'));
    if slashes && english && day <= 12 && named <= 12 && day != named {
        return None;
    }
    // In English the month may come first even in figures.
    let (day, named) = if slashes && english && named > 12 { (named, day) } else { (day, named) };
    Date::new(year.parse().ok()?, named, day).ok()
}

fn time(text: &str) -> Option<(Time, Option<TimeZone>)> {
    let found = TIME.as_ref()?.captures(text)?;
    let number = |group| found.get(group)?.as_str().parse::<i8>().ok();
    let (mut hour, minute) = (number(1)?, number(2)?);
    match found.get(3).map(|m| m.as_str().to_ascii_lowercase()).as_deref() {
        Some("p") if hour < 12 => hour += 12,
        Some("a") if hour == 12 => hour = 0,
        _ => {}
    }
    let zone = found
        .get(4)
        .and_then(|name| TABLE.zones.get(&name.as_str().to_lowercase()))
        .and_then(|hours| {
            #[allow(clippy::cast_possible_truncation)] // a table of half hours
            let seconds = (hours * 3600.0) as i32;
            Offset::from_seconds(seconds).ok()
        })
        .map(TimeZone::fixed);
    Some((Time::new(hour, minute, 0, 0).ok()?, zone))
}

/// Whether a line is a date and hardly anything else, as "Stand: 22.11.2023, 06:30 Uhr".
pub(super) fn is_date_line(line: &str) -> bool {
    let sentence = line.trim_end().ends_with(['!', '?', '“', '"'])
        || line.trim_end().strip_suffix('.').is_some_and(|l| !l.ends_with("Uhr"));
    !sentence && in_line(line, None, false).is_some_and(|found| found.other <= OTHER_LETTERS)
}

/// The dates of publication and change near the headline.
pub(super) fn near_headline(
    blocks: &[Block],
    title: &str,
    zone: Option<&TimeZone>,
    lang: Option<&str>,
) -> (Option<Timestamp>, Option<Timestamp>) {
    let english = lang.is_some_and(|lang| lang.starts_with("en"));
    let headline = blocks
        .iter()
        .position(|block| block.shape == Shape::Heading && block.text == title)
        .or_else(|| blocks.iter().position(|block| block.shape == Shape::Heading));
    let Some(at) = headline else { return (None, None) };
    let (mut published, mut modified) = (None, None);
    let after = blocks.iter().skip(at + 1).take(AFTER);
    let before = blocks.iter().take(at).rev().take(BEFORE);
    for block in after.chain(before).filter(|block| !block.is_link()) {
        let Some(found) = in_line(&block.text, zone, english) else { continue };
        let slot = if found.change { &mut modified } else { &mut published };
        if slot.is_none() {
            *slot = Some(found.at);
        }
    }
    (published, modified)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datelines_are_read_in_four_languages() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        for (line, expected) in [
            ("22. November 2023, 06:30 Uhr", "2023-11-22T05:30:00Z"),
            ("Mittwoch, 22. November 2023", "2023-11-22T00:00:00Z"),
            ("Von Ada Beispiel | 22.11.2023 | 06.30 Uhr", "2023-11-22T05:30:00Z"),
            ("3. Jänner 2024", "2024-01-03T00:00:00Z"),
            ("November 22, 2023 6:30 p.m. EST", "2023-11-22T23:30:00Z"),
            ("Published 22 Nov 2023 06:30 GMT", "2023-11-22T06:30:00Z"),
            ("06:30 GMT, 22nd November 2023", "2023-11-22T06:30:00Z"),
            ("Publié le 22 novembre 2023 à 06h30", "2023-11-22T05:30:00Z"),
            ("Publié le 1er août 2023", "2023-08-01T00:00:00Z"),
            ("22 de noviembre de 2023 - 06:30", "2023-11-22T05:30:00Z"),
            ("Publicado: 22/11/2023", "2023-11-22T00:00:00Z"),
        ] {
            let found = in_line(line, Some(&berlin), false).map(|f| f.at.to_string());
            assert_eq!(found.as_deref(), Some(expected), "{line}");
        }
    }

    #[test]
    fn what_is_ambiguous_or_no_dateline_is_left() {
        assert_eq!(in_line("04/05/2024", None, true), None);
        assert!(in_line("04/25/2024", None, true).is_some());
        for line in [
            "Am 45. Mai 2024",
            "12 Menschen 2023",
            "© 1. Mai 2024 Tages-Post",
            "geboren am 1. Mai 1990",
            "",
        ] {
            assert_eq!(in_line(line, None, false), None, "{line}");
        }
        assert!(is_date_line("Stand: 22.11.2023, 06:30 Uhr"));
        assert!(!is_date_line("Am 22. November 2023 starben zwei Menschen."));
    }

    #[test]
    fn changes_are_told_from_publication() {
        let html = "<p>1. Mai 2020</p><h1>Titel</h1><p>Aktualisiert am 3. Mai 2024, 10:00 Uhr</p><p>2. Mai 2024</p>";
        let blocks = super::super::render::blocks(html);
        let (published, modified) = near_headline(&blocks, "Titel", None, Some("de"));
        assert_eq!(published.unwrap().to_string(), "2024-05-02T00:00:00Z");
        assert_eq!(modified.unwrap().to_string(), "2024-05-03T10:00:00Z");
    }

    #[test]
    fn the_table_reads() {
        let table: Table = toml::from_str(include_str!("dates.toml")).unwrap();
        assert!(table.months.values().all(|month| (1..=12).contains(month)));
        assert!(table.zones.values().all(|hours| hours.abs() <= 14.0));
    }
}
