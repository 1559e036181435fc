//! The simulated web: servers of named temperaments, and what they publish when.

use depesche::feed::{self, Document, Entry, Hints};
use depesche::message::Timestamp;
use depesche::pace::{Request, Said};

pub(crate) const MINUTE: i64 = 60;
pub(crate) const HOUR: i64 = 3_600;
pub(crate) const DAY: i64 = 86_400;
/// A Monday, 00:00 UTC.
pub(crate) const START: i64 = 1_793_577_600;
pub(crate) const END: i64 = START + 14 * DAY;
/// Nobody can be reached: somebody dug up a cable, on the second Tuesday.
pub(crate) const OUTAGE: std::ops::Range<i64> =
    START + 8 * DAY + 9 * HOUR..START + 8 * DAY + 12 * HOUR;
/// Entries in a document.
const SHOWN: usize = 30;

/// What kind of feed and server it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Temper {
    /// An entry an hour by day, none at night.
    Hourly,
    /// An entry every ten minutes by day, now and then one at night.
    Quick,
    /// Now and then an entry, and sometimes a dozen in half an hour.
    Bursty,
    /// The last entry is a year old.
    Dead,
    /// No validators; the body is the same where nothing is new.
    NeverSays304,
    /// Validators, but always the whole document.
    Ignores304,
    /// The same `ETag` for ever, and 304 to whoever sends it.
    FrozenEtag,
    /// Quick, with a `ttl` of an hour.
    Ttl,
    /// Quick, fresh for half an hour.
    MaxAge,
    /// 429 to who comes more often than every twenty minutes, and then for two hours.
    TooMany,
    /// Down from 0 to 5 o'clock, sometimes with `Retry-After`.
    Nights503,
    /// With each tenth document: please come back in 40 minutes.
    Wishes,
    /// 301 from the second day on.
    Moved,
    /// 301 from the second day on, to an error page for all.
    MovedToPage,
    /// 301 for one day only.
    MovedAndBack,
    /// 410 from the fifth day on.
    Gone,
    /// Each fifth name does not resolve.
    FlappingDns,
    /// An HTML page for two days.
    TurnedToHtml,
    /// No dates.
    Undated,
    /// Ids that change with each document.
    UnstableIds,
    /// Nothing from 22 to 5 o'clock and on Sundays, as it says itself.
    Skips,
    /// Texts that go to and fro between two versions with each document.
    FlipFlop,
}

impl Temper {
    pub(crate) const ALL: [Self; 22] = [
        Self::Hourly,
        Self::Quick,
        Self::Bursty,
        Self::Dead,
        Self::NeverSays304,
        Self::Ignores304,
        Self::FrozenEtag,
        Self::Ttl,
        Self::MaxAge,
        Self::TooMany,
        Self::Nights503,
        Self::Wishes,
        Self::Moved,
        Self::MovedToPage,
        Self::MovedAndBack,
        Self::Gone,
        Self::FlappingDns,
        Self::TurnedToHtml,
        Self::Undated,
        Self::UnstableIds,
        Self::Skips,
        Self::FlipFlop,
    ];
}

