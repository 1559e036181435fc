//! The view: what the topics say, in memory. Pure: records in, answers out.

use super::answer::{
    ArticleAnswer, DeadLetter, DeadLetters, Facets, Feeds, Held, IncidentAnswer, Incidents,
    MapAnswer, Span, SpanOf,
};
use super::dead_letters::WantedLetters;
use super::feeds::WantedFeeds;
use super::incidents::{Arrived, Caps};
use super::query::Wanted;
use super::{articles, dead_letters, feeds, incidents};
use crate::config::{self, FeedSource};
use crate::kafka::{Record, Topic};
use crate::message::{Article, FeedState, Part, Timestamp};

/// Incidents whose proofs are shown in one article, where none is named.
const MAX_INCIDENTS: usize = 20;
/// Proofs shown in one article.
const MAX_SPANS: usize = 2_000;

/// What a record changes: decoded before the view is locked.
#[derive(Debug)]
pub struct Change(Kind);

#[derive(Debug)]
enum Kind {
    Incident(Box<Arrived>),
    Buried(String),
    Unreadable,
    Article(articles::Packed),
    Feed(Box<FeedState>, usize),
    NoFeed(String),
    DeadLetter(Box<DeadLetter>),
}

impl Change {
    /// What a record of a topic changes; `None` where that is nothing here.
    #[must_use]
    pub fn read(topic: Topic, record: &Record) -> Option<Self> {
        let time = record.timestamp_ms.map(|ms| Timestamp::from_second(ms.div_euclid(1_000)));
        let key = || record.key.as_deref().and_then(|key| std::str::from_utf8(key).ok());
        let kind = match (topic, record.value.as_deref()) {
            (Topic::Incidents, Some(value)) => Arrived::read(value, time)
                .map_or(Kind::Unreadable, |arrived| Kind::Incident(Box::new(arrived))),
            (Topic::Incidents, None) => Kind::Buried(key()?.to_owned()),
            (Topic::Articles, Some(value)) => Kind::Article(articles::Packed::read(value)?),
            (Topic::Feeds, Some(value)) => {
                let (state, entries) = feeds::reduced(value)?;
                Kind::Feed(Box::new(state), entries)
            }
            (Topic::Feeds, None) => Kind::NoFeed(key()?.to_owned()),
            (Topic::DeadLetters, _) => Kind::DeadLetter(Box::new(dead_letters::read(record, time))),
            (Topic::Articles | Topic::Reports | Topic::Fingerprints, _) => return None,
        };
        Some(Self(kind))
    }
}

/// What is known of an article that is not in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wanting {
    /// Its publication, or when it was first seen.
    pub(super) published: Timestamp,
    /// The revision that was read.
    pub(super) revision: u32,
}

/// Everything that the console shows of the topics.
#[derive(Debug)]
pub struct View {
    incidents: incidents::Store,
    articles: articles::Store,
    feeds: feeds::Store,
    dead_letters: dead_letters::Store,
    /// Counts changes of incidents and articles: answers of the same version are the same.
    version: u64,
}

impl View {
    /// Empty, within the caps of the configuration.
    #[must_use]
    pub fn new(config: &config::Console) -> Self {
        let caps = Caps {
            incidents: config.max_incidents,
            bytes: config.incident_kbytes.saturating_mul(1_024),
        };
        Self {
            incidents: incidents::Store::new(caps),
            articles: articles::Store::new(config.article_kbytes.saturating_mul(1_024)),
            feeds: feeds::Store::default(),
            dead_letters: dead_letters::Store::default(),
            version: 0,
        }
    }

    /// Takes a change in.
    pub fn apply(&mut self, change: Change) {
        match change.0 {
            Kind::Incident(arrived) => self.version += u64::from(self.incidents.put(*arrived)),
            Kind::Buried(id) => self.version += u64::from(self.incidents.bury(&id)),
            Kind::Unreadable => {
                self.incidents.unreadable();
                self.version += 1;
            }
            Kind::Article(article) => self.keep_article(article),
            Kind::Feed(state, entries) => self.feeds.put(*state, entries),
            Kind::NoFeed(id) => self.feeds.remove(&id),
            Kind::DeadLetter(letter) => self.dead_letters.put(*letter),
        }
    }

    /// As long as it stays the same, so do the lists of incidents.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// What is kept of incidents.
    #[must_use]
    pub fn held(&self) -> Held {
        self.incidents.held()
    }

