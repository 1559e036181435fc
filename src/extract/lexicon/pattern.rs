//! Word patterns of the lexicons, and one pass that finds them all.
//!
//! A pattern is one or more words:
//!
//! | written | matches |
//! |---|---|
//! | `word` | the word, in any case |
//! | `Word` | the word with a capital (German nouns, names) |
//! | `ABC` | exactly so (abbreviations) |
//! | `word~` | the word with an ending of nouns and adjectives |
//! | `word+` | the word with an ending of verbs |
//! | `stem*` | any word that begins so |
//! | `-head~` | the word, or a compound that ends in it; the rest is its modifier |
//! | `(a\|b)` | either |
//! | `...` | up to fourteen words in between |
//! | `an\|` | the word at the end of its clause (separated particles) |

use super::super::ground::{Ground, Map, Reading, Token, TokenKind};
use super::sieve::{LONGEST, Side, Sieve};

/// Words that a gap may span.
const GAP: usize = 14;
/// Readings of a pattern with alternatives.
const MAX_EXPANSIONS: usize = 256;

/// Endings of one language.
#[derive(Debug, Clone, Default)]
pub(crate) struct Endings {
    /// Written `~`.
    pub(crate) noun: Vec<String>,
    /// Written `+`.
    pub(crate) verb: Vec<String>,
    /// Words before which a clause may end without a sign.
    pub(crate) joints: Vec<String>,
    /// "l'armée" is two words.
    pub(crate) elision: bool,
}

/// A found pattern.
#[derive(Debug, Clone)]
pub(crate) struct Hit<T> {
    /// What the pattern stands for.
    pub(crate) tag: T,
    /// Matched tokens in order, gaps left out.
    pub(crate) tokens: Vec<usize>,
    /// What stands before the head in a compound, lower-cased.
    pub(crate) modifier: Option<String>,
    /// Matched letters: of two readings the longer wins.
    pub(crate) letters: usize,
}

impl<T> Hit<T> {
    /// First token.
    pub(crate) fn first(&self) -> usize {
        self.tokens.first().copied().unwrap_or_default()
    }

    /// Last token.
    pub(crate) fn last(&self) -> usize {
        self.tokens.last().copied().unwrap_or_default()
    }
}

/// The same where it is found, before anything is kept.
#[derive(Debug)]
pub(crate) struct Found<'p, 't, T> {
    pub(crate) tag: T,
    pub(crate) tokens: &'p [usize],
    modifier: Option<&'t str>,
    letters: usize,
}

impl<T> Found<'_, '_, T> {
    /// Keeps it.
    pub(crate) fn hit(self) -> Hit<T> {
        Hit {
            tag: self.tag,
            tokens: self.tokens.to_vec(),
            modifier: self.modifier.map(str::to_owned),
            letters: self.letters,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    Any,
    Capital,
    Exact,
}

#[derive(Debug, Clone)]
enum Step {
    Atom { id: u32, case: Case, exact: Option<Box<str>>, last: bool },
    Gap,
}

/// A pattern by its number, with its last atom: it matches in no sentence without that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    pattern: u32,
    last: u32,
}

/// The patterns that an atom begins.
#[derive(Debug, Default)]
struct Starts {
    /// Those of one word, and those with a gap behind it.
    alone: Vec<Candidate>,
    /// Those that need another atom right behind it, by that atom.
    pairs: Vec<(u32, Candidate)>,
}

impl Starts {
    fn add(&mut self, second: Option<u32>, candidate: Candidate) {
        match second {
            Some(second) => {
                let at = self.pairs.partition_point(|p| *p < (second, candidate));
                self.pairs.insert(at, (second, candidate));
            }
            None => self.alone.push(candidate),
        }
    }

