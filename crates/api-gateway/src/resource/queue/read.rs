//! Queues with their counters.

use actix_web::web;

use super::{counts, wire::Named};
use crate::{
    http::{
        params::Params,
        reply::{Reply, ok},
    },
    state::AppState,
};

/// `GET /queues`
pub(super) async fn all(state: web::Data<AppState>) -> Reply {
    let mut conn = state.pool.get().await?;
    Ok(ok(&counts::all(&mut conn, &state.queue_counts).await?))
}

/// `GET /queues/{name}`
pub(super) async fn one(state: web::Data<AppState>, queue: Params<Named>) -> Reply {
    let mut conn = state.pool.get().await?;
    Ok(ok(&counts::one(&mut conn, &state.queue_counts, queue.0.0).await?))
}
