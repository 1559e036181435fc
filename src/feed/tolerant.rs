//! The own reader for RSS, Atom, RDF and sitemaps: asks for no well-formed document.
//!
//! End tags may be missing or wrong, fields may overlap, the document may stop anywhere: every
//! whole entry is kept. An entry that the document stops in is not whole.

use super::draft::{Draft, DraftEntry, Format, Words};
use super::extra::{self, Extra, MAX_SKIPS};
use super::repair::Prepared;
use super::{plain, tags};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;

/// Longest field in bytes; more is dropped.
const MAX_FIELD: usize = 2 * 1024 * 1024;
/// Authors or tags kept of one entry.
const MAX_NAMES: usize = 64;

/// A field with text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Guid,
    Title,
    Link,
    OriginalLink,
    Summary,
    Content,
    Published,
    Updated,
    Lang,
    Author,
    Tag,
    Keywords,
    Ttl,
    Period,
    Frequency,
    Hour,
    Day,
    Extra(Extra),
}

/// The names of fields, in lower case.
const FIELDS: [(&str, Field); 41] = [
    ("guid", Field::Guid),
    ("id", Field::Guid),
    ("atom:id", Field::Guid),
    ("title", Field::Title),
    ("news:title", Field::Title),
    ("link", Field::Link),
    ("loc", Field::Link),
    ("feedburner:origlink", Field::OriginalLink),
    ("description", Field::Summary),
    ("summary", Field::Summary),
    ("tagline", Field::Summary),
    ("content", Field::Content),
    ("content:encoded", Field::Content),
    ("pubdate", Field::Published),
    ("published", Field::Published),
    ("atom:published", Field::Published),
    ("issued", Field::Published),
    ("created", Field::Published),
    ("dc:date", Field::Published),
    ("dcterms:created", Field::Published),
    ("dcterms:issued", Field::Published),
    ("news:publication_date", Field::Published),
    ("updated", Field::Updated),
    ("atom:updated", Field::Updated),
    ("a10:updated", Field::Updated),
    ("modified", Field::Updated),
    ("dcterms:modified", Field::Updated),
    ("lastmod", Field::Updated),
    ("language", Field::Lang),
    ("dc:language", Field::Lang),
    ("news:language", Field::Lang),
    ("author", Field::Author),
    ("dc:creator", Field::Author),
    ("category", Field::Tag),
    ("dc:subject", Field::Tag),
    ("news:keywords", Field::Keywords),
    ("ttl", Field::Ttl),
    ("sy:updateperiod", Field::Period),
    ("sy:updatefrequency", Field::Frequency),
    ("hour", Field::Hour),
    ("day", Field::Day),
];

/// Elements with a title or link of their own that is not the feed's or the entry's.
const FOREIGN: [&str; 5] = ["image", "textinput", "source", "contributor", "news:publication"];

/// Fields whose start ends another field that was never closed.
const LEADERS: [&str; 7] = ["title", "link", "guid", "pubdate", "description", "id", "updated"];

/// A field being read.
struct Capture {
    name: String,
    field: Field,
    /// Elements of the same name open inside.
    nested: usize,
    text: String,
    /// Atom `type`, in lower case.
    kind: Option<String>,
    /// Atom says that this is no markup.
    literal: bool,
}

struct Walk<'p> {
    draft: Draft,
    entry: Option<DraftEntry>,
    capture: Option<Capture>,
    /// An element that is passed over: its name and how often it is nested.
    skip: Option<(String, usize)>,
    prefixes: &'p [String],
    max_entries: usize,
    base: Option<url::Url>,
}

