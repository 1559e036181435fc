//! Lists as they are found.

use super::*;
use proptest::prelude::*;

fn urls(opml: &Opml) -> Vec<&str> {
    opml.feeds.iter().map(|feed| feed.url.as_str()).collect()
}

#[test]
fn sections_are_nested_outlines() {
    let opml = read(
        br#"<?xml version="1.0" encoding="UTF-8"?>
        <opml version="1.0"><head><title>Meine Liste</title></head><body>
          <outline text="Politik"><outline title="Inland" text="x">
            <outline type="rss" text="Blatt" title="Das Blatt" xmlUrl="https://blatt.example/rss?a=1&amp;b=2"
               htmlUrl="https://blatt.example/" language="de"/>
          </outline><outline text="B" xmlUrl="https://b.example/feed"></outline></outline>
          <outline text="C" xmlUrl="https://c.example/feed"/>
        </body></opml>"#,
    );
    assert_eq!(opml.title.as_deref(), Some("Meine Liste"));
    assert!(opml.repairs.is_empty(), "{:?}", opml.repairs);
    let sections: Vec<String> = opml.feeds.iter().map(|f| f.section.join("/")).collect();
    assert_eq!(sections, ["Politik/Inland", "Politik", ""]);
    let first = &opml.feeds[0];
    assert_eq!(first.url, "https://blatt.example/rss?a=1&b=2");
    assert_eq!(first.title.as_deref(), Some("Das Blatt"));
    assert_eq!(first.site.as_deref(), Some("https://blatt.example/"));
    assert_eq!(first.lang.as_deref(), Some("de"));
    assert_eq!(opml.feeds[1].title.as_deref(), Some("B"));
}

#[test]
fn broken_lists_are_repaired() {
    for (list, found, repair) in [
        // Addresses with bare ampersands, one of which looks like a reference.
        (
            r#"<opml><body><OUTLINE XMLURL="http://a.example/?x=1&y=2&copy=3"/></body></opml>"#,
            &["http://a.example/?x=1&y=2&copy=3"][..],
            "ampersand",
        ),
        // Titles with angles.
        (
            r#"<opml><outline text="a < b <i>" xmlUrl='http://a.example/'/><outline xmlUrl="http://b.example/"/></opml>"#,
            &["http://a.example/", "http://b.example/"],
            "broken_tag",
        ),
        // No quotation marks, no root, no end.
        (
            "<outline text=Nachrichten><outline xmlUrl=http://a.example/rss text=A><outline xmlUrl=http://b.example/ text=B>",
            &["http://a.example/rss", "http://b.example/"],
            "unclosed",
        ),
        // An end too many.
        (
            r#"</outline><opml></outline><outline xmlUrl="feed://a.example/rss"/><outline><outline></opml>"#,
            &["http://a.example/rss"],
            "unmatched_end",
        ),
        // The old name of the attribute, and the scheme of old readers.
        (
            r#"junk<opml><outline type="rss" odd url=" feed:https://a.example/rss "/></opml>"#,
            &["https://a.example/rss"],
            "attributes",
        ),
    ] {
        let opml = read(list.as_bytes());
        assert_eq!(urls(&opml), found, "{list}");
        assert!(opml.repairs.iter().any(|r| r == repair), "{list}: {:?}", opml.repairs);
    }
}

#[test]
fn feeds_that_are_not_closed_are_no_sections() {
    let opml = read(
        br#"<opml><outline text="S"><outline text="A" xmlUrl="http://a.example/">
        <outline text="B" xmlUrl="http://b.example/"></outline></opml>"#,
    );
    let sections: Vec<&[String]> = opml.feeds.iter().map(|f| f.section.as_slice()).collect();
    assert_eq!(sections, [["S".to_owned()], ["S".to_owned()]]);
}

#[test]
fn what_holds_no_feed_says_why() {
    for (text, why) in [
        ("", "not an OPML list"),
        ("<html><body>", "not an OPML list"),
        ("<opml><body/></opml>", "an OPML list without outlines"),
        ("<opml><outline text='leer'/></opml>", "no outline has the address of a feed"),
        ("<!-- <opml><outline xmlUrl='http://a.example/'/> -->", "not an OPML list"),
    ] {
        assert_eq!(read(text.as_bytes()).error, Some(why), "{text}");
    }
}

#[test]
fn latin_1_and_utf_16_lists_are_read() {
    let latin = b"<?xml version='1.0' encoding='iso-8859-1'?><opml><outline text='K\xf6ln' xmlUrl='http://a.example/'/></opml>";
    assert_eq!(read(latin).feeds[0].title.as_deref(), Some("Köln"));
    let utf16: Vec<u8> = "\u{feff}<opml><outline text='Köln' xmlUrl='http://a.example/'/></opml>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(read(&utf16).feeds[0].title.as_deref(), Some("Köln"));
}

#[test]
fn nesting_and_numbers_are_bounded() {
    let deep = "<outline text='s'>".repeat(100_000);
    let list = format!(
        "<opml>{deep}<outline xmlUrl='http://a.example/'/>{}",
        "</outline>".repeat(100_000)
    );
    let opml = read(list.as_bytes());
    assert_eq!(opml.feeds[0].section.len(), MAX_DEPTH);
    let many = "<outline xmlUrl='http://a.example/'/>".repeat(MAX_FEEDS + 3);
    let opml = read(format!("<opml>{many}</opml>").as_bytes());
    assert_eq!((opml.feeds.len(), opml.left_out), (MAX_FEEDS, 3));
}

fn outline() -> impl Strategy<Value = Outline> {
    let name = || "[^\\s\\p{C}]{1,8}( [^\\s\\p{C}]{1,8}){0,2}";
    (
        "https?://[a-z]{1,8}\\.example/[!-~ä-ü]{0,20}",
        proptest::option::of(name()),
        proptest::option::of("https://[a-z]{1,8}\\.example/[!-~]{0,9}"),
        proptest::option::of("[a-z]{2}(-[A-Z]{2})?"),
        proptest::collection::vec(name(), 0..4),
    )
        .prop_map(|(url, title, site, lang, section)| {
            // A feed without a title is written with its address for one.
            let title = title.or_else(|| Some(url.clone()));
            Outline { url, title, site, lang, section }
        })
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(
        feeds in proptest::collection::vec(outline(), 1..12),
    ) {
        let opml = read(write("Meine Feeds & mehr", &feeds).as_bytes());
        prop_assert_eq!(opml.title.as_deref(), Some("Meine Feeds & mehr"));
        prop_assert_eq!(&opml.feeds, &feeds);
        prop_assert!(opml.repairs.is_empty());
    }

    #[test]
    fn whatever_comes_is_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
    }

    #[test]
    fn whatever_looks_like_a_list_is_read_and_survives_writing(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("<outline "), Just("</outline>"), Just("/>"), Just(">"), Just("<!--"),
                Just("-->"), Just("xmlUrl='http://a.example/"), Just("text=\""), Just("\""),
                Just("'"), Just("&amp;"), Just("&"), Just("<opml>"), Just("<![CDATA["),
                Just("ä"), Just(" "), Just("\n"), Just("\u{0}"),
            ], 0..60),
    ) {
        let opml = read(pieces.concat().as_bytes());
        let again = read(write("x", &opml.feeds).as_bytes());
        prop_assert_eq!(again.feeds.len(), opml.feeds.len());
        for (again, first) in again.feeds.iter().zip(&opml.feeds) {
            prop_assert_eq!(&again.url, &first.url);
            prop_assert_eq!(&again.section, &first.section);
        }
    }
}
