//! Partitions come and go while polls are under way.

use super::super::support::{Acks, House, house, until};
use super::feed::{self, Job};
use super::poller::Poller;
use crate::config::FeedSource;
use crate::fetch::Client;
use crate::message::{FeedState, Message as _, RecentEntry};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const FEED: &str = "<rss version=\"2.0\"><channel><title>T</title>\
    <item><guid>g-1</guid><title>Eine Meldung</title></item></channel></rss>";

/// A site that answers each request with this body, or never.
async fn site(body: Option<&'static str>) -> FeedSource {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/rss.xml", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4_096]).await;
            if let Some(body) = body {
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\
                     Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
                );
                let _ = stream.write_all(answer.as_bytes()).await;
            }
            open.push(stream);
        }
    });
    source(url)
}

fn source(url: String) -> FeedSource {
    FeedSource {
        url,
        outlet: "Blatt".into(),
        lang: None,
        country: None,
        pages: false,
        section: Vec::new(),
    }
}

fn poller(house: &House) -> Poller {
    let client = Client::new(&house.context.config.fetch).unwrap();
    Poller::new(house.context.clone(), client, 1)
}

/// Feeds that are ours, feeds planned, and polls under way.
fn state(poller: &Poller) -> (usize, usize, usize) {
    assert_eq!(poller.polls.len(), poller.running.len());
    (poller.feeds.len(), poller.queue.len(), poller.polls.len())
}

