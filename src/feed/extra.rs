//! What entries say beside the article: where, from whom, and the fields of warnings.
//!
//! Sources of the fields: GeoRSS 1.1 (point, GML position), W3C Basic Geo (`geo:lat`, `geo:long`),
//! CAP 1.2 section 3.2 as weather services put it into Atom entries, and the elements of GDACS.

use super::plain;
use crate::message::Timestamp;
use serde::Serialize;

/// Longest value, in characters.
const MAX_VALUE: usize = 500;

/// A place on the earth in degrees (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Point {
    /// Latitude, -90 to 90.
    pub lat: f64,
    /// Longitude, -180 to 180.
    pub lon: f64,
}

/// The feed that an entry was taken over from (RSS `source`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Name.
    pub name: Option<String>,
    /// Address of that feed.
    pub url: Option<String>,
}

/// The fields of a warning, as stated: CAP in Atom or RSS entries, or GDACS.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Alert {
    /// CAP `event`, or GDACS `eventtype` (`EQ`, `TC`, `FL`, `VO`, `DR`, `WF`).
    pub event: Option<String>,
    /// CAP `severity`, or the words of GDACS `severity`.
    pub severity: Option<String>,
    /// CAP `urgency`.
    pub urgency: Option<String>,
    /// CAP `certainty`.
    pub certainty: Option<String>,
    /// GDACS `alertlevel`: `Green`, `Orange` or `Red`.
    pub level: Option<String>,
    /// CAP `areaDesc`.
    pub area: Option<String>,
    /// GDACS `country`.
    pub country: Option<String>,
    /// GDACS `population`, in words.
    pub population: Option<String>,
    /// CAP `effective`.
    pub effective: Option<Timestamp>,
    /// CAP `onset`, or GDACS `fromdate`.
    pub onset: Option<Timestamp>,
    /// CAP `expires`, or GDACS `todate`.
    pub expires: Option<Timestamp>,
}

/// Kinds of values beside the article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extra {
    Point,
    Lat,
    Lon,
    SourceName,
    SourceUrl,
    Event,
    Severity,
    Urgency,
    Certainty,
    Level,
    Area,
    Country,
    Population,
    Effective,
    Onset,
    Expires,
}

/// The names of elements, in lower case.
const NAMES: [(&str, Extra); 22] = [
    ("georss:point", Extra::Point),
    ("gml:pos", Extra::Point),
    ("geo:lat", Extra::Lat),
    ("geo:long", Extra::Lon),
    ("geo:lon", Extra::Lon),
    ("icbm:latitude", Extra::Lat),
    ("icbm:longitude", Extra::Lon),
    ("cap:event", Extra::Event),
    ("cap:severity", Extra::Severity),
    ("cap:urgency", Extra::Urgency),
    ("cap:certainty", Extra::Certainty),
    ("cap:areadesc", Extra::Area),
    ("cap:effective", Extra::Effective),
    ("cap:onset", Extra::Onset),
    ("cap:expires", Extra::Expires),
    ("gdacs:eventtype", Extra::Event),
    ("gdacs:alertlevel", Extra::Level),
    ("gdacs:severity", Extra::Severity),
    ("gdacs:country", Extra::Country),
    ("gdacs:population", Extra::Population),
    ("gdacs:fromdate", Extra::Onset),
    ("gdacs:todate", Extra::Expires),
];

/// What an element means; only prefixed ones mean something here.
pub(super) fn named(name: &str) -> Option<Extra> {
    name.contains(':').then(|| NAMES.iter().find(|(known, _)| *known == name).map(|(_, e)| *e))?
}

/// Values as found: of each kind the first.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Extras(Vec<(Extra, String)>);

impl Extras {
    pub(super) fn add(&mut self, kind: Extra, value: &str) {
        let value = value.trim();
        if !value.is_empty() && self.get(kind).is_none() {
            self.0.push((kind, value.chars().take(4 * MAX_VALUE).collect()));
        }
    }

    fn get(&self, kind: Extra) -> Option<&str> {
        self.0.iter().find(|(k, _)| *k == kind).map(|(_, value)| value.as_str())
    }

