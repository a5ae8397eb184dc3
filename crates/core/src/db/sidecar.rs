//! The row of an asset's sidecar.

use diesel::sql_types::{BigInt, Nullable, Text, Uuid as SqlUuid};
use diesel::{OptionalExtension as _, QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use uuid::Uuid;

use super::DbError;

/// A sidecar that is to be an asset's.
#[derive(Debug, Clone, Copy)]
pub struct Sidecar<'a> {
    /// Where it is.
    pub path: &'a str,
    /// Its size in bytes where it is in the store; 0 where it is somebody else's, beside a picture of a library.
    pub size: i64,
}

/// What an asset had before.
#[derive(Debug, QueryableByName)]
pub struct Replaced {
    /// Where its sidecar was.
    #[diesel(sql_type = Nullable<Text>)]
    pub path: Option<String>,
    /// How many bytes of it were counted.
    #[diesel(sql_type = BigInt)]
    pub size: i64,
}

/// Points an asset at its sidecar, or at none, and tells what it had before; nothing where the asset is gone. The asset is
/// locked until the end of the transaction, so that of two at once the second sees the first. Counting the difference
/// ([`usage`](super::usage)) is the caller's, who knows what else it is to count.
pub async fn point(
    conn: &mut AsyncPgConnection,
    asset: Uuid,
    sidecar: Option<Sidecar<'_>>,
) -> Result<Option<Replaced>, DbError> {
    let held = sql_query("select from asset where id = $1 for no key update")
        .bind::<SqlUuid, _>(asset)
        .execute(conn)
        .await?;
    if held == 0 {
        return Ok(None);
    }
    let replaced: Option<Replaced> = sql_query(
        "select path, coalesce(size_in_byte, 0) as size from asset_file \
         where asset_id = $1 and type = 'sidecar' and not is_edited",
    )
    .bind::<SqlUuid, _>(asset)
    .get_result(conn)
    .await
    .optional()?;
    match sidecar {
        Some(Sidecar { path, size }) => {
            sql_query(
                "insert into asset_file (asset_id, type, path, size_in_byte) values ($1, 'sidecar', $2, $3) \
                 on conflict (asset_id, type, is_edited) do update set path = excluded.path, \
                 size_in_byte = excluded.size_in_byte, updated_at = now()",
            )
            .bind::<SqlUuid, _>(asset)
            .bind::<Text, _>(path)
            .bind::<BigInt, _>(size)
            .execute(conn)
            .await?
        }
        None => {
            sql_query("delete from asset_file where asset_id = $1 and type = 'sidecar'")
                .bind::<SqlUuid, _>(asset)
                .execute(conn)
                .await?
        }
    };
    Ok(Some(replaced.unwrap_or(Replaced { path: None, size: 0 })))
}
