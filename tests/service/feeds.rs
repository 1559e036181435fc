//! `depesche feeds` as a user runs it.

use crate::support::process::depesche;
use crate::support::site::{Answer, Site};
use serde_json::Value;
use std::path::Path;
use std::process::Output;

const CLEAN: &str = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Blatt</title>\
    <link>https://blatt.example/</link><description>d</description><item><guid isPermaLink=\"false\">1\
    </guid><title>Eine Meldung</title><pubDate>Mon, 23 Nov 2026 08:00:00 GMT</pubDate></item>\
    </channel></rss>";
const DIRTY: &str = "<rss version=\"2.0\"><channel><title>Q & A</title><item><guid>1</guid>\
    <title>Fisch & Brot</title></item></channel></rss>";
const PAGE: &str = "<html><head><title>Blatt</title><link rel=alternate type=\"application/rss+xml\" \
    title=\"Alles\" href=\"/clean.xml\"></head><body>Willkommen</body></html>";

fn run(folder: &Path, args: &[&str]) -> Output {
    depesche().args(args).current_dir(folder).output().unwrap()
}

fn setup() -> (tempfile::TempDir, Site) {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start();
    for (path, kind, text) in [
        ("/clean.xml", "application/rss+xml", CLEAN),
        ("/dirty.xml", "text/xml", DIRTY),
        ("/start", "text/html", PAGE),
    ] {
        site.set(path, Answer::Ok(kind, text.as_bytes().to_vec()));
    }
    std::fs::write(
        folder.path().join("depesche.toml"),
        format!(
            "[fetch]\nallow_networks = [\"127.0.0.0/8\"]\nsite_gap_milliseconds = 0\n\
             [[feeds.list]]\nurl = \"{}\"\noutlet = \"Blatt\"\n",
            site.url("/clean.xml")
        ),
    )
    .unwrap();
    (folder, site)
}