    /// Numbers of those that may match in a sentence before a word that is these atoms, or before
    /// any word; in order.
    fn may_match(&self, next: Option<&[Reading]>, present: &Present, out: &mut Vec<u32>) {
        let may = |c: &Candidate| present.has(c.last).then_some(c.pattern);
        out.clear();
        out.extend(self.alone.iter().filter_map(may));
        let alone = out.len();
        match next {
            _ if self.pairs.is_empty() => return,
            None => out.extend(self.pairs.iter().filter_map(|(_, c)| may(c))),
            Some(next) => {
                for (atom, _) in next {
                    let from = self.pairs.partition_point(|(second, _)| second < atom);
                    let same =
                        self.pairs.iter().skip(from).take_while(|(second, _)| second == atom);
                    out.extend(same.filter_map(|(_, c)| may(c)));
                }
            }
        }
        if out.len() > alone {
            out.sort_unstable();
            out.dedup();
        }
    }
}

/// The atoms of a sentence.
#[derive(Debug, Default)]
struct Present {
    bits: Vec<u64>,
}

impl Present {
    fn set(&mut self, words: &[&[Reading]], present: bool) {
        for (atom, _) in words.iter().copied().flatten() {
            let at = *atom as usize;
            if let Some(bits) = self.bits.get_mut(at / 64) {
                let bit = 1 << (at % 64);
                *bits = if present { *bits | bit } else { *bits & !bit };
            }
        }
    }

    fn has(&self, atom: u32) -> bool {
        let at = atom as usize;
        self.bits.get(at / 64).is_some_and(|bits| bits >> (at % 64) & 1 == 1)
    }
}

#[derive(Debug)]
struct Pattern<T> {
    steps: Vec<Step>,
    tag: T,
}

/// All patterns of a language, compiled.
#[derive(Debug)]
pub(crate) struct Matcher<T> {
    endings: Endings,
    atoms: Map<u32>,
    whole: Map<Vec<u32>>,
    heads: Map<Vec<u32>>,
    stems: Map<Vec<u32>>,
    head_ends: Sieve,
    stem_starts: Sieve,
    /// The patterns that each atom begins.
    starts: Vec<Starts>,
    patterns: Vec<Pattern<T>>,
}

impl<T: Copy> Matcher<T> {
    pub(crate) fn new(endings: Endings) -> Self {
        Self {
            endings,
            atoms: Map::default(),
            whole: Map::default(),
            heads: Map::default(),
            stems: Map::default(),
            head_ends: Sieve::new(Side::Back),
            stem_starts: Sieve::new(Side::Front),
            starts: Vec::new(),
            patterns: Vec::new(),
        }
    }

    /// Adds a pattern.
    pub(crate) fn add(&mut self, written: &str, tag: T) -> Result<(), String> {
        for reading in expand(written)? {
            let mut steps = Vec::new();
            let reading = if self.endings.elision { reading.replace('\'', "' ") } else { reading };
            for word in reading.split_whitespace() {
                if word == "..." {
                    steps.push(Step::Gap);
                    continue;
                }
                steps.push(self.atom(word).ok_or_else(|| format!("empty word in {written:?}"))?);
            }
            let Some(Step::Atom { id, .. }) = steps.first() else {
                return Err(format!("{written:?} does not begin with a word"));
            };
            let second = match steps.get(1) {
                Some(Step::Atom { id, .. }) => Some(*id),
                _ => None,
            };
            let pattern = u32::try_from(self.patterns.len()).map_err(|e| e.to_string())?;
            let last = match steps.last() {
                Some(Step::Atom { id, .. }) => *id,
                _ => return Err(format!("{written:?} ends in a gap")),
            };
            if let Some(starts) = self.starts.get_mut(*id as usize) {
                starts.add(second, Candidate { pattern, last });
            }
            self.patterns.push(Pattern { steps, tag });
        }
        Ok(())
    }

