//! Names that are no known place.

use super::places::Places;
use super::{Ground, NameMention, Span, TokenKind};

/// Most tokens of a name.
const LONGEST: usize = 8;

/// Quoted runs that look like a name, and runs of capitals that are one.
pub(super) fn read(ground: &Ground, places: &Places) -> Vec<NameMention> {
    let mut out = Vec::new();
    for (index, sentence) in ground.sentences.iter().enumerate() {
        let range = sentence.tokens.clone();
        let mut at = range.start;
        while at < range.end {
            if let Some(end) = quoted(ground, at, range.end) {
                push(ground, &mut out, index, at + 1, end, true);
                at = end + 1;
                continue;
            }
            let end = capitals(ground, places, at, range.end, at == range.start);
            if let Some(end) = end {
                push(ground, &mut out, index, at, end, false);
                at = end;
            } else {
                at += 1;
            }
        }
    }
    out
}

fn push(
    ground: &Ground,
    out: &mut Vec<NameMention>,
    sentence: usize,
    from: usize,
    to: usize,
    quoted: bool,
) {
    let last = to.checked_sub(1).and_then(|i| ground.tokens.get(i));
    if let (Some(first), Some(last)) = (ground.tokens.get(from), last) {
        let span = Span { start: first.span.start, end: last.span.end };
        out.push(NameMention { span, sentence, quoted });
    }
}

/// The closing mark of a short quotation that begins with a capital and holds no clause.
fn quoted(ground: &Ground, at: usize, end: usize) -> Option<usize> {
    let tokens = &ground.tokens;
    if tokens.get(at)?.kind != TokenKind::Quote || !capital(ground, at + 1) {
        return None;
    }
    let close = (at + 1..end.min(at + 2 + LONGEST)).find(|i| {
        tokens.get(*i).is_some_and(|t| t.kind != TokenKind::Word && t.kind != TokenKind::Number)
    })?;
    (close > at + 1 && tokens.get(close)?.kind == TokenKind::Quote).then_some(close)
}

fn capital(ground: &Ground, at: usize) -> bool {
    ground.tokens.get(at).is_some_and(|t| {
        t.kind == TokenKind::Word
            && ground.slice(t.span).chars().next().is_some_and(char::is_uppercase)
    })
}

/// End of a run of capitals that is a name: known by a first name or title, an article inside
/// ("al-", "bin"), or, where nouns are written small, by the capitals alone.
fn capitals(ground: &Ground, places: &Places, at: usize, end: usize, first: bool) -> Option<usize> {
    if !capital(ground, at) || placed(ground, at) {
        return None;
    }
    let nouns = !places.nouns_are_small();
    let mut to = at;
    while to < end.min(at + LONGEST) && capital(ground, to) && !placed(ground, to) {
        // What is far from the word before is another phrase.
        let adjacent = to == at
            || matches!((ground.tokens.get(to - 1), ground.tokens.get(to)), (Some(a), Some(b))
                if b.span.start <= a.span.end + 1);
        if !adjacent {
            break;
        }
        to += 1;
    }
    let lower = ground.tokens.get(at).map_or("", |t| t.lower.as_str());
    let raw = ground.tokens.get(at).map_or("", |t| ground.slice(t.span));
    let firstname = ground.words.get(at).is_some_and(|w| w.marked.is_firstname());
    let loud = (2..=8).contains(&raw.chars().count()) && raw.chars().all(char::is_uppercase);
    let named = if nouns {
        // German: a first name with what follows, or an abbreviation.
        firstname && to > at + 1 || loud
    } else {
        to > at + 1 && !(first && places.is_common(lower))
            || (!first && !places.is_common(lower))
            || loud
    };
    let to = if nouns && loud && !firstname { at + 1 } else { to };
    named.then_some(to)
}

fn placed(ground: &Ground, at: usize) -> bool {
    let Some(token) = ground.tokens.get(at) else { return false };
    let next = ground.places.partition_point(|p| p.span.end <= token.span.start);
    ground.places.get(next).is_some_and(|p| p.span.start < token.span.end)
}
