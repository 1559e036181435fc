//! Report: one incident as one article tells it.

use super::{
    Actor, Bound, Casualty, Claim, Codes, Counts, Damage, EventTime, Instrument, Message,
    PerpetratorConfidence, Place, Relation, Target, Timestamp,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Value of the topic `reports`, keyed by world region.
///
/// Offsets count characters (Unicode scalar values) of the article's `text` or `title`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Always `depesche.report/1`.
    pub schema: String,
    /// `r-…`, from the article and the place among its reports.
    pub id: String,
    /// World region of the place, the record key; `world` if there is no place.
    pub region: String,
    /// One event, or a series over a period.
    pub kind: Kind,
    /// Group of the taxonomy, as `remote_violence`.
    pub group: String,
    /// Type of the taxonomy, as `air_strike`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// What other codebooks call the type.
    pub codes: Codes,
    /// The article.
    pub article: ArticleRef,
    /// Whether it happened.
    pub realis: Realis,
    /// Whether it is news.
    pub status: Status,
    /// When it happened.
    #[serde(default)]
    pub time: Option<EventTime>,
    /// Where it happened, and other places with a role in it.
    #[serde(default)]
    pub places: Vec<Place>,
    /// Who did it, and other parties.
    #[serde(default)]
    pub actors: Vec<Actor>,
    /// How sure it is that the perpetrator did it.
    #[serde(default)]
    pub perpetrator_confidence: Option<PerpetratorConfidence>,
    /// To whom or what it was done.
    #[serde(default)]
    pub targets: Vec<Target>,
    /// Weapons and means.
    #[serde(default)]
    pub instruments: Vec<Instrument>,
    /// Killed, wounded, missing and so on, one for each outcome, group and claim.
    #[serde(default)]
    pub casualties: Vec<Casualty>,
    /// Who says so.
    #[serde(default)]
    pub claims: Vec<Claim>,
    /// Stated motive, in the words of the article.
    #[serde(default)]
    pub reason: Option<String>,
    /// Relations to other reports of the same article.
    #[serde(default)]
    pub links: Vec<Link>,
    /// Totals of an aggregate.
    #[serde(default)]
    pub counts: Option<Counts>,
    /// Number of participants of a gathering.
    #[serde(default)]
    pub crowd: Option<Bound>,
    /// Physical damage.
    #[serde(default)]
    pub damage: Vec<Damage>,
    /// Confidence that this incident is reported, 0 to 1.
    pub confidence: f64,
    /// The words that prove each filled field.
    pub evidence: Vec<Evidence>,
}

/// What a report or an incident describes.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One event.
    Incident,
    /// A series over a period ("66 attacks since October").
    Aggregate,
}

impl Kind {
    /// The slug on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Incident => "incident",
            Self::Aggregate => "aggregate",
        }
    }
}

/// The article of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ArticleRef {
    /// Article id.
    pub id: String,
    /// Revision of the article.
    pub revision: u32,
    /// Link of the article.
    #[serde(default)]
    pub url: Option<String>,
    /// Headline.
    pub title: String,
    /// Outlet.
    pub outlet: String,
    /// Language of the text (BCP 47).
    pub lang: String,
    /// Publication, as feed or page state it.
    #[serde(default)]
    pub published: Option<Timestamp>,
    /// First sight where `published` is absent, else the same as `published`.
    pub seen: Timestamp,
    /// The earlier article that this one repeats.
    #[serde(default)]
    pub duplicate_of: Option<DuplicateOf>,
}

impl ArticleRef {
    /// Publication, or first sight where that is not stated.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.published.unwrap_or(self.seen)
    }
}

/// The earlier article that one repeats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DuplicateOf {
    /// Article id of the earlier one.
    pub article: String,
    /// How it is repeated.
    pub relation: Relation,
}

/// Whether it happened.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Realis {
    /// It happened.
    Actual,
    /// It was tried.
    Attempted,
    /// It was prevented.
    Foiled,
    /// It was threatened.
    Threatened,
    /// It is planned.
    Planned,
    /// It might happen.
    Hypothetical,
    /// Somebody denies that it happened.
    Denied,
    /// The text says it did not happen.
    Negated,
}

/// Whether it is news.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The news of the article.
    Current,
    /// News about an earlier event.
    Update,
    /// An earlier event, told as context.
    Background,
    /// Remembered on its anniversary.
    Anniversary,
    /// An exercise.
    Exercise,
}

/// A relation to another report of the same article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Link {
    /// Which relation.
    pub relation: LinkRelation,
    /// Report id.
    pub to: String,
}

/// A relation between reports.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LinkRelation {
    /// Done in return for the other.
    RetaliationFor,
    /// Part of the other.
    PartOf,
    /// The same event told twice.
    SameAs,
}

/// The words that prove a field, and the rule that read them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// JSON pointer of the field in this report.
    pub field: String,
    /// Whether the offsets are into title or text.
    pub part: Part,
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// The words.
    pub text: String,
    /// Id of the rule, as `de.time.weekday`.
    pub rule: String,
}

/// Part of an article.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The headline.
    Title,
    /// The text.
    Text,
}

impl Message for Report {
    const SCHEMA: &'static str = "depesche.report/1";
    const TYPE: &'static str = "depesche.report.v1";

    fn schema(&self) -> &str {
        &self.schema
    }

    fn key(&self) -> &str {
        &self.region
    }
}
