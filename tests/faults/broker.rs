//! A broker that is stopped, slow, frozen, cut off, half open, without topics, or strict.

use crate::house::{House, publish, tellings, turn};
use crate::support::kafka::RealKafka;
use crate::support::process::{Service, Setup};
use crate::support::site::{Site, story};
use crate::support::topic::{block_on, read};
use crate::support::wait_for;
use depesche::kafka::Topic;
use depesche::message::header_names;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use std::time::Duration;

const FEEDS: usize = 5;
/// What a debug build may hold in these small worlds; what is kept without bound passes it.
const MEMORY_MIB: u64 = 700;

fn wait_for_log(service: &Service, words: &str) {
    wait_for(&format!("{words:?} in the log"), || service.log().contains(words).then_some(()));
}

/// Not ready, for this reason, and alive.
fn wait_until_unready(service: &Service, reason: &str) {
    wait_for(&format!("/ready to say {reason:?}"), || {
        let (code, body) = service.get("/ready");
        (code == 503 && body.contains(reason)).then_some(())
    });
    assert_eq!(service.get("/live").0, 200);
}

/// Says more in the feeds, sees it told, and that nothing is lost or doubled.
fn assert_caught_up(house: &House, setup: &Setup, service: &Service, site: &Site, count: usize) {
    house.wait_until_told(&setup.prefix, count);
    service.wait_until_ready();
    house.assert_all_told(&setup.prefix, site, count);
    let memory = service.resident_mib();
    assert!(memory < MEMORY_MIB, "{memory} MiB");
    assert!(!service.log().contains("panicked"), "{}", service.log());
}

fn admin(brokers: &str) -> AdminClient<DefaultClientContext> {
    let mut config = rdkafka::ClientConfig::new();
    config.set("bootstrap.servers", brokers).create().unwrap()
}

#[test]
fn a_broker_that_is_stopped_and_comes_back_is_caught_up_with() {
    let Some(house) = turn() else { return };
    let site = Site::start();
    let setup = house.setup("stopped", publish(&site, FEEDS, 10));
    let mut service = setup.start();
    house.wait_until_told(&setup.prefix, 10);
    house.broker.stop();
    publish(&site, FEEDS, 30);
    wait_for_log(&service, "Kafka is away: waiting");
    wait_until_unready(&service, "no word from Kafka");
    // The feeds are not read on and on while nothing can be sent.
    let asked = site.asked("/feed-0.xml");
    house.broker.restart();
    assert_caught_up(&house, &setup, &service, &site, 30);
    assert!(asked < 60, "a feed was asked {asked} times while the broker was away");
    wait_for_log(&service, "Kafka is back");
    service.stop();
}

#[test]
fn a_slow_broker_is_slow_and_nothing_else() {
    let Some(house) = turn() else { return };
    let site = Site::start();
    let setup = house.setup("slow", publish(&site, FEEDS, 10));
    house.proxy.delay(Duration::from_millis(100));
    let mut service = setup.start();
    house.wait_until_told(&setup.prefix, 10);
    publish(&site, FEEDS, 60);
    house.proxy.delay(Duration::from_millis(400));
    house.wait_until_told(&setup.prefix, 20);
    house.proxy.calm();
    assert_caught_up(&house, &setup, &service, &site, 60);
    service.stop();
}

#[test]
fn a_frozen_broker_is_noticed_and_caught_up_with() {
    let Some(house) = turn() else { return };
    let site = Site::start();
    let setup = house.setup("frozen", publish(&site, FEEDS, 10));
    let mut service = setup.start();
    house.wait_until_told(&setup.prefix, 10);
    service.wait_until_ready();
    house.proxy.freeze();
    publish(&site, FEEDS, 40);
    wait_until_unready(&service, "no word from Kafka");
    house.proxy.calm();
    assert_caught_up(&house, &setup, &service, &site, 40);
    service.stop();
}

#[test]
fn connections_cut_in_the_middle_of_messages_lose_and_double_nothing() {
    let Some(house) = turn() else { return };
    let site = Site::start();
    let setup = house.setup("cut", publish(&site, FEEDS, 5));
    let mut service = setup.start();
    for round in 1..=8_usize {
        house.wait_until_told(&setup.prefix, 5 * round);
        publish(&site, FEEDS, 5 * (round + 1));
        // In turn: at once, and after so many bytes, which is seldom where a message ends.
        match round % 2 {
            0 => house.proxy.cut(),
            _ => house.proxy.budget(150_000 + 7_919 * round as u64),
        }
    }
    house.proxy.calm();
    assert_caught_up(&house, &setup, &service, &site, 45);
    service.stop();
}

#[test]
fn half_open_connections_are_given_up() {
    let Some(house) = turn() else { return };
    let site = Site::start();
    let mut setup = house.setup("half-open", publish(&site, FEEDS, 10));
    // The default of a minute is waited for in the same way, only longer.
    setup.kafka = "librdkafka = { \"socket.timeout.ms\" = \"8000\" }".into();
    let mut service = setup.start();
    house.wait_until_told(&setup.prefix, 10);
    house.proxy.half_open();
    publish(&site, FEEDS, 30);
    assert_caught_up(&house, &setup, &service, &site, 30);
    service.stop();
}

