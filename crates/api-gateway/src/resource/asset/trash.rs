//! Into the trash, back from it, and out of it for good.

use actix_web::web::Data;
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use safelight_core::{
    db::schema::asset,
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

/// `DELETE /assets`: into the trash, or with `force` past it.
pub(super) async fn delete(auth: Auth, body: Body<Deletion>, state: Data<AppState>) -> Reply {
    let Deletion { ids, force } = body.0;
    let mut conn = state.conn().await?;
    access::asset::require(&mut conn, &auth, Permission::AssetDelete, &ids).await?;
    if ids.is_empty() {
        return Ok(reply::no_content());
    }
    let status = if force { "deleted" } else { "trashed" };
    let assets = ids.clone();
    let wakes = conn
        .transaction::<_, ApiError, _>(async move |conn| {
            let mut wakes = Wakes::default();
            // What is already on its way out does not come back into the trash.
            diesel::update(
                asset::table
                    .filter(asset::id.eq_any(&ids))
                    .filter(asset::status.ne("deleted")),
            )
            .set((
                asset::deleted_at.eq(diesel::dsl::now),
                asset::status.eq(status),
                asset::updated_at.eq(diesel::dsl::now),
            ))
            .execute(conn)
            .await?;
            if force {
                enqueue(conn, &mut wakes, NewJob::<EmptyTrash>::singleton()).await?;
            }
            Ok(wakes)
        })
        .await?;
    state.waker.send(wakes).await;
    if !force {
        let user = auth.id();
        state.bus.publish(&[Event::AssetTrash { user, assets }]).await;
    }
    Ok(reply::no_content())
}

/// `POST /trash/restore/assets`. One that was not in the trash counts as well (measured C11).
pub(super) async fn restore(auth: Auth, body: Body<Ids>, state: Data<AppState>) -> Reply {
    let assets = body.0.0;
    let mut conn = state.conn().await?;
    access::asset::require(&mut conn, &auth, Permission::AssetDelete, &assets).await?;
    let chosen = asset::table
        .filter(asset::id.eq_any(&assets))
        .filter(asset::status.ne("deleted"));
    let count = diesel::update(chosen)
        .set((
            asset::deleted_at.eq(None::<chrono::DateTime<chrono::Utc>>),
            asset::status.eq("active"),
            asset::updated_at.eq(diesel::dsl::now),
        ))
        .execute(&mut conn)
        .await?;
    if count > 0 {
        let user = auth.id();
        state.bus.publish(&[Event::AssetRestore { user, assets }]).await;
    }
    Ok(reply::ok(&json!({"count": count})))
}

/// `POST /trash/restore`: all of it. No event: clients look again by themselves (measured C17).
pub(super) async fn restore_all(auth: Auth, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    let trash = asset::table
        .filter(asset::owner_id.eq(auth.id()))
        .filter(asset::status.eq("trashed"));
    let count = diesel::update(trash)
        .set((
            asset::deleted_at.eq(None::<chrono::DateTime<chrono::Utc>>),
            asset::status.eq("active"),
            asset::updated_at.eq(diesel::dsl::now),
        ))
        .execute(&mut conn)
        .await?;
    Ok(reply::ok(&json!({"count": count})))
}

/// `POST /trash/empty`
pub(super) async fn empty(auth: Auth, state: Data<AppState>) -> Reply {
    let owner = auth.id();
    let mut conn = state.conn().await?;
    let (count, wakes) = conn
        .transaction::<_, ApiError, _>(async move |conn| {
            let mut wakes = Wakes::default();
            let trash = asset::table
                .filter(asset::owner_id.eq(owner))
                .filter(asset::status.eq("trashed"));
            let count = diesel::update(trash)
                .set((asset::status.eq("deleted"), asset::updated_at.eq(diesel::dsl::now)))
                .execute(conn)
                .await?;
            if count > 0 {
                enqueue(conn, &mut wakes, NewJob::<EmptyTrash>::singleton()).await?;
            }
            Ok((count, wakes))
        })
        .await?;
    state.waker.send(wakes).await;
    Ok(reply::ok(&json!({"count": count})))
}
