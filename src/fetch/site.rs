//! Politeness per site: one request in flight, a pause between two, and waiting where asked.

use super::FetchError;
use super::headers::MAX_WAIT;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;

/// Sites kept before idle ones are forgotten.
const KEPT_SITES: usize = 4_096;
/// Longest wait that a request sits out; with a longer one it is refused and comes again later.
const MAX_SITTING: Duration = Duration::from_mins(1);
/// Longest pause between two requests that a site may ask for.
const MAX_GAP: Duration = Duration::from_mins(1);

/// The site of a URL: its registrable domain (`bbc.co.uk`), else its host or address.
#[must_use]
pub fn site(url: &str) -> Option<String> {
    of(&url::Url::parse(url).ok()?)
}

/// The site of a parsed URL.
fn of(url: &url::Url) -> Option<String> {
    match url.host()? {
        url::Host::Domain(name) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            let domain = psl::domain_str(&name).map(str::to_owned);
            Some(domain.unwrap_or(name)).filter(|name| !name.is_empty())
        }
        url::Host::Ipv4(ip) => Some(ip.to_string()),
        url::Host::Ipv6(ip) => Some(ip.to_canonical().to_string()),
    }
}

/// All sites that were asked lately.
#[derive(Debug)]
pub(super) struct Sites {
    gap: Duration,
    /// Domains below which every host is a site of its own, in lower case.
    separate: Vec<String>,
    known: Mutex<HashMap<String, Arc<Site>>>,
}

#[derive(Debug)]
struct Site {
    name: String,
    /// Who holds it may ask; the queue is first come, first served.
    turn: Arc<tokio::sync::Mutex<()>>,
    pace: Mutex<Pace>,
}

#[derive(Debug)]
struct Pace {
    gap: Duration,
    /// No request before this moment.
    next: Option<Instant>,
}

