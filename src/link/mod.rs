//! Reports to incidents (pure).
//!
//! Owns the decision which reports tell the same event, the fused value of each incident and its
//! life cycle. The published incidents are the only state: a [`Shard`] can be rebuilt from them.
//!
//! Promises: the same reports in the same order give the same bytes; a repeated report changes
//! nothing; revisions of an incident grow by one and never start again; memory holds open incidents
//! only; no input panics. The parts, in the order a report passes them:
//!
//! - `shard`: takes reports, keeps the open incidents; `resume` restores them, `former` remembers ids
//! - `table`: open incidents (`entry`) in few bytes (`store`, `shelves`,
//!   `few`); `blocking`: the index of candidates
//! - `profile`, `marks`, `place`, `score`: what two sides have in common, as explained components
//! - `weights`: what each component weighs (`weights.toml`)
//! - `cluster`, `plan`, `carry`: the reports of a neighbourhood grouped anew, who holds what from now
//!   on, and what must be written for it
//! - `history`: the next revision of an incident from the last one and what came in
//! - `fuse`: many reports to one value per field
//! - `tidy`: what of a report is kept, in bounds
//! - `taxonomy`: which types can be told of one event, and how grave a group is (`types.toml`)
//!
//! Never does I/O, reads no clock, names neither Kafka nor a thread.

mod blocking;
mod carry;
mod cluster;
mod entry;
mod few;
mod former;
mod fuse;
mod history;
mod marks;
mod place;
mod plan;
mod profile;
mod resume;
mod score;
mod shard;
mod shelves;
mod store;
mod table;
mod taxonomy;
mod tidy;
mod weights;

#[cfg(test)]
mod lives;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod regrouping;
#[cfg(test)]
mod stories;
#[cfg(test)]
pub(crate) mod support;

pub use score::{Component, Score, Veto};
pub use shard::{Counters, Output, Settings, Shard};
