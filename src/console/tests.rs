//! The view fed with messages.

use super::feeds::WantedFeeds;
use super::*;
use crate::config::{self, FeedSource};
use crate::kafka::{Record, Topic};
use crate::message::{FeedState, Lifecycle, Message as _, rfc3339};
use serde_json::{Value, json};

mod served;

/// An air strike on Kyiv in May, told by one article whose text proves the number of dead.
fn incident(id: &str, change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let proof = json!({"field": "/casualties/0", "part": "text", "start": 0, "end": 9,
        "text": "Drei Tote", "rule": "de.casualty"});
    let report = json!({
        "schema": "depesche.report/1", "id": format!("r-{id}"), "region": "europe",
        "kind": "incident", "group": "remote_violence", "type": "air_strike", "codes": {},
        "article": {"id": format!("a-{id}"), "revision": 0, "title": "Luftangriff auf Kyjiw",
            "outlet": "Bote", "lang": "de", "seen": "2024-05-14T12:00:00Z"},
        "realis": "actual", "status": "current", "confidence": 0.8, "evidence": [proof],
    });
    let mut proof_of_incident = proof.clone();
    proof_of_incident["report"] = json!(format!("r-{id}"));
    proof_of_incident["article"] = json!(format!("a-{id}"));
    let mut value = json!({
        "schema": "depesche.incident/1", "id": id, "revision": 1, "lifecycle": "new",
        "kind": "incident", "group": "remote_violence", "type": "air_strike", "codes": {},
        "title": "Luftangriff auf Kyjiw", "realis": "actual", "status": "current",
        "places": [{"role": "event", "name": "Kyjiw", "name_en": "Kyiv", "country": "UA",
            "lat": 50.45, "lon": 30.52, "precision": "exact", "text": "Kyjiw", "confidence": 0.9}],
        "casualties": [{"outcome": "killed", "min": 3, "best": 3, "max": 3, "approx": false,
            "cumulative": false, "text": "Drei Tote", "confidence": 0.9}],
        "reports": [report], "outlets": ["Bote"], "languages": ["de"], "independent_sources": 1,
        "first_seen": "2024-05-14T12:00:00Z", "last_seen": "2024-05-14T12:00:00Z",
        "severity": 4.5, "confidence": 0.8, "evidence": [proof_of_incident],
    });
    change(&mut value);
    serde_json::to_vec(&value).unwrap()
}

fn article(id: &str, text: &str) -> Vec<u8> {
    let value = json!({
        "schema": "depesche.article/1", "id": id, "revision": 0, "feed": "f-1", "entry": "1",
        "outlet": "Bote", "title": "Luftangriff auf Kyjiw", "text": text, "text_source": "page",
        "page": "read", "truncated": false,
    });
    serde_json::to_vec(&value).unwrap()
}

fn record(topic: Topic, key: &str, value: Option<Vec<u8>>) -> Record {
    Record {
        topic: topic.name("depesche."),
        partition: 0,
        offset: 7,
        key: Some(key.into()),
        value,
        headers: Vec::new(),
        timestamp_ms: Some(1_715_688_000_000),
    }
}

fn put(view: &mut View, topic: Topic, key: &str, value: Option<Vec<u8>>) {
    view.apply(Change::read(topic, &record(topic, key, value)).unwrap());
}

fn told(view: &mut View, id: &str, change: impl FnOnce(&mut Value)) {
    put(view, Topic::Incidents, id, Some(incident(id, change)));
}

fn view() -> View {
    View::new(&config::Console::default())
}

fn ids(view: &View, query: &str) -> Vec<String> {
    let answer = view.incidents(&Wanted::parse(query).unwrap());
    answer.incidents.into_iter().map(|line| line.id).collect()
}