/// The same dice at each run.
pub(crate) fn dice(seed: u64, n: u64) -> u64 {
    let mut x = seed
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .wrapping_add(n.wrapping_mul(0xD1B5_4A32_D192_ED03));
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// An answer of a server.
pub(crate) enum Answer {
    Unchanged(Said),
    /// A document of the newest of so many entries.
    Document {
        there: usize,
        body_hash: String,
        said: Said,
    },
    Failed {
        class: &'static str,
        retry_after: Option<u64>,
    },
}

/// A feed and its server.
pub(crate) struct Server {
    pub(crate) temper: Temper,
    pub(crate) url: String,
    pub(crate) seed: u64,
    /// When entries are published, oldest first.
    pub(crate) published: Vec<i64>,
    /// Requests so far.
    asked: u64,
    last_asked: i64,
    blocked_until: i64,
    /// Earliest time at which the next request may come, by what was said here.
    pub(crate) not_before: i64,
    /// `ETag` that the reader should know, as sent.
    pub(crate) etag_told: Option<String>,
}

impl Server {
    pub(crate) fn new(temper: Temper, seed: u64) -> Self {
        Self {
            temper,
            url: format!("https://s{seed}.example/{temper:?}.xml"),
            seed,
            published: schedule(temper, seed),
            asked: 0,
            last_asked: i64::MIN / 2,
            blocked_until: 0,
            not_before: 0,
            etag_told: None,
        }
    }

    /// Where a feed moves to.
    pub(crate) fn new_home(&self) -> String {
        match self.temper {
            Temper::MovedToPage => "https://errors.example/".into(),
            _ => format!("https://new{}.example/feed", self.seed),
        }
    }

    /// Usual time between two entries by day, where there is one and nobody asks for more.
    pub(crate) fn gap(&self) -> Option<i64> {
        match self.temper {
            Temper::Dead | Temper::Bursty | Temper::Gone | Temper::Ttl | Temper::MaxAge => None,
            Temper::Quick => Some(10 * MINUTE),
            _ => Some(HOUR),
        }
    }

    pub(crate) fn answer(&mut self, request: &Request, now: i64) -> Answer {
        let failed = |class, retry_after| Answer::Failed { class, retry_after };
        if OUTAGE.contains(&now) {
            return failed("dns", None);
        }
        self.asked += 1;
        let since = now - self.last_asked;
        self.last_asked = now;
        let hour = (now - START).rem_euclid(DAY) / HOUR;
        let (dice, day) = (dice(self.seed, self.asked), (now - START) / DAY);
        match self.temper {
            Temper::TooMany if now < self.blocked_until || since < 20 * MINUTE => {
                self.blocked_until = self.blocked_until.max(now + 2 * HOUR);
                self.not_before = self.blocked_until;
                let left = u64::try_from(self.blocked_until - now).unwrap();
                return failed("http_429", Some(left));
            }
            Temper::Nights503 if hour < 5 => {
                let asks = dice.is_multiple_of(2).then_some(1_800);
                self.not_before = now + asks.map_or(0, |_| 1_800);
                return failed("http_5xx", asks);
            }
            Temper::Gone if day >= 5 => {
                self.not_before = now + 7 * DAY;
                return failed("http_410", None);
            }
            Temper::FlappingDns if dice.is_multiple_of(5) => return failed("dns", None),
            Temper::TurnedToHtml if (4..6).contains(&day) => return failed("html", None),
            Temper::MovedToPage if day >= 2 => return failed("html", None),
            _ => {}
        }
        let at_home = request.url == self.url;
        let moves = matches!(self.temper, Temper::Moved) && day >= 2
            || self.temper == Temper::MovedAndBack && day == 2;
        if self.temper == Temper::Moved && !at_home {
            assert!(day >= 5, "asked at a new address after {day} days");
        }
        let there = self.published.iter().filter(|at| **at <= now).count();
        let said = Said {
            etag: self.etag(there),
            last_modified: None,
            max_age: (self.temper == Temper::MaxAge).then_some(1_800),
            retry_after: (self.temper == Temper::Wishes && dice.is_multiple_of(10))
                .then_some(2_400),
            permanent_url: (moves && at_home).then(|| self.new_home()),
        };
        let ttl = if self.temper == Temper::Ttl { 3_600 } else { 0 };
        let wish = said.max_age.max(said.retry_after).unwrap_or(0).max(ttl);
        self.not_before = now + i64::try_from(wish).unwrap();
        let sent = request.validators.etag.as_deref();
        let is_same = sent.is_some() && sent == said.etag.as_deref();
        if is_same && !matches!(self.temper, Temper::Ignores304 | Temper::FlipFlop) {
            return Answer::Unchanged(said);
        }
        self.etag_told.clone_from(&said.etag);
        let version = match self.temper {
            Temper::FlipFlop | Temper::UnstableIds => self.asked,
            _ => there as u64,
        };
        let body_hash = format!("{}-{version}", self.seed);
        Answer::Document { there, body_hash, said }
    }

    fn etag(&self, there: usize) -> Option<String> {
        match self.temper {
            Temper::NeverSays304 | Temper::UnstableIds => None,
            Temper::FrozenEtag => Some("\"for-ever\"".into()),
            // Not what a validator should look like, and to be echoed all the same.
            Temper::Quick => Some(format!("W/  {there} as-it-is")),
            _ => Some(format!("\"{}-{there}\"", self.seed)),
        }
    }

    /// Document of the newest entries.
    pub(crate) fn document(&self, there: usize) -> Document {
        let mut document = prototype();
        let pattern: Entry = document.entries.remove(0);
        for n in (there.saturating_sub(SHOWN)..there).rev() {
            let mut entry = pattern.clone();
            entry.id = match self.temper {
                Temper::UnstableIds => format!("session-{}-{n}", self.asked),
                _ => format!("g-{n}"),
            };
            entry.title = Some(title(n));
            entry.url = Some(format!("https://s{}.example/meldung/{n}", self.seed));
            let dated = self.temper != Temper::Undated;
            entry.published = dated.then(|| Timestamp::from_second(self.published[n]));
            if self.temper == Temper::FlipFlop && self.asked.is_multiple_of(2) {
                entry.summary = Some("Die andere Fassung.".into());
            }
            document.entries.push(entry);
        }
        document.ttl_minutes = (self.temper == Temper::Ttl).then_some(60);
        if self.temper == Temper::Skips {
            document.rhythm.skip_hours = vec![22, 23, 0, 1, 2, 3, 4];
            document.rhythm.skip_days = vec![7];
        }
        document
    }
}

/// A document with one entry, as the reader makes it.
fn prototype() -> Document {
    thread_local! {
        static READ: Document = feed::read(
            b"<rss version=\"2.0\"><channel><title>Blatt</title><item><guid>g</guid>\
              <title>T</title><description>Was geschah.</description></item></channel></rss>",
            &Hints::default(),
        );
    }
    READ.with(Clone::clone)
}

/// Title of a feed's n-th entry.
pub(crate) fn title(n: usize) -> String {
    format!("Meldung Nummer {n} dieses Blattes")
}

/// When a feed publishes: from three days before the start.
fn schedule(temper: Temper, seed: u64) -> Vec<i64> {
    let mut out = Vec::new();
    if temper == Temper::Dead {
        return (0..10).map(|n| START - 400 * DAY + n * DAY).collect();
    }
    let gap = match temper {
        Temper::Quick | Temper::Ttl | Temper::MaxAge => 10 * MINUTE,
        Temper::Bursty => 5 * HOUR,
        _ => HOUR,
    };
    let mut at = START - 3 * DAY + i64::try_from(seed % 3_600).unwrap();
    for n in 0.. {
        if at >= END {
            break;
        }
        let roll = i64::try_from(dice(seed, n) % 1_000).unwrap();
        let hour = at.rem_euclid(DAY) / HOUR;
        let sunday = (at - START).div_euclid(DAY).rem_euclid(7) == 6;
        let night = !(6..22).contains(&hour) || (temper == Temper::Skips && sunday);
        if !night || (temper == Temper::Quick && roll < 100) {
            out.push(at);
            if temper == Temper::Bursty && roll < 100 {
                out.extend((1..12).map(|k| at + k * 150));
            }
        }
        at += gap / 2 + gap * roll / 1_000;
    }
    out.sort_unstable();
    out
}
