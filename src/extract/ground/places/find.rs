//! Finds the words that may name a place, and what the words around them say.

use super::super::{Ground, NumberKind, PlaceClass, PlaceMention, Span, Token, TokenKind};
use super::gazetteer::{Entry, Gazetteer};
use super::resolve::Context;
use super::table::{Known, Places, World};

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

/// What the words before a name say.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Lead {
    pub(super) there: bool,
    pub(super) toward: bool,
    pub(super) near: bool,
    /// A part of it: "im Norden Syriens".
    pub(super) part: bool,
    /// "in der Stadt ...".
    pub(super) head: bool,
    /// First token of name and qualifier.
    pub(super) wide: usize,
    /// There only for regions: "auf Kreta".
    pub(super) regional: bool,
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
    pub(super) rule: &'static str,
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
    for (index, sentence) in ground.sentences.iter().enumerate() {
        let finder = Finder { ground, places, sentence: index, range: sentence.tokens.clone() };
        let mut at = sentence.tokens.start;
        while at < sentence.tokens.end {
            at = finder.at(at, &mut out).max(at + 1);
        }
    }
    out
}

struct Finder<'a> {
    ground: &'a Ground,
    places: &'a Places,
    sentence: usize,
    range: std::ops::Range<usize>,
}

impl Finder<'_> {
    fn token(&self, at: usize) -> Option<&Token> {
        self.range.contains(&at).then(|| self.ground.tokens.get(at)).flatten()
    }

    fn lower(&self, at: usize) -> &str {
        self.token(at).map_or("", |t| t.lower.as_str())
    }

    fn raw(&self, at: usize) -> &str {
        self.token(at).map_or("", |t| self.ground.slice(t.span))
    }

    fn capital(&self, at: usize) -> bool {
        self.token(at).is_some_and(|t| t.kind == TokenKind::Word)
            && self.raw(at).chars().next().is_some_and(char::is_uppercase)
    }

    /// Reads what begins at a token; the token to go on with.
    fn at(&self, at: usize, out: &mut Vec<Candidate>) -> usize {
        let Some(token) = self.token(at).filter(|t| t.kind == TokenKind::Word) else {
            return at + 1;
        };
        let known = self.known(at);
        let named = self.gazetteer(at);
        let pick_named = match (&known, &named) {
            (Some(k), Some(n)) => n.to > k.to,
            (None, Some(_)) => true,
            _ => false,
        };
        let picked = if pick_named { named } else { known };
        if let Some(found) = picked {
            // A first name or title makes a person of it.
            if self.person(&found) {
                return found.to;
            }
            let to = found.to;
            out.push(found);
            return to;
        }
        if let Some(found) = self.part(at, token).or_else(|| self.adjective(at, token)) {
            out.push(found);
            return at + 1;
        }
        self.compound(at, token, out);
        at + 1
    }

    fn candidate(&self, from: usize, to: usize, what: What, rule: &'static str) -> Candidate {
        let start = self.token(from).map_or(0, |t| t.span.start);
        let end = to.checked_sub(1).and_then(|i| self.token(i)).map_or(start, |t| t.span.end);
        let span = Span { start, end };
        let base = self.ground.slice(span).to_owned();
        Candidate {
            from,
            to,
            span,
            key: super::super::tokens::fold(&base),
            base,
            what,
            lead: self.lead(from),
            sentence: self.sentence,
            strong: false,
            adjective: false,
            metonym: false,
            rule,
        }
    }

    /// A name of the hand-written lists.
    fn known(&self, at: usize) -> Option<Candidate> {
        let tokens = self.ground.tokens.get(..self.range.end)?;
        let token = self.token(at)?;
        let plain = self.places.known.at(tokens, at);
        let stem = |ending: &String| {
            let lower = token.lower.strip_suffix(ending.as_str())?.to_owned();
            self.places.known.at(&[Token { lower, ..token.clone() }], 0).map(|(_, l)| (at + 1, l))
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
        let (meant, rule, metonym) = match what {
            Known::Country(n) => (What::Country(*n), rules.country, false),
            Known::Region(n, _) => (What::Region(*n), rules.region, false),
            Known::Government(n) => (What::Country(*n), rules.metonym, true),
        };
        let mut made = self.candidate(at, to, meant, rule);
        made.strong = true;
        made.metonym = metonym;
        if let Known::Region(_, base) = what {
            made.base.clone_from(base);
        }
        Some(made)
    }

    /// A name of the gazetteer.
    fn gazetteer(&self, at: usize) -> Option<Candidate> {
        if !self.capital(at) {
            return None;
        }
        let mut end = self.token(at)?.span.start;
        let words = (at..(at + LONGEST).min(self.range.end)).map_while(|i| {
            let token = self.ground.tokens.get(i)?;
            let gap = self.ground.full.get(end..token.span.start)?;
            end = token.span.end;
            let gap = if gap.is_empty() { "" } else { " " };
            Some((gap, token.lower.as_str()))
        });
        let (count, key, entries) =
            Gazetteer::builtin().longest(words, &self.places.table.genitive)?;
        let to = at + count;
        let mut made = self.candidate(at, to, What::Names(entries), self.places.rules.gazetteer);
        // The genitive is no part of the name.
        let cut = made.key.strip_prefix(&key).map_or(0, |rest| rest.chars().count());
        if cut > 0 {
            let keep = made.base.chars().count().saturating_sub(cut);
            made.base = made.base.chars().take(keep).collect();
        }
        made.key = key;
        made.strong = self.strong(&made);
        let What::Names(entries) = &made.what else { return None };
        if self.range.len() == count && !made.strong {
            return None;
        }
        let common = count == 1 && self.places.table.common.contains(&made.key);
        if common && !(made.lead.there && !made.lead.regional && made.lead.wide + 1 >= made.from) {
            return None;
        }
        // Two letters are nearly always something else.
        if made.key.chars().count() < 3 && !made.lead.there {
            return None;
        }
        (!entries.is_empty()).then_some(made)
    }

    /// The name needs no further support.
    fn strong(&self, made: &Candidate) -> bool {
        let dateline = self.ground.sentences.get(self.sentence).is_some_and(|s| s.dateline);
        let What::Names(entries) = &made.what else { return true };
        if made.lead.there || made.lead.near || made.lead.head || dateline {
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
                let large = if e.alternate { 5 * LARGE } else { LARGE };
                p.class == PlaceClass::Country && !e.alternate
                    || (p.population >= large || p.seat == 5) && !(beside && !made.lead.toward)
                    || made.lead.toward && p.population >= 20_000 && !e.alternate
                    || (made.to > made.from + 1 && !first && !e.alternate)
            })
        })
    }

    fn adjacent(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|i| self.token(i)).map(|t| t.span.end);
        let here = self.token(at).map(|t| t.span.start);
        matches!((before, here), (Some(b), Some(h)) if h <= b + 1)
    }

    /// Title or first name before it, or a surname after a first name.
    fn person(&self, found: &Candidate) -> bool {
        let table = &self.places.table;
        let mut before = found.from.wrapping_sub(1);
        if self.lower(before) == "." {
            before = before.wrapping_sub(1);
        }
        let titled = self.capital(before) || !table.part_prefixes.is_empty();
        let word = self.lower(before);
        let country = matches!(&found.what, What::Country(_) | What::Region(_));
        if !country
            && self.token(before).is_some()
            && titled
            && (table.titles.contains(word)
                || (self.capital(before) && table.firstnames.contains(word)))
        {
            return true;
        }
        found.to == found.from + 1
            && !country
            && table.firstnames.contains(&found.key)
            && self.capital(found.to)
            && self.adjacent(found.to)
    }

    /// "Nordsyrien".
    fn part(&self, at: usize, token: &Token) -> Option<Candidate> {
        if !self.capital(at) {
            return None;
        }
        let table = &self.places.table;
        let number = table.part_prefixes.iter().find_map(|prefix| {
            let rest = token.lower.strip_prefix(prefix.as_str())?;
            let rest = rest.strip_prefix('-').unwrap_or(rest);
            let stem = |r: &str| self.country(r);
            stem(rest).or_else(|| {
                table.genitive.iter().find_map(|g| stem(rest.strip_suffix(g.as_str())?))
            })
        })?;
        let mut made = self.candidate(at, at + 1, What::Country(number), self.places.rules.part);
        made.lead.part = true;
        made.strong = true;
        Some(made)
    }

    /// Number of the country of a folded name.
    fn country(&self, name: &str) -> Option<u32> {
        if name.chars().count() < 3 {
            return None;
        }
        let gazetteer = Gazetteer::builtin();
        gazetteer.find(name).iter().find_map(|e| {
            let place = gazetteer.place(e.place)?;
            (place.class == PlaceClass::Country && !e.alternate).then_some(e.place)
        })
    }

    fn adjective(&self, at: usize, token: &Token) -> Option<Candidate> {
        let word = token.lower.as_str();
        let number =
            self.places.adjective(word).or_else(|| self.places.prefixed_adjective(word))?;
        let rule = self.places.rules.adjective;
        let mut made = self.candidate(at, at + 1, What::Country(number), rule);
        made.strong = true;
        made.adjective = true;
        Some(made)
    }

    /// "US-Streitkräfte", "Irak-Krieg", "russisch-ukrainisch", "Berlin-Kreuzberg".
    fn compound(&self, at: usize, token: &Token, out: &mut Vec<Candidate>) {
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
            let one = [Token { span, lower: lower.clone(), ..token.clone() }];
            let capital = piece.chars().next().is_some_and(char::is_uppercase);
            let loud = piece.chars().all(char::is_uppercase);
            let listed = self.places.known.at(&one, 0).and_then(|(_, list)| {
                list.iter().find(|(name, _)| capital && (name.chars().count() > 3 || loud))
            });
            let what = match listed {
                Some((_, Known::Country(n) | Known::Government(n))) => Some(What::Country(*n)),
                Some((_, Known::Region(n, _))) => Some(What::Region(*n)),
                None if capital => self.country(&lower).map(What::Country),
                None => None,
            };
            let what = what.or_else(|| self.places.adjective(&lower).map(What::Country));
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
                if !entries.is_empty() && lead.there && !self.places.table.common.contains(&lower) {
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

    /// What the words before a token say.
    fn lead(&self, from: usize) -> Lead {
        let table = &self.places.table;
        let mut lead = Lead { wide: from, ..Lead::default() };
        if self.preposition(from, &mut lead) {
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
            at = head;
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
            lead.part |= part;
            skipped += 1;
            at = i;
            if self.preposition(at, &mut lead) {
                return lead;
            }
        }
        self.preposition(at, &mut lead);
        lead
    }

    /// A preposition or qualifier that ends right before a token.
    fn preposition(&self, at: usize, lead: &mut Lead) -> bool {
        let table = &self.places.table;
        let tokens = self.ground.tokens.get(..at).unwrap_or_default();
        if let Some((start, ())) =
            self.places.near.before(tokens, at).filter(|(start, ())| *start >= self.range.start)
        {
            lead.near = true;
            lead.there = true;
            lead.wide = self.distance(start);
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
