//! Finds the words that may name a place, and what the words around them say.

use super::super::{Ground, PlaceClass, PlaceMention, Span, Token, TokenKind};
use super::gazetteer::{Entry, Gazetteer};
use super::lead::Lead;
use super::marks::{self, Marks};
use super::resolve::Context;
use super::table::{Known, Places};
use super::world::World;
use std::cell::Cell;
use std::collections::BTreeSet;

/// Longest name, in tokens.
const LONGEST: usize = 7;
/// Inhabitants from which a name needs no preposition.
const LARGE: u64 = 100_000;

/// What a candidate may mean.
#[derive(Debug, Clone)]
pub(super) enum What {
    Country(u32),
    Region(usize),
    Names(Vec<Entry>),
}

/// Words that may name a place.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) span: Span,
    /// Folded name without ending: equal names mean equal places.
    pub(super) key: String,
    /// Name as written, without ending.
    pub(super) base: String,
    pub(super) what: What,
    pub(super) lead: Lead,
    pub(super) sentence: usize,
    pub(super) strong: bool,
    pub(super) adjective: bool,
    pub(super) metonym: bool,
    pub(super) needs: Needs,
    pub(super) rule: &'static str,
}

/// What a candidate needs beside its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// No more than another mention of it that is certain.
    Nothing,
    /// Its own words must say that it is a town, for it is also a common word: "Brand (Tirol)".
    Frame,
    /// The text names its country, for its spelling is a guess.
    Country,
}

/// All places of a text, in order.
pub(in super::super) fn read(
    ground: &Ground,
    places: &Places,
    world: &World,
    outlet: Option<&str>,
) -> Vec<PlaceMention> {
    let candidates = candidates(ground, places);
    let context = Context::of(ground, places, world, outlet, &candidates);
    context.mentions(&candidates)
}

/// Every candidate of a text.
pub(super) fn candidates(ground: &Ground, places: &Places) -> Vec<Candidate> {
    let mut out = Vec::new();
    let mut persons = BTreeSet::new();
    let marks = Marks::read(ground);
    for (index, sentence) in ground.sentences.iter().enumerate() {
        let range = sentence.tokens.clone();
        let finder =
            Finder { ground, places, marks: &marks, sentence: index, range, lead: Cell::default() };
        let mut at = sentence.tokens.start;
        while at < sentence.tokens.end {
            at = finder.at(at, &mut out, &mut persons).max(at + 1);
        }
    }
    // Once a person, a name alone is that person again.
    out.retain(|c| c.lead.there || c.lead.near || c.lead.head || !persons.contains(&c.key));
    out
}

pub(super) struct Finder<'a> {
    pub(super) ground: &'a Ground,
    pub(super) places: &'a Places,
    /// What the lists say about each token of the text.
    pub(super) marks: &'a [u32],
    pub(super) sentence: usize,
    pub(super) range: std::ops::Range<usize>,
    /// The lead that was read last, and its token.
    pub(super) lead: Cell<Option<(usize, Lead)>>,
}

