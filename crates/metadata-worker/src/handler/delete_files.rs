//! `FileDelete`: removes files that no row names any more, with their parts.

use std::path::{Component, Path};

use diesel::sql_types::{Array, Text};
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl as _;
use safelight_core::db::DbError;
use safelight_core::jobs::{Completion, Handler, Job, JobError, kind};

use crate::context::Context;

/// Removes files.
pub(crate) struct DeleteFilesHandler(pub(crate) Context);

/// Of the given paths, those that nothing names: no asset, no file of one, no account, and nobody who is about to write.
const UNNAMED: &str = "\
select named.path from unnest($1) as named (path)
where not exists (select 1 from asset a where a.original_path = named.path)
    and not exists (select 1 from asset_file f where f.path = named.path)
    and not exists (select 1 from \"user\" u where u.profile_image_path = named.path)
    and not exists (select 1 from profile_upload p where p.path = named.path)
    and not exists (select 1 from file_intent i where i.path = named.path)";

#[derive(QueryableByName)]
struct Unnamed {
    #[diesel(sql_type = Text)]
    path: String,
}

impl Handler<kind::DeleteFiles> for DeleteFilesHandler {
    async fn handle(&self, job: &Job<kind::DeleteFiles>) -> Result<Completion, JobError> {
        let files = &job.payload.files;
        let unnamed: Vec<Unnamed> = sql_query(UNNAMED)
            .bind::<Array<Text>, _>(files)
            .load(&mut *self.0.conn().await?)
            .await
            .map_err(DbError::from)?;
        if unnamed.len() < files.len() {
            tracing::warn!(job.id = %job.id, kept = files.len() - unnamed.len(), "files that are still in use are kept");
        }
        for file in unnamed {
            if job.cancel.is_cancelled() {
                return Err(JobError::Cancelled);
            }
            let path = Path::new(&file.path);
            if !is_ours(self.0.store.paths().root(), path) {
                tracing::error!(
                    file.path = file.path,
                    "a file outside the media location is not deleted"
                );
                continue;
            }
            self.0
                .store
                .delete(path)
                .await
                .map_err(|error| JobError::writing(&error))?;
            tracing::debug!(file.path = file.path, "deleted");
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
