//! Section `map`: the map's styles.

use serde::{Deserialize, Serialize};

/// The map of places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MapSettings {
    /// Whether clients show it.
    pub enabled: bool,
    /// URL of the style by day.
    pub light_style: String,
    /// URL of the style by night.
    pub dark_style: String,
}

impl Default for MapSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            light_style: "https://tiles.immich.cloud/v1/style/light.json".to_owned(),
            dark_style: "https://tiles.immich.cloud/v1/style/dark.json".to_owned(),
        }
    }
}
