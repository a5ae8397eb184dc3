//! Commands.

use safelight_core::jobs::{NewJob, Wakes, enqueue, kind};

use super::{
    start,
    wire::{Command, LegacyQueue, ManualJob, QueueCommand},
};
use crate::prelude::*;
use crate::{
    http::reply::{no_content, ok},
    resource::queue::{change, counts, wire::Named},
};

/// `PUT /jobs/{name}`: answers the queue as it is afterwards.
pub(super) async fn command(state: Data<AppState>, queue: Params<Named>, body: Body<QueueCommand>) -> Reply {
    let queue = queue.0.0;
    let mut conn = state.pool.get().await?;
    let mut wakes = Wakes::default();
    match body.0.command {
        Command::Start => {
            if counts::one(&mut conn, &state.queue_counts, queue)
                .await?
                .statistics
                .active
                > 0
            {
                return Err(ApiError::bad("Job is already running"));
            }
            let force = body.0.force.unwrap_or(false);
            wakes = start::start(&mut conn, &state.settings.current(), queue, force).await?;
        }
        Command::Pause => wakes = change::set_paused(&mut conn, queue, true).await?,
        Command::Resume => wakes = change::set_paused(&mut conn, queue, false).await?,
        Command::Empty => change::empty(&mut conn, queue).await?,
        Command::ClearFailed => change::clear_failed(&mut conn, queue).await?,
    }
    let after = counts::one(&mut conn, &state.queue_counts, queue).await?;
    drop(conn);
    state.wake(wakes).await;
    Ok(ok(&LegacyQueue::from(after)))
}

/// `POST /jobs`: a job by its name.
pub(super) async fn create(job: Body<ManualJob>, state: Data<AppState>) -> Reply {
    match job.0 {
        ManualJob::UserCleanup => {
            let mut wakes = Wakes::default();
            let job = NewJob::<kind::UserDeleteCheck>::singleton();
            enqueue(&mut *state.conn().await?, &mut wakes, job).await?;
            state.wake(wakes).await;
        }
        // Without people, tags and memories, none is left over.
        ManualJob::NothingToClean => {}
        ManualJob::NotYet(things) => return Err(ApiError::not_yet(things)),
    }
    Ok(no_content())
}
