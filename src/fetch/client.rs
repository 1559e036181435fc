//! The client: hop by hop under the guard, the sites' turns and the limits.

use super::address::Guard;
use super::hop::{Hop, MAX_HEADER_BYTES, Want, shown};
use super::resolve::{Resolver, System};
use super::robots::{self, Rules, Verdict};
use super::site::{Sites, Turn};
use super::told::{host, innermost};
use super::{Answer, FetchError, Phase, Validators};
use crate::config;
use reqwest::dns::Resolve;
use reqwest::header::HeaderValue;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use url::Url;

/// Most headers.
const MAX_HEADERS: usize = 128;
/// Longest URL in bytes, also as the target of a redirect.
const MAX_URL: usize = 8 * 1024;
/// Connections kept open to a host.
const IDLE_CONNECTIONS: usize = 1;
/// How long: the pages of a poll follow each other within seconds, its feed's next poll does not.
/// At a hundred polls a second each second kept is a hundred open sockets.
const IDLE_TIME: Duration = Duration::from_secs(15);

const ACCEPT_FEED: &str = "application/rss+xml, application/atom+xml, application/feed+json, \
    application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1";
const ACCEPT_PAGE: &str = "text/html, application/xhtml+xml, */*;q=0.1";
const ACCEPT_ROBOTS: &str = "text/plain, */*;q=0.1";

/// The client; clones share sites, rules and connections.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) http: reqwest::Client,
    guard: Guard,
    sites: Sites,
    rules: robots::Cache,
    permits: Semaphore,
    pub(super) settings: config::Fetch,
    /// Our name in robots.txt: the product of the user agent.
    agent: String,
}

impl Client {
    /// Builds a client.
    ///
    /// # Errors
    /// [`FetchError::Setup`] where a network or the user agent cannot be read, or TLS fails.
    pub fn new(settings: &config::Fetch) -> Result<Self, FetchError> {
        Self::with(settings, Arc::new(System), Vec::new())
    }

