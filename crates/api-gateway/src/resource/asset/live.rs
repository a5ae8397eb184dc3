//! What open pages are sent of an asset.

use std::collections::HashMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::db::schema::{asset, asset_exif};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    row::{AssetRow, ExifRow},
    wire::{AssetView, Detail},
};
use crate::http::reply::{iso, iso_local, javascript_number};

/// An asset as it is in the database now.
pub(crate) struct LiveAsset {
    row: AssetRow,
    exif: Option<ExifRow>,
    /// What only the synchronised form shows.
    more: (Option<Uuid>, Option<String>, Option<f64>),
}

/// Those of the assets that are there.
///
/// # Errors
/// The database.
pub(crate) async fn load(
    conn: &mut AsyncPgConnection,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, LiveAsset>, diesel::result::Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = asset::table
        .left_join(asset_exif::table)
        .filter(asset::id.eq_any(ids))
        .select((
            AssetRow::as_select(),
            Option::<ExifRow>::as_select(),
            asset::stack_id,
            asset_exif::profile_description.nullable(),
            asset_exif::fps.nullable(),
        ))
        .load::<(AssetRow, Option<ExifRow>, Option<Uuid>, Option<String>, Option<f64>)>(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(row, exif, stack, profile, fps)| {
            let more = (stack, profile, fps);
            (row.id, LiveAsset { row, exif, more })
        })
        .collect())
}

impl LiveAsset {
    /// Behind the PIN.
    pub(crate) fn is_locked(&self) -> bool {
        self.row.visibility == "locked"
    }

    /// For `on_upload_success`: as if nobody in particular looked at it, so that it is nobody's favorite.
    pub(crate) fn uploaded(&self) -> Value {
        self.view(Uuid::nil())
    }

    /// For `on_asset_update`.
    pub(crate) fn updated(&self) -> Value {
        self.view(self.row.owner_id)
    }

    fn view(&self, viewer: Uuid) -> Value {
        json!(AssetView::new(
            self.row.clone(),
            self.exif.clone(),
            Detail::Live,
            viewer
        ))
    }

    /// For `AssetUploadReadyV2`: the rows as the synchronisation of phones knows them (`SyncAssetV2`, `SyncAssetExifV1`).
    pub(crate) fn ready(&self) -> Value {
        json!({"asset": self.sync_asset(), "exif": self.sync_exif()})
    }

    fn sync_asset(&self) -> Value {
        let row = &self.row;
        json!({
            "id": row.id,
            "ownerId": row.owner_id,
            "originalFileName": row.original_file_name,
            "thumbhash": row.thumbhash.as_ref().map(|hash| STANDARD.encode(hash)),
            "checksum": STANDARD.encode(&row.checksum),
            "fileCreatedAt": iso(row.file_created_at),
            "fileModifiedAt": iso(row.file_modified_at),
            "createdAt": iso(row.created_at),
            "localDateTime": iso_local(row.local_date_time),
            "duration": row.duration,
            "type": row.kind,
            "deletedAt": row.deleted_at.map(iso),
            "isFavorite": row.is_favorite,
            "visibility": row.visibility,
            "livePhotoVideoId": row.live_photo_video_id,
            "stackId": self.more.0,
            "libraryId": row.library_id,
            "width": row.width,
            "height": row.height,
            "isEdited": row.is_edited,
        })
    }

    fn sync_exif(&self) -> Value {
        let Some(exif) = &self.exif else { return Value::Null };
        json!({
            "assetId": self.row.id,
            "description": exif.description,
            "exifImageWidth": exif.exif_image_width,
            "exifImageHeight": exif.exif_image_height,
            "fileSizeInByte": exif.file_size_in_byte,
            "orientation": exif.orientation,
            "dateTimeOriginal": exif.date_time_original.map(iso),
            "modifyDate": exif.modify_date.map(iso),
            "timeZone": exif.time_zone,
            "latitude": exif.latitude.map(javascript_number),
            "longitude": exif.longitude.map(javascript_number),
            "projectionType": exif.projection_type,
            "city": exif.city,
            "state": exif.state,
            "country": exif.country,
            "make": exif.make,
            "model": exif.model,
            "lensModel": exif.lens_model,
            "fNumber": exif.f_number.map(javascript_number),
            "focalLength": exif.focal_length.map(javascript_number),
            "iso": exif.iso,
            "exposureTime": exif.exposure_time,
            "profileDescription": self.more.1,
            "rating": exif.rating,
            "fps": self.more.2.map(javascript_number),
        })
    }
}
