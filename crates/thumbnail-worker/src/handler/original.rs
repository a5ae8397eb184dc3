//! The file that pictures are made of.

use std::path::Path;

use safelight_core::db::decoded::Version;
use safelight_core::jobs::JobError;
use safelight_core::media::{MediaStore, OpenFile};
use tokio_util::sync::CancellationToken;

use crate::maker::Source;

/// It is read in blocks of this many bytes; between two of them the job can be stopped.
const BLOCK: u64 = 4 << 20;

/// A file of the store, open and not yet read.
pub(super) struct Original(pub(super) OpenFile);

impl Original {
    /// Opens a file that a row names.
    pub(super) async fn open(store: &dyn MediaStore, path: &Path) -> Result<Self, JobError> {
        let file = store.open(path).await.map_err(|error| JobError::reading(&error))?;
        Ok(Self(file))
    }

    /// What tells it from another file under its name.
    pub(super) fn version(&self) -> Version {
        self.0.version()
    }
}

impl Source for Original {
    fn length(&self) -> u64 {
        self.0.length()
    }

    async fn read(&mut self, cancel: &CancellationToken) -> Result<Vec<u8>, JobError> {
        let length = self.length();
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        let mut at = 0;
        while at < length {
            if cancel.is_cancelled() {
                return Err(JobError::Cancelled);
            }
            let count = usize::try_from(BLOCK.min(length - at)).unwrap_or_default();
            let block = self.0.read_at(at, count).await;
            let block = block.map_err(|error| JobError::reading(&error))?;
            if block.is_empty() {
                return Err(JobError::retry("the original has become shorter while it was read"));
            }
            at = at.saturating_add(u64::try_from(block.len()).unwrap_or(u64::MAX));
            bytes.extend_from_slice(&block);
        }
        Ok(bytes)
    }
}
