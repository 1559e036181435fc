//! What must hold on any broker; each test runs on the in-process one and on real Kafka.

use crate::support::process::{Service, Setup};
use crate::support::site::{Answer, Site, story};
use crate::support::topic::{assert_one_content_per_revision, incidents, read};
use crate::support::wait_for;
use depesche::kafka::Topic;
use depesche::message::{
    Article, FeedState, FeedVerdict, Incident, Message as _, Outcome, PageOutcome, Report,
    TextSource, header_names,
};

/// The same test on both brokers.
macro_rules! on_both_brokers {
    ($($name:ident)*) => {
        mod embedded {
            $( #[test] fn $name() { super::$name(None); } )*
        }
        mod real {
            $( #[test] fn $name() {
                if let Some(kafka) = crate::support::kafka::shared() {
                    super::$name(Some(kafka.bootstrap()));
                }
            } )*
        }
    };
}

on_both_brokers! {
    entries_become_incidents
    bad_feeds_stop_nothing_else
    a_correction_is_a_revision
    unreadable_and_oversized_records_are_dead_letters
}

fn brokers(setup: &Setup, service: &Service) -> String {
    setup.brokers.clone().unwrap_or_else(|| service.embedded_broker())
}

/// Incidents by the address of the first report's article.
fn by_url(brokers: &str, prefix: &str) -> Vec<(String, Incident)> {
    incidents(brokers, prefix)
        .into_values()
        .map(|i| (i.reports[0].article.url.clone().unwrap_or_default(), i))
        .collect()
}

fn wait_for_incidents(brokers: &str, service: &Service, count: usize) -> Vec<(String, Incident)> {
    wait_for(&format!("{count} incidents"), || {
        let published = service.metric("depesche_incidents_published_total", "new");
        if published < count as f64 {
            return None;
        }
        let found = by_url(brokers, &service.prefix);
        (found.len() >= count).then_some(found)
    })
}

fn entries_become_incidents(kafka: Option<&str>) {
    let site = Site::start();
    let stories: Vec<_> = (0..12).map(story).collect();
    site.publish("/rss.xml", &stories);
    let setup = Setup::new(kafka, "entries", vec![site.url("/rss.xml")]);
    let mut service = setup.start();
    service.wait_until_ready();
    let brokers = brokers(&setup, &service);
    let found = wait_for_incidents(&brokers, &service, stories.len());
    assert_eq!(found.len(), stories.len());
    for (n, story) in stories.iter().enumerate() {
        let url = site.url(&story.path());
        let (_, incident) = found.iter().find(|(u, _)| *u == url).unwrap();
        let killed = incident.casualties.iter().find(|c| c.outcome == Outcome::Killed).unwrap();
        assert_eq!((killed.min, killed.max), (Some(2 + n as u64 % 7), Some(2 + n as u64 % 7)));
        assert_eq!(incident.revision, 1);
    }
    every_message_is_valid(&brokers, &service.prefix);
    assert_one_content_per_revision(&brokers, &service.prefix);

    // Polled again: the validator goes along but for the forced share, nothing is published twice.
    let conditionally = || site.asked("/rss.xml") - site.asked_unconditionally("/rss.xml");
    let asked = conditionally();
    wait_for("two more polls", || (conditionally() >= asked + 2).then_some(()));
    // One in ten at most, where a feed has fallen silent as this one may have.
    let forced = site.asked_unconditionally("/rss.xml") - 1;
    assert!(forced <= 1 + site.asked("/rss.xml") / 10, "{forced}");
    let articles = read(&brokers, &service.prefix, Topic::Articles);
    assert_eq!(articles.len(), stories.len());
    assert_eq!(site.asked(&stories[0].path()), 1);
    let state = read(&brokers, &service.prefix, Topic::Feeds).pop().unwrap();
    let state = FeedState::from_bytes(&state.value.unwrap()).unwrap();
    assert_eq!(state.verdict, Some(FeedVerdict::Clean));
    assert_eq!(state.recent.len(), stories.len());
    assert_eq!(state.hub.as_deref(), Some("https://hub.example/"));

    let (code, metrics) = service.get("/metrics");
    assert_eq!(code, 200);
    assert!(metrics.contains("depesche_articles_published_total 12"), "{metrics}");
    for stage in ["poll", "extract", "link"] {
        let at = service.metric("depesche_stage_last_success_timestamp_seconds", stage);
        assert!(at > 1_700_000_000.0, "{stage}: {at}");
    }
    for stage in ["extract", "link"] {
        wait_for(&format!("the lag of {stage}, and that it is none"), || {
            let (_, metrics) = service.get("/metrics");
            let shown = metrics.lines().any(|line| {
                line.starts_with("depesche_stage_lag_records{") && line.contains(stage)
            });
            (shown && service.metric("depesche_stage_lag_records", stage) == 0.0).then_some(())
        });
    }
    assert!(service.metric("depesche_kafka_messages_sent_total", "incidents") >= 12.0);
    assert_eq!(service.get("/live").0, 200);
    assert_eq!(service.get("/version").0, 200);
    service.stop();
}

