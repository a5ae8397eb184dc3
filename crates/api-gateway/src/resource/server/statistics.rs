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

const QUERY: &str = r#"
select u.id as user_id, u.name as user_name, u.quota_size_in_bytes,
       count(a.id) filter (where a.type = 'IMAGE' and a.visibility <> 'hidden') as photos,
       count(a.id) filter (where a.type = 'VIDEO' and a.visibility <> 'hidden' and (a.visibility <> 'locked'
           or not exists (select from asset photo where photo.live_photo_video_id = a.id and photo.id <> a.id))) as videos,
       coalesce(sum(e.file_size_in_byte) filter (where a.library_id is null), 0)::bigint as usage,
       coalesce(sum(e.file_size_in_byte) filter (where a.library_id is null and a.type = 'IMAGE'), 0)::bigint
           as usage_photos,
       coalesce(sum(e.file_size_in_byte) filter (where a.library_id is null and a.type = 'VIDEO'), 0)::bigint
           as usage_videos
from "user" u
left join asset a on a.owner_id = u.id and a.deleted_at is null
left join asset_exif e on e.asset_id = a.id
group by u.id
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
