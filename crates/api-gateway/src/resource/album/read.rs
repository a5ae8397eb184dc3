//! Looking at albums.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Bool, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{
    view::{self, Dates},
    wire::{Search, Statistics},
};
use crate::prelude::*;
use crate::{access::album, http::reply::ok, resource::map::Marker};

/// The caller's albums; an asset makes all other conditions void. What others have hidden or thrown away is not told.
const SEARCH: &str = "
select al.id from album_user me join album al on al.id = me.album_id
where me.user_id = $1 and al.deleted_at is null
  and case when $2 is not null
    then exists (select from album_asset aa join asset a on a.id = aa.asset_id
      where aa.album_id = al.id and aa.asset_id = $2 and (a.owner_id = $1
        or (a.deleted_at is null and a.visibility in ('timeline', 'archive'))))
    else ($3 is null or al.id = $3) and ($4 is null or al.album_name = $4)
      and ($5 is null or (me.role = 'owner') = $5)
      and ($6 is null or $6 = exists (select from album_user other join \"user\" u on u.id = other.user_id
        where other.album_id = al.id and other.user_id <> me.user_id and u.deleted_at is null)) end";

const STATISTICS: &str = "
select count(*) filter (where me.role = 'owner') as owned,
  count(*) filter (where shared.with_others) as shared,
  count(*) filter (where me.role = 'owner' and not shared.with_others) as not_shared
from album_user me join album al on al.id = me.album_id
cross join lateral (select exists (select from album_user other join \"user\" u on u.id = other.user_id
    where other.album_id = al.id and other.user_id <> me.user_id and u.deleted_at is null) as with_others) shared
where me.user_id = $1 and al.deleted_at is null";

const MARKERS: &str = "
select a.id, e.latitude as lat, e.longitude as lon, e.city, e.state, e.country
from album_asset aa join asset a on a.id = aa.asset_id join asset_exif e on e.asset_id = a.id
where aa.album_id = $1 and a.deleted_at is null and a.visibility in ('timeline', 'archive')
  and e.latitude is not null and e.longitude is not null
order by a.file_created_at desc, a.id";

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

#[derive(QueryableByName)]
struct StatisticsRow {
    #[diesel(sql_type = BigInt)]
    owned: i64,
    #[diesel(sql_type = BigInt)]
    shared: i64,
    #[diesel(sql_type = BigInt)]
    not_shared: i64,
}

/// `GET /albums`
pub(super) async fn list(state: Data<AppState>, auth: Auth, search: Query<Search>) -> Reply {
    let search = search.0;
    let mut conn = state.pool.get().await?;
    let found: Vec<IdRow> = sql_query(SEARCH)
        .bind::<SqlUuid, _>(auth.id())
        .bind::<Nullable<SqlUuid>, _>(search.asset)
        .bind::<Nullable<SqlUuid>, _>(search.id)
        .bind::<Nullable<Text>, _>(search.name)
        .bind::<Nullable<Bool>, _>(search.is_owned)
        .bind::<Nullable<Bool>, _>(search.is_shared)
        .load(&mut conn)
        .await?;
    let ids: Vec<Uuid> = found.into_iter().map(|row| row.id).collect();
    Ok(ok(&view::many(&mut conn, &ids, auth.id(), Dates::Days).await?))
}

/// `GET /albums/statistics`
pub(super) async fn statistics(state: Data<AppState>, auth: Auth) -> Reply {
    let row: StatisticsRow = sql_query(STATISTICS)
        .bind::<SqlUuid, _>(auth.id())
        .get_result(&mut state.pool.get().await?)
        .await?;
    Ok(ok(&Statistics {
        owned: row.owned,
        shared: row.shared,
        not_shared: row.not_shared,
    }))
}

/// `GET /albums/{id}`
pub(super) async fn one(state: Data<AppState>, auth: Auth, id: Id) -> Reply {
    let mut conn = state.pool.get().await?;
    album::require(&mut conn, &auth, Permission::AlbumRead, id.0).await?;
    Ok(ok(&view::one(&mut conn, id.0, auth.id()).await?))
}

/// `GET /albums/{id}/map-markers`
pub(super) async fn map_markers(state: Data<AppState>, auth: Auth, id: Id) -> Reply {
    let mut conn = state.pool.get().await?;
    album::require(&mut conn, &auth, Permission::AlbumRead, id.0).await?;
    let markers: Vec<Marker> = sql_query(MARKERS).bind::<SqlUuid, _>(id.0).load(&mut conn).await?;
    Ok(ok(&markers))
}