    /// Number of articles kept, and their memory in bytes.
    #[must_use]
    pub fn articles(&self) -> (usize, usize) {
        (self.articles.len(), self.articles.bytes())
    }

    /// A page of incidents.
    #[must_use]
    pub fn incidents(&self, wanted: &Wanted) -> Incidents {
        self.incidents.list(wanted)
    }

    /// Incidents on the map.
    #[must_use]
    pub fn map(&self, wanted: &Wanted) -> MapAnswer {
        self.incidents.map(wanted)
    }

    /// What can be filtered by.
    #[must_use]
    pub fn facets(&self) -> Facets {
        self.incidents.facets()
    }

    /// One incident; `None` where it is not kept.
    #[must_use]
    pub fn incident(&self, id: &str) -> Option<IncidentAnswer> {
        let (incident, gone, revisions) = self.incidents.incident(id)?;
        let mut articles: Vec<String> = incident
            .reports
            .iter()
            .map(|report| report.article.id.clone())
            .filter(|article| self.articles.holds(article))
            .collect();
        articles.sort();
        articles.dedup();
        Some(IncidentAnswer { incident, gone, revisions, articles })
    }

    /// An article with the proofs that stand in it, of one incident or of all; `None` where it is
    /// not kept.
    #[must_use]
    pub fn article(&self, id: &str, incident: Option<&str>) -> Option<ArticleAnswer> {
        let article = self.articles.get(id)?;
        let named = incident.map(ToOwned::to_owned);
        let all = self.incidents.of_article(id).take(MAX_INCIDENTS).cloned();
        let incidents: Vec<String> = named.map_or_else(|| all.collect(), |id| vec![id]);
        let mut spans = Vec::new();
        for incident in incidents {
            self.spans(&incident, &article, &mut spans);
        }
        spans.truncate(MAX_SPANS);
        Some(ArticleAnswer { article, spans })
    }

    /// What an incident in memory says of an article that is not; `None` where it is, or where
    /// none names it.
    pub(super) fn wanting(&self, article: &str) -> Option<Wanting> {
        if self.articles.holds(article) {
            return None;
        }
        let id = self.incidents.of_article(article).next()?;
        let (incident, _, _) = self.incidents.incident(id)?;
        let mut reports = incident.reports.iter().map(|report| &report.article);
        let named = reports.find(|named| named.id == article)?;
        Some(Wanting { published: named.time(), revision: named.revision })
    }

    /// Keeps an article that was looked for.
    pub(super) fn keep_article(&mut self, article: articles::Packed) {
        let incidents = &self.incidents;
        self.articles.put(article, |id| incidents.is_wanted(id));
    }

    fn spans(&self, id: &str, article: &Article, spans: &mut Vec<Span>) {
        let Some((incident, _, _)) = self.incidents.incident(id) else { return };
        let (title, text): (Vec<char>, Vec<char>) =
            (article.title.chars().collect(), article.text.chars().collect());
        let holds = |part: Part, start: usize, end: usize, words: &str| {
            let whole = match part {
                Part::Title => &title,
                Part::Text => &text,
            };
            whole.get(start..end).is_some_and(|found| found.iter().copied().eq(words.chars()))
        };
        for proof in incident.evidence.into_iter().filter(|proof| proof.article == article.id) {
            spans.push(Span {
                of: SpanOf::Incident,
                incident: id.to_owned(),
                holds: holds(proof.part, proof.start, proof.end, &proof.text),
                report: proof.report,
                field: proof.field,
                part: proof.part,
                start: proof.start,
                end: proof.end,
                text: proof.text,
                rule: proof.rule,
            });
        }
        for report in incident.reports.into_iter().filter(|r| r.article.id == article.id) {
            for proof in report.evidence {
                spans.push(Span {
                    of: SpanOf::Report,
                    incident: id.to_owned(),
                    report: report.id.clone(),
                    holds: holds(proof.part, proof.start, proof.end, &proof.text),
                    field: proof.field,
                    part: proof.part,
                    start: proof.start,
                    end: proof.end,
                    text: proof.text,
                    rule: proof.rule,
                });
            }
        }
    }

    /// Feeds; `configured` is the list of this process.
    pub(super) fn feeds(
        &self,
        configured: &[FeedSource],
        wanted: &WantedFeeds,
        now: Timestamp,
    ) -> Feeds {
        self.feeds.list(configured, wanted, now)
    }

    /// Dead letters.
    pub(super) fn dead_letters(&self, wanted: &WantedLetters) -> DeadLetters {
        self.dead_letters.list(wanted)
    }
}
