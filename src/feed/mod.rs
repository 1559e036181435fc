//! Bytes to feed entries (pure).
