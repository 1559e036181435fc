//! The ground as data, for people and tools: what `inspect text` prints.

use super::{Ground, NumberKind, PlaceMention, Resolved, Span, WordMention};
use crate::message::{Part, TimePrecision};
use serde::Serialize;

/// A serializable view of a [`Ground`]. Offsets count characters, in the text or, where `part` is
/// `title`, in the title.
#[derive(Debug, Clone, Serialize)]
pub struct View {
    /// Language (BCP 47).
    pub lang: String,
    /// Moment that relative times refer to.
    pub anchor: String,
    /// Time zone of the text's clock, where it is known.
    pub zone: Option<String>,
    /// Sentences in order.
    pub sentences: Vec<SentenceView>,
    /// Times in order.
    pub times: Vec<TimeView>,
    /// Places in order.
    pub places: Vec<PlaceView>,
    /// Numbers in order.
    pub numbers: Vec<NumberView>,
    /// Names in order.
    pub names: Vec<NameView>,
    /// Base forms, compounds and separable verbs in order, where they were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<WordView>,
}

/// Where something stands.
#[derive(Debug, Clone, Serialize)]
pub struct Spot {
    /// Title or text.
    pub part: Part,
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// The words.
    pub text: String,
}

/// A sentence.
#[derive(Debug, Clone, Serialize)]
pub struct SentenceView {
    /// Where it stands.
    #[serde(flatten)]
    pub spot: Spot,
    /// A dateline or agency slug.
    pub dateline: bool,
}

/// A time.
#[derive(Debug, Clone, Serialize)]
pub struct TimeView {
    /// Where it stands.
    #[serde(flatten)]
    pub spot: Spot,
    /// TIMEX3 type.
    pub r#type: &'static str,
    /// TIMEX3 value.
    pub value: String,
    /// First moment of the interval.
    pub from: Option<String>,
    /// Last moment of the interval.
    pub to: Option<String>,
    /// First moment in UTC, where the clock of the text is known.
    pub utc_from: Option<String>,
    /// Last moment in UTC.
    pub utc_to: Option<String>,
    /// How exact.
    pub precision: TimePrecision,
    /// The start of a period that reaches to the publication.
    pub since: bool,
    /// Rule.
    pub rule: &'static str,
}

/// A place.
#[derive(Debug, Clone, Serialize)]
pub struct PlaceView {
    /// Where it stands.
    #[serde(flatten)]
    pub spot: Spot,
    /// The place.
    #[serde(flatten)]
    pub place: ResolvedView,
    /// Adjective or demonym.
    pub adjective: bool,
    /// Something is said to be there.
    pub locative: bool,
    /// Stands for a government.
    pub metonym: bool,
    /// Confidence, 0 to 1.
    pub confidence: f64,
    /// Rule.
    pub rule: &'static str,
}

/// A resolved place.
#[derive(Debug, Clone, Serialize)]
pub struct ResolvedView {
    /// Name in the language of the text.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// GeoNames id.
    pub geoname_id: Option<u32>,
    /// Country (ISO 3166-1 alpha-2).
    pub country: Option<String>,
    /// First-level division.
    pub admin1: Option<String>,
    /// Latitude in degrees.
    pub lat: f64,
    /// Longitude in degrees.
    pub lon: f64,
}

/// A number.
#[derive(Debug, Clone, Serialize)]
pub struct NumberView {
    /// Where it stands.
    #[serde(flatten)]
    pub spot: Spot,
    /// Least.
    pub min: Option<u64>,
    /// Most.
    pub max: Option<u64>,
    /// Said to be approximate.
    pub approx: bool,
    /// Exact value of a decimal number.
    pub decimal: Option<f64>,
    /// A vague word.
    pub vague: bool,
    /// What it measures.
    pub kind: &'static str,
    /// Rule.
    pub rule: &'static str,
}

/// A word.
#[derive(Debug, Clone, Serialize)]
pub struct WordView {
    /// Where it stands.
    #[serde(flatten)]
    pub spot: Spot,
    /// Base form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lemma: Option<String>,
    /// Modifier and head of a compound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compound: Option<(String, String)>,
    /// The particle that stands apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub particle: Option<Spot>,
}

/// A name.
#[derive(Debug, Clone, Serialize)]
pub struct NameView {
    /// Where it stands.
    #[serde(flatten)]
    pub spot: Spot,
    /// Stands in quotation marks.
    pub quoted: bool,
}

impl From<&Resolved> for ResolvedView {
    fn from(place: &Resolved) -> Self {
        Self {
            name: place.name.clone(),
            name_en: place.name_en.clone(),
            geoname_id: place.geoname_id,
            country: place.country.clone(),
            admin1: place.admin1.clone(),
            lat: place.lat,
            lon: place.lon,
        }
    }
}

