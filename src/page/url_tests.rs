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
    // more dresses of one article
    ("https://zeitung.example//ort///b", "https://zeitung.example/ort/b"),
    ("https://zeitung.example//", "https://zeitung.example/"),
    ("https://zeitung.example/ort/default.aspx", "https://zeitung.example/ort"),
    ("https://zeitung.example/ort/index.shtml?id=7", "https://zeitung.example/ort?id=7"),
    ("https://zeitung.example/(S(4x5y6z7a))/ort/7", "https://zeitung.example/ort/7"),
    ("https://zeitung.example/ort;PHPSESSID=ab12", "https://zeitung.example/ort"),
    ("https://zeitung.example/ort;sid=0A1B?id=7", "https://zeitung.example/ort?id=7"),
    ("https://zeitung.example/#!5754678/titel", "https://zeitung.example/#!5754678/titel"),
    ("https://zeitung.example/ort#!", "https://zeitung.example/ort"),
    ("https://zeitung.example/ort?id=7&amp;utm_source=rss", "https://zeitung.example/ort?id=7"),
    ("https://zeitung.example/ort?q=a+b", "https://zeitung.example/ort?q=a%20b"),
    ("https://zeitung.example/ort?%75tm_source=rss", "https://zeitung.example/ort"),
    ("https://zeitung.example/ort?id=%c3%a4", "https://zeitung.example/ort?id=%C3%A4"),
    ("https://BÜCHER.example/ort", "https://xn--bcher-kva.example/ort"),
    ("https://xn--bcher-kva.example/ort", "https://xn--bcher-kva.example/ort"),
    ("https://b%C3%BCcher.example/ort", "https://xn--bcher-kva.example/ort"),
    (
        "https://zeitung.example/amp/ort/bruecke-gesperrt-7",
        "https://zeitung.example/ort/bruecke-gesperrt-7",
    ),
    (
        "https://zeitung.example/bruecke-gesperrt-7/print",
        "https://zeitung.example/bruecke-gesperrt-7",
    ),
    (
        "https://zeitung.example/bruecke-gesperrt-7/drucken/",
        "https://zeitung.example/bruecke-gesperrt-7",
    ),
    ("https://zeitung.example/bruecke-7.html?print=true", "https://zeitung.example/bruecke-7.html"),
    ("https://zeitung.example/bruecke-7.html?view=print", "https://zeitung.example/bruecke-7.html"),
    (
        "https://zeitung.example/bruecke-7.html?printPagedArticle=true",
        "https://zeitung.example/bruecke-7.html",
    ),
    ("https://zeitung.example/ort?mode=amp&id=7", "https://zeitung.example/ort?id=7"),
    ("https://amp.dw.com/de/bruecke/a-7", "https://www.dw.com/de/bruecke/a-7"),
    (
        "https://www.google.de/amp/s/zeitung.example/bruecke-gesperrt-7.amp.html",
        "https://zeitung.example/bruecke-gesperrt-7.html",
    ),
    (
        "https://zeitung-example.cdn.ampproject.org/v/s/zeitung.example/bruecke-7?amp_js_v=0.1&usqp=x",
        "https://zeitung.example/bruecke-7",
    ),
    (
        "https://zeitung-example.bing-amp.com/c/s/zeitung.example/bruecke-gesperrt-7",
        "https://zeitung.example/bruecke-gesperrt-7",
    ),
    // addresses within addresses
    (
        "https://www.google.com/url?sa=t&url=https%3A%2F%2Fzeitung.example%2Fort%3Fid%3D7&usg=x",
        "https://zeitung.example/ort?id=7",
    ),
    ("https://www.google.com/url?q=http://zeitung.example/ort/", "https://zeitung.example/ort"),
    (
        "https://news.google.com/news/url?fd=R&url=https://zeitung.example/ort%3Futm_source=x",
        "https://zeitung.example/ort",
    ),
    (
        "https://news.google.com/rss/articles/CBMiLmh0dHBzOi8vemVpdHVuZy5leGFtcGxlL29ydC9icnVlY2tlLWdlc3BlcnJ0LTfSAQA?oc=5",
        "https://zeitung.example/ort/bruecke-gesperrt-7",
    ),
    (
        "http://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fzeitung.example%2fort",
        "https://zeitung.example/ort",
    ),
    (
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fzeitung.example%2Fort&h=AT0",
        "https://zeitung.example/ort",
    ),
    (
        "https://out.reddit.com/?url=https%3A%2F%2Fzeitung.example%2Fort&token=A",
        "https://zeitung.example/ort",
    ),
    (
        "https://flipboard.com/redirect?url=https%3A%2F%2Fzeitung.example%2Fort",
        "https://zeitung.example/ort",
    ),
    (
        "https://www.google.com/url?q=https%3A%2F%2Fl.facebook.com%2Fl.php%3Fu%3Dhttps%253A%252F%252Fzeitung.example%252Fort",
        "https://zeitung.example/ort",
    ),
    (
        "https://web.archive.org/web/20261123120000/https://zeitung.example/ort?id=7",
        "https://zeitung.example/ort?id=7",
    ),
    (
        "https://web.archive.org/web/2026id_/http://zeitung.example/ort",
        "https://zeitung.example/ort",
    ),
    // what must stay: it may name the article, or nobody knows
    ("https://zeitung.example/?p=4711", "https://zeitung.example/?p=4711"),
    ("https://zeitung.example/?id=4711", "https://zeitung.example/?id=4711"),
    ("https://zeitung.example/?s=hochwasser", "https://zeitung.example/?s=hochwasser"),
    ("https://zeitung.example/a.php?article=7", "https://zeitung.example/a.php?article=7"),
    (
        "https://zeitung.example/a.php?story=7&lang=de",
        "https://zeitung.example/a.php?lang=de&story=7",
    ),
    ("https://zeitung.example/a?page=2", "https://zeitung.example/a?page=2"),
    (
        "https://zeitung.example/a?type=news&view=full",
        "https://zeitung.example/a?type=news&view=full",
    ),
    (
        "https://zeitung.example/a?source=4711&cid=12",
        "https://zeitung.example/a?cid=12&source=4711",
    ),
    (
        "https://zeitung.example/a?url=https://b.example/c",
        "https://zeitung.example/a?url=https://b.example/c",
    ),
    ("https://zeitung.example/a?ID=7", "https://zeitung.example/a?ID=7"),
    ("https://zeitung.example/a?id=", "https://zeitung.example/a?id="),
    ("https://zeitung.example/thema/print", "https://zeitung.example/thema/print"),
    ("https://zeitung.example/drucken", "https://zeitung.example/drucken"),
    ("https://zeitung.example/amp/thema", "https://zeitung.example/amp/thema"),
    ("https://zeitung.example/index.html/ort", "https://zeitung.example/index.html/ort"),
    ("https://zeitung.example/myindex.html", "https://zeitung.example/myindex.html"),
    ("https://zeitung.example/Ort/B", "https://zeitung.example/Ort/B"),
    ("https://mobile.zeitung.example/ort", "https://mobile.zeitung.example/ort"),
    ("https://www.google.com/url?sa=t", "https://www.google.com/url?sa=t"),
    (
        "https://www.google.com/url?q=ftp://zeitung.example/a",
        "https://www.google.com/url?q=ftp://zeitung.example/a",
    ),
    ("https://www.google.com/url?q=hochwasser", "https://www.google.com/url?q=hochwasser"),
    (
        "https://news.google.com/rss/articles/CBMiXXX",
        "https://news.google.com/rss/articles/CBMiXXX",
    ),
    (
        "https://web.archive.org/web/*/zeitung.example",
        "https://web.archive.org/web/*/zeitung.example",
    ),
    ("https://feedproxy.example/~r/zeitung/~3/Ab1/", "https://feedproxy.example/~r/zeitung/~3/Ab1"),
    ("https://t.co/Ab1Cd2", "https://t.co/Ab1Cd2"),
];