    fn atom(&mut self, word: &str) -> Option<Step> {
        let (word, last) = word.strip_suffix('|').map_or((word, false), |w| (w, true));
        let bare = word.trim_start_matches('-').trim_end_matches(['~', '+', '*']);
        if bare.is_empty() {
            return None;
        }
        let letters = bare.chars().filter(|c| c.is_alphabetic());
        let upper = letters.clone().filter(|c| c.is_uppercase()).count();
        let case = if upper >= 2 && upper == letters.count() {
            Case::Exact
        } else if bare.chars().next().is_some_and(char::is_uppercase) {
            Case::Capital
        } else {
            Case::Any
        };
        let exact = (case == Case::Exact).then(|| bare.into());
        let key = word.to_lowercase();
        let id = match self.atoms.get(&key) {
            Some(id) => *id,
            None => self.register(&key),
        };
        Some(Step::Atom { id, case, exact, last })
    }

    fn register(&mut self, key: &str) -> u32 {
        let id = u32::try_from(self.starts.len()).unwrap_or(u32::MAX);
        self.starts.push(Starts::default());
        self.atoms.insert(key.to_owned(), id);
        let (bare, compound) = key.strip_prefix('-').map_or((key, false), |k| (k, true));
        if let Some(stem) = bare.strip_suffix('*') {
            self.stems.entry(stem.to_owned()).or_default().push(id);
            self.stem_starts.add(stem);
            return id;
        }
        let none = [String::new()];
        let (stem, endings): (&str, &[String]) = if let Some(base) = bare.strip_suffix('~') {
            (base, &self.endings.noun)
        } else if let Some(base) = bare.strip_suffix('+') {
            (base, &self.endings.verb)
        } else {
            (bare, &none)
        };
        let table = if compound { &mut self.heads } else { &mut self.whole };
        for ending in endings {
            let form = format!("{stem}{ending}");
            if compound {
                self.head_ends.add(&form);
            }
            table.entry(form).or_default().push(id);
        }
        id
    }

    /// The atoms of a word with the bytes of the modifier before each.
    fn readings(&self, token: &Token) -> Box<[Reading]> {
        let lower = token.lower.as_str();
        // A longer word is no word.
        if token.kind == TokenKind::Quote || lower.len() > LONGEST {
            return Box::default();
        }
        let mut out = Vec::new();
        out.extend(self.whole.get(lower).into_iter().flatten().map(|id| (*id, 0)));
        let heads = self.head_ends.cuts(lower);
        let stems = self.stem_starts.cuts(lower) & !(u128::from(lower.len() > 1) << 1);
        let mut cuts = heads | stems;
        while cuts != 0 {
            let bytes = cuts.trailing_zeros();
            let at = bytes as usize;
            cuts &= cuts - 1;
            let Some((left, right)) = lower.split_at_checked(at) else { continue };
            if heads >> at & 1 == 1 {
                out.extend(self.heads.get(right).into_iter().flatten().map(|id| (*id, bytes)));
            }
            if stems >> at & 1 == 1 {
                out.extend(self.stems.get(left).into_iter().flatten().map(|id| (*id, 0)));
            }
        }
        out.into_boxed_slice()
    }

    /// All patterns in the text, sentence by sentence, in order of their first word.
    pub(crate) fn scan<'t>(&self, ground: &'t Ground, mut hit: impl FnMut(Found<'_, 't, T>)) {
        let mut known: Vec<&[Reading]> = Vec::new();
        let (mut path, mut patterns) = (Vec::new(), Vec::new());
        let mut present = Present { bits: vec![0; self.starts.len() / 64 + 1] };
        for sentence in &ground.sentences {
            let Some(tokens) = ground.tokens.get(sentence.tokens.clone()) else { continue };
            let words = ground.words.get(sentence.tokens.clone()).unwrap_or_default();
            present.set(&known, false);
            known.clear();
            known.extend(tokens.iter().zip(words).map(|(t, w)| w.readings(|| self.readings(t))));
            present.set(&known, true);
            for i in 0..tokens.len() {
                // Behind a quotation mark stands the word that follows.
                let quote = tokens.get(i + 1).is_some_and(|t| t.kind == TokenKind::Quote);
                let next = (!quote).then(|| known.get(i + 1).copied().unwrap_or_default());
                for (atom, _) in known.get(i).copied().unwrap_or_default() {
                    let Some(starts) = self.starts.get(*atom as usize) else { continue };
                    starts.may_match(next, &present, &mut patterns);
                    for p in &patterns {
                        let Some(pattern) = self.patterns.get(*p as usize) else { continue };
                        let found = self.follow(pattern, tokens, &known, ground, i, &mut path);
                        if let Some((modifier, letters)) = found {
                            for t in &mut path {
                                *t += sentence.tokens.start;
                            }
                            hit(Found { tag: pattern.tag, tokens: &path, modifier, letters });
                        }
                    }
                }
            }
        }
    }

