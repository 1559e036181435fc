//! Partitions come and go while polls are under way.

use super::super::support::{Acks, House, house, until};
use super::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

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
    FeedSource { url, outlet: "Blatt".into(), lang: None, country: None, pages: false }
}

fn poller(house: &House) -> Poller {
    let client = Client::new(&house.context.config.fetch).unwrap();
    Poller::new(house.context.clone(), client, 1)
}

/// Feeds that wait for their time, feeds planned, and polls under way.
fn state(poller: &Poller) -> (usize, usize, usize) {
    assert_eq!(poller.polls.len(), poller.running.len());
    (poller.owned.len(), poller.due.len(), poller.polls.len())
}

async fn start(poller: &mut Poller) {
    assert!(poller.assigned(&[0]).await.unwrap());
    assert_eq!(state(poller), (1, 1, 0));
    until("the feed to be due", || {
        poller.start_due();
        state(poller) == (0, 0, 1)
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poll_that_panics_is_a_failed_poll() {
    let house = house(&Acks::Come, vec![site(None).await]);
    let mut poller = poller(&house);
    assert!(poller.assigned(&[0]).await.unwrap());
    let (_, job) = poller.owned.pop_first().unwrap();
    poller.due.clear();
    let abort = poller.running.spawn(async { panic!("a mistake of ours") });
    poller.polls.insert(abort.id(), Underway { job, abort });
    let ended = poller.running.join_next_with_id().await.unwrap();
    poller.finished(ended).unwrap();
    assert_eq!(state(&poller), (1, 1, 0));
    let state = poller.owned.values().next().unwrap().state.clone().unwrap();
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
