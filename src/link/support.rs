//! Reports for tests, written as a story needs them.

use crate::message::{
    Actor, ActorRole, ArticleRef, Bound, Casualty, Claim, Codes, Counts, DuplicateOf, EventTime,
    Evidence, Instrument, Kind, Link, LinkRelation, Message, Mood, Outcome, Part, Place,
    PlacePrecision, PlaceRole, Realis, Relation, Report, SpeechAct, Status, Target, TargetKind,
    TimePrecision, rfc3339,
};

/// A report under construction; `build` gives it.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    report: Report,
}

/// A current, actual air strike of 14 May 2024, told on that day at noon by an article of its own.
pub(crate) fn told(outlet: &str, article: &str) -> Told {
    let when = rfc3339("2024-05-14T12:00:00Z").unwrap();
    Told {
        report: Report {
            schema: Report::SCHEMA.into(),
            id: format!("r-{article}"),
            region: "world".into(),
            kind: Kind::Incident,
            group: "remote_violence".into(),
            event_type: "air_strike".into(),
            codes: Codes::default(),
            article: ArticleRef {
                id: format!("a-{article}"),
                revision: 0,
                url: None,
                title: article.into(),
                outlet: outlet.into(),
                lang: "de".into(),
                published: Some(when),
                seen: when,
                duplicate_of: None,
            },
            realis: Realis::Actual,
            status: Status::Current,
            time: Some(EventTime {
                start: Some("2024-05-14".into()),
                end: Some("2024-05-14".into()),
                precision: TimePrecision::Day,
                text: Some("am Dienstag".into()),
                anchor: "2024-05-14".into(),
            }),
            places: Vec::new(),
            actors: Vec::new(),
            perpetrator_confidence: None,
            targets: Vec::new(),
            instruments: Vec::new(),
            casualties: Vec::new(),
            claims: Vec::new(),
            reason: None,
            links: Vec::new(),
            counts: None,
            crowd: None,
            damage: Vec::new(),
            confidence: 0.8,
            evidence: vec![Evidence {
                field: "/time".into(),
                part: Part::Text,
                start: 10,
                end: 21,
                text: "am Dienstag".into(),
                rule: "de.time.weekday".into(),
            }],
        },
    }
}

impl Told {
    pub(crate) fn build(self) -> Report {
        self.report
    }

    /// Publication and first sight.
    pub(crate) fn at(mut self, moment: &str) -> Self {
        let when = rfc3339(moment).unwrap();
        self.report.article.published = Some(when);
        self.report.article.seen = when;
        self
    }

    /// First sight alone.
    pub(crate) fn seen(mut self, moment: &str) -> Self {
        self.report.article.seen = rfc3339(moment).unwrap();
        self
    }

    pub(crate) fn published(mut self, moment: &str) -> Self {
        self.report.article.published = rfc3339(moment);
        self
    }

    pub(crate) fn lang(mut self, lang: &str, title: &str) -> Self {
        self.report.article.lang = lang.into();
        self.report.article.title = title.into();
        self
    }

    pub(crate) fn of(mut self, group: &str, event_type: &str) -> Self {
        self.report.group = group.into();
        self.report.event_type = event_type.into();
        self
    }

    pub(crate) fn on(mut self, day: &str) -> Self {
        if let Some(time) = &mut self.report.time {
            time.start = Some(day.into());
            time.end = Some(day.into());
        }
        self
    }

    pub(crate) fn precision(mut self, precision: TimePrecision) -> Self {
        if let Some(time) = &mut self.report.time {
            time.precision = precision;
        }
        self
    }

    pub(crate) fn place(mut self, place: Place) -> Self {
        self.report.places.push(place);
        self
    }

    pub(crate) fn by(mut self, id: &str, country: &str, sector: &str) -> Self {
        self.report.actors.push(Actor {
            role: ActorRole::Perpetrator,
            name: id.into(),
            id: Some(id.into()),
            country: Some(country.into()),
            sector: sector.into(),
            confidence: 0.8,
        });
        self
    }

    pub(crate) fn target(mut self, target_type: &str, name: &str) -> Self {
        self.report.targets.push(Target {
            kind: TargetKind::Physical,
            name: name.into(),
            target_type: Some(target_type.into()),
            number: None,
            owner: None,
            country: None,
            confidence: 0.8,
        });
        self
    }

    pub(crate) fn with(mut self, class: &str) -> Self {
        let name = class.to_owned();
        self.report.instruments.push(Instrument { class: class.into(), name, count: None });
        self
    }