#[test]
fn the_highest_revision_counts_and_all_that_were_seen_are_remembered() {
    let mut view = view();
    told(&mut view, "i-1", |_| {});
    told(&mut view, "i-1", |v| {
        v["revision"] = json!(2);
        v["lifecycle"] = json!("updated");
        v["title"] = json!("Fünf Tote");
        v["changed"] = json!(["/casualties/0"]);
    });
    // A late writer sends the first one again.
    told(&mut view, "i-1", |_| {});
    let answer = view.incident("i-1").unwrap();
    assert_eq!(answer.incident.title, "Fünf Tote");
    let seen: Vec<(u64, Lifecycle)> =
        answer.revisions.iter().map(|r| (r.revision, r.lifecycle)).collect();
    assert_eq!(seen, [(2, Lifecycle::Updated), (1, Lifecycle::New)]);
    assert_eq!(answer.revisions[0].changed, ["/casualties/0"]);
    assert_eq!(answer.revisions[0].time, rfc3339("2024-05-14T12:00:00Z"));
}

#[test]
fn what_is_merged_or_retracted_is_shown_only_when_asked_for() {
    let mut view = view();
    told(&mut view, "i-1", |_| {});
    told(&mut view, "i-2", |v| {
        v["lifecycle"] = json!("merged");
        v["merged_into"] = json!("i-1");
    });
    put(&mut view, Topic::Incidents, "i-2", None);
    assert_eq!(ids(&view, ""), ["i-1"]);
    assert_eq!(ids(&view, "gone=true"), ["i-1", "i-2"]);
    assert!(view.incident("i-2").unwrap().gone);
    assert_eq!(view.facets().total, 1);
    // A tombstone of what was never seen is nothing.
    put(&mut view, Topic::Incidents, "i-9", None);
    assert!(view.incident("i-9").is_none());
}

#[test]
fn beyond_the_cap_the_oldest_goes_and_the_gone_before_it() {
    let mut view = View::new(&config::Console { max_incidents: 3, ..config::Console::default() });
    let at = |day: u32| json!(format!("2024-05-{day:02}T00:00:00Z"));
    told(&mut view, "i-old", |v| v["last_seen"] = at(1));
    told(&mut view, "i-new", |v| v["last_seen"] = at(9));
    told(&mut view, "i-gone", |v| {
        v["last_seen"] = at(8);
        v["lifecycle"] = json!("retracted");
    });
    told(&mut view, "i-4", |v| v["last_seen"] = at(7));
    assert_eq!(ids(&view, "gone=true"), ["i-new", "i-4", "i-old"]);
    told(&mut view, "i-5", |v| v["last_seen"] = at(6));
    assert_eq!(ids(&view, "gone=true"), ["i-new", "i-4", "i-5"]);
    let held = view.held();
    assert_eq!((held.incidents, held.evicted), (3, 2));
    assert_eq!(held.since, rfc3339("2024-05-06"));
}

#[test]
fn memory_is_capped_in_bytes_too() {
    let caps =
        config::Console { incident_kbytes: 64, article_kbytes: 64, ..config::Console::default() };
    let mut view = View::new(&caps);
    for n in 0_u32..200 {
        // Digits of a hash do not pack well.
        let noise: String = (0..40)
            .map(|i| crate::message::content_hash(&[&n.to_string(), &i.to_string()]))
            .collect();
        told(&mut view, &format!("i-{n}"), |v| v["reason"] = json!(noise));
        put(&mut view, Topic::Articles, "", Some(article(&format!("a-x{n}"), &noise)));
    }
    let held = view.held();
    assert!(held.bytes <= 64 * 1024 && held.incidents > 5, "{held:?}");
    assert_eq!(held.incidents as u64 + held.evicted, 200);
    let (count, bytes) = view.articles();
    assert!(bytes <= 64 * 1024 && (5..200).contains(&count), "{count} {bytes}");
}

#[test]
fn articles_of_incidents_stay_longer_than_others() {
    let mut view = View::new(&config::Console { article_kbytes: 2, ..config::Console::default() });
    told(&mut view, "i-1", |_| {});
    put(&mut view, Topic::Articles, "", Some(article("a-i-1", "Drei Tote in Kyjiw.")));
    for n in 0..50 {
        put(&mut view, Topic::Articles, "", Some(article(&format!("a-{n}"), "Nichts geschah.")));
    }
    assert!(view.article("a-i-1", None).is_some());
    assert!(view.article("a-0", None).is_none());
    assert_eq!(view.incident("i-1").unwrap().articles, ["a-i-1"]);
}

