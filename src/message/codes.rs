//! Equivalents of a type in other codebooks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What other codebooks call this type; taken from the `taxonomy.toml` of the lexicon.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Codes {
    /// ACLED sub-event type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acled: Option<String>,
    /// PLOVER event and mode, as `ASSAULT/aerial`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plover: Option<String>,
    /// MUC-4 incident type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub muc4: Option<String>,
    /// Common Alerting Protocol 1.2 category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<String>,
    /// GLIDE hazard code, as `EQ`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub glide: Option<String>,
}
