//! Who may see an album, who may change it.
//!
//! Members see it; editors also change it, share it and put their own assets in; only its owner deletes it.

use std::collections::HashSet;

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::ids::AlbumRole;
use uuid::Uuid;

use super::{Auth, Permission};
use crate::http::error::ApiError;

#[derive(QueryableByName)]
struct MemberRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    role: String,
}

/// The role that the caller has in the album, if it allows what `permission` says.
///
/// # Errors
/// 400 `Not found or no <permission> access`.
pub(crate) async fn require(
    conn: &mut AsyncPgConnection,
    auth: &Auth,
    permission: Permission,
    album: Uuid,
) -> Result<AlbumRole, ApiError> {
    let roles = roles(conn, auth, &[album]).await?;
    let role = roles
        .into_iter()
        .map(|(_, role)| role)
        .find(|role| allows(*role, permission));
    role.ok_or_else(|| ApiError::no_access(permission.as_str()))
}

/// Those of `albums` in which the caller's role allows what `permission` says.
///
/// # Errors
/// The database.
pub(crate) async fn granted(
    conn: &mut AsyncPgConnection,
    auth: &Auth,
    permission: Permission,
    albums: &[Uuid],
) -> Result<HashSet<Uuid>, ApiError> {
    let roles = roles(conn, auth, albums).await?;
    Ok(roles
        .into_iter()
        .filter(|(_, role)| allows(*role, permission))
        .map(|(id, _)| id)
        .collect())
}

/// The owner of an album.
///
/// # Errors
/// The database.
pub(crate) async fn owner(conn: &mut AsyncPgConnection, album: Uuid) -> Result<Option<Uuid>, ApiError> {
    let rows: Vec<MemberRow> =
        sql_query("select user_id as id, role from album_user where album_id = $1 and role = 'owner'")
            .bind::<SqlUuid, _>(album)
            .load(conn)
            .await?;
    Ok(rows.into_iter().map(|row| row.id).next())
}

async fn roles(conn: &mut AsyncPgConnection, auth: &Auth, albums: &[Uuid]) -> Result<Vec<(Uuid, AlbumRole)>, ApiError> {
    let rows: Vec<MemberRow> = sql_query(
        "select al.id, au.role from album al join album_user au on au.album_id = al.id \
         where al.id = any($1) and au.user_id = $2 and al.deleted_at is null",
    )
    .bind::<Array<SqlUuid>, _>(albums)
    .bind::<SqlUuid, _>(auth.id())
    .load(conn)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| Some((row.id, row.role.parse().ok()?)))
        .collect())
}

/// What each role may do.
fn allows(role: AlbumRole, permission: Permission) -> bool {
    match permission {
        Permission::AlbumRead | Permission::AlbumStatistics | Permission::AlbumDownload => true,
        Permission::AlbumDelete => role == AlbumRole::Owner,
        _ => role != AlbumRole::Viewer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editors_share_and_change_but_only_owners_delete() {
        for permission in [
            Permission::AlbumUpdate,
            Permission::AlbumShare,
            Permission::AlbumAssetCreate,
        ] {
            assert!(allows(AlbumRole::Owner, permission) && allows(AlbumRole::Editor, permission));
            assert!(!allows(AlbumRole::Viewer, permission));
        }
        assert!(allows(AlbumRole::Viewer, Permission::AlbumRead));
        assert!(
            allows(AlbumRole::Owner, Permission::AlbumDelete) && !allows(AlbumRole::Editor, Permission::AlbumDelete)
        );
    }
}
