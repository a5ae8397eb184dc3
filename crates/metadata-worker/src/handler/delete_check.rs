//! `AssetDeleteCheck`: what has been in the trash for longer than the settings allow goes for good.

use diesel_async::AsyncPgConnection;
use safelight_core::db::DbError;
use safelight_core::jobs::kind::Slice;
use safelight_core::jobs::{Complete, Completion, FollowUps, Handler, Job, JobError, kind};
use safelight_core::settings::TrashSettings;

use super::slices;
use crate::context::Context;

/// Clears the trash of what is old.
pub(crate) struct DeleteCheckHandler(pub(crate) Context);

impl Handler<kind::DeleteCheck> for DeleteCheckHandler {
    async fn handle(&self, job: &Job<kind::DeleteCheck>) -> Result<Completion, JobError> {
        Ok(Completion::new(OldTrash {
            days: days(&self.0.settings.current().trash),
            slice: job.payload,
        }))
    }
}

/// Days in the trash; where there is none, nothing waits. More than a century is for ever, and no date overflows.
fn days(trash: &TrashSettings) -> u64 {
    if trash.enabled { trash.days.min(36_500) } else { 0 }
}

struct OldTrash {
    days: u64,
    slice: Slice,
}

impl Complete for OldTrash {
    async fn apply(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        // A file of a library that is offline has a date of deletion, too, but is not in the trash.
        let old = format!(
            "deleted_at <= now() - interval '{} days' and status in ('trashed', 'deleted')",
            self.days
        );
        let (rest, count) = slices::delete(conn, follow, self.slice, &old).await?;
        let Some(rest) = rest else { return Ok(()) };
        tracing::info!(asset.count = count, trash.days = self.days, "old trash is deleted");
        follow.go_on::<kind::DeleteCheck>(conn, rest).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_settings() {
        assert_eq!(
            days(&TrashSettings {
                enabled: true,
                days: 30
            }),
            30
        );
        assert_eq!(
            days(&TrashSettings {
                enabled: false,
                days: 30
            }),
            0
        );
        assert_eq!(
            days(&TrashSettings {
                enabled: true,
                days: u64::MAX
            }),
            36_500
        );
    }
}
