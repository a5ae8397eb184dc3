//! Live photos: a picture and a video that share an identifier become one.

use diesel::sql_types::{Bool, Text, Uuid as SqlUuid};
use diesel::{OptionalExtension as _, QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use safelight_core::db::{DbError, leave_albums};
use uuid::Uuid;

use crate::handler::asset::AssetFacts;

#[derive(QueryableByName)]
struct Half {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Only one reading at a time may look for the other half of a photo, or two that end in the same moment would miss each
/// other. Held until the end of the transaction; called before the rows are written.
pub(super) async fn wait_turn(conn: &mut AsyncPgConnection, identifier: &str) -> Result<(), DbError> {
    sql_query("select pg_advisory_xact_lock(hashtextextended($1, 0))::text")
        .bind::<Text, _>(identifier)
        .execute(conn)
        .await?;
    Ok(())
}

/// The other half of the asset, if that is here.
pub(super) async fn other_half(
    conn: &mut AsyncPgConnection,
    asset: &AssetFacts,
    identifier: &str,
) -> Result<Option<Uuid>, DbError> {
    let other: Option<Half> = sql_query(
        "select a.id from asset_exif e join asset a on a.id = e.asset_id \
         where e.live_photo_cid = $1 and a.owner_id = $2 and a.id <> $3 and a.status = 'active' and a.library_id \
         is not distinct from (select library_id from asset where id = $3) \
         and a.type = case when $4 then 'IMAGE' else 'VIDEO' end \
         and (a.live_photo_video_id is null or a.live_photo_video_id = $3) \
         and not exists (select 1 from asset photo where photo.live_photo_video_id = a.id and photo.id <> $3) \
         order by a.created_at limit 1",
    )
    .bind::<Text, _>(identifier)
    .bind::<SqlUuid, _>(asset.owner_id)
    .bind::<SqlUuid, _>(asset.id)
    .bind::<Bool, _>(asset.is_video())
    .get_result(conn)
    .await
    .optional()?;
    Ok(other.map(|half| half.id))
}

/// Joins the asset with its other half, both of which are locked: the picture gets the video, the video is hidden and leaves
/// its albums. The answer is the video, if it was shown until now.
pub(super) async fn join(
    conn: &mut AsyncPgConnection,
    asset: &AssetFacts,
    other: Uuid,
) -> Result<Option<Uuid>, DbError> {
    let (photo, video) = if asset.is_video() {
        (other, asset.id)
    } else {
        (asset.id, other)
    };
    let was_shown = is_shown(conn, video).await?;
    // A half that went into the trash since it was found stays as it is.
    let joined = sql_query(
        "update asset set live_photo_video_id = $2, updated_at = now() \
         where id = $1 and (live_photo_video_id is null or live_photo_video_id = $2) \
         and not exists (select 1 from asset half where half.id in ($1, $2) and half.id <> $3 and half.status <> 'active') \
         and exists (select 1 from asset half where half.id = $2)",
    )
    .bind::<SqlUuid, _>(photo)
    .bind::<SqlUuid, _>(video)
    .bind::<SqlUuid, _>(asset.id)
    .execute(conn)
    .await?;
    if joined == 0 {
        return Ok(None);
    }
    leave_albums(conn, &[video]).await?;
    sql_query(
        "update asset set visibility = 'hidden', updated_at = now() \
         where id = $1 and visibility in ('timeline', 'archive')",
    )
    .bind::<SqlUuid, _>(video)
    .execute(conn)
    .await?;
    Ok(was_shown.then_some(video))
}

/// Whether the video is shown on its own.
async fn is_shown(conn: &mut AsyncPgConnection, video: Uuid) -> Result<bool, DbError> {
    let shown: Option<Half> = sql_query("select id from asset where id = $1 and visibility in ('timeline', 'archive')")
        .bind::<SqlUuid, _>(video)
        .get_result(conn)
        .await
        .optional()?;
    Ok(shown.is_some())
}
