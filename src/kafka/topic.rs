//! The topics: names, partitions, settings.

use crate::config;
use crate::message::{Article, FeedState, Fingerprint, Incident, Message, Report};
use serde_json::{Value, json};

/// One of our topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// State of each feed.
    Feeds,
    /// Articles with their full text.
    Articles,
    /// Fingerprints of articles.
    Fingerprints,
    /// One incident as one article tells it.
    Reports,
    /// All reports of an incident together.
    Incidents,
    /// What could not be handled.
    DeadLetters,
}

/// What is kept, and for how long.
enum Keep {
    /// The last value of each key; a tombstone for so many days.
    Compact { tombstone_days: u64 },
    /// The last value of each key, and nothing older than so many days.
    CompactAndDelete { days: u64 },
    /// Everything for so many days.
    Delete { days: u64 },
}

/// Kafka's limit counts a whole batch: this is what a batch adds to its one record, and makes the
/// broker's own default of the default limit.
const BATCH_OVERHEAD: usize = 48_588;
const DAY_MS: u64 = 86_400_000;

impl Topic {
    /// All of them, in the order of the data's way.
    pub const ALL: [Self; 6] = [
        Self::Feeds,
        Self::Articles,
        Self::Fingerprints,
        Self::Reports,
        Self::Incidents,
        Self::DeadLetters,
    ];

    /// Name in the configuration and on the command line, as `dead-letters`.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Feeds => "feeds",
            Self::Articles => "articles",
            Self::Fingerprints => "fingerprints",
            Self::Reports => "reports",
            Self::Incidents => "incidents",
            Self::DeadLetters => "dead-letters",
        }
    }

    /// The topic of that slug.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.slug() == slug)
    }

    /// Name on the broker, as `depesche.feeds.v1`.
    #[must_use]
    pub fn name(self, prefix: &str) -> String {
        format!("{prefix}{}.v1", self.slug())
    }

    /// What it holds, in a sentence.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Feeds => {
                "State of each feed: validators, next poll, recent entries. Key: feed id."
            }
            Self::Articles => "Articles with full text and metadata. Key: article id.",
            Self::Fingerprints => {
                "Fingerprints of articles, for finding near-duplicates. Key: article id."
            }
            Self::Reports => {
                "One incident as one article tells it. Key: world region of the place."
            }
            Self::Incidents => {
                "All reports of an incident together, with a revision; keep the highest per key. \
                 Key: incident id. A missing value says that the incident was merged or retracted."
            }
            Self::DeadLetters => {
                "What could not be handled: the original bytes, and headers that say why and \
                 where it was. Key: the original key."
            }
        }
    }

    /// Partitions unless configured otherwise.
    #[must_use]
    pub fn default_partitions(self) -> i32 {
        match self {
            Self::Feeds => 24,
            Self::Articles | Self::Incidents => 12,
            Self::Fingerprints => 6,
            Self::Reports => 1,
            Self::DeadLetters => 3,
        }
    }

    /// Schema of the values; absent where they are whatever came.
    #[must_use]
    pub fn schema(self) -> Option<&'static str> {
        match self {
            Self::Feeds => Some(FeedState::SCHEMA),
            Self::Articles => Some(Article::SCHEMA),
            Self::Fingerprints => Some(Fingerprint::SCHEMA),
            Self::Reports => Some(Report::SCHEMA),
            Self::Incidents => Some(Incident::SCHEMA),
            Self::DeadLetters => None,
        }
    }

    fn keep(self) -> Keep {
        match self {
            Self::Feeds => Keep::Compact { tombstone_days: 7 },
            Self::Articles | Self::Reports => Keep::Delete { days: 30 },
            Self::Fingerprints => Keep::CompactAndDelete { days: 7 },
            // A consumer that was away for a month still learns which incidents are gone.
            Self::Incidents => Keep::Compact { tombstone_days: 30 },
            Self::DeadLetters => Keep::Delete { days: 14 },
        }
    }

    /// The topic settings it needs, by Kafka's names.
    ///
    /// `max_message_bytes` is the largest record that we send.
    #[must_use]
    pub fn settings(self, max_message_bytes: usize) -> Vec<(&'static str, String)> {
        let days = |n: u64| (n * DAY_MS).to_string();
        // The open segment is never compacted nor deleted: a quiet topic needs it closed by time.
        let mut settings = match self.keep() {
            Keep::Compact { tombstone_days } => vec![
                ("cleanup.policy", "compact".to_owned()),
                ("delete.retention.ms", days(tombstone_days)),
                // A reader that is at most an hour behind sees every revision.
                ("min.compaction.lag.ms", "3600000".to_owned()),
                ("segment.ms", days(1)),
            ],
            Keep::CompactAndDelete { days: n } => vec![
                ("cleanup.policy", "compact,delete".to_owned()),
                ("retention.ms", days(n)),
                ("delete.retention.ms", days(1)),
                ("segment.ms", days(1)),
            ],
            Keep::Delete { days: n } => {
                vec![("cleanup.policy", "delete".to_owned()), ("retention.ms", days(n))]
            }
        };
        settings.push(("max.message.bytes", (max_message_bytes + BATCH_OVERHEAD).to_string()));
        settings
    }
}

