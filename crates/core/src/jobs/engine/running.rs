use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::ids::QueueName;
use crate::jobs::handler::Progress;

/// A job that runs here now.
#[derive(Debug, Clone)]
pub struct RunningJob {
    /// The row.
    pub id: Uuid,
    /// Its queue.
    pub queue: QueueName,
    /// Its kind's name.
    pub kind: String,
    /// Stops it.
    pub cancel: CancellationToken,
    /// How far it is.
    pub progress: Progress,
}

/// All jobs that run here, by lease.
#[derive(Debug, Default)]
pub struct Running {
    jobs: Mutex<HashMap<i64, RunningJob>>,
    count: watch::Sender<usize>,
}

impl Running {
    /// Notes a job as running.
    pub fn insert(&self, lease: i64, job: RunningJob) {
        self.lock().insert(lease, job);
        self.recount();
    }

    /// Notes that it has ended.
    pub fn remove(&self, lease: i64) {
        self.lock().remove(&lease);
        self.recount();
    }

    /// Waits until nothing runs.
    pub async fn idle(&self) {
        // The sender lives as long as `self`, so this cannot end in an error.
        let _ = self.count.subscribe().wait_for(|count| *count == 0).await;
    }

    /// How many run.
    pub fn count(&self) -> usize {
        self.lock().len()
    }

    /// Leases and progress of what runs.
    pub fn snapshot(&self) -> Vec<(i64, Progress)> {
        self.lock()
            .iter()
            .map(|(lease, job)| (*lease, job.progress.clone()))
            .collect()
    }

    /// Cancels one job: it is another's now.
    pub fn cancel(&self, lease: i64) {
        if let Some(job) = self.lock().get(&lease) {
            job.cancel.cancel();
        }
    }

    /// Cancels everything.
    pub fn cancel_all(&self) {
        for job in self.lock().values() {
            job.cancel.cancel();
        }
    }

    fn recount(&self) {
        let jobs = self.lock();
        self.count.send_replace(jobs.len());
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, RunningJob>> {
        // No code that panics runs under this lock; a poisoned map is still a map.
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
