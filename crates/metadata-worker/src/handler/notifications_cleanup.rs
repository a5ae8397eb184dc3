//! `NotificationsCleanup`: notifications that were read a month ago, and those that nobody has read in three, are removed.

use diesel::sql_query;
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use safelight_core::db::DbError;
use safelight_core::jobs::{Complete, Completion, FollowUps, Handler, Job, JobError, NoPayload, kind};

/// Removes notifications.
pub(crate) struct NotificationsCleanupHandler;

impl Handler<kind::NotificationsCleanup> for NotificationsCleanupHandler {
    async fn handle(&self, _job: &Job<kind::NotificationsCleanup>) -> Result<Completion, JobError> {
        Ok(Completion::new(Old))
    }
}

struct Old;

/// Notifications that one step removes.
const STEP: usize = 5_000;

impl Complete for Old {
    async fn apply(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        let old = format!(
            "delete from notification where id in (select id from notification where created_at <= now() - interval '30 days' \
             and (read_at <= now() - interval '30 days' or created_at <= now() - interval '90 days') limit {STEP})"
        );
        if sql_query(old).execute(conn).await? < STEP {
            return Ok(());
        }
        follow.go_on::<kind::NotificationsCleanup>(conn, NoPayload {}).await
    }
}
