//! The whole service in a hostile web. On the in-process broker: what is tried here comes from the
//! feeds.

use crate::support::process::{Service, Setup};
use crate::support::site::{Answer, Site, Story, story};
use crate::support::topic::{incidents, read};
use crate::support::wait_for;
use depesche::kafka::Topic;
use flate2::{Compression, write::GzEncoder};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// The only address that the service may ask; all others of the loopback network are forbidden to it.
const ALLOWED: &str = "127.0.0.2:0";
/// What a debug build may hold here.
const MEMORY_MIB: u64 = 700;

fn setup(test: &str, feeds: Vec<String>) -> Setup {
    let mut setup = Setup::new(None, test, feeds);
    setup.networks = "[\"127.0.0.2/32\"]".into();
    setup.link = "quiet_days = 365".into();
    setup
}

/// The first stories are told, whatever goes on beside them.
fn wait_until_told(service: &Service, site: &Site, stories: &[Story]) {
    let broker = service.embedded_broker();
    wait_for("the honest stories to be told", || {
        std::thread::sleep(Duration::from_millis(200));
        let all = incidents(&broker, &service.prefix);
        let told = |story: &Story| {
            let url = Some(site.url(&story.path()));
            all.values().any(|i| i.reports.iter().any(|r| r.article.url == url))
        };
        stories.iter().all(told).then_some(())
    });
    let memory = service.resident_mib();
    assert!(memory < MEMORY_MIB, "{memory} MiB");
}

/// Waits for a fetch error of one of these classes.
fn wait_for_class(service: &Service, classes: &[&str]) {
    wait_for(&format!("a fetch error of {classes:?}"), || {
        let seen = classes.iter().any(|class| {
            let label = format!("class=\"{class}\"");
            service.metric("depesche_fetch_errors_total", &label) >= 1.0
        });
        seen.then_some(())
    });
}

/// A server that hands out one byte at a time, as long as anybody listens.
fn slow_loris() -> SocketAddr {
    let listener = TcpListener::bind(ALLOWED).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || {
                let mut stream = stream;
                let _ = stream.read(&mut [0; 4096]);
                let head =
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss><channel>";
                let mut bytes = head.iter().chain(std::iter::repeat(&b' '));
                while bytes.next().is_some_and(|byte| stream.write_all(&[*byte]).is_ok()) {
                    std::thread::sleep(Duration::from_millis(20));
                }
            });
        }
    });
    address
}

/// So many mebibytes of spaces, compressed with gzip once or twice.
fn bomb(mebibytes: usize, layers: u32) -> Vec<u8> {
    let mut bytes = b"<rss><channel><title>".to_vec();
    bytes.resize(mebibytes << 20, b' ');
    for _ in 0..layers {
        let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(&bytes).unwrap();
        bytes = packer.finish().unwrap();
    }
    bytes
}

#[test]
fn hostile_sites_hold_up_nothing_else() {
    let site = Site::start_at(ALLOWED);
    let honest: Vec<Story> = (0..5).map(story).collect();
    site.publish("/good.xml", &honest);
    site.set("/bomb.xml", Answer::Gzip("application/rss+xml", bomb(64, 1)));
    site.set("/double.xml", Answer::Gzip("application/rss+xml", bomb(64, 2)));
    site.set("/loop.xml", Answer::Redirect(site.url("/loop-2.xml")));
    site.set("/loop-2.xml", Answer::Redirect(site.url("/loop.xml")));
    // Thousands of elements within each other, and entities that would grow to gibibytes.
    let deep = "<a>".repeat(200_000);
    site.set("/deep.xml", Answer::Ok("application/rss+xml", deep.into_bytes()));
    let mut laughs = String::from("<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY a0 \"ha\">");
    for n in 1..30 {
        laughs.push_str(&format!("<!ENTITY a{n} \"&a{0};&a{0};\">", n - 1));
    }
    laughs.push_str("]><rss><channel><title>&a29;</title></channel></rss>");
    site.set("/laughs.xml", Answer::Ok("application/rss+xml", laughs.into_bytes()));
    // Pages that are no better than the feeds.
    let mut nasty: Vec<Story> = (5..8).map(story).collect();
    site.publish("/nasty.xml", &nasty);
    site.set(&nasty[0].path(), Answer::Gzip("text/html", bomb(64, 1)));
    site.set(&nasty[1].path(), Answer::Redirect(site.url(&nasty[1].path())));
    let nested = "<div>".repeat(100_000);
    site.set(&nasty[2].path(), Answer::Ok("text/html", nested.into_bytes()));
    let names = ["bomb", "double", "loop", "deep", "laughs", "nasty", "good"];
    let mut feeds = vec![format!("http://{}/slow.xml", slow_loris())];
    feeds.extend(names.map(|name| site.url(&format!("/{name}.xml"))));
    let mut service = setup("sites", feeds).start();
    nasty.extend(honest);
    wait_until_told(&service, &site, &nasty);
    // Whether size or ratio is noticed first depends on how the bytes arrive.
    for classes in [&["bomb", "too_large"][..], &["redirect"], &["timeout"]] {
        wait_for_class(&service, classes);
    }
    assert_eq!(service.get("/live").0, 200);
    assert!(!service.log().contains("panicked"), "{}", service.log());
    service.stop();
}

/// A server that must never be asked; counts who connects.
fn trap() -> (SocketAddr, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let caught = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&caught);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            count.fetch_add(1, Relaxed);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret");
        }
    });
    (address, caught)
}

