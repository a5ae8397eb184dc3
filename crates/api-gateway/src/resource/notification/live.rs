//! What open pages are sent of a notification.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::db::schema::notification;
use serde_json::{Value, json};
use uuid::Uuid;

use super::wire::Notification;

/// Those of the notifications that are there.
///
/// # Errors
/// The database.
pub(crate) async fn load(
    conn: &mut AsyncPgConnection,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, Value>, diesel::result::Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = notification::table
        .filter(notification::id.eq_any(ids))
        .select(Notification::as_select())
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, json!(row))).collect())
}
