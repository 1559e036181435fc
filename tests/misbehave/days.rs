//! What answers make of a feed in the course of days: the real client and a real server, under a
//! clock that is set.

use crate::parts::{FEED_TYPE, answer, feed, with};
use crate::server::{Ask, Server, Step};
use crate::{ask, client};
use depesche::config::Poll;
use depesche::feed::{Document, Hints, read};
use depesche::fetch::{Answer, Client};
use depesche::message::{FeedState, FeedVerdict, Timestamp, content_hash, feed_id};
use depesche::pace::{self, Item, Note, Said};
use std::collections::BTreeSet;

const START: i64 = 1_793_600_000;
const DAY: i64 = 86_400;

/// One poll on this day, as the service makes it; the address that was asked, and what is told.
async fn poll(client: &Client, state: &mut FeedState, day: i64) -> (String, Vec<Note>) {
    let (now, config) = (Timestamp::from_second(START + day * DAY), Poll::default());
    let request = pace::request(state, now);
    let mut notes = Vec::new();
    match ask(client, &request.url).await {
        Err(error) => pace::failed(state, &request, error.label(), None, now, &config),
        Ok(Answer::Unchanged(unchanged)) => {
            let said = Said::from(&unchanged);
            notes.extend(pace::unchanged(state, &request, &said, now, &config));
        }
        Ok(Answer::Body(body)) => {
            let said = Said::from(&body);
            let hash = content_hash(&[&String::from_utf8_lossy(&body.bytes)]);
            if state.body_hash.as_ref() == Some(&hash) {
                notes.extend(pace::same_body(state, &request, &said, now, &config));
            } else {
                let document = read(&body.bytes, &Hints::default());
                notes.extend(took(state, &document, &request, &said, &hash, now, &config));
            }
        }
    }
    notes.extend(pace::settle_move(state, now, |_| false));
    (request.url, notes)
}

/// Takes a document whose entries are all published at once.
fn took(
    state: &mut FeedState,
    document: &Document,
    request: &pace::Request,
    said: &Said,
    hash: &str,
    now: Timestamp,
    config: &Poll,
) -> Vec<Note> {
    if document.verdict == FeedVerdict::Unreadable {
        pace::failed(state, request, "not_a_feed", None, now, config);
        return Vec::new();
    }
    let items: Vec<Item> = document.entries.iter().map(|e| Item::of(&state.id, e)).collect();
    let before = state.recent.clone();
    let known = items.iter().filter(|item| before.iter().any(|old| old.id == item.id)).count();
    let taken = items
        .iter()
        .map(|item| pace::take(item, None, 0))
        .map(|recent| (recent.id.clone(), recent))
        .collect();
    state.recent = pace::remember(&items, &before, &taken, &BTreeSet::new(), config);
    let new: Vec<_> = items.iter().skip(known).map(|item| item.published).collect();
    let found = pace::Read { document, body_hash: hash, new: &new, known };
    pace::read(state, request, said, &found, now, config)
}

fn state(url: &str) -> FeedState {
    FeedState::new(&feed_id(url), url, Timestamp::from_second(START))
}

/// A feed that says that it has moved for good is asked at its old address for days, and at the
/// new one from then on.
#[tokio::test]
async fn a_feed_that_has_moved_for_good() {
    let script = |ask: &Ask| -> Vec<Step> {
        if ask.has(b"GET /feed ") {
            answer(301, "location: /neu.xml\r\n", b"")
        } else {
            with(FEED_TYPE, &feed(3))
        }
    };
    let server = Server::start([127, 0, 0, 31], script).await;
    let (old, new) = (server.url("http"), format!("http://{}/neu.xml", server.at));
    let (client, mut state) = (client(), state(&server.url("http")));
    let mut asked = Vec::new();
    let mut told = Vec::new();
    for day in 0..7 {
        let (url, notes) = poll(&client, &mut state, day).await;
        asked.push(url);
        told.extend(notes.into_iter().map(|note| (day, note)));
    }
    assert_eq!(told, [(3, Note::Moved { to: new.clone() })]);
    assert!(asked[..=3].iter().all(|url| *url == old), "{asked:?}");
    assert!(asked[4..].iter().all(|url| *url == new), "{asked:?}");
    // What is configured stays the feed's name.
    assert_eq!((state.url.as_str(), state.failures), (old.as_str(), 0));
    let at_old = server.heads().iter().filter(|head| head.starts_with("GET /feed ")).count();
    assert_eq!(at_old, 4);
}

