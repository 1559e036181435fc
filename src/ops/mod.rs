//! Metrics, health, HTTP.
