use super::*;
use proptest::prelude::*;

fn parse(text: &str) -> Document {
    read(text.as_bytes(), &Hints::default())
}

fn rss(items: &str) -> String {
    format!("<rss version=\"2.0\"><channel><title>Blatt</title>{items}</channel></rss>")
}

fn titles(document: &Document) -> Vec<&str> {
    document.entries.iter().filter_map(|e| e.title.as_deref()).collect()
}

fn ids(document: &Document) -> Vec<&str> {
    document.entries.iter().map(|e| e.id.as_str()).collect()
}

pub(super) const RSS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>Uferblatt</title><link>https://blatt.example/</link><language>de-DE</language><ttl>30</ttl>
<atom:link rel="hub" href="https://hub.example/"/><atom:link rel="self" href="https://blatt.example/rss"/>
<image><title>Bild</title><url>https://blatt.example/i.png</url><link>https://bild.example/</link></image>
<item><title>Brücke gesperrt &amp;amp; geräumt</title><link>/a/1</link><guid isPermaLink="false">nr-1</guid>
<pubDate>Mon, 02 Nov 2026 11:00:00 CET</pubDate><dc:creator>A. Meier</dc:creator><category>Ort</category>
<description>&lt;p&gt;Erster Satz.&lt;/p&gt;&lt;p&gt;Zweiter Satz.&lt;/p&gt;</description>
<content:encoded><![CDATA[<p>Voller <b>Text</b>.</p>]]></content:encoded></item>
<item><title>Ohne Datum</title><guid>https://blatt.example/a/2</guid></item>
</channel></rss>"#;

#[test]
fn a_clean_rss_feed_is_read_as_it_came() {
    let hints = Hints { url: Some("https://blatt.example/rss"), ..Hints::default() };
    let d = read(RSS.as_bytes(), &hints);
    assert_eq!((d.verdict, d.format, d.raw_entries), (FeedVerdict::Clean, Some("rss"), 2), "{d:?}");
    assert_eq!(d.title.as_deref(), Some("Uferblatt"));
    assert_eq!(d.url.as_deref(), Some("https://blatt.example/"));
    assert_eq!((d.lang.as_deref(), d.ttl_minutes), (Some("de-DE"), Some(30)));
    assert_eq!(d.hub.as_deref(), Some("https://hub.example/"));
    let first = &d.entries[0];
    assert_eq!(first.id, "nr-1");
    assert_eq!(first.title.as_deref(), Some("Brücke gesperrt & geräumt"));
    assert_eq!(first.url.as_deref(), Some("https://blatt.example/a/1"));
    assert_eq!(first.published.unwrap().to_string(), "2026-11-02T10:00:00Z");
    assert_eq!(first.published_raw.as_deref(), Some("Mon, 02 Nov 2026 11:00:00 CET"));
    assert_eq!(first.updated, None);
    assert_eq!(first.summary.as_deref(), Some("Erster Satz.\n\nZweiter Satz."));
    assert_eq!(first.content.as_deref(), Some("Voller Text."));
    assert_eq!(
        (first.authors.as_slice(), first.tags.as_slice()),
        (&["A. Meier".to_owned()][..], &["Ort".to_owned()][..])
    );
    let second = &d.entries[1];
    assert_eq!(
        second.url.as_deref(),
        Some("https://blatt.example/a/2"),
        "a guid is a permalink unless it says no"
    );
    assert_eq!((second.published, second.published_raw.as_deref()), (None, None));
}

