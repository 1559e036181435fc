//! The text of a robots.txt (RFC 9309) and what it says of a path. Pure: any bytes, linear time.

use std::time::Duration;

/// Longest pattern that is kept, in bytes; URLs are no longer.
const MAX_PATTERN: usize = 8 * 1024;
/// Most rules kept.
const MAX_RULES: usize = 20_000;

/// The rules for one agent.
#[derive(Debug, Default, PartialEq)]
pub(super) struct RuleSet {
    /// Longest first; of equal length those that allow first (section 2.2.2).
    rules: Vec<Rule>,
    delay: Option<Duration>,
}

#[derive(Debug, PartialEq)]
struct Rule {
    pattern: String,
    allow: bool,
}

/// Of whom a group speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whom {
    Us,
    All,
    Others,
}

impl RuleSet {
    /// The rules of all groups for our product token, else of all groups for everybody.
    pub(super) fn parse(agent: &str, text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text));
        let agent = token(agent);
        let (mut ours, mut general) = (Self::default(), Self::default());
        let (mut named, mut us, mut all, mut in_rules) = (false, false, false, false);
        for line in text.split(['\n', '\r', '\0']) {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            let key = key.trim();
            let is = |name: &str| key.eq_ignore_ascii_case(name);
            if is("user-agent") || is("useragent") || is("user agent") {
                if std::mem::take(&mut in_rules) {
                    (us, all) = (false, false);
                }
                match whom(value, agent) {
                    Whom::Us => (us, named) = (true, true),
                    Whom::All => all = true,
                    Whom::Others => {}
                }
                continue;
            }
            let (allow, disallow) = (is("allow"), is("disallow"));
            if !(allow || disallow || is("crawl-delay")) {
                // Other lines, as those of sitemaps, end no group (section 2.2.4).
                continue;
            }
            in_rules = true;
            for (wanted, set) in [(us, &mut ours), (all, &mut general)] {
                if !wanted {
                    continue;
                }
                if allow || disallow {
                    set.add(value, allow);
                } else {
                    set.delay = set.delay.max(seconds(value));
                }
            }
        }
        let mut chosen = if named { ours } else { general };
        chosen.rules.sort_by(|a, b| {
            b.pattern.len().cmp(&a.pattern.len()).then_with(|| b.allow.cmp(&a.allow))
        });
        chosen
    }

    fn add(&mut self, value: &str, allow: bool) {
        let starts = value.starts_with(['/', '*', '$']);
        // An empty pattern matches nothing; what does not begin as a path is meant as one.
        if value.is_empty() || value.len() > MAX_PATTERN || self.rules.len() >= MAX_RULES {
            return;
        }
        let slash = if starts { "" } else { "/" };
        let pattern = canonical(&format!("{slash}{value}"), false);
        self.rules.push(Rule { pattern, allow });
    }

    /// Whether a URL may be asked for.
    pub(super) fn allows(&self, url: &url::Url) -> bool {
        if url.path() == "/robots.txt" {
            return true;
        }
        let mut path = url.path().to_owned();
        if let Some(query) = url.query() {
            path.push('?');
            path.push_str(query);
        }
        let path = canonical(&path, true);
        self.rules.iter().find(|rule| matches(&rule.pattern, &path)).is_none_or(|rule| rule.allow)
    }

    /// The pause between two requests that is asked for (`Crawl-delay`, no part of the RFC).
    pub(super) fn delay(&self) -> Option<Duration> {
        self.delay
    }

    /// About how many bytes it takes.
    pub(super) fn weight(&self) -> usize {
        self.rules.iter().map(|rule| rule.pattern.len() + size_of::<Rule>()).sum()
    }
}

/// The product token that a name begins with (section 2.2.1).
fn token(name: &str) -> &str {
    let end = name.find(|c: char| !(c.is_ascii_alphabetic() || c == '_' || c == '-'));
    name.get(..end.unwrap_or(name.len())).unwrap_or_default()
}

