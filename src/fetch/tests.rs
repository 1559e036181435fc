//! The client against a real server on loopback.

use super::*;
use crate::config;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with a path.
#[derive(Clone)]
enum Reply {
    /// Status, headers, body.
    Send(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// The head and one byte, and then nothing any more.
    Stall,
    /// Bytes without end.
    Endless,
    /// Closes the connection.
    Close,
}

fn send(status: u16, headers: &[(&'static str, &str)], body: &str) -> Reply {
    let headers = headers.iter().map(|(k, v)| (*k, (*v).to_owned())).collect();
    Reply::Send(status, headers, body.as_bytes().to_vec())
}

fn redirect(status: u16, to: &str) -> Reply {
    send(status, &[("location", to)], "")
}

struct Server {
    at: SocketAddr,
    /// Heads of the requests, lower-cased names as sent.
    seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start(replies: Vec<(&'static str, Reply)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let replies: Arc<HashMap<_, _>> = Arc::new(replies.into_iter().collect());
        let heads = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&replies), Arc::clone(&heads)));
            }
        });
        Self { at, seen }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.at)
    }

    /// Requests for a path.
    fn asked(&self, path: &str) -> usize {
        let start = format!("GET {path} ");
        self.seen.lock().unwrap().iter().filter(|head| head.starts_with(&start)).count()
    }

    fn last_head(&self) -> String {
        self.seen.lock().unwrap().last().cloned().unwrap_or_default()
    }
}

async fn serve(
    mut stream: TcpStream,
    replies: Arc<HashMap<&'static str, Reply>>,
    seen: Arc<Mutex<Vec<String>>>,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else { return };
        head.push(byte);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    seen.lock().unwrap().push(head);
    let missing = send(404, &[], "");
    let mut out = Vec::new();
    match replies.get(path.as_str()).unwrap_or(&missing) {
        Reply::Send(status, headers, body) => {
            let mut text = format!("HTTP/1.1 {status} x\r\nconnection: close\r\n");
            if *status != 304 {
                write!(text, "content-length: {}\r\n", body.len()).unwrap();
            }
            for (key, value) in headers {
                write!(text, "{key}: {value}\r\n").unwrap();
            }
            out.extend_from_slice(text.as_bytes());
            out.extend_from_slice(b"\r\n");
            out.extend_from_slice(body);
            let _ = stream.write_all(&out).await;
        }
        Reply::Stall => {
            let _ = stream.write_all(b"HTTP/1.1 200 x\r\ncontent-length: 9\r\n\r\nx").await;
            // Until the client gives up.
            let _ = stream.read_u8().await;
        }
        Reply::Endless => {
            let _ = stream.write_all(b"HTTP/1.1 200 x\r\nconnection: close\r\n\r\n").await;
            while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
        }
        Reply::Close => {}
    }
}

/// A label longer than DNS knows (RFC 1035 section 2.3.4): no resolver asks anybody for it.
const NO_NAME: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.de";

fn settings() -> config::Fetch {
    config::Fetch {
        user_agent: "depesche/0 (test)".into(),
        allow_networks: vec!["127.0.0.0/8".into()],
        site_gap_milliseconds: 0,
        max_feed_bytes: 1_000_000,
        max_page_bytes: 1_000_000,
        ..config::Fetch::default()
    }
}

fn client() -> Client {
    Client::new(&settings()).unwrap()
}

async fn feed(client: &Client, url: &str) -> Result<Body, FetchError> {
    match client.feed(url, &Validators::default()).await? {
        Answer::Body(body) => Ok(body),
        Answer::Unchanged(_) => panic!("unchanged without validators"),
    }
}

async fn label(client: &Client, url: &str) -> &'static str {
    feed(client, url).await.map_or_else(|e| e.label(), |_| "fetched")
}