#[test]
fn a_clean_atom_feed_is_read_as_it_came() {
    let d = parse(
        r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>Feuille</title><id>urn:f</id><updated>2026-11-02T10:00:00Z</updated>
<link href="https://f.example/"/><entry><id>urn:1</id><title type="html">L&amp;#8217;eau &lt;b&gt;monte&lt;/b&gt;</title><link rel="alternate" href="https://f.example/1"/>
<published>2026-11-02T09:00:00Z</published><updated>2026-11-02T10:00:00Z</updated><author><name>M. Petit</name><email>m@f.example</email></author>
<category term="ville"/><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Un &lt; deux.</p><p>Fin.</p></div></content></entry>
<entry><id>urn:2</id><title>Use &lt;b&gt; here</title><updated>2026-11-02T10:00:00Z</updated></entry></feed>"#,
    );
    assert_eq!(
        (d.verdict, d.format, d.lang.as_deref()),
        (FeedVerdict::Clean, Some("atom"), Some("fr")),
        "{d:?}"
    );
    let first = &d.entries[0];
    assert_eq!(first.title.as_deref(), Some("L’eau monte"));
    assert_eq!(first.content.as_deref(), Some("Un < deux.\n\nFin."));
    assert_eq!(first.authors, ["M. Petit"]);
    assert_eq!(first.tags, ["ville"]);
    assert_eq!(first.updated.unwrap().to_string(), "2026-11-02T10:00:00Z");
    assert_eq!(d.entries[1].title.as_deref(), Some("Use <b> here"));
}

/// A stray tag must not look like a correction of every entry.
#[test]
fn both_readers_read_the_same() {
    let atom = r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>Feuille</title><link href="https://f.example/"/>
<entry xml:lang="en"><id>urn:1</id><title type="html">L&amp;#8217;eau &lt;b&gt;monte&lt;/b&gt;</title><link href="https://f.example/1"/>
<published>2026-11-02T09:00:00Z</published><author><name>M. Petit</name></author><category term="ville" label="La Ville"/>
<summary>Un &lt; deux</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Un &lt; deux<br/>&amp;c.</p><p>Fin.</p></div></content></entry>
<entry><id>urn:2</id><title>B &amp;amp; C</title><content type="html"><![CDATA[<p>x &amp; y</p>]]></content><updated>2026-11-02T10:00:00Z</updated></entry></feed>"#;
    let hints = Hints { url: Some("https://f.example/feed"), ..Hints::default() };
    for (text, end) in [(RSS, "</channel>"), (atom, "</feed>")] {
        let clean = read(text.as_bytes(), &hints);
        assert_eq!(clean.verdict, FeedVerdict::Clean, "{clean:?}");
        let stray = read(text.replace(end, &format!("</b>{end}")).as_bytes(), &hints);
        assert!(stray.repairs.contains(&"tolerant_reader".to_owned()), "{stray:?}");
        assert_eq!(clean.entries, stray.entries);
        assert_eq!(
            (clean.title, clean.url, clean.lang, clean.ttl_minutes, clean.hub),
            (stray.title, stray.url, stray.lang, stray.ttl_minutes, stray.hub)
        );
    }
}

/// What makes feed-rs panic.
#[test]
fn what_panics_in_the_parser_is_still_read() {
    let with = |field: &str| rss(&format!("<item><title>A</title><guid>1</guid>{field}</item>"));
    for field in [
        "<author>田中：tanaka@blatt.example</author>",
        "<author>tanaka@blatt.example（田中）</author>",
        "<dc:creator>：a@b.example</dc:creator>",
        "<itunes:duration>１２:３４</itunes:duration>",
        "<itunes:duration>999999999999999999999999</itunes:duration>",
    ] {
        let d = parse(&with(field));
        assert_eq!(titles(&d), ["A"], "{field}: {d:?}");
    }
    let json = r#"{"version":"https://jsonfeed.org/version/1.1","title":"B","items":[{"id":"1","title":"A","author":{"name":"：a@b.example"}}]}"#;
    assert_eq!(titles(&parse(json)), ["A"]);
    let declared = |name: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"{name}\"?>{}",
            rss("<item><title>Ä</title></item>")
        )
    };
    let wide = |text: &str, big: bool| -> Vec<u8> {
        let mark = if big { [0xfe, 0xff] } else { [0xff, 0xfe] };
        let units =
            text.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() });
        mark.into_iter().chain(units).collect()
    };
    for bytes in [
        wide(&declared("UTF-16"), true),
        wide(&declared("UTF-8"), false),
        format!("<!--{}-->{}", "x".repeat(9_000), declared("ISO-8859-1")).into_bytes(),
        rss("<?xml version=\"1.0\" encoding=\"UTF-16\"?><item><title>Ä</title></item>")
            .into_bytes(),
    ] {
        assert_eq!(titles(&read(&bytes, &Hints::default())), ["Ä"]);
    }
}

