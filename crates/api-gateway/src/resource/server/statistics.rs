//! Who keeps how much.

use actix_web::web::Data;
use diesel::{
    QueryableByName,
    sql_types::{BigInt, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    access::Auth,
    http::reply::{self, Reply},
    state::AppState,
};

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

/// The library is added up once, whoever it belongs to.
const QUERY: &str = r#"
with kept as (
    select a.owner_id,
           count(*) filter (where a.type = 'IMAGE' and a.visibility <> 'hidden') as photos,
           count(*) filter (where a.type = 'VIDEO' and a.visibility <> 'hidden' and (a.visibility <> 'locked'
               or not exists (select from asset photo where photo.live_photo_video_id = a.id and photo.id <> a.id))) as videos,
           sum(e.file_size_in_byte) filter (where a.library_id is null) as usage,
           sum(e.file_size_in_byte) filter (where a.library_id is null and a.type = 'IMAGE') as usage_photos,
           sum(e.file_size_in_byte) filter (where a.library_id is null and a.type = 'VIDEO') as usage_videos
    from asset a left join asset_exif e on e.asset_id = a.id
    where a.deleted_at is null
    group by a.owner_id
)
select u.id as user_id, u.name as user_name, u.quota_size_in_bytes,
       coalesce(kept.photos, 0) as photos, coalesce(kept.videos, 0) as videos,
       coalesce(kept.usage, 0)::bigint as usage, coalesce(kept.usage_photos, 0)::bigint as usage_photos,
       coalesce(kept.usage_videos, 0)::bigint as usage_videos
from "user" u left join kept on kept.owner_id = u.id
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
