//! Numbers: digits, number words, vague words, their bounds and what they measure.
//!
//! Promises that every number of the text that is written in digits or number words gets exactly
//! one mention. Never decides who was killed: that is for those who know what happened.

mod kinds;
mod table;
mod words;

pub(super) use table::{NumberTable, Numbers};

use super::{Ground, NumberKind, NumberMention, Span, TimeMention, TokenKind};
use crate::message::Bound;
use table::Modifier;

/// A number before its neighbours are looked at.
#[derive(Debug, Clone)]
struct Atom {
    from: usize,
    to: usize,
    bound: Bound,
    decimal: Option<f64>,
    vague: bool,
    kind: Option<NumberKind>,
    rule: &'static str,
}

/// All numbers of a text, in order.
pub(super) fn read(
    ground: &Ground,
    numbers: &Numbers,
    times: &[TimeMention],
) -> Vec<NumberMention> {
    let mut out = Vec::new();
    for (index, sentence) in ground.sentences.iter().enumerate() {
        let range = sentence.tokens.clone();
        let mut at = range.start;
        let mut atoms: Vec<Atom> = Vec::new();
        while at < range.end {
            if !ground.words.get(at).is_some_and(|w| w.counts) {
                at += 1;
                continue;
            }
            // "as many as eleven", "some 300": the words before a number are no numbers.
            if let Some((to, _)) = numbers.before.at(&ground.tokens, at)
                && numbers.parse(ground, to, range.end).is_some()
            {
                at = to;
            }
            // "Eilmeldung: Sechs Tote": behind a colon a sentence begins, too.
            let colon = at.checked_sub(1).and_then(|t| ground.tokens.get(t));
            let first = at == range.start || colon.is_some_and(|t| t.lower == ":");
            if let Some(atom) = atom(ground, numbers, at, range.end, first) {
                at = atom.to.max(at + 1);
                atoms.push(atom);
            } else {
                at += 1;
            }
        }
        for atom in &mut atoms {
            let span = ground.tokens.get(atom.from).map(|t| t.span);
            let dated = span.and_then(|span| kinds::inside(times, span)) == Some("DATE");
            if atom.kind == Some(NumberKind::Ordinal) && dated {
                atom.kind = Some(NumberKind::Date);
            }
            if atom.kind.is_none() {
                atom.kind = kinds::of(ground, numbers, atom.from, atom.to, range.clone(), times);
            }
        }
        swallow(ground, numbers, &mut atoms, range.end);
        share(ground, numbers, &mut atoms);
        let atoms = ranges(ground, numbers, atoms);
        let mut floor = range.start;
        for atom in atoms {
            let (mut from, mut to, mut bound) = (atom.from, atom.to, atom.bound);
            if atom.rule != numbers.rules.article && atom.rule != numbers.rules.none {
                modifiers(ground, numbers, floor, &mut from, &mut to, range.end, &mut bound);
            }
            floor = to;
            let (Some(a), Some(b)) = (ground.tokens.get(from), ground.tokens.get(to - 1)) else {
                continue;
            };
            out.push(NumberMention {
                span: Span { start: a.span.start, end: b.span.end },
                sentence: index,
                bound,
                decimal: atom.decimal,
                vague: atom.vague,
                kind: atom.kind.unwrap_or(NumberKind::Count),
                rule: atom.rule,
            });
        }
    }
    out
}

impl Numbers {
    /// A number may begin with the token, whatever stands beside it.
    pub(super) fn may_begin(&self, kind: TokenKind, word: &str) -> bool {
        kind == TokenKind::Number
            || word.bytes().any(|b| b.is_ascii_digit())
            || self.before.begins(word)
            || self.vague.begins(word)
            || self.counts(word)
            || self.table.articles.contains(word)
            || self.table.none.words.contains(word)
            || self.grown(word).is_some()
            || self.ordinal(word).is_some()
    }
}

/// "20 pour cent": the words of a unit are no numbers of their own.
fn swallow(ground: &Ground, numbers: &Numbers, atoms: &mut Vec<Atom>, end: usize) {
    let mut upto = 0;
    atoms.retain(|atom| {
        if atom.from < upto {
            return false;
        }
        upto = kinds::unit(ground, numbers, atom.to, end).map_or(upto, |(stop, _)| stop);
        true
    });
}

