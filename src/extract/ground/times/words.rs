//! What the words of a sentence can mean to a time, and what the rules see of them.

use super::super::numbers::Numbers;
use super::super::{Ground, Token, TokenKind, Word};
use super::calendar::Unit;
use super::digits;
use super::grown;
use super::pattern::{Class, View};
use super::table::Times;
use super::tense::TenseWord;
use std::sync::{Arc, OnceLock};

/// What a word can mean to a time.
#[derive(Debug, Clone, Default)]
pub(super) struct Info {
    pub(super) weekday: Option<u8>,
    pub(super) part: Option<(String, u8, u8)>,
    pub(super) month: Option<u8>,
    pub(super) unit: Option<(Unit, bool)>,
    pub(super) season: Option<String>,
    pub(super) day_word: Option<i8>,
    pub(super) rel: Option<i8>,
    pub(super) edge: Option<u8>,
    pub(super) holiday: Option<String>,
    pub(super) unit_word: Option<(Unit, i8)>,
    pub(super) year_part: Option<Unit>,
    pub(super) decade: Option<i16>,
    pub(super) number: Option<u64>,
    /// A count is vague: "einige Wochen".
    pub(super) vague: bool,
    /// It stands in one of the lists of words.
    listed: bool,
    /// The classes of a word that is no number.
    mask: u32,
}

/// What a word is to the times whatever stands beside it.
#[derive(Debug, Default)]
pub(in super::super) struct TimeWord {
    /// Its number in the list of literals; 0 for none.
    literal: u16,
    /// It belongs to a class of the rules, or stands in a list.
    told: bool,
    /// A time may stand inside it.
    pub(super) grown: bool,
    pub(super) tense: TenseWord,
    /// What it can mean: written small or large, and at the beginning of a sentence or not.
    infos: [OnceLock<Arc<Info>>; 4],
}

impl TimeWord {
    pub(in super::super) fn of(times: &Times, numbers: &Numbers, token: &Token) -> Self {
        let word = token.lower.as_str();
        let literal = times.literals.get(word).copied().unwrap_or(0);
        let (told, grown) = match token.kind {
            TokenKind::Number => (true, false),
            TokenKind::Quote | TokenKind::Sign => (false, false),
            TokenKind::Word => (told(times, numbers, word), grown::may_hold(times, numbers, token)),
        };
        let tense = TenseWord::of(times, numbers, token);
        Self { literal, told, grown, tense, infos: Default::default() }
    }

    /// No time is told with it, unless by a rule of literals alone.
    pub(super) fn is_silent(&self) -> bool {
        !self.told && !self.grown
    }
}

/// A word that is more than nothing to [`info`] and [`views`], in whatever spelling.
fn told(times: &Times, numbers: &Numbers, word: &str) -> bool {
    times.listed(word)
        || digits::decade(word).is_some()
        || digits::clock(word).is_some()
        || digits::roman(word).is_some()
        || numbers.cardinal(word).is_some()
        || numbers.is_article(word)
        || numbers.ordinal(word).is_some()
        || times.weekday_part(word).is_some()
        || edge_month(times, word).is_some()
}

/// "mid-October", "mi-octobre".
fn edge_month(times: &Times, word: &str) -> Option<(u8, u8)> {
    let (edge, month) = word.split_once('-')?;
    let table = &times.table;
    Some((table.edges.get(edge).copied()?, table.months.get(month).copied()?))
}

