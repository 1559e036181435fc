//! What is asked for: parameters of the API, each checked, none passed over.

use super::answer::IncidentLine;
use super::line::folded;
use crate::message::{Timestamp, rfc3339};
use url::form_urlencoded;

/// Values of one parameter.
const MAX_VALUES: usize = 50;
/// Longest value, in characters.
const MAX_VALUE_CHARS: usize = 200;
/// Words of a search.
const MAX_WORDS: usize = 12;
/// Incidents on one page at most.
pub(super) const MAX_LIMIT: usize = 500;
/// Incidents on one page unless said otherwise.
pub(super) const DEFAULT_LIMIT: usize = 100;

/// A parameter that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("parameter {name:?}: {reason}")]
pub struct BadQuery {
    /// Its name.
    pub name: String,
    /// Why not.
    pub reason: String,
}

fn bad(name: &str, reason: impl Into<String>) -> BadQuery {
    let name = name.chars().take(40).collect();
    BadQuery { name, reason: reason.into() }
}

/// A parameter, as the reader takes it and the description tells it.
pub(super) struct Parameter {
    /// Its name.
    pub(super) name: &'static str,
    /// Its JSON Schema, as JSON.
    pub(super) schema: &'static str,
    /// What it does.
    pub(super) description: &'static str,
}

const fn parameter(
    name: &'static str,
    schema: &'static str,
    description: &'static str,
) -> Parameter {
    Parameter { name, schema, description }
}

const TEXT: &str = r#"{"type":"string","maxLength":200}"#;
/// Which incidents.
pub(super) const FILTERS: &[Parameter] = &[
    parameter("type", TEXT, "Types of the taxonomy, separated by commas."),
    parameter("group", TEXT, "Groups of the taxonomy, separated by commas."),
    parameter("country", TEXT, "Countries (ISO 3166-1 alpha-2), separated by commas."),
    parameter("lang", TEXT, "Languages of the reports (BCP 47), separated by commas."),
    parameter("severity", r#"{"type":"number","minimum":0,"maximum":10}"#, "Least severity."),
    parameter("since", TEXT, "Only with a last report from then on: a moment (RFC 3339) or a day."),
    parameter(
        "until",
        TEXT,
        "Only with a first report up to then: a moment (RFC 3339) or a day, which is included.",
    ),
    parameter(
        "q",
        TEXT,
        "Words that must all occur in headlines, names of places, parties, weapons or outlets. \
         Upper and lower case and accents are the same.",
    ),
    parameter(
        "gone",
        r#"{"type":"boolean","default":false}"#,
        "Also those that were merged or retracted.",
    ),
];
/// In which order, and how many.
pub(super) const PAGING: &[Parameter] = &[
    parameter(
        "sort",
        r#"{"type":"string","enum":["latest","severity","first","reports"],"default":"latest"}"#,
        "Order, the greatest first: time of the last report, severity, time of the first report, \
         number of reports.",
    ),
    parameter(
        "limit",
        r#"{"type":"integer","minimum":1,"maximum":500,"default":100}"#,
        "Incidents on the page.",
    ),
    parameter("cursor", TEXT, "`next` of the page before."),
];

/// The order of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Sort {
    #[default]
    Latest,
    Severity,
    First,
    Reports,
}

impl Sort {
    /// What is ordered by, the greatest first.
    pub(super) fn key(self, line: &IncidentLine) -> i64 {
        match self {
            Self::Latest => line.last_seen.as_second(),
            // At most 10; the cast saturates.
            #[allow(clippy::cast_possible_truncation)]
            Self::Severity => (line.severity * 1_000.0) as i64,
            Self::First => line.first_seen.as_second(),
            Self::Reports => i64::try_from(line.reports).unwrap_or(i64::MAX),
        }
    }
}

/// Which incidents are wanted, and how.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wanted {
    types: Vec<String>,
    groups: Vec<String>,
    countries: Vec<String>,
    languages: Vec<String>,
    severity: Option<f64>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    words: Vec<String>,
    gone: bool,
    pub(super) sort: Sort,
    pub(super) limit: Option<usize>,
    pub(super) cursor: Option<(i64, String)>,
}

impl Wanted {
    /// Reads the query of a list of incidents.
    ///
    /// # Errors
    /// The first parameter that is unknown, given twice or out of range.
    pub fn parse(query: &str) -> Result<Self, BadQuery> {
        let mut wanted = Self::default();
        for (name, value) in pairs(query, &[FILTERS, PAGING])? {
            wanted.take(&name, &value)?;
        }
        Ok(wanted)
    }

