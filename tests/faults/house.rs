//! One broker for all, with a proxy before it, and a listener that asks for a name.

use crate::proxy::Proxy;
use crate::support::kafka::{RealKafka, ports};
use crate::support::process::Setup;
use crate::support::site::{Site, Story, story};
use crate::support::topic::{assert_one_content_per_revision, incidents, read};
use crate::support::wait_for;
use depesche::kafka::Topic;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

pub(crate) struct House {
    pub(crate) broker: RealKafka,
    /// The way to the broker that can be disturbed.
    pub(crate) proxy: Proxy,
    /// A listener that knows the user `melder` with the password `geheim`.
    pub(crate) guarded: String,
}

/// The broker, and the right to disturb it.
pub(crate) struct Turn {
    house: Arc<House>,
    _turn: MutexGuard<'static, ()>,
}

impl std::ops::Deref for Turn {
    type Target = House;

    fn deref(&self) -> &House {
        &self.house
    }
}

/// Waits for one's turn. None where no Kafka can be had.
pub(crate) fn turn() -> Option<Turn> {
    static HOUSE: Mutex<Weak<House>> = Mutex::new(Weak::new());
    static TURN: Mutex<()> = Mutex::new(());
    let house = {
        let mut shared = HOUSE.lock().unwrap_or_else(PoisonError::into_inner);
        match shared.upgrade() {
            Some(house) => house,
            None => {
                let house = Arc::new(start()?);
                *shared = Arc::downgrade(&house);
                house
            }
        }
    };
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    house.proxy.calm();
    Some(Turn { house, _turn: turn })
}

fn start() -> Option<House> {
    let dir = tempfile::tempdir().unwrap();
    let (port, behind, guarded) = (ports(), ports(), ports());
    let proxy = Proxy::start(behind);
    let controller = port + 1;
    let proxied = proxy.address.port();
    let properties = format!(
        "listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller},\
         PROXIED://127.0.0.1:{behind},GUARDED://127.0.0.1:{guarded}\n\
         advertised.listeners=PLAINTEXT://127.0.0.1:{port},PROXIED://127.0.0.1:{proxied},\
         GUARDED://127.0.0.1:{guarded}\n\
         listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,\
         PROXIED:PLAINTEXT,GUARDED:SASL_PLAINTEXT\n\
         listener.name.guarded.sasl.enabled.mechanisms=PLAIN\n\
         listener.name.guarded.plain.sasl.jaas.config=\
         org.apache.kafka.common.security.plain.PlainLoginModule required user_melder=\"geheim\";\n\
         authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n\
         super.users=User:ANONYMOUS\n\
         allow.everyone.if.no.acl.found=true\n"
    );
    let extra = dir.path().join("extra.properties");
    std::fs::write(&extra, properties).unwrap();
    let extra = extra.to_str().unwrap().to_owned();
    let broker = RealKafka::own_with(dir, port, &[&extra])?;
    Some(House { broker, proxy, guarded: format!("127.0.0.1:{guarded}") })
}

impl House {
    /// The broker as the tests read it, past the proxy.
    pub(crate) fn direct(&self) -> &str {
        self.broker.bootstrap()
    }

    /// A configuration whose only way to the broker is the proxy.
    pub(crate) fn setup(&self, test: &str, feeds: Vec<String>) -> Setup {
        let mut setup = Setup::new(Some(&self.proxy.address.to_string()), test, feeds);
        // The stories go back for months; none of them is to be too late.
        setup.link = "quiet_days = 365".into();
        setup
    }

    /// Waits until the first `count` stories are told.
    pub(crate) fn wait_until_told(&self, prefix: &str, count: usize) {
        wait_for(&format!("{count} stories to be told"), || {
            std::thread::sleep(std::time::Duration::from_millis(300));
            (tellings(self.direct(), prefix).len() >= count).then_some(())
        });
    }

    /// The first `count` stories are told once each, and nothing else is; no dead letters.
    pub(crate) fn assert_all_told(&self, prefix: &str, site: &Site, count: usize) {
        let told = tellings(self.direct(), prefix);
        for n in 0..count {
            let url = site.url(&story(n).path());
            assert_eq!(told.get(&url).copied(), Some(1), "story {n}, {url}");
        }
        assert_eq!(told.len(), count);
        assert_one_content_per_revision(self.direct(), prefix);
        let letters = read(self.direct(), prefix, Topic::DeadLetters);
        assert!(letters.is_empty(), "{letters:?}");
    }
}

/// How many incidents tell each article.
pub(crate) fn tellings(brokers: &str, prefix: &str) -> BTreeMap<String, usize> {
    let mut told = BTreeMap::new();
    for incident in incidents(brokers, prefix).into_values() {
        for url in incident.reports.into_iter().filter_map(|report| report.article.url) {
            *told.entry(url).or_default() += 1;
        }
    }
    told
}

/// Puts up the first `count` stories, spread over some feeds.
pub(crate) fn publish(site: &Site, feeds: usize, count: usize) -> Vec<String> {
    let path = |feed: usize| format!("/feed-{feed}.xml");
    for feed in 0..feeds {
        let stories: Vec<Story> = (0..count).filter(|n| n % feeds == feed).map(story).collect();
        site.publish(&path(feed), &stories);
    }
    (0..feeds).map(|feed| site.url(&path(feed))).collect()
}