impl NumberKind {
    /// Name of the kind, as `count`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Ordinal => "ordinal",
            Self::Age => "age",
            Self::Date => "date",
            Self::Clock => "clock",
            Self::Duration => "duration",
            Self::Money => "money",
            Self::Percent => "percent",
            Self::Measure => "measure",
            Self::Magnitude => "magnitude",
            Self::Label => "label",
            Self::Score => "score",
        }
    }
}

/// Character offsets of many rising spans in one pass.
struct Offsets {
    /// Byte offset of every 256th character of the text.
    marks: Vec<usize>,
}

const STRIDE: usize = 256;

impl Offsets {
    fn of(full: &str) -> Self {
        Self { marks: full.char_indices().step_by(STRIDE).map(|(byte, _)| byte).collect() }
    }

    fn chars(&self, full: &str, byte: usize) -> usize {
        let mark = self.marks.partition_point(|m| *m <= byte).saturating_sub(1);
        let from = self.marks.get(mark).copied().unwrap_or(0);
        mark * STRIDE + full.get(from..byte).map_or(0, |s| s.chars().count())
    }
}

impl View {
    /// The view of a ground.
    #[must_use]
    pub fn of(ground: &Ground) -> Self {
        Self::with_words(ground, &[])
    }

    /// The view of a ground and its words.
    #[must_use]
    pub fn with_words(ground: &Ground, words: &[WordMention]) -> Self {
        let offsets = Offsets::of(&ground.full);
        let text_start = offsets.chars(&ground.full, ground.text_start);
        let spot = |span: Span| {
            let (part, base) = if span.start >= ground.text_start {
                (Part::Text, text_start)
            } else {
                (Part::Title, 0)
            };
            Spot {
                part,
                start: offsets.chars(&ground.full, span.start) - base,
                end: offsets.chars(&ground.full, span.end) - base,
                text: ground.slice(span).to_owned(),
            }
        };
        let place = |p: &PlaceMention| PlaceView {
            spot: spot(p.span),
            place: ResolvedView::from(&p.place),
            adjective: p.adjective,
            locative: p.locative,
            metonym: p.metonym,
            confidence: p.confidence,
            rule: p.rule,
        };
        Self {
            lang: ground.lang_code.clone(),
            anchor: ground.anchor.to_string(),
            zone: ground.zone.as_ref().and_then(|z| z.iana_name()).map(str::to_owned),
            words: words
                .iter()
                .map(|w| WordView {
                    spot: spot(w.span),
                    lemma: w.lemma.clone(),
                    compound: w.compound.clone().map(|c| (c.modifier, c.head)),
                    particle: w.particle.map(spot),
                })
                .collect(),
            sentences: ground
                .sentences
                .iter()
                .map(|s| SentenceView { spot: spot(s.span), dateline: s.dateline })
                .collect(),
            times: ground
                .times
                .iter()
                .map(|t| (t, ground.utc(t)))
                .map(|(t, (utc_from, utc_to))| TimeView {
                    spot: spot(t.span),
                    r#type: t.timex_type,
                    value: t.value.clone(),
                    from: t.start.map(|at| at.to_string()),
                    to: t.end.map(|at| at.to_string()),
                    utc_from: utc_from.map(|at| at.to_string()),
                    utc_to: utc_to.map(|at| at.to_string()),
                    precision: t.precision,
                    since: t.since,
                    rule: t.rule,
                })
                .collect(),
            places: ground.places.iter().map(place).collect(),
            numbers: ground
                .numbers
                .iter()
                .map(|n| NumberView {
                    spot: spot(n.span),
                    min: n.bound.min,
                    max: n.bound.max,
                    approx: n.bound.approx,
                    decimal: n.decimal,
                    vague: n.vague,
                    kind: n.kind.name(),
                    rule: n.rule,
                })
                .collect(),
            names: ground
                .names
                .iter()
                .map(|n| NameView { spot: spot(n.span), quoted: n.quoted })
                .collect(),
        }
    }
}

impl Ground {
    /// The span of character offsets into the text (not the title), if it is one.
    #[must_use]
    pub fn span_of_chars(&self, start: usize, end: usize) -> Option<Span> {
        let text = self.full.get(self.text_start..)?;
        let byte = |n: usize| {
            text.char_indices()
                .map(|(i, _)| i)
                .chain([text.len()])
                .nth(n)
                .map(|b| b + self.text_start)
        };
        (start < end).then_some(Span { start: byte(start)?, end: byte(end)? })
    }
}
