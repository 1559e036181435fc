//! Names that are those of people, not of places.

use super::find::{Candidate, Finder, What};

/// Names between a title and the one in question: "General Abdel Fattah ...".
const BETWEEN: usize = 3;

impl Finder<'_> {
    /// Title or first name before it, or a surname after a first name.
    pub(super) fn person(&self, found: &Candidate) -> bool {
        if matches!(&found.what, What::Country(_) | What::Region(_)) {
            return false;
        }
        let table = &self.places.table;
        let mut at = found.from;
        for between in 0..=BETWEEN {
            let Some(mut before) = at.checked_sub(1) else { break };
            let stop = self.lower(before) == ".";
            if stop {
                before = before.wrapping_sub(1);
            }
            if self.titled(before) {
                return true;
            }
            // Where nouns have capitals, only names lead back to a title.
            let word = self.lower(before);
            let name = table.firstnames.contains(word) || self.places.nouns_are_small();
            if stop || !self.capital(before) || !self.adjacent(at) || !name {
                break;
            }
            if between == 0 && table.firstnames.contains(word) {
                return true;
            }
            at = before;
        }
        found.to == found.from + 1
            && !found.lead.there
            && (table.firstnames.contains(&found.key) || table.namesakes.contains(&found.key))
            && self.capital(found.to)
            && self.adjacent(found.to)
    }

    fn titled(&self, at: usize) -> bool {
        let table = &self.places.table;
        let word = self.lower(at);
        if word.is_empty() || !(self.capital(at) || table.titles_small) {
            return false;
        }
        table.titles.contains(word)
            || table.title_endings.iter().any(|ending| word.ends_with(ending.as_str()))
    }
}
