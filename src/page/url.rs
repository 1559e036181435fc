//! The identity of an article's address.
//!
//! Two addresses of one article should become one; two articles must never. What is known to be
//! safe is done everywhere (case of the host, default ports, fragments, tracking parameters); what
//! depends on the site (mobile hosts) only for the sites of the table.

use serde::Deserialize;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;
use url::{Host, Url};

/// Longest address that is an identity; longer ones carry state, not a place.
const LONGEST: usize = 4096;
/// Rounds until nothing changes any more: AMP caches can be stacked, each round takes one off.
const MAX_ROUNDS: usize = LONGEST / 8;

#[derive(Debug, Default, Deserialize)]
struct Table {
    parameters: Vec<String>,
    path_parameters: Vec<String>,
    dresses: Vec<String>,
    index_files: Vec<String>,
    values: HashMap<String, Vec<String>>,
    hosts: HashMap<String, String>,
    wrappers: HashMap<String, Vec<String>>,
}

static TABLE: LazyLock<Table> =
    LazyLock::new(|| toml::from_str(include_str!("url.toml")).unwrap_or_default());

/// The canonical form of an address, or `None` when it is no `http` or `https` address of a page.
///
/// - scheme and host in lower case, IDNA as punycode, user and password, default port, final dot
///   of the host and fragment left out; `http` becomes `https` on hosts with a name and no port;
/// - tracking parameters and session ids left out, the others sorted by name;
/// - escapes of unreserved characters decoded, others in upper case; a blank in a query is `%20`;
/// - `index.html` and its like, doubled and trailing slashes left out;
/// - AMP and print views: caches unwrapped, `/amp` or `/print` after and `/amp/` before an article's
///   name left out; mobile hosts only by table;
/// - wrappers that carry the address in themselves (click counters, news aggregators, web archives)
///   taken off, by table.
///
/// The function is idempotent.
#[must_use]
pub fn canonical(url: &str) -> Option<String> {
    let url = url.trim();
    if url.len() > LONGEST {
        return None;
    }
    settled(&Url::parse(url).ok()?)
}

/// As [`canonical`], of an address that is parsed already.
#[must_use]
pub fn canonical_of(url: &Url) -> Option<String> {
    if url.as_str().len() > LONGEST { None } else { settled(url) }
}

/// Steps until nothing changes any more.
fn settled(url: &Url) -> Option<String> {
    let mut current = step(url)?;
    let mut before = url.as_str().to_owned();
    for _ in 0..=MAX_ROUNDS {
        if current == before {
            return Some(current).filter(|c| c.len() <= LONGEST);
        }
        before = current;
        current = step(&Url::parse(&before).ok()?)?;
    }
    None
}

/// What two addresses of one article have in common: the [`canonical`] form without `www.`, which
/// sites answer with and without. For ids, not for requests: one of the two may not be answered.
#[must_use]
pub fn identity(url: &str) -> Option<String> {
    let canonical = canonical(url)?;
    let Some((scheme, rest)) = canonical.split_once("://www.") else { return Some(canonical) };
    // Not of "www.example", where it is no prefix.
    let named = rest.split(['/', ':']).next().is_some_and(|host| host.contains('.'));
    Some(if named { format!("{scheme}://{rest}") } else { canonical })
}

fn step(url: &Url) -> Option<String> {
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    if let Some(inner) = from_amp_cache(url).or_else(|| wrapped::target(url, &TABLE.wrappers)) {
        return Some(inner);
    }
    let (host, named) = match url.host()? {
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            (name, name.contains('.'))
        }
        Host::Ipv4(_) | Host::Ipv6(_) => (url.host_str()?, false),
    };
    if host.is_empty() {
        return None;
    }
    let host = TABLE.hosts.get(host).map_or(host, String::as_str);
    let (scheme, port) = match (url.scheme(), url.port()) {
        // Port 443 is the default of https, which this becomes.
        ("http", None | Some(443)) if named => ("https", None),
        (scheme, port) => (scheme, port),
    };
    let mut out = String::with_capacity(url.as_str().len() + 1);
    for part in [scheme, "://", host] {
        out.push_str(part);
    }
    if let Some(port) = port {
        out.push(':');
        out.push_str(&port.to_string());
    }
    path(url.path(), &mut out);
    query(url, &mut out);
    // Old single-page sites name the page in "#!/…" or "#!…".
    if let Some(fragment) = url.fragment().filter(|f| f.len() > 1 && f.starts_with('!')) {
        out.push('#');
        out.push_str(fragment);
    }
    Some(out)
}

/// `https://www.google.com/amp/s/host/path` and `https://host.cdn.ampproject.org/c/s/host/path`.
fn from_amp_cache(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    let path = url.path();
    let rest = if host.ends_with(".cdn.ampproject.org") || host.ends_with(".bing-amp.com") {
        path.strip_prefix("/c/").or_else(|| path.strip_prefix("/v/"))?
    } else if host.starts_with("www.google.") {
        path.strip_prefix("/amp/")?
    } else {
        return None;
    };
    let (scheme, rest) = rest.strip_prefix("s/").map_or(("http", rest), |r| ("https", r));
    let inner_host = rest.split('/').next()?;
    if !inner_host.contains('.') {
        return None;
    }
    let query = url.query().map(|q| format!("?{q}")).unwrap_or_default();
    let inner = Url::parse(&format!("{scheme}://{rest}{query}")).ok()?;
    Some(inner.into())
}

