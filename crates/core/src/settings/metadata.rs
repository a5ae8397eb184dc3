//! Section `metadata`: what is read from files.

use serde::{Deserialize, Serialize};

/// What is read from files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MetadataSettings {
    /// Faces that other programs have marked.
    pub faces: FacesSettings,
}

/// Faces that other programs have marked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FacesSettings {
    /// Whether they are taken over.
    pub import: bool,
}
