//! From a match to a value.

use super::super::numbers::Numbers;
use super::super::{Ground, Token};
use super::calendar::{self, Interval, Unit, dawn, dusk, plus};
use super::pattern::{Class, Found};
use super::table::{Make, Times};
use super::{Info, Tense};
use crate::message::TimePrecision;
use jiff::civil::{Date, DateTime};

/// A time as read, without its place in the text.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) kind: &'static str,
    pub(super) value: String,
    pub(super) start: Option<DateTime>,
    pub(super) end: Option<DateTime>,
    pub(super) precision: TimePrecision,
    pub(super) since: bool,
}

impl From<Interval> for Made {
    fn from(interval: Interval) -> Self {
        Self {
            kind: interval.kind,
            value: interval.value,
            start: Some(interval.start),
            end: Some(interval.end),
            precision: interval.precision,
            since: false,
        }
    }
}

impl Made {
    /// A time that is only a direction (`PAST_REF`), a set or a duration.
    pub(super) fn reference(kind: &'static str, value: &str) -> Self {
        Self {
            kind,
            value: value.to_owned(),
            start: None,
            end: None,
            precision: TimePrecision::Period,
            since: false,
        }
    }

    /// Makes it the beginning of a period that reaches to the anchor.
    pub(super) fn since(&mut self, anchor: DateTime) {
        self.since = true;
        self.precision = TimePrecision::Period;
        if self.start.is_none_or(|start| start <= anchor) {
            self.end = Some(anchor);
        }
    }
}

/// All that a value is made from.
pub(super) struct Maker<'a> {
    pub(super) ground: &'a Ground,
    pub(super) tokens: &'a [Token],
    pub(super) infos: &'a [Info],
    pub(super) numbers: &'a Numbers,
    pub(super) times: &'a Times,
    pub(super) found: &'a Found,
    pub(super) tense: Tense,
    pub(super) reference: Date,
}