impl Site {
    fn pace<T>(&self, work: impl FnOnce(&mut Pace) -> T) -> T {
        work(&mut self.pace.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The right to ask a site; dropping it starts the pause.
#[derive(Debug)]
pub(super) struct Turn {
    site: Arc<Site>,
    _turn: OwnedMutexGuard<()>,
}

impl Turn {
    /// The site's name.
    pub(super) fn name(&self) -> &str {
        &self.site.name
    }

    /// The site asked to be left alone for some time.
    pub(super) fn wait(&self, time: Duration) {
        let until = Instant::now() + time.min(MAX_WAIT);
        self.site.pace(|pace| pace.next = Some(pace.next.map_or(until, |old| old.max(until))));
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.site.pace(|pace| {
            let next = Instant::now() + pace.gap;
            pace.next = Some(pace.next.map_or(next, |old| old.max(next)));
        });
    }
}

impl Sites {
    pub(super) fn new(gap: Duration, separate: &[String]) -> Self {
        let separate = separate.iter().map(|s| s.trim_matches('.').to_ascii_lowercase()).collect();
        Self { gap, separate, known: Mutex::new(HashMap::new()) }
    }

    /// The site that a URL belongs to: as [`site()`], but for hosts that are to count alone.
    pub(super) fn name(&self, url: &url::Url) -> Option<String> {
        if let Some(url::Host::Domain(host)) = url.host() {
            let host = host.trim_end_matches('.');
            let below = |domain: &String| {
                host.strip_suffix(domain.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            };
            if self.separate.iter().any(below) {
                return Some(host.to_owned());
            }
        }
        of(url)
    }

    /// Waits for the turn to ask a site.
    ///
    /// # Errors
    /// [`FetchError::SiteWaits`] where the site asked to be left alone for longer than a minute.
    pub(super) async fn turn(&self, name: &str) -> Result<Turn, FetchError> {
        let site = self.site(name);
        let turn = Arc::clone(&site.turn).lock_owned().await;
        loop {
            let now = Instant::now();
            let Some(next) = site.pace(|pace| pace.next).filter(|next| *next > now) else { break };
            let wait = next - now;
            if wait > MAX_SITTING {
                return Err(FetchError::SiteWaits { site: site.name.clone(), wait });
            }
            tokio::time::sleep_until(next).await;
        }
        Ok(Turn { site, _turn: turn })
    }

    /// A site asked for a longer pause between requests (`Crawl-delay`).
    pub(super) fn slow_down(&self, name: &str, gap: Duration) {
        self.site(name).pace(|pace| pace.gap = pace.gap.max(gap.min(MAX_GAP)));
    }

    fn site(&self, name: &str) -> Arc<Site> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(site) = known.get(name) {
            return Arc::clone(site);
        }
        if known.len() >= KEPT_SITES {
            let now = Instant::now();
            // One that is in use or still waits must stay: forgetting it would break its pause.
            known.retain(|_, site| {
                Arc::strong_count(site) > 1 || site.pace(|p| p.next.is_some_and(|next| next > now))
            });
        }
        let site = Arc::new(Site {
            name: name.to_owned(),
            turn: Arc::default(),
            pace: Mutex::new(Pace { gap: self.gap, next: None }),
        });
        known.insert(name.to_owned(), Arc::clone(&site));
        site
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAP: Duration = Duration::from_secs(2);

    #[test]
    fn a_site_is_its_registrable_domain() {
        for (url, name) in [
            ("https://feeds.news.blatt.co.uk/rss", Some("blatt.co.uk")),
            ("http://WWW.Blatt.de:8080/", Some("blatt.de")),
            ("https://user:geheim@blatt.de./", Some("blatt.de")),
            ("http://localhost:1/x", Some("localhost")),
            ("http://127.1/", Some("127.0.0.1")),
            ("http://[::ffff:127.0.0.1]/", Some("127.0.0.1")),
            ("http://[2606:4700::1]/", Some("2606:4700::1")),
            ("https://a.github.io/", Some("a.github.io")),
            ("mailto:a@b.de", None),
            ("kein URL", None),
        ] {
            assert_eq!(site(url).as_deref(), name, "{url}");
        }
    }

    #[test]
    fn hosts_of_a_hosting_service_can_be_sites_of_their_own() {
        let sites = Sites::new(GAP, &["Blogs.example".into()]);
        let name = |url: &str| sites.name(&url::Url::parse(url).unwrap()).unwrap();
        assert_eq!(name("https://eins.blogs.example/"), "eins.blogs.example");
        assert_eq!(name("https://www.zwei.BLOGS.example./"), "www.zwei.blogs.example");
        assert_eq!(name("https://blogs.example/"), "blogs.example");
        assert_eq!(name("https://www.otherblogs.example/"), "otherblogs.example");
    }

    #[tokio::test(start_paused = true)]
    async fn requests_to_a_site_come_one_by_one_with_a_pause() {
        let sites = Sites::new(GAP, &[]);
        let start = Instant::now();
        let first = sites.turn("a.de").await.unwrap();
        assert_eq!(start.elapsed(), Duration::ZERO, "the first does not wait");
        let second = sites.turn("a.de");
        tokio::pin!(second);
        tokio::select! {
            _ = &mut second => panic!("two in flight"),
            () = tokio::time::sleep(Duration::from_secs(10)) => {}
        }
        drop(first);
        let freed = Instant::now();
        second.await.unwrap();
        assert!(freed.elapsed() >= GAP);
        let other = Instant::now();
        sites.turn("b.de").await.unwrap();
        assert_eq!(other.elapsed(), Duration::ZERO, "another site does not wait");
    }

    #[tokio::test(start_paused = true)]
    async fn the_queue_of_a_site_is_fair() {
        let sites = Arc::new(Sites::new(GAP, &[]));
        let order = Arc::new(Mutex::new(Vec::new()));
        let first = sites.turn("a.de").await.unwrap();
        let mut tasks = Vec::new();
        for n in 0..5 {
            let (sites, order) = (Arc::clone(&sites), Arc::clone(&order));
            tasks.push(tokio::spawn(async move {
                let _turn = sites.turn("a.de").await.unwrap();
                order.lock().unwrap().push(n);
            }));
            tokio::task::yield_now().await;
        }
        drop(first);
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*order.lock().unwrap(), [0, 1, 2, 3, 4]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_site_that_asks_to_wait_is_left_alone() {
        let sites = Sites::new(GAP, &[]);
        sites.turn("a.de").await.unwrap().wait(Duration::from_secs(30));
        let start = Instant::now();
        let turn = sites.turn("a.de").await.unwrap();
        assert!(start.elapsed() >= Duration::from_secs(30), "a short wait is sat out");
        turn.wait(Duration::from_hours(1));
        drop(turn);
        let error = sites.turn("a.de").await.unwrap_err();
        assert_eq!(error.label(), "site_waits");
        assert!(error.retry_after().unwrap() > Duration::from_secs(3_500));
        tokio::time::advance(Duration::from_secs(3_601)).await;
        sites.turn("a.de").await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_longer_pause_is_kept_when_asked_for() {
        let sites = Sites::new(GAP, &[]);
        sites.slow_down("a.de", Duration::from_secs(10));
        drop(sites.turn("a.de").await.unwrap());
        let start = Instant::now();
        sites.turn("a.de").await.unwrap();
        assert!(start.elapsed() >= Duration::from_secs(10));
    }

    #[tokio::test(start_paused = true)]
    async fn idle_sites_are_forgotten_and_waiting_ones_kept() {
        let sites = Sites::new(GAP, &[]);
        sites.turn("waits.de").await.unwrap().wait(MAX_WAIT);
        for n in 0..KEPT_SITES * 2 {
            drop(sites.turn(&format!("s{n}.de")).await.unwrap());
            tokio::time::advance(GAP).await;
        }
        assert!(sites.known.lock().unwrap().len() <= KEPT_SITES + 1);
        assert!(sites.turn("waits.de").await.is_err());
    }
}
