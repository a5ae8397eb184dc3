//! A session begins and ends here.

use actix_web::{HttpRequest, HttpResponse};
use diesel::{
    dsl::exists,
    prelude::*,
    sql_query,
    sql_types::{Bytea, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::{
    db::schema::{session, user, user_metadata},
    events::Event,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::wire::{Login, LoginResponse};
use crate::prelude::*;
use crate::{
    access::{
        attempts::{Origin, Target},
        cookies,
        device::{self, Device},
        open_login_in, prove, token,
    },
    http::client::{self, ClientNetwork},
    resource::user::UserRow,
};

/// An account, as a login finds it.
struct Account {
    row: UserRow,
    password: Option<String>,
    is_known: bool,
}

/// `POST /auth/login`: a session for an e-mail address and its password. An unknown address takes as long as a known one.
pub(super) async fn login(body: Body<Login>, request: HttpRequest, state: Data<AppState>) -> Reply {
    if !state.system_config().password_login.enabled {
        return Err(ApiError::Unauthorized("Password login has been disabled"));
    }
    let Login { email, password } = body.0;
    let network = client::network(&request);
    let account = find(&state, &email, network).await?;
    let known = account.as_ref().filter(|account| account.is_known);
    let origin = Origin {
        network,
        known: known.map(|account| account.row.id),
    };
    let hash = account.as_ref().and_then(|account| account.password.as_deref());
    let is_right = prove(&state, Target::Login { email: &email }, origin, &password, hash).await?;
    let Some(account) = account.filter(|_| is_right) else {
        return Err(wrong(network));
    };
    let secret = token::generate()?;
    let mut conn = state.conn().await?;
    if !open(&mut conn, &account, &secret, network, &device::of(&request)).await? {
        return Err(wrong(network));
    }
    let answer = LoginResponse {
        is_onboarded: is_onboarded(&mut conn, account.row.id).await?,
        user_id: account.row.id,
        user_email: account.row.email,
        name: account.row.name,
        is_admin: account.row.is_admin,
        profile_image_path: account.row.profile_image_path,
        should_change_password: account.row.should_change_password,
        access_token: secret,
    };
    let secure = client::is_https(&request);
    let mut response = reply::created(&answer);
    for cookie in cookies::login(&answer.access_token, secure) {
        set_cookie(&mut response, &cookie)?;
    }
    Ok(response)
}

fn wrong(network: ClientNetwork) -> ApiError {
    tracing::warn!(client.network = %network, "a login failed");
    ApiError::Unauthorized("Incorrect email or password")
}

async fn find(state: &AppState, email: &str, network: ClientNetwork) -> Result<Option<Account>, ApiError> {
    let row = user::table
        .filter(user::email.eq(email))
        .filter(user::deleted_at.is_null())
        .select((
            UserRow::as_select(),
            user::password,
            exists(open_login_in(network).filter(session::user_id.eq(user::id))),
        ))
        .first::<(UserRow, Option<String>, bool)>(&mut state.conn().await?)
        .await
        .optional()?;
    Ok(row.map(|(row, password, is_known)| Account {
        row,
        password,
        is_known,
    }))
}

/// While the password was looked at, another may have been set and all sessions ended: whoever does that holds the row, and this
/// waits for it.
const OPEN: &str = "
with account as (
    select id from \"user\" where id = $1 and password = $2 and deleted_at is null for share
)
insert into session (token, user_id, login_network, device_type, device_os, app_version)
select $3, id, $4, $5, $6, $7 from account";

/// Opens a session; `false` where the account is no more as it was.
async fn open(
    conn: &mut AsyncPgConnection,
    account: &Account,
    secret: &str,
    network: ClientNetwork,
    device: &Device,
) -> Result<bool, ApiError> {
    let opened = sql_query(OPEN)
        .bind::<SqlUuid, _>(account.row.id)
        .bind::<Nullable<Text>, _>(&account.password)
        .bind::<Bytea, _>(token::hash(secret))
        .bind::<Text, _>(network.to_string())
        .bind::<Text, _>(&device.kind)
        .bind::<Text, _>(&device.os)
        .bind::<Nullable<Text>, _>(&device.app_version);
    Ok(opened.execute(conn).await? == 1)
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

fn set_cookie(response: &mut HttpResponse, cookie: &actix_web::cookie::Cookie<'_>) -> Result<(), ApiError> {
    response.add_cookie(cookie).map_err(ApiError::internal)
}
