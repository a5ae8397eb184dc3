//! Making, changing and ending keys. A key can never give what it does not have itself.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use safelight_core::db::schema::api_key;

use super::{
    read::unknown,
    wire::{ApiKey, CreatedKey, KeyChanges, NewKey, words},
};
use crate::access::token;
use crate::prelude::*;

/// The name of a key nobody named.
const DEFAULT_NAME: &str = "API Key";

/// What a change sets; absent fields stay.
#[derive(AsChangeset)]
#[diesel(table_name = api_key)]
struct Changes {
    name: Option<String>,
    permissions: Option<Vec<&'static str>>,
}

/// `POST /api-keys`
pub(super) async fn create(auth: Auth, body: Body<NewKey>, state: Data<AppState>) -> Reply {
    refuse_grants(&auth, &body.0.permissions)?;
    let secret = token::generate()?;
    let values = (
        api_key::key.eq(token::hash(&secret)),
        api_key::name.eq(body.0.name.as_deref().unwrap_or(DEFAULT_NAME)),
        api_key::user_id.eq(auth.id()),
        api_key::permissions.eq(words(&body.0.permissions)),
    );
    let insert = diesel::insert_into(api_key::table)
        .values(values)
        .returning(ApiKey::as_returning());
    let api_key = insert.get_result(&mut state.conn().await?).await?;
    Ok(reply::created_secret(&CreatedKey { secret, api_key }))
}

/// `PUT /api-keys/{id}`
pub(super) async fn update(auth: Auth, id: Id, body: Body<KeyChanges>, state: Data<AppState>) -> Reply {
    let KeyChanges { name, permissions } = body.0;
    refuse_grants(&auth, permissions.as_deref().unwrap_or_default())?;
    if name.is_none() && permissions.is_none() {
        return Err(ApiError::bad("No fields to update"));
    }
    let changes = Changes {
        name,
        permissions: permissions.as_deref().map(words),
    };
    let own = api_key::table.find(id.0).filter(api_key::user_id.eq(auth.id()));
    let key = diesel::update(own)
        .set((changes, api_key::updated_at.eq(diesel::dsl::now)))
        .returning(ApiKey::as_returning())
        .get_result(&mut state.conn().await?)
        .await
        .optional()?;
    let key = key.ok_or_else(unknown)?;
    state.sockets.recheck();
    Ok(reply::ok(&key))
}

/// `DELETE /api-keys/{id}`
pub(super) async fn delete(auth: Auth, id: Id, state: Data<AppState>) -> Reply {
    let own = api_key::table.find(id.0).filter(api_key::user_id.eq(auth.id()));
    if diesel::delete(own).execute(&mut state.conn().await?).await? == 0 {
        return Err(unknown());
    }
    state.sockets.recheck();
    Ok(reply::no_content())
}

fn refuse_grants(auth: &Auth, permissions: &[Permission]) -> Result<(), ApiError> {
    if permissions.iter().all(|permission| auth.may(*permission)) {
        Ok(())
    } else {
        Err(ApiError::bad("Cannot grant permissions you do not have"))
    }
}
