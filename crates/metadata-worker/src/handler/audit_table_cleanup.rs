//! `AuditTableCleanup`: deletions that were told for long enough are forgotten.

use diesel_async::AsyncPgConnection;
use safelight_core::config::{ConfigError, Env};
use safelight_core::db::DbError;
use safelight_core::db::feed::{self, Care};
use safelight_core::jobs::{Complete, Completion, FollowUps, Handler, Job, JobError, NoPayload, kind};

/// A phone that was switched off for longer reads its library anew.
const DAYS: f64 = 100.0;

/// Forgets deletions.
pub(crate) struct AuditTableCleanupHandler {
    days: f64,
}

impl AuditTableCleanupHandler {
    /// `SAFELIGHT_AUDIT_DAYS`: for how many days deletions are told (100).
    ///
    /// # Errors
    /// What is not a number of days.
    pub(crate) fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let days = env.parse("SAFELIGHT_AUDIT_DAYS")?.unwrap_or(DAYS);
        if !(1.0..=36_500.0).contains(&days) {
            return Err(ConfigError::invalid(
                "SAFELIGHT_AUDIT_DAYS",
                "is not from 1 to 36500 days",
            ));
        }
        Ok(Self { days })
    }
}

impl Handler<kind::AuditTableCleanup> for AuditTableCleanupHandler {
    async fn handle(&self, _job: &Job<kind::AuditTableCleanup>) -> Result<Completion, JobError> {
        Ok(Completion::new(Old { days: self.days }))
    }
}

struct Old {
    days: f64,
}

impl Complete for Old {
    async fn apply(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        match feed::forget(conn, self.days).await? {
            Care::Done => Ok(()),
            Care::Partly => follow.go_on::<kind::AuditTableCleanup>(conn, NoPayload {}).await,
        }
    }
}
