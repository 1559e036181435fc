//! `[page]`: how the text of article pages is found.

use crate::page::Quality;
use serde::{Deserialize, Serialize};

/// Article pages.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Page {
    /// One reader, or the paragraph vote of several.
    pub quality: Quality,
}
