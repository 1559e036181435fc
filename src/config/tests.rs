//! What the configuration promises.

use super::environment::{Keys, Kind, variable};
use super::*;
use proptest::prelude::*;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const NO_VARIABLES: [(&str, &str); 0] = [];

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("config/depesche.toml")
}

/// A folder with one file `depesche.toml`.
fn written(toml: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("depesche.toml");
    std::fs::write(&path, toml).unwrap();
    (folder, path)
}

fn load(toml: &str, variables: &[(&str, &str)]) -> Result<Loaded, ConfigErrors> {
    let (_folder, path) = written(toml);
    Config::load(Some(&path), variables.iter().copied())
}

fn loaded(toml: &str, variables: &[(&str, &str)]) -> Loaded {
    load(toml, variables).unwrap_or_else(|errors| panic!("{errors}"))
}

/// The errors as lines `key@line-or-variable: message`.
fn errors(toml: &str, variables: &[(&str, &str)]) -> Vec<String> {
    let errors = load(toml, variables).expect_err("must be refused");
    errors
        .iter()
        .map(|error| {
            let place = match &error.origin {
                Origin::File { line: Some(line), .. } => format!("@{line}"),
                Origin::File { line: None, .. } => "@file".into(),
                Origin::Environment(name) => format!("@{name}"),
                Origin::Default => String::new(),
            };
            format!("{}{place}: {}", error.key, error.message)
        })
        .collect()
}

#[test]
fn without_file_and_variables_the_defaults_hold() {
    let loaded = Config::load(None, NO_VARIABLES).unwrap();
    assert_eq!(loaded.config, Config::default());
    assert!(loaded.feeds.is_empty());
    assert!(loaded.warnings.iter().any(|w| w.starts_with("feeds:")), "{:?}", loaded.warnings);
}

#[test]
fn the_shipped_file_says_every_key_with_its_default() {
    let text = std::fs::read_to_string(shipped()).unwrap();
    let table: toml::Table = text.parse().unwrap();
    for (key, _) in Keys::of_config().iter() {
        let path: Vec<&str> = key.split('.').collect();
        assert!(tree::get(&table, &path).is_some(), "{key} is not in config/depesche.toml");
    }
    let mut config = Config::load(Some(&shipped()), NO_VARIABLES).unwrap().config;
    assert_eq!(config.feeds.files.len(), 4);
    config.feeds.files.clear();
    assert_eq!(config, Config::default());
}

#[test]
fn every_key_of_the_shipped_file_has_a_comment_above_it() {
    let text = std::fs::read_to_string(shipped()).unwrap();
    let mut before = "";
    for line in text.lines() {
        if line.contains(" = ") && !line.starts_with('#') {
            assert!(before.starts_with('#'), "no comment above {line}");
        }
        before = line;
    }
}

/// The keys are read off the serialized default; this asks the deserializer for its own list.
#[test]
fn the_list_of_keys_is_complete() {
    let keys = Keys::of_config();
    let mut sections: std::collections::BTreeSet<&str> = std::collections::BTreeSet::new();
    for (key, _) in keys.iter() {
        let mut section = key;
        while let Some((parent, _)) = section.rsplit_once('.') {
            sections.insert(parent);
            section = parent;
        }
    }
    assert!(sections.contains("kafka.tls") && sections.contains("log"), "{sections:?}");
    for section in sections {
        let message = errors(&format!("[{section}]\nno_such_key = 1\n"), &[]).join("\n");
        let known = message.split("the keys here are ").nth(1).expect(&message);
        for name in known.split('`').skip(1).step_by(2) {
            let key = format!("{section}.{name}");
            let below = format!("{key}.");
            assert!(
                keys.iter().any(|(known, _)| known == key || known.starts_with(&below)),
                "{key} cannot be set by the environment"
            );
        }
    }
}

