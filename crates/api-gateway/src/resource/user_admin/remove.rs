//! Deleting accounts and bringing them back.
//!
//! A deleted account is hidden and its sessions end; for the days of the settings it can be restored. Then, or at once with
//! `force`, a job removes it with everything it owns, and there is no way back from the moment that job is ordered.

use diesel::{
    dsl::sql,
    prelude::*,
    sql_query,
    sql_types::{Nullable, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use safelight_core::{
    db::schema::user,
    events::Event,
    jobs::{NewJob, Wakes, enqueue, kind},
};
use uuid::Uuid;

use super::{guard, wire::Deletion};
use crate::prelude::*;
use crate::resource::{
    session,
    user::{UserRow, admin_view},
};

/// The albums of an account are hidden with it: everybody else's share in them as well.
const HIDE_ALBUMS: &str = "
update album set deleted_at = now() where deleted_at is null
  and id in (select album_id from album_user where user_id = $1 and role = 'owner')";
const SHOW_ALBUMS: &str = "
update album set deleted_at = null where deleted_at is not null
  and id in (select album_id from album_user where user_id = $1 and role = 'owner')";

/// Before the rows of accounts, as everywhere.
const LOCK_ALBUMS: &str = "
select id from album where id in (select album_id from album_user where user_id = $1 and role = 'owner')
order by id for no key update";

/// What the deletion left to do after its commit.
struct Deleted {
    row: UserRow,
    ended: Vec<Event>,
    wakes: Wakes,
}

/// `DELETE /admin/users/{id}`
pub(super) async fn delete(auth: Auth, id: Id, body: Body<Deletion>, state: Data<AppState>) -> Reply {
    if id.0 == auth.id() {
        return Err(ApiError::forbidden("Cannot delete your own account"));
    }
    let force = body.0.force;
    let mut conn = state.conn().await?;
    let deleted = conn
        .transaction::<Deleted, ApiError, _>(async |conn| {
            albums(conn, id.0, LOCK_ALBUMS).await?;
            guard::lock_admins(conn, &auth).await?;
            let before = guard::lock(conn, id.0).await?;
            // What is on its way out does not turn back.
            let removing = force || before.status == "removing";
            let mut wakes = Wakes::default();
            if force {
                let job = NewJob::<kind::UserDelete>::for_subject(id.0).force(true);
                enqueue(conn, &mut wakes, job).await?;
            }
            let ended = session::end(conn, id.0, None).await?;
            albums(conn, id.0, HIDE_ALBUMS).await?;
            let row = diesel::update(user::table.find(id.0))
                .set((
                    user::status.eq(if removing { "removing" } else { "deleted" }),
                    // The days of one that is deleted again are counted from the first time.
                    user::deleted_at.eq(sql::<Nullable<Timestamptz>>("coalesce(deleted_at, now())")),
                    user::updated_at.eq(diesel::dsl::now),
                ))
                .returning(UserRow::as_returning())
                .get_result(conn)
                .await?;
            tracing::info!(user.id = %id.0, admin.id = %auth.id(), force, "an account was deleted");
            Ok(Deleted { row, ended, wakes })
        })
        .await?;
    let view = admin_view(&mut conn, deleted.row).await?;
    drop(conn);
    state.wake(deleted.wakes).await;
    state.publish(&deleted.ended).await;
    Ok(reply::ok(&view))
}

/// `POST /admin/users/{id}/restore`: the account as it was; one that was not deleted stays as it is.
pub(super) async fn restore(auth: Auth, id: Id, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    let row = conn
        .transaction::<UserRow, ApiError, _>(async |conn| {
            albums(conn, id.0, LOCK_ALBUMS).await?;
            let before = guard::lock(conn, id.0).await?;
            if before.status == "removing" {
                return Err(ApiError::bad("The account is being removed and cannot be restored"));
            }
            if before.deleted_at.is_none() {
                return Ok(before);
            }
            albums(conn, id.0, SHOW_ALBUMS).await?;
            tracing::info!(user.id = %id.0, admin.id = %auth.id(), "an account was restored");
            let live = (
                user::status.eq("active"),
                user::deleted_at.eq(None::<chrono::DateTime<chrono::Utc>>),
                user::updated_at.eq(diesel::dsl::now),
            );
            let update = diesel::update(user::table.find(id.0)).set(live);
            Ok(update.returning(UserRow::as_returning()).get_result(conn).await?)
        })
        .await?;
    Ok(reply::ok(&admin_view(&mut conn, row).await?))
}

async fn albums(conn: &mut AsyncPgConnection, owner: Uuid, change: &str) -> Result<(), ApiError> {
    sql_query(change).bind::<SqlUuid, _>(owner).execute(conn).await?;
    Ok(())
}
