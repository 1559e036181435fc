//! The closed set of error classes, in one table. `docs/errors.md` is generated from it.

use std::fmt::Write as _;

/// A class of errors: a value of the metric `depesche_fetch_errors_total` and of a feed's
/// `last_error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorClass {
    /// Its name.
    pub label: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What the operator can do.
    pub advice: &'static str,
}

const fn class(label: &'static str, meaning: &'static str, advice: &'static str) -> ErrorClass {
    ErrorClass { label, meaning, advice }
}

/// Every class there is: first those of a request, then those of what the poller makes of an answer.
pub const ERROR_CLASSES: &[ErrorClass] = &[
    class(
        "setup",
        "The HTTP client cannot be built; the process ends",
        "Correct the configuration key that the message names",
    ),
    class(
        "bad_url",
        "Not a URL, neither http nor https, no host, or longer than 8 KiB",
        "Correct the address in the feed list",
    ),
    class(
        "dns",
        "The host name does not resolve",
        "Check the name; where many feeds show it at once, the resolver of this machine",
    ),
    class(
        "connect",
        "No connection: refused, reset or unreachable",
        "Wait; where many feeds show it at once, check this machine's way out",
    ),
    class(
        "tls",
        "A connection but no trust: certificate expired, of another name or self-signed, or no TLS at all",
        "Look at the address in a browser; where many feeds show it, check the machine's certificates and clock",
    ),
    class(
        "timeout",
        "Took too long; the message tells whether to connect, to send headers, within the body or as a whole",
        "Wait; for a server that is always slow, raise the `fetch.*_timeout_seconds` that the message points to",
    ),
    class(
        "slow",
        "The body comes in below `fetch.min_bytes_per_second` after `fetch.slow_after_seconds`",
        "Wait; lower the rate for servers behind thin lines",
    ),
    class(
        "blocked_address",
        "The host, or a redirect on the way, is a private, loopback, link-local or otherwise not public address",
        "For a feed of your own network, add that network to `fetch.allow_networks`",
    ),
    class(
        "too_large",
        "Larger than `fetch.max_feed_bytes` or `fetch.max_page_bytes` after decompression, or headers above 64 KiB",
        "Look for a shorter feed of the outlet; else raise the limit",
    ),
    class(
        "bomb",
        "Inflates more than 200 times: a decompression bomb",
        "Take the feed out; tell the outlet if you know it",
    ),
    class(
        "redirect",
        "Too many redirects, a loop, no target, or a target that is neither http nor https",
        "Follow the address in a browser and put its end into the feed list",
    ),
    class(
        "http_401",
        "The server wants a login",
        "Put user name and password into the URL of the feed, if you have them",
    ),
    class(
        "http_403",
        "The server refuses us, without a challenge",
        "Check that `fetch.user_agent` names a contact; ask the outlet",
    ),
    class("http_404", "No such address", "Look for the outlet's new feed address"),
    class(
        "http_410",
        "Gone for good, as the server says; asked weekly",
        "Take the feed out or replace it",
    ),
    class(
        "http_429",
        "Too many requests; the whole site is left alone for its `Retry-After`",
        "Raise `fetch.site_gap_milliseconds` or `poll.interval_seconds`",
    ),
    class(
        "http_4xx",
        "Another refusal (400 to 499)",
        "Look at the address with `depesche feeds check`",
    ),
    class("http_5xx", "The server is broken or overloaded (500 to 599)", "Wait"),
    class(
        "http_other",
        "A status that answers no question of ours: 206, 300, 305, or 304 without having been asked",
        "Wait; tell the outlet if it stays",
    ),
    class(
        "bot_wall",
        "A challenge for browsers instead of an answer, with any status",
        "Ask the outlet to let `fetch.user_agent` in; it is never evaded",
    ),
    class(
        "site_waits",
        "Another request was told to leave the site alone for more than a minute, so this one was not sent",
        "Wait; for unrelated outlets below one domain, add it to `fetch.separate_hosts`",
    ),
    class(
        "robots",
        "robots.txt forbids the page, or cannot be had at the moment; feeds do not ask for it",
        "Nothing; entries are published without the text of the page",
    ),
    class(
        "decode",
        "The body is not what its content encoding says, is cut off, or has an unknown or stacked encoding",
        "Wait; tell the outlet if it stays",
    ),
    class("protocol", "The answer is no HTTP", "Check scheme and port in the address"),
    class("io", "The connection broke before the answer was whole", "Wait"),
    class(
        "not_a_feed",
        "The answer holds no feed that can be read",
        "Look at it with `depesche inspect feed`; correct the address",
    ),
    class(
        "html",
        "The answer is a page for people, not a feed; what is known of the feed is kept",
        "`depesche feeds check` names the feeds that the page links to",
    ),
    class(
        "consent_page",
        "The answer is a page that asks for consent, not a feed; what is known of the feed is kept",
        "Ask the outlet for an address without it",
    ),
    class(
        "panic",
        "A mistake in this program that the feed brings out; other feeds go on",
        "Report it with the document",
    ),
];

