//! Metric families whose number of labels is a type, so that a wrong number does not compile.

use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{
    Gauge, GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge,
    IntGaugeVec, Opts,
};

/// One line of the table: all that is known of a metric.
#[derive(Debug, Clone, Copy)]
pub struct Definition {
    /// Full name, with prefix and unit.
    pub name: &'static str,
    /// `counter`, `gauge` or `histogram`.
    pub kind: &'static str,
    /// What it counts or measures.
    pub help: &'static str,
    /// Names of the labels, each with its values or what bounds them.
    pub labels: &'static [(&'static str, &'static str)],
    /// Upper bounds of the buckets of a histogram.
    pub buckets: &'static [f64],
}

impl Definition {
    fn options(&self) -> Opts {
        Opts::new(self.name, self.help)
    }

    fn label_names(&self) -> Vec<&'static str> {
        self.labels.iter().map(|(name, _)| *name).collect()
    }

    /// Every combination of label values, where the table names all values of all labels.
    fn combinations(&self) -> Vec<Vec<&'static str>> {
        self.labels.iter().fold(vec![Vec::new()], |before, (_, values)| {
            let values = closed(values);
            let longer = |one: &Vec<&'static str>| -> Vec<Vec<&'static str>> {
                values.iter().map(|value| one.iter().copied().chain([*value]).collect()).collect()
            };
            before.iter().flat_map(longer).collect()
        })
    }
}

/// The values, where they are a list of words; nothing where they are described.
fn closed(values: &'static str) -> Vec<&'static str> {
    let words: Vec<&str> = values.split(',').map(str::trim).collect();
    let word = |text: &&str| text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if words.len() > 1 && words.iter().all(word) { words } else { Vec::new() }
}

/// What the table makes: a metric or a family of them, of a kind that is known.
pub(super) trait Make: Sized {
    const KIND: &'static str;
    fn make(definition: &Definition) -> prometheus::Result<Self>;
    /// Begins all label values that are known beforehand at zero.
    fn at_zero(&self, _: &Definition) {}
    fn collector(&self) -> Box<dyn Collector>;
}

macro_rules! family {
    ($(#[$doc:meta])* $name:ident, $vec:ty, $one:ty, $kind:literal, $options:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name<const LABELS: usize>($vec);

        impl<const LABELS: usize> $name<LABELS> {
            /// The one with these label values, in the order of the table. A new combination
            /// starts at zero and stays, so the values must be from a bounded set.
            #[must_use]
            pub fn with(&self, values: [&str; LABELS]) -> $one {
                self.0.with_label_values(&values)
            }
        }

        impl<const LABELS: usize> Make for $name<LABELS> {
            const KIND: &'static str = $kind;
            fn make(definition: &Definition) -> prometheus::Result<Self> {
                let names = definition.label_names();
                if names.len() != LABELS {
                    return Err(prometheus::Error::InconsistentCardinality {
                        expect: LABELS,
                        got: names.len(),
                    });
                }
                let options = $options(definition);
                Ok(Self(<$vec>::new(options, &names)?))
            }
            fn at_zero(&self, definition: &Definition) {
                if matches!(Self::KIND, "counter") {
                    for values in definition.combinations() {
                        let _ = self.0.with_label_values(&values);
                    }
                }
            }
            fn collector(&self) -> Box<dyn Collector> {
                Box::new(self.0.clone())
            }
        }
    };
}

fn histogram_options(definition: &Definition) -> HistogramOpts {
    HistogramOpts::new(definition.name, definition.help).buckets(definition.buckets.to_vec())
}

family!(
    /// Counters by label.
    Counters, IntCounterVec, IntCounter, "counter", Definition::options
);
family!(
    /// Gauges of whole numbers by label.
    Gauges, IntGaugeVec, IntGauge, "gauge", Definition::options
);
family!(
    /// Gauges of seconds by label.
    SecondsGauges, GaugeVec, Gauge, "gauge", Definition::options
);
family!(
    /// Histograms by label.
    Histograms, HistogramVec, Histogram, "histogram", histogram_options
);

impl<const LABELS: usize> Counters<LABELS> {
    /// The sum over all labels.
    #[must_use]
    pub fn total(&self) -> u64 {
        let families = self.0.collect();
        let counts = families.iter().flat_map(prometheus::proto::MetricFamily::get_metric);
        // Counters of whole numbers, far below 2^52.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        counts.map(|metric| metric.get_counter().get_value() as u64).sum()
    }
}

impl<const N: usize> Gauges<N> {
    /// Every one with the values of its labels, in the order of the labels' names.
    #[must_use]
    pub fn read(&self) -> Vec<(Vec<String>, i64)> {
        // Whole numbers, far below 2^52.
        #[allow(clippy::cast_possible_truncation)]
        read(&self.0).into_iter().map(|(labels, value)| (labels, value as i64)).collect()
    }

    /// Takes the one with these labels away; it is shown no more.
    pub fn remove(&self, values: [&str; N]) {
        // The only error says that there was none, which is what is wanted.
        let _ = self.0.remove_label_values(&values);
    }
}

/// All gauges of a family with the values of their labels; makes none.
fn read(family: &impl Collector) -> Vec<(Vec<String>, f64)> {
    let families = family.collect();
    let metrics = families.iter().flat_map(prometheus::proto::MetricFamily::get_metric);
    let labels = |metric: &prometheus::proto::Metric| {
        metric.get_label().iter().map(|label| label.value().to_owned()).collect()
    };
    metrics.map(|metric| (labels(metric), metric.get_gauge().get_value())).collect()
}

impl SecondsGauges<1> {
    /// Every one with the value of its label.
    #[must_use]
    pub fn read(&self) -> Vec<(Vec<String>, f64)> {
        read(&self.0)
    }

    /// Takes the one with this label away; it is shown no more.
    pub fn remove(&self, value: &str) {
        // The only error says that there was none, which is what is wanted.
        let _ = self.0.remove_label_values(&[value]);
    }
}

macro_rules! single {
    ($type:ty, $kind:literal, $options:expr) => {
        impl Make for $type {
            const KIND: &'static str = $kind;
            fn make(definition: &Definition) -> prometheus::Result<Self> {
                <$type>::with_opts($options(definition))
            }
            fn collector(&self) -> Box<dyn Collector> {
                Box::new(self.clone())
            }
        }
    };
}

single!(IntCounter, "counter", Definition::options);
single!(IntGauge, "gauge", Definition::options);
single!(Gauge, "gauge", Definition::options);
single!(Histogram, "histogram", histogram_options);

/// A family that is read anew at each scrape, from a function.
pub(super) struct AtScrape<F> {
    descriptions: Vec<Desc>,
    read: F,
}

impl<F: Fn() -> Vec<MetricFamily> + Send + Sync> AtScrape<F> {
    pub(super) fn new(definitions: &[Definition], read: F) -> prometheus::Result<Self> {
        let descriptions = definitions
            .iter()
            .map(|d| {
                Desc::new(
                    d.name.into(),
                    d.help.into(),
                    Vec::new(),
                    std::collections::HashMap::new(),
                )
            })
            .collect::<prometheus::Result<_>>()?;
        Ok(Self { descriptions, read })
    }
}

impl<F: Fn() -> Vec<MetricFamily> + Send + Sync> Collector for AtScrape<F> {
    fn desc(&self) -> Vec<&Desc> {
        self.descriptions.iter().collect()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        (self.read)()
    }
}
