//! Who may see an asset, and who may change it.
//!
//! One's own assets, and for looking also what is in sight in albums one is a member of: neither in the trash, nor hidden,
//! nor locked; with a photo its moving part. What is in the locked folder is there only for its owner, in a session opened
//! by PIN. The moving part of a locked or trashed photo is locked or trashed itself: the database holds that (migration
//! `live_photo_halves`), so nobody has to look at the photo for it.

use std::collections::HashSet;

use diesel::{
    QueryableByName,
    sql_types::{Array, Bool, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::db::prepared;
use uuid::Uuid;

use super::{Auth, Permission};
use crate::http::error::ApiError;

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// A condition on `asset a`: it is shown by itself, and not only as the moving part of a photo. What is hidden is left out
/// by its visibility; this is for where a locked one would be shown beside its photo.
pub(crate) const NO_MOVING_PART: &str =
    "not exists (select from asset photo where photo.live_photo_video_id = a.id and photo.id <> a.id)";

/// The caller's own, outside of the locked folder or with it open.
const OWN: &str = "select a.id from asset a
    where a.id = any($1) and a.owner_id = $2 and (a.visibility <> 'locked' or $3)";

/// A condition on `asset a`: the caller (`$2`, for whom the locked folder is open: `$3`) may look at it, since it is their own or in sight in one of
/// their albums, or the moving part of a photo that is. Each way from the asset to the person goes by its own index: asset, its albums, the
/// membership. An `or` behind a join would read whole albums instead. `offset 0` keeps the planner from reading all of the caller's albums
/// first, where it thinks that many assets are asked for.
macro_rules! visible {
    () => {
        "(
        (a.owner_id = $2 and (a.visibility <> 'locked' or $3))
        or (a.deleted_at is null and a.visibility in ('timeline', 'archive') and exists (
            select from album_asset content
            join album_user member on member.album_id = content.album_id and member.user_id = $2
            join album on album.id = content.album_id and album.deleted_at is null
            where content.asset_id = a.id offset 0))
        or (a.deleted_at is null and a.visibility <> 'locked' and exists (
            select from asset photo
            join album_asset content on content.asset_id = photo.id
            join album_user member on member.album_id = content.album_id and member.user_id = $2
            join album on album.id = content.album_id and album.deleted_at is null
            where photo.live_photo_video_id = a.id and photo.deleted_at is null
              and photo.visibility in ('timeline', 'archive') offset 0)))"
    };
}
pub(crate) use visible;

const VISIBLE: &str = concat!("select a.id from asset a where a.id = any($1) and ", visible!());

/// Fails unless the caller has every one of these assets in the way `permission` needs.
///
/// # Errors
/// 400 `Not found or no <permission> access`.
pub(crate) async fn require(
    conn: &mut AsyncPgConnection,
    auth: &Auth,
    permission: Permission,
    ids: &[Uuid],
) -> Result<(), ApiError> {
    let granted = granted(conn, auth, permission, ids).await?;
    if ids.iter().all(|id| granted.contains(id)) {
        return Ok(());
    }
    Err(ApiError::no_access(permission.as_str()))
}

/// Those of `ids` that the caller has in the way `permission` needs: reading, viewing and downloading are for members of
/// albums, too, everything else is the owner's. What is locked is never shared, also where the folder is open.
pub(crate) async fn granted(
    conn: &mut AsyncPgConnection,
    auth: &Auth,
    permission: Permission,
    ids: &[Uuid],
) -> Result<HashSet<Uuid>, ApiError> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let query = match permission {
        Permission::AssetRead | Permission::AssetView | Permission::AssetDownload => VISIBLE,
        _ => OWN,
    };
    let found: Vec<Found> = prepared(query)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<SqlUuid, _>(auth.id())
        .bind::<Bool, _>(auth.is_elevated() && permission != Permission::AssetShare)
        .load(conn)
        .await?;
    Ok(found.into_iter().map(|row| row.id).collect())
}
