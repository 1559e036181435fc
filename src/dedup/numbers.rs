//! The numbers of a text, by which a changed count is seen.
//!
//! Digits and number words of the table's languages give the same value: "zwölf", "12" and "douze";
//! "1,5 Millionen" and "1 500 000". Only sentences are read: what ends in a full stop or has at
//! least six words, so that "5 Kommentare" and "Stand: 12.30 Uhr" do not count. Left out are
//! - 0 and 1, as the words for one are articles;
//! - clock times, durations up to hours, dates with slashes, two stops or a month, scores;
//! - digits behind a letter ("A7").
//!
//! Other dates and years count: a text that tells another year is not the same news, either.

use super::grams;
use super::words::{self, MAX_WORDS, Words};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;
use xxhash_rust::xxh3::xxh3_64;

/// Numbers kept of a text: all of nearly every report.
pub(super) const MAX_KEPT: usize = 64;
/// Words from which a line counts as a sentence without a full stop.
const SENTENCE: usize = 6;
/// Letters from which a word is no number written together.
const MAX_LETTERS: usize = 60;
/// Values are kept in thousandths, so that decimals are told apart.
const UNIT: u64 = 1_000;

/// The table, as compiled in; a test reads it, so that a mistake in it cannot be released.
static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table: Table = toml::from_str(include_str!("numbers.toml")).unwrap_or_default();
    table.language.iter_mut().for_each(Language::prepare);
    for (n, language) in table.language.iter().enumerate() {
        for mark in &language.marks {
            table.marks.entry(mark.clone()).or_default().push(n);
        }
    }
    table.longest_mark = table.marks.keys().map(String::len).max().unwrap_or_default();
    table
});

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    language: Vec<Language>,
    /// The languages of which a word is a mark.
    #[serde(skip)]
    marks: HashMap<String, Vec<usize>>,
    #[serde(skip)]
    longest_mark: usize,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Language {
    #[serde(rename = "code")]
    _code: String,
    marks: BTreeSet<String>,
    compound: bool,
    month_first: bool,
    joins: BTreeSet<String>,
    of: BTreeSet<String>,
    skip: BTreeSet<String>,
    months: BTreeSet<String>,
    words: HashMap<String, u64>,
    /// The number words by their first byte, the longest first.
    #[serde(skip)]
    by_start: BTreeMap<u8, Vec<(String, u64)>>,
    /// The first words of phrases.
    #[serde(skip)]
    phrases: BTreeSet<String>,
}

/// What a sentence is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// Digits, in thousandths.
    Digits(u64),
    Word(String),
    /// Digits that are no count, and punctuation: no number goes on behind it.
    Break,
}

/// Sorted hashes of the distinct numbers of a text, the smallest [`MAX_KEPT`] of them; `words` are
/// those of the text.
pub(super) fn numbers(text: &str, words: &Words) -> Vec<u32> {
    let Some(language) = language(words) else { return Vec::new() };
    let mut out = BTreeSet::new();
    let mut left = MAX_WORDS;
    let clean = words::clean(text);
    for line in clean.lines() {
        for sentence in sentences(line, &mut left) {
            language.read(&sentence, &mut out);
        }
    }
    out.into_iter().take(MAX_KEPT).collect()
}

/// Whether the later of two texts has a number that the earlier lacks.
///
/// Of texts with more numbers than are kept, the part that both samples cover is compared.
pub(super) fn news(earlier: &[u32], later: &[u32]) -> bool {
    let end = |numbers: &[u32]| grams::end(numbers, numbers.len() >= MAX_KEPT);
    let end = end(earlier).min(end(later));
    grams::until(later, end).iter().any(|n| earlier.binary_search(n).is_err())
}

/// The language with the most marks; the first of the table where there are none.
fn language(words: &Words) -> Option<&'static Language> {
    let table = &*TABLE;
    let mut marks = vec![0_usize; table.language.len()];
    for word in words.iter().filter(|word| word.len() <= table.longest_mark) {
        for n in table.marks.get(word).into_iter().flatten() {
            if let Some(count) = marks.get_mut(*n) {
                *count += 1;
            }
        }
    }
    // The first of those with the most.
    table.language.iter().zip(marks).rev().max_by_key(|(_, marks)| *marks).map(|(l, _)| l)
}

