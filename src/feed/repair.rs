//! Repair of XML text, in one pass, before any parser sees it.
//!
//! Cuts to the root tag; drops declaration, DOCTYPE, comments and processing instructions; turns
//! HTML entities into characters and escapes lone `&` and `<`; strips what XML forbids; gives RSS
//! its version, old Atom and RDF their present namespaces, and undeclared prefixes a declaration.

use super::draft::Format;
use super::{Repairs, plain, tags};
use std::collections::BTreeSet;

/// Deepest nesting that feed-rs is given.
const MAX_DEPTH: usize = 256;
/// Distinct prefixes that are looked after.
const MAX_PREFIXES: usize = 64;

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

/// Fields whose end also ends a CDATA section that was never closed.
const CDATA_HOLDERS: [&str; 6] =
    ["</description>", "</title>", "</content:encoded>", "</summary>", "</content>", "</link>"];

/// A document that is lexically clean.
pub(super) struct Prepared {
    pub(super) text: String,
    pub(super) format: Format,
    /// Prefixes of the format's own tags, with their colon, in lower case.
    pub(super) prefixes: Vec<String>,
    pub(super) raw_entries: usize,
    pub(super) safe_for_strict: bool,
    /// Every start tag has its end tag, and nothing in the names of namespaces is unusual: what the
    /// tolerant reader reads of it is all that is there.
    pub(super) plain: bool,
}

/// Prepares a document; none when it has no root tag of a feed.
pub(super) fn prepare(text: &str, repairs: &mut Repairs) -> Option<Prepared> {
    let (at, format, prefix) = find_root(text)?;
    let head = text.get(..at).unwrap_or_default();
    note_head(head, repairs);
    let body = text.get(at..).unwrap_or_default();
    let root_name = body.get(1..1 + tags::name_length(body.get(1..)?)).unwrap_or_default();
    let body = cut_tail(body, root_name, repairs);
    let mut pass = Pass {
        out: String::with_capacity(body.len() + 256),
        repairs,
        format,
        prefixes: prefix.into_iter().collect(),
        root: None,
        declared: BTreeSet::new(),
        used: BTreeSet::new(),
        raw: 0,
        depth: 0,
        deepest: 0,
        open: Vec::new(),
        plain: true,
    };
    pass.run(body);
    let root = pass.root_tag();
    let Pass { out, raw, deepest, prefixes, open, plain, .. } = pass;
    Some(Prepared {
        text: root + &out,
        format,
        prefixes,
        raw_entries: raw,
        safe_for_strict: deepest <= MAX_DEPTH,
        plain: plain && open.is_empty(),
    })
}

/// The first tag that is the root of a feed: its place, format and prefix (with colon).
fn find_root(text: &str) -> Option<(usize, Format, Option<String>)> {
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

fn note_head(head: &str, repairs: &mut Repairs) {
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
fn cut_tail<'a>(body: &'a str, root: &str, repairs: &mut Repairs) -> &'a str {
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

/// A start tag with escaped values.
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
    empty: bool,
}

struct Pass<'r, 't> {
    out: String,
    repairs: &'r mut Repairs,
    format: Format,
    prefixes: Vec<String>,
    /// The root tag: written last, when all prefixes are known.
    root: Option<Tag>,
    declared: BTreeSet<String>,
    used: BTreeSet<String>,
    raw: usize,
    depth: usize,
    deepest: usize,
    /// Names of the tags that are open, to see whether each is closed.
    open: Vec<&'t str>,
    plain: bool,
}

