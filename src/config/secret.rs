//! Secrets: never in the file itself, never printed.

use serde::{Deserialize, Serialize};

/// A password, given by environment variable or by the path of a file that holds it.
///
/// `Debug` and serialization show only whether one is set.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret {
    value: String,
}

impl Secret {
    /// A secret known already, as the environment gives it.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self { value: value.into() }
    }

    /// The secret itself; give it to the library that needs it and to nothing else.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.value
    }

    /// Whether none is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.value.is_empty()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.value.is_empty() { "(unset)" } else { "(secret)" })
    }
}

impl Serialize for Secret {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if self.value.is_empty() { "" } else { "(secret)" })
    }
}

/// Reads the form the loader makes of a secret after it has read the file or the variable,
/// `{ value = "..." }`. The loader refuses this form, and any text, in a configuration file.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Resolved {
            value: String,
        }
        let Resolved { value } = Resolved::deserialize(deserializer)?;
        Ok(Self { value })
    }
}
