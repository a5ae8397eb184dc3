//! The files that a child gets.

use std::fs::File;
use std::sync::Arc;

use safelight_core::child::ChildSpec;
use safelight_core::jobs::JobError;
use safelight_core::media::{MediaError, OpenFile, Part};

use super::samples::nameless_beside;

/// What one transcode reads and writes, open: the child has no way to where they lie.
pub(super) struct Files {
    pub(super) original: Arc<File>,
    pub(super) part: Arc<File>,
    pub(super) samples: Arc<File>,
}

impl Files {
    /// Opens the place of the samples beside the part.
    pub(super) async fn open(original: &OpenFile, part: &Part) -> Result<Self, JobError> {
        let path = part.part_path().to_owned();
        let samples = tokio::task::spawn_blocking(move || nameless_beside(&path).map_err(|error| (path, error)));
        let samples = samples.await.map_err(|error| JobError::retry(error.to_string()))?;
        let samples = samples.map_err(|(path, error)| JobError::writing(&MediaError::of(&path, error)))?;
        Ok(Self {
            original: original.file(),
            part: part.file(),
            samples: Arc::new(samples),
        })
    }

    /// Gives them to a child.
    pub(super) fn hand_to(&self, spec: ChildSpec) -> ChildSpec {
        spec.hand(&self.original).hand(&self.part).hand(&self.samples)
    }
}
