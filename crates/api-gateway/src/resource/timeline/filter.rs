//! From a question to conditions, and whether the caller may ask it.

use diesel_async::AsyncPgConnection;
use safelight_core::ids::Visibility;
use uuid::Uuid;

use super::wire::{Buckets, OrderBy};
use crate::prelude::*;
use crate::{
    access::{self, asset::NO_MOVING_PART},
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

/// Whether a question is about what only the owners of assets see, also in an album.
fn is_out_of_sight(query: &Buckets) -> bool {
    query.is_trashed == Some(true) || matches!(query.visibility, Some(Visibility::Locked | Visibility::Hidden))
}

/// The conditions on `asset a` (and `asset_exif e`, where the statement joins it; of an album `album_content c`, which is joined then).
pub(super) fn conditions(caller: Uuid, query: &Buckets) -> Conditions {
    let mut conditions = Conditions::default();
    match query.album {
        Some(album) => {
            let not = if is_out_of_sight(query) { "not " } else { "" };
            conditions.with(&format!("c.album_id = ? and {not}c.in_sight"), [Value::Id(album)]);
            if let Some(user) = query.user {
                conditions.with("a.owner_id = ?", [Value::Id(user)]);
            }
        }
        None => conditions.with("a.owner_id = ?", [Value::Id(caller)]),
    }
    // What others have hidden, locked or thrown away is theirs alone, also in an album.
    if query.album.is_some() && is_out_of_sight(query) {
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

/// The conditions on `album_month m` that mean the same, where its counts answer the question: not what is out of sight, nor what is
/// at a place.
pub(super) fn conditions_on_months(query: &Buckets) -> Option<Conditions> {
    let album = query.album.filter(|_| !is_out_of_sight(query))?;
    if query.person.is_some() || query.bounds.is_some() {
        return None;
    }
    let mut conditions = Conditions::default();
    let not = |is: bool| if is { "" } else { "not " };
    let by_upload = not(query.order_by == OrderBy::CreatedAt);
    conditions.with(
        &format!("m.album_id = ? and {by_upload}m.by_upload"),
        [Value::Id(album)],
    );
    if let Some(user) = query.user {
        conditions.with("m.owner_id = ?", [Value::Id(user)]);
    }
    if let Some(visibility) = query.visibility {
        conditions.add(&format!("{}m.is_archived", not(visibility == Visibility::Archive)));
    }
    if let Some(favorite) = query.is_favorite {
        conditions.add(&format!("{}m.is_favorite", not(favorite)));
    }
    Some(conditions)
}

/// Of an album only what is asked for is looked at, by what is kept of it in this order.
pub(super) fn source(query: &Buckets) -> &'static str {
    if query.album.is_some() {
        "album_content c join asset a on a.id = c.asset_id"
    } else {
        "asset a"
    }
}

/// The month of an asset, as a timestamp without zone.
pub(super) fn month(order_by: OrderBy) -> &'static str {
    match order_by {
        OrderBy::TakenAt => "date_trunc('month', a.local_date_time)",
        OrderBy::CreatedAt => "date_trunc('month', a.created_at at time zone 'UTC')",
    }
}
