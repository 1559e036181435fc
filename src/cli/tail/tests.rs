use super::*;
use clap::Parser;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    tail: TailArgs,
}

fn args(line: &str) -> TailArgs {
    let words = std::iter::once("tail").chain(line.split_whitespace());
    Line::try_parse_from(words).unwrap_or_else(|error| panic!("{error}")).tail
}

fn record(value: Option<&str>) -> Record {
    Record {
        topic: "depesche.incidents.v1".into(),
        partition: 3,
        offset: 14,
        timestamp_ms: None,
        key: Some(b"i-1".to_vec()),
        value: value.map(|v| v.as_bytes().to_vec()),
        headers: vec![("ce_id".into(), b"i-1/2".to_vec())],
    }
}

const INCIDENT: &str = r#"{"type": "bombing", "group": "remote_violence", "severity": 6.5, "places": [
    {"role": "event", "country": "IQ"}, {"role": "mentioned", "country": "DE"}]}"#;

#[test]
fn filters_are_joined_by_and() {
    let shown = |line: &str| show(&args(line), &record(Some(INCIDENT))).is_some();
    for fits in [
        "",
        "--type bombing",
        "--type remote_violence",
        "--country iq",
        "--severity 6.5",
        "--type bombing --country IQ --severity 0",
    ] {
        assert!(shown(fits), "{fits}");
    }
    for other in [
        "--type flood",
        "--country DE",
        "--severity 6.6",
        "--type bombing --country FR",
        "--country IQ --severity 10",
    ] {
        assert!(!shown(other), "{other}");
    }
}

#[test]
fn what_has_no_such_field_passes_no_filter() {
    for value in [None, Some("no JSON"), Some("[]"), Some("{}")] {
        assert!(show(&args(""), &record(value)).is_some());
        for filter in ["--type bombing", "--country IQ", "--severity 0"] {
            assert_eq!(show(&args(filter), &record(value)), None, "{filter} {value:?}");
        }
    }
}

#[test]
fn json_has_position_key_headers_and_value() {
    let shown = show(&args("--json"), &record(Some(INCIDENT))).unwrap();
    assert!(!shown.contains('\n'));
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!((&shown["partition"], &shown["offset"]), (&json!(3), &json!(14)));
    assert_eq!((&shown["key"], &shown["headers"]["ce_id"]), (&json!("i-1"), &json!("i-1/2")));
    assert_eq!(shown["value"]["severity"], 6.5);
    let tombstone = show(&args("--json"), &record(None)).unwrap();
    assert!(serde_json::from_str::<Value>(&tombstone).unwrap()["value"].is_null());
}

#[test]
fn no_text_of_others_steers_the_terminal_or_begins_a_line() {
    let hostile = "a\u{1b}[2Jb\nnew · forged\rc\u{9b}d\u{202e}e\u{2066}f\u{2028}g\u{7f}";
    let clean = printable(hostile);
    assert_eq!(clean, "a [2Jb new · forged c d e f g ");

    let mut bad = record(None);
    bad.key = Some(hostile.as_bytes().to_vec());
    assert!(!show(&args(""), &bad).unwrap().contains(['\u{1b}', '\n', '\u{202e}']));
    bad.value = Some(b"no JSON".to_vec());
    assert!(!show(&args(""), &bad).unwrap().contains(['\u{1b}', '\n', '\u{202e}']));
    bad.headers = vec![(header_names::ERROR_DETAIL.into(), hostile.as_bytes().to_vec())];
    let letter = show(&args("--topic dead-letters"), &bad).unwrap();
    assert!(!letter.contains(['\u{1b}', '\n', '\u{202e}']), "{letter:?}");
    assert!(letter.contains("forged"), "{letter}");
}

#[test]
fn ranges_are_short() {
    assert_eq!(bound(Some(3), Some(3)), "3");
    assert_eq!(bound(Some(3), Some(5)), "3–5");
    assert_eq!(bound(Some(3), None), "≥3");
    assert_eq!(bound(None, Some(5)), "≤5");
    assert_eq!(bound(None, None), "?");
}

/// Revisions of one incident, as the linker writes them.
fn revisions(killed: &[u64]) -> Vec<Incident> {
    use crate::link::support::{karsa, told};
    let mut shard =
        crate::link::Shard::new(crate::link::Settings { quiet_days: 14, max_reports: 50 });
    let mut out = Vec::new();
    for (n, killed) in killed.iter().enumerate() {
        let report = told(&format!("Blatt {n}"), &n.to_string())
            .at(&format!("2024-05-14T{:02}:00:00Z", 8 + n))
            .place(karsa())
            .by("XB-MIL", "XB", "military")
            .killed(*killed);
        for output in shard.apply(&report.build()) {
            if let crate::link::Output::Publish(incident) = output {
                out.push(*incident);
            }
        }
    }
    out
}

#[test]
fn each_revision_tells_whose_report_brought_what() {
    let shown: Vec<Option<String>> = revisions(&[4, 9, 9]).iter().map(life::life).collect();
    assert_eq!(shown[0], None);
    assert_eq!(shown[1].as_deref(), Some("Blatt 1 [de]: killed 9"));
    assert_eq!(shown[2].as_deref(), Some("Blatt 2 [de]: nothing new but the source"));
}

#[test]
fn the_end_of_an_incident_is_told() {
    let mut incident = revisions(&[4]).remove(0);
    incident.lifecycle = Lifecycle::Merged;
    incident.merged_into = Some("i-2".into());
    assert!(life::life(&incident).unwrap().ends_with("is part of i-2"));
    incident.lifecycle = Lifecycle::Split;
    incident.split_into = vec!["i-3".into()];
    assert!(life::life(&incident).unwrap().ends_with("gave up i-3"));
    incident.lifecycle = Lifecycle::Retracted;
    assert!(with_life(&incident).contains("no source tells it any more"));
}
