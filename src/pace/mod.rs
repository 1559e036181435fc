//! When and how a feed is asked, and what its answer changes (pure).
//!
//! Owns every decision of the poll stage that needs neither network nor Kafka: what the next
//! request looks like ([`request()`]), what an answer makes of the feed's state ([`unchanged`],
//! [`same_body`], [`read`], [`failed`]), when it is asked again, where it has moved to
//! ([`settle_move`]), and which entries of a document are new or corrected ([`compare`]).
//!
//! # When
//! The feed's own rhythm proposes: half of the usual time between its entries (the gaps weighed
//! by their length, so that neither a burst nor a night decides alone), less in a burst, at least
//! a twelfth of the silence since its newest entry. It lies between `min_interval_seconds` and
//! `max_interval_seconds`; `interval_seconds` is taken until two gaps are known. Entries without a
//! date, or with one that cannot be, are counted where they were found: between two polls.
//!
//! Server and document can only move it back: `Cache-Control`, `Expires`, `ttl` and
//! `sy:updatePeriod` up to `max_interval_seconds`, `skipHours` and `skipDays` up to two days,
//! `Retry-After` up to a day with any status. `sy:updatePeriod`, `skipHours` and `skipDays` count
//! only while the feed's own entries do not contradict them.
//!
//! Feeds are spread by ten percent (`jitter`) in either direction, but only to later where a lower
//! bound decides. Failures double the time up to `max_backoff_seconds`; those of the network
//! every other time only. A feed is never given up; one that is gone (410) is asked weekly.
//!
//! # How
//! With the validators byte for byte, but for each hundredth request of a feed, which finds out
//! servers that call everything unchanged. Those are asked without validators for a week, and the
//! hash of the body tells whether anything changed.
//!
//! Promises: the same input gives the same output, no panic, linear time. Never looks at a clock.

mod answer;
mod known;
mod moved;
mod next;
mod request;
mod rhythm;

pub use answer::{Note, Read, Said, failed, read, same_body, unchanged};
pub use known::{Compared, Item, What, compare, remember, room, shrink, take};
pub use moved::settle_move;
pub use next::first_poll;
pub use request::{Kind, Request, request};

#[cfg(test)]
mod tests;
