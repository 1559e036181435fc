//! What operators see: metrics, health, the admin HTTP server, and logs.
//!
//! Owns the one table of metrics, the readiness and liveness of the process, the listener that
//! shows both, and the form of log lines. Promises that no label is unbounded, that liveness never
//! depends on a broker, that no page shows a secret, and that text from outside cannot forge or
//! disturb a log line. Never decides anything about feeds, articles or incidents.

pub mod health;
pub mod http;
pub mod logging;
pub mod metrics;
pub mod problem;
pub mod version;

mod access;
mod connection;
mod families;
mod process;
