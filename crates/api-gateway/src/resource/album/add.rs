//! Putting assets into albums.

use std::collections::HashSet;

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use safelight_core::db::{RowLock, again, lock_albums, lock_assets};
use uuid::Uuid;

use super::wire::{ManyResult, ManyToMany};
use crate::prelude::*;
use crate::{
    access::{album, asset},
    http::reply::ok,
    resource::bulk::{self, Ids},
};

/// What is in an album already is left alone. Ordered, so that two requests cannot wait for each other in a circle.
const INSERT: &str = "
insert into album_asset (album_id, asset_id)
select al.id, a.id from unnest($1) al (id) cross join unnest($2) a (id) order by al.id, a.id
on conflict do nothing returning album_id, asset_id";

/// An album without a picture gets the newest of what it holds, if that is one of the assets that came (`$2`), which are
/// locked. Without one it shows the newest, see `view`.
const TOUCH: &str = "
update album al set updated_at = now(), album_thumbnail_asset_id = coalesce(al.album_thumbnail_asset_id, (
    select newest.asset_id from (
        select asset_id from album_content where album_id = al.id and in_sight
        order by local_date_time desc, asset_id limit 1) newest
    where newest.asset_id = any($2)))
where al.id = any($1)";

#[derive(QueryableByName)]
struct PairRow {
    #[diesel(sql_type = SqlUuid)]
    album_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    asset_id: Uuid,
}

/// Puts every asset into every album and gives the assets that were new in one of them.
///
/// # Errors
/// The database.
pub(crate) async fn insert(
    conn: &mut AsyncPgConnection,
    albums: &[Uuid],
    assets: &[Uuid],
) -> Result<HashSet<Uuid>, ApiError> {
    if albums.is_empty() || assets.is_empty() {
        return Ok(HashSet::new());
    }
    // What has gone meanwhile is passed over.
    let assets = lock_assets(conn, assets, RowLock::Change).await?;
    let albums = lock_albums(conn, albums, RowLock::Change).await?;
    let rows: Vec<PairRow> = sql_query(INSERT)
        .bind::<Array<SqlUuid>, _>(&albums)
        .bind::<Array<SqlUuid>, _>(&assets)
        .load(conn)
        .await?;
    let mut changed: Vec<Uuid> = rows.iter().map(|row| row.album_id).collect();
    changed.sort_unstable();
    changed.dedup();
    if !changed.is_empty() {
        sql_query(TOUCH)
            .bind::<Array<SqlUuid>, _>(changed)
            .bind::<Array<SqlUuid>, _>(&assets)
            .execute(conn)
            .await?;
    }
    Ok(rows.into_iter().map(|row| row.asset_id).collect())
}

/// `PUT /albums/{id}/assets`
pub(super) async fn to_one(state: Data<AppState>, auth: Auth, id: Id, body: Body<Ids>) -> Reply {
    let asked = body.0.0;
    let mut conn = state.pool.get().await?;
    album::require(&mut conn, &auth, Permission::AlbumAssetCreate, id.0).await?;
    let granted = asset::granted(&mut conn, &auth, Permission::AssetShare, &asked).await?;
    let assets: Vec<Uuid> = granted.iter().copied().collect();
    let added = again(async || {
        conn.transaction(async |conn| insert(conn, &[id.0], &assets).await)
            .await
    })
    .await?;
    let why_not = |asset: &Uuid| {
        if granted.contains(asset) {
            "duplicate"
        } else {
            "no_permission"
        }
    };
    Ok(ok(&bulk::results(asked, added, why_not)))
}

/// `PUT /albums/assets`: every asset into every album, as far as the caller may.
pub(super) async fn to_many(state: Data<AppState>, auth: Auth, body: Body<ManyToMany>) -> Reply {
    let ManyToMany { albums, assets } = body.0;
    let mut conn = state.pool.get().await?;
    let albums = album::granted(&mut conn, &auth, Permission::AlbumAssetCreate, &albums).await?;
    let assets = asset::granted(&mut conn, &auth, Permission::AssetShare, &assets).await?;
    if albums.is_empty() || assets.is_empty() {
        return Ok(ok(&ManyResult {
            success: false,
            error: Some("no_permission"),
        }));
    }
    let most = state.accounts.album_additions;
    if albums.len().saturating_mul(assets.len()) > most {
        let message = format!("At most {most} additions at once: the number of assets times the number of albums");
        return Err(ApiError::bad(message));
    }
    let (albums, assets): (Vec<Uuid>, Vec<Uuid>) = (albums.into_iter().collect(), assets.into_iter().collect());
    let added = again(async || {
        conn.transaction(async |conn| insert(conn, &albums, &assets).await)
            .await
    })
    .await?;
    let is_new = !added.is_empty();
    Ok(ok(&ManyResult {
        success: is_new,
        error: (!is_new).then_some("duplicate"),
    }))
}
