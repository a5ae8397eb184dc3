//! An asset as the database has it.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use safelight_core::db::schema::{asset, asset_exif};
use uuid::Uuid;

/// The columns that answers are made of.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = asset, check_for_backend(diesel::pg::Pg))]
pub(crate) struct AssetRow {
    /// The asset.
    pub(crate) id: Uuid,
    /// Whose it is.
    pub(crate) owner_id: Uuid,
    /// The external library it is in, if any.
    pub(crate) library_id: Option<Uuid>,
    /// `IMAGE`, `VIDEO`, ...
    #[diesel(column_name = type_)]
    pub(crate) kind: String,
    /// Where the original is.
    pub(crate) original_path: String,
    /// What its owner calls it.
    pub(crate) original_file_name: String,
    /// SHA-1.
    pub(crate) checksum: Vec<u8>,
    /// When the picture was taken, or the file made.
    pub(crate) file_created_at: DateTime<Utc>,
    /// When the file last changed on its owner's machine.
    pub(crate) file_modified_at: DateTime<Utc>,
    /// Wall clock where the picture was taken.
    pub(crate) local_date_time: NaiveDateTime,
    /// Marked by its owner.
    pub(crate) is_favorite: bool,
    /// Where it is shown.
    pub(crate) visibility: String,
    /// The file of an external library is gone.
    pub(crate) is_offline: bool,
    /// Has edits.
    pub(crate) is_edited: bool,
    /// Milliseconds.
    pub(crate) duration: Option<i32>,
    /// A blur of the picture.
    pub(crate) thumbhash: Option<Vec<u8>>,
    /// Pixels after orientation.
    pub(crate) width: Option<i32>,
    /// Pixels after orientation.
    pub(crate) height: Option<i32>,
    /// Its moving part.
    pub(crate) live_photo_video_id: Option<Uuid>,
    /// The group of look-alikes it is in.
    pub(crate) duplicate_id: Option<Uuid>,
    /// When it came here.
    pub(crate) created_at: DateTime<Utc>,
    /// When its row last changed.
    pub(crate) updated_at: DateTime<Utc>,
    /// When it went to the trash.
    pub(crate) deleted_at: Option<DateTime<Utc>>,
}

/// What is known from the file's tags, or was set by hand.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = asset_exif, check_for_backend(diesel::pg::Pg))]
pub(crate) struct ExifRow {
    pub(super) make: Option<String>,
    pub(super) model: Option<String>,
    pub(super) exif_image_width: Option<i32>,
    pub(super) exif_image_height: Option<i32>,
    pub(super) file_size_in_byte: Option<i64>,
    pub(super) orientation: Option<String>,
    pub(super) date_time_original: Option<DateTime<Utc>>,
    pub(super) modify_date: Option<DateTime<Utc>>,
    pub(super) time_zone: Option<String>,
    pub(super) lens_model: Option<String>,
    pub(super) f_number: Option<f64>,
    pub(super) focal_length: Option<f64>,
    pub(super) iso: Option<i32>,
    pub(super) exposure_time: Option<String>,
    pub(super) latitude: Option<f64>,
    pub(super) longitude: Option<f64>,
    pub(super) city: Option<String>,
    pub(super) state: Option<String>,
    pub(super) country: Option<String>,
    pub(super) description: String,
    pub(super) projection_type: Option<String>,
    pub(super) rating: Option<i32>,
}

/// What the owner looks like in an asset.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = safelight_core::db::schema::user, check_for_backend(diesel::pg::Pg))]
pub(super) struct OwnerRow {
    pub(super) id: Uuid,
    pub(super) email: String,
    pub(super) name: String,
    pub(super) profile_image_path: String,
    pub(super) avatar_color: Option<String>,
    pub(super) profile_changed_at: DateTime<Utc>,
}
