//! Pages made to hurt: whatever they hold, the program ends well and says what became of them.
//!
//! How the time grows with the size of such pages is measured by `cargo bench --bench page -- hostile`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // the helpers of the tests below

use serde_json::Value;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

const PARAGRAPH: &str = "Die Talbrücke bei Bergen ist am Freitagabend nach einem schweren Unfall für den \
gesamten Verkehr gesperrt worden. Wie die Polizei mitteilte, stießen zwei Lastwagen zusammen, einer von ihnen \
durchbrach das Geländer. Ein Fahrer wurde schwer verletzt und kam mit einem Hubschrauber in eine Klinik.";

/// What `depesche inspect page` says of a page, in a process of its own.
fn inspected(html: &str, quality: &str) -> Value {
    let mut child = Command::new(env!("CARGO_BIN_EXE_depesche"))
        .args(["inspect", "page", "--quality", quality, "--url", "https://post.example/a/1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let answer = std::thread::scope(|scope| {
        scope.spawn(move || input.write_all(html.as_bytes()).unwrap());
        child.wait_with_output().unwrap()
    });
    assert!(answer.status.success(), "{}", answer.status);
    serde_json::from_slice(&answer.stdout).unwrap()
}

/// The reason is the one expected (`read` where there is none), with each quality.
fn ends_as(html: &str, reason: &str) -> Value {
    let [_, last] = ["single", "vote"].map(|quality| {
        let page = inspected(html, quality);
        assert_eq!(page["reason"].as_str().unwrap_or("read"), reason, "{quality}");
        page
    });
    last
}

#[test]
fn a_million_nested_elements_are_flattened() {
    for tag in ["div", "span", "b", "table><tr><td", "ul><li"] {
        let nested = format!("<{tag}>").repeat(1_000_000 / (1 + tag.matches('<').count()));
        // The vote is not taken on pages so deep.
        let page = inspected(&format!("<body>{nested}ein Wort"), "single");
        assert_eq!((&page["reason"], &page["text"]), (&"too_deep".into(), &"".into()), "{tag}");
    }
}

#[test]
fn an_article_above_a_million_nested_elements_is_read() {
    let nested = "<div>".repeat(1_000_000);
    let article =
        format!("<article><h1>Unfall</h1>{}</article>", format!("<p>{PARAGRAPH}</p>").repeat(3));
    let page = ends_as(&format!("<body>{article}{nested}ein Wort"), "read");
    assert!(page["text"].as_str().unwrap().starts_with("Die Talbrücke"));
}

#[test]
fn a_page_of_ten_megabytes_is_cut() {
    let mut html = String::from("<body><article><h1>Unfall</h1>");
    let mut n = 0;
    while html.len() < 10 * 1024 * 1024 {
        n += 1;
        let _ = write!(html, "<p>Absatz {n}: {PARAGRAPH}</p>");
    }
    let page = ends_as(&html, "read");
    assert_eq!(page["truncated"], true);
    assert!(page["text"].as_str().unwrap().starts_with("Absatz 1: Die Talbrücke"));
}

#[test]
fn floods_of_attributes_are_capped() {
    let article =
        format!("<article><h1>Unfall</h1>{}</article>", format!("<p>{PARAGRAPH}</p>").repeat(3));
    let floods = [
        // One element with a million, each of its own name.
        (0..1_000_000).fold(String::from("<div"), |html, n| html + " a" + &n.to_string()) + ">",
        // Five thousand with a hundred each.
        format!("<i{}></i>", " class=x data-y='z'".repeat(50)).repeat(5_000),
        // One value of five megabytes.
        format!("<p title='{}'></p>", "&amp;x ".repeat(800_000)),
    ];
    for flood in floods {
        let page = ends_as(&format!("<body>{article}{flood}"), "read");
        assert!(page["text"].as_str().unwrap().starts_with("Die Talbrücke"));
    }
}
