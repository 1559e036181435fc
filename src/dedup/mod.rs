//! Fingerprints and the near-duplicate index (pure).
