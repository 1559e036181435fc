//! Times: dates, parts of days, durations and sets, resolved against the anchor.
//!
//! Promises a TIMEX3 type and value for every mention and, where a moment is known, an interval in
//! the text's own time. The rules are data (`config/lexicon/<lang>/time.toml`).

mod calendar;
mod digits;
mod grown;
mod make;
mod pattern;
mod table;
mod values;

use table::Make;
pub(super) use table::{TimeTable, Times};

use super::numbers::Numbers;
use super::{Ground, Span, TimeMention, Token, TokenKind};
use crate::message::TimePrecision;
use calendar::{Unit, days_between};
use jiff::civil::Date;
use make::{Made, Maker};
use pattern::{Class, Found, View};

/// What a word can mean to a time.
#[derive(Debug, Clone, Default)]
struct Info {
    weekday: Option<u8>,
    part: Option<(String, u8, u8)>,
    month: Option<u8>,
    unit: Option<(Unit, bool)>,
    season: Option<String>,
    day_word: Option<i8>,
    rel: Option<i8>,
    edge: Option<u8>,
    holiday: Option<String>,
    unit_word: Option<(Unit, i8)>,
    year_part: Option<Unit>,
    decade: Option<i16>,
    number: Option<u64>,
    /// A count is vague: "einige Wochen".
    vague: bool,
}

/// Tense of the clause that a time stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tense {
    Past,
    Future,
    Unknown,
}

/// All times of a text, in order.
pub(super) fn read(ground: &Ground, times: &Times, numbers: &Numbers) -> Vec<TimeMention> {
    let mut out: Vec<TimeMention> = Vec::new();
    // The day that "am Vortag" and "zwei Tage später" refer to.
    let mut reference: Option<(usize, Date)> = None;
    // The day that the sentence before last named.
    let mut carried: Option<(usize, Date)> = None;
    for (index, sentence) in ground.sentences.iter().enumerate() {
        let range = sentence.tokens.clone();
        let Some(tokens) = ground.tokens.get(range.clone()) else { continue };
        let mut infos: Vec<Info> = tokens
            .iter()
            .enumerate()
            .map(|(i, t)| info(ground, times, numbers, t, i == 0))
            .collect();
        // "gestern morgen" is yesterday's morning, not yesterday and tomorrow.
        for i in 1..infos.len() {
            let after_day = infos.get(i - 1).is_some_and(|info| info.day_word.is_some());
            let part = tokens.get(i).and_then(|t| times.table.parts.get(&t.lower));
            if let (true, Some(part), Some(info)) = (after_day, part, infos.get_mut(i)) {
                info.part = Some(part.clone());
                info.day_word = None;
            }
        }
        let views = views(ground, times, numbers, tokens, &infos);
        let first_of_sentence = out.len();
        let mut told = false;
        let mut at = 0;
        while at < tokens.len() {
            let found = holiday(times, tokens, &views, at).or_else(|| best(times, &views, at));
            let fixed = times.fixed.at(tokens, at);
            let fixed_longer = fixed
                .as_ref()
                .is_some_and(|(end, _)| found.as_ref().is_none_or(|(_, f)| f.end < *end));
            if let (true, Some((end, fixed))) = (fixed_longer, fixed) {
                let id = if fixed.kind == "SET" { times.id_set } else { times.id_fixed };
                let made = Made::reference(fixed.kind, &fixed.value);
                push(&mut out, ground, index, tokens, (at, at, end), made, id);
                at = end;
                continue;
            }
            let Some((rule, mut found)) = found else {
                let inside = tokens
                    .get(at)
                    .and_then(|t| grown::read(times, numbers, t, ground.slice(t.span)));
                if let Some((span, made, id)) = inside {
                    push(&mut out, ground, index, tokens, (at, at, at + 1), made, id);
                    if let Some(last) = out.last_mut() {
                        (last.span, last.wide) = (span, span);
                    }
                }
                at += 1;
                continue;
            };
            if rule.make == Make::None {
                at = found.end;
                continue;
            }
            trim(tokens, &mut found);
            let lead = tokens.get(found.wide..found.from).unwrap_or_default();
            let since = lead.iter().any(|t| times.since(&t.lower));
            // What something lasts since is past.
            let tense =
                if since { Tense::Past } else { tense(ground, times, numbers, tokens, found.from) };
            told |= tense != Tense::Unknown;
            let maker = Maker {
                ground,
                tokens,
                infos: &infos,
                numbers,
                times,
                found: &found,
                tense,
                reference: reference.filter(|(p, _)| *p == sentence.paragraph).map(|(_, day)| day),
            };
            if let Some(mut made) = maker.value(rule.make) {
                if rule.stretch {
                    made.stretch = maker.stretch();
                }
                if since {
                    made.since(ground.anchor);
                }
                if made.precision == TimePrecision::Day
                    && let Some(start) = made.start
                {
                    reference = Some((sentence.paragraph, start.date()));
                }
                let spot = (found.wide, found.from, found.to);
                push(&mut out, ground, index, tokens, spot, made, rule.id);
                // What stands behind the time was only looked at: "[10] bis 12 Uhr".
                at = found.to.max(at + 1);
            } else {
                at += 1;
            }
        }
        let mine = out.get_mut(first_of_sentence..).unwrap_or_default();
        // A list without verbs tells no story: its hours are those of the anchor.
        let before = carried.filter(|(p, _)| told && *p == sentence.paragraph);
        let last = anchor_hours(mine, before.map(|(_, day)| day));
        carried = last.map(|day| (sentence.paragraph, day));
        join_ranges(times, tokens, mine);
    }
    out
}

