//! Time that the thread was on a processor, as the kernel counts it (Linux): what else runs on the
//! machine changes it little.

use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use std::time::Duration;

/// Measures processor time instead of the clock's.
pub(crate) struct OnCpu;

static CLOCK: WallTime = WallTime;

impl Measurement for OnCpu {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
        Duration::from_nanos(told.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0))
    }

    fn end(&self, start: Duration) -> Duration {
        // The kernel counts by ticks: a sample shorter than one may seem to take no time.
        self.start().saturating_sub(start).max(Duration::from_nanos(1))
    }

    fn add(&self, a: &Duration, b: &Duration) -> Duration {
        *a + *b
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        value.as_nanos() as f64
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        CLOCK.formatter()
    }
}
