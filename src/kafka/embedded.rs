//! A Kafka-protocol broker inside the process, for trying out and for tests.
//!
//! librdkafka's own mock cluster. What it is not: it keeps everything in memory and forgets it with
//! the process; it neither compacts nor expires but drops the oldest records of a partition beyond
//! about 5 MiB or 100,000 records; it knows no topic settings, no admin requests (so
//! [`create_missing`](super::create_missing) is not for it) and no transactions; a group's first
//! join takes three seconds, which cannot be shortened. Never for production.

use super::{KafkaError, TopicPlan};
use rdkafka::mocking::MockCluster;
use rdkafka::types::{RDKafkaApiKey, RDKafkaErrorCode, RDKafkaRespErr};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

/// The broker; stops when dropped.
#[derive(Debug)]
pub struct EmbeddedBroker {
    bootstrap: String,
    orders: Option<mpsc::Sender<Order>>,
    thread: Option<JoinHandle<()>>,
}

enum Order {
    Down,
    Up,
    RoundTrip(Duration),
    Refuse(RDKafkaApiKey, Vec<RDKafkaRespErr>),
}

impl EmbeddedBroker {
    /// Starts a broker on a free port of the loopback address, with these topics.
    ///
    /// # Errors
    /// [`KafkaError`] if librdkafka cannot make the cluster or a topic.
    pub fn start(plans: &[TopicPlan]) -> Result<Self, KafkaError> {
        let topics: Vec<_> = plans.iter().map(|p| (p.name.clone(), p.partitions)).collect();
        Self::with_topics(topics)
    }

    /// Starts a broker with topics of these names and partition counts.
    ///
    /// # Errors
    /// [`KafkaError`] if librdkafka cannot make the cluster or a topic.
    pub fn with_topics(topics: Vec<(String, i32)>) -> Result<Self, KafkaError> {
        let (started, start) = mpsc::channel();
        let (orders, inbox) = mpsc::channel();
        // The cluster may not change threads: it lives and dies on its own.
        let thread = std::thread::Builder::new()
            .name("embedded-broker".into())
            .spawn(move || match cluster(&topics) {
                Ok(cluster) => {
                    if started.send(Ok(cluster.bootstrap_servers())).is_ok() {
                        serve(&cluster, &inbox);
                    }
                }
                Err(error) => {
                    let _ = started.send(Err(error));
                }
            })
            .map_err(|e| KafkaError::Thread { name: "embedded-broker", detail: e.to_string() })?;
        let bootstrap = start.recv().unwrap_or_else(|_| {
            Err(KafkaError::Thread { name: "embedded-broker", detail: "ended at once".into() })
        })?;
        Ok(Self { bootstrap, orders: Some(orders), thread: Some(thread) })
    }

    /// Its address, for `kafka.brokers` and any other Kafka client.
    #[must_use]
    pub fn bootstrap(&self) -> &str {
        &self.bootstrap
    }

    /// Cuts all connections and refuses new ones, as a broker that went away.
    pub fn down(&self) {
        self.order(Order::Down);
    }

    /// Accepts connections again.
    pub fn up(&self) {
        self.order(Order::Up);
    }

    /// Answers every request that much later.
    pub fn round_trip(&self, delay: Duration) {
        self.order(Order::RoundTrip(delay));
    }

    /// Answers the next produce requests with these errors, one each.
    pub fn refuse_produce(&self, errors: &[RDKafkaErrorCode]) {
        let errors = errors.iter().filter_map(|code| response(*code)).collect();
        self.order(Order::Refuse(RDKafkaApiKey::Produce, errors));
    }

    fn order(&self, order: Order) {
        if let Some(orders) = &self.orders {
            let _ = orders.send(order);
        }
    }
}

impl Drop for EmbeddedBroker {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The codes that a test may want a broker to answer with.
fn response(code: RDKafkaErrorCode) -> Option<RDKafkaRespErr> {
    use RDKafkaErrorCode as Code;
    use RDKafkaRespErr as E;
    match code {
        Code::MessageSizeTooLarge => Some(E::RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE),
        Code::TopicAuthorizationFailed => Some(E::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED),
        Code::NotEnoughReplicas => Some(E::RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS),
        Code::ProducerFenced => Some(E::RD_KAFKA_RESP_ERR_PRODUCER_FENCED),
        Code::InvalidProducerEpoch => Some(E::RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH),
        Code::BrokerTransportFailure => Some(E::RD_KAFKA_RESP_ERR__TRANSPORT),
        _ => None,
    }
}

type Cluster = MockCluster<'static, rdkafka::producer::DefaultProducerContext>;

fn cluster(topics: &[(String, i32)]) -> Result<Cluster, KafkaError> {
    let cluster =
        MockCluster::new(1).map_err(|e| KafkaError::request("start in-process broker", &e))?;
    for (name, partitions) in topics {
        cluster
            .create_topic(name, *partitions, 1)
            .map_err(|e| KafkaError::request(format!("create topic {name}"), &e))?;
    }
    Ok(cluster)
}

/// Obeys until the owner is gone.
fn serve(cluster: &Cluster, inbox: &mpsc::Receiver<Order>) {
    while let Ok(order) = inbox.recv() {
        let done = match order {
            Order::Down => cluster.broker_down(-1),
            Order::Up => cluster.broker_up(-1),
            Order::RoundTrip(delay) => cluster.broker_round_trip_time(-1, delay),
            Order::Refuse(request, errors) => {
                cluster.request_errors(request, &errors);
                Ok(())
            }
        };
        if let Err(error) = done {
            tracing::warn!(%error, "in-process broker");
        }
    }
}
