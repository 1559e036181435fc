//! Names inside of words: "Nordsyrien", "irakisch", "US-Streitkräfte", "Berlin-Kreuzberg".

use super::super::{PlaceClass, Span, Token};
use super::find::{Candidate, Finder, What};
use super::gazetteer::Gazetteer;
use super::table::{Known, Places};

impl Finder<'_> {
    /// "Nordsyrien".
    pub(super) fn part(&self, at: usize, token: &Token) -> Option<Candidate> {
        if !self.capital(at) {
            return None;
        }
        let number = self.places.part_of(&token.lower)?;
        let mut made = self.candidate(at, at + 1, What::Country(number), self.places.rules.part);
        made.lead.part = true;
        made.strong = true;
        Some(made)
    }

    pub(super) fn adjective(&self, at: usize, token: &Token) -> Option<Candidate> {
        let word = token.lower.as_str();
        let known = self.places.adjective(word).or_else(|| self.places.prefixed_adjective(word))?;
        let rule = self.places.rules.adjective;
        let mut made = self.candidate(at, at + 1, known.what(), rule);
        made.strong = true;
        made.adjective = true;
        Some(made)
    }

    /// "US-Streitkräfte", "Irak-Krieg", "russisch-ukrainisch", "Berlin-Kreuzberg".
    pub(super) fn compound(&self, at: usize, token: &Token, out: &mut Vec<Candidate>) {
        // Folded words have one hyphen.
        if !token.lower.contains('-') {
            return;
        }
        let raw = self.ground.slice(token.span);
        let mut start = token.span.start;
        for (n, piece) in raw.split(['-', '‐', '‑']).enumerate() {
            let span = Span { start, end: start + piece.len() };
            // Every hyphen is one sign of one to three bytes.
            start = span.end
                + self
                    .ground
                    .full
                    .get(span.end..)
                    .and_then(|s| s.chars().next())
                    .map_or(1, char::len_utf8);
            if n > 3 || piece.len() == raw.len() {
                return;
            }
            let lower = super::super::tokens::fold(piece);
            let capital = piece.chars().next().is_some_and(char::is_uppercase);
            let loud = piece.chars().all(char::is_uppercase);
            let listed = self.places.known.word(&lower).and_then(|list| {
                list.iter().find(|(name, _)| capital && (name.chars().count() > 3 || loud))
            });
            let what = match listed {
                Some((_, known)) => Some(known.what()),
                None if capital => country(&lower).map(What::Country),
                None => None,
            };
            let what = what.or_else(|| self.places.adjective(&lower).map(Known::what));
            if let Some(what) = what {
                let mut made = self.candidate(at, at + 1, what, self.places.rules.adjective);
                made.span = span;
                piece.clone_into(&mut made.base);
                made.key = lower;
                made.strong = true;
                made.adjective = true;
                out.push(made);
                continue;
            }
            if n == 0 && capital {
                let entries = Gazetteer::builtin().find(&lower);
                let lead = self.lead(at);
                if !entries.is_empty()
                    && lead.there
                    && !self.places.table.common.contains(&lower)
                    && !self.places.weak(&lower)
                {
                    let rule = self.places.rules.gazetteer;
                    let mut made = self.candidate(at, at + 1, What::Names(entries), rule);
                    made.span = span;
                    piece.clone_into(&mut made.base);
                    made.key = lower;
                    made.strong = true;
                    out.push(made);
                    return;
                }
            }
        }
    }
}

impl Places {
    /// Number of the country that a folded word says to be a part of.
    pub(super) fn part_of(&self, word: &str) -> Option<u32> {
        if !self.part_starts.may_begin(word) {
            return None;
        }
        self.table.part_prefixes.iter().find_map(|prefix| {
            let rest = word.strip_prefix(prefix.as_str())?;
            let rest = rest.strip_prefix('-').unwrap_or(rest);
            country(rest).or_else(|| {
                self.table.genitive.iter().find_map(|g| country(rest.strip_suffix(g.as_str())?))
            })
        })
    }
}

/// Number of the country of a folded name.
fn country(name: &str) -> Option<u32> {
    if name.chars().count() < 3 {
        return None;
    }
    let gazetteer = Gazetteer::builtin();
    gazetteer.find(name).iter().find_map(|e| {
        let place = gazetteer.place(e.place)?;
        (place.class == PlaceClass::Country && !e.alternate).then_some(e.place)
    })
}
