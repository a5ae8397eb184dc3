//! `AssetEmptyTrash`: every asset that a person has deleted for good gets a job that does it.

use diesel_async::AsyncPgConnection;
use safelight_core::db::DbError;
use safelight_core::jobs::kind::Slice;
use safelight_core::jobs::{Complete, Completion, FollowUps, Handler, Job, JobError, kind};

use super::slices;

/// Empties the trash.
pub(crate) struct EmptyTrashHandler;

impl Handler<kind::EmptyTrash> for EmptyTrashHandler {
    async fn handle(&self, job: &Job<kind::EmptyTrash>) -> Result<Completion, JobError> {
        Ok(Completion::new(Deleted(job.payload)))
    }
}

struct Deleted(Slice);

impl Complete for Deleted {
    async fn apply(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        let (rest, _) = slices::delete(conn, follow, self.0, "status = 'deleted'").await?;
        match rest {
            Some(rest) => follow.go_on::<kind::EmptyTrash>(conn, rest).await,
            None => Ok(()),
        }
    }
}
