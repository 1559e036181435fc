//! Whether the process is ready, and whether it is alive.
//!
//! Ready means that every [`Latch`] is open: configuration read, state restored, broker seen.
//! Alive means that every stage [`Pulse`] was felt within its deadline, whatever the broker does: a
//! broker's outage must not become a loop of restarts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The health of the process. Clones show and change the same.
#[derive(Debug, Clone, Default)]
pub struct Health {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    stopping: bool,
    latches: BTreeMap<u64, (String, Option<String>)>,
    pulses: BTreeMap<u64, Felt>,
}

#[derive(Debug)]
struct Felt {
    stage: String,
    last: Instant,
    deadline: Duration,
}

impl Health {
    /// Not ready until there is a latch and all are open; alive.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more condition of readiness, closed for the `reason`, as "waiting for Kafka".
    #[must_use]
    pub fn latch(&self, name: impl Into<String>, reason: impl Into<String>) -> Latch {
        let mut state = self.state();
        state.next += 1;
        let id = state.next;
        state.latches.insert(id, (name.into(), Some(reason.into())));
        drop(state);
        Latch { health: self.clone(), id }
    }

    /// One more stage that must be felt at least every `deadline`; felt now.
    #[must_use]
    pub fn pulse(&self, stage: impl Into<String>, deadline: Duration) -> Pulse {
        self.pulse_at(stage, deadline, Instant::now())
    }

    /// As [`Health::pulse`], at a time that is given.
    #[must_use]
    pub fn pulse_at(&self, stage: impl Into<String>, deadline: Duration, now: Instant) -> Pulse {
        let mut inner = self.state();
        inner.next += 1;
        let id = inner.next;
        inner.pulses.insert(id, Felt { stage: stage.into(), last: now, deadline });
        drop(inner);
        Pulse { health: self.clone(), id }
    }

    /// From now on not ready, for good: the process was told to stop.
    pub fn stopping(&self) {
        self.state().stopping = true;
    }

    /// Whether work can be sent here.
    ///
    /// # Errors
    /// What is waited for, each as `name: reason`.
    pub fn ready(&self) -> Result<(), Vec<String>> {
        let state = self.state();
        if state.stopping {
            return Err(vec!["stopping".into()]);
        }
        if state.latches.is_empty() {
            return Err(vec!["starting".into()]);
        }
        let reasons: Vec<String> = state
            .latches
            .values()
            .filter_map(|(name, reason)| reason.as_ref().map(|reason| format!("{name}: {reason}")))
            .collect();
        if reasons.is_empty() { Ok(()) } else { Err(reasons) }
    }

    /// Whether every stage still moves.
    ///
    /// # Errors
    /// The stages that do not, with the time since they were last felt.
    pub fn live(&self) -> Result<(), Vec<String>> {
        self.live_at(Instant::now())
    }

    /// As [`Health::live`], at a time that is given.
    ///
    /// # Errors
    /// As [`Health::live`].
    pub fn live_at(&self, now: Instant) -> Result<(), Vec<String>> {
        let late: Vec<String> = self
            .state()
            .pulses
            .values()
            .filter_map(|felt| {
                let silent = now.saturating_duration_since(felt.last);
                (silent > felt.deadline).then(|| {
                    format!(
                        "{}: not felt for {} s, allowed are {} s",
                        felt.stage,
                        silent.as_secs(),
                        felt.deadline.as_secs()
                    )
                })
            })
            .collect();
        if late.is_empty() { Ok(()) } else { Err(late) }
    }
}

/// One condition of readiness. Goes away when dropped.
#[derive(Debug)]
pub struct Latch {
    health: Health,
    id: u64,
}

impl Latch {
    /// Closed, or still closed, for this reason, as "restoring incidents 3/12".
    pub fn wait(&self, reason: impl Into<String>) {
        self.set(Some(reason.into()));
    }

    /// The condition holds.
    pub fn open(&self) {
        self.set(None);
    }

    fn set(&self, reason: Option<String>) {
        if let Some((_, current)) = self.health.state().latches.get_mut(&self.id) {
            *current = reason;
        }
    }
}

impl Drop for Latch {
    fn drop(&mut self) {
        self.health.state().latches.remove(&self.id);
    }
}

/// The pulse of one stage. A stage that ended in order drops it and is not asked for any more.
#[derive(Debug)]
pub struct Pulse {
    health: Health,
    id: u64,
}

impl Pulse {
    /// The stage moves.
    pub fn tick(&self) {
        self.tick_at(Instant::now());
    }

    /// The stage moved at this time.
    pub fn tick_at(&self, now: Instant) {
        if let Some(felt) = self.health.state().pulses.get_mut(&self.id) {
            felt.last = now;
        }
    }
}

impl Drop for Pulse {
    fn drop(&mut self) {
        self.health.state().pulses.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons(health: &Health) -> Vec<String> {
        health.ready().expect_err("not ready")
    }

    #[test]
    fn ready_when_every_latch_is_open() {
        let health = Health::new();
        assert_eq!(reasons(&health), ["starting"]);
        let broker = health.latch("poll", "waiting for Kafka at k:9092");
        let state = health.latch("link", "restoring incidents 0/12");
        assert_eq!(
            reasons(&health),
            ["poll: waiting for Kafka at k:9092", "link: restoring incidents 0/12"]
        );
        broker.open();
        state.wait("restoring incidents 3/12");
        assert_eq!(reasons(&health), ["link: restoring incidents 3/12"]);
        state.open();
        assert_eq!(health.ready(), Ok(()));
    }

    #[test]
    fn not_ready_again_when_a_latch_closes_or_the_process_stops() {
        let health = Health::new();
        let broker = health.latch("link", "starting");
        broker.open();
        broker.wait("waiting for Kafka");
        assert_eq!(reasons(&health), ["link: waiting for Kafka"]);
        broker.open();
        assert!(health.ready().is_ok());
        health.stopping();
        assert_eq!(reasons(&health), ["stopping"]);
        assert!(health.live().is_ok(), "stopping is no reason to be killed");
    }

    #[test]
    fn a_stage_that_ended_is_not_waited_for() {
        let health = Health::new();
        let stays = health.latch("poll", "x");
        let ends = health.latch("link", "y");
        stays.open();
        drop(ends);
        assert!(health.ready().is_ok());
    }

    #[test]
    fn alive_while_every_stage_is_felt_in_time() {
        let start = Instant::now();
        let later = |seconds| start + Duration::from_secs(seconds);
        let health = Health::new();
        let poll = health.pulse_at("poll", Duration::from_secs(10), start);
        let link = health.pulse_at("link", Duration::from_mins(1), start);
        assert!(health.live_at(later(10)).is_ok());
        assert_eq!(
            health.live_at(later(11)),
            Err(vec!["poll: not felt for 11 s, allowed are 10 s".into()])
        );
        poll.tick_at(later(11));
        assert!(health.live_at(later(20)).is_ok());
        assert!(health.live_at(later(5)).is_ok(), "a clock read earlier is no silence");
        drop(poll);
        link.tick_at(later(100));
        assert!(health.live_at(later(160)).is_ok());
    }

    #[test]
    fn liveness_does_not_ask_for_readiness() {
        let health = Health::new();
        let _closed = health.latch("poll", "waiting for Kafka");
        assert!(health.ready().is_err());
        assert!(health.live().is_ok());
    }
}
