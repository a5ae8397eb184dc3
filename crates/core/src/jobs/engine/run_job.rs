use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use tokio_util::sync::CancellationToken;

use super::admission::OperatorState;
use super::claim::ClaimedRow;
use super::control::{Engine, QueueControl};
use super::finish::{Finished, finish};
use super::give_back::{GiveBack, give_back};
use super::group::end_alone;
use super::metrics::Kind;
use super::patience::keep_trying;
use super::running::RunningJob;
use super::slot::Slot;
use super::solitude::Presence;
use super::way_back::{Health, examine, way_back};
use crate::crash::CrashPoint;
use crate::db::DbError;
use crate::ids::QueueName;
use crate::jobs::completion::Completion;
use crate::jobs::handler::{JobError, Progress};

/// Runs one claimed job to its end and settles its row, whatever the handler does. `presence` is held until then.
pub(super) async fn run_job(engine: Arc<Engine>, queue: QueueName, row: ClaimedRow, presence: Presence) {
    let cancel = CancellationToken::new();
    let progress = Progress::default();
    let running = RunningJob {
        id: row.id,
        queue,
        kind: row.kind.clone(),
        cancel: cancel.clone(),
        progress: progress.clone(),
    };
    engine.running.insert(row.lease, running);
    if engine.admission.order() == OperatorState::Paused {
        // The order came while the claim was on its way, and stopped all that ran then.
        cancel.cancel();
    }
    engine.metrics.running.inc();
    let started = Instant::now();
    CrashPoint::Claimed.reached();

    let mut slot = Slot::taken(engine.queue(queue));
    let outcome = work(&engine, &row, &cancel, progress).await;
    let nothing_to_write = outcome.as_ref().is_ok_and(Completion::is_empty);
    let word = settle(&engine, queue, &row, outcome, &cancel, &mut slot).await;

    let elapsed = started.elapsed();
    engine.metrics.running.dec();
    engine.metrics.count(&row.kind, word);
    engine
        .metrics
        .seconds
        .get_or_create(&Kind { kind: row.kind.clone() })
        .observe(elapsed.as_secs_f64());
    tell(&row, word, elapsed, nothing_to_write);
    engine.running.remove(row.lease);
    slot.release();
    drop(presence);
    if let Some(control) = engine.queue(queue) {
        // A twin of this job, or a suspect that needs the node for itself, may be claimable now.
        control.ring();
    }
}

/// A line for each attempt. One that found nothing to do is told to who looks for it only.
fn tell(row: &ClaimedRow, outcome: &str, elapsed: Duration, nothing_to_write: bool) {
    let duration_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    let asset = row.dedup_key.as_deref().unwrap_or_default();
    let attempt = row.failures + row.losses + 1;
    if nothing_to_write {
        tracing::debug!(
            job.id = %row.id, job.kind = row.kind, job.attempt = attempt, job.lease = row.lease, asset.id = asset, outcome,
            duration_ms, "job ended"
        );
    } else {
        tracing::info!(
            job.id = %row.id, job.kind = row.kind, job.attempt = attempt, job.lease = row.lease, asset.id = asset, outcome,
            duration_ms, "job ended"
        );
    }
}

async fn work(
    engine: &Engine,
    row: &ClaimedRow,
    cancel: &CancellationToken,
    progress: Progress,
) -> Result<Completion, JobError> {
    let Some(handler) = engine.parts.registry.handler(&row.kind) else {
        return Err(JobError::permanent("no handler for this kind"));
    };
    settings_of(engine, row.settings_version).await?;
    let attempt = AssertUnwindSafe(handler.handle(row.clone(), cancel.clone(), progress)).catch_unwind();
    attempt
        .await
        .unwrap_or_else(|panic| Err(JobError::retry(format!("the handler panicked: {}", text_of(&*panic)))))
}

