//! Bot walls: challenges for browsers in place of an answer. They are told apart, never evaded.

/// Bytes of a document that are looked at.
pub const WALL_BYTES: usize = 32 * 1024;

/// Headers of challenges: name, and what the value holds in lower case.
const HEADERS: &[(&str, &str)] = &[
    ("cf-mitigated", "challenge"),
    ("x-amzn-waf-action", "captcha"),
    ("x-amzn-waf-action", "challenge"),
    ("x-vercel-mitigated", "challenge"),
];

/// Parts of challenge pages that no article has: scripts, forms and titles, in lower case.
const MARKS: &[&str] = &[
    "<title>just a moment...",
    "<title>attention required! | cloudflare",
    "<title>ddos-guard",
    "<title>vercel security checkpoint",
    "<title>please wait... | cloudflare",
    "<title>making sure you&#39;re not a bot",
    "<title>making sure you're not a bot",
    "<title>access to this page has been denied",
    "<title>pardon our interruption",
    "<title>are you a robot",
    "<title>bot verification",
    "<title>human verification",
    "<title>robot check",
    "cf-browser-verification",
    "_cf_chl_opt",
    "cf_chl_",
    "/_incapsula_resource",
    "captcha-delivery.com",
    "px-captcha",
    "/.well-known/anubis",
    "anubis_challenge",
    "sgcaptcha",
    "/_sec/cp_challenge",
    "ddos-guard.net/check",
];

/// Marks that articles may have as well (a form for comments, a script that watches): they count
/// only in a page that has little else.
const WEAK_MARKS: &[&str] = &[
    "/cdn-cgi/challenge-platform/",
    "awswafintegration",
    "g-recaptcha",
    "h-captcha",
    "cf-turnstile",
    "hcaptcha.com/1/api.js",
    "challenges.cloudflare.com/turnstile",
    "recaptcha/api.js",
    "recaptcha/enterprise.js",
    "verify you are human",
    "verifying you are human",
    "checking your browser",
    "unusual traffic from your",
    "are you a human",
    "id=\"captcha\"",
    "class=\"captcha\"",
    "name=\"captcha\"",
];

/// A page with a weak mark and at least so many links or paragraphs is a page.
const MANY: usize = 12;

/// Whether an answer is a challenge for browsers.
///
/// `header` gives the value of a header by its lower-case name; `body` is the document, of which the
/// first [`WALL_BYTES`] are looked at. A document that begins as a feed is none, whatever it cites.
#[must_use]
pub fn bot_wall<'a>(header: impl Fn(&str) -> Option<&'a str>, body: &[u8]) -> bool {
    let challenged = HEADERS.iter().any(|(name, part)| {
        header(name).is_some_and(|value| value.to_ascii_lowercase().contains(part))
    });
    if challenged {
        return true;
    }
    let prefix = body.get(..WALL_BYTES).unwrap_or(body);
    let text = String::from_utf8_lossy(prefix).to_ascii_lowercase();
    if !is_html(&text) {
        return false;
    }
    let has = |marks: &[&str]| marks.iter().any(|mark| text.contains(mark));
    has(MARKS) || (has(WEAK_MARKS) && body.len() <= WALL_BYTES && !is_full(&text))
}

/// Whether a text in lower case begins as an HTML page, and not as a feed or another XML document.
fn is_html(text: &str) -> bool {
    let mut rest = text.trim_start_matches(['\u{feff}', '\u{fffd}']).trim_start();
    while let Some(comment) = rest.strip_prefix("<!--") {
        let Some((_, after)) = comment.split_once("-->") else { return false };
        rest = after.trim_start();
    }
    if rest.starts_with("<?xml") {
        let Some((_, after)) = rest.split_once("?>") else { return false };
        rest = after.trim_start();
    }
    ["<!doctype html", "<html", "<head", "<title", "<meta", "<script", "<body"]
        .iter()
        .any(|start| rest.starts_with(start))
}

fn is_full(text: &str) -> bool {
    text.matches("<p").take(MANY).count() == MANY || text.matches("<a ").take(MANY).count() == MANY
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walled(body: &str) -> bool {
        bot_wall(|_| None, body.as_bytes())
    }

    #[test]
    fn a_header_says_it_alone() {
        let header = |name: &str| (name == "cf-mitigated").then_some("Challenge");
        assert!(bot_wall(header, b""));
        assert!(!bot_wall(|name| (name == "server").then_some("cloudflare"), b""));
    }

    #[test]
    fn challenge_pages_are_known_by_their_parts() {
        for page in [
            "<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>",
            "\u{feff}\n<!-- x --><html><script src=\"/cdn-cgi/challenge-platform/h/b/o.js\"></script>",
            "<html><body><div class=\"h-captcha\" data-sitekey=\"0\"></div></body></html>",
            "<html><title>x</title><p>Checking your browser before you go on.</p></html>",
            "<script src=\"https://geo.captcha-delivery.com/captcha/\"></script>",
            "<?xml version=\"1.0\"?><!DOCTYPE html><html><title>Robot Check</title></html>",
        ] {
            assert!(walled(page), "{page}");
        }
    }

    #[test]
    fn feeds_and_articles_are_none() {
        let article = format!(
            "<!DOCTYPE html><html><title>Blatt</title>{}<div class=\"g-recaptcha\"></div></html>",
            "<p>Absatz mit Text.</p>".repeat(MANY)
        );
        for page in [
            article.as_str(),
            "<rss version=\"2.0\"><title>Just a moment...</title><a>h-captcha</a></rss>",
            "<?xml version=\"1.0\"?><rss><item><title>Robot check: g-recaptcha</title></item></rss>",
            "{\"title\": \"<title>Just a moment...\"}",
            "<html><title>Blatt</title><p>Willkommen</p></html>",
            "<!-- ohne Ende <html>",
            "",
        ] {
            assert!(!walled(page), "{page}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(body in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
            let _ = bot_wall(|_| None, &body);
        }
    }
}
