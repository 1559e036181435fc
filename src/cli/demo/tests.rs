//! What the demo site promises to the rest of the demo.

use super::words::Template;
use super::*;
use crate::message::{Timestamp, rfc3339};
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

const BASE: &str = "http://127.0.0.1:4000";
/// A Wednesday.
const START: &str = "2024-05-15T10:30:00Z";
const MOMENTS: [u64; 6] = [0, 10, 40, 75, 110, 100_000];

fn site_at(start: &str) -> Site {
    Site::new(World::load().unwrap(), rfc3339(start).unwrap(), BASE)
}

fn site() -> Site {
    site_at(START)
}

fn path_of(url: &str) -> &str {
    url.strip_prefix(BASE).unwrap()
}

/// The feed as text, read as its declaration says and with its known fault repaired.
fn feed_text(site: &Site, outlet: &Outlet, elapsed: u64) -> String {
    let response = site.respond(&format!("/{}/{}", outlet.id, outlet.feed), elapsed, None);
    assert_eq!(response.status, 200);
    match outlet.quirk {
        Quirk::None => String::from_utf8(response.body).unwrap(),
        Quirk::Latin1 => encoding_rs::WINDOWS_1252.decode(&response.body).0.into_owned(),
        Quirk::BareAmpersand => String::from_utf8(response.body).unwrap().replace(" & ", " &amp; "),
    }
}

/// Reads all of a document strictly; the error says what is not well-formed.
fn well_formed(xml: &str) -> Result<(), String> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut depth = 0;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    if depth == 0 { Ok(()) } else { Err(format!("{depth} elements are open")) }
}

