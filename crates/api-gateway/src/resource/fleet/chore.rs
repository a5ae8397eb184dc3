//! What the fleet does now and then.

use actix_web::web::Data;
use safelight_core::fleet;

use crate::{
    http::reply::{Reply, ok},
    state::AppState,
};

/// `GET /fleet/chores`
pub(super) async fn all(state: Data<AppState>) -> Reply {
    Ok(ok(&fleet::chore_runs(&mut *state.conn().await?).await?))
}
