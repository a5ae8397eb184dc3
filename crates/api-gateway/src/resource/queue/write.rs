//! Pausing and emptying queues.

use safelight_core::{ids::QueueName, jobs::Wakes};

use super::{
    change, counts,
    wire::{Delete, Named, Update},
};
use crate::http::reply::{no_content, ok};
use crate::prelude::*;

/// `PUT /queues/{name}`
pub(super) async fn update(state: Data<AppState>, queue: Params<Named>, body: Body<Update>) -> Reply {
    let queue = queue.0.0;
    if queue == QueueName::BackgroundTask && body.0.is_paused == Some(true) {
        return Err(ApiError::bad("The BackgroundTask queue cannot be paused"));
    }
    let mut conn = state.pool.get().await?;
    let mut wakes = Wakes::default();
    if let Some(is_paused) = body.0.is_paused {
        wakes = change::set_paused(&mut conn, queue, is_paused).await?;
    }
    let after = counts::one(&mut conn, &state.queue_counts, queue).await?;
    drop(conn);
    state.wake(wakes).await;
    Ok(ok(&after))
}

/// `DELETE /queues/{name}/jobs`
pub(super) async fn delete_jobs(state: Data<AppState>, queue: Params<Named>, body: Body<Delete>) -> Reply {
    let queue = queue.0.0;
    let mut conn = state.pool.get().await?;
    change::empty(&mut conn, queue).await?;
    if body.0.failed == Some(true) {
        change::clear_failed(&mut conn, queue).await?;
    }
    Ok(no_content())
}
