//! `AssetEmptyTrash`: every asset that a person has deleted for good gets a job that does it.

use diesel_async::AsyncPgConnection;
use safelight_core::db::DbError;
use safelight_core::jobs::kind::DeleteAssetPayload;
use safelight_core::jobs::{Complete, Completion, FollowUps, Handler, Job, JobError, kind};

/// Empties the trash.
pub(crate) struct EmptyTrashHandler;

impl Handler<kind::EmptyTrash> for EmptyTrashHandler {
    async fn handle(&self, _job: &Job<kind::EmptyTrash>) -> Result<Completion, JobError> {
        Ok(Completion::new(Deleted))
    }
}

struct Deleted;

impl Complete for Deleted {
    async fn apply(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        let payload = DeleteAssetPayload { delete_on_disk: true };
        let deleted = "select id from asset where status = 'deleted'";
        follow.enqueue_set::<kind::DeleteAsset>(conn, &payload, deleted).await?;
        Ok(())
    }
}
