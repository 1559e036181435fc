//! Pages as news sites make them, and as they should not.

use super::*;
use crate::message::PageOutcome;
use proptest::prelude::*;

const URL: &str = "https://www.tages-post.example/region/2024/03/02/bruecke-gesperrt-4711.html";

fn page(html: &str) -> Page {
    read(
        html.as_bytes(),
        &Hints {
            content_type: Some("text/html; charset=utf-8"),
            url: Some(URL),
            ..Hints::default()
        },
    )
}

const PARAGRAPHS: [&str; 4] = [
    "Die Talbrücke bei Bergen ist am Freitagabend nach einem schweren Unfall für den gesamten Verkehr gesperrt worden. Wie die Polizei mitteilte, stießen zwei Lastwagen zusammen, einer von ihnen durchbrach das Geländer.",
    "Ein 48 Jahre alter Fahrer wurde schwer verletzt und kam mit einem Hubschrauber in eine Klinik. Der zweite Fahrer blieb nach Angaben der Einsatzkräfte unverletzt.",
    "Gutachter prüfen seit dem Morgen, ob die Tragfähigkeit der Brücke gelitten hat. Mit einer Freigabe sei frühestens am Montag zu rechnen, sagte ein Sprecher des Landesbetriebs.",
    "Pendler müssen sich auf lange Umwege einstellen. Die Umleitung führt über die Bundesstraße und durch drei Ortschaften, in denen mit Staus gerechnet wird.",
];

/// A German article page with all that surrounds an article.
fn german(json_ld: &str) -> String {
    format!(
        r#"<!DOCTYPE html><html lang="de-DE"><head><meta charset="utf-8">
<title>Talbrücke nach Unfall gesperrt | Region | Tages-Post</title>
<meta property="og:title" content="Talbrücke nach Unfall gesperrt - Tages-Post">
<meta property="og:site_name" content="Tages-Post"><meta property="article:published_time" content="2024-03-02T08:15:00+01:00">
<meta property="article:modified_time" content="2024-03-02T11:00:00+01:00"><meta name="author" content="Von Ada Beispiel und Bo Muster">
<meta name="keywords" content="Verkehr, Bergen"><link rel="canonical" href="/region/2024/03/02/bruecke-gesperrt-4711.html?utm_source=rss">
{json_ld}</head><body>
<div id="cookie-banner" class="cookie-consent"><p>Wir verwenden Cookies und ähnliche Technologien. Alle akzeptieren</p></div>
<header><nav><ul><li><a href="/">Start</a></li><li><a href="/politik">Politik</a></li><li><a href="/sport">Sport</a></li></ul></nav></header>
<main><article><header><h1>Talbrücke nach Unfall gesperrt</h1><time datetime="2024-03-02T08:15:00+01:00">2. März</time></header>
<figure><img src="b.jpg" alt="Brücke"><figcaption>Die Talbrücke am Samstagmorgen. Foto: Cleo Probe</figcaption></figure>
<div class="article-body"><p>{}</p><p>{}</p>
<p><a href="/anderes">Lesen Sie auch: So entstand die Talbrücke in den siebziger Jahren</a></p>
<p>{}</p><ul><li><a href="/t1">Der neue Fahrplan der Regionalbahn im Überblick</a></li><li><a href="/t2">Warum das Freibad in diesem Jahr später öffnet</a></li></ul>
<p>{}</p></div></article>
<aside class="teaser"><h2>Mehr aus der Region</h2><div class="teaser-item"><a href="/x"><h3>Stadtrat streitet über das neue Freibad</h3><p>Im Rat gab es am Donnerstag heftige Worte über die Kosten.</p></a></div></aside></main>
<footer><p>© Tages-Post. Alle Rechte vorbehalten. Impressum Datenschutz</p></footer></body></html>"#,
        PARAGRAPHS[0],
        PARAGRAPHS[1].replace("Hubschrauber", "Hub&shy;schrauber"),
        PARAGRAPHS[2],
        PARAGRAPHS[3]
    )
}

