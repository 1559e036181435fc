//! robots.txt (RFC 9309): which pages may be asked for.

use crate::feed::guard::guarded;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use texting_robots::Robot;
use tokio::time::Instant;

/// How much of a robots.txt is read, in bytes (section 2.5 asks for at least as much).
pub(super) const MAX_BYTES: usize = 500 * 1024;
/// Redirects followed to it (section 2.3.1.2).
pub(super) const MAX_REDIRECTS: usize = 5;
/// Origins kept.
const KEPT_ORIGINS: usize = 1_024;
/// How long rules are kept (section 2.4 allows at most a day).
const KEEP_RULES: Duration = Duration::from_hours(24);
/// How long a server that cannot tell its rules is left alone.
const KEEP_FAILURE: Duration = Duration::from_mins(10);

/// What is known of an origin.
#[derive(Clone)]
pub(super) enum Rules {
    /// No robots.txt: everything is allowed.
    None,
    /// Could not be had: nothing is allowed for a while.
    Unknown,
    /// As parsed.
    Some(Arc<Robot>),
}

/// What robots.txt says of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Allowed,
    Forbidden,
    Unknown,
}

impl Rules {
    /// Parses what a server answered. A text that the parser fails on has no rule that binds us.
    pub(super) fn parse(agent: &str, text: &[u8]) -> Self {
        // The parser knows no byte order mark, and would miss the first line.
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        match guarded(|| Robot::new(agent, text)) {
            Ok(Ok(robot)) => Self::Some(Arc::new(robot)),
            Ok(Err(_)) | Err(_) => Self::None,
        }
    }

    /// The pause between requests that is asked for.
    pub(super) fn delay(&self) -> Option<Duration> {
        let Self::Some(robot) = self else { return None };
        let seconds = robot.delay.filter(|s| s.is_finite() && *s > 0.0)?;
        Duration::try_from_secs_f32(seconds.min(3_600.0)).ok()
    }

    /// Whether the page may be asked for.
    pub(super) fn verdict(&self, url: &url::Url) -> Verdict {
        match self {
            Self::None => Verdict::Allowed,
            Self::Unknown => Verdict::Unknown,
            Self::Some(robot) => match guarded(|| robot.allowed(url.as_str())) {
                Ok(true) => Verdict::Allowed,
                Ok(false) => Verdict::Forbidden,
                Err(_) => Verdict::Unknown,
            },
        }
    }

    fn keep(&self) -> Duration {
        if matches!(self, Self::Unknown) { KEEP_FAILURE } else { KEEP_RULES }
    }
}

/// The rules of the origins that were asked lately.
#[derive(Default)]
pub(super) struct Cache {
    known: Mutex<HashMap<String, (Instant, Rules)>>,
}

impl Cache {
    pub(super) fn get(&self, origin: &str) -> Option<Rules> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (until, rules) = known.get(origin)?;
        (*until > Instant::now()).then(|| rules.clone())
    }

    pub(super) fn put(&self, origin: String, rules: Rules) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if known.len() >= KEPT_ORIGINS {
            known.retain(|_, (until, _)| *until > now);
        }
        if known.len() >= KEPT_ORIGINS {
            // All are fresh: the one that ends first makes room.
            let first = known.iter().min_by_key(|(_, (until, _))| *until).map(|(o, _)| o.clone());
            first.map(|origin| known.remove(&origin));
        }
        known.insert(origin, (now + rules.keep(), rules));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(text: &str, path: &str) -> Verdict {
        let url = url::Url::parse("https://blatt.de").unwrap().join(path).unwrap();
        Rules::parse("depesche", text.as_bytes()).verdict(&url)
    }

    #[test]
    fn rules_for_us_come_before_rules_for_all() {
        let text = "User-agent: *\nDisallow: /\n\nUser-agent: Depesche\nDisallow: /intern/\nAllow: /intern/offen\n";
        assert_eq!(verdict(text, "/artikel?x=1"), Verdict::Allowed);
        assert_eq!(verdict(text, "/intern/a"), Verdict::Forbidden);
        assert_eq!(verdict(text, "/intern/offen"), Verdict::Allowed);
        assert_eq!(verdict("\u{feff}User-agent: *\nDisallow: /a", "/a/b"), Verdict::Forbidden);
        assert_eq!(verdict("User-agent: *\nDisallow: /*.pdf$", "/x.pdf"), Verdict::Forbidden);
        assert_eq!(verdict("<html>kein robots</html>", "/a"), Verdict::Allowed);
        assert_eq!(verdict("", "/a"), Verdict::Allowed);
    }

    #[test]
    fn the_pause_asked_for_is_read() {
        assert_eq!(
            Rules::parse("depesche", b"User-agent: *\nCrawl-delay: 7").delay(),
            Some(Duration::from_secs(7))
        );
        assert_eq!(Rules::parse("depesche", b"User-agent: *\nCrawl-delay: nan").delay(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn rules_are_kept_a_day_and_failures_some_minutes() {
        let cache = Cache::default();
        cache.put("a".into(), Rules::None);
        cache.put("b".into(), Rules::Unknown);
        assert!(cache.get("a").is_some() && cache.get("b").is_some());
        tokio::time::advance(KEEP_FAILURE).await;
        assert!(cache.get("a").is_some() && cache.get("b").is_none());
        tokio::time::advance(KEEP_RULES).await;
        assert!(cache.get("a").is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn the_cache_is_bounded() {
        let cache = Cache::default();
        for n in 0..KEPT_ORIGINS + 10 {
            cache.put(n.to_string(), Rules::None);
            tokio::time::advance(Duration::from_millis(1)).await;
        }
        assert_eq!(cache.known.lock().unwrap().len(), KEPT_ORIGINS);
        assert!(cache.get("0").is_none() && cache.get("1033").is_some());
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200), path in "/\\PC{0,20}") {
            let url = url::Url::parse("https://blatt.de").unwrap().join(&path);
            if let Ok(url) = url {
                let _ = Rules::parse("depesche", &text).verdict(&url);
            }
        }
    }
}