/// What makes feed-rs lose the whole document, or read it as empty.
#[test]
fn what_loses_the_feed_in_the_parser_is_repaired() {
    let item = "<item><title>A</title><guid>1</guid></item>";
    let plain = rss(item);
    let cases = [
        ("ampersand", rss("<item><title>A</title><link>https://b.example/?a=1&b=2</link></item>")),
        ("lone_angle", rss("<item><title>A</title><description>1 < 2</description></item>")),
        ("html_entities", rss("<item><title>A</title><description>&uuml;&nbsp;&laquo;</description></item>")),
        ("illegal_characters", rss("<item><title>A\u{1}</title><description>&#0;&#x1F;</description></item>")),
        ("leading_junk", format!("Warning: header() in x.php\n<br />{plain}")),
        ("leading_junk", format!("{}<?xml version='1.0'?>{plain}", " ".repeat(9_000))),
        ("trailing_junk", format!("{plain}<script>track()</script>")),
        ("doctype", format!("<!DOCTYPE rss [<!ENTITY a \"b\">]>{plain}")),
        ("rss_version", plain.replace("2.0", "0.94")),
        ("rss_version", plain.replace(" version=\"2.0\"", "")),
        ("rss_namespace", plain.replace("2.0\"", "2.0\" xmlns=\"http://backend.userland.com/rss2\"")),
        ("undeclared_prefix", rss("<item><title>A</title><media:title>B</media:title></item>")),
        ("attributes", rss("<item><title>A</title><guid isPermaLink=false>1</guid></item>")),
        ("unclosed_cdata", rss("<item><title>A</title><description><![CDATA[Text</description></item>")),
        ("tolerant_reader", rss("<item><title>A</title><description>eins<br>zwei</description></item>")),
        ("tolerant_reader", rss("<item><title>A</b></title></item>")),
        ("tolerant_reader", plain.replace("rss", "RSS")),
        ("old_namespace", "<feed version=\"0.3\" xmlns=\"http://purl.org/atom/ns#\"><entry><title>A</title><issued>2026-11-02T10:00:00Z</issued></entry></feed>".into()),
        ("old_namespace", "<feed xmlns=\"https://www.w3.org/2005/Atom\"><entry><title>A</title></entry></feed>".into()),
        ("old_namespace", "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://my.netscape.com/rdf/simple/0.9/\"><channel><title>B</title></channel><item><title>A</title></item></rdf:RDF>".into()),
        ("tolerant_reader", "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><title>A</title><content type=\"application/xhtml+xml\" src=\"https://b.example/\">x</content></entry></feed>".into()),
        ("tolerant_reader", "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:base=\"http://[\"><entry><title>A</title></entry></feed>".into()),
    ];
    for (repair, text) in cases {
        let d = parse(&text);
        assert_eq!(titles(&d), ["A"], "{repair}: {d:?}\n{text}");
        assert_eq!(d.verdict, FeedVerdict::Repaired, "{repair}: {d:?}");
        assert!(d.repairs.iter().any(|r| r == repair), "{repair}: {:?}", d.repairs);
    }
}

#[test]
fn repaired_texts_say_what_was_meant() {
    let d = parse(&rss(
        "<item><title>K&ouml;ln & Bonn</title><description>1 < 2 <br>ja</description><link>https://b.example/?a=1&b=2</link></item>",
    ));
    let entry = &d.entries[0];
    assert_eq!(entry.title.as_deref(), Some("Köln & Bonn"));
    assert_eq!(entry.summary.as_deref(), Some("1 < 2\nja"));
    assert_eq!(entry.url.as_deref(), Some("https://b.example/?a=1&b=2"));
    let d = parse(&rss(
        "<item><title>A<link>https://b.example/1</link><description>B</item><item><title>C</title></item>",
    ));
    assert_eq!(titles(&d), ["A", "C"]);
    assert_eq!(d.entries[0].url.as_deref(), Some("https://b.example/1"));
    assert_eq!(d.entries[0].summary.as_deref(), Some("B"));
}