    /// As [`Wanted::parse`], without order and page.
    pub(super) fn parse_filters(query: &str) -> Result<Self, BadQuery> {
        let mut wanted = Self::default();
        for (name, value) in pairs(query, &[FILTERS])? {
            wanted.take(&name, &value)?;
        }
        Ok(wanted)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), BadQuery> {
        match name {
            "type" => self.types = list(name, value)?,
            "group" => self.groups = list(name, value)?,
            "country" => {
                self.countries = list(name, &value.to_ascii_uppercase())?;
                let is_code =
                    |code: &String| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
                if !self.countries.iter().all(is_code) {
                    return Err(bad(name, "is not a list of two-letter codes"));
                }
            }
            "lang" => self.languages = list(name, &value.to_ascii_lowercase())?,
            "severity" => self.severity = Some(severity(name, value)?),
            "since" => self.since = Some(moment(name, value)?),
            "until" => self.until = Some(end(name, value)?),
            "q" => self.words = words(name, value)?,
            "gone" => self.gone = truth(name, value)?,
            "sort" => self.sort = sort(name, value)?,
            "limit" => self.limit = Some(number(name, value, MAX_LIMIT)?),
            "cursor" => self.cursor = Some(cursor(name, value)?),
            _ => return Err(bad(name, "no such parameter")),
        }
        Ok(())
    }

    /// Whether an incident fits.
    pub(super) fn fits(&self, line: &IncidentLine, search: &str, gone: bool) -> bool {
        let any = |wanted: &[String], found: &str| {
            wanted.is_empty() || wanted.iter().any(|wanted| wanted == found)
        };
        let some = |wanted: &[String], found: &[String]| {
            wanted.is_empty() || wanted.iter().any(|wanted| found.contains(wanted))
        };
        (self.gone || !gone)
            && any(&self.types, &line.event_type)
            && any(&self.groups, &line.group)
            && some(&self.countries, &line.countries)
            && some(&self.languages, &line.languages)
            && self.severity.is_none_or(|least| line.severity >= least)
            && self.since.is_none_or(|since| line.last_seen >= since)
            && self.until.is_none_or(|until| line.first_seen <= until)
            && self.words.iter().all(|word| search.contains(word.as_str()))
    }
}

/// Names and values; refuses what is unknown, twice there or too long.
pub(super) fn pairs(
    query: &str,
    known: &[&[Parameter]],
) -> Result<Vec<(String, String)>, BadQuery> {
    let mut found: Vec<(String, String)> = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if !known.iter().flat_map(|table| table.iter()).any(|known| known.name == name) {
            return Err(bad(&name, "no such parameter"));
        }
        if found.iter().any(|(before, _)| *before == name) {
            return Err(bad(&name, "is given twice"));
        }
        if value.chars().count() > MAX_VALUE_CHARS {
            return Err(bad(&name, format!("is longer than {MAX_VALUE_CHARS} characters")));
        }
        // An empty field of a form asks for nothing.
        if !value.is_empty() {
            found.push((name.into_owned(), value.into_owned()));
        }
    }
    Ok(found)
}

fn list(name: &str, value: &str) -> Result<Vec<String>, BadQuery> {
    let values: Vec<String> =
        value.split(',').map(|part| part.trim().to_owned()).filter(|p| !p.is_empty()).collect();
    if values.len() > MAX_VALUES {
        return Err(bad(name, format!("has more than {MAX_VALUES} values")));
    }
    Ok(values)
}

fn severity(name: &str, value: &str) -> Result<f64, BadQuery> {
    let number: Option<f64> = value.parse().ok().filter(|n| (0.0..=10.0).contains(n));
    number.ok_or_else(|| bad(name, "is not a number from 0 to 10"))
}

fn moment(name: &str, value: &str) -> Result<Timestamp, BadQuery> {
    rfc3339(value).ok_or_else(|| bad(name, "is neither a moment (RFC 3339) nor a day (YYYY-MM-DD)"))
}

fn end(name: &str, value: &str) -> Result<Timestamp, BadQuery> {
    let moment = moment(name, value)?;
    let day = value.len() == "2026-11-23".len();
    Ok(if day { Timestamp::from_second(moment.as_second().saturating_add(86_399)) } else { moment })
}

fn words(name: &str, value: &str) -> Result<Vec<String>, BadQuery> {
    let words: Vec<String> = folded(value).split_whitespace().map(str::to_owned).collect();
    if words.len() > MAX_WORDS {
        return Err(bad(name, format!("has more than {MAX_WORDS} words")));
    }
    Ok(words)
}

fn truth(name: &str, value: &str) -> Result<bool, BadQuery> {
    value.parse().map_err(|_| bad(name, "is neither true nor false"))
}

fn sort(name: &str, value: &str) -> Result<Sort, BadQuery> {
    match value {
        "latest" => Ok(Sort::Latest),
        "severity" => Ok(Sort::Severity),
        "first" => Ok(Sort::First),
        "reports" => Ok(Sort::Reports),
        _ => Err(bad(name, "is none of latest, severity, first, reports")),
    }
}

pub(super) fn number(name: &str, value: &str, most: usize) -> Result<usize, BadQuery> {
    let number: Option<usize> = value.parse().ok().filter(|n| (1..=most).contains(n));
    number.ok_or_else(|| bad(name, format!("is not a number from 1 to {most}")))
}

fn cursor(name: &str, value: &str) -> Result<(i64, String), BadQuery> {
    let found =
        value.split_once('~').and_then(|(key, id)| Some((key.parse().ok()?, id.to_owned())));
    found.ok_or_else(|| bad(name, "is not the `next` of a page"))
}
