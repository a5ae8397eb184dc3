//! Section `reverseGeocoding`.

use serde::{Deserialize, Serialize};

/// Names of places from coordinates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReverseGeocodingSettings {
    /// Whether they are looked up.
    pub enabled: bool,
}

impl Default for ReverseGeocodingSettings {
    fn default() -> Self {
        Self { enabled: true }
    }
}
