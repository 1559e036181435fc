//! When, how, and what is new: the cases of one poll each.

mod entries;
mod moves;

use super::next::{Ended, next_poll};
use super::*;
use crate::config::Poll;
use crate::feed::{Document, Entry, Hints};
use crate::fetch::Validators;
use crate::message::{Asks, Because, FeedState, Message as _, Moved, RecentEntry, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;
/// A Monday, 00:00 UTC.
const MONDAY: i64 = 1_793_577_600;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second)
}

fn state() -> FeedState {
    FeedState::new("f-1", "https://blatt.example/rss", at(MONDAY))
}

fn steady() -> Poll {
    Poll { jitter: 0.0, ..Poll::default() }
}

/// A feed whose newest entry is so many seconds old, the others each `gap` before.
fn publishing(newest: i64, gap: i64, now: i64) -> FeedState {
    let mut state = state();
    state.pace.times = (0..30).map(|n| at(now - newest - n * gap)).collect();
    state
}

fn wait(state: &FeedState, ended: Ended<'_>, retry_after: Option<u64>) -> (i64, Because) {
    let now = MONDAY + 12 * HOUR;
    let (due, because) = next_poll(state, ended, retry_after, at(now), &steady());
    (due.as_second() - now, because)
}

fn well(state: &FeedState) -> (i64, Because) {
    wait(state, Ended::Well, None)
}

fn document(items: &str) -> Document {
    let text = format!("<rss version=\"2.0\"><channel><title>B</title>{items}</channel></rss>");
    crate::feed::read(text.as_bytes(), &Hints::default())
}

fn entry(id: &str, title: &str, url: &str) -> Entry {
    let item = format!(
        "<item><guid isPermaLink=\"false\">{id}</guid><title>{title}</title>\
         <link>{url}</link><description>Was geschah.</description></item>"
    );
    document(&item).entries.remove(0)
}

fn item(id: &str, title: &str, url: &str) -> Item {
    Item::of("f-1", &entry(id, title, url))
}

fn link(n: usize) -> String {
    format!("https://blatt.example/meldung/{n}")
}

// When.

#[test]
fn the_interval_is_half_of_the_usual_gap() {
    let now = MONDAY + 12 * HOUR;
    assert_eq!(well(&publishing(60, HOUR, now)), (1_800, Because::Rhythm));
    assert_eq!(well(&publishing(60, 700, now)), (350, Because::Rhythm));
    // Within the configured bounds.
    assert_eq!(well(&publishing(60, 120, now)), (300, Because::Floor));
    assert_eq!(well(&publishing(60, 5 * DAY, now)), (21_600, Because::Rhythm));
    assert_eq!(well(&state()), (900, Because::Start));
}

#[test]
fn a_night_is_no_reason_to_sleep_till_noon_but_a_silent_feed_is_left_in_peace() {
    let now = MONDAY + 12 * HOUR;
    // Every 20 minutes, and nothing for eight hours.
    assert_eq!(well(&publishing(8 * HOUR, 1_200, now)), (2_400, Because::Silence));
    assert_eq!(well(&publishing(4 * DAY, 1_200, now)), (21_600, Because::Silence));
    // Hourly from 9 to 17 o'clock: the nights are not the rhythm.
    let mut by_day = state();
    by_day.pace.times = (0..30).map(|n| at(now - 600 - n / 9 * DAY - n % 9 * HOUR)).collect();
    assert_eq!(well(&by_day), (1_800, Because::Rhythm));
    // Never an entry: as silent as it is known.
    let mut empty = state();
    empty.pace.first_poll = Some(at(now - 24 * HOUR));
    assert_eq!(well(&empty), (7_200, Because::Silence));
}

#[test]
fn a_burst_shortens_the_interval_while_it_lasts() {
    let now = MONDAY + 12 * HOUR;
    let mut bursting = publishing(5 * HOUR, 5 * HOUR, now);
    let calm = well(&bursting);
    assert_eq!(calm, (9_000, Because::Rhythm));
    for n in (1..=4).rev() {
        bursting.pace.times.insert(0, at(now - n * 120));
    }
    assert_eq!(well(&bursting), (450, Because::Burst));
    // Two hours later it is over, and has not become the rhythm.
    for time in &mut bursting.pace.times {
        *time = at(time.as_second() - 2 * HOUR);
    }
    assert_eq!(well(&bursting).1, Because::Rhythm);
}

