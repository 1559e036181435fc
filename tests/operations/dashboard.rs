//! What the dashboard asks.

use crate::text;
use serde_json::Value;
use std::collections::BTreeSet;

const DASHBOARD: &str = "deploy/grafana/dashboards/depesche.json";

/// One query of one panel, with the variables of Grafana filled in.
pub(crate) struct Query {
    pub(crate) panel: String,
    pub(crate) expression: String,
}

fn filled(expression: &str) -> String {
    let filled = expression.replace("$__rate_interval", "15s").replace("$job", "depesche");
    assert!(!filled.contains('$'), "an unknown variable in {expression}");
    filled
}

/// All of them, in order.
pub(crate) fn queries() -> Vec<Query> {
    let dashboard: Value = serde_json::from_str(&text(DASHBOARD)).unwrap();
    let mut queries = Vec::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        let title = panel["title"].as_str().unwrap();
        let targets = panel["targets"].as_array().map_or(&[][..], Vec::as_slice);
        assert_eq!(targets.is_empty(), panel["type"] == "row", "{title} asks nothing");
        for target in targets {
            let expression = filled(target["expr"].as_str().unwrap());
            queries.push(Query { panel: title.to_owned(), expression });
        }
    }
    queries
}

/// The metrics that dashboard and rules ask for, as Prometheus stores them.
pub(crate) fn metrics() -> BTreeSet<String> {
    let mut all = text("deploy/alerts.yml") + &text("deploy/recording.yml");
    for query in queries() {
        all.push_str(&query.expression);
        all.push('\n');
    }
    let word = |c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':';
    let ours = |name: &&str| {
        ["depesche_", "depesche:", "process_"].iter().any(|prefix| name.starts_with(prefix))
    };
    all.split(word).filter(ours).map(str::to_owned).collect()
}

#[test]
fn panels_do_not_cover_each_other() {
    let dashboard: Value = serde_json::from_str(&text(DASHBOARD)).unwrap();
    let mut cells = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        assert!(
            ids.insert(panel["id"].as_u64().unwrap()),
            "{} has no id of its own",
            panel["title"]
        );
        let at = |key: &str| panel["gridPos"][key].as_u64().unwrap();
        assert!(at("x") + at("w") <= 24, "{}", panel["title"]);
        for x in at("x")..at("x") + at("w") {
            for y in at("y")..at("y") + at("h") {
                assert!(cells.insert((x, y)), "{} covers another panel", panel["title"]);
            }
        }
    }
}

#[test]
fn provisioning_leads_to_the_dashboard() {
    let compose = text("deploy/compose.yaml");
    assert!(compose.contains("./grafana/provisioning:/etc/grafana/provisioning:ro"), "{compose}");
    let provider = text("deploy/grafana/provisioning/dashboards/depesche.yml");
    let folder = provider.lines().find_map(|line| line.trim().strip_prefix("path: ")).unwrap();
    assert!(compose.contains(&format!("./grafana/dashboards:{folder}:ro")), "{compose}");
}
