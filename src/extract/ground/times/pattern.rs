//! The small pattern language of the time rules, and its matcher.
//!
//! `am|vom? dem? [ {day} .? {month} {year}? ]`: words or classes in order; `?` may be missing;
//! the brackets hold the time itself, what stands before them belongs to the wide span.

use super::super::lists::Map;

/// What a token can be to a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Weekday,
    WeekdaySet,
    WeekdayPart,
    NightDay,
    Day,
    OrdinalDay,
    Month,
    Year,
    BareYear,
    Digits,
    DayMonth,
    Clock,
    ClockMinutes,
    Minute,
    N,
    Unit,
    Units,
    Unit1,
    SetUnit,
    Part,
    Rel,
    DayWord,
    Edge,
    Season,
    Holiday,
    Decade,
    UnitWord,
    Ordinal,
    MonthNumber,
    YearPart,
    EdgeMonth,
    DecadeNumber,
}

impl Class {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "weekday" => Self::Weekday,
            "weekday_set" => Self::WeekdaySet,
            "weekday_part" => Self::WeekdayPart,
            "night_day" => Self::NightDay,
            "day" => Self::Day,
            "ordinal_day" => Self::OrdinalDay,
            "month" => Self::Month,
            "year" => Self::Year,
            "bare_year" => Self::BareYear,
            "digits" => Self::Digits,
            "daymonth" => Self::DayMonth,
            "clock" => Self::Clock,
            "clock_minutes" => Self::ClockMinutes,
            "minute" => Self::Minute,
            "n" => Self::N,
            "unit" => Self::Unit,
            "units" => Self::Units,
            "unit1" => Self::Unit1,
            "set_unit" => Self::SetUnit,
            "part" => Self::Part,
            "rel" => Self::Rel,
            "day_word" => Self::DayWord,
            "edge" => Self::Edge,
            "season" => Self::Season,
            "holiday" => Self::Holiday,
            "decade" => Self::Decade,
            "unit_word" => Self::UnitWord,
            "ordinal" => Self::Ordinal,
            "month_number" => Self::MonthNumber,
            "year_part" => Self::YearPart,
            "edge_month" => Self::EdgeMonth,
            "decade_number" => Self::DecadeNumber,
            _ => return None,
        })
    }

    /// Bit of the class in a mask.
    pub(super) fn bit(self) -> u32 {
        1 << (self as u32)
    }
}

#[derive(Debug)]
enum What {
    Words(Vec<u16>),
    Class(Class),
}

#[derive(Debug)]
struct Element {
    what: What,
    optional: bool,
}

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Pattern {
    elements: Vec<Element>,
    /// Bits of the classes that may not be missing.
    needs: u32,
    open: usize,
    close: usize,
}

/// What the matcher sees of a token.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct View {
    /// Classes it belongs to.
    pub(super) mask: u32,
    /// Its number in the list of literals; 0 for none.
    pub(super) literal: u16,
    /// It stands in one of the lists of words, or begins a phrase of one.
    pub(super) listed: bool,
}

/// What a pattern can begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    Literal(u16),
    Class(Class),
}

/// Where a pattern matched, in tokens.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    /// First token of all.
    pub(super) wide: usize,
    /// First token of the time.
    pub(super) from: usize,
    /// One past the last token of the time.
    pub(super) to: usize,
    /// One past the last token of all.
    pub(super) end: usize,
    /// Tokens that filled classes, in order.
    pub(super) slots: Vec<(Class, usize)>,
}

impl Found {
    /// The token that filled a class, the n-th of them.
    pub(super) fn nth(&self, class: Class, n: usize) -> Option<usize> {
        self.slots.iter().filter(|(c, _)| *c == class).nth(n).map(|(_, at)| *at)
    }

    /// The first token that filled a class.
    pub(super) fn slot(&self, class: Class) -> Option<usize> {
        self.nth(class, 0)
    }
}

/// Compiles a pattern; none where it is malformed.
pub(super) fn compile(text: &str, literals: &mut Map<u16>) -> Option<Pattern> {
    let (mut elements, mut open, mut close) = (Vec::new(), None, None);
    for part in text.split_whitespace() {
        match part {
            "[" => open = Some(elements.len()),
            "]" => close = Some(elements.len()),
            _ => {
                let optional = part.len() > 1 && part.ends_with('?');
                let body = if optional { part.strip_suffix('?')? } else { part };
                let what = if let Some(name) = body.strip_prefix('{') {
                    What::Class(Class::of(name.strip_suffix('}')?)?)
                } else {
                    let mut words = Vec::new();
                    for word in body.split('|').filter(|w| !w.is_empty()) {
                        let next = u16::try_from(literals.len() + 1).ok()?;
                        words.push(*literals.entry(word.to_owned()).or_insert(next));
                    }
                    What::Words(words)
                };
                elements.push(Element { what, optional });
            }
        }
    }
    let (open, close) = (open?, close?);
    let needs = elements.iter().filter(|e| !e.optional).fold(0, |bits, e| match &e.what {
        What::Class(class) => bits | class.bit(),
        What::Words(_) => bits,
    });
    (open < close).then_some(Pattern { elements, needs, open, close })
}

impl Pattern {
    /// What it can begin with: the elements up to the first that may not be missing.
    pub(super) fn starts(&self) -> Vec<Start> {
        let mut starts = Vec::new();
        for element in &self.elements {
            match &element.what {
                What::Words(words) => starts.extend(words.iter().copied().map(Start::Literal)),
                What::Class(class) => starts.push(Start::Class(*class)),
            }
            if !element.optional {
                break;
            }
        }
        starts
    }

    /// False where it matches nowhere among tokens that have no other classes than these.
    pub(super) fn may_match(&self, classes: u32) -> bool {
        self.needs & !classes == 0
    }

    /// The longest way to match at token `at`.
    pub(super) fn at(&self, views: &[View], at: usize) -> Option<Found> {
        let mut found = Found { wide: at, ..Found::default() };
        self.step(views, 0, at, &mut found).then_some(found)
    }

    fn step(&self, views: &[View], index: usize, at: usize, found: &mut Found) -> bool {
        if index == self.open {
            found.from = at;
        }
        if index == self.close {
            found.to = at;
        }
        let Some(element) = self.elements.get(index) else {
            found.end = at;
            return found.to > found.from;
        };
        if fits(element, views, at) {
            let slots = found.slots.len();
            if let What::Class(class) = element.what {
                found.slots.push((class, at));
            }
            if self.step(views, index + 1, at + 1, found) {
                return true;
            }
            found.slots.truncate(slots);
            if index == self.open {
                found.from = at;
            }
        }
        element.optional && self.step(views, index + 1, at, found)
    }
}

fn fits(element: &Element, views: &[View], at: usize) -> bool {
    let Some(view) = views.get(at) else { return false };
    match &element.what {
        What::Words(words) => view.literal != 0 && words.contains(&view.literal),
        What::Class(class) => view.mask & class.bit() != 0,
    }
}
