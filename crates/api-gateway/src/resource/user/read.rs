//! Looking at accounts.

use diesel::{prelude::*, sql_types::Bool};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::db::schema::{user, user_metadata};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    row::UserRow,
    wire::{UserBrief, admin_view},
};
use crate::prelude::*;

/// `GET /users/me`
pub(super) async fn me(auth: Auth, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    let row = user::table
        .find(auth.id())
        .select(UserRow::as_select())
        .first(&mut conn)
        .await?;
    Ok(reply::ok(&admin_view(&mut conn, row).await?))
}

/// `GET /users`: everybody, newest first; only oneself where accounts are not to see each other.
pub(super) async fn list(auth: Auth, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    let everybody = sees_everybody(&auth, &state);
    let rows = user::table
        .filter(user::deleted_at.is_null())
        .filter(user::id.eq(auth.id()).or(everybody.into_sql::<Bool>()))
        .order((user::created_at.desc(), user::id.desc()))
        .select(UserRow::as_select())
        .load(&mut conn)
        .await?;
    let users: Vec<UserBrief> = rows.into_iter().map(UserBrief::from).collect();
    Ok(reply::ok(&users))
}

/// Whether the caller may look at this account at all, by the settings.
pub(super) fn may_see(auth: &Auth, id: Uuid, state: &AppState) -> bool {
    sees_everybody(auth, state) || auth.id() == id
}

fn sees_everybody(auth: &Auth, state: &AppState) -> bool {
    state.system_config().server.public_users || auth.user.is_admin
}

/// `GET /users/{id}`: one that may not be seen looks like none.
pub(super) async fn one(auth: Auth, id: Id, state: Data<AppState>) -> Reply {
    if !may_see(&auth, id.0, &state) {
        return Err(ApiError::bad("User not found"));
    }
    let mut conn = state.conn().await?;
    let row = user::table
        .find(id.0)
        .filter(user::deleted_at.is_null())
        .select(UserRow::as_select())
        .first(&mut conn)
        .await
        .optional()?;
    let row = row.ok_or_else(|| ApiError::bad("User not found"))?;
    Ok(reply::ok(&UserBrief::from(row)))
}

/// An account, be it deleted or not.
///
/// # Errors
/// 400 `User not found`.
pub(crate) async fn any(conn: &mut AsyncPgConnection, id: Uuid) -> Result<UserRow, ApiError> {
    let row = user::table.find(id).select(UserRow::as_select());
    let row = row.first(conn).await.optional()?;
    row.ok_or_else(|| ApiError::bad("User not found"))
}

/// `GET /users/me/onboarding`
pub(super) async fn onboarding(auth: Auth, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    let stored = metadata(&mut conn, auth.id(), "onboarding").await?;
    let seen = stored
        .as_ref()
        .and_then(|value| value.get("isOnboarded"))
        .and_then(Value::as_bool)
        .unwrap_or(false);
    Ok(reply::ok(&json!({"isOnboarded": seen})))
}

/// `GET /users/me/license`
pub(super) async fn license(auth: Auth, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    let stored = metadata(&mut conn, auth.id(), "license").await?;
    Ok(reply::ok(&stored.ok_or_else(ApiError::not_found)?))
}

/// One of the documents that belong to an account.
pub(super) async fn metadata(conn: &mut AsyncPgConnection, id: Uuid, key: &str) -> Result<Option<Value>, ApiError> {
    let row = user_metadata::table.find((id, key)).select(user_metadata::value);
    Ok(row.first::<Value>(conn).await.optional()?)
}
