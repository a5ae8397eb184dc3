//! Looking at assets.

use std::collections::HashMap;

use actix_web::HttpRequest;
use diesel::{
    QueryableByName,
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Bool, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::{
    db::schema::{asset, asset_exif, user},
    ids::Visibility,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    counted::Numbers,
    row::{AssetRow, ExifRow, OwnerRow},
    wire::{AssetView, Detail},
};
use crate::prelude::*;
use crate::{
    access::{self, asset::NO_MOVING_PART},
    http::validate::{Rule, query_boolean, shape, word},
};

/// `GET /assets/{id}`
pub(super) async fn one(id: Id, auth: Auth, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    access::asset::require(&mut conn, &auth, Permission::AssetRead, &[id.0]).await?;
    let (row, exif, owner) = asset::table
        .inner_join(user::table)
        .left_join(asset_exif::table)
        .filter(asset::id.eq(id.0))
        .select((
            AssetRow::as_select(),
            Option::<ExifRow>::as_select(),
            OwnerRow::as_select(),
        ))
        .first::<(AssetRow, Option<ExifRow>, OwnerRow)>(&mut conn)
        .await
        .optional()?
        .ok_or_else(|| ApiError::no_access(Permission::AssetRead.as_str()))?;
    let view = AssetView::new(row, exif, Detail::Full, auth.id()).with_owner(owner);
    Ok(reply::ok(&view))
}

/// One asset without its surroundings, as answers to changes show it.
pub(super) async fn plain(conn: &mut AsyncPgConnection, auth: &Auth, id: Uuid) -> Result<AssetView, ApiError> {
    let (row, exif) = asset::table
        .left_join(asset_exif::table)
        .filter(asset::id.eq(id))
        .select((AssetRow::as_select(), Option::<ExifRow>::as_select()))
        .first::<(AssetRow, Option<ExifRow>)>(conn)
        .await?;
    Ok(AssetView::new(row, exif, Detail::Plain, auth.id()))
}

/// These assets, in this order.
///
/// # Errors
/// The database.
pub(crate) async fn many(
    conn: &mut AsyncPgConnection,
    auth: &Auth,
    ids: &[Uuid],
    detail: Detail,
) -> Result<Vec<AssetView>, ApiError> {
    let rows: Vec<(AssetRow, Option<ExifRow>)> = asset::table
        .left_join(asset_exif::table)
        .filter(asset::id.eq_any(ids))
        .select((AssetRow::as_select(), Option::<ExifRow>::as_select()))
        .load(conn)
        .await?;
    let views = rows
        .into_iter()
        .map(|(row, exif)| AssetView::new(row, exif, detail, auth.id()));
    let mut by_id: HashMap<Uuid, AssetView> = views.map(|view| (view.id(), view)).collect();
    Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
}

shape! {
    /// Which assets to count.
    #[derive(Debug)]
    pub(crate) struct Counted {
        is_favorite: Option<bool> = "isFavorite", query_boolean().optional();
        is_trashed: Option<bool> = "isTrashed", query_boolean().optional();
        visibility: Option<Visibility> = "visibility", word(Visibility::ALL).optional();
    }
}

#[derive(QueryableByName)]
struct Counts {
    #[diesel(sql_type = BigInt)]
    images: i64,
    #[diesel(sql_type = BigInt)]
    videos: i64,
}

/// The moving part of a locked photo is no item of the locked folder.
fn count_statement(is_trashed: bool) -> String {
    let place = if is_trashed {
        "a.deleted_at is not null and a.status <> 'deleted'"
    } else {
        "a.deleted_at is null"
    };
    format!(
        "select count(*) filter (where a.type = 'IMAGE') as images, count(*) filter (where a.type = 'VIDEO') as videos
         from asset a
         where a.owner_id = $1
           and {place}
           and ($2 is null or a.is_favorite = $2)
           and a.visibility = any($3)
           and ('locked' <> all($3) or {NO_MOVING_PART})"
    )
}

/// Without the trash, the locked folder and favourites it is kept how many there are.
const KEPT: &str = "
select coalesce(sum(assets) filter (where type = 'IMAGE'), 0)::bigint as images,
       coalesce(sum(assets) filter (where type = 'VIDEO'), 0)::bigint as videos
from asset_count where owner_id = $1 and not is_trashed and visibility = any($2)";

/// `GET /assets/statistics`
pub(super) async fn statistics(
    auth: Auth,
    query: Query<Counted>,
    request: HttpRequest,
    state: Data<AppState>,
) -> Reply {
    let owner = auth.id();
    let mut conn = state.conn().await?;
    if query.visibility == Some(Visibility::Locked) {
        auth.require_elevated()?;
        // Nothing that is locked is kept.
        return Ok(reply::ok(&count(&mut conn, owner, &query).await?));
    }
    let counted = &query.0;
    state
        .answers
        .answer(&state.pool, conn, &request, &Numbers { owner, counted })
        .await
}

/// How many assets of a person there are.
///
/// # Errors
/// The database.
pub(crate) async fn count(conn: &mut AsyncPgConnection, owner: Uuid, counted: &Counted) -> Result<Value, ApiError> {
    let visibilities = match counted.visibility {
        Some(visibility) => vec![visibility.as_str()],
        None => vec![Visibility::Archive.as_str(), Visibility::Timeline.as_str()],
    };
    let is_trashed = counted.is_trashed.unwrap_or(false);
    let is_kept = !is_trashed && counted.is_favorite.is_none() && counted.visibility != Some(Visibility::Locked);
    let counts: Counts = if is_kept {
        let query = sql_query(KEPT).bind::<SqlUuid, _>(owner);
        query.bind::<Array<Text>, _>(visibilities).get_result(conn).await?
    } else {
        sql_query(count_statement(is_trashed))
            .bind::<SqlUuid, _>(owner)
            .bind::<Nullable<Bool>, _>(counted.is_favorite)
            .bind::<Array<Text>, _>(visibilities)
            .get_result(conn)
            .await?
    };
    Ok(json!({
        "images": counts.images,
        "videos": counts.videos,
        "total": counts.images + counts.videos,
    }))
}
