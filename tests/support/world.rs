//! A world of feeds with rhythms, corrections and outages, the same in every run with one seed.
#![allow(dead_code, clippy::unwrap_used)] // for tests

use crate::support::site::{Answer, Site, Story, story};
use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

/// Numbers that look random and are the same in every run (SplitMix64).
pub(crate) struct Seeded(pub(crate) u64);

impl Seeded {
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

/// Entries that a feed shows at once.
const WINDOW: usize = 20;
/// Events; further entries tell of these again, each as an article of its own.
const EVENTS: usize = 1_000;

/// Entry number `n` of the world.
pub(crate) fn entry(n: usize) -> Story {
    let mut story = story(n % EVENTS);
    story.slug = format!("meldung-{n}");
    story
}

struct Feed {
    path: String,
    shown: VecDeque<Story>,
    every: Duration,
    next: Instant,
    /// Answers 503 until then.
    out_until: Option<Instant>,
}

/// An entry that was put up.
pub(crate) struct PutUp {
    pub(crate) url: String,
    feed: usize,
    at: Instant,
}

pub(crate) struct World {
    pub(crate) site: Site,
    feeds: Vec<Feed>,
    pub(crate) put_up: Vec<PutUp>,
    pub(crate) corrections: usize,
    pub(crate) outages: usize,
    random: Seeded,
    /// Of a thousand events of a feed, how many are corrections and outages.
    unrest: u64,
}

impl World {
    /// Feeds that each say something new every so often, from the shortest to the longest time.
    pub(crate) fn new(feeds: usize, shortest: Duration, longest: Duration, unrest: u64) -> Self {
        let mut random = Seeded(20_261_123);
        let now = Instant::now();
        let site = Site::start();
        let feeds = (0..feeds)
            .map(|n| {
                let span = u64::try_from(longest.saturating_sub(shortest).as_millis()).unwrap();
                let every = shortest + Duration::from_millis(random.below(span + 1));
                let first = random.below(u64::try_from(every.as_millis()).unwrap().max(1));
                Feed {
                    path: format!("/world-{n}.xml"),
                    shown: VecDeque::new(),
                    every,
                    next: now + Duration::from_millis(first),
                    out_until: None,
                }
            })
            .collect::<Vec<_>>();
        for feed in &feeds {
            site.publish(&feed.path, &[]);
        }
        Self { site, feeds, put_up: Vec::new(), corrections: 0, outages: 0, random, unrest }
    }

    pub(crate) fn addresses(&self) -> Vec<String> {
        self.feeds.iter().map(|feed| self.site.url(&feed.path)).collect()
    }

    /// Everything that is due now.
    pub(crate) fn tick(&mut self) {
        let now = Instant::now();
        for n in 0..self.feeds.len() {
            if self.feeds[n].out_until.is_some_and(|until| until <= now) {
                self.feeds[n].out_until = None;
                self.show(n);
            }
            while self.feeds[n].next <= now {
                let every = self.feeds[n].every;
                self.feeds[n].next += every;
                self.happen(n, now);
            }
        }
    }

    /// Ends all outages.
    pub(crate) fn settle(&mut self) {
        for n in 0..self.feeds.len() {
            self.feeds[n].out_until = None;
            self.show(n);
        }
    }

    fn happen(&mut self, n: usize, now: Instant) {
        let chance = self.random.below(1_000);
        let feed = &mut self.feeds[n];
        if chance < self.unrest / 4 {
            self.outages += 1;
            feed.out_until = Some(now + Duration::from_secs(2));
            self.site.set(&feed.path, Answer::Status(503));
            return;
        }
        if chance < self.unrest
            && let Some(last) = feed.shown.back_mut()
        {
            self.corrections += 1;
            last.lede.push_str(" Am Abend wurde die Meldung berichtigt.");
        } else {
            let number = self.put_up.len();
            let story = entry(number);
            self.put_up.push(PutUp { url: self.site.url(&story.path()), feed: n, at: now });
            feed.shown.push_back(story);
            if feed.shown.len() > WINDOW {
                feed.shown.pop_front();
            }
        }
        if feed.out_until.is_none() {
            self.show(n);
        }
    }

    fn show(&mut self, n: usize) {
        let feed = &mut self.feeds[n];
        self.site.publish(&feed.path, feed.shown.make_contiguous());
    }

    /// Puts up so many entries at once, spread over the feeds.
    pub(crate) fn flood(&mut self, entries: usize) {
        let now = Instant::now();
        for _ in 0..entries {
            let number = self.put_up.len();
            let feed = number % self.feeds.len();
            let story = entry(number);
            self.put_up.push(PutUp { url: self.site.url(&story.path()), feed, at: now });
            self.feeds[feed].shown.push_back(story);
        }
        for n in 0..self.feeds.len() {
            self.show(n);
        }
    }

    /// How long it took from the first answer that held an entry to the incident that tells it; of
    /// those that were told.
    pub(crate) fn delays(&self, told: &HashMap<String, Instant>) -> Vec<Duration> {
        let given: Vec<Vec<Instant>> =
            self.feeds.iter().map(|feed| self.site.given(&feed.path)).collect();
        let mut delays: Vec<Duration> = self
            .put_up
            .iter()
            .filter_map(|entry| {
                let served = given[entry.feed].iter().find(|at| **at >= entry.at)?;
                Some(told.get(&entry.url)?.saturating_duration_since(*served))
            })
            .collect();
        delays.sort_unstable();
        delays
    }

    /// The moment of the first answer with an entry.
    pub(crate) fn first_served(&self) -> Option<Instant> {
        let first = self.put_up.first()?;
        self.site.given(&self.feeds[first.feed].path).into_iter().find(|at| *at >= first.at)
    }
}

/// The value that so many of a hundred do not pass; of sorted values.
pub(crate) fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let at = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted.get(at).copied().unwrap_or_default()
}
