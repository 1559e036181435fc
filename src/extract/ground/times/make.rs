//! From a match to a value.

use super::super::numbers::Numbers;
use super::super::{Ground, Token};
use super::calendar::{Interval, Unit, dawn, dusk, plus};
use super::digits::{date_digits, day_month, roman};
use super::pattern::{Class, Found};
use super::table::{Make, Times};
use super::tense::Tense;
use super::words::Info;
use crate::message::TimePrecision;
use jiff::civil::{Date, DateTime};
use std::sync::Arc;

/// A time as read, without its place in the text.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) kind: &'static str,
    pub(super) value: String,
    pub(super) start: Option<DateTime>,
    pub(super) end: Option<DateTime>,
    pub(super) precision: TimePrecision,
    pub(super) since: bool,
    /// First token and value of the stretch that the time is told by.
    pub(super) stretch: Option<(usize, String)>,
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
            stretch: None,
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
            stretch: None,
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
    pub(super) infos: &'a [Arc<Info>],
    pub(super) numbers: &'a Numbers,
    pub(super) times: &'a Times,
    pub(super) found: &'a Found,
    pub(super) tense: Tense,
    /// The day last spoken of, where one was.
    pub(super) reference: Option<Date>,
    /// The day on which something began, where one was told.
    pub(super) begun: Option<Date>,
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
                self.found.nth(Class::Day, 1)?;
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
                let at = today.at(hour, minute, 0, 0);
                // What is told at noon as past did not happen in the evening to come.
                let told = anchor.hour() > 0 && self.tense == Tense::Past && at > anchor;
                Some(Interval::moment(plus(today, -i64::from(told)).to_datetime(at.time())).into())
            }
            Make::NightTo => {
                let to = if let Some(at) = self.found.slot(Class::NightDay) {
                    self.weekday_of(self.infos.get(at)?.weekday?)?
                } else if let Some(day) =
                    self.day_number(Class::Day, 1).or_else(|| self.day_number(Class::Day, 0))
                {
                    self.dated(self.month()?, day)?
                } else if let Some(at) = self.found.slot(Class::DayWord) {
                    plus(today, i64::from(self.infos.get(at)?.day_word?))
                } else {
                    self.weekday_of(self.info(Class::Weekday)?.weekday?)?
                };
                Some(Interval::part(plus(to, -1), "NI", 20, 30).into())
            }
            Make::NightOf => {
                let day = self.dated(self.month()?, self.day_number(Class::Day, 0)?)?;
                Some(Interval::part(day, "NI", 20, 30).into())
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
                let info = self
                    .info(Class::Part)
                    .or_else(|| Some(self.infos.get(self.found.from)?.as_ref()));
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
                if told && !night && i64::from(from) >= i64::from(anchor.hour()) {
                    day = plus(today, -1);
                }
                Some(Interval::part(day, &code, from, to).into())
            }
            Make::Ago => self.away(-1, anchor),
            Make::UnitsAgo => {
                Some(Made { end: Some(anchor), ..Made::reference("DATE", "PAST_REF") })
            }
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
                let first = match self.info(Class::Decade).and_then(|i| i.decade) {
                    Some(first) => first,
                    None => match i16::try_from(self.info(Class::DecadeNumber)?.number?).ok()? {
                        short @ 0..=90 => 1900 + short,
                        long => long,
                    },
                };
                Some(Interval::decade(first)?.into())
            }
            Make::Century => {
                let n = self.day_number(Class::Ordinal, 0).filter(|n| *n > 0)?;
                let year = i16::from(n - 1) * 100 + 50;
                let at = dawn(Date::new(year, 6, 1).ok()?);
                Some(Unit::Century.around(at)?.into())
            }
            Make::Set => {
                let value = match (self.info(Class::SetUnit), self.unit()) {
                    (Some(info), _) if info.unit.is_none() => {
                        match (info.weekday, &info.part, info.month) {
                            (Some(day), _, _) => format!("XXXX-WXX-{day}"),
                            (_, Some((code, _, _)), _) => format!("XXXX-XX-XXT{code}"),
                            (_, _, Some(month)) => format!("XXXX-{month:02}"),
                            _ => "P1D".to_owned(),
                        }
                    }
                    (_, Some((unit, _))) => unit.duration(&self.count().unwrap_or(1).to_string()),
                    _ => {
                        let word = &self.token(Class::WeekdaySet)?.lower;
                        let day = self.times.table.weekdays.get(word)? % 100;
                        format!("XXXX-WXX-{day}")
                    }
                };
                Some(Made::reference("SET", &value))
            }
            Make::Duration => self.lasting(),
            Make::HalfHour => {
                let (hour, _) = self.hour()?;
                let hour = if hour == 0 { 23 } else { hour - 1 };
                Some(Interval::moment(today.at(hour, 30, 0, 0)).into())
            }
            Make::OfWeek => {
                let rel = i64::from(self.info(Class::Rel)?.rel?);
                let week = Interval::week(plus(today, rel * 7)).start.date();
                let day = i64::from(self.info(Class::Weekday)?.weekday?);
                Some(Interval::day(plus(week, day - 1)).into())
            }
            Make::PartOfYear => {
                let n = self.day_number(Class::Ordinal, 0)?;
                let unit = self.info(Class::YearPart)?.year_part?;
                let year = self.year().unwrap_or(today.year());
                Some(unit.of_year(year, n)?.into())
            }
            Make::UnitWord => {
                let (unit, n) = self.info(Class::UnitWord)?.unit_word?;
                Some(unit.around(unit.shift(anchor, i64::from(n))?)?.into())
            }
            Make::DateNumbers => {
                let day = self.day_number(Class::Day, 0)?;
                let month = self.day_number(Class::MonthNumber, 0)?;
                Some(Interval::day(self.dated(month, day)?).into())
            }
            Make::CountedWeek => {
                let n = self.day_number(Class::Ordinal, 0).filter(|n| *n > 0)?;
                let from = self.begun.and_then(|day| Unit::Week.shift(dawn(day), i64::from(n) - 1));
                Some(match from {
                    Some(at) => Unit::Week.around(at)?.into(),
                    None => Made::reference("DATE", "XXXX-WXX"),
                })
            }
            Make::None => None,
        }
    }

    pub(super) fn token(&self, class: Class) -> Option<&Token> {
        self.tokens.get(self.found.slot(class)?)
    }

    pub(super) fn info(&self, class: Class) -> Option<&Info> {
        self.infos.get(self.found.slot(class)?).map(Arc::as_ref)
    }

    /// The value of a number token as a day of the month.
    pub(super) fn day_number(&self, class: Class, n: usize) -> Option<i8> {
        let at = self.found.nth(class, n)?;
        let word = &self.tokens.get(at)?.lower;
        let number = self.infos.get(at)?.number.or_else(|| self.numbers.ordinal(word));
        let value = number.or_else(|| roman(word))?;
        i8::try_from(value).ok()
    }

    pub(super) fn month(&self) -> Option<i8> {
        let info = self.info(Class::Month).or_else(|| self.info(Class::EdgeMonth))?;
        i8::try_from(info.month?).ok()
    }

    pub(super) fn year(&self) -> Option<i16> {
        let at = self.found.slot(Class::Year).or_else(|| self.found.slot(Class::BareYear))?;
        i16::try_from(self.infos.get(at)?.number?).ok()
    }

    /// The count, none where it is vague or missing.
    pub(super) fn count(&self) -> Option<i64> {
        let info = self.info(Class::N)?;
        if info.vague {
            return None;
        }
        i64::try_from(info.number?).ok().filter(|n| *n <= 1_000_000)
    }

    pub(super) fn unit(&self) -> Option<(Unit, bool)> {
        [Class::Unit, Class::Units, Class::Unit1, Class::SetUnit]
            .into_iter()
            .find_map(|class| self.info(class)?.unit)
    }
}
