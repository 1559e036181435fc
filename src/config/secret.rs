//! Secrets: never in the file itself, never printed.

use serde::{Deserialize, Serialize};

/// A password, given by environment variable or by the path of a file that holds it.
///
/// `Debug` and serialization show only whether one is set.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret {
    pub(super) value: String,
    pub(super) file: Option<std::path::PathBuf>,
}

impl Secret {
    /// A secret known already, as the environment gives it.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self { value: value.into(), file: None }
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

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct InFile {
            file: std::path::PathBuf,
        }
        let InFile { file } = InFile::deserialize(deserializer)?;
        Ok(Self { value: String::new(), file: Some(file) })
    }
}
