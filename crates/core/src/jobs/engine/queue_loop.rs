use std::sync::Arc;
use std::time::Duration;

use super::claim::{ClaimLimits, ClaimedRow, claim};
use super::control::{Engine, QueueControl};
use super::group::end_in_groups;
use super::run_job::run_job;
use super::solitude::Presence;
use super::wake_reader::read_wakes;
use crate::db::DbError;
use crate::ids::QueueName;
use crate::jobs::wake::Wakes;

/// Wait after a claim that failed: the database is away, and the beat says when it is back.
const AFTER_ERROR: Duration = Duration::from_millis(500);

/// Serves one queue until the process stops: claims while there are free slots, else waits for the bell, which wake-ups,
/// beats, changed limits and ended jobs ring.
pub async fn run_queue(engine: Arc<Engine>, queue: QueueName) {
    let Some(control) = engine.queue(queue) else { return };
    if let Some(endings) = control.endings() {
        // Ends with the engine: jobs may end after the last claim.
        let most = engine.parts.group;
        tokio::spawn(end_in_groups(Arc::downgrade(&engine), queue, most, endings));
    }
    let reader = tokio::spawn(read_wakes(engine.clone(), queue));
    while engine.admission.opened().await {
        tokio::select! {
            () = control.wait_free() => {}
            () = engine.admission.closed() => continue,
        }
        gather(control).await;
        match claim_free(&engine, control, queue).await {
            Ok(0) => {
                tokio::select! {
                    () = control.rung() => {}
                    () = engine.admission.closed() => {}
                }
            }
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(queue = %queue, error = %error, "nothing could be claimed");
                tokio::select! {
                    () = tokio::time::sleep(AFTER_ERROR) => {}
                    () = engine.admission.stopping() => {}
                }
            }
        }
    }
    // The reader sees the same stop and leaves its group by itself.
    let _ = reader.await;
}

/// Lets jobs that are just ending give their slots back, as long as some do: a claim for many costs hardly more than one for
/// one. Where nothing ends, nothing is waited for.
async fn gather(control: &QueueControl) {
    loop {
        let free = control.free();
        tokio::task::yield_now().await;
        if control.free() <= free {
            return;
        }
    }
}

/// Claims for all free slots and starts what was claimed; says how many jobs that were. A suspect is only looked for where
/// nothing else is to be done and nothing runs; while it runs, this waits.
async fn claim_free(engine: &Arc<Engine>, control: &QueueControl, queue: QueueName) -> Result<usize, DbError> {
    let company = tokio::select! {
        company = engine.solitude.company() => company,
        () = engine.admission.closed() => return Ok(0),
    };
    let slots = control.free();
    let rows = claim_rows(engine, queue, slots, false).await?;
    let claimed = rows.len();
    control.take(claimed);
    for row in rows {
        let presence = Presence::Together { _held: company.clone() };
        tokio::spawn(run_job(engine.clone(), queue, row, presence));
    }
    if claimed > 0 && claimed == slots && control.may_pass_on() {
        // There may be more than fits here. Nobody waits for Redis to hear it.
        let engine = engine.clone();
        let mut wakes = Wakes::default();
        wakes.add(queue, 1);
        tokio::spawn(async move { engine.parts.waker.send(wakes).await });
    }
    drop(company);
    if claimed == 0 && slots > 0 {
        return claim_suspect(engine, control, queue).await;
    }
    Ok(claimed)
}

/// Claims a suspect for a node that does nothing else.
async fn claim_suspect(engine: &Arc<Engine>, control: &QueueControl, queue: QueueName) -> Result<usize, DbError> {
    let Some(alone) = engine.solitude.alone() else {
        return Ok(0);
    };
    let Some(row) = claim_rows(engine, queue, 1, true).await?.pop() else {
        return Ok(0);
    };
    control.take(1);
    tokio::spawn(run_job(engine.clone(), queue, row, Presence::Alone { _held: alone }));
    Ok(1)
}

async fn claim_rows(
    engine: &Engine,
    queue: QueueName,
    slots: usize,
    suspect: bool,
) -> Result<Vec<ClaimedRow>, DbError> {
    let parts = &engine.parts;
    engine.metrics.claims.inc();
    let mut conn = parts.pool.get().await?;
    let abilities = parts.abilities.current();
    let limits = ClaimLimits {
        queue,
        kinds: parts.registry.kinds(queue),
        capabilities: &abilities.capabilities,
        boot: parts.boot,
        lease: parts.lease,
        slots,
        suspect,
    };
    claim(&mut conn, limits).await
}
