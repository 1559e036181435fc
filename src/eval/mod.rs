//! Scores reports against gold (pure).
//!
//! Owns what a right report is: the gold format (`gold`), which report answers which expectation
//! (`align`), what of it is right (`judge`), the sums over a set (`score`), and the extraction from gold articles (`run`). Promises the same
//! scores for the same reports, whatever their order. Never reads a file.
//!
//! How it counts: a report counts when it is current or an update, and actual or foiled; the others
//! (background, threats, plans, denials) neither help nor harm. An expectation is *found* when a
//! counting report answers it: same group of types, or same country or place on the same days. Each
//! report answers one expectation at most. Fields are scored over the found ones alone, so that one
//! missed incident is one miss and not ten: a field that is expected and right is a hit, expected
//! and wrong both a miss and a false alarm, filled but not expected a false alarm.

mod align;
mod gold;
mod judge;
mod run;
mod score;

pub use gold::{Expected, GoldArticle, GoldError, read};
pub use run::score;
pub use score::{Bin, Counts, Mistake, Scores, Set};

/// The word of an enumeration on the wire.
fn slug(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}
