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
    /// Numbers of the hits that cover a token, one list after the other.
    covers: Vec<usize>,
    /// Where the list of each token begins; one more than there are tokens.
    covered: Vec<usize>,
    capitals: Vec<bool>,
    verbs: Vec<bool>,
    pub(crate) sentence_of: Vec<usize>,
    pub(crate) clauses: Vec<Clause>,
    pub(crate) clause_of: Vec<usize>,
}

/// What the lexicons found in a text, before anything else is read in it.
pub(crate) struct Found {
    hits: Vec<Hit<Tag>>,
    words: Vec<u64>,
    capitals: Vec<bool>,
}

impl Found {
    pub(crate) fn read(ground: &Ground, lex: &Language) -> Self {
        let count = ground.tokens.len();
        let mut words = vec![0_u64; count];
        let mut hits = Vec::new();
        let capitals: Vec<bool> =
            ground.tokens.iter().map(|t| opens_large(ground.slice(t.span))).collect();
        lex.matcher.scan(ground, |found| {
            if let Tag::Word(word) = found.tag {
                if let Some(bits) = found.tokens.first().and_then(|t| words.get_mut(*t)) {
                    *bits |= 1 << (word as u8);
                }
            } else if spelled(ground, lex, &capitals, found.tag, found.tokens) {
                hits.push(found.hit());
            }
        });
        Self { hits: best(hits, count), words, capitals }
    }

    /// Without a word that stands for an event there is none.
    pub(crate) fn any_event(&self) -> bool {
        self.hits.iter().any(|h| matches!(h.tag, Tag::Trigger(..)))
    }
}

impl<'a> Text<'a> {
    pub(crate) fn read(
        ground: &'a Ground,
        lex: &'a Language,
        taxonomy: &'a Taxonomy,
        found: Found,
    ) -> Self {
        let Found { hits, words, capitals } = found;
        let count = ground.tokens.len();
        let (covers, covered) = covers(&hits, count);
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
            covers,
            covered,
            capitals,
            verbs: Vec::new(),
            sentence_of,
            clauses: Vec::new(),
            clause_of: vec![0; count],
        };
        text.verbs = (0..count).map(|t| text.read_verb(t)).collect();
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
        self.capitals.get(token).copied().unwrap_or_default()
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
        let at = |t: usize| self.covered.get(t).copied().unwrap_or_default();
        let list = self.covers.get(at(token)..at(token + 1)).unwrap_or_default();
        list.iter().filter_map(|i| self.hits.get(*i))
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
        self.verbs.get(token).copied().unwrap_or_default()
    }

    fn read_verb(&self, token: usize) -> bool {
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
fn spelled(ground: &Ground, lex: &Language, capitals: &[bool], tag: Tag, tokens: &[usize]) -> bool {
    let [only] = tokens else { return true };
    let form = match tag {
        Tag::Trigger(_, form) | Tag::Outcome(_, form) => form,
        Tag::Target(_) => Form::Noun,
        _ => return true,
    };
    if !lex.capital_nouns {
        return true;
    }
    let Some(capital) = capitals.get(*only).copied() else { return false };
    let opens = ground.sentences.binary_search_by_key(only, |s| s.tokens.start).is_ok();
    if form == Form::Noun { capital } else { !capital || opens }
}

fn opens_large(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

/// Of overlapping hits of one table, the one with more words, then more letters.
fn best(mut hits: Vec<Hit<Tag>>, tokens: usize) -> Vec<Hit<Tag>> {
    hits.sort_by(|a, b| {
        (b.tokens.len(), b.letters)
            .cmp(&(a.tokens.len(), a.letters))
            .then(a.first().cmp(&b.first()))
    });
    // Bit n of a token: a hit of table n has it.
    let mut taken = vec![0_u16; tokens];
    hits.retain(|hit| {
        let table = 1 << hit.tag.table();
        // A cue may lie in another: "nach dem Anschlag vor zehn Jahren" says two things.
        let free = matches!(hit.tag, Tag::Cue(_))
            || hit.tokens.iter().all(|t| taken.get(*t).is_none_or(|bits| bits & table == 0));
        for t in hit.tokens.iter().filter(|_| free) {
            if let Some(bits) = taken.get_mut(*t) {
                *bits |= table;
            }
        }
        free
    });
    hits.sort_by_key(|h| (h.first(), h.last(), h.tag.table()));
    hits
}

/// The numbers of the hits on each token, and where each list begins.
fn covers(hits: &[Hit<Tag>], tokens: usize) -> (Vec<usize>, Vec<usize>) {
    let mut starts = vec![0; tokens + 1];
    for t in hits.iter().flat_map(|h| &h.tokens) {
        if let Some(count) = starts.get_mut(*t + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    let mut next = starts.clone();
    let mut list = vec![0; sum];
    for (i, hit) in hits.iter().enumerate() {
        for t in &hit.tokens {
            if let Some(at) = next.get_mut(*t) {
                if let Some(slot) = list.get_mut(*at) {
                    *slot = i;
                }
                *at += 1;
            }
        }
    }
    (list, starts)
}
