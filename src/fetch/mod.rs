//! The polite, guarded HTTP client.
