//! Nothing lost and nothing doubled, whatever is killed at whatever moment. On real Kafka.

use crate::support::kafka;
use crate::support::process::{Service, Setup};
use crate::support::site::{Site, Story, story};
use crate::support::topic::{assert_one_content_per_revision, incidents, read};
use crate::support::wait_for;
use depesche::kafka::Topic;
use depesche::message::{Outcome, PlaceRole};
use std::collections::BTreeMap;
use std::time::Duration;

/// Numbers that look random and are the same in every run (SplitMix64).
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

const FEEDS: usize = 20;
const ENTRIES: usize = 200;

fn path(feed: usize) -> String {
    format!("/feed-{feed}.xml")
}

/// Puts up the first `count` stories, spread over the feeds.
fn publish(site: &Site, count: usize) {
    for feed in 0..FEEDS {
        let stories: Vec<Story> = (0..count).filter(|n| n % FEEDS == feed).map(story).collect();
        site.publish(&path(feed), &stories);
    }
}

fn setup(brokers: &str, test: &str, site: &Site) -> Setup {
    let feeds = (0..FEEDS).map(|feed| site.url(&path(feed))).collect();
    let mut setup = Setup::new(Some(brokers), test, feeds);
    // The stories go back two months; none of them is to be too late.
    setup.link = "quiet_days = 365".into();
    setup
}

/// The oracle: every story has its incident, with its town and its figure, and only one.
fn assert_all_told(brokers: &str, prefix: &str, site: &Site, count: usize) {
    let table = incidents(brokers, prefix);
    let mut by_url: BTreeMap<String, Vec<&depesche::message::Incident>> = BTreeMap::new();
    for incident in table.values() {
        for report in &incident.reports {
            by_url.entry(report.article.url.clone().unwrap()).or_default().push(incident);
        }
    }
    for n in 0..count {
        let story = story(n);
        let told = by_url.get(&site.url(&story.path())).map(Vec::as_slice).unwrap_or_default();
        assert_eq!(told.len(), 1, "story {n} is told {} times: {}", told.len(), story.lede);
        let killed = told[0].casualties.iter().find(|c| c.outcome == Outcome::Killed).unwrap();
        assert_eq!(killed.min, Some(2 + n as u64 % 7), "story {n}");
        let place = told[0].places.iter().find(|p| p.role == PlaceRole::Event).unwrap();
        assert!(story.title.contains(&place.name), "story {n}: {place:?}");
    }
    assert_eq!(by_url.len(), count);
    assert_one_content_per_revision(brokers, prefix);
    let letters = read(brokers, prefix, Topic::DeadLetters);
    assert!(letters.is_empty(), "{letters:?}");
}

fn wait_until_told(brokers: &str, prefix: &str, count: usize) {
    wait_for(&format!("{count} incidents"), || {
        std::thread::sleep(Duration::from_millis(300));
        let urls: std::collections::BTreeSet<_> = incidents(brokers, prefix)
            .into_values()
            .flat_map(|i| i.reports)
            .filter_map(|r| r.article.url)
            .collect();
        (urls.len() >= count).then_some(())
    });
}

/// Kills of one run: `DEPESCHE_TEST_KILLS`, and few where nothing is said. No life is longer than
/// `DEPESCHE_TEST_LIFE` milliseconds; a busy machine needs longer ones. The long run:
///
/// ```text
/// DEPESCHE_TEST_KILLS=60 DEPESCHE_TEST_LIFE=12000 cargo test --test service -- kills --nocapture
/// ```
fn wanted(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

/// What a service did until now, for the report of the long run.
fn moment(metrics: &str) -> &'static str {
    let done = |name: &str| {
        let mut lines = metrics.lines().filter(|line| line.starts_with(name));
        lines.any(|line| !line.ends_with(" 0"))
    };
    match () {
        () if done("depesche_incidents_published_total") => "had published incidents",
        () if done("depesche_reports_total") => "had published reports",
        () if done("depesche_articles_published_total") => "had published articles",
        () if done("depesche_restore_records_total") => "had begun to read back",
        () => "had published nothing",
    }
}