/// Takes a comma or the stop of the sentence off the end of a match.
fn trim(tokens: &[Token], found: &mut Found) {
    while found.to > found.from + 1 {
        let last = tokens.get(found.to - 1).map(|t| t.lower.as_str());
        let before = tokens.get(found.to - 2);
        let stop = last == Some(".")
            && before.is_some_and(|t| t.kind == TokenKind::Word && !t.lower.contains('.'));
        if last != Some(",") && !stop {
            break;
        }
        found.to -= 1;
        found.end = found.to;
    }
}

/// The rule that matches most words at `at`.
fn best<'a>(times: &'a Times, views: &[View], at: usize) -> Option<(&'a table::Rule, Found)> {
    let mut best: Option<(&table::Rule, Found)> = None;
    for rule in &times.rules {
        if let Some(found) = rule.pattern.at(views, at)
            && best.as_ref().is_none_or(|(_, b)| found.end > b.end)
        {
            best = Some((rule, found));
        }
    }
    best
}

/// A holiday of several words, with its year.
fn holiday<'a>(
    times: &'a Times,
    tokens: &[Token],
    views: &[View],
    at: usize,
) -> Option<(&'a table::Rule, Found)> {
    let (end, _) = times.holidays.at(tokens, at).filter(|(end, _)| *end > at + 1)?;
    let rule = times.rules.iter().find(|r| r.make == Make::Holiday)?;
    let year = views.get(end).is_some_and(|v| v.mask & Class::Year.bit() != 0);
    let to = end + usize::from(year);
    let slots = if year { vec![(Class::Year, end)] } else { Vec::new() };
    Some((rule, Found { wide: at, from: at, to, end: to, slots }))
}

fn push(
    out: &mut Vec<TimeMention>,
    ground: &Ground,
    sentence: usize,
    tokens: &[Token],
    (wide, from, to): (usize, usize, usize),
    mut made: Made,
    rule: &'static str,
) {
    let last = to.checked_sub(1).and_then(|i| tokens.get(i));
    let (Some(lead), Some(first), Some(last)) = (tokens.get(wide), tokens.get(from), last) else {
        return;
    };
    let stretch = made.stretch.take().and_then(|(at, value)| {
        let head = tokens.get(at)?;
        Some((Span { start: head.span.start, end: last.span.end }, value))
    });
    let mut wide_start = lead.span.start;
    if let Some(before) = out.last().filter(|t| t.sentence == sentence) {
        wide_start = wide_start.max(before.span.end);
    }
    debug_assert!(ground.full.len() >= last.span.end);
    out.push(TimeMention {
        span: Span { start: first.span.start, end: last.span.end },
        wide: Span { start: wide_start, end: last.span.end },
        sentence,
        timex_type: made.kind,
        value: made.value,
        stretch,
        start: made.start,
        end: made.end,
        precision: made.precision,
        since: made.since,
        rule,
    });
}

