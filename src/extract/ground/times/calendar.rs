//! Days, weeks, months: intervals and their TIMEX3 values.

use crate::message::TimePrecision;
use jiff::civil::{Date, DateTime, Time, Weekday, date};
use jiff::{Span, Unit as Step};

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Weekend,
    Month,
    Quarter,
    Half,
    Year,
    Decade,
    Century,
}

impl Unit {
    /// The unit of a code in a list, and whether the word is a plural.
    pub(super) fn of(code: &str) -> Option<(Self, bool)> {
        let (plural, code) = match code.strip_prefix('+') {
            Some(rest) => (true, rest),
            None => (false, code),
        };
        let unit = match code {
            "S" => Self::Second,
            "M" => Self::Minute,
            "H" => Self::Hour,
            "D" => Self::Day,
            "W" => Self::Week,
            "WE" => Self::Weekend,
            "Mo" => Self::Month,
            "Q" => Self::Quarter,
            "H2" => Self::Half,
            "Y" => Self::Year,
            "DE" => Self::Decade,
            "CE" => Self::Century,
            _ => return None,
        };
        Some((unit, plural))
    }

    /// TIMEX3 duration: `P2W`, `PT3H`, `PXY`.
    pub(super) fn duration(self, n: &str) -> String {
        match self {
            Self::Second => format!("PT{n}S"),
            Self::Minute => format!("PT{n}M"),
            Self::Hour => format!("PT{n}H"),
            Self::Day => format!("P{n}D"),
            Self::Week => format!("P{n}W"),
            Self::Weekend => format!("P{n}WE"),
            Self::Month => format!("P{n}M"),
            Self::Quarter => format!("P{n}Q"),
            Self::Half => format!("P{n}H"),
            Self::Year => format!("P{n}Y"),
            Self::Decade => format!("P{n}DE"),
            Self::Century => format!("P{n}CE"),
        }
    }

    /// `n` units from a moment; none beyond the calendar.
    pub(super) fn shift(self, from: DateTime, n: i64) -> Option<DateTime> {
        let span = Span::new();
        let span = match self {
            Self::Second => span.try_seconds(n),
            Self::Minute => span.try_minutes(n),
            Self::Hour => span.try_hours(n),
            Self::Day => span.try_days(n),
            Self::Week | Self::Weekend => span.try_weeks(n),
            Self::Month => span.try_months(n),
            Self::Quarter => span.try_months(n.checked_mul(3)?),
            Self::Half => span.try_months(n.checked_mul(6)?),
            Self::Year => span.try_years(n),
            Self::Decade => span.try_years(n.checked_mul(10)?),
            Self::Century => span.try_years(n.checked_mul(100)?),
        };
        from.checked_add(span.ok()?).ok()
    }

    /// The n-th quarter, half or week of a year; none for other units.
    pub(super) fn of_year(self, year: i16, n: i8) -> Option<Interval> {
        let months = match self {
            Self::Quarter if (1..=4).contains(&n) => 3,
            Self::Half if (1..=2).contains(&n) => 6,
            Self::Month if (1..=12).contains(&n) => 1,
            Self::Week => {
                let first = Date::new(year, 1, 4).ok()?;
                return Some(Interval::week(plus(first, (i64::from(n) - 1) * 7)));
            }
            _ => return None,
        };
        let month = (n - 1) * months + 1;
        self.around(dawn(Date::new(year, month, 1).ok()?))
    }

    /// The unit of the calendar that a moment lies in.
    pub(super) fn around(self, at: DateTime) -> Option<Interval> {
        let day = at.date();
        Some(match self {
            Self::Second | Self::Minute | Self::Hour => {
                Interval::moment(at.round(Step::Minute).ok()?)
            }
            Self::Day => Interval::day(day),
            Self::Week => Interval::week(day),
            Self::Weekend => Interval::weekend(day),
            Self::Month => Interval::month(day.year(), day.month())?,
            Self::Quarter => {
                let quarter = (day.month() - 1) / 3;
                let first = date(day.year(), quarter * 3 + 1, 1);
                let last = Interval::month(day.year(), quarter * 3 + 3)?.end.date();
                Interval::days(
                    first,
                    last,
                    format!("{:04}-Q{}", day.year(), quarter + 1),
                    TimePrecision::Period,
                )
            }
            Self::Half => {
                let half = (day.month() - 1) / 6;
                let last = Interval::month(day.year(), half * 6 + 6)?.end.date();
                Interval::days(
                    date(day.year(), half * 6 + 1, 1),
                    last,
                    format!("{:04}-H{}", day.year(), half + 1),
                    TimePrecision::Period,
                )
            }
            Self::Year => Interval::year(day.year())?,
            Self::Decade => Interval::decade(day.year().div_euclid(10) * 10)?,
            Self::Century => {
                let century = day.year().div_euclid(100);
                Interval::days(
                    Date::new(century * 100, 1, 1).ok()?,
                    Date::new(century * 100 + 99, 12, 31).ok()?,
                    format!("{century:02}"),
                    TimePrecision::Period,
                )
            }
        })
    }
}

