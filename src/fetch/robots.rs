//! robots.txt (RFC 9309): which pages may be asked for, by the rules kept of their origins.

use super::rules::RuleSet;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How much of a robots.txt is read, in bytes (section 2.5 asks for at least as much).
pub(super) const MAX_BYTES: usize = 500 * 1024;
/// Redirects followed to it (section 2.3.1.2).
pub(super) const MAX_REDIRECTS: usize = 5;
/// Origins kept.
const KEPT_ORIGINS: usize = 1_024;
/// Bytes of rules kept, over all origins.
const KEPT_BYTES: usize = 16 * 1024 * 1024;
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
    Some(Arc<RuleSet>),
}

/// What robots.txt says of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Allowed,
    Forbidden,
    Unknown,
}

impl Rules {
    /// Parses what a server answered.
    pub(super) fn parse(agent: &str, text: &[u8]) -> Self {
        Self::Some(Arc::new(RuleSet::parse(agent, text)))
    }

    /// The pause between requests that is asked for.
    pub(super) fn delay(&self) -> Option<Duration> {
        let Self::Some(rules) = self else { return None };
        rules.delay()
    }

    /// Whether the page may be asked for.
    pub(super) fn verdict(&self, url: &url::Url) -> Verdict {
        match self {
            Self::None => Verdict::Allowed,
            Self::Unknown => Verdict::Unknown,
            Self::Some(rules) if rules.allows(url) => Verdict::Allowed,
            Self::Some(_) => Verdict::Forbidden,
        }
    }

    fn weight(&self) -> usize {
        if let Self::Some(rules) = self { rules.weight() } else { 0 }
    }

    fn keep(&self) -> Duration {
        if matches!(self, Self::Unknown) { KEEP_FAILURE } else { KEEP_RULES }
    }
}

/// The rules of the origins that were asked lately.
#[derive(Default)]
pub(super) struct Cache {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    rules: HashMap<String, (Instant, Rules)>,
    /// Of all rules together.
    bytes: usize,
}

impl Known {
    fn remove(&mut self, origin: &str) {
        if let Some((_, old)) = self.rules.remove(origin) {
            self.bytes = self.bytes.saturating_sub(old.weight());
        }
    }
}

impl Cache {
    pub(super) fn get(&self, origin: &str) -> Option<Rules> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (until, rules) = known.rules.get(origin)?;
        (*until > Instant::now()).then(|| rules.clone())
    }

    pub(super) fn put(&self, origin: String, rules: Rules) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(&origin);
        let until = Instant::now() + rules.keep();
        known.bytes += rules.weight();
        known.rules.insert(origin, (until, rules));
        // Those that end first make room, the one just learned last.
        while known.rules.len() > KEPT_ORIGINS
            || (known.bytes > KEPT_BYTES && known.rules.len() > 1)
        {
            let first = known.rules.iter().min_by_key(|(_, (until, _))| *until);
            let Some(origin) = first.map(|(origin, _)| origin.clone()) else { break };
            known.remove(&origin);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(cache.known.lock().unwrap().rules.len(), KEPT_ORIGINS);
        assert!(cache.get("0").is_none() && cache.get("1033").is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn the_bytes_of_the_cache_are_bounded() {
        let cache = Cache::default();
        let text = format!("User-agent: *\n{}", "Disallow: /gesperrt/\n".repeat(15_000));
        let rules = Rules::parse("depesche", text.as_bytes());
        assert!(rules.weight() < KEPT_BYTES);
        for n in 0..KEPT_BYTES / rules.weight() + 5 {
            cache.put(n.to_string(), rules.clone());
            tokio::time::advance(Duration::from_millis(1)).await;
            let known = cache.known.lock().unwrap();
            let sum: usize = known.rules.values().map(|(_, rules)| rules.weight()).sum();
            assert!(known.bytes == sum && sum <= KEPT_BYTES);
        }
        assert!(cache.get("0").is_none());
    }
}
