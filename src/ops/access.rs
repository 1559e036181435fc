//! Who may ask: a bearer token where one is configured, and no page of another site.

use super::problem::Problem;
use crate::config::Secret;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};
use std::net::IpAddr;

/// What decides.
#[derive(Debug, Clone)]
pub(super) struct Access {
    /// Hash of the token: hashes of equal length compare without telling how much of it was right.
    token: Option<[u8; 32]>,
    /// Whether the listener is on loopback.
    loopback: bool,
}

impl Access {
    pub(super) fn new(token: &Secret, loopback: bool) -> Self {
        let hash = |token: &str| Sha256::digest(token.as_bytes()).into();
        Self { token: (!token.is_empty()).then(|| hash(token.reveal())), loopback }
    }

    fn knows(&self, headers: &HeaderMap) -> bool {
        let Some(token) = &self.token else { return true };
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let given = given.and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
        });
        let given: [u8; 32] = Sha256::digest(given.unwrap_or_default().as_bytes()).into();
        // Every byte is looked at, wherever the first difference is.
        given.iter().zip(token).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
    }

    /// A page of another site may have its own name point to loopback, and then read what it gets
    /// as if it were its own. Its requests carry its name.
    fn is_foreign_name(&self, headers: &HeaderMap) -> bool {
        if !self.loopback || self.token.is_some() {
            return false;
        }
        let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or("");
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => host,
        };
        let name = name.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let is_ours =
            name.parse::<IpAddr>().is_ok() || name == "localhost" || name.ends_with(".localhost");
        !is_ours
    }
}

/// Probes have no token; the console's own files hold no data, and ask for it.
fn is_open(path: &str) -> bool {
    matches!(path, "/live" | "/ready" | "/") || path.starts_with("/console/")
}

/// Lets a request through, or refuses it with the reason.
pub(super) async fn check(State(access): State<Access>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if is_open(path) {
        return next.run(request).await;
    }
    if !access.knows(request.headers()) {
        let detail = "a bearer token is needed: admin.token of the configuration";
        let mut response = Problem::new(StatusCode::UNAUTHORIZED, detail).into_response();
        let challenge = HeaderValue::from_static("Bearer realm=\"depesche\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        return response;
    }
    if path.starts_with("/api/") && access.is_foreign_name(request.headers()) {
        let detail =
            "on a loopback address, ask by address or as localhost, or configure admin.token";
        return Problem::new(StatusCode::MISDIRECTED_REQUEST, detail).into_response();
    }
    next.run(request).await
}
