use super::*;
use proptest::prelude::*;

/// Address as found, canonical form ("" for none).
const ROWS: &[(&str, &str)] = &[
    // scheme, host, port, user
    (
        "https://zeitung.example/ort/bruecke-gesperrt",
        "https://zeitung.example/ort/bruecke-gesperrt",
    ),
    ("http://zeitung.example/ort", "https://zeitung.example/ort"),
    ("HTTP://Zeitung.EXAMPLE/Ort", "https://zeitung.example/Ort"),
    ("  https://zeitung.example/ort\n", "https://zeitung.example/ort"),
    ("https://zeitung.example:443/ort", "https://zeitung.example/ort"),
    ("http://zeitung.example:80/ort", "https://zeitung.example/ort"),
    ("http://zeitung.example:8080/ort", "http://zeitung.example:8080/ort"),
    ("https://zeitung.example:8443/ort", "https://zeitung.example:8443/ort"),
    ("http://127.0.0.1:8000/a", "http://127.0.0.1:8000/a"),
    ("http://127.0.0.1/a", "http://127.0.0.1/a"),
    ("http://localhost/a", "http://localhost/a"),
    ("http://[::1]:8000/a", "http://[::1]:8000/a"),
    ("https://ada:geheim@zeitung.example/ort", "https://zeitung.example/ort"),
    ("https://zeitung.example./ort", "https://zeitung.example/ort"),
    ("https://bücher.example/ort", "https://xn--bcher-kva.example/ort"),
    ("https://www.zeitung.example/ort", "https://www.zeitung.example/ort"),
    // no page
    ("ftp://zeitung.example/ort", ""),
    ("mailto:redaktion@zeitung.example", ""),
    ("javascript:void(0)", ""),
    ("/ort/bruecke", ""),
    ("", ""),
    ("https://", ""),
    ("nicht einmal eine Adresse", ""),
    // path
    ("https://zeitung.example", "https://zeitung.example/"),
    ("https://zeitung.example/", "https://zeitung.example/"),
    ("https://zeitung.example/ort/", "https://zeitung.example/ort"),
    ("https://zeitung.example/ort//", "https://zeitung.example/ort"),
    ("https://zeitung.example/a/../ort/./b", "https://zeitung.example/ort/b"),
    ("https://zeitung.example/ort/index.html", "https://zeitung.example/ort"),
    ("https://zeitung.example/index.php", "https://zeitung.example/"),
    ("https://zeitung.example/index.php?id=7", "https://zeitung.example/?id=7"),
    ("https://zeitung.example/Stra%c3%9fe", "https://zeitung.example/Stra%C3%9Fe"),
    ("https://zeitung.example/Straße", "https://zeitung.example/Stra%C3%9Fe"),
    ("https://zeitung.example/%7Eada/%2d", "https://zeitung.example/~ada/-"),
    ("https://zeitung.example/a%2Fb", "https://zeitung.example/a%2Fb"),
    ("https://zeitung.example/100%", "https://zeitung.example/100%"),
    ("https://zeitung.example/ort;jsessionid=0A1B2C", "https://zeitung.example/ort"),
    (
        "https://zeitung.example/ort,gross-article;id=1",
        "https://zeitung.example/ort,gross-article;id=1",
    ),
    // fragment
    ("https://zeitung.example/ort#kommentare", "https://zeitung.example/ort"),
    ("https://zeitung.example/ort#", "https://zeitung.example/ort"),
    ("https://zeitung.example/#!/artikel/7", "https://zeitung.example/#!/artikel/7"),
    // query
    ("https://zeitung.example/ort?", "https://zeitung.example/ort"),
    ("https://zeitung.example/ort?id=7", "https://zeitung.example/ort?id=7"),
    ("https://zeitung.example/ort?b=2&a=1", "https://zeitung.example/ort?a=1&b=2"),
    ("https://zeitung.example/ort?a=2&a=1", "https://zeitung.example/ort?a=2&a=1"),
    ("https://zeitung.example/ort?&&id=7&", "https://zeitung.example/ort?id=7"),
    ("https://zeitung.example/ort?seite", "https://zeitung.example/ort?seite"),
    ("https://zeitung.example/ort?q=a%20b", "https://zeitung.example/ort?q=a%20b"),
    ("https://zeitung.example/ort?utm_source=rss&utm_medium=feed", "https://zeitung.example/ort"),
    ("https://zeitung.example/ort?UTM_Source=rss&id=7", "https://zeitung.example/ort?id=7"),
    ("https://zeitung.example/ort?id=7&fbclid=IwAR0", "https://zeitung.example/ort?id=7"),
    ("https://zeitung.example/ort?gclid=x#top", "https://zeitung.example/ort"),
    ("https://zeitung.example/ort?wt_mc=nl.1&xtor=RSS-3", "https://zeitung.example/ort"),
    ("https://zeitung.example/ort?wt.mc_id=7", "https://zeitung.example/ort"),
    ("https://zeitung.example/ort?at_medium=RSS&at_campaign=rss", "https://zeitung.example/ort"),
    ("https://zeitung.example/ort?ref=rss", "https://zeitung.example/ort"),
    ("https://zeitung.example/ort?ref=12345", "https://zeitung.example/ort?ref=12345"),
    ("https://zeitung.example/ort?source=Feed", "https://zeitung.example/ort"),
    ("https://zeitung.example/ort?PHPSESSID=abc", "https://zeitung.example/ort"),
    ("https://zeitung.example/ort?sid=0123456789abcdef0123", "https://zeitung.example/ort"),
    ("https://zeitung.example/ort?sid=4711", "https://zeitung.example/ort?sid=4711"),
    // AMP and mobile pages
    (
        "https://zeitung.example/ort/bruecke-gesperrt-7/amp",
        "https://zeitung.example/ort/bruecke-gesperrt-7",
    ),
    (
        "https://zeitung.example/ort/bruecke-gesperrt-7/amp/",
        "https://zeitung.example/ort/bruecke-gesperrt-7",
    ),
    (
        "https://zeitung.example/bruecke-gesperrt-7.amp.html",
        "https://zeitung.example/bruecke-gesperrt-7.html",
    ),
    (
        "https://zeitung.example/bruecke-gesperrt-7.amp",
        "https://zeitung.example/bruecke-gesperrt-7",
    ),
    (
        "https://zeitung.example/bruecke-gesperrt-7?amp=1",
        "https://zeitung.example/bruecke-gesperrt-7",
    ),
    (
        "https://zeitung.example/bruecke-gesperrt-7?outputType=amp",
        "https://zeitung.example/bruecke-gesperrt-7",
    ),
    ("https://zeitung.example/thema/amp", "https://zeitung.example/thema/amp"),
    (
        "https://www.google.com/amp/s/zeitung.example/bruecke-gesperrt-7/amp",
        "https://zeitung.example/bruecke-gesperrt-7",
    ),
    (
        "https://zeitung-example.cdn.ampproject.org/c/s/zeitung.example/bruecke-gesperrt-7?id=1",
        "https://zeitung.example/bruecke-gesperrt-7?id=1",
    ),
    ("https://www.google.com/amp/hilfe", "https://www.google.com/amp/hilfe"),
    ("https://m.zeitung.example/ort", "https://m.zeitung.example/ort"),
    ("https://m.spiegel.de/a-1?m=1", "https://www.spiegel.de/a-1"),
];

