//! HTML to article text and metadata (pure).
//!
//! Owns decoding, the guard in front of the parser, the article's text, and what the markup says
//! about title, authors, dates, language and address; [`url`] owns the identity of addresses.
//! Promises an answer for any bytes, in linear time and bounded depth, without a panic. Never
//! fetches anything, and never takes a consent page, bot wall or script shell for an article.
//!
//! How the text is found, which of several statements is believed, and the closed set of reasons
//! why a page has no article stand in `docs/pages.md`.

mod body;
mod date;
mod decode;
mod describe;
mod entity;
mod guard;
mod json_ld;
mod markup;
mod names;
mod read;
mod render;
mod scan;
mod several;
mod stated_body;
mod ticker;
mod title;
pub mod url;
mod visible;
mod vote;
mod walls;

#[cfg(test)]
mod tests;

pub use read::{Hints, Page, Quality, read};
pub use ticker::TickerEntry;

/// The time zone of a country (ISO 3166-1 alpha-2) that has only one, for [`Hints::zone`].
pub fn zone_of(country: &str) -> Option<&'static str> {
    include_str!("zones.tsv")
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .find_map(|(code, zone)| (code == country).then_some(zone))
}
