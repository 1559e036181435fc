//! The console: a view of the topics for people, its JSON API, and the page that shows it.
//!
//! [`Console`] follows the topics outside of any consumer group, each on a thread of its own, and
//! keeps what it shows in memory under fixed caps. Promises that it never slows or fails the
//! pipeline, never counts for readiness, commits no offset and writes nothing; that every answer
//! says what it had to leave out; and that a text from outside is only ever a JSON string. The view
//! itself ([`View`]) is pure: records in, answers out.

mod answer;
mod api;
mod articles;
mod assets;
mod dead_letters;
mod feeds;
mod fetch;
mod follow;
mod incidents;
mod line;
mod openapi;
mod query;
mod rates;
mod stages;
mod state;
mod view;

#[cfg(test)]
mod tests;

pub use answer::{
    ArticleAnswer, DeadLetter, DeadLetters, Facet, Facets, FeedHealth, FeedLine, Feeds, Followed,
    Following, Held, IncidentAnswer, IncidentLine, Incidents, MapAnswer, Point, Revision,
    SeenPlace, Span, SpanOf, StageLine, Status,
};
pub use openapi::openapi;
pub use query::{BadQuery, Wanted};
pub use state::Console;
pub use view::{Change, View};
