//! Live tickers: entries told apart, each with its time, the newest first.
//!
//! A page is a ticker when its JSON-LD says so (`LiveBlogPosting` with updates), or when its text
//! is, for the most part, four or more entries with different times: a `time` element before each,
//! or a time of day at the beginning of a paragraph.

use super::date;
use super::json_ld::LiveEntry;
use super::render::{Block, Shape, blocks, timed_blocks};
use super::walls;
use crate::message::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use regex::Regex;
use serde::Serialize;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Entries from which a page is a ticker by its looks.
const MIN_ENTRIES: usize = 4;
/// Words of an entry by its looks, on average.
const MIN_ENTRY_WORDS: usize = 8;
/// Share of the article's words that must be in entries, in percent.
const SHARE_PERCENT: usize = 50;
/// Words of the longest title of an entry.
const TITLE_WORDS: usize = 20;

/// An entry of a live ticker within the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TickerEntry {
    /// When it was published.
    pub at: Option<Timestamp>,
    /// Its headline.
    pub title: Option<String>,
    /// First character in the page's text, the line with the time included.
    pub start: usize,
    /// One past its last character.
    pub end: usize,
}

/// An entry before it has a place.
#[derive(Debug, Clone, Default, PartialEq)]
struct Entry {
    at: Option<Timestamp>,
    title: Option<String>,
    paragraphs: Vec<String>,
}

/// A ticker as text.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Ticker {
    /// Introduction, then the entries, newest first, each under a line with its time.
    pub(super) text: String,
    /// The entries in that order.
    pub(super) entries: Vec<TickerEntry>,
}

/// What a page is looked at with.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    /// The page, made harmless.
    pub(super) html: &'a str,
    /// The article's paragraphs as found.
    pub(super) paragraphs: &'a [String],
    /// Entries that JSON-LD states.
    pub(super) live: &'a [LiveEntry],
    /// JSON-LD states a ticker, with or without entries.
    pub(super) stated: bool,
    /// Last change or publication: the day of times without one.
    pub(super) day: Option<Timestamp>,
    /// The outlet's zone.
    pub(super) zone: Option<&'a TimeZone>,
}

/// The page as a ticker, if it is one.
pub(super) fn read(seen: &Seen<'_>) -> Option<Ticker> {
    let (intro, mut entries) = of_markup(seen).or_else(|| of_looks(seen))?;
    // An entry without a time stays behind the one it stood behind.
    let mut last = None;
    let mut order: Vec<(Option<Timestamp>, usize)> = Vec::with_capacity(entries.len());
    for (i, entry) in entries.iter().enumerate() {
        last = entry.at.or(last);
        order.push((last, i));
    }
    order.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let sorted = order.iter().filter_map(|(_, i)| entries.get_mut(*i).map(std::mem::take));
    Some(laid_out(&intro, sorted))
}

/// Entries as JSON-LD states them.
fn of_markup(seen: &Seen<'_>) -> Option<(Vec<String>, Vec<Entry>)> {
    if seen.live.len() < 2 {
        return None;
    }
    let mut of_entries: HashSet<String> = HashSet::new();
    let entries: Vec<Entry> = seen
        .live
        .iter()
        .map(|entry| {
            let body = entry.body.replace("\r\n", "\n").replace("\n\n", "<p>");
            let paragraphs: Vec<String> = blocks(&body)
                .into_iter()
                .filter(|b| b.shape != Shape::Caption && !walls::is_aside(&b.text))
                .map(|b| b.text)
                .collect();
            of_entries.extend(paragraphs.iter().chain(&entry.title).map(|text| key(text)));
            Entry {
                at: entry.published.as_deref().and_then(|d| date::read(d, seen.zone)),
                title: entry.title.as_deref().and_then(super::names::one_line),
                paragraphs,
            }
        })
        .filter(|entry| !entry.paragraphs.is_empty())
        .collect();
    // What stands on the page before the first entry introduces it.
    let first = seen.paragraphs.iter().position(|p| of_entries.contains(&key(p))).unwrap_or(0);
    let intro = seen.paragraphs.get(..first).unwrap_or_default().to_vec();
    (entries.len() > 1).then_some((intro, entries))
}

