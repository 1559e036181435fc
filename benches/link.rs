//! How large the linker's state is and how fast it links: `cargo bench --bench link`.
//!
//! Founds a number of incidents (1,000,000, or `LINK_BENCH_INCIDENTS`) spread over towns, types and
//! days of the open window, as one report each, and prints the resident memory; then measures
//! reports that join incidents in this state, and reports that found new ones. Linux only: memory is
//! read from `/proc/self/status`, the time on a core from `/proc/thread-self/schedstat`.
//!
//! By default each of 40,000 towns has as many events as any other, and all events have the same
//! nameless perpetrators and victims, so that much of what happens within 50 km on one day may be
//! one event: reports join more than they should, and many are grouped anew. With
//! `LINK_BENCH_WORLD=cities` the events of a town follow Zipf's law (the largest has 1 of 15), and
//! parties and targets differ, as they do in the news.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::cast_precision_loss)]
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::indexing_slicing)]

use depesche::link::{Output, Settings, Shard};
use depesche::message::{Message as _, Report, Timestamp, report_id};
use serde_json::{Value, json};
use std::time::Instant;

const SETTINGS: Settings = Settings { quiet_days: 14, max_reports: 200 };
const DAY: i64 = 86_400;
/// Midnight of 14 March 2026.
const START: i64 = 1_773_446_400;

const TYPES: [(&str, &str); 12] = [
    ("remote_violence", "air_strike"),
    ("remote_violence", "drone_strike"),
    ("remote_violence", "bombing"),
    ("battle", "armed_clash"),
    ("violence_against_people", "shooting"),
    ("violence_against_people", "stabbing"),
    ("unrest", "protest"),
    ("crime", "robbery"),
    ("accident", "road_accident"),
    ("accident", "fire"),
    ("natural", "flood"),
    ("infrastructure", "outage"),
];

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }
}

/// How the events of the bench lie and differ.
#[derive(Clone, Copy)]
enum World {
    Even,
    Cities,
}

const TOWNS: u64 = 40_000;
const TARGETS: [&str; 8] =
    ["school", "market", "hospital", "bridge", "station", "office", "factory", "church"];

impl World {
    fn town(self, dice: &mut Dice) -> u64 {
        match self {
            World::Even => dice.roll(TOWNS),
            World::Cities => {
                let share = dice.roll(1 << 32) as f64 / 4_294_967_296.0;
                // The n-th largest town has 1/n of what the largest has.
                (TOWNS as f64).powf(share) as u64 - 1
            }
        }
    }

    /// Party, its sector, kind of target and its name.
    fn details(self, dice: &mut Dice) -> Value {
        match self {
            World::Even => json!({
                "actor": "Unbekannte", "country": null, "sector": "unknown",
                "kind": "human", "type": "civilians", "target": "Menschen",
            }),
            World::Cities => {
                let country = ["XA", "XB", "XC", "XD", "XE"].get(dice.roll(5) as usize);
                let target = TARGETS.get(dice.roll(8) as usize);
                json!({
                    "actor": format!("Gruppe {}", dice.roll(40)), "country": country,
                    "sector": (if dice.roll(2) == 0 { "military" } else { "rebel" }),
                    "kind": "physical", "type": target,
                    "target": format!("Ziel {}", dice.roll(400)),
                })
            }
        }
    }
}

