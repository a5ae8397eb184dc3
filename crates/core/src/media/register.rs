use std::path::Path;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{MediaError, marker};
use crate::db::DbError;
use crate::db::schema::system_metadata;

/// The row that names the store of this database.
const KEY: &str = "media-store";

/// What the row says.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Registered {
    /// The number in the markers.
    pub(super) id: Uuid,
    /// True once every folder has had its marker: from then on a missing one is a missing mount.
    pub(super) complete: bool,
}

/// The store of this database; where there is none yet, a new one. `found` is the store whose markers are in the folders:
/// a database that knows no store may not take over another's.
pub(super) async fn read_or_make(
    conn: &mut AsyncPgConnection,
    found: Option<Uuid>,
    root: &Path,
) -> Result<Registered, MediaError> {
    if let Some(registered) = read(conn).await? {
        return Ok(registered);
    }
    if found.is_some() {
        // Another process may have made the row and the markers since.
        return read(conn).await?.ok_or_else(|| marker::other_store(root));
    }
    let fresh = Registered {
        id: Uuid::new_v4(),
        complete: false,
    };
    diesel::insert_into(system_metadata::table)
        .values((system_metadata::key.eq(KEY), system_metadata::value.eq(to_json(fresh))))
        .on_conflict_do_nothing()
        .execute(conn)
        .await
        .map_err(DbError::from)?;
    Ok(read(conn).await?.unwrap_or(fresh))
}

/// Notes that every folder has its marker.
pub(super) async fn complete(conn: &mut AsyncPgConnection, id: Uuid) -> Result<(), MediaError> {
    let value = to_json(Registered { id, complete: true });
    diesel::update(system_metadata::table.find(KEY))
        .set(system_metadata::value.eq(value))
        .execute(conn)
        .await
        .map_err(DbError::from)?;
    Ok(())
}

async fn read(conn: &mut AsyncPgConnection) -> Result<Option<Registered>, MediaError> {
    let value: Option<serde_json::Value> = system_metadata::table
        .find(KEY)
        .select(system_metadata::value)
        .first(conn)
        .await
        .optional()
        .map_err(DbError::from)?;
    Ok(value.and_then(|value| serde_json::from_value(value).ok()))
}

fn to_json(registered: Registered) -> serde_json::Value {
    serde_json::json!({ "id": registered.id, "complete": registered.complete })
}