/// Entries as the page shows them.
fn of_looks(seen: &Seen<'_>) -> Option<(Vec<String>, Vec<Entry>)> {
    let of_article: HashSet<String> = seen.paragraphs.iter().map(|p| key(p)).collect();
    let total: usize = seen.paragraphs.iter().map(|p| count(p)).sum();
    let (page, times) = timed_blocks(seen.html);
    let mut clock = Clock::new(seen);
    let mut times = times.into_iter().peekable();
    let mut entries: Vec<Entry> = Vec::new();
    let mut intro: Vec<String> = Vec::new();
    let mut held = 0;
    for (i, block) in page.iter().enumerate() {
        // Of several marks before one block the last counts.
        while let Some((_, value)) = times.next_if(|(at, _)| *at <= i) {
            if let Some(at) = clock.moment(&value) {
                if entries
                    .last()
                    .is_some_and(|e: &Entry| e.paragraphs.is_empty() && e.title.is_none())
                {
                    entries.pop();
                }
                let title = heading_above(i, &page, &mut entries, &mut intro);
                entries.push(Entry { at: Some(at), title, ..Entry::default() });
            }
        }
        let (led, rest) = leading_time(&block.text);
        if let Some(at) = led.and_then(|time| clock.at(time)) {
            // "14:35" in front of what a `time` element has begun already is the same entry.
            let begun = entries.last().is_some_and(|e| e.at == Some(at) && e.paragraphs.is_empty());
            if !begun {
                let title = heading_above(i, &page, &mut entries, &mut intro);
                entries.push(Entry { at: Some(at), title, ..Entry::default() });
            }
        }
        if rest.is_empty() || !of_article.contains(&key(&block.text)) || aside(block) {
            // The title of an entry may not have been taken for text.
            if block.shape == Shape::Heading
                && let Some(entry) = entries.last_mut()
                && entry.paragraphs.is_empty()
                && entry.title.is_none()
            {
                entry.title = Some(rest.to_owned()).filter(|t| !t.is_empty());
            }
            continue;
        }
        let Some(entry) = entries.last_mut() else {
            intro.push(block.text.clone());
            continue;
        };
        held += count(&block.text);
        let titled = entry.title.is_some() || !entry.paragraphs.is_empty();
        if block.shape == Shape::Heading && !titled && count(rest) <= TITLE_WORDS {
            entry.title = Some(rest.to_owned());
        } else {
            entry.paragraphs.push(rest.to_owned());
        }
    }
    entries.retain(|entry| !entry.paragraphs.is_empty());
    let distinct: HashSet<Option<Timestamp>> = entries.iter().map(|e| e.at).collect();
    let needed = if seen.stated { 2 } else { MIN_ENTRIES };
    let ticker = distinct.len() >= needed
        && held * 100 >= total * SHARE_PERCENT
        && held >= entries.len() * MIN_ENTRY_WORDS;
    ticker.then_some((intro, entries))
}

/// Takes the heading right above a block away from what was read before.
fn heading_above(
    at: usize,
    page: &[Block],
    entries: &mut Vec<Entry>,
    intro: &mut Vec<String>,
) -> Option<String> {
    let above = page.get(at.checked_sub(1)?)?;
    if above.shape != Shape::Heading {
        return None;
    }
    match entries.last_mut() {
        Some(entry) if entry.paragraphs.last() == Some(&above.text) => entry.paragraphs.pop(),
        Some(entry) if entry.paragraphs.is_empty() && entry.title.as_ref() == Some(&above.text) => {
            entries.pop().and_then(|entry| entry.title)
        }
        None if intro.last() == Some(&above.text) => intro.pop(),
        _ => None,
    }
}

fn aside(block: &Block) -> bool {
    block.shape == Shape::Caption || block.is_link() || walls::is_aside(&block.text)
}

fn count(text: &str) -> usize {
    text.split_whitespace().count()
}

fn key(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

static LEADING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^\(?([0-9]{1,2})[:.h]([0-9]{2})(?:\s*uhr\b)?\)?\s*[:|–—-]?\s*").ok()
});

/// The time of day that a text begins with, and what follows it.
fn leading_time(text: &str) -> (Option<Time>, &str) {
    let found = LEADING.as_ref().and_then(|pattern| pattern.captures(text));
    let Some(found) = found else { return (None, text) };
    let number = |group| found.get(group).and_then(|m| m.as_str().parse::<i8>().ok());
    let rest = found.get(0).and_then(|m| text.get(m.end()..)).unwrap_or_default();
    // "12.50 Euro kostet" is no time; "12.50 Uhr" and "12:50" are.
    let marked = found.get(0).is_some_and(|m| {
        let head = m.as_str().to_lowercase();
        head.contains(':') || head.contains("uhr") || head.contains('h')
    });
    match (number(1), number(2)) {
        (Some(hour), Some(minute)) if marked => match Time::new(hour, minute, 0, 0) {
            Ok(time) => (Some(time), rest),
            Err(_) => (None, text),
        },
        _ => (None, text),
    }
}

/// Turns times of day into moments: a ticker runs backwards (or forwards) from its day.
#[derive(Debug)]
struct Clock<'a> {
    zone: Option<&'a TimeZone>,
    day: Option<jiff::civil::Date>,
    last: Option<Time>,
    backwards: Option<bool>,
}

impl<'a> Clock<'a> {
    fn new(seen: &Seen<'a>) -> Self {
        let zone = seen.zone.cloned().unwrap_or(TimeZone::UTC);
        let day = seen.day.map(|day| day.as_jiff().to_zoned(zone).date());
        Self { zone: seen.zone, day, last: None, backwards: None }
    }

