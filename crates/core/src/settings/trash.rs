//! Section `trash`.

use serde::{Deserialize, Serialize};

/// What happens to deleted assets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrashSettings {
    /// Whether they wait in the trash at all.
    pub enabled: bool,
    /// Days they wait there.
    pub days: u64,
}

impl Default for TrashSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            days: 30,
        }
    }
}
