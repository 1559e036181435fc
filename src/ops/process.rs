//! The process itself, from `/proc`: memory, processor time, open files, start.
//!
//! The names are those every Prometheus client uses, without our prefix. Where there is no `/proc`
//! they are left out.

use super::families::Definition;
use prometheus::core::Collector;
use prometheus::proto::MetricFamily;
use prometheus::{Gauge, Opts};

/// What is shown of the process.
pub(super) const TABLE: &[Definition] = &[
    gauge("process_resident_memory_bytes", "Memory of the process that is in RAM."),
    counter("process_cpu_seconds_total", "Processor time used, in user and system mode."),
    gauge("process_open_fds", "Open file descriptors."),
    gauge("process_start_time_seconds", "When the process started, Unix time."),
];

const fn gauge(name: &'static str, help: &'static str) -> Definition {
    Definition { name, kind: "gauge", help, labels: &[], buckets: &[] }
}

const fn counter(name: &'static str, help: &'static str) -> Definition {
    Definition { kind: "counter", ..gauge(name, help) }
}

/// Clock ticks in a second as `/proc` counts them: `USER_HZ` is 100 on every Linux there is.
const TICKS_PER_SECOND: f64 = 100.0;

/// Reads all that can be read.
pub(super) fn read() -> Vec<MetricFamily> {
    TABLE
        .iter()
        .zip([resident_bytes(), cpu_seconds(), open_files(), start_time()])
        .filter_map(|(definition, value)| family(definition, value?))
        .flatten()
        .collect()
}

fn family(definition: &Definition, value: f64) -> Option<Vec<MetricFamily>> {
    let options = Opts::new(definition.name, definition.help);
    if definition.kind == "counter" {
        let counter = prometheus::Counter::with_opts(options).ok()?;
        counter.inc_by(value);
        Some(counter.collect())
    } else {
        let gauge = Gauge::with_opts(options).ok()?;
        gauge.set(value);
        Some(gauge.collect())
    }
}

fn resident_bytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1024.0)
}

/// Field `number` of `/proc/self/stat`, from 1 as in proc(5); only those after the name, from 3.
fn stat_field(number: usize) -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, after_name) = stat.rsplit_once(')')?;
    after_name.split_whitespace().nth(number.checked_sub(3)?)?.parse().ok()
}

fn cpu_seconds() -> Option<f64> {
    Some((stat_field(14)? + stat_field(15)?) / TICKS_PER_SECOND)
}

fn open_files() -> Option<f64> {
    Some(std::fs::read_dir("/proc/self/fd").ok()?.count() as f64)
}

fn start_time() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/stat").ok()?;
    let boot: f64 =
        stat.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()?;
    Some(boot + stat_field(22)? / TICKS_PER_SECOND)
}
