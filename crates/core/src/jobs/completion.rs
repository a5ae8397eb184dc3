use std::sync::Arc;

use diesel_async::AsyncPgConnection;
use futures_util::future::BoxFuture;

use super::enqueue::{BulkOptions, enqueue, enqueue_new, enqueue_set_with};
use super::kind::{DeleteFiles, DeleteFilesPayload, JobKind};
use super::new_job::NewJob;
use super::wake::Wakes;
use super::words::{Class, Source};
use crate::db::DbError;
use crate::events::Event;

/// The result of a job: what it writes in the transaction that also removes its row.
///
/// It may be applied several times, each in a new transaction, where the database was away or two transactions met.
pub trait Complete: Send + Sync + 'static {
    /// Writes the result and queues what follows.
    fn apply(
        &self,
        conn: &mut AsyncPgConnection,
        follow: &mut FollowUps,
    ) -> impl Future<Output = Result<(), DbError>> + Send;

    /// The result is not wanted any more: the job is another's now. Removes what only this attempt has made.
    fn discard(&self) -> impl Future<Output = ()> + Send {
        async {}
    }
}

/// [`Complete`] behind a pointer.
trait ErasedComplete: Send + Sync {
    fn apply<'a>(
        &'a self,
        conn: &'a mut AsyncPgConnection,
        follow: &'a mut FollowUps,
    ) -> BoxFuture<'a, Result<(), DbError>>;
    fn discard(&self) -> BoxFuture<'_, ()>;
}

impl<C: Complete> ErasedComplete for C {
    fn apply<'a>(
        &'a self,
        conn: &'a mut AsyncPgConnection,
        follow: &'a mut FollowUps,
    ) -> BoxFuture<'a, Result<(), DbError>> {
        Box::pin(Complete::apply(self, conn, follow))
    }

    fn discard(&self) -> BoxFuture<'_, ()> {
        Box::pin(Complete::discard(self))
    }
}

/// What a handler gives back.
#[derive(Clone)]
pub struct Completion {
    result: Option<Arc<dyn ErasedComplete>>,
}

impl Completion {
    /// Done, with something to write.
    pub fn new(result: impl Complete) -> Self {
        Self {
            result: Some(Arc::new(result)),
        }
    }

    /// Done or skipped, with nothing to write.
    pub fn empty() -> Self {
        Self { result: None }
    }

    /// Whether there is nothing to write.
    pub(super) fn is_empty(&self) -> bool {
        self.result.is_none()
    }

    pub(super) async fn apply(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        match &self.result {
            Some(result) => result.apply(conn, follow).await,
            None => Ok(()),
        }
    }

    pub(super) async fn discard(&self) {
        if let Some(result) = &self.result {
            result.discard().await;
        }
    }
}

/// Collects what follows a job: jobs that inherit its class and source, and events told after the commit.
#[derive(Debug)]
pub struct FollowUps {
    class: Class,
    source: Option<Source>,
    pub(super) wakes: Wakes,
    pub(super) events: Vec<Event>,
}

impl FollowUps {
    pub(super) fn of(class: Class, source: Option<Source>) -> Self {
        Self {
            class,
            source,
            wakes: Wakes::default(),
            events: Vec::new(),
        }
    }

    /// Enqueues a job in the completing transaction. Class and source are this job's unless the new one names its own.
    pub async fn enqueue<K: JobKind>(
        &mut self,
        conn: &mut AsyncPgConnection,
        mut job: NewJob<K>,
    ) -> Result<(), DbError> {
        job.class = job.class.or(Some(self.class));
        job.source = job.source.or(self.source);
        enqueue(conn, &mut self.wakes, job).await
    }

    /// Orders the successor of a singleton that goes on in slices, which begins where this slice ended. Where a newer order
    /// waits already, there is none: that one begins anew and comes by here.
    pub async fn go_on<K: JobKind>(&mut self, conn: &mut AsyncPgConnection, rest: K::Payload) -> Result<(), DbError> {
        let mut job = NewJob::<K>::keyed(rest, String::new());
        job.class = Some(self.class);
        job.source = self.source;
        enqueue_new(conn, &mut self.wakes, job).await
    }

    /// Enqueues one job for every id that `subjects` selects (a query with one column `id`, without text of users), all
    /// with the same payload and this job's class.
    pub async fn enqueue_set<K: JobKind>(
        &mut self,
        conn: &mut AsyncPgConnection,
        payload: &K::Payload,
        subjects: &str,
    ) -> Result<usize, DbError> {
        self.enqueue_set_of_class::<K>(conn, self.class, payload, subjects)
            .await
    }

    /// [`FollowUps::enqueue_set`] with a class of its own: what a run over the library orders is less urgent than the run.
    pub async fn enqueue_set_of_class<K: JobKind>(
        &mut self,
        conn: &mut AsyncPgConnection,
        class: Class,
        payload: &K::Payload,
        subjects: &str,
    ) -> Result<usize, DbError> {
        let options = BulkOptions {
            class,
            source: self.source,
            force: false,
        };
        enqueue_set_with::<K>(conn, &mut self.wakes, options, payload, subjects).await
    }

    /// Has files deleted that no row names any more, after the commit.
    pub async fn delete_files(&mut self, conn: &mut AsyncPgConnection, files: Vec<String>) -> Result<(), DbError> {
        if files.is_empty() {
            return Ok(());
        }
        let job = NewJob::<DeleteFiles>::with_payload(DeleteFilesPayload { files });
        self.enqueue(conn, job).await
    }

    /// Tells open pages, after the commit.
    pub fn event(&mut self, event: Event) {
        self.events.push(event);
    }
}
