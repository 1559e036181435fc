//! A real Prometheus with the rules of `deploy/`, in seconds instead of minutes.

use crate::support::wait_for;
use crate::text;
use serde_json::Value;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A running Prometheus; ends with this.
pub(crate) struct Prometheus {
    child: Child,
    address: String,
    folder: tempfile::TempDir,
    started: f64,
    client: reqwest::Client,
    runtime: tokio::runtime::Runtime,
}

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64()
}

/// What the rules wait for, shortened.
fn hurried(rules: &str) -> String {
    let mut out = String::new();
    for line in rules.lines() {
        let line = match line.find("for: ") {
            Some(at) if line.trim_start().starts_with("for: ") => {
                format!("{}for: 1s", &line[..at])
            }
            _ => line.replace(
                "depesche_kafka_silence_seconds > 60",
                "depesche_kafka_silence_seconds > 12",
            ),
        };
        out.push_str(&line);
        out.push('\n');
    }
    assert!(out.contains("silence_seconds > 12") || !rules.contains("silence_seconds"));
    out
}

impl Prometheus {
    /// Whether the program can be had.
    pub(crate) fn is_installed() -> bool {
        let asked = Command::new("prometheus").arg("--version").output();
        asked.is_ok_and(|output| output.status.success())
    }

    /// Starts it with the files of `deploy/`, scraping `target` every second.
    pub(crate) fn start(target: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = text("deploy/prometheus.yml");
        let changed = config.replace("15s", "1s").replace("depesche:9464", target);
        assert_eq!(changed.matches("1s").count(), 2, "{config}");
        assert!(changed.contains(target), "{config}");
        std::fs::write(folder.path().join("prometheus.yml"), changed).unwrap();
        for rules in ["recording.yml", "alerts.yml"] {
            assert!(config.contains(&format!("- {rules}\n")), "{rules} is not loaded");
            let hurried = hurried(&text(&format!("deploy/{rules}")));
            std::fs::write(folder.path().join(rules), hurried).unwrap();
        }
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let child = Command::new("prometheus")
            .arg(format!("--config.file={}", folder.path().join("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", folder.path().join("data").display()))
            .arg(format!("--web.listen-address={address}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let this = Self { child, address, folder, started: now(), client, runtime };
        wait_for("Prometheus", || this.ask("query", &[("query", "vector(1)")]).ok());
        this
    }

    /// The `data` of an answer, or what is wrong with the question.
    pub(crate) fn ask(&self, path: &str, parameters: &[(&str, &str)]) -> Result<Value, String> {
        let url = format!("http://{}/api/v1/{path}", self.address);
        let url = url::Url::parse_with_params(&url, parameters).unwrap();
        let body = self.runtime.block_on(async {
            let request = self.client.get(url).timeout(Duration::from_secs(10));
            let answer = request.send().await.map_err(|error| error.to_string())?;
            answer.text().await.map_err(|error| error.to_string())
        })?;
        let answer: Value = serde_json::from_str(&body).map_err(|error| error.to_string())?;
        if answer["status"] == "success" { Ok(answer["data"].clone()) } else { Err(body) }
    }

    /// The series of an expression at this moment, with their values.
    pub(crate) fn now(&self, expression: &str) -> Result<Vec<(Value, f64)>, String> {
        let data = self.ask("query", &[("query", expression)])?;
        let series = data["result"].as_array().ok_or("no vector")?;
        let value = |one: &Value| one["value"][1].as_str().and_then(|text| text.parse().ok());
        Ok(series.iter().filter_map(|s| Some((s["metric"].clone(), value(s)?))).collect())
    }

    /// Series of an expression over the whole run that have at least one number.
    pub(crate) fn ever(&self, expression: &str) -> Result<usize, String> {
        let (start, end) = (self.started.to_string(), now().to_string());
        let range = [("query", expression), ("start", &start), ("end", &end), ("step", "1")];
        let data = self.ask("query_range", &range)?;
        let number = |sample: &Value| sample[1].as_str().is_some_and(|text| text != "NaN");
        let series = data["result"].as_array().ok_or("no matrix")?;
        Ok(series.iter().filter(|s| s["values"].as_array().unwrap().iter().any(number)).count())
    }

    /// Names of the alerts that fire now.
    pub(crate) fn firing(&self) -> Vec<String> {
        let data = self.ask("alerts", &[]).unwrap();
        let alerts = data["alerts"].as_array().unwrap().iter();
        let fires = alerts.filter(|alert| alert["state"] == "firing");
        fires.map(|alert| alert["labels"]["alertname"].as_str().unwrap().to_owned()).collect()
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            eprintln!("--- Prometheus\n{log}---");
        }
    }
}