/// A topic as this configuration wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicPlan {
    /// Which.
    pub topic: Topic,
    /// Name on the broker.
    pub name: String,
    /// Partitions.
    pub partitions: i32,
    /// Replication factor.
    pub replication: i32,
    /// Settings by Kafka's names.
    pub settings: Vec<(&'static str, String)>,
}

impl TopicPlan {
    /// The Kafka channel binding (0.5.0) of an AsyncAPI document.
    #[must_use]
    pub fn asyncapi_binding(&self) -> Value {
        let mut configuration = serde_json::Map::new();
        for (name, value) in &self.settings {
            let read = match *name {
                "cleanup.policy" => json!(value.split(',').collect::<Vec<_>>()),
                // The binding describes these four; what else we set is for the broker alone.
                "retention.ms" | "delete.retention.ms" | "max.message.bytes" => {
                    value.parse::<u64>().map_or_else(|_| json!(value), |n| json!(n))
                }
                _ => continue,
            };
            configuration.insert((*name).to_owned(), read);
        }
        json!({
            "topic": self.name,
            "partitions": self.partitions,
            "replicas": self.replication,
            "topicConfiguration": configuration,
            "bindingVersion": "0.5.0",
        })
    }
}

/// All topics as this configuration wants them; `reports` has `shards` partitions.
#[must_use]
pub fn plan(kafka: &config::Kafka, shards: i32) -> Vec<TopicPlan> {
    Topic::ALL
        .into_iter()
        .map(|topic| TopicPlan {
            topic,
            name: topic.name(&kafka.topic_prefix),
            partitions: match topic {
                Topic::Reports => shards,
                other => kafka
                    .partitions
                    .get(other.slug())
                    .copied()
                    .unwrap_or_else(|| other.default_partitions()),
            },
            replication: kafka.replication,
            settings: topic.settings(kafka.max_message_bytes),
        })
        .collect()
}

/// The channels for [`crate::message::asyncapi`].
#[must_use]
pub fn asyncapi_channels(
    plans: &[TopicPlan],
) -> Vec<(String, &'static str, Option<&'static str>, Value)> {
    plans
        .iter()
        .map(|plan| {
            let topic = plan.topic;
            (plan.name.clone(), topic.description(), topic.schema(), plan.asyncapi_binding())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_slugs_go_both_ways() {
        assert_eq!(Topic::Feeds.name("depesche."), "depesche.feeds.v1");
        for topic in Topic::ALL {
            assert_eq!(Topic::from_slug(topic.slug()), Some(topic));
            // Kafka's metrics cannot tell a dot from an underscore.
            assert!(!topic.name("depesche.").contains('_'));
        }
    }

    #[test]
    fn every_schema_of_a_topic_is_published() {
        let published: Vec<_> =
            crate::message::json_schemas().into_iter().map(|(name, _)| name).collect();
        for topic in Topic::ALL {
            if let Some(schema) = topic.schema() {
                assert!(published.contains(&schema), "{schema}");
            }
        }
    }

    #[test]
    fn configuration_decides_partitions_and_shards_those_of_reports() {
        let mut kafka = config::Kafka::default();
        kafka.partitions.insert("articles".into(), 3);
        let plans = plan(&kafka, 4);
        let of = |topic| plans.iter().find(|p| p.topic == topic).unwrap().partitions;
        assert_eq!((of(Topic::Articles), of(Topic::Reports), of(Topic::Feeds)), (3, 4, 24));
    }

    #[test]
    fn tombstones_of_incidents_outlive_a_month() {
        let settings = Topic::Incidents.settings(1_000_000);
        assert!(settings.contains(&("cleanup.policy", "compact".into())));
        assert!(settings.contains(&("delete.retention.ms", "2592000000".into())));
        assert!(settings.contains(&("max.message.bytes", "1048588".into())));
    }

    #[test]
    fn the_binding_speaks_numbers_and_lists() {
        let plans = plan(&config::Kafka::default(), 1);
        let fingerprints = plans.iter().find(|p| p.topic == Topic::Fingerprints).unwrap();
        let binding = fingerprints.asyncapi_binding();
        assert_eq!(binding["topicConfiguration"]["cleanup.policy"], json!(["compact", "delete"]));
        assert_eq!(binding["topicConfiguration"]["retention.ms"], json!(604_800_000));
        assert_eq!(binding["partitions"], 6);
    }
}
