//! More work than can be done: it waits in Kafka, not in memory, and holds nobody else up.

use crate::house::{tellings, turn};
use crate::support::process::Service;
use crate::support::site::{Site, Story, story};
use crate::support::topic::{produce, read};
use crate::support::wait_for;
use depesche::kafka::Topic;

/// What a debug build may hold, however much waits.
const MEMORY_MIB: u64 = 700;

/// Entries of the flood, and pages of the large site: `DEPESCHE_TEST_FLOOD` and
/// `DEPESCHE_TEST_PAGES`, and few where nothing is said. The long run:
///
/// ```text
/// DEPESCHE_TEST_FLOOD=50000 cargo test --release --test faults -- flood --nocapture
/// DEPESCHE_TEST_PAGES=10000 cargo test --release --test faults -- a_site --nocapture
/// ```
fn wanted(name: &str) -> usize {
    std::env::var(name).map_or(1_000, |text| text.parse().expect("a number"))
}

/// A quiet entry: nothing happened, so that only the way of the data is measured.
fn quiet(n: usize) -> Story {
    let word = |seed: usize| {
        let mixed = (n as u64 * 31 + seed as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        format!("Wort{:05}", mixed >> 47)
    };
    let words: Vec<String> = (0..30).map(word).collect();
    Story {
        slug: format!("notiz-{n}"),
        title: format!("Der Stadtrat berät über {} und {}", words[0], words[1]),
        lede: format!("In der Sitzung ging es um {}.", words.join(", ")),
        body: String::new(),
        published: "Fri, 20 Nov 2026 18:00:00 GMT".into(),
    }
}

fn lag(service: &Service) -> f64 {
    service.metric("depesche_stage_lag_records", "extract")
}

#[test]
fn a_flood_waits_in_kafka_and_not_in_memory() {
    let Some(house) = turn() else { return };
    let (entries, feeds) = (wanted("DEPESCHE_TEST_FLOOD"), 25);
    let site = Site::start();
    let path = |feed: usize| format!("/flood-{feed}.xml");
    for feed in 0..feeds {
        let stories: Vec<Story> = (0..entries).filter(|n| n % feeds == feed).map(quiet).collect();
        site.publish(&path(feed), &stories);
    }
    let mut addresses: Vec<String> = (0..feeds).map(|feed| site.url(&path(feed))).collect();
    let small = story(0);
    site.publish("/small.xml", std::slice::from_ref(&small));
    addresses.push(site.url("/small.xml"));
    let mut setup = house.setup("flood", addresses);
    setup.brokers = Some(house.direct().into());
    setup.pages = false;
    setup.extract = "workers = 1".into();
    let mut service = setup.start();
    let (mut highest, mut seen_lag, mut small_at) = (0, 0.0_f64, None);
    let all = entries as f64 + 1.0;
    let started = std::time::Instant::now();
    // The long run has all the time it needs, as long as it goes on.
    let mut last = (0.0, started);
    loop {
        let done = service.metric("depesche_articles_extracted_total", "");
        highest = highest.max(service.resident_mib());
        seen_lag = seen_lag.max(lag(&service));
        if small_at.is_none() && site.asked("/small.xml") > 0 {
            small_at = Some(done);
        }
        if done >= all {
            break;
        }
        if done > last.0 {
            last = (done, std::time::Instant::now());
        }
        assert!(last.1.elapsed() < crate::support::PATIENCE, "stands still at {done} of {all}");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    eprintln!(
        "{entries} entries in {:.1} s, {:.1} s of processor time; highest lag {seen_lag}, memory {highest} MiB",
        started.elapsed().as_secs_f64(),
        service.cpu().as_secs_f64()
    );
    assert!(highest < MEMORY_MIB, "{highest} MiB");
    assert!(small_at.is_some_and(|done| done < all / 2.0), "the small feed waited: {small_at:?}");
    house.wait_until_told(&setup.prefix, 1);
    wait_for("the lag to be gone", || (lag(&service) < 0.5).then_some(()));
    // Twice the same would be an article more.
    let articles = read(house.direct(), &setup.prefix, Topic::Articles).len();
    assert_eq!(articles, entries + 1);
    service.wait_until_ready();
    service.stop();
}

#[test]
fn a_site_with_thousands_of_pages_holds_up_no_other() {
    let Some(house) = turn() else { return };
    // Two sites: one with more pages than can be fetched politely in an hour.
    let (large, small) = (Site::start_at("127.0.0.3:0"), Site::start_at("127.0.0.4:0"));
    let stories: Vec<Story> = (0..wanted("DEPESCHE_TEST_PAGES")).map(quiet).collect();
    // As many to a feed as are read of one (`poll.max_entries`).
    let mut feeds = vec![small.url("/small.xml")];
    for (n, part) in stories.chunks(2_000).enumerate() {
        large.publish(&format!("/large-{n}.xml"), part);
        feeds.push(large.url(&format!("/large-{n}.xml")));
    }
    small.publish("/small.xml", &[story(0)]);
    let mut setup = house.setup("pages", feeds);
    setup.brokers = Some(house.direct().into());
    setup.gap = 1_000;
    let mut service = setup.start();
    house.wait_until_told(&setup.prefix, 1);
    // Later news of the small site do not wait either.
    small.publish("/small.xml", &[story(0), story(1)]);
    house.wait_until_told(&setup.prefix, 2);
    let told = tellings(house.direct(), &setup.prefix);
    assert!(told.contains_key(&small.url(&story(1).path())), "{told:?}");
    let asked: u64 = stories.iter().map(|story| large.asked(&story.path())).sum();
    assert!(asked < 500, "the large site was asked for {asked} pages");
    assert!(service.resident_mib() < MEMORY_MIB);
    service.stop();
}

#[test]
fn when_most_records_are_bad_the_breaker_opens_and_closes_again() {
    let Some(house) = turn() else { return };
    let site = Site::start();
    site.publish("/rss.xml", &[story(0)]);
    let mut setup = house.setup("breaker", vec![site.url("/rss.xml")]);
    setup.brokers = Some(house.direct().into());
    let mut service = setup.start();
    house.wait_until_told(&setup.prefix, 1);
    let topic = Topic::Articles.name(&setup.prefix);
    for n in 0..40 {
        produce(house.direct(), &topic, &format!("bad-{n}"), b"{\"schema\":");
    }
    wait_for("the breaker to open", || {
        service.log().contains("most records fail: pausing").then_some(())
    });
    // What comes meanwhile waits, and goes on by itself when the pause is over.
    let stories: Vec<Story> = (0..10).map(story).collect();
    site.publish("/rss.xml", &stories);
    house.wait_until_told(&setup.prefix, 10);
    assert_eq!(service.get("/live").0, 200);
    let letters = read(house.direct(), &setup.prefix, Topic::DeadLetters);
    assert_eq!(letters.len(), 40);
    service.stop();
}
