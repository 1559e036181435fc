//! Small stories: what meets, what stays apart, and what an incident says in the end.

use super::shard::{Output, Settings, Shard};
use super::support::{Told, country, karsa, killed, region, tarun, told};
use crate::message::{
    Incident, Lifecycle, Message, Outcome, Realis, Relation, Report, SpeechAct, Status,
    TimePrecision, incident_id, rfc3339,
};

const SETTINGS: Settings = Settings { quiet_days: 14, max_reports: 50 };

fn run(reports: impl IntoIterator<Item = Told>) -> (Shard, Vec<Output>) {
    let mut shard = Shard::new(SETTINGS);
    let outputs = reports.into_iter().flat_map(|told| shard.apply(&told.build())).collect();
    (shard, outputs)
}

/// The open incidents after a story.
fn incidents(reports: impl IntoIterator<Item = Told>) -> Vec<Incident> {
    run(reports).0.incidents().collect()
}

fn only(reports: impl IntoIterator<Item = Told>) -> Incident {
    let all = incidents(reports);
    assert_eq!(all.len(), 1, "{:?}", all.iter().map(|i| &i.title).collect::<Vec<_>>());
    all.into_iter().next().unwrap()
}

fn strike(outlet: &str, article: &str) -> Told {
    told(outlet, article).place(karsa()).by("XB-MIL", "XB", "military")
}

#[test]
fn one_event_in_four_languages_is_one_incident() {
    let incident = only([
        strike("Tagwerk", "1").lang("de", "Luftangriff auf Karsa").killed(4),
        told("Daily Ledger", "2")
            .at("2024-05-14T13:00:00Z")
            .lang("en", "Four dead as warplanes hit Karsa")
            .place(karsa())
            .killed(4),
        told("La Feuille", "3")
            .at("2024-05-14T14:00:00Z")
            .lang("fr", "Frappe aérienne sur Karsa")
            .place(karsa())
            .with("aircraft")
            .killed(5),
        told("El Correo Nuevo", "4")
            .at("2024-05-14T15:00:00Z")
            .lang("es", "Ataque aéreo en el norte")
            .place(region("Nordland", 55, "XA"))
            .by("XB-MIL", "XB", "military")
            .killed(5),
    ]);
    assert_eq!(incident.id, incident_id("r-1"));
    assert_eq!(incident.revision, 4);
    assert_eq!(incident.languages, ["de", "en", "es", "fr"]);
    assert_eq!(incident.independent_sources, 4);
    assert_eq!(incident.places[0].name, "Karsa");
    assert_eq!(incident.casualties[0].best, Some(5));
    assert_eq!(incident.first_seen, rfc3339("2024-05-14T12:00:00Z").unwrap());
    assert_eq!(incident.last_seen, rfc3339("2024-05-14T15:00:00Z").unwrap());
    assert!(incident.confidence > 0.8 && incident.confidence <= 0.99);
}

#[test]
fn look_alikes_stay_apart() {
    let base = || strike("Tagwerk", "1").killed(4);
    // The next day, another town, another type, another country.
    let next_day = strike("Tagwerk", "2").on("2024-05-15").at("2024-05-15T12:00:00Z").killed(4);
    assert_eq!(incidents([base(), next_day]).len(), 2);
    let elsewhere = told("Anzeiger", "2").place(tarun()).by("XB-MIL", "XB", "military").killed(4);
    assert_eq!(incidents([base(), elsewhere]).len(), 2);
    let flood = strike("Anzeiger", "2").of("natural", "flood").killed(4);
    assert_eq!(incidents([base(), flood]).len(), 2);
    let abroad = told("Anzeiger", "2").place(country("XC")).killed(4);
    assert_eq!(incidents([base(), abroad]).len(), 2);
}

#[test]
fn two_strikes_of_one_night_on_different_targets_stay_apart() {
    let market = told("Tagwerk", "1").place(karsa()).target("market", "Markt").killed(11);
    let bridge = told("Anzeiger", "2").place(karsa()).target("bridge", "Brücke").killed(2);
    assert_eq!(incidents([market, bridge]).len(), 2);
}

#[test]
fn a_score_explains_itself() {
    let (shard, _) = run([strike("Tagwerk", "1").killed(4)]);
    let other = told("Anzeiger", "2").place(tarun()).killed(4).build();
    let explained = shard.explain(&other);
    let [(incident, score)] = explained.as_slice() else { panic!("{explained:?}") };
    assert_eq!(*incident, incident_id("r-1"));
    assert_eq!(score.veto, Some(super::Veto::Place));
    let value = |name| score.components.iter().find(|c| c.name == name).unwrap().value;
    assert!((value("time") - 1.0).abs() < 1e-9 && (value("casualties") - 1.0).abs() < 1e-9);
}

