//! Small stories: what meets, what stays apart, and what an incident says in the end.

use super::shard::{Output, Settings, Shard};
use super::support::{Told, country, karsa, killed, region, tarun, told};
use crate::message::{
    EventTime, Incident, Lifecycle, Outcome, Realis, Relation, SpeechAct, Status, TimePrecision,
    incident_id, rfc3339,
};

pub(super) const SETTINGS: Settings = Settings { quiet_days: 14, max_reports: 50 };

pub(super) fn run(reports: impl IntoIterator<Item = Told>) -> (Shard, Vec<Output>) {
    let mut shard = Shard::new(SETTINGS);
    let outputs = reports.into_iter().flat_map(|told| shard.apply(&told.build())).collect();
    (shard, outputs)
}

/// The open incidents after a story.
pub(super) fn incidents(reports: impl IntoIterator<Item = Told>) -> Vec<Incident> {
    run(reports).0.incidents().collect()
}

pub(super) fn only(reports: impl IntoIterator<Item = Told>) -> Incident {
    let all = incidents(reports);
    assert_eq!(all.len(), 1, "{:?}", all.iter().map(|i| &i.title).collect::<Vec<_>>());
    all.into_iter().next().unwrap()
}

pub(super) fn strike(outlet: &str, article: &str) -> Told {
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
fn one_night_and_the_next_are_two_events() {
    let night = |article: &str, from: &str, to: &str, outlet: &str| {
        let mut report = strike(outlet, article).at("2024-05-16T08:00:00Z").build();
        report.time = Some(EventTime {
            start: Some(from.into()),
            end: Some(to.into()),
            precision: TimePrecision::PartOfDay,
            text: None,
            anchor: "2024-05-16".into(),
        });
        report
    };
    let mut shard = Shard::new(SETTINGS);
    let first = ("2024-05-13T20:00:00Z", "2024-05-14T05:59:59Z");
    let second = ("2024-05-14T20:00:00Z", "2024-05-15T05:59:59Z");
    shard.apply(&night("1", first.0, first.1, "Tagwerk"));
    shard.apply(&night("2", second.0, second.1, "Anzeiger"));
    shard.apply(&night("3", second.0, second.1, "Ledger"));
    let mut sizes: Vec<usize> = shard.incidents().map(|i| i.reports.len()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 2]);
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