/// Sees that the settings in force here are those of `version`, or later ones: no beat may have told them yet.
async fn settings_of(engine: &Engine, version: i64) -> Result<(), DbError> {
    let settings = &engine.parts.settings;
    if settings.version() == version {
        return Ok(());
    }
    keep_trying(|| async {
        let mut conn = engine.parts.pool.get().await?;
        Ok(settings.refresh(&mut conn, version).await.map(drop)?)
    })
    .await
}

fn text_of(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}

/// Writes what came of the attempt, and says it in a word.
async fn settle(
    engine: &Engine,
    queue: QueueName,
    row: &ClaimedRow,
    outcome: Result<Completion, JobError>,
    cancel: &CancellationToken,
    slot: &mut Slot<'_>,
) -> &'static str {
    let error = match outcome {
        Ok(completion) => match publish(engine, queue, row, &completion, slot).await {
            Ok(true) => return "completed",
            Ok(false) => {
                completion.discard().await;
                return "stale";
            }
            Err(error) => {
                completion.discard().await;
                JobError::from(error)
            }
        },
        Err(error) => error,
    };
    let health = match &error {
        JobError::Ill(_) => examine(engine).await,
        _ => Health::Well,
    };
    let (back, word) = way_back(engine, row, &error, cancel.is_cancelled(), health);
    if word != "cancelled" {
        tracing::warn!(
            job.id = %row.id, job.kind = row.kind, asset.id = row.dedup_key.as_deref().unwrap_or_default(),
            reason = %error, outcome = word, "job did not succeed"
        );
    }
    CrashPoint::Failed.reached();
    let was_ours = return_row(engine, &back).await.unwrap_or_else(|error| {
        // The lease runs out by itself; the sweep of any node returns the job then.
        tracing::warn!(job.id = %row.id, error = %error, "a job could not be handed back");
        true
    });
    CrashPoint::GivenBack.reached();
    // Who was overtaken may find its files gone before a beat tells it: that is no failure of the job.
    if was_ours { word } else { "stale" }
}

/// Writes the result; false where the job is another's.
async fn publish(
    engine: &Engine,
    queue: QueueName,
    row: &ClaimedRow,
    completion: &Completion,
    slot: &mut Slot<'_>,
) -> Result<bool, DbError> {
    CrashPoint::Handled.reached();
    if completion.is_empty()
        && let Some(control) = engine.queue(queue)
    {
        let is_ours = publish_nothing(engine, queue, control, row, slot).await?;
        CrashPoint::Told.reached();
        return Ok(is_ours);
    }
    let parts = &engine.parts;
    let finished = keep_trying(|| async {
        let mut conn = parts.pool.get().await?;
        finish(&mut conn, queue, row, parts.boot, completion).await
    });
    match finished.await? {
        Finished::Stale => Ok(false),
        Finished::Applied(follow) => {
            CrashPoint::Committed.reached();
            // Its work is over. A Redis that does not answer is waited for without a slot.
            slot.release();
            parts.waker.send(follow.wakes).await;
            parts.bus.publish(&follow.events).await;
            CrashPoint::Told.reached();
            Ok(true)
        }
    }
}

/// Ends a job with nothing to write: with others in one statement, or alone.
async fn publish_nothing(
    engine: &Engine,
    queue: QueueName,
    control: &QueueControl,
    row: &ClaimedRow,
    slot: &mut Slot<'_>,
) -> Result<bool, DbError> {
    let group = engine.parts.group;
    if group == 1 {
        return end_alone(engine, queue, row.id, row.lease).await;
    }
    // Its work is over: while its end is on the way to the disk, the next job may be claimed. Of one group only, or a slow
    // database would let them pile up.
    if control.ending.inside() < group {
        slot.release();
    }
    control.ending.end(row.id, row.lease).await
}

/// Gives the job back; false where it is another's already.
async fn return_row(engine: &Engine, back: &GiveBack) -> Result<bool, DbError> {
    keep_trying(|| async {
        let mut conn = engine.parts.pool.get().await?;
        give_back(&mut conn, back).await
    })
    .await
}
