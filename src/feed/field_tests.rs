//! Fields beside title, link and text; identity; bodies that are gzip files.
#![allow(clippy::format_collect)] // a test writes its document as it reads best

use super::*;
use std::io::Write as _;

fn one(item: &str) -> Entry {
    let text = format!("<rss version=\"2.0\"><channel><item>{item}</item></channel></rss>");
    let mut document = read(text.as_bytes(), &Hints::default());
    assert_eq!(document.entries.len(), 1, "{document:?}");
    document.entries.remove(0)
}

fn ids(items: &str) -> Vec<String> {
    let text = format!("<rss version=\"2.0\"><channel>{items}</channel></rss>");
    read(text.as_bytes(), &Hints::default()).entries.into_iter().map(|e| e.id).collect()
}

#[test]
fn places_are_read_in_every_notation() {
    for place in [
        "<georss:point>47.4 8.5</georss:point>",
        "<georss:point>47.4, 8.5</georss:point>",
        "<georss:where><gml:Point><gml:pos>47.4 8.5</gml:pos></gml:Point></georss:where>",
        "<geo:lat>47.4</geo:lat><geo:long>8.5</geo:long>",
        "<geo:Point><geo:lat>47.4</geo:lat><geo:long>8.5</geo:long></geo:Point>",
    ] {
        let entry = one(&format!("<title>A</title>{place}"));
        assert_eq!(entry.geo, Some(Point { lat: 47.4, lon: 8.5 }), "{place}");
    }
    for place in [
        "<georss:point>0 0</georss:point>",
        "<georss:point>91 8</georss:point>",
        "<georss:point>NaN 8</georss:point>",
        "<georss:point>47.4</georss:point>",
        "<geo:lat>47.4</geo:lat>",
    ] {
        assert_eq!(one(&format!("<title>A</title>{place}")).geo, None, "{place}");
    }
}

#[test]
fn a_source_has_name_and_address() {
    let entry =
        one("<title>A</title><source url=\"https://c.example/rss\">Andere &amp;amp; Co</source>");
    let source = entry.source.unwrap();
    assert_eq!(source.name.as_deref(), Some("Andere & Co"));
    assert_eq!(source.url.as_deref(), Some("https://c.example/rss"));
    assert_eq!(entry.title.as_deref(), Some("A"));
    assert_eq!(one("<title>A</title><source/>").source, None);
}

#[test]
fn warnings_are_typed() {
    let cap = one(
        "<title>A</title><cap:event>Sturmböen</cap:event><cap:severity>Severe</cap:severity><cap:urgency>Expected</cap:urgency>\
         <cap:certainty>Likely</cap:certainty><cap:areaDesc>Küste</cap:areaDesc><cap:effective>2026-11-02T10:00:00Z</cap:effective>\
         <cap:onset>2026-11-02T12:00:00+01:00</cap:onset><cap:expires>2026-11-03T10:00:00Z</cap:expires>",
    );
    let alert = cap.alert.unwrap();
    assert_eq!(alert.event.as_deref(), Some("Sturmböen"));
    assert_eq!(
        [&alert.severity, &alert.urgency, &alert.certainty, &alert.area].map(|v| v.as_deref()),
        [Some("Severe"), Some("Expected"), Some("Likely"), Some("Küste")]
    );
    let times = [alert.effective, alert.onset, alert.expires].map(|t| t.unwrap().to_string());
    assert_eq!(times, ["2026-11-02T10:00:00Z", "2026-11-02T11:00:00Z", "2026-11-03T10:00:00Z"]);
    let gdacs = one(
        "<title>B</title><gdacs:eventtype>EQ</gdacs:eventtype><gdacs:alertlevel>Orange</gdacs:alertlevel><gdacs:country>Chile</gdacs:country>\
         <gdacs:severity unit=\"M\" value=\"6.1\">Magnitude 6.1M</gdacs:severity><gdacs:population value=\"20\">20 thousand</gdacs:population>",
    );
    let alert = gdacs.alert.unwrap();
    assert_eq!(
        [&alert.event, &alert.level, &alert.country, &alert.severity, &alert.population]
            .map(|v| v.as_deref()),
        [Some("EQ"), Some("Orange"), Some("Chile"), Some("Magnitude 6.1M"), Some("20 thousand")]
    );
    assert_eq!(one("<title>A</title>").alert, None);
}