impl Maker<'_> {
    /// The value, where the words make one.
    pub(super) fn value(&self, by: Make) -> Option<Made> {
        let anchor = self.ground.anchor;
        let today = anchor.date();
        match by {
            Make::Date => {
                let day = self.day_number(Class::Day, 0)?;
                Some(Interval::day(self.dated(self.month()?, day)?).into())
            }
            Make::DayRange => {
                let (first, last) =
                    (self.day_number(Class::Day, 0)?, self.day_number(Class::Day, 1)?);
                let to = self.dated(self.month()?, last)?;
                let from = Date::new(to.year(), to.month(), first).ok()?;
                let mut made = Made::from(Interval::day(from));
                made.end = Some(dusk(to)).filter(|end| *end > dawn(from));
                made.precision = TimePrecision::Period;
                Some(made)
            }
            Make::Digits => {
                let word = &self.token(Class::Digits)?.lower;
                let day = date_digits(word, self.numbers.month_first())?;
                Some(Interval::day(day).into())
            }
            Make::DayMonthDigits => {
                let (day, month) = day_month(&self.token(Class::DayMonth)?.lower)?;
                Some(Interval::day(self.yearless(month, day)?).into())
            }
            Make::Day => {
                let day = self.day_number(Class::OrdinalDay, 0)?;
                let here = Date::new(today.year(), today.month(), day).ok()?;
                let moved = match self.tense {
                    Tense::Future if here < today => Unit::Month.shift(dawn(here), 1)?.date(),
                    Tense::Past if here > today => Unit::Month.shift(dawn(here), -1)?.date(),
                    _ => here,
                };
                Some(Interval::day(moved).into())
            }
            Make::Clock => {
                let (hour, minute) = self.hour()?;
                let start = today.at(hour, minute, 0, 0);
                let value = format!("{today}T{hour:02}:{minute:02}");
                let precision = TimePrecision::Moment;
                Some(Interval { start, end: start, value, precision, kind: "TIME" }.into())
            }
            Make::NightTo => {
                let to = if let Some(at) = self.found.slot(Class::NightDay) {
                    self.weekday_of(self.infos.get(at)?.weekday?)?
                } else if let Some(day) = self.day_number(Class::Day, 0) {
                    self.dated(self.month()?, day)?
                } else if let Some(at) = self.found.slot(Class::DayWord) {
                    plus(today, i64::from(self.infos.get(at)?.day_word?))
                } else {
                    self.weekday_of(self.info(Class::Weekday)?.weekday?)?
                };
                Some(Interval::part(plus(to, -1), "NI", 20, 30).into())
            }
            Make::WeekdayPart => {
                if let Some(at) = self.found.slot(Class::WeekdayPart) {
                    let word = &self.tokens.get(at)?.lower;
                    let (day, code, from, to) = self.grown_part(word)?;
                    return Some(Interval::part(self.weekday_of(day)?, &code, from, to).into());
                }
                let day = self.weekday_of(self.info(Class::Weekday)?.weekday?)?;
                let (code, from, to) = self.info(Class::Part)?.part.clone()?;
                Some(Interval::part(day, &code, from, to).into())
            }
            Make::Weekday => {
                Some(Interval::day(self.weekday_of(self.info(Class::Weekday)?.weekday?)?).into())
            }
            Make::DayWord => {
                let offset = i64::from(self.info(Class::DayWord)?.day_word?);
                let mut day = plus(today, offset);
                let Some((code, from, to)) = self.info(Class::Part).and_then(|i| i.part.clone())
                else {
                    return Some(Interval::day(day).into());
                };
                if code == "NI" && offset == 0 && self.tense != Tense::Future {
                    day = plus(today, -1);
                }
                Some(Interval::part(day, &code, from, to).into())
            }
            Make::Part => {
                let info = self.info(Class::Part).or_else(|| self.infos.get(self.found.from));
                let (code, from, to) = info?.part.clone()?;
                let rel = self.info(Class::Rel).and_then(|i| i.rel);
                let night = code == "NI" && from >= 18;
                let mut day = match rel {
                    Some(rel) if rel < 0 => plus(today, i64::from(rel)),
                    Some(rel) if rel > 0 => plus(today, i64::from(rel)),
                    _ if night && self.tense != Tense::Future => plus(today, -1),
                    _ => today,
                };
                // What is told at noon as past did not happen in the evening to come.
                let told = anchor.hour() > 0 && self.tense == Tense::Past && rel.is_none();
                if told && !night && i64::from(from) > i64::from(anchor.hour()) {
                    day = plus(today, -1);
                }
                Some(Interval::part(day, &code, from, to).into())
            }
            Make::Ago => self.away(-1, anchor),
            Make::Ahead => self.away(1, anchor),
            Make::Earlier => self.apart(-1),
            Make::Later => self.apart(1),
            Make::SpanBack => {
                let (unit, _) = self.unit()?;
                let mut made = self.lasting()?;
                made.start = match self.count() {
                    Some(n) => unit.shift(anchor, -n),
                    None => None,
                };
                Some(made)
            }
            Make::LastUnits => {
                let (unit, _) = self.unit()?;
                // Without such a word the rule itself speaks of the past: "recent weeks".
                let rel = self.info(Class::Rel).and_then(|i| i.rel).map_or(-1, i64::from);
                let mut made = self.lasting()?;
                if rel < 0 {
                    made.end = Some(anchor);
                    made.start = self.count().and_then(|n| unit.shift(anchor, -n));
                } else if rel > 0 {
                    made.start = Some(anchor);
                    made.end = self.count().and_then(|n| unit.shift(anchor, n));
                }
                Some(made)
            }
            Make::RelUnit => {
                let (unit, _) = self.unit()?;
                let rel = i64::from(self.info(Class::Rel)?.rel?);
                Some(unit.around(unit.shift(anchor, rel)?)?.into())
            }
            Make::Month => {
                let interval = self.whole_month()?;
                Some(self.edged(interval).into())
            }
            Make::Year => {
                let interval = Interval::year(self.year()?)?;
                Some(self.edged(interval).into())
            }
            Make::EdgeUnit => {
                let (unit, _) = self.unit()?;
                let rel = self.info(Class::Rel).and_then(|i| i.rel).map_or(0, i64::from);
                let interval = unit.around(unit.shift(anchor, rel)?)?;
                Some(self.edged(interval).into())
            }
            Make::Season => self.season(),
            Make::Weekend => Some(self.weekend()),
            Make::Holiday => self.holiday(),
            Make::Decade => {
                let first = decade(&self.token(Class::Decade)?.lower)?;
                Some(Interval::decade(first)?.into())
            }
            Make::Century => {
                let n = self.day_number(Class::OrdinalDay, 0)?;
                let year = i16::from(n - 1) * 100 + 50;
                let at = dawn(Date::new(year, 6, 1).ok()?);
                Some(Unit::Century.around(at)?.into())
            }
            Make::Set => {
                let value = match (self.info(Class::SetUnit), self.unit()) {
                    (Some(info), _) if info.unit.is_none() => {
                        if info.weekday.is_some() { "P1W" } else { "P1D" }.to_owned()
                    }
                    (_, Some((unit, _))) => unit.duration(&self.count().unwrap_or(1).to_string()),
                    _ => "P1W".to_owned(),
                };
                Some(Made::reference("SET", &value))
            }
            Make::Duration => self.lasting(),
        }
    }

    fn token(&self, class: Class) -> Option<&Token> {
        self.tokens.get(self.found.slot(class)?)
    }

    fn info(&self, class: Class) -> Option<&Info> {
        self.infos.get(self.found.slot(class)?)
    }

    /// The value of a number token as a day of the month.
    fn day_number(&self, class: Class, n: usize) -> Option<i8> {
        let at = self.found.nth(class, n)?;
        let word = &self.tokens.get(at)?.lower;
        let value = self.infos.get(at)?.number.or_else(|| self.numbers.ordinal(word))?;
        i8::try_from(value).ok()
    }

    fn month(&self) -> Option<i8> {
        i8::try_from(self.info(Class::Month)?.month?).ok()
    }

    fn year(&self) -> Option<i16> {
        let at = self.found.slot(Class::Year).or_else(|| self.found.slot(Class::BareYear))?;
        i16::try_from(self.infos.get(at)?.number?).ok()
    }

    /// The count, none where it is vague or missing.
    fn count(&self) -> Option<i64> {
        let info = self.info(Class::N)?;
        if info.vague {
            return None;
        }
        i64::try_from(info.number?).ok().filter(|n| *n <= 1_000_000)
    }

    fn unit(&self) -> Option<(Unit, bool)> {
        [Class::Unit, Class::Units, Class::Unit1, Class::SetUnit]
            .into_iter()
            .find_map(|class| self.info(class)?.unit)
    }

    /// A day of a month, of the year that is stated or else meant.
    fn dated(&self, month: i8, day: i8) -> Option<Date> {
        match self.year() {
            Some(year) => Date::new(year, month, day).ok(),
            None => self.yearless(month, day),
        }
    }

    /// The year that is meant: the past one in the past, the coming one in the future, else the
    /// nearest.
    fn yearless(&self, month: i8, day: i8) -> Option<Date> {
        let today = self.ground.anchor.date();
        let years = [today.year() - 1, today.year(), today.year() + 1];
        let dates = years.into_iter().filter_map(|y| Date::new(y, month, day).ok());
        let distance = |d: &Date| calendar::days_between(today, *d).abs();
        match self.tense {
            Tense::Past => dates.filter(|d| *d <= today).max(),
            Tense::Future => dates.filter(|d| *d >= today).min(),
            Tense::Unknown => dates.min_by_key(distance),
        }
    }

    fn whole_month(&self) -> Option<Interval> {
        let month = self.month()?;
        let today = self.ground.anchor.date();
        let year = match (self.year(), self.info(Class::Rel).and_then(|i| i.rel)) {
            (Some(year), _) => year,
            (None, Some(rel)) if self.found.slot(Class::Unit1).is_some() => {
                today.year() + i16::from(rel)
            }
            (None, Some(rel)) => {
                let here = month.cmp(&today.month());
                match (rel, here) {
                    (..=-1, std::cmp::Ordering::Less)
                    | (0, _)
                    | (1.., std::cmp::Ordering::Greater) => today.year(),
                    (..=-1, _) => today.year() - 1,
                    (1.., _) => today.year() + 1,
                }
            }
            (None, None) => {
                let months = |y: i16| {
                    i32::from(y - today.year()) * 12 + i32::from(month) - i32::from(today.month())
                };
                let years = [today.year() - 1, today.year(), today.year() + 1];
                match self.tense {
                    Tense::Past => years.into_iter().filter(|y| months(*y) <= 0).max(),
                    Tense::Future => years.into_iter().filter(|y| months(*y) >= 0).min(),
                    Tense::Unknown => years.into_iter().min_by_key(|y| months(*y).abs()),
                }?
            }
        };
        Interval::month(year, month)
    }

    fn edged(&self, interval: Interval) -> Interval {
        match self.info(Class::Edge).and_then(|i| i.edge) {
            Some(edge) => interval.edge(edge),
            None => interval,
        }
    }

    /// The day that a weekday means: the last one or today, after future words the next one or
    /// today; "vergangen" is before today, "nächst" after it.
    fn weekday_of(&self, day: u8) -> Option<Date> {
        let today = self.ground.anchor.date();
        let wanted = calendar::weekday(day)?;
        let ahead = i64::from(today.weekday().until(wanted));
        let back = i64::from(today.weekday().since(wanted));
        let rel = self.info(Class::Rel).and_then(|i| i.rel);
        Some(match (rel, self.tense) {
            (Some(..=-1), _) => plus(today, -(if back == 0 { 7 } else { back })),
            (Some(1..), _) => plus(today, if ahead == 0 { 7 } else { ahead }),
            (_, Tense::Future) => plus(today, ahead),
            _ => plus(today, -back),
        })
    }

    fn grown_part(&self, word: &str) -> Option<(u8, String, u8, u8)> {
        let (day, part) = self.times.weekday_part(word)?;
        let (code, from, to) = self.times.table.parts.get(part)?;
        Some((day, code.clone(), *from, *to))
    }

    /// "vor zehn Jahren", "in zwei Tagen".
    fn away(&self, sign: i64, from: DateTime) -> Option<Made> {
        let (unit, _) = self.unit()?;
        let n = match self.info(Class::N) {
            Some(_) => self.count(),
            None => Some(1),
        };
        let Some(n) = n else {
            let mut made =
                Made::reference("DATE", if sign < 0 { "PAST_REF" } else { "FUTURE_REF" });
            if sign < 0 {
                made.end = Some(self.ground.anchor);
            } else {
                made.start = Some(self.ground.anchor);
            }
            return Some(made);
        };
        Some(unit.around(unit.shift(from, sign.checked_mul(n)?)?)?.into())
    }

    /// "zwei Tage zuvor": from the day last spoken of.
    fn apart(&self, sign: i64) -> Option<Made> {
        let from = dawn(self.reference);
        match self.unit() {
            Some(_) => self.away(sign, from),
            None => Some(Interval::day(plus(self.reference, sign)).into()),
        }
    }

    fn lasting(&self) -> Option<Made> {
        let (unit, _) = self.unit()?;
        let n = self.count().map_or_else(|| "X".to_owned(), |n| n.to_string());
        Some(Made::reference("DURATION", &unit.duration(&n)))
    }

    fn hour(&self) -> Option<(i8, i8)> {
        let slot = self.found.slot(Class::Clock);
        let at = slot.or_else(|| self.found.slot(Class::ClockMinutes))?;
        let word = &self.tokens.get(at)?.lower;
        let spoken = || {
            let n = self.infos.get(at)?.number?;
            Some((i8::try_from(n).ok()?, 0))
        };
        let (mut hour, mut minute) = clock(word).or_else(spoken)?;
        if let Some(extra) = self.found.slot(Class::Minute) {
            minute = i8::try_from(self.infos.get(extra)?.number?).ok()?;
        }
        let words = self.tokens.get(self.found.from..self.found.to).unwrap_or_default();
        let has = |list: &[&str]| {
            words.iter().any(|t| {
                list.contains(&t.lower.as_str())
                    || list.iter().any(|l| {
                        t.lower.ends_with(l) && t.lower.starts_with(|c: char| c.is_ascii_digit())
                    })
            })
        };
        if has(&["p.m", "pm"]) && hour < 12 {
            hour += 12;
        } else if has(&["a.m", "am"]) && hour == 12 {
            hour = 0;
        }
        if hour == 24 {
            hour = 0;
        }
        Some((hour, minute))
    }

    fn season(&self) -> Option<Made> {
        let code = self.info(Class::Season)?.season.clone()?;
        let today = self.ground.anchor.date();
        let (first, last) = match code.as_str() {
            "SP" => (3, 5),
            "SU" => (6, 8),
            "FA" => (9, 11),
            _ => (12, 2),
        };
        let rel = self.info(Class::Rel).and_then(|i| i.rel).unwrap_or(0);
        let year = if let Some(year) = self.year() {
            year
        } else {
            let ahead = first > today.month() && (self.tense == Tense::Past || rel < 0);
            let over =
                last < today.month() && first < 12 && (self.tense == Tense::Future || rel > 0);
            today.year() - i16::from(ahead) + i16::from(over)
        };
        let from = Date::new(year, first, 1).ok()?;
        let end_year = if first == 12 { year + 1 } else { year };
        let to = Date::new(end_year, last, 1).ok()?.last_of_month();
        let value = format!("{year:04}-{code}");
        Some(Interval::days(from, to, value, TimePrecision::Period).into())
    }

    fn weekend(&self) -> Made {
        let today = self.ground.anchor.date();
        let here = Interval::weekend(today);
        let inside = here.start.date() <= today;
        let rel = self.info(Class::Rel).and_then(|i| i.rel);
        let weeks = match (rel, self.tense) {
            (Some(..=-1), _) => -1,
            (Some(1..), _) => i64::from(inside),
            (_, Tense::Past) if !inside => -1,
            _ => 0,
        };
        Interval::weekend(plus(today, weeks * 7)).into()
    }

    fn holiday(&self) -> Option<Made> {
        let rule = self.info(Class::Holiday)?.holiday.clone()?;
        let today = self.ground.anchor.date();
        if let Some((month, day)) = rule.split_once('-').filter(|(m, _)| !m.is_empty()) {
            let day = self.dated(month.parse().ok()?, day.parse().ok()?)?;
            return Some(Interval::day(day).into());
        }
        let offset: i64 = rule.parse().ok()?;
        let of = |year: i16| calendar::easter(year).map(|e| plus(e, offset));
        let day = if let Some(year) = self.year() {
            of(year)
        } else {
            let years = [today.year() - 1, today.year(), today.year() + 1];
            let days = years.into_iter().filter_map(of);
            match self.tense {
                Tense::Past => days.filter(|d| *d <= today).max(),
                Tense::Future => days.filter(|d| *d >= today).min(),
                Tense::Unknown => days.min_by_key(|d| calendar::days_between(today, *d).abs()),
            }
        }?;
        Some(Interval::day(day).into())
    }
}

/// "9", "9.30", "21:30", "21h30", "9pm": hour and minute.
pub(super) fn clock(word: &str) -> Option<(i8, i8)> {
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
