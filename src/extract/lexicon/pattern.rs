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

use super::super::ground::{Ground, Token, TokenKind};
use std::collections::HashMap;

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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    Any,
    Capital,
    Exact,
}

#[derive(Debug, Clone)]
enum Step {
    Atom { id: u32, case: Case, exact: Option<String>, last: bool },
    Gap,
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
    atoms: HashMap<String, u32>,
    whole: HashMap<String, Vec<u32>>,
    heads: HashMap<String, Vec<u32>>,
    stems: HashMap<String, Vec<u32>>,
    starts: Vec<Vec<usize>>,
    patterns: Vec<Pattern<T>>,
}

impl<T: Copy> Matcher<T> {
    pub(crate) fn new(endings: Endings) -> Self {
        Self {
            endings,
            atoms: HashMap::new(),
            whole: HashMap::new(),
            heads: HashMap::new(),
            stems: HashMap::new(),
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
            if matches!(steps.last(), Some(Step::Gap)) {
                return Err(format!("{written:?} ends in a gap"));
            }
            let start = *id as usize;
            if let Some(list) = self.starts.get_mut(start) {
                list.push(self.patterns.len());
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
        let exact = (case == Case::Exact).then(|| bare.to_owned());
        let key = word.to_lowercase();
        let id = match self.atoms.get(&key) {
            Some(id) => *id,
            None => self.register(&key),
        };
        Some(Step::Atom { id, case, exact, last })
    }

    fn register(&mut self, key: &str) -> u32 {
        let id = u32::try_from(self.starts.len()).unwrap_or(u32::MAX);
        self.starts.push(Vec::new());
        self.atoms.insert(key.to_owned(), id);
        let (bare, compound) = key.strip_prefix('-').map_or((key, false), |k| (k, true));
        if let Some(stem) = bare.strip_suffix('*') {
            self.stems.entry(stem.to_owned()).or_default().push(id);
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
            table.entry(format!("{stem}{ending}")).or_default().push(id);
        }
        id
    }

    /// The atoms of a word with the bytes of the modifier before each.
    fn readings(&self, lower: &str, out: &mut Vec<(u32, usize)>) {
        out.clear();
        out.extend(self.whole.get(lower).into_iter().flatten().map(|id| (*id, 0)));
        for (at, _) in lower.char_indices() {
            let (left, right) = lower.split_at(at);
            if !self.heads.is_empty() {
                out.extend(self.heads.get(right).into_iter().flatten().map(|id| (*id, at)));
            }
            if at > 1 {
                out.extend(self.stems.get(left).into_iter().flatten().map(|id| (*id, 0)));
            }
        }
        out.extend(self.stems.get(lower).into_iter().flatten().map(|id| (*id, 0)));
    }

    /// All patterns in the text, sentence by sentence, in order of their first word.
    pub(crate) fn scan(&self, ground: &Ground) -> Vec<Hit<T>> {
        let mut hits = Vec::new();
        let mut known: Vec<Vec<(u32, usize)>> = Vec::new();
        for sentence in &ground.sentences {
            let Some(tokens) = ground.tokens.get(sentence.tokens.clone()) else { continue };
            known.clear();
            for token in tokens {
                let mut list = Vec::new();
                // A longer word is no word.
                if token.kind != TokenKind::Quote && token.lower.len() <= 80 {
                    self.readings(&token.lower.replace('’', "'"), &mut list);
                }
                known.push(list);
            }
            for (i, list) in known.iter().enumerate() {
                for (atom, _) in list {
                    for p in self.starts.get(*atom as usize).into_iter().flatten() {
                        let Some(pattern) = self.patterns.get(*p) else { continue };
                        if let Some(mut hit) = self.follow(pattern, tokens, &known, ground, i) {
                            for t in &mut hit.tokens {
                                *t += sentence.tokens.start;
                            }
                            hits.push(hit);
                        }
                    }
                }
            }
        }
        hits
    }

    fn follow(
        &self,
        pattern: &Pattern<T>,
        tokens: &[Token],
        known: &[Vec<(u32, usize)>],
        ground: &Ground,
        start: usize,
    ) -> Option<Hit<T>> {
        let mut hit = Hit { tag: pattern.tag, tokens: Vec::new(), modifier: None, letters: 0 };
        let mut at = start;
        let mut reach = 0;
        for step in &pattern.steps {
            let Step::Atom { id, case, exact, last } = step else {
                reach = GAP;
                continue;
            };
            let mut tried = 0;
            let modifier = loop {
                let token = tokens.get(at)?;
                if token.kind == TokenKind::Quote && at > start {
                    at += 1;
                    continue;
                }
                let found = known.get(at)?.iter().find(|(a, _)| a == id);
                if let Some((_, modifier)) = found
                    && fits(ground, token, *case, exact.as_deref())
                    && (!last || self.ends_clause(tokens.get(at + 1)))
                {
                    break *modifier;
                }
                if tried == reach {
                    return None;
                }
                tried += 1;
                at += 1;
            };
            let token = tokens.get(at)?;
            if modifier > 0 {
                let words = token.lower.get(..modifier).unwrap_or_default();
                hit.modifier = Some(words.trim_end_matches('-').to_owned());
            }
            hit.letters += token.lower.len() - modifier;
            hit.tokens.push(at);
            at += 1;
            reach = 0;
        }
        Some(hit)
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