#[test]
fn missing_topics_are_named_and_made_where_that_is_wanted() {
    let Some(house) = turn() else { return };
    let site = Site::start();
    let mut setup = house.setup("missing", publish(&site, FEEDS, 5));
    setup.kafka = "create_topics = false".into();
    let mut service = setup.start();
    assert_eq!(service.ended().code(), Some(70), "{}", service.log());
    let log = service.log();
    assert!(log.contains("the topics are not as needed"), "{log}");
    for topic in Topic::ALL {
        assert!(log.contains(&topic.name(&setup.prefix)), "{topic:?} is not named:\n{log}");
    }
    setup.kafka = String::new();
    let mut service = setup.start();
    assert_caught_up(&house, &setup, &service, &site, 5);
    service.stop();
}

#[test]
fn a_topic_deleted_under_way_ends_the_service_and_is_there_after_the_next_start() {
    let Some(house) = turn() else { return };
    let site = Site::start();
    let setup = house.setup("deleted", publish(&site, FEEDS, 10));
    let mut service = setup.start();
    house.wait_until_told(&setup.prefix, 10);
    let topic = Topic::Reports.name(&setup.prefix);
    let gone = block_on(admin(house.direct()).delete_topics(&[&topic], &AdminOptions::new()));
    assert!(gone.unwrap().iter().all(Result::is_ok));
    publish(&site, FEEDS, 20);
    // Nothing helps but a new start, so it ends and says why; whoever supervises it starts it again.
    assert_eq!(service.ended().code(), Some(70), "{}", service.log());
    let log = service.log();
    assert!(log.contains("\"ERROR\"") && log.contains(&topic), "{log}");
    let mut service = setup.start();
    assert_caught_up(&house, &setup, &service, &site, 20);
    service.stop();
}

#[test]
fn what_the_broker_finds_too_large_is_put_aside_and_holds_nothing_up() {
    let Some(house) = turn() else { return };
    let site = Site::start();
    let setup = house.setup("strict", publish(&site, FEEDS, 20));
    // The topic allows less than we do: only the broker knows.
    let topic = Topic::Articles.name(&setup.prefix);
    let new =
        NewTopic::new(&topic, 4, TopicReplication::Fixed(1)).set("max.message.bytes", "20000");
    let made = block_on(admin(house.direct()).create_topics([&new], &AdminOptions::new()));
    assert!(made.unwrap().iter().all(Result::is_ok));
    let mut long = story(20);
    // Every word another one, so that it does not compress away.
    long.body
        .extend((0..9_000_u64).map(|n| format!(" {:x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))));
    site.publish("/feed-0.xml", &[long, story(0), story(5), story(10), story(15)]);
    let mut service = setup.start();
    house.wait_until_told(&setup.prefix, 20);
    let letters = wait_for("the dead letter", || {
        let letters = read(house.direct(), &setup.prefix, Topic::DeadLetters);
        (!letters.is_empty()).then_some(letters)
    });
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].header(header_names::ERROR_REASON), Some(&b"too_large"[..]));
    assert_eq!(letters[0].header(header_names::ERROR_STAGE), Some(&b"poll"[..]));
    service.wait_until_ready();
    service.stop();
}

#[test]
fn lost_rights_end_the_service_and_are_told_with_the_topic_and_without_the_password() {
    let Some(house) = turn() else { return };
    let site = Site::start();
    let mut setup = house.setup("rights", publish(&site, FEEDS, 10));
    setup.brokers = Some(house.guarded.clone());
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "geheim").unwrap();
    setup.kafka = format!(
        "security_protocol = \"sasl_plaintext\"\n[kafka.sasl]\nmechanism = \"PLAIN\"\n\
         username = \"melder\"\npassword = {{ file = \"{}\" }}",
        secret.path().display()
    );
    let mut service = setup.start();
    house.wait_until_told(&setup.prefix, 10);
    let topic = Topic::Incidents.name(&setup.prefix);
    let rule = |what: &str| {
        RealKafka::tool("Deny.java", &[house.direct(), "melder", &topic, what]).unwrap();
    };
    rule("add");
    publish(&site, FEEDS, 20);
    assert_eq!(service.ended().code(), Some(70), "{}", service.log());
    let log = service.log();
    assert!(log.contains(&topic), "{log}");
    assert!(log.to_lowercase().contains("authorization"), "{log}");
    assert!(!log.contains("geheim"), "{log}");
    assert!(tellings(house.direct(), &setup.prefix).len() < 20);

    rule("remove");
    let mut service = setup.start();
    assert_caught_up(&house, &setup, &service, &site, 20);
    assert!(!service.log().contains("geheim"));
    service.stop();
}