fn whom(value: &str, agent: &str) -> Whom {
    match value.strip_prefix('*') {
        Some(rest) if rest.is_empty() || rest.starts_with(char::is_whitespace) => Whom::All,
        _ if !agent.is_empty() && token(value).eq_ignore_ascii_case(agent) => Whom::Us,
        _ => Whom::Others,
    }
}

fn seconds(value: &str) -> Option<Duration> {
    let seconds: f64 = value.parse().ok().filter(|s: &f64| s.is_finite() && *s > 0.0)?;
    Duration::try_from_secs_f64(seconds.min(86_400.0)).ok()
}

/// A path or pattern in the one form in which both are compared (section 2.2.2): escapes of
/// unreserved characters are undone, those of others in upper case, and what needs an escape has
/// one. In a path (`literal`), `*` and `$` are characters as others.
fn canonical(text: &str, literal: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut bytes = text.bytes();
    let escape = |out: &mut String, byte: u8| {
        out.push('%');
        for digit in [byte >> 4, byte & 15] {
            out.extend(char::from_digit(digit.into(), 16).map(|d| d.to_ascii_uppercase()));
        }
    };
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                let mut ahead = bytes.clone();
                let digit = |b: Option<u8>| char::from(b?).to_digit(16);
                let pair = digit(ahead.next()).zip(digit(ahead.next()));
                match pair.and_then(|(high, low)| u8::try_from(high * 16 + low).ok()) {
                    Some(code) => {
                        bytes = ahead;
                        if is_unreserved(code) {
                            out.push(char::from(code));
                        } else {
                            escape(&mut out, code);
                        }
                    }
                    None => escape(&mut out, b'%'),
                }
            }
            b'*' | b'$' if literal => escape(&mut out, byte),
            _ if is_unreserved(byte) || b":/?#[]@!$&'()*+,;=".contains(&byte) => {
                out.push(char::from(byte));
            }
            _ => escape(&mut out, byte),
        }
    }
    out
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// Whether a pattern matches from the beginning of a path: `*` is any characters, `$` at the end is
/// the end. Each part between two `*` is looked for once, from where the one before it ended.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, to_end) =
        pattern.strip_suffix('$').map_or((pattern, false), |pattern| (pattern, true));
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = path.strip_prefix(first) else { return false };
    let mut last = None;
    for part in parts {
        // The last part of an anchored pattern is looked for at the end.
        if let Some(part) = last.replace(part) {
            let Some((_, after)) = rest.split_once(part) else { return false };
            rest = after;
        }
    }
    match last {
        Some(part) if to_end => rest.ends_with(part),
        Some(part) => rest.contains(part),
        None => !to_end || rest.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(text: &str, path: &str) -> bool {
        let url = url::Url::parse("https://blatt.de").unwrap().join(path).unwrap();
        RuleSet::parse("depesche", text.as_bytes()).allows(&url)
    }

    fn for_all(rules: &str, path: &str) -> bool {
        allows(&format!("User-agent: *\n{rules}"), path)
    }

    #[test]
    fn rules_for_us_come_before_rules_for_all() {
        let text = "User-agent: *\nDisallow: /\n\nUser-agent: Depesche\nDisallow: /intern/\nAllow: /intern/offen\n";
        assert!(allows(text, "/artikel?x=1"));
        assert!(!allows(text, "/intern/a"));
        assert!(allows(text, "/intern/offen"));
    }

    #[test]
    fn our_name_is_known_in_any_case_and_with_a_version() {
        for name in ["depesche", "DEPESCHE", "Depesche/1.0", "depesche (news)", "depesche *"] {
            assert!(!allows(&format!("User-agent: {name}\nDisallow: /"), "/a"), "{name}");
        }
        for name in ["depeschen", "dep", "x-depesche", "depesche-bot", "*depesche", ""] {
            assert!(allows(&format!("User-agent: {name}\nDisallow: /"), "/a"), "{name}");
        }
        assert!(!allows("User-agent: * (alle)\nDisallow: /", "/a"));
    }

    #[test]
    fn groups_of_the_same_agent_are_one() {
        let text = "User-agent: depesche\nDisallow: /a\n\nUser-agent: andere\nDisallow: /b\n\
                    User-agent: depesche\nDisallow: /c\n";
        assert_eq!(["/a", "/b", "/c"].map(|path| allows(text, path)), [false, true, false]);
        let shared = "User-agent: andere\nSitemap: https://blatt.de/s.xml\nUser-agent: depesche\n\
                      Unknown: x\nDisallow: /a\n";
        assert!(!allows(shared, "/a"), "several agents head one group");
        let empty = "User-agent: *\nDisallow: /\nUser-agent: depesche\nDisallow:\n";
        assert!(allows(empty, "/a"), "a group without rules is a group");
        let delay = "User-agent: andere\nCrawl-delay: 9\nUser-agent: depesche\nDisallow: /a\n";
        assert_eq!(RuleSet::parse("depesche", delay.as_bytes()).delay(), None);
    }

    #[test]
    fn the_longest_rule_decides_and_allow_wins_a_draw() {
        // The examples of section 5.2, and others.
        assert!(for_all(
            "Allow: /example/page/\nDisallow: /example/page/disallowed.gif",
            "/example/page/"
        ));
        assert!(!for_all(
            "Allow: /example/page/\nDisallow: /example/page/disallowed.gif",
            "/example/page/disallowed.gif"
        ));
        assert!(for_all("Disallow: /a\nAllow: /a", "/a"));
        assert!(for_all("Allow: /a\nDisallow: /a", "/a"));
        assert!(!for_all("Allow: /\nDisallow: /a", "/ab"));
        assert!(for_all("Disallow: /\nAllow: /$", "/"));
        assert!(!for_all("Disallow: /\nAllow: /$", "/a"));
        assert!(for_all("Disallow: /", "/robots.txt"), "robots.txt itself is always allowed");
    }

    #[test]
    fn wildcards_and_ends() {
        for (pattern, path, hit) in [
            ("/fish", "/fish.html", true),
            ("/fish", "/Fish", false),
            ("/fish", "/a/fish", false),
            ("/fish/", "/fish", false),
            ("/fish/", "/fish/?id=1", true),
            ("/*.php", "/a/b.php?x", true),
            ("/*.php", "/a.PHP", false),
            ("/*.php$", "/a.php", true),
            ("/*.php$", "/a.php?x", false),
            ("/*.php$", "/a.php.php", true),
            ("/fish*.php", "/fishheads/a.php", true),
            ("*", "/", true),
            ("*/b", "/a/b", true),
            ("$", "/", false),
            ("/$", "/", true),
            ("/a*$", "/abc", true),
            ("/a**b", "/axxb", true),
            ("/a*b*a$", "/aba", true),
            ("/a*ba$", "/a", false),
            ("/ab*ba$", "/aba", false),
            ("/a$b", "/a$b", false),
            ("/a%24b", "/a$b", true),
            ("/a%2ab", "/a*b", true),
            ("/a%2Ab", "/axb", false),
            ("fish", "/fish", true),
            ("/?", "/?a=b", true),
            ("/*?*s=", "/a?b&s=1", true),
        ] {
            assert_eq!(!for_all(&format!("Disallow: {pattern}"), path), hit, "{pattern} {path}");
        }
    }

    #[test]
    fn escapes_are_compared_in_one_form() {
        for (pattern, path, hit) in [
            ("/foo/bar?baz=quz", "/foo/bar?baz=quz", true),
            ("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar", false),
            ("/bücher/", "/b%C3%BCcher/", true),
            ("/b%c3%bccher/", "/bücher/", true),
            ("/%7Eich", "/~ich", true),
            ("/~ich", "/%7eich", true),
            ("/%62az", "/baz", true),
            ("/a%2Fb", "/a/b", false),
            ("/a%2fb", "/a%2Fb", true),
            ("/a b", "/a%20b", true),
            ("/100%", "/100%25", true),
            ("/100%zz", "/100%25zz", true),
        ] {
            assert_eq!(!for_all(&format!("Disallow: {pattern}"), path), hit, "{pattern} {path}");
        }
    }

    #[test]
    fn lines_are_taken_as_they_come_in_the_wild() {
        let disallowed = |text: &str| !allows(text, "/a/b");
        for text in [
            "\u{feff}User-agent: *\nDisallow: /a",
            "User-agent: *\rDisallow: /a",
            "User-agent: *\r\n\r\nDisallow: /a\r\n",
            "USER-AGENT:*\nDISALLOW:/a",
            "  user-agent : * # alle\n\tdisallow\t:\t/a # nichts\n",
            "Useragent: *\nDisallow: /a",
            "User-agent: *\0Disallow: /a",
            "Mull\n:::\nUser-agent: *\nGarbage\nDisallow: /a",
        ] {
            assert!(disallowed(text), "{text:?}");
        }
        for text in [
            "",
            "Disallow: /a",
            "<html>Disallow: /a</html>",
            "User-agent: *\nDisallow:",
            "User-agent: *\n#Disallow: /a",
        ] {
            assert!(!disallowed(text), "{text:?}");
        }
    }

    #[test]
    fn the_pause_asked_for_is_read() {
        let delay = |text: &str| {
            RuleSet::parse("depesche", format!("User-agent: *\nCrawl-delay: {text}").as_bytes())
                .delay()
        };
        assert_eq!(delay("7"), Some(Duration::from_secs(7)));
        assert_eq!(delay("0.5"), Some(Duration::from_millis(500)));
        assert_eq!(delay("1e300"), Some(Duration::from_hours(24)));
        for none in ["nan", "inf", "-1", "0", "bald", ""] {
            assert_eq!(delay(none), None, "{none}");
        }
    }

    #[test]
    fn hostile_texts_cost_linear_time_and_bounded_memory() {
        let stars = format!("User-agent: *\nDisallow: /{}b$", "*a".repeat(4_000));
        let path = format!("/{}", "a".repeat(8_000));
        assert!(for_all(&stars, &path));
        let many = format!("User-agent: *\n{}", "Disallow: /x\n".repeat(MAX_RULES * 2));
        assert_eq!(RuleSet::parse("depesche", many.as_bytes()).rules.len(), MAX_RULES);
        let long = format!("User-agent: *\nDisallow: /{}", "x".repeat(MAX_PATTERN));
        assert_eq!(RuleSet::parse("depesche", long.as_bytes()).weight(), 0);
    }

    /// The meaning of a pattern, slow and plain.
    fn plain(pattern: &[u8], path: &[u8]) -> bool {
        match pattern.split_first() {
            None => true,
            Some((b'$', [])) => path.is_empty(),
            Some((b'*', rest)) => (0..=path.len()).any(|n| plain(rest, &path[n..])),
            Some((byte, rest)) => path.first() == Some(byte) && plain(rest, &path[1..]),
        }
    }

    proptest::proptest! {
        #[test]
        fn matching_is_as_its_plain_meaning(pattern in "/[ab*]{0,8}[$]?", path in "/[ab]{0,12}") {
            proptest::prop_assert_eq!(
                matches(&pattern, &path),
                plain(pattern.as_bytes(), path.as_bytes())
            );
        }

        #[test]
        fn never_panics(
            text in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200),
            rule in "\\PC{0,30}",
            path in "/\\PC{0,20}",
        ) {
            if let Ok(url) = url::Url::parse("https://blatt.de").unwrap().join(&path) {
                let _ = RuleSet::parse("depesche", &text).allows(&url);
                let text = format!("User-agent: *\nDisallow: {rule}");
                let _ = RuleSet::parse("depesche", text.as_bytes()).allows(&url);
            }
        }
    }
}