/// A stretch of time with its TIMEX3 value.
#[derive(Debug, Clone)]
pub(super) struct Interval {
    pub(super) start: DateTime,
    pub(super) end: DateTime,
    pub(super) value: String,
    pub(super) precision: TimePrecision,
    /// TIMEX3 type.
    pub(super) kind: &'static str,
}

/// First moment of a day.
pub(super) fn dawn(day: Date) -> DateTime {
    day.to_datetime(Time::midnight())
}

/// Last second of a day.
pub(super) fn dusk(day: Date) -> DateTime {
    day.at(23, 59, 59, 0)
}

impl Interval {
    pub(super) fn days(first: Date, last: Date, value: String, precision: TimePrecision) -> Self {
        Self { start: dawn(first), end: dusk(last), value, precision, kind: "DATE" }
    }

    /// A minute.
    pub(super) fn moment(at: DateTime) -> Self {
        let value = format!("{}T{:02}:{:02}", at.date(), at.hour(), at.minute());
        Self { start: at, end: at, value, precision: TimePrecision::Moment, kind: "TIME" }
    }

    pub(super) fn day(day: Date) -> Self {
        Self::days(day, day, day.to_string(), TimePrecision::Day)
    }

    pub(super) fn week(day: Date) -> Self {
        let iso = day.iso_week_date();
        let first = plus(day, -i64::from(day.weekday().to_monday_zero_offset()));
        let value = format!("{:04}-W{:02}", iso.year(), iso.week());
        Self::days(first, plus(first, 6), value, TimePrecision::Week)
    }

    /// The weekend of the week that the day lies in.
    pub(super) fn weekend(day: Date) -> Self {
        let week = Self::week(day);
        let saturday = plus(week.start.date(), 5);
        let value = format!("{}-WE", week.value);
        Self::days(saturday, plus(saturday, 1), value, TimePrecision::Days)
    }

    pub(super) fn month(year: i16, month: i8) -> Option<Self> {
        let first = Date::new(year, month, 1).ok()?;
        let value = format!("{year:04}-{month:02}");
        Some(Self::days(first, first.last_of_month(), value, TimePrecision::Month))
    }

    pub(super) fn year(year: i16) -> Option<Self> {
        let (first, last) = (Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?);
        Some(Self::days(first, last, format!("{year:04}"), TimePrecision::Year))
    }

    pub(super) fn decade(first: i16) -> Option<Self> {
        let (from, to) = (Date::new(first, 1, 1).ok()?, Date::new(first + 9, 12, 31).ok()?);
        let value = format!("{:03}", first.div_euclid(10));
        Some(Self::days(from, to, value, TimePrecision::Period))
    }

    /// First, middle or last part of the interval; the value stays.
    pub(super) fn edge(mut self, edge: u8) -> Self {
        let (first, last) = (self.start.date(), self.end.date());
        let days = days_between(first, last) + 1;
        let third = (days / 3).max(1);
        match edge {
            1 => self.end = dusk(plus(first, third - 1)),
            2 => {
                self.start = dawn(plus(first, third));
                self.end = dusk(plus(last, -third));
            }
            _ => self.start = dawn(plus(last, 1 - third)),
        }
        self.precision = TimePrecision::Period;
        self
    }

    /// A part of a day by its TIMEX3 code and hours; hours over 24 lie in the next day.
    pub(super) fn part(day: Date, code: &str, from: u8, to: u8) -> Self {
        let at = |hour: u8| {
            let hours = i64::from(hour);
            Unit::Hour.shift(dawn(day), hours).unwrap_or(dawn(day))
        };
        let end = at(to).checked_sub(Span::new().seconds(1)).unwrap_or(at(to));
        Self {
            start: at(from),
            end,
            value: format!("{day}T{code}"),
            precision: TimePrecision::PartOfDay,
            kind: "TIME",
        }
    }
}

/// A day `n` days later; the same day at the ends of the calendar.
pub(super) fn plus(day: Date, n: i64) -> Date {
    Span::new().try_days(n).ok().and_then(|span| day.checked_add(span).ok()).unwrap_or(day)
}

/// Days from `a` to `b`.
pub(super) fn days_between(a: Date, b: Date) -> i64 {
    a.until(b).map_or(0, |span| i64::from(span.get_days()))
}

/// Weekday of a number from 1, Monday, to 7.
pub(super) fn weekday(n: u8) -> Option<Weekday> {
    Weekday::from_monday_one_offset(i8::try_from(n).ok()?).ok()
}

/// Easter Sunday (the Gregorian computus of Meeus, Jones and Butcher).
#[allow(clippy::many_single_char_names)] // the names of the published algorithm
pub(super) fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (b - (b + 8) / 25 + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let l = (32 + 2 * e + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Date::new(year, i8::try_from(n / 31).ok()?, i8::try_from(n % 31 + 1).ok()?).ok()
}