/// A redirect to a page is a failure, for however many days it says "for good".
#[tokio::test]
async fn a_feed_that_has_moved_to_a_page() {
    let script = |ask: &Ask| -> Vec<Step> {
        if ask.nth == 0 {
            with(FEED_TYPE, &feed(3))
        } else if ask.has(b"GET /feed ") {
            answer(301, "location: /start\r\n", b"")
        } else {
            with("content-type: text/html\r\n", b"<html><body>Willkommen</body></html>")
        }
    };
    let server = Server::start([127, 0, 0, 32], script).await;
    let (client, mut state) = (client(), state(&server.url("http")));
    for day in 0..9 {
        let (url, notes) = poll(&client, &mut state, day).await;
        assert_eq!((url, notes), (server.url("http"), vec![]), "day {day}");
    }
    assert_eq!((state.failures, state.last_error.as_deref()), (8, Some("not_a_feed")));
    assert_eq!((state.pace.moved, state.recent.len()), (None, 3));
}

/// The fields of warnings come through, as the services write them.
#[tokio::test]
async fn warnings_keep_their_fields() {
    let script = |ask: &Ask| -> Vec<Step> {
        let body = if ask.nth == 0 {
            "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:gdacs=\"http://www.gdacs.org\" \
             xmlns:geo=\"http://www.w3.org/2003/01/geo/wgs84_pos#\"><channel><title>Warnungen</title>\
             <link>https://w.example/</link><item><title>Beben der Stufe Orange</title>\
             <link>https://w.example/eq/7</link><description>Stärke 6,1</description>\
             <geo:Point><geo:lat>-33.4</geo:lat><geo:long>-70.6</geo:long></geo:Point>\
             <gdacs:eventtype>EQ</gdacs:eventtype><gdacs:alertlevel>Orange</gdacs:alertlevel>\
             <gdacs:fromdate>Mon, 02 Nov 2026 10:00:00 GMT</gdacs:fromdate>\
             <gdacs:severity unit=\"M\" value=\"6.1\">Magnitude 6.1M</gdacs:severity>\
             <gdacs:country>Chile</gdacs:country></item></channel></rss>"
        } else {
            "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\" \
             xmlns:cap=\"urn:oasis:names:tc:emergency:cap:1.2\" \
             xmlns:georss=\"http://www.georss.org/georss\"><title>Wetter</title>\
             <link href=\"https://w.example/\"/><id>w</id><entry><title>Sturm an der Küste</title>\
             <link href=\"https://w.example/1\"/><id>w1</id><summary>Böen bis 110 km/h</summary>\
             <cap:event>Sturmböen</cap:event><cap:severity>Severe</cap:severity>\
             <cap:urgency>Immediate</cap:urgency><cap:certainty>Observed</cap:certainty>\
             <cap:areaDesc>Küste</cap:areaDesc><cap:expires>2026-11-03T10:00:00+01:00</cap:expires>\
             <georss:point>54.1 8.9</georss:point></entry></feed>"
        };
        with("content-type: application/xml\r\n", body.as_bytes())
    };
    let server = Server::start([127, 0, 0, 33], script).await;
    let client = client();
    let mut read_next = Vec::new();
    for _ in 0..2 {
        let Ok(Answer::Body(body)) = ask(&client, &server.url("http")).await else {
            panic!("no document")
        };
        let document = read(&body.bytes, &Hints::default());
        assert_eq!((document.verdict, document.entries.len()), (FeedVerdict::Clean, 1));
        read_next.extend(document.entries);
    }
    let [quake, storm] = read_next.as_slice() else { panic!("two entries") };
    let point = quake.geo.unwrap();
    assert!((point.lat, point.lon) == (-33.4, -70.6), "{point:?}");
    let alert = quake.alert.as_ref().unwrap();
    assert_eq!(alert.event.as_deref(), Some("EQ"));
    assert_eq!(alert.level.as_deref(), Some("Orange"));
    assert_eq!(alert.severity.as_deref(), Some("Magnitude 6.1M"));
    assert_eq!(alert.country.as_deref(), Some("Chile"));
    assert_eq!(alert.onset.map(|at| at.to_string()).as_deref(), Some("2026-11-02T10:00:00Z"));
    let alert = storm.alert.as_ref().unwrap();
    assert_eq!(alert.event.as_deref(), Some("Sturmböen"));
    assert_eq!(alert.severity.as_deref(), Some("Severe"));
    assert_eq!(alert.urgency.as_deref(), Some("Immediate"));
    assert_eq!(alert.certainty.as_deref(), Some("Observed"));
    assert_eq!(alert.area.as_deref(), Some("Küste"));
    assert_eq!(alert.expires.map(|at| at.to_string()).as_deref(), Some("2026-11-03T09:00:00Z"));
    assert!(storm.geo.is_some_and(|at| (at.lat, at.lon) == (54.1, 8.9)));
}
