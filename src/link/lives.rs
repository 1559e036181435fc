//! Small stories: how incidents live, from the first report to their closing.

use super::shard::{Output, Settings, Shard};
use super::stories::{SETTINGS, incidents, only, run, strike};
use super::support::{Told, karsa, region, tarun, told};
use crate::message::{
    Lifecycle, Message as _, Realis, Report, Status, TimePrecision, incident_id, rfc3339,
};

/// Two early reports too vague to meet, and one that fits both.
fn merging() -> Vec<Told> {
    vec![
        told("Tagwerk", "1").place(karsa()).with("aircraft").target("market", "Markt").killed(4),
        told("Anzeiger", "2")
            .at("2024-05-14T13:00:00Z")
            .place(region("Nordland", 55, "XA"))
            .by("XB-MIL", "XB", "military")
            .with("missile")
            .target("bridge", "Brücke"),
        told("Ledger", "3")
            .at("2024-05-14T14:00:00Z")
            .place(karsa())
            .by("XB-MIL", "XB", "military")
            .target("bridge", "Brücke")
            .target("market", "Markt")
            .with("aircraft")
            .killed(4),
    ]
}

#[test]
fn a_report_that_fits_two_incidents_ties_them_together() {
    // Alone, the first two do not reach the threshold.
    assert_eq!(incidents(merging().into_iter().take(2)).len(), 2);
    assert_eq!(incidents(merging()).len(), 1);
}

/// The first two stand apart because one was vague; after its correction they fit.
fn merging_after_correction() -> Vec<Told> {
    let vague = || told("Anzeiger", "2").at("2024-05-14T13:00:00Z");
    vec![
        told("Tagwerk", "1").place(karsa()).by("XB-MIL", "XB", "military").killed(4),
        vague(),
        vague().place(karsa()).revision(1).killed(4),
        told("Ledger", "3").at("2024-05-14T15:00:00Z").place(karsa()).killed(4),
    ]
}

#[test]
fn two_incidents_that_prove_to_be_one_are_merged_into_the_earlier() {
    let (shard, outputs) = run(merging_after_correction());
    assert_eq!(shard.len(), 1);
    let (first, second) = (incident_id("r-1"), incident_id("r-2"));
    // At once with the correction; the last report joins what is one by then.
    let [_, _, Output::Publish(survivor), Output::Publish(merged), Output::Tombstone { id }, _] =
        outputs.as_slice()
    else {
        panic!("{}", outputs.len())
    };
    assert_eq!((&survivor.id, survivor.reports.len()), (&first, 2));
    assert_eq!(survivor.taken_from[0].incident, second);
    assert_eq!(survivor.taken_from[0].revision, merged.revision);
    assert_eq!((&merged.id, merged.lifecycle), (&second, Lifecycle::Merged));
    assert_eq!(merged.merged_into.as_ref(), Some(&first));
    assert_eq!(merged.revision, 2);
    assert_eq!(id, &second);
}

#[test]
fn an_incident_whose_only_source_withdrew_is_retracted() {
    let (mut shard, _) = run([strike("Tagwerk", "1")]);
    let withdrawn = strike("Tagwerk", "1").revision(1).realis(Realis::Negated).build();
    let outputs = shard.apply(&withdrawn);
    let [Output::Publish(last), Output::Tombstone { id }] = outputs.as_slice() else {
        panic!("{outputs:?}")
    };
    assert_eq!((last.lifecycle, last.revision), (Lifecycle::Retracted, 2));
    assert_eq!(id, &last.id);
    assert!(shard.is_empty());
    // Its revisions do not start again.
    assert!(shard.apply(&strike("Tagwerk", "1").build()).is_empty());
}

#[test]
fn an_incident_closes_after_the_quiet_time_and_is_not_founded_again() {
    let (mut shard, _) = run([
        strike("Tagwerk", "1"),
        told("Anzeiger", "2").place(tarun()).on("2024-06-20").at("2024-06-20T10:00:00Z"),
    ]);
    assert_eq!(shard.len(), 1);
    assert_eq!(shard.counters().closed, 1);
    let late = [
        strike("Tagwerk", "1"),
        strike("Ledger", "3"),
        strike("Tagwerk", "1").revision(1).at("2024-06-20T11:00:00Z"),
        strike("Ledger", "4").at("2024-06-20T12:00:00Z").status(Status::Anniversary),
    ];
    for report in late {
        assert!(shard.apply(&report.build()).is_empty());
    }
    assert_eq!(shard.counters().late, 3);
}

#[test]
fn a_wrong_date_does_not_close_everything() {
    let future = told("Fehldatum", "2").place(tarun()).published("2099-01-01T00:00:00Z");
    let (shard, _) = run([strike("Tagwerk", "1"), future]);
    assert_eq!(shard.len(), 2);
    assert_eq!(shard.watermark(), rfc3339("2024-05-14T12:00:00Z"));
}

#[test]
fn a_day_in_the_text_beats_the_day_of_publication() {
    let unknown = strike("Ledger", "1").on("2024-05-15").precision(TimePrecision::Publication);
    let incident =
        only([unknown.at("2024-05-15T06:00:00Z").killed(4), strike("Tagwerk", "2").killed(4)]);
    assert_eq!(incident.time.as_ref().unwrap().start.as_deref(), Some("2024-05-14"));
}

#[test]
fn many_reports_are_kept_in_bounds_and_none_is_forgotten() {
    let settings = Settings { quiet_days: 14, max_reports: 6 };
    let mut shard = Shard::new(settings);
    let report = |i: u32| {
        let at = format!("2024-05-14T{:02}:{:02}:00Z", 6 + i / 60, i % 60);
        strike(&format!("Blatt {i}"), &i.to_string()).at(&at).build()
    };
    for i in 0..40 {
        assert_eq!(shard.apply(&report(i)).len(), 1);
    }
    let incident = shard.incidents().next().unwrap();
    assert_eq!((incident.reports.len(), incident.further_reports.len()), (6, 34));
    assert_eq!((incident.revision, incident.outlets.len()), (40, 40));
    assert!(incident.reports.iter().any(|r| r.id == "r-0"), "the founding report stays");
    assert!(incident.reports.iter().any(|r| r.id == "r-39"), "the latest stays");
    for i in 0..40 {
        assert!(shard.apply(&report(i)).is_empty());
    }
}

#[test]
fn a_message_stays_under_its_limit() {
    let mut shard = Shard::new(Settings { quiet_days: 14, max_reports: 500 });
    for i in 0..40 {
        let mut report: Report = strike("Tagwerk", &i.to_string()).build();
        let mut proof = report.evidence[0].clone();
        proof.text = "ü".repeat(600);
        report.evidence = vec![proof; 160];
        for output in shard.apply(&report) {
            let Output::Publish(incident) = output else { panic!("no tombstone expected") };
            assert!(incident.to_bytes().unwrap().len() <= 900_000);
        }
    }
    assert_eq!(shard.incidents().next().unwrap().revision, 40);
}

#[test]
fn a_restart_at_each_point_of_a_story_finishes_it_the_same() {
    let story: Vec<Report> = merging_after_correction().into_iter().map(Told::build).collect();
    super::properties::restart_everywhere(SETTINGS, &story);
}
