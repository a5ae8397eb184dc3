//! Albums as they are answered.
//!
//! An album's numbers and dates are those of what a member sees in it: neither what is in the trash nor what is hidden or
//! locked. Its picture is the chosen one while that is in sight, else the newest.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamp, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    http::{
        error::ApiError,
        reply::{iso, postgres_json},
    },
    resource::user::color_of,
};

/// Counts come from `album_month`, the rest from the ends of the indexes of `album_content`: nothing of what an album holds is added up.
const ALBUMS: &str = "
select al.id, al.album_name, al.description, al.created_at, al.updated_at, al.is_activity_enabled, al.\"order\",
  coalesce(chosen.asset_id, newest.asset_id) as thumbnail, coalesce(counted.count, 0) as count,
  oldest.local_date_time as first, newest.local_date_time as last, changed.updated_at as changed
from album al
left join lateral (select sum(assets)::bigint as count from album_month where album_id = al.id and not by_upload) counted on true
left join lateral (select local_date_time, asset_id from album_content where album_id = al.id and in_sight
  order by local_date_time desc, asset_id limit 1) newest on true
left join lateral (select local_date_time from album_content where album_id = al.id and in_sight
  order by local_date_time limit 1) oldest on true
left join lateral (select updated_at from album_content where album_id = al.id and in_sight
  order by updated_at desc limit 1) changed on true
left join album_content chosen
  on chosen.album_id = al.id and chosen.asset_id = al.album_thumbnail_asset_id and chosen.in_sight
where al.id = any($1) and al.deleted_at is null
order by al.created_at desc, al.id";

/// The owner first, then the caller, then editors before viewers, each by name.
const MEMBERS: &str = "
select au.album_id, au.role, u.id, u.email, u.name, u.profile_image_path, u.avatar_color, u.profile_changed_at
from album_user au join \"user\" u on u.id = au.user_id
where au.album_id = any($1) and u.deleted_at is null
order by au.album_id, case au.role when 'owner' then 0 else 1 end, case when u.id = $2 then 0 else 1 end,
  case au.role when 'editor' then 0 else 1 end, u.name collate \"und-x-icu\", u.id";

const CONTRIBUTORS: &str = "
select owner_id as id, sum(assets)::bigint as count from album_month where album_id = $1 and not by_upload
group by owner_id having sum(assets) > 0 order by sum(assets) desc, owner_id";

#[derive(QueryableByName)]
struct AlbumRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    album_name: String,
    #[diesel(sql_type = Text)]
    description: String,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    updated_at: DateTime<Utc>,
    #[diesel(sql_type = Bool)]
    is_activity_enabled: bool,
    #[diesel(sql_type = Text)]
    order: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    thumbnail: Option<Uuid>,
    #[diesel(sql_type = BigInt)]
    count: i64,
    #[diesel(sql_type = Nullable<Timestamp>)]
    first: Option<NaiveDateTime>,
    #[diesel(sql_type = Nullable<Timestamp>)]
    last: Option<NaiveDateTime>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    changed: Option<DateTime<Utc>>,
}

