//! Creates missing topics and compares the present ones; never alters or deletes.

use super::context::Watch;
use super::error::class_of;
use super::{Class, KafkaError, TopicPlan, client};
use crate::config;
use rdkafka::ClientContext;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::RDKafkaErrorCode as Code;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long one request may take.
const REQUEST: Duration = Duration::from_secs(15);

/// A topic that was created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// Its name.
    pub name: String,
    /// Its partitions.
    pub partitions: i32,
}

/// How a topic differs from what is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The topic.
    pub topic: String,
    /// In what.
    pub kind: DifferenceKind,
}

/// In what a topic differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DifferenceKind {
    /// It does not exist.
    Missing,
    /// The broker cannot tell about it.
    Unreadable {
        /// Why.
        reason: String,
    },
    /// It has another number of partitions.
    Partitions {
        /// As configured.
        expected: i32,
        /// As it is.
        found: i32,
    },
    /// A setting has another value.
    Setting {
        /// Its name.
        name: String,
        /// As needed.
        expected: String,
        /// As it is.
        found: String,
    },
}

impl Difference {
    /// Whether the service would work wrongly with it: keys would move, state would be lost, or
    /// nothing would work at all. The others change how long something is kept.
    #[must_use]
    pub fn is_serious(&self) -> bool {
        match &self.kind {
            DifferenceKind::Setting { name, .. } => name == "cleanup.policy",
            _ => true,
        }
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let topic = &self.topic;
        match &self.kind {
            DifferenceKind::Missing => write!(f, "{topic}: does not exist"),
            DifferenceKind::Unreadable { reason } => write!(f, "{topic}: {reason}"),
            DifferenceKind::Partitions { expected, found } => {
                write!(f, "{topic}: has {found} partitions, configured are {expected}")
            }
            DifferenceKind::Setting { name, expected, found } => {
                write!(f, "{topic}: {name} is {found}, needed is {expected}")
            }
        }
    }
}

struct Context(Watch);

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.0.log(level, facility, message);
    }

    fn error(&self, error: rdkafka::error::KafkaError, reason: &str) {
        self.0.error(&error, reason);
    }

    fn stats_raw(&self, _json: &[u8]) {}
}

impl ConsumerContext for Context {}

/// Waits until a broker answers; says what it waits for.
///
/// # Errors
/// [`KafkaError::Cancelled`] if `stop` came first, [`KafkaError::Config`] if librdkafka refuses the
/// configuration, [`KafkaError::Request`] if the broker refuses us for good.
pub async fn wait_for_broker(
    kafka: &config::Kafka,
    stop: &CancellationToken,
) -> Result<(), KafkaError> {
    let brokers = kafka.brokers.clone();
    let client = std::sync::Arc::new(metadata_client(kafka)?);
    let mut waited = false;
    loop {
        let ask = std::sync::Arc::clone(&client);
        let request = tokio::task::spawn_blocking(move || {
            let found = ask.fetch_metadata(None, Duration::from_secs(3)).map(|m| m.brokers().len());
            // Serves the log and error events of this client, too.
            for _ in 0..20 {
                let _ = ask.poll(Duration::from_millis(5));
            }
            found
        });
        let answer = tokio::select! {
            answer = request => answer,
            () = stop.cancelled() => return Err(KafkaError::Cancelled(format!("Kafka at {brokers}"))),
        };
        let problem = match answer {
            Ok(Ok(found)) if found > 0 => {
                tracing::info!(brokers, found, "Kafka answers");
                return Ok(());
            }
            Ok(Ok(_)) => "it names no broker".to_owned(),
            Ok(Err(error)) => {
                let error = KafkaError::request(format!("ask Kafka at {brokers}"), &error);
                if error.class() == Class::Halt {
                    return Err(error);
                }
                match client.context().0.refused() {
                    // A wrong password does not become right by waiting.
                    Some((code, detail)) if class_of(code) == Class::Halt => {
                        let what = format!("log in to Kafka at {brokers}");
                        return Err(KafkaError::Request { what, code: Some(code), detail });
                    }
                    Some((_, detail)) => detail,
                    None => error.to_string(),
                }
            }
            Err(error) => error.to_string(),
        };
        if waited {
            tracing::debug!(brokers, problem, "still waiting for Kafka");
        } else {
            tracing::warn!(brokers, problem, "waiting for Kafka");
            waited = true;
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
            () = stop.cancelled() => return Err(KafkaError::Cancelled(format!("Kafka at {brokers}"))),
        }
    }
}