    /// As [`Client::new`], with another resolver below the guard and more roots to trust.
    pub(super) fn with(
        settings: &config::Fetch,
        names: Arc<dyn Resolve>,
        roots: Vec<reqwest::Certificate>,
    ) -> Result<Self, FetchError> {
        let setup = |reason: String| FetchError::Setup { reason };
        let guard = Guard::new(&settings.allow_networks)
            .map_err(|bad| setup(format!("fetch.allow_networks: {bad:?} is no network")))?;
        let agent = HeaderValue::from_str(&settings.user_agent)
            .map_err(|_| setup("fetch.user_agent: not a header value".into()))?;
        let http = reqwest::Client::builder()
            .user_agent(agent)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .connect_timeout(Duration::from_secs(settings.connect_timeout_seconds))
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .pool_idle_timeout(IDLE_TIME)
            .http1_max_headers(MAX_HEADERS)
            .http1_ignore_invalid_headers_in_responses(true)
            .http2_max_header_list_size(MAX_HEADER_BYTES)
            .tls_certs_merge(roots)
            .dns_resolver(Arc::new(Resolver { guard: guard.clone(), names }))
            .build()
            .map_err(|e| setup(innermost(&e)))?;
        let product = settings.user_agent.split(['/', ' ']).next().unwrap_or_default();
        let inner = Inner {
            http,
            guard,
            sites: Sites::new(
                Duration::from_millis(settings.site_gap_milliseconds),
                &settings.separate_hosts,
            ),
            rules: robots::Cache::default(),
            permits: Semaphore::new(settings.concurrency.clamp(1, Semaphore::MAX_PERMITS)),
            agent: product.to_owned(),
            settings: settings.clone(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Asks for a feed, unless it is unchanged since `validators` were received.
    ///
    /// # Errors
    /// [`FetchError`] where there is no answer with a document.
    pub async fn feed(&self, url: &str, validators: &Validators) -> Result<Answer, FetchError> {
        let want = Want {
            accept: ACCEPT_FEED,
            limit: self.inner.settings.max_feed_bytes,
            max_redirects: self.inner.settings.max_redirects,
            validators: Some(validators),
            robots: false,
            cut: false,
            wall: true,
        };
        self.inner.follow(parse(url)?, &want, None).await
    }

    /// Asks for an article page, if robots.txt allows it (of every origin on the way).
    ///
    /// # Errors
    /// [`FetchError`] where there is no answer with a document.
    pub async fn page(&self, url: &str) -> Result<Answer, FetchError> {
        let want = Want {
            accept: ACCEPT_PAGE,
            limit: self.inner.settings.max_page_bytes,
            max_redirects: self.inner.settings.max_redirects,
            validators: None,
            robots: self.inner.settings.respect_robots,
            cut: false,
            wall: false,
        };
        self.inner.follow(parse(url)?, &want, None).await
    }
}

impl Inner {
    /// Follows redirects. The time limit is for requests and answers; waiting for a turn does not
    /// count, or the last of a long queue could never be served.
    async fn follow(
        &self,
        start: Url,
        want: &Want<'_>,
        mut turn: Option<Turn>,
    ) -> Result<Answer, FetchError> {
        let mut left = Duration::from_secs(self.settings.total_timeout_seconds);
        let mut url = start;
        let mut seen: Vec<Url> = Vec::new();
        let mut permanent = true;
        loop {
            self.check(&url)?;
            if want.robots {
                // Held turns would stand in the way of asking for robots.txt.
                if self.rules.get(&origin(&url)).is_none() {
                    turn = None;
                }
                self.allowed(&url).await?;
            }
            let name = self.sites.name(&url).ok_or(FetchError::BadUrl { reason: "no host" })?;
            let held = match turn.take() {
                Some(held) if held.name() == name => held,
                other => {
                    drop(other);
                    self.sites.turn(&name).await?
                }
            };
            let permit = self.permits.acquire().await.map_err(|_| io(&url, "shutting down"))?;
            let began = Instant::now();
            let hop =
                tokio::time::timeout(left, self.hop(&url, want, &held)).await.unwrap_or_else(
                    |_| Err(FetchError::Timeout { host: host(&url), phase: Phase::Total }),
                )?;
            drop(permit);
            left = left.saturating_sub(began.elapsed());
            turn = Some(held);
            match hop {
                Hop::Unchanged(mut unchanged) => {
                    unchanged.permanent_url = (permanent && !seen.is_empty()).then(|| shown(&url));
                    return Ok(Answer::Unchanged(unchanged));
                }
                Hop::Body(mut body) => {
                    body.permanent_url =
                        (permanent && !seen.is_empty()).then(|| body.final_url.clone());
                    return Ok(Answer::Body(*body));
                }
                Hop::Redirect { to, permanent: for_good } => {
                    let wrong = |reason| FetchError::Redirect { host: host(&url), reason };
                    if seen.len() >= want.max_redirects {
                        return Err(wrong("too many"));
                    }
                    if to == url || seen.contains(&to) {
                        return Err(wrong("a loop"));
                    }
                    permanent &= for_good && !(url.scheme() == "https" && to.scheme() == "http");
                    seen.push(std::mem::replace(&mut url, to));
                }
            }
        }
    }

    /// Scheme, and the address where the host is one: those never reach the resolver.
    fn check(&self, url: &Url) -> Result<(), FetchError> {
        if url.as_str().len() > MAX_URL {
            return Err(FetchError::BadUrl { reason: "too long" });
        }
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FetchError::BadUrl { reason: "neither http nor https" });
        }
        let ip = match url.host() {
            None => return Err(FetchError::BadUrl { reason: "no host" }),
            Some(url::Host::Domain(_)) => return Ok(()),
            Some(url::Host::Ipv4(ip)) => ip.into(),
            Some(url::Host::Ipv6(ip)) => ip.into(),
        };
        if self.guard.permits(ip) {
            Ok(())
        } else {
            Err(FetchError::BlockedAddress { host: host(url) })
        }
    }

    /// Whether robots.txt allows a page; asks for it where it is not known.
    async fn allowed(&self, url: &Url) -> Result<(), FetchError> {
        let origin = origin(url);
        let rules = match self.rules.get(&origin) {
            Some(rules) => rules,
            None => self.learn(url, &origin).await?,
        };
        match rules.verdict(url) {
            Verdict::Allowed => Ok(()),
            Verdict::Forbidden => Err(FetchError::Robots { host: host(url), known: true }),
            Verdict::Unknown => Err(FetchError::Robots { host: host(url), known: false }),
        }
    }

    async fn learn(&self, url: &Url, origin: &str) -> Result<Rules, FetchError> {
        let name = self.sites.name(url).ok_or(FetchError::BadUrl { reason: "no host" })?;
        let turn = self.sites.turn(&name).await?;
        // Another request may have learned them while this one waited for its turn.
        if let Some(rules) = self.rules.get(origin) {
            return Ok(rules);
        }
        let mut at = url.clone();
        at.set_path("/robots.txt");
        at.set_query(None);
        at.set_fragment(None);
        let want = Want {
            accept: ACCEPT_ROBOTS,
            limit: robots::MAX_BYTES,
            max_redirects: robots::MAX_REDIRECTS,
            validators: None,
            robots: false,
            cut: true,
            wall: false,
        };
        // Boxed: asking for a page asks for robots.txt by the same way.
        let answer = Box::pin(self.follow(at, &want, Some(turn))).await;
        let rules = match answer {
            Ok(Answer::Body(body)) => Rules::parse(&self.agent, &body.bytes),
            // 429 is no statement about rules: the server is busy, as with 5xx.
            Ok(Answer::Unchanged(_))
            | Err(
                FetchError::Status { status: 400..=428 | 430..=499, .. }
                | FetchError::BotWall { status: 400..=428 | 430..=499, .. },
            ) => Rules::None,
            Err(error) => {
                self.rules.put(origin.to_owned(), Rules::Unknown);
                // Where the host cannot be reached at all, that is the answer for the page.
                return match error {
                    FetchError::BlockedAddress { .. }
                    | FetchError::Dns { .. }
                    | FetchError::Connect { .. }
                    | FetchError::Tls { .. } => Err(error),
                    _ => Ok(Rules::Unknown),
                };
            }
        };
        self.rules.put(origin.to_owned(), rules.clone());
        if let Some(delay) = rules.delay() {
            self.sites.slow_down(&name, delay);
        }
        Ok(rules)
    }
}

fn parse(url: &str) -> Result<Url, FetchError> {
    Url::parse(url.trim()).map_err(|_| FetchError::BadUrl { reason: "not a URL" })
}

/// Scheme, host and port: what robots.txt is valid for.
fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn io(url: &Url, reason: impl Into<String>) -> FetchError {
    FetchError::Io { host: host(url), reason: reason.into() }
}
