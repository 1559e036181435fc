//! How the reader behaves towards the web: two simulated weeks with servers of every temperament.
//!
//! The decisions are those of the service (`depesche::pace`); the web and the clock are simulated.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // tests fail by panicking

mod run;
mod world;

use depesche::config::Poll;
use depesche::pace::{Kind, Note};
use run::{Reader, two_weeks};
use std::sync::LazyLock;
use world::{DAY, END, HOUR, MINUTE, OUTAGE, START, Temper, title};

/// Feeds of each temperament.
const EACH: u64 = 10;

/// All tests look at the same two weeks.
static READERS: LazyLock<Vec<Reader>> =
    LazyLock::new(|| two_weeks(EACH, &Poll { remembered_entries: 40, ..Poll::default() }));

fn of(temper: Temper) -> impl Iterator<Item = &'static Reader> {
    READERS.iter().filter(move |reader| reader.server.temper == temper)
}

fn median(mut values: Vec<i64>) -> i64 {
    values.sort_unstable();
    values[values.len() / 2]
}

/// When each entry published within these times was found.
fn found(reader: &Reader, from: i64, to: i64) -> Vec<(i64, Option<i64>)> {
    let published = reader.server.published.iter().enumerate();
    published
        .filter(|(_, at)| (from..to).contains(at))
        .map(|(n, at)| (*at, reader.articles.get(&title(n)).copied()))
        .collect()
}

/// Median time from publication to discovery, the outage and its end left out.
fn delay(temper: Temper) -> i64 {
    let calm =
        |at: &i64| *at > START + HOUR && !(OUTAGE.start - HOUR..OUTAGE.end + HOUR).contains(at);
    let all = of(temper).flat_map(|reader| found(reader, START, END));
    median(all.filter(|(at, _)| calm(at)).filter_map(|(at, found)| Some(found? - at)).collect())
}

/// Requests of all feeds in each minute.
fn per_minute() -> Vec<usize> {
    let mut minutes = vec![0; usize::try_from((END - START) / MINUTE).unwrap()];
    for asked in READERS.iter().flat_map(|reader| &reader.log) {
        minutes[usize::try_from((asked.at - START) / MINUTE).unwrap()] += 1;
    }
    minutes
}

// Within the two weeks each request is checked as well: not earlier than what was said with the
// answer before, the validator byte for byte as it was told, a state that reads back as written.
#[test]
fn one_in_a_hundred_conditional_requests_is_a_full_one() {
    let kinds = |wanted| READERS.iter().flat_map(|r| &r.log).filter(|a| a.kind == wanted).count();
    let (full, conditional) = (kinds(Kind::Full), kinds(Kind::Conditional));
    let share = full as f64 / (full + conditional) as f64;
    assert!((0.005..0.02).contains(&share), "{full} full, {conditional} conditional");
    // Each feed that is asked often has had one a day or two.
    for reader in of(Temper::Quick) {
        let full = reader.log.iter().filter(|asked| asked.kind == Kind::Full).count();
        assert!(full >= 14, "{full}");
    }
}

#[test]
fn what_is_published_is_found_and_published_once() {
    use Temper::{
        Bursty, FlappingDns, FlipFlop, Hourly, Ignores304, MaxAge, Moved, MovedAndBack,
        NeverSays304, Nights503, Quick, Skips, TooMany, Ttl, TurnedToHtml, Undated, UnstableIds,
        Wishes,
    };
    for temper in [
        Bursty,
        FlappingDns,
        FlipFlop,
        Hourly,
        Ignores304,
        MaxAge,
        Moved,
        MovedAndBack,
        NeverSays304,
        Nights503,
        Quick,
        Skips,
        TooMany,
        Ttl,
        TurnedToHtml,
        Undated,
        UnstableIds,
        Wishes,
    ] {
        for reader in of(temper) {
            // What comes before the second Sunday, which some skip.
            let mut entries = found(reader, START - HOUR, END - 30 * HOUR);
            if temper == TurnedToHtml {
                let lost = START + 3 * DAY..START + 8 * DAY;
                entries.retain(|(at, _)| !lost.contains(at));
            }
            let missing = entries.iter().filter(|(_, found)| found.is_none()).count();
            assert_eq!(missing, 0, "{temper:?}: of {}", entries.len());
        }
    }
    for reader in READERS.iter() {
        assert_eq!(reader.doubles, 0, "{:?}", reader.server.temper);
        let allowed = if reader.server.temper == FlipFlop { reader.articles.len() } else { 0 };
        assert!(reader.revisions <= allowed, "{:?}: {}", reader.server.temper, reader.revisions);
    }
}

#[test]
fn an_active_feed_is_read_within_less_than_its_usual_gap() {
    for temper in Temper::ALL {
        if let Some(gap) = of(temper).next().unwrap().server.gap() {
            let delay = delay(temper);
            assert!(delay < gap, "{temper:?}: {delay} s of {gap} s");
        }
    }
    assert!(delay(Temper::Hourly) < HOUR / 2);
    // Those that ask for time get it, and no more.
    assert!(delay(Temper::MaxAge) < 30 * MINUTE);
    assert!(delay(Temper::Ttl) < HOUR);
}

