//! What the times of a sentence give each other: hours their day, the two ends of a range.

use super::super::{TimeMention, Token};
use super::calendar::{Unit, days_between};
use super::table::Times;
use crate::message::TimePrecision;
use jiff::civil::Date;

/// Gives "gegen 21 Uhr" and "am Abend" the day that the sentence names, else the one that was
/// named before it; the day that was named last.
pub(super) fn anchor_hours(times: &mut [TimeMention], carried: Option<Date>) -> Option<Date> {
    let hourly = |t: &TimeMention| [".clock", ".part"].iter().any(|r| t.rule.ends_with(r));
    let days: Vec<(usize, Date)> = times
        .iter()
        .filter(|t| !t.since && t.start.is_some())
        .filter(|t| match t.timex_type {
            "DATE" => t.precision == TimePrecision::Day,
            "TIME" => !hourly(t),
            _ => false,
        })
        .filter_map(|t| Some((t.span.start, t.value.get(..10)?.parse().ok()?)))
        .collect();
    for time in times.iter_mut() {
        if time.timex_type != "TIME" || !hourly(time) {
            continue;
        }
        let at = time.span.start;
        let before = days.iter().rev().find(|(s, _)| *s < at);
        let near = days.iter().find(|(s, _)| *s > at && *s < at + 40);
        let Some(day) = before.or(near).map(|(_, day)| *day).or(carried) else { continue };
        let Some(told) = time.value.get(..10).and_then(|d| d.parse::<Date>().ok()) else {
            continue;
        };
        let shift = days_between(told, day);
        let moved = |t: jiff::civil::DateTime| Unit::Day.shift(t, shift).unwrap_or(t);
        time.start = time.start.map(moved);
        time.end = time.end.map(moved);
        if let (Some(start), Some((_, hour))) = (time.start, time.value.split_once('T')) {
            time.value = format!("{}T{hour}", start.date());
        }
    }
    days.last().map(|(_, day)| *day).or(carried)
}

/// "vom 3. bis zum 5. Oktober": the first of two times gets the interval of both.
pub(super) fn ranges(times: &Times, tokens: &[Token], mine: &mut [TimeMention]) {
    for i in 1..mine.len() {
        let (Some(a), Some(b)) = (mine.get(i - 1), mine.get(i)) else { continue };
        let after = tokens.partition_point(|t| t.span.start < a.span.end);
        let Some((end, ())) = times.range_joins.at(tokens, after) else { continue };
        if tokens.get(end).is_none_or(|t| t.span.start != b.span.start) {
            continue;
        }
        let first = tokens.partition_point(|t| t.span.start < a.span.start);
        let led = times.range_leads.before(tokens, first).is_some();
        let alone = tokens.get(after).is_some_and(|t| !times.lone_and(&t.lower));
        let (from, to) = (a.start, b.end);
        let alike = a.timex_type == b.timex_type;
        let rising = matches!((from, to), (Some(f), Some(t)) if f < t);
        if (led || alone)
            && alike
            && rising
            && let Some(a) = mine.get_mut(i - 1)
        {
            a.end = to;
            a.precision = TimePrecision::Period;
        }
    }
}
