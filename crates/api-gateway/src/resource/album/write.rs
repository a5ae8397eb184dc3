//! Making, changing and deleting albums.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Bool, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use safelight_core::{
    db::{RowLock, again, lock_assets},
    ids::AlbumRole,
};
use uuid::Uuid;

use super::{
    add, people, view,
    wire::{AlbumChange, Member, NewAlbum},
};
use crate::prelude::*;
use crate::{
    access::{album, asset},
    http::reply::{created, no_content, ok},
};

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// `POST /albums`. Assets that are not the caller's are left out without a word, as is the caller in the list of people.
pub(super) async fn create(state: Data<AppState>, auth: Auth, body: Body<NewAlbum>) -> Reply {
    let new = body.0;
    let owner = auth.id();
    let members: Vec<_> = new.members.into_iter().filter(|member| member.user != owner).collect();
    let mut conn = state.pool.get().await?;
    let granted = asset::granted(&mut conn, &auth, Permission::AssetShare, &new.assets).await?;
    let assets: Vec<Uuid> = new.assets.into_iter().filter(|id| granted.contains(id)).collect();
    let first = [Member {
        user: owner,
        role: AlbumRole::Owner,
    }];
    let (album, events) = again(async || {
        conn.transaction(async |conn| {
            lock_assets(conn, &assets, RowLock::Change).await?;
            let row: IdRow = sql_query("insert into album (album_name, description) values ($1, $2) returning id")
                .bind::<Text, _>(&new.name)
                .bind::<Text, _>(&new.description)
                .get_result(conn)
                .await?;
            people::insert(conn, row.id, &first).await?;
            let events = people::invite(conn, owner, row.id, &members).await?;
            add::insert(conn, &[row.id], &assets).await?;
            Ok::<_, ApiError>((row.id, events))
        })
        .await
    })
    .await?;
    let view = view::written(&mut conn, album, owner).await?;
    drop(conn);
    state.publish(&events).await;
    Ok(created(&view))
}

/// `PATCH /albums/{id}`
pub(super) async fn update(state: Data<AppState>, auth: Auth, id: Id, body: Body<AlbumChange>) -> Reply {
    let change = body.0;
    let mut conn = state.pool.get().await?;
    album::require(&mut conn, &auth, Permission::AlbumUpdate, id.0).await?;
    if let Some(thumbnail) = change.thumbnail {
        require_content(&mut conn, id.0, thumbnail).await?;
    }
    again(async || conn.transaction(async |conn| write(conn, id.0, &change).await).await).await?;
    Ok(ok(&view::written(&mut conn, id.0, auth.id()).await?))
}

async fn write(conn: &mut AsyncPgConnection, album: Uuid, change: &AlbumChange) -> Result<(), ApiError> {
    // The picture before the album that is to show it, as everywhere.
    lock_assets(conn, change.thumbnail.as_slice(), RowLock::Change).await?;
    sql_query(
        "update album set album_name = coalesce($2, album_name), description = coalesce($3, description), \
         album_thumbnail_asset_id = coalesce($4, album_thumbnail_asset_id), \
         is_activity_enabled = coalesce($5, is_activity_enabled), \"order\" = coalesce($6, \"order\"), updated_at = now() \
         where id = $1",
    )
    .bind::<SqlUuid, _>(album)
    .bind::<Nullable<Text>, _>(&change.name)
    .bind::<Nullable<Text>, _>(&change.description)
    .bind::<Nullable<SqlUuid>, _>(change.thumbnail)
    .bind::<Nullable<Bool>, _>(change.is_activity_enabled)
    .bind::<Nullable<Text>, _>(change.order)
    .execute(conn)
    .await?;
    Ok(())
}

/// An album's picture is one of its own that is in sight: what others have thrown away is not even told.
async fn require_content(conn: &mut AsyncPgConnection, album: Uuid, asset: Uuid) -> Result<(), ApiError> {
    let found: Vec<IdRow> = sql_query(
        "select a.id from album_asset content join asset a on a.id = content.asset_id \
         where content.album_id = $1 and a.id = $2 and a.deleted_at is null and a.visibility in ('timeline', 'archive')",
    )
        .bind::<SqlUuid, _>(album)
        .bind::<SqlUuid, _>(asset)
        .load(conn)
        .await?;
    if found.is_empty() {
        Err(ApiError::bad("Invalid album thumbnail"))
    } else {
        Ok(())
    }
}

/// `DELETE /albums/{id}`: the album, never what is in it.
pub(super) async fn delete(state: Data<AppState>, auth: Auth, id: Id) -> Reply {
    let mut conn = state.pool.get().await?;
    album::require(&mut conn, &auth, Permission::AlbumDelete, id.0).await?;
    sql_query("delete from album where id = $1")
        .bind::<SqlUuid, _>(id.0)
        .execute(&mut conn)
        .await?;
    Ok(no_content())
}