impl Language {
    /// Fills what is derived from the table.
    fn prepare(&mut self) {
        for (word, value) in &self.words {
            if let Some(first) = word.bytes().next() {
                self.by_start.entry(first).or_default().push((word.clone(), *value));
            }
            if let Some((first, _)) = word.split_once(' ') {
                self.phrases.insert(first.to_owned());
            }
        }
        for words in self.by_start.values_mut() {
            words.sort_by(|(a, _), (b, _)| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        }
    }

    /// Whether a number can begin with a word that begins so.
    fn can_start(&self, word: &str) -> bool {
        word.bytes().next().is_some_and(|first| self.by_start.contains_key(&first))
    }

    fn read(&self, tokens: &[Token], out: &mut BTreeSet<u32>) {
        let mut at = 0;
        // The end of the last date: "November 23, 2026".
        let mut date = None;
        while let Some(token) = tokens.get(at) {
            let (end, value) = match token {
                Token::Digits(value) => match self.piece(tokens, at + 1) {
                    Some((end, scale)) if scale >= 1_000 => (end, value.saturating_mul(scale)),
                    _ => (at + 1, *value),
                },
                Token::Word(_) => self.spelled(tokens, at).unwrap_or((at + 1, 0)),
                Token::Break => (at + 1, 0),
            };
            let is_year = (1_900 * UNIT..2_100 * UNIT).contains(&value);
            if value == 0 || (is_year && date.is_some_and(|date| at <= date + 1)) {
                // No number, or the year of a date.
            } else if self.is_time(tokens, at, end, is_year) {
                date = Some(end);
            } else if value != UNIT {
                out.insert((xxh3_64(&value.to_le_bytes()) >> 32) as u32);
            }
            at = end;
        }
    }

    /// A number word or phrase: where it ends and what it says.
    fn piece(&self, tokens: &[Token], at: usize) -> Option<(usize, u64)> {
        let first = word(tokens, at).filter(|word| self.can_start(word))?;
        let phrase = word(tokens, at + 1)
            .filter(|_| self.phrases.contains(first))
            .and_then(|next| self.words.get(&format!("{first} {next}")));
        phrase.map(|v| (at + 2, *v)).or_else(|| Some((at + 1, *self.words.get(first)?)))
    }

    /// Number words in a row: where they end and their value in thousandths.
    fn spelled(&self, tokens: &[Token], at: usize) -> Option<(usize, u64)> {
        let mut sum = Sum::default();
        let mut end = at;
        loop {
            let next = match word(tokens, end) {
                Some(join) if end > at && self.joins.contains(join) => end + 1,
                _ => end,
            };
            let pieces = match self.piece(tokens, next) {
                Some((to, value)) => Some((to, vec![value])),
                None => word(tokens, next).and_then(|w| self.compound(w)).map(|p| (next + 1, p)),
            };
            let Some((to, pieces)) = pieces else { break };
            let mut longer = sum;
            if !pieces.into_iter().all(|piece| longer.push(piece)) {
                break;
            }
            sum = longer;
            end = to;
        }
        (end > at).then(|| (end, sum.value().saturating_mul(UNIT)))
    }

    /// The pieces of a number that is written together, tens before ones: "siebenundzwanzig".
    fn compound(&self, word: &str) -> Option<Vec<u64>> {
        if !self.compound || !self.can_start(word) || word.chars().count() > MAX_LETTERS {
            return None;
        }
        let mut out: Vec<u64> = Vec::new();
        let (mut rest, mut joined) = (word, false);
        while !rest.is_empty() {
            let first = rest.as_bytes().first()?;
            let longest = self
                .by_start
                .get(first)
                .and_then(|words| words.iter().find(|(piece, _)| rest.starts_with(piece.as_str())));
            if let Some((piece, value)) = longest {
                let ones = out.len().saturating_sub(1);
                if joined && (20..100).contains(value) && out.last().is_some_and(|v| *v < 10) {
                    out.insert(ones, *value);
                } else {
                    out.push(*value);
                }
                joined = false;
                rest = rest.get(piece.len()..)?;
            } else {
                let join = self.joins.iter().find(|join| rest.starts_with(join.as_str()))?;
                if joined || out.is_empty() {
                    return None;
                }
                joined = true;
                rest = rest.get(join.len()..)?;
            }
        }
        (!joined).then_some(out)
    }

    /// Whether the number in tokens `at..end` is a clock time, a duration or a date.
    fn is_time(&self, tokens: &[Token], at: usize, end: usize, is_year: bool) -> bool {
        let back = |n: usize| at.checked_sub(n).and_then(|i| word(tokens, i));
        let is_month = |word: Option<&str>| word.is_some_and(|word| self.months.contains(word));
        let of = back(1).is_some_and(|word| self.of.contains(word));
        if is_month(back(1)) && (self.month_first || is_year) || of && is_month(back(2)) && is_year
        {
            return true;
        }
        let Some(next) = word(tokens, end) else { return false };
        let second = word(tokens, end + 1);
        self.skip.contains(next)
            || self.months.contains(next)
            || second.is_some_and(|second| {
                self.skip.contains(&format!("{next} {second}"))
                    || (self.of.contains(next) && self.months.contains(second))
            })
    }
}

fn word(tokens: &[Token], at: usize) -> Option<&str> {
    match tokens.get(at)? {
        Token::Word(word) => Some(word),
        _ => None,
    }
}

/// A number word under way.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    total: u64,
    current: u64,
    /// The last scale: they fall.
    scale: Option<u64>,
    seen: bool,
}