/// What each word of a sentence can mean.
pub(super) fn infos(
    ground: &Ground,
    times: &Times,
    numbers: &Numbers,
    tokens: &[Token],
    known: &[Arc<Word>],
) -> Vec<Arc<Info>> {
    let nothing = Arc::new(Info::default());
    let of = |(i, (t, word)): (usize, (&Token, &Arc<Word>))| {
        if !word.time.told {
            return Arc::clone(&nothing);
        }
        let capital = ground.slice(t.span).starts_with(char::is_uppercase);
        let read = || Arc::new(info(times, numbers, t, capital, i == 0));
        let kept = word.time.infos.get(usize::from(capital) * 2 + usize::from(i == 0));
        kept.map_or_else(read, |kept| Arc::clone(kept.get_or_init(read)))
    };
    let mut infos: Vec<Arc<Info>> = tokens.iter().zip(known).enumerate().map(of).collect();
    // "gestern morgen" is yesterday's morning, not yesterday and tomorrow.
    for i in 1..infos.len() {
        if infos.get(i - 1).is_none_or(|info| info.day_word.is_none()) {
            continue;
        }
        let part = tokens.get(i).and_then(|t| times.table.parts.get(&t.lower));
        if let (Some(part), Some(info)) = (part, infos.get_mut(i)) {
            let info = Arc::make_mut(info);
            info.part = Some(part.clone());
            info.day_word = None;
            info.mask =
                info.mask & !Class::DayWord.bit() | Class::Part.bit() | Class::SetUnit.bit();
        }
    }
    infos
}

fn info(times: &Times, numbers: &Numbers, token: &Token, capital: bool, first: bool) -> Info {
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
    info.decade = digits::decade(word);
    info.number = numbers.cardinal(word).or_else(|| numbers.article(word));
    if let Some((edge, month)) = edge_month(times, word) {
        (info.edge, info.month) = (Some(edge), Some(month));
    }
    info.listed = times.listed(word);
    if info.listed {
        from_lists(times, token, capital, first, &mut info);
    }
    info.mask = classes(times, numbers, word, capital, &info);
    info
}

/// What the lists of words say.
fn from_lists(times: &Times, token: &Token, capital: bool, first: bool, info: &mut Info) {
    let (table, word) = (&times.table, token.lower.as_str());
    let named = capital || !table.capital_names;
    if named {
        info.weekday = table.weekdays.get(word).copied().filter(|d| *d < 100);
        info.month = table.months.get(word).copied().or(info.month);
        info.holiday = times.holidays.at(std::slice::from_ref(token), 0).map(|(_, v)| v.clone());
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
    info.decade = info.decade.or_else(|| table.decades.get(word).copied());
    info.vague = times.vague_count(word);
}

/// What the rules see of each token.
pub(super) fn views(
    ground: &Ground,
    times: &Times,
    numbers: &Numbers,
    tokens: &[Token],
    known: &[Arc<Word>],
    infos: &[Arc<Info>],
) -> Vec<View> {
    let adjacent_stop = |i: usize| {
        matches!((tokens.get(i), tokens.get(i + 1)), (Some(a), Some(b))
            if b.lower == "." && a.span.end == b.span.start)
    };
    let mut out = Vec::with_capacity(tokens.len());
    for (i, ((token, info), known)) in tokens.iter().zip(infos).zip(known).enumerate() {
        let mut view = View { mask: 0, literal: known.time.literal, listed: info.listed };
        if !known.time.told {
            out.push(view);
            continue;
        }
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
        } else {
            view.mask = info.mask;
        }
        out.push(view);
    }
    out
}

/// The classes of a word that is no number.
fn classes(times: &Times, numbers: &Numbers, word: &str, capital: bool, info: &Info) -> u32 {
    let mut mask = 0;
    let mut set = |class: Class, yes: bool| {
        if yes {
            mask |= class.bit();
        }
    };
    let ordinal = numbers.ordinal(word);
    set(Class::Weekday, info.weekday.is_some());
    set(Class::NightDay, info.weekday.is_some());
    let every = || times.table.weekdays.get(word).is_some_and(|d| *d > 100);
    set(Class::WeekdaySet, info.listed && every());
    set(Class::WeekdayPart, times.weekday_part(word).is_some());
    set(
        Class::Day,
        ordinal.or(info.number).is_some_and(|n| (1..=31).contains(&n)) && !numbers.is_article(word),
    );
    set(Class::OrdinalDay, ordinal.is_some_and(|n| (1..=31).contains(&n)));
    set(Class::ClockMinutes, digits::clock(word).is_some());
    set(Class::Clock, digits::clock(word).is_some() || spoken_hour(info, numbers, word));
    set(Class::N, info.vague || info.number.is_some_and(|n| n > 0));
    set(Class::Decade, info.decade.is_some());
    set(Class::UnitWord, info.unit_word.is_some());
    let roman = capital && digits::roman(word).is_some();
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
    mask
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
