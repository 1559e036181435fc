//! The three loops: poll, extract, link.
