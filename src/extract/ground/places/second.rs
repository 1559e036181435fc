//! A second chance for names that are not in the gazetteer as they are written: other hyphens and
//! blanks ("El-Fasher", "Port au Prince"), other ways to write foreign letters ("Dschenin").

use super::super::{Span, TokenKind};
use super::find::{Candidate, Finder, Needs, What};
use super::gazetteer::{Entry, Gazetteer};
use super::key;

/// Longest name, in tokens.
const LONGEST: usize = 4;

impl Finder<'_> {
    /// A name that goes further than what was found as written, where words before it say that it
    /// is a place.
    pub(super) fn second(&self, at: usize, known_to: Option<usize>) -> Option<Candidate> {
        if !self.capital(at) {
            return None;
        }
        let lead = self.lead(at);
        let dateline = self.dateline();
        if lead.article || !(lead.there && !lead.regional || lead.head || dateline) {
            return None;
        }
        let least = known_to.map_or(at + 1, |to| to + 1);
        (least..=at + LONGEST).rev().find_map(|to| self.spelled(at, to, dateline))
    }

    fn spelled(&self, at: usize, to: usize, dateline: bool) -> Option<Candidate> {
        let last = to.checked_sub(1)?;
        let named = self.capital(last)
            && (at + 1..to).all(|i| {
                self.adjacent(i) && self.token(i).is_some_and(|t| t.kind == TokenKind::Word)
            });
        if !named {
            return None;
        }
        let word = self.lower(at);
        if to == at + 1 && self.places.weak(word) {
            return None;
        }
        let span = Span { start: self.token(at)?.span.start, end: self.token(last)?.span.end };
        let base = self.ground.slice(span);
        let written = if to > at + 1 {
            respelled(&super::super::tokens::fold(base))
        } else if word.contains('-') {
            respelled(word)
        } else {
            None
        };
        let guess = written.is_none();
        let (key, entries) = written.or_else(|| {
            let genitive = &self.places.table.genitive;
            self.folded(base).or_else(|| {
                genitive.iter().find_map(|g| self.folded(base.strip_suffix(g.as_str())?))
            })
        })?;
        let mut made = self.candidate(at, to, What::Names(entries), self.places.rules.spelling);
        made.key = key;
        made.strong = !guess || made.lead.head || dateline;
        if guess {
            made.needs = Needs::Country;
        }
        Some(made)
    }

    /// The places whose spelling meets that of the name.
    fn folded(&self, name: &str) -> Option<(String, Vec<Entry>)> {
        let mut name = name.to_lowercase();
        for (from, to) in &self.places.table.respell {
            if name.contains(from.as_str()) {
                name = name.replace(from.as_str(), to);
            }
        }
        let key = key::key(&name);
        let entries = Gazetteer::builtin().find_folded(&key);
        (!entries.is_empty()).then(|| (format!("~{key}"), entries))
    }
}

/// The name with blanks for hyphens, or hyphens for blanks, or neither.
fn respelled(key: &str) -> Option<(String, Vec<Entry>)> {
    let gazetteer = Gazetteer::builtin();
    let forms = [key.replace('-', " "), key.replace(' ', "-"), key.replace(['-', ' ', '\''], "")];
    forms.into_iter().find_map(|form| {
        let entries = gazetteer.find(&form);
        (form != key && !entries.is_empty()).then_some((form, entries))
    })
}