impl Sum {
    /// Adds a piece; false when it does not continue this number.
    fn push(&mut self, piece: u64) -> bool {
        let rest = self.current % 100;
        let fits = match piece {
            1_000.. => self.scale.is_none_or(|scale| piece < scale),
            100..1_000 => self.current < if piece == 100 { 100 } else { 1 },
            // "soixante-dix", "quatre-vingt-onze"; "twenty-one".
            _ if matches!(rest, 60 | 80) => piece < 20,
            _ if rest >= 20 && rest.is_multiple_of(10) => piece < 10,
            _ => rest == 0 && (!self.seen || self.current > 0 || self.scale.is_some()),
        };
        if !fits {
            return false;
        }
        self.seen = true;
        match piece {
            1_000.. => {
                self.total = self.total.saturating_add(self.current.max(1).saturating_mul(piece));
                self.current = 0;
                self.scale = Some(piece);
            }
            100 => self.current = self.current.max(1) * 100,
            _ => self.current += piece,
        }
        true
    }

    fn value(self) -> u64 {
        self.total.saturating_add(self.current)
    }
}

/// The sentences of a line; `left` is how many tokens may still be read.
fn sentences(line: &str, left: &mut usize) -> Vec<Vec<Token>> {
    let chars: Vec<char> = line.chars().collect();
    let get = |i: usize| chars.get(i).copied().unwrap_or('\n');
    let mut out = Vec::new();
    let mut tokens: Vec<Token> = Vec::new();
    let (mut at, mut ended) = (0, false);
    while at < chars.len() && *left > 0 {
        let c = get(at);
        if c.is_ascii_digit() {
            let label = at > 0 && get(at - 1).is_alphabetic();
            let (end, token) = digits(&chars, at);
            tokens.push(if label { Token::Break } else { token });
            (at, ended) = (end, false);
            *left -= 1;
        } else if c.is_alphabetic() {
            let is_letter =
                |c: char| c.is_alphabetic() || unicode_normalization::char::is_combining_mark(c);
            let from = at;
            while at < chars.len() && is_letter(get(at)) {
                at += 1;
            }
            let letters = chars.get(from..at).unwrap_or_default();
            tokens.push(Token::Word(letters.iter().flat_map(|c| c.to_lowercase()).collect()));
            ended = false;
            *left -= 1;
        } else {
            let last = tokens.last();
            let stops = matches!(c, '.' | '!' | '?' | '…');
            ended |= stops;
            // A stop behind digits ("23. November") or a letter ("p.m.") may go on.
            let short = match last {
                Some(Token::Digits(_)) => true,
                Some(Token::Word(word)) => word.chars().count() == 1,
                _ => false,
            };
            if stops && !(c == '.' && short) && !get(at + 1).is_alphanumeric() {
                close(&mut tokens, true, &mut out);
            } else if !c.is_whitespace() && !matches!(c, '-' | '.' | '\'' | '’') {
                tokens.push(Token::Break);
            }
            at += 1;
        }
    }
    close(&mut tokens, ended, &mut out);
    out
}

