//! The table `cases/hostile.toml`: what becomes of documents that are not as they should be.

use super::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Table {
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    text: String,
    verdict: String,
    /// Repairs that must be among those named.
    #[serde(default)]
    repairs: Vec<String>,
    /// Titles of the entries, in order; `-` for none.
    #[serde(default)]
    titles: Vec<String>,
}

#[test]
fn every_document_of_the_table_is_read_as_the_table_says() {
    let table: Table = toml::from_str(include_str!("cases/hostile.toml")).unwrap();
    let mut wrong = Vec::new();
    for case in &table.case {
        let document = read(case.text.as_bytes(), &Hints::default());
        let verdict = serde_json::to_value(document.verdict).unwrap();
        let titles: Vec<&str> =
            document.entries.iter().map(|e| e.title.as_deref().unwrap_or("-")).collect();
        let named = case.repairs.iter().all(|repair| document.repairs.contains(repair));
        if verdict != case.verdict.as_str() || titles != case.titles || !named {
            wrong.push(format!(
                "{}\n  {verdict} {:?} {titles:?} {:?}\n  not {} {:?} {:?}",
                case.text,
                document.repairs,
                document.error,
                case.verdict,
                case.repairs,
                case.titles
            ));
        }
        if document.raw_entries > 0 && document.entries.is_empty() {
            assert_eq!(document.verdict, FeedVerdict::Unreadable, "{}", case.text);
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// What is clean and has all fields is read by the own reader alone: both must say the same.
#[test]
fn both_readers_agree_on_clean_documents() {
    let table: Table = toml::from_str(include_str!("cases/hostile.toml")).unwrap();
    let whole = [super::tests::RSS, WHOLE_RSS, WHOLE_ATOM].map(str::to_owned);
    let cases = table.case.into_iter().filter(|case| case.verdict == "clean").map(|case| case.text);
    let hints = Hints { url: Some("https://b.example/rss"), ..Hints::default() };
    for text in cases.chain(whole) {
        let one = read(text.as_bytes(), &hints);
        assert_eq!(one, read_with(text.as_bytes(), &hints, true), "{text}");
    }
    for text in [WHOLE_RSS, WHOLE_ATOM] {
        assert!(is_sure(text), "{text}");
        for (old, new) in [
            ("</title>", "</title><title>Zweiter</title>"),
            ("</channel>", ""),
            ("</entry>", ""),
            (" xmlns:", " xml:base=\"/x/\" xmlns:"),
        ] {
            if text.contains(old) {
                assert!(!is_sure(&text.replace(old, new)), "{old} {new}");
            }
        }
    }
}

/// Whether a text is read by the own reader alone.
fn is_sure(text: &str) -> bool {
    let mut repairs = Repairs::default();
    let prepared = repair::prepare(text, &mut repairs).unwrap();
    let scan = tolerant::read(&prepared, 100);
    repairs.0.is_empty() && scan.is_sure(&prepared)
}

const WHOLE_RSS: &str = r#"<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Blatt</title><link>https://b.example/</link><language>de</language><ttl>5</ttl>
<item><title> Deich &amp; Damm </title><link>/a/1</link><guid>https://b.example/a/1</guid><dc:creator>A. Beispiel</dc:creator>
<category>Ort</category><category>Ort</category><description><![CDATA[<p>Eins</p><p>Zwei &auml;</p>]]></description>
<content:encoded>&lt;p&gt;Voll&lt;/p&gt;</content:encoded><pubDate>Mon, 02 Nov 2026 10:00:00 GMT</pubDate></item></channel></rss>"#;

const WHOLE_ATOM: &str = r#"<feed xmlns="http://www.w3.org/2005/Atom" xmlns:x="urn:x" xml:lang="de"><title>Blatt</title><id>urn:f</id><link href="https://b.example/"/>
<entry><id>urn:1</id><title type="html">Deich &amp;amp; Damm</title><link rel="alternate" href="https://b.example/1"/>
<updated>2026-11-02T10:00:00Z</updated><author><name>A. Beispiel</name></author><category term="ort" label="Ort"/>
<summary>Nutze &lt;b&gt; hier</summary><content type="html">&lt;p&gt;Voll&lt;/p&gt;</content></entry></feed>"#;