#[test]
fn beside_the_words_nothing_is_a_correction() {
    let (plain, placed) =
        (one("<title>A</title>"), one("<title>A</title><georss:point>1 2</georss:point>"));
    assert_eq!(plain.hash(), placed.hash());
}

#[test]
fn the_rhythm_is_read() {
    let rhythm = |fields: &str| {
        let text =
            format!("<rss version=\"2.0\"><channel><title>B</title>{fields}</channel></rss>");
        read(text.as_bytes(), &Hints::default()).rhythm
    };
    let period = |fields: &str| rhythm(fields).period_seconds;
    let sy = |p: &str, f: &str| {
        period(&format!(
            "<sy:updatePeriod> {p}\n</sy:updatePeriod><sy:updateFrequency>{f}</sy:updateFrequency>"
        ))
    };
    assert_eq!(sy("hourly", "2"), Some(1_800));
    assert_eq!(sy("daily", "1"), Some(86_400));
    assert_eq!(sy("hourly", "0"), None);
    assert_eq!(sy("now and then", "1"), None);
    assert_eq!(period("<sy:updatePeriod>weekly</sy:updatePeriod>"), Some(604_800));
    assert_eq!(period("<sy:updateFrequency>24</sy:updateFrequency>"), Some(3_600));
    assert_eq!(period(""), None);
    let skips = rhythm(
        "<skipHours><hour>3</hour><hour>24</hour><hour>25</hour><hour>3</hour></skipHours><skipDays><day>Sunday</day><day>saturday</day><day>x</day></skipDays>",
    );
    assert_eq!((skips.skip_hours, skips.skip_days), (vec![0, 3], vec![6, 7]));
}

#[test]
fn raw_dates_are_kept_and_faults_are_named() {
    let entry = one(
        "<title>A</title><pubDate>gestern</pubDate><dcterms:modified>2026-11-02T10:00:00Z</dcterms:modified>",
    );
    assert_eq!(entry.published_raw.as_deref(), Some("gestern"));
    assert_eq!((entry.published, entry.published_fault), (None, Some(DateFault::Unreadable)));
    assert_eq!(entry.updated_raw.as_deref(), Some("2026-11-02T10:00:00Z"));
    assert!(entry.updated.is_some());
    let entry = one("<title>A</title><dcterms:created>1970-01-01</dcterms:created>");
    assert_eq!((entry.published, entry.published_fault), (None, Some(DateFault::Implausible)));
    assert_eq!(one("<title>A</title>").published_fault, None);
}

#[test]
fn a_guid_is_a_link_unless_it_says_no() {
    let guid = |attribute: &str| {
        one(&format!("<title>A</title><guid{attribute}>https://b.example/1</guid>")).url
    };
    assert_eq!(guid("").as_deref(), Some("https://b.example/1"));
    assert_eq!(guid(" isPermaLink=\"true\"").as_deref(), Some("https://b.example/1"));
    assert_eq!(guid(" isPermaLink=\"false\""), None);
}

/// Each pair is the same entry at two polls.
#[test]
fn an_id_survives_what_publishers_change() {
    let pairs = [
        ("<guid>http://b.example/1</guid>", "<guid>https://b.example/1</guid>"),
        ("<link>http://b.example/1</link>", "<link>https://b.example/1</link>"),
        ("<link>https://b.example/1?utm_source=rss</link>", "<link>https://b.example/1</link>"),
        ("<guid>https://b.example/1?utm_medium=x</guid>", "<guid>https://b.example/1</guid>"),
        ("<guid>nr-1</guid><title>A</title>", "<guid>nr-1</guid><title>A, neu</title>"),
        (
            "<link>https://b.example/1</link><title>A</title>",
            "<link>https://b.example/1</link><title>B</title>",
        ),
        (
            "<guid>https://b.example/1#0</guid><link>https://b.example/1</link>",
            "<guid>https://b.example/1#1</guid><link>https://b.example/1</link>",
        ),
        (
            "<guid>https://b.example/1?v=17936</guid><link>https://b.example/1</link>",
            "<guid>https://b.example/1?v=17999</guid><link>https://b.example/1</link>",
        ),
        (
            "<link>https://b.example/x?id=7&amp;token=aaa</link>",
            "<link>https://b.example/x?id=7&amp;token=bbb</link>",
        ),
    ];
    for (before, after) in pairs {
        let id = |item: &str| one(&format!("<description>T</description>{item}")).id;
        assert_eq!(id(before), id(after), "{before}");
    }
}