/// Ends a sentence, and drops it where it is none.
fn close(tokens: &mut Vec<Token>, ended: bool, out: &mut Vec<Vec<Token>>) {
    let words = tokens.iter().filter(|t| matches!(t, Token::Word(_))).count();
    let sentence = std::mem::take(tokens);
    if ended || words >= SENTENCE {
        out.push(sentence);
    }
}

/// Digits and what joins them, from `at`: where they end and what they are.
fn digits(chars: &[char], at: usize) -> (usize, Token) {
    let get = |i: usize| chars.get(i).copied().unwrap_or('\n');
    let run = |from: usize| chars.iter().skip(from).take_while(|c| c.is_ascii_digit()).count();
    let mut end = at + run(at);
    let mut groups: Vec<(char, usize, usize)> = vec![(' ', at, end)];
    while matches!(get(end), '.' | ',' | ':' | '/' | '\'' | '’' | ' ')
        && get(end + 1).is_ascii_digit()
    {
        let (separator, from) = (get(end), end + 1);
        let to = from + run(from);
        let first = groups.first().map_or(0, |(_, from, to)| to - from);
        if separator == ' ' && (to - from != 3 || first > 3) {
            break;
        }
        groups.push((separator, from, to));
        end = to;
    }
    (end, value(chars, &groups).map_or(Token::Break, Token::Digits))
}