    /// A `datetime`, which may be a time of day alone.
    fn moment(&mut self, value: &str) -> Option<Timestamp> {
        if let Some(at) = date::read(value, self.zone).filter(|_| value.trim().len() > 10) {
            return Some(at);
        }
        leading_time(value.trim()).0.and_then(|time| self.at(time))
    }

    fn at(&mut self, time: Time) -> Option<Timestamp> {
        const NIGHT: i64 = 12 * 3600;
        let gap = |a: Time, b: Time| (a - b).total(jiff::Unit::Second).unwrap_or(0.0);
        if let Some(last) = self.last {
            let step = gap(time, last);
            #[allow(clippy::cast_precision_loss)]
            let night = NIGHT as f64;
            // The first step tells the direction; a leap over half a day is midnight.
            let backwards = *self.backwards.get_or_insert(if step.abs() > night {
                step > 0.0
            } else {
                step < 0.0
            });
            if backwards && step > night {
                self.day = self.day.and_then(|d| d.yesterday().ok());
            } else if !backwards && step < -night {
                self.day = self.day.and_then(|d| d.tomorrow().ok());
            }
        }
        self.last = Some(time);
        date::local(self.day?.to_datetime(time), self.zone)
    }
}

fn laid_out(intro: &[String], entries: impl Iterator<Item = Entry>) -> Ticker {
    let mut out = Ticker { text: intro.join("\n\n"), entries: Vec::new() };
    let mut chars = out.text.chars().count();
    for entry in entries {
        let time = entry.at.map(|at| format!("[{} UTC]", at.as_jiff().strftime("%Y-%m-%d %H:%M")));
        let line: Vec<&str> = time.as_deref().into_iter().chain(entry.title.as_deref()).collect();
        let mut text = line.join(" ");
        for paragraph in &entry.paragraphs {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(paragraph);
        }
        if !out.text.is_empty() {
            out.text.push_str("\n\n");
            chars += 2;
        }
        let end = chars + text.chars().count();
        out.text.push_str(&text);
        out.entries.push(TickerEntry { at: entry.at, title: entry.title, start: chars, end });
        chars = end;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen<'a>(html: &'a str, paragraphs: &'a [String]) -> Seen<'a> {
        let day = date::read("2024-05-14T20:00:00Z", None);
        Seen { html, paragraphs, live: &[], stated: false, day, zone: None }
    }

    fn paragraphs(html: &str) -> Vec<String> {
        blocks(html).into_iter().map(|b| b.text).collect()
    }

    fn page(times: &[&str]) -> String {
        let entry = |(i, time): (usize, &&str)| {
            format!(
                "<div><h3>Meldung {i}</h3><p>{time} Uhr: In Bergen wurde die Brücke Nummer {i} am Abend wieder für alle freigegeben.</p></div>"
            )
        };
        times.iter().enumerate().map(entry).collect()
    }

    #[test]
    fn times_of_day_run_back_over_midnight() {
        let html = page(&["01:10", "00:05", "23:50", "22:00"]);
        let all = paragraphs(&html);
        let ticker = read(&seen(&html, &all)).unwrap();
        let times: Vec<String> = ticker.entries.iter().map(|e| e.at.unwrap().to_string()).collect();
        assert_eq!(
            times,
            [
                "2024-05-14T01:10:00Z",
                "2024-05-14T00:05:00Z",
                "2024-05-13T23:50:00Z",
                "2024-05-13T22:00:00Z"
            ]
        );
    }

    #[test]
    fn entries_in_the_order_of_time_are_turned_round() {
        let html = page(&["20:00", "21:30", "22:10", "23:45"]);
        let all = paragraphs(&html);
        let ticker = read(&seen(&html, &all)).unwrap();
        assert!(ticker.text.starts_with("[2024-05-14 23:45 UTC]"), "{}", ticker.text);
        for entry in &ticker.entries {
            let text: String =
                ticker.text.chars().skip(entry.start).take(entry.end - entry.start).collect();
            assert!(text.starts_with('[') && text.ends_with("freigegeben."), "{text}");
        }
    }

    #[test]
    fn an_article_with_some_times_is_no_ticker() {
        let html = page(&["20:00", "21:30", "22:10"]);
        assert_eq!(read(&seen(&html, &paragraphs(&html))), None);
        // Teasers with times around an article are not its text.
        let html = page(&["20:00", "21:30", "22:10", "23:45"]);
        assert_eq!(read(&seen(&html, &["Ein Artikel mit ganz anderen Worten.".to_owned()])), None);
    }

    #[test]
    fn a_price_is_no_time() {
        assert_eq!(
            leading_time("12.50 Euro kostet die Karte"),
            (None, "12.50 Euro kostet die Karte")
        );
        assert_eq!(leading_time("12.50 Uhr – Los").1, "Los");
        assert_eq!(leading_time("99:99 x").0, None);
    }
}