    pub(crate) fn killed(mut self, n: u64) -> Self {
        let index = self.report.casualties.len();
        self.report.casualties.push(killed(n));
        self.report.evidence.push(Evidence {
            field: format!("/casualties/{index}/best"),
            part: Part::Text,
            start: 30,
            end: 40,
            text: format!("{n} Tote"),
            rule: "de.count.killed".into(),
        });
        self
    }

    pub(crate) fn several_killed(mut self) -> Self {
        let vague = Casualty { min: Some(2), best: None, max: None, approx: true, ..killed(2) };
        self.report.casualties.push(vague);
        self
    }

    /// Somebody said it; the last figure, if any, is theirs.
    pub(crate) fn says(mut self, speaker: &str, act: SpeechAct) -> Self {
        if let Some(casualty) = self.report.casualties.last_mut() {
            casualty.claim = Some(self.report.claims.len());
        }
        self.report.claims.push(Claim {
            speaker: speaker.into(),
            named: true,
            act,
            medium: None,
            mood: Mood::Indicative,
        });
        self
    }

    pub(crate) fn realis(mut self, realis: Realis) -> Self {
        self.report.realis = realis;
        self
    }

    pub(crate) fn status(mut self, status: Status) -> Self {
        self.report.status = status;
        self
    }

    pub(crate) fn revision(mut self, revision: u32) -> Self {
        self.report.article.revision = revision;
        self
    }

    pub(crate) fn copy_of(self, article: &str) -> Self {
        self.repeats(article, Relation::Copy)
    }

    /// Of an article that repeats another.
    pub(crate) fn repeats(mut self, article: &str, relation: Relation) -> Self {
        let article = format!("a-{article}");
        self.report.article.duplicate_of = Some(DuplicateOf { article, relation });
        self
    }

    /// A further report of another report's article.
    pub(crate) fn in_article(mut self, article: &str) -> Self {
        self.report.article.id = format!("a-{article}");
        self
    }

    pub(crate) fn same_as(mut self, article: &str) -> Self {
        let link = Link { relation: LinkRelation::SameAs, to: format!("r-{article}") };
        self.report.links.push(link);
        self
    }

    pub(crate) fn series(mut self, total: u64, since: &str, until: &str) -> Self {
        self.report.kind = Kind::Aggregate;
        self.report.counts = Some(Counts {
            unit: "attacks".into(),
            total: Bound::exactly(total),
            parts: Vec::new(),
            parts_match: None,
        });
        if let Some(time) = &mut self.report.time {
            time.start = Some(since.into());
            time.end = Some(until.into());
            time.precision = TimePrecision::Period;
        }
        self
    }
}

/// Exactly `n` killed.
pub(crate) fn killed(n: u64) -> Casualty {
    Casualty {
        outcome: Outcome::Killed,
        group: None,
        min: Some(n),
        best: Some(n),
        max: Some(n),
        approx: false,
        cumulative: true,
        part: false,
        text: format!("{n} Tote"),
        claim: None,
        confidence: 0.8,
    }
}

/// A town where it happened.
pub(crate) fn town(
    name: &str,
    geoname_id: u32,
    country: &str,
    admin1: &str,
    lat: f64,
    lon: f64,
) -> Place {
    Place {
        role: PlaceRole::Event,
        name: name.into(),
        name_en: Some(name.into()),
        geoname_id: Some(geoname_id),
        country: Some(country.into()),
        admin1: Some(admin1.into()),
        lat: Some(lat),
        lon: Some(lon),
        precision: PlacePrecision::Exact,
        text: format!("in {name}"),
        confidence: 0.9,
    }
}

/// A region where it happened.
pub(crate) fn region(name: &str, geoname_id: u32, country: &str) -> Place {
    let precision = PlacePrecision::Region;
    Place { precision, ..town(name, geoname_id, country, name, 10.5, 20.5) }
}

/// A country where it happened.
pub(crate) fn country(code: &str) -> Place {
    let precision = PlacePrecision::Country;
    Place { precision, admin1: None, ..town(code, 1, code, "", 15.0, 25.0) }
}

/// The town of most stories.
pub(crate) fn karsa() -> Place {
    town("Karsa", 101, "XA", "Nordland", 10.0, 20.0)
}

/// Another town of the same region, 111 km from Karsa.
pub(crate) fn tarun() -> Place {
    town("Tarun", 102, "XA", "Nordland", 11.0, 20.0)
}
