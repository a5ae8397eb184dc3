//! The file that pictures are made of.

use std::path::Path;

use safelight_core::db::decoded::Version;
use safelight_core::jobs::JobError;
use safelight_core::media::{MediaStore, OpenFile};

use crate::source::Source;

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

    async fn read_at(&mut self, offset: u64, count: usize) -> Result<Vec<u8>, JobError> {
        let block = self.0.read_at(offset, count).await;
        block.map(Vec::from).map_err(|error| JobError::reading(&error))
    }
}
