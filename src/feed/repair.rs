//! Repair of XML text, in one pass, before any parser sees it. What needs no repair is not copied.
//!
//! Cuts to the root tag; drops declaration, DOCTYPE, comments and processing instructions; turns
//! HTML entities into characters and escapes lone `&` and `<`; strips what XML forbids; gives RSS
//! its version, old Atom and RDF their present namespaces, and undeclared prefixes a declaration.

mod chars;
mod root;

use super::draft::Format;
use super::{Repairs, tags};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Deepest nesting that feed-rs is given.
const MAX_DEPTH: usize = 256;
/// Distinct prefixes that are looked after.
const MAX_PREFIXES: usize = 64;

/// Fields whose end also ends a CDATA section that was never closed.
const CDATA_HOLDERS: [&str; 6] =
    ["</description>", "</title>", "</content:encoded>", "</summary>", "</content>", "</link>"];

/// A document that is lexically clean.
pub(super) struct Prepared<'t> {
    /// Borrowed where nothing had to be changed.
    pub(super) text: Cow<'t, str>,
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
pub(super) fn prepare<'t>(text: &'t str, repairs: &mut Repairs) -> Option<Prepared<'t>> {
    let (at, format, prefix) = root::find(text)?;
    let head = text.get(..at).unwrap_or_default();
    root::note_head(head, repairs);
    let body = text.get(at..).unwrap_or_default();
    let root_name = body.get(1..1 + tags::name_length(body.get(1..)?)).unwrap_or_default();
    let body = root::cut_tail(body, root_name, repairs);
    let mut pass = Pass {
        source: body,
        taken: 0,
        out: String::new(),
        odd: chars::any_odd(body),
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
    pass.run();
    let text = pass.text();
    let Pass { raw, deepest, prefixes, open, plain, .. } = pass;
    Some(Prepared {
        text,
        format,
        prefixes,
        raw_entries: raw,
        safe_for_strict: deepest <= MAX_DEPTH,
        plain: plain && open.is_empty(),
    })
}

struct Pass<'r, 't> {
    /// What is repaired, from its root tag on.
    source: &'t str,
    /// Up to where `source` stands in `out`, or is left out.
    taken: usize,
    /// What is before `taken`, as repaired, without the root tag.
    out: String,
    /// Whether a character that is odd stands anywhere.
    odd: bool,
    repairs: &'r mut Repairs,
    format: Format,
    prefixes: Vec<String>,
    /// The root tag: written last, when all prefixes are known.
    root: Option<Root<'t>>,
    declared: BTreeSet<&'t str>,
    used: BTreeSet<&'t str>,
    raw: usize,
    depth: usize,
    deepest: usize,
    /// Names of the tags that are open, to see whether each is closed.
    open: Vec<&'t str>,
    plain: bool,
}

/// The root tag.
struct Root<'t> {
    name: &'t str,
    /// With escaped values.
    attributes: Vec<(Cow<'t, str>, Cow<'t, str>)>,
    empty: bool,
    /// Bytes of it in the source.
    length: usize,
    /// Stands in the source as it would be written.
    verbatim: bool,
}

