//! What the tests of the whole service share.
#![allow(dead_code)] // no test binary uses all of it

pub(crate) mod kafka;
pub(crate) mod process;
pub(crate) mod site;
pub(crate) mod topic;

use std::time::{Duration, Instant};

/// Longest wait for a condition; generous, because a condition that holds ends the wait.
pub(crate) const PATIENCE: Duration = Duration::from_secs(150);

/// Waits until `condition` gives something, or fails with `what`.
pub(crate) fn wait_for<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = condition() {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "waited {PATIENCE:?} for {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
