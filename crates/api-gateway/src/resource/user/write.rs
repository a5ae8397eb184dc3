//! Changing one's own account.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use safelight_core::{
    db::{
        constraint_of,
        schema::{user, user_metadata},
    },
    events::Event,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    row::UserRow,
    wire::{LicenseKey, Onboarding, UpdateMe, admin_view},
};
use crate::prelude::*;
use crate::{access::password::Lane, resource::session};

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

/// `PUT /users/me`. A new password ends all other sessions.
pub(super) async fn update_me(auth: Auth, body: Body<UpdateMe>, state: Data<AppState>) -> Reply {
    let UpdateMe {
        email,
        password,
        name,
        avatar_color,
    } = body.0;
    if password.is_some() {
        require_fresh_login(&auth, &state)?;
    }
    if email.is_none() && password.is_none() && name.is_none() && avatar_color.is_none() {
        return Err(ApiError::bad("No fields to update"));
    }
    let (before, password) = match password {
        Some(password) => {
            let before = stored_password(&state, auth.id()).await?;
            let hash = state.passwords.hash(&password, Lane::Known(auth.id())).await?;
            (Some(before), Some(hash))
        }
        None => (None, None),
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
    let (row, ended) = conn
        .transaction::<(UserRow, Vec<Event>), ApiError, _>(async |conn| {
            let mut ended = Vec::new();
            if let Some(before) = before {
                lock_unchanged(conn, auth.id(), before).await?;
                let this = auth.session().map(|session| session.id);
                ended = session::end(conn, auth.id(), this).await?;
            }
            Ok((update(conn, auth.id(), changes).await?, ended))
        })
        .await?;
    let view = admin_view(&mut conn, row).await?;
    drop(conn);
    state.publish(&ended).await;
    Ok(reply::ok(&view))
}

async fn update(conn: &mut AsyncPgConnection, id: Uuid, changes: Changes) -> Result<UserRow, ApiError> {
    diesel::update(user::table.find(id))
        .set((changes, user::updated_at.eq(diesel::dsl::now)))
        .returning(UserRow::as_returning())
        .get_result(conn)
        .await
        .map_err(|error| match constraint_of(&error) {
            Some("user_email_key") => ApiError::bad("Email is not available"),
            _ => error.into(),
        })
}

/// A password is set without the old one only where that was given a moment ago. A key never sets one: it would become
/// the account.
fn require_fresh_login(auth: &Auth, state: &AppState) -> Result<(), ApiError> {
    let age = auth.session().and_then(|session| session.login_age);
    match age.and_then(|age| age.to_std().ok()) {
        Some(age) if age < state.accounts.fresh_login => Ok(()),
        _ => Err(ApiError::forbidden(
            "A password can be set without the old one only shortly after logging in: use POST /auth/change-password",
        )),
    }
}

async fn stored_password(state: &AppState, id: Uuid) -> Result<Option<String>, ApiError> {
    let password = user::table.find(id).select(user::password);
    Ok(password.first(&mut state.conn().await?).await?)
}

/// While the new one was hashed, somebody else may have set a password, and ended the session that this request came by.
async fn lock_unchanged(conn: &mut AsyncPgConnection, id: Uuid, before: Option<String>) -> Result<(), ApiError> {
    let same = user::table
        .find(id)
        .filter(user::password.is_not_distinct_from(before))
        .select(user::id)
        .for_no_key_update();
    let found = same.first::<Uuid>(conn).await.optional()?;
    found
        .map(drop)
        .ok_or_else(|| ApiError::bad("The password was changed meanwhile"))
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
