//! What the API answers: the types that `docs/openapi.json` is generated from.

use crate::message::{
    Article, Because, Casualty, EventTime, FeedVerdict, Incident, Kind, Lifecycle, Part,
    PlacePrecision, Realis, Timestamp,
};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// What is kept in memory, and what had to go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Held {
    /// Incidents kept.
    pub incidents: usize,
    /// Memory they take, in bytes.
    pub bytes: usize,
    /// Incidents that were let go since the start because of a cap.
    pub evicted: u64,
    /// Incident messages since the start that could not be read.
    pub unreadable: u64,
    /// The oldest last report among the incidents that are kept.
    pub since: Option<Timestamp>,
}

/// Incidents that fit, one page of them.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Incidents {
    /// How many fit in all.
    pub total: usize,
    /// This page.
    pub incidents: Vec<IncidentLine>,
    /// For the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// What is kept at all.
    pub held: Held,
}

/// An incident in a list.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct IncidentLine {
    /// `i-…`.
    pub id: String,
    /// Revision.
    pub revision: u64,
    /// What the last message says about the incident.
    pub lifecycle: Lifecycle,
    /// One event, or a series over a period.
    pub kind: Kind,
    /// Group of the taxonomy.
    pub group: String,
    /// Type of the taxonomy.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Headline.
    pub title: String,
    /// Whether it happened.
    pub realis: Realis,
    /// When it happened.
    pub time: Option<EventTime>,
    /// Where it happened: the most exact place.
    pub place: Option<SeenPlace>,
    /// Countries of the event's places (ISO 3166-1 alpha-2).
    pub countries: Vec<String>,
    /// Totals of casualties, without those that are part of another figure.
    pub casualties: Vec<Casualty>,
    /// Who did it.
    pub perpetrator: Option<String>,
    /// To whom or what it was done.
    pub target: Option<String>,
    /// Reports.
    pub reports: usize,
    /// Outlets that did not copy another report's text.
    pub independent_sources: u32,
    /// Fields on which the reports do not agree.
    pub competing: usize,
    /// Languages of the reports (BCP 47).
    pub languages: Vec<String>,
    /// Publication of the earliest report.
    pub first_seen: Timestamp,
    /// Publication of the latest report.
    pub last_seen: Timestamp,
    /// 0 to 10.
    pub severity: f64,
    /// 0 to 1.
    pub confidence: f64,
}

/// A place as lists and map need it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SeenPlace {
    /// Name in the language of the text.
    pub name: String,
    /// English name.
    pub name_en: Option<String>,
    /// Country (ISO 3166-1 alpha-2).
    pub country: Option<String>,
    /// Latitude in degrees, WGS 84.
    pub lat: Option<f64>,
    /// Longitude in degrees, WGS 84.
    pub lon: Option<f64>,
    /// How exact the place is.
    pub precision: PlacePrecision,
}

/// Incidents that fit and have coordinates.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MapAnswer {
    /// How many fit in all, with and without coordinates.
    pub total: usize,
    /// The most severe ones with coordinates; at most 5,000.
    pub points: Vec<Point>,
}

/// An incident on the map.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Point {
    /// `i-…`.
    pub id: String,
    /// Group of the taxonomy.
    pub group: String,
    /// Type of the taxonomy.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Headline.
    pub title: String,
    /// Latitude in degrees.
    pub lat: f64,
    /// Longitude in degrees.
    pub lon: f64,
    /// How exact the place is.
    pub precision: PlacePrecision,
    /// 0 to 10.
    pub severity: f64,
}

/// What can be filtered by, with the number of incidents for each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Facets {
    /// Incidents that are not gone.
    pub total: usize,
    /// Groups of the taxonomy.
    pub groups: Vec<Facet>,
    /// Types of the taxonomy.
    pub types: Vec<Facet>,
    /// Countries.
    pub countries: Vec<Facet>,
    /// Languages.
    pub languages: Vec<Facet>,
}

/// A value and how often it occurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Facet {
    /// The value.
    pub value: String,
    /// Incidents that have it.
    pub count: usize,
}

/// One incident.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct IncidentAnswer {
    /// The message as it stands on the topic.
    pub incident: Incident,
    /// True when a tombstone followed: it was merged or retracted.
    pub gone: bool,
    /// The revisions that were seen here, newest first; earlier ones may be compacted away.
    pub revisions: Vec<Revision>,
    /// Articles whose text is kept here.
    pub articles: Vec<String>,
}

/// A revision that was seen.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Revision {
    /// Number.
    pub revision: u64,
    /// What it said about the incident.
    pub lifecycle: Lifecycle,
    /// Time of the record.
    pub time: Option<Timestamp>,
    /// Fields that changed (JSON pointers).
    pub changed: Vec<String>,
    /// Reports it had.
    pub reports: usize,
    /// Severity it had.
    pub severity: f64,
    /// Headline it had.
    pub title: String,
}

/// An article with the words that prove fields.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ArticleAnswer {
    /// The article as it stands on the topic, in its latest revision.
    pub article: Article,
    /// The proofs that stand in it.
    pub spans: Vec<Span>,
}

