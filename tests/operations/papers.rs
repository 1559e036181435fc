//! Alerts, tests of alerts and runbook tell of the same things.

use crate::text;
use std::collections::BTreeSet;

/// What follows `begin` on the lines that begin so.
fn after(text: &str, begin: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim);
    lines.filter_map(|line| line.strip_prefix(begin)).map(|rest| rest.trim().to_owned()).collect()
}

fn alerts() -> Vec<String> {
    let alerts = after(&text("deploy/alerts.yml"), "- alert:");
    assert!(alerts.len() > 15, "{alerts:?}");
    alerts
}

#[test]
fn every_alert_has_a_runbook_entry_and_names_it() {
    let entries = after(&text("docs/runbook.md"), "### ");
    let named = after(&text("deploy/alerts.yml"), "runbook:");
    let wanted: Vec<String> = alerts()
        .iter()
        .map(|alert| format!("docs/runbook.md#{}", alert.to_ascii_lowercase()))
        .collect();
    assert_eq!(named, wanted);
    let unique: BTreeSet<&String> = entries.iter().collect();
    assert_eq!(unique.len(), entries.len(), "an entry stands twice");
    let known: BTreeSet<String> = alerts().into_iter().collect();
    assert_eq!(entries.into_iter().collect::<BTreeSet<_>>(), known);
}

#[test]
fn every_alert_is_seen_firing_and_seen_silent() {
    let tests = text("deploy/alerts.test.yml");
    for alert in alerts() {
        let silent = format!("- {{eval_time: 12h, alertname: {alert}, exp_alerts: []}}");
        assert!(tests.contains(&silent), "{alert} is not tested silent");
        let fires =
            format!("        alertname: {alert}\n        exp_alerts:\n          - exp_labels");
        let after_comment = format!("        alertname: {alert}\n        exp_alerts:\n          #");
        assert!(
            tests.contains(&fires) || tests.contains(&after_comment),
            "{alert} is not tested firing"
        );
    }
}

#[test]
fn the_runbook_names_only_alerts_metrics_and_keys_that_exist() {
    let runbook = text("docs/runbook.md");
    let word = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    let metrics: BTreeSet<&str> =
        depesche::ops::metrics::table().map(|definition| definition.name).collect();
    let known: BTreeSet<String> = alerts().into_iter().collect();
    for named in runbook.split(word) {
        if named.starts_with("depesche_") {
            assert!(metrics.contains(named), "there is no metric {named}");
        }
        // The product's own name stands alone.
        if named.starts_with("Depesche") && named != "Depesche" {
            assert!(known.contains(named), "there is no alert {named}");
        }
    }
    let config = text("config/depesche.toml");
    for quoted in runbook.split('`').skip(1).step_by(2) {
        let Some((table, key)) = quoted.split_once('.') else { continue };
        let key = key.split([' ', '=']).next().unwrap();
        if config.contains(&format!("\n[{table}]\n")) {
            assert!(config.contains(&format!("\n{key} =")), "there is no key {quoted}");
        }
    }
}

/// Pages and scripts that come out of the command line itself, by path.
fn generated() -> Vec<(String, Vec<u8>)> {
    use clap::CommandFactory as _;
    use clap_complete::{Shell, generate};
    let mut command = depesche::cli::Cli::command().version(env!("CARGO_PKG_VERSION"));
    command.build();
    let mut files = Vec::new();
    for shell in [Shell::Bash, Shell::Fish, Shell::Zsh] {
        let mut script = Vec::new();
        generate(shell, &mut command.clone(), "depesche", &mut script);
        files.push((format!("docs/completions/depesche.{shell}"), script));
    }
    pages(&command, &mut files);
    files
}

fn pages(command: &clap::Command, files: &mut Vec<(String, Vec<u8>)>) {
    let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
    let mut text = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut text).unwrap();
    files.push((format!("docs/man/{name}.1"), text));
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        pages(sub, files);
    }
}

#[test]
fn manual_and_completions_are_those_of_the_command_line() {
    let generated = generated();
    for folder in ["docs/man", "docs/completions"] {
        if std::env::var_os("UPDATE_DOCS").is_some() {
            let _ = std::fs::remove_dir_all(crate::file(folder));
            std::fs::create_dir_all(crate::file(folder)).unwrap();
        }
    }
    let mut wanted = BTreeSet::new();
    for (path, bytes) in generated {
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(crate::file(&path), &bytes).unwrap();
        }
        let shown = String::from_utf8(bytes).unwrap();
        assert!(text(&path) == shown, "{path}: UPDATE_DOCS=1 cargo test --test operations manual");
        wanted.insert(path);
    }
    for folder in ["docs/man", "docs/completions"] {
        for entry in std::fs::read_dir(crate::file(folder)).unwrap() {
            let path = format!("{folder}/{}", entry.unwrap().file_name().to_str().unwrap());
            assert!(wanted.contains(&path), "{path} belongs to no command");
        }
    }
}
