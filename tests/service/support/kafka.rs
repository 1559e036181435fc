//! Apache Kafka for the tests of the whole service.

#[path = "../../support/real.rs"]
mod real;

pub(crate) use real::{RealKafka, ports};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// The broker that the tests share; `None`, told loudly, where none can be had.
pub(crate) fn shared() -> Option<Arc<RealKafka>> {
    RealKafka::shared()
}

/// A topic prefix that no other test and no other run uses.
pub(crate) fn prefix(test: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let run = std::process::id();
    let now = jiff::Timestamp::now().as_second();
    format!("{test}-{now}-{run}-{number}.")
}