#[tokio::test]
async fn validators_are_kept_and_echoed_byte_for_byte() {
    let (etag, date) = ("W/\"ä b-1;gzip\"", "Mon, 2 Nov 2026 10:00:00 +0100");
    let headers = [
        ("etag", etag),
        ("last-modified", date),
        ("content-type", "text/xml"),
        ("cache-control", "max-age=60"),
    ];
    let server =
        Server::start(vec![("/rss", send(200, &headers, "<rss/>")), ("/same", send(304, &[], ""))])
            .await;
    let body = feed(&client(), &server.url("/rss")).await.unwrap();
    assert_eq!((body.etag.as_deref(), body.last_modified.as_deref()), (Some(etag), Some(date)));
    assert_eq!(
        (body.bytes.as_slice(), body.content_type.as_deref()),
        (&b"<rss/>"[..], Some("text/xml"))
    );
    assert_eq!((body.max_age, body.permanent_url), (Some(Duration::from_mins(1)), None));
    let validators = Validators { etag: body.etag, last_modified: body.last_modified };
    let answer = client().feed(&server.url("/same"), &validators).await.unwrap();
    assert!(matches!(answer, Answer::Unchanged(_)), "{answer:?}");
    let head = server.last_head();
    assert!(head.contains(&format!("if-none-match: {etag}\r\n")), "{head}");
    assert!(head.contains(&format!("if-modified-since: {date}\r\n")), "{head}");
    assert!(head.contains("user-agent: depesche/0 (test)\r\n"), "{head}");
    assert!(
        !head.to_lowercase().contains("cookie") && !head.to_lowercase().contains("referer"),
        "{head}"
    );
}

#[tokio::test]
async fn a_304_that_nobody_asked_for_is_an_error() {
    let server = Server::start(vec![("/rss", send(304, &[], ""))]).await;
    assert!(matches!(
        feed(&client(), &server.url("/rss")).await,
        Err(FetchError::Status { status: 304, .. })
    ));
}

#[tokio::test]
async fn redirects_are_followed_and_permanent_ones_told() {
    let server = Server::start(vec![
        ("/a", redirect(301, "/b")),
        ("/b", redirect(308, "c?x=1")),
        ("/c?x=1", send(200, &[], "da")),
        ("/t", redirect(302, "/c?x=1")),
        ("/p", redirect(301, "/t")),
        ("/loop", redirect(302, "/pool")),
        ("/pool", redirect(302, "/loop")),
        ("/self", redirect(301, "/self")),
        ("/bare", send(302, &[], "")),
        ("/mail", redirect(302, "mailto:a@blatt.de")),
        ("/file", redirect(302, "file:///etc/passwd")),
        ("/1", redirect(302, "/2")),
        ("/2", redirect(302, "/3")),
        ("/3", redirect(302, "/4")),
        ("/4", redirect(302, "/5")),
        ("/5", redirect(302, "/6")),
        ("/6", redirect(302, "/c?x=1")),
    ])
    .await;
    let client = client();
    let moved = feed(&client, &server.url("/a")).await.unwrap();
    assert_eq!(moved.final_url, server.url("/c?x=1"));
    assert_eq!(moved.permanent_url, Some(server.url("/c?x=1")));
    for temporary in ["/t", "/p"] {
        let body = feed(&client, &server.url(temporary)).await.unwrap();
        assert_eq!(
            (body.final_url, body.permanent_url),
            (server.url("/c?x=1"), None),
            "{temporary}"
        );
    }
    for bad in ["/loop", "/self", "/bare", "/mail", "/file", "/1"] {
        assert_eq!(label(&client, &server.url(bad)).await, "redirect", "{bad}");
    }
    assert_eq!(label(&client, &server.url("/2")).await, "fetched", "five redirects are allowed");
}

