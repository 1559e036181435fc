//! Words: base forms, the parts of compounds, separable verbs.
//!
//! Rules and lists only, from `config/lexicon/<lang>/words.toml`: verbs give all their forms, nouns
//! theirs, and what is in no list is left as it stands or loses a plural ending. Never guesses a
//! base form that it could not look up.

mod table;

pub(super) use table::{WordTable, Words};

use super::{Ground, Span, Token, TokenKind};

/// A word with more to say than its letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordMention {
    /// Where it stands; the finite verb of a separable one.
    pub span: Span,
    /// Base form: "greifen" for "griffen", "angreifen" where the particle stands apart.
    pub lemma: Option<String>,
    /// The parts of a compound.
    pub compound: Option<Compound>,
    /// The particle that stands apart.
    pub particle: Option<Span>,
}

/// A compound, cut before its head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compound {
    /// What stands before the head, without what joins them: "drohne" of "Drohnenangriff".
    pub modifier: String,
    /// The head in its base form: "angriff".
    pub head: String,
}

/// A compound as [`Compound`], its parts borrowed from the word and the lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut<'a> {
    /// What stands before the head.
    pub modifier: &'a str,
    /// The head in its base form.
    pub head: &'a str,
}

/// Shortest head and modifier of a compound, in characters.
const SHORTEST: usize = 3;
/// Longest word that is cut, in bytes.
const LONGEST: usize = 80;

impl Words {
    /// The base form of a word in lower case, where the lists or a rule tell one.
    pub(super) fn lemma(&self, word: &str) -> Option<String> {
        if word.len() > LONGEST {
            return None;
        }
        if let Some(lemma) = self.forms.get(word) {
            return Some(lemma.clone());
        }
        // "angegriffen", "anzugreifen".
        let separable = self.particles.iter().find_map(|particle| {
            let rest = word.strip_prefix(particle.as_str())?;
            let rest =
                rest.strip_prefix("zu").filter(|r| self.forms.contains_key(*r)).unwrap_or(rest);
            self.join(particle, rest)
        });
        let prefixed = || {
            self.prefixes.iter().find_map(|prefix| {
                let rest = word.strip_prefix(prefix.as_str())?;
                Some(format!("{prefix}{}", self.verbs.get(rest)?))
            })
        };
        separable.or_else(prefixed).or_else(|| {
            let rule = self.suffixes.iter().find(|rule| word.ends_with(rule.from.as_str()))?;
            let stem = word.strip_suffix(rule.from.as_str())?;
            (stem.chars().count() >= rule.least).then(|| format!("{stem}{}", rule.to))
        })
    }

    /// "an" and a form of "greifen" make "angreifen".
    fn join(&self, particle: &str, form: &str) -> Option<String> {
        let base = self.verbs.get(form)?;
        let joined = format!("{particle}{base}");
        self.separable.contains(&joined).then_some(joined)
    }

    /// Cuts a compound before its longest known head. The modifier loses what joins it where a
    /// known word remains; unknown modifiers are told as they stand. Takes no memory, and most
    /// words end like no head: cheap enough for every word of a text.
    pub(super) fn cut<'a>(&'a self, word: &'a str) -> Option<Cut<'a>> {
        if self.fuge.is_empty() || word.len() > LONGEST || !self.ends_like_noun(word) {
            return None;
        }
        if self.nouns.contains_key(word) {
            return None;
        }
        word.char_indices().skip(SHORTEST).find_map(|(at, _)| {
            let (modifier, tail) = word.split_at_checked(at)?;
            let head = self.nouns.get(tail).filter(|_| tail.chars().count() >= SHORTEST)?;
            let bare = modifier.trim_end_matches('-');
            let known = |w: &str| self.nouns.get(w).map(String::as_str);
            let joined = || {
                self.fuge.iter().find_map(|fuge| bare.strip_suffix(fuge.as_str()).and_then(known))
            };
            // A modifier of several parts is looked up by its last one.
            let nested = || self.cut(bare).map(|_| bare);
            let told = known(bare).or_else(joined).or_else(nested);
            // An unknown modifier before a short head is more likely a word of its own.
            let modifier = match told {
                Some(modifier) => modifier,
                None if modifier.ends_with('-') || tail.chars().count() >= 5 => bare,
                None => return None,
            };
            Some(Cut { modifier, head })
        })
    }

    /// The same with texts of its own.
    pub(super) fn compound(&self, word: &str) -> Option<Compound> {
        let Cut { modifier, head } = self.cut(word)?;
        Some(Compound { modifier: modifier.to_owned(), head: head.to_owned() })
    }

    fn ends_like_noun(&self, word: &str) -> bool {
        table::tail(word).is_some_and(|end| self.tails.may_begin(end))
    }
}

/// Words of a text that have a base form of their own, are compounds or come apart, in order.
pub(super) fn read(ground: &Ground, words: &Words) -> Vec<WordMention> {
    let mut out = Vec::new();
    for sentence in &ground.sentences {
        let tokens = ground.tokens.get(sentence.tokens.clone()).unwrap_or_default();
        let joined = separated(words, tokens);
        for (i, token) in tokens.iter().enumerate() {
            if token.kind != TokenKind::Word || joined.iter().any(|(_, p, _)| *p == i) {
                continue;
            }
            if let Some((_, particle, lemma)) = joined.iter().find(|(verb, ..)| *verb == i) {
                out.push(WordMention {
                    span: token.span,
                    lemma: Some(lemma.clone()),
                    compound: None,
                    particle: tokens.get(*particle).map(|t| t.span),
                });
                continue;
            }
            let capital = ground.slice(token.span).starts_with(char::is_uppercase);
            let compound = if capital { words.compound(&token.lower) } else { None };
            let lemma = if compound.is_some() { None } else { words.lemma(&token.lower) }
                .filter(|lemma| *lemma != token.lower);
            if lemma.is_some() || compound.is_some() {
                out.push(WordMention { span: token.span, lemma, compound, particle: None });
            }
        }
    }
    out
}

/// Verbs and the particles at the end of their clauses: "griffen ... an". Token of the verb, token
/// of the particle, base form.
fn separated(words: &Words, tokens: &[Token]) -> Vec<(usize, usize, String)> {
    let mut out: Vec<(usize, usize, String)> = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        if !words.particles.contains(&token.lower) {
            continue;
        }
        // The end of the clause: a sign, or a word that opens another one.
        let ends = tokens.get(i + 1).is_none_or(|t| {
            t.kind != TokenKind::Word && t.kind != TokenKind::Number || t.lower == "und"
        });
        if !ends {
            continue;
        }
        let clause = tokens.get(..i).unwrap_or_default();
        let verb = clause
            .iter()
            .enumerate()
            .rev()
            .take_while(|(_, t)| !matches!(t.lower.as_str(), "." | ";" | ":" | "!" | "?"))
            .filter(|(v, _)| !out.iter().any(|(known, ..)| known == v))
            .find_map(|(v, t)| Some((v, words.join(&token.lower, &t.lower)?)));
        if let Some((verb, lemma)) = verb {
            out.push((verb, i, lemma));
        }
    }
    out
}