#[test]
fn every_key_can_be_set_by_its_variable() {
    let defaults = toml::Table::try_from(Config::default()).unwrap();
    for (key, kind) in Keys::of_config().iter() {
        let path: Vec<&str> = key.split('.').collect();
        let default = tree::get(&defaults, &path).unwrap();
        let value = match (kind, default) {
            (Kind::Value, value) => value.to_string(),
            (_, value) => value.as_str().unwrap().to_owned(),
        };
        let name = variable(key);
        // The default of `fetch.user_agent` and all others are valid: no error may come of them.
        let loaded = Config::load(None, [(name.as_str(), value.as_str())]);
        assert_eq!(loaded.unwrap_or_else(|e| panic!("{name}: {e}")).config, Config::default());
        // A value of a wrong type, to see that the variable arrives at just this key.
        if kind == Kind::Value {
            let refused = Config::load(None, [(name.as_str(), "1979-05-27")]).unwrap_err();
            assert!(refused.iter().all(|e| e.key == key), "{name}: {refused}");
        }
    }
}

#[test]
fn the_environment_wins_over_the_file() {
    let toml = "[kafka]\nbrokers = \"file:1\"\nclient_id = \"kept\"\n";
    let variables = [
        ("DEPESCHE_KAFKA__BROKERS", "10.0.0.1:9092,b:9093"),
        ("DEPESCHE_KAFKA__SECURITY_PROTOCOL", "ssl"),
        ("DEPESCHE_KAFKA__PARTITIONS", "{ feeds = 48 }"),
        ("DEPESCHE_FETCH__ALLOW_NETWORKS", r#"["127.0.0.0/8"]"#),
        ("DEPESCHE_POLL__JITTER", "0"),
        ("DEPESCHE_FEEDS__LIST", r#"[{ url = "https://a.example/rss", outlet = "A" }]"#),
        ("PATH", "/bin"),
        ("DEPESCHE_CONFIG", "elsewhere.toml"),
        ("DEPESCHE_TEST_KAFKA", "for the tests"),
    ];
    let loaded = loaded(toml, &variables);
    let config = &loaded.config;
    assert_eq!(config.kafka.brokers, "10.0.0.1:9092,b:9093");
    assert_eq!(config.kafka.client_id, "kept");
    assert_eq!(config.kafka.security_protocol, SecurityProtocol::Ssl);
    assert_eq!(config.kafka.partitions.get("feeds"), Some(&48));
    assert_eq!(config.fetch.allow_networks, ["127.0.0.0/8"]);
    assert!(config.poll.jitter.abs() < f64::EPSILON);
    assert_eq!(loaded.feeds.len(), 1);
    assert_eq!(config.feeds.list, loaded.feeds);
}

#[test]
fn unknown_variables_are_refused_and_those_of_kubernetes_are_not() {
    let found = errors("", &[("DEPESCHE_KAFKA__BROKRES", "a:1"), ("DEPESCHE_NONSENSE", "1")]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("kafka.brokres@DEPESCHE_KAFKA__BROKRES: no such key"));
    assert!(found[0].contains("DEPESCHE_KAFKA__BROKERS"), "tells what there is: {}", found[0]);
    assert!(found[1].starts_with("nonsense@DEPESCHE_NONSENSE"));

    let links =
        [("DEPESCHE_SERVICE_HOST", "10.0.0.1"), ("DEPESCHE_PORT_9464_TCP_ADDR", "10.0.0.1")];
    let loaded = loaded("", &links);
    assert_eq!(loaded.warnings.iter().filter(|w| w.contains("Kubernetes")).count(), 2);
}

#[test]
fn three_mistakes_of_three_kinds_are_told_together() {
    let toml = "[kafka]\nbrokers = \"a:9092\"\nbroker = \"b\"\n\n[poll]\njitter = 0.7\n\
                interval_seconds = \"often\"\n";
    let found = errors(toml, &[("DEPESCHE_ADMIN__LISTEN", "nowhere")]);
    assert_eq!(found.len(), 4, "{found:#?}");
    assert!(found[0].starts_with("kafka.broker@3: unknown key; the keys here are `brokers`"));
    assert_eq!(found[1], "poll.jitter@6: 0.7 is not from 0 to 0.5");
    assert_eq!(
        found[2],
        "poll.interval_seconds@7: expected a whole number, 0 or more, found a text"
    );
    assert!(found[3].starts_with("admin.listen@DEPESCHE_ADMIN__LISTEN: is not an address"));
}

#[test]
fn a_message_tells_file_line_and_key() {
    let (_folder, path) = written("[poll]\njitter = 2.0\n");
    let told = Config::load(Some(&path), NO_VARIABLES).unwrap_err().to_string();
    assert_eq!(
        told,
        format!(
            "the configuration has an error:\n  poll.jitter ({}:2): 2 is not from 0 to 0.5",
            path.display()
        )
    );
}

#[test]
fn syntax_errors_tell_their_line_and_not_its_text() {
    let found = errors("[kafka]\nbrokers = \"a:1\"\n[kafka.sasl]\npassword = hunter2\n", &[]);
    assert!(!found.is_empty());
    assert!(found.iter().all(|line| line.starts_with("(syntax)@4")), "{found:?}");
    assert!(!found.concat().contains("hunter2"), "{found:?}");
}

#[test]
fn an_unread_file_is_not_blamed_for_what_it_does_not_say() {
    let variables = [("DEPESCHE_KAFKA__SECURITY_PROTOCOL", "sasl_ssl"), ("DEPESCHE_KAFKA__X", "1")];
    let found = errors("[kafka.sasl]\nusername = 'me\n", &variables);
    assert_eq!(found.len(), 2, "the line and the variable, not the missing user name: {found:?}");
}

#[test]
fn a_missing_file_is_told() {
    let errors = Config::load(Some(Path::new("no/such.toml")), NO_VARIABLES).unwrap_err();
    assert!(errors.to_string().contains("no/such.toml"), "{errors}");
}

#[test]
fn ranges_and_forms() {
    for (toml, key) in [
        ("[kafka]\nbrokers = \"\"", "kafka.brokers"),
        ("[kafka]\nbrokers = \"host\"", "kafka.brokers"),
        ("[kafka]\nbrokers = \"host:70000\"", "kafka.brokers"),
        ("[kafka]\nbrokers = \"a:1,,b:2\"", "kafka.brokers"),
        ("[kafka]\ntopic_prefix = \"a_b\"", "kafka.topic_prefix"),
        ("[kafka]\nclient_id = \"\"", "kafka.client_id"),
        ("[kafka]\ninstance_id = \"a b\"", "kafka.instance_id"),
        ("[kafka]\nreplication = 0", "kafka.replication"),
        ("[kafka]\nreplication = -1", "kafka.replication"),
        ("[kafka]\nmax_message_bytes = 1", "kafka.max_message_bytes"),
        ("[kafka]\nqueue_kbytes = -5", "kafka.queue_kbytes"),
        ("[kafka]\nmax_message_bytes = 100_000_000", "kafka.queue_kbytes"),
        ("[kafka]\ndelivery_timeout_seconds = 45", "kafka.delivery_timeout_seconds"),
        ("[kafka]\nmax_poll_interval_seconds = 10", "kafka.max_poll_interval_seconds"),
        ("[kafka]\npartitions = { reports = 3 }", "kafka.partitions.reports"),
        ("[kafka]\npartitions = { nonsense = 3 }", "kafka.partitions.nonsense"),
        ("[kafka]\npartitions = { feeds = 0 }", "kafka.partitions.feeds"),
        ("[kafka]\nsecurity_protocol = \"tls\"", "kafka.security_protocol"),
        (
            "[kafka]\nlibrdkafka = { \"sasl.password\" = \"x\" }",
            "kafka.librdkafka.\"sasl.password\"",
        ),
        ("[kafka.tls]\nca_file = \"none.pem\"", "kafka.tls.ca_file"),
        ("[kafka.sasl]\nmechanism = \"GSSAPI\"", "kafka.sasl.mechanism"),
        ("[feeds]\nfiles = [\"none.toml\"]", "feeds.files[0]"),
        ("[feeds]\nfiles = \"none.toml\"", "feeds.files"),
        ("[feeds]\nlist = 3", "feeds.list"),
        ("[feeds]\nlist = [3]", "feeds.list[0]"),
        ("[fetch]\nuser_agent = \" \"", "fetch.user_agent"),
        ("[fetch]\nuser_agent = \"a\\nb\"", "fetch.user_agent"),
        ("[fetch]\nallow_networks = [\"::1/128\", \"10.0.0.0\"]", "fetch.allow_networks[1]"),
        ("[fetch]\nallow_networks = [\"10.0.0.0/33\"]", "fetch.allow_networks[0]"),
        ("[fetch]\ntotal_timeout_seconds = 3", "fetch.total_timeout_seconds"),
        ("[poll]\njitter = nan", "poll.jitter"),
        ("[poll]\njitter = -0.1", "poll.jitter"),
        ("[poll]\nmax_backoff_seconds = 60", "poll.max_backoff_seconds"),
        ("[poll]\nconcurrency = 0", "poll.concurrency"),
        ("[extract]\nmin_confidence = 1.5", "extract.min_confidence"),
        ("[extract]\nlexicon = \"none\"", "extract.lexicon"),
        ("[link]\nshards = 0", "link.shards"),
        ("[admin]\nlisten = \"127.0.0.1:65536\"", "admin.listen"),
        ("[log]\nfilter = \"depesche=loud\"", "log.filter"),
        ("[log]\nformat = \"xml\"", "log.format"),
    ] {
        let found = load(toml, &[]).expect_err(toml);
        let keys: Vec<&str> = found.iter().map(|error| error.key.as_str()).collect();
        assert_eq!(keys, [key], "{toml}: {found}");
        assert!(
            found.iter().all(|error| matches!(error.origin, Origin::File { .. } | Origin::Default)),
            "{found}"
        );
    }
}

#[test]
fn names_and_networks_that_are_allowed() {
    for toml in [
        "[kafka]\nbrokers = \"kafka-0.kafka:9092, [::1]:9093,1.2.3.4:1\"",
        "[kafka]\ntopic_prefix = \"\"",
        "[fetch]\nallow_networks = [\"10.0.0.0/8\", \"fd00::/8\", \"0.0.0.0/0\"]",
        "[admin]\nlisten = \"localhost:0\"",
        "[admin]\nlisten = \"[::]:9464\"",
        "[poll]\njitter = 0.5",
    ] {
        loaded(toml, &[]);
    }
}

#[test]
fn a_secret_in_the_file_is_refused_and_not_repeated() {
    for line in [
        "password = \"hunter2\"",
        "password = { value = \"hunter2\" }",
        "password = { file = \"x\", value = \"hunter2\" }",
        "password = [\"hunter2\"]",
    ] {
        let found = errors(&format!("[kafka.sasl]\n{line}\n"), &[]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].starts_with("kafka.sasl.password@2: a secret may not stand in the file"),
            "{found:?}"
        );
        assert!(found[0].contains("DEPESCHE_KAFKA__SASL__PASSWORD"), "tells the way out");
        assert!(!found[0].contains("hunter2"), "{found:?}");
    }
    let misplaced = errors("[kafka]\nsasl = \"user:hunter2\"\n", &[]).concat();
    assert!(!misplaced.contains("hunter2"), "{misplaced}");
}

#[test]
fn a_secret_comes_from_a_file_beside_the_configuration() {
    let (folder, path) = written(
        "[kafka]\nsecurity_protocol = \"sasl_ssl\"\n[kafka.sasl]\nusername = \"u\"\n\
         password = { file = \"pw\" }\n",
    );
    let refused = Config::load(Some(&path), NO_VARIABLES).unwrap_err();
    assert!(refused.to_string().contains("kafka.sasl.password"), "{refused}");
    std::fs::write(folder.path().join("pw"), "hunter2\n").unwrap();
    let loaded = Config::load(Some(&path), NO_VARIABLES).unwrap();
    assert_eq!(loaded.config.kafka.sasl.password.reveal(), "hunter2");
}

#[test]
fn a_secret_comes_from_a_variable_or_the_file_a_variable_names() {
    let (folder, path) = written("");
    let file = folder.path().join("key");
    std::fs::write(&file, "s3cret").unwrap();
    let variables = [
        ("DEPESCHE_KAFKA__SASL__PASSWORD", "{ not toml"),
        ("DEPESCHE_KAFKA__TLS__KEY_PASSWORD__FILE", file.to_str().unwrap()),
    ];
    let config = Config::load(Some(&path), variables).unwrap().config;
    assert_eq!(config.kafka.sasl.password.reveal(), "{ not toml");
    assert_eq!(config.kafka.tls.key_password.reveal(), "s3cret");

    let twice = [
        ("DEPESCHE_KAFKA__SASL__PASSWORD", "a"),
        ("DEPESCHE_KAFKA__SASL__PASSWORD__FILE", file.to_str().unwrap()),
    ];
    let refused = Config::load(Some(&path), twice).unwrap_err().to_string();
    assert!(refused.contains("is set by two variables"), "{refused}");
}

#[test]
fn login_needs_a_name_and_a_password() {
    let found = errors("[kafka]\nsecurity_protocol = \"sasl_plaintext\"\n", &[]);
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn debug_and_serialization_show_no_secret() {
    let variables = [
        ("DEPESCHE_KAFKA__SASL__PASSWORD", "hunter2"),
        ("DEPESCHE_KAFKA__TLS__KEY_PASSWORD", "hunter3"),
        ("DEPESCHE_ADMIN__TOKEN", "hunter4-hunter4-hunter4"),
    ];
    let loaded = loaded("", &variables);
    assert_eq!(loaded.config.kafka.sasl.password.reveal(), "hunter2");
    let shown = format!("{loaded:?}{}", toml::to_string(&loaded.config).unwrap());
    assert!(!shown.contains("hunter"), "{shown}");
    insta::assert_debug_snapshot!(loaded.config);
}

#[test]
fn feeds_of_list_and_files_are_merged() {
    let (folder, path) = written(
        "[feeds]\nfiles = [\"more.toml\"]\n[[feeds.list]]\nurl = \"https://a.example/rss\"\n\
         outlet = \"A\"\nlang = \"pt-BR\"\n",
    );
    let more = "[[feeds]]\nurl = \"https://b.example/rss\"\noutlet = \"B\"\ncountry = \"DE\"\n\
                pages = false\n";
    std::fs::write(folder.path().join("more.toml"), more).unwrap();
    let loaded = Config::load(Some(&path), NO_VARIABLES).unwrap();
    let seen: Vec<(&str, bool)> =
        loaded.feeds.iter().map(|f| (f.outlet.as_str(), f.pages)).collect();
    assert_eq!(seen, [("A", true), ("B", false)]);
    assert_eq!(loaded.config.feeds.list.len(), 1);
    assert_eq!(loaded.config.feeds.files, [folder.path().join("more.toml")]);
}

#[test]
fn mistakes_in_feeds_are_told_feed_by_feed() {
    let (folder, path) = written(
        "[feeds]\nfiles = [\"more.toml\"]\n[[feeds.list]]\nurl = \"https://a.example/rss\"\n\
         outlet = \"A\"\n[[feeds.list]]\nurl = 5\nlangue = \"de\"\n",
    );
    let more = "feeed = 1\n[[feeds]]\nurl = \"HTTPS://A.example:443/rss#x\"\noutlet = \"A again\"\n\
                [[feeds]]\nurl = \"file:///etc/passwd\"\noutlet = \" \"\nlang = \"German\"\n\
                country = \"de\"\n[[feeds]]\nurl = \"https://u:p@b.example/\"\noutlet = \"B\"\n";
    std::fs::write(folder.path().join("more.toml"), more).unwrap();
    let errors = Config::load(Some(&path), NO_VARIABLES).unwrap_err();
    let found: Vec<String> = errors
        .iter()
        .map(|error| {
            let Origin::File { path, line: Some(line) } = &error.origin else { panic!("{error}") };
            let file = path.file_name().unwrap().to_str().unwrap();
            format!("{file}:{line} {}", error.key)
        })
        .collect();
    assert_eq!(
        found,
        [
            "depesche.toml:6 feeds.list[1]",
            "depesche.toml:7 feeds.list[1].url",
            "depesche.toml:8 feeds.list[1].langue",
            "more.toml:1 feeed",
            "more.toml:3 feeds[0].url",
            "more.toml:6 feeds[1].url",
            "more.toml:7 feeds[1].outlet",
            "more.toml:8 feeds[1].lang",
            "more.toml:9 feeds[1].country",
            "more.toml:11 feeds[2].url",
        ],
        "{errors}"
    );
    assert!(errors.to_string().contains("is named already by feeds.list[0]"), "{errors}");
}

#[test]
fn a_further_check_is_told_with_the_others() {
    let (_folder, path) = written("[kafka]\nclient_id = \"\"\nbrokers = \"a:1\"\n");
    let errors = Config::load_with(Some(&path), NO_VARIABLES, |config| {
        assert_eq!(config.kafka.brokers, "a:1");
        vec![ConfigError::new("kafka.brokers", "is not liked")]
    })
    .unwrap_err();
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert!(told[0].contains("kafka.client_id") && told[0].contains(":2"), "{told:?}");
    assert!(told[1].contains("is not liked") && told[1].contains(":3"), "{told:?}");
}

#[test]
fn the_shipped_feeds_are_many_and_in_four_languages() {
    let feeds = Config::load(Some(&shipped()), NO_VARIABLES).unwrap().feeds;
    for (lang, least) in [("de", 12), ("en", 10), ("fr", 6), ("es", 6)] {
        let count = feeds.iter().filter(|feed| feed.lang.as_deref() == Some(lang)).count();
        assert!(count >= least, "{lang}: {count}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_text_never_panics(text in "\\PC*", name in "[A-Z_]{0,12}", value in "\\PC*") {
        let _ = load(&text, &[(&format!("DEPESCHE_{name}"), &value)]);
    }

    #[test]
    fn arbitrary_toml_never_panics(
        section in "(kafka|feeds|kafka\\.sasl|poll|\\[feeds\\.list\\]|x)",
        keys in prop::collection::vec(
            ("(brokers|files|list|password|partitions|jitter|url|\"a.b\")",
             "(1|-1|nan|\"t\"|\\[1,\"a\"\\]|\\{a=1\\}|\\{file=\"/\"\\}|\\[\\{url=\"u\"\\}\\]|true)"), 0..5),
    ) {
        let lines: Vec<String> = keys.iter().map(|(k, v)| format!("{k} = {v}")).collect();
        let _ = load(&format!("[{section}]\n{}\n", lines.join("\n")), &[]);
    }

    #[test]
    fn an_integer_of_any_size_is_taken_or_refused(number in any::<i64>()) {
        let number = number.to_string();
        for (key, kind) in Keys::of_config().iter() {
            if kind == Kind::Value {
                let _ = Config::load(None, [(variable(key), number.clone())]);
            }
        }
    }
}