/// Writes a path.
fn path(path: &str, out: &mut String) {
    let path = without_session(path);
    let normal = escapes(path);
    let normal = slashes(&normal);
    let mut path = normal.trim_end_matches('/');
    loop {
        let before = path;
        for index in &TABLE.index_files {
            let cut = path.strip_suffix(index.as_str()).filter(|rest| rest.ends_with('/'));
            path = cut.unwrap_or(path);
        }
        path = path.trim_end_matches('/');
        for dress in &TABLE.dresses {
            let article = path.strip_suffix(dress.as_str()).and_then(|p| p.strip_suffix('/'));
            path = article.filter(|p| names_article(p)).unwrap_or(path);
        }
        if path == before {
            break;
        }
    }
    if let Some(rest) = path.strip_prefix("/amp").filter(|p| p.starts_with('/')) {
        path = Some(rest).filter(|p| names_article(p)).unwrap_or(path);
    }
    let plain = path.strip_suffix(".amp").filter(|article| names_article(article));
    match path.strip_suffix(".amp.html").filter(|article| names_article(article)) {
        Some(article) => {
            out.push_str(article);
            out.push_str(".html");
        }
        None if path.is_empty() => out.push('/'),
        None => out.push_str(plain.unwrap_or(path)),
    }
}

/// A path up to the parameter that holds a session: `/a;jsessionid=1`.
fn without_session(path: &str) -> &str {
    if !path.contains(';') {
        return path;
    }
    let lower = path.to_ascii_lowercase();
    let session = TABLE.path_parameters.iter().filter_map(|p| lower.find(&format!(";{p}="))).min();
    path.get(..session.unwrap_or(path.len())).unwrap_or(path)
}

/// One slash for several, except in an address within the path, and without the segment in which
/// some servers keep the session: `/(S(4x5y6z))/`.
fn slashes(path: &str) -> Cow<'_, str> {
    if path.starts_with('/') && !path.contains("//") && !path.contains("/(S(") {
        return Cow::Borrowed(path);
    }
    let mut out = String::with_capacity(path.len());
    let mut left = path;
    while let Some(rest) = left.strip_prefix('/') {
        let end = rest.find('/').unwrap_or(rest.len());
        let (segment, next) = rest.split_at(end);
        let session = segment.starts_with("(S(") && segment.ends_with("))");
        if !session && (!segment.is_empty() || next.is_empty() || out.ends_with(':')) {
            out.push('/');
            out.push_str(segment);
        }
        left = next;
    }
    out.push_str(left);
    Cow::Owned(out)
}

/// The last segment looks like an article's name: with a hyphen or a number, and not short.
fn names_article(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| {
        name.len() >= 8 && (name.contains('-') || name.bytes().any(|b| b.is_ascii_digit()))
    })
}

/// Writes what is kept of a query.
fn query(url: &Url, out: &mut String) {
    let Some(query) = url.query() else { return };
    let mut kept: Vec<(Cow<'_, str>, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .filter_map(|pair| {
            // "&amp;" that was not decoded.
            let pair = pair.strip_prefix("amp;").unwrap_or(pair);
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let keep = !name.is_empty() && !tracks(&name.to_ascii_lowercase(), value);
            let value = pair.get(name.len()..).unwrap_or_default().replace('+', "%20");
            keep.then(|| (escapes(name), escapes(&value).into_owned()))
        })
        .collect();
    // Stable: values of one name keep their order.
    kept.sort_by(|a, b| a.0.cmp(&b.0));
    for (at, (name, value)) in kept.iter().enumerate() {
        out.push(if at == 0 { '?' } else { '&' });
        out.push_str(name);
        out.push_str(value);
    }
}

fn tracks(name: &str, value: &str) -> bool {
    let listed = TABLE.parameters.iter().any(|p| match p.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == p,
    });
    let by_value = TABLE
        .values
        .get(name)
        .is_some_and(|values| values.iter().any(|v| v.eq_ignore_ascii_case(value)));
    // "sid" can be a story's number; a long hexadecimal one is a session.
    let session = matches!(name, "sid" | "s")
        && value.len() >= 16
        && value.bytes().all(|b| b.is_ascii_hexdigit());
    listed || by_value || session
}

/// Decodes `%XX` of unreserved characters (RFC 3986, 6.2.2.2), writes the others in upper case.
fn escapes(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let code = from
            .get(1..3)
            .filter(|c| c.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|c| u8::from_str_radix(c, 16).ok());
        match code {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                out.push(char::from(byte));
                rest = from.get(3..).unwrap_or_default();
            }
            Some(_) => {
                out.push('%');
                out.push_str(&from.get(1..3).unwrap_or_default().to_ascii_uppercase());
                rest = from.get(3..).unwrap_or_default();
            }
            None => {
                out.push('%');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

mod wrapped;

#[cfg(test)]
#[path = "url_tests.rs"]
mod tests;