#[test]
fn a_german_article_is_read_without_what_surrounds_it() {
    let page = page(&german(""));
    assert_eq!(page.text, PARAGRAPHS.join("\n\n"));
    assert_eq!((page.outcome, page.reason), (PageOutcome::Read, None));
    assert_eq!(page.title, "Talbrücke nach Unfall gesperrt");
    assert_eq!(page.authors, ["Ada Beispiel", "Bo Muster"]);
    assert_eq!(page.published.unwrap().to_string(), "2024-03-02T07:15:00Z");
    assert_eq!(page.modified.unwrap().to_string(), "2024-03-02T10:00:00Z");
    assert_eq!(page.canonical_url.as_deref(), Some(URL));
    assert_eq!(page.lang.as_deref(), Some("de-DE"));
    assert_eq!(page.site_name.as_deref(), Some("Tages-Post"));
    assert_eq!(page.tags, ["Verkehr", "Bergen"]);
    assert_eq!(page.paywalled, None);
    assert!(!page.truncated);
}

#[test]
fn a_heading_that_is_not_the_stated_headline_is_no_text_either() {
    let html = german("").replace("<h1>Talbrücke nach Unfall gesperrt</h1>", "").replace(
        r#"<div class="article-body">"#,
        r#"<div class="article-body"><h1>Lastwagen durchbricht Geländer</h1>"#,
    );
    let page = page(&html);
    assert_eq!(page.title, "Talbrücke nach Unfall gesperrt");
    assert_eq!(page.text, PARAGRAPHS.join("\n\n"));
}

#[test]
fn json_ld_goes_before_other_markup() {
    let ld = r#"<script type="application/ld+json">{"@graph":[{"@type":"Organization","name":"Tages-Post"},
        {"@type":"NewsArticle","headline":"Unfall: Talbrücke bei Bergen gesperrt","datePublished":"2024-03-02T08:00:00+01:00",
         "dateModified":"2024-03-02T12:00:00+01:00","author":[{"name":"Dora Dritte"}],"articleSection":"Region",
         "isAccessibleForFree":true,"keywords":["Unfall"]}]}</script>
        <script type="application/ld+json">{ kaputt </script>"#;
    let page = page(&german(ld));
    assert_eq!(page.title, "Unfall: Talbrücke bei Bergen gesperrt");
    assert_eq!(page.authors, ["Dora Dritte"]);
    assert_eq!(page.published.unwrap().to_string(), "2024-03-02T07:00:00Z");
    assert_eq!(page.modified.unwrap().to_string(), "2024-03-02T11:00:00Z");
    assert_eq!(page.section.as_deref(), Some("Region"));
    assert_eq!(page.paywalled, Some(false));
    assert_eq!(page.text, PARAGRAPHS.join("\n\n"));
}

#[test]
fn an_english_article_in_bare_markup_is_read() {
    let html = "<html><head><title>Ferry runs aground off Northport - The Harbour Gazette</title></head><body>\
        <h1>Ferry runs aground off Northport</h1><p class=byline>By <span itemprop=author>Eve Sample</span></p>\
        <p>A ferry carrying 214 passengers ran aground in thick fog off Northport early on Tuesday, the coastguard said. Nobody was hurt, but two crew members were treated for shock.</p>\
        <p>Lifeboats took all passengers off within three hours. The operator said the ship had left on time and that its radar was working.</p>\
        <p>An investigation has been opened into why the ferry had left the marked channel. Services on the route are suspended until further notice.</p>\
        <p>Read more: How the channel is marked</p></body></html>";
    let page = read(
        html.as_bytes(),
        &Hints {
            content_type: None,
            url: Some("https://gazette.example/2024-05-07-ferry"),
            ..Hints::default()
        },
    );
    assert_eq!(page.title, "Ferry runs aground off Northport");
    assert_eq!(page.authors, ["Eve Sample"]);
    assert_eq!(page.published.unwrap().to_string(), "2024-05-07T00:00:00Z");
    assert!(page.text.starts_with("A ferry carrying 214"), "{}", page.text);
    assert!(page.text.ends_with("until further notice."), "{}", page.text);
    assert_eq!(page.text.matches("\n\n").count(), 2);
}

