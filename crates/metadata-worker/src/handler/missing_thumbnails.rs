//! `AssetGenerateThumbnailsQueueAll`: every asset that lacks a picture gets a job that makes it.

use diesel_async::AsyncPgConnection;
use safelight_core::db::DbError;
use safelight_core::jobs::kind::{GenerateThumbnails, MissingThumbnails, Slice};
use safelight_core::jobs::{Class, Complete, Completion, FollowUps, Handler, Job, JobError, NoPayload};

use super::slices;

/// Finds assets without pictures.
pub(crate) struct MissingThumbnailsHandler;

impl Handler<MissingThumbnails> for MissingThumbnailsHandler {
    async fn handle(&self, job: &Job<MissingThumbnails>) -> Result<Completion, JobError> {
        Ok(Completion::new(Step(job.payload)))
    }
}

struct Step(Slice);

/// Assets that lack a preview, a thumbnail or a thumbhash (contract, section 3.4). One without a row of its jobs is still
/// on its way.
const WITHOUT_PICTURES: &str = "\
select a.id from asset a join asset_job_status s on s.asset_id = a.id
where a.deleted_at is null and a.visibility <> 'hidden' and a.type = 'IMAGE' and (
    a.thumbhash is null
    or not exists (select 1 from asset_file f where f.asset_id = a.id and f.type = 'preview')
    or not exists (select 1 from asset_file f where f.asset_id = a.id and f.type = 'thumbnail'))";

impl Complete for Step {
    async fn apply(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        let Some(last) = slices::end(conn, self.0).await? else {
            return Ok(());
        };
        let missing = format!(
            "{WITHOUT_PICTURES} and a.id > '{}' and a.id <= '{last}'",
            self.0.start()
        );
        let count = follow
            .enqueue_set_of_class::<GenerateThumbnails>(conn, Class::Bulk, &NoPayload {}, &missing)
            .await?;
        if count > 0 {
            tracing::info!(asset.count = count, "assets without pictures were found");
        }
        follow
            .go_on::<MissingThumbnails>(conn, Slice { after: Some(last) })
            .await
    }
}
