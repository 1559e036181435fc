//! Times: dates, parts of days, durations and sets, resolved against the anchor.
//!
//! Promises a TIMEX3 type and value for every mention and, where a moment is known, an interval in
//! the text's own time. The rules are data (`config/lexicon/<lang>/time.toml`).

mod calendar;
mod digits;
mod grown;
mod join;
mod make;
mod pattern;
mod rules;
mod table;
mod tense;
mod values;
mod words;

use table::Make;
pub(super) use table::{TimeTable, Times};
pub(super) use words::TimeWord;

use super::numbers::Numbers;
use super::{Ground, Span, TimeMention, Token, TokenKind};
use crate::message::TimePrecision;
use jiff::civil::Date;
use make::{Made, Maker};
use pattern::Found;
use tense::{Tense, Tenses};

/// All times of a text, in order.
pub(super) fn read(ground: &Ground, times: &Times, numbers: &Numbers) -> Vec<TimeMention> {
    let mut out: Vec<TimeMention> = Vec::new();
    // The day that "am Vortag" and "zwei Tage später" refer to.
    let mut reference: Option<(usize, Date)> = None;
    // The day that the sentence before last named.
    let mut carried: Option<(usize, Date)> = None;
    // The day that a sentence named beside a word of beginning: weeks are counted from it.
    let mut begun: Option<Date> = None;
    for (index, sentence) in ground.sentences.iter().enumerate() {
        let range = sentence.tokens.clone();
        let Some(tokens) = ground.tokens.get(range.clone()) else { continue };
        let Some(known) = ground.words.get(range.clone()) else { continue };
        if times.every_rule_needs_a_class && known.iter().all(|w| w.time.is_silent()) {
            carried = None;
            continue;
        }
        let infos = words::infos(ground, times, numbers, tokens, known);
        let views = words::views(ground, times, numbers, tokens, known, &infos);
        let classes = views.iter().fold(0, |bits, view| bits | view.mask);
        let tenses = Tenses::new(ground, times, tokens, known);
        let first_of_sentence = out.len();
        let mut told = false;
        let mut at = 0;
        while at < tokens.len() {
            let listed = views.get(at).is_some_and(|v| v.listed);
            let holiday = if listed { times.holiday(tokens, &views, at) } else { None };
            let found = holiday.or_else(|| times.best(&views, classes, at));
            let fixed = if listed { times.fixed.at(tokens, at) } else { None };
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
                    .filter(|_| known.get(at).is_some_and(|w| w.time.grown))
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
            let tense = if since { Tense::Past } else { tenses.at(found.from) };
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
                begun,
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
                    if tokens.iter().any(|t| times.start(&t.lower)) {
                        begun = Some(start.date());
                    }
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
        let last = join::anchor_hours(mine, before.map(|(_, day)| day));
        carried = last.map(|day| (sentence.paragraph, day));
        join::ranges(times, tokens, mine);
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
