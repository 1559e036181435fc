//! Properties: restart anywhere, repeat anything, never panic.

use super::profile::Profile;
use super::score::{weigh, weigh_possible};
use super::shard::{Output, Settings, Shard};
use super::support::{Told, country, karsa, region, tarun, told};
use crate::message::{Incident, Message, Realis, Report, SpeechAct, Status};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Through bytes and back, as on the way through the log.
fn logged(incident: &Incident) -> Incident {
    Incident::from_bytes(&incident.to_bytes().unwrap()).unwrap()
}

fn restore(settings: Settings, log: &[Output]) -> (Shard, Vec<Output>) {
    let mut shard = Shard::new(settings);
    for output in log {
        match output {
            Output::Publish(incident) => shard.restore(&logged(incident)),
            Output::Tombstone { id } => shard.restore_tombstone(id),
        }
    }
    let finished = shard.restored();
    (shard, finished)
}

/// What a consumer that keeps the latest value of each key holds.
fn table_of(log: &[Output]) -> BTreeMap<String, Vec<u8>> {
    let mut table = BTreeMap::new();
    for output in log {
        match output {
            Output::Publish(i) => {
                table.insert(i.id.clone(), i.to_bytes().unwrap());
            }
            Output::Tombstone { id } => {
                table.remove(id);
            }
        }
    }
    table
}

/// No incident has two contents at one revision, nor does a revision skip or go back.
fn check_revisions(log: &[Output]) {
    let mut known: BTreeMap<(String, u64), Vec<u8>> = BTreeMap::new();
    let mut latest: BTreeMap<String, u64> = BTreeMap::new();
    for output in log {
        let Output::Publish(incident) = output else { continue };
        let bytes = incident.to_bytes().unwrap();
        let key = (incident.id.clone(), incident.revision);
        if let Some(before) = known.get(&key) {
            assert!(before == &bytes, "two contents of {key:?}\n{}", life(log));
            continue;
        }
        let last = latest.entry(incident.id.clone()).or_insert(0);
        assert_eq!(incident.revision, *last + 1, "{}", incident.id);
        *last = incident.revision;
        known.insert(key, bytes);
    }
}

