//! Texts with days left open, and how a language says a day.

use crate::message::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

/// Furthest day that a text may name, counted from the day of the start.
const FURTHEST_DAY: i64 = 366;

/// How a language says a day.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Names of the days, Monday first.
    weekdays: [String; 7],
    /// Names of the months.
    months: [String; 12],
    /// Day and month: `{day}`, `{month}`.
    date: String,
    /// Publication line: as `date`, with `{year}` and `{time}`.
    stamp: String,
    /// How the first day of a month is written, where it is special.
    first: Option<String>,
}

impl Words {
    fn weekday(&self, date: Date) -> &str {
        let index = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or_default();
        self.weekdays.get(index).map_or("", String::as_str)
    }

    fn date(&self, pattern: &str, date: Date) -> String {
        let index = usize::try_from(date.month() - 1).unwrap_or_default();
        let month = self.months.get(index).map_or("", String::as_str);
        let day = match &self.first {
            Some(first) if date.day() == 1 => first.clone(),
            _ => date.day().to_string(),
        };
        pattern.replace("{day}", &day).replace("{month}", month)
    }

    /// A moment as the publication line of a page gives it, in UTC.
    pub(super) fn stamp(&self, moment: Timestamp) -> String {
        let second = moment.as_second().rem_euclid(86_400);
        self.date(&self.stamp, moment.date())
            .replace("{year}", &moment.date().year().to_string())
            .replace("{time}", &format!("{:02}:{:02}", second / 3_600, second / 60 % 60))
    }
}

/// A text in which days are left open: `{weekday:-1}`, `{date:-1}`, `{year:-10}`.
///
/// The number counts days (years for `year`) from the day on which the demo starts; a day is never
/// in the future.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Words(String),
    Weekday(i64),
    Date(i64),
    Year(i64),
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let Some((inner, behind)) = after.split_once('}') else {
                return Err(format!("{{ without }} before {after:?}"));
            };
            if !before.is_empty() {
                pieces.push(Piece::Words(before.to_owned()));
            }
            pieces.push(placeholder(inner)?);
            rest = behind;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Words(rest.to_owned()));
        }
        Ok(Self(pieces))
    }
}

fn placeholder(inner: &str) -> Result<Piece, String> {
    let wrong = || format!("{{{inner}}} is not {{weekday:-N}}, {{date:-N}} or {{year:-N}}");
    let (name, offset) = inner.split_once(':').ok_or_else(wrong)?;
    let offset: i64 = offset.parse().map_err(|_| wrong())?;
    if !(-FURTHEST_DAY..=0).contains(&offset) {
        return Err(format!("{{{inner}}} is not within {FURTHEST_DAY} and 0 back"));
    }
    match name {
        // A bare weekday means the latest one: further back it would name another day.
        "weekday" if offset > -7 => Ok(Piece::Weekday(offset)),
        "date" => Ok(Piece::Date(offset)),
        "year" => Ok(Piece::Year(offset)),
        _ => Err(wrong()),
    }
}

impl Template {
    /// The text on the day of a start.
    pub(super) fn fill(&self, words: &Words, start: Date) -> String {
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Words(words) => text.push_str(words),
                Piece::Weekday(offset) => text.push_str(words.weekday(day(start, *offset))),
                Piece::Date(offset) => text.push_str(&words.date(&words.date, day(start, *offset))),
                Piece::Year(offset) => {
                    text.push_str(&(i64::from(start.year()) + offset).to_string());
                }
            }
        }
        text
    }
}

fn day(start: Date, offset: i64) -> Date {
    start.saturating_add(jiff::SignedDuration::from_hours(offset * 24))
}