/// Reads a prepared document.
pub(super) fn read(prepared: &Prepared<'_>, max_entries: usize) -> Draft {
    let mut reader = Reader::from_str(&prepared.text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut walk = Walk {
        draft: Draft::new(prepared.format),
        entry: None,
        capture: None,
        skip: None,
        prefixes: &prepared.prefixes,
        max_entries,
        base: None,
    };
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => walk.start(&tag, false),
            Ok(Event::Empty(tag)) => walk.start(&tag, true),
            Ok(Event::End(tag)) => {
                let raw = tag.name();
                let name = walk.name(raw.as_ref());
                walk.end(&name);
            }
            Ok(Event::Text(text)) => walk.text(&text),
            Ok(Event::CData(text)) => walk.text(&text),
            Ok(Event::GeneralRef(name)) => walk.reference(&name),
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    walk.draft
}

impl Walk<'_> {
    /// A tag's name in lower case, without a prefix of the format's own.
    fn name<'n>(&self, raw: &'n str) -> Cow<'n, str> {
        let own = |name: &str| {
            self.prefixes.iter().find(|prefix| name.starts_with(prefix.as_str())).map(String::len)
        };
        match plain::lower(raw) {
            Cow::Borrowed(name) => {
                Cow::Borrowed(name.get(own(name).unwrap_or(0)..).unwrap_or(name))
            }
            Cow::Owned(mut name) => {
                name.drain(..own(&name).unwrap_or(0));
                Cow::Owned(name)
            }
        }
    }

    fn is_entry(&self, name: &str) -> bool {
        match self.draft.format {
            Format::Atom => name == "entry",
            Format::Sitemap | Format::NewsSitemap => name == "url",
            Format::SitemapIndex => false,
            _ => name == "item",
        }
    }

    fn is_root(&self, name: &str) -> bool {
        match self.draft.format {
            Format::Atom => name == "feed",
            Format::Sitemap | Format::NewsSitemap => name == "urlset",
            _ => matches!(name, "rss" | "channel" | "rdf:rdf"),
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, empty: bool) {
        let raw: &str = tag;
        let parts = tags::start(raw);
        let name = self.name(parts.name);
        if self.is_entry(&name) {
            self.close_capture();
            self.skip = None;
            // An entry that was never closed is whole all the same: the next one begins.
            self.close_entry();
            self.entry = Some(DraftEntry { guid_is_link: true, ..DraftEntry::default() });
            if let (Some(entry), Some(about)) = (&mut self.entry, attribute(&parts, "rdf:about")) {
                entry.guid = Some(about);
            }
            self.entry_lang(&parts);
            if empty {
                self.close_entry();
            }
            return;
        }
        if let Some((skipped, nested)) = &mut self.skip {
            *nested += usize::from(*skipped == name && !empty);
            return;
        }
        if let Some(capture) = &mut self.capture {
            let rich = self.draft.format == Format::Atom
                && matches!(capture.field, Field::Content | Field::Summary);
            if rich || capture.field == Field::Author || !LEADERS.contains(&name.as_ref()) {
                capture.nested += usize::from(capture.name == name && !empty);
                // Markup that is not escaped; only the author of Atom is made of elements.
                self.draft.doubt |=
                    capture.field != Field::Author || self.draft.format != Format::Atom;
                // A tag in literal text is an accident, not text.
                if capture.literal {
                    capture.push(" ");
                } else {
                    capture.push_all(&["<", raw, ">"]);
                }
                return;
            }
            self.close_capture();
        }
        self.outside(&name, &parts, empty);
    }

    /// A start tag that is not inside a field.
    fn outside(&mut self, name: &str, parts: &tags::Start<'_>, empty: bool) {
        if self.is_root(name) {
            if let Some(lang) = attribute(parts, "xml:lang") {
                self.draft.lang.get_or_insert(lang);
            }
            self.base = attribute(parts, "xml:base").and_then(|b| url::Url::parse(&b).ok());
            return;
        }
        if name == "source" && self.entry.is_some() && self.draft.format != Format::Atom {
            if let (Some(entry), Some(url)) = (&mut self.entry, attribute(parts, "url")) {
                entry.extras.add(Extra::SourceUrl, &url);
            }
            if !empty {
                self.capture = Some(Capture::new(name, Field::Extra(Extra::SourceName), None));
            }
            return;
        }
        if FOREIGN.contains(&name) && name != "news:publication" {
            if !empty {
                self.skip = Some((name.to_owned(), 0));
            }
            return;
        }
        if matches!(name, "link" | "atom:link" | "a10:link")
            && let Some(href) = attribute(parts, "href")
        {
            let kind = attribute(parts, "type");
            self.link(&href, attribute(parts, "rel").as_deref(), kind.as_deref());
        }
        if name == "category"
            && let Some(term) = attribute(parts, "label").or_else(|| attribute(parts, "term"))
        {
            self.tag(&term);
        }
        if name.starts_with("news:") && self.draft.format == Format::Sitemap {
            self.draft.format = Format::NewsSitemap;
        }
        let known = FIELDS.iter().find(|(known, _)| *known == name).map(|(_, field)| *field);
        let Some(field) = known.or_else(|| extra::named(name).map(Field::Extra)) else { return };
        if field == Field::Guid
            && let (Some(entry), Some(says)) = (&mut self.entry, attribute(parts, "ispermalink"))
        {
            entry.guid_is_link = !says.eq_ignore_ascii_case("false");
        }
        if !empty {
            let kind = attribute(parts, "type").map(|k| k.to_ascii_lowercase());
            let literal = matches!(field, Field::Title | Field::Summary | Field::Content)
                && self.is_literal(kind.as_deref());
            self.capture = Some(Capture { literal, ..Capture::new(name, field, kind) });
        }
    }

    fn end(&mut self, name: &str) {
        if self.is_entry(name) || self.is_root(name) {
            self.close_capture();
            self.skip = None;
            self.close_entry();
            return;
        }
        if let Some((skipped, nested)) = &mut self.skip {
            if skipped == name {
                match nested.checked_sub(1) {
                    Some(left) => *nested = left,
                    None => self.skip = None,
                }
            }
            return;
        }
        if let Some(capture) = &mut self.capture {
            if capture.name != name && capture.literal {
                // As above.
            } else if capture.name != name {
                capture.push_all(&["</", name, ">"]);
            } else if let Some(left) = capture.nested.checked_sub(1) {
                capture.nested = left;
            } else {
                self.close_capture();
            }
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(capture) = &mut self.capture {
            if capture.kind.as_deref().is_some_and(|k| k.contains("xhtml")) {
                capture.push(&text.replace('&', "&amp;").replace('<', "&lt;"));
            } else {
                capture.push(text);
            }
        }
    }

    fn reference(&mut self, name: &str) {
        let Some(capture) = &mut self.capture else { return };
        if capture.kind.as_deref().is_some_and(|k| k.contains("xhtml")) {
            capture.push_all(&["&", name, ";"]);
        } else if let Some(text) = quick_xml::escape::resolve_xml_entity(name) {
            capture.push(text);
        } else if let Some((text, _)) = plain::entity(&format!("&{name};")) {
            capture.push(&text);
        }
    }

    fn entry_lang(&mut self, parts: &tags::Start<'_>) {
        if let (Some(entry), Some(lang)) = (&mut self.entry, attribute(parts, "xml:lang")) {
            entry.lang = Some(lang);
        }
    }

    fn link(&mut self, href: &str, rel: Option<&str>, kind: Option<&str>) {
        let rel = rel.map_or_else(|| "alternate".to_owned(), str::to_ascii_lowercase);
        if rel == "hub" && self.entry.is_none() {
            self.draft.hub.get_or_insert_with(|| href.to_owned());
        }
        if rel != "alternate" || kind.is_some_and(|k| k.contains("json") || k.contains("atom")) {
            return;
        }
        let href = self
            .base
            .as_ref()
            .and_then(|base| base.join(href.trim()).ok())
            .map_or_else(|| href.to_owned(), String::from);
        let slot = match &mut self.entry {
            Some(entry) => &mut entry.link,
            None => &mut self.draft.link,
        };
        slot.get_or_insert(href);
    }

    fn tag(&mut self, tag: &str) {
        if let Some(entry) = &mut self.entry {
            push_name(&mut entry.tags, tag);
        }
    }

    fn close_capture(&mut self) {
        let Some(Capture { field, text, kind, name, .. }) = self.capture.take() else { return };
        self.draft.doubt |= self.is_doubtful(field, &name, &text, kind.as_deref());
        if text.trim().is_empty() {
            return;
        }
        let words = self.words(text, kind.as_deref());
        let Some(entry) = &mut self.entry else {
            let draft = &mut self.draft;
            match field {
                Field::Title => _ = draft.title.get_or_insert(words),
                Field::Link => _ = draft.link.get_or_insert(words.body),
                Field::Lang => _ = draft.lang.get_or_insert(words.body),
                Field::Ttl => draft.ttl = draft.ttl.or(words.body.trim().parse().ok()),
                Field::Period => _ = draft.beat.period.get_or_insert(words.body),
                Field::Frequency => _ = draft.beat.frequency.get_or_insert(words.body),
                Field::Hour if draft.beat.hours.len() < MAX_SKIPS => {
                    draft.beat.hours.push(words.body);
                }
                Field::Day if draft.beat.days.len() < MAX_SKIPS => {
                    draft.beat.days.push(words.body);
                }
                _ => {}
            }
            return;
        };
        match field {
            Field::Guid => entry.guid = Some(words.body),
            Field::Title => _ = entry.title.get_or_insert(words),
            Field::Link => _ = entry.link.get_or_insert(words.body),
            Field::OriginalLink => entry.link = Some(words.body),
            Field::Summary => _ = entry.summary.get_or_insert(words),
            Field::Content => _ = entry.content.get_or_insert(words),
            Field::Published => _ = entry.published.get_or_insert(words.body),
            Field::Updated => _ = entry.updated.get_or_insert(words.body),
            Field::Lang => _ = entry.lang.get_or_insert(words.body),
            Field::Author => push_name(&mut entry.authors, &author(&words.body)),
            Field::Tag => push_name(&mut entry.tags, &words.body),
            Field::Keywords => {
                words.body.split(',').for_each(|word| push_name(&mut entry.tags, word));
            }
            Field::Extra(kind) => entry.extras.add(kind, &words.body),
            Field::Ttl | Field::Period | Field::Frequency | Field::Hour | Field::Day => {}
        }
    }

    /// Whether feed-rs may read a field in another way: a second one of its kind, one that is empty
    /// or of a kind that is not common, names with addresses in them.
    fn is_doubtful(&self, field: Field, name: &str, text: &str, kind: Option<&str>) -> bool {
        let atom = self.draft.format == Format::Atom;
        let usual = match field {
            Field::Title => name == "title",
            Field::Summary => name == if atom { "summary" } else { "description" },
            Field::Content => name == if atom { "content" } else { "content:encoded" },
            Field::Author if atom => return name != "author" || !text.contains("<name>"),
            Field::Author => return text.contains(['@', '(', '<', ',']),
            Field::Link => return atom || self.entry.as_ref().is_some_and(|e| e.link.is_some()),
            Field::Ttl => return text.trim() != text,
            _ => return false,
        };
        let again = match (&self.entry, field) {
            (Some(entry), Field::Title) => entry.title.is_some(),
            (Some(entry), Field::Summary) => entry.summary.is_some(),
            (Some(entry), Field::Content) => entry.content.is_some(),
            (None, Field::Title) => self.draft.title.is_some(),
            _ => false,
        };
        let kind_fits = !atom || matches!(kind, None | Some("text" | "html"));
        !usual || again || !kind_fits || text.trim().is_empty()
    }

    fn is_literal(&self, kind: Option<&str>) -> bool {
        self.draft.format == Format::Atom && matches!(kind, None | Some("text" | "text/plain" | ""))
    }

    /// The words of a field: literal only where Atom says so.
    fn words(&self, text: String, kind: Option<&str>) -> Words {
        let literal = self.is_literal(kind);
        // Atom 0.3 may carry mode="base64"; nobody does any more, and it reads as no HTML.
        if literal { Words::literal(text) } else { Words::html(text) }
    }

    fn close_entry(&mut self) {
        if let Some(entry) = self.entry.take() {
            self.draft.whole += 1;
            if self.draft.entries.len() < self.max_entries {
                self.draft.entries.push(entry);
            }
        }
    }
}

impl Capture {
    fn new(name: &str, field: Field, kind: Option<String>) -> Self {
        Self { name: name.to_owned(), field, nested: 0, text: String::new(), kind, literal: false }
    }

    fn push(&mut self, text: &str) {
        self.push_all(&[text]);
    }

    /// Adds pieces that belong together.
    fn push_all(&mut self, pieces: &[&str]) {
        let length: usize = pieces.iter().map(|piece| piece.len()).sum();
        if self.text.len() + length <= MAX_FIELD {
            self.text.extend(pieces.iter().copied());
        }
    }
}

/// The value of an attribute (name in lower case), unescaped.
fn attribute(parts: &tags::Start<'_>, name: &str) -> Option<String> {
    let (_, value) = parts.attributes.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    let value = quick_xml::escape::unescape(value).unwrap_or(Cow::Borrowed(value));
    (!value.trim().is_empty()).then(|| value.into_owned())
}

/// The name of an author: Atom has it in an element of its own.
fn author(text: &str) -> String {
    match text.split_once("<name>").or_else(|| text.split_once(":name>")) {
        Some((_, rest)) => rest.split("</").next().unwrap_or_default().to_owned(),
        None => text.to_owned(),
    }
}

fn push_name(list: &mut Vec<String>, name: &str) {
    let name = name.trim();
    if list.len() < MAX_NAMES && !name.is_empty() && !list.iter().any(|old| old == name) {
        list.push(name.to_owned());
    }
}