fn info(ground: &Ground, times: &Times, numbers: &Numbers, token: &Token, first: bool) -> Info {
    let word = token.lower.as_str();
    let mut info = Info::default();
    match token.kind {
        TokenKind::Number => {
            info.number = numbers.digits(word).filter(|(_, d)| d.is_none()).map(|(v, _)| v);
            return info;
        }
        TokenKind::Word => {}
        TokenKind::Quote | TokenKind::Sign => return info,
    }
    let table = &times.table;
    let capital = ground.slice(token.span).chars().next().is_some_and(char::is_uppercase);
    let named = capital || !table.capital_names;
    if named {
        info.weekday = table.weekdays.get(word).copied().filter(|d| *d < 100);
        info.month = table.months.get(word).copied();
        info.holiday = times.holidays.at(std::slice::from_ref(token), 0).map(|(_, v)| v.clone());
    }
    if let Some((edge, month)) = word.split_once('-') {
        // "mid-October", "mi-octobre".
        let month = table.months.get(month).copied();
        if let (Some(edge), Some(month)) = (table.edges.get(edge), month) {
            (info.edge, info.month) = (Some(*edge), Some(month));
        }
    }
    info.part = table.parts.get(word).cloned();
    info.day_word = table.day_words.get(word).copied();
    if table.case_words.contains(word) {
        // "morgen" is tomorrow, "Morgen" the morning; the first word of a sentence is tomorrow.
        if capital && !first {
            info.day_word = None;
        } else {
            info.part = None;
        }
    }
    info.unit = table.units.get(word).and_then(|code| Unit::of(code));
    info.season = table.seasons.get(word).cloned();
    info.rel = times.rel(word);
    info.edge = table.edges.get(word).copied().or(info.edge);
    info.unit_word = table.unit_words.get(word).and_then(|(code, n)| Some((Unit::of(code)?.0, *n)));
    info.year_part = table.year_parts.get(word).and_then(|code| Some(Unit::of(code)?.0));
    info.decade = digits::decade(word).or_else(|| table.decades.get(word).copied());
    info.number = numbers.cardinal(word).or_else(|| numbers.article(word));
    info.vague = times.vague_count(word);
    info
}

