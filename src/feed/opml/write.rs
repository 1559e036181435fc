//! Lists as OPML 2.0.

use super::{MAX_DEPTH, Outline, is_xml};
use std::fmt::Write as _;

/// Writes a list as OPML 2.0. Feeds of a section that follow each other stand in one outline.
#[must_use]
pub fn write(title: &str, feeds: &[Outline]) -> String {
    let mut out =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n");
    // Writing to a String cannot fail.
    let _ = writeln!(out, "  <head>\n    <title>{}</title>\n  </head>\n  <body>", escaped(title));
    let mut open: Vec<&str> = Vec::new();
    let indent = |depth: usize| "  ".repeat(depth + 2);
    for feed in feeds {
        let section: Vec<&str> = feed.section.iter().take(MAX_DEPTH).map(String::as_str).collect();
        let common = open.iter().zip(&section).take_while(|(a, b)| a == b).count();
        while open.len() > common {
            open.pop();
            let _ = writeln!(out, "{}</outline>", indent(open.len()));
        }
        for name in section.iter().skip(common) {
            let _ = writeln!(out, "{}<outline text=\"{}\">", indent(open.len()), escaped(name));
            open.push(name);
        }
        let text = feed.title.as_deref().unwrap_or(&feed.url);
        let _ =
            write!(out, "{}<outline type=\"rss\" text=\"{}\"", indent(open.len()), escaped(text));
        for (key, value) in [
            ("title", feed.title.as_deref()),
            ("xmlUrl", Some(feed.url.as_str())),
            ("htmlUrl", feed.site.as_deref()),
            ("language", feed.lang.as_deref()),
        ] {
            if let Some(value) = value {
                let _ = write!(out, " {key}=\"{}\"", escaped(value));
            }
        }
        out.push_str("/>\n");
    }
    while open.pop().is_some() {
        let _ = writeln!(out, "{}</outline>", indent(open.len()));
    }
    out.push_str("  </body>\n</opml>\n");
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| is_xml(*c)) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}