#[test]
fn kills_at_any_moment_lose_nothing_and_double_nothing() {
    let Some(kafka) = kafka::shared() else { return };
    let kills = usize::try_from(wanted("DEPESCHE_TEST_KILLS", 12)).unwrap();
    let life = wanted("DEPESCHE_TEST_LIFE", 4_000);
    let mut moments: BTreeMap<&str, usize> = BTreeMap::new();
    let brokers = kafka.bootstrap();
    let site = Site::start();
    let mut setup = setup(brokers, "kills", &site);
    setup.instance = "kills".into();
    let mut random = Seeded(20_261_123);
    for round in 0..kills {
        // New entries in every round: each life has work of its own to lose.
        publish(&site, (round + 1) * ENTRIES / kills);
        let mut service = setup.start();
        // Here a moment is what is wanted: before the join, while reading back, in the middle of it.
        std::thread::sleep(Duration::from_millis(200 + random.below(life)));
        let metrics = service.glimpse().unwrap_or_default();
        service.kill();
        *moments.entry(moment(&metrics)).or_default() += 1;
    }
    let mut service = setup.start();
    wait_until_told(brokers, &setup.prefix, ENTRIES);
    assert_all_told(brokers, &setup.prefix, &site, ENTRIES);
    service.stop();
    eprintln!("{kills} kills, {ENTRIES} entries, each told once: {moments:?}");
}

#[test]
fn each_stage_can_be_killed() {
    let Some(kafka) = kafka::shared() else { return };
    let brokers = kafka.bootstrap();
    let site = Site::start();
    let mut setup = setup(brokers, "stages", &site);
    let mut random = Seeded(7);
    let start = |setup: &mut Setup, stage: &str| -> Service {
        setup.stages = stage.into();
        setup.instance = format!("stage-{stage}");
        setup.start()
    };
    let stages = ["poll", "extract", "link"];
    publish(&site, FEEDS);
    let mut services: Vec<Service> = stages.iter().map(|stage| start(&mut setup, stage)).collect();
    for round in 1..=6_usize {
        publish(&site, FEEDS * (round + 1));
        std::thread::sleep(Duration::from_millis(500 + random.below(1_500)));
        let victim = round % stages.len();
        services[victim].kill();
        services[victim] = start(&mut setup, stages[victim]);
    }
    let count = FEEDS * 7;
    wait_until_told(brokers, &setup.prefix, count);
    assert_all_told(brokers, &setup.prefix, &site, count);
    for service in &mut services {
        service.stop();
    }
}

#[test]
fn an_orderly_restart_repeats_nothing_and_goes_on_where_it_was() {
    let Some(kafka) = kafka::shared() else { return };
    let brokers = kafka.bootstrap();
    let site = Site::start();
    let mut told = story(3);
    site.publish("/rss.xml", std::slice::from_ref(&told));
    let mut setup = Setup::new(Some(brokers), "restart", vec![site.url("/rss.xml")]);
    setup.link = "quiet_days = 365".into();
    let mut service = setup.start();
    wait_until_told(brokers, &setup.prefix, 1);
    let (id, first) = incidents(brokers, &setup.prefix).pop_first().unwrap();
    assert_eq!(first.revision, 1);
    service.stop();

    told.title = told.title.replace("5 Tote", "9 Tote");
    told.lede = told.lede.replace(" 5 Menschen", " 9 Menschen");
    site.publish("/rss.xml", &[told]);
    let mut service = setup.start();
    wait_for("revision 2 of the incident that was read back", || {
        (incidents(brokers, &setup.prefix).get(&id)?.revision == 2).then_some(())
    });
    // What was finished was committed on the way out.
    wait_for("the correction to be counted", || {
        (service.metric("depesche_articles_extracted_total", "") >= 1.0).then_some(())
    });
    assert!((service.metric("depesche_articles_extracted_total", "") - 1.0).abs() < 0.5);
    service.stop();
    assert_eq!(incidents(brokers, &setup.prefix).len(), 1);
    assert_one_content_per_revision(brokers, &setup.prefix);
}

#[test]
fn broker_absent_at_start_and_lost_later() {
    // Of its own: a broker that others use is not to be stopped.
    let Some(broker) = kafka::RealKafka::own() else { return };
    broker.crash();
    let site = Site::start();
    publish(&site, FEEDS);
    let setup = setup(broker.bootstrap(), "outage", &site);
    let mut service = setup.start();
    let reasons = wait_for("the reason of /ready", || {
        let (code, body) = service.get("/ready");
        (code == 503 && body.contains("waiting for Kafka at")).then_some(body)
    });
    assert!(reasons.contains(broker.bootstrap()), "{reasons}");
    assert_eq!(service.get("/live").0, 200);

    broker.restart();
    wait_until_told(broker.bootstrap(), &setup.prefix, FEEDS);
    service.wait_until_ready();

    broker.crash();
    publish(&site, FEEDS * 2);
    wait_for("/ready to say that the broker is away", || {
        let (code, body) = service.get("/ready");
        (code == 503 && body.contains("no word from Kafka")).then_some(())
    });
    assert_eq!(service.get("/live").0, 200);
    broker.restart();
    wait_until_told(broker.bootstrap(), &setup.prefix, FEEDS * 2);
    service.wait_until_ready();
    assert_all_told(broker.bootstrap(), &setup.prefix, &site, FEEDS * 2);
    service.stop();
}
