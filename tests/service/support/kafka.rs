//! Apache Kafka for the tests: named by `DEPESCHE_TEST_KAFKA`, or started from Maven's jars.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The broker that all tests of this run share; `None` where none can be had. Each test has topics
/// of its own, by [`prefix`].
pub(crate) fn shared() -> Option<&'static str> {
    static SHARED: OnceLock<Option<String>> = OnceLock::new();
    let address = SHARED.get_or_init(|| match std::env::var("DEPESCHE_TEST_KAFKA") {
        Ok(address) if !address.is_empty() => Some(address),
        _ => start(),
    });
    if address.is_none() {
        assert!(
            std::env::var_os("DEPESCHE_REQUIRE_KAFKA").is_none(),
            "DEPESCHE_REQUIRE_KAFKA is set and no Kafka can be had"
        );
        let test = std::thread::current().name().unwrap_or("a test").to_owned();
        eprintln!(
            "\n*** SKIPPED {test}: no Kafka. Install Java 17 and Maven, or set DEPESCHE_TEST_KAFKA.\n"
        );
    }
    address.as_deref()
}

/// A topic prefix that no other test and no other run uses.
pub(crate) fn prefix(test: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{test}-{}-{number}.", std::process::id())
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/kafka.sh")
}

/// A folder for the broker of this run.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("kafka-{}", std::process::id()))
}

pub(crate) fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Starts a broker that ends with this process; `None` without Java or Maven.
fn start() -> Option<String> {
    let folder = folder();
    let started = Command::new("bash")
        .arg(script())
        .args(["start", folder.to_str()?, &free_port().to_string(), &free_port().to_string()])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    if started.status.code() == Some(77) {
        eprintln!("{}", String::from_utf8_lossy(&started.stderr));
        return None;
    }
    assert!(started.status.success(), "{}", String::from_utf8_lossy(&started.stderr));
    // Outlives the tests by a moment, to stop the broker when they are gone, however they end.
    Command::new("setsid")
        .arg("bash")
        .arg(script())
        .args(["guard", folder.to_str()?, &std::process::id().to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Some(String::from_utf8(started.stdout).unwrap().trim().lines().last()?.to_owned())
}

/// A broker of one test's own, to be started and stopped at will.
pub(crate) struct Own {
    folder: tempfile::TempDir,
    port: u16,
    controller: u16,
}

impl Own {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), port: free_port(), controller: free_port() }
    }

    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    fn run(&self, verb: &str, ports: bool) {
        let mut command = Command::new("bash");
        command.arg(script()).arg(verb).arg(self.folder.path());
        if ports {
            command.args([self.port.to_string(), self.controller.to_string()]);
        }
        let output = command.stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    pub(crate) fn start(&self) {
        self.run("start", true);
    }

    pub(crate) fn stop(&self) {
        self.run("stop", false);
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        self.stop();
    }
}
