//! Looking at accounts.

use diesel::{prelude::*, sql_types::Bool};
use diesel_async::RunQueryDsl;
use safelight_core::db::schema::user;

use super::wire::Search;
use crate::prelude::*;
use crate::resource::{
    asset::{Counted, count},
    session,
    user::{UserRow, admin_view, admin_views, any_user, preferences},
};

/// `GET /admin/users`: the newest first.
pub(super) async fn list(search: Query<Search>, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    let mut rows = user::table
        .filter(user::deleted_at.is_null().or(search.with_deleted.into_sql::<Bool>()))
        .order((user::created_at.desc(), user::id.desc()))
        .select(UserRow::as_select())
        .into_boxed();
    if let Some(id) = search.id {
        rows = rows.filter(user::id.eq(id));
    }
    let rows = rows.load(&mut conn).await?;
    Ok(reply::ok(&admin_views(&mut conn, rows).await?))
}

/// `GET /admin/users/{id}`, also of a deleted one.
pub(super) async fn one(id: Id, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    let row = any_user(&mut conn, id.0).await?;
    Ok(reply::ok(&admin_view(&mut conn, row).await?))
}

/// `GET /admin/users/{id}/preferences`
pub(super) async fn preferences(id: Id, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    any_user(&mut conn, id.0).await?;
    Ok(reply::ok(&preferences::of(&mut conn, id.0).await?))
}

/// `GET /admin/users/{id}/sessions`
pub(super) async fn sessions(auth: Auth, id: Id, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    any_user(&mut conn, id.0).await?;
    Ok(reply::ok(&session::of(&mut conn, id.0, &auth).await?))
}

/// `GET /admin/users/{id}/statistics`: how many assets, by the same conditions as one's own.
pub(super) async fn statistics(id: Id, query: Query<Counted>, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    any_user(&mut conn, id.0).await?;
    Ok(reply::ok(&count(&mut conn, id.0, &query).await?))
}
