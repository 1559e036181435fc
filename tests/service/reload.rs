//! The feed list changes while the service runs.

use crate::support::process::Setup;
use crate::support::site::{Answer, Site};
use crate::support::wait_for;

const FEED: &[u8] = b"<rss version=\"2.0\"><channel><title>T</title><item><guid>g-1</guid>\
    <title>Eine Meldung</title></item></channel></rss>";

#[test]
fn feeds_come_and_go_with_their_list() {
    let site = Site::start();
    for path in ["/a.xml", "/b.xml", "/c.xml"] {
        site.set(path, Answer::Ok("application/rss+xml", FEED.to_vec()));
    }
    let feeds = |paths: &[&str]| paths.iter().map(|path| site.url(path)).collect::<Vec<_>>();
    let mut setup = Setup::new(None, "reload", feeds(&["/a.xml", "/b.xml"]));
    setup.stages = "poll".into();
    let mut service = setup.start();
    let reloads = |outcome: &str, count: f64| {
        wait_for(&format!("{count} reloads {outcome}"), || {
            (service.metric("depesche_feed_reloads_total", outcome) >= count).then_some(())
        });
    };
    wait_for("both feeds polled", || {
        (site.asked("/a.xml") > 0 && site.asked("/b.xml") > 0).then_some(())
    });

    // A file that changes is read without being asked to.
    setup.feeds = feeds(&["/b.xml", "/c.xml"]);
    service.configure(&setup);
    reloads("\"changed\"", 1.0);
    wait_for("the new feed polled", || (site.asked("/c.xml") > 0).then_some(()));
    let says = |words: &str| {
        // A line of the log comes a little after what it tells of.
        wait_for(words, || service.log().contains(words).then_some(()));
    };
    says("\"added\":1,\"removed\":1,\"changed\":0");
    wait_for("two feeds", || {
        (service.metric("depesche_feeds", "").to_bits() == 2_f64.to_bits()).then_some(())
    });
    // The one that was taken off is not asked again, though its time comes over and over.
    let (gone, kept) = (site.asked("/a.xml"), site.asked("/b.xml"));
    wait_for("further polls of the one that stayed", || {
        (site.asked("/b.xml") > kept + 2).then_some(())
    });
    assert_eq!(site.asked("/a.xml"), gone);

    // A list with a mistake is refused as a whole.
    setup.feeds = vec![site.url("/a.xml"), "ftp://example.org/feed".into()];
    service.configure(&setup);
    reloads("\"refused\"", 1.0);
    says("only http and https are read");
    let kept = site.asked("/c.xml");
    wait_for("the old list in use", || (site.asked("/c.xml") > kept).then_some(()));
    assert_eq!(site.asked("/a.xml"), gone);

    // SIGHUP reads it at once and ends nothing.
    service.signal("HUP");
    reloads("\"refused\"", 2.0);
    setup.feeds = feeds(&["/a.xml"]);
    service.configure(&setup);
    service.signal("HUP");
    reloads("\"changed\"", 2.0);
    wait_for("the feed that came back", || (site.asked("/a.xml") > gone).then_some(()));
    service.stop();
}
