//! Looking at one's sessions.

use actix_web::web::Data;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use safelight_core::db::schema::session;

use super::wire::SessionRow;
use crate::{
    access::Auth,
    http::reply::{self, Reply},
    state::AppState,
};

/// `GET /sessions`: last used first.
pub(super) async fn list(auth: Auth, state: Data<AppState>) -> Reply {
    let rows = session::table
        .filter(session::user_id.eq(auth.id()))
        .filter(
            session::expires_at
                .is_null()
                .or(session::expires_at.gt(diesel::dsl::now)),
        )
        .order((session::updated_at.desc(), session::created_at.desc(), session::id))
        .select(SessionRow::as_select())
        .load(&mut state.conn().await?)
        .await?;
    Ok(reply::ok(
        &rows.into_iter().map(|row| row.view(&auth)).collect::<Vec<_>>(),
    ))
}