#[test]
fn quiet_feeds_are_left_in_peace() {
    for reader in of(Temper::Dead) {
        assert!(reader.log.len() < 14 * 6, "{}", reader.log.len());
    }
    // Gone is asked on the day when it went, and weekly from then on.
    for reader in of(Temper::Gone) {
        let late = reader.log.iter().filter(|asked| asked.at >= START + 5 * DAY).count();
        assert!((1..=2).contains(&late), "{late}");
    }
    for reader in of(Temper::Skips) {
        let read = reader.log.iter().find(|asked| asked.found).unwrap().at;
        for asked in reader.log.iter().filter(|asked| asked.at > read) {
            let (day, hour) = ((asked.at - START) / DAY % 7, asked.at.rem_euclid(DAY) / HOUR);
            assert!(day != 6 && (5..22).contains(&hour), "on day {day} at {hour}");
        }
    }
    for reader in of(Temper::TooMany) {
        let refused = reader.log.iter().filter(|asked| asked.failed).count();
        assert!(refused * 10 < reader.log.len(), "{refused} of {}", reader.log.len());
    }
}

#[test]
fn there_is_no_herd_neither_at_the_start_nor_after_an_outage() {
    let minutes = per_minute();
    let mean = minutes.iter().sum::<usize>() as f64 / minutes.len() as f64;
    let busiest = |from: i64, to: i64| {
        let index = |at: i64| usize::try_from((at - START) / MINUTE).unwrap();
        *minutes[index(from)..index(to)].iter().max().unwrap() as f64
    };
    // The first minute is the start itself, spread by `first_poll`.
    let start = busiest(START + MINUTE, START + DAY);
    assert!(start < 5.0 * mean, "{start} in a minute of the first day, {mean:.1} on average");
    let after = busiest(OUTAGE.end, OUTAGE.end + 6 * HOUR);
    assert!(after < 5.0 * mean, "{after} in a minute after the outage, {mean:.1} on average");
    let ever = busiest(START + MINUTE, END);
    assert!(ever < 5.0 * mean, "{ever} in the busiest minute, {mean:.1} on average");
}

#[test]
fn an_outage_of_the_net_is_over_soon_after_it_ends() {
    for reader in READERS.iter().filter(|r| r.server.gap() == Some(HOUR)) {
        let temper = reader.server.temper;
        if matches!(temper, Temper::MovedToPage | Temper::FlappingDns) {
            continue;
        }
        let during = reader.log.iter().filter(|asked| OUTAGE.contains(&asked.at)).count();
        assert!(during < 15, "{temper:?}: {during} requests into the void");
        let again = reader.log.iter().find(|asked| asked.at >= OUTAGE.end && !asked.failed);
        let late = again.unwrap().at - OUTAGE.end;
        assert!(late < 3 * HOUR, "{temper:?}: {late} s");
    }
}

#[test]
fn a_frozen_etag_is_noticed_and_told_once_a_week() {
    for reader in of(Temper::FrozenEtag) {
        let told: Vec<i64> = reader
            .notes
            .iter()
            .filter(|(_, note)| *note == Note::IgnoresValidators)
            .map(|(at, _)| *at)
            .collect();
        assert!((1..=2).contains(&told.len()), "{told:?}");
        // Then its entries are found as those of others.
        let entries = found(reader, told[0], told[0] + 6 * DAY);
        assert!(entries.iter().all(|(_, found)| found.is_some()));
    }
    for reader in READERS.iter().filter(|r| r.server.temper != Temper::FrozenEtag) {
        assert!(reader.notes.iter().all(|(_, note)| *note != Note::IgnoresValidators));
    }
}

#[test]
fn a_move_is_believed_after_three_days_and_with_proof() {
    for reader in of(Temper::Moved) {
        let [(at, Note::Moved { to })] = reader.notes.as_slice() else {
            panic!("{:?}", reader.notes)
        };
        assert_eq!(*to, reader.server.new_home());
        assert!((5 * DAY..6 * DAY).contains(&(at - START)), "{at}");
    }
    for temper in [Temper::MovedToPage, Temper::MovedAndBack] {
        for reader in of(temper) {
            assert_eq!(reader.notes, [], "{temper:?}");
            assert_eq!(reader.state.pace.moved, None);
        }
    }
}

#[test]
fn a_table_of_the_two_weeks() {
    for temper in Temper::ALL {
        let log = || of(temper).flat_map(|reader| &reader.log);
        let useful = log().filter(|asked| asked.found).count() * 100 / log().count();
        let delay = if temper == Temper::Dead { 0 } else { delay(temper) / MINUTE };
        let a_day = log().count() as u64 / EACH / 14;
        println!("{temper:?}: {a_day} polls a day, {useful} % useful, median delay {delay} min");
        // More than one request in five minutes is nobody's pace.
        assert!(a_day <= 288, "{temper:?}: {a_day}");
    }
    let minutes = per_minute();
    let sum = minutes.iter().sum::<usize>();
    let mean = sum as f64 / minutes.len() as f64;
    println!("{sum} polls, {mean:.1} a minute, {:?} at most", minutes.iter().skip(1).max());
    assert!(sum > 50_000);
}