/// The value of groups of digits in thousandths; none for a date, a time, a score.
fn value(chars: &[char], groups: &[(char, usize, usize)]) -> Option<u64> {
    let number = |from: usize, to: usize| {
        chars.get(from..to).unwrap_or_default().iter().fold(0_u64, |sum, c| {
            sum.saturating_mul(10).saturating_add(c.to_digit(10).unwrap_or(0).into())
        })
    };
    let (_, from, to) = *groups.first()?;
    let mut whole = number(from, to);
    let thousands = groups.get(1).map(|g| g.0).filter(|c| !matches!(c, ':' | '/'));
    let mut rest = groups.get(1..)?.iter().peekable();
    while let Some((_, from, to)) = rest.next_if(|(c, from, to)| {
        Some(*c) == thousands && to - from == 3 && groups.first().is_some_and(|g| g.2 - g.1 <= 3)
    }) {
        whole = whole.saturating_mul(1_000).saturating_add(number(*from, *to));
    }
    let mut out = whole.saturating_mul(UNIT);
    if let Some((separator, from, to)) = rest.next() {
        if rest.next().is_some() || !matches!(separator, '.' | ',') {
            return None;
        }
        // "12,5" and "12.50" are one.
        let places = (to - from).min(3);
        let part = number(*from, from + places);
        let shift = 3_u32.saturating_sub(u32::try_from(places).unwrap_or(3));
        out = out.saturating_add(part * 10_u64.pow(shift));
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str) -> Vec<u32> {
        numbers(text, &words::words(text))
    }

    // Small positive numbers, in the unit that the reader keeps.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn hashes(values: &[f64]) -> Vec<u32> {
        let mut out: Vec<u32> = values
            .iter()
            .map(|v| (xxh3_64(&((v * 1_000.0).round() as u64).to_le_bytes()) >> 32) as u32)
            .collect();
        out.sort_unstable();
        out
    }

    /// Each sentence with its numbers.
    fn reads(cases: &[(&str, &[f64])]) {
        for (text, values) in cases {
            assert_eq!(of(text), hashes(values), "{text}");
        }
    }

    #[test]
    fn the_table_can_be_read() {
        let table: Table = toml::from_str(include_str!("numbers.toml")).unwrap();
        assert_eq!(table.language.len(), 4);
        for l in &table.language {
            assert!(!l.words.is_empty() && !l.marks.is_empty() && l.months.len() >= 11);
            // The number reader looks at two words at most.
            let phrases = l.words.keys().chain(&l.skip).chain(&l.months).chain(&l.joins);
            assert!(phrases.clone().all(|p| p.split(' ').count() <= 2));
            assert!(phrases.clone().all(|p| *p == words::words(p).joined().trim_end()));
        }
    }

    #[test]
    fn digits_and_words_of_four_languages_are_one_number() {
        reads(&[
            ("Bei dem Angriff auf die Stadt starben zwölf Menschen.", &[12.0]),
            ("Bei dem Angriff auf die Stadt starben 12 Menschen.", &[12.0]),
            ("Twelve people were killed in the attack.", &[12.0]),
            ("Douze personnes ont été tuées dans le raid.", &[12.0]),
            ("Doce personas murieron en el ataque.", &[12.0]),
            ("In der Halle waren siebenundzwanzig Arbeiter und der Wächter.", &[27.0]),
            ("Die Polizei zählte dreitausendvierhundertzwei Menschen.", &[3_402.0]),
            ("Die Behörden sprachen von einhundertfünf Verletzten.", &[105.0]),
            ("The storm has left two hundred and five people homeless.", &[205.0]),
            ("The storm has left twenty-seven or thirty people homeless.", &[27.0, 30.0]),
            ("Le bilan est de quatre-vingt-dix-sept morts dans les villages.", &[97.0]),
            ("Le bilan est de vingt et un morts dans les villages.", &[21.0]),
            ("Los equipos buscan a treinta y cuatro personas en el río.", &[34.0]),
            ("Los daños afectan a dos mil quinientas personas en el sur.", &[2_500.0]),
            ("Between two and five people were hurt.", &[2.0, 5.0]),
        ]);
    }

    #[test]
    fn groups_decimals_and_scales_are_resolved() {
        let all: &[f64] = &[1_500_000.0];
        reads(&[
            ("Die Stadt hat 1,5 Millionen Einwohner.", all),
            ("Die Stadt hat 1.500.000 Einwohner.", all),
            ("The city has 1,500,000 people and the port.", all),
            ("La ville compte 1\u{202f}500\u{a0}000 habitants dans le nord.", all),
            ("The quake had a magnitude of 6.8 on the scale.", &[6.8]),
            ("Das Beben hatte die Stärke 6,8 nach der Skala.", &[6.8]),
            ("Die Feuerwehr war mit 40 Kräften, 12 Wagen im Einsatz.", &[12.0, 40.0]),
        ]);
    }

    #[test]
    fn times_dates_labels_and_what_is_no_sentence_do_not_count() {
        reads(&[
            ("Stand: 12.30 Uhr", &[]),
            ("Stand: 23. November 2026, 12:30 Uhr", &[]),
            ("5 Kommentare\nLesezeit 4 Minuten\nTeilen 17", &[]),
            ("Zuletzt aktualisiert am 23.11.2026 um 12:30 Uhr von der Redaktion.", &[]),
            ("Der Brand brach am 3. Mai gegen drei Uhr auf der A7 aus.", &[]),
            ("This story was updated on November 23, 2026 at 7.40 p.m. in London.", &[]),
            ("Le feu a pris le 3 mai à 19h30 dans le port.", &[]),
            ("El fuego empezó el 3 de mayo de 2026 a las 19:30 en el puerto.", &[]),
            ("Ein Mensch und 1 Hund wurden von der Feuerwehr gerettet.", &[]),
            ("At least 12 may have been killed in the blast.", &[12.0]),
        ]);
    }

    #[test]
    fn a_number_that_the_earlier_text_lacks_is_news() {
        let (twelve, more) = (of("Es gab zwölf Tote und 30 Verletzte."), of("Es gab 12 Tote."));
        assert!(news(&more, &twelve) && !news(&twelve, &more) && !news(&twelve, &twelve));
        assert!(news(&[], &more) && !news(&more, &[]));
    }

    #[test]
    fn of_many_numbers_the_common_sample_is_compared() {
        let list = |from: u32, to: u32| {
            (from..to).map(|n| format!("Der Ort {n} ist dabei.")).collect::<Vec<_>>().join(" ")
        };
        let (all, without) = (of(&list(100, 400)), of(&list(130, 400)));
        assert_eq!(all.len(), MAX_KEPT);
        assert!(!news(&all, &without));
        assert!(news(&without, &all));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,80}", digits in "[0-9.,:/ ’hundertzwei-]{0,80}") {
            prop_assert!(of(&text).len() <= MAX_KEPT);
            prop_assert!(of(&digits).is_sorted_by(|a, b| a < b));
        }
    }
}