#[test]
fn servers_and_documents_move_it_back_within_reason() {
    let now = MONDAY + 12 * HOUR;
    let with = |asks: Asks| {
        let mut state = publishing(60, 1_200, now);
        state.pace.asks = asks;
        well(&state)
    };
    let max_age = |s| with(Asks { max_age_seconds: Some(s), ..Asks::default() });
    assert_eq!(max_age(60), (600, Because::Rhythm));
    assert_eq!(max_age(7_200), (7_200, Because::MaxAge));
    assert_eq!(max_age(u64::MAX), (21_600, Because::MaxAge));
    let ttl = |s| with(Asks { ttl_seconds: Some(s), ..Asks::default() });
    assert_eq!((ttl(3_600), ttl(u64::MAX)), ((3_600, Because::Ttl), (21_600, Because::Ttl)));
    // A period is believed unless the entries say otherwise.
    let period = |s| with(Asks { period_seconds: Some(s), ..Asks::default() });
    assert_eq!((period(2_000), period(3_600)), ((2_000, Because::Period), (600, Because::Rhythm)));
    // With a document as well as without.
    let state = publishing(60, 1_200, now);
    assert_eq!(wait(&state, Ended::Well, Some(5_000)), (5_000, Because::RetryAfter));
    assert_eq!(wait(&state, Ended::Badly("http_429"), Some(5_000)).0, 5_000);
    assert_eq!(wait(&state, Ended::Badly("http_5xx"), Some(u64::MAX)).0, 86_400);
    assert_eq!(wait(&state, Ended::Deferred, Some(400)), (400, Because::RetryAfter));
}

#[test]
fn skipped_hours_and_days_are_kept_unless_the_feed_itself_does_not() {
    let mut state = publishing(60, HOUR, MONDAY + 12 * HOUR);
    state.pace.times.truncate(3);
    state.pace.asks.skip_hours = vec![11, 12];
    // It is due at half past twelve, and published a minute before twelve.
    assert_eq!(well(&state).1, Because::Rhythm);
    state.pace.asks.skip_hours = vec![12, 13];
    state.pace.times = vec![at(MONDAY + 9 * HOUR), at(MONDAY + 8 * HOUR), at(MONDAY + 7 * HOUR)];
    assert_eq!(well(&state), (2 * HOUR, Because::Skip));
    state.pace.asks.skip_days = vec![1];
    state.pace.times = vec![at(MONDAY - 9 * HOUR)];
    assert_eq!(well(&state), (12 * HOUR, Because::Skip));
    // All hours of all days: not within reason.
    state.pace.asks.skip_hours = (0..24).collect();
    assert_ne!(well(&state).1, Because::Skip);
}

#[test]
fn failing_feeds_wait_longer_but_never_for_ever() {
    let badly = |class: &str, failures| {
        let mut state = state();
        state.failures = failures;
        wait(&state, Ended::Badly(class), None).0
    };
    let of = |class: &str| [1, 2, 3, 4].map(|n| badly(class, n));
    assert_eq!(of("http_404"), [900, 1_800, 3_600, 7_200]);
    // What may be our own network counts less.
    assert_eq!(of("dns"), [900, 900, 1_800, 1_800]);
    assert_eq!([5, 25, 26, 28].map(|n| badly("dns", n)), [3_600, 3_600, 3_600, 7_200]);
    assert_eq!(of("http_429"), [1_800, 3_600, 7_200, 14_400]);
    for class in ["http_404", "dns", "html", "bot_wall", "anything"] {
        assert_eq!(badly(class, u32::MAX), 86_400);
    }
    assert_eq!(wait(&state(), Ended::Gone, None), (604_800, Because::Gone));
}

