//! Section `storageTemplate`: where originals lie.

use serde::{Deserialize, Serialize};

/// Where originals lie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StorageTemplateSettings {
    /// Whether originals are moved to where the template says.
    pub enabled: bool,
    /// Whether a copy is compared by hash before its source is deleted.
    pub hash_verification_enabled: bool,
    /// Path below the person's folder, without extension.
    pub template: String,
}

impl Default for StorageTemplateSettings {
    fn default() -> Self {
        Self {
            enabled: false,
            hash_verification_enabled: true,
            template: "{{y}}/{{y}}-{{MM}}-{{dd}}/{{filename}}".to_owned(),
        }
    }
}
