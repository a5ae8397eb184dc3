//! Who keeps how much.

use diesel::{
    QueryableByName,
    sql_types::{BigInt, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use serde::Serialize;
use uuid::Uuid;

use crate::prelude::*;

/// One account; bytes are those of uploaded originals, not of libraries.
#[derive(QueryableByName, Serialize)]
#[serde(rename_all = "camelCase")]
struct UserUsage {
    #[diesel(sql_type = SqlUuid)]
    user_id: Uuid,
    #[diesel(sql_type = Text)]
    user_name: String,
    #[diesel(sql_type = BigInt)]
    photos: i64,
    #[diesel(sql_type = BigInt)]
    videos: i64,
    #[diesel(sql_type = BigInt)]
    usage: i64,
    #[diesel(sql_type = BigInt)]
    usage_photos: i64,
    #[diesel(sql_type = BigInt)]
    usage_videos: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    quota_size_in_bytes: Option<i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Statistics {
    photos: i64,
    videos: i64,
    usage: i64,
    usage_photos: i64,
    usage_videos: i64,
    usage_by_user: Vec<UserUsage>,
}

/// From what is kept of each account in `asset_count`. Moving parts of photos in the locked folder are no videos of it: those are looked at.
const QUERY: &str = r#"
with kept as (
    select owner_id,
           sum(assets) filter (where type = 'IMAGE' and visibility <> 'hidden') as photos,
           sum(assets) filter (where type = 'VIDEO' and visibility <> 'hidden') as videos,
           sum(bytes) filter (where not is_external) as usage,
           sum(bytes) filter (where not is_external and type = 'IMAGE') as usage_photos,
           sum(bytes) filter (where not is_external and type = 'VIDEO') as usage_videos
    from asset_count where not is_trashed group by owner_id
),
parts as (
    select a.owner_id, count(*) as parts from asset a
    where a.visibility = 'locked' and a.type = 'VIDEO' and a.deleted_at is null
      and exists (select from asset photo where photo.live_photo_video_id = a.id and photo.id <> a.id)
    group by a.owner_id
)
select u.id as user_id, u.name as user_name, u.quota_size_in_bytes,
       coalesce(kept.photos, 0)::bigint as photos, (coalesce(kept.videos, 0) - coalesce(parts.parts, 0))::bigint as videos,
       coalesce(kept.usage, 0)::bigint as usage, coalesce(kept.usage_photos, 0)::bigint as usage_photos,
       coalesce(kept.usage_videos, 0)::bigint as usage_videos
from "user" u left join kept on kept.owner_id = u.id left join parts on parts.owner_id = u.id
order by u.created_at, u.id"#;

/// `GET /server/statistics`
pub(super) async fn statistics(_auth: Auth, state: Data<AppState>) -> Reply {
    let users: Vec<UserUsage> = diesel::sql_query(QUERY).load(&mut state.conn().await?).await?;
    let sum = |part: fn(&UserUsage) -> i64| users.iter().map(part).sum();
    Ok(reply::ok(&Statistics {
        photos: sum(|user| user.photos),
        videos: sum(|user| user.videos),
        usage: sum(|user| user.usage),
        usage_photos: sum(|user| user.usage_photos),
        usage_videos: sum(|user| user.usage_videos),
        usage_by_user: users,
    }))
}
