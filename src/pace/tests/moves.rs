//! Where a feed is asked: permanent redirects.

use super::*;

/// Polls once a day, each answer saying that the feed has moved to `to`.
fn moving(to: &str, proof: bool, days: i64) -> (FeedState, Vec<Note>) {
    let mut state = known();
    let mut notes = Vec::new();
    let said = Said { permanent_url: Some(to.into()), ..Said::default() };
    for day in 0..=days {
        let now = at(MONDAY + day * DAY);
        let ask = request(&state, now);
        notes.extend(if proof {
            same_body(&mut state, &ask, &said, now, &steady())
        } else {
            unchanged(&mut state, &ask, &said, now, &steady())
        });
        notes.extend(settle_move(&mut state, now, |url| url.contains("listed")));
    }
    (state, notes)
}

#[test]
fn a_permanent_redirect_is_adopted_after_days_with_proof() {
    let to = "https://neu.example/rss";
    let (state, notes) = moving(to, true, 2);
    assert_eq!((notes.len(), request(&state, at(MONDAY + 2 * DAY)).url), (0, state.url.clone()));
    let (state, notes) = moving(to, true, 3);
    assert_eq!(notes, [Note::Moved { to: to.into() }]);
    assert_eq!(request(&state, at(MONDAY + 3 * DAY)).url, to);
    assert_eq!(state.url, "https://blatt.example/rss");
    // Without a document nobody knows what is there: it is asked for.
    let (state, notes) = moving(to, false, 4);
    assert_eq!(notes, []);
    assert_eq!(request(&state, at(MONDAY + 4 * DAY)).kind, Kind::Full);
}

#[test]
fn a_move_to_where_it_cannot_be_is_refused_once() {
    for (to, why) in [
        ("http://blatt.example/rss", "it is not encrypted"),
        ("https://listed.example/rss", "it is another feed of the list"),
    ] {
        let (state, notes) = moving(to, true, 9);
        assert_eq!(notes, [Note::MoveRefused { to: to.into(), why }]);
        assert_eq!(request(&state, at(MONDAY + 9 * DAY)).url, state.url);
    }
    // Another feed there: an error page that is one, for all feeds of the house.
    let (mut state, _) = moving("https://neu.example/alle", false, 3);
    let now = at(MONDAY + 4 * DAY);
    let document = document("<item><guid>x</guid><title>Ganz anderes</title></item>");
    let found = Read { document: &document, body_hash: "c", new: &[None], known: 0 };
    let said = Said { permanent_url: Some("https://neu.example/alle".into()), ..Said::default() };
    let ask = request(&state, now);
    let notes = read(&mut state, &ask, &said, &found, now, &steady());
    let refused = |note: &Note| matches!(note, Note::MoveRefused { .. });
    assert!(notes.iter().any(refused), "{notes:?}");
    assert_eq!(settle_move(&mut state, now, |_| false), None);
}

#[test]
fn the_old_address_is_asked_weekly_and_taken_back_when_it_answers() {
    let to = "https://neu.example/rss";
    let (mut state, _) = moving(to, true, 3);
    let week = at(MONDAY + 10 * DAY);
    let ask = request(&state, week);
    assert_eq!(ask.url, state.url);
    // That it fails is what we thought.
    failed(&mut state, &ask, "http_404", None, week, &steady());
    assert_eq!((state.failures, request(&state, week).url.as_str()), (0, to));
    // A redirect to the same place is what we know.
    let later = at(MONDAY + 18 * DAY);
    let ask = request(&state, later);
    let said = Said { permanent_url: Some(to.into()), ..Said::default() };
    assert_eq!(unchanged(&mut state, &ask, &said, later, &steady()), []);
    assert_eq!(request(&state, later).url, to);
    // An answer of its own ends the move.
    let later = at(MONDAY + 26 * DAY);
    let ask = request(&state, later);
    let notes = unchanged(&mut state, &ask, &Said::default(), later, &steady());
    assert_eq!(notes, [Note::MovedBack { from: to.into() }]);
    assert_eq!(request(&state, later).url, state.url);
    // Where the new address fails for good, the old one is asked after a day.
    let (mut state, _) = moving(to, true, 3);
    for _ in 0..3 {
        let now = at(MONDAY + 3 * DAY);
        let ask = request(&state, now);
        failed(&mut state, &ask, "http_404", None, now, &steady());
    }
    assert_eq!(request(&state, at(MONDAY + 4 * DAY)).url, state.url);
}

#[test]
fn a_redirect_that_comes_and_goes_starts_anew() {
    let (mut state, _) = moving("https://neu.example/rss", true, 2);
    let ask = request(&state, at(MONDAY));
    unchanged(&mut state, &ask, &Said::default(), at(MONDAY + 3 * DAY), &steady());
    assert_eq!(state.pace.moved, None);
    let (mut state, _) = moving("https://neu.example/rss", true, 2);
    failed(&mut state, &ask, "html", None, at(MONDAY + 3 * DAY), &steady());
    assert_eq!(state.pace.moved, None);
    // A failure of the way says nothing of the address.
    let (mut state, _) = moving("https://neu.example/rss", true, 2);
    failed(&mut state, &ask, "timeout", None, at(MONDAY + 3 * DAY), &steady());
    assert_eq!(state.pace.moved.as_ref().map(|m: &Moved| m.seen), Some(3));
}
