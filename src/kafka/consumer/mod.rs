//! A member of a consumer group, on its own thread.
//!
//! Owns polling, rebalances, pausing and commits. Promises:
//!
//! - It polls whatever the reader does: when the channel is full for long it pauses partitions and
//!   holds back what it has; nothing is lost or reordered within a partition.
//! - An offset is stored only when every record before it was reported done.
//! - On revocation it tells the reader, waits for it within bounds, commits, and only then gives
//!   the partitions up.
//! - With `fence`, every new assignment has an epoch above all epochs before it (see `rebalance`).
//!
//! Never looks into a record.

mod context;
mod handle;
mod rebalance;
mod watermark;
mod worker;

pub use handle::{Drained, Event, GroupConsumer, GroupOptions};
