//! Into the trash, back from it, and out of it for good.

use actix_web::web::Data;
use diesel::{
    sql_query,
    sql_types::{Array, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use safelight_core::{
    db::again,
    events::Event,
    jobs::{NewJob, Wakes, enqueue, kind::EmptyTrash},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    access::{self, Auth, Permission},
    http::{
        body::Body,
        error::ApiError,
        reply::{self, Reply},
        validate::{Bound, Fields, Rule, Shape, boolean, list, uuid},
    },
    state::AppState,
};

/// Several assets.
pub(super) struct Ids(Vec<Uuid>);

impl Shape for Ids {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        fields.read("ids", list(Bound::Ids, uuid())).map(Self)
    }
}

/// Assets to delete.
pub(super) struct Deletion {
    ids: Vec<Uuid>,
    force: bool,
}

impl Shape for Deletion {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let ids = fields.read("ids", list(Bound::Ids, uuid()));
        let force = fields.read("force", boolean().optional());
        Some(Self {
            ids: ids?,
            force: force?.unwrap_or(false),
        })
    }
}

/// The rows are locked in the order of their ids before any is written, as everywhere. What is already on its way out does not
/// come back into the trash.
const DELETE: &str = "
with chosen as (select id from asset where id = any($1) and status <> 'deleted' order by id for no key update)
update asset set deleted_at = now(), status = $2, updated_at = now() from chosen where asset.id = chosen.id";

const RESTORE: &str = "
with chosen as (select id from asset where id = any($1) and status <> 'deleted' order by id for no key update)
update asset set deleted_at = null, status = 'active', updated_at = now() from chosen where asset.id = chosen.id";

const RESTORE_ALL: &str = "
with chosen as (select id from asset where owner_id = $1 and status = 'trashed' order by id for no key update)
update asset set deleted_at = null, status = 'active', updated_at = now() from chosen where asset.id = chosen.id";

const EMPTY: &str = "
with chosen as (select id from asset where owner_id = $1 and status = 'trashed' order by id for no key update)
update asset set status = 'deleted', updated_at = now() from chosen where asset.id = chosen.id";

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
    sql_query(DELETE)
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
    let restore = async || -> Result<usize, ApiError> {
        let statement = sql_query(RESTORE).bind::<Array<SqlUuid>, _>(&assets);
        Ok(statement.execute(&mut conn).await?)
    };
    let count = again(restore).await?;
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
    let restore = async || -> Result<usize, ApiError> {
        let statement = sql_query(RESTORE_ALL).bind::<SqlUuid, _>(auth.id());
        Ok(statement.execute(&mut conn).await?)
    };
    let count = again(restore).await?;
    Ok(reply::ok(&json!({"count": count})))
}

/// `POST /trash/empty`
pub(super) async fn empty(auth: Auth, state: Data<AppState>) -> Reply {
    let owner = auth.id();
    let mut conn = state.conn().await?;
    let (count, wakes) = again(async || {
        conn.transaction::<_, ApiError, _>(async |conn| {
            let mut wakes = Wakes::default();
            let count = sql_query(EMPTY).bind::<SqlUuid, _>(owner).execute(conn).await?;
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
