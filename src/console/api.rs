//! The JSON API under `/api/v1/`, and the page.

use super::dead_letters::WantedLetters;
use super::feeds::WantedFeeds;
use super::query::{BadQuery, Parameter, Wanted, pairs};
use super::state::Console;
use super::view::View;
use super::{assets, openapi};
use crate::ops::problem::Problem;
use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;

/// What an article can be asked for with.
pub(super) const OF_INCIDENT: &[Parameter] = &[Parameter {
    name: "incident",
    schema: r#"{"type":"string","maxLength":200}"#,
    description: "Only the proofs of this incident [default: of all that report on the article].",
}];

impl Console {
    /// The API and the page.
    pub fn router(&self) -> Router {
        let api = Router::new()
            .route("/incidents", get(incidents))
            .route("/incidents/{id}", get(incident))
            .route("/map", get(map))
            .route("/facets", get(facets))
            .route("/articles/{id}", get(article))
            .route("/feeds", get(feeds))
            .route("/dead-letters", get(dead_letters))
            .route("/status", get(status))
            .route("/openapi.json", get(description))
            .fallback(async || problem(StatusCode::NOT_FOUND, "there is no such path"))
            .with_state(self.clone());
        Router::new()
            .nest("/api/v1", api)
            .route("/", get(async || assets::page()))
            .route("/console/{file}", get(async |Path(file): Path<String>| assets::file(&file)))
    }

    /// An answer that stays the same as long as the view does: 304 where it is known already.
    async fn versioned<T: Serialize + 'static>(
        self,
        headers: &HeaderMap,
        make: impl FnOnce(&View) -> T + Send + 'static,
    ) -> Response {
        let tag = format!("\"{}-{}\"", self.epoch(), self.view().version());
        let known = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == tag.as_str());
        let mut response =
            if known { StatusCode::NOT_MODIFIED.into_response() } else { self.answer(make).await };
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response
    }

    /// An answer that there always is.
    async fn answer<T: Serialize + 'static>(
        self,
        make: impl FnOnce(&View) -> T + Send + 'static,
    ) -> Response {
        self.found("", |view| Some(make(view))).await
    }

    /// An answer, where there is one. Made beside the pipeline's own threads: looking through many
    /// incidents takes its time.
    async fn found<T: Serialize + 'static>(
        self,
        missing: &'static str,
        make: impl FnOnce(&View) -> Option<T> + Send + 'static,
    ) -> Response {
        let written = tokio::task::spawn_blocking(move || {
            let found = make(&self.view());
            found.map(|answer| serde_json::to_vec(&answer)).transpose()
        });
        let reason = match written.await {
            Ok(Ok(Some(body))) => return json(StatusCode::OK, "application/json", body),
            Ok(Ok(None)) => return problem(StatusCode::NOT_FOUND, missing),
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        tracing::error!(reason, "an answer of the console cannot be made");
        problem(StatusCode::INTERNAL_SERVER_ERROR, "the answer cannot be made")
    }
}

fn json(status: StatusCode, kind: &'static str, body: Vec<u8>) -> Response {
    (status, [(header::CONTENT_TYPE, kind)], body).into_response()
}

fn problem(status: StatusCode, detail: &str) -> Response {
    Problem::new(status, detail).into_response()
}

fn refused(error: &BadQuery) -> Response {
    problem(StatusCode::BAD_REQUEST, &error.to_string())
}

async fn incidents(
    State(console): State<Console>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    match Wanted::parse(&query.unwrap_or_default()) {
        Ok(wanted) => console.versioned(&headers, move |view| view.incidents(&wanted)).await,
        Err(error) => refused(&error),
    }
}

async fn map(
    State(console): State<Console>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    match Wanted::parse_filters(&query.unwrap_or_default()) {
        Ok(wanted) => console.versioned(&headers, move |view| view.map(&wanted)).await,
        Err(error) => refused(&error),
    }
}

async fn facets(
    State(console): State<Console>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    match pairs(&query.unwrap_or_default(), &[]) {
        Ok(_) => console.versioned(&headers, View::facets).await,
        Err(error) => refused(&error),
    }
}

async fn incident(
    State(console): State<Console>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    if let Err(error) = pairs(&query.unwrap_or_default(), &[]) {
        return refused(&error);
    }
    let missing = "no such incident is kept here";
    console.found(missing, move |view| view.incident(&id)).await
}

async fn article(
    State(console): State<Console>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let named = match pairs(&query.unwrap_or_default(), &[OF_INCIDENT]) {
        Ok(pairs) => pairs.into_iter().next().map(|(_, id)| id),
        Err(error) => return refused(&error),
    };
    console.fetch_article(&id).await;
    let missing = "no such article: no incident here names it, or its topic has it no more";
    console.found(missing, move |view| view.article(&id, named.as_deref())).await
}

async fn feeds(State(console): State<Console>, RawQuery(query): RawQuery) -> Response {
    match WantedFeeds::parse(&query.unwrap_or_default()) {
        Ok(wanted) => {
            let configured = console.feed_list();
            let now = jiff::Timestamp::now().into();
            console.answer(move |view| view.feeds(&configured, &wanted, now)).await
        }
        Err(error) => refused(&error),
    }
}

async fn dead_letters(State(console): State<Console>, RawQuery(query): RawQuery) -> Response {
    match WantedLetters::parse(&query.unwrap_or_default()) {
        Ok(wanted) => console.answer(move |view| view.dead_letters(&wanted)).await,
        Err(error) => refused(&error),
    }
}

async fn status(State(console): State<Console>, RawQuery(query): RawQuery) -> Response {
    match pairs(&query.unwrap_or_default(), &[]) {
        Ok(_) => {
            let body = serde_json::to_vec(&console.status()).unwrap_or_default();
            json(StatusCode::OK, "application/json", body)
        }
        Err(error) => refused(&error),
    }
}

async fn description() -> Response {
    let body = serde_json::to_vec(&openapi::openapi()).unwrap_or_default();
    json(StatusCode::OK, "application/json", body)
}
