//! What is polled next: one heap of what is due when, and a queue for each site.
//!
//! Of a site only one feed is under way, and after it the site rests for its gap; all that time
//! the others of the site wait here and not in one of the slots. Sites take turns: a site with a
//! thousand feeds gets no more of the slots than one with a single feed.
//!
//! Takes no clock: every moment comes from the caller.

use crate::message::Timestamp;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// A feed and the site that it is asked from.
pub(super) trait Place: Clone {
    /// Name of the feed.
    fn id(&self) -> &Arc<str>;
    /// Name of the site.
    fn site(&self) -> &Arc<str>;
}

/// The queue. Holds each feed at most once; those under way are not in it.
#[derive(Debug)]
pub(super) struct Queue<F> {
    /// Rest of a site after each poll.
    gap: Duration,
    /// Feeds by when they are due.
    due: BinaryHeap<Reverse<Due<F>>>,
    /// Sites of which something waits or is under way, or which rest.
    sites: HashMap<Arc<str>, Site<F>>,
    /// Sites whose first feed may start, longest waiting first.
    ready: VecDeque<Arc<str>>,
    /// Sites that rest, by until when.
    resting: BinaryHeap<Reverse<(Instant, Arc<str>)>>,
    /// Feeds that wait at their sites.
    waiting: usize,
}

#[derive(Debug)]
struct Site<F> {
    waiting: VecDeque<F>,
    /// Something is under way, or the site rests.
    taken: bool,
}

#[derive(Debug)]
struct Due<F> {
    at: Timestamp,
    feed: F,
}

impl<F: Place> PartialEq for Due<F> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<F: Place> Eq for Due<F> {}

impl<F: Place> PartialOrd for Due<F> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<F: Place> Ord for Due<F> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.at.cmp(&other.at).then_with(|| self.feed.id().cmp(other.feed.id()))
    }
}

impl<F: Place> Queue<F> {
    /// An empty queue whose sites rest that long between two polls.
    pub(super) fn new(gap: Duration) -> Self {
        Self {
            gap,
            due: BinaryHeap::new(),
            sites: HashMap::new(),
            ready: VecDeque::new(),
            resting: BinaryHeap::new(),
            waiting: 0,
        }
    }

