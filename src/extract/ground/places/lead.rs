//! What the words before a name say.

use super::super::{NumberKind, TokenKind};
use super::find::Finder;
use super::marks;

/// What the words before a name say.
#[derive(Debug, Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools)] // independent observations
pub(super) struct Lead {
    /// Something is there: "in", "bei".
    pub(super) there: bool,
    /// From, to or with it: "nach", "und".
    pub(super) toward: bool,
    /// Near it: "südlich von".
    pub(super) near: bool,
    /// A part of it: "im Norden Syriens".
    pub(super) part: bool,
    /// "in der Stadt ...".
    pub(super) head: bool,
    /// First token of name and qualifier.
    pub(super) wide: usize,
    /// There only for regions: "auf Kreta".
    pub(super) regional: bool,
    /// An article stands right before it, grown to a preposition or not: "im", "der". Towns have
    /// none in the languages that list such words.
    pub(super) article: bool,
}

impl Finder<'_> {
    /// What the words before a token say; asked several times for the same token.
    pub(super) fn lead(&self, from: usize) -> Lead {
        if let Some((_, lead)) = self.lead.get().filter(|(at, _)| *at == from) {
            return lead;
        }
        let lead = self.read_lead(from);
        self.lead.set(Some((from, lead)));
        lead
    }

    fn read_lead(&self, from: usize) -> Lead {
        let mut lead = Lead { wide: from, ..Lead::default() };
        if let Some(before) =
            from.checked_sub(1).filter(|_| !self.places.table.contracted.is_empty())
        {
            lead.article = self.has(before, marks::CONTRACTED | marks::ARTICLE);
        }
        if self.qualifier(from, &mut lead) {
            return lead;
        }
        let mut at = from;
        let back = |at: usize| at.checked_sub(1).filter(|i| self.range.contains(i));
        if let Some(join) = back(at).filter(|i| self.has(*i, marks::HEAD_JOIN))
            && let Some(head) = back(join)
            && self.has(head, marks::HEAD | marks::PART)
        {
            lead.head = self.has(head, marks::HEAD);
            lead.part = !lead.head;
            if lead.part {
                lead.wide = head;
            }
            at = head;
        } else if self.preposition(from, &mut lead) {
            return lead;
        } else if let Some(of) = back(at).filter(|i| self.has(*i, marks::ADJECTIVE)) {
            // "im sächsischen Freital": the article is that of the adjective.
            at = of;
            lead.article = false;
        } else if let Some(head) = back(at).filter(|i| self.has(*i, marks::HEAD)) {
            lead.head = true;
            at = head;
        }
        let mut skipped = 0;
        while let Some(i) = back(at) {
            let article = self.has(i, marks::ARTICLE);
            let modifier = (lead.head || lead.part)
                && !self.capital(i)
                && self.token(i).is_some_and(|t| t.kind == TokenKind::Word)
                && !self.has(i, marks::THERE | marks::TOWARD);
            let part = !lead.part && self.has(i, marks::PART);
            if skipped > 3 || !(article || modifier || part) {
                break;
            }
            if part {
                lead.part = true;
                lead.wide = i;
            }
            skipped += 1;
            at = i;
            if self.preposition(at, &mut lead) {
                return lead;
            }
        }
        self.preposition(at, &mut lead);
        lead
    }

    /// A qualifier or preposition that ends right before a token.
    fn preposition(&self, at: usize, lead: &mut Lead) -> bool {
        if self.qualifier(at, lead) {
            return true;
        }
        let Some(before) = at.checked_sub(1).filter(|i| self.range.contains(i)) else {
            return false;
        };
        if self.has(before, marks::THERE) {
            lead.there = true;
            return true;
        }
        if self.has(before, marks::THERE_REGIONS) {
            lead.there = true;
            lead.regional = true;
            return true;
        }
        if self.has(before, marks::TOWARD) {
            lead.toward = true;
            return true;
        }
        false
    }

    /// "südlich von", "in der Nähe der" right before a token.
    fn qualifier(&self, at: usize, lead: &mut Lead) -> bool {
        if !at.checked_sub(1).is_some_and(|last| self.has(last, marks::NEAR)) {
            return false;
        }
        let tokens = self.ground.tokens.get(..at).unwrap_or_default();
        let found = self.places.near.before(tokens, at);
        let Some((start, ())) = found.filter(|(start, ())| *start >= self.range.start) else {
            return false;
        };
        lead.near = true;
        lead.there = true;
        lead.wide = self.distance(start);
        true
    }

    /// "20 Kilometer nördlich von": the token where the distance begins.
    fn distance(&self, start: usize) -> usize {
        let Some(here) = self.token(start).map(|t| t.span.start) else { return start };
        let numbers = &self.ground.numbers;
        let next = numbers.partition_point(|n| n.span.end <= here);
        let Some(number) = next.checked_sub(1).and_then(|i| numbers.get(i)) else { return start };
        let first = self.ground.tokens.partition_point(|t| t.span.start < number.span.start);
        let last = self.ground.tokens.partition_point(|t| t.span.end <= number.span.end);
        let close = number.kind == NumberKind::Measure && last + 1 >= start.saturating_sub(1);
        if close && first >= self.range.start && last < start { first } else { start }
    }
}
