//! Sentences, paragraphs and datelines.

use super::tables::TextTable;
use super::{Sentence, Span, Token, TokenKind};
use crate::message::Part;

/// Characters within which a dateline ends.
const DATELINE: usize = 90;
/// Paragraphs of the text that may begin with a dateline.
const DATELINE_PARAGRAPHS: usize = 3;

/// Cuts tokens into sentences.
pub(super) fn sentences(
    full: &str,
    text_start: usize,
    tokens: &[Token],
    table: &TextTable,
) -> Vec<Sentence> {
    let mut out: Vec<Sentence> = Vec::new();
    let (mut begin, mut paragraph) = (0, 0);
    let mut text_paragraphs = 0;
    let mut fresh = true;
    let mut i = 0;
    while let Some(token) = tokens.get(i) {
        let part = if token.span.start >= text_start { Part::Text } else { Part::Title };
        if fresh && part == Part::Text {
            text_paragraphs += 1;
            if text_paragraphs <= DATELINE_PARAGRAPHS
                && let Some(end) = dateline(full, tokens, i)
            {
                push(&mut out, tokens, i..end, part, paragraph, true);
                begin = end;
                i = end;
                fresh = false;
                continue;
            }
        }
        fresh = false;
        let mut end = None;
        if ends(full, tokens, i, table) {
            end = Some(closing(full, tokens, i));
        }
        let last = end.map_or(i, |e| e.saturating_sub(1));
        let gap = match (tokens.get(last), tokens.get(last + 1)) {
            (Some(a), Some(b)) => full.get(a.span.end..b.span.start).unwrap_or_default(),
            _ => "",
        };
        let crosses = tokens
            .get(last + 1)
            .is_some_and(|b| token.span.start < text_start && b.span.start >= text_start);
        let breaks = crosses || empty_line(gap);
        if breaks && end.is_none() {
            end = Some(i + 1);
        }
        if let Some(end) = end {
            push(&mut out, tokens, begin..end, part, paragraph, false);
            begin = end;
            i = end;
        } else {
            i += 1;
        }
        if breaks {
            paragraph += 1;
            fresh = true;
        }
    }
    if begin < tokens.len() {
        let part = match tokens.get(begin) {
            Some(t) if t.span.start < text_start => Part::Title,
            _ => Part::Text,
        };
        push(&mut out, tokens, begin..tokens.len(), part, paragraph, false);
    }
    out
}

fn push(
    out: &mut Vec<Sentence>,
    tokens: &[Token],
    range: std::ops::Range<usize>,
    part: Part,
    paragraph: usize,
    dateline: bool,
) {
    let last = range.end.checked_sub(1).and_then(|i| tokens.get(i));
    if let (Some(first), Some(last)) = (tokens.get(range.start), last) {
        let span = Span { start: first.span.start, end: last.span.end };
        out.push(Sentence { span, part, paragraph, tokens: range, dateline });
    }
}

/// The gap between two tokens holds an empty line.
fn empty_line(gap: &str) -> bool {
    gap.matches('\n').count() >= 2
}

fn gap<'a>(full: &'a str, tokens: &[Token], i: usize) -> &'a str {
    match (tokens.get(i), tokens.get(i + 1)) {
        (Some(a), Some(b)) => full.get(a.span.end..b.span.start).unwrap_or_default(),
        _ => "\n\n",
    }
}

/// First token after the closing quotes and brackets that follow the end of a sentence.
fn closing(full: &str, tokens: &[Token], i: usize) -> usize {
    let mut end = i + 1;
    while let Some(token) = tokens.get(end) {
        let before = gap(full, tokens, end - 1);
        // French sets a blank before the mark that closes: « Partons. » Il part.
        let guillemet = token.lower == "»"
            && before.chars().count() == 1
            && gap(full, tokens, end).starts_with(char::is_whitespace);
        let adjacent = before.is_empty() || guillemet;
        let closes = token.kind == TokenKind::Quote
            || matches!(token.lower.as_str(), ")" | "]" | "." | "!" | "?" | "…");
        if !(adjacent && closes) {
            break;
        }
        end += 1;
    }
    end
}

