//! Marking notifications as read, and removing them.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use safelight_core::db::{again, schema::notification};
use std::collections::HashSet;
use uuid::Uuid;

use super::wire::{Change, Changes, Ids, Notification};
use crate::prelude::*;

/// `PUT /notifications/{id}`
pub(super) async fn update(auth: Auth, id: Id, body: Body<Change>, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    let row = conn
        .transaction::<Notification, ApiError, _>(async |conn| {
            mark(conn, &auth, &[id.0], &body.0).await?;
            let row = notification::table.find(id.0).select(Notification::as_select());
            Ok(row.first(conn).await?)
        })
        .await?;
    Ok(reply::ok(&row))
}

/// `PUT /notifications`: all of them or none.
pub(super) async fn update_many(auth: Auth, body: Body<Changes>, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    again(async || {
        conn.transaction(async |conn| mark(conn, &auth, &body.0.ids, &body.0.change).await)
            .await
    })
    .await?;
    Ok(reply::no_content())
}

async fn mark(conn: &mut AsyncPgConnection, auth: &Auth, ids: &[Uuid], change: &Change) -> Result<(), ApiError> {
    require(conn, auth, Permission::NotificationUpdate, ids).await?;
    let Some(read_at) = change.read_at else {
        return Err(ApiError::bad("No fields to update"));
    };
    diesel::update(notification::table.filter(notification::id.eq_any(ids)))
        .set((
            notification::read_at.eq(read_at),
            notification::updated_at.eq(diesel::dsl::now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// `DELETE /notifications/{id}`
pub(super) async fn delete(auth: Auth, id: Id, state: Data<AppState>) -> Reply {
    remove(&auth, &[id.0], &state).await
}

/// `DELETE /notifications`: all of them or none.
pub(super) async fn delete_many(auth: Auth, body: Body<Ids>, state: Data<AppState>) -> Reply {
    remove(&auth, &body.0.0, &state).await
}

async fn remove(auth: &Auth, ids: &[Uuid], state: &AppState) -> Reply {
    let mut conn = state.conn().await?;
    again(async || {
        conn.transaction::<_, ApiError, _>(async |conn| {
            require(conn, auth, Permission::NotificationDelete, ids).await?;
            let these = notification::table.filter(notification::id.eq_any(ids));
            Ok(diesel::delete(these).execute(conn).await?)
        })
        .await
    })
    .await?;
    Ok(reply::no_content())
}

/// Locks them in the order of their ids; 400 unless all are the caller's.
async fn require(
    conn: &mut AsyncPgConnection,
    auth: &Auth,
    permission: Permission,
    ids: &[Uuid],
) -> Result<(), ApiError> {
    let own: HashSet<Uuid> = notification::table
        .filter(notification::id.eq_any(ids))
        .filter(notification::user_id.eq(auth.id()))
        .order(notification::id)
        .select(notification::id)
        .for_update()
        .load(conn)
        .await?
        .into_iter()
        .collect();
    if ids.iter().all(|id| own.contains(id)) {
        Ok(())
    } else {
        Err(ApiError::no_access(permission.as_str()))
    }
}
