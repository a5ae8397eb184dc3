//! The first account, and changing one's password.

use actix_web::HttpRequest;
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use safelight_core::{db::schema::user, events::Event};

use super::{
    own::Own,
    wire::{ChangePassword, SignUp},
};
use crate::prelude::*;
use crate::{
    access::password::Lane,
    http::client,
    resource::{
        session,
        user::{UserRow, admin_view},
    },
};

/// `POST /auth/admin-sign-up`: the first account of an installation, and only that one.
pub(super) async fn sign_up(body: Body<SignUp>, request: HttpRequest, state: Data<AppState>) -> Reply {
    let SignUp { email, password, name } = body.0;
    refuse_second_admin(&mut *state.conn().await?).await?;
    let lane = Lane::Stranger(client::network(&request));
    let hash = state.passwords.hash(&password, lane).await?;
    let mut conn = state.conn().await?;
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

/// `POST /auth/change-password`: for who gives the old one. The other sessions end where that is asked for; in any case they are
/// locked.
pub(super) async fn change_password(
    auth: Auth,
    body: Body<ChangePassword>,
    request: HttpRequest,
    state: Data<AppState>,
) -> Reply {
    let ChangePassword {
        password,
        new_password,
        invalidate_sessions,
    } = body.0;
    let own = Own::load(&state, auth.id(), client::network(&request)).await?;
    if !own.proves_password(&state, &password).await? {
        return Err(ApiError::bad("Wrong password"));
    }
    let hash = state.passwords.hash(&new_password, Lane::Known(auth.id())).await?;
    let this = auth.session().map(|session| session.id);
    let mut conn = state.conn().await?;
    let (row, ended) = conn
        .transaction::<(UserRow, Vec<Event>), ApiError, _>(async |conn| {
            let change = (user::password.eq(&hash), user::updated_at.eq(diesel::dsl::now));
            let changed = diesel::update(user::table.find(auth.id()))
                .filter(user::password.is_not_distinct_from(&own.password))
                .set(change)
                .returning(UserRow::as_returning());
            let row = changed.get_result(conn).await.optional()?;
            let row = row.ok_or_else(|| ApiError::bad("Wrong password"))?;
            let ended = if invalidate_sessions {
                session::end(conn, auth.id(), this).await?
            } else {
                session::lock_all(conn, auth.id(), this).await?;
                Vec::new()
            };
            Ok((row, ended))
        })
        .await?;
    let view = admin_view(&mut conn, row).await?;
    drop(conn);
    state.publish(&ended).await;
    tracing::info!(user.id = %auth.id(), "a password was changed");
    Ok(reply::ok(&view))
}
