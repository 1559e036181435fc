//! What holds for all stages: nothing is done before it is acknowledged.

use super::support::{Acks, House, house, record};
use super::{Stage, dead_letter, extract, link};
use crate::extract::Extractor;
use crate::kafka::Topic;
use crate::message::dead_letter_reason::UNREADABLE;
use std::sync::Arc;

const BAD: &[u8] = b"no JSON";

/// Stops a stage whose sends are never acknowledged, and looks where the next one begins.
async fn begins_anew<F>(house: &House, stage: Stage, topic: Topic, run: F)
where
    F: Future<Output = Result<(), super::StageError>> + Send + 'static,
{
    house.put(topic, "key", BAD).await;
    house.put(topic, "key", BAD).await;
    let running = tokio::spawn(run);
    house.under_way(1).await;
    house.context.stop.cancel();
    running.await.unwrap().unwrap();
    assert_eq!(house.next_of(stage, topic).await.offset, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn extract_leaves_what_is_not_acknowledged_to_the_next() {
    let house = house(&Acks::NeverCome, Vec::new());
    let latch = house.context.health.latch("extract", "starting");
    let extractor = Arc::new(Extractor::builtin().unwrap());
    let run = extract::run(house.context.clone(), latch, extractor);
    begins_anew(&house, Stage::Extract, Topic::Articles, run).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn link_leaves_what_is_not_acknowledged_to_the_next() {
    let house = house(&Acks::NeverCome, Vec::new());
    let latch = house.context.health.latch("link", "starting");
    let layout = link::Layout { shards: 1, incident_partitions: 12 };
    let run = link::run(house.context.clone(), latch, layout);
    begins_anew(&house, Stage::Link, Topic::Reports, run).await;
}

/// On one thread: what was only begun has not happened yet.
#[tokio::test]
async fn a_dead_letter_is_acknowledged_before_its_record_is_done() {
    let house = house(&Acks::Come, Vec::new());
    let bad = record(house.topic(Topic::Articles), "a-1", BAD);
    dead_letter::from_record(&house.context, Stage::Extract, &bad, UNREADABLE, "no").await.unwrap();
    assert_eq!(house.context.stats.sent_messages.get(), 1);
}
