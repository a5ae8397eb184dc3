//! What an administrator tells somebody.

use diesel::{
    prelude::*,
    result::{DatabaseErrorKind, Error},
};
use diesel_async::RunQueryDsl;
use safelight_core::db::schema::notification;
use serde_json::Value;

use super::wire::{NewNotification, Notification};
use crate::prelude::*;

/// `POST /admin/notifications`. Open pages are not told (measured B12).
pub(super) async fn create(body: Body<NewNotification>, state: Data<AppState>) -> Reply {
    let new = body.0;
    let insert = diesel::insert_into(notification::table).values((
        notification::user_id.eq(new.user),
        notification::level.eq(new.level.as_str()),
        notification::type_.eq(new.kind.as_str()),
        notification::title.eq(new.title),
        notification::description.eq(new.description),
        notification::data.eq(new.data.map(Value::Object)),
        notification::read_at.eq(new.read_at),
    ));
    let row = insert
        .returning(Notification::as_returning())
        .get_result(&mut state.conn().await?)
        .await;
    match row {
        Ok(row) => Ok(reply::created(&row)),
        Err(Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _)) => Err(ApiError::bad("User not found")),
        Err(error) => Err(error.into()),
    }
}