    /// Feeds in the queue, due or not.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.due.len() + self.waiting
    }

    /// Feeds that are due and wait for their site or for a slot.
    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }

    /// Puts a feed in.
    pub(super) fn plan(&mut self, feed: F, at: Timestamp) {
        self.due.push(Reverse(Due { at, feed }));
    }

    /// Takes the next feed whose time and whose site's turn has come. Its site is taken until
    /// [`Queue::done`].
    pub(super) fn take(&mut self, now: Timestamp, at: Instant) -> Option<F> {
        self.arrange(now, at);
        while let Some(name) = self.ready.pop_front() {
            let Some(site) = self.sites.get_mut(&name).filter(|site| !site.taken) else { continue };
            if let Some(feed) = site.waiting.pop_front() {
                site.taken = true;
                self.waiting -= 1;
                return Some(feed);
            }
            self.sites.remove(&name);
        }
        None
    }

    /// A feed of this site is no longer under way: the site rests.
    pub(super) fn done(&mut self, site: &Arc<str>, at: Instant) {
        if self.sites.get(site).is_some_and(|site| site.taken) {
            self.resting.push(Reverse((at + self.gap, Arc::clone(site))));
        }
    }

    /// When [`Queue::take`] has something next: zero where it has something now, none where
    /// nothing is planned.
    pub(super) fn until_next(&self, now: Timestamp, at: Instant) -> Option<Duration> {
        if !self.ready.is_empty() {
            return Some(Duration::ZERO);
        }
        let due = self.due.peek().map(|Reverse(due)| {
            let seconds = due.at.as_second().saturating_sub(now.as_second());
            Duration::from_secs(u64::try_from(seconds).unwrap_or(0))
        });
        let rested =
            self.resting.peek().map(|Reverse((until, _))| until.saturating_duration_since(at));
        due.into_iter().chain(rested).min()
    }

    /// Keeps only these feeds.
    pub(super) fn retain(&mut self, keep: impl Fn(&F) -> bool) {
        self.due.retain(|Reverse(due)| keep(&due.feed));
        for site in self.sites.values_mut() {
            site.waiting.retain(|feed| keep(feed));
        }
        self.waiting = self.sites.values().map(|site| site.waiting.len()).sum();
        self.sites.retain(|_, site| site.taken || !site.waiting.is_empty());
        let sites = &self.sites;
        self.ready.retain(|name| sites.contains_key(name));
    }

    /// Lets what is due wait at its site, and sites that have rested go on.
    fn arrange(&mut self, now: Timestamp, at: Instant) {
        while let Some(Reverse((until, _))) = self.resting.peek()
            && *until <= at
        {
            let Some(Reverse((_, name))) = self.resting.pop() else { break };
            let Some(site) = self.sites.get_mut(&name) else { continue };
            site.taken = false;
            if site.waiting.is_empty() {
                self.sites.remove(&name);
            } else {
                self.ready.push_back(name);
            }
        }
        while let Some(Reverse(due)) = self.due.peek()
            && due.at <= now
        {
            let Some(Reverse(Due { feed, .. })) = self.due.pop() else { break };
            let name = Arc::clone(feed.site());
            let site = self
                .sites
                .entry(Arc::clone(&name))
                .or_insert_with(|| Site { waiting: VecDeque::new(), taken: false });
            if !site.taken && site.waiting.is_empty() {
                self.ready.push_back(name);
            }
            site.waiting.push_back(feed);
            self.waiting += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone)]
    struct Feed(Arc<str>, Arc<str>);

    impl Place for Feed {
        fn id(&self) -> &Arc<str> {
            &self.0
        }
        fn site(&self) -> &Arc<str> {
            &self.1
        }
    }

    const GAP: Duration = Duration::from_secs(2);

    fn moment(second: i64) -> Timestamp {
        Timestamp::from_second(second)
    }

    /// `a1` is the first feed of site `a`.
    fn queue(feeds: &[(&str, i64)]) -> (Queue<Feed>, Instant) {
        let mut queue = Queue::new(GAP);
        for (name, at) in feeds {
            queue.plan(Feed((*name).into(), name[..1].into()), moment(*at));
        }
        (queue, Instant::now())
    }

    fn taken(queue: &mut Queue<Feed>, now: i64, at: Instant) -> Vec<String> {
        std::iter::from_fn(|| queue.take(moment(now), at)).map(|f| f.0.to_string()).collect()
    }

    #[test]
    fn of_each_site_one_is_under_way() {
        let (mut queue, at) = queue(&[("a1", 0), ("a2", 1), ("a3", 2), ("b1", 3), ("c1", 9)]);
        assert_eq!(taken(&mut queue, 5, at), ["a1", "b1"]);
        assert_eq!((queue.waiting(), queue.len()), (2, 3));
        // Nothing but the site's own end lets the next one start.
        assert_eq!(queue.until_next(moment(5), at), Some(Duration::from_secs(4)));
        assert!(taken(&mut queue, 8, at + GAP).is_empty());
    }

    #[test]
    fn a_site_rests_between_two_polls() {
        let (mut queue, at) = queue(&[("a1", 0), ("a2", 0)]);
        assert_eq!(taken(&mut queue, 0, at), ["a1"]);
        queue.done(&"a".into(), at);
        assert!(taken(&mut queue, 0, at).is_empty());
        assert_eq!(queue.until_next(moment(0), at), Some(GAP));
        assert_eq!(taken(&mut queue, 0, at + GAP), ["a2"]);
        queue.done(&"a".into(), at + GAP);
        // Also when nothing waited as it began to rest.
        queue.plan(Feed("a3".into(), "a".into()), moment(0));
        assert!(taken(&mut queue, 0, at + GAP).is_empty());
        assert_eq!(taken(&mut queue, 0, at + GAP + GAP), ["a3"]);
    }

    #[test]
    fn sites_take_turns() {
        let mut feeds: Vec<(String, i64)> = (0..100).map(|n| (format!("a{n:02}"), 0)).collect();
        feeds.extend(["b1", "c1", "d1"].map(|name| (name.to_owned(), 1)));
        let borrowed: Vec<(&str, i64)> = feeds.iter().map(|(n, at)| (n.as_str(), *at)).collect();
        let (mut queue, at) = queue(&borrowed);
        // One slot: the feeds of other sites come before the second of the large one.
        let mut order = Vec::new();
        for step in 0..5 {
            let at = at + GAP * step;
            let feed = queue.take(moment(1), at).unwrap();
            queue.done(feed.site(), at);
            order.push(feed.0.to_string());
        }
        assert_eq!(order, ["a00", "b1", "c1", "d1", "a01"]);
    }

    #[test]
    fn a_feed_taken_out_and_put_in_again_does_not_double_its_site() {
        let (mut queue, at) = queue(&[("a1", 0), ("b1", 0)]);
        assert_eq!(queue.take(moment(0), at).unwrap().0.as_ref(), "a1");
        queue.retain(|_| false);
        for name in ["b1", "b2"] {
            queue.plan(Feed(name.into(), "b".into()), moment(0));
        }
        assert_eq!(taken(&mut queue, 0, at), ["b1"]);
    }

    #[test]
    fn those_taken_out_are_gone_and_their_site_is_free_once_done() {
        let (mut queue, at) = queue(&[("a1", 0), ("a2", 0), ("b1", 0), ("b2", 50)]);
        assert_eq!(queue.take(moment(0), at).unwrap().0.as_ref(), "a1");
        queue.retain(|feed| feed.0.as_ref() == "b2");
        assert_eq!((queue.waiting(), queue.len()), (0, 1));
        assert!(taken(&mut queue, 0, at).is_empty());
        queue.done(&"a".into(), at);
        assert!(taken(&mut queue, 1, at + GAP).is_empty());
        assert_eq!(queue.until_next(moment(40), at + GAP), Some(Duration::from_secs(10)));
        assert_eq!(taken(&mut queue, 50, at + GAP), ["b2"]);
        queue.done(&"b".into(), at + GAP);
        assert!(taken(&mut queue, 50, at + GAP * 2).is_empty());
        assert_eq!(queue.until_next(moment(50), at + GAP * 2), None);
        assert!(queue.sites.is_empty(), "a site that is done is forgotten");
    }
}
