//! Making and changing accounts.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use safelight_core::{
    db::{again, schema::user},
    events::Event,
};

use super::{
    guard,
    wire::{NewUser, UserChanges},
};
use crate::prelude::*;
use crate::{
    access::password::Lane,
    resource::{
        session,
        user::{UserRow, admin_view, preferences},
    },
};

/// What is written of an account; absent fields stay, or get the default of the table.
#[derive(AsChangeset, Insertable)]
#[diesel(table_name = user)]
struct Columns {
    email: Option<String>,
    password: Option<String>,
    name: Option<String>,
    pin_code: Option<Option<String>>,
    is_admin: Option<bool>,
    should_change_password: Option<bool>,
    storage_label: Option<Option<String>>,
    avatar_color: Option<Option<String>>,
    quota_size_in_bytes: Option<Option<i64>>,
}

impl Columns {
    /// The columns of a change, with its secrets hashed.
    async fn of(changes: UserChanges, auth: &Auth, state: &AppState) -> Result<Self, ApiError> {
        let details = changes.details;
        let lane = Lane::Known(auth.id());
        Ok(Self {
            email: changes.email,
            password: match changes.password {
                Some(password) => Some(state.passwords.hash(&password, lane).await?),
                None => None,
            },
            name: changes.name,
            pin_code: match details.pin_code {
                Some(Some(pin)) => Some(Some(state.passwords.hash(&pin, lane).await?)),
                other => other,
            },
            is_admin: details.is_admin,
            should_change_password: details.should_change_password,
            storage_label: details.storage_label,
            avatar_color: details.avatar_color.map(|color| color.map(str::to_owned)),
            quota_size_in_bytes: details.quota_size_in_bytes,
        })
    }
}

/// `POST /admin/users`
pub(super) async fn create(auth: Auth, body: Body<NewUser>, state: Data<AppState>) -> Reply {
    let NewUser {
        email,
        password,
        name,
        details,
    } = body.0;
    let changes = UserChanges {
        email: Some(email),
        password: Some(password),
        name: Some(name),
        details,
    };
    let columns = Columns::of(changes, &auth, &state).await?;
    let mut conn = state.conn().await?;
    if let Some(label) = columns.storage_label.as_ref().and_then(Option::as_deref) {
        guard::free_label(&mut conn, label, None).await?;
    }
    let row = diesel::insert_into(user::table)
        .values(columns)
        .returning(UserRow::as_returning())
        .get_result(&mut conn)
        .await
        .map_err(guard::taken)?;
    tracing::info!(user.id = %row.id, user.is_admin = row.is_admin, "an account was made");
    Ok(reply::created(&admin_view(&mut conn, row).await?))
}

/// `PUT /admin/users/{id}`. A new password ends the sessions of the account, except the one that
/// sets it; a new password or PIN locks all that are left.
pub(super) async fn update(auth: Auth, id: Id, body: Body<UserChanges>, state: Data<AppState>) -> Reply {
    if body.0.is_empty() {
        return Err(ApiError::bad("No fields to update"));
    }
    let columns = Columns::of(body.0, &auth, &state).await?;
    let mut conn = state.conn().await?;
    let (row, ended) = again(async || {
        conn.transaction::<(UserRow, Vec<Event>), ApiError, _>(async |conn| {
            if columns.is_admin.is_some() {
                guard::lock_admins(conn, &auth).await?;
            }
            let before = guard::lock(conn, id.0).await?;
            if before.deleted_at.is_some() {
                return Err(ApiError::bad("User not found"));
            }
            if id.0 == auth.id() && columns.is_admin.is_some_and(|is_admin| is_admin != before.is_admin) {
                return Err(ApiError::bad("Admin status can only be changed by another admin"));
            }
            if let Some(label) = columns.storage_label.as_ref().and_then(Option::as_deref) {
                guard::free_label(conn, label, Some(id.0)).await?;
            }
            let (has_password, has_pin) = (columns.password.is_some(), columns.pin_code.is_some());
            let row = diesel::update(user::table.find(id.0))
                .set((&columns, user::updated_at.eq(diesel::dsl::now)))
                .returning(UserRow::as_returning())
                .get_result(conn)
                .await
                .map_err(guard::taken)?;
            let mut ended = Vec::new();
            if has_password {
                let this = auth.session().map(|session| session.id);
                ended = session::end(conn, id.0, this).await?;
            }
            if has_password || has_pin {
                session::lock_all(conn, id.0, None).await?;
            }
            Ok((row, ended))
        })
        .await
    })
    .await?;
    let view = admin_view(&mut conn, row).await?;
    drop(conn);
    state.publish(&ended).await;
    Ok(reply::ok(&view))
}

/// `PUT /admin/users/{id}/preferences`
pub(super) async fn preferences(id: Id, body: Body<preferences::Changes>, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    Ok(reply::ok(&preferences::change(&mut conn, id.0, &body.0).await?))
}

/// `POST /admin/auth/unlink-all`: no account belongs to one of an identity provider any more.
pub(super) async fn unlink_all(auth: Auth, state: Data<AppState>) -> Reply {
    let linked = user::table.filter(user::oauth_id.ne(""));
    let count = diesel::update(linked)
        .set((user::oauth_id.eq(""), user::updated_at.eq(diesel::dsl::now)))
        .execute(&mut state.conn().await?)
        .await?;
    tracing::info!(user.count = count, admin.id = %auth.id(), "accounts were unlinked from the identity provider");
    Ok(reply::no_content())
}
