//! `UserDeleteCheck`: accounts that were deleted longer ago than the settings keep them go for good.

use diesel::sql_query;
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use safelight_core::db::DbError;
use safelight_core::jobs::{Complete, Completion, FollowUps, Handler, Job, JobError, NoPayload, kind};

use crate::context::Context;

/// More than a century is for ever, and no date overflows.
const LONGEST_DAYS: u64 = 36_500;

/// Removes old accounts.
pub(crate) struct UserDeleteCheckHandler(pub(crate) Context);

impl Handler<kind::UserDeleteCheck> for UserDeleteCheckHandler {
    async fn handle(&self, _job: &Job<kind::UserDeleteCheck>) -> Result<Completion, JobError> {
        let days = self.0.settings.current().user.delete_delay.min(LONGEST_DAYS);
        Ok(Completion::new(OldAccounts { days }))
    }
}

struct OldAccounts {
    days: u64,
}

impl Complete for OldAccounts {
    async fn apply(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        let due = format!(
            "update \"user\" set status = 'removing', updated_at = now() \
             where status = 'deleted' and deleted_at <= now() - interval '{} days'",
            self.days
        );
        sql_query(due).execute(conn).await?;
        // Also those whose removal was given up.
        let removing = "select id from \"user\" where status = 'removing'";
        let count = follow
            .enqueue_set::<kind::UserDelete>(conn, &NoPayload {}, removing)
            .await?;
        tracing::info!(user.count = count, delete.days = self.days, "old accounts are removed");
        Ok(())
    }
}