/// Words of an article that prove a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Span {
    /// Whose field.
    pub of: SpanOf,
    /// The incident.
    pub incident: String,
    /// The report it was read in.
    pub report: String,
    /// JSON pointer of the field.
    pub field: String,
    /// Whether the offsets are into title or text.
    pub part: Part,
    /// First character (Unicode scalar values).
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// The words.
    pub text: String,
    /// Id of the rule.
    pub rule: String,
    /// Whether the words stand there in the revision that is shown.
    pub holds: bool,
}

/// Whose field a proof proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SpanOf {
    /// The incident's: the field is one of the incident.
    Incident,
    /// A report's: the field is one of that report.
    Report,
}

/// Feeds that fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Feeds {
    /// How many fit in all.
    pub total: usize,
    /// All feeds by health, whatever was asked for.
    pub health: BTreeMap<FeedHealth, usize>,
    /// Those that fit, the worst first.
    pub feeds: Vec<FeedLine>,
    /// Feeds that are not kept because there are too many.
    pub left_out: u64,
}

/// How a feed does. The order is that of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeedHealth {
    /// It is gone for good (410).
    Gone,
    /// The last polls failed.
    Failing,
    /// It answers with what is no feed.
    Unreadable,
    /// Nobody has polled it in time.
    Overdue,
    /// Some of its entries cannot be read.
    Partial,
    /// It is read after repairs.
    Repaired,
    /// It was never polled yet.
    New,
    /// All is well.
    Ok,
}

/// A feed in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FeedLine {
    /// `f-…`.
    pub id: String,
    /// The configured URL.
    pub url: String,
    /// Name of the outlet, where this process has the feed in its list.
    pub outlet: Option<String>,
    /// Whether this process has the feed in its list.
    pub configured: bool,
    /// The feed's own title.
    pub title: Option<String>,
    /// How it does.
    pub health: FeedHealth,
    /// How the last document read.
    pub verdict: Option<FeedVerdict>,
    /// Polls that failed in a row.
    pub failures: u32,
    /// Class of the last failure; absent after a success.
    pub last_error: Option<String>,
    /// When a poll last ended.
    pub last_poll: Option<Timestamp>,
    /// When a poll last ended well.
    pub last_success: Option<Timestamp>,
    /// When it is due again.
    pub next_poll: Option<Timestamp>,
    /// What decided on that.
    pub because: Option<Because>,
    /// Seconds between two polls that its own rhythm suggests.
    pub interval_seconds: u64,
    /// Entries that are remembered.
    pub entries: usize,
    /// Where it says that it has moved for good.
    pub moved_to: Option<String>,
}

/// The newest dead letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DeadLetters {
    /// Those that fit, newest first.
    pub dead_letters: Vec<DeadLetter>,
    /// How many are kept here.
    pub kept: usize,
    /// How many older ones were let go since the start.
    pub evicted: u64,
}

/// A record that could not be handled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DeadLetter {
    /// Partition of the dead letters.
    pub partition: i32,
    /// Offset there.
    pub offset: i64,
    /// When it was written.
    pub time: Option<Timestamp>,
    /// Stage that gave up.
    pub stage: Option<String>,
    /// Class of the reason.
    pub reason: Option<String>,
    /// Readable detail.
    pub detail: Option<String>,
    /// Key of the record.
    pub key: String,
    /// Topic it was read from or meant for.
    pub source_topic: Option<String>,
    /// Partition it was read from.
    pub source_partition: Option<String>,
    /// Offset it was read at.
    pub source_offset: Option<String>,
    /// Bytes of the value as it is kept there.
    pub bytes: usize,
    /// The beginning of the value.
    pub preview: String,
}

/// This process, its stages and what the console follows.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Status {
    /// Version of the program.
    pub version: String,
    /// Whether the process is ready.
    pub ready: bool,
    /// What is waited for.
    pub waiting_for: Vec<String>,
    /// Stages that do not move.
    pub stuck: Vec<String>,
    /// When the process started.
    pub started: Timestamp,
    /// The stages.
    pub stages: Vec<StageLine>,
    /// The topics that the console follows.
    pub following: Vec<Followed>,
    /// Incidents in memory.
    pub held: Held,
    /// Articles in memory.
    pub articles: usize,
    /// Memory they take, in bytes.
    pub article_bytes: usize,
}

/// A stage.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StageLine {
    /// `poll`, `extract` or `link`.
    pub name: String,
    /// Whether this process runs it. The numbers are those of this process.
    pub here: bool,
    /// Records it is behind in the partitions it owns; absent where it owns none or has none.
    pub lag: Option<i64>,
    /// Feeds, articles or reports handled since the start.
    pub handled: u64,
    /// The same for each minute, over the last one.
    pub handled_per_minute: f64,
    /// Articles, reports or incident messages published since the start.
    pub published: u64,
    /// When it last finished something.
    pub last_success: Option<Timestamp>,
}

/// How far the console is with a topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Followed {
    /// Topic without prefix and version.
    pub topic: String,
    /// What is being done.
    pub state: Following,
    /// Why it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Records read.
    pub records: u64,
    /// Records to go until the end as it was at the start.
    pub left: u64,
}

/// What the console does with a topic.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Following {
    /// Waits: there is no broker, no such topic, or no permission.
    #[default]
    Waiting,
    /// Reads what was there at the start.
    Reading,
    /// Follows what comes.
    Following,
}