/// There are messages on every topic, with the headers of CloudEvents.
fn every_message_is_valid(brokers: &str, prefix: &str) {
    for topic in
        [Topic::Feeds, Topic::Articles, Topic::Fingerprints, Topic::Reports, Topic::Incidents]
    {
        // Reading them checks their values.
        let records = read(brokers, prefix, topic);
        assert!(!records.is_empty(), "{topic:?}");
        for record in records {
            assert!(!record.key.unwrap().is_empty());
            for name in [
                header_names::CE_SPECVERSION,
                header_names::CE_ID,
                header_names::CE_TYPE,
                header_names::CE_SOURCE,
                header_names::CE_TIME,
                header_names::CONTENT_TYPE,
                header_names::TRACEPARENT,
                header_names::SCHEMA,
            ] {
                assert!(record.headers.iter().any(|(n, _)| n == name), "{topic:?} lacks {name}");
            }
            let owner = record.headers.iter().any(|(n, _)| n == header_names::OWNER_EPOCH);
            assert_eq!(owner, topic == Topic::Incidents);
        }
    }
}

fn bad_feeds_stop_nothing_else(kafka: Option<&str>) {
    let site = Site::start();
    let (good, lonely) = (story(1), story(2));
    site.publish("/good.xml", std::slice::from_ref(&good));
    site.publish("/lonely.xml", std::slice::from_ref(&lonely));
    site.set(&lonely.path(), Answer::Status(404));
    site.set("/error.xml", Answer::Status(500));
    site.set("/silent.xml", Answer::Silence);
    site.set("/empty.xml", Answer::Ok("application/rss+xml", Vec::new()));
    let garbage = (0..4_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[2]).collect();
    site.set("/garbage.xml", Answer::Ok("application/rss+xml", garbage));
    let names = ["silent", "missing", "error", "empty", "garbage", "lonely", "good"];
    let feeds = names.iter().map(|name| site.url(&format!("/{name}.xml"))).collect();
    let setup = Setup::new(kafka, "bad-feeds", feeds);
    let mut service = setup.start();
    let brokers = brokers(&setup, &service);
    let found = wait_for_incidents(&brokers, &service, 2);
    assert_eq!(found.len(), 2);

    // The one whose page is missing is told by its feed alone.
    let article = read(&brokers, &service.prefix, Topic::Articles)
        .into_iter()
        .map(|r| Article::from_bytes(&r.value.unwrap()).unwrap())
        .find(|a| a.url.as_deref() == Some(&site.url(&lonely.path())))
        .unwrap();
    assert_eq!(article.page, PageOutcome::Failed);
    assert_eq!(article.text_source, TextSource::Summary);

    for class in ["http_404", "http_5xx", "timeout", "not_a_feed"] {
        wait_for(&format!("fetch errors of class {class}"), || {
            (service.metric("depesche_fetch_errors_total", class) >= 1.0).then_some(())
        });
    }
    let states: Vec<FeedState> = wait_for("a state of each feed", || {
        let mut last = std::collections::BTreeMap::new();
        for record in read(&brokers, &service.prefix, Topic::Feeds) {
            let state = FeedState::from_bytes(&record.value.unwrap()).unwrap();
            last.insert(state.id.clone(), state);
        }
        (last.len() == names.len()).then(|| last.into_values().collect())
    });
    for state in states {
        let well = state.url.ends_with("good.xml") || state.url.ends_with("lonely.xml");
        assert_eq!(state.last_error.is_none(), well, "{state:?}");
    }
    assert_eq!(service.get("/live").0, 200);
    service.stop();
}

