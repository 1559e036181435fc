//! The admin HTTP server.
//!
//! - `/metrics`: all metrics, text format of Prometheus
//! - `/live`: 200 while every stage moves, else 503 with the reasons
//! - `/ready`: 200 when work can be sent here, else 503 with the reasons
//! - `/version`: what runs
//! - `/`: the console with its API below `/api/v1/`, or without it a page that lists the others
//!
//! Only GET and HEAD. Where a token is configured, every path asks for it but `/live`, `/ready` and the
//! console's own files.

use super::access::{self, Access};
use super::connection::{Limited, Limits};
use super::health::Health;
use super::metrics::Metrics;
use crate::config::Secret;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{Html, IntoResponse, Json, Response};
use axum::routing::get;
use serde::Serialize;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// How long open connections may take to end after the server was told to stop.
const LAST_ANSWERS: Duration = Duration::from_secs(2);

/// Longest path that is looked at, in bytes.
const MAX_PATH: usize = 1_024;

/// What the pages are made of.
#[derive(Debug, Clone)]
pub struct Pages {
    /// Every metric.
    pub metrics: Arc<Metrics>,
    /// Readiness and liveness.
    pub health: Health,
    /// The console, where it is served.
    pub console: Option<Router>,
    /// Bearer token that is asked for; empty for none.
    pub token: Secret,
}

/// Listens on `address`, as `127.0.0.1:9464` or `localhost:0`, and says where in the end.
///
/// # Errors
/// If the name does not resolve, or the port is taken or not allowed.
pub async fn bind(address: &str) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address).await?;
    let bound = listener.local_addr()?;
    Ok((listener, bound))
}

/// Serves until `shutdown` is done, then ends within two seconds.
///
/// # Errors
/// If the listener fails for good.
pub async fn serve(
    listener: TcpListener,
    pages: Pages,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    serve_within(listener, pages, shutdown, Limits::default()).await
}

async fn serve_within(
    listener: TcpListener,
    pages: Pages,
    shutdown: impl Future<Output = ()> + Send + 'static,
    limits: Limits,
) -> io::Result<()> {
    let (told, mut stop) = tokio::sync::watch::channel(false);
    let shutdown = async move {
        shutdown.await;
        let _ = told.send(true);
    };
    let access = Access::new(&pages.token, listener.local_addr()?.ip().is_loopback());
    let server = axum::serve(Limited::new(listener, limits), router(pages, access))
        .with_graceful_shutdown(shutdown);
    let overdue = async {
        // The sender goes away only with the server itself.
        let _ = stop.wait_for(|stopped| *stopped).await;
        tokio::time::sleep(LAST_ANSWERS).await;
    };
    tokio::select! {
        result = server => result,
        () = overdue => Ok(()),
    }
}

fn router(mut pages: Pages, access: Access) -> Router {
    let first = match pages.console.take() {
        Some(console) => console,
        None => Router::new().route("/", get(index)),
    };
    Router::new()
        .route("/metrics", get(metrics))
        .route("/live", get(live))
        .route("/ready", get(ready))
        .route("/version", get(version))
        .fallback(async || (StatusCode::NOT_FOUND, "not found\n"))
        .with_state(pages)
        .merge(first)
        .layer(from_fn_with_state(access, access::check))
        .layer(from_fn(guard))
}

/// Refuses what no page needs, and says to browsers that nothing here may be embedded or kept. A page
/// that needs more than nothing states its own policy.
async fn guard(request: Request, next: Next) -> Response {
    let too_long =
        request.uri().path_and_query().is_some_and(|asked| asked.as_str().len() > MAX_PATH);
    let mut response = if too_long {
        (StatusCode::URI_TOO_LONG, "the path is too long\n").into_response()
    } else {
        next.run(request).await
    };
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

async fn index() -> Html<&'static str> {
    Html(concat!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Depesche</title>",
        "</head>\n<body><h1>Depesche ",
        env!("CARGO_PKG_VERSION"),
        "</h1>\n<ul>\n<li><a href=\"/metrics\">/metrics</a>: metrics for Prometheus</li>\n",
        "<li><a href=\"/live\">/live</a>: whether every stage moves</li>\n",
        "<li><a href=\"/ready\">/ready</a>: whether work can be sent here, or what is waited for</li>\n",
        "<li><a href=\"/version\">/version</a>: what runs</li>\n</ul></body></html>\n"
    ))
}

