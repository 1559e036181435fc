//! Reports to incidents (pure).
