//! The PIN that opens the locked folder for a session, for a while.
//!
//! Another PIN, or none, closes the folder for all other sessions of the account. Everything that a proof allows is written only
//! while PIN and password are still those that it was a proof of.

use actix_web::HttpRequest;
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Double, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, RunQueryDsl};
use safelight_core::db::schema::user;
use uuid::Uuid;

use super::{
    own::Own,
    wire::{ChangePin, NewPin, PinProof},
};
use crate::prelude::*;
use crate::{access::password::Lane, http::client, resource::session};

/// `POST /auth/pin-code`: the first PIN.
pub(super) async fn set_up(auth: Auth, body: Body<NewPin>, state: Data<AppState>) -> Reply {
    let hash = state.passwords.hash(&body.0.0, Lane::Known(auth.id())).await?;
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
pub(super) async fn change(auth: Auth, body: Body<ChangePin>, request: HttpRequest, state: Data<AppState>) -> Reply {
    let own = Own::load(&state, auth.id(), client::network(&request)).await?;
    own.require(&state, &body.0.proof).await?;
    let lane = Lane::Known(auth.id());
    let hash = state.passwords.hash(&body.0.new_pin_code, lane).await?;
    let this = auth.session().map(|session| session.id);
    write(&state, auth.id(), &own, Some(hash), this).await
}

/// `DELETE /auth/pin-code`: no PIN any more; every session is locked.
pub(super) async fn reset(auth: Auth, body: Body<PinProof>, request: HttpRequest, state: Data<AppState>) -> Reply {
    let own = Own::load(&state, auth.id(), client::network(&request)).await?;
    own.require(&state, &body.0).await?;
    write(&state, auth.id(), &own, None, None).await
}

/// Sets the PIN, and locks the sessions of the account but for one.
async fn write(state: &AppState, id: Uuid, own: &Own, pin: Option<String>, except: Option<Uuid>) -> Reply {
    let mut conn = state.conn().await?;
    conn.transaction::<(), ApiError, _>(async |conn| {
        let same = user::table
            .find(id)
            .filter(user::pin_code.is_not_distinct_from(&own.pin_code))
            .filter(user::password.is_not_distinct_from(&own.password));
        let written = diesel::update(same).set(user::pin_code.eq(pin)).execute(conn).await?;
        if written == 0 {
            return Err(changed());
        }
        session::lock_all(conn, id, except).await
    })
    .await?;
    Ok(reply::no_content())
}

/// Whoever sets another PIN holds the row of the account, and this waits for it.
const OPEN: &str = "
with account as (
    select id from \"user\" where id = $2 and pin_code is not distinct from $3 and password is not distinct from $4 for share
)
update session set pin_expires_at = now() + least(interval '15 minutes', make_interval(secs => $5)),
    pin_ends_at = now() + make_interval(secs => $5)
from account where session.id = $1 and session.user_id = account.id";

/// `POST /auth/session/unlock`: opens the locked folder to this session for 15 minutes, and while it is used up to
/// `SAFELIGHT_PIN_LIMIT`.
pub(super) async fn unlock(auth: Auth, body: Body<PinProof>, request: HttpRequest, state: Data<AppState>) -> Reply {
    let this = auth.require_session()?.id;
    let own = Own::load(&state, auth.id(), client::network(&request)).await?;
    own.require(&state, &body.0).await?;
    let opened = sql_query(OPEN)
        .bind::<SqlUuid, _>(this)
        .bind::<SqlUuid, _>(auth.id())
        .bind::<Nullable<Text>, _>(&own.pin_code)
        .bind::<Nullable<Text>, _>(&own.password)
        .bind::<Double, _>(state.accounts.pin.as_secs_f64())
        .execute(&mut state.conn().await?)
        .await?;
    if opened == 0 {
        return Err(changed());
    }
    Ok(reply::no_content())
}

/// `POST /auth/session/lock`
pub(super) async fn lock(auth: Auth, state: Data<AppState>) -> Reply {
    let this = auth.require_session()?.id;
    session::lock_one(&mut *state.conn().await?, this).await?;
    Ok(reply::no_content())
}

/// What was proven holds no more.
fn changed() -> ApiError {
    ApiError::bad("The PIN code or the password was changed meanwhile")
}
