//! The ground under extraction: language, sentences, words, times, numbers, places and names.
//!
//! Owns everything that can be said about a text without asking what happened. All spans are byte
//! offsets into [`Ground::full`]; they become character offsets of title or text only at the edge
//! (see [`Ground::locate`]).

mod defect;
mod language;
mod lists;
mod memo;
mod names;
mod numbers;
mod phrases;
mod places;
mod reader;
mod sentences;
mod tables;
mod times;
mod tokens;
pub mod view;
mod words;
mod zone;

#[cfg(test)]
mod tests;

pub use defect::Defect;
pub(crate) use lists::Map;
pub(crate) use memo::{Reading, Word};
pub(crate) use places::is_country;
pub use places::{places_named, region};
pub use reader::{Reader, Step};
pub use view::View;
pub use words::{Compound, Cut, WordMention};

use crate::message::{Bound, Part, PlacePrecision, TimePrecision};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// Byte offsets into [`Ground::full`], end exclusive, on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A language with tables of its own; the language is a table, not an `if`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lang {
    /// German.
    De,
    /// English.
    En,
    /// French.
    Fr,
    /// Spanish.
    Es,
}

/// What a text is read from.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// Headline; may be empty.
    pub title: &'a str,
    /// Text; paragraphs separated by an empty line (single line ends are blanks).
    pub text: &'a str,
    /// Language as stated, a hint.
    pub lang: Option<&'a str>,
    /// Publication day and time in the outlet's zone or UTC: what relative times refer to.
    pub anchor: DateTime,
    /// Country of the outlet (ISO 3166-1 alpha-2), a hint for places.
    pub country: Option<&'a str>,
}

/// All that was read from a text.
#[derive(Debug, Clone)]
pub struct Ground {
    /// Title, two line ends, text. Where there is no title it is the text alone.
    pub full: String,
    /// Where the text begins in `full`.
    pub text_start: usize,
    /// Language, if it is one that we read.
    pub lang: Option<Lang>,
    /// Language as identified (BCP 47), also one that we do not read.
    pub lang_code: String,
    /// Sentences in order; those of the title come first.
    pub sentences: Vec<Sentence>,
    /// Words, numbers and signs in order.
    pub tokens: Vec<Token>,
    /// What the lists say about each of them.
    pub(crate) words: Vec<Arc<Word>>,
    /// Times in order.
    pub times: Vec<TimeMention>,
    /// Numbers in order.
    pub numbers: Vec<NumberMention>,
    /// Places in order.
    pub places: Vec<PlaceMention>,
    /// Runs of capitalised words and quoted names that are no known place, in order.
    pub names: Vec<NameMention>,
    /// The anchor given.
    pub anchor: DateTime,
    /// Time zone of the outlet's country, where it has one clock.
    pub zone: Option<TimeZone>,
}

/// A sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Where it stands.
    pub span: Span,
    /// Title or text.
    pub part: Part,
    /// Number of the paragraph, from 0; the title is 0 where there is one.
    pub paragraph: usize,
    /// Its tokens: range of indices into [`Ground::tokens`].
    pub tokens: std::ops::Range<usize>,
    /// True for a dateline or agency slug ("BAGDAD (dpa) -").
    pub dateline: bool,
}

/// A word, a number or a sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: TokenKind,
    /// Lower-cased text, soft hyphens removed.
    pub lower: String,
    /// Stands between quotation marks.
    pub quoted: bool,
}

/// Kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A word; hyphenated words are one.
    Word,
    /// Digits, with separators and decimals.
    Number,
    /// An opening or closing quotation mark.
    Quote,
    /// Any other sign.
    Sign,
}

/// A time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeMention {
    /// Where it stands, by the rules of TIMEX3: without preposition.
    pub span: Span,
    /// Where it stands with its preposition ("am Dienstag").
    pub wide: Span,
    /// Index of its sentence.
    pub sentence: usize,
    /// TIMEX3 type: `DATE`, `TIME`, `DURATION` or `SET`.
    pub timex_type: &'static str,
    /// TIMEX3 value, as `2023-11-21` or `PAST_REF`.
    pub value: String,
    /// The stretch by which the time is told, where German TimeML annotates that alone: the
    /// words "zehn Jahren" of "vor zehn Jahren" and `P10Y`.
    pub stretch: Option<(Span, String)>,
    /// First moment of the interval, in the text's own time; absent for durations and sets.
    pub start: Option<DateTime>,
    /// Last moment, inclusive; absent when open or unknown.
    pub end: Option<DateTime>,
    /// How exact.
    pub precision: TimePrecision,
    /// "since", "seit", "depuis": the start of a period that reaches to the anchor.
    pub since: bool,
    /// Id of the rule, as `de.time.weekday`.
    pub rule: &'static str,
}