impl Finder<'_> {
    pub(super) fn token(&self, at: usize) -> Option<&Token> {
        self.range.contains(&at).then(|| self.ground.tokens.get(at)).flatten()
    }

    pub(super) fn lower(&self, at: usize) -> &str {
        self.token(at).map_or("", |t| t.lower.as_str())
    }

    pub(super) fn raw(&self, at: usize) -> &str {
        self.token(at).map_or("", |t| self.ground.slice(t.span))
    }

    /// The token has one of these marks.
    pub(super) fn has(&self, at: usize, marks: u32) -> bool {
        self.range.contains(&at) && self.marks.get(at).is_some_and(|m| m & marks != 0)
    }

    pub(super) fn capital(&self, at: usize) -> bool {
        self.has(at, marks::CAPITAL)
    }

    /// Reads what begins at a token; the token to go on with.
    fn at(&self, at: usize, out: &mut Vec<Candidate>, persons: &mut BTreeSet<String>) -> usize {
        let Some(token) = self.token(at).filter(|t| t.kind == TokenKind::Word) else {
            return at + 1;
        };
        if let Some(found) = self.division(at) {
            out.push(found);
            return at + 1;
        }
        let known = self.known(at);
        let named = self.gazetteer(at);
        let pick_named = match (&known, &named) {
            (Some(k), Some(n)) => n.to > k.to,
            (None, Some(_)) => true,
            _ => false,
        };
        let picked = if pick_named { named } else { known };
        let listed = picked.is_some() && !pick_named;
        let second = if listed { None } else { self.second(at, picked.as_ref().map(|p| p.to)) };
        if let Some(found) = second.or(picked) {
            // A first name or title makes a person of it.
            if self.person(&found) {
                persons.insert(found.key);
                return found.to;
            }
            let to = found.to;
            out.push(found);
            return to;
        }
        let inside = self.has(at, marks::ADJECTIVE | marks::INSIDE);
        let found =
            if inside { self.part(at, token).or_else(|| self.adjective(at, token)) } else { None };
        if let Some(found) = found.or_else(|| self.of_town(at)) {
            out.push(found);
            return at + 1;
        }
        self.compound(at, token, out);
        at + 1
    }

    pub(super) fn candidate(
        &self,
        from: usize,
        to: usize,
        what: What,
        rule: &'static str,
    ) -> Candidate {
        let start = self.token(from).map_or(0, |t| t.span.start);
        let end = to.checked_sub(1).and_then(|i| self.token(i)).map_or(start, |t| t.span.end);
        let span = Span { start, end };
        let base = self.ground.slice(span).to_owned();
        let key = match self.token(from) {
            Some(one) if to == from + 1 => one.lower.clone(),
            _ => super::super::tokens::fold(&base),
        };
        Candidate {
            from,
            to,
            span,
            key,
            base,
            what,
            lead: self.lead(from),
            sentence: self.sentence,
            strong: false,
            adjective: false,
            metonym: false,
            needs: Needs::Nothing,
            rule,
        }
    }

    /// A name of the hand-written lists.
    fn known(&self, at: usize) -> Option<Candidate> {
        if !self.has(at, marks::KNOWN) {
            return None;
        }
        let tokens = self.ground.tokens.get(..self.range.end)?;
        let token = self.token(at)?;
        let plain = self.places.known.at(tokens, at);
        let stem = |ending: &String| {
            let stem = token.lower.strip_suffix(ending.as_str())?;
            self.places.known.word(stem).map(|l| (at + 1, l))
        };
        let (to, list) = plain.or_else(|| self.places.table.genitive.iter().find_map(stem))?;
        let raw = self.raw(at);
        let (_, what) = list.iter().find(|(name, _)| {
            let loud = name.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
            if loud && name.chars().count() <= 4 {
                let letters = raw.chars().filter(|c| c.is_alphabetic());
                return letters.clone().all(char::is_uppercase) && letters.count() > 1;
            }
            !name.chars().next().is_some_and(char::is_uppercase) || self.capital(at)
        })?;
        let rules = &self.places.rules;
        let (rule, metonym) = match what {
            Known::Country(_) => (rules.country, false),
            Known::Region(..) | Known::Division(_) => (rules.region, false),
            Known::Government(_) => (rules.metonym, true),
            Known::Town(..) => (rules.gazetteer, false),
        };
        let mut made = self.candidate(at, to, what.what(), rule);
        made.strong = true;
        made.metonym = metonym;
        // "US- und Koalitionstruppen".
        made.adjective = to == at + 1
            && self.token(to).is_some_and(|t| matches!(t.lower.as_str(), "-" | "‐" | "‑"))
            && self.token(to).is_some_and(|t| t.span.start == made.span.end);
        if let Known::Region(_, base) | Known::Town(_, base) = what {
            made.base.clone_from(base);
        }
        if let Known::Town(_, base) = what {
            made.key = super::super::tokens::fold(base);
        }
        Some(made)
    }

    /// "Springfield, Ill.": the short name of a division behind a comma.
    fn division(&self, at: usize) -> Option<Candidate> {
        at.checked_sub(1).filter(|i| self.lower(*i) == ",")?;
        let number = self.places.division(self.raw(at))?;
        let what = Known::Division(number).what();
        let mut made = self.candidate(at, at + 1, what, self.places.rules.region);
        made.strong = true;
        // "IN" is Indiana, "in" is none of it.
        made.key = format!(",{}", made.base);
        Some(made)
    }

    /// A name of the gazetteer.
    fn gazetteer(&self, at: usize) -> Option<Candidate> {
        if !self.capital(at) {
            return None;
        }
        let (count, cut, entries) = self.longest(at)?;
        let to = at + count;
        // "Canadian" is also a town in Texas, "Bavarian" a hamlet.
        if count == 1
            && self.places.nouns_are_small()
            && self.places.adjective(self.lower(at)).is_some()
        {
            return None;
        }
        let mut made = self.candidate(at, to, What::Names(entries), self.places.rules.gazetteer);
        if count > 1 {
            made.key = self.joined(at, to);
        }
        // The genitive is no part of the name.
        if cut > 0 {
            let whole = made.key.len();
            let ending = made.key.get(whole.saturating_sub(cut)..).map_or(0, |e| e.chars().count());
            let keep = made.base.chars().count().saturating_sub(ending);
            made.base = made.base.chars().take(keep).collect();
            made.key.truncate(whole.saturating_sub(cut));
        }
        if count == 1 && made.lead.article {
            self.without_towns(&mut made);
        }
        made.strong = self.strong(&made);
        let What::Names(entries) = &made.what else { return None };
        if self.range.len() == count && !made.strong {
            return None;
        }
        if count == 1 && (self.places.weak(&made.key) || self.places.weak(self.lower(at))) {
            made.strong = made.lead.head || self.dateline();
            made.needs = Needs::Frame;
        } else if count == 1 && self.places.table.common.contains(&made.key) {
            // "Stadt Essen" and "in Essen", not "Essen auf Rädern".
            if !made.lead.head && (made.lead.regional || !made.lead.there) {
                return None;
            }
        }
        // Two letters are nearly always something else.
        if made.key.chars().count() < 3 && !made.lead.there {
            return None;
        }
        (!entries.is_empty()).then_some(made)
    }

    /// The longest name of the gazetteer that begins here; most words begin none.
    fn longest(&self, at: usize) -> Option<(usize, usize, Vec<Entry>)> {
        let (gazetteer, endings) = (Gazetteer::builtin(), &self.places.table.genitive);
        let first = &self.ground.words.get(at)?.first;
        let first = *first.get_or_init(|| gazetteer.first(self.lower(at), endings));
        let mut end = self.token(at)?.span.end;
        let words = (at + 1..(at + LONGEST).min(self.range.end)).map_while(|i| {
            let token = self.ground.tokens.get(i)?;
            let gap = if token.span.start == end { "" } else { " " };
            end = token.span.end;
            Some((gap, token.lower.as_str()))
        });
        gazetteer.longest(first, words, endings)
    }

    /// The folded words with one blank where anything stands between them.
    fn joined(&self, from: usize, to: usize) -> String {
        let mut key = String::new();
        let mut end = None;
        for token in self.ground.tokens.get(from..to).unwrap_or_default() {
            if end.is_some_and(|end| end != token.span.start) {
                key.push(' ');
            }
            key.push_str(&token.lower);
            end = Some(token.span.end);
        }
        key
    }

    /// Towns have no article in these languages, unless large ("der Berlin verließ"); regions may.
    fn without_towns(&self, made: &mut Candidate) {
        let before = made.from.checked_sub(1).map_or("", |i| self.lower(i));
        let pronoun = self.places.table.articles.contains(before);
        let gazetteer = Gazetteer::builtin();
        if let What::Names(entries) = &mut made.what {
            entries.retain(|e| {
                gazetteer.place(e.place).is_some_and(|p| {
                    p.class != PlaceClass::Town || pronoun && p.population >= LARGE && !e.alternate
                })
            });
        }
    }

    pub(super) fn dateline(&self) -> bool {
        self.ground.sentences.get(self.sentence).is_some_and(|s| s.dateline)
    }

    /// The name needs no further support.
    fn strong(&self, made: &Candidate) -> bool {
        let What::Names(entries) = &made.what else { return true };
        if made.lead.there || made.lead.near || made.lead.head || self.dateline() {
            return true;
        }
        let gazetteer = Gazetteer::builtin();
        let first = self.range.start == made.from;
        // "Houston Police", "Abraham Lincoln": capitals beside it make another name of it.
        let beside = self.places.table.part_prefixes.is_empty()
            && made.to == made.from + 1
            && ((made.from > self.range.start + 1 && self.capital(made.from - 1))
                || (self.capital(made.to) && self.adjacent(made.to)));
        entries.iter().any(|e| {
            gazetteer.place(e.place).is_some_and(|p| {
                // "Dabei" is an old name of Dubai, and begins many sentences; "Clark" is a county
                // for those who live there.
                if e.alternate && (first || p.class != PlaceClass::Town) {
                    return false;
                }
                let large = if e.alternate { 5 * LARGE } else { LARGE };
                p.class == PlaceClass::Country && !e.alternate
                    || (p.seat == 5 || p.population >= large) && (made.lead.toward || !beside)
                    || made.lead.toward && p.population >= 8_000 && !e.alternate
                    || (made.to > made.from + 1 && !first && !e.alternate)
            })
        })
    }

    pub(super) fn adjacent(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|i| self.token(i)).map(|t| t.span.end);
        let here = self.token(at).map(|t| t.span.start);
        matches!((before, here), (Some(b), Some(h)) if h <= b + 1)
    }
}
