//! Into the trash, back from it, and out of it for good. The moving part of a photo goes with it and is not counted.

use diesel::{
    sql_query,
    sql_types::{Array, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use safelight_core::{
    db::{again, lock_assets_with_parts},
    events::Event,
    jobs::{NewJob, Wakes, enqueue, kind::EmptyTrash},
};
use serde_json::json;
use uuid::Uuid;

use crate::prelude::*;
use crate::{
    access::{self},
    http::validate::{Bound, Rule, boolean, list, shape, uuid},
    resource::bulk::Ids,
};

shape! {
    /// Assets to delete.
    pub(super) struct Deletion {
        ids: Vec<Uuid> = "ids", list(Bound::Ids, uuid());
        force: bool = "force", boolean().or(false);
    }
}

/// What is already on its way out does not come back into the trash.
const THROW_AWAY: &str = "
update asset set deleted_at = now(), status = $2, updated_at = now() where id = any($1) and status <> 'deleted'";

const RESTORE: &str = "
update asset set deleted_at = null, status = 'active', updated_at = now() where id = any($1) and status <> 'deleted'";

/// Everything in the trash of a person but the moving parts of photos there, which follow. All of it is locked first, in
/// the order of all rows.
macro_rules! all_in_trash {
    ($set:literal) => {
        concat!(
            "with trash as materialized (
                select id from asset where owner_id = $1 and deleted_at is not null and status = 'trashed'
                order by id for no key update)
             update asset a set ",
            $set,
            ", updated_at = now() from trash where a.id = trash.id and not exists (
                select from asset photo where photo.live_photo_video_id = a.id and photo.id <> a.id
                and photo.status = 'trashed')"
        )
    };
}

const RESTORE_ALL: &str = all_in_trash!("deleted_at = null, status = 'active'");
const EMPTY: &str = all_in_trash!("status = 'deleted'");

/// `DELETE /assets`: into the trash, or with `force` past it.
pub(super) async fn delete(auth: Auth, body: Body<Deletion>, state: Data<AppState>) -> Reply {
    let Deletion { ids, force } = body.0;
    let mut conn = state.conn().await?;
    access::asset::require(&mut conn, &auth, Permission::AssetDelete, &ids).await?;
    if ids.is_empty() {
        return Ok(reply::no_content());
    }
    let wakes = again(async || {
        conn.transaction::<_, ApiError, _>(async |conn| throw_away(conn, &ids, force).await)
            .await
    })
    .await?;
    drop(conn);
    state.wake(wakes).await;
    if !force {
        let (user, assets) = (auth.id(), ids);
        state.publish(&[Event::AssetTrash { user, assets }]).await;
    }
    Ok(reply::no_content())
}

async fn throw_away(conn: &mut AsyncPgConnection, ids: &[Uuid], force: bool) -> Result<Wakes, ApiError> {
    let mut wakes = Wakes::default();
    lock_assets_with_parts(conn, ids).await?;
    sql_query(THROW_AWAY)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Text, _>(if force { "deleted" } else { "trashed" })
        .execute(conn)
        .await?;
    if force {
        enqueue(conn, &mut wakes, NewJob::<EmptyTrash>::singleton()).await?;
    }
    Ok(wakes)
}

/// `POST /trash/restore/assets`. One that was not in the trash counts as well (measured C11).
pub(super) async fn restore(auth: Auth, body: Body<Ids>, state: Data<AppState>) -> Reply {
    let assets = body.0.0;
    let mut conn = state.conn().await?;
    access::asset::require(&mut conn, &auth, Permission::AssetDelete, &assets).await?;
    let count = again(async || {
        conn.transaction::<_, ApiError, _>(async |conn| {
            lock_assets_with_parts(conn, &assets).await?;
            let restore = sql_query(RESTORE).bind::<Array<SqlUuid>, _>(&assets);
            Ok(restore.execute(conn).await?)
        })
        .await
    })
    .await?;
    drop(conn);
    if count > 0 {
        let user = auth.id();
        state.publish(&[Event::AssetRestore { user, assets }]).await;
    }
    Ok(reply::ok(&json!({"count": count})))
}

/// `POST /trash/restore`: all of it. No event: clients look again by themselves (measured C17).
pub(super) async fn restore_all(auth: Auth, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    let count = again(async || all(&mut conn, &auth, RESTORE_ALL).await).await?;
    Ok(reply::ok(&json!({"count": count})))
}

/// `POST /trash/empty`
pub(super) async fn empty(auth: Auth, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    let (count, wakes) = again(async || {
        conn.transaction::<_, ApiError, _>(async |conn| {
            let mut wakes = Wakes::default();
            let count = all(conn, &auth, EMPTY).await?;
            if count > 0 {
                enqueue(conn, &mut wakes, NewJob::<EmptyTrash>::singleton()).await?;
            }
            Ok((count, wakes))
        })
        .await
    })
    .await?;
    drop(conn);
    state.wake(wakes).await;
    Ok(reply::ok(&json!({"count": count})))
}

/// Does one of the two to all of the caller's trash, and counts.
async fn all(conn: &mut AsyncPgConnection, auth: &Auth, statement: &str) -> Result<usize, ApiError> {
    let statement = sql_query(statement).bind::<SqlUuid, _>(auth.id());
    Ok(statement.execute(conn).await?)
}
