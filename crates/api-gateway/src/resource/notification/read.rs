//! Looking at one's notifications.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use safelight_core::db::schema::notification;

use super::wire::{Filter, Notification};
use crate::prelude::*;

/// `GET /notifications`: newest first.
pub(super) async fn list(auth: Auth, filter: Query<Filter>, state: Data<AppState>) -> Reply {
    let mut list = notification::table
        .filter(notification::user_id.eq(auth.id()))
        .into_boxed();
    if let Some(id) = filter.id {
        list = list.filter(notification::id.eq(id));
    }
    if let Some(level) = filter.level {
        list = list.filter(notification::level.eq(level.as_str()));
    }
    if let Some(kind) = filter.kind {
        list = list.filter(notification::type_.eq(kind.as_str()));
    }
    if let Some(unread) = filter.unread {
        list = list.filter(notification::read_at.is_null().eq(unread));
    }
    let list = list
        .order((notification::created_at.desc(), notification::id))
        .select(Notification::as_select())
        .load(&mut state.conn().await?)
        .await?;
    Ok(reply::ok(&list))
}

/// `GET /notifications/{id}`
pub(super) async fn one(auth: Auth, id: Id, state: Data<AppState>) -> Reply {
    let found = notification::table
        .find(id.0)
        .filter(notification::user_id.eq(auth.id()))
        .select(Notification::as_select())
        .first(&mut state.conn().await?)
        .await
        .optional()?;
    let found = found.ok_or_else(|| ApiError::no_access(Permission::NotificationRead.as_str()))?;
    Ok(reply::ok(&found))
}