#[test]
fn text_is_cut_at_the_end_of_a_paragraph() {
    let html = german("");
    let cut = read(html.as_bytes(), &Hints { max_chars: 420, ..Hints::default() });
    assert!(cut.truncated);
    assert_eq!(cut.text, PARAGRAPHS[..2].join("\n\n"));
    let whole = read(html.as_bytes(), &Hints { max_chars: 100_000, ..Hints::default() });
    assert!(!whole.truncated);
}

fn refused(html: &str) -> Option<&'static str> {
    let page = page(html);
    assert_eq!(page.outcome == PageOutcome::NoText, page.reason.is_some());
    page.reason
}

#[test]
fn a_consent_page_is_no_article() {
    let html = "<html lang=de><title>Tages-Post</title><body><h1>Willkommen bei der Tages-Post</h1>\
        <p>Lesen Sie uns mit Werbung und Tracking oder ohne. Mit Werbung weiterlesen: Wir und unsere Partner \
        verarbeiten Ihre Daten für personalisierte Anzeigen. Sie können Ihre Einwilligung jederzeit widerrufen.</p>\
        <p>Oder wählen Sie unser Pur-Abo: Nutzung ohne Werbung für wenige Euro im Monat, jederzeit kündbar.</p>\
        <button>Alle akzeptieren</button></body>";
    assert_eq!(refused(html), Some("consent_page"));
    assert_eq!(page(html).text, "");
}

#[test]
fn an_article_about_consent_pages_is_one() {
    let html = german("").replace(
        PARAGRAPHS[1],
        "Viele Seiten schreiben heute „Alle akzeptieren“ oder „mit Werbung weiterlesen“ auf ihre Knöpfe und nennen das Pur-Abo.",
    ).replace("</head>", r#"<script type="application/ld+json">{"@type":"NewsArticle","headline":"Streit um Pur-Abo"}</script></head>"#);
    assert_eq!(refused(&html), None);
}

#[test]
fn a_headline_with_the_words_of_a_wall_is_no_wall() {
    let html =
        german("").replace("Talbrücke nach Unfall gesperrt", "Security check am Flughafen geräumt");
    assert_eq!(refused(&html), None);
}

#[test]
fn a_headline_cut_for_search_engines_is_not_taken() {
    let ld = r#"<script type="application/ld+json">{"@type":"NewsArticle","headline":"Talbrücke nach…"}</script>"#;
    assert_eq!(page(&german(ld)).title, "Talbrücke nach Unfall gesperrt");
}

#[test]
fn a_script_shell_is_no_article() {
    let html = "<html><head><title>Tages-Post</title><script src=a.js></script></head><body><div id=root></div>\
        <noscript>You need to enable JavaScript to run this app.</noscript><script>window.start()</script></body></html>";
    assert_eq!(refused(html), Some("script_shell"));
}

#[test]
fn a_bot_wall_is_no_article() {
    let html = "<html><head><title>Just a moment...</title></head><body><h1>tages-post.example</h1>\
        <p>Checking your browser before accessing the site. This process is automatic. Ray ID: 7a</p></body></html>";
    assert_eq!(refused(html), Some("bot_wall"));
}

#[test]
fn an_error_page_that_says_200_is_no_article() {
    let html = "<html><head><title>404 - Seite nicht gefunden | Tages-Post</title></head><body><h1>Seite nicht gefunden</h1>\
        <p>Die gewünschte Seite existiert nicht oder ist nicht mehr verfügbar. Bitte nutzen Sie unsere Suche oder \
        gehen Sie zurück zur Startseite der Tages-Post.</p></body></html>";
    assert_eq!(refused(html), Some("soft_404"));
}

#[test]
fn a_paywall_stub_keeps_its_opening_lines() {
    let html = format!(
        r#"<html lang=de><head><title>Talbrücke</title><script type="application/ld+json">{{"@type":"NewsArticle",
        "headline":"Talbrücke gesperrt","isAccessibleForFree":"False"}}</script></head><body><article><h1>Talbrücke gesperrt</h1>
        <p>{}</p><div class="paywall"><p>Jetzt weiterlesen mit unserem Angebot für alle Inhalte.</p></div></article></body></html>"#,
        PARAGRAPHS[0]
    );
    let page = page(&html);
    assert_eq!(page.reason, Some("paywall_stub"));
    assert_eq!(page.paywalled, Some(true));
    assert!(page.text.starts_with("Die Talbrücke bei Bergen"));
    assert_eq!(page.title, "Talbrücke gesperrt");
}

