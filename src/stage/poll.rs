//! Feeds to articles.
//!
//! The consumer group over `feeds` decides which partitions, and so which sites, are this
//! process's. Their states are read back first; then each feed is polled when it is due. There is
//! no task or timer per feed: a heap holds what is due when, a queue for each site holds what waits
//! for its turn (`queue`), states are kept packed (`packed`), and only polls under way are tasks.
//! The feed list may change at any time (`list`).
//!
//! When a partition is taken away, nothing of it runs any more once that is confirmed: polls end at
//! the next entry, and what still waits for an acknowledgement when time is up is dropped, so that
//! it cannot write an old state over that of the next owner.

mod entry;
mod feed;
mod list;
mod packed;
mod poller;
mod queue;
mod work;

pub(crate) use self::feed::read;
use self::poller::Poller;
use super::{Context, Stage, StageError, beating, drain_limit};
use crate::fetch::Client;
use crate::kafka::{Event, GroupOptions, Topic};
use crate::ops::health::Latch;
use std::time::Duration;

/// How often the stage shows that it lives.
const BEAT: Duration = Duration::from_secs(2);

/// Runs the stage until it is told to stop.
///
/// # Errors
/// [`StageError`] when Kafka cannot be used any more.
pub async fn run(
    context: Context,
    latch: Latch,
    client: Client,
    partitions: i32,
) -> Result<(), StageError> {
    let options = GroupOptions { hold: true, ..GroupOptions::default() };
    let (group, mut events) = super::join(&context, Stage::Poll, Topic::Feeds, &options)?;
    latch.wait("joining the consumer group");
    let pulse = context.health.pulse(Stage::Poll.name(), super::LIVENESS);
    let mut changes = context.feeds.watch();
    let mut poller = Poller::new(context.clone(), client, partitions);
    let mut beat = tokio::time::interval(BEAT);
    let ended = loop {
        let wait = poller.until_next();
        tokio::select! {
            () = context.stop.cancelled() => break Ok(()),
            event = events.recv() => match event {
                Some(Event::Assigned(partitions)) => {
                    super::show::rebalance(&context, Stage::Poll);
                    latch.wait("reading back feed states");
                    match beating(&pulse, poller.assigned(&partitions)).await {
                        Ok(true) => latch.open(),
                        Ok(false) => break Ok(()),
                        Err(error) => break Err(error),
                    }
                }
                Some(Event::Revoked { partitions, lost, done }) => {
                    super::show::rebalance(&context, Stage::Poll);
                    if let Err(error) = beating(&pulse, poller.revoked(&partitions, lost)).await {
                        break Err(error);
                    }
                    done.done();
                }
                // Held partitions deliver nothing.
                Some(Event::Record(_)) => {}
                Some(Event::Fatal(reason)) => break Err(consumer_ended(reason)),
                None => break Err(consumer_ended("the consumer's thread is gone".into())),
            },
            Some(ended) = poller.running.join_next_with_id() => {
                if let Err(error) = poller.all_finished(ended) { break Err(error) }
                poller.start_due();
            }
            Some(id) = poller.answers.recv() => {
                poller.has_answered(id);
                poller.start_due();
            }
            Ok(()) = changes.changed() => match beating(&pulse, poller.relisted()).await {
                Ok(true) => {}
                Ok(false) => break Ok(()),
                Err(error) => break Err(error),
            },
            _ = beat.tick() => pulse.tick(),
            () = tokio::time::sleep(wait) => poller.start_due(),
        }
    };
    let all = poller.partitions();
    let drained = poller.revoked(&all, false).await;
    drop(events);
    group.stop(drain_limit(&context.config)).await;
    ended.and(drained)
}

fn consumer_ended(reason: String) -> StageError {
    StageError::Consumer { stage: Stage::Poll.name(), reason }
}

#[cfg(test)]
mod tests;