#[test]
fn proofs_are_those_of_the_incident_and_of_its_reports() {
    let mut view = view();
    told(&mut view, "i-1", |_| {});
    put(&mut view, Topic::Articles, "", Some(article("a-i-1", "Drei Tote in Kyjiw.")));
    let answer = view.article("a-i-1", Some("i-1")).unwrap();
    let found: Vec<(SpanOf, &str, bool)> =
        answer.spans.iter().map(|s| (s.of, s.field.as_str(), s.holds)).collect();
    let field = "/casualties/0";
    assert_eq!(found, [(SpanOf::Incident, field, true), (SpanOf::Report, field, true)]);
    // The article was corrected: the words stand there no more.
    put(&mut view, Topic::Articles, "", Some(article("a-i-1", "Vier Tote in Kyjiw.")));
    assert!(view.article("a-i-1", None).unwrap().spans.iter().all(|span| !span.holds));
    assert!(view.article("a-i-1", Some("i-other")).unwrap().spans.is_empty());
}

#[test]
fn filters_sort_and_pages() {
    let mut view = view();
    told(&mut view, "i-1", |v| v["severity"] = json!(2.0));
    told(&mut view, "i-2", |v| {
        v["group"] = json!("natural");
        v["type"] = json!("flood");
        v["title"] = json!("Überschwemmung in Zürich");
        v["places"][0]["country"] = json!("CH");
        v["languages"] = json!(["fr", "de"]);
        v["severity"] = json!(7.25);
        v["last_seen"] = json!("2024-05-20T00:00:00Z");
        v["first_seen"] = json!("2024-05-18T00:00:00Z");
    });
    told(&mut view, "i-3", |v| v["severity"] = json!(5.0));
    for (query, expected) in [
        ("", &["i-2", "i-1", "i-3"][..]),
        ("sort=severity", &["i-2", "i-3", "i-1"]),
        ("type=flood", &["i-2"]),
        ("type=flood,air_strike&severity=5", &["i-2", "i-3"]),
        ("group=remote_violence", &["i-1", "i-3"]),
        ("country=ch", &["i-2"]),
        ("lang=fr", &["i-2"]),
        ("since=2024-05-15", &["i-2"]),
        ("until=2024-05-14", &["i-1", "i-3"]),
        ("until=2024-05-14T11:59:59Z", &[]),
        ("q=zurich+uberSCHW", &["i-2"]),
        ("q=kyiv", &["i-2", "i-1", "i-3"]),
        ("q=nowhere", &[]),
        ("type=&q=&country=", &["i-2", "i-1", "i-3"]),
    ] {
        assert_eq!(ids(&view, query), expected, "{query}");
    }
    let mut query = "sort=severity&limit=1".to_owned();
    let mut seen = Vec::new();
    loop {
        let answer = view.incidents(&Wanted::parse(&query).unwrap());
        assert_eq!(answer.total, 3);
        seen.extend(answer.incidents.into_iter().map(|line| line.id));
        let Some(next) = answer.next else { break };
        query = format!("sort=severity&limit=1&cursor={next}");
    }
    assert_eq!(seen, ["i-2", "i-3", "i-1"]);
    assert_eq!(view.map(&Wanted::parse("").unwrap()).points.len(), 3);
}

#[test]
fn parameters_that_cannot_be_used_are_named_with_the_reason() {
    let long = format!("q={}", "x".repeat(201));
    let many = format!("type={}", "a,".repeat(51));
    for (query, name, reason) in [
        ("sevrity=1", "sevrity", "no such parameter"),
        ("severity=11", "severity", "0 to 10"),
        ("severity=NaN", "severity", "0 to 10"),
        ("severity=1&severity=2", "severity", "twice"),
        ("limit=0", "limit", "1 to 500"),
        ("limit=501", "limit", "1 to 500"),
        ("limit=-1", "limit", "1 to 500"),
        ("since=gestern", "since", "RFC 3339"),
        ("country=Germany", "country", "two-letter"),
        ("sort=random", "sort", "none of"),
        ("cursor=x", "cursor", "`next`"),
        ("gone=maybe", "gone", "true nor false"),
        (&long, "q", "longer than 200"),
        (&many, "type", "more than 50"),
        ("q=a+b+c+d+e+f+g+h+i+j+k+l+m", "q", "more than 12"),
        ("%FF=1", "\u{fffd}", "no such parameter"),
    ] {
        let error = Wanted::parse(query).unwrap_err();
        assert_eq!(error.name, name, "{query}");
        assert!(error.reason.contains(reason), "{query}: {error}");
    }
}