#[test]
fn jitter_differs_between_feeds_and_is_never_earlier_than_asked_for() {
    let config = Poll::default();
    let now = MONDAY + 12 * HOUR;
    let waits = |asks: &Asks| -> Vec<i64> {
        (0..200)
            .map(|n| {
                let mut state = publishing(60, HOUR, now);
                state.id = format!("f-{n}");
                state.pace.asks = asks.clone();
                next_poll(&state, Ended::Well, None, at(now), &config).0.as_second() - now
            })
            .collect()
    };
    let free = waits(&Asks::default());
    assert!(free.iter().all(|w| (1_620..=1_980).contains(w)), "{free:?}");
    assert!(free.iter().any(|w| *w < 1_700) && free.iter().any(|w| *w > 1_900));
    assert!(free.iter().collect::<BTreeSet<_>>().len() > 100);
    let bound = waits(&Asks { ttl_seconds: Some(1_750), ..Asks::default() });
    assert!(bound.iter().all(|w| (1_750..=1_980).contains(w)), "{bound:?}");
}

#[test]
fn undated_entries_are_counted_where_they_were_found() {
    let mut pace = crate::message::Pace::default();
    // The first document says nothing of when its undated entries came.
    rhythm::learn(&mut pace, &[None, None], None, at(MONDAY));
    assert_eq!(pace.times, []);
    let now = MONDAY + HOUR;
    // One dated in between, one dated long before, one in the future, one undated.
    let dates = [Some(at(MONDAY + 600)), Some(at(MONDAY - DAY)), Some(at(now + DAY)), None];
    rhythm::learn(&mut pace, &dates, Some(at(MONDAY)), at(now));
    let found: Vec<i64> = pace.times.iter().map(|t| t.as_second() - MONDAY).collect();
    assert_eq!(found, [3_600, 2_400, 1_200, 600]);
    // Bounded, and what came together is one.
    rhythm::learn(&mut pace, &vec![None; 1_000], Some(at(now)), at(now + HOUR));
    assert!(pace.times.len() <= 32);
}

// How.

fn known() -> FeedState {
    let mut state = state();
    state.etag = Some("W/ \"as it\"is".into());
    state.last_modified = Some("gestern".into());
    state.body_hash = Some("b".into());
    state.last_success = Some(at(MONDAY));
    state
}

#[test]
fn validators_are_echoed_byte_for_byte_and_each_hundredth_request_has_none() {
    let config = steady();
    for feed in ["f-1", "f-2", "f-3"] {
        let mut state = FeedState { id: feed.into(), ..known() };
        let mut full = 0;
        for n in 0..1_000 {
            let request = request(&state, at(MONDAY + n));
            match request.kind {
                Kind::Conditional => {
                    assert_eq!(request.validators.etag, state.etag);
                    assert_eq!(request.validators.last_modified, state.last_modified);
                }
                Kind::Full => {
                    full += 1;
                    assert_eq!(request.validators, Validators::default());
                }
                other => panic!("{other:?}"),
            }
            unchanged(&mut state, &request, &Said::default(), at(MONDAY + n), &config);
        }
        assert_eq!(full, 10);
    }
    assert_eq!(request(&state(), at(MONDAY)).kind, Kind::Plain);
}

