use chrono::{DateTime, FixedOffset};
use safelight_core::ids::Visibility;
use uuid::Uuid;

use super::super::metadata::Fact;
use crate::http::validate::{
    Bound, Fields, Rule, Shape, instant, json_text, list, object, query_boolean, query_integer, text, uuid, word,
};

/// The fields of an upload beside its files. Others are dropped.
pub(super) struct UploadFields {
    pub(super) file_created_at: DateTime<FixedOffset>,
    pub(super) file_modified_at: DateTime<FixedOffset>,
    pub(super) filename: Option<String>,
    /// Milliseconds.
    pub(super) duration: Option<i64>,
    pub(super) is_favorite: bool,
    pub(super) visibility: Visibility,
    pub(super) live_photo_video_id: Option<Uuid>,
    pub(super) metadata: Vec<Fact>,
}

impl Shape for UploadFields {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let file_created_at = fields.read("fileCreatedAt", instant());
        let file_modified_at = fields.read("fileModifiedAt", instant());
        let duration = fields.read("duration", query_integer().min(0).max(i32::MAX).optional());
        let filename = fields.read("filename", text().optional());
        let is_favorite = fields.read("isFavorite", query_boolean().optional());
        let visibility = fields.read("visibility", word(Visibility::ALL).optional());
        let live_photo_video_id = fields.read("livePhotoVideoId", uuid().optional());
        let metadata = fields.read("metadata", json_text(list(Bound::Items, object::<Fact>())).optional());
        Some(Self {
            file_created_at: file_created_at?,
            file_modified_at: file_modified_at?,
            filename: filename?,
            duration: duration?,
            is_favorite: is_favorite?.unwrap_or(false),
            visibility: visibility?.unwrap_or(Visibility::Timeline),
            live_photo_video_id: live_photo_video_id?,
            metadata: metadata?.unwrap_or_default(),
        })
    }
}
