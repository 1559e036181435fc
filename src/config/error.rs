//! What is wrong with a configuration: where it was said, which key, and why.

use std::fmt;
use std::path::PathBuf;

/// Where a value was said.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// In a file, at this line (from 1) where it is known.
    File {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: Option<usize>,
    },
    /// In this environment variable.
    Environment(String),
    /// Nowhere: the built-in default.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line: Some(line) } => write!(f, "{}:{line}", path.display()),
            Self::File { path, line: None } => write!(f, "{}", path.display()),
            Self::Environment(name) => f.write_str(name),
            Self::Default => f.write_str("default"),
        }
    }
}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{}{}: {message}", key, place(origin))]
pub struct ConfigError {
    /// Where it was said. [`Origin::Default`] asks the loader to look the key up.
    pub origin: Origin,
    /// Full path of the key, as `kafka.sasl.password` or `feeds.list[2].url`.
    pub key: String,
    /// What is wrong. Never holds the value of a secret.
    pub message: String,
}

fn place(origin: &Origin) -> String {
    match origin {
        Origin::Default => String::new(),
        said => format!(" ({said})"),
    }
}

impl ConfigError {
    /// A mistake in the value of `key`; the loader adds where it was said.
    #[must_use]
    pub fn new(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self { origin: Origin::Default, key: key.into(), message: message.into() }
    }

    pub(super) fn at(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }
}

/// All mistakes of a configuration, never none, in the order of files and lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors(Vec<ConfigError>);

impl ConfigErrors {
    /// What the process ends with when it has these: `EX_CONFIG` of sysexits.h.
    pub const EXIT_CODE: u8 = 78;

    /// The mistakes, if there are any.
    #[must_use]
    pub fn from_list(mut errors: Vec<ConfigError>) -> Option<Self> {
        errors.sort();
        errors.dedup();
        if errors.is_empty() { None } else { Some(Self(errors)) }
    }

    /// The mistakes one by one.
    pub fn iter(&self) -> impl Iterator<Item = &ConfigError> {
        self.0.iter()
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => f.write_str("the configuration has an error:")?,
            many => write!(f, "the configuration has {many} errors:")?,
        }
        self.0.iter().try_for_each(|error| write!(f, "\n  {error}"))
    }
}

impl std::error::Error for ConfigErrors {}