impl<'t> Pass<'_, 't> {
    fn run(&mut self, body: &'t str) {
        // Once a closing mark was not found there is none further on: never look again.
        let (mut cdata, mut comments, mut instructions) = (true, true, true);
        let mut rest = body;
        while let Some(at) = rest.find(|c| matches!(c, '<' | '&') || is_odd(c)) {
            let (clean, special) = rest.split_at_checked(at).unwrap_or((rest, ""));
            self.out.push_str(clean);
            let length = if special.starts_with('&') {
                self.reference(special)
            } else if special.starts_with("<![CDATA[") {
                self.cdata(special, &mut cdata)
            } else if special.starts_with("<!--") {
                self.drop_to(special, "-->", &mut comments)
            } else if special.starts_with("<?") {
                self.drop_to(special, "?>", &mut instructions)
            } else if special.starts_with('<') {
                self.tag(special)
            } else {
                self.odd(special)
            };
            rest = special.get(length..).unwrap_or_default();
        }
        self.out.push_str(rest);
    }

    /// A character that XML forbids, or a C1 control that was meant as windows-1252.
    fn odd(&mut self, special: &str) -> usize {
        let Some(c) = special.chars().next() else { return 0 };
        self.repairs.add("illegal_characters");
        if let Some(meant) = u8::try_from(u32::from(c)).ok().filter(|b| *b >= 0x80) {
            self.out.extend(plain::windows(meant).filter(|c| !is_odd(*c)));
        }
        c.len_utf8()
    }

    fn drop_to(&mut self, special: &str, mark: &str, there: &mut bool) -> usize {
        if *there && let Some(at) = special.find(mark) {
            return at + mark.len();
        }
        *there = false;
        self.escape_angle()
    }

    fn escape_angle(&mut self) -> usize {
        self.repairs.add("lone_angle");
        self.out.push_str("&lt;");
        1
    }

    fn cdata(&mut self, special: &str, there: &mut bool) -> usize {
        const OPEN: usize = "<![CDATA[".len();
        let inside = special.get(OPEN..).unwrap_or_default();
        let end = if *there { inside.find("]]>") } else { None };
        let (length, skip) = if let Some(at) = end {
            (at, 3)
        } else {
            *there = false;
            self.repairs.add("unclosed_cdata");
            let holder = inside
                .match_indices("</")
                .find(|(at, _)| {
                    inside
                        .get(*at..)
                        .is_some_and(|s| CDATA_HOLDERS.iter().any(|h| s.starts_with(h)))
                })
                .map(|(at, _)| at);
            (holder.unwrap_or(inside.len()), 0)
        };
        let body = inside.get(..length).unwrap_or_default();
        self.out.push_str("<![CDATA[");
        if body.contains(is_odd) {
            let mut rest = body;
            while let Some(at) = rest.find(is_odd) {
                let (clean, special) = rest.split_at_checked(at).unwrap_or((rest, ""));
                self.out.push_str(clean);
                let length = self.odd(special);
                rest = special.get(length..).unwrap_or_default();
            }
            self.out.push_str(rest);
        } else {
            self.out.push_str(body);
        }
        self.out.push_str("]]>");
        OPEN + length + skip
    }

    /// An entity or a lone `&`; gives the length of what was read.
    fn reference(&mut self, special: &str) -> usize {
        for kept in ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;"] {
            if special.starts_with(kept) {
                self.out.push_str(kept);
                return kept.len();
            }
        }
        if let Some((text, length)) = plain::entity(special) {
            let named = !special.starts_with("&#");
            for c in text.chars() {
                match c {
                    '&' => self.out.push_str("&amp;"),
                    '<' => self.out.push_str("&lt;"),
                    '"' => self.out.push_str("&quot;"),
                    c if is_forbidden(c) => self.repairs.add("illegal_characters"),
                    c => self.out.push(c),
                }
            }
            if named {
                self.repairs.add("html_entities");
            }
            return length;
        }
        if let Some(number) = special.strip_prefix("&#")
            && let Some(end) = number.bytes().take(12).position(|b| b == b';')
            && number.get(..end).is_some_and(|n| n.bytes().all(|b| b.is_ascii_alphanumeric()))
        {
            // A reference to no character at all.
            self.repairs.add("illegal_characters");
            return end + 3;
        }
        self.repairs.add("ampersand");
        self.out.push_str("&amp;");
        1
    }

    fn tag(&mut self, special: &'t str) -> usize {
        let inside = special.get(1..).unwrap_or_default();
        let closing = inside.starts_with('/');
        let name = inside.strip_prefix('/').unwrap_or(inside);
        let Some(end) = tags::end(special).filter(|_| tags::name_length(name) > 0) else {
            return self.escape_angle();
        };
        let tag = special.get(..end).unwrap_or_default();
        if closing {
            self.depth = self.depth.saturating_sub(1);
            let name = name.get(..tags::name_length(name)).unwrap_or_default();
            self.plain &= self.open.pop() == Some(name);
            self.prefix(name);
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
            return end;
        }
        let start = tags::start(tag);
        if start.odd {
            self.repairs.add("attributes");
        }
        if !start.empty {
            self.depth += 1;
            self.deepest = self.deepest.max(self.depth);
            if self.depth <= MAX_DEPTH {
                self.open.push(start.name);
            }
        }
        self.prefix(start.name);
        self.count(start.name);
        let mut attributes = Vec::with_capacity(start.attributes.len());
        for (key, value) in start.attributes {
            if key.starts_with("xmlns") {
                self.plain &= self.root.is_none() && self.is_usual(key, value);
                if let Some(prefix) = key.strip_prefix("xmlns:")
                    && self.declared.len() < MAX_PREFIXES
                {
                    self.declared.insert(prefix.to_owned());
                }
            } else {
                self.plain &= key != "xml:base" && (key != "xml:lang" || self.root.is_none());
                self.prefix(key);
            }
            attributes.push((key.to_owned(), self.value(key, value)));
        }
        let tag = Tag { name: start.name.to_owned(), attributes, empty: start.empty };
        if self.root.is_none() {
            self.own_prefixes(&tag);
            self.root = Some(tag);
        } else {
            tag.write(&mut self.out);
        }
        end
    }

    /// Whether a namespace that holds fields has the prefix by which the tolerant reader knows it.
    fn is_usual(&self, key: &str, namespace: &str) -> bool {
        match key.strip_prefix("xmlns:") {
            None => self.format != Format::Atom || namespace == ATOM,
            Some(prefix) => {
                KNOWN_PREFIXES.iter().all(|(known, uri)| (*known == prefix) == (*uri == namespace))
            }
        }
    }

    /// Prefixes that the root binds to the format's own namespace.
    fn own_prefixes(&mut self, root: &Tag) {
        let namespace = match self.format {
            Format::Atom => ATOM,
            Format::Rdf => RSS1,
            _ => return,
        };
        for (key, value) in &root.attributes {
            if let Some(prefix) = key.strip_prefix("xmlns:")
                && value == namespace
            {
                self.prefixes.push(format!("{}:", prefix.to_ascii_lowercase()));
            }
        }
    }

    fn prefix(&mut self, name: &str) {
        if let Some((prefix, _)) = name.split_once(':')
            && prefix != "xml"
            && self.used.len() < MAX_PREFIXES
            && !self.used.contains(prefix)
        {
            self.used.insert(prefix.to_owned());
        }
    }

    fn count(&mut self, name: &str) {
        let own = match name.find(':').and_then(|colon| name.split_at_checked(colon + 1)) {
            None => name,
            Some((prefix, own)) => {
                if !self.prefixes.iter().any(|p| p.eq_ignore_ascii_case(prefix)) {
                    return;
                }
                own
            }
        };
        let is_entry = match self.format {
            Format::Atom => own.eq_ignore_ascii_case("entry"),
            Format::Rss | Format::Rdf => own.eq_ignore_ascii_case("item"),
            Format::Sitemap => own.eq_ignore_ascii_case("url"),
            _ => false,
        };
        self.raw += usize::from(is_entry);
    }

    /// The value of an attribute, escaped.
    fn value(&mut self, key: &str, value: &str) -> String {
        if key.starts_with("xmlns")
            && let Some((_, new)) = OLD_NAMESPACES.iter().find(|(old, _)| *old == value)
        {
            self.repairs.add("old_namespace");
            return (*new).to_owned();
        }
        let before = std::mem::take(&mut self.out);
        let mut rest = value;
        while let Some(at) = rest.find(|c| matches!(c, '&' | '"' | '<') || is_odd(c)) {
            let (clean, special) = rest.split_at_checked(at).unwrap_or((rest, ""));
            self.out.push_str(clean);
            let length = match special.bytes().next() {
                Some(b'&') => self.reference(special),
                Some(b'<') => self.escape_angle(),
                Some(b'"') => {
                    self.out.push_str("&quot;");
                    1
                }
                _ => self.odd(special),
            };
            rest = special.get(length..).unwrap_or_default();
        }
        self.out.push_str(rest);
        std::mem::replace(&mut self.out, before)
    }

    /// The root tag with version and namespaces as the parser wants them.
    fn root_tag(&mut self) -> String {
        let Some(Tag { name, mut attributes, empty }) = self.root.take() else {
            return String::new();
        };
        if self.format == Format::Rss {
            let known = attributes
                .iter()
                .any(|(k, v)| k == "version" && matches!(v.as_str(), "2.0" | "0.91" | "0.92"));
            if !known {
                self.repairs.add("rss_version");
            }
            let before = attributes.len();
            attributes.retain(|(k, _)| k != "xmlns");
            if attributes.len() < before {
                self.repairs.add("rss_namespace");
            }
            attributes.retain(|(k, _)| !k.eq_ignore_ascii_case("version"));
            attributes.insert(0, ("version".into(), "2.0".into()));
        }
        for prefix in self.used.difference(&self.declared) {
            self.repairs.add("undeclared_prefix");
            let known = KNOWN_PREFIXES.iter().find(|(known, _)| known == prefix);
            let uri = known.map_or_else(|| format!("urn:prefix:{prefix}"), |(_, u)| (*u).into());
            attributes.push((format!("xmlns:{prefix}"), uri));
        }
        let mut out = String::new();
        Tag { name, attributes, empty }.write(&mut out);
        out
    }
}

impl Tag {
    fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        for (key, value) in &self.attributes {
            for part in [" ", key, "=\"", value, "\""] {
                out.push_str(part);
            }
        }
        out.push_str(if self.empty { "/>" } else { ">" });
    }
}

/// Characters that XML 1.0 forbids (section 2.2).
fn is_forbidden(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// Characters to strip or to replace: forbidden ones, and C1 controls.
fn is_odd(c: char) -> bool {
    is_forbidden(c) || matches!(c, '\u{80}'..='\u{9f}')
}