#[tokio::test]
async fn private_addresses_are_refused_in_every_spelling() {
    let server = Server::start(vec![("/", send(200, &[], "geheim"))]).await;
    let port = server.at.port();
    let strict = Client::new(&config::Fetch { allow_networks: vec![], ..settings() }).unwrap();
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "0x7f000001",
        "017700000001",
        "127.0.0.1.",
        "localhost",
        "LOCALHOST",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "0.0.0.0",
        "0",
        "[::]",
        "169.254.169.254",
        "10.0.0.1",
        "１２７.0.0.1",
        "user:pass@127.0.0.1",
    ] {
        assert_eq!(
            label(&strict, &format!("http://{host}:{port}/")).await,
            "blocked_address",
            "{host}"
        );
    }
    assert_eq!(server.seen.lock().unwrap().len(), 0, "no request was made");
    assert_eq!(label(&client(), &format!("http://localhost:{port}/")).await, "fetched");
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_refused() {
    let inner = Server::start(vec![("/", send(200, &[], "geheim"))]).await;
    let port = inner.at.port();
    let outer = Server::start(vec![
        ("/meta", redirect(302, "http://169.254.169.254/latest/meta-data")),
        ("/six", Reply::Send(301, vec![("location", format!("http://[::1]:{port}/"))], vec![])),
        (
            "/int",
            Reply::Send(301, vec![("location", format!("http://2130706434:{port}/"))], vec![]),
        ),
    ])
    .await;
    let only = config::Fetch { allow_networks: vec!["127.0.0.1/32".into()], ..settings() };
    let client = Client::new(&only).unwrap();
    for path in ["/meta", "/six", "/int"] {
        assert_eq!(label(&client, &outer.url(path)).await, "blocked_address", "{path}");
    }
    assert_eq!(inner.seen.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn only_web_addresses_are_asked() {
    for url in [
        "ftp://blatt.de/",
        "file:///etc/passwd",
        "mailto:a@blatt.de",
        "kein URL",
        "",
        "http://",
        "gopher://127.0.0.1/",
    ] {
        assert_eq!(label(&client(), url).await, "bad_url", "{url}");
    }
}

#[tokio::test]
async fn bodies_are_bounded() {
    let big = "x".repeat(2_000_000);
    let mut bomb = async_compression::tokio::write::GzipEncoder::new(Vec::new());
    bomb.write_all(&vec![b' '; 900_000]).await.unwrap();
    bomb.shutdown().await.unwrap();
    let bomb = bomb.into_inner();
    assert!(bomb.len() < 4_000);
    let gzip = vec![("content-encoding", "gzip".to_owned())];
    let server = Server::start(vec![
        ("/big", send(200, &[], &big)),
        ("/endless", Reply::Endless),
        ("/bomb", Reply::Send(200, gzip.clone(), bomb.clone())),
        ("/torn", Reply::Send(200, gzip.clone(), bomb[..bomb.len() / 2].to_vec())),
        ("/nogzip", Reply::Send(200, gzip, b"<rss/>".to_vec())),
        ("/close", Reply::Close),
    ])
    .await;
    let client = client();
    assert_eq!(label(&client, &server.url("/big")).await, "too_large");
    assert_eq!(label(&client, &server.url("/endless")).await, "too_large");
    assert_eq!(label(&client, &server.url("/bomb")).await, "bomb");
    assert_eq!(label(&client, &server.url("/nogzip")).await, "decode");
    assert_eq!(label(&client, &server.url("/close")).await, "io");
    assert!(feed(&client, &server.url("/torn")).await.is_err());
}

#[tokio::test]
async fn headers_are_bounded() {
    let long = "x".repeat(70_000);
    let server = Server::start(vec![("/long", send(200, &[("x-long", &long)], ""))]).await;
    assert_eq!(label(&client(), &server.url("/long")).await, "too_large");
}

#[tokio::test]
async fn a_server_that_stalls_times_out() {
    let server = Server::start(vec![("/stall", Reply::Stall)]).await;
    for hasty in [
        config::Fetch { read_timeout_seconds: 0, ..settings() },
        config::Fetch { total_timeout_seconds: 0, ..settings() },
    ] {
        let client = Client::new(&hasty).unwrap();
        let error = feed(&client, &server.url("/stall")).await.unwrap_err();
        assert_eq!((error.label(), error.class()), ("timeout", Class::Retry));
    }
}

#[tokio::test]
async fn nobody_there_is_told_apart() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    assert_eq!(label(&client(), &format!("http://{free}/")).await, "connect");
    assert_eq!(label(&client(), &format!("http://{NO_NAME}/")).await, "dns");
    // Answers a TLS greeting in plain text.
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", plain.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = plain.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 x\r\n\r\n").await.unwrap();
        let _ = stream.read_u8().await;
    });
    let error = feed(&client(), &url).await.unwrap_err();
    assert_eq!(error.label(), "tls", "{error}");
}

