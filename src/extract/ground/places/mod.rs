//! Places: which words name one, and which of the places with that name is meant.
//!
//! Promises that every mention is resolved to a country, a region or a place of the gazetteer. It
//! never decides what happened there: `locative`, `adjective` and `metonym` are what the words say.

mod choose;
mod find;
mod gazetteer;
mod given;
mod key;
mod lead;
mod lookup;
mod marks;
mod person;
mod pieces;
mod region;
mod resolve;
mod second;
mod table;
mod town;
mod world;

pub(super) use find::read;
pub(super) use gazetteer::First;
pub(super) use given::spans;
pub(crate) use lookup::is_country;
pub use lookup::places_named;
pub(super) use marks::Marked;
pub use region::region;
pub(super) use table::{PlaceTable, Places};
pub(super) use world::{FILES, World};