fn metadata_client(kafka: &config::Kafka) -> Result<BaseConsumer<Context>, KafkaError> {
    client::common(kafka)
        .create_with_context(Context(Watch::new("admin")))
        .map_err(|e| KafkaError::request("start admin client", &e))
}

/// Topics as the broker has them: partitions, or why it cannot tell.
async fn present(
    kafka: &config::Kafka,
) -> Result<BTreeMap<String, Result<i32, String>>, KafkaError> {
    let client = metadata_client(kafka)?;
    let listed = tokio::task::spawn_blocking(move || {
        client.fetch_metadata(None, REQUEST).map(|metadata| {
            metadata
                .topics()
                .iter()
                .map(|topic| {
                    let state = match topic.error() {
                        Some(error) => Err(Code::from(error).to_string()),
                        None => Ok(i32::try_from(topic.partitions().len()).unwrap_or(i32::MAX)),
                    };
                    (topic.name().to_owned(), state)
                })
                .collect()
        })
    })
    .await;
    match listed {
        Ok(listed) => listed.map_err(|e| KafkaError::request("list topics", &e)),
        Err(error) => Err(KafkaError::Request {
            what: "list topics".into(),
            code: None,
            detail: error.to_string(),
        }),
    }
}

/// How many partitions a topic has; none if it does not exist.
///
/// # Errors
/// [`KafkaError`] if the broker cannot be asked.
pub async fn partition_count(
    kafka: &config::Kafka,
    topic: &str,
) -> Result<Option<i32>, KafkaError> {
    match present(kafka).await?.remove(topic) {
        None => Ok(None),
        Some(Ok(count)) => Ok(Some(count)),
        Some(Err(detail)) => {
            Err(KafkaError::Request { what: format!("describe {topic}"), code: None, detail })
        }
    }
}

fn admin(kafka: &config::Kafka) -> Result<AdminClient<Context>, KafkaError> {
    client::common(kafka)
        .create_with_context(Context(Watch::new("admin")))
        .map_err(|e| KafkaError::request("start admin client", &e))
}

/// Creates those planned topics that do not exist; leaves the others as they are.
///
/// Not for the in-process broker, which makes its topics itself and does not know this request.
///
/// # Errors
/// [`KafkaError`] of the first topic that could not be created.
pub async fn create_missing(
    kafka: &config::Kafka,
    plans: &[TopicPlan],
) -> Result<Vec<Created>, KafkaError> {
    let present = present(kafka).await?;
    let missing: Vec<_> = plans.iter().filter(|plan| !present.contains_key(&plan.name)).collect();
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    let topics: Vec<_> = missing
        .iter()
        .map(|plan| NewTopic {
            name: &plan.name,
            num_partitions: plan.partitions,
            replication: TopicReplication::Fixed(plan.replication),
            config: plan.settings.iter().map(|(name, value)| (*name, value.as_str())).collect(),
        })
        .collect();
    let options =
        AdminOptions::new().request_timeout(Some(REQUEST)).operation_timeout(Some(REQUEST));
    let results = admin(kafka)?
        .create_topics(&topics, &options)
        .await
        .map_err(|e| KafkaError::request("create topics", &e))?;
    let mut created = Vec::new();
    for result in results {
        match result {
            Ok(name) => {
                let partitions =
                    missing.iter().find(|plan| plan.name == name).map_or(0, |plan| plan.partitions);
                created.push(Created { name, partitions });
            }
            // Another process was faster.
            Err((_, Code::TopicAlreadyExists)) => {}
            Err((name, code)) => {
                return Err(KafkaError::refused(format!("create topic {name}"), code));
            }
        }
    }
    Ok(created)
}

