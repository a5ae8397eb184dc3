//! Looking at one's sessions.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::db::schema::session;
use uuid::Uuid;

use super::wire::{Session, SessionRow};
use crate::prelude::*;

/// `GET /sessions`
pub(super) async fn list(auth: Auth, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    Ok(reply::ok(&of(&mut conn, auth.id(), &auth).await?))
}

/// The sessions of an account as the caller sees them, last used first.
///
/// # Errors
/// The database.
pub(crate) async fn of(conn: &mut AsyncPgConnection, user: Uuid, auth: &Auth) -> Result<Vec<Session>, ApiError> {
    let rows = session::table
        .filter(session::user_id.eq(user))
        .filter(
            session::expires_at
                .is_null()
                .or(session::expires_at.gt(diesel::dsl::now)),
        )
        .order((session::updated_at.desc(), session::created_at.desc(), session::id))
        .select(SessionRow::as_select())
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|row| row.view(auth)).collect())
}