#[test]
fn a_truncated_feed_keeps_every_whole_entry() {
    let whole = rss(
        "<item><title>A</title></item><item><title>B</title></item><item><title>C</title></item>",
    );
    let cut = whole.find("C</title>").unwrap();
    let d = parse(&whole[..cut]);
    assert_eq!((titles(&d), d.verdict, d.raw_entries), (vec!["A", "B"], FeedVerdict::Partial, 3));
    assert!(d.error.is_some());
    assert!(d.repairs.contains(&"truncated".to_owned()));
}

#[test]
fn entries_outside_the_channel_are_read() {
    let d = parse(
        "<rss version=\"2.0\"><channel><title>B</title></channel><item><title>A</title></item></rss>",
    );
    assert_eq!((titles(&d), d.verdict), (vec!["A"], FeedVerdict::Repaired));
}

#[test]
fn an_empty_feed_is_clean_and_no_feed_is_unreadable() {
    let d = parse(&rss(""));
    assert_eq!((d.verdict, d.raw_entries, d.error), (FeedVerdict::Clean, 0, None));
    for text in [
        "",
        " \n",
        "<html><body>404</body></html>",
        "{}",
        "[1]",
        "{\"items\":",
        "plain words",
        "<rss",
    ] {
        let d = parse(text);
        assert_eq!(d.verdict, FeedVerdict::Unreadable, "{text}");
        assert!(d.error.is_some(), "{text}");
    }
}

#[test]
fn lost_entries_are_never_silent() {
    let d = parse(&rss("<item></item><item/>"));
    assert_eq!((d.verdict, d.raw_entries, d.entries.len()), (FeedVerdict::Unreadable, 2, 0));
    let d =
        parse("<sitemapindex><sitemap><loc>https://b.example/1.xml</loc></sitemap></sitemapindex>");
    assert_eq!((d.verdict, d.format), (FeedVerdict::Unreadable, Some("sitemap_index")));
}

#[test]
fn the_cap_on_entries_counts_the_rest() {
    let text = rss(&(0..10)
        .map(|n| format!("<item><title>{n}</title></item>"))
        .collect::<Vec<_>>()
        .concat());
    let d = read(text.as_bytes(), &Hints { max_entries: 3, ..Hints::default() });
    assert_eq!(
        (d.entries.len(), d.left_out, d.raw_entries, d.verdict),
        (3, 7, 10, FeedVerdict::Clean)
    );
}

#[test]
fn rdf_items_go_by_their_address() {
    let d = parse(
        "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel rdf:about=\"https://b.example/\"><title>B</title><link>https://b.example/</link><items><rdf:Seq><rdf:li rdf:resource=\"https://b.example/1\"/></rdf:Seq></items></channel><item rdf:about=\"https://b.example/1\"><title>A</title><link>https://b.example/1?x</link><dc:date>2026-11-02T10:00:00Z</dc:date></item></rdf:RDF>",
    );
    assert_eq!((ids(&d), d.format), (vec!["https://b.example/1"], Some("rdf")), "{d:?}");
    assert!(d.entries[0].published.is_some());
}

#[test]
fn prefixes_of_the_own_namespace_are_no_obstacle() {
    let entry = |p: &str| {
        format!(
            "<{p}entry><{p}id>urn:1</{p}id><{p}title>A</{p}title><{p}published>2026-11-02T10:00:00Z</{p}published></{p}entry>"
        )
    };
    let whole = format!("<a:feed xmlns:a=\"http://www.w3.org/2005/Atom\">{}</a:feed>", entry("a:"));
    let inner = format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:a=\"http://www.w3.org/2005/Atom\">{}</feed>",
        entry("a:")
    );
    for text in [whole, inner] {
        let d = parse(&text);
        assert_eq!(
            (ids(&d), d.verdict, d.raw_entries),
            (vec!["urn:1"], FeedVerdict::Clean, 1),
            "{text}"
        );
        assert!(d.entries[0].published.is_some());
    }
}

