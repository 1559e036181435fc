//! The root tag: where it is, what stands around it, and its namespaces.

use super::super::draft::Format;
use super::super::{Repairs, tags};
use std::borrow::Cow;

/// Namespaces that stand for another one.
const OLD_NAMESPACES: [(&str, &str); 7] = [
    ("http://purl.org/atom/ns#", ATOM),
    ("https://www.w3.org/2005/Atom", ATOM),
    ("http://www.w3.org/2005/atom", ATOM),
    ("http://my.netscape.com/rdf/simple/0.9/", RSS1),
    ("http://channel.netscape.com/rdf/simple/0.9/", RSS1),
    ("https://purl.org/rss/1.0/", RSS1),
    ("http://purl.org/net/rss1.1#", RSS1),
];
const ATOM: &str = "http://www.w3.org/2005/Atom";
const RSS1: &str = "http://purl.org/rss/1.0/";

/// Namespaces of prefixes that feeds use without declaring them.
const KNOWN_PREFIXES: [(&str, &str); 6] = [
    ("atom", ATOM),
    ("content", "http://purl.org/rss/1.0/modules/content/"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"),
    ("media", "http://search.yahoo.com/mrss/"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
];

/// The first tag that is the root of a feed: its place, format and prefix (with colon).
pub(super) fn find(text: &str) -> Option<(usize, Format, Option<String>)> {
    let mut at = 0;
    let mut comments = true;
    loop {
        at += text.get(at..)?.find('<')?;
        let rest = text.get(at..)?;
        if comments && rest.starts_with("<!--") {
            match rest.find("-->") {
                Some(end) => {
                    at += end + 3;
                    continue;
                }
                None => comments = false,
            }
        }
        let inside = rest.get(1..)?;
        let name = inside.get(..tags::name_length(inside))?;
        let (prefix, local) = name.rsplit_once(':').unwrap_or(("", name));
        let format = match local.to_ascii_lowercase().as_str() {
            "rss" => Some(Format::Rss),
            "feed" => Some(Format::Atom),
            "rdf" => Some(Format::Rdf),
            "urlset" => Some(Format::Sitemap),
            "sitemapindex" => Some(Format::SitemapIndex),
            _ => None,
        };
        if let Some(format) = format
            && tags::end(rest).is_some()
        {
            // The prefix of <rdf:RDF> is that of the syntax, not of the items.
            let own = !prefix.is_empty() && format != Format::Rdf;
            return Some((at, format, own.then(|| format!("{}:", prefix.to_ascii_lowercase()))));
        }
        at += 1;
    }
}

pub(super) fn note_head(head: &str, repairs: &mut Repairs) {
    if head.contains("<!DOCTYPE") {
        repairs.add("doctype");
    }
    let lead = head.trim_start_matches('\u{feff}');
    let start = lead.trim_start();
    let declared = start.starts_with("<?xml");
    let tag_first = start.get(1..).is_some_and(|s| s.starts_with(char::is_alphabetic));
    let late = declared && start.len() != lead.len();
    if late || tag_first || !(start.is_empty() || start.starts_with('<')) {
        repairs.add("leading_junk");
    }
}

/// Cuts what follows the last end tag of the root.
pub(super) fn cut_tail<'a>(body: &'a str, root: &str, repairs: &mut Repairs) -> &'a str {
    let mark = format!("</{root}");
    let ends = |at: usize| {
        let next = body.get(at + mark.len()..).and_then(|rest| rest.chars().next());
        next.is_none_or(|c| c == '>' || c.is_whitespace())
    };
    let Some((at, _)) = body.rmatch_indices(&mark).find(|(at, _)| ends(*at)) else {
        repairs.add("truncated");
        return body;
    };
    let tail = body.get(at..).unwrap_or_default();
    let end = at + tail.find('>').map_or(tail.len(), |to| to + 1);
    let (keep, junk) = body.split_at_checked(end).unwrap_or((body, ""));
    let junk = junk.trim();
    if !(junk.is_empty() || junk.starts_with("<!--") && junk.ends_with("-->")) {
        repairs.add("trailing_junk");
    }
    keep
}

/// The namespace in which a format's own tags stand.
pub(super) fn namespace(format: Format) -> Option<&'static str> {
    match format {
        Format::Atom => Some(ATOM),
        Format::Rdf => Some(RSS1),
        _ => None,
    }
}

/// The namespace that has taken the place of an old one.
pub(super) fn present_namespace(old: &str) -> Option<&'static str> {
    OLD_NAMESPACES.iter().find(|(known, _)| *known == old).map(|(_, present)| *present)
}

/// The namespace of a prefix that feeds use without declaring it.
pub(super) fn known_namespace(prefix: &str) -> Option<&'static str> {
    KNOWN_PREFIXES.iter().find(|(known, _)| *known == prefix).map(|(_, uri)| *uri)
}

/// Whether a namespace that holds fields has the prefix by which the tolerant reader knows it.
pub(super) fn is_usual(format: Format, key: &str, namespace: &str) -> bool {
    match key.strip_prefix("xmlns:") {
        None => format != Format::Atom || namespace == ATOM,
        Some(prefix) => {
            KNOWN_PREFIXES.iter().all(|(known, uri)| (*known == prefix) == (*uri == namespace))
        }
    }
}

/// Writes a start tag whose values are escaped.
pub(super) fn write_tag(
    out: &mut String,
    name: &str,
    attributes: &[(Cow<'_, str>, Cow<'_, str>)],
    empty: bool,
) {
    out.push('<');
    out.push_str(name);
    for (key, value) in attributes {
        for part in [" ", key, "=\"", value, "\""] {
            out.push_str(part);
        }
    }
    out.push_str(if empty { "/>" } else { ">" });
}
