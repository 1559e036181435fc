//! The real binary as a process.

use super::{PATIENCE, wait_for};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A command of the binary with an environment that holds nothing of this run.
pub(crate) fn depesche() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_depesche"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("DEPESCHE_") {
            command.env_remove(name);
        }
    }
    command.stdin(Stdio::null());
    command
}

/// A configuration in the making.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    /// Brokers; `None` for the in-process broker.
    pub(crate) brokers: Option<String>,
    pub(crate) prefix: String,
    /// Name of static membership, unique to one process.
    pub(crate) instance: String,
    pub(crate) feeds: Vec<String>,
    /// Further lines of TOML, by table.
    pub(crate) kafka: String,
    pub(crate) fetch: String,
    /// Pause between two requests to one site, in milliseconds.
    pub(crate) gap: u64,
    /// Whether article pages are fetched.
    pub(crate) pages: bool,
    /// Networks that may be asked although they are private, as a TOML list.
    pub(crate) networks: String,
    pub(crate) poll: String,
    pub(crate) extract: String,
    pub(crate) link: String,
    pub(crate) stages: String,
}

impl Setup {
    pub(crate) fn new(brokers: Option<&str>, test: &str, feeds: Vec<String>) -> Self {
        Self {
            brokers: brokers.map(str::to_owned),
            prefix: super::kafka::prefix(test),
            instance: String::new(),
            feeds,
            kafka: String::new(),
            fetch: String::new(),
            gap: 0,
            pages: true,
            networks: "[\"127.0.0.0/8\"]".into(),
            poll: String::new(),
            extract: String::new(),
            link: String::new(),
            stages: "poll,extract,link".into(),
        }
    }

    /// The configuration file's text.
    fn toml(&self) -> String {
        let mut text = format!(
            r#"
[kafka]
brokers = "{}"
topic_prefix = "{}"
instance_id = "{}"
session_timeout_seconds = 6
delivery_timeout_seconds = 3
partitions = {{ feeds = 4, articles = 4, fingerprints = 2, incidents = 4, dead-letters = 1 }}
{}

[fetch]
allow_networks = {}
site_gap_milliseconds = {}
connect_timeout_seconds = 2
read_timeout_seconds = 2
total_timeout_seconds = 3
{}

[poll]
interval_seconds = 1
min_interval_seconds = 1
max_interval_seconds = 1
max_backoff_seconds = 2
{}

[extract]
{}

[link]
{}

[admin]
listen = "127.0.0.1:0"
grace_seconds = 20

[log]
filter = "info"
format = "json"
"#,
            self.brokers.as_deref().unwrap_or("127.0.0.1:9"),
            self.prefix,
            self.instance,
            self.kafka,
            self.networks,
            self.gap,
            self.fetch,
            self.poll,
            self.extract,
            self.link,
        );
        for feed in &self.feeds {
            write!(
                text,
                "\n[[feeds.list]]\nurl = \"{feed}\"\noutlet = \"Outlet {feed}\"\nlang = \"de\"\ncountry = \"DE\"\npages = {}\n",
                self.pages
            )
            .unwrap();
        }
        text
    }

    /// Starts the service.
    pub(crate) fn start(&self) -> Service {
        let folder = tempfile::tempdir().unwrap();
        let config: PathBuf = folder.path().join("depesche.toml");
        std::fs::write(&config, self.toml()).unwrap();
        let mut command = depesche();
        command.arg("run").arg("--config").arg(&config).args(["--stages", &self.stages]);
        if self.brokers.is_none() {
            command.arg("--embedded-broker");
        }
        let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let log = Arc::new(Mutex::new(Vec::new()));
        let lines = BufReader::new(child.stderr.take().unwrap());
        let shared = Arc::clone(&log);
        std::thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                shared.lock().unwrap().push(line);
            }
        });
        Service { child, log, prefix: self.prefix.clone(), folder }
    }
}

/// A service that runs; killed when dropped.
pub(crate) struct Service {
    child: Child,
    log: Arc<Mutex<Vec<String>>>,
    pub(crate) prefix: String,
    folder: tempfile::TempDir,
}

impl Service {
    /// Writes another configuration in the place of the one it was started with.
    pub(crate) fn configure(&self, setup: &Setup) {
        std::fs::write(self.folder.path().join("depesche.toml"), setup.toml()).unwrap();
    }

    /// The log so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().join("\n")
    }

    /// A field of the first log line that has it, if there is one yet.
    fn noted(&self, field: &str, message: &str) -> Option<String> {
        let log = self.log.lock().unwrap();
        log.iter().find_map(|line| {
            let value: serde_json::Value = serde_json::from_str(line).ok()?;
            let fields = value.get("fields").unwrap_or(&value);
            let text = fields.get("message")?.as_str()?;
            let found = text.contains(message).then(|| fields.get(field))??;
            Some(found.as_str().map_or_else(|| found.to_string(), str::to_owned))
        })
    }

    /// The same, waited for.
    fn logged(&self, field: &str, message: &str) -> String {
        wait_for(&format!("{message} in the log:\n{}", self.log()), || self.noted(field, message))
    }

    /// The metrics as they are now, of a service that may not be there yet.
    pub(crate) fn glimpse(&self) -> Option<String> {
        let address = self.noted("address", "metrics, health and version")?;
        get(&address, "/metrics").map(|(_, body)| body)
    }

    /// Address of the admin pages.
    pub(crate) fn admin(&self) -> String {
        self.logged("address", "metrics, health and version")
    }

    /// Address of the broker inside the process.
    pub(crate) fn embedded_broker(&self) -> String {
        self.logged("brokers", "in-process broker")
    }

    /// Status and body of an admin page.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        get(&self.admin(), path).unwrap_or((0, String::new()))
    }

    /// Sum of a metric over all labels that contain `labels`.
    pub(crate) fn metric(&self, name: &str, labels: &str) -> f64 {
        let (_, body) = self.get("/metrics");
        body.lines()
            .filter(|line| line.starts_with(name) && line.contains(labels))
            .filter(|line| matches!(line.as_bytes().get(name.len()), Some(b' ' | b'{')))
            .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
            .sum()
    }

    pub(crate) fn wait_until_ready(&self) {
        wait_for(&format!("/ready of {}", self.prefix), || {
            (self.get("/ready").0 == 200).then_some(())
        });
    }

    /// Ends it as the power cut does.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Sends a signal by name.
    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status();
        assert!(status.unwrap().success());
    }

    /// Memory that is resident, in MiB.
    pub(crate) fn resident_mib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
    }

    /// Processor time that it used so far, in user and kernel mode.
    pub(crate) fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        // The name may hold anything; the fields begin after its bracket. A tick is 10 ms.
        let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        let ticks = |at: usize| fields[at].parse::<u64>().unwrap();
        Duration::from_millis((ticks(11) + ticks(12)) * 10)
    }

    /// Waits for its end.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(started.elapsed() < PATIENCE, "does not end:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// SIGTERM, and the orderly end that must follow.
    pub(crate) fn stop(&mut self) {
        self.signal("TERM");
        let status = self.ended();
        assert_eq!(status.code(), Some(0), "{}", self.log());
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("--- log of {}\n{}\n---", self.prefix, self.log());
        }
    }
}

/// A request without a client library: what a probe sends.
pub(crate) fn get(address: &str, path: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let status = answer.split(' ').nth(1)?.parse().ok()?;
    let (_, body) = answer.split_once("\r\n\r\n")?;
    Some((status, body.to_owned()))
}