/// A number.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberMention {
    /// Where the number with its qualifiers ("mindestens zwölf") stands.
    pub span: Span,
    /// Index of its sentence.
    pub sentence: usize,
    /// Its bounds; for measures with decimals the whole part.
    pub bound: Bound,
    /// The exact value of a decimal number, as the magnitude 6.1.
    pub decimal: Option<f64>,
    /// "several", "dozens": a vague word instead of a number.
    pub vague: bool,
    /// What it measures.
    pub kind: NumberKind,
    /// Id of the rule.
    pub rule: &'static str,
}

/// What a number measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NumberKind {
    /// How many (people, things, events): the only kind that can be a casualty figure.
    Count,
    /// "dritte", "3rd".
    Ordinal,
    /// Age of a person.
    Age,
    /// A calendar year, day or date part.
    Date,
    /// A time of day.
    Clock,
    /// A duration.
    Duration,
    /// Money.
    Money,
    /// Per cent.
    Percent,
    /// A length, distance, area, weight, speed, temperature, calibre or other measure.
    Measure,
    /// Magnitude of an earthquake or force of a storm.
    Magnitude,
    /// Number of a road, bus line, flight, unit or model.
    Label,
    /// Score of a match.
    Score,
}

/// A place.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceMention {
    /// Where the name stands (without preposition).
    pub span: Span,
    /// Where name and qualifier ("südlich der Hauptstadt Bagdad") stand.
    pub wide: Span,
    /// Index of its sentence.
    pub sentence: usize,
    /// The place, as resolved.
    pub place: Resolved,
    /// How exact, with its qualifier.
    pub precision: PlacePrecision,
    /// The word before it says that something is there ("in", "bei", "near").
    pub locative: bool,
    /// Adjective or demonym ("irakisch", "US-"): a country, but no location.
    pub adjective: bool,
    /// Stands for a government ("Washington bestätigte").
    pub metonym: bool,
    /// Confidence of the resolution, 0 to 1.
    pub confidence: f64,
    /// Id of the rule.
    pub rule: &'static str,
}

/// A place of the gazetteer.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    /// Name in the language of the text, in its base form ("Bagdad" for "Bagdads").
    pub name: String,
    /// English name.
    pub name_en: String,
    /// GeoNames id; absent for hand-written regions that have none.
    pub geoname_id: Option<u32>,
    /// Country (ISO 3166-1 alpha-2); absent for seas and regions over several countries.
    pub country: Option<String>,
    /// English name of the first-level division.
    pub admin1: Option<String>,
    /// Latitude in degrees.
    pub lat: f64,
    /// Longitude in degrees.
    pub lon: f64,
    /// What it is.
    pub class: PlaceClass,
    /// Inhabitants, 0 where unknown.
    pub population: u64,
}

/// Class of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceClass {
    /// A country.
    Country,
    /// A first-level division.
    Admin1,
    /// Another region, as the Sahel or the Gaza Strip.
    Region,
    /// A sea, strait or river.
    Water,
    /// A town, village or part of a town.
    Town,
    /// A camp, base, airport, street, building.
    Spot,
}

/// A name that is no known place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameMention {
    /// Where it stands, without quotation marks.
    pub span: Span,
    /// Index of its sentence.
    pub sentence: usize,
    /// Stands in quotation marks.
    pub quoted: bool,
}

impl TimeMention {
    /// Span, type and value as the TIMEX3 guidelines of the language annotate them: German leaves
    /// the preposition of "vor zehn Jahren" outside, so that a duration remains.
    #[must_use]
    pub fn timex3(&self) -> (Span, &'static str, &str) {
        match &self.stretch {
            Some((span, value)) => (*span, "DURATION", value),
            None => (self.span, self.timex_type, &self.value),
        }
    }
}

impl Ground {
    /// The text of a span; empty when the span is not one of this text.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.full.get(span.start..span.end).unwrap_or_default()
    }

    /// Part and character offsets of a span, for the evidence of a message.
    #[must_use]
    pub fn locate(&self, span: Span) -> (Part, usize, usize) {
        let (part, base) = if span.start >= self.text_start && self.text_start <= self.full.len() {
            (Part::Text, self.text_start)
        } else {
            (Part::Title, 0)
        };
        let chars = |to: usize| self.full.get(base..to).map_or(0, |s| s.chars().count());
        (part, chars(span.start), chars(span.end))
    }
}
