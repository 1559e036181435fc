//! Adjectives of towns: "im Hamburger Hafen", "in der Frankfurter Innenstadt".

use super::find::{Candidate, Finder, What};
use super::gazetteer::{Entry, Gazetteer};
use super::marks;

/// Inhabitants of a town that has an adjective of its own.
const KNOWN: u64 = 30_000;

impl Finder<'_> {
    /// The town of an adjective before a noun, where a preposition says that something is there.
    pub(super) fn of_town(&self, at: usize) -> Option<Candidate> {
        let endings = &self.places.table.town_endings;
        // "in einem Solinger Wohnhaus"
        let one = || {
            at.checked_sub(2).is_some_and(|i| self.has(i, marks::THERE))
                && self.places.table.town_articles.contains(self.lower(at - 1))
        };
        let there = || self.lead(at).there || one();
        if endings.is_empty() || !self.capital(at) || !self.capital(at + 1) || !there() {
            return None;
        }
        let lower = self.lower(at);
        endings.iter().find_map(|(ending, added)| {
            let stem = lower.strip_suffix(ending.as_str()).filter(|s| s.len() > 2)?;
            let entries = towns(&format!("{stem}{added}"));
            if entries.is_empty() {
                return None;
            }
            let mut made =
                self.candidate(at, at + 1, What::Names(entries), self.places.rules.adjective);
            made.key = format!("{stem}{added}");
            let kept = made.base.len().saturating_sub(ending.len());
            made.base = format!("{}{added}", made.base.get(..kept).unwrap_or_default());
            made.strong = true;
            made.lead.there = true;
            Some(made)
        })
    }
}

/// Towns of some size with this name.
fn towns(name: &str) -> Vec<Entry> {
    let gazetteer = Gazetteer::builtin();
    let entries = gazetteer.find(name);
    let large = |e: &Entry| {
        gazetteer.place(e.place).is_some_and(|p| {
            p.class == super::super::PlaceClass::Town && (p.population >= KNOWN || p.seat >= 4)
        })
    };
    entries.into_iter().filter(large).collect()
}
