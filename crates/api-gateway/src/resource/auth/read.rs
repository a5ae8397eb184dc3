//! Questions about the caller's own login.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use safelight_core::db::schema::user;
use serde_json::json;

use super::wire::Status;
use crate::http::reply::iso;
use crate::prelude::*;

/// `POST /auth/validateToken`: the gate has said yes.
pub(super) async fn validate_token(_auth: Auth) -> Reply {
    Ok(reply::ok(&json!({"authStatus": true})))
}

/// `GET /auth/status`
pub(super) async fn status(auth: Auth, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    let (pin_code, password) = user::table
        .find(auth.id())
        .select((user::pin_code.is_not_null(), user::password.is_not_null()))
        .first::<(bool, bool)>(&mut conn)
        .await?;
    Ok(reply::ok(&Status {
        pin_code,
        password,
        is_elevated: auth.is_elevated(),
        expires_at: auth.session().and_then(|session| session.expires_at).map(iso),
        pin_expires_at: auth.session().and_then(|session| session.pin_expires_at).map(iso),
    }))
}
