//! Sharing albums with people.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use safelight_core::{db::again, events::Event, ids::AlbumRole};
use uuid::Uuid;

use super::{
    view,
    wire::{AlbumMember, Member, NewMembers, NewRole},
};
use crate::prelude::*;
use crate::{
    access::album,
    http::reply::{no_content, ok},
    resource::notification,
};

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many of these people there are.
const KNOWN: &str = "select count(*) as count from \"user\" where id = any($1) and deleted_at is null";

/// Whoever is a member already keeps the role; of two roles for one person the first counts. In the order of ids, so that two
/// requests cannot wait for each other in a circle.
const INSERT: &str = "
insert into album_user (album_id, user_id, role)
select $1, given.user_id, given.role from (
    select distinct on (user_id) user_id, role from unnest($2::uuid[], $3::text[]) with ordinality given (user_id, role, place)
    order by user_id, place) given
order by given.user_id
on conflict do nothing returning user_id as id";

/// Makes people members, in one statement, and gives those who were none.
///
/// # Errors
/// The database.
pub(super) async fn insert(
    conn: &mut AsyncPgConnection,
    album: Uuid,
    members: &[Member],
) -> Result<Vec<Uuid>, ApiError> {
    let (users, roles): (Vec<Uuid>, Vec<&str>) =
        members.iter().map(|member| (member.user, member.role.as_str())).unzip();
    let new: Vec<IdRow> = sql_query(INSERT)
        .bind::<SqlUuid, _>(album)
        .bind::<Array<SqlUuid>, _>(users)
        .bind::<Array<Text>, _>(roles)
        .load(conn)
        .await?;
    Ok(new.into_iter().map(|row| row.id).collect())
}

/// Makes several people members and writes them a notification, in the caller's transaction. The events are published
/// after its commit.
///
/// # Errors
/// 400 `Invalid user` for one who does not exist; 400 for a second owner.
pub(super) async fn invite(
    conn: &mut AsyncPgConnection,
    host: Uuid,
    album: Uuid,
    members: &[Member],
) -> Result<Vec<Event>, ApiError> {
    if members.iter().any(|member| member.role == AlbumRole::Owner) {
        return Err(ApiError::bad("An album has one owner"));
    }
    let mut users: Vec<Uuid> = members.iter().map(|member| member.user).collect();
    users.sort_unstable();
    users.dedup();
    let known: CountRow = sql_query(KNOWN)
        .bind::<Array<SqlUuid>, _>(&users)
        .get_result(conn)
        .await?;
    if usize::try_from(known.count) != Ok(users.len()) {
        return Err(ApiError::bad("Invalid user"));
    }
    let invited = insert(conn, album, members).await?;
    Ok(notification::invite::album(conn, album, host, &invited).await?)
}

/// `PUT /albums/{id}/users`. The owner in the list is passed over.
pub(super) async fn add(state: Data<AppState>, auth: Auth, id: Id, body: Body<NewMembers>) -> Reply {
    let mut conn = state.pool.get().await?;
    album::require(&mut conn, &auth, Permission::AlbumShare, id.0).await?;
    let owner = album::owner(&mut conn, id.0).await?;
    let members: Vec<Member> = body
        .0
        .0
        .into_iter()
        .filter(|member| Some(member.user) != owner)
        .collect();
    let events = again(async || {
        conn.transaction::<_, ApiError, _>(async |conn| {
            touch(conn, id.0).await?;
            invite(conn, auth.id(), id.0, &members).await
        })
        .await
    })
    .await?;
    let view = view::written(&mut conn, id.0, auth.id()).await?;
    drop(conn);
    state.publish(&events).await;
    Ok(ok(&view))
}

/// `PUT /albums/{id}/user/{userId}`
pub(super) async fn set_role(
    state: Data<AppState>,
    auth: Auth,
    member: Params<AlbumMember>,
    body: Body<NewRole>,
) -> Reply {
    let (album, role) = (member.album, body.0.0);
    let user = member.user.unwrap_or(auth.id());
    let mut conn = state.pool.get().await?;
    album::require(&mut conn, &auth, Permission::AlbumShare, album).await?;
    if role == AlbumRole::Owner {
        return Err(ApiError::bad("An album has one owner"));
    }
    let changed = sql_query("update album_user set role = $3 where album_id = $1 and user_id = $2 and role <> 'owner'")
        .bind::<SqlUuid, _>(album)
        .bind::<SqlUuid, _>(user)
        .bind::<Text, _>(role.as_str())
        .execute(&mut conn)
        .await?;
    if changed == 0 {
        return Err(refusal(
            album::owner(&mut conn, album).await?,
            user,
            "Cannot change the role of the last album owner",
        ));
    }
    Ok(no_content())
}

/// `DELETE /albums/{id}/user/{userId}`: one may always leave; others are removed by who may share.
pub(super) async fn remove(state: Data<AppState>, auth: Auth, member: Params<AlbumMember>) -> Reply {
    let album = member.album;
    let user = member.user.unwrap_or(auth.id());
    let mut conn = state.pool.get().await?;
    let permission = if user == auth.id() {
        Permission::AlbumRead
    } else {
        Permission::AlbumShare
    };
    album::require(&mut conn, &auth, permission, album).await?;
    let removed = sql_query("delete from album_user where album_id = $1 and user_id = $2 and role <> 'owner'")
        .bind::<SqlUuid, _>(album)
        .bind::<SqlUuid, _>(user)
        .execute(&mut conn)
        .await?;
    if removed == 0 {
        return Err(refusal(
            album::owner(&mut conn, album).await?,
            user,
            "Cannot remove the last album owner",
        ));
    }
    touch(&mut conn, album).await?;
    Ok(no_content())
}

/// Why nothing changed: the user owns the album, or is not in it.
fn refusal(owner: Option<Uuid>, user: Uuid, to_owner: &str) -> ApiError {
    ApiError::bad(if owner == Some(user) {
        to_owner
    } else {
        "Album not shared with user"
    })
}

async fn touch(conn: &mut AsyncPgConnection, album: Uuid) -> Result<(), ApiError> {
    sql_query("update album set updated_at = now() where id = $1")
        .bind::<SqlUuid, _>(album)
        .execute(conn)
        .await?;
    Ok(())
}
