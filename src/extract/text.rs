//! One text with everything the lexicons found in it.

use super::clause::{self, Clause};
use super::ground::{Ground, PlaceMention, Span, TokenKind};
use super::lexicon::{Form, Hit, Language, Tag, Taxonomy, Word};

/// A text under reading.
pub(crate) struct Text<'a> {
    pub(crate) ground: &'a Ground,
    pub(crate) lex: &'a Language,
    pub(crate) taxonomy: &'a Taxonomy,
    /// Found words in order, function words left out.
    pub(crate) hits: Vec<Hit<Tag>>,
    words: Vec<u64>,
    hits_at: Vec<Vec<usize>>,
    pub(crate) sentence_of: Vec<usize>,
    pub(crate) clauses: Vec<Clause>,
    pub(crate) clause_of: Vec<usize>,
}

impl<'a> Text<'a> {
    pub(crate) fn read(ground: &'a Ground, lex: &'a Language, taxonomy: &'a Taxonomy) -> Self {
        let count = ground.tokens.len();
        let mut words = vec![0_u64; count];
        let mut hits = Vec::new();
        for hit in lex.matcher.scan(ground) {
            if let Tag::Word(word) = hit.tag {
                if let Some(bits) = words.get_mut(hit.first()) {
                    *bits |= 1 << (word as u8);
                }
            } else if spelled(ground, lex, &hit) {
                hits.push(hit);
            }
        }
        let hits = best(hits);
        let mut hits_at = vec![Vec::new(); count];
        for (i, hit) in hits.iter().enumerate() {
            for t in &hit.tokens {
                if let Some(list) = hits_at.get_mut(*t) {
                    list.push(i);
                }
            }
        }
        let mut sentence_of = vec![0; count];
        for (i, sentence) in ground.sentences.iter().enumerate() {
            for slot in sentence_of.get_mut(sentence.tokens.clone()).into_iter().flatten() {
                *slot = i;
            }
        }
        let mut text = Self {
            ground,
            lex,
            taxonomy,
            hits,
            words,
            hits_at,
            sentence_of,
            clauses: Vec::new(),
            clause_of: vec![0; count],
        };
        text.clauses = clause::split(&text);
        for (i, clause) in text.clauses.iter().enumerate() {
            for t in &clause.tokens {
                if let Some(slot) = text.clause_of.get_mut(*t) {
                    *slot = i;
                }
            }
        }
        text
    }

    /// True if the token is a function word of that class.
    pub(crate) fn is(&self, token: usize, word: Word) -> bool {
        self.words.get(token).is_some_and(|bits| bits & (1 << (word as u8)) != 0)
    }

    pub(crate) fn any(&self, token: usize, words: &[Word]) -> bool {
        words.iter().any(|w| self.is(token, *w))
    }

    pub(crate) fn lower(&self, token: usize) -> &str {
        self.ground.tokens.get(token).map_or("", |t| t.lower.as_str())
    }

    pub(crate) fn kind(&self, token: usize) -> TokenKind {
        self.ground.tokens.get(token).map_or(TokenKind::Sign, |t| t.kind)
    }

    pub(crate) fn capital(&self, token: usize) -> bool {
        self.ground.tokens.get(token).is_some_and(|t| {
            self.ground.slice(t.span).chars().next().is_some_and(char::is_uppercase)
        })
    }

    pub(crate) fn sentence(&self, token: usize) -> usize {
        self.sentence_of.get(token).copied().unwrap_or_default()
    }

    pub(crate) fn clause(&self, token: usize) -> usize {
        self.clause_of.get(token).copied().unwrap_or_default()
    }

    /// Tokens of a sentence.
    pub(crate) fn tokens_of(&self, sentence: usize) -> std::ops::Range<usize> {
        self.ground.sentences.get(sentence).map_or(0..0, |s| s.tokens.clone())
    }

    /// Tokens of a clause.
    pub(crate) fn clause_tokens(&self, clause: usize) -> &[usize] {
        self.clauses.get(clause).map_or(&[], |c| c.tokens.as_slice())
    }

    /// The span from one token to another.
    pub(crate) fn span(&self, first: usize, last: usize) -> Span {
        let start = self.ground.tokens.get(first).map_or(0, |t| t.span.start);
        let end = self.ground.tokens.get(last).map_or(start, |t| t.span.end);
        Span { start, end: end.max(start) }
    }

    /// The words from one token to another.
    pub(crate) fn slice(&self, first: usize, last: usize) -> &str {
        self.ground.slice(self.span(first, last))
    }