/// Values of an attribute.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let mark = format!("{name}=\"");
    html.split(mark.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn the_world_is_as_wide_as_the_demo_says() {
    let world = World::load().unwrap();
    let of = |lang: &str| world.outlets.iter().filter(|outlet| outlet.lang == lang).count();
    assert!(of("de") >= 3 && of("en") >= 2 && of("fr") >= 2 && of("es") >= 1);
    for format in [Format::Rss2, Format::Atom, Format::Rdf, Format::JsonFeed] {
        assert!(world.outlets.iter().any(|outlet| outlet.format == format), "{format:?}");
    }
    for quirk in [Quirk::Latin1, Quirk::BareAmpersand] {
        assert!(world.outlets.iter().any(|outlet| outlet.quirk == quirk), "{quirk:?}");
    }
    for page in [Page::Missing, Page::Forbidden, Page::None] {
        let mut articles = world.events.iter().flat_map(|event| &event.articles);
        assert!(articles.any(|article| article.page == page), "{page:?}");
    }
    assert!(world.incidents() >= 18);
    let told_twice = world.events.iter().filter(|event| {
        let outlets: BTreeSet<_> = event.articles.iter().map(|a| &a.outlet).collect();
        !event.quiet && outlets.len() > 1
    });
    assert!(told_twice.count() >= 12);
    assert!(world.events.iter().filter(|event| event.quiet).count() >= 3);
}

#[test]
fn one_german_outlet_repeats_what_another_wrote_lightly_edited() {
    let world = World::load().unwrap();
    let day = rfc3339(START).unwrap().date();
    for (event, one, two) in
        [("sumy", "tagesbote", "deich"), ("zaragoza", "tagesbote", "pfefferbach")]
    {
        let event = world.events.iter().find(|e| e.id == event).unwrap();
        let text = |id: &str| {
            let article = event.articles.iter().find(|article| article.outlet == id).unwrap();
            article.text.fill(world.outlet(id).unwrap().1, day)
        };
        let (one, two) = (text(one), text(two));
        assert_ne!(one, two);
        let words: BTreeSet<_> = one.split_whitespace().collect();
        let (kept, all) = (
            two.split_whitespace().filter(|w| words.contains(w)).count(),
            two.split_whitespace().count(),
        );
        assert!(kept * 10 > all * 9, "{kept} of {all}");
    }
}

#[test]
fn every_feed_parses_at_any_moment() {
    let site = site();
    for elapsed in MOMENTS {
        let mut entries = 0;
        for outlet in &World::load().unwrap().outlets {
            let text = feed_text(&site, outlet, elapsed);
            if outlet.format == Format::JsonFeed {
                serde_json::from_str::<serde_json::Value>(&text).unwrap();
            } else {
                well_formed(&text).unwrap_or_else(|error| panic!("{}: {error}", outlet.id));
            }
            let feed = feed_rs::parser::parse(text.as_bytes()).unwrap();
            assert_eq!(feed.title.unwrap().content, outlet.name);
            entries += feed.entries.len();
        }
        assert_eq!(entries, site.entry_count(elapsed), "after {elapsed} s");
    }
}

#[test]
fn the_broken_feeds_are_really_broken() {
    let site = site();
    for outlet in &World::load().unwrap().outlets {
        let path = format!("/{}/{}", outlet.id, outlet.feed);
        let body = site.respond(&path, 0, None).body;
        match outlet.quirk {
            Quirk::None => assert!(std::str::from_utf8(&body).is_ok(), "{path}"),
            Quirk::Latin1 => assert!(std::str::from_utf8(&body).is_err(), "{path}"),
            Quirk::BareAmpersand => {
                well_formed(std::str::from_utf8(&body).unwrap()).unwrap_err();
            }
        }
    }
}

#[test]
fn entries_appear_on_schedule_and_stay() {
    let (world, site) = (World::load().unwrap(), site());
    let articles: Vec<&Article> = world.events.iter().flat_map(|event| &event.articles).collect();
    let at_start = articles.iter().filter(|article| article.after_seconds == 0).count();
    assert!(at_start >= 10 && at_start < articles.len());
    assert_eq!(site.entry_count(0), at_start);
    assert_eq!(site.entry_count(site.last_change_seconds()), articles.len());
    for article in articles.iter().filter(|article| article.after_seconds > 0) {
        let feed = |elapsed| {
            let (outlet, _) = world.outlet(&article.outlet).unwrap();
            feed_text(&site, outlet, elapsed).contains(&article.slug)
        };
        assert!(!feed(article.after_seconds - 1), "{} is early", article.slug);
        assert!(feed(article.after_seconds), "{} is late", article.slug);
    }
}

#[test]
fn all_links_resolve_but_the_one_that_is_missing() {
    let (world, site) = (World::load().unwrap(), site());
    for elapsed in MOMENTS {
        let mut queue = vec!["/".to_owned()];
        let (mut seen, mut missing) = (HashSet::new(), BTreeSet::new());
        for outlet in &world.outlets {
            let text = feed_text(&site, outlet, elapsed);
            let feed = feed_rs::parser::parse(text.as_bytes()).unwrap();
            let links = feed.entries.iter().flat_map(|entry| &entry.links);
            queue.extend(links.map(|link| path_of(&link.href).to_owned()));
        }
        while let Some(path) = queue.pop() {
            if !seen.insert(path.clone()) {
                continue;
            }
            let response = site.respond(&path, elapsed, None);
            if response.status == 404 {
                missing.insert(path);
                continue;
            }
            assert_eq!(response.status, 200, "{path}");
            if response.header("content-type") == Some("text/html; charset=utf-8") {
                let html = response.text();
                let links = ["href", "src"].into_iter().flat_map(|name| attributes(&html, name));
                queue.extend(links.map(|link| link.strip_prefix(BASE).unwrap_or(link).to_owned()));
            }
        }
        assert_eq!(Vec::from_iter(missing), ["/gazette/monde/belgique-braquage-gand.html"]);
        assert!(seen.len() > site.entry_count(elapsed));
    }
}

#[test]
fn no_entry_is_published_before_the_day_of_the_start_or_in_the_future() {
    let starts = ["2024-05-15T00:10:00Z", START, "2024-12-31T23:59:30Z", "2024-03-01T06:00:00Z"];
    for start in starts {
        let (site, start) = (site_at(start), rfc3339(start).unwrap());
        for elapsed in MOMENTS {
            for outlet in &World::load().unwrap().outlets {
                let text = feed_text(&site, outlet, elapsed);
                for entry in feed_rs::parser::parse(text.as_bytes()).unwrap().entries {
                    let second = entry.published.unwrap().timestamp();
                    let published = Timestamp::from_second(second);
                    assert!(published.date() >= start.date(), "{}", entry.id);
                    let now = start.as_second() + i64::try_from(elapsed).unwrap();
                    assert!(second <= now, "{}", entry.id);
                }
            }
        }
    }
}

#[test]
fn page_and_feed_give_the_same_publication() {
    let site = site();
    let world = World::load().unwrap();
    let (tagesbote, _) = world.outlet("tagesbote").unwrap();
    for entry in feed_rs::parser::parse(feed_text(&site, tagesbote, 40).as_bytes()).unwrap().entries
    {
        let page = site.respond(path_of(&entry.links[0].href), 40, None);
        let published = Timestamp::from_second(entry.published.unwrap().timestamp());
        let html = page.text().into_owned();
        assert!(html.contains(&format!("\"datePublished\":\"{published}\"")), "{}", entry.id);
        assert!(html.contains(&format!("<time datetime=\"{published}\">")), "{}", entry.id);
    }
}

#[test]
fn days_are_told_in_the_language_of_the_text() {
    let page =
        |start: &str, path: &str| site_at(start).respond(path, 1_000, None).text().into_owned();
    let drone = "/tagesbote/artikel/drohnenangriff-sumy.html";
    assert!(page(START, drone).contains("sind am Dienstag drei Menschen"));
    assert!(page(START, drone).contains("Veröffentlicht am 15. Mai 2024, 07:20 Uhr"));
    assert!(page("2024-05-13T10:30:00Z", drone).contains("sind am Sonntag drei Menschen"));
    assert!(
        page(START, "/lantern/world/sumy-drone-strike.html").contains("on Tuesday killed four")
    );
    assert!(page(START, "/lantern/world/sylhet-floods.html").contains("Sylhet on Monday"));
    assert!(page(START, "/large/depeches/combats-el-fasher.html").contains("blessés mardi à"));
    assert!(page(START, "/faro/mundo/ataque-drones-sumy.html").contains("el martes en un ataque"));
}

#[test]
fn placeholders_are_filled_and_mistakes_refused() {
    let world = World::load().unwrap();
    let fill = |lang: &str, text: &str, day: &str| {
        let template = Template::try_from(text.to_owned()).unwrap();
        template.fill(&world.words[lang], day.parse().unwrap())
    };
    assert_eq!(fill("de", "am {weekday:-2}, {date:-14}", "2024-05-15"), "am Montag, 1. Mai");
    assert_eq!(fill("fr", "{weekday:0} {date:-14}", "2024-05-15"), "mercredi 1er mai");
    assert_eq!(fill("es", "{date:-1} de {year:-10}", "2024-03-01"), "29 de febrero de 2014");
    assert_eq!(fill("en", "{date:-1} {year:0}", "2025-01-01"), "31 December 2025");
    for wrong in ["{weekday:1}", "{weekday:-7}", "{date:-400}", "{hour:-1}", "{date}", "{date:-1"] {
        Template::try_from(wrong.to_owned()).unwrap_err();
    }
}

#[test]
fn the_same_start_gives_the_same_bytes() {
    let (one, two, other) = (site(), site(), site_at("2024-05-16T10:30:00Z"));
    for feed in one.feeds() {
        let get = |site: &Site| site.respond(path_of(&feed.url), 60, None);
        assert_eq!(get(&one), get(&two));
        assert_ne!(get(&one).body, get(&other).body);
    }
}

#[test]
fn the_feed_list_names_every_outlet_once() {
    let feeds = site().feeds();
    assert_eq!(feeds.len(), World::load().unwrap().outlets.len());
    let urls: BTreeSet<_> = feeds.iter().map(|feed| &feed.url).collect();
    assert_eq!(urls.len(), feeds.len());
    assert!(urls.contains(&format!("{BASE}/tagesbote/rss.xml")));
    assert!(feeds.iter().any(|feed| feed.pages) && feeds.iter().any(|feed| !feed.pages));
}

#[test]
fn an_entity_tag_saves_the_body_until_something_changes() {
    let site = site();
    let first = site.respond("/tagesbote/rss.xml", 0, None);
    let tag = first.header("etag").unwrap();
    let again = site.respond("/tagesbote/rss.xml", 14, Some(tag));
    assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, Some(tag)));
    let weak = format!("\"x\", W/{tag}");
    assert_eq!(site.respond("/tagesbote/rss.xml", 14, Some(&weak)).status, 304);
    assert_eq!(site.respond("/tagesbote/rss.xml", 15, Some(tag)).status, 200);
    assert_eq!(site.respond("/tagesbote/rss.xml", 0, Some("\"x\"")).status, 200);
}

