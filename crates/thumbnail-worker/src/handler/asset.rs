//! What the job needs to know of its asset.

use diesel::sql_types::{BigInt, Nullable, Text, Uuid as SqlUuid};
use diesel::{OptionalExtension as _, QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use safelight_core::db::DbError;
use safelight_core::ids::{AssetType, UnknownWord, Visibility};
use uuid::Uuid;

/// The asset, as far as its pictures are concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AssetFacts {
    pub(super) id: Uuid,
    pub(super) owner: Uuid,
    pub(super) kind: AssetType,
    pub(super) visibility: Visibility,
    pub(super) original_path: String,
    pub(super) original_name: String,
    pub(super) projection: Option<String>,
    /// How many pixels the pictures of a video have, where that is known.
    pub(super) pixels: Option<u64>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    owner_id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    visibility: String,
    #[diesel(sql_type = Text)]
    original_path: String,
    #[diesel(sql_type = Text)]
    original_file_name: String,
    #[diesel(sql_type = Nullable<Text>)]
    projection_type: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pixels: Option<i64>,
}

/// Reads the asset; `None` when it is gone, or about to go.
pub(super) async fn load(conn: &mut AsyncPgConnection, id: Uuid) -> Result<Option<AssetFacts>, DbError> {
    let row: Option<Row> = sql_query(
        "select a.owner_id, a.type as kind, a.visibility, a.original_path, a.original_file_name, e.projection_type, \
         v.width::bigint * v.height as pixels from asset a left join asset_exif e on e.asset_id = a.id \
         left join asset_video v on v.asset_id = a.id where a.id = $1 and a.status <> 'deleted'",
    )
    .bind::<SqlUuid, _>(id)
    .get_result(conn)
    .await
    .optional()?;
    let Some(row) = row else { return Ok(None) };
    let unknown = |error: UnknownWord| DbError::Unknown(error.to_string());
    Ok(Some(AssetFacts {
        id,
        owner: row.owner_id,
        kind: row.kind.parse().map_err(unknown)?,
        visibility: row.visibility.parse().map_err(unknown)?,
        original_path: row.original_path,
        original_name: row.original_file_name,
        projection: row.projection_type,
        pixels: row.pixels.and_then(|pixels| u64::try_from(pixels).ok()),
    }))
}