    fn words(&self, kind: Extra) -> Option<String> {
        let text = plain::from_html(self.get(kind)?, MAX_VALUE);
        Some(text.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|t| !t.is_empty())
    }

    /// The place: GeoRSS before W3C. Out of range, or 0 0, which is what unset fields hold, is none.
    pub(super) fn point(&self) -> Option<Point> {
        let pair = |text: &str| {
            let mut numbers = text.split([' ', ',', '\t', '\n']).filter(|n| !n.is_empty());
            Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
        };
        let one = |kind| self.get(kind)?.parse::<f64>().ok();
        let (lat, lon): (f64, f64) = self
            .get(Extra::Point)
            .and_then(pair)
            .or_else(|| Some((one(Extra::Lat)?, one(Extra::Lon)?)))?;
        let fits = lat.abs() <= 90.0 && lon.abs() <= 180.0 && (lat != 0.0 || lon != 0.0);
        fits.then_some(Point { lat, lon })
    }

    pub(super) fn source(&self, link: impl Fn(&str) -> Option<String>) -> Option<Source> {
        let source = Source {
            name: self.words(Extra::SourceName),
            url: self.get(Extra::SourceUrl).and_then(link),
        };
        (source.name.is_some() || source.url.is_some()).then_some(source)
    }

    pub(super) fn alert(&self, date: impl Fn(&str) -> Option<Timestamp>) -> Option<Alert> {
        let time = |kind| self.get(kind).and_then(&date);
        let alert = Alert {
            event: self.words(Extra::Event),
            severity: self.words(Extra::Severity),
            urgency: self.words(Extra::Urgency),
            certainty: self.words(Extra::Certainty),
            level: self.words(Extra::Level),
            area: self.words(Extra::Area),
            country: self.words(Extra::Country),
            population: self.words(Extra::Population),
            effective: time(Extra::Effective),
            onset: time(Extra::Onset),
            expires: time(Extra::Expires),
        };
        (alert != Alert::default()).then_some(alert)
    }
}

/// The rhythm as found.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Beat {
    pub(super) period: Option<String>,
    pub(super) frequency: Option<String>,
    pub(super) hours: Vec<String>,
    pub(super) days: Vec<String>,
}

/// Values kept of `skipHours` and `skipDays`.
pub(super) const MAX_SKIPS: usize = 24;

impl Beat {
    /// The rhythm. A frequency without a period is per day, as the syndication module has it;
    /// hour 24 of RSS 0.91 is hour 0.
    pub(super) fn rhythm(&self) -> super::Rhythm {
        let seconds = |name: &str| match name.trim().to_ascii_lowercase().as_str() {
            "hourly" => Some(3_600_u64),
            "daily" => Some(86_400),
            "weekly" => Some(7 * 86_400),
            "monthly" => Some(30 * 86_400),
            "yearly" => Some(365 * 86_400),
            _ => None,
        };
        let period = match &self.period {
            Some(name) => seconds(name),
            None => self.frequency.as_ref().map(|_| 86_400),
        };
        let times = match &self.frequency {
            Some(text) => text.trim().parse::<u64>().ok().filter(|n| *n > 0),
            None => Some(1),
        };
        let period_seconds = period.zip(times).map(|(period, times)| (period / times).max(1));
        let mut skip_hours: Vec<u8> = self
            .hours
            .iter()
            .filter_map(|hour| hour.trim().parse::<u8>().ok())
            .filter(|hour| *hour <= 24)
            .map(|hour| hour % 24)
            .collect();
        let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let mut skip_days: Vec<u8> = self
            .days
            .iter()
            .filter_map(|day| {
                let day = day.trim().to_ascii_lowercase();
                let at = days.iter().position(|name| day.starts_with(name))?;
                u8::try_from(at + 1).ok()
            })
            .collect();
        for list in [&mut skip_hours, &mut skip_days] {
            list.sort_unstable();
            list.dedup();
        }
        super::Rhythm { period_seconds, skip_hours, skip_days }
    }
}
