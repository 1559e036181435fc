//! Several processes over one set of topics. On real Kafka.

use crate::support::kafka;
use crate::support::process::Setup;
use crate::support::site::{Site, Story, story};
use crate::support::topic::{assert_one_content_per_revision, incidents, read};
use crate::support::wait_for;
use depesche::kafka::Topic;
use depesche::link::{Settings, Shard};
use depesche::message::{Incident, Message as _, Report};

#[test]
fn two_processes_share_the_work_and_one_leaves() {
    let Some(kafka) = kafka::shared() else { return };
    let brokers = kafka.bootstrap();
    let site = Site::start();
    let first: Vec<Story> = (0..20).map(story).collect();
    site.publish("/rss.xml", &first);
    let mut setup = Setup::new(Some(brokers), "group", vec![site.url("/rss.xml")]);
    setup.link = "quiet_days = 365".into();
    let mut one = setup.start();
    let mut two = setup.start();
    let told = |count: usize| {
        wait_for(&format!("{count} incidents"), || {
            (incidents(brokers, &setup.prefix).len() >= count).then_some(())
        });
    };
    told(20);
    // Both extract: the partitions of `articles` are shared out.
    wait_for("both processes to own partitions", || {
        let owns = |service: &crate::support::process::Service| {
            let (_, metrics) = service.get("/metrics");
            metrics
                .lines()
                .filter(|l| {
                    l.starts_with("depesche_stage_lag_records{") && l.contains("\"extract\"")
                })
                .count()
        };
        (owns(&one) > 0 && owns(&two) > 0).then_some(())
    });

    // One of them has no shard to link, and is ready to take over all the same.
    one.wait_until_ready();
    two.wait_until_ready();

    // One leaves in order; what comes later is told all the same.
    one.stop();
    let all: Vec<Story> = (0..40).map(story).collect();
    site.publish("/rss.xml", &all);
    told(40);

    // The other is killed, and a third one takes over all.
    two.kill();
    let mut three = setup.start();
    let more: Vec<Story> = (0..60).map(story).collect();
    site.publish("/rss.xml", &more);
    told(60);
    assert_eq!(incidents(brokers, &setup.prefix).len(), 60);
    assert_one_content_per_revision(brokers, &setup.prefix);

    // Each new owner of the shard has a higher epoch.
    let mut epochs: Vec<i64> = read(brokers, &setup.prefix, Topic::Incidents)
        .iter()
        .filter_map(|r| {
            std::str::from_utf8(r.header(depesche::message::header_names::OWNER_EPOCH)?)
                .ok()?
                .parse()
                .ok()
        })
        .collect();
    epochs.sort_unstable();
    epochs.dedup();
    assert!(epochs.len() >= 2, "{epochs:?}");
    three.stop();

    // What the owners wrote one after another is whole: nothing is left to be finished, and all
    // reports told once more change nothing.
    let mut shard = Shard::new(Settings { quiet_days: 365, max_reports: 200 });
    for record in read(brokers, &setup.prefix, Topic::Incidents) {
        match record.value.as_deref() {
            Some(value) => shard.restore(&Incident::from_bytes(value).unwrap()),
            None => shard.restore_tombstone(std::str::from_utf8(&record.key.unwrap()).unwrap()),
        }
    }
    assert_eq!(shard.restored(), []);
    assert_eq!(shard.len(), 60);
    for record in read(brokers, &setup.prefix, Topic::Reports) {
        let report = Report::from_bytes(record.value.as_deref().unwrap()).unwrap();
        assert_eq!(shard.apply(&report), [], "{}", report.id);
    }
}
