//! The page and its files, built in.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Only its own files and its own API; no inline script or style, no frame, no form elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      img-src 'self' data:; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

const PAGE: &str = include_str!("web/index.html");

/// Name, media type, content.
macro_rules! files {
    ($($name:literal: $kind:literal,)*) => {
        &[$(($name, $kind, include_str!(concat!("web/", $name)))),*]
    };
}

const FILES: &[(&str, &str, &str)] = files! {
    "icon.svg": "image/svg+xml",
    "style.css": "text/css; charset=utf-8",
    "app.js": "text/javascript; charset=utf-8",
    "api.js": "text/javascript; charset=utf-8",
    "article.js": "text/javascript; charset=utf-8",
    "dom.js": "text/javascript; charset=utf-8",
    "format.js": "text/javascript; charset=utf-8",
    "incident.js": "text/javascript; charset=utf-8",
    "list.js": "text/javascript; charset=utf-8",
    "map.js": "text/javascript; charset=utf-8",
    "overview.js": "text/javascript; charset=utf-8",
    "tables.js": "text/javascript; charset=utf-8",
    "words.js": "text/javascript; charset=utf-8",
    "world.json": "application/json",
};

/// The page.
pub(super) fn page() -> Response {
    sent("text/html; charset=utf-8", PAGE)
}

/// One of its files.
pub(super) fn file(name: &str) -> Response {
    match FILES.iter().find(|(known, _, _)| *known == name) {
        Some((_, kind, content)) => sent(kind, content),
        None => (StatusCode::NOT_FOUND, "not found\n").into_response(),
    }
}

fn sent(kind: &'static str, content: &'static str) -> Response {
    let mut response = content.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}
