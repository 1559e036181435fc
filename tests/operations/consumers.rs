//! The examples for consumers, each against real Kafka: the highest revision is kept whatever comes
//! again, tombstones delete, and a second run goes on where the first committed.

use crate::support::kafka::RealKafka;
use crate::{file, text};
use rdkafka::ClientConfig;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

#[allow(dead_code)] // its `main`
#[path = "../../examples/consumers/rust/main.rs"]
mod example;

const TOPIC: &str = "depesche.incidents.v1";

fn incident(name: &str, id: &str, revision: u64) -> String {
    let text = text(&format!("tests/fixtures/messages/v1/incident-{name}.json"));
    let mut incident: Value = serde_json::from_str(&text).unwrap();
    incident["id"] = id.into();
    incident["revision"] = revision.into();
    incident.to_string()
}

fn send(producer: &BaseProducer, messages: &[(&str, Option<String>)]) {
    for (id, value) in messages {
        let record = BaseRecord::to(TOPIC).key(*id);
        let record = match value {
            Some(value) => record.payload(value.as_bytes()),
            None => record,
        };
        producer.send::<str, [u8]>(record).map_err(|(error, _)| error).unwrap();
    }
    producer.flush(Duration::from_secs(30)).unwrap();
}

/// Messages as a service that was killed in between leaves them.
fn first(producer: &BaseProducer) {
    send(
        producer,
        &[
            ("i-a", Some(incident("new", "i-a", 1))),
            ("i-a", Some(incident("updated", "i-a", 2))),
            ("i-b", Some(incident("new", "i-b", 1))),
            // Sent again by the next owner.
            ("i-a", Some(incident("new", "i-a", 1))),
            ("i-b", Some(incident("merged", "i-b", 2))),
            ("i-b", None),
            ("i-c", Some(incident("retracted", "i-c", 2))),
            ("i-d", Some(incident("with-later-fields", "i-d", 1))),
            ("i-e", Some(incident("least", "i-e", 7))),
            ("i-e", None),
            ("i-e", None),
        ],
    );
}

fn second(producer: &BaseProducer) {
    send(
        producer,
        &[
            ("i-d", Some(incident("updated", "i-d", 2))),
            ("i-a", Some(incident("new", "i-a", 1))),
            ("i-c", None),
            ("i-f", Some(incident("new", "i-f", 1))),
        ],
    );
}

const AFTER_FIRST: &str = "i-a 2\ni-d 1\n";
const AFTER_SECOND: &str = "i-a 2\ni-d 2\ni-f 1\n";

/// A way to run an example: what it prints.
type Run = Box<dyn Fn(&str, &Path) -> String>;

fn command(program: &str, fixed: Vec<String>) -> Run {
    let program = program.to_owned();
    Box::new(move |brokers, folder| {
        let place = folder.join("table");
        let output = Command::new(&program)
            .args(&fixed)
            .args([brokers, place.to_str().unwrap(), "--once"])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{program}: {said}");
        String::from_utf8(output.stdout).unwrap()
    })
}

fn has(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}

fn example_path(name: &str) -> String {
    file("examples/consumers").join(name).to_str().unwrap().to_owned()
}

/// The examples whose clients can be had here.
fn examples() -> Vec<(&'static str, Run)> {
    let rust: Run = Box::new(|brokers, folder| {
        let folder = folder.join("table");
        example::consume(brokers, TOPIC, &folder, true).unwrap();
        let open = example::open(&folder).unwrap();
        let rows: Vec<String> = open.iter().map(|(id, row)| format!("{id} {row}\n")).collect();
        rows.concat()
    });
    let mut examples = vec![("rust", rust)];
    let python = std::env::var("DEPESCHE_TEST_PYTHON").unwrap_or_else(|_| "python3".into());
    if has(&python, &["-c", "import confluent_kafka"]) {
        examples.push(("python", command(&python, vec![example_path("python/consume.py")])));
    } else {
        eprintln!("SKIPPED, no confluent_kafka for {python} (pip install confluent-kafka)");
    }
    if has("java", &["--describe-module", "jdk.compiler"]) {
        let output = Command::new(file("tests/support/kafka.sh")).arg("jars").output().unwrap();
        let jars = String::from_utf8(output.stdout).unwrap();
        let path = format!("{}/*", jars.trim());
        let logging = "-Dorg.slf4j.simpleLogger.defaultLogLevel=error".to_owned();
        let fixed = vec!["-cp".into(), path, logging, example_path("java/Consume.java")];
        examples.push(("java", command("java", fixed)));
    } else {
        eprintln!("SKIPPED, no Java compiler (Debian: openjdk-17-jdk-headless)");
    }
    if has("kcat", &["-V"]) && has("jq", &["--version"]) {
        let script = example_path("kcat/table.sh");
        let kcat: Run = Box::new(move |brokers, _| {
            let output = Command::new(&script).arg(brokers).output().unwrap();
            assert!(output.status.success(), "{output:?}");
            String::from_utf8(output.stdout).unwrap()
        });
        examples.push(("kcat", kcat));
    } else {
        eprintln!("SKIPPED, no kcat or no jq (Debian: kcat jq)");
    }
    examples
}

#[test]
fn the_examples_keep_the_table_whatever_comes_again() {
    let Some(kafka) = RealKafka::own() else { return };
    let client = ClientConfig::new().set("bootstrap.servers", kafka.bootstrap()).clone();
    let admin: rdkafka::admin::AdminClient<_> = client.create().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let topic = rdkafka::admin::NewTopic::new(TOPIC, 3, rdkafka::admin::TopicReplication::Fixed(1));
    runtime.block_on(admin.create_topics([&topic], &rdkafka::admin::AdminOptions::new())).unwrap();
    let producer: BaseProducer =
        client.clone().set("partitioner", "murmur2_random").create().unwrap();
    let examples = examples();
    let folders: Vec<_> = examples.iter().map(|_| tempfile::tempdir().unwrap()).collect();
    for (send, expected) in [(first as fn(&BaseProducer), AFTER_FIRST), (second, AFTER_SECOND)] {
        send(&producer);
        for ((name, run), folder) in examples.iter().zip(&folders) {
            assert_eq!(run(kafka.bootstrap(), folder.path()), expected, "{name}");
        }
    }
    assert!(!examples.is_empty());
}

#[test]
fn connector_configurations_name_our_topic_and_keep_tombstones() {
    for name in ["elasticsearch-sink", "jdbc-sink"] {
        let text = text(&format!("examples/consumers/connect/{name}.json"));
        let connector: Value = serde_json::from_str(&text).unwrap();
        let config = connector["config"].as_object().unwrap();
        assert!(config.values().all(Value::is_string), "{name}: Connect takes texts only");
        assert_eq!(config["topics"], TOPIC);
        assert!(
            config.get("delete.enabled").or(config.get("behavior.on.null.values")).is_some(),
            "{name} forgets tombstones"
        );
    }
}