/// A story in a few words for each report.
fn summary(story: &[Report]) -> String {
    let line = |r: &Report| {
        let day = r.time.as_ref().and_then(|t| t.start.clone());
        let places: Vec<_> = r.places.iter().map(|p| p.name.as_str()).collect();
        let (told, killed) = ((r.realis, r.status), r.casualties.first().map(|c| c.best));
        let (seen, revision) = (r.article.seen, r.article.revision);
        let event_type = &r.event_type;
        format!("{}.{revision} {seen} {told:?} {event_type} {day:?} {places:?} {killed:?}", r.id)
    };
    story.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A log in a few words for each record.
fn life(log: &[Output]) -> String {
    let line = |output: &Output| match output {
        Output::Publish(i) => {
            let reports: Vec<String> =
                i.reports.iter().map(|r| format!("{}.{}", r.id, r.article.revision)).collect();
            let taken: Vec<_> = i
                .taken_from
                .iter()
                .map(|t| format!("{}/{}", &t.incident[..6], t.revision))
                .collect();
            format!("{}/{} {:?} {reports:?} takes {taken:?}", &i.id[..6], i.revision, i.lifecycle)
        }
        Output::Tombstone { id } => format!("{} gone", &id[..6]),
    };
    log.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Crashes after each output and repeats from each earlier report: always the same end.
pub(super) fn restart_everywhere(settings: Settings, story: &[Report]) {
    let mut shard = Shard::new(settings);
    let mut log: Vec<Output> = Vec::new();
    // Number of outputs after each report.
    let mut ends = Vec::new();
    for report in story {
        log.extend(shard.apply(report));
        ends.push(log.len());
    }
    check_revisions(&log);
    let whole = table_of(&log);
    for cut in 0..=log.len() {
        // Reports of which all outputs are in the log may be committed.
        let committed = ends.iter().take_while(|end| **end <= cut).count();
        for from in 0..=committed {
            let mut resumed: Vec<Output> = log[..cut].to_vec();
            let (mut shard, finished) = restore(settings, &resumed);
            resumed.extend(finished);
            for report in &story[from..] {
                resumed.extend(shard.apply(report));
            }
            check_revisions(&resumed);
            assert!(
                table_of(&resumed) == whole,
                "cut {cut}, repeated from {from} of\n{}\nwhole\n{}\nresumed\n{}",
                summary(story),
                life(&log),
                life(&resumed),
            );
        }
    }
}

/// Stories of one small world: few towns, days and articles, so that things meet.
fn a_report(index: usize) -> impl Strategy<Value = Told> {
    let places = prop_oneof![
        4 => Just(Some(karsa())),
        2 => Just(Some(tarun())),
        1 => Just(Some(region("Nordland", 55, "XA"))),
        1 => Just(Some(country("XA"))),
        1 => Just(None),
    ];
    let kinds = prop_oneof![
        6 => Just((Realis::Actual, Status::Current)),
        1 => Just((Realis::Foiled, Status::Update)),
        1 => Just((Realis::Denied, Status::Current)),
        2 => Just((Realis::Actual, Status::Background)),
        1 => Just((Realis::Threatened, Status::Current)),
    ];
    let types = prop_oneof![
        3 => Just(("remote_violence", "air_strike")),
        1 => Just(("remote_violence", "missile_strike")),
        1 => Just(("accident", "explosion_accident")),
    ];
    (places, kinds, types, 0..2u32, 0..6u64, 0..4usize, any::<bool>(), 0..12u32).prop_map(
        move |(place, (realis, status), (group, event_type), day, dead, outlet, actor, far)| {
            // One in twelve jumps weeks ahead, so that incidents close.
            let month = if far == 0 { 6 } else { 5 };
            let seen = format!("2024-{month:02}-{:02}T{:02}:00:00Z", 14 + day, index % 24);
            let mut report = told(&format!("Blatt {outlet}"), &index.to_string())
                .at(&seen)
                .of(group, event_type)
                .on(&format!("2024-{month:02}-{:02}", 14 + day))
                .realis(realis)
                .status(status);
            if let Some(place) = place {
                report = report.place(place);
            }
            if dead > 0 {
                report = report.killed(dead).says("Behörde", SpeechAct::Report);
            }
            if actor {
                report = report.by("XB-MIL", "XB", "military");
            }
            report
        },
    )
}

/// Reports in the order of their first sight, with corrections between them.
fn a_story() -> impl Strategy<Value = Vec<Report>> {
    let reports: Vec<_> = (0..9).map(a_report).collect();
    (reports, prop::collection::vec((0..9usize, 0..9usize, 0..4u8), 0..5)).prop_map(
        |(reports, corrections)| {
            let mut story: Vec<Report> = reports.into_iter().map(Told::build).collect();
            story.sort_by_key(|r| r.article.seen);
            for (which, at, change) in corrections {
                let at = at.min(story.len() - 1).max(which.min(story.len() - 1));
                let Some(mut corrected) = story.get(which.min(story.len() - 1)).cloned() else {
                    continue;
                };
                corrected.article.seen = story[at].article.seen;
                match change {
                    // What was told of another place and day is the same after all.
                    0 | 1 => {
                        let right = told("Blatt", "right").place(karsa()).build();
                        (corrected.places, corrected.time) = (right.places, right.time);
                        (corrected.event_type, corrected.group) = (right.event_type, right.group);
                    }
                    2 => corrected.realis = Realis::Negated,
                    _ => corrected.casualties.clear(),
                }
                story.insert(at + 1, corrected);
            }
            // The versions of one article come in their order: they share a partition.
            let mut versions: BTreeMap<String, u32> = BTreeMap::new();
            for report in &mut story {
                let next = versions.entry(report.id.clone()).or_insert(0);
                report.article.revision = *next;
                *next += 1;
            }
            story
        },
    )
}

#[test]
fn the_stories_merge_correct_retract_and_close() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let (mut merged, mut retracted, mut closed, mut replaced) = (0, 0, 0, 0);
    for _ in 0..200 {
        let story = a_story().new_tree(&mut runner).unwrap().current();
        let mut shard = Shard::new(Settings { quiet_days: 14, max_reports: 5 });
        for report in &story {
            shard.apply(report);
        }
        let counters = shard.counters();
        merged += counters.merged;
        retracted += counters.retracted;
        closed += counters.closed;
        replaced += counters.replaced;
    }
    let all = [merged, retracted, closed, replaced];
    assert!(all.iter().all(|n| *n > 0), "{all:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn a_restart_anywhere_changes_nothing(story in a_story(), max_reports in 2..6usize) {
        restart_everywhere(Settings { quiet_days: 14, max_reports }, &story);
    }

    #[test]
    fn what_is_left_out_of_the_scoring_could_not_have_been_one_event(story in a_story()) {
        let profiles: Vec<Profile> = story.iter().map(Profile::of_report).collect();
        for (a, b) in profiles.iter().flat_map(|a| profiles.iter().map(move |b| (a, b))) {
            let (whole, possible) = (weigh(a, b), weigh_possible(a, b));
            let forbidden = !whole.stated && whole.veto.is_some();
            prop_assert_eq!(possible, (!forbidden).then_some(whole));
        }
    }

    #[test]
    fn the_same_reports_give_the_same_bytes(story in a_story()) {
        let settings = Settings { quiet_days: 14, max_reports: 50 };
        let run = || {
            let mut shard = Shard::new(settings);
            story.iter().flat_map(|r| shard.apply(r)).collect::<Vec<_>>()
        };
        prop_assert_eq!(run(), run());
    }

    #[test]
    fn any_order_and_any_repetition_keeps_revisions_sound(
        story in a_story(),
        order in prop::collection::vec(0..64usize, 0..40),
    ) {
        let mut shard = Shard::new(Settings { quiet_days: 3, max_reports: 4 });
        let log: Vec<Output> = order
            .iter()
            .filter_map(|i| story.get(i % story.len()))
            .flat_map(|r| shard.apply(r))
            .collect();
        check_revisions(&log);
    }

    #[test]
    fn arbitrary_values_never_panic(
        text in any::<String>(),
        id in any::<String>(),
        number in any::<f64>(),
        count in any::<u64>(),
        second in any::<i64>(),
        day in any::<String>(),
    ) {
        let mut report = told(&text, "1").place(karsa()).killed(count).build();
        report.id.clone_from(&id);
        report.event_type.clone_from(&text);
        report.confidence = number;
        report.places[0].lat = Some(number);
        report.places[0].country = Some(text.clone());
        report.article.title = text;
        report.article.seen = crate::message::Timestamp::from_second(second);
        report.article.published = None;
        if let Some(time) = &mut report.time {
            time.start = Some(day);
        }
        let mut other = report.clone();
        other.id.push('2');
        other.article.id.push('2');
        let mut shard = Shard::new(Settings { quiet_days: u32::MAX, max_reports: 0 });
        for output in [shard.apply(&report), shard.apply(&other)].concat() {
            if let Output::Publish(incident) = output {
                prop_assert_eq!(logged(&incident), *incident);
            }
        }
    }
}
