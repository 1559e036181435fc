//! What the Kafka layer counts, as metrics.

use super::{Context, Stage};
use crate::message::{Incident, Place, PlaceRole};
use std::collections::BTreeMap;

/// How much of the Kafka layer's counts the metrics show already.
#[derive(Debug, Default)]
pub struct KafkaShown {
    queue_full: u64,
    failed: BTreeMap<String, u64>,
}

/// Brings the metrics of the Kafka layer up to date.
pub fn show_kafka(context: &Context, shown: &mut KafkaShown) {
    let (stats, metrics) = (&context.stats, &context.metrics);
    metrics.kafka_queue_messages.set(whole(stats.queue_messages.get()));
    metrics.kafka_in_flight.set(whole(stats.in_flight.get()));
    let full = stats.queue_full.get();
    metrics.kafka_queue_full_total.inc_by(full.saturating_sub(shown.queue_full));
    shown.queue_full = full;
    for (code, count) in stats.failed() {
        let before = shown.failed.get(&code).copied().unwrap_or(0);
        let counter = metrics.kafka_send_failures_total.with([&code]);
        counter.inc_by(count.saturating_sub(before));
        shown.failed.insert(code, count);
    }
}

/// Shows how far a stage is behind.
pub(super) fn lag(context: &Context, stage: Stage, lags: &[(i32, i64)]) {
    for (partition, lag) in lags {
        let labels = [stage.name(), &partition.to_string()];
        context.metrics.stage_lag_records.with(labels).set(*lag);
    }
}

/// Shows no lag any more of partitions that are another process's.
pub(super) fn forget_lag(context: &Context, stage: Stage, partitions: &[i32]) {
    for partition in partitions {
        context.metrics.stage_lag_records.remove([stage.name(), &partition.to_string()]);
    }
}

/// Counts an incident that is new.
pub(super) fn appeared(context: &Context, incident: &Incident) {
    let at_event = |place: &&Place| place.role == PlaceRole::Event;
    let place = incident.places.iter().find(at_event).or(incident.places.first());
    let country = place.and_then(|place| place.country.as_deref()).unwrap_or("none");
    context.metrics.incident_countries_total.with([country]).inc();
    context.metrics.incident_types_total.with([&incident.event_type]).inc();
}

/// Counts an assignment or revocation.
pub(super) fn rebalance(context: &Context, stage: Stage) {
    context.metrics.kafka_rebalances_total.with([stage.name()]).inc();
}

fn whole(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