/// What neighbours share: "35 und 40 Jahre alt", "im Alter von drei und fünf Jahren", the parts of
/// a telephone number, the two sides of a score.
fn share(ground: &Ground, numbers: &Numbers, atoms: &mut [Atom]) {
    let raw = |at: usize| ground.tokens.get(at).map_or("", |t| ground.slice(t.span));
    for i in 1..atoms.len() {
        let (Some(a), Some(b)) = (atoms.get(i - 1), atoms.get(i)) else { continue };
        let joined = [&numbers.between_and, &numbers.range_joins]
            .iter()
            .any(|list| list.at(&ground.tokens, a.to).is_some_and(|(to, ())| to == b.from));
        let dialled = a.kind == Some(NumberKind::Label) && raw(a.from).starts_with('0')
            || raw(b.from).starts_with('0') && raw(b.from).len() > 3;
        let next = b.from == a.to || b.from == a.to + 1 && matches!(raw(a.to), "/" | "-" | "–");
        let tight = b.from == a.to + 1
            && matches!(raw(a.to), "-" | "–")
            && match (ground.tokens.get(a.to - 1), ground.tokens.get(b.from)) {
                (Some(x), Some(y)) => y.span.start - x.span.end <= '–'.len_utf8(),
                _ => false,
            };
        let falls =
            matches!((a.bound.exact(), b.bound.exact()), (Some(x), Some(y)) if x >= y && x < 30);
        let (left, right) = match (a.kind, b.kind) {
            (None, Some(NumberKind::Age)) if joined => (b.kind, b.kind),
            (Some(NumberKind::Age), Some(NumberKind::Duration)) if joined => (a.kind, a.kind),
            (_, None) if next && dialled => (Some(NumberKind::Label), Some(NumberKind::Label)),
            (None, None) if tight && falls => (Some(NumberKind::Score), Some(NumberKind::Score)),
            _ => continue,
        };
        if let Some(a) = atoms.get_mut(i - 1) {
            a.kind = left;
        }
        if let Some(b) = atoms.get_mut(i) {
            b.kind = right;
        }
    }
}

/// The number that begins at token `at`.
fn atom(ground: &Ground, numbers: &Numbers, at: usize, end: usize, first: bool) -> Option<Atom> {
    let token = ground.tokens.get(at)?;
    let new = |to: usize, bound: Bound, rule: &'static str| Atom {
        from: at,
        to,
        bound,
        decimal: None,
        vague: false,
        kind: None,
        rule,
    };
    if let Some((to, value)) = numbers.vague.at(&ground.tokens, at)
        && to <= end
    {
        let (min, max) = (value.first().copied(), value.get(1).copied());
        // "Millionen" after digits belongs to them; there it never comes first.
        let bound = Bound { min, max, approx: false };
        return Some(Atom { vague: max.is_none(), ..new(to, bound, numbers.rules.vague) });
    }
    if let Some((to, value, decimal, digits)) = numbers.parse(ground, at, end) {
        // German nouns as "die Elf": a number word is small unless it begins the sentence.
        let capital = starts_upper(ground, at);
        if digits || first || !capital || !numbers.table.compound {
            let rule = if digits { numbers.rules.digits } else { numbers.rules.words };
            let mut made = new(to, Bound::exactly(value), rule);
            made.decimal = decimal;
            if digits && numbers.table.ordinal_stop && ordinal_stop(ground, at, to, end) {
                made.kind = Some(NumberKind::Ordinal);
                made.rule = numbers.rules.ordinal;
            }
            return Some(made);
        }
    }
    let raw = ground.slice(token.span);
    if token.kind == TokenKind::Number {
        // Clock times, scores and dates: "21:30", "3:1", "3.10.2023".
        let whole = raw.split([':', '.']).next().and_then(|d| d.parse().ok()).unwrap_or(0);
        let mut made = new(at + 1, Bound::exactly(whole), numbers.rules.digits);
        made.kind = Some(kinds::joined_digits(raw));
        return Some(made);
    }
    if let Some((value, decimal, kind)) = numbers.grown(&token.lower) {
        let mut made = new(at + 1, Bound::exactly(value), numbers.rules.grown);
        // "£5m".
        let paid = numbers.leads.before(&ground.tokens, at);
        if let (Some((_, NumberKind::Money)), Some(scaled)) = (paid, numbers.scaled(&token.lower)) {
            made.bound = Bound::exactly(scaled);
            made.kind = Some(NumberKind::Money);
            return Some(made);
        }
        made.decimal = decimal;
        made.kind = Some(kind);
        return Some(made);
    }
    if let Some(value) = numbers.ordinal(&token.lower) {
        let mut made = new(at + 1, Bound::exactly(value), numbers.rules.ordinal);
        made.kind = Some(NumberKind::Ordinal);
        return Some(made);
    }
    if token.kind == TokenKind::Word && label(raw) {
        let digits: String = raw
            .chars()
            .skip_while(|c| !c.is_ascii_digit())
            .take_while(char::is_ascii_digit)
            .collect();
        let mut made = new(at + 1, Bound::exactly(digits.parse().ok()?), numbers.rules.label);
        made.kind = Some(NumberKind::Label);
        return Some(made);
    }
    if numbers.table.none.words.contains(&token.lower) {
        let mut made = new(at + 1, Bound::exactly(0), numbers.rules.none);
        made.kind = Some(NumberKind::Count);
        return Some(made);
    }
    if numbers.table.articles.contains(&token.lower) {
        let mut made = new(at + 1, Bound::exactly(1), numbers.rules.article);
        made.kind = Some(NumberKind::Count);
        return Some(made);
    }
    None
}

