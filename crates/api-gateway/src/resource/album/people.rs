//! Sharing albums with people.

use actix_web::web;
use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use safelight_core::{events::Event, ids::AlbumRole};
use uuid::Uuid;

use super::{
    view,
    wire::{AlbumMember, Member, NewMembers, NewRole},
};
use crate::{
    access::{Auth, Permission, album},
    http::{
        body::Body,
        error::ApiError,
        params::{Id, Params},
        reply::{Reply, no_content, ok},
    },
    resource::notification,
    state::AppState,
};

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Makes a person a member, and tells whether they were none; who is one already keeps the role.
pub(super) async fn insert(
    conn: &mut AsyncPgConnection,
    album: Uuid,
    user: Uuid,
    role: AlbumRole,
) -> Result<bool, ApiError> {
    let new = sql_query("insert into album_user (album_id, user_id, role) values ($1, $2, $3) on conflict do nothing")
        .bind::<SqlUuid, _>(album)
        .bind::<SqlUuid, _>(user)
        .bind::<Text, _>(role.as_str())
        .execute(conn)
        .await?;
    Ok(new == 1)
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
    let mut invited = Vec::new();
    for member in members {
        if member.role == AlbumRole::Owner {
            return Err(ApiError::bad("An album has one owner"));
        }
        let known: CountRow = sql_query("select count(*) as count from \"user\" where id = $1 and deleted_at is null")
            .bind::<SqlUuid, _>(member.user)
            .get_result(conn)
            .await?;
        if known.count == 0 {
            return Err(ApiError::bad("Invalid user"));
        }
        if insert(conn, album, member.user, member.role).await? {
            invited.push(member.user);
        }
    }
    Ok(notification::invite::album(conn, album, host, &invited).await?)
}

/// `PUT /albums/{id}/users`. The owner in the list is passed over.
pub(super) async fn add(state: web::Data<AppState>, auth: Auth, id: Id, body: Body<NewMembers>) -> Reply {
    let mut conn = state.pool.get().await?;
    album::require(&mut conn, &auth, Permission::AlbumShare, id.0).await?;
    let owner = album::owner(&mut conn, id.0).await?;
    let members: Vec<Member> = body
        .0
        .0
        .into_iter()
        .filter(|member| Some(member.user) != owner)
        .collect();
    let events = conn
        .transaction::<_, ApiError, _>(async |conn| {
            let events = invite(conn, auth.id(), id.0, &members).await?;
            touch(conn, id.0).await?;
            Ok(events)
        })
        .await?;
    state.bus.publish(&events).await;
    Ok(ok(&view::written(&mut conn, id.0, auth.id()).await?))
}

/// `PUT /albums/{id}/user/{userId}`
pub(super) async fn set_role(
    state: web::Data<AppState>,
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
pub(super) async fn remove(state: web::Data<AppState>, auth: Auth, member: Params<AlbumMember>) -> Reply {
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
