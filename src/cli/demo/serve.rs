//! The site over HTTP.

use super::site::Site;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::IntoResponse;
use axum::routing::get;
use std::sync::Arc;
use tokio::net::TcpListener;

#[derive(Clone)]
struct Host {
    site: Arc<Site>,
    elapsed: Arc<dyn Fn() -> u64 + Send + Sync>,
}

/// Serves the site on a listener until `shutdown` ends; `elapsed` tells the seconds since the start.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    site: Arc<Site>,
    elapsed: impl Fn() -> u64 + Send + Sync + 'static,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let host = Host { site, elapsed: Arc::new(elapsed) };
    // `get` answers HEAD as well, and any other method with 405.
    let app = Router::new().fallback_service(get(answer).with_state::<()>(host));
    axum::serve(listener, app).with_graceful_shutdown(shutdown).await
}

async fn answer(
    State(host): State<Host>,
    uri: Uri,
    headers: HeaderMap,
) -> impl IntoResponse + use<> {
    let tag = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let response = host.site.respond(uri.path(), (host.elapsed)(), tag);
    let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut out = HeaderMap::new();
    for (name, value) in response.headers {
        if let Ok(value) = value.parse() {
            out.insert(name, value);
        }
    }
    (status, out, response.body)
}