#[test]
fn no_link_redirect_or_name_leads_to_a_forbidden_address() {
    let site = Site::start_at(ALLOWED);
    let (trap, caught) = trap();
    let port = trap.port();
    // One address in many spellings, and addresses that would be worse.
    let forbidden = [
        format!("http://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("http://LOCALHOST.:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("http://0x7f.1:{port}/"),
        format!("http://0177.0.0.1:{port}/"),
        format!("http://127.1:{port}/"),
        format!("http://0.0.0.0:{port}/"),
        format!("http://[::1]:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://someone@127.0.0.1:{port}/"),
        "http://169.254.169.254/latest/meta-data/".into(),
        "http://[fd00:ec2::254]/latest/meta-data/".into(),
        "http://10.0.0.1/".into(),
    ];
    // By page link, by redirect from a page, by redirect from a feed, by canonical address.
    let stories: Vec<Story> = (0..forbidden.len()).map(story).collect();
    let mut by_link = String::from("<rss version=\"2.0\"><channel><title>t</title>");
    for (story, address) in stories.iter().zip(&forbidden) {
        by_link.push_str(&format!(
            "<item><title>{}</title><link>{address}{}</link><description>{}</description>\
             <pubDate>{}</pubDate></item>",
            story.title, story.slug, story.lede, story.published
        ));
    }
    by_link.push_str("</channel></rss>");
    site.set("/links.xml", Answer::Ok("application/rss+xml", by_link.into_bytes()));
    site.publish("/pages.xml", &stories);
    let mut feeds = vec![site.url("/links.xml"), site.url("/pages.xml")];
    for (n, (story, address)) in stories.iter().zip(&forbidden).enumerate() {
        site.set(&story.path(), Answer::Redirect(address.clone()));
        let feed = format!("/redirect-{n}.xml");
        site.set(&feed, Answer::Redirect(address.clone()));
        feeds.push(site.url(&feed));
    }
    // By the feed list itself.
    feeds.push(format!("http://127.0.0.1:{port}/feed.xml"));
    feeds.push(format!("http://localhost:{port}/feed.xml"));
    let mut service = setup("forbidden", feeds).start();
    // They are told by their feed alone.
    let broker = service.embedded_broker();
    wait_for("the stories to be told without their pages", || {
        std::thread::sleep(Duration::from_millis(200));
        let found = incidents(&broker, &service.prefix);
        (found.len() >= stories.len()).then_some(())
    });
    wait_for_class(&service, &["blocked_address"]);
    wait_for("every feed to be asked", || {
        let asked = |n: usize| site.asked(&format!("/redirect-{n}.xml")) >= 2;
        (0..forbidden.len()).all(asked).then_some(())
    });
    assert_eq!(caught.load(Relaxed), 0, "the trap was asked");
    for record in read(&broker, &service.prefix, Topic::Articles) {
        let text = String::from_utf8(record.value.unwrap()).unwrap();
        assert!(!text.contains("secret"), "{text}");
    }
    service.stop();
}

#[test]
fn titles_forge_neither_log_lines_nor_metrics() {
    let site = Site::start_at(ALLOWED);
    let forged = "{\"level\":\"ERROR\",\"fields\":{\"message\":\"forged\"}}";
    let label = "\"} 1\ndepesche_forged_total 1\n# ";
    let mut stories: Vec<Story> = (0..3).map(story).collect();
    for (story, words) in stories.iter_mut().zip([forged, label, "\u{1b}[31m\r\nforged\u{2028}"]) {
        // As a title may be written: as text, and with characters by number.
        let words: String = words.chars().map(|c| format!("&#{};", u32::from(c))).collect();
        story.title = format!("{} &#10;{words}", story.title);
    }
    site.publish("/rss.xml", &stories);
    let mut service =
        setup("forged", vec![site.url("/rss.xml"), site.url("/%0aforged.xml")]).start();
    wait_until_told(&service, &site, &stories);
    wait_for_class(&service, &["http_404"]);
    for line in service.log().lines() {
        let value: serde_json::Value = serde_json::from_str(line).expect(line);
        let message = value["fields"]["message"].as_str().or(value["message"].as_str());
        assert_ne!(message, Some("forged"), "{line}");
    }
    let (_, metrics) = service.get("/metrics");
    for line in metrics.lines() {
        assert!(
            line.starts_with("depesche_") || line.starts_with("process_") || line.starts_with('#'),
            "{line}"
        );
        assert!(!line.contains("forged"), "{line}");
    }
    service.stop();
}

#[test]
fn of_a_feed_with_200_000_entries_as_many_are_taken_as_allowed() {
    let site = Site::start_at(ALLOWED);
    let mut xml = String::from("<rss version=\"2.0\"><channel><title>t</title>");
    for n in 0..200_000 {
        xml.push_str(&format!("<item><guid>{n}</guid><title>T{n}</title></item>"));
    }
    xml.push_str("</channel></rss>");
    site.set("/endless.xml", Answer::Ok("application/rss+xml", xml.into_bytes()));
    let honest: Vec<Story> = (0..5).map(story).collect();
    site.publish("/good.xml", &honest);
    let mut setup = setup("endless", vec![site.url("/endless.xml"), site.url("/good.xml")]);
    setup.poll = "max_entries = 150".into();
    setup.fetch = "max_feed_bytes = 20_000_000".into();
    let mut service = setup.start();
    wait_until_told(&service, &site, &honest);
    wait_for("the allowed entries and no more to be published", || {
        (service.metric("depesche_articles_published_total", "") >= 155.0).then_some(())
    });
    wait_for("it to be read once more", || (site.asked("/endless.xml") >= 3).then_some(()));
    let published = service.metric("depesche_articles_published_total", "");
    assert!((published - 155.0).abs() < 0.5, "{published}");
    assert!(service.resident_mib() < MEMORY_MIB);
    service.stop();
}
