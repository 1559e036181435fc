//! Days, months, seasons and hours that the words of a pattern mean.

use super::calendar::{self, Interval, dawn, plus};
use super::digits::clock;
use super::make::{Made, Maker};
use super::pattern::Class;
use super::tense::Tense;
use crate::message::TimePrecision;
use jiff::civil::{Date, DateTime};

/// Days beyond which a coming day is told with its year.
const FAR_AHEAD: i64 = 300;

impl Maker<'_> {
    /// A day of a month, of the year that is stated or else meant.
    pub(super) fn dated(&self, month: i8, day: i8) -> Option<Date> {
        match self.year() {
            Some(year) => Date::new(year, month, day).ok(),
            None => self.yearless(month, day),
        }
    }

    /// The year that is meant: the past one in the past, the coming one in the future, else the
    /// nearest.
    pub(super) fn yearless(&self, month: i8, day: i8) -> Option<Date> {
        let today = self.ground.anchor.date();
        let years = [today.year() - 1, today.year(), today.year() + 1];
        let dates = years.into_iter().filter_map(|y| Date::new(y, month, day).ok());
        let distance = |d: &Date| calendar::days_between(today, *d).abs();
        match self.tense {
            Tense::Past => dates.filter(|d| *d <= today).max(),
            // "Am 21. Dezember soll er ...", told in January, is no day of the next winter.
            Tense::Future => {
                let (near, next) =
                    (dates.clone().min_by_key(distance), dates.filter(|d| *d >= today).min());
                next.filter(|d| distance(d) <= FAR_AHEAD).or(near)
            }
            Tense::Unknown => dates.min_by_key(distance),
        }
    }

    pub(super) fn whole_month(&self) -> Option<Interval> {
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

    pub(super) fn edged(&self, interval: Interval) -> Interval {
        let info = self.info(Class::Edge).or_else(|| self.info(Class::EdgeMonth));
        match info.and_then(|i| i.edge) {
            Some(edge) => interval.edge(edge),
            None => interval,
        }
    }

    /// The day that a weekday means: the last one or today, after future words the next one or
    /// today; "vergangen" is before today, "nächst" after it.
    pub(super) fn weekday_of(&self, day: u8) -> Option<Date> {
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

    pub(super) fn grown_part(&self, word: &str) -> Option<(u8, String, u8, u8)> {
        let (day, part) = self.times.weekday_part(word)?;
        let (code, from, to) = self.times.table.parts.get(part)?;
        Some((day, code.clone(), *from, *to))
    }

    /// "vor zehn Jahren", "in zwei Tagen".
    pub(super) fn away(&self, sign: i64, from: DateTime) -> Option<Made> {
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
    pub(super) fn apart(&self, sign: i64) -> Option<Made> {
        let day = self.reference.unwrap_or(self.ground.anchor.date());
        let made = match self.unit() {
            Some(_) => self.away(sign, dawn(day))?,
            None => Interval::day(plus(day, sign)).into(),
        };
        // "Drei Tage später starb er", and no word of what it was later than.
        let untold = self.reference.is_none()
            && self.tense == Tense::Past
            && made.start.is_some_and(|start| start > self.ground.anchor);
        Some(if untold { Made::reference("DATE", "XXXX-XX-XX") } else { made })
    }

    /// First token and value of the count and its unit.
    pub(super) fn stretch(&self) -> Option<(usize, String)> {
        let (unit, _) = self.unit()?;
        let n = self.count().map_or_else(|| "X".to_owned(), |n| n.to_string());
        let first = self.found.slot(Class::N).or_else(|| self.found.slot(Class::Units))?;
        Some((first, unit.duration(&n)))
    }

    pub(super) fn lasting(&self) -> Option<Made> {
        let (unit, _) = self.unit()?;
        let n = self.count().map_or_else(|| "X".to_owned(), |n| n.to_string());
        Some(Made::reference("DURATION", &unit.duration(&n)))
    }

    pub(super) fn hour(&self) -> Option<(i8, i8)> {
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
        let late =
            self.info(Class::Part).and_then(|i| i.part.as_ref()).is_some_and(|(code, ..)| {
                matches!(code.as_str(), "AF" | "EV") || code == "NI" && hour > 5
            });
        if (late || has(&["p.m", "pm"])) && hour < 12 {
            hour += 12;
        } else if has(&["a.m", "am"]) && hour == 12 {
            hour = 0;
        }
        if hour == 24 {
            hour = 0;
        }
        Some((hour, minute))
    }

    pub(super) fn season(&self) -> Option<Made> {
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

    pub(super) fn weekend(&self) -> Made {
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

    pub(super) fn holiday(&self) -> Option<Made> {
        let rule = if self.found.slot(Class::Holiday).is_some() {
            self.info(Class::Holiday)?.holiday.clone()?
        } else {
            self.times.holidays.at(self.tokens, self.found.from)?.1.clone()
        };
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
