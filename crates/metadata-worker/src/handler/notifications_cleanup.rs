//! `NotificationsCleanup`: notifications that were read a month ago, and those that nobody has read in three, are removed.

use diesel::sql_query;
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use safelight_core::db::DbError;
use safelight_core::jobs::{Complete, Completion, FollowUps, Handler, Job, JobError, kind};

/// Removes notifications.
pub(crate) struct NotificationsCleanupHandler;

impl Handler<kind::NotificationsCleanup> for NotificationsCleanupHandler {
    async fn handle(&self, _job: &Job<kind::NotificationsCleanup>) -> Result<Completion, JobError> {
        Ok(Completion::new(Old))
    }
}

struct Old;

impl Complete for Old {
    async fn apply(&self, conn: &mut AsyncPgConnection, _follow: &mut FollowUps) -> Result<(), DbError> {
        sql_query(
            "delete from notification where created_at <= now() - interval '30 days' \
             and (read_at <= now() - interval '30 days' or created_at <= now() - interval '90 days')",
        )
        .execute(conn)
        .await?;
        Ok(())
    }
}