#[test]
fn fields_are_taken_where_publishers_put_them() {
    let d = parse(&rss(
        "<item xmlns:feedburner=\"http://rssnamespace.org/feedburner/ext/1.0\"><title><![CDATA[ A & <i>B</i> ]]></title>\
        <link>https://umweg.example/1</link><feedburner:origLink>https://b.example/1</feedburner:origLink>\
        <source url=\"https://c.example/\">Andere</source><media:title xmlns:media=\"http://search.yahoo.com/mrss/\">Foto</media:title>\
        <description>&lt;img src=\"x.jpg\"/&gt;</description><dcterms:modified xmlns:dcterms=\"http://purl.org/dc/terms/\">2026-11-02T10:00:00Z</dcterms:modified></item>",
    ));
    let entry = &d.entries[0];
    assert_eq!(d.verdict, FeedVerdict::Clean, "{d:?}");
    assert_eq!(entry.title.as_deref(), Some("A & B"));
    assert_eq!(entry.url.as_deref(), Some("https://b.example/1"));
    assert_eq!(entry.summary, None, "a picture is no text");
    assert!(entry.updated.is_some());
}

#[test]
fn a_page_in_place_of_a_feed_is_told() {
    let d = parse("<!DOCTYPE html><HTML lang=de><head><title>Wartung</title></head></HTML>");
    assert_eq!(
        (d.verdict, d.error.as_deref()),
        (FeedVerdict::Unreadable, Some("an HTML page, not a feed"))
    );
}

#[test]
fn json_feeds_are_read_leniently() {
    let d = parse(
        "\u{feff}{\"version\":\"https://jsonfeed.org/version/1\",\"language\":\"es\",\"home_page_url\":\"https://b.example/\",\"items\":[{\"id\":7,\"url\":\"/7\",\"content_html\":\"<p>Uno</p><p>Dos</p>\",\"date_published\":\"2026-11-02T10:00:00Z\",\"tags\":[\"x\"],\"authors\":[{\"name\":\"N\"}]}]}",
    );
    assert_eq!(
        (d.verdict, d.format, ids(&d)),
        (FeedVerdict::Repaired, Some("json_feed"), vec!["7"]),
        "{d:?}"
    );
    let entry = &d.entries[0];
    assert_eq!(entry.content.as_deref(), Some("Uno\n\nDos"));
    assert_eq!(entry.url.as_deref(), Some("https://b.example/7"));
    assert_eq!(
        (&entry.tags[..], &entry.authors[..]),
        (&["x".to_owned()][..], &["N".to_owned()][..])
    );
    let clean = parse(
        r#"{"version":"https://jsonfeed.org/version/1.1","title":"B","items":[{"id":"1","title":"A","content_text":"a < b"}]}"#,
    );
    assert_eq!(clean.verdict, FeedVerdict::Clean, "{clean:?}");
    assert_eq!(clean.entries[0].content.as_deref(), Some("a < b"));
}

#[test]
fn news_sitemaps_are_read() {
    let d = parse(
        r#"<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://b.example/1</loc><news:news><news:publication><news:name>Blatt</news:name><news:language>de</news:language></news:publication><news:publication_date>2026-11-02T10:00:00Z</news:publication_date><news:title>Zug &amp; Bus</news:title><news:keywords>Bahn, Bus</news:keywords></news:news><image:image><image:loc>https://b.example/1.jpg</image:loc></image:image></url></urlset>"#,
    );
    assert_eq!((d.verdict, d.format), (FeedVerdict::Clean, Some("news_sitemap")), "{d:?}");
    let entry = &d.entries[0];
    assert_eq!(entry.id, "https://b.example/1");
    assert_eq!(entry.title.as_deref(), Some("Zug & Bus"));
    assert_eq!((entry.lang.as_deref(), entry.tags.len()), (Some("de"), 2));
    assert!(entry.published.is_some());
}

#[test]
fn an_entry_keeps_its_id_from_poll_to_poll() {
    let text = rss("<item><title>Ohne alles</title><description>Text</description></item>");
    assert_eq!(ids(&parse(&text)), ids(&parse(&text)));
    assert!(ids(&parse(&text))[0].starts_with("hash:"));
}

#[test]
fn a_guid_on_all_items_names_none_of_them() {
    let item = |n: u32| {
        format!(
            "<item><title>T{n}</title><link>https://b.example/{n}</link><guid>same</guid></item>"
        )
    };
    let d = parse(&rss(&[item(1), item(2), item(2)].concat()));
    assert_eq!(ids(&d), ["https://b.example/1", "https://b.example/2"]);
    let d = parse(&rss(
        "<item><title>T1</title><guid>same</guid></item><item><title>T2</title><guid>same</guid></item>",
    ));
    assert_eq!(d.entries.len(), 2);
    assert_ne!(d.entries[0].id, d.entries[1].id);
}

