//! `AssetDelete`: removes one asset for good. Its rows go first, in one transaction; its files follow as a job of their
//! own, which looks again whether anything names them.

use std::path::Path;

use diesel::sql_types::{BigInt, Bool, Nullable, Text, Uuid as SqlUuid};
use diesel::{OptionalExtension as _, QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use safelight_core::db::{DbError, lock_albums_of, usage};
use safelight_core::events::Event;
use safelight_core::jobs::kind::DeleteAssetPayload;
use safelight_core::jobs::{Complete, Completion, FollowUps, Handler, Job, JobError, NewJob, kind};
use uuid::Uuid;

use crate::context::Context;

/// Removes assets.
pub(crate) struct DeleteAssetHandler(pub(crate) Context);

impl Handler<kind::DeleteAsset> for DeleteAssetHandler {
    async fn handle(&self, job: &Job<kind::DeleteAsset>) -> Result<Completion, JobError> {
        let asset = job.subject()?;
        let root = self.0.store.paths().root().to_owned();
        Ok(Completion::new(Removal {
            asset,
            delete_on_disk: job.payload.delete_on_disk,
            root,
        }))
    }
}

struct Removal {
    asset: Uuid,
    delete_on_disk: bool,
    root: std::path::PathBuf,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    owner_id: Uuid,
    #[diesel(sql_type = Text)]
    original_path: String,
    #[diesel(sql_type = Bool)]
    is_external: bool,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    live_photo_video_id: Option<Uuid>,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

#[derive(QueryableByName)]
struct PathRow {
    #[diesel(sql_type = Text)]
    path: String,
}

impl Complete for Removal {
    async fn apply(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        let locked = lock_with_relatives(conn, self.asset).await?;
        // Somebody may have taken it out of the trash in the meantime.
        let row: Option<Row> = sql_query(
            "select owner_id, original_path, is_external, live_photo_video_id from asset \
             where id = $1 and status in ('trashed', 'deleted')",
        )
        .bind::<SqlUuid, _>(self.asset)
        .get_result(conn)
        .await
        .optional()?;
        let Some(row) = row else { return Ok(()) };
        if row.live_photo_video_id.is_some_and(|video| !locked.contains(&video)) {
            return Err(DbError::Overtaken);
        }
        lock_albums_of(conn, &[self.asset]).await?;
        let mut files: Vec<String> = sql_query("select path from asset_file where asset_id = $1")
            .bind::<SqlUuid, _>(self.asset)
            .load::<PathRow>(conn)
            .await?
            .into_iter()
            .map(|file| file.path)
            .collect();
        if self.delete_on_disk && !row.is_external {
            files.push(row.original_path);
        }
        // A sidecar beside somebody else's picture is somebody else's, too.
        files.retain(|path| Path::new(path).starts_with(&self.root));
        remove_rows(conn, self.asset, row.owner_id).await?;
        if let Some(video) = row.live_photo_video_id
            && abandon_video(conn, video).await?
        {
            let payload = DeleteAssetPayload {
                delete_on_disk: self.delete_on_disk,
            };
            follow
                .enqueue::<kind::DeleteAsset>(conn, NewJob::keyed(payload, video.to_string()))
                .await?;
        }
        follow.delete_files(conn, files).await?;
        follow.event(Event::AssetDelete {
            user: row.owner_id,
            asset: self.asset,
        });
        Ok(())
    }
}

/// What an asset takes of its owner's quota: its file, unless that is a library's, and its sidecar.
const STORED: &str = "\
select coalesce((select file_size_in_byte from asset_exif e where e.asset_id = a.id and a.library_id is null), 0)
    + coalesce((select sum(size_in_byte)::bigint from asset_file f where f.asset_id = a.id and f.type = 'sidecar'), 0) as bytes
from asset a where a.id = $1";

/// Locks the asset, the video it shows and the photos that show it, in the order of their ids: they change, too, when it goes.
async fn lock_with_relatives(conn: &mut AsyncPgConnection, asset: Uuid) -> Result<Vec<Uuid>, DbError> {
    let rows: Vec<IdRow> = sql_query(
        "select id from asset where id = any (array( \
             select $1 union select id from asset where live_photo_video_id = $1 \
             union select live_photo_video_id from asset where id = $1)) order by id for update",
    )
    .bind::<SqlUuid, _>(asset)
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// The asset's row takes the others with it; what it took of its owner's quota is given back.
async fn remove_rows(conn: &mut AsyncPgConnection, asset: Uuid, owner: Uuid) -> Result<(), DbError> {
    #[derive(QueryableByName)]
    struct Stored {
        #[diesel(sql_type = BigInt)]
        bytes: i64,
    }
    let stored: Stored = sql_query(STORED).bind::<SqlUuid, _>(asset).get_result(conn).await?;
    sql_query("delete from asset where id = $1")
        .bind::<SqlUuid, _>(asset)
        .execute(conn)
        .await?;
    usage::change(conn, owner, stored.bytes.saturating_neg()).await
}

/// The moving half of a live photo goes with the last photo that shows it. True: it is to be deleted.
async fn abandon_video(conn: &mut AsyncPgConnection, video: Uuid) -> Result<bool, DbError> {
    let rows = sql_query(
        "update asset set status = 'deleted', deleted_at = coalesce(deleted_at, now()), updated_at = now() \
         where id = $1 and visibility in ('hidden', 'locked') \
         and not exists (select 1 from asset other where other.live_photo_video_id = $1)",
    )
    .bind::<SqlUuid, _>(video)
    .execute(conn)
    .await?;
    Ok(rows == 1)
}