#[test]
fn two_events_of_one_article_stay_apart_unless_it_says_they_are_the_same() {
    let apart = [strike("Tagwerk", "1"), strike("Tagwerk", "2").in_article("1")];
    assert_eq!(incidents(apart).len(), 2);
    let same = [strike("Tagwerk", "1"), strike("Tagwerk", "2").in_article("1").same_as("1")];
    assert_eq!(incidents(same).len(), 1);
}

#[test]
fn an_explosion_turns_out_to_be_a_bombing() {
    let incident = only([
        told("Tagwerk", "1").of("accident", "explosion_accident").place(karsa()).killed(3),
        told("Anzeiger", "2").of("remote_violence", "bombing").place(karsa()).killed(3),
        told("Ledger", "3").of("remote_violence", "bombing").place(karsa()).killed(3),
    ]);
    assert_eq!(incident.event_type, "bombing");
    assert!(incident.competing.iter().any(|c| c.field == "/type" && c.value == "bombing"));
}

#[test]
fn a_rising_toll_is_followed() {
    let at = |hour: u32| format!("2024-05-14T{hour:02}:00:00Z");
    let incident = only([
        strike("Tagwerk", "1").at(&at(8)).killed(4),
        strike("Ledger", "2").at(&at(9)).several_killed(),
        strike("Anzeiger", "3").at(&at(10)).killed(9),
        strike("Tagwerk", "4").at(&at(12)).killed(11),
    ]);
    let toll = &incident.casualties[0];
    assert_eq!((toll.outcome, toll.min, toll.best), (Outcome::Killed, Some(11), Some(11)));
    assert!(incident.competing.iter().any(|c| c.field == "/casualties/0"));
    let words: Vec<_> = incident.evidence.iter().filter(|e| e.field.starts_with("/cas")).collect();
    assert_eq!(words[0].text, "11 Tote");
    assert_eq!(words[0].report, "r-4");
}

#[test]
fn conflicting_parties_are_kept_as_bounds() {
    let incident = only([
        strike("Tagwerk", "1").at("2024-05-14T10:00:00Z").killed(50).with("aircraft"),
        strike("Anzeiger", "2").at("2024-05-14T11:00:00Z").killed(5).with("aircraft"),
    ]);
    let toll = &incident.casualties[0];
    assert_eq!((toll.min, toll.max), (Some(5), Some(50)));
    assert!(toll.confidence < 0.5);
}

#[test]
fn a_correction_takes_a_figure_back() {
    let incident = only([
        strike("Tagwerk", "1").at("2024-05-14T10:00:00Z").killed(12),
        strike("Anzeiger", "2")
            .at("2024-05-14T14:00:00Z")
            .killed(8)
            .says("Polizei", SpeechAct::Retract),
    ]);
    let toll = &incident.casualties[0];
    assert_eq!((toll.min, toll.best, toll.max), (Some(8), Some(8), Some(8)));
    assert_eq!(incident.claims[toll.claim.unwrap()].speaker, "Polizei");
}

#[test]
fn a_corrected_article_replaces_its_own_report_and_an_older_version_does_not() {
    let (mut shard, _) = run([strike("Tagwerk", "1").killed(12)]);
    let outputs = shard.apply(&strike("Tagwerk", "1").revision(1).killed(3).build());
    let [Output::Publish(next)] = outputs.as_slice() else { panic!("{outputs:?}") };
    assert_eq!((next.revision, next.lifecycle), (2, Lifecycle::Updated));
    assert_eq!(next.casualties[0].best, Some(3));
    assert!(next.changed.contains(&"/casualties/0".to_owned()));
    assert_eq!(next.reports.len(), 1);
    assert!(shard.apply(&strike("Tagwerk", "1").killed(12).build()).is_empty());
}

#[test]
fn a_copied_article_counts_once() {
    let incident = only([
        strike("Agentur", "1"),
        strike("Tagwerk", "2").copy_of("1"),
        strike("Anzeiger", "3").copy_of("1"),
    ]);
    assert_eq!(incident.outlets.len(), 3);
    assert_eq!(incident.independent_sources, 1);
}

