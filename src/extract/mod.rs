//! Text to reports (pure).

pub mod ground;