#[test]
fn a_changed_text_changes_the_hash_and_not_the_id() {
    let with = |text: &str| {
        parse(&rss(&format!(
            "<item><guid>1</guid><title>A</title><description>{text}</description></item>"
        )))
        .entries[0]
            .clone()
    };
    let (old, new) = (with("eins"), with("zwei"));
    assert_eq!(old.id, new.id);
    assert_ne!(old.hash(), new.hash());
    assert_eq!(old.hash(), with("<![CDATA[<b>eins</b>]]>").hash(), "markup is no correction");
}

#[test]
fn links_that_are_no_web_addresses_are_none() {
    for link in
        ["javascript:alert(1)", "file:///etc/passwd", "mailto:a@b.example", "/relativ", "http://"]
    {
        let d = parse(&rss(&format!("<item><title>A</title><link>{link}</link></item>")));
        assert_eq!(d.entries[0].url, None, "{link}");
    }
}

#[test]
fn entities_are_never_expanded_by_definition() {
    let d = parse(
        "<!DOCTYPE rss [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\"><!ENTITY f SYSTEM \"file:///etc/passwd\">]><rss version=\"2.0\"><channel><item><title>x &b; &f;</title></item></channel></rss>",
    );
    assert_eq!(titles(&d), ["x &b; &f;"]);
}

#[test]
fn hostile_shapes_stay_cheap() {
    let n = 60_000;
    let deep = format!(
        "<rss version=\"2.0\"><channel><item><title>A</title>{}</item></channel></rss>",
        "<a>".repeat(n)
    );
    assert_eq!(titles(&parse(&deep)), ["A"]);
    let attributes = (0..n).map(|i| format!(" a{i}=\"1\"")).collect::<Vec<_>>().concat();
    assert_eq!(
        titles(&parse(&rss(&format!("<item><title>A</title><x{attributes}/></item>")))),
        ["A"]
    );
    for piece in [
        "<",
        "&",
        "<![CDATA[",
        "<!--",
        "<?",
        "</",
        "<a \"",
        "<a b=\"",
        "&#",
        "<item>",
        "<title>",
        "<script>",
        "&lt;!--",
        "&lt;a \"",
        "&lt;script&gt;",
    ] {
        let _ = parse(&rss(&format!(
            "<item><title>A</title><description>{}</description></item>",
            piece.repeat(n)
        )));
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = read(&bytes, &Hints::default());
    }

    #[test]
    fn arbitrary_markup_never_panics(parts in proptest::collection::vec(prop_oneof![
        Just("<rss version='2.0'>"), Just("<channel>"), Just("<item>"), Just("</item>"), Just("<title>"),
        Just("</title>"), Just("<![CDATA["), Just("]]>"), Just("&"), Just("&amp;"), Just("<feed>"),
        Just("<entry>"), Just("</entry>"), Just("<link href="), Just("\""), Just(">"), Just("ä\u{1}"),
        Just("<author>"), Just("：a@b.c"), Just("<?xml"), Just("<!DOCTYPE"), Just("<source>"), Just("x")], 0..40)) {
        let text: String = parts.concat();
        let document = parse(&text);
        prop_assert!(document.entries.len() <= document.raw_entries);
    }

    #[test]
    fn mutated_feeds_never_panic_and_never_lose_silently(flips in proptest::collection::vec((0..RSS.len(), any::<u8>()), 1..6), cut in 0..RSS.len()) {
        let mut bytes = RSS.as_bytes().to_vec();
        for (at, byte) in flips {
            bytes[at] = byte;
        }
        bytes.truncate(RSS.len().saturating_sub(cut / 4));
        let document = read(&bytes, &Hints::default());
        if document.entries.is_empty() && document.raw_entries > 0 {
            prop_assert_eq!(document.verdict, FeedVerdict::Unreadable);
        }
        let again = read(&bytes, &Hints::default());
        prop_assert_eq!(document, again);
    }
}
