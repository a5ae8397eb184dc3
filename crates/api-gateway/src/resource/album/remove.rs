//! Taking assets out of an album.

use std::collections::HashMap;

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use safelight_core::{
    db::{RowLock, again, lock_albums, lock_assets},
    ids::AlbumRole,
};
use uuid::Uuid;

use crate::prelude::*;
use crate::{
    access::album,
    http::reply::ok,
    resource::bulk::{self, Ids},
};

/// What the caller knows to be in it: what is in sight there, and one's own.
const CONTENT: &str = "
select a.id, a.owner_id from album_asset aa join asset a on a.id = aa.asset_id
where aa.album_id = $1 and aa.asset_id = any($2)
  and (a.owner_id = $3 or (a.deleted_at is null and a.visibility in ('timeline', 'archive')))";

/// An album whose picture was taken out shows the newest of the rest, see `view`.
const TOUCH: &str = "
update album set updated_at = now(),
  album_thumbnail_asset_id = case when album_thumbnail_asset_id = any($2) then null else album_thumbnail_asset_id end
where id = $1";

#[derive(QueryableByName)]
struct ContentRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    owner_id: Uuid,
}

/// `DELETE /albums/{id}/assets`: the owner of the album may take out everything, editors their own.
pub(super) async fn from_one(state: Data<AppState>, auth: Auth, id: Id, body: Body<Ids>) -> Reply {
    let asked = body.0.0;
    let mut conn = state.pool.get().await?;
    let role = album::require(&mut conn, &auth, Permission::AlbumAssetDelete, id.0).await?;
    let content: Vec<ContentRow> = sql_query(CONTENT)
        .bind::<SqlUuid, _>(id.0)
        .bind::<Array<SqlUuid>, _>(&asked)
        .bind::<SqlUuid, _>(auth.id())
        .load(&mut conn)
        .await?;
    let owners: HashMap<Uuid, Uuid> = content.into_iter().map(|row| (row.id, row.owner_id)).collect();
    let may = |asset: &Uuid| role == AlbumRole::Owner || owners.get(asset) == Some(&auth.id());
    let removable: Vec<Uuid> = owners.keys().copied().filter(may).collect();
    if !removable.is_empty() {
        again(async || {
            conn.transaction(async |conn| take_out(conn, id.0, &removable).await)
                .await
        })
        .await?;
    }
    let taken = removable.iter().copied().collect();
    let why_not = |asset: &Uuid| {
        if owners.contains_key(asset) && !may(asset) {
            "no_permission"
        } else {
            "not_found"
        }
    };
    Ok(ok(&bulk::results(asked, taken, why_not)))
}

async fn take_out(conn: &mut AsyncPgConnection, album: Uuid, assets: &[Uuid]) -> Result<(), ApiError> {
    lock_assets(conn, assets, RowLock::Change).await?;
    lock_albums(conn, &[album], RowLock::Change).await?;
    for statement in [
        "delete from album_asset where album_id = $1 and asset_id = any($2)",
        TOUCH,
    ] {
        sql_query(statement)
            .bind::<SqlUuid, _>(album)
            .bind::<Array<SqlUuid>, _>(assets)
            .execute(conn)
            .await?;
    }
    Ok(())
}
