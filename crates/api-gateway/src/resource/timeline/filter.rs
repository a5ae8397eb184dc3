//! From a question to conditions, and whether the caller may ask it.

use diesel_async::AsyncPgConnection;
use safelight_core::ids::Visibility;
use uuid::Uuid;

use super::wire::{Buckets, OrderBy};
use crate::{
    access::{self, Auth, Permission, asset::NO_MOVING_PART},
    http::error::ApiError,
    resource::statement::{Conditions, Value},
};

/// Refuses what the caller may not ask.
///
/// # Errors
/// 401 for the locked folder without PIN; 400 for anything that is not there or not theirs, and for combinations that the
/// contract does not know.
pub(super) async fn check(conn: &mut AsyncPgConnection, auth: &Auth, query: &Buckets) -> Result<(), ApiError> {
    if query.visibility == Some(Visibility::Locked) {
        auth.require_elevated()?;
    }
    if query.album.is_none() && query.user.is_some_and(|user| user != auth.id()) {
        return Err(ApiError::no_access("timeline.read"));
    }
    if let Some(album) = query.album {
        access::album::require(conn, auth, Permission::AlbumRead, album).await?;
    }
    if query.tag.is_some() {
        // There are no tags yet, so none is the caller's.
        return Err(ApiError::no_access("tag.read"));
    }
    let plain = query
        .visibility
        .is_some_and(|visibility| !matches!(visibility, Visibility::Archive | Visibility::Locked));
    if query.with_partners && (!plain || query.is_favorite.is_some() || query.is_trashed == Some(true)) {
        return Err(ApiError::bad(
            "withPartners is only supported for non-archived, non-trashed, non-favorited, non-locked assets",
        ));
    }
    Ok(())
}

/// The conditions on `asset a` (and `asset_exif e`, where the statement joins it).
pub(super) fn conditions(caller: Uuid, query: &Buckets) -> Conditions {
    let mut conditions = Conditions::default();
    match query.album {
        Some(album) => {
            conditions.with(
                "a.id in (select aa.asset_id from album_asset aa where aa.album_id = ?)",
                [Value::Id(album)],
            );
            if let Some(user) = query.user {
                conditions.with("a.owner_id = ?", [Value::Id(user)]);
            }
        }
        None => conditions.with("a.owner_id = ?", [Value::Id(caller)]),
    }
    // What others have hidden, locked or thrown away is theirs alone, also in an album.
    let out_of_sight =
        query.is_trashed == Some(true) || matches!(query.visibility, Some(Visibility::Locked | Visibility::Hidden));
    if query.album.is_some() && out_of_sight {
        conditions.with("a.owner_id = ?", [Value::Id(caller)]);
    }
    match query.is_trashed {
        Some(true) => conditions.add("a.deleted_at is not null and a.status <> 'deleted'"),
        Some(false) | None => conditions.add("a.deleted_at is null"),
    }
    match query.visibility {
        Some(Visibility::Locked) => conditions.add(&format!("a.visibility = 'locked' and {NO_MOVING_PART}")),
        Some(visibility) => conditions.with("a.visibility = ?", [Value::Word(visibility.as_str())]),
        None => conditions.add("a.visibility in ('archive', 'timeline')"),
    }
    match query.is_favorite {
        Some(true) => conditions.add("a.is_favorite"),
        Some(false) => conditions.add("not a.is_favorite"),
        None => {}
    }
    if query.person.is_some() {
        // There are no people yet: nothing shows any of them.
        conditions.add("false");
    }
    if let Some(bounds) = query.bounds {
        let [west, south, east, north] = [bounds.west, bounds.south, bounds.east, bounds.north].map(Value::Degrees);
        conditions.with("e.latitude between ? and ?", [south, north]);
        if bounds.west <= bounds.east {
            conditions.with("e.longitude between ? and ?", [west, east]);
        } else {
            conditions.with("(e.longitude >= ? or e.longitude <= ?)", [west, east]);
        }
    }
    conditions
}

/// The month of an asset, as a timestamp without zone.
pub(super) fn month(order_by: OrderBy) -> &'static str {
    match order_by {
        OrderBy::TakenAt => "date_trunc('month', a.local_date_time)",
        OrderBy::CreatedAt => "date_trunc('month', a.created_at at time zone 'UTC')",
    }
}
