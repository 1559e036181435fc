//! Stories in which a later report shows that reports were put together wrongly, or apart.

use super::shard::{Output, Settings, Shard};
use super::support::{Told, country, karsa, tarun, told};
use crate::message::{Incident, Lifecycle, Report, incident_id};
use std::collections::BTreeSet;

const SETTINGS: Settings = Settings { quiet_days: 14, max_reports: 50 };

fn play(story: &[Told]) -> (Shard, Vec<Output>) {
    let mut shard = Shard::new(SETTINGS);
    let outputs = story.iter().flat_map(|told| shard.apply(&told.clone().build())).collect();
    (shard, outputs)
}

fn published(outputs: &[Output]) -> Vec<&Incident> {
    let published = outputs.iter().filter_map(|output| match output {
        Output::Publish(incident) => Some(incident.as_ref()),
        Output::Tombstone { .. } => None,
    });
    published.collect()
}

/// Reports of each incident.
fn groups(shard: &Shard) -> BTreeSet<BTreeSet<String>> {
    shard.incidents().map(|i| i.reports.into_iter().map(|r| r.id).collect()).collect()
}

fn group(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

/// A headline that knows the country alone, then two towns: first it can mean only one of them.
fn vague_then_two_towns() -> Vec<Told> {
    vec![
        told("Ledger", "2").at("2024-05-14T09:00:00Z").place(karsa()).killed(4),
        told("Tagwerk", "1").at("2024-05-14T10:00:00Z").place(country("XA")),
        told("Anzeiger", "3").at("2024-05-14T11:00:00Z").place(tarun()).killed(9),
    ]
}

#[test]
fn a_headline_with_a_country_belongs_to_the_only_event_it_can_mean() {
    let story = vague_then_two_towns();
    assert_eq!(groups(&play(&story[..2]).0), BTreeSet::from([group(&["r-1", "r-2"])]));
}

#[test]
fn an_incident_is_split_when_a_report_shows_that_it_was_two() {
    let (shard, outputs) = play(&vague_then_two_towns());
    let apart = BTreeSet::from([group(&["r-1"]), group(&["r-2"]), group(&["r-3"])]);
    assert_eq!(groups(&shard), apart);
    assert_eq!(shard.counters().split, 1);
    let all = published(&outputs);
    let old = incident_id("r-2");
    let off = all.iter().find(|incident| incident.split_from.is_some()).unwrap();
    assert_eq!((off.lifecycle, off.revision), (Lifecycle::New, 1));
    assert_eq!(off.split_from.as_ref().unwrap().incident, old);
    let shrunk = all.iter().rfind(|incident| incident.id == old).unwrap();
    assert_eq!(shrunk.lifecycle, Lifecycle::Split);
    assert_eq!(shrunk.split_into, std::slice::from_ref(&off.id));
    assert_eq!(shrunk.cause.as_ref().unwrap().report, "r-3");
    assert!(shrunk.changed.contains(&"/split_into".to_owned()));
    // The report is never in no incident: who takes it over is written first.
    let at = |wanted: &Incident| all.iter().position(|i| std::ptr::eq(*i, wanted)).unwrap();
    assert!(at(off) < at(shrunk));
}

#[test]
fn a_split_incident_goes_on_and_a_restart_changes_nothing() {
    let story: Vec<Report> = vague_then_two_towns().into_iter().map(Told::build).collect();
    super::properties::restart_everywhere(SETTINGS, &story);
}

#[test]
fn an_incident_that_gains_and_loses_by_one_report_survives_a_restart() {
    let corrected = || told("Blatt 0", "2").at("2024-05-14T02:00:00Z");
    let story = [
        told("Blatt 0", "1").at("2024-05-14T01:00:00Z"),
        corrected().place(country("XA")),
        told("Blatt 0", "3").at("2024-05-14T03:00:00Z").place(tarun()),
        told("Blatt 0", "7")
            .of("remote_violence", "missile_strike")
            .at("2024-05-14T07:00:00Z")
            .place(karsa()),
        corrected().revision(1).seen("2024-05-14T07:00:00Z").place(karsa()),
    ];
    let (_, outputs) = play(&story);
    let last: Vec<Lifecycle> =
        published(&outputs).iter().rev().take(2).map(|i| i.lifecycle).collect();
    assert_eq!(last, [Lifecycle::Merged, Lifecycle::Split]);
    let story: Vec<Report> = story.into_iter().map(Told::build).collect();
    super::properties::restart_everywhere(SETTINGS, &story);
}

#[test]
fn the_order_of_arrival_does_not_matter() {
    let story = vague_then_two_towns();
    let expected = groups(&play(&story).0);
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let other: Vec<Told> = order
            .iter()
            .zip(12..)
            .map(|(i, hour)| story[*i].clone().seen(&format!("2024-05-14T{hour}:00:00Z")))
            .collect();
        assert_eq!(groups(&play(&other).0), expected, "{order:?}");
    }
}