/// The text of `docs/errors.md`.
#[must_use]
pub fn document() -> String {
    let mut page = String::from(
        "# Error classes\n\n\
         Values of the label `class` of `depesche_fetch_errors_total` and of `last_error` in the \
         state of a feed.\nThe set is closed. This page is generated from the table in \
         `src/fetch/classes.rs`; a test keeps the\ntwo equal (`UPDATE_DOCS=1 cargo test --lib \
         fetch::classes` writes it).\n\n\
         No feed is given up: after an error it is asked again, later each time up to\n\
         `poll.max_backoff_seconds`, and as the server wishes where it says so (`Retry-After`).\n\n\
         | class | meaning | what you can do |\n|---|---|---|\n",
    );
    for ErrorClass { label, meaning, advice } in ERROR_CLASSES {
        // Writing to a String cannot fail.
        let _ = writeln!(page, "| `{label}` | {meaning} | {advice} |");
    }
    page
}

#[cfg(test)]
mod tests {
    use super::super::{FetchError, Phase};
    use super::*;
    use std::collections::BTreeSet;

    /// Classes that the poller gives, not the client.
    const OF_THE_POLLER: [&str; 4] = ["not_a_feed", "html", "consent_page", "panic"];

    fn every_error() -> Vec<FetchError> {
        let host = || "blatt.de".to_owned();
        let reason = host;
        let mut all = vec![
            FetchError::Setup { reason: reason() },
            FetchError::BadUrl { reason: "" },
            FetchError::Dns { host: host() },
            FetchError::Connect { host: host(), reason: reason() },
            FetchError::Tls { host: host(), reason: reason() },
            FetchError::Timeout { host: host(), phase: Phase::Idle },
            FetchError::Slow { host: host(), rate: 1 },
            FetchError::BlockedAddress { host: host() },
            FetchError::TooLarge { host: host(), limit: 1 },
            FetchError::Bomb { host: host(), ratio: 1 },
            FetchError::Redirect { host: host(), reason: "" },
            FetchError::BotWall { host: host(), status: 403, retry_after: None },
            FetchError::SiteWaits { site: host(), wait: std::time::Duration::ZERO },
            FetchError::Robots { host: host(), known: true },
            FetchError::Decode { host: host(), reason: reason() },
            FetchError::Protocol { host: host(), reason: reason() },
            FetchError::Io { host: host(), reason: reason() },
        ];
        all.extend((100..1_000).map(|status| FetchError::Status {
            host: host(),
            status,
            retry_after: None,
        }));
        all
    }

    #[test]
    fn the_table_names_every_class_once_and_no_other() {
        let given: BTreeSet<&str> =
            every_error().iter().map(FetchError::label).chain(OF_THE_POLLER).collect();
        let named: Vec<&str> = ERROR_CLASSES.iter().map(|c| c.label).collect();
        assert_eq!(given.len(), named.len());
        assert_eq!(given, named.into_iter().collect());
    }

    #[test]
    fn the_page_of_the_docs_is_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/errors.md");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, document()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), document());
    }

    #[test]
    fn keys_in_the_advice_exist() {
        let keys = toml::to_string(&crate::config::Fetch::default()).unwrap()
            + &toml::to_string(&crate::config::Poll::default()).unwrap();
        let page = document();
        let named: Vec<&str> = page
            .split('`')
            .filter_map(|word| word.strip_prefix("fetch.").or_else(|| word.strip_prefix("poll.")))
            .filter(|key| !key.contains('*'))
            .collect();
        assert!(named.len() > 8);
        for key in named {
            assert!(keys.contains(&format!("{key} = ")), "{key}");
        }
    }
}
