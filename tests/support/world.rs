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

const OFFICES: [&str; 12] = [
    "Bürgermeister",
    "Landrätin",
    "Pfarrer",
    "Ingenieurin",
    "Anwohner",
    "Lehrerin",
    "Sprecher",
    "Ministerin",
    "Fachmann",
    "Nachbarin",
    "Helfer",
    "Architektin",
];
const VERBS: [&str; 8] =
    ["sagte", "erklärte", "berichtete", "betonte", "wiederholte", "meinte", "schrieb", "hoffte"];
const PLACES: [&str; 12] = [
    "Rathaus",
    "Postamt",
    "Bahnhof",
    "Gemeindehaus",
    "Bauhof",
    "Klinikum",
    "Pfarrhaus",
    "Landratsamt",
    "Hafen",
    "Festsaal",
    "Gymnasium",
    "Stadtpark",
];
const THINGS: [&str; 12] = [
    "Wohnungen",
    "Plätze",
    "Fenster",
    "Bäume",
    "Decken",
    "Telefone",
    "Leitungen",
    "Stühle",
    "Busse",
    "Gutachten",
    "Briefe",
    "Fahrräder",
];
const ENDS: [&str; 12] = [
    "geprüft",
    "erneuert",
    "bestellt",
    "gezählt",
    "verliehen",
    "geliefert",
    "gereinigt",
    "verkauft",
    "gespendet",
    "gestrichen",
    "versichert",
    "vergessen",
];
const SYLLABLES: [&str; 20] = [
    "ber", "lin", "mar", "run", "gau", "sel", "wen", "dorf", "hau", "kir", "nie", "ost", "ram",
    "sau", "tal", "ulm", "vel", "wies", "zor", "bach",
];

/// A sentence that tells of nothing, of words that stand beside each other in few others.
fn aside(random: &mut Seeded) -> String {
    let mut any = |of: &[&'static str]| of[usize::try_from(random.below(of.len() as u64)).unwrap()];
    let mut name = || {
        let mut name = any(&SYLLABLES).to_owned() + any(&SYLLABLES) + any(&SYLLABLES);
        name[..1].make_ascii_uppercase();
        name
    };
    let names = [name(), name(), name()];
    let words = [any(&OFFICES), any(&VERBS), any(&PLACES), any(&THINGS), any(&ENDS)];
    format!(
        " {} {} {} im {} {}, {} {} aus {} seien {}.",
        words[0],
        names[0],
        words[1],
        words[2],
        names[1],
        random.below(9_000) + 13,
        words[3],
        names[2],
        words[4]
    )
}

/// Entry number `n` of the world, with so many sentences beside the news.
pub(crate) fn entry(n: usize, asides: usize) -> Story {
    let mut story = story(n % EVENTS);
    story.slug = format!("meldung-{n}");
    let mut random = Seeded(n as u64);
    for _ in 0..asides {
        story.body.push_str(&aside(&mut random));
    }
    story
}

struct Feed {
    site: Site,
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
    feeds: Vec<Feed>,
    pub(crate) put_up: Vec<PutUp>,
    pub(crate) corrections: usize,
    pub(crate) outages: usize,
    random: Seeded,
    /// Of a thousand events of a feed, how many are corrections and outages.
    unrest: u64,
    /// Sentences of each article beside its news.
    pub(crate) asides: usize,
}

impl World {
    /// Feeds of so many sites that each say something new every so often, from the shortest to the
    /// longest time.
    pub(crate) fn new(
        (feeds, sites): (usize, usize),
        shortest: Duration,
        longest: Duration,
        unrest: u64,
    ) -> Self {
        let mut random = Seeded(20_261_123);
        let now = Instant::now();
        // To the service each address is a site, of which it asks one thing at a time.
        let sites: Vec<Site> =
            (0..sites).map(|n| Site::start_at(&format!("127.0.1.{}:0", n + 1))).collect();
        let feeds = (0..feeds)
            .map(|n| {
                let span = u64::try_from(longest.saturating_sub(shortest).as_millis()).unwrap();
                let every = shortest + Duration::from_millis(random.below(span + 1));
                let first = random.below(u64::try_from(every.as_millis()).unwrap().max(1));
                Feed {
                    site: sites[n % sites.len()].clone(),
                    path: format!("/world-{n}.xml"),
                    shown: VecDeque::new(),
                    every,
                    next: now + Duration::from_millis(first),
                    out_until: None,
                }
            })
            .collect::<Vec<_>>();
        for feed in &feeds {
            feed.site.publish(&feed.path, &[]);
        }
        Self { feeds, put_up: Vec::new(), corrections: 0, outages: 0, random, unrest, asides: 0 }
    }

    pub(crate) fn addresses(&self) -> Vec<String> {
        self.feeds.iter().map(|feed| feed.site.url(&feed.path)).collect()
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
            feed.site.set(&feed.path, Answer::Status(503));
            return;
        }
        if chance < self.unrest
            && let Some(last) = feed.shown.back_mut()
        {
            self.corrections += 1;
            last.lede.push_str(" Am Abend wurde die Meldung berichtigt.");
        } else {
            let number = self.put_up.len();
            let story = entry(number, self.asides);
            self.put_up.push(PutUp { url: feed.site.url(&story.path()), feed: n, at: now });
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
        feed.site.publish(&feed.path, feed.shown.make_contiguous());
    }

    /// Puts up so many entries at once, spread over the feeds.
    pub(crate) fn flood(&mut self, entries: usize) {
        let now = Instant::now();
        for _ in 0..entries {
            let number = self.put_up.len();
            let feed = number % self.feeds.len();
            let story = entry(number, self.asides);
            let url = self.feeds[feed].site.url(&story.path());
            self.put_up.push(PutUp { url, feed, at: now });
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
            self.feeds.iter().map(|feed| feed.site.given(&feed.path)).collect();
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
        let feed = self.feeds.get(first.feed)?;
        feed.site.given(&feed.path).into_iter().find(|at| *at >= first.at)
    }
}

/// The value that so many of a hundred do not pass; of sorted values.
pub(crate) fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let at = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted.get(at).copied().unwrap_or_default()
}