#[test]
fn a_corrected_report_moves_to_the_incident_it_belongs_to() {
    let wrong = || told("Bote", "3").at("2024-05-14T14:00:00Z");
    let (shard, outputs) = play(&[
        told("Tagwerk", "1").place(karsa()).killed(4),
        told("Anzeiger", "2").at("2024-05-14T13:00:00Z").place(tarun()).killed(9),
        wrong().place(karsa()).killed(4),
        wrong().revision(1).place(tarun()).killed(9),
    ]);
    assert_eq!(groups(&shard), BTreeSet::from([group(&["r-1"]), group(&["r-2", "r-3"])]));
    let all = published(&outputs);
    let taker = all.iter().rfind(|incident| incident.id == incident_id("r-2")).unwrap();
    let giver = all.iter().rfind(|incident| incident.id == incident_id("r-1")).unwrap();
    assert_eq!(taker.taken_from[0].incident, giver.id);
    assert_eq!(taker.taken_from[0].revision, giver.revision);
    assert_eq!(giver.lifecycle, Lifecycle::Updated);
}

#[test]
fn an_outbreak_is_one_incident_for_days_and_a_shooting_is_not() {
    let day = |outlet: &str, n: &str, day: &str, event_type: (&str, &str)| {
        told(outlet, n)
            .of(event_type.0, event_type.1)
            .place(karsa())
            .on(day)
            .at(&format!("{day}T12:00:00Z"))
    };
    let twice = |event_type| {
        let story = [
            day("Tagwerk", "1", "2024-05-14", event_type),
            day("Anzeiger", "2", "2024-05-18", event_type),
        ];
        play(&story).0.len()
    };
    assert_eq!(twice(("health", "disease_outbreak")), 1);
    assert_eq!(twice(("violence_against_people", "shooting")), 2);
}

#[test]
fn a_lower_figure_that_is_new_is_a_correction_and_an_old_one_is_not() {
    let toll = |figures: &[u64]| {
        let story: Vec<Told> = (0_usize..)
            .zip(figures)
            .map(|(n, killed)| {
                told(&format!("Blatt {n}"), &n.to_string())
                    .at(&format!("2024-05-14T{:02}:00:00Z", 6 + 3 * n))
                    .place(karsa())
                    .killed(*killed)
            })
            .collect();
        let (shard, _) = play(&story);
        let incident = shard.incidents().next().unwrap();
        (incident.casualties[0].min, incident.casualties[0].best, incident.casualties[0].max)
    };
    assert_eq!(toll(&[8, 6]), (Some(6), Some(6), Some(6)));
    assert_eq!(toll(&[6, 8, 6]), (Some(8), Some(8), Some(8)));
    // Far lower: another party's word.
    assert_eq!(toll(&[50, 5]), (Some(5), Some(5), Some(50)));
}
