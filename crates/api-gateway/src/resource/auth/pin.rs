//! The PIN that opens the locked folder for a session, for a while.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Nullable, Timestamptz},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use safelight_core::db::schema::{session, user};
use uuid::Uuid;

use super::wire::{ChangePin, NewPin, PinProof};
use crate::{
    access::Auth,
    http::{
        body::Body,
        error::ApiError,
        reply::{self, Reply},
    },
    state::AppState,
};

/// No elevation.
const CLOSED: Option<DateTime<Utc>> = None;

/// `POST /auth/pin-code`: the first PIN.
pub(super) async fn set_up(auth: Auth, body: Body<NewPin>, state: Data<AppState>) -> Reply {
    let hash = state.passwords.hash(&body.0.0).await?;
    let mut conn = state.conn().await?;
    let without = user::table.find(auth.id()).filter(user::pin_code.is_null());
    match diesel::update(without)
        .set(user::pin_code.eq(hash))
        .execute(&mut conn)
        .await?
    {
        0 => Err(ApiError::bad("User already has a PIN code")),
        _ => Ok(reply::no_content()),
    }
}

/// `PUT /auth/pin-code`: another PIN, for who knows the old one or the password.
pub(super) async fn change(auth: Auth, body: Body<ChangePin>, state: Data<AppState>) -> Reply {
    prove(&state, auth.id(), &body.0.proof).await?;
    let hash = state.passwords.hash(&body.0.new_pin_code).await?;
    let mut conn = state.conn().await?;
    diesel::update(user::table.find(auth.id()))
        .set(user::pin_code.eq(hash))
        .execute(&mut conn)
        .await?;
    Ok(reply::no_content())
}

/// `DELETE /auth/pin-code`: no PIN any more; every session is locked.
pub(super) async fn reset(auth: Auth, body: Body<PinProof>, state: Data<AppState>) -> Reply {
    prove(&state, auth.id(), &body.0).await?;
    let mut conn = state.conn().await?;
    conn.transaction::<(), ApiError, _>(async |conn| {
        let none = user::pin_code.eq(None::<String>);
        diesel::update(user::table.find(auth.id()))
            .set(none)
            .execute(conn)
            .await?;
        let own = session::table.filter(session::user_id.eq(auth.id()));
        diesel::update(own)
            .set(session::pin_expires_at.eq(CLOSED))
            .execute(conn)
            .await?;
        Ok(())
    })
    .await?;
    Ok(reply::no_content())
}

/// `POST /auth/session/unlock`: opens the locked folder to this session for 15 minutes.
pub(super) async fn unlock(auth: Auth, body: Body<PinProof>, state: Data<AppState>) -> Reply {
    let this = auth.require_session()?.id;
    prove(&state, auth.id(), &body.0).await?;
    let mut conn = state.conn().await?;
    elevate(&mut conn, this).await?;
    Ok(reply::no_content())
}

/// `POST /auth/session/lock`
pub(super) async fn lock(auth: Auth, state: Data<AppState>) -> Reply {
    let this = auth.require_session()?.id;
    let mut conn = state.conn().await?;
    diesel::update(session::table.find(this))
        .set(session::pin_expires_at.eq(CLOSED))
        .execute(&mut conn)
        .await?;
    Ok(reply::no_content())
}

/// Opens the locked folder to one session.
async fn elevate(conn: &mut AsyncPgConnection, id: Uuid) -> Result<(), ApiError> {
    let end = sql::<Nullable<Timestamptz>>("now() + interval '15 minutes'");
    diesel::update(session::table.find(id))
        .set(session::pin_expires_at.eq(end))
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether the PIN, else the password, is the account's.
async fn prove(state: &AppState, id: Uuid, proof: &PinProof) -> Result<(), ApiError> {
    let mut conn = state.conn().await?;
    let stored = user::table.find(id).select((user::pin_code, user::password));
    let (pin_code, password) = stored.first::<(Option<String>, Option<String>)>(&mut conn).await?;
    drop(conn);
    let (given, stored, wrong) = match (&proof.pin_code, &proof.password) {
        (Some(pin), _) => (pin, pin_code, "Wrong PIN code"),
        (None, Some(word)) => (word, password, "Wrong password"),
        (None, None) => return Err(ApiError::bad("Either password or pinCode is required")),
    };
    if state.passwords.matches(given, stored.as_deref()).await? {
        Ok(())
    } else {
        Err(ApiError::bad(wrong))
    }
}
