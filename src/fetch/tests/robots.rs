//! What robots.txt allows, and how often it is asked for.

use super::*;

#[tokio::test]
async fn robots_txt_has_a_say_over_pages_and_not_over_feeds() {
    let rules = "User-agent: *\nDisallow: /intern\n";
    let server = Server::start(vec![
        ("/robots.txt", send(200, &[("content-type", "text/plain")], rules)),
        ("/offen", send(200, &[], "offen")),
        ("/intern", send(200, &[], "intern")),
        ("/umweg", redirect(302, "/intern")),
    ])
    .await;
    let client = client();
    let page = |path| {
        let (client, url) = (client.clone(), server.url(path));
        async move { client.page(&url).await.map_or_else(|e| e.label(), |_| "fetched") }
    };
    assert_eq!(page("/offen").await, "fetched");
    assert_eq!(page("/intern").await, "robots");
    assert_eq!(page("/umweg").await, "robots", "redirects are asked about as well");
    assert_eq!((server.asked("/robots.txt"), server.asked("/intern")), (1, 0), "rules are kept");
    assert_eq!(label(&client, &server.url("/intern")).await, "fetched");
    let rude = Client::new(&config::Fetch { respect_robots: false, ..settings() }).unwrap();
    assert!(rude.page(&server.url("/intern")).await.is_ok());
}

#[tokio::test]
async fn robots_txt_that_is_missing_allows_and_that_fails_forbids() {
    for (reply, expected) in [
        (send(404, &[], ""), "fetched"),
        (send(403, &[], ""), "fetched"),
        (send(429, &[], ""), "robots"),
        (send(500, &[], ""), "robots"),
        (Reply::Close, "robots"),
        (redirect(302, "/rules"), "fetched"),
        (redirect(302, "/robots.txt"), "robots"),
        (Reply::Endless, "fetched"),
    ] {
        let server = Server::start(vec![
            ("/robots.txt", reply),
            ("/rules", send(200, &[], "")),
            ("/a", send(200, &[], "a")),
        ])
        .await;
        let answer = client().page(&server.url("/a")).await;
        assert_eq!(answer.as_ref().map_or_else(FetchError::label, |_| "fetched"), expected);
        if let Err(error) = answer {
            assert_eq!(error.class(), Class::Retry, "it may be allowed later");
        }
    }
}

#[tokio::test]
async fn a_host_that_is_away_is_told_once_and_then_left_alone() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let (client, url) = (client(), format!("http://{free}/a"));
    assert_eq!(client.page(&url).await.unwrap_err().label(), "connect");
    assert_eq!(client.page(&url).await.unwrap_err().label(), "robots");
}

#[tokio::test]
async fn pages_asked_for_at_once_ask_for_the_rules_once() {
    let server =
        Server::start(vec![("/robots.txt", send(200, &[], "")), ("/a", send(200, &[], "a"))]).await;
    let client = client();
    let url = server.url("/a");
    let (one, two, three) = tokio::join!(client.page(&url), client.page(&url), client.page(&url));
    assert!(one.is_ok() && two.is_ok() && three.is_ok());
    assert_eq!((server.asked("/robots.txt"), server.asked("/a")), (1, 3));
}
