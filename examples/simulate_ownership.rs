//! How evenly the work of many sites spreads over processes, and what moves when one joins or
//! leaves: prints the tables of `docs/scaling.md`.
//!
//! ```text
//! cargo run --example simulate_ownership
//! ```

#![allow(clippy::print_stdout)] // tables are its purpose

#[path = "support/ownership.rs"]
mod ownership;

fn main() {
    print!("{}", ownership::tables());
}