/// Outlet, hour, killed, and what is repeated how.
type Step<'a> = (&'a str, u32, u64, Option<(&'a str, Relation)>);

/// A story of an agency and papers.
fn agency_story(steps: &[Step<'_>]) -> Incident {
    only(steps.iter().enumerate().map(|(n, (outlet, hour, killed, of))| {
        let report = strike(outlet, &n.to_string())
            .at(&format!("2024-05-14T{hour:02}:00:00Z"))
            .killed(*killed);
        match of {
            Some((article, relation)) => report.repeats(article, *relation),
            None => report,
        }
    }))
}

#[test]
fn an_update_of_an_agency_text_raises_the_toll_and_is_no_further_source() {
    let update = Some(("0", Relation::Update));
    let incident = agency_story(&[("Agentur", 8, 12, None), ("Tagwerk", 10, 17, update)]);
    assert_eq!(incident.casualties[0].best, Some(17));
    assert_eq!(incident.casualties[0].min, Some(17));
    assert_eq!(incident.independent_sources, 1);
    assert_eq!(incident.outlets, ["Agentur", "Tagwerk"]);
    // The agency goes on.
    let incident = agency_story(&[
        ("Agentur", 8, 12, None),
        ("Tagwerk", 10, 17, update),
        ("Agentur", 12, 19, None),
    ]);
    assert_eq!(incident.casualties[0].best, Some(19));
}

#[test]
fn old_figures_printed_again_do_not_lower_the_toll() {
    for late in [Relation::Copy, Relation::Excerpt, Relation::Update] {
        let incident = agency_story(&[
            ("Agentur", 8, 12, None),
            ("Tagwerk", 10, 17, Some(("0", Relation::Update))),
            ("Anzeiger", 12, 12, Some(("0", late))),
            ("Bote", 13, 15, Some(("0", late))),
        ]);
        let toll = &incident.casualties[0];
        assert_eq!((toll.min, toll.best), (Some(17), Some(17)), "{late:?}");
        assert_eq!(incident.independent_sources, 1, "{late:?}");
    }
}

#[test]
fn a_copy_says_nothing_of_its_own() {
    let copy = Some(("0", Relation::Copy));
    let incident = agency_story(&[("Agentur", 8, 12, None), ("Tagwerk", 10, 17, copy)]);
    assert_eq!(incident.casualties[0].best, Some(12));
    // What repeats a text that no report of the incident is from speaks for itself.
    let stray = Some(("99", Relation::Update));
    let incident = agency_story(&[("Agentur", 8, 12, None), ("Tagwerk", 10, 17, stray)]);
    assert_eq!(incident.casualties[0].best, Some(17));
    assert_eq!(incident.independent_sources, 2);
}

#[test]
fn a_repeated_report_changes_nothing() {
    let (mut shard, _) = run([strike("Tagwerk", "1"), strike("Anzeiger", "2")]);
    let before: Vec<Incident> = shard.incidents().collect();
    assert!(shard.apply(&strike("Tagwerk", "1").build()).is_empty());
    assert!(shard.apply(&strike("Anzeiger", "2").build()).is_empty());
    assert_eq!(shard.incidents().collect::<Vec<_>>(), before);
    assert_eq!(shard.counters().repeated, 2);
}

#[test]
fn what_is_no_news_founds_nothing() {
    for realis in [Realis::Threatened, Realis::Planned, Realis::Hypothetical, Realis::Negated] {
        assert_eq!(run([strike("Tagwerk", "1").realis(realis)]).1, []);
    }
    for status in [Status::Background, Status::Anniversary, Status::Exercise] {
        assert_eq!(run([strike("Tagwerk", "1").status(status)]).1, []);
    }
    assert_eq!(run([strike("Tagwerk", "1").realis(Realis::Denied)]).1, []);
}

#[test]
fn foiled_attacks_are_incidents() {
    let incident = only([strike("Tagwerk", "1").realis(Realis::Foiled)]);
    assert_eq!(incident.realis, Realis::Foiled);
    assert!(incident.severity < only([strike("Tagwerk", "1")]).severity);
}

#[test]
fn a_denial_adds_a_claim_and_background_adds_support() {
    let incident = only([
        strike("Tagwerk", "1").killed(4),
        strike("Anzeiger", "2")
            .at("2024-05-15T09:00:00Z")
            .realis(Realis::Denied)
            .says("Sprecher", SpeechAct::Deny),
        strike("Ledger", "3").at("2024-05-16T09:00:00Z").status(Status::Background).killed(400),
    ]);
    assert_eq!(incident.realis, Realis::Actual);
    assert_eq!(incident.reports.len(), 3);
    assert_eq!(incident.claims[0].act, SpeechAct::Deny);
    // Neither tells it as news: no figure and no independent source is theirs.
    assert_eq!(incident.casualties[0].best, Some(4));
    assert_eq!(incident.independent_sources, 1);
}

#[test]
fn a_series_meets_a_series_and_never_an_event() {
    let series = |outlet: &str, article: &str, total| {
        told(outlet, article).place(country("XA")).by("militia", "XA", "armed_group").series(
            total,
            "2024-03-01",
            "2024-05-14",
        )
    };
    let event = told("Ledger", "3").place(country("XA")).by("militia", "XA", "armed_group");
    let all = incidents([series("Tagwerk", "1", 41), series("Anzeiger", "2", 43), event]);
    assert_eq!(all.len(), 2);
    assert!(all.iter().any(|i| i.counts.is_some() && i.reports.len() == 2));
}

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

#[test]
fn a_part_of_a_figure_does_not_raise_the_severity() {
    let mut report = strike("Tagwerk", "1").killed(14).build();
    let mut children = killed(2);
    (children.part, children.group) = (true, Some("children".into()));
    report.casualties.push(children);
    let mut shard = Shard::new(SETTINGS);
    shard.apply(&report);
    let incident = shard.incidents().next().unwrap();
    assert_eq!(incident.casualties.len(), 2);
    assert!((incident.severity - 4.8).abs() < 1e-9, "{}", incident.severity);
}
