//! Commands as a user runs them.

use crate::support::process::depesche;
use serde_json::Value;
use std::io::Write as _;
use std::process::{Output, Stdio};

fn run(args: &[&str], input: &str) -> Output {
    let mut child = depesche()
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that does not read its input may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn the_demo_tells_its_incidents_and_ends() {
    let output = run(&["demo", "--once", "--listen", "127.0.0.1:0"], "");
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{text}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let summary = text.lines().find(|line| line.contains(" incidents from ")).unwrap();
    let incidents: usize = summary.split(' ').next().unwrap().parse().unwrap();
    assert!(incidents >= 10, "{summary}");
    for language in ["de", "en", "fr", "es"] {
        assert!(summary.contains(&format!("{language} ")), "{summary}");
    }
    assert!(text.contains("Kafka at 127.0.0.1:"), "{text}");
}

#[test]
fn all_mistakes_of_a_configuration_are_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wrong.toml");
    std::fs::write(
        &file,
        "[kafka]\nbrokers = 7\n[poll]\njitter = 3.0\n[fetch]\nuser_agnet = \"x\"\n\
         [kafka.librdkafka]\n\"enable.idempotence\" = \"false\"\n",
    )
    .unwrap();
    let output = run(&["run", "--config", file.to_str().unwrap()], "");
    assert_eq!(output.status.code(), Some(78), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    for key in ["kafka.brokers", "poll.jitter", "fetch.user_agnet", "enable.idempotence"] {
        assert!(said.contains(key), "{key} is missing:\n{said}");
    }
}

#[test]
fn the_shipped_configuration_is_in_order() {
    let root = env!("CARGO_MANIFEST_DIR");
    let output =
        run(&["check", "--offline", "--config", &format!("{root}/config/depesche.toml")], "");
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.contains("configuration: in order") && said.contains("lexicons: in order"),
        "{said}"
    );
}

#[test]
fn extract_answers_line_by_line_in_order() {
    let input = concat!(
        r#"{"id": 1, "text": "Bei einem Erdbeben nahe Izmir sind am Montag zwölf Menschen getötet worden.", "published": "2024-05-15"}"#,
        "\n",
        "not json\n",
        r#"{"id": "b", "text": "Der FC Hafen gewann das Spiel mit 3:1.", "lang": "de"}"#,
        "\n",
        r#"{"id": 3}"#,
        "\n",
    );
    let answers = lines(&run(&["extract", "--jsonl"], input));
    assert_eq!(answers.len(), 4);
    assert_eq!(answers[0]["id"], 1);
    assert_eq!(answers[0]["reports"][0]["type"], "earthquake");
    assert_eq!(answers[0]["reports"][0]["time"]["start"], "2024-05-13");
    assert!(answers[1]["error"].as_str().unwrap().contains("not JSON"));
    assert_eq!(answers[2]["id"], "b");
    assert_eq!(answers[2]["reports"], Value::Array(Vec::new()));
    assert_eq!(answers[3]["error"], "no text");
}

#[test]
fn explain_shows_each_field_with_its_words_and_rule() {
    let text = "Bei einem Brand in Kassel sind am Montag drei Menschen verletzt worden, teilte die Polizei mit.";
    let output = run(&["extract", "--explain", "--published", "2024-05-15"], text);
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8_lossy(&output.stdout);
    for part in ["fire", "/time", "Montag", "Kassel", "drei Menschen"] {
        assert!(said.contains(part), "{part} is missing:\n{said}");
    }
}

#[test]
fn inspect_shows_what_the_rooms_make_of_an_input() {
    let feed = r#"{"id": "f", "xml": "<rss version=\"2.0\"><channel><title>T</title><item><title>A & B</title><link>http://e.org/1</link></item></channel></rss>"}"#;
    let answer = lines(&run(&["inspect", "feed", "--jsonl"], feed)).remove(0);
    assert_eq!(answer["id"], "f");
    assert_eq!(answer["verdict"], "repaired");
    assert_eq!(answer["entries"][0]["title"], "A & B");

    let page = r#"{"id": "p", "html": "<html lang=de><title>Titel</title><article><p>Ein ganzer Absatz mit genug Wörtern, damit er als Text eines Artikels gelten kann und nicht als Beiwerk.</p><p>Und noch ein zweiter Absatz, der ebenso lang ist und von derselben Sache erzählt wie der erste.</p></article></html>"}"#;
    let answer = lines(&run(&["inspect", "page", "--jsonl"], page)).remove(0);
    assert_eq!(answer["lang"], "de");
    assert!(answer["text"].as_str().unwrap().contains("zweiter Absatz"), "{answer}");

    let text = r#"{"id": "t", "text": "Am Dienstag starben in Bagdad zwölf Menschen.", "published": "2023-11-22"}"#;
    let answer = lines(&run(&["inspect", "text", "--jsonl"], text)).remove(0);
    assert_eq!(answer["lang"], "de");
    assert_eq!(answer["times"][0]["value"], "2023-11-21");
    assert_eq!(answer["places"][0]["geoname_id"], 98_182);
    assert_eq!(
        (answer["places"][0]["start"].as_u64(), answer["places"][0]["end"].as_u64()),
        (Some(23), Some(29))
    );

    let pair = r#"{"id": "x", "a": "eins zwei drei vier fünf sechs sieben acht", "b": "eins zwei drei vier fünf sechs sieben acht"}"#;
    let answer = lines(&run(&["inspect", "pair", "--jsonl"], pair)).remove(0);
    assert_eq!(answer["jaccard"], 1.0);
    let prints = &answer["fingerprints"];
    assert_eq!(prints["a"]["exact"].as_str().unwrap().len(), 32);
    assert_eq!(prints["a"], prints["b"]);
}

#[test]
fn the_schemas_checked_in_are_those_of_the_code() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema");
    for (file, args) in [
        ("feed-state.json", &["schema", "feed-state"][..]),
        ("article.json", &["schema", "article"]),
        ("fingerprint.json", &["schema", "fingerprint"]),
        ("report.json", &["schema", "report"]),
        ("incident.json", &["schema", "incident"]),
        ("asyncapi.json", &["schema", "--asyncapi"]),
        ("../openapi.json", &["schema", "--openapi"]),
    ] {
        let output = run(args, "");
        assert!(output.status.success(), "{output:?}");
        let path = root.join(file);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::create_dir_all(&root).unwrap();
            std::fs::write(&path, &output.stdout).unwrap();
        }
        let kept = std::fs::read(&path).unwrap_or_default();
        assert!(
            kept == output.stdout,
            "{file} differs: UPDATE_DOCS=1 cargo test schemas writes it"
        );
    }
}

#[test]
fn unknown_things_are_refused_with_help() {
    let output = run(&["run", "--stages", "poll,dream"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("one of poll, extract, link"));
    let output = run(&["schema", "nonsense"], "");
    assert_eq!(output.status.code(), Some(69), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("depesche.incident/1"), "{output:?}");
    let output = run(&["extract", "/no/such/file"], "");
    assert_eq!(output.status.code(), Some(66), "{output:?}");
}
