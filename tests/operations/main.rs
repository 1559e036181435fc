//! What operators and consumers rely on, with the real programs: Depesche on real Kafka, scraped by a real
//! Prometheus that has the rules of `deploy/`.
//!
//! `papers` compares files only. `watched` needs Prometheus (Debian: `prometheus`) and Kafka; where
//! they cannot be had it is skipped, loudly, and fails with `DEPESCHE_TEST_KAFKA_REQUIRED` set.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // tests fail by panicking
#![allow(clippy::print_stderr)] // the log of a service whose test failed

mod consumers;
mod dashboard;
mod messages;
#[path = "../../examples/support/ownership.rs"]
mod ownership;
mod papers;
mod prometheus;
mod reference;
mod scaling;
#[allow(unused_imports)] // this test uses a part of it
#[path = "../service/support/mod.rs"]
mod support;
mod watched;

use std::path::{Path, PathBuf};

/// A file of the repository.
fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Its text.
fn text(path: &str) -> String {
    std::fs::read_to_string(file(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}