#[test]
fn coordinates_that_are_not_on_earth_are_on_no_map() {
    let mut view = view();
    told(&mut view, "i-1", |v| v["places"][0]["lat"] = json!(1e300));
    told(&mut view, "i-2", |v| v["places"][0]["lon"] = json!(-180.5));
    told(&mut view, "i-3", |v| v["places"][0]["lat"] = Value::Null);
    let map = view.map(&Wanted::default());
    assert_eq!((map.total, map.points.len()), (3, 0));
}

#[test]
fn what_is_no_incident_is_counted() {
    let mut view = view();
    let before = view.version();
    put(&mut view, Topic::Incidents, "i-1", Some(b"{\"schema\":\"other/1\"}".to_vec()));
    put(&mut view, Topic::Incidents, "i-1", Some(vec![0xff; 10]));
    assert_eq!(view.held().unreadable, 2);
    assert!(view.version() > before);
    assert!(
        Change::read(Topic::Articles, &record(Topic::Articles, "a", Some(b"?".to_vec()))).is_none()
    );
}

#[test]
fn feeds_are_listed_with_the_worst_first() {
    let mut view = view();
    let now = rfc3339("2024-05-14T12:00:00Z").unwrap();
    let source = |name: &str| FeedSource {
        url: format!("https://{name}.example/rss"),
        outlet: name.into(),
        lang: None,
        country: None,
        pages: true,
        section: Vec::new(),
    };
    let mut state = |name: &str, change: &dyn Fn(&mut FeedState)| {
        let url = source(name).url;
        let mut state = FeedState::new(&crate::message::feed_id(&url), &url, now);
        state.last_success = Some(now);
        state.verdict = Some(crate::message::FeedVerdict::Clean);
        change(&mut state);
        put(&mut view, Topic::Feeds, &state.id, Some(state.to_bytes().unwrap()));
    };
    state("well", &|_| {});
    state("down", &|s| {
        s.failures = 3;
        s.last_error = Some("timeout".into());
    });
    state("html", &|s| s.last_error = Some("html".into()));
    state("late", &|s| s.next_poll = rfc3339("2024-05-14T11:00:00Z").unwrap());
    state("gone", &|s| s.pace.because = Some(crate::message::Because::Gone));
    let configured = [source("well"), source("never")];
    let all = view.feeds(&configured, &WantedFeeds::default(), now);
    let found: Vec<(&str, FeedHealth)> =
        all.feeds.iter().map(|f| (f.url.as_str(), f.health)).collect();
    assert_eq!(
        found,
        [
            ("https://gone.example/rss", FeedHealth::Gone),
            ("https://down.example/rss", FeedHealth::Failing),
            ("https://html.example/rss", FeedHealth::Unreadable),
            ("https://late.example/rss", FeedHealth::Overdue),
            ("https://never.example/rss", FeedHealth::New),
            ("https://well.example/rss", FeedHealth::Ok),
        ]
    );
    assert_eq!(all.health[&FeedHealth::Failing], 1);
    assert!(all.feeds[5].configured && all.feeds[5].outlet.as_deref() == Some("well"));
    let wanted = WantedFeeds::parse("health=failing&q=DOWN").unwrap();
    assert_eq!(view.feeds(&configured, &wanted, now).total, 1);
    assert!(WantedFeeds::parse("health=ill").is_err());
    put(&mut view, Topic::Feeds, &all.feeds[0].id, None);
    assert_eq!(view.feeds(&[], &WantedFeeds::default(), now).total, 4);
}