#[test]
fn www_and_scheme_are_no_part_of_an_identity() {
    let same = |a: &str, b: &str| assert_eq!(identity(a), identity(b), "{a} {b}");
    same("https://www.zeitung.example/ort", "https://zeitung.example/ort/");
    same("http://www.zeitung.example/ort?utm_source=rss", "https://zeitung.example/ort#top");
    same("https://m.spiegel.de/a-1", "https://spiegel.de/a-1");
    let other = |a: &str, b: &str| assert_ne!(identity(a), identity(b), "{a} {b}");
    other("https://www.example/ort", "https://example/ort");
    other("https://www2.zeitung.example/ort", "https://zeitung.example/ort");
    other("https://sport.zeitung.example/ort", "https://zeitung.example/ort");
    other("http://www.zeitung.example:8080/ort", "https://zeitung.example/ort");
    other("https://zeitung.example/ort?id=1", "https://zeitung.example/ort?id=2");
    assert_eq!(identity("mailto:a@b.example"), None);
}

#[test]
fn two_addresses_of_one_article_make_one_article_id() {
    let id = |url: &str| crate::message::article_id(identity(url).as_deref(), "f-1", "e-1");
    let one = id("https://www.zeitung.example/ort/bruecke-gesperrt-7.html?id=7");
    for url in [
        "http://zeitung.example/ort/bruecke-gesperrt-7.html?id=7&utm_medium=rss#kommentare",
        "https://zeitung.example//ort/bruecke-gesperrt-7.amp.html?id=7",
        "https://www.google.com/amp/s/www.zeitung.example/ort/bruecke-gesperrt-7.html?id=7",
        "https://www.google.com/url?url=https%3A%2F%2Fwww.zeitung.example%2Fort%2Fbruecke-gesperrt-7.html%3Fid%3D7",
    ] {
        assert_eq!(id(url), one, "{url}");
    }
    assert_ne!(id("https://www.zeitung.example/ort/bruecke-gesperrt-7.html?id=8"), one);
}

