use chrono::{DateTime, Utc};
use safelight_core::ids::Visibility;
use uuid::Uuid;

use super::super::metadata::Fact;
use crate::http::validate::{
    Bound, Rule, instant, json_text, list, object, query_boolean, query_integer, shape, text, uuid, word,
};

shape! {
    /// The fields of an upload beside its files. Others are dropped.
    pub(super) struct UploadFields {
        file_created_at: DateTime<Utc> = "fileCreatedAt", instant();
        file_modified_at: DateTime<Utc> = "fileModifiedAt", instant();
        /// Milliseconds.
        duration: Option<i64> = "duration", query_integer().min(0).max(i32::MAX).optional();
        filename: Option<String> = "filename", text().optional();
        is_favorite: bool = "isFavorite", query_boolean().or(false);
        visibility: Visibility = "visibility", word(Visibility::ALL).or(Visibility::Timeline);
        live_photo_video_id: Option<Uuid> = "livePhotoVideoId", uuid().optional();
        metadata: Vec<Fact> = "metadata", json_text(list(Bound::Items, object::<Fact>())).or_default();
    }
}
