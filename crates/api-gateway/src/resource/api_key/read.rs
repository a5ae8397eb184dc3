//! Looking at one's keys.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use safelight_core::db::schema::api_key;

use super::wire::ApiKey;
use crate::prelude::*;

/// `GET /api-keys`: newest first.
pub(super) async fn list(auth: Auth, state: Data<AppState>) -> Reply {
    let keys = api_key::table
        .filter(api_key::user_id.eq(auth.id()))
        .order((api_key::created_at.desc(), api_key::id))
        .select(ApiKey::as_select())
        .load(&mut state.conn().await?)
        .await?;
    Ok(reply::ok(&keys))
}

/// `GET /api-keys/me`: the key of this very request.
pub(super) async fn me(auth: Auth, state: Data<AppState>) -> Reply {
    let key = auth
        .key()
        .ok_or_else(|| ApiError::forbidden("Not authenticated with an API Key"))?;
    let row = api_key::table.find(key.id).select(ApiKey::as_select());
    Ok(reply::ok(&row.first(&mut state.conn().await?).await?))
}

/// `GET /api-keys/{id}`
pub(super) async fn one(auth: Auth, id: Id, state: Data<AppState>) -> Reply {
    let key = api_key::table
        .find(id.0)
        .filter(api_key::user_id.eq(auth.id()))
        .select(ApiKey::as_select())
        .first(&mut state.conn().await?)
        .await
        .optional()?;
    Ok(reply::ok(&key.ok_or_else(unknown)?))
}

/// The key is not there, or is another's.
pub(super) fn unknown() -> ApiError {
    ApiError::bad("API Key not found")
}
