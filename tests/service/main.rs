//! The whole service: the real binary, a local site, and a broker.
//!
//! `everywhere` runs against the in-process broker and against real Apache Kafka; `crash`, `group`,
//! `login` and `topics` need the real one. Where it cannot be had they are skipped, loudly; with
//! `DEPESCHE_TEST_KAFKA_REQUIRED` set they fail instead.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // tests fail by panicking
#![allow(clippy::print_stderr)] // the log of a service whose test failed

mod commands;
mod crash;
mod everywhere;
mod feeds;
mod group;
mod login;
mod reload;
mod support;
mod topics;
