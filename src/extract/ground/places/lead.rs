//! What the words before a name say.

use super::super::{NumberKind, TokenKind};
use super::find::Finder;

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
    /// What the words before a token say.
    pub(super) fn lead(&self, from: usize) -> Lead {
        let table = &self.places.table;
        let mut lead = Lead { wide: from, ..Lead::default() };
        if let Some(before) = from.checked_sub(1).filter(|_| !table.contracted.is_empty()) {
            let word = self.lower(before);
            lead.article = table.contracted.contains(word) || table.articles.contains(word);
        }
        if self.qualifier(from, &mut lead) {
            return lead;
        }
        let mut at = from;
        let back = |at: usize| at.checked_sub(1).filter(|i| self.range.contains(i));
        if let Some(join) = back(at).filter(|i| table.head_joins.contains(self.lower(*i)))
            && let Some(head) = back(join)
            && (table.heads.contains(self.lower(head)) || table.parts.contains(self.lower(head)))
        {
            lead.head = table.heads.contains(self.lower(head));
            lead.part = !lead.head;
            if lead.part {
                lead.wide = head;
            }
            at = head;
        } else if self.preposition(from, &mut lead) {
            return lead;
        } else if let Some(of) =
            back(at).filter(|i| self.places.adjective(self.lower(*i)).is_some())
        {
            // "im sächsischen Freital": the article is that of the adjective.
            at = of;
            lead.article = false;
        } else if let Some(head) = back(at).filter(|i| table.heads.contains(self.lower(*i))) {
            lead.head = true;
            at = head;
        }
        let mut skipped = 0;
        while let Some(i) = back(at) {
            let word = self.lower(i);
            let article = table.articles.contains(word);
            let modifier = (lead.head || lead.part)
                && !self.capital(i)
                && self.token(i).is_some_and(|t| t.kind == TokenKind::Word)
                && !table.there.contains(word)
                && !table.toward.contains(word);
            let part = !lead.part && table.parts.contains(word);
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
        let table = &self.places.table;
        if self.qualifier(at, lead) {
            return true;
        }
        let Some(before) = at.checked_sub(1).filter(|i| self.range.contains(i)) else {
            return false;
        };
        let word = self.lower(before);
        if table.there.contains(word) {
            lead.there = true;
            return true;
        }
        if table.there_regions.contains(word) {
            lead.there = true;
            lead.regional = true;
            return true;
        }
        if table.toward.contains(word) {
            lead.toward = true;
            return true;
        }
        false
    }

    /// "südlich von", "in der Nähe der" right before a token.
    fn qualifier(&self, at: usize, lead: &mut Lead) -> bool {
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
