use std::path::Path;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Illness, MediaError, marker};
use crate::config::MediaConfig;
use crate::db::DbError;
use crate::db::schema::{asset, system_metadata};

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
/// a database that knows no store may not take over another's. One that has photos has lost the row, and takes the folders
/// only where its operator says so.
pub(super) async fn read_or_make(
    conn: &mut AsyncPgConnection,
    found: Option<Uuid>,
    config: &MediaConfig,
) -> Result<Registered, MediaError> {
    if let Some(registered) = read(conn).await? {
        return Ok(registered);
    }
    let has_photos = diesel::select(diesel::dsl::exists(asset::table.select(asset::id)))
        .get_result::<bool>(conn)
        .await
        .map_err(DbError::from)?;
    let is_told = has_photos && config.ignore_mount_check;
    if (found.is_some() || has_photos) && !is_told {
        // Another process may have made the row and the markers since.
        return read(conn).await?.ok_or_else(|| {
            if has_photos {
                lost(&config.location)
            } else {
                marker::other_store(&config.location)
            }
        });
    }
    let fresh = Registered {
        id: found.unwrap_or_else(Uuid::new_v4),
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

/// The error of a database that has photos and does not know where.
fn lost(root: &Path) -> MediaError {
    MediaError::ill(
        Illness::WrongMarker,
        format!(
            "this database has photos, but the row `{KEY}` of system_metadata is gone (was that table emptied, or restored in \
             part?), so nobody can tell whether {} is its media folder. Where you are certain that it is, start the gateway once \
             with IMMICH_IGNORE_MOUNT_CHECK_ERRORS=true, which writes the row anew; else set IMMICH_MEDIA_LOCATION to the right \
             folder, or restore the table. Settings that stood in the table are back at their defaults",
            root.display()
        ),
    )
}

/// Notes that every folder has its marker. The role of a worker may not: then a gateway does.
pub(super) async fn complete(conn: &mut AsyncPgConnection, id: Uuid) -> Result<(), MediaError> {
    let may_write = diesel::select(sql::<Bool>("has_table_privilege('system_metadata', 'update')"))
        .get_result::<bool>(conn)
        .await
        .map_err(DbError::from)?;
    if !may_write {
        return Ok(());
    }
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
