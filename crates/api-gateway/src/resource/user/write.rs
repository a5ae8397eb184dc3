//! Changing one's own account.

use actix_web::web::Data;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::db::{
    constraint_of,
    schema::{user, user_metadata},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    row::UserRow,
    wire::{LicenseKey, Onboarding, UpdateMe, admin_view},
};
use crate::{
    access::Auth,
    http::{
        body::Body,
        error::ApiError,
        reply::{self, Reply},
    },
    state::AppState,
};

/// What a change of the account sets; absent fields stay.
#[derive(AsChangeset)]
#[diesel(table_name = user)]
struct Changes {
    email: Option<String>,
    password: Option<String>,
    should_change_password: Option<bool>,
    name: Option<String>,
    avatar_color: Option<Option<String>>,
}

/// `PUT /users/me`
pub(super) async fn update_me(auth: Auth, body: Body<UpdateMe>, state: Data<AppState>) -> Reply {
    let UpdateMe {
        email,
        password,
        name,
        avatar_color,
    } = body.0;
    if email.is_none() && password.is_none() && name.is_none() && avatar_color.is_none() {
        return Err(ApiError::bad("No fields to update"));
    }
    let password = match password {
        Some(password) => Some(state.passwords.hash(&password).await?),
        None => None,
    };
    let should_change_password = password.is_some().then_some(false);
    let avatar_color = avatar_color.map(|color| color.map(str::to_owned));
    let changes = Changes {
        email,
        password,
        should_change_password,
        name,
        avatar_color,
    };
    let mut conn = state.conn().await?;
    let row = diesel::update(user::table.find(auth.id()))
        .set((changes, user::updated_at.eq(diesel::dsl::now)))
        .returning(UserRow::as_returning())
        .get_result(&mut conn)
        .await
        .map_err(|error| match constraint_of(&error) {
            Some("user_email_key") => ApiError::bad("Email is not available"),
            _ => error.into(),
        })?;
    Ok(reply::ok(&admin_view(&mut conn, row).await?))
}

/// `PUT /users/me/onboarding`
pub(super) async fn set_onboarding(auth: Auth, body: Body<Onboarding>, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    let value = json!({"isOnboarded": body.0.0});
    store_metadata(&mut conn, auth.id(), "onboarding", &value).await?;
    Ok(reply::ok(&value))
}

/// `DELETE /users/me/onboarding`
pub(super) async fn delete_onboarding(auth: Auth, state: Data<AppState>) -> Reply {
    delete_metadata(&state, auth.id(), "onboarding").await
}

/// `PUT /users/me/license`: no key is valid here, there is nothing to buy.
pub(super) async fn set_license(_auth: Auth, _body: Body<LicenseKey>) -> Reply {
    Err(ApiError::bad("Invalid license key"))
}

/// `DELETE /users/me/license`
pub(super) async fn delete_license(auth: Auth, state: Data<AppState>) -> Reply {
    delete_metadata(&state, auth.id(), "license").await
}

/// Writes one of the documents that belong to an account.
pub(super) async fn store_metadata(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    key: &str,
    value: &Value,
) -> Result<(), ApiError> {
    diesel::insert_into(user_metadata::table)
        .values((
            user_metadata::user_id.eq(id),
            user_metadata::key.eq(key),
            user_metadata::value.eq(value),
        ))
        .on_conflict((user_metadata::user_id, user_metadata::key))
        .do_update()
        .set(user_metadata::value.eq(value))
        .execute(conn)
        .await?;
    Ok(())
}

async fn delete_metadata(state: &AppState, id: Uuid, key: &str) -> Reply {
    let mut conn = state.conn().await?;
    diesel::delete(user_metadata::table.find((id, key)))
        .execute(&mut conn)
        .await?;
    Ok(reply::no_content())
}