#[test]
fn a_304_brings_validators_up_to_date_but_not_to_a_document_we_have_not() {
    let after = |etag: Option<&str>, modified: Option<&str>, said: (Option<&str>, Option<&str>)| {
        let mut state = known();
        state.etag = etag.map(Into::into);
        state.last_modified = modified.map(Into::into);
        let ask = request(&state, at(MONDAY));
        let said = Said {
            etag: said.0.map(Into::into),
            last_modified: said.1.map(Into::into),
            ..Said::default()
        };
        unchanged(&mut state, &ask, &said, at(MONDAY), &steady());
        (state.etag.unwrap_or_default(), state.last_modified.unwrap_or_default())
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(after(Some("\"a\""), Some("1"), (None, None)), pair("\"a\"", "1"));
    assert_eq!(after(Some("\"a\""), Some("1"), (Some("W/\"a\""), Some("2"))), pair("W/\"a\"", "2"));
    assert_eq!(after(Some("\"a\""), Some("1"), (Some("\"b\""), Some("2"))), pair("\"a\"", "1"));
    assert_eq!(after(None, Some("1"), (Some("\"b\""), Some("1"))), pair("\"b\"", "1"));
    assert_eq!(after(None, Some("1"), (Some("\"b\""), Some("2"))), pair("", "1"));
}

#[test]
fn what_was_asked_for_holds_until_something_else_is() {
    let mut state = known();
    let ask = request(&state, at(MONDAY));
    let mut document = document("<item><guid>g</guid><title>T</title></item>");
    document.ttl_minutes = Some(90);
    let said = Said { max_age: Some(4_000), ..Said::default() };
    let found = Read { document: &document, body_hash: "c", new: &[], known: 1 };
    read(&mut state, &ask, &said, &found, at(MONDAY), &steady());
    assert_eq!(state.next_poll, at(MONDAY + 5_400));
    // A 304 that says nothing leaves it at that.
    unchanged(&mut state, &ask, &Said::default(), at(MONDAY + DAY), &steady());
    assert_eq!(state.pace.asks.max_age_seconds, Some(4_000));
    assert!(state.next_poll >= at(MONDAY + DAY + 5_400));
    let said = Said { max_age: Some(9_000), ..Said::default() };
    unchanged(&mut state, &ask, &said, at(MONDAY + DAY), &steady());
    assert_eq!(state.next_poll, at(MONDAY + DAY + 9_000));
}

#[test]
fn a_server_that_hides_changes_behind_304_is_asked_without_validators_for_a_week() {
    let mut state = known();
    let now = at(MONDAY + DAY);
    let ask = Request { kind: Kind::Full, ..request(&state, now) };
    let document = document("<item><guid>g</guid><title>T</title></item>");
    let found = Read { document: &document, body_hash: "c", new: &[None], known: 0 };
    let same = Said {
        etag: state.etag.clone(),
        last_modified: state.last_modified.clone(),
        ..Said::default()
    };
    // With other validators it is a change like any other.
    let other = Said { etag: Some("\"2\"".into()), ..Said::default() };
    let mut honest = state.clone();
    assert_eq!(read(&mut honest, &ask, &other, &found, now, &steady()), []);
    assert_eq!(honest.pace.ignores_validators_until, None);
    let notes = read(&mut state, &ask, &same, &found, now, &steady());
    assert_eq!(notes, [Note::IgnoresValidators]);
    assert_eq!(request(&state, now).kind, Kind::Distrustful);
    assert_eq!(request(&state, now).validators, Validators::default());
    // The week over, it is given a chance, and looked at more closely.
    let later = at(MONDAY + 9 * DAY);
    let mut kinds = Vec::new();
    for _ in 0..10 {
        let ask = request(&state, later);
        kinds.push(ask.kind);
        unchanged(&mut state, &ask, &Said::default(), later, &steady());
    }
    assert_eq!(kinds.iter().filter(|k| **k == Kind::Full).count(), 1, "{kinds:?}");
    // Entries dated long before the last "unchanged" are a doubt; two in a row are enough.
    let mut state = known();
    let old = [Some(at(MONDAY - 2 * HOUR))];
    let found = Read { document: &document, body_hash: "d", new: &old, known: 0 };
    assert_eq!(read(&mut state, &ask, &other, &found, now, &steady()), []);
    let old = [Some(at(MONDAY + 20 * HOUR))];
    let found = Read { document: &document, body_hash: "e", new: &old, known: 0 };
    let third = Said { etag: Some("\"3\"".into()), ..Said::default() };
    assert_eq!(read(&mut state, &ask, &third, &found, now, &steady()), [Note::IgnoresValidators]);
}

#[test]
fn a_failure_keeps_what_is_known() {
    let config = steady();
    let mut state = known();
    state.pace.first_poll = Some(at(MONDAY));
    let ask = request(&state, at(MONDAY));
    for class in ["html", "bot_wall", "consent_page", "not_a_feed", "http_404", "dns"] {
        failed(&mut state, &ask, class, None, at(MONDAY + DAY), &config);
        assert_eq!(state.last_error.as_deref(), Some(class));
    }
    assert_eq!((state.failures, state.pace.because), (6, Some(Because::Backoff)));
    assert_eq!((&state.etag, &state.body_hash), (&known().etag, &known().body_hash));
    // That the site is to be left alone is no failure of this feed.
    failed(&mut state, &ask, "site_waits", Some(700), at(MONDAY + DAY), &config);
    assert_eq!((state.failures, state.next_poll), (6, at(MONDAY + DAY + 700)));
    unchanged(&mut state, &ask, &Said::default(), at(MONDAY + 2 * DAY), &config);
    assert_eq!((state.failures, state.last_error), (0, None));
}