#[test]
fn each_feed_is_told_with_what_to_do_about_it() {
    let (folder, site) = setup();
    std::fs::write(
        folder.path().join("list.opml"),
        format!(
            "<opml><outline text=\"D\" xmlUrl=\"{}\"/><outline text=\"W\" xmlUrl=\"{}\"/></opml>",
            site.url("/dirty.xml"),
            site.url("/gone.xml")
        ),
    )
    .unwrap();
    let page = site.url("/start");
    let args = ["feeds", "check", "--json", "--config", "depesche.toml", &page, "list.opml", &page];
    let output = run(folder.path(), &args);
    assert_eq!(output.status.code(), Some(69), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    let told: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(told.len(), 3, "{said}");
    let of = |path: &str| {
        let url = site.url(path);
        told.iter().find(|one| one["url"] == url.as_str()).unwrap()
    };
    assert_eq!(of("/dirty.xml")["verdict"], "repaired");
    assert_eq!(of("/dirty.xml")["outlet"], "D");
    assert_eq!(of("/dirty.xml")["validators"], serde_json::json!(["ETag"]));
    assert_eq!(
        (&of("/gone.xml")["ok"], &of("/gone.xml")["status"]),
        (&false.into(), &"http_404".into())
    );
    assert_eq!(of("/gone.xml")["meaning"], "No such address");
    assert_eq!(of("/gone.xml")["advice"], "Look for the outlet's new feed address");
    assert_eq!(of("/gone.xml")["because"], "backoff");
    assert!(of("/gone.xml")["next_seconds"].as_i64().unwrap() > 60);
    assert_eq!(of("/dirty.xml").get("meaning"), None);
    assert_eq!(of("/dirty.xml")["because"], "start");
    let page = of("/start");
    assert_eq!(page["status"], "html");
    assert!(page["meaning"].as_str().unwrap().contains("a page for people"), "{page}");
    assert_eq!(page["suggestions"][0]["url"], site.url("/clean.xml").as_str());
    assert_eq!(page["suggestions"][0]["announced"], true);
    // Each was asked once.
    assert_eq!(
        (site.asked("/start"), site.asked("/dirty.xml"), site.asked("/gone.xml")),
        (1, 1, 1)
    );
}

#[test]
fn the_table_is_for_people() {
    let (folder, site) = setup();
    let output = run(folder.path(), &["feeds", "check", "--config", "depesche.toml"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    let row = said.lines().find(|line| line.contains(&site.url("/clean.xml"))).unwrap();
    for part in ["clean", "rss", " 1 ", "2026-11-23T08:00:00Z", "etag"] {
        assert!(row.contains(part), "{part} is not in {row}");
    }
    assert!(said.ends_with("1 feeds: 1 clean, 0 repaired or partial, 0 failed\n"), "{said}");

    let page = site.url("/start");
    let output = run(folder.path(), &["feeds", "check", "--config", "depesche.toml", &page]);
    let said = String::from_utf8(output.stdout).unwrap();
    for line in [
        format!("    the page links to {} (Alles)", site.url("/clean.xml")),
        "    that is: The answer is a page for people, not a feed".into(),
        "    what to do: `depesche feeds check` names the feeds that the page links to".into(),
    ] {
        assert!(said.contains(&line), "{line} is not in {said}");
    }
}

#[test]
fn a_list_goes_from_opml_to_toml_and_back() {
    let (folder, _) = setup();
    let opml = "<opml version=\"1.0\"><body><outline text=\"Politik\"><outline text=\"Inland\">\
        <outline text=\"Das Blatt\" xmlUrl=\"https://blatt.example/rss?a=1&b=2\"/></outline></outline>\
        <outline text=\"Again\" xmlUrl=\"http://www.blatt.example/rss?a=1&amp;b=2\"/></body></opml>";
    std::fs::write(folder.path().join("in.opml"), opml).unwrap();
    let import =
        ["feeds", "import", "in.opml", "--lang", "de", "--country", "DE", "--output", "out.toml"];
    let output = run(folder.path(), &import);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    for part in ["repaired: ampersand", "again", "1 feeds"] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
    let list = std::fs::read_to_string(folder.path().join("out.toml")).unwrap();
    for line in ["lang = \"de\"", "country = \"DE\"", "section = [\"Politik\", \"Inland\"]"] {
        assert!(list.lines().any(|l| l == line), "{line} is not in {list}");
    }
    // It is not written over.
    assert_eq!(run(folder.path(), &import).status.code(), Some(66));

    std::fs::write(folder.path().join("whole.toml"), "[feeds]\nfiles = [\"out.toml\"]\n").unwrap();
    for from in [&["out.toml"][..], &["--config", "whole.toml"]] {
        let output = run(folder.path(), &[&["feeds", "export"], from].concat());
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{said}");
        assert!(said.contains("<outline text=\"Inland\">"), "{said}");
        assert!(said.contains("xmlUrl=\"https://blatt.example/rss?a=1&amp;b=2\""), "{said}");
    }
}

#[test]
fn what_is_no_list_is_refused() {
    let (folder, _) = setup();
    std::fs::write(folder.path().join("x.opml"), "<html>").unwrap();
    std::fs::write(folder.path().join("x.toml"), "[[feeds]]\nurl = \"x\"\noutlet = \"\"\n")
        .unwrap();
    for (args, code, words) in [
        (&["feeds", "import", "x.opml"][..], 66, "not an OPML list"),
        (&["feeds", "import", "none.opml"], 66, "none.opml"),
        (&["feeds", "export", "x.toml"], 78, "x.toml:2"),
        (&["feeds", "check", "x.toml"], 78, "is empty"),
        (&["feeds", "import", "x.opml", "--lang", "Deutsch"], 2, "pt-BR"),
    ] {
        let output = run(folder.path(), args);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
        assert!(said.contains(words), "{args:?}: {said}");
    }
}