    /// Modifier and letters of a pattern that begins at a token; its tokens are in `path` then.
    fn follow<'t>(
        &self,
        pattern: &Pattern<T>,
        tokens: &'t [Token],
        known: &[&[Reading]],
        ground: &Ground,
        start: usize,
        path: &mut Vec<usize>,
    ) -> Option<(Option<&'t str>, usize)> {
        path.clear();
        let (mut told, mut letters) = (None, 0);
        let mut at = start;
        let mut reach = 0;
        for step in &pattern.steps {
            let Step::Atom { id, case, exact, last } = step else {
                reach = GAP;
                continue;
            };
            let mut tried = 0;
            let (token, modifier) = loop {
                let token = tokens.get(at)?;
                if token.kind == TokenKind::Quote && at > start {
                    at += 1;
                    continue;
                }
                let found = known.get(at).and_then(|atoms| atoms.iter().find(|(a, _)| a == id));
                if let Some((_, modifier)) = found
                    && fits(ground, token, *case, exact.as_deref())
                    && (!last || self.ends_clause(tokens.get(at + 1)))
                {
                    break (token, *modifier as usize);
                }
                if tried == reach {
                    return None;
                }
                tried += 1;
                at += 1;
            };
            if modifier > 0 {
                let words = token.lower.get(..modifier).unwrap_or_default();
                told = Some(words.trim_end_matches('-'));
            }
            letters += token.lower.len() - modifier;
            path.push(at);
            at += 1;
            reach = 0;
        }
        Some((told, letters))
    }

    fn ends_clause(&self, next: Option<&Token>) -> bool {
        next.is_none_or(|t| {
            matches!(t.kind, TokenKind::Sign | TokenKind::Quote)
                || self.endings.joints.contains(&t.lower)
        })
    }
}

fn fits(ground: &Ground, token: &Token, case: Case, exact: Option<&str>) -> bool {
    let text = ground.slice(token.span);
    match case {
        Case::Any => true,
        Case::Capital => text.chars().next().is_some_and(char::is_uppercase),
        // "IS-Kämpfer": a compound's head may follow.
        Case::Exact => exact.is_some_and(|e| text.contains(e)),
    }
}

/// Writes alternatives out.
fn expand(written: &str) -> Result<Vec<String>, String> {
    let mut open = vec![String::new()];
    let mut rest = written;
    while let Some((before, after)) = rest.split_once('(') {
        let Some((inner, tail)) = after.split_once(')') else {
            return Err(format!("unclosed bracket in {written:?}"));
        };
        let mut next = Vec::new();
        for reading in &open {
            for word in inner.split('|') {
                next.push(format!("{reading}{before}{word}"));
            }
        }
        if next.len() > MAX_EXPANSIONS {
            return Err(format!("too many alternatives in {written:?}"));
        }
        open = next;
        rest = tail;
    }
    for reading in &mut open {
        reading.push_str(rest);
    }
    Ok(open)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternatives_are_written_out() {
        assert_eq!(expand("(ein|zwei) a").unwrap(), ["ein a", "zwei a"]);
        assert!(expand("(ein").is_err());
    }

    #[test]
    fn patterns_need_a_word() {
        let mut m = Matcher::new(Endings::default());
        assert!(m.add("...", 1).is_err());
        assert!(m.add("a ...", 1).is_err());
        assert!(m.add("-~", 1).is_err());
    }
}