/// Each list is of different entries in one document.
#[test]
fn different_entries_have_different_ids() {
    for items in [
        ["<guid>1</guid><title>A</title>", "<guid>2</guid><title>A</title>"],
        [
            "<link>https://b.example/t#1</link><title>A</title>",
            "<link>https://b.example/t#2</link><title>B</title>",
        ],
        [
            "<guid>https://b.example/?p=1</guid><title>A</title>",
            "<guid>https://b.example/?p=2</guid><title>B</title>",
        ],
        [
            "<link>https://b.example/?token=1</link><title>A</title>",
            "<link>https://b.example/?token=2</link><title>B</title>",
        ],
        [
            "<guid>x</guid><link>https://b.example/1</link>",
            "<guid>x</guid><link>https://b.example/2</link>",
        ],
        [
            "<guid>x</guid><link>https://b.example/</link><title>A</title>",
            "<guid>x</guid><link>https://b.example/</link><title>B</title>",
        ],
        [
            "<guid>https://b.example/l?n=1</guid><link>https://b.example/l</link><title>A</title>",
            "<guid>https://b.example/l?n=2</guid><link>https://b.example/l</link><title>B</title>",
        ],
    ] {
        let all: String = items.iter().map(|item| format!("<item>{item}</item>")).collect();
        let ids = ids(&all);
        assert_eq!(ids.len(), 2, "{items:?}: {ids:?}");
        assert_ne!(ids[0], ids[1], "{items:?}");
    }
}

#[test]
fn the_alternate_holds_when_guids_change() {
    let at = |guid: &str| {
        one(&format!("<title>A</title><link>https://b.example/1</link><guid>{guid}</guid>"))
    };
    let (before, after) = (at("x-1793613600"), at("x-1793617200"));
    assert_ne!(before.id, after.id);
    assert_eq!(before.alternate.as_deref(), Some("https://b.example/1"));
    assert_eq!(before.alternate, after.alternate);
    assert_eq!(one("<link>https://b.example/1</link>").alternate, None, "it is the id");
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(body).unwrap();
    writer.finish().unwrap()
}

#[test]
fn gzip_files_are_read() {
    let body = "<urlset><url><loc>https://b.example/1</loc></url></urlset>";
    let document = read(&gzip(body.as_bytes()), &Hints::default());
    assert_eq!(document.verdict, FeedVerdict::Repaired, "{document:?}");
    assert_eq!(
        (document.repairs.as_slice(), document.entries.len()),
        (&["gzip".to_owned()][..], 1)
    );
}

#[test]
fn a_gzip_file_that_bursts_is_refused() {
    let bomb = gzip(&vec![b' '; 40 * 1024 * 1024]);
    assert!(bomb.len() < 50_000);
    for bytes in [bomb.as_slice(), b"\x1f\x8b\x08", b"\x1f\x8b\x08\0\0\0\0\0\0\0garbage"] {
        let document = read(bytes, &Hints::default());
        assert_eq!(document.verdict, FeedVerdict::Unreadable, "{document:?}");
        assert!(document.error.is_some());
    }
}

#[test]
fn a_gzip_file_cut_short_keeps_what_came() {
    let items: String = (0..300)
        .map(|n| format!("<item><title>T{n} {:x}</title></item>", n * 7_919_u64 * 104_729))
        .collect();
    let whole = gzip(format!("<rss version=\"2.0\"><channel>{items}</channel></rss>").as_bytes());
    let document = read(&whole[..whole.len() - whole.len() / 4], &Hints::default());
    assert!(document.repairs.contains(&"truncated".to_owned()), "{document:?}");
    assert!((50..300).contains(&document.entries.len()), "{}", document.entries.len());
}