#[test]
fn other_files_and_empty_pages_are_told_apart() {
    let reason = |bytes: &[u8], content_type| {
        read(bytes, &Hints { content_type, ..Hints::default() }).reason
    };
    assert_eq!(reason(b"%PDF-1.7 ...", None), Some("not_html"));
    assert_eq!(reason(b"{\"a\":1}", Some("application/json")), Some("not_html"));
    assert_eq!(reason(b"", None), Some("no_text"));
    assert_eq!(reason(b"<html><body></body></html>", Some("text/html")), Some("no_text"));
}

#[test]
fn a_stated_body_is_used_when_it_agrees_or_nothing_else_is_there() {
    let body = PARAGRAPHS.join("\\n\\n");
    let ld = format!(
        r#"<script type="application/ld+json">{{"@type":"NewsArticle","headline":"Talbrücke","articleBody":"{body}"}}</script>"#
    );
    let shell = format!("<html><head>{ld}</head><body><div id=app></div></body></html>");
    assert_eq!(page(&shell).text, PARAGRAPHS.join("\n\n"));
    let other = ld.replace("Brücke", "Straße").replace("Fahrer", "Reiter").replace(' ', " ganz ");
    assert_eq!(page(&german(&other)).text, PARAGRAPHS.join("\n\n"));
}

#[test]
fn a_canonical_link_to_elsewhere_is_not_believed() {
    for link in ["https://www.tages-post.example/", "https://fremd.example/a-1", "nonsense:x", ""] {
        let html = format!("<link rel=canonical href='{link}'><p>x");
        assert_eq!(page(&html).canonical_url.as_deref(), Some(URL), "{link}");
    }
    let sister = page("<link rel=canonical href='https://regional.tages-post.example/b-1'>");
    assert_eq!(sister.canonical_url.as_deref(), Some("https://regional.tages-post.example/b-1"));
}

#[test]
fn dates_come_from_the_best_place() {
    let date = |html: &str| page(html).published.map(|t| t.to_string()).unwrap_or_default();
    assert_eq!(
        date(
            "<time datetime='2020-01-01'>Teaser</time><h1>T</h1><time datetime='2024-01-05T10:00+02:00'>"
        ),
        "2024-01-05T08:00:00Z"
    );
    assert_eq!(
        date("<meta name=date content='0000-00-00'><meta name=DC.date content='2024-01-06'>"),
        "2024-01-06T00:00:00Z"
    );
    assert_eq!(
        date("<time class='last-updated' datetime='2024-02-02'></time>"),
        "2024-03-02T00:00:00Z"
    );
    assert_eq!(
        page("<time class='last-updated' datetime='2024-02-02'></time>")
            .modified
            .unwrap()
            .to_string(),
        "2024-02-02T00:00:00Z"
    );
}

