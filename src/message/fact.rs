//! The facts of a report and of an incident: when, where, who, to whom, how many, who says so.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// When it happened: a closed interval of days or moments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EventTime {
    /// First day (`YYYY-MM-DD`) or moment (RFC 3339).
    #[serde(default)]
    pub start: Option<String>,
    /// Last day or moment, inclusive; absent when open.
    #[serde(default)]
    pub end: Option<String>,
    /// How exact it is.
    pub precision: TimePrecision,
    /// The words it was read from; absent when taken from the publication time.
    #[serde(default)]
    pub text: Option<String>,
    /// The day that relative words were resolved against (`YYYY-MM-DD`).
    pub anchor: String,
}

/// How exact a time is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TimePrecision {
    /// A time of day.
    Moment,
    /// Part of a day, as a night.
    PartOfDay,
    /// A day.
    Day,
    /// A few days.
    Days,
    /// A week.
    Week,
    /// A month.
    Month,
    /// A year.
    Year,
    /// A stated period.
    Period,
    /// Only the publication time is known.
    Publication,
}

/// A place with its role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// Role in the incident.
    pub role: PlaceRole,
    /// Name in the language of the text.
    pub name: String,
    /// English name.
    #[serde(default)]
    pub name_en: Option<String>,
    /// GeoNames id.
    #[serde(default)]
    pub geoname_id: Option<u32>,
    /// Country (ISO 3166-1 alpha-2).
    #[serde(default)]
    pub country: Option<String>,
    /// First-level division, English name.
    #[serde(default)]
    pub admin1: Option<String>,
    /// Latitude in degrees, WGS 84.
    #[serde(default)]
    pub lat: Option<f64>,
    /// Longitude in degrees, WGS 84.
    #[serde(default)]
    pub lon: Option<f64>,
    /// How exact the place is.
    pub precision: PlacePrecision,
    /// The words it was read from.
    pub text: String,
    /// Confidence, 0 to 1.
    pub confidence: f64,
}

/// Role of a place.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PlaceRole {
    /// It happened there.
    Event,
    /// It came from there.
    Origin,
    /// It was aimed there.
    Target,
    /// A journey was to end there.
    Destination,
    /// A speaker spoke there.
    Speaker,
}

/// How exact a place is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PlacePrecision {
    /// In the named town or smaller.
    Exact,
    /// Near it, or in a stated direction from it.
    Near,
    /// Somewhere in the named region.
    Region,
    /// Somewhere in the named country.
    Country,
    /// Named, but in no gazetteer.
    Unresolved,
}

/// A party with its role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Actor {
    /// Role in the incident.
    pub role: ActorRole,
    /// Name, as normalised by the lexicon or in the words of the text.
    pub name: String,
    /// Lexicon id of a known group, as `hamas`.
    #[serde(default)]
    pub id: Option<String>,
    /// Country (ISO 3166-1 alpha-2).
    #[serde(default)]
    pub country: Option<String>,
    /// Sector: `military`, `police`, `government`, `armed_group`, `civilian`, `criminal`, `unknown`.
    pub sector: String,
    /// Confidence, 0 to 1.
    pub confidence: f64,
}

/// Role of a party.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ActorRole {
    /// Did it.
    Perpetrator,
    /// Took part, without being attacker or attacked.
    Party,
    /// Helped the perpetrator.
    Supporter,
}

/// How sure it is that the perpetrator did it (after MUC-4).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PerpetratorConfidence {
    /// The text states it as a fact.
    Fact,
    /// The perpetrator claimed it (a group's claim of responsibility).
    Claimed,
    /// The perpetrator admitted it (a state or person says so of itself).
    Admitted,
    /// Suspected by somebody.
    Suspected,
    /// Accused by authorities.
    AccusedByAuthorities,
    /// The named party denies it.
    Denied,
}

/// To whom or what it was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Target {
    /// People or things.
    pub kind: TargetKind,
    /// In the words of the text, or as normalised by the lexicon.
    pub name: String,
    /// Kind of target from the lexicon, as `vehicle`, `military_base`, `civilians`.
    #[serde(default, rename = "type")]
    pub target_type: Option<String>,
    /// How many.
    #[serde(default)]
    pub number: Option<Bound>,
    /// Whose it is.
    #[serde(default)]
    pub owner: Option<String>,
    /// Country it belongs to (ISO 3166-1 alpha-2).
    #[serde(default)]
    pub country: Option<String>,
    /// Confidence, 0 to 1.
    pub confidence: f64,
}