fn starts_upper(ground: &Ground, at: usize) -> bool {
    ground
        .tokens
        .get(at)
        .and_then(|t| ground.slice(t.span).chars().next())
        .is_some_and(char::is_uppercase)
}

/// "A7", "F-16", "MH17": letters, then digits.
fn label(raw: &str) -> bool {
    let letters = raw.chars().take_while(|c| c.is_alphabetic()).count();
    let rest: String = raw.chars().skip(letters).filter(|c| *c != '-').collect();
    (1..=6).contains(&letters)
        && raw.chars().next().is_some_and(char::is_uppercase)
        && rest.starts_with(|c: char| c.is_ascii_digit())
        && rest.chars().all(|c| c.is_ascii_alphanumeric())
        && rest.len() <= 6
}

/// "der 2. Vorsitzende": digits, a stop, a further word of the sentence.
fn ordinal_stop(ground: &Ground, at: usize, to: usize, end: usize) -> bool {
    let raw = ground.tokens.get(at).map(|t| ground.slice(t.span)).unwrap_or_default();
    to == at + 1
        && to + 1 < end
        && raw.len() <= 3
        && raw.bytes().all(|b| b.is_ascii_digit())
        && ground.tokens.get(to).is_some_and(|t| {
            t.lower == "." && ground.tokens.get(at).is_some_and(|n| n.span.end == t.span.start)
        })
        && ground.tokens.get(to + 1).is_some_and(|t| t.kind == TokenKind::Word)
}

/// Joins "n bis m" and "zwischen n und m".
fn ranges(ground: &Ground, numbers: &Numbers, atoms: Vec<Atom>) -> Vec<Atom> {
    let mut out: Vec<Atom> = Vec::new();
    for atom in atoms {
        let joined = out.last().is_some_and(|last| {
            let (Some(min), Some(max)) = (last.bound.exact(), atom.bound.exact()) else {
                return false;
            };
            let plain = |k: Option<NumberKind>| k.is_none_or(|k| k == NumberKind::Count);
            if min >= max
                || min == 0
                || !(plain(last.kind) || last.kind == atom.kind)
                || last.rule == numbers.rules.article
                || atom.rule == numbers.rules.article
                || last.kind == Some(NumberKind::Label)
            {
                return false;
            }
            let by_join = numbers
                .range_joins
                .at(&ground.tokens, last.to)
                .is_some_and(|(to, ())| to == atom.from);
            let between = numbers.between.before(&ground.tokens, last.from).is_some()
                && numbers
                    .between_and
                    .at(&ground.tokens, last.to)
                    .is_some_and(|(to, ())| to == atom.from);
            by_join || between
        });
        match out.last_mut() {
            Some(last) if joined => {
                last.from = numbers
                    .between
                    .before(&ground.tokens, last.from)
                    .map_or(last.from, |(from, ())| from);
                last.to = atom.to;
                last.bound.max = atom.bound.max;
                last.kind = atom.kind;
                last.decimal = None;
                last.rule = numbers.rules.range;
            }
            _ => out.push(atom),
        }
    }
    out
}

/// Widens a number by "mindestens", "rund", "oder mehr".
fn modifiers(
    ground: &Ground,
    numbers: &Numbers,
    floor: usize,
    from: &mut usize,
    to: &mut usize,
    end: usize,
    bound: &mut Bound,
) {
    for _ in 0..3 {
        let Some((start, what)) = numbers.before.before(&ground.tokens, *from) else { break };
        if start < floor {
            break;
        }
        apply(bound, *what);
        *from = start;
    }
    if let Some((stop, what)) = numbers.after.at(&ground.tokens, *to)
        && stop <= end
    {
        apply(bound, *what);
        *to = stop;
    }
}

fn apply(bound: &mut Bound, what: Modifier) {
    match what {
        Modifier::Least => bound.max = None,
        Modifier::Most => {
            bound.max = bound.max.or(bound.min);
            bound.min = None;
        }
        Modifier::About => bound.approx = true,
    }
}
