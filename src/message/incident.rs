//! Incident: all reports of one event together.

use super::{
    Actor, Bound, Casualty, Claim, Codes, Counts, Damage, EventTime, Instrument, Kind, Message,
    Part, PerpetratorConfidence, Place, Realis, Report, Status, Target, Timestamp,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Value of the compacted topic `incidents`, keyed by incident id.
///
/// The bytes depend on the reports alone: neither clock nor writer leaves a trace.
/// A later tombstone (no value) means that the incident was merged or retracted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Incident {
    /// Always `depesche.incident/1`.
    pub schema: String,
    /// `i-…`, from the founding report.
    pub id: String,
    /// 1 at first; one more with each published change.
    pub revision: u64,
    /// What this message says about the incident.
    pub lifecycle: Lifecycle,
    /// One event, or a series over a period.
    pub kind: Kind,
    /// Group of the taxonomy.
    pub group: String,
    /// Type of the taxonomy.
    #[serde(rename = "type")]
    pub event_type: String,
    /// What other codebooks call the type.
    pub codes: Codes,
    /// Headline of the report that tells most.
    pub title: String,
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
    /// Killed, wounded and so on: the best-supported figure for each outcome and group.
    #[serde(default)]
    pub casualties: Vec<Casualty>,
    /// Who says so.
    #[serde(default)]
    pub claims: Vec<Claim>,
    /// Stated motive.
    #[serde(default)]
    pub reason: Option<String>,
    /// Totals of an aggregate.
    #[serde(default)]
    pub counts: Option<Counts>,
    /// Number of participants of a gathering.
    #[serde(default)]
    pub crowd: Option<Bound>,
    /// Physical damage.
    #[serde(default)]
    pub damage: Vec<Damage>,
    /// Values of fields on which the reports do not agree, the chosen one first.
    #[serde(default)]
    pub competing: Vec<Competing>,
    /// Fields that changed since the last revision (JSON pointers).
    #[serde(default)]
    pub changed: Vec<String>,
    /// The reports, by publication and id.
    pub reports: Vec<Report>,
    /// Ids of further reports whose text is not kept because there are too many.
    #[serde(default)]
    pub further_reports: Vec<String>,
    /// Outlets.
    pub outlets: Vec<String>,
    /// Languages of the reports (BCP 47).
    pub languages: Vec<String>,
    /// Outlets that did not copy another report's text.
    pub independent_sources: u32,
    /// Publication of the earliest report.
    pub first_seen: Timestamp,
    /// Publication of the latest report.
    pub last_seen: Timestamp,
    /// Derived, 0 to 10; the formula is in the documentation.
    pub severity: f64,
    /// Confidence that this incident happened as described, 0 to 1.
    pub confidence: f64,
    /// The incident that this one was merged into.
    #[serde(default)]
    pub merged_into: Option<String>,
    /// The report that brought this revision about.
    #[serde(default)]
    pub cause: Option<Cause>,
    /// Incidents whose reports, some or all, were taken over because of the report in `cause`; each
    /// says so in its own next revision.
    #[serde(default)]
    pub taken_from: Vec<TakenFrom>,
    /// The incident that this one was a part of until it proved to be an event of its own.
    #[serde(default)]
    pub split_from: Option<SplitFrom>,
    /// Incidents that were split off with this revision.
    #[serde(default)]
    pub split_into: Vec<String>,
    /// The words that prove each filled field.
    pub evidence: Vec<IncidentEvidence>,
}

impl Incident {
    /// Figures that stand for all: of an outcome the total, or those of groups where no total is told
    /// ("eight soldiers killed").
    pub fn tolls(&self) -> impl Iterator<Item = &Casualty> {
        let general = |outcome| {
            self.casualties.iter().any(|c| !c.part && c.outcome == outcome && c.group.is_none())
        };
        self.casualties
            .iter()
            .filter(move |c| !c.part && (c.group.is_none() || !general(c.outcome)))
    }
}

/// A version of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cause {
    /// Report id.
    pub report: String,
    /// Revision of its article.
    pub revision: u32,
}

/// Where reports were before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TakenFrom {
    /// Incident id.
    pub incident: String,
    /// Its first revision that is without them.
    pub revision: u64,
}

/// Where an incident was split off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SplitFrom {
    /// Incident id.
    pub incident: String,
    /// Its last revision before.
    pub revision: u64,
    /// First sight of the report that showed it.
    pub seen: Timestamp,
}

/// What a message says about the incident.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Lifecycle {
    /// First message.
    New,
    /// Something changed.
    Updated,
    /// It proved to be several events: some of its reports are other incidents from now on.
    Split,
    /// It is the same as another incident; a tombstone follows.
    Merged,
    /// Its only sources withdrew it; a tombstone follows.
    Retracted,
}

/// One of several values that reports give for a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Competing {
    /// JSON pointer of the field.
    pub field: String,
    /// The value.
    pub value: serde_json::Value,
    /// Reports that give it.
    pub reports: Vec<String>,
}

/// The words that prove a field of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IncidentEvidence {
    /// JSON pointer of the field in this incident.
    pub field: String,
    /// Report it was read in.
    pub report: String,
    /// Article it stands in.
    pub article: String,
    /// Whether the offsets are into title or text.
    pub part: Part,
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// The words.
    pub text: String,
    /// Id of the rule.
    pub rule: String,
}

impl Message for Incident {
    const SCHEMA: &'static str = "depesche.incident/1";
    const TYPE: &'static str = "depesche.incident.v1";

    fn schema(&self) -> &str {
        &self.schema
    }

    fn key(&self) -> &str {
        &self.id
    }
}