#[derive(QueryableByName)]
struct MemberRow {
    #[diesel(sql_type = SqlUuid)]
    album_id: Uuid,
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    profile_image_path: String,
    #[diesel(sql_type = Nullable<Text>)]
    avatar_color: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    profile_changed_at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct ContributorRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// `AlbumResponseDto`
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AlbumView {
    album_name: String,
    description: String,
    album_thumbnail_asset_id: Option<Uuid>,
    created_at: String,
    updated_at: String,
    id: Uuid,
    album_users: Vec<MemberView>,
    shared: bool,
    has_shared_link: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date: Option<String>,
    asset_count: i64,
    is_activity_enabled: bool,
    order: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_modified_asset_timestamp: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contributor_counts: Option<Vec<Contributor>>,
}

#[derive(Serialize)]
struct MemberView {
    user: MemberUser,
    role: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MemberUser {
    id: Uuid,
    email: String,
    name: String,
    profile_image_path: String,
    avatar_color: String,
    profile_changed_at: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Contributor {
    user_id: Uuid,
    asset_count: i64,
}

/// How an answer writes the dates of an album: reads give days and when something last changed, writes give moments
/// (measured B8).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dates {
    /// `2012-08-05T00:00:00.000Z`
    Days,
    /// `2012-08-05T11:39:59+00:00`
    Moments,
}

/// These albums, newest first, as `viewer` sees them.
///
/// # Errors
/// The database.
pub(super) async fn many(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
    viewer: Uuid,
    dates: Dates,
) -> Result<Vec<AlbumView>, ApiError> {
    let albums: Vec<AlbumRow> = sql_query(ALBUMS).bind::<Array<SqlUuid>, _>(ids).load(conn).await?;
    let members: Vec<MemberRow> = sql_query(MEMBERS)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<SqlUuid, _>(viewer)
        .load(conn)
        .await?;
    let mut of_album: HashMap<Uuid, Vec<MemberView>> = HashMap::new();
    for member in members {
        of_album.entry(member.album_id).or_default().push(member.into());
    }
    Ok(albums
        .into_iter()
        .map(|album| {
            let members = of_album.remove(&album.id).unwrap_or_default();
            AlbumView::new(album, members, dates)
        })
        .collect())
}

/// One album, as the caller of a write sees it.
///
/// # Errors
/// The database, or the album went away meanwhile.
pub(super) async fn written(conn: &mut AsyncPgConnection, id: Uuid, viewer: Uuid) -> Result<AlbumView, ApiError> {
    many(conn, &[id], viewer, Dates::Moments)
        .await?
        .pop()
        .ok_or_else(|| ApiError::no_access("album.read"))
}

/// One album, with how much each person gave to it when it is shared.
///
/// # Errors
/// The database, or the album went away meanwhile.
pub(super) async fn one(conn: &mut AsyncPgConnection, id: Uuid, viewer: Uuid) -> Result<AlbumView, ApiError> {
    let album = many(conn, &[id], viewer, Dates::Days).await?.pop();
    let mut album = album.ok_or_else(|| ApiError::no_access("album.read"))?;
    if album.shared {
        let rows: Vec<ContributorRow> = sql_query(CONTRIBUTORS).bind::<SqlUuid, _>(id).load(conn).await?;
        let counts = rows.into_iter().map(|row| Contributor {
            user_id: row.id,
            asset_count: row.count,
        });
        album.contributor_counts = Some(counts.collect());
    }
    Ok(album)
}

impl AlbumView {
    fn new(row: AlbumRow, album_users: Vec<MemberView>, dates: Dates) -> Self {
        let write = |moment: NaiveDateTime| match dates {
            Dates::Days => format!("{}T00:00:00.000Z", moment.date()),
            Dates::Moments => postgres_json(moment.and_utc()),
        };
        Self {
            album_name: row.album_name,
            description: row.description,
            album_thumbnail_asset_id: row.thumbnail,
            created_at: iso(row.created_at),
            updated_at: iso(row.updated_at),
            id: row.id,
            shared: album_users.len() > 1,
            album_users,
            has_shared_link: false,
            start_date: row.first.map(write),
            end_date: row.last.map(write),
            asset_count: row.count,
            is_activity_enabled: row.is_activity_enabled,
            order: row.order,
            last_modified_asset_timestamp: row.changed.filter(|_| dates == Dates::Days).map(iso),
            contributor_counts: None,
        }
    }
}

impl From<MemberRow> for MemberView {
    fn from(row: MemberRow) -> Self {
        let avatar_color = row.avatar_color.unwrap_or_else(|| color_of(&row.email).to_owned());
        let user = MemberUser {
            id: row.id,
            email: row.email,
            name: row.name,
            profile_image_path: row.profile_image_path,
            avatar_color,
            profile_changed_at: postgres_json(row.profile_changed_at),
        };
        Self { user, role: row.role }
    }
}
