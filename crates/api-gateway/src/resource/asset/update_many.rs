//! Changing several assets in the same way.

use chrono_tz::Tz;
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use safelight_core::{
    db::{again, lock_assets_with_parts, schema::asset},
    jobs::{BulkOptions, Wakes, enqueue_each, kind::SidecarWrite},
};
use uuid::Uuid;

use super::change::{self, Change};
use crate::prelude::*;
use crate::{
    access::{self},
    http::validate::{Bound, Rule, integer, list, name, shape, uuid},
};

shape! {
    /// Changes to several assets.
    pub(super) struct Updates {
        ids: Vec<Uuid> = "ids", list(Bound::Ids, uuid());
        /// `Some(None)` takes them out of their group of look-alikes.
        duplicate_id: Option<Option<String>> = "duplicateId", name().nullish();
        /// Minutes by which the moment of each picture is moved.
        minutes: Option<i64> = "dateTimeRelative", integer().optional();
        time_zone: Option<String> = "timeZone", name().optional();
        change: Change;
    }
}

/// `PUT /assets`
pub(super) async fn update(auth: Auth, body: Body<Updates>, state: Data<AppState>) -> Reply {
    let updates = body.0;
    let mut conn = state.conn().await?;
    access::asset::require(&mut conn, &auth, Permission::AssetUpdate, &updates.ids).await?;
    if updates.ids.is_empty() {
        return Ok(reply::no_content());
    }
    let wakes = again(async || {
        conn.transaction::<_, ApiError, _>(async |conn| apply(conn, &updates).await)
            .await
    })
    .await?;
    drop(conn);
    state.wake(wakes).await;
    Ok(reply::no_content())
}

async fn apply(conn: &mut AsyncPgConnection, updates: &Updates) -> Result<Wakes, ApiError> {
    let Updates {
        ids,
        change,
        duplicate_id,
        minutes,
        time_zone,
    } = updates;
    let zone = time_zone.as_deref().map(parse_zone).transpose()?;
    let duplicate_id = duplicate_id
        .as_ref()
        .map(|id| id.as_deref().map(Uuid::parse_str).transpose())
        .transpose()
        .map_err(|_| ApiError::bad("Invalid duplicateId"))?;
    lock_assets_with_parts(conn, ids).await?;
    if let Some(duplicate_id) = duplicate_id {
        diesel::update(asset::table.filter(asset::id.eq_any(ids)))
            .set((
                asset::duplicate_id.eq(duplicate_id),
                asset::updated_at.eq(diesel::dsl::now),
            ))
            .execute(conn)
            .await?;
    }
    change::apply(conn, ids, change).await?;
    let moved = change.date_time_original.is_none() && (minutes.is_some() || zone.is_some());
    let exif = change.exif(zone.filter(|_| !moved))?;
    change::apply_exif(conn, ids, &exif).await?;
    if moved {
        move_dates(conn, ids, minutes.unwrap_or(0), zone).await?;
    }
    let mut wakes = Wakes::default();
    if moved || !exif.columns().is_empty() {
        enqueue_each::<SidecarWrite>(conn, &mut wakes, BulkOptions::interactive(), ids).await?;
    }
    Ok(wakes)
}

/// Moves dates, and counts those that left the years of four digits.
const MOVE: &str = "
with moved as (
    update asset_exif e set
        date_time_original = coalesce(e.date_time_original, a.file_created_at) + $2 * interval '1 minute',
        time_zone = coalesce($3, e.time_zone), updated_at = now()
    from asset a where a.id = e.asset_id and e.asset_id = any($1)
    returning e.date_time_original as moment)
select count(*) as beyond from moved where moment < '0001-01-01Z' or moment >= '10000-01-01Z'";

#[derive(QueryableByName)]
struct Moved {
    #[diesel(sql_type = BigInt)]
    beyond: i64,
}

/// Moves the moments of pictures and says in which zone they are.
async fn move_dates(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
    minutes: i64,
    zone: Option<Tz>,
) -> Result<(), ApiError> {
    // Past this lie dates that Postgres has not got.
    if minutes.abs() > 100 * 366 * 24 * 60 {
        return Err(ApiError::bad("Invalid dateTimeRelative"));
    }
    let moved = sql_query(MOVE)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<BigInt, _>(minutes)
        .bind::<Nullable<Text>, _>(zone.map(Tz::name));
    // What moves beyond the years that clients write goes back with the transaction.
    if moved.get_result::<Moved>(conn).await?.beyond > 0 {
        return Err(ApiError::bad("Invalid dateTimeRelative"));
    }
    let mut columns = vec!["date_time_original"];
    columns.extend(zone.map(|_| "time_zone"));
    change::lock_columns(conn, ids, &columns).await
}

fn parse_zone(name: &str) -> Result<Tz, ApiError> {
    name.parse().map_err(|_| ApiError::bad("Invalid timeZone"))
}