#[test]
fn a_corrected_article_keeps_its_address_and_changes_its_text() {
    let site = site();
    let path = "/altiplano/notas/sismo-arequipa.html";
    let (before, after) = (site.respond(path, 99, None), site.respond(path, 100, None));
    assert!(before.text().contains("cinco muertos"));
    assert!(after.text().contains("ocho personas murieron"));
    assert!(after.text().contains("\"dateModified\":\"2024-05-15T10:31:40Z\""));
    assert_eq!(site.entry_count(99), site.entry_count(100));
}

#[test]
fn robots_and_absent_paths() {
    let site = site();
    let robots = site.respond("/robots.txt", 0, None);
    assert!(robots.text().contains("Disallow: /pfefferbach/plus/\n"));
    assert_eq!(site.respond("/pfefferbach/plus/felssturz-innsbruck.html", 65, None).status, 200);
    for path in ["", "/nobody/", "/tagesbote/x", "/tagesbote/artikel/../rss.xml", "/deich/rss.xml"]
    {
        assert_eq!(site.respond(path, 0, None).status, 404, "{path}");
    }
    let early = "/tagesbote/artikel/luftangriff-mandalay.html";
    assert_eq!(site.respond(early, 14, None).status, 404);
    assert_eq!(site.respond(early, 15, None).status, 200);
    assert_eq!(
        site.respond("/tagesbote", 0, None).header("location").unwrap(),
        format!("{BASE}/tagesbote/")
    );
    assert_eq!(site.respond("/tagesbote/rss.xml?x=1", 0, None).status, 200);
}

