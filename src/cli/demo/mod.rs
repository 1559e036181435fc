//! The demo's own small world: invented outlets that tell invented events in four languages.
//!
//! `command` runs the whole service over it. Owns the texts (`world/*.toml`) and the local site that serves them as feeds and article pages.
//! Promises that the same start time gives the same bytes, that no text depends on the clock other
//! than through the start time and the seconds since, and that every day named lies before the
//! publication of the article that names it. Never asks the network and never listens anywhere
//! but on the listener it is given.

mod command;
mod feeds;
mod markup;
mod pages;
mod serve;
mod site;
mod words;
mod world;

#[cfg(test)]
mod tests;

pub use command::DemoArgs;
pub(in crate::cli) use command::run;
pub use serve::serve;
pub use site::{Response, Site};
pub use words::Words;
pub use world::{Article, Event, Format, Outlet, Page, Quirk, Update, World, WorldError};
