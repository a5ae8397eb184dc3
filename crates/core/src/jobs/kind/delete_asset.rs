use serde::{Deserialize, Serialize};

use super::{JobKind, Payload, PayloadError, read_first_version};
use crate::ids::QueueName;

/// Remove one asset for good: its rows, then its files. Keyed by the asset's id.
#[derive(Debug, Clone, Copy)]
pub struct DeleteAsset;

impl JobKind for DeleteAsset {
    const NAME: &'static str = "AssetDelete";
    const QUEUE: QueueName = QueueName::BackgroundTask;
    type Payload = DeleteAssetPayload;
}

/// How an asset is removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeleteAssetPayload {
    /// Remove the original as well; false for files of an external library.
    pub delete_on_disk: bool,
}

impl Payload for DeleteAssetPayload {
    fn read(version: i32, stored: serde_json::Value) -> Result<Self, PayloadError> {
        read_first_version(version, stored)
    }
}
