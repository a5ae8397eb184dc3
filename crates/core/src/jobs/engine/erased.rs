use std::marker::PhantomData;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use super::claim::ClaimedRow;
use crate::jobs::completion::Completion;
use crate::jobs::handler::{Handler, Job, JobError, Progress};
use crate::jobs::kind::{JobKind, Payload as _};
use crate::jobs::words::{Class, Source};

/// A handler whose kind is only known by name.
pub(super) trait ErasedHandler: Send + Sync {
    /// Reads the row's payload and does the work.
    fn handle(
        self: Arc<Self>,
        row: ClaimedRow,
        cancel: CancellationToken,
        progress: Progress,
    ) -> BoxFuture<'static, Result<Completion, JobError>>;

    /// How many failures the kind may have.
    fn max_failures(&self) -> i32;
}

struct Typed<K, H> {
    handler: H,
    kind: PhantomData<fn() -> K>,
}

pub(super) fn erase<K: JobKind, H: Handler<K>>(handler: H) -> Arc<dyn ErasedHandler> {
    Arc::new(Typed::<K, H> {
        handler,
        kind: PhantomData,
    })
}

impl<K: JobKind, H: Handler<K>> ErasedHandler for Typed<K, H> {
    fn handle(
        self: Arc<Self>,
        row: ClaimedRow,
        cancel: CancellationToken,
        progress: Progress,
    ) -> BoxFuture<'static, Result<Completion, JobError>> {
        Box::pin(async move {
            let job = job_of::<K>(row, cancel, progress)?;
            self.handler.handle(&job).await
        })
    }

    fn max_failures(&self) -> i32 {
        K::MAX_FAILURES
    }
}

fn job_of<K: JobKind>(row: ClaimedRow, cancel: CancellationToken, progress: Progress) -> Result<Job<K>, JobError> {
    let payload =
        K::Payload::read(row.payload_version, row.payload).map_err(|error| JobError::permanent(error.to_string()))?;
    Ok(Job {
        id: row.id,
        lease: row.lease,
        subject: row.dedup_key.as_deref().and_then(|key| key.parse().ok()),
        payload,
        class: Class::of_number(row.class),
        source: row.source.as_deref().and_then(|word| word.parse::<Source>().ok()),
        force: row.force,
        notify: row.notify,
        attempt: row.failures + row.losses + 1,
        cancel,
        progress,
    })
}
