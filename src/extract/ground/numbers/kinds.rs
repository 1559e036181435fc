//! What a number measures, by its neighbours.

use super::super::{Ground, NumberKind, Span, TimeMention, Token, TokenKind};
use super::table::Numbers;
use std::ops::Range;

/// Kind of digits joined by colons or stops: a clock time, a score, a date.
pub(super) fn joined_digits(raw: &str) -> NumberKind {
    let Some((head, tail)) = raw.split_once(':') else { return NumberKind::Date };
    let hour = head.parse::<u32>().is_ok_and(|h| h < 25);
    if hour && tail.len() >= 2 { NumberKind::Clock } else { NumberKind::Score }
}

/// Kind of the number in tokens `from..to`, if its neighbours say so.
pub(super) fn of(
    ground: &Ground,
    numbers: &Numbers,
    from: usize,
    to: usize,
    sentence: Range<usize>,
    times: &[TimeMention],
) -> Option<NumberKind> {
    let tokens = &ground.tokens;
    let first = tokens.get(from)?;
    let last = tokens.get(to.checked_sub(1)?)?;
    let unit = unit(ground, numbers, to, sentence.end);
    let lead = numbers.leads.before(tokens, from).filter(|(start, _)| *start >= sentence.start);
    if let Some((_, NumberKind::Money)) = lead {
        return Some(NumberKind::Money);
    }
    if let Some((_, NumberKind::Age)) = unit {
        return Some(NumberKind::Age);
    }
    if let Some((_, NumberKind::Age | NumberKind::Magnitude)) = lead {
        return lead.map(|(_, kind)| *kind);
    }
    let digits = first.kind == TokenKind::Number;
    if digits && apposed_age(ground, from, to, unit.as_ref()) {
        return Some(NumberKind::Age);
    }
    let inside = inside(times, Span { start: first.span.start, end: last.span.end });
    match (unit, inside) {
        (Some((_, NumberKind::Duration | NumberKind::Clock)), Some(_)) => {
            return unit.map(|(_, kind)| kind);
        }
        (_, Some("TIME")) => return Some(NumberKind::Clock),
        (_, Some("DURATION" | "SET")) => return Some(NumberKind::Duration),
        (_, Some(_)) => return Some(NumberKind::Date),
        _ => {}
    }
    if let Some((_, kind)) = unit {
        return Some(kind);
    }
    if let Some((_, kind)) = lead {
        // "zwei" after "Gruppe" is a count; digits are a name.
        if *kind != NumberKind::Label || digits {
            // "auf der A 7 brannte", but "a 7 people".
            let noun = |t: &Token| {
                t.kind == TokenKind::Word
                    && (!numbers.table.compound
                        || ground.slice(t.span).starts_with(char::is_uppercase))
            };
            let counted = tokens.get(to).is_some_and(noun)
                && tokens.get(from.wrapping_sub(1)).is_some_and(|t| t.lower.chars().count() == 1);
            if !counted {
                return Some(*kind);
            }
        }
    }
    None
}

/// The unit behind a number, and the token after it; "Mio." may have its stop.
pub(super) fn unit(
    ground: &Ground,
    numbers: &Numbers,
    to: usize,
    end: usize,
) -> Option<(usize, NumberKind)> {
    let at = |from: usize| {
        let (stop, kind) = numbers.units.at(&ground.tokens, from)?;
        (stop <= end).then_some((stop, *kind))
    };
    let stop = || {
        let scale = ground.tokens.get(to.checked_sub(1)?)?;
        let dot = ground.tokens.get(to)?;
        let short = scale.kind == TokenKind::Word
            && dot.lower == "."
            && scale.span.end == dot.span.start
            && scale.lower.chars().count() <= 4;
        short.then(|| at(to + 1)).flatten()
    };
    at(to).or_else(stop)
}

/// TIMEX3 type of the time that the span lies in.
pub(super) fn inside(times: &[TimeMention], span: Span) -> Option<&'static str> {
    let at = times.partition_point(|t| t.span.end <= span.start);
    let time = times.get(at)?;
    (time.span.start <= span.start && span.end <= time.span.end).then_some(time.timex_type)
}

/// "Anna Beispiel (35)", "Anna Beispiel, 35,", "Jean Exemple, 35 ans,", "Juan Ejemplo, de 35 años,".
fn apposed_age(
    ground: &Ground,
    from: usize,
    to: usize,
    unit: Option<&(usize, NumberKind)>,
) -> bool {
    let word = |i: usize| ground.tokens.get(i).map(|t| t.lower.as_str());
    let value = word(from).and_then(|w| w.parse::<u32>().ok());
    if to != from + 1 || !value.is_some_and(|v| (1..=110).contains(&v)) || from < 2 {
        return false;
    }
    let years = unit.filter(|(_, kind)| *kind == NumberKind::Duration);
    let before = match (years, word(from - 1)) {
        (Some(_), Some("de")) => from - 1,
        _ => from,
    };
    let Some(name) = before.checked_sub(2) else { return false };
    let named = ground.tokens.get(name).is_some_and(|t| {
        t.kind == TokenKind::Word
            && ground.slice(t.span).chars().next().is_some_and(char::is_uppercase)
    });
    let pair = (word(before - 1), word(years.map_or(to, |(end, _)| *end)));
    named && matches!(pair, (Some("("), Some(")")) | (Some(","), Some(",")))
}