#[test]
fn addresses_get_their_canonical_form() {
    for (url, expected) in ROWS {
        assert_eq!(canonical(url).unwrap_or_default(), *expected, "{url}");
    }
    assert!(ROWS.len() >= 60);
}

#[test]
fn the_table_reads() {
    let table: Table = toml::from_str(include_str!("url.toml")).unwrap();
    assert!(table.parameters.iter().all(|p| *p == p.to_lowercase()));
    assert!(table.hosts.values().all(|to| !table.hosts.contains_key(to)));
}

#[test]
fn endless_addresses_are_none() {
    assert_eq!(canonical(&format!("https://zeitung.example/{}", "a".repeat(5_000))), None);
}

proptest! {
    #[test]
    fn canonical_is_idempotent(
        host in "(www\\.)?[a-zA-Z.]{1,8}\\.(example|com)(:80|:443|:81)?\\.?",
        path in "(/|/amp|/index\\.html|\\.amp|\\.amp\\.html|[a-z0-9%;.-]{1,9}|;jsessionid=|%2F|%25|%34){0,8}",
        query in "([&=?]|utm_a|id|%41|%2|ref=rss|#!?/?){0,8}",
        wrap in "(https?://|https://www\\.google\\.com/amp/(s/)?|HTTPS://x\\.cdn\\.ampproject\\.org/c/(s/)?){1}"
    ) {
        let url = format!("{wrap}{host}/{path}?{query}");
        if let Some(once) = canonical(&url) {
            prop_assert_eq!(canonical(&once), Some(once.clone()), "{}", url);
        }
    }

    #[test]
    fn canonical_never_panics(url in "\\PC{0,80}") {
        if let Some(once) = canonical(&url) {
            prop_assert_eq!(canonical(&once), Some(once.clone()));
        }
    }
}
