//! A local site whose every answer the test decides.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// How a path answers.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// These bytes, with this content type.
    Ok(&'static str, Vec<u8>),
    /// This status and nothing else.
    Status(u16),
    /// To there, with 302.
    Redirect(String),
    /// These bytes, said to be compressed with gzip.
    Gzip(&'static str, Vec<u8>),
    /// Never.
    Silence,
}

#[derive(Default)]
struct Shared {
    answers: BTreeMap<String, Answer>,
    asked: BTreeMap<String, u64>,
    unconditional: BTreeMap<String, u64>,
    given: BTreeMap<String, Vec<Instant>>,
}

/// A site on a free port of the loopback address; ends with the test.
#[derive(Clone)]
pub(crate) struct Site {
    shared: Arc<Mutex<Shared>>,
    pub(crate) address: SocketAddr,
}

impl Site {
    pub(crate) fn start() -> Self {
        Self::start_at("127.0.0.1:0")
    }

    /// The same at another address: another site to the service.
    pub(crate) fn start_at(at: &str) -> Self {
        let shared = Arc::new(Mutex::new(Shared::default()));
        let state = Arc::clone(&shared);
        let (told, address) = std::sync::mpsc::channel();
        let at = at.to_owned();
        std::thread::spawn(move || {
            super::topic::block_on(async {
                let listener = tokio::net::TcpListener::bind(at).await.unwrap();
                told.send(listener.local_addr().unwrap()).unwrap();
                axum::serve(listener, Router::new().fallback(answer).with_state(state)).await
            })
        });
        Self { shared, address: address.recv().unwrap() }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn set(&self, path: &str, answer: Answer) {
        self.shared.lock().unwrap().answers.insert(path.into(), answer);
    }

    /// Requests for a path so far.
    pub(crate) fn asked(&self, path: &str) -> u64 {
        self.shared.lock().unwrap().asked.get(path).copied().unwrap_or(0)
    }

    /// When a path was answered with its bytes.
    pub(crate) fn given(&self, path: &str) -> Vec<Instant> {
        self.shared.lock().unwrap().given.get(path).cloned().unwrap_or_default()
    }

    /// Those of them without a validator.
    pub(crate) fn asked_unconditionally(&self, path: &str) -> u64 {
        self.shared.lock().unwrap().unconditional.get(path).copied().unwrap_or(0)
    }

    /// Puts up a feed with these stories, and the page of each.
    pub(crate) fn publish(&self, feed: &str, stories: &[Story]) {
        let mut xml = String::from(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel>\
             <atom:link rel=\"hub\" href=\"https://hub.example/\"/>\
             <title>Prüfblatt</title><language>de</language>",
        );
        for story in stories {
            let path = story.path();
            write!(
                xml,
                "<item><title>{}</title><link>{}</link><guid isPermaLink=\"true\">{}</guid>\
                 <pubDate>{}</pubDate><description>{}</description></item>",
                story.title,
                self.url(&path),
                self.url(&path),
                story.published,
                story.lede
            )
            .unwrap();
            self.set(&path, Answer::Ok("text/html; charset=utf-8", story.page().into_bytes()));
        }
        xml.push_str("</channel></rss>");
        self.set(feed, Answer::Ok("application/rss+xml", xml.into_bytes()));
    }
}

async fn answer(
    State(shared): State<Arc<Mutex<Shared>>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let path = uri.path().to_owned();
    let tag = headers.get(header::IF_NONE_MATCH).cloned();
    let answer = {
        let mut shared = shared.lock().unwrap();
        *shared.asked.entry(path.clone()).or_default() += 1;
        if tag.is_none() {
            *shared.unconditional.entry(path.clone()).or_default() += 1;
        }
        shared.answers.get(&path).cloned().unwrap_or(Answer::Status(404))
    };
    match answer {
        Answer::Ok(kind, bytes) => {
            let current = format!("\"{:016x}\"", xxhash_rust::xxh3::xxh3_64(&bytes));
            if tag.is_some_and(|t| t.as_bytes() == current.as_bytes()) {
                return (StatusCode::NOT_MODIFIED, [(header::ETAG, current)]).into_response();
            }
            shared.lock().unwrap().given.entry(path).or_default().push(Instant::now());
            ([(header::CONTENT_TYPE, kind.to_owned()), (header::ETAG, current)], bytes)
                .into_response()
        }
        Answer::Redirect(to) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
        Answer::Gzip(kind, bytes) => {
            ([(header::CONTENT_TYPE, kind), (header::CONTENT_ENCODING, "gzip")], bytes)
                .into_response()
        }
        Answer::Status(code) => StatusCode::from_u16(code).unwrap().into_response(),
        Answer::Silence => std::future::pending().await,
    }
}

/// An article about one event.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub(crate) slug: String,
    pub(crate) title: String,
    pub(crate) lede: String,
    pub(crate) body: String,
    pub(crate) published: String,
}

impl Story {
    pub(crate) fn path(&self) -> String {
        format!("/{}.html", self.slug)
    }

    fn page(&self) -> String {
        format!(
            "<!doctype html><html lang=\"de\"><head><meta charset=\"utf-8\"><title>{0} - Prüfblatt</title></head>\
             <body><nav><a href=\"/\">Start</a> <a href=\"/sport\">Sport</a></nav><article><h1>{0}</h1><p>{1}</p><p>{2}</p></article>\
             <footer>Impressum</footer></body></html>",
            self.title, self.lede, self.body
        )
    }
}

/// Towns far from each other, so that no two events could be one.
const TOWNS: [&str; 20] = [
    "Kiel",
    "Passau",
    "Aachen",
    "Görlitz",
    "Freiburg",
    "Rostock",
    "Kassel",
    "Regensburg",
    "Emden",
    "Cottbus",
    "Trier",
    "Würzburg",
    "Flensburg",
    "Erfurt",
    "Konstanz",
    "Magdeburg",
    "Saarbrücken",
    "Hof",
    "Osnabrück",
    "Schwerin",
];

/// Story number `n`: told so that town and day together name one event.
pub(crate) fn story(n: usize) -> Story {
    let town = TOWNS[n % TOWNS.len()];
    // One event a week and town: no two in the window of each other.
    let weeks = i64::try_from(n / TOWNS.len()).unwrap();
    let day = jiff::civil::date(2026, 11, 20).checked_sub(jiff::Span::new().days(weeks)).unwrap();
    let (killed, wounded) = (2 + n % 7, 3 + n % 5);
    Story {
        slug: format!("meldung-{n}"),
        title: format!("Explosion in {town}: {killed} Tote"),
        lede: format!(
            "Bei einer Explosion in {town} sind am {} {killed} Menschen getötet worden.",
            german(day)
        ),
        body: format!(
            "Weitere {wounded} Menschen wurden verletzt, wie die Polizei in {town} mitteilte. \
             Die Ursache der Explosion in dem Wohnhaus war zunächst unklar. Die Feuerwehr war mit \
             einem Großaufgebot vor Ort, Meldung Nummer {n} der Reihe."
        ),
        published: format!("{} 18:00:00 GMT", day.strftime("%a, %d %b %Y")),
    }
}

fn german(day: jiff::civil::Date) -> String {
    const MONTHS: [&str; 12] = [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ];
    let month = usize::try_from(day.month()).unwrap();
    format!("{}. {} {}", day.day(), MONTHS[month - 1], day.year())
}