/// People or things.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TargetKind {
    /// People.
    Human,
    /// Things and places.
    Physical,
    /// A symbol or an event.
    Symbolic,
}

/// A weapon or means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Instrument {
    /// Class from the lexicon, as `aircraft`, `drone`, `knife`.
    pub class: String,
    /// In the words of the text.
    pub name: String,
    /// How many.
    #[serde(default)]
    pub count: Option<Bound>,
}

/// A number as far as it is known; an absent bound is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Bound {
    /// At least.
    #[serde(default)]
    pub min: Option<u64>,
    /// At most.
    #[serde(default)]
    pub max: Option<u64>,
    /// Said to be approximate.
    #[serde(default)]
    pub approx: bool,
}

impl Bound {
    /// Exactly `n`.
    #[must_use]
    pub fn exactly(n: u64) -> Self {
        Self { min: Some(n), max: Some(n), approx: false }
    }

    /// The number, where both bounds agree.
    #[must_use]
    pub fn exact(self) -> Option<u64> {
        self.min.filter(|min| self.max == Some(*min))
    }
}

/// Killed, wounded and so on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Casualty {
    /// What happened to them.
    pub outcome: Outcome,
    /// Who they were, as `civilians`, `US soldiers`; absent for all.
    #[serde(default)]
    pub group: Option<String>,
    /// At least.
    #[serde(default)]
    pub min: Option<u64>,
    /// The stated number.
    #[serde(default)]
    pub best: Option<u64>,
    /// At most.
    #[serde(default)]
    pub max: Option<u64>,
    /// Said to be approximate or vague.
    pub approx: bool,
    /// True for a total so far, false for those of this event or part alone.
    pub cumulative: bool,
    /// True when these people are counted in another, larger figure of the same outcome.
    #[serde(default)]
    pub part: bool,
    /// In the words of the text.
    pub text: String,
    /// Index into `claims` of who says so.
    #[serde(default)]
    pub claim: Option<usize>,
    /// Confidence, 0 to 1.
    pub confidence: f64,
}

/// What happened to people.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Killed.
    Killed,
    /// Wounded.
    Wounded,
    /// Missing or trapped.
    Missing,
    /// Taken captive.
    Captive,
    /// Driven from home.
    Displaced,
    /// Arrested.
    Arrested,
    /// Brought to safety.
    Evacuated,
    /// Fallen ill.
    Ill,
}

/// Somebody said something about the incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Claim {
    /// In the words of the text, or as normalised by the lexicon.
    pub speaker: String,
    /// False for anonymous or unnamed sources.
    pub named: bool,
    /// What was done by saying it.
    pub act: SpeechAct,
    /// Where it was said, as `X`, `Telegram`.
    #[serde(default)]
    pub medium: Option<String>,
    /// How the text words it.
    pub mood: Mood,
}

/// What was done by saying something.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SpeechAct {
    /// Reported it.
    Report,
    /// Confirmed it.
    Confirm,
    /// Claimed responsibility.
    Claim,
    /// Admitted having done it.
    Admit,
    /// Denied it, or denied having done it.
    Deny,
    /// Accused somebody.
    Accuse,
    /// Took something back.
    Retract,
    /// Threatened.
    Threaten,
}

/// How the text words a claim.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Mood {
    /// As a fact ("teilten mit, dass … ist", "wie … mitteilten").
    Indicative,
    /// In reported speech (Konjunktiv I).
    Reported,
    /// As hearsay ("soll … haben", "reportedly").
    Hearsay,
    /// In quotation marks.
    Quoted,
}

/// Totals of an aggregate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// What is counted, as `attacks`.
    pub unit: String,
    /// How many in all.
    pub total: Bound,
    /// How they divide up.
    #[serde(default)]
    pub parts: Vec<CountsPart>,
    /// Whether the parts add up to the total; absent where that cannot be told.
    #[serde(default)]
    pub parts_match: Option<bool>,
}

/// A part of a total.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CountsPart {
    /// Which part, as `Irak`.
    pub label: String,
    /// How many.
    pub number: Bound,
}

/// Physical damage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Damage {
    /// What was damaged, in the words of the text.
    pub name: String,
    /// How many.
    #[serde(default)]
    pub number: Option<Bound>,
}
