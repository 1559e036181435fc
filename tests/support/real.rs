//! A real Apache Kafka: the one that `DEPESCHE_TEST_KAFKA` names, or one that `kafka.sh` starts.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)] // for tests

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{SystemTime, UNIX_EPOCH};

/// A running broker; one that was started for the tests ends with the last user.
pub(crate) struct RealKafka {
    bootstrap: String,
    started: Option<(tempfile::TempDir, Vec<String>)>,
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/kafka.sh")
}

fn run<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Result<(), String> {
    // Inherited output pipes would keep a caller waiting for the broker.
    let output = Command::new(script())
        .args(arguments)
        .stdin(std::process::Stdio::null())
        .output()
        .map_err(|e| e.to_string())?;
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// Two neighbouring free ports; the second is the controller's.
pub(crate) fn ports() -> u16 {
    loop {
        let first = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = first.local_addr().unwrap().port();
        if port < u16::MAX && TcpListener::bind(("127.0.0.1", port + 1)).is_ok() {
            return port;
        }
    }
}

impl RealKafka {
    /// A broker of one's own, for tests that end it. None where no Kafka can be had.
    pub(crate) fn own() -> Option<Self> {
        Self::own_with(tempfile::tempdir().unwrap(), ports(), &[])
    }

    /// The same in a given folder and port, with further arguments for `kafka.sh start`.
    pub(crate) fn own_with(dir: tempfile::TempDir, port: u16, more: &[&str]) -> Option<Self> {
        let mut arguments =
            vec!["start".to_owned(), dir.path().to_str().unwrap().into(), port.to_string()];
        arguments.extend(more.iter().map(|&argument| argument.to_owned()));
        match run(&arguments) {
            Ok(()) => {
                let started = Some((dir, arguments));
                Some(Self { bootstrap: format!("127.0.0.1:{port}"), started })
            }
            Err(reason) => {
                assert!(
                    std::env::var_os("DEPESCHE_TEST_KAFKA_REQUIRED").is_none(),
                    "no real Kafka: {reason}"
                );
                eprintln!("SKIPPED, no real Kafka: {reason}");
                None
            }
        }
    }

    /// The broker that all tests of this binary share. None where no Kafka can be had.
    pub(crate) fn shared() -> Option<Arc<Self>> {
        static SHARED: Mutex<Weak<RealKafka>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = shared.upgrade() {
            return Some(running);
        }
        let broker = match std::env::var("DEPESCHE_TEST_KAFKA") {
            Ok(bootstrap) => Self { bootstrap, started: None },
            Err(_) => Self::own()?,
        };
        let broker = Arc::new(broker);
        *shared = Arc::downgrade(&broker);
        Some(broker)
    }

    /// Its address.
    pub(crate) fn bootstrap(&self) -> &str {
        &self.bootstrap
    }

    /// A topic prefix that nobody used before.
    pub(crate) fn fresh_prefix(name: &str) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
        format!("t{now}-{name}.")
    }

    /// Ends the broker as a crash would.
    pub(crate) fn crash(&self) {
        let (dir, _) = self.started.as_ref().unwrap();
        run(&["kill", dir.path().to_str().unwrap()]).unwrap();
    }

    /// Ends the broker in order.
    pub(crate) fn stop(&self) {
        let (dir, _) = self.started.as_ref().unwrap();
        run(&["stop", dir.path().to_str().unwrap()]).unwrap();
    }

    /// Starts it again, with what it had.
    pub(crate) fn restart(&self) {
        let (_, arguments) = self.started.as_ref().unwrap();
        run(arguments).unwrap();
    }

    /// Runs one of the small Java programs in `kafka/` with Kafka's own client.
    pub(crate) fn tool(file: &str, arguments: &[&str]) -> Result<String, String> {
        let jars = Command::new(script()).arg("jars").output().map_err(|e| e.to_string())?;
        let jars = String::from_utf8_lossy(&jars.stdout).trim().to_owned();
        let output = Command::new("java")
            .args(["-Xmx256m", "-cp", &format!("{jars}/*")])
            .arg(script().with_file_name("kafka").join(file))
            .args(arguments)
            .stdin(std::process::Stdio::null())
            .output()
            .map_err(|e| e.to_string())?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            Ok(said)
        } else {
            Err(said + &String::from_utf8_lossy(&output.stderr))
        }
    }
}

impl Drop for RealKafka {
    fn drop(&mut self) {
        if let Some((dir, _)) = &self.started
            && let Err(reason) = run(&["kill", dir.path().to_str().unwrap()])
        {
            eprintln!("{reason}");
        }
    }
}
