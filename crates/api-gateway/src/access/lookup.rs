//! Credentials against the database: one statement per request, by the hash of the secret.

use actix_web::HttpRequest;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{dsl, prelude::*, sql_types::Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::db::schema::{api_key as key_table, session as session_table, user as user_table};
use uuid::Uuid;

use super::{
    Auth, AuthKey, AuthSession, AuthUser, Permission, Via,
    device::{self, Device},
    token,
};
use crate::{http::error::ApiError, state::AppState};

/// A session is marked as used at most this often.
const TOUCH_AFTER: TimeDelta = TimeDelta::hours(1);
/// Using an elevated session keeps it elevated for at least this long, up to its end.
const ELEVATION_SLIDE: TimeDelta = TimeDelta::minutes(5);

/// What a request needs of the account.
#[derive(Queryable)]
struct UserRow {
    id: Uuid,
    is_admin: bool,
    quota_size_in_bytes: Option<i64>,
    quota_usage_in_bytes: i64,
}

#[derive(Queryable)]
struct SessionRow {
    id: Uuid,
    app_version: Option<String>,
    expires_at: Option<DateTime<Utc>>,
    pin_expires_at: Option<DateTime<Utc>>,
    pin_ends_at: Option<DateTime<Utc>>,
    parent_id: Option<Uuid>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl SessionRow {
    /// When the elevation by PIN ends, or ended.
    fn elevated_until(&self) -> Option<DateTime<Utc>> {
        let slides_to = self.pin_expires_at?;
        Some(self.pin_ends_at.map_or(slides_to, |end| end.min(slides_to)))
    }
}

impl From<UserRow> for AuthUser {
    fn from(row: UserRow) -> Self {
        Self {
            id: row.id,
            is_admin: row.is_admin,
            quota_size_in_bytes: row.quota_size_in_bytes,
            quota_usage_in_bytes: row.quota_usage_in_bytes,
        }
    }
}

const USER: (
    user_table::id,
    user_table::is_admin,
    user_table::quota_size_in_bytes,
    user_table::quota_usage_in_bytes,
) = (
    user_table::id,
    user_table::is_admin,
    user_table::quota_size_in_bytes,
    user_table::quota_usage_in_bytes,
);

/// The caller behind a session token.
pub(super) async fn session(state: &AppState, request: &HttpRequest, secret: &str) -> Result<Auth, ApiError> {
    let mut conn = state.conn().await?;
    let columns = (
        session_table::id,
        session_table::app_version,
        session_table::expires_at,
        session_table::pin_expires_at,
        session_table::pin_ends_at,
        session_table::parent_id,
        session_table::created_at,
        session_table::updated_at,
    );
    let found = session_table::table
        .inner_join(user_table::table)
        .filter(session_table::token.eq(token::hash(secret)))
        .filter(user_table::deleted_at.is_null())
        .filter(
            session_table::expires_at
                .is_null()
                .or(session_table::expires_at.gt(dsl::now)),
        )
        .select((columns, USER, dsl::now.into_sql::<Timestamptz>()))
        .first::<(SessionRow, UserRow, DateTime<Utc>)>(&mut conn)
        .await
        .optional()?;
    let (row, user, now) = found.ok_or(ApiError::Unauthorized("Invalid user token"))?;
    let pin_expires_at = row.elevated_until();
    let elevation = pin_expires_at.filter(|end| *end > now);
    let (id, expires_at) = (row.id, row.expires_at);
    if let Err(error) = touch(&mut conn, &row, elevation, now, &device::of(request)).await {
        tracing::warn!(session.id = %id, %error, "a session could not be marked as used");
    }
    let session = AuthSession {
        id,
        is_elevated: elevation.is_some(),
        expires_at,
        pin_expires_at,
        login_age: row.parent_id.is_none().then(|| now - row.created_at),
    };
    Ok(Auth {
        user: user.into(),
        via: Via::Session(session),
    })
}

/// Marks a session as used, where that changes anything.
async fn touch(
    conn: &mut AsyncPgConnection,
    row: &SessionRow,
    elevation: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    device: &Device,
) -> Result<(), diesel::result::Error> {
    let this = session_table::table.find(row.id);
    if now - row.updated_at > TOUCH_AFTER || (device.app_version.is_some() && device.app_version != row.app_version) {
        diesel::update(this)
            .set((
                session_table::updated_at.eq(dsl::now),
                session_table::device_type.eq(&device.kind),
                session_table::device_os.eq(&device.os),
                session_table::app_version.eq(&device.app_version),
            ))
            .execute(conn)
            .await?;
    }
    // Never beyond its end; without one it was opened by an older release, and does not slide.
    let slid = row.pin_ends_at.map(|end| end.min(now + ELEVATION_SLIDE));
    if elevation < slid && elevation.is_some() {
        // Not where it was locked meanwhile.
        diesel::update(this.filter(session_table::pin_expires_at.eq(row.pin_expires_at)))
            .set(session_table::pin_expires_at.eq(slid))
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// The caller behind an API key.
pub(super) async fn api_key(state: &AppState, secret: &str) -> Result<Auth, ApiError> {
    let mut conn = state.conn().await?;
    let found = key_table::table
        .inner_join(user_table::table)
        .filter(key_table::key.eq(token::hash(secret)))
        .filter(user_table::deleted_at.is_null())
        .select((key_table::id, key_table::permissions, USER))
        .first::<(Uuid, Vec<String>, UserRow)>(&mut conn)
        .await
        .optional()?;
    let (id, words, user) = found.ok_or(ApiError::Unauthorized("Invalid API key"))?;
    let permissions = words.iter().filter_map(|word| Permission::from_word(word)).collect();
    Ok(Auth {
        user: user.into(),
        via: Via::ApiKey(AuthKey { id, permissions }),
    })
}
