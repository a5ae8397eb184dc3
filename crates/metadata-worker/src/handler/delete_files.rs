//! `FileDelete`: removes files that no row names any more, with their parts.

use std::path::{Component, Path};

use safelight_core::jobs::{Completion, Handler, Job, JobError, kind};
use safelight_core::media::named;

use crate::context::Context;

/// Removes files.
pub(crate) struct DeleteFilesHandler(pub(crate) Context);

impl Handler<kind::DeleteFiles> for DeleteFilesHandler {
    async fn handle(&self, job: &Job<kind::DeleteFiles>) -> Result<Completion, JobError> {
        let files = &job.payload.files;
        let unneeded = named::unneeded(&mut *self.0.conn().await?, files).await?;
        if unneeded.len() < files.len() {
            tracing::warn!(job.id = %job.id, kept = files.len() - unneeded.len(), "files that are still in use are kept");
        }
        for file in unneeded {
            if job.cancel.is_cancelled() {
                return Err(JobError::Cancelled);
            }
            let path = Path::new(&file);
            if !is_ours(self.0.store.paths().root(), path) {
                tracing::error!(file.path = file, "a file outside the media location is not deleted");
                continue;
            }
            self.0
                .store
                .delete(path)
                .await
                .map_err(|error| JobError::writing(&error))?;
            tracing::debug!(file.path = file, "deleted");
        }
        Ok(Completion::empty())
    }
}

/// Whether a path lies in the store, and in no way out of it.
fn is_ours(root: &Path, path: &Path) -> bool {
    path.strip_prefix(root).is_ok_and(|rest| {
        rest.components().count() > 1 && rest.components().all(|part| matches!(part, Component::Normal(_)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_the_store() {
        let root = Path::new("/data");
        assert!(is_ours(root, Path::new("/data/upload/u/ab/cd/x.jpg")));
        for path in [
            "/data",
            "/data/upload",
            "/etc/passwd",
            "/data/../etc/passwd",
            "/data/upload/../../etc/passwd",
            "/database/a/b",
        ] {
            assert!(!is_ours(root, Path::new(path)), "{path}");
        }
    }
}
