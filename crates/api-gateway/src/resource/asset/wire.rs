//! The JSON of an asset.

use base64::{Engine, engine::general_purpose::STANDARD};
use safelight_core::formats;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::row::{AssetRow, ExifRow, OwnerRow};
use crate::{
    http::reply::{iso, iso_local, javascript_number, postgres_json},
    resource::user::color_of,
};

/// How much of an asset an answer shows (measured C20): the one asset itself with owner, tags and stack, or less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// `GET /assets/{id}`.
    Full,
    /// Answers to changes, folders, searches that ask for what the file says.
    Plain,
    /// Searches that do not.
    Bare,
    /// Events and `GET /search/explore`: with tags, without owner and stack.
    Live,
}

/// An asset as clients see it; the order of the fields is that of the recorded answers.
#[expect(clippy::struct_excessive_bools, reason = "the contract has them")]
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssetView {
    id: Uuid,
    created_at: String,
    owner_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<Value>,
    library_id: Option<Uuid>,
    #[serde(rename = "type")]
    kind: String,
    original_path: String,
    original_file_name: String,
    original_mime_type: &'static str,
    thumbhash: Option<String>,
    file_created_at: String,
    file_modified_at: String,
    local_date_time: String,
    updated_at: String,
    is_favorite: bool,
    is_archived: bool,
    is_trashed: bool,
    visibility: String,
    duration: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exif_info: Option<ExifInfo>,
    live_photo_video_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<Value>>,
    people: Vec<Value>,
    checksum: String,
    /// Present (as null) only where the owner is.
    #[serde(skip_serializing_if = "Option::is_none")]
    stack: Option<Option<Value>>,
    is_offline: bool,
    has_metadata: bool,
    duplicate_id: Option<Uuid>,
    resized: bool,
    width: Option<i32>,
    height: Option<i32>,
    is_edited: bool,
}

/// The tags of a file.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ExifInfo {
    make: Option<String>,
    model: Option<String>,
    exif_image_width: Option<i32>,
    exif_image_height: Option<i32>,
    file_size_in_byte: Option<i64>,
    orientation: Option<String>,
    date_time_original: Option<String>,
    modify_date: Option<String>,
    time_zone: Option<String>,
    lens_model: Option<String>,
    f_number: Option<Value>,
    focal_length: Option<Value>,
    iso: Option<i32>,
    exposure_time: Option<String>,
    latitude: Option<Value>,
    longitude: Option<Value>,
    city: Option<String>,
    state: Option<String>,
    country: Option<String>,
    description: String,
    projection_type: Option<String>,
    rating: Option<i32>,
}

impl AssetView {
    /// The asset as `viewer` sees it: whether it is a favorite is between it and its owner.
    pub(crate) fn new(row: AssetRow, exif: Option<ExifRow>, detail: Detail, viewer: Uuid) -> Self {
        let tagged = matches!(detail, Detail::Full | Detail::Live);
        Self {
            id: row.id,
            created_at: iso(row.created_at),
            owner_id: row.owner_id,
            owner: None,
            library_id: row.library_id,
            original_mime_type: formats::mime_of(&row.original_path),
            kind: row.kind,
            original_path: row.original_path,
            original_file_name: row.original_file_name,
            thumbhash: row.thumbhash.map(|hash| STANDARD.encode(hash)),
            file_created_at: iso(row.file_created_at),
            file_modified_at: iso(row.file_modified_at),
            local_date_time: iso_local(row.local_date_time),
            updated_at: iso(row.updated_at),
            is_favorite: row.is_favorite && row.owner_id == viewer,
            is_archived: row.visibility == "archive",
            is_trashed: row.deleted_at.is_some(),
            visibility: row.visibility,
            duration: row.duration,
            exif_info: exif.filter(|_| detail != Detail::Bare).map(ExifInfo::from),
            live_photo_video_id: row.live_photo_video_id,
            tags: tagged.then(Vec::new),
            people: Vec::new(),
            checksum: STANDARD.encode(row.checksum),
            stack: (detail == Detail::Full).then_some(None),
            is_offline: row.is_offline,
            has_metadata: true,
            duplicate_id: row.duplicate_id,
            resized: true,
            width: row.width,
            height: row.height,
            is_edited: row.is_edited,
        }
    }

    /// Its id.
    pub(crate) fn id(&self) -> Uuid {
        self.id
    }

    /// When it came here.
    pub(crate) fn created_at(&self) -> &str {
        &self.created_at
    }

    /// The city it was taken in, where that is shown and known.
    pub(crate) fn city(&self) -> Option<&str> {
        self.exif_info.as_ref()?.city.as_deref()
    }

    /// The same with its owner.
    pub(super) fn with_owner(mut self, owner: OwnerRow) -> Self {
        self.owner = Some(json!({
            "id": owner.id,
            "avatarColor": owner.avatar_color.unwrap_or_else(|| color_of(&owner.email).to_owned()),
            "email": owner.email,
            "name": owner.name,
            "profileImagePath": owner.profile_image_path,
            "profileChangedAt": postgres_json(owner.profile_changed_at),
        }));
        self
    }
}

impl From<ExifRow> for ExifInfo {
    fn from(row: ExifRow) -> Self {
        Self {
            make: row.make,
            model: row.model,
            exif_image_width: row.exif_image_width,
            exif_image_height: row.exif_image_height,
            file_size_in_byte: row.file_size_in_byte,
            orientation: row.orientation,
            date_time_original: row.date_time_original.map(postgres_json),
            modify_date: row.modify_date.map(postgres_json),
            time_zone: row.time_zone,
            lens_model: row.lens_model,
            f_number: row.f_number.map(javascript_number),
            focal_length: row.focal_length.map(javascript_number),
            iso: row.iso,
            exposure_time: row.exposure_time,
            latitude: row.latitude.map(javascript_number),
            longitude: row.longitude.map(javascript_number),
            city: row.city,
            state: row.state,
            country: row.country,
            description: row.description,
            projection_type: row.projection_type,
            rating: row.rating,
        }
    }
}