impl<'t> Pass<'_, 't> {
    fn run(&mut self) {
        // Once a closing mark was not found there is none further on: never look again.
        let (mut cdata, mut comments, mut instructions) = (true, true, true);
        let mut at = 0;
        while let Some(found) = self.special(at) {
            at += found;
            let special = self.source.get(at..).unwrap_or_default();
            at += if special.starts_with('&') {
                self.reference(at, special)
            } else if special.starts_with("<!") && special.starts_with("<![CDATA[") {
                self.cdata(at, special, &mut cdata)
            } else if special.starts_with("<!--") {
                self.drop_to(at, special, "-->", &mut comments)
            } else if special.starts_with("<?") {
                self.drop_to(at, special, "?>", &mut instructions)
            } else if special.starts_with('<') {
                self.tag(at, special)
            } else {
                self.flush(at);
                let length = chars::odd(special, &mut self.out, self.repairs);
                self.taken = at + length;
                length
            };
        }
    }

    /// How far from `at` there is something that may have to be changed.
    fn special(&self, at: usize) -> Option<usize> {
        let rest = self.source.get(at..)?;
        if self.odd {
            rest.find(|c| matches!(c, '<' | '&') || chars::is_odd(c))
        } else {
            memchr::memchr2(b'<', b'&', rest.as_bytes())
        }
    }

    /// Takes over what stands before `at` as it is: something else follows.
    fn flush(&mut self, at: usize) {
        if self.out.capacity() == 0 {
            self.out.reserve(self.source.len() + 256);
        }
        self.out.push_str(self.source.get(self.taken..at).unwrap_or_default());
        self.taken = at;
    }

    /// The whole text as repaired: the source where nothing has changed.
    fn text(&mut self) -> Cow<'t, str> {
        let Some(mut root) = self.root.take() else { return Cow::Borrowed(self.source) };
        self.mend(&mut root);
        if root.verbatim && self.taken == root.length {
            return Cow::Borrowed(self.source);
        }
        let mut out = String::with_capacity(self.source.len() + 512);
        root::write_tag(&mut out, root.name, &root.attributes, root.empty);
        out.push_str(&self.out);
        out.push_str(self.source.get(self.taken..).unwrap_or_default());
        Cow::Owned(out)
    }

    fn drop_to(&mut self, at: usize, special: &str, mark: &str, there: &mut bool) -> usize {
        if *there && let Some(end) = special.find(mark) {
            self.flush(at);
            self.taken = at + end + mark.len();
            return end + mark.len();
        }
        *there = false;
        self.escape_angle(at)
    }

    fn escape_angle(&mut self, at: usize) -> usize {
        self.flush(at);
        self.taken = at + chars::escape_angle(&mut self.out, self.repairs);
        self.taken - at
    }

    fn cdata(&mut self, at: usize, special: &'t str, there: &mut bool) -> usize {
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
        let mut rest = inside.get(..length).unwrap_or_default();
        let whole = OPEN + length + skip;
        if skip > 0 && !(self.odd && rest.contains(chars::is_odd)) {
            return whole;
        }
        self.flush(at);
        self.out.push_str("<![CDATA[");
        while let Some(at) = rest.find(chars::is_odd) {
            let (clean, special) = rest.split_at_checked(at).unwrap_or((rest, ""));
            self.out.push_str(clean);
            let length = chars::odd(special, &mut self.out, self.repairs);
            rest = special.get(length..).unwrap_or_default();
        }
        self.out.push_str(rest);
        self.out.push_str("]]>");
        self.taken = at + whole;
        whole
    }

    fn reference(&mut self, at: usize, special: &str) -> usize {
        if let Some(kept) = chars::kept_reference(special) {
            return kept;
        }
        self.flush(at);
        self.taken = at + chars::reference(special, &mut self.out, self.repairs);
        self.taken - at
    }

    fn tag(&mut self, at: usize, special: &'t str) -> usize {
        let inside = special.get(1..).unwrap_or_default();
        let closing = inside.starts_with('/');
        let name = inside.strip_prefix('/').unwrap_or(inside);
        let length = tags::name_length(name);
        let Some(end) = tags::end(special).filter(|_| length > 0) else {
            return self.escape_angle(at);
        };
        if closing {
            self.depth = self.depth.saturating_sub(1);
            let name = name.get(..length).unwrap_or_default();
            self.plain &= self.open.pop() == Some(name);
            self.prefix(name);
            if end > length + "</>".len() {
                self.flush(at + "</".len() + length);
                self.out.push('>');
                self.taken = at + end;
            }
            return end;
        }
        let tag = special.get(..end).unwrap_or_default();
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
        let (name, empty) = (start.name, start.empty);
        // Blanks that are none in XML may stand in what is not ASCII, or is odd.
        let mut verbatim = !start.odd && !start.tight && !self.odd && tag.is_ascii();
        let mut attributes = Vec::with_capacity(start.attributes.len());
        for (key, value) in start.attributes {
            let escaped = self.attribute(key, value);
            verbatim &= matches!(escaped, Cow::Borrowed(same) if same == value);
            attributes.push((Cow::Borrowed(key), escaped));
        }
        if self.root.is_none() {
            self.own_prefixes(&attributes);
            self.taken = end;
            self.root = Some(Root { name, attributes, empty, length: end, verbatim });
        } else if !verbatim {
            self.flush(at);
            self.taken = at + end;
            root::write_tag(&mut self.out, name, &attributes, empty);
        }
        end
    }

    /// Notes what an attribute says of prefixes; gives its value, escaped.
    fn attribute(&mut self, key: &'t str, value: &'t str) -> Cow<'t, str> {
        if !key.starts_with("xmlns") {
            self.plain &= key != "xml:base" && (key != "xml:lang" || self.root.is_none());
            self.prefix(key);
            return chars::value(value, self.odd, self.repairs);
        }
        self.plain &= self.root.is_none() && root::is_usual(self.format, key, value);
        if let Some(prefix) = key.strip_prefix("xmlns:")
            && self.declared.len() < MAX_PREFIXES
        {
            self.declared.insert(prefix);
        }
        match root::present_namespace(value) {
            Some(present) => {
                self.repairs.add("old_namespace");
                Cow::Borrowed(present)
            }
            None => chars::value(value, self.odd, self.repairs),
        }
    }

    /// Prefixes that the root binds to the format's own namespace.
    fn own_prefixes(&mut self, attributes: &[(Cow<'t, str>, Cow<'t, str>)]) {
        let Some(namespace) = root::namespace(self.format) else { return };
        for (key, value) in attributes {
            if let Some(prefix) = key.strip_prefix("xmlns:")
                && value == namespace
            {
                self.prefixes.push(format!("{}:", prefix.to_ascii_lowercase()));
            }
        }
    }

    fn prefix(&mut self, name: &'t str) {
        if let Some((prefix, _)) = name.split_once(':')
            && prefix != "xml"
            && self.used.len() < MAX_PREFIXES
            && !self.used.contains(prefix)
        {
            self.used.insert(prefix);
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

    /// Gives the root tag version and namespaces as the parser wants them.
    fn mend(&mut self, root: &mut Root<'t>) {
        if self.format == Format::Rss {
            let known = root
                .attributes
                .iter()
                .any(|(k, v)| k == "version" && matches!(v.as_ref(), "2.0" | "0.91" | "0.92"));
            if !known {
                self.repairs.add("rss_version");
            }
            let before = root.attributes.len();
            root.attributes.retain(|(k, _)| k != "xmlns");
            if root.attributes.len() < before {
                self.repairs.add("rss_namespace");
            }
            let mut versions =
                root.attributes.iter().filter(|(k, _)| k.eq_ignore_ascii_case("version"));
            let stands = versions.next().is_some_and(|(k, v)| k == "version" && v == "2.0");
            root.verbatim &= stands && versions.next().is_none();
            root.verbatim &= root.attributes.len() == before;
            root.attributes.retain(|(k, _)| !k.eq_ignore_ascii_case("version"));
            root.attributes.insert(0, ("version".into(), "2.0".into()));
        }
        for prefix in self.used.difference(&self.declared) {
            self.repairs.add("undeclared_prefix");
            root.verbatim = false;
            let known = root::known_namespace(prefix);
            let uri = known.map_or_else(|| format!("urn:prefix:{prefix}").into(), Cow::Borrowed);
            root.attributes.push((format!("xmlns:{prefix}").into(), uri));
        }
    }
}