#[test]
fn addresses_get_their_canonical_form() {
    for (url, expected) in ROWS {
        assert_eq!(canonical(url).unwrap_or_default(), *expected, "{url}");
    }
    assert!(ROWS.len() >= 120, "{}", ROWS.len());
}

#[test]
fn the_table_reads() {
    let table: Table = toml::from_str(include_str!("url.toml")).unwrap();
    assert!(table.parameters.iter().all(|p| *p == p.to_lowercase()));
    assert!(table.hosts.values().all(|to| !table.hosts.contains_key(to)));
    assert!(table.wrappers.keys().all(|place| place.contains('/')));
    let lower = |words: &[String]| words.iter().all(|w| *w == w.to_lowercase() && !w.is_empty());
    assert!(lower(&table.path_parameters) && lower(&table.dresses) && lower(&table.index_files));
}

#[test]
fn endless_addresses_are_none() {
    assert_eq!(canonical(&format!("https://zeitung.example/{}", "a".repeat(5_000))), None);
}

proptest! {
    #[test]
    fn canonical_is_idempotent(
        host in "(www\\.)?[a-zA-Z.]{1,8}\\.(example|com)(:80|:443|:81)?\\.?",
        path in "(/|//|/amp|/amp/|/print|;sid=|/\\(S\\(a\\)\\)|/index\\.html|\\.amp|\\.amp\\.html|[a-z0-9%;.-]{1,9}|;jsessionid=|%2F|%25|%34){0,8}",
        query in "([&=?]|utm_a|id|%41|%2|ref=rss|#!?/?){0,8}",
        wrap in "(https?://|https://www\\.google\\.com/url\\?q=(https?://)?|https://web\\.archive\\.org/web/2026/https?:/?/?|https://www\\.google\\.com/amp/(s/)?|HTTPS://x\\.cdn\\.ampproject\\.org/c/(s/)?){1}"
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
