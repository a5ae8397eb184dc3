//! The moving part of a photo: a video that is no longer shown on its own.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::db::{RowLock, leave_albums, lock_assets, schema::asset};
use uuid::Uuid;

use crate::http::error::ApiError;

/// Whether `video` can be the moving part of a photo of `owner`. The type is looked at before the owner (measured C6).
///
/// # Errors
/// 400 with the reason.
pub(in crate::resource::asset) async fn check(
    conn: &mut AsyncPgConnection,
    owner: Uuid,
    video: Uuid,
) -> Result<(), ApiError> {
    let row: Option<(String, Uuid)> = asset::table
        .find(video)
        .select((asset::type_, asset::owner_id))
        .first(conn)
        .await
        .optional()?;
    let (kind, its_owner) = row.ok_or_else(|| ApiError::bad("Live photo video not found"))?;
    if kind != "VIDEO" {
        return Err(ApiError::bad("Live photo video must be a video"));
    }
    if its_owner != owner {
        return Err(ApiError::bad("Live photo video does not belong to the user"));
    }
    Ok(())
}

/// Takes the video out of the timeline and of albums; true if it was shown before.
pub(in crate::resource::asset) async fn hide(conn: &mut AsyncPgConnection, video: Uuid) -> Result<bool, ApiError> {
    lock_assets(conn, &[video], RowLock::Change).await?;
    let shown = asset::table
        .find(video)
        .filter(asset::visibility.eq_any(["timeline", "archive"]));
    let hidden = diesel::update(shown)
        .set((asset::visibility.eq("hidden"), asset::updated_at.eq(diesel::dsl::now)))
        .execute(conn)
        .await?;
    leave_albums(conn, &[video]).await?;
    Ok(hidden > 0)
}