/// The token ends a sentence.
fn ends(full: &str, tokens: &[Token], i: usize, table: &TextTable) -> bool {
    let Some(token) = tokens.get(i) else { return false };
    let stop = match token.lower.as_str() {
        "!" | "?" | "…" => false,
        "." => true,
        _ => return false,
    };
    let after = closing(full, tokens, i);
    let Some(next) = tokens.get(after) else { return true };
    let between = gap(full, tokens, after - 1);
    if between.is_empty() {
        return false;
    }
    if empty_line(between) {
        return true;
    }
    // The word that begins the next sentence, behind an opening quotation mark or bracket.
    let opener = next.kind == TokenKind::Quote
        || matches!(next.lower.as_str(), "(" | "¿" | "¡" | "-" | "–" | "—");
    let word = if opener { tokens.get(after + 1).unwrap_or(next) } else { next };
    let first = full.get(word.span.start..).and_then(|s| s.chars().next()).unwrap_or(' ');
    if first.is_lowercase() {
        return false;
    }
    if !stop {
        return true;
    }
    let Some(before) = i.checked_sub(1).and_then(|b| tokens.get(b)) else { return true };
    if before.span.end != token.span.start {
        return true;
    }
    if before.kind == TokenKind::Number {
        let digits = before.lower.bytes().all(|b| b.is_ascii_digit());
        if table.ordinal_stop && digits && before.lower.len() <= 2 && !opener {
            let lead = i.checked_sub(2).and_then(|b| tokens.get(b)).map(|t| t.lower.as_str());
            return !lead.is_some_and(|l| table.before_ordinal.contains(l))
                && table.starters.contains(&word.lower);
        }
        return true;
    }
    let name = before.lower.as_str();
    // "u. a." and "z. B." come as single letters.
    if table.soft.contains(name) {
        return table.soft_starters.contains(&word.lower);
    }
    if table.abbreviations.contains(name) {
        return false;
    }
    // An initial: "George W. Bush".
    let upper = full.get(before.span.start..before.span.end).unwrap_or_default();
    !(upper.chars().count() == 1 && upper.chars().all(char::is_uppercase))
}

/// One past the last token of a dateline that begins at token `i`.
fn dateline(full: &str, tokens: &[Token], i: usize) -> Option<usize> {
    let start = tokens.get(i)?.span.start;
    let mut bracket = false;
    let mut shouting = true;
    let mut words = 0;
    for (offset, token) in tokens.get(i..)?.iter().enumerate() {
        if token.span.start > start + DATELINE {
            return None;
        }
        let raw = full.get(token.span.start..token.span.end).unwrap_or_default();
        match token.lower.as_str() {
            "-" | "–" | "—" | "--" | ":" if bracket || (shouting && words > 0) => {
                let spaced = gap(full, tokens, i + offset).starts_with(char::is_whitespace);
                let lone_colon = raw == ":" && !bracket;
                return (spaced && !lone_colon).then_some(i + offset + 1);
            }
            ")" => bracket = true,
            "(" | "/" | "," | "." | "+" | "*" => {}
            _ if bracket => return None,
            _ => {
                words += 1;
                if words > 8 || token.kind == TokenKind::Quote {
                    return None;
                }
                let in_bracket =
                    offset > 0 && tokens.get(i..i + offset)?.iter().any(|t| t.lower == "(");
                let capital =
                    raw.chars().next().is_some_and(|c| c.is_uppercase() || c.is_numeric());
                let joiner = matches!(
                    token.lower.as_str(),
                    "am" | "de" | "la" | "el" | "der" | "und" | "y" | "et"
                );
                if !in_bracket && !capital && !joiner {
                    return None;
                }
                let loud = raw.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
                if !(in_bracket || loud && raw.chars().count() > 2) && token.kind == TokenKind::Word
                {
                    shouting = false;
                }
            }
        }
    }
    None
}
