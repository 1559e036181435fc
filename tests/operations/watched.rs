//! The demo's world on real Kafka, watched by a real Prometheus: the metrics are there, the dashboard
//! is answered, and the loss of the broker is told and forgotten again.

use crate::dashboard;
use crate::prometheus::Prometheus;
use crate::support::kafka::RealKafka;
use crate::support::process::{Service, Setup};
use crate::support::wait_for;
use depesche::cli::demo::{Site, World, serve};
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

/// How much faster than the demo its world tells everything.
const HASTE: u64 = 4;

/// The demo's site on a free port, until the process ends. Its feeds, and one that does not exist.
fn site(runtime: &tokio::runtime::Runtime) -> Vec<String> {
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let start = jiff::Timestamp::now().into();
    let site = Arc::new(Site::new(World::load().unwrap(), start, &base));
    let mut feeds: Vec<String> = site.feeds().into_iter().map(|feed| feed.url).collect();
    feeds.push(format!("{base}/nobody/rss.xml"));
    let begun = Instant::now();
    let elapsed = move || begun.elapsed().as_secs() * HASTE;
    runtime.spawn(serve(listener, site, elapsed, std::future::pending()));
    feeds
}

/// The linter of Prometheus finds nothing.
fn metrics_are_well_named(service: &Service) {
    let (_, body) = service.get("/metrics");
    let mut child = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(body.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success() && said.trim().is_empty(), "{said}");
}

#[test]
fn prometheus_sees_everything_and_tells_when_the_broker_is_lost() {
    if !Prometheus::is_installed() {
        assert!(std::env::var_os("DEPESCHE_TEST_KAFKA_REQUIRED").is_none(), "no Prometheus");
        eprintln!("SKIPPED, no prometheus (Debian: apt-get install prometheus)");
        return;
    }
    let Some(kafka) = RealKafka::own() else { return };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let setup = Setup::new(Some(kafka.bootstrap()), "operations", site(&runtime));
    let mut service = setup.start();
    let prometheus = Prometheus::start(&service.admin());
    service.wait_until_ready();
    metrics_are_well_named(&service);
    wait_for("incidents in Prometheus", || {
        let seen = prometheus.now("sum(depesche_incidents_published_total) > 8").unwrap();
        (!seen.is_empty()).then_some(())
    });
    let mut missing: Vec<String> = dashboard::metrics().into_iter().collect();
    wait_for("every metric that is asked for", || {
        missing.retain(|metric| prometheus.ever(metric).unwrap() == 0);
        eprintln!("not seen yet: {missing:?}");
        missing.is_empty().then_some(())
    });
    wait_for("no word of a lost broker", || {
        (!prometheus.firing().contains(&"DepescheKafkaLost".to_owned())).then_some(())
    });

    kafka.crash();
    let told = wait_for("the alerts", || {
        let firing = prometheus.firing();
        let awaited = ["DepescheKafkaLost", "DepescheNotReady"];
        awaited.iter().all(|alert| firing.iter().any(|f| f == alert)).then_some(firing)
    });
    assert!(!told.contains(&"DepescheDown".to_owned()), "{told:?}");
    assert!(!told.contains(&"DepescheStandsStill".to_owned()), "{told:?}");
    kafka.restart();
    wait_for("the end of the alert", || {
        let firing = prometheus.firing();
        let still = ["DepescheKafkaLost", "DepescheNotReady"];
        (!firing.iter().any(|alert| still.contains(&alert.as_str()))).then_some(())
    });

    let mut unanswered = Vec::new();
    for dashboard::Query { panel, expression } in dashboard::queries() {
        match prometheus.ever(&expression) {
            Ok(0) => unanswered.push(format!("{panel}: no series for {expression}")),
            Ok(_) => {}
            Err(error) => unanswered.push(format!("{panel}: {expression}: {error}")),
        }
    }
    assert!(unanswered.is_empty(), "{}", unanswered.join("\n"));
    service.stop();
}
