//! Who may see an asset, and who may change it.
//!
//! One's own assets, and for looking also those in albums one is a member of. What is in the locked folder is there only
//! for its owner, in a session opened by PIN.

use std::collections::HashSet;

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, Bool, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{Auth, Permission};
use crate::http::error::ApiError;

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// The caller's own, outside of the locked folder or with it open.
const OWN: &str = "select a.id from asset a
    where a.id = any($1) and a.owner_id = $2 and (a.visibility <> 'locked' or $3)";

/// Also what is in albums of the caller, and the moving parts of photos there.
const VISIBLE: &str = "select a.id from asset a
    where a.id = any($1) and (
        (a.owner_id = $2 and (a.visibility <> 'locked' or $3))
        or (a.visibility <> 'locked' and a.deleted_at is null and exists (
            select 1 from album_user member
            join album on album.id = member.album_id and album.deleted_at is null
            join album_asset content on content.album_id = album.id
            left join asset still on still.id = content.asset_id
            where member.user_id = $2 and (content.asset_id = a.id or still.live_photo_video_id = a.id))))";

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
    let found: Vec<Found> = sql_query(query)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<SqlUuid, _>(auth.id())
        .bind::<Bool, _>(auth.is_elevated() && permission != Permission::AssetShare)
        .load(conn)
        .await?;
    Ok(found.into_iter().map(|row| row.id).collect())
}