async fn start(poller: &mut Poller) {
    assert!(poller.assigned(&[0]).await.unwrap());
    assert_eq!(state(poller), (1, 1, 0));
    until("the feed to be due", || {
        poller.start_due();
        state(poller) == (1, 0, 1)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poll_ends_with_its_partition_and_begins_once_when_it_comes_back() {
    let house = house(&Acks::Come, vec![site(None).await]);
    let mut poller = poller(&house);
    for _ in 0..3 {
        start(&mut poller).await;
        poller.revoked(&[0], false).await.unwrap();
        assert_eq!(state(&poller), (0, 0, 0));
    }
    // Taken away before it was due.
    for _ in 0..3 {
        assert!(poller.assigned(&[0]).await.unwrap());
        poller.revoked(&[0], false).await.unwrap();
        assert_eq!(state(&poller), (0, 0, 0));
    }
    start(&mut poller).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poll_that_waits_for_kafka_does_not_outlive_its_partition() {
    let house = house(&Acks::NeverCome, vec![site(Some(FEED)).await]);
    let mut poller = poller(&house);
    for lost in [true, false] {
        start(&mut poller).await;
        house.under_way(1).await;
        poller.revoked(&[0], lost).await.unwrap();
        assert_eq!(state(&poller), (0, 0, 0));
        // Not even its last send is under way.
        until("no send", || house.context.stats.in_flight.get() == 0).await;
    }
}

async fn until_taken(poller: &mut Poller) -> Arc<super::list::Listed> {
    let mut taken = None;
    until("the feed to be due", || {
        taken = taken
            .take()
            .or_else(|| poller.queue.take(crate::stage::now(), tokio::time::Instant::now()));
        taken.is_some()
    })
    .await;
    taken.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poll_that_panics_is_a_failed_poll() {
    let house = house(&Acks::Come, vec![site(None).await]);
    let mut poller = poller(&house);
    assert!(poller.assigned(&[0]).await.unwrap());
    let listed = until_taken(&mut poller).await;
    let abort = poller.running.spawn(async { panic!("a mistake of ours") });
    poller.underway(listed, CancellationToken::new(), abort);
    let ended = poller.running.join_next_with_id().await.unwrap();
    poller.finished(ended).unwrap();
    assert_eq!(state(&poller), (1, 1, 0));
    let state = poller.feeds.values().next().unwrap().state.unpack().unwrap();
    assert_eq!((state.failures, state.last_error.as_deref()), (1, Some("panic")));
    assert!(poller.until_next() > Duration::ZERO);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_to_stop_while_reading_back_it_takes_nothing() {
    let house = house(&Acks::Come, vec![site(None).await]);
    let mut poller = poller(&house);
    house.context.stop.cancel();
    assert!(!poller.assigned(&[0]).await.unwrap());
    assert_eq!(state(&poller), (0, 0, 0));
}

/// Polls what is due until a condition holds.
async fn polls(poller: &mut Poller, what: &str, mut holds: impl FnMut(&Poller) -> bool) {
    let wait = async {
        while !holds(poller) {
            poller.start_due();
            tokio::select! {
                Some(ended) = poller.running.join_next_with_id() => {
                    poller.all_finished(ended).unwrap();
                }
                Some(id) = poller.answers.recv() => poller.has_answered(id),
                () = tokio::time::sleep(Duration::from_millis(5)) => {}
            }
        }
    };
    let limit = Duration::from_mins(1);
    tokio::time::timeout(limit, wait).await.unwrap_or_else(|_| panic!("waited for {what}"));
}

/// Feeds that were polled with success.
fn read(poller: &Poller) -> usize {
    let states = poller.feeds.values().filter_map(|feed| feed.state.unpack());
    states.filter(|state| state.last_success.is_some()).count()
}

/// One listener for the whole of 127.0.0.0/8, each address of which is a site of its own. On
/// 127.0.0.1 nothing is ever answered, and the entry of each `linked.xml` has its page there.
async fn sites() -> u16 {
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            if stream.local_addr().is_ok_and(|at| at.ip() == std::net::Ipv4Addr::LOCALHOST) {
                open.push(stream);
                continue;
            }
            tokio::spawn(async move {
                let mut head = [0; 4_096];
                let length = stream.read(&mut head).await.unwrap_or(0);
                let asked = String::from_utf8_lossy(&head[..length]);
                let link = format!("<link>http://127.0.0.1:{port}/page</link></item>");
                let linked = asked.starts_with("GET /linked.xml");
                let body = if linked { FEED.replace("</item>", &link) } else { FEED.into() };
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\
                     Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
                );
                let _ = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    port
}

/// Also with fewer slots than feeds that hang.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_feeds_of_a_site_that_hangs_delay_no_other() {
    let port = sites().await;
    let hanging = (0..1_000).map(|n| source(format!("http://127.0.0.1:{port}/{n}.xml")));
    let healthy = (1..=100).map(|n| source(format!("http://127.0.1.{n}:{port}/rss.xml")));
    let mut house = house(&Acks::Come, hanging.chain(healthy).collect());
    let mut config = (*house.context.config).clone();
    config.poll.concurrency = 4;
    // The list is spread over no time, so that all are due at once, those that hang first.
    config.poll.interval_seconds = 1;
    house.context.config = Arc::new(config);
    let mut poller = poller(&house);
    assert!(poller.assigned(&[0]).await.unwrap());
    polls(&mut poller, "all healthy feeds", |poller| read(poller) == 100).await;
    assert_eq!(house.context.metrics.feeds.with(["ok"]).get(), 1_100);
    // One poll of the site is under way, the others wait at their site.
    let hangs = poller.polls.values().filter(|poll| poll.listed.site.as_ref() == "127.0.0.1");
    assert_eq!(hangs.count(), 1);
}

/// One place, and one site: both are free as soon as a feed has answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_that_hang_delay_no_other_feed_of_the_site() {
    let port = sites().await;
    let linked =
        FeedSource { pages: true, ..source(format!("http://127.0.1.1:{port}/linked.xml")) };
    let others = (0..3).map(|n| source(format!("http://127.0.1.1:{port}/{n}.xml")));
    let mut house = house(&Acks::Come, vec![linked.clone()]);
    let mut config = (*house.context.config).clone();
    config.poll.concurrency = 1;
    config.poll.interval_seconds = 1;
    config.fetch.site_gap_milliseconds = 0;
    house.context.config = Arc::new(config);
    let mut poller = poller(&house);
    assert!(poller.assigned(&[0]).await.unwrap());
    let waits =
        |poller: &Poller| poller.asking == 0 && poller.polls.values().any(|poll| !poll.asks);
    polls(&mut poller, "the page being waited for", waits).await;
    house.context.feeds.replace(std::iter::once(linked).chain(others).collect());
    assert!(poller.relisted().await.unwrap());
    polls(&mut poller, "the other feeds", |poller| read(poller) == 3).await;
    assert_eq!((poller.polls.len(), read(&poller)), (1, 3));
    poller.revoked(&[0], false).await.unwrap();
    assert_eq!((poller.asking, state(&poller)), (0, (0, 0, 0)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_taken_off_the_list_stops_and_keeps_its_state_for_its_return() {
    let port = sites().await;
    let at = |host: &str| source(format!("http://{host}:{port}/rss.xml"));
    let (first, second, silent) = (at("127.0.1.1"), at("127.0.1.2"), at("127.0.0.1"));
    let house = house(&Acks::Come, vec![first.clone(), silent]);
    let mut poller = poller(&house);
    assert!(poller.assigned(&[0]).await.unwrap());
    polls(&mut poller, "one read, one under way", |p| read(p) == 1 && p.polls.len() == 1).await;
    let published = || house.context.metrics.articles_published_total.get();
    assert_eq!((published(), poller.feeds.len()), (1, 2));

    // The first goes, and so does the one that never answers; its poll ends.
    house.context.feeds.replace(vec![second.clone()]);
    assert!(poller.relisted().await.unwrap());
    polls(&mut poller, "the second alone", |p| read(p) == 1 && p.polls.is_empty()).await;
    assert_eq!((published(), state(&poller)), (2, (1, 1, 0)));
    assert_eq!(house.context.metrics.feeds.with(["ok"]).get(), 1);

    // It comes back under another name, and is known.
    let renamed = FeedSource { outlet: "Neues Blatt".into(), ..first };
    house.context.feeds.replace(vec![renamed, second]);
    assert!(poller.relisted().await.unwrap());
    assert_eq!((read(&poller), state(&poller)), (2, (2, 2, 0)));
    assert_eq!(published(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_that_changes_while_nothing_is_ours_is_taken_with_the_partitions() {
    let house = house(&Acks::Come, Vec::new());
    let mut poller = poller(&house);
    house.context.feeds.replace(vec![site(Some(FEED)).await]);
    assert!(poller.relisted().await.unwrap());
    assert_eq!(state(&poller), (0, 0, 0));
    assert!(poller.assigned(&[0]).await.unwrap());
    // And a partition that had no feed at first has one later.
    house.context.feeds.replace(vec![site(Some(FEED)).await, site(Some(FEED)).await]);
    assert!(poller.relisted().await.unwrap());
    assert_eq!(state(&poller).0, 2);
}

/// A state of a time when messages could be larger is written with the entries that fit, the newest.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_state_that_no_longer_fits_forgets_its_oldest_entries() {
    let source = site(Some(FEED)).await;
    let mut house = house(&Acks::Come, vec![source.clone()]);
    let mut config = (*house.context.config).clone();
    config.kafka.max_message_bytes = 20_000;
    config.poll.remembered_entries = 1_000;
    house.context.config = Arc::new(config);
    let client = Client::new(&house.context.config.fetch).unwrap();
    let recent = |n: usize| RecentEntry {
        id: format!("https://blatt.example/meldungen/{n:04}.html"),
        article: format!("a-{n:016}"),
        hash: "0".repeat(32),
        revision: 0,
        link: None,
        title: None,
        earlier: Vec::new(),
    };
    let id = crate::message::feed_id(&source.url);
    let before = FeedState {
        recent: (0..500).map(recent).collect(),
        ..FeedState::new(&id, &source.url, crate::stage::now())
    };
    assert!(before.to_bytes().unwrap().len() > 40_000);
    let job = Job { id, source: Arc::new(source), partition: 0, state: Some(before.clone()) };
    let stop = CancellationToken::new();
    let after = feed::poll(&house.context, &client, job, &stop, || ()).await.unwrap();
    let ids = |state: &FeedState| -> Vec<String> {
        state.recent.iter().map(|entry| entry.id.clone()).collect()
    };
    let (after, before) = (ids(&after), ids(&before));
    assert_eq!(after[0], "g-1");
    assert!((50..200).contains(&after.len()), "{} entries", after.len());
    assert_eq!(after[1..], before[..after.len() - 1]);
}