fn a_correction_is_a_revision(kafka: Option<&str>) {
    let site = Site::start();
    let mut told = story(3);
    site.publish("/rss.xml", std::slice::from_ref(&told));
    let setup = Setup::new(kafka, "correction", vec![site.url("/rss.xml")]);
    let mut service = setup.start();
    let brokers = brokers(&setup, &service);
    let first = wait_for_incidents(&brokers, &service, 1).remove(0).1;
    assert_eq!(first.revision, 1);

    told.title = told.title.replace("5 Tote", "9 Tote");
    told.lede = told.lede.replace(" 5 Menschen", " 9 Menschen");
    site.publish("/rss.xml", std::slice::from_ref(&told));
    let second = wait_for("revision 2", || {
        let (_, incident) = by_url(&brokers, &service.prefix).pop()?;
        (incident.revision == 2).then_some(incident)
    });
    assert_eq!(second.id, first.id);
    let killed = second.casualties.iter().find(|c| c.outcome == Outcome::Killed).unwrap();
    assert_eq!((killed.min, killed.max), (Some(9), Some(9)));
    assert!(!second.changed.is_empty());
    assert_eq!(second.reports[0].article.revision, 1);
    service.stop();
}

fn unreadable_and_oversized_records_are_dead_letters(kafka: Option<&str>) {
    let site = Site::start();
    let mut long = story(5);
    // Every word another one, so that it does not compress away.
    long.body
        .extend((0..12_000_u64).map(|n| format!(" {:x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))));
    site.publish("/long.xml", std::slice::from_ref(&long));
    site.publish("/rss.xml", &[story(4)]);
    let mut setup =
        Setup::new(kafka, "dead-letters", vec![site.url("/long.xml"), site.url("/rss.xml")]);
    setup.kafka = "max_message_bytes = 60000".into();
    let mut service = setup.start();
    let brokers = brokers(&setup, &service);
    wait_for_incidents(&brokers, &service, 1);

    crate::support::topic::produce(
        &brokers,
        &Topic::Articles.name(&service.prefix),
        "a-bad",
        b"{\"schema\":",
    );
    crate::support::topic::produce(
        &brokers,
        &Topic::Reports.name(&service.prefix),
        "world",
        b"no JSON",
    );
    let letters = wait_for("three dead letters", || {
        let letters = read(&brokers, &service.prefix, Topic::DeadLetters);
        (letters.len() >= 3).then_some(letters)
    });
    assert_eq!(letters.len(), 3);
    let said = |record: &depesche::kafka::Record, name: &str| {
        String::from_utf8(record.header(name).unwrap_or_default().to_vec()).unwrap()
    };
    let of =
        |stage: &str| letters.iter().find(|l| said(l, header_names::ERROR_STAGE) == stage).unwrap();
    let (poll, extract, link) = (of("poll"), of("extract"), of("link"));
    assert_eq!(said(poll, header_names::ERROR_REASON), "too_large");
    assert!(said(poll, header_names::TRUNCATED_FROM).parse::<usize>().unwrap() > 60_000);
    assert!(poll.value.as_ref().unwrap().len() <= 60_000);
    assert_eq!(said(extract, header_names::ERROR_REASON), "unreadable");
    assert_eq!(extract.value.as_deref(), Some(&b"{\"schema\":"[..]));
    assert_eq!(extract.key.as_deref(), Some(&b"a-bad"[..]));
    assert_eq!(said(extract, header_names::SOURCE_TOPIC), Topic::Articles.name(&service.prefix));
    assert!(!said(extract, header_names::SOURCE_OFFSET).is_empty());
    assert_eq!(said(link, header_names::ERROR_REASON), "unreadable");

    // Nothing else was held up.
    site.publish("/rss.xml", &[story(4), story(6)]);
    wait_for_incidents(&brokers, &service, 2);
    let reports = read(&brokers, &service.prefix, Topic::Reports);
    assert!(reports.iter().filter_map(|r| Report::from_bytes(r.value.as_ref()?).ok()).count() >= 2);
    service.stop();
}