fn views(
    ground: &Ground,
    times: &Times,
    numbers: &Numbers,
    tokens: &[Token],
    infos: &[Info],
) -> Vec<View> {
    let adjacent_stop = |i: usize| {
        matches!((tokens.get(i), tokens.get(i + 1)), (Some(a), Some(b))
            if b.lower == "." && a.span.end == b.span.start)
    };
    let mut out = Vec::with_capacity(tokens.len());
    for (i, (token, info)) in tokens.iter().zip(infos).enumerate() {
        let mut view = View {
            mask: 0,
            literal: times.literals.get(token.lower.as_str()).copied().unwrap_or(0),
        };
        let mut set = |class: Class, yes: bool| {
            if yes {
                view.mask |= class.bit();
            }
        };
        let word = token.lower.as_str();
        let digits = token.kind == TokenKind::Number;
        if digits {
            let plain = word.bytes().all(|b| b.is_ascii_digit());
            let number = info.number.filter(|_| plain);
            set(Class::Day, number.is_some_and(|n| (1..=31).contains(&n)) && word.len() <= 2);
            set(
                Class::OrdinalDay,
                number.is_some_and(|n| (1..=31).contains(&n))
                    && (adjacent_stop(i) || !numbers.stops_make_ordinals()),
            );
            let year = number.is_some_and(|n| (1000..=2100).contains(&n)) && word.len() == 4;
            set(Class::Year, year);
            set(Class::BareYear, year && bare_year(ground, times, tokens, i));
            set(Class::Clock, digits::clock(word).is_some());
            set(Class::ClockMinutes, word.contains(':') && digits::clock(word).is_some());
            set(Class::Minute, number.is_some_and(|n| n < 60));
            set(Class::N, info.number.is_some_and(|n| n > 0));
            set(
                Class::DecadeNumber,
                matches!(word.len(), 2 | 4) && number.is_some_and(|n| n % 10 == 0),
            );
            set(Class::Digits, digits::date_digits(word, numbers.month_first()).is_some());
            set(Class::DayMonth, digits::day_month(word).is_some());
            set(
                Class::MonthNumber,
                word.len() <= 2 && number.is_some_and(|n| (1..=12).contains(&n)),
            );
            set(Class::Ordinal, number.is_some_and(|n| (1..=53).contains(&n)) && adjacent_stop(i));
        } else if token.kind == TokenKind::Word {
            let ordinal = numbers.ordinal(word);
            set(Class::Weekday, info.weekday.is_some());
            set(Class::NightDay, info.weekday.is_some());
            let weekday_set = times.table.weekdays.get(word).is_some_and(|d| *d > 100);
            set(Class::WeekdaySet, weekday_set);
            set(Class::WeekdayPart, times.weekday_part(word).is_some());
            set(
                Class::Day,
                ordinal.or(info.number).is_some_and(|n| (1..=31).contains(&n))
                    && !numbers.is_article(word),
            );
            set(Class::OrdinalDay, ordinal.is_some_and(|n| (1..=31).contains(&n)));
            set(Class::ClockMinutes, digits::clock(word).is_some());
            set(Class::Clock, digits::clock(word).is_some() || spoken_hour(info, numbers, word));
            set(Class::N, info.vague || info.number.is_some_and(|n| n > 0));
            set(Class::Decade, info.decade.is_some());
            set(Class::UnitWord, info.unit_word.is_some());
            let roman = ground.slice(token.span).starts_with(char::is_uppercase)
                && digits::roman(word).is_some();
            set(Class::Ordinal, roman || ordinal.is_some_and(|n| (1..=53).contains(&n)));
            let grown = info.month.is_some() && info.edge.is_some();
            set(Class::EdgeMonth, grown);
            set(Class::Month, info.month.is_some() && !grown);
            set(Class::YearPart, info.year_part.is_some());
            set(Class::Unit, info.unit.is_some());
            set(Class::Units, info.unit.is_some_and(|(_, plural)| plural));
            set(Class::Unit1, info.unit.is_some_and(|(_, plural)| !plural));
            set(
                Class::SetUnit,
                info.unit.is_some()
                    || info.weekday.is_some()
                    || info.part.is_some()
                    || info.month.is_some(),
            );
            set(Class::Part, info.part.is_some());
            set(Class::Rel, info.rel.is_some());
            set(Class::DayWord, info.day_word.is_some());
            set(Class::Edge, info.edge.is_some() && !grown);
            set(Class::Season, info.season.is_some());
            set(Class::Holiday, info.holiday.is_some());
        }
        out.push(view);
    }
    out
}

fn spoken_hour(info: &Info, numbers: &Numbers, word: &str) -> bool {
    info.number.is_some_and(|n| (1..=24).contains(&n)) && !numbers.is_article(word)
}

/// A year that stands alone: no noun follows that it could count.
fn bare_year(ground: &Ground, times: &Times, tokens: &[Token], i: usize) -> bool {
    let year = tokens.get(i).and_then(|t| t.lower.parse::<u32>().ok());
    if !year.is_some_and(|y| (1900..=2060).contains(&y)) {
        return false;
    }
    let counts = tokens.get(i + 1).is_some_and(|next| {
        let capital = ground.slice(next.span).chars().next().is_some_and(char::is_uppercase);
        next.kind == TokenKind::Word && (capital || !times.table.capital_names)
            || matches!(next.lower.as_str(), "%" | "€" | "$" | "°" | "/" | "-")
    });
    // Where nouns are written small, a bare year needs a preposition, which its rule asks for.
    let after_article = i.checked_sub(1).and_then(|b| tokens.get(b)).is_some_and(|t| {
        matches!(t.lower.as_str(), "$" | "€" | "£" | "-" | "/")
            || times.table.counts_before.contains(&t.lower)
    });
    !counts && !after_article
}