/// Pages that would end the process or take for ever without the guard: what comes out of it is within
/// all limits. That they are read to the end is seen in `tests/pages_hostile.rs`, how their time
/// grows in `benches/page.rs`.
#[test]
fn hostile_pages_come_out_of_the_guard_within_its_limits() {
    let text = PARAGRAPHS.join(" ");
    let nested =
        |tag: &str, n: usize| format!("<body>{}<p>{text}</p>", format!("<{tag}>").repeat(n));
    let pages = [
        nested("div", 10_000),
        nested("span", 100_000),
        nested("b", 100_000),
        nested("table><tr><td", 20_000),
        nested("svg><g", 50_000),
        nested("a href=x", 20_000),
        nested("ul><li", 20_000),
        nested("div><table><td></div", 20_000),
        "<".repeat(3_000_000),
        format!("{}{}", "<div>".repeat(1_000), text.repeat(3_000)),
        "<div>x".repeat(100_000),
        "<div><p>x</p>".repeat(20_000),
        "<div><span>x</span></div>".repeat(50_000),
        "<a<".repeat(500_000),
        "<!--".repeat(500_000),
        "</".repeat(1_000_000),
        "<p ".repeat(500_000),
        "&#".repeat(100_000),
        "<br>".repeat(100_000),
        "<p>x".repeat(50_000),
        format!("<table>{}", "<tr><td>1".repeat(30_000)),
        format!("<div {}>{text}", "a=1 ".repeat(300_000)),
        "<i a b c d e f></i>".repeat(50_000),
        (0..20_000).map(|n| ["<p><font size=", &n.to_string(), ">x"].concat()).collect(),
        format!("<script type=application/ld+json>{}", "[".repeat(400_000)),
        format!("<title>{}", "x ".repeat(500_000)),
    ];
    for (n, html) in pages.iter().enumerate() {
        let tamed = super::guard::tame(html);
        let counts = tamed.counts;
        assert!(counts.depth <= super::guard::MAX_DEPTH, "{n}: {counts:?}");
        assert!(counts.elements <= super::guard::MAX_ELEMENTS, "{n}: {counts:?}");
        assert!(counts.attributes <= super::guard::MAX_ALL_ATTRIBUTES, "{n}: {counts:?}");
        assert_eq!(super::guard::tame(&tamed.html).html, tamed.html, "{n}");
    }
    // A few of them all the way.
    for html in pages.iter().filter(|html| html.len() < 120_000).take(2) {
        let page = page(html);
        assert!(page.text.contains("Talbrücke") || page.reason == Some("too_deep"));
    }
}

#[test]
fn old_layout_tables_are_read_without_their_menus() {
    let [first, second, third, _] = PARAGRAPHS;
    let html = format!(
        "<html><body><table><tr><td width=100><a href=a>Start</a><br><a href=b>Sport</a></td>\
         <td><font size=2>{first}<p>{second}<p>{third}</font></td></tr></table></body></html>"
    );
    assert_eq!(page(&html).text, PARAGRAPHS[..3].join("\n\n"));
}

#[test]
fn lists_quotations_and_tables_of_an_article_stay() {
    let [first, second, third, _] = PARAGRAPHS;
    let html = format!(
        "<html><body><article><h1>Titel</h1><p>{first}</p><blockquote><p>{second}</p></blockquote>\
         <ul><li>Erstens wurde die Brücke gesperrt</li><li>Zweitens die Straße umgeleitet</li></ul><p>{third}</p>\
         <table><tr><th>Ort</th><th>Verletzte</th></tr><tr><td>Bergen</td><td>3</td></tr></table></article></body></html>"
    );
    let expected = [
        first,
        second,
        "Erstens wurde die Brücke gesperrt",
        "Zweitens die Straße umgeleitet",
        third,
        "Ort; Verletzte",
        "Bergen; 3",
    ];
    assert_eq!(page(&html).text, expected.join("\n\n"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), limit in 0_usize..50) {
        let page = read(&bytes, &Hints { content_type: None, url: Some("::"), max_chars: limit, ..Hints::default() });
        prop_assert!(limit == 0 || page.text.chars().count() <= limit);
    }

    #[test]
    fn no_markup_makes_it_panic(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "<div>", "</div>", "<p>", "</p>", "<table>", "<tr>", "<td>", "</table>", "<b>", "</b>", "<a href='x'>", "</a>",
                "<script type=application/ld+json>{\"@type\":\"NewsArticle\"", "</script>", "<svg>", "</svg>", "<!--", "-->",
                "<h1>", "</h1>", "<time datetime=2024>", "<meta name=date content='", "'>", "\"", "&amp", "&#x;", "ä\u{ad}", "Wort und noch eins. ",
                "<select><option>", "<template>", "<li>", "<form>", "<button>", "<html lang=de>", "<body>", "<title>",
            ]),
            0..60,
        )
    ) {
        let html = parts.concat();
        let page = page(&html);
        prop_assert_eq!(page.outcome == PageOutcome::Read, page.reason.is_none());
        prop_assert!(!page.text.contains("\n\n\n") && !page.text.contains("  "));
        // The guard's own output is within its limits and is a fixed point.
        let once = super::guard::tame(&html).html;
        prop_assert_eq!(&super::guard::tame(&once).html, &once);
    }
}
