//! The promises under fire: the real binary beside a broker that misbehaves, beside others of its
//! kind, under more work than it can do, and in a hostile web.
//!
//! All of it shares one real Apache Kafka, which is stopped, cut and frozen; so the tests take
//! turns. Where Kafka cannot be had they are skipped, loudly; with `DEPESCHE_TEST_KAFKA_REQUIRED`
//! set they fail instead.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // tests fail by panicking
#![allow(clippy::print_stderr)] // figures, and the log of a service whose test failed

mod broker;
#[path = "../support/follow.rs"]
mod follow;
mod group;
mod hostile;
mod house;
mod overload;
#[path = "../support/proxy.rs"]
mod proxy;
mod soak;
#[path = "../service/support/mod.rs"]
mod support;
#[path = "../support/world.rs"]
mod world;