/// Tense by the nearest word that tells it, first in the clause, then in the sentence.
fn tense(ground: &Ground, times: &Times, numbers: &Numbers, tokens: &[Token], at: usize) -> Tense {
    let stop =
        |t: &Token| matches!(t.lower.as_str(), "," | ";" | ":" | "–" | "—" | "-" | "(" | ")");
    let start = (0..at).rev().find(|i| tokens.get(*i).is_some_and(stop)).map_or(0, |i| i + 1);
    let end = (at..tokens.len()).find(|i| tokens.get(*i).is_some_and(stop)).unwrap_or(tokens.len());
    let words = &times.table.tense;
    let nearest = |range: std::ops::Range<usize>, weak: bool| {
        let mut best: Option<(usize, Tense)> = None;
        for i in range {
            let Some(token) = tokens.get(i) else { continue };
            let word = token.lower.as_str();
            let small = !times.table.capital_names
                || ground.slice(token.span).starts_with(char::is_lowercase);
            let past = words.past.contains(word)
                || small
                    && word.len() > 4
                    && words.past_endings.iter().any(|end| word.ends_with(end.as_str()))
                    && !words.not_past.contains(word)
                    && !words.weak_future.contains(word)
                    && numbers.ordinal(word).is_none()
                    && times.rel(word).is_none();
            let told = i.checked_sub(1).and_then(|b| tokens.get(b));
            let passive = told.is_some_and(|t| words.passive.contains(&t.lower));
            let ahead = words.future.contains(word)
                || small
                    && word.len() > 4
                    && words.future_endings.iter().any(|end| word.ends_with(end.as_str()));
            let found = if passive {
                continue;
            } else if ahead || weak && words.weak_future.contains(word) {
                Tense::Future
            } else if past {
                Tense::Past
            } else {
                continue;
            };
            let distance = i.abs_diff(at);
            if best.is_none_or(|(d, _)| distance < d) {
                best = Some((distance, found));
            }
        }
        best.map(|(_, tense)| tense)
    };
    let perfect = (start..end).any(|i| times.perfect.at(tokens, i).is_some());
    if perfect || participle(times, tokens.get(start..end).unwrap_or_default()) {
        return Tense::Past;
    }
    let all = 0..tokens.len();
    nearest(start..end, false)
        .or_else(|| nearest(start..end, true))
        .or_else(|| nearest(all.clone(), false))
        .or_else(|| nearest(all, true))
        .unwrap_or(Tense::Unknown)
}

/// "hat am Freitag bestätigt", "ist am Freitag gestorben": the perfect of a clause.
fn participle(times: &Times, clause: &[Token]) -> bool {
    let words = &times.table.tense;
    let Some(last) = clause.iter().rev().find(|t| t.kind == TokenKind::Word) else { return false };
    let word = last.lower.as_str();
    if words.weak_future.contains(word) || !(word.ends_with('t') || word.ends_with("en")) {
        return false;
    }
    let begins = || words.participle_heads.iter().any(|head| word.starts_with(head.as_str()));
    let told = clause.iter().take_while(|t| t.span != last.span).any(|t| {
        words.auxiliaries.contains(&t.lower) || words.linking.contains(&t.lower) && begins()
    });
    told && word.chars().count() > 4
}

/// Gives "gegen 21 Uhr" and "am Abend" the day that the sentence names, else the one that was
/// named before it; the day that was named last.
fn anchor_hours(times: &mut [TimeMention], carried: Option<Date>) -> Option<Date> {
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
fn join_ranges(times: &Times, tokens: &[Token], mine: &mut [TimeMention]) {
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
