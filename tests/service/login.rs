//! A broker that does not let us in. On real Kafka.

use crate::support::kafka::{RealKafka, ports};
use crate::support::process::depesche;

#[test]
fn a_refused_login_ends_the_service_and_is_told_without_the_password() {
    let dir = tempfile::tempdir().unwrap();
    let (port, login) = (ports(), ports());
    let properties = [
        format!(
            "listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{},LOGIN://127.0.0.1:{login}",
            port + 1
        ),
        format!("advertised.listeners=PLAINTEXT://127.0.0.1:{port},LOGIN://127.0.0.1:{login}"),
        "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,LOGIN:SASL_PLAINTEXT"
            .into(),
        "listener.name.login.sasl.enabled.mechanisms=PLAIN".into(),
        "listener.name.login.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule \
         required user_melder=\"geheim\";"
            .into(),
    ];
    let extra = dir.path().join("extra.properties");
    std::fs::write(&extra, properties.join("\n")).unwrap();
    let config = dir.path().join("depesche.toml");
    let text = format!(
        "[kafka]\nbrokers = \"127.0.0.1:{login}\"\nsecurity_protocol = \"sasl_plaintext\"\n\
         [kafka.sasl]\nmechanism = \"PLAIN\"\nusername = \"melder\"\n\
         [admin]\nlisten = \"127.0.0.1:0\"\n"
    );
    std::fs::write(&config, text).unwrap();
    let extra = extra.to_str().unwrap().to_owned();
    let Some(_broker) = RealKafka::own_with(dir, port, &[&extra]) else { return };
    let ended = depesche()
        .args(["run", "--stages", "extract,link", "--config"])
        .arg(&config)
        .env("DEPESCHE_KAFKA__SASL__PASSWORD", "falsch-verraten")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(70), "{said}");
    assert!(said.contains("log in to Kafka at 127.0.0.1"), "{said}");
    assert!(said.to_lowercase().contains("authentication"), "{said}");
    assert!(!said.contains("verraten"), "{said}");
}
