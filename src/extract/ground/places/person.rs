//! Names that are those of people, not of places.

use super::find::{Candidate, Finder, What};
use super::marks;

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
            let first = self.has(before, marks::FIRSTNAME);
            let name = first || self.places.nouns_are_small();
            if stop || !self.capital(before) || !self.adjacent(at) || !name {
                break;
            }
            if between == 0 && first {
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
        if !(self.capital(at) || self.places.table.titles_small) {
            return false;
        }
        self.has(at, marks::TITLE) || self.places.ends_like_title(self.lower(at))
    }
}
