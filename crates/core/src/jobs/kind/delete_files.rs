use serde::{Deserialize, Serialize};

use super::{JobKind, Payload, PayloadError, read_first_version};
use crate::ids::QueueName;

/// Remove files that no row names any more, with their part files. Never merged.
#[derive(Debug, Clone, Copy)]
pub struct DeleteFiles;

impl JobKind for DeleteFiles {
    const NAME: &'static str = "FileDelete";
    const QUEUE: QueueName = QueueName::BackgroundTask;
    const MAX_FAILURES: i32 = 10;
    type Payload = DeleteFilesPayload;
}

/// Which files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteFilesPayload {
    /// Absolute paths.
    pub files: Vec<String>,
}

impl Payload for DeleteFilesPayload {
    fn read(version: i32, stored: serde_json::Value) -> Result<Self, PayloadError> {
        read_first_version(version, stored)
    }
}
