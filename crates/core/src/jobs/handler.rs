use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::completion::Completion;
use super::kind::JobKind;
use super::words::{Class, Source};
use crate::db::DbError;
use crate::media::{Illness, MediaError};
use crate::settings::SettingsError;

/// What a worker can do: one kind of job.
pub trait Handler<K: JobKind>: Send + Sync + 'static {
    /// Does the work. It must not write rows itself except intents: what it returns is written only while the lease
    /// holds. It should stop soon after `job.cancel` is cancelled.
    fn handle(&self, job: &Job<K>) -> impl Future<Output = Result<Completion, JobError>> + Send;
}

/// A claimed job.
pub struct Job<K: JobKind> {
    /// The row.
    pub id: Uuid,
    /// The fence: everything this attempt makes carries this number.
    pub lease: i64,
    /// What the job is about, where its key is an id.
    pub subject: Option<Uuid>,
    /// What it carries.
    pub payload: K::Payload,
    /// How urgent it is.
    pub class: Class,
    /// What set the chain off.
    pub source: Option<Source>,
    /// Do it even where the result exists.
    pub force: bool,
    /// Tell open pages when it is done.
    pub notify: bool,
    /// 1 for the first try; failures and losses count.
    pub attempt: i32,
    /// Cancelled when the job is another's now, or the node must stop.
    pub cancel: CancellationToken,
    /// How far it is.
    pub progress: Progress,
}

impl<K: JobKind> Job<K> {
    /// The subject, for kinds that always have one.
    ///
    /// # Errors
    /// The row's key is not an id, which no try will heal.
    pub fn subject(&self) -> Result<Uuid, JobError> {
        self.subject
            .ok_or_else(|| JobError::permanent("the job names no subject"))
    }
}

/// How far a job is, shown on the fleet page and told with every beat.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    per_mille: Arc<AtomicU32>,
}

impl Progress {
    /// Says that `done` of `total` is finished.
    pub fn set(&self, done: u64, total: u64) {
        let share = done.min(total).saturating_mul(1_000).checked_div(total).unwrap_or(0);
        self.per_mille
            .store(u32::try_from(share).unwrap_or(1_000), Ordering::Relaxed);
    }

    /// Thousandths that are finished.
    pub fn per_mille(&self) -> u16 {
        u16::try_from(self.per_mille.load(Ordering::Relaxed)).unwrap_or(1_000)
    }
}

/// Why a job did not succeed, and with it what happens to it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum JobError {
    /// May heal: tried again later, until the kind's limit.
    #[error("{0}")]
    Retry(String),
    /// Cannot heal (corrupt, not supported): parked at once, with this reason.
    #[error("{0}")]
    Permanent(String),
    /// A file that a row names is not there. A network mount may show it late: within the visibility grace of the job this
    /// is no failure; after it, it is one that may heal.
    #[error("{0}")]
    Absent(String),
    /// The node is ill, not the job: handed back at no cost, and the node takes nothing until it is well.
    #[error("{0}")]
    Ill(String),
    /// The node lacks what the job requires: handed back at no cost, for a node that has these capabilities.
    #[error("{reason}")]
    Unable {
        /// What a node needs to do it.
        requires: Vec<String>,
        /// Why this one cannot.
        reason: String,
    },
    /// The database did not answer: handed back at no cost, and tried again a little later.
    #[error("{0}")]
    Away(String),
    /// Stopped because `cancel` was cancelled: handed back at no cost.
    #[error("cancelled")]
    Cancelled,
}

impl JobError {
    /// May heal.
    pub fn retry(reason: impl Into<String>) -> Self {
        Self::Retry(reason.into())
    }

    /// Cannot heal.
    pub fn permanent(reason: impl Into<String>) -> Self {
        Self::Permanent(reason.into())
    }

    /// A file that should be there is not.
    pub fn absent(reason: impl Into<String>) -> Self {
        Self::Absent(reason.into())
    }

    /// A file could not be read. A store in trouble is the node's illness; a file that is not there may be late on a network
    /// mount; one file that may not be read says nothing about the others.
    pub fn reading(error: &MediaError) -> Self {
        match error.illness() {
            None if error.is_not_found() => Self::Absent(error.to_string()),
            Some(Illness::ReadOnly) | None => Self::Retry(error.to_string()),
            Some(_) => Self::Ill(error.to_string()),
        }
    }

    /// A file could not be written or deleted.
    pub fn writing(error: &MediaError) -> Self {
        match error.illness() {
            Some(_) => Self::Ill(error.to_string()),
            None => Self::Retry(error.to_string()),
        }
    }

    /// The node's fault.
    pub fn ill(reason: impl Into<String>) -> Self {
        Self::Ill(reason.into())
    }
}

impl From<DbError> for JobError {
    fn from(error: DbError) -> Self {
        if error.is_away() {
            return Self::Away(error.to_string());
        }
        Self::Retry(error.to_string())
    }
}

impl From<SettingsError> for JobError {
    fn from(error: SettingsError) -> Self {
        DbError::from(error).into()
    }
}

impl From<diesel::result::Error> for JobError {
    fn from(error: diesel::result::Error) -> Self {
        DbError::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use diesel::result::{DatabaseErrorKind, Error};

    use super::*;

    #[test]
    fn a_database_that_is_away_is_no_failure_of_the_job() {
        let said = |kind, text: &str| JobError::from(Error::DatabaseError(kind, Box::new(text.to_owned())));
        let closed = said(DatabaseErrorKind::ClosedConnection, "connection closed");
        assert!(matches!(closed, JobError::Away(_)));
        let ending = "Verbindung wird abgebrochen [57P01]";
        assert!(matches!(said(DatabaseErrorKind::Unknown, ending), JobError::Away(_)));
        let refused = said(DatabaseErrorKind::CheckViolation, "violates a check");
        assert!(matches!(refused, JobError::Retry(_)));
    }
}