    /// The span of a hit, with its gaps.
    pub(crate) fn hit_span(&self, hit: &Hit<Tag>) -> Span {
        self.span(hit.first(), hit.last())
    }

    /// Hits that cover a token.
    pub(crate) fn hits_at(&self, token: usize) -> impl Iterator<Item = &Hit<Tag>> {
        self.hits_at.get(token).into_iter().flatten().filter_map(|i| self.hits.get(*i))
    }

    /// Hits that begin in a range of tokens.
    pub(crate) fn hits_in(&self, range: std::ops::Range<usize>) -> impl Iterator<Item = &Hit<Tag>> {
        let from = self.hits.partition_point(|h| h.first() < range.start);
        self.hits.iter().skip(from).take_while(move |h| h.first() < range.end)
    }

    /// The token that holds a byte, or the next one.
    pub(crate) fn token_at(&self, byte: usize) -> usize {
        self.ground.tokens.partition_point(|t| t.span.end <= byte)
    }

    /// Places whose name lies in these bytes.
    pub(crate) fn places_in(&self, span: Span) -> impl Iterator<Item = (usize, &PlaceMention)> {
        let from = self.ground.places.partition_point(|p| p.span.start < span.start);
        self.ground
            .places
            .iter()
            .enumerate()
            .skip(from)
            .take_while(move |(_, p)| p.span.start < span.end)
    }

    /// True if the token is a verb of some kind.
    pub(crate) fn verb(&self, token: usize) -> bool {
        if self.any(
            token,
            &[Word::Be, Word::Have, Word::Finite, Word::Support, Word::Pluperfect, Word::Reported],
        ) {
            return true;
        }
        // "steckten Häuser in Brand": a noun within a verb's phrase is no verb.
        let noun = self.lex.capital_nouns
            && self.capital(token)
            && token > self.tokens_of(self.sentence(token)).start;
        self.hits_at(token).any(|h| match h.tag {
            _ if noun => false,
            Tag::Trigger(_, form) | Tag::Outcome(_, form) => form != Form::Noun,
            Tag::Speech(i) => self.lex.speech.get(i).is_some_and(|(_, form)| {
                matches!(
                    form,
                    super::lexicon::SpeechForm::Verb | super::lexicon::SpeechForm::Accusation
                )
            }),
            _ => false,
        }) || (self.lex.verb_final
            && !self.capital(token)
            && self.kind(token) == TokenKind::Word
            && self.lower(token).len() > 5
            && (self.lower(token).ends_with("te") || self.lower(token).ends_with("ten"))
            && !self.lower(token).ends_with("sten"))
    }
}

/// Where nouns have capitals, "angriff" is a verb and "Angriff" is none.
fn spelled(ground: &Ground, lex: &Language, hit: &Hit<Tag>) -> bool {
    let [only] = hit.tokens.as_slice() else { return true };
    let form = match hit.tag {
        Tag::Trigger(_, form) | Tag::Outcome(_, form) => form,
        Tag::Target(_) => Form::Noun,
        _ => return true,
    };
    if !lex.capital_nouns {
        return true;
    }
    let Some(token) = ground.tokens.get(*only) else { return false };
    let capital = ground.slice(token.span).chars().next().is_some_and(char::is_uppercase);
    let opens = ground.sentences.binary_search_by_key(only, |s| s.tokens.start).is_ok();
    if form == Form::Noun { capital } else { !capital || opens }
}

/// Of overlapping hits of one table, the one with more words, then more letters.
fn best(mut hits: Vec<Hit<Tag>>) -> Vec<Hit<Tag>> {
    hits.sort_by(|a, b| {
        (b.tokens.len(), b.letters)
            .cmp(&(a.tokens.len(), a.letters))
            .then(a.first().cmp(&b.first()))
    });
    let mut taken: std::collections::HashSet<(u8, usize)> = std::collections::HashSet::new();
    let mut kept = Vec::new();
    for hit in hits {
        let table = hit.tag.table();
        // A cue may lie in another: "nach dem Anschlag vor zehn Jahren" says two things.
        let free = matches!(hit.tag, Tag::Cue(_))
            || hit.tokens.iter().all(|t| !taken.contains(&(table, *t)));
        if free {
            taken.extend(hit.tokens.iter().map(|t| (table, *t)));
            kept.push(hit);
        }
    }
    kept.sort_by_key(|h| (h.first(), h.last(), h.tag.table()));
    kept
}