async fn metrics(State(pages): State<Pages>) -> Response {
    match pages.metrics.render() {
        Ok(text) => {
            let kind = "text/plain; version=0.0.4; charset=utf-8";
            ([(header::CONTENT_TYPE, kind)], text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the metrics cannot be shown");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[derive(Serialize)]
struct Answer {
    status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<String>,
}

fn answer(state: Result<(), Vec<String>>, good: &'static str, bad: &'static str) -> Response {
    let (code, status, reasons) = match state {
        Ok(()) => (StatusCode::OK, good, Vec::new()),
        Err(reasons) => (StatusCode::SERVICE_UNAVAILABLE, bad, reasons),
    };
    (code, Json(Answer { status, reasons })).into_response()
}

async fn live(State(pages): State<Pages>) -> Response {
    answer(pages.health.live(), "live", "stuck")
}

async fn ready(State(pages): State<Pages>) -> Response {
    answer(pages.health.ready(), "ready", "waiting")
}

#[derive(Serialize)]
struct Version {
    name: &'static str,
    version: &'static str,
}

async fn version() -> Json<Version> {
    Json(Version { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::sync::oneshot;
    use tokio::task::JoinHandle;

    struct Server {
        address: SocketAddr,
        pages: Pages,
        stop: oneshot::Sender<()>,
        task: JoinHandle<io::Result<()>>,
    }

    async fn started(limits: Limits) -> Server {
        guarded(limits, "").await
    }

    async fn guarded(limits: Limits, token: &str) -> Server {
        let (listener, address) = bind("127.0.0.1:0").await.unwrap();
        assert_ne!(address.port(), 0);
        let pages = Pages {
            metrics: Arc::new(Metrics::new().unwrap()),
            health: Health::new(),
            console: None,
            token: Secret::new(token),
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move { stopped.await.unwrap_or_default() };
        let task = tokio::spawn(serve_within(listener, pages.clone(), shutdown, limits));
        Server { address, pages, stop, task }
    }

    /// Status line and headers, and body.
    async fn ask(server: &Server, line: &str) -> (String, String) {
        ask_with(server, line, "accept: */*").await
    }

    async fn ask_with(server: &Server, line: &str, header: &str) -> (String, String) {
        ask_host(server, line, "localhost", header).await
    }

    async fn ask_host(server: &Server, line: &str, host: &str, header: &str) -> (String, String) {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let request =
            format!("{line} HTTP/1.1\r\nhost: {host}\r\n{header}\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_ascii_lowercase(), body.to_owned())
    }

    #[tokio::test]
    async fn metrics_are_shown_in_the_format_of_prometheus() {
        let server = started(Limits::default()).await;
        server.pages.metrics.articles_published_total.inc_by(3);
        let (head, body) = ask(&server, "GET /metrics").await;
        assert!(head.starts_with("http/1.1 200"), "{head}");
        assert!(head.contains("content-type: text/plain; version=0.0.4"), "{head}");
        assert!(body.contains("\ndepesche_articles_published_total 3\n"), "{body}");
    }

    #[tokio::test]
    async fn ready_says_what_is_waited_for() {
        let server = started(Limits::default()).await;
        let latch = server.pages.health.latch("poll", "waiting for Kafka at k:9092");
        let (head, body) = ask(&server, "GET /ready").await;
        assert!(head.starts_with("http/1.1 503"), "{head}");
        assert_eq!(body, r#"{"status":"waiting","reasons":["poll: waiting for Kafka at k:9092"]}"#);
        let (head, _) = ask(&server, "GET /live").await;
        assert!(head.starts_with("http/1.1 200"), "alive without a broker: {head}");
        latch.open();
        let (head, body) = ask(&server, "GET /ready").await;
        assert!(head.starts_with("http/1.1 200"), "{head}");
        assert_eq!(body, r#"{"status":"ready"}"#);
    }

    #[tokio::test]
    async fn live_names_the_stage_that_is_stuck() {
        let server = started(Limits::default()).await;
        let long_ago = std::time::Instant::now().checked_sub(Duration::from_mins(1)).unwrap();
        let _pulse = server.pages.health.pulse_at("link", Duration::from_secs(30), long_ago);
        let (head, body) = ask(&server, "GET /live").await;
        assert!(head.starts_with("http/1.1 503"), "{head}");
        assert!(body.contains("link: not felt for"), "{body}");
    }

    #[tokio::test]
    async fn version_and_index() {
        let server = started(Limits::default()).await;
        let (_, body) = ask(&server, "GET /version").await;
        assert!(body.contains(env!("CARGO_PKG_VERSION")), "{body}");
        let (head, body) = ask(&server, "GET /").await;
        assert!(head.contains("content-type: text/html"), "{head}");
        for page in ["/metrics", "/live", "/ready", "/version"] {
            assert!(body.contains(&format!("href=\"{page}\"")), "{page}");
        }
    }

    #[tokio::test]
    async fn every_answer_has_the_security_headers() {
        let server = started(Limits::default()).await;
        let long = format!("GET /{}", "a".repeat(MAX_PATH));
        for (line, status) in [
            ("GET /", "200"),
            ("GET /nothing", "404"),
            ("GET /../etc/passwd", "404"),
            ("POST /metrics", "405"),
            (long.as_str(), "414"),
        ] {
            let (head, _) = ask(&server, line).await;
            assert!(head.starts_with(&format!("http/1.1 {status}")), "{line}: {head}");
            for header in [
                "x-content-type-options: nosniff",
                "x-frame-options: deny",
                "cache-control: no-store",
                "content-security-policy: default-src 'none'",
            ] {
                assert!(head.contains(header), "{line}: {header} is not in {head}");
            }
        }
    }

    #[tokio::test]
    async fn with_a_token_only_probes_are_open() {
        let server = guarded(Limits::default(), "a-token-of-some-length").await;
        for (path, header, status) in [
            ("/live", "x: y", "200"),
            ("/metrics", "x: y", "401"),
            ("/version", "authorization: Bearer a-token-of-some-lengt", "401"),
            ("/version", "authorization: Basic a-token-of-some-length", "401"),
            ("/version", "authorization: Bearer a-token-of-some-length", "200"),
            ("/metrics", "authorization: bearer a-token-of-some-length", "200"),
            ("/nothing", "x: y", "401"),
        ] {
            let (head, body) = ask_with(&server, &format!("GET {path}"), header).await;
            assert!(head.starts_with(&format!("http/1.1 {status}")), "{path} {header}: {head}");
            assert!(status != "401" || body.contains("admin.token"), "{body}");
        }
    }

    #[tokio::test]
    async fn a_name_that_points_to_loopback_gets_nothing_from_the_api() {
        let server = started(Limits::default()).await;
        for (host, status) in [
            ("127.0.0.1:9464", "404"),
            ("[::1]:9464", "404"),
            ("localhost", "404"),
            ("console.localhost:80", "404"),
            ("evil.example:9464", "421"),
            ("localhost.evil.example", "421"),
            ("", "421"),
        ] {
            let (head, _) = ask_host(&server, "GET /api/v1/incidents", host, "x: y").await;
            assert!(head.starts_with(&format!("http/1.1 {status}")), "{host}: {head}");
        }
    }

    #[tokio::test]
    async fn stops_when_told_and_takes_no_more() {
        let server = started(Limits::default()).await;
        ask(&server, "GET /live").await;
        server.stop.send(()).unwrap();
        server.task.await.unwrap().unwrap();
        assert!(TcpStream::connect(server.address).await.is_err());
    }

    #[tokio::test]
    async fn a_connection_that_says_nothing_is_ended() {
        let limits = Limits { connections: 1, idle: Duration::from_millis(50) };
        let server = started(limits).await;
        let mut silent = TcpStream::connect(server.address).await.unwrap();
        silent.write_all(b"GET / HT").await.unwrap();
        // It holds the only place, so this is answered once the silent one was ended.
        let (head, _) = ask(&server, "GET /live").await;
        assert!(head.starts_with("http/1.1 200"), "{head}");
        let mut rest = Vec::new();
        // Ended, whether in order or by a reset.
        let _ = silent.read_to_end(&mut rest).await;
        assert!(!String::from_utf8_lossy(&rest).contains("200 OK"));
    }
}
