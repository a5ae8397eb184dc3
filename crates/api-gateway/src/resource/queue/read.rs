//! Queues with their counters.

use super::{counts, wire::Named};
use crate::http::reply::ok;
use crate::prelude::*;

/// `GET /queues`
pub(super) async fn all(state: Data<AppState>) -> Reply {
    let mut conn = state.pool.get().await?;
    Ok(ok(&counts::all(&mut conn, &state.queue_counts).await?))
}

/// `GET /queues/{name}`
pub(super) async fn one(state: Data<AppState>, queue: Params<Named>) -> Reply {
    let mut conn = state.pool.get().await?;
    Ok(ok(&counts::one(&mut conn, &state.queue_counts, queue.0.0).await?))
}