/// An event, told by article number `n`; town, type and day follow from the event's number.
fn report(world: World, event: u64, n: u64) -> Report {
    let mut dice = Dice(event.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let town = world.town(&mut dice);
    let kind = usize::try_from(dice.roll(12)).unwrap();
    let (group, event_type) = TYPES.get(kind).copied().unwrap_or_default();
    let at = START + i64::try_from(event % 13).unwrap() * DAY + i64::try_from(n % 70_000).unwrap();
    let time = Timestamp::from_second(at);
    let day: String = time.to_string().chars().take(10).collect();
    let mut spot = Dice(town.wrapping_mul(0xd134_2543_de82_ef95) | 1);
    let (lat, lon) =
        (spot.roll(1_100) as f64 / 10.0 - 45.0, spot.roll(3_500) as f64 / 10.0 - 175.0);
    let country: String = [0_u64, 1]
        .iter()
        .map(|i| char::from(b'A' + u8::try_from((town / 160 + i * 7) % 26).unwrap()))
        .collect();
    let article = format!("a-{n:032x}");
    let killed = dice.roll(40) + 3;
    let details = world.details(&mut dice);
    let name = format!("Ort {town}");
    serde_json::from_value(json!({
        "schema": Report::SCHEMA,
        "id": report_id(&article, "incident", event_type, 0),
        "region": "world", "kind": "incident", "group": group, "type": event_type,
        "codes": {"acled": "Attack", "plover": "ASSAULT", "muc4": "ATTACK", "cap": "Security", "glide": null},
        "article": {
            "id": article, "revision": 0, "url": format!("https://news{}.example/2026/{n}.html", n % 500),
            "title": format!("Bericht {n} aus {name}: {killed} Tote nach Ereignis {event}"),
            "outlet": format!("Blatt {}", n % 500), "lang": "de", "published": time, "seen": time,
            "duplicate_of": null
        },
        "realis": "actual", "status": "current",
        "time": {"start": day, "end": day, "precision": "day", "text": "am Samstag", "anchor": day},
        "places": [{"role": "event", "name": name, "name_en": name, "geoname_id": town + 1,
            "country": country, "admin1": format!("Land {}", town % 900), "lat": lat, "lon": lon,
            "precision": "exact", "text": format!("in {name}"), "confidence": 0.9}],
        "actors": [{"role": "perpetrator", "name": details["actor"], "id": null,
            "country": details["country"], "sector": details["sector"], "confidence": 0.5}],
        "perpetrator_confidence": null,
        "targets": [{"kind": details["kind"], "name": details["target"],
            "target_type": details["type"], "number": null, "owner": null, "country": null,
            "confidence": 0.7}],
        "instruments": [],
        "casualties": [{"outcome": "killed", "group": null, "min": killed, "best": killed,
            "max": killed, "approx": false, "cumulative": true, "part": false,
            "text": format!("{killed} Tote"), "claim": 0, "confidence": 0.8}],
        "claims": [{"speaker": "Polizei", "named": true, "act": "report", "medium": null,
            "mood": "indicative"}],
        "reason": null, "links": [], "counts": null, "crowd": null, "damage": [], "confidence": 0.8,
        "evidence": [
            {"field": "/type", "part": "title", "start": 0, "end": 7, "text": "Bericht", "rule": "de.trigger"},
            {"field": "/time", "part": "text", "start": 10, "end": 20, "text": "am Samstag", "rule": "de.time.weekday"},
            {"field": "/places/0", "part": "text", "start": 25, "end": 33, "text": format!("in {name}"), "rule": "place"},
            {"field": "/casualties/0/best", "part": "text", "start": 40, "end": 49, "text": format!("{killed} Tote"), "rule": "de.count.killed"}
        ]
    }))
    .unwrap()
}

/// Resident memory in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) * 1024
}

/// Time that this thread has had a core, in seconds: other work on the machine takes none of it.
fn on_core() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = stat.split_whitespace().next().and_then(|nanos| nanos.parse::<u64>().ok());
    nanos.unwrap_or(0) as f64 / 1e9
}

fn measure(what: &str, shard: &mut Shard, reports: &[Report]) {
    let (started, core) = (Instant::now(), on_core());
    let mut published = 0_usize;
    for report in reports {
        published += shard.apply(report).iter().filter(|o| matches!(o, Output::Publish(_))).count();
    }
    let (took, core) = (started.elapsed().as_secs_f64(), on_core() - core);
    println!(
        "{what}: {:.0} reports/s on one core, {:.0} µs each; {:.0} reports/s by the clock \
         ({} reports, {published} messages)",
        reports.len() as f64 / core,
        core * 1e6 / reports.len() as f64,
        reports.len() as f64 / took,
        reports.len()
    );
}

fn main() {
    let wanted = std::env::var("LINK_BENCH_INCIDENTS").ok().and_then(|n| n.parse().ok());
    let wanted: u64 = wanted.unwrap_or(1_000_000);
    let world = match std::env::var("LINK_BENCH_WORLD").as_deref() {
        Ok("cities") => World::Cities,
        _ => World::Even,
    };
    let before = resident();
    let mut shard = Shard::new(SETTINGS);
    let started = Instant::now();
    let mut n = 0;
    while (shard.len() as u64) < wanted {
        shard.apply(&report(world, n, n));
        n += 1;
    }
    let used = resident().saturating_sub(before);
    println!(
        "{} open incidents of {n} reports in {:.0} s: {:.2} GB resident, {} bytes each",
        shard.len(),
        started.elapsed().as_secs_f64(),
        used as f64 / 1e9,
        used / (shard.len() as u64).max(1)
    );
    let again: Vec<Report> = (0..20_000).map(|i| report(world, i * 37 % wanted, n + i)).collect();
    measure("reports that join", &mut shard, &again);
    let fresh: Vec<Report> = (0..20_000).map(|i| report(world, n + i, n + 20_000 + i)).collect();
    measure("reports of new events", &mut shard, &fresh);
    println!("{:.2} GB resident in the end", resident().saturating_sub(before) as f64 / 1e9);
}