#[tokio::test]
async fn every_status_has_its_label() {
    let later = send(429, &[("retry-after", "7200")], "");
    let busy = send(503, &[("retry-after", "1")], "");
    let server = Server::start(vec![
        ("/401", send(401, &[], "")),
        ("/403", send(403, &[], "")),
        ("/410", send(410, &[], "")),
        ("/500", send(500, &[], "")),
        ("/206", send(206, &[], "teil")),
        ("/204", send(204, &[], "")),
        ("/429", later),
        ("/503", busy),
    ])
    .await;
    for (path, name, class) in [
        ("/401", "http_401", Class::Skip),
        ("/403", "http_403", Class::Retry),
        ("/404", "http_404", Class::Skip),
        ("/410", "http_410", Class::Skip),
        ("/500", "http_5xx", Class::Retry),
        ("/206", "http_other", Class::Retry),
    ] {
        let error = feed(&client(), &server.url(path)).await.unwrap_err();
        assert_eq!((error.label(), error.class()), (name, class), "{path}");
    }
    assert_eq!(feed(&client(), &server.url("/204")).await.unwrap().bytes, b"");
    let error = feed(&client(), &server.url("/503")).await.unwrap_err();
    assert_eq!((error.label(), error.retry_after()), ("http_5xx", Some(Duration::from_secs(1))));
}

#[tokio::test]
async fn a_site_that_says_when_to_come_again_is_left_alone() {
    let server = Server::start(vec![
        ("/429", send(429, &[("retry-after", "7200")], "")),
        ("/ok", send(200, &[], "")),
    ])
    .await;
    let client = client();
    let error = feed(&client, &server.url("/429")).await.unwrap_err();
    assert_eq!((error.label(), error.retry_after()), ("http_429", Some(Duration::from_hours(2))));
    let error = feed(&client, &server.url("/ok")).await.unwrap_err();
    assert_eq!(error.label(), "site_waits");
    assert!(error.retry_after().unwrap() > Duration::from_secs(7_000));
    assert_eq!(server.asked("/ok"), 0, "the site was not asked");
}

#[tokio::test]
async fn secrets_of_a_url_reach_no_message() {
    let server = Server::start(vec![("/geheim", send(500, &[], ""))]).await;
    let port = server.at.port();
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    for url in [
        format!("http://nutzer:passwort@127.0.0.1:{port}/geheim?token=abc"),
        format!("http://nutzer:passwort@{NO_NAME}/geheim?token=abc"),
        "ftp://nutzer:passwort@blatt.invalid/geheim?token=abc".to_owned(),
        format!("https://nutzer:passwort@127.0.0.1:{free}/geheim?token=abc"),
    ] {
        let error = feed(&client(), &url).await.unwrap_err();
        let text = format!("{error} {error:?}");
        for secret in ["nutzer", "passwort", "geheim", "abc"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    let server = Server::start(vec![("/a", send(200, &[], ""))]).await;
    let body =
        feed(&client(), &format!("http://u:p@127.0.0.1:{}/a#x", server.at.port())).await.unwrap();
    assert_eq!(body.final_url, server.url("/a"));
    assert!(server.last_head().contains("authorization: Basic"), "the server itself is given them");
}

#[test]
fn a_bad_configuration_is_told_with_its_key() {
    let bad = config::Fetch { allow_networks: vec!["127.0.0.0/99".into()], ..settings() };
    let error = Client::new(&bad).err().unwrap();
    assert_eq!(error.class(), Class::Halt);
    assert!(error.to_string().contains("fetch.allow_networks"), "{error}");
}

mod robots;
mod trust;
