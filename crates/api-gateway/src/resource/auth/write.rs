//! Accounts and sessions begin and end here.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use safelight_core::{
    db::schema::{session, user, user_metadata},
    events::Event,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::wire::{ChangePassword, Login, LoginResponse, SignUp};
use crate::{
    access::{Auth, cookies, device, token},
    http::{
        body::Body,
        client,
        error::ApiError,
        reply::{self, Reply},
    },
    resource::user::{UserRow, admin_view},
    state::AppState,
};

/// `POST /auth/admin-sign-up`: the first account of an installation, and only that one.
pub(super) async fn sign_up(body: Body<SignUp>, state: Data<AppState>) -> Reply {
    let SignUp { email, password, name } = body.0;
    let mut conn = state.conn().await?;
    refuse_second_admin(&mut conn).await?;
    let hash = state.passwords.hash(&password).await?;
    let row = conn
        .transaction::<UserRow, ApiError, _>(async |conn| {
            // Two sign-ups at the same moment, perhaps on two gateways: the second waits here, then is refused.
            conn.batch_execute(r#"lock table "user" in share row exclusive mode"#)
                .await?;
            refuse_second_admin(conn).await?;
            let values = (
                user::email.eq(&email),
                user::name.eq(&name),
                user::password.eq(&hash),
                user::is_admin.eq(true),
                user::storage_label.eq("admin"),
            );
            let insert = diesel::insert_into(user::table)
                .values(values)
                .returning(UserRow::as_returning());
            Ok(insert.get_result(conn).await?)
        })
        .await?;
    tracing::info!(user.id = %row.id, "the first administrator signed up");
    Ok(reply::created(&admin_view(&mut conn, row).await?))
}

async fn refuse_second_admin(conn: &mut AsyncPgConnection) -> Result<(), ApiError> {
    let admins = user::table.filter(user::is_admin);
    if diesel::select(diesel::dsl::exists(admins)).get_result(conn).await? {
        return Err(ApiError::bad("The server already has an admin"));
    }
    Ok(())
}

/// `POST /auth/login`: a session for an e-mail address and its password. An unknown address takes as long as a known one.
pub(super) async fn login(body: Body<Login>, request: HttpRequest, state: Data<AppState>) -> Reply {
    if !state.system_config().password_login.enabled {
        return Err(ApiError::Unauthorized("Password login has been disabled"));
    }
    let address = client::address(&request);
    state.attempts.check(address).await?;
    let mut conn = state.conn().await?;
    let account = user::table
        .filter(user::email.eq(&body.0.email))
        .filter(user::deleted_at.is_null())
        .select((UserRow::as_select(), user::password))
        .first::<(UserRow, Option<String>)>(&mut conn)
        .await
        .optional()?;
    let hash = account.as_ref().and_then(|(_, hash)| hash.as_deref());
    // The connection goes back before the long part.
    drop(conn);
    let proven = state.passwords.matches(&body.0.password, hash).await?;
    let Some((account, _)) = account.filter(|_| proven) else {
        state.attempts.fail(address).await;
        tracing::warn!(client.address = ?address, "a login failed");
        return Err(ApiError::Unauthorized("Incorrect email or password"));
    };
    state.attempts.succeed(address).await;

    let secret = token::generate()?;
    let device = device::of(&request);
    let mut conn = state.conn().await?;
    diesel::insert_into(session::table)
        .values((
            session::token.eq(token::hash(&secret)),
            session::user_id.eq(account.id),
            session::device_type.eq(&device.kind),
            session::device_os.eq(&device.os),
            session::app_version.eq(&device.app_version),
        ))
        .execute(&mut conn)
        .await?;
    let answer = LoginResponse {
        user_id: account.id,
        user_email: account.email,
        name: account.name,
        is_admin: account.is_admin,
        profile_image_path: account.profile_image_path,
        should_change_password: account.should_change_password,
        is_onboarded: is_onboarded(&mut conn, account.id).await?,
        access_token: secret,
    };
    let secure = client::is_https(&request);
    let mut response = reply::created(&answer);
    for cookie in cookies::login(&answer.access_token, secure) {
        set_cookie(&mut response, &cookie)?;
    }
    Ok(response)
}

async fn is_onboarded(conn: &mut AsyncPgConnection, id: Uuid) -> Result<bool, ApiError> {
    let row = user_metadata::table
        .find((id, "onboarding"))
        .select(user_metadata::value);
    let value = row.first::<Value>(conn).await.optional()?;
    Ok(value
        .as_ref()
        .and_then(|value| value.get("isOnboarded"))
        .and_then(Value::as_bool)
        .unwrap_or(false))
}

/// `POST /auth/logout`: ends the session, wherever it was opened, and those opened from it.
pub(super) async fn logout(auth: Auth, state: Data<AppState>) -> Reply {
    if let Some(this) = auth.session() {
        let mut conn = state.conn().await?;
        diesel::delete(session::table.find(this.id)).execute(&mut conn).await?;
        drop(conn);
        state.publish(&[Event::SessionDelete { session: this.id }]).await;
    }
    let mut response = reply::ok(&json!({"successful": true, "redirectUri": "/auth/login?autoLaunch=0"}));
    for cookie in cookies::logout() {
        set_cookie(&mut response, &cookie)?;
    }
    Ok(response)
}

/// `POST /auth/change-password`
pub(super) async fn change_password(auth: Auth, body: Body<ChangePassword>, state: Data<AppState>) -> Reply {
    let ChangePassword {
        password,
        new_password,
        invalidate_sessions,
    } = body.0;
    let mut conn = state.conn().await?;
    let stored = user::table
        .find(auth.id())
        .select(user::password)
        .first::<Option<String>>(&mut conn)
        .await?;
    if !state.passwords.matches(&password, stored.as_deref()).await? {
        return Err(ApiError::bad("Wrong password"));
    }
    let hash = state.passwords.hash(&new_password).await?;
    let this = auth.session().map(|session| session.id);
    let (row, ended) = conn
        .transaction::<(UserRow, Vec<Event>), ApiError, _>(async |conn| {
            let ended = if invalidate_sessions {
                crate::resource::session::end(conn, auth.id(), this).await?
            } else {
                Vec::new()
            };
            let change = (user::password.eq(&hash), user::updated_at.eq(diesel::dsl::now));
            let update = diesel::update(user::table.find(auth.id()))
                .set(change)
                .returning(UserRow::as_returning());
            Ok((update.get_result(conn).await?, ended))
        })
        .await?;
    let view = admin_view(&mut conn, row).await?;
    drop(conn);
    state.publish(&ended).await;
    Ok(reply::ok(&view))
}

fn set_cookie(response: &mut HttpResponse, cookie: &actix_web::cookie::Cookie<'_>) -> Result<(), ApiError> {
    response.add_cookie(cookie).map_err(ApiError::internal)
}