#[test]
fn the_article_can_be_read_out_of_its_page() {
    let (world, site) = (World::load().unwrap(), site());
    let mut read = 0;
    for article in world.events.iter().flat_map(|event| &event.articles) {
        let (outlet, words) = world.outlet(&article.outlet).unwrap();
        if article.page != Page::Article || article.update.is_some() {
            continue;
        }
        let path = format!("/{}/{}/{}.html", outlet.id, outlet.folder, article.slug);
        let html = site.respond(&path, 1_000, None).text().into_owned();
        let result = trafilatura::extract(&html, &trafilatura::Options::default()).unwrap();
        let text = article.text.fill(words, rfc3339(START).unwrap().date());
        for paragraph in text.split("\n\n").map(str::trim) {
            assert!(result.content_text.contains(paragraph), "{path}: {paragraph}");
        }
        read += 1;
    }
    assert!(read > 40);
}

#[tokio::test]
async fn it_is_served_on_loopback_by_an_injected_clock_until_told_to_stop() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let site = Arc::new(Site::new(World::load().unwrap(), rfc3339(START).unwrap(), &base));
    let clock = Arc::new(std::sync::atomic::AtomicU64::new(0));
    let hand = Arc::clone(&clock);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(serve(
        listener,
        Arc::clone(&site),
        move || hand.load(std::sync::atomic::Ordering::SeqCst),
        async { stopped.await.unwrap_or_default() },
    ));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = site.feeds()[0].url.clone();

    let first = client.get(&url).send().await.unwrap();
    assert_eq!(first.status(), 200);
    assert_eq!(first.headers()["content-type"], "application/rss+xml; charset=utf-8");
    let tag = first.headers()["etag"].clone();
    let body = first.bytes().await.unwrap();
    assert_eq!(body, site.respond("/tagesbote/rss.xml", 0, None).body);
    let ask = || client.get(&url).header("if-none-match", tag.clone()).send();
    assert_eq!(ask().await.unwrap().status(), 304);
    clock.store(1_000, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(ask().await.unwrap().status(), 200);
    assert_eq!(client.head(&url).send().await.unwrap().status(), 200);
    assert_eq!(client.post(&url).send().await.unwrap().status(), 405);

    drop(client);
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
}

proptest::proptest! {
    #[test]
    fn any_request_gets_an_answer(path in ".{0,60}", elapsed: u64, tag in ".{0,20}") {
        let response = site().respond(&path, elapsed, Some(&tag));
        proptest::prop_assert!([200, 301, 304, 404].contains(&response.status));
    }

    #[test]
    fn any_start_and_any_template_are_survived(second: i64, text in "[{}:a-z0-9-]{0,20}") {
        let start = Timestamp::from_second(second);
        let site = Site::new(World::load().unwrap(), start, BASE);
        site.respond("/tagesbote/", 1_000, None);
        if let Ok(template) = Template::try_from(text) {
            template.fill(&World::load().unwrap().words["fr"], start.date());
        }
    }
}
