//! Opening and ending sessions.

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::{db::schema::session, events::Event};
use uuid::Uuid;

use super::wire::{CreatedSession, NewSession, SessionChanges, SessionRow};
use crate::access::token;
use crate::prelude::*;

/// The last year that clients can read in a date.
const LAST_YEAR: i32 = 9999;

/// `POST /sessions`: a session below this one, for a device without a keyboard; it ends with this one.
pub(super) async fn create(auth: Auth, body: Body<NewSession>, state: Data<AppState>) -> Reply {
    let parent = auth.require_session()?.id;
    let NewSession {
        duration,
        device_type,
        device_os,
    } = body.0;
    let expires_at = match duration.map(expiry) {
        Some(None) => return Err(ApiError::bad("duration is too long")),
        Some(end) => end,
        None => None,
    };
    let secret = token::generate()?;
    let values = (
        session::token.eq(token::hash(&secret)),
        session::user_id.eq(auth.id()),
        session::parent_id.eq(parent),
        session::expires_at.eq(expires_at),
        session::device_type.eq(device_type.unwrap_or_default()),
        session::device_os.eq(device_os.unwrap_or_default()),
    );
    let insert = diesel::insert_into(session::table)
        .values(values)
        .returning(SessionRow::as_returning());
    let row = insert.get_result(&mut state.conn().await?).await?;
    Ok(reply::created_secret(&CreatedSession {
        session: row.view(&auth),
        token: secret,
    }))
}

fn expiry(seconds: i64) -> Option<DateTime<Utc>> {
    let end = Utc::now().checked_add_signed(TimeDelta::try_seconds(seconds)?)?;
    Some(end).filter(|end| end.year() <= LAST_YEAR)
}

/// `PUT /sessions/{id}`
pub(super) async fn update(auth: Auth, id: Id, body: Body<SessionChanges>, state: Data<AppState>) -> Reply {
    let Some(reset) = body.0.is_pending_sync_reset else {
        own(&state, &auth, *id, Permission::SessionUpdate).await?;
        return Err(ApiError::bad("No fields to update"));
    };
    let this = session::table.find(*id).filter(session::user_id.eq(auth.id()));
    let row = diesel::update(this)
        .set((
            session::is_pending_sync_reset.eq(reset),
            session::updated_at.eq(diesel::dsl::now),
        ))
        .returning(SessionRow::as_returning())
        .get_result(&mut state.conn().await?)
        .await
        .optional()?;
    let row = row.ok_or_else(|| ApiError::no_access(Permission::SessionUpdate.as_str()))?;
    Ok(reply::ok(&row.view(&auth)))
}

/// `DELETE /sessions/{id}`
pub(super) async fn delete(auth: Auth, id: Id, state: Data<AppState>) -> Reply {
    let this = session::table.find(*id).filter(session::user_id.eq(auth.id()));
    if diesel::delete(this).execute(&mut state.conn().await?).await? == 0 {
        return Err(ApiError::no_access(Permission::AuthDeviceDelete.as_str()));
    }
    state.publish(&[Event::SessionDelete { session: *id }]).await;
    Ok(reply::no_content())
}

/// `DELETE /sessions`: all but this one.
pub(super) async fn delete_others(auth: Auth, state: Data<AppState>) -> Reply {
    let this = auth.session().map(|session| session.id);
    let ended = end(&mut *state.conn().await?, auth.id(), this).await?;
    state.publish(&ended).await;
    Ok(reply::no_content())
}

/// Ends the sessions of an account, but for one. Returns what open pages are to be told after the commit.
///
/// # Errors
/// The database.
pub(crate) async fn end(
    conn: &mut AsyncPgConnection,
    user: Uuid,
    except: Option<Uuid>,
) -> Result<Vec<Event>, ApiError> {
    let others = session::table
        .filter(session::user_id.eq(user))
        .filter(session::id.ne(except.unwrap_or_default()));
    let ended: Vec<Uuid> = diesel::delete(others).returning(session::id).get_results(conn).await?;
    Ok(ended
        .into_iter()
        .map(|session| Event::SessionDelete { session })
        .collect())
}

/// `POST /sessions/{id}/lock`: closes the locked folder there.
pub(super) async fn lock(auth: Auth, id: Id, state: Data<AppState>) -> Reply {
    own(&state, &auth, *id, Permission::SessionLock).await?;
    lock_one(&mut *state.conn().await?, *id).await?;
    Ok(reply::no_content())
}

/// Closes the locked folder to one session.
///
/// # Errors
/// The database.
pub(crate) async fn lock_one(conn: &mut AsyncPgConnection, id: Uuid) -> Result<(), ApiError> {
    diesel::update(session::table.find(id))
        .set(session::pin_expires_at.eq(None::<DateTime<Utc>>))
        .execute(conn)
        .await?;
    Ok(())
}

/// Closes the locked folder to the sessions of an account, but for one.
///
/// # Errors
/// The database.
pub(crate) async fn lock_all(conn: &mut AsyncPgConnection, user: Uuid, except: Option<Uuid>) -> Result<(), ApiError> {
    let others = session::table
        .filter(session::user_id.eq(user))
        .filter(session::id.ne(except.unwrap_or_default()));
    diesel::update(others)
        .set(session::pin_expires_at.eq(None::<DateTime<Utc>>))
        .execute(conn)
        .await?;
    Ok(())
}

/// 400 unless the session is the caller's.
async fn own(state: &AppState, auth: &Auth, id: Uuid, permission: Permission) -> Result<(), ApiError> {
    let this = session::table.find(id).filter(session::user_id.eq(auth.id()));
    let exists = diesel::select(diesel::dsl::exists(this))
        .get_result::<bool>(&mut state.conn().await?)
        .await?;
    exists
        .then_some(())
        .ok_or_else(|| ApiError::no_access(permission.as_str()))
}
