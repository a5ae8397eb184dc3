//! What the job needs to know of its asset.

use diesel::sql_types::{Bool, Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel::{OptionalExtension as _, QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use safelight_core::db::DbError;
use safelight_video::MediaTraits;
use uuid::Uuid;

/// A video, as far as its transcode is concerned.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AssetFacts {
    pub(super) id: Uuid,
    pub(super) owner: Uuid,
    pub(super) original_path: String,
    /// What its streams are; nothing where the metadata worker has not told.
    pub(super) traits: Option<MediaTraits>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    owner_id: Uuid,
    #[diesel(sql_type = Text)]
    original_path: String,
    #[diesel(sql_type = Nullable<Jsonb>)]
    traits: Option<serde_json::Value>,
}

/// The streams as the type that the probe fills, so that rows and probe are read in one way.
const LOAD: &str = "
select a.owner_id, a.original_path, case when v.asset_id is not null then jsonb_build_object(
    'container', v.container, 'duration_ms', v.duration_ms, 'bitrate', v.bitrate,
    'video', jsonb_build_object(
        'codec', v.codec, 'profile', v.profile, 'pixel_format', v.pixel_format, 'primaries', v.primaries,
        'transfer', v.transfer, 'matrix', v.matrix, 'is_full_range', v.is_full_range, 'width', v.width,
        'height', v.height, 'pixel_aspect', jsonb_build_array(v.pixel_aspect_n, v.pixel_aspect_d),
        'rotation', v.rotation, 'is_mirrored', v.is_mirrored, 'is_interlaced', v.is_interlaced, 'fps', v.fps,
        'bitrate', v.video_bitrate),
    'audio', case when s.asset_id is not null then jsonb_build_object(
        'codec', s.codec, 'profile', s.profile, 'channels', s.channels, 'sample_rate', s.sample_rate,
        'bitrate', s.bitrate) end) end as traits
from asset a left join asset_video v on v.asset_id = a.id left join asset_audio s on s.asset_id = a.id
where a.id = $1 and a.type = 'VIDEO' and a.status <> 'deleted'";

/// Reads the asset; `None` when it is gone, about to go, or no video.
pub(super) async fn load(conn: &mut AsyncPgConnection, id: Uuid) -> Result<Option<AssetFacts>, DbError> {
    let row: Option<Row> = sql_query(LOAD)
        .bind::<SqlUuid, _>(id)
        .get_result(conn)
        .await
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let traits = row.traits.map(serde_json::from_value).transpose();
    Ok(Some(AssetFacts {
        id,
        owner: row.owner_id,
        original_path: row.original_path,
        traits: traits.map_err(|error| DbError::Unknown(format!("the rows of a video: {error}")))?,
    }))
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    is_so: bool,
}

/// Whether the metadata of an asset are still to be read.
pub(super) async fn is_being_read(conn: &mut AsyncPgConnection, id: Uuid) -> Result<bool, DbError> {
    let answer: Answer = sql_query(
        "select exists (select from job where kind = 'AssetExtractMetadata' and dedup_key = $1 \
         and state in ('waiting', 'delayed', 'active')) as is_so",
    )
    .bind::<Text, _>(id.to_string())
    .get_result(conn)
    .await?;
    Ok(answer.is_so)
}
