//! Three processes over one set of topics: join, leave, kill, freeze, rolling restart.

use crate::house::{House, publish, turn};
use crate::support::process::{Service, Setup};
use crate::support::site::Site;
use crate::support::topic::incidents;
use crate::support::wait_for;
use depesche::message::{Incident, Message as _};
use std::collections::BTreeMap;

const FEEDS: usize = 12;

/// Every incident, to the byte, but for what hangs on the order in which different feeds were read:
/// which of two articles that resemble each other was the earlier.
fn outcome(house: &House, prefix: &str) -> BTreeMap<String, String> {
    let text = |mut incident: Incident| {
        incident.reports.iter_mut().for_each(|report| report.article.duplicate_of = None);
        String::from_utf8(incident.to_bytes().unwrap()).unwrap()
    };
    incidents(house.direct(), prefix).into_iter().map(|(id, i)| (id, text(i))).collect()
}

/// What one process alone makes of the same site.
fn alone(house: &House, site: &Site, count: usize) -> BTreeMap<String, String> {
    let setup = house.setup("alone", feeds(site));
    let mut service = setup.start();
    house.wait_until_told(&setup.prefix, count);
    service.stop();
    outcome(house, &setup.prefix)
}

fn feeds(site: &Site) -> Vec<String> {
    (0..FEEDS).map(|feed| site.url(&format!("/feed-{feed}.xml"))).collect()
}

fn assert_same(house: &House, setup: &Setup, site: &Site, count: usize) {
    house.assert_all_told(&setup.prefix, site, count);
    let (group, alone) = (outcome(house, &setup.prefix), alone(house, site, count));
    let ids = |of: &BTreeMap<String, String>| of.keys().cloned().collect::<Vec<_>>();
    assert_eq!(ids(&group), ids(&alone));
    for (id, incident) in &group {
        assert_eq!(incident, &alone[id]);
    }
}

fn owns(service: &Service, stage: &str) -> bool {
    let (_, metrics) = service.get("/metrics");
    let stage = format!("\"{stage}\"");
    metrics.lines().any(|l| l.starts_with("depesche_stage_lag_records{") && l.contains(&stage))
}

#[test]
fn three_that_join_leave_and_are_killed_tell_what_one_alone_tells() {
    let Some(house) = turn() else { return };
    let site = Site::start();
    let setup = house.setup("three", publish(&site, FEEDS, 12));
    let mut one = setup.start();
    house.wait_until_told(&setup.prefix, 4);
    // Joining in the middle of the work.
    let mut two = setup.start();
    publish(&site, FEEDS, 36);
    let mut three = setup.start();
    house.wait_until_told(&setup.prefix, 36);
    wait_for("all three to extract", || {
        [&one, &two, &three].into_iter().all(|s| owns(s, "extract")).then_some(())
    });
    publish(&site, FEEDS, 60);
    one.stop();
    house.wait_until_told(&setup.prefix, 60);
    publish(&site, FEEDS, 84);
    two.kill();
    house.wait_until_told(&setup.prefix, 84);
    assert_same(&house, &setup, &site, 84);
    three.stop();
}

#[test]
fn a_writer_that_was_frozen_for_longer_than_its_session_does_not_win() {
    let Some(house) = turn() else { return };
    let site = Site::start();
    let setup = house.setup("late", publish(&site, FEEDS, 12));
    let mut services = [setup.start(), setup.start(), setup.start()];
    house.wait_until_told(&setup.prefix, 12);
    let linker = || services.iter().position(|service| owns(service, "link"));
    let frozen = wait_for("one of them to link", linker);
    // It has work in its hands when it is stopped, and writes it when it wakes up.
    publish(&site, FEEDS, 48);
    services[frozen].signal("STOP");
    // Beyond its session: the others have taken over and told what it had in its hands.
    house.wait_until_told(&setup.prefix, 48);
    let others = || services.iter().enumerate().any(|(n, s)| n != frozen && owns(s, "link"));
    wait_for("another one to link", || others().then_some(()));
    publish(&site, FEEDS, 60);
    services[frozen].signal("CONT");
    house.wait_until_told(&setup.prefix, 60);
    for service in &services {
        service.wait_until_ready();
    }
    publish(&site, FEEDS, 72);
    house.wait_until_told(&setup.prefix, 72);
    assert_same(&house, &setup, &site, 72);
    for service in &mut services {
        service.stop();
    }
}

#[test]
fn a_rolling_restart_of_static_members_moves_nothing_and_loses_nothing() {
    let Some(house) = turn() else { return };
    let site = Site::start();
    let mut setup = house.setup("rolling", publish(&site, FEEDS, 12));
    let start = |setup: &mut Setup, n: usize| {
        setup.instance = format!("member-{n}");
        setup.start()
    };
    let mut services: Vec<Service> = (0..3).map(|n| start(&mut setup, n)).collect();
    house.wait_until_told(&setup.prefix, 12);
    for service in &services {
        service.wait_until_ready();
    }
    for n in 0..3 {
        publish(&site, FEEDS, 12 * (n + 2));
        services[n].stop();
        services[n] = start(&mut setup, n);
        services[n].wait_until_ready();
    }
    house.wait_until_told(&setup.prefix, 48);
    assert_same(&house, &setup, &site, 48);
    for service in &mut services {
        service.stop();
    }
}