/// Compares the topics of the broker with the plan.
///
/// # Errors
/// [`KafkaError`] if the broker cannot be asked.
pub async fn compare(
    kafka: &config::Kafka,
    plans: &[TopicPlan],
) -> Result<Vec<Difference>, KafkaError> {
    let present = present(kafka).await?;
    let mut differences = Vec::new();
    let mut found = Vec::new();
    for plan in plans {
        let kind = match present.get(&plan.name) {
            None => DifferenceKind::Missing,
            Some(Err(reason)) => DifferenceKind::Unreadable { reason: reason.clone() },
            Some(Ok(partitions)) => {
                found.push(plan);
                if *partitions == plan.partitions {
                    continue;
                }
                DifferenceKind::Partitions { expected: plan.partitions, found: *partitions }
            }
        };
        differences.push(Difference { topic: plan.name.clone(), kind });
    }
    if found.is_empty() {
        return Ok(differences);
    }
    let resources: Vec<_> =
        found.iter().map(|plan| ResourceSpecifier::Topic(plan.name.as_str())).collect();
    let options = AdminOptions::new().request_timeout(Some(REQUEST));
    let described = admin(kafka)?
        .describe_configs(&resources, &options)
        .await
        .map_err(|e| KafkaError::request("describe topics", &e))?;
    for (plan, resource) in found.into_iter().zip(described) {
        match resource {
            Ok(resource) => {
                let value = |name: &str| resource.get(name).and_then(|entry| entry.value.clone());
                differences.extend(settings(plan, value));
            }
            Err(code) => differences.push(Difference {
                topic: plan.name.clone(),
                kind: DifferenceKind::Unreadable { reason: code.to_string() },
            }),
        }
    }
    Ok(differences)
}

fn settings(plan: &TopicPlan, value: impl Fn(&str) -> Option<String>) -> Vec<Difference> {
    let mut differences = Vec::new();
    for (name, expected) in &plan.settings {
        let Some(found) = value(name) else { continue };
        let same = match *name {
            "cleanup.policy" => policies(&found) == policies(expected),
            // More room does no harm.
            "max.message.bytes" => found
                .parse::<u64>()
                .ok()
                .zip(expected.parse::<u64>().ok())
                .is_some_and(|(found, expected)| found >= expected),
            _ => found == *expected,
        };
        if !same {
            differences.push(Difference {
                topic: plan.name.clone(),
                kind: DifferenceKind::Setting {
                    name: (*name).to_owned(),
                    expected: expected.clone(),
                    found,
                },
            });
        }
    }
    differences
}

/// Kafka gives several policies in any order.
fn policies(text: &str) -> std::collections::BTreeSet<&str> {
    text.split(',').map(str::trim).filter(|policy| !policy.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kafka::{Topic, plan};

    fn fingerprints() -> TopicPlan {
        plan(&config::Kafka::default(), 1)
            .into_iter()
            .find(|p| p.topic == Topic::Fingerprints)
            .unwrap()
    }

    #[test]
    fn policies_are_compared_as_a_set_and_room_may_be_larger() {
        let plan = fingerprints();
        let found = |name: &str| match name {
            "cleanup.policy" => Some("delete,compact".to_owned()),
            "max.message.bytes" => Some("99999999".to_owned()),
            other => plan.settings.iter().find(|(n, _)| *n == other).map(|(_, v)| v.clone()),
        };
        assert_eq!(settings(&plan, found), []);
    }

    #[test]
    fn a_wrong_policy_is_serious_another_retention_is_not() {
        let plan = fingerprints();
        let found = |name: &str| match name {
            "cleanup.policy" => Some("delete".to_owned()),
            "retention.ms" => Some("1000".to_owned()),
            _ => None,
        };
        let differences = settings(&plan, found);
        assert_eq!(differences.len(), 2);
        assert!(differences[0].is_serious());
        assert!(!differences[1].is_serious());
        assert_eq!(
            differences[1].to_string(),
            "depesche.fingerprints.v1: retention.ms is 1000, needed is 604800000"
        );
    }
}
